package server_test

import (
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// A list whose operator is moved while it runs is paused, and goes on by his own
// hand: what is asked from then on stands under his new ADMIN (specification
// §2). He alone is told of its states as they change.
func TestJobOfWhoIsMoved(t *testing.T) {
	clock := newClock()
	h, o := held(t, "C015")
	o.Server = func(o *server.Options) { o.Jobs, o.Now = -1, clock.now }
	o.Sim = func(c *sim.Config) { c.Clock = clock.now }
	w := servertest.Start(t, o)
	next := w.Person(app.RoleAdmin, w.Registry, nil).User
	p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
	c, stranger := w.At(p, "SPORTELLO-01"), w.At(w.Person(app.RoleStandard, w.Registry, nil), "SPORTELLO-02")
	hears, deaf := listen(t, c.Client), listen(t, stranger.Client)
	heard := func(id app.ID) {
		t.Helper()
		for {
			if s := hears.next(); s.Kind == app.SignalJob {
				if s.ID != id {
					t.Errorf("he hears of the job %s", s.ID)
				}
				return
			}
		}
	}
	list, rows := "cf\n", 0
	for x := range w.Sim.People(func(p *sim.Person) bool { return p.CF != "" && p.Second == "" && p.Cancelled == 0 && p.Index > 60 }) {
		list += x.CF + "\n"
		if rows++; rows == 40 {
			break
		}
	}
	job := upload(t, c, app.ServiceEnrichment, "x.csv", list)
	heard(job.ID)
	say(t, c, wire.StartJob, order(c, job.ID, "surname"))
	<-h.held

	in := &wire.PlanMovesInput{}
	in.Body.Admin, in.Body.Operators, in.Body.Terms = next.ID, []app.ID{p.ID}, wire.MoveTerms{Mediator: w.Top.ID}
	plan := say(t, w.Desk, wire.PlanMoves, in).Body
	say(t, w.Desk, wire.RunMoves, runOf("key-of-the-move", plan, "", in.Body.Terms))
	clock.add(2 * time.Second) // what the rules said is no longer good
	h.release()
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobPaused || job.Code != app.CodeJobMoved || job.Counts.Done == job.Counts.Ask {
		t.Fatalf("%+v", job)
	}
	before := job.Counts.Done
	heard(job.ID)
	say(t, c, wire.ResumeJob, named(job.ID))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Done != job.Counts.Ask {
		t.Fatalf("%+v", job)
	}
	under := map[app.ID]int{}
	for _, e := range w.Readable() {
		if e.Kind == app.EventJobRow && e.Actor.User == p.ID {
			under[e.Actor.Admin]++
		}
	}
	if under[w.Admin.ID] != before || under[next.ID] != rows-before {
		t.Errorf("%d rows of %d were asked before: the log has %v", before, rows, under)
	}
	post(t, w.Desk, draft(w, "a tutti", app.Target{}))
	for _, s := range deaf.until(app.SignalNotice) {
		if s.Kind == app.SignalJob {
			t.Errorf("a colleague hears of the job %s", s.ID)
		}
	}
}

// A list is asked again only as a whole: where the one before is removed while
// its rows are taken, nothing is made of a part.
func TestJobAgainOfWhatIsGone(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	first := upload(t, c, app.ServiceEnrichment, "x.csv", "cf\n"+cast(t, "resident").CF+"\n"+cast(t, "wife").CF+"\n")
	say(t, c, wire.StartJob, order(c, first.ID, "surname"))
	awaitJob(t, c, first.ID, app.JobRunning)
	raw := rawTables(t, w)
	if _, err := raw.db.Exec("DELETE FROM job_rows WHERE job = $1 AND number = 2", first.ID); err != nil {
		t.Fatal(err)
	}
	again := say(t, c, wire.RepeatJob, &wire.RepeatJobInput{Key: "again-of-a-part", ID: first.ID}).Body
	if again = awaitJob(t, c, again.ID, app.JobReading); again.State != app.JobRejected || again.Code != app.CodeJobGone {
		t.Errorf("%+v", again)
	}
}
