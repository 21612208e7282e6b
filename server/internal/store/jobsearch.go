package store

import (
	"context"
	"strings"

	"indagor/app"
)

// jobStretch is how many jobs a page looks through: fewer than of other
// archives, since of each the rows may be looked at, and what stands sealed.
var jobStretch = 500 // tests make it small

// jobsOf says how the filter is read.
func jobsOf(f app.JobFilter) (*archived, error) {
	a := &archived{name: "jobs", columns: jobColumns, at: "created", id: "id", most: jobStretch}
	a.rows = "jobs j" + by("jobs_archive")
	if f.Service != "" {
		a.rows = "jobs j" + by("jobs_user")
	}
	a.looked = a.rows
	a.and("user_id = ?", f.User)
	if f.Service != "" {
		a.and("service = ?", f.Service)
	}
	for _, c := range []condition{{"state", string(f.State)}, {"purpose", string(f.Purpose)}} {
		if c.value != "" {
			a.also(c.column+" = ?", c.value)
		}
	}
	if f.Outcome != "" {
		a.also("EXISTS (SELECT 1 FROM job_outcomes o WHERE o.job = j.id AND o.outcome = ?)", f.Outcome)
	}
	if len(f.Marks)+len(f.Members) > 0 {
		cond, args := person(f.Marks, f.Members)
		a.also(cond, args...)
	}
	a.period(a.at, f.From, f.Until)
	return a, a.after(f.Cursor)
}

// person is the condition that a row of the job has one of the marks, or that
// one of the members was met in a household.
func person(marks, members []string) (cond string, args []any) {
	var conds []string
	for _, x := range []struct {
		table string
		marks []string
	}{{"job_rows", marks}, {"job_keys", marks}, {"job_members", members}} {
		if len(x.marks) == 0 {
			continue
		}
		conds = append(conds, "EXISTS (SELECT 1 FROM "+x.table+" x WHERE x.job = j.id AND x.mark IN ("+strings.Repeat("?, ", len(x.marks)-1)+"?))")
		for _, m := range x.marks {
			args = append(args, m)
		}
	}
	return strings.Join(conds, " OR "), args
}

// Jobs lists one user's jobs, newest first; keep says of what stands sealed
// whether a job is found, nil finds all. A page may be shorter than asked, even
// empty, and not the last: it is the last where the cursor is empty.
func (q queries) Jobs(ctx context.Context, f app.JobFilter, keep func(app.StoredJob) (bool, error)) ([]app.StoredJob, string, error) {
	a, err := jobsOf(f)
	if err != nil {
		return nil, "", err
	}
	return archive(ctx, q, a, f.Limit, scanJob, func(j app.StoredJob) app.ID { return j.ID }, keep)
}

var (
	jobKeyInsert  = register("job key insert", `INSERT INTO job_keys (job, mark, number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`)
	jobKeyDelete  = register("job key delete", `DELETE FROM job_keys WHERE job = $1 AND mark = $2 AND number = $3`)
	jobKeysDelete = register("job keys delete", `DELETE FROM job_keys WHERE job = $1`)

	jobOutcomeInsert  = register("job outcome insert", `INSERT INTO job_outcomes (job, outcome) VALUES ($1, $2) ON CONFLICT DO NOTHING`)
	jobOutcomeDelete  = register("job outcome delete", `DELETE FROM job_outcomes WHERE job = $1 AND outcome = $2`)
	jobOutcomesDelete = register("job outcomes delete", `DELETE FROM job_outcomes WHERE job = $1`)
)

// key keeps further marks by which the person of a row is found.
func (tx *Tx) key(job app.ID, number int, marks ...string) error {
	for _, m := range marks {
		if _, err := exec(tx.ctx, tx.q, jobKeyInsert, job, m, number); err != nil {
			return err
		}
	}
	return nil
}

// DropJobKeys removes marks of a row that names another person now.
func (tx *Tx) DropJobKeys(job app.ID, number int, marks ...string) error {
	for _, m := range marks {
		if _, err := exec(tx.ctx, tx.q, jobKeyDelete, job, m, number); err != nil {
			return err
		}
	}
	return nil
}

// had writes that rows of a job have the outcome, where any have it.
func (tx *Tx) had(job app.ID, outcome app.Outcome, rows int64) error {
	if rows == 0 {
		return nil
	}
	_, err := exec(tx.ctx, tx.q, jobOutcomeInsert, job, outcome)
	return err
}
