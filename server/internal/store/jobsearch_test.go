package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store/storetest"
)

// TestJobs: pages of one's own lists, by every filter and several at once, are
// those that a walk through all of them finds, in the same order, of the one
// user only, however little a page may look through.
func TestJobs(t *testing.T) {
	defer func(n int) { jobStretch = n }(jobStretch)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		rnd := rand.New(rand.NewPCG(7, 11))
		pick := func(of ...string) string { return of[rnd.IntN(len(of))] }
		start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		type kept struct {
			app.StoredJob
			outcomes, marks, members []string
		}
		var all []kept
		for n := range 150 {
			j := kept{StoredJob: app.StoredJob{
				ID: app.NewID(), User: app.ID(pick("u1", "u1", "u2")), Idempotency: fmt.Sprint(n), Service: app.Service(pick("enrichment", "enrichment", "household")),
				State: app.JobState(pick("done", "done", "ready")), Purpose: app.ID(pick("p1", "p2", "")), Created: start.Add(time.Duration(rnd.IntN(100)) * time.Hour), Sealed: []byte(pick("tari", "imu")),
			}}
			for range 1 + rnd.IntN(3) {
				j.marks = append(j.marks, pick("m1", "m2", "m3"))
				j.outcomes = append(j.outcomes, pick("found", "found", "deceased", "failed"))
			}
			if j.Service == app.ServiceHousehold {
				j.members = []string{pick("h1", "h2")}
			}
			all = append(all, j)
		}
		write := func(fn func(tx *Tx) error) {
			t.Helper()
			if err := db.Write(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *Tx) error {
			for _, j := range all {
				if err := tx.InsertJob(j.StoredJob); err != nil {
					return err
				}
				for i, o := range j.outcomes {
					r := app.StoredJobRow{Job: j.ID, Number: i + 1, Grade: app.GradeGood, Key: j.marks[i]}
					if i%2 == 1 { // the register alone told this one
						r.Key, r.Keys = "by name", []string{j.marks[i]}
					}
					if err := tx.InsertJobRow(r); err != nil {
						return err
					}
					r.Outcome = app.Outcome(o)
					if ok, err := tx.EndJobRow(r); err != nil || !ok {
						return fmt.Errorf("%v %w", ok, err)
					}
				}
				for _, m := range j.members {
					if err := tx.PutJobMember(j.ID, m, 1, "n"); err != nil {
						return err
					}
				}
			}
			return nil
		})
		slices.SortFunc(all, func(a, b kept) int {
			if c := b.Created.Compare(a.Created); c != 0 {
				return c
			}
			return strings.Compare(string(b.ID), string(a.ID))
		})
		walk := func(f app.JobFilter, keep func(app.StoredJob) (bool, error)) (ids []app.ID) {
			for pages := 0; ; pages++ {
				rows, next, err := db.Jobs(ctx, f, keep)
				if err != nil || len(rows) > f.Limit || pages > 300 {
					t.Fatalf("%+v: %d rows, %d pages, %v", f, len(rows), pages, err)
				}
				for _, j := range rows {
					ids = append(ids, j.ID)
				}
				if f.Cursor = next; next == "" {
					return ids
				}
			}
		}
		for _, jobStretch = range []int{1, 7, 500} {
			for range 150 {
				f := app.JobFilter{User: "u1", Limit: 1 + rnd.IntN(30)}
				maybe := func(set func()) {
					if rnd.IntN(4) == 0 {
						set()
					}
				}
				text := ""
				var keep func(app.StoredJob) (bool, error)
				maybe(func() { f.Service = app.Service(pick("enrichment", "household")) })
				maybe(func() { f.State = app.JobState(pick("done", "ready", "paused")) })
				maybe(func() { f.Outcome = app.Outcome(pick("found", "deceased", "failed", "refused")) })
				maybe(func() { f.Purpose = "p2" })
				maybe(func() { f.Marks = [][]string{{"m1"}, {"m2", "m3"}, {"m4"}}[rnd.IntN(3)] })
				maybe(func() { f.Members = []string{pick("h1", "h3"), "h2"} })
				maybe(func() { f.From = start.Add(20 * time.Hour) })
				maybe(func() { f.Until = start.Add(70 * time.Hour) })
				maybe(func() {
					text = pick("tari", "nothing")
					keep = func(j app.StoredJob) (bool, error) { return string(j.Sealed) == text, nil }
				})
				has := func(have, any []string) bool {
					return slices.ContainsFunc(any, func(x string) bool { return slices.Contains(have, x) })
				}
				var want []app.ID
				for _, j := range all {
					switch {
					case j.User != f.User, f.Service != "" && j.Service != f.Service, f.State != "" && j.State != f.State, f.Purpose != "" && j.Purpose != f.Purpose,
						f.Outcome != "" && !slices.Contains(j.outcomes, string(f.Outcome)), text != "" && string(j.Sealed) != text,
						!f.From.IsZero() && j.Created.Before(f.From), !f.Until.IsZero() && !j.Created.Before(f.Until),
						len(f.Marks)+len(f.Members) > 0 && !has(j.marks, f.Marks) && !has(j.members, f.Members):
						continue
					}
					want = append(want, j.ID)
				}
				if got := walk(f, keep); !slices.Equal(got, want) {
					t.Fatalf("by %d, %+v, %q: %v, want %v", jobStretch, f, text, got, want)
				}
			}
		}
		if _, _, err := db.Jobs(ctx, app.JobFilter{User: "u1", Limit: 1, Cursor: "x"}, nil); app.CodeOf(err) != app.CodeMalformed {
			t.Errorf("a wrong cursor: %v", err)
		}
	})
}

