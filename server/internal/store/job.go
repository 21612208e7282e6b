package store

import (
	"context"
	"time"

	"indagor/app"
)

const jobColumns = `id, user_id, idempotency, digest, service, state, purpose, created, updated, sealed`

var (
	jobInsert   = register("job insert", `INSERT INTO jobs (`+jobColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	jobUpdate   = register("job update", `UPDATE jobs SET state = $1, purpose = $2, updated = $3, sealed = $4 WHERE id = $5`)
	jobByID     = register("job by id", `SELECT `+jobColumns+` FROM jobs WHERE id = $1`)
	jobLocked   = register("job locked", `SELECT `+jobColumns+` FROM jobs WHERE id = $1`+lockRow)
	jobByKey    = register("job by key", `SELECT `+jobColumns+` FROM jobs WHERE user_id = $1 AND idempotency = $2`)
	jobsInState = register("jobs in state", `SELECT `+jobColumns+` FROM jobs WHERE state IN ($1, $2) ORDER BY created, id`)
	jobsOld     = register("jobs old", `SELECT `+jobColumns+` FROM jobs WHERE service = $1 AND updated < $2 AND state NOT IN ($3, $4, $5) ORDER BY updated, id LIMIT $6`)
	jobDelete   = register("job delete", `DELETE FROM jobs WHERE id = $1`)

	chunkInsert = register("job chunk insert", `INSERT INTO job_chunks (job, at, size, sealed) VALUES ($1, $2, $3, $4)`)
	chunkNext   = register("job chunk next", `SELECT at, size, sealed FROM job_chunks WHERE job = $1 AND at >= $2 ORDER BY at LIMIT 1`)
	chunkEnd    = register("job chunk end", `SELECT COALESCE(MAX(at + size), 0) FROM job_chunks WHERE job = $1`)
	chunkDelete = register("job chunk delete", `DELETE FROM job_chunks WHERE job = $1`)

	memberInsert = register("job member insert", `INSERT INTO job_members (job, mark, number, nucleus) VALUES ($1, $2, $3, $4) ON CONFLICT (job, mark) DO NOTHING`)
	memberByMark = register("job member by mark", `SELECT number, nucleus FROM job_members WHERE job = $1 AND mark = $2`)
	memberDelete = register("job member delete", `DELETE FROM job_members WHERE job = $1`)
)

func scanJob(s scanner) (j app.StoredJob, err error) {
	var created, updated int64
	err = s.Scan(&j.ID, &j.User, &j.Idempotency, &j.Digest, &j.Service, &j.State, &j.Purpose, &created, &updated, &j.Sealed)
	j.Created, j.Updated = moment(created), moment(updated)
	return j, err
}

// InsertJob keeps a new job. The same user's same idempotency key is refused
// with CodeTaken.
func (tx *Tx) InsertJob(j app.StoredJob) error {
	_, err := exec(tx.ctx, tx.q, jobInsert, j.ID, j.User, j.Idempotency, j.Digest, j.Service, j.State, j.Purpose, j.Created, j.Updated, j.Sealed)
	if err != nil && violated(err) != "" {
		return app.E(app.CodeTaken).At("key").Because(err)
	}
	return err
}

// UpdateJob writes the state and the sealed part of a job, and tells its owner,
// and nobody else, once its list has come.
func (tx *Tx) UpdateJob(j app.StoredJob) error {
	if j.State != app.JobUploading {
		tx.Signal(app.Signal{Kind: app.SignalJob, User: j.User, ID: j.ID})
	}
	_, err := exec(tx.ctx, tx.q, jobUpdate, j.State, j.Purpose, j.Updated, j.Sealed, j.ID)
	return err
}

// JobLocked returns a job, which no other transaction changes until this one
// ends.
func (tx *Tx) JobLocked(id app.ID) (app.StoredJob, error) {
	return one(tx.ctx, tx.q, jobLocked, scanJob, id)
}

// DeleteJob removes a job with all that belongs to it.
func (tx *Tx) DeleteJob(id app.ID) error {
	for _, s := range []*statement{chunkDelete, rowsDelete, jobKeysDelete, jobOutcomesDelete, callsDelete, memberDelete, jobDelete} {
		if _, err := exec(tx.ctx, tx.q, s, id); err != nil {
			return err
		}
	}
	return nil
}

// Job returns a job.
func (q queries) Job(ctx context.Context, id app.ID) (app.StoredJob, error) {
	return one(ctx, q.q, jobByID, scanJob, id)
}

// JobByKey returns the user's job of the idempotency key.
func (q queries) JobByKey(ctx context.Context, user app.ID, key string) (app.StoredJob, error) {
	return one(ctx, q.q, jobByKey, scanJob, user, key)
}

// JobsUnderWay lists the jobs that are being read or run, oldest first.
func (q queries) JobsUnderWay(ctx context.Context) ([]app.StoredJob, error) {
	return all(ctx, q.q, jobsInState, scanJob, app.JobReading, app.JobRunning)
}

// JobsOld lists the jobs of a service that nobody has touched since the moment
// and that are not under way, the oldest first.
func (q queries) JobsOld(ctx context.Context, service app.Service, before time.Time, limit int) ([]app.StoredJob, error) {
	return all(ctx, q.q, jobsOld, scanJob, service, before, app.JobReading, app.JobRunning, app.JobPaused, limit)
}

// PutJobChunk keeps a piece of a job's list.
func (tx *Tx) PutJobChunk(job app.ID, at, size int64, sealed []byte) error {
	_, err := exec(tx.ctx, tx.q, chunkInsert, job, at, size, sealed)
	return err
}

// DropJobChunks removes the list as it came.
func (tx *Tx) DropJobChunks(job app.ID) error {
	_, err := exec(tx.ctx, tx.q, chunkDelete, job)
	return err
}

// JobChunk returns the first piece at or after the byte; CodeNotFound after
// the last.
func (q queries) JobChunk(ctx context.Context, job app.ID, from int64) (at int64, sealed []byte, err error) {
	type chunk struct {
		at     int64
		sealed []byte
	}
	c, err := one(ctx, q.q, chunkNext, func(s scanner) (c chunk, err error) {
		var size int64
		err = s.Scan(&c.at, &size, &c.sealed)
		return c, err
	}, job, from)
	return c.at, c.sealed, err
}

// JobReceived tells how many bytes of the list have come.
func (q queries) JobReceived(ctx context.Context, job app.ID) (int64, error) {
	return one(ctx, q.q, chunkEnd, scanInt, job)
}

// PutJobMember remembers that a person was met in the nucleus of a row. The
// first meeting counts.
func (tx *Tx) PutJobMember(job app.ID, mark string, number int, nucleus string) error {
	_, err := exec(tx.ctx, tx.q, memberInsert, job, mark, number, nucleus)
	return err
}

// JobMember tells in which row's nucleus a person was met; CodeNotFound where
// in none.
func (q queries) JobMember(ctx context.Context, job app.ID, mark string) (number int, nucleus string, err error) {
	type met struct {
		number  int
		nucleus string
	}
	m, err := one(ctx, q.q, memberByMark, func(s scanner) (m met, err error) { err = s.Scan(&m.number, &m.nucleus); return m, err }, job, mark)
	return m.number, m.nucleus, err
}
