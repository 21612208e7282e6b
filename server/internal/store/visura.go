package store

import (
	"context"
	"strconv"

	"indagor/app"
)

const visuraColumns = `id, user_id, idempotency, digest, type, state, outcome, code, purpose, file, subject, created, ended, sealed`

var (
	visuraInsert  = register("visura_insert", `INSERT INTO visure (`+visuraColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`)
	visuraChange  = register("visura_change", `UPDATE visure SET state = $1, outcome = $2, code = $3, ended = $4, subject = $5, sealed = $6 WHERE id = $7 AND state = $8`)
	visuraByID    = register("visura_by_id", `SELECT `+visuraColumns+` FROM visure WHERE id = $1`)
	visuraByKey   = register("visura_by_key", `SELECT `+visuraColumns+` FROM visure WHERE user_id = $1 AND idempotency = $2`)
	visureRunning = register("visure_running", `SELECT `+visuraColumns+` FROM visure WHERE state = 'running'`)
	knownPut      = register("known_id_put", `INSERT INTO known_ids (subject, sealed, until) VALUES ($1, $2, $3) ON CONFLICT (subject) DO UPDATE SET sealed = excluded.sealed, until = excluded.until`)
	knownBySub    = register("known_id", `SELECT sealed FROM known_ids WHERE subject = $1 AND until > $2`)
)

func scanVisura(s scanner) (v app.StoredVisura, err error) {
	var created, ended int64
	err = s.Scan(&v.ID, &v.User, &v.Idempotency, &v.Digest, &v.Type, &v.State, &v.Outcome, &v.Code, &v.Purpose, &v.File, &v.SubjectKey, &created, &ended, &v.Sealed)
	v.Created, v.Ended = moment(created), moment(ended)
	return v, err
}

// InsertVisura keeps a request that is about to run. The same user's same
// idempotency key is refused with CodeTaken.
func (tx *Tx) InsertVisura(v app.StoredVisura) error {
	tx.changed(v, "")
	_, err := exec(tx.Context(), tx.q, visuraInsert, v.ID, v.User, v.Idempotency, v.Digest, v.Type, v.State, v.Outcome, v.Code, v.Purpose, v.File, v.SubjectKey, micros(v.Created), micros(v.Ended), v.Sealed)
	if err != nil && violated(err) != "" {
		return app.E(app.CodeTaken).At("key").Because(err)
	}
	return err
}

// changed tells the user, and where the request waits or waited for consent,
// those who give it. A STANDARDPS user's never waits.
func (tx *Tx) changed(v app.StoredVisura, from app.VisuraState) {
	tx.Signal(app.Signal{Kind: app.SignalVisura, User: v.User, ID: v.ID})
	if v.State == app.VisuraWaiting || from == app.VisuraWaiting {
		tx.Signal(app.Signal{Kind: app.SignalApprovals, Permission: app.PermApprove})
	}
}

// ChangeVisura writes what became of a request that is in the state; one that
// is in another stays as it is, and ok is false.
func (tx *Tx) ChangeVisura(v app.StoredVisura, from app.VisuraState) (ok bool, err error) {
	n, err := exec(tx.Context(), tx.q, visuraChange, v.State, v.Outcome, v.Code, micros(v.Ended), v.SubjectKey, v.Sealed, v.ID, from)
	if ok = n == 1; ok {
		tx.changed(v, from)
	}
	return ok, err
}

// Visura returns a request.
func (q queries) Visura(ctx context.Context, id app.ID) (app.StoredVisura, error) {
	return one(ctx, q.q, visuraByID, scanVisura, id)
}

// VisuraByKey returns the user's request of the idempotency key.
func (q queries) VisuraByKey(ctx context.Context, user app.ID, key string) (app.StoredVisura, error) {
	return one(ctx, q.q, visuraByKey, scanVisura, user, key)
}

// VisureRunning lists the requests that have begun and not ended.
func (q queries) VisureRunning(ctx context.Context) ([]app.StoredVisura, error) {
	return all(ctx, q.q, visureRunning, scanVisura)
}

// Archive lists one user's requests, newest first.
func (q queries) Archive(ctx context.Context, f app.ArchiveFilter) ([]app.StoredVisura, string, error) {
	var w where
	w.and("user_id = ?", f.User)
	if f.SubjectKey != "" {
		w.and("subject = ?", f.SubjectKey)
	}
	if f.File != "" {
		w.and(`LOWER(file) LIKE LOWER(?) ESCAPE '\'`, like(f.File))
	}
	if f.Type != "" {
		w.and("type = ?", f.Type)
	}
	if f.State != "" {
		w.and("state = ?", f.State)
	}
	if f.Outcome != "" {
		w.and("outcome = ?", f.Outcome)
	}
	if f.Purpose != "" {
		w.and("purpose = ?", f.Purpose)
	}
	if !f.From.IsZero() {
		w.and("created >= ?", micros(f.From))
	}
	if !f.Until.IsZero() {
		w.and("created < ?", micros(f.Until))
	}
	if !f.Since.IsZero() {
		w.and("(created >= ? OR ended >= ?)", micros(f.Since), micros(f.Since))
	}
	if err := w.before("created", f.Cursor); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "archive", `SELECT `+visuraColumns+` FROM visure`, &w, " ORDER BY created DESC, id DESC", f.Limit+1, scanVisura)
	if err != nil {
		return nil, "", err
	}
	rows, next := page(rows, f.Limit, func(v app.StoredVisura) cursor { return cursor{strconv.FormatInt(micros(v.Created), 10), string(v.ID)} })
	return rows, next, nil
}

// PutKnownID keeps the sealed ANPR id of a subject for a while.
func (tx *Tx) PutKnownID(k app.KnownID) error {
	_, err := exec(tx.Context(), tx.q, knownPut, k.SubjectKey, k.Sealed, micros(k.Until))
	return err
}

// KnownID returns the sealed ANPR id of a subject, if it is still good at the
// moment; CodeNotFound otherwise.
func (q queries) KnownID(ctx context.Context, subject string, at int64) ([]byte, error) {
	return one(ctx, q.q, knownBySub, func(s scanner) (b []byte, err error) { err = s.Scan(&b); return b, err }, subject, at)
}