// TestJobOutcomes: by which outcomes a list is found follows its rows: what was
// not asked, given up, asked again, removed.
func TestJobOutcomes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		job := app.StoredJob{ID: app.NewID(), User: "u", Service: app.ServiceEnrichment, State: app.JobReady, Created: time.Unix(1, 0), Sealed: []byte{1}}
		check := func(what string, fn func(tx *Tx) error, want ...app.Outcome) {
			t.Helper()
			if err := db.Write(ctx, fn); err != nil {
				t.Fatal(what, err)
			}
			counts, err := db.JobCounts(ctx, job.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range app.JobOutcomes {
				rows, _, err := db.Jobs(ctx, app.JobFilter{User: "u", Outcome: o, Limit: 1}, nil)
				if wanted := slices.Contains(want, o); err != nil || (len(rows) > 0) != wanted || (counts.Outcomes[o] > 0) != wanted {
					t.Errorf("%s: by %s %d lists of %d rows, %v", what, o, len(rows), counts.Outcomes[o], err)
				}
			}
		}
		row := func(n int) app.StoredJobRow {
			return app.StoredJobRow{Job: job.ID, Number: n, Grade: app.GradeGood, Key: fmt.Sprint(n)}
		}
		end := func(n int, o app.Outcome) func(tx *Tx) error {
			return func(tx *Tx) error {
				r := row(n)
				r.Outcome = o
				_, err := tx.EndJobRow(r)
				return err
			}
		}
		check("read", func(tx *Tx) error {
			if err := tx.InsertJob(job); err != nil {
				return err
			}
			for n, change := range []func(*app.StoredJobRow){
				func(r *app.StoredJobRow) { r.Grade = app.GradeBad }, func(*app.StoredJobRow) {}, func(*app.StoredJobRow) {}, func(*app.StoredJobRow) {}, func(r *app.StoredJobRow) { r.First = 2 },
			} {
				r := row(n + 1)
				change(&r)
				if err := tx.InsertJobRow(r); err != nil {
					return err
				}
			}
			return nil
		})
		check("begun", func(tx *Tx) error { return tx.BeginJobRows(job.ID) }, app.OutcomeWrong)
		check("found", end(2, app.OutcomeFound), app.OutcomeWrong, app.OutcomeFound)
		check("failed", end(3, app.OutcomeFailed), app.OutcomeWrong, app.OutcomeFound, app.OutcomeFailed)
		check("of a row that is done", end(3, app.OutcomeRefused), app.OutcomeWrong, app.OutcomeFound, app.OutcomeFailed)
		check("given up", func(tx *Tx) error { return tx.StopJobRows(job.ID, app.OutcomeWithdrawn) }, app.OutcomeWrong, app.OutcomeFound, app.OutcomeFailed, app.OutcomeWithdrawn)
		check("asked again", func(tx *Tx) error {
			_, err := tx.RetryJobRows(job.ID, app.OutcomeFailed, app.OutcomeWithdrawn)
			return err
		}, app.OutcomeWrong, app.OutcomeFound)
		check("deceased", end(3, app.OutcomeDeceased), app.OutcomeWrong, app.OutcomeFound, app.OutcomeDeceased)
		check("removed", func(tx *Tx) error { return tx.DeleteJob(job.ID) })
		for _, table := range []string{"job_rows", "job_keys", "job_outcomes", "job_members"} {
			left := unregistered("left", "SELECT count(*) FROM "+table)
			if n, err := one(ctx, db.q, left, scanInt); err != nil || n != 0 {
				t.Errorf("%d of %s are left, %v", n, table, err)
			}
		}
	})
}

// jobsUser has the large lists, and others have some.
const jobsUser = "uuuuuuuuuuuuuuuuuuuuuu1000"

