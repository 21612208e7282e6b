package store

import (
	"context"
	"time"

	"indagor/app"
)

const rowColumns = `job, number, grade, left_out, first, mark, known, done, outcome, changed, input, result, was`

var (
	rowInsert  = register("job row insert", `INSERT INTO job_rows (`+rowColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`)
	rowInput   = register("job row input", `UPDATE job_rows SET grade = $1, left_out = $2, first = $3, mark = $4, known = $5, input = $6 WHERE job = $7 AND number = $8 AND done = 0`)
	rowEnd     = register("job row end", `UPDATE job_rows SET done = 1, outcome = $1, changed = $2, result = $3 WHERE job = $4 AND number = $5 AND done = 0`)
	rowByNum   = register("job row by number", `SELECT `+rowColumns+` FROM job_rows WHERE job = $1 AND number = $2`)
	rowsAsk    = register("job rows to ask", `SELECT `+rowColumns+` FROM job_rows WHERE job = $1 AND number > $2 AND done = 0 AND first = 0 ORDER BY number LIMIT $3`)
	rowFirst   = register("job row of mark", `SELECT COALESCE(MIN(number), 0) FROM job_rows WHERE job = $1 AND mark = $2 AND number <> $3 AND grade <> 'bad' AND left_out = 0`)
	rowsOrphan = register("job rows orphan", `SELECT COALESCE(MIN(number), 0) FROM job_rows WHERE job = $1 AND first = $2 AND left_out = 0`)
	rowsMove   = register("job rows move", `UPDATE job_rows SET first = CASE WHEN number = $1 THEN 0 ELSE $1 END WHERE job = $2 AND first = $3`)
	rowsDelete = register("job rows delete", `DELETE FROM job_rows WHERE job = $1`)
	// At the start the rows that nobody is asked about get their outcome.
	rowsBad     = register("job rows bad", `UPDATE job_rows SET done = 1, outcome = $1 WHERE job = $2 AND done = 0 AND left_out = 0 AND grade = 'bad'`)
	rowsLeftOut = register("job rows left out", `UPDATE job_rows SET done = 1, outcome = $1 WHERE job = $2 AND done = 0 AND left_out = 1`)
	// At the end every repeated row has the outcome of the first.
	rowsCopy = register("job rows copy", `UPDATE job_rows SET done = 1,
		outcome = (SELECT f.outcome FROM job_rows f WHERE f.job = job_rows.job AND f.number = job_rows.first),
		changed = (SELECT f.changed FROM job_rows f WHERE f.job = job_rows.job AND f.number = job_rows.first)
		WHERE job = $1 AND done = 0 AND first > 0
		AND EXISTS (SELECT 1 FROM job_rows f WHERE f.job = job_rows.job AND f.number = job_rows.first AND f.done = 1)`)
	rowsStop  = register("job rows stop", `UPDATE job_rows SET done = 1, outcome = $1 WHERE job = $2 AND done = 0`)
	rowsRetry = register("job rows retry", `UPDATE job_rows SET done = 0, outcome = '', changed = 0, result = $1 WHERE job = $2 AND done = 1 AND outcome IN ($3, $4)`)
	rowsCount = register("job rows count", `SELECT grade, outcome, done, left_out, CASE WHEN first > 0 THEN 1 ELSE 0 END, changed, COUNT(*)
		FROM job_rows WHERE job = $1 GROUP BY 1, 2, 3, 4, 5, 6`)
	rowsUnknown = register("job rows unknown", `SELECT COUNT(*) FROM job_rows r LEFT JOIN known_ids k ON k.subject = r.mark AND k.until > $1
		WHERE r.job = $2 AND r.done = 0 AND r.first = 0 AND r.left_out = 0 AND r.grade <> 'bad' AND r.known = 0 AND k.subject IS NULL`)

	callIntent = register("job call intent", `INSERT INTO job_calls (job, number, service, answered, turn, sealed) VALUES ($1, $2, $3, 0, $4, $5)
		ON CONFLICT (job, number, service) DO UPDATE SET answered = 0, turn = excluded.turn, sealed = excluded.sealed`)
	callEnd     = register("job call end", `UPDATE job_calls SET answered = 1, sealed = $1 WHERE job = $2 AND number = $3 AND service = $4`)
	callSettle  = register("job call settle", `UPDATE job_calls SET answered = $1, sealed = $2 WHERE job = $3 AND number = $4 AND service = $5`)
	callsOfJob  = register("job calls", `SELECT job, number, service, answered, turn, sealed FROM job_calls WHERE job = $1 ORDER BY number, service`)
	callsDone   = register("job calls done", `DELETE FROM job_calls WHERE job = $1 AND number = $2`)
	callsDelete = register("job calls delete", `DELETE FROM job_calls WHERE job = $1`)
)

func scanJobRow(s scanner) (r app.StoredJobRow, err error) {
	var leftOut, known, done, changed int
	err = s.Scan(&r.Job, &r.Number, &r.Grade, &leftOut, &r.First, &r.Key, &known, &done, &r.Outcome, &changed, &r.Input, &r.Result, &r.Was)
	r.LeftOut, r.Known, r.Done, r.Changed = leftOut != 0, known != 0, done != 0, changed != 0
	return r, err
}

func scanJobCall(s scanner) (c app.StoredJobCall, err error) {
	var answered int
	err = s.Scan(&c.Job, &c.Number, &c.Service, &answered, &c.Turn, &c.Sealed)
	c.Answered = answered != 0
	return c, err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// kept is a sealed value that is never absent in the database.
func kept(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// InsertJobRow keeps a row of a job's list.
func (tx *Tx) InsertJobRow(r app.StoredJobRow) error {
	_, err := exec(tx.ctx, tx.q, rowInsert, r.Job, r.Number, r.Grade, flag(r.LeftOut), r.First, r.Key, flag(r.Known), flag(r.Done), r.Outcome, flag(r.Changed), kept(r.Input), kept(r.Result), kept(r.Was))
	if err != nil {
		return err
	}
	return tx.key(r.Job, r.Number, r.Keys...)
}

// UpdateJobRow writes what a row says now; one that is done stays as it is.
func (tx *Tx) UpdateJobRow(r app.StoredJobRow) error {
	_, err := exec(tx.ctx, tx.q, rowInput, r.Grade, flag(r.LeftOut), r.First, r.Key, flag(r.Known), kept(r.Input), r.Job, r.Number)
	if err != nil {
		return err
	}
	return tx.key(r.Job, r.Number, r.Keys...)
}

// EndJobRow writes what a row came to. A row that is done stays as it is, and
// ok is false.
func (tx *Tx) EndJobRow(r app.StoredJobRow) (ok bool, err error) {
	n, err := exec(tx.ctx, tx.q, rowEnd, r.Outcome, flag(r.Changed), kept(r.Result), r.Job, r.Number)
	if err != nil || n == 0 {
		return false, err
	}
	if err := tx.had(r.Job, r.Outcome, n); err != nil {
		return false, err
	}
	return true, tx.key(r.Job, r.Number, r.Keys...)
}

// DropJobCalls forgets the questions about a row.
func (tx *Tx) DropJobCalls(job app.ID, number int) error {
	_, err := exec(tx.ctx, tx.q, callsDone, job, number)
	return err
}

// DropJobRows removes the rows of a list, to be read again.
func (tx *Tx) DropJobRows(job app.ID) error {
	for _, s := range []*statement{rowsDelete, jobKeysDelete, jobOutcomesDelete} {
		if _, err := exec(tx.ctx, tx.q, s, job); err != nil {
			return err
		}
	}
	return nil
}

// JobRowTold returns the first other row that names the person of the mark and
// can be asked about; 0 where there is none.
func (tx *Tx) JobRowTold(job app.ID, mark string, but int) (int, error) {
	return one(tx.ctx, tx.q, rowFirst, func(s scanner) (n int, err error) { err = s.Scan(&n); return n, err }, job, mark, but)
}

// HandOnJobRow lets the first of the rows that repeat this one stand in its
// place: this one names another person now, or is left out. heir is 0 where no
// row repeats it.
func (tx *Tx) HandOnJobRow(job app.ID, number int) (heir int, err error) {
	heir, err = one(tx.ctx, tx.q, rowsOrphan, func(s scanner) (n int, err error) { err = s.Scan(&n); return n, err }, job, number)
	if err != nil || heir == 0 {
		return 0, err
	}
	_, err = exec(tx.ctx, tx.q, rowsMove, heir, job, number)
	return heir, err
}

// BeginJobRows gives the rows that nobody is asked about their outcome.
func (tx *Tx) BeginJobRows(job app.ID) error {
	for _, x := range []struct {
		s       *statement
		outcome app.Outcome
	}{{rowsBad, app.OutcomeWrong}, {rowsLeftOut, app.OutcomeLeftOut}} {
		n, err := exec(tx.ctx, tx.q, x.s, x.outcome, job)
		if err == nil {
			err = tx.had(job, x.outcome, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CopyJobRows gives every repeated row the outcome of the first.
func (tx *Tx) CopyJobRows(job app.ID) error {
	_, err := exec(tx.ctx, tx.q, rowsCopy, job)
	return err
}

// StopJobRows gives every row that has no outcome yet this one.
func (tx *Tx) StopJobRows(job app.ID, outcome app.Outcome) error {
	if err := tx.CopyJobRows(job); err != nil {
		return err
	}
	n, err := exec(tx.ctx, tx.q, rowsStop, outcome, job)
	if err != nil {
		return err
	}
	return tx.had(job, outcome, n)
}

// RetryJobRows takes the outcome from the rows that have one of the two, and
// tells how many they were.
func (tx *Tx) RetryJobRows(job app.ID, a, b app.Outcome) (int64, error) {
	for _, o := range []app.Outcome{a, b} {
		if _, err := exec(tx.ctx, tx.q, jobOutcomeDelete, job, o); err != nil {
			return 0, err
		}
	}
	return exec(tx.ctx, tx.q, rowsRetry, []byte{}, job, a, b)
}

// JobRow returns a row.
func (q queries) JobRow(ctx context.Context, job app.ID, number int) (app.StoredJobRow, error) {
	return one(ctx, q.q, rowByNum, scanJobRow, job, number)
}

// JobRowsToAsk lists the next rows after a number that have no outcome yet and
// repeat no other.
func (q queries) JobRowsToAsk(ctx context.Context, job app.ID, after, limit int) ([]app.StoredJobRow, error) {
	return all(ctx, q.q, rowsAsk, scanJobRow, job, after, limit)
}

// JobRows lists rows in the order of the list.
func (q queries) JobRows(ctx context.Context, f app.JobRowFilter) ([]app.StoredJobRow, error) {
	var w where
	w.and("job = ?", f.Job)
	w.and("number > ?", f.After)
	if f.Grade != "" {
		w.and("grade = ?", f.Grade)
	}
	if f.Outcome != "" {
		w.and("outcome = ?", f.Outcome)
	}
	if f.Duplicates {
		w.and("first > 0")
	}
	if f.Changed {
		w.and("changed = 1")
	}
	return list(ctx, q.q, "job rows list", "SELECT "+rowColumns+" FROM job_rows", &w, " ORDER BY number", f.Limit, scanJobRow)
}

// JobCounts counts the rows of a job.
func (q queries) JobCounts(ctx context.Context, job app.ID) (app.JobCounts, error) {
	c := app.JobCounts{Outcomes: map[app.Outcome]int{}}
	err := each(ctx, q.q, rowsCount, func(s scanner) error {
		var grade string
		var outcome app.Outcome
		var done, leftOut, repeated, changed, n int
		if err := s.Scan(&grade, &outcome, &done, &leftOut, &repeated, &changed, &n); err != nil {
			return err
		}
		c.Rows += n
		switch grade {
		case app.GradeGood:
			c.Good += n
		case app.GradeDoubtful:
			c.Doubtful += n
		default:
			c.Bad += n
		}
		if repeated == 1 {
			c.Duplicates += n
		}
		if leftOut == 1 {
			c.LeftOut += n
		}
		if changed == 1 {
			c.Changed += n
		}
		if grade != app.GradeBad && leftOut == 0 && repeated == 0 {
			c.Ask += n
			c.Done += done * n
		}
		if outcome != "" {
			c.Outcomes[outcome] += n
		}
		return nil
	}, job)
	return c, err
}

// JobUnknown counts the rows to be asked about whose ANPR id is not known at
// the moment.
func (q queries) JobUnknown(ctx context.Context, job app.ID, at time.Time) (int, error) {
	return one(ctx, q.q, rowsUnknown, func(s scanner) (n int, err error) { err = s.Scan(&n); return n, err }, at, job)
}

// PutJobCall writes that a question is about to be asked.
func (tx *Tx) PutJobCall(c app.StoredJobCall) error {
	_, err := exec(tx.ctx, tx.q, callIntent, c.Job, c.Number, c.Service, c.Turn, kept(c.Sealed))
	return err
}

// SettleJobCall writes what is kept of a question about a row that has its
// outcome, for the case that it is asked about once more.
func (tx *Tx) SettleJobCall(c app.StoredJobCall) error {
	_, err := exec(tx.ctx, tx.q, callSettle, flag(c.Answered), kept(c.Sealed), c.Job, c.Number, c.Service)
	return err
}

// EndJobCall writes the answer to a question.
func (tx *Tx) EndJobCall(c app.StoredJobCall) error {
	_, err := exec(tx.ctx, tx.q, callEnd, kept(c.Sealed), c.Job, c.Number, c.Service)
	return err
}

// JobCalls lists the questions about the rows that have begun and are not done,
// or have failed: those that were answered, and those of which nobody knows.
func (q queries) JobCalls(ctx context.Context, job app.ID) ([]app.StoredJobCall, error) {
	return all(ctx, q.q, callsOfJob, scanJobCall, job)
}
