package server_test

import (
	"fmt"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// A list is asked again at a day at which one thing is different: that one row
// counts as changed, whatever failed on the way, in whatever order the members
// of a family are met, and whatever columns are named.
func TestJobAgainTellsWhatChanged(t *testing.T) {
	for _, x := range []struct {
		service    app.Service
		people     []string
		then, now  app.Day
		broken     string // the e-service that fails
		changed    int
		fieldsThen []string
		fieldsNow  []string
	}{
		{app.ServiceEnrichment, []string{"elsewhere", "moved"}, "2024-08-01", "2024-10-01", "C020", 1, []string{"surname", "address"}, []string{"surname"}},
		// A daughter is born, and the whole family is told of her.
		{app.ServiceHousehold, []string{"elsewhere", "wife"}, "2026-08-01", "2026-10-01", "C021", 1, nil, nil},
		{app.ServiceHousehold, []string{"wife", "resident"}, "2026-08-01", "2026-10-01", "C021", 2, nil, nil},
		{app.ServiceHousehold, []string{"wife", "resident"}, "2026-10-01", "2026-10-02", "C021", 0, nil, nil},
		{app.ServiceHousehold, []string{"divorced", "divorced_wife"}, "2018-10-02", "2018-10-04", "C021", 2, nil, nil},
	} {
		t.Run(fmt.Sprint(x.service, " ", x.now), func(t *testing.T) {
			clock := newClock()
			w := servertest.Start(t, servertest.Options{
				Server: func(o *server.Options) { o.Jobs, o.Now = -1, clock.now },
				Sim:    func(c *sim.Config) { c.Clock = clock.now },
			})
			c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
			content := "cf\n"
			for _, who := range x.people {
				content += cast(t, who).CF + "\n"
			}
			// The pauses after failures end by the clock.
			ended := func(id app.ID) wire.Job {
				for {
					job := say(t, c, wire.GetJob, &wire.GetJobInput{ID: id}).Body
					if job.State != app.JobRunning {
						return job
					}
					clock.add(50 * time.Millisecond)
				}
			}
			run := func(id app.ID, day app.Day, fields []string) wire.Job {
				in := order(c, id, fields...)
				in.Body.ReferenceDate = day
				clock.add(time.Minute) // the failures of each run are judged by themselves
				say(t, c, wire.StartJob, in)
				job := ended(id)
				if job.State != app.JobDone {
					t.Fatalf("%+v", job)
				}
				return job
			}
			again := func(id app.ID) wire.Job {
				job := say(t, c, wire.RepeatJob, &wire.RepeatJobInput{Key: "again-" + string(id), ID: id}).Body
				return awaitJob(t, c, job.ID, app.JobReading)
			}
			first := upload(t, c, x.service, "x.csv", content)
			run(first.ID, x.then, x.fieldsThen)
			faults := func(f ...sim.Fault) {
				if err := w.Sim.SetFaults(f); err != nil {
					t.Fatal(err)
				}
			}
			// A failure is no change, nor is what is said afterwards. Of two rows
			// that get five broken answers one gives up at its third, unless a
			// relative's tells of it.
			faults(sim.Fault{Kind: sim.FaultBrokenJSON, Service: x.broken, Times: 5})
			second := again(first.ID)
			second = run(second.ID, x.then, x.fieldsNow)
			if second.Counts.Changed != 0 || x.people[0] == "elsewhere" && second.Counts.Outcomes[app.OutcomeFailed] == 0 {
				t.Fatalf("%+v", second.Counts)
			}
			third := again(second.ID) // whose answers are those of the first
			faults()
			if second.Counts.Outcomes[app.OutcomeFailed] > 0 {
				say(t, c, wire.RetryJob, named(second.ID))
			}
			if second = ended(second.ID); second.Counts.Changed != 0 || second.Counts.Outcomes[app.OutcomeFailed] != 0 {
				t.Errorf("after the failures: %+v", second.Counts)
			}
			if third = run(third.ID, x.now, x.fieldsNow); third.Counts.Changed != x.changed {
				t.Errorf("%d rows changed, want %d: %+v", third.Counts.Changed, x.changed, third.Counts)
			}
			if len(x.fieldsThen) > 0 {
				got := result(t, c, &wire.JobResultInput{ID: third.ID, Changed: true})
				if len(got.rows) != 2 || got.cell(0, "cf") != cast(t, "moved").CF || got.cell(0, "Indirizzo") == "" {
					t.Errorf("%q", got.rows)
				}
			}
		})
	}
}

// Of a job that repeats another and is stopped, the rows that were not asked
// show nothing, least of all the answers of the other under a new day.
func TestJobAgainStopped(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	job := upload(t, c, app.ServiceEnrichment, "x.csv", "cf\n"+cast(t, "resident").CF+"\n")
	say(t, c, wire.StartJob, order(c, job.ID, "surname"))
	awaitJob(t, c, job.ID, app.JobRunning)
	again := say(t, c, wire.RepeatJob, &wire.RepeatJobInput{Key: "once-more-1", ID: job.ID}).Body
	awaitJob(t, c, again.ID, app.JobReading)
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultGW503}}); err != nil {
		t.Fatal(err)
	}
	say(t, c, wire.StartJob, order(c, again.ID, "surname"))
	say(t, c, wire.StopJob, named(again.ID))
	got := result(t, c, &wire.JobResultInput{ID: again.ID})
	if got.cell(0, "Cognome") != "" || got.cell(0, "Operazione ANPR") != "" || got.cell(0, "Esito") == "Dati trovati" {
		t.Errorf("%q", got.rows)
	}
}

// One e-service that fails costs nothing of what the others answered: asking
// the failures again asks only what is missing, each call under a number of its
// own, and the log has each call once.
func TestJobRetryKeepsAnswers(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	job := upload(t, c, app.ServiceEnrichment, "x.csv", "cf\n"+cast(t, "resident").CF+"\n"+cast(t, "wife").CF+"\n")
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultBrokenJSON, Service: "C018"}}); err != nil {
		t.Fatal(err)
	}
	say(t, c, wire.StartJob, order(c, job.ID, "surname", "address", "citizenship"))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.Counts.Outcomes[app.OutcomeFailed] != 2 {
		t.Fatalf("%+v", job.Counts)
	}
	if err := w.Sim.SetFaults(nil); err != nil {
		t.Fatal(err)
	}
	before := len(w.Sim.Journal())
	say(t, c, wire.RetryJob, named(job.ID))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.Counts.Outcomes[app.OutcomeFound] != 2 {
		t.Fatalf("%+v", job.Counts)
	}
	ids := map[string]int{}
	for i, k := range w.Sim.Journal() {
		if k.Key == "" {
			continue
		}
		if i >= before && k.Service != "C018" {
			t.Errorf("%s was asked again", k.Service)
		}
		if k.Repeated {
			t.Errorf("the number %s was used before", k.OperationClient)
		}
		ids[k.OperationClient]++
	}
	logged := map[string]int{}
	for _, e := range w.Readable() {
		for _, k := range e.Calls {
			logged[k.Client]++
		}
	}
	for id := range ids {
		if logged[id] != 1 {
			t.Errorf("%s stands in the log %d times", id, logged[id])
		}
	}
	if len(logged) != len(ids) {
		t.Errorf("%d calls in the log, %d were made", len(logged), len(ids))
	}
	got := result(t, c, &wire.JobResultInput{ID: job.ID})
	for _, title := range []string{"Cognome", "Indirizzo", "Cittadinanza"} {
		if got.cell(0, title) == "" {
			t.Errorf("%s is missing: %q", title, got.rows)
		}
	}
}