// fillJobs writes lists of so many rows each, five of six of one user, with a
// mark of every row, further marks of every second one, and few outcomes.
func fillJobs(t testing.TB, db *DB, jobs, rows int) {
	t.Helper()
	series := func(name string, n int) string {
		return fmt.Sprintf("%s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM %s WHERE i < %d)", name, name, n-1)
	}
	pool := raw(t, db)
	blob := "zeroblob(300)"
	if db.dialect == dialectPostgres {
		blob = "decode(repeat('00', 300), 'hex')"
	}
	with := "WITH RECURSIVE " + series("j", jobs) + ", " + series("r", rows) + " "
	text := func(of string) string { return "CAST((" + of + ") AS TEXT)" }
	id := "'job' || " + text("10000000 + j.i")
	run(t, pool, "INSERT INTO jobs ("+jobColumns+") "+with+"SELECT "+strings.Join([]string{
		id, "'uuuuuuuuuuuuuuuuuuuuuu' || " + text("CASE WHEN j.i % 6 = 0 THEN 1001 + j.i % 50 ELSE 1000 END"), text("j.i"), "'d'", "CASE j.i % 3 WHEN 0 THEN 'household' ELSE 'enrichment' END",
		"'done'", "CASE j.i % 40 WHEN 1 THEN 'p2' ELSE 'p1' END", fmt.Sprintf("%d + j.i * 1000000", largeFrom.UnixMicro()), fmt.Sprintf("%d + j.i * 1000000", largeFrom.UnixMicro()), blob,
	}, ", ")+" FROM j")
	run(t, pool, "INSERT INTO job_rows ("+rowColumns+") "+with+"SELECT "+strings.Join([]string{
		id, "r.i + 1", "'good'", "0", "0", "'mark' || " + text("(r.i * 7919 + j.i * 104729) % 1000000"), "0", "1", "CASE WHEN j.i % 50 = 1 AND r.i = 7 THEN 'failed' ELSE 'found' END", "0", blob, blob, blob,
	}, ", ")+" FROM j, r")
	run(t, pool, "INSERT INTO job_keys (job, mark, number) SELECT job, 'key' || mark, number FROM job_rows WHERE number % 2 = 0")
	run(t, pool, "INSERT INTO job_members (job, mark, number, nucleus) SELECT job, 'member' || mark, MIN(number), 'n' FROM job_rows WHERE number % 3 = 0 GROUP BY 1, 2")
	run(t, pool, "INSERT INTO job_outcomes (job, outcome) SELECT DISTINCT job, outcome FROM job_rows")
	if db.dialect == dialectPostgres {
		for _, table := range []string{"jobs", "job_rows", "job_keys", "job_members", "job_outcomes"} {
			run(t, pool, "VACUUM ANALYZE "+table)
		}
	}
}

// jobQuestions are what is asked of many lists.
func jobQuestions() map[string]app.JobFilter {
	out := map[string]app.JobFilter{
		"first page":           {},
		"of a service":         {Service: app.ServiceHousehold},
		"by state":             {State: app.JobDone},
		"by rare state":        {State: app.JobPaused},
		"by purpose":           {Purpose: "p2"},
		"by outcome":           {Outcome: app.OutcomeFound},
		"by rare outcome":      {Outcome: app.OutcomeFailed},
		"by no outcome":        {Outcome: app.OutcomeRefused},
		"by person":            {Marks: []string{"mark7919", "keymark7919"}, Members: []string{"membermark7919"}},
		"by nobody":            {Service: app.ServiceHousehold, Marks: []string{"x", "y"}, Members: []string{"z"}},
		"by person and period": {Marks: []string{"mark7919", "own"}, From: largeFrom.Add(time.Second), Until: largeFrom.Add(time.Minute)},
	}
	for name, f := range out {
		f.User, f.Limit = jobsUser, 50
		out[name] = f
	}
	return out
}

// jobsMost is how long a page of lists may take that looks through a stretch of
// them.
const jobsMost = 100 * time.Millisecond

// TestJobPlans: lists are found by indexes, and nothing much is sorted, however
// many rows they have. PostgreSQL reads what is small as a whole.
func TestJobPlans(t *testing.T) {
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		fillJobs(t, db, 600, 60)
		pool := raw(t, db)
		for name, f := range jobQuestions() {
			a, err := jobsOf(f)
			if err == nil {
				_, err = db.stop(ctx, a)
			}
			if err != nil {
				t.Fatal(err)
			}
			s, args := a.page(f.Limit + 1)
			end, through := a.stretch()
			for what, x := range map[string]struct {
				s    *statement
				args []any
			}{"page": {s, args}, "stretch": {end, through}} {
				p := planOf(t, pool, db, x.s, x.args)
				if db.dialect == dialectPostgres {
					p = strings.ReplaceAll(p, "Seq Scan", "Scan")
				}
				for _, table := range []string{"j", "x", "o", "job_rows", "job_keys", "job_members", "job_outcomes"} {
					if why := bad(db, table, p, 1000); why != "" {
						t.Errorf("%s of %s: %s:\n%s\n%s", what, name, why, x.s.text[db.dialect], p)
						break
					}
				}
			}
		}
	})
}

// BenchmarkJobs reads pages of 600 lists of 2,000 rows each. One that takes too
// long fails.
func BenchmarkJobs(b *testing.B) {
	ctx := context.Background()
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := storetest.SQLite(b)
			if engine == "postgres" {
				dsn = storetest.Postgres(b)
			}
			db := open(b, dsn, Options{})
			fillJobs(b, db, 600, 2000)
			for name, f := range jobQuestions() {
				b.Run(name, func(b *testing.B) {
					took(b, jobsMost, map[string]func() error{name: func() error { _, _, err := db.Jobs(ctx, f, nil); return err }})
				})
			}
		})
	}
}
