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

// awaitWait lets a job run until it waits, or until it runs no more.
func awaitWait(t testing.TB, c *servertest.Client, id app.ID) wire.Job {
	t.Helper()
	for {
		job := say(t, c, wire.GetJob, &wire.GetJobInput{ID: id, Wait: 1, Seen: app.JobRunning}).Body
		if job.State != app.JobRunning || job.Progress != nil && job.Progress.Waits != "" {
			return job
		}
	}
}

// A list that needs more than a day's quota, ANPR's or the body's own, waits for
// midnight in Rome as often as it must, loses no row and asks nothing twice.
func TestJobWaitsForQuota(t *testing.T) {
	const quota, rows = 25, 50
	for _, x := range []struct {
		what string
		code app.Code
		sim  func(*sim.Config)
		own  int
	}{
		{"of ANPR", app.CodeAnprQuota, func(c *sim.Config) { c.QuotaOf = map[string]int{"C015": quota} }, 0},
		{"of the body", app.CodeOwnQuota, func(*sim.Config) {}, quota},
	} {
		t.Run(x.what, func(t *testing.T) {
			clock := newClock()
			w := servertest.Start(t, servertest.Options{
				Server: func(o *server.Options) { o.Jobs, o.Now = -1, clock.now },
				Sim:    func(c *sim.Config) { c.Clock = clock.now; x.sim(c) },
			})
			if x.own > 0 {
				allow(t, w, map[string]int{"C015": x.own})
			}
			p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
			c := w.At(p, "SPORTELLO-01")
			list, n := "id anpr\n", 0
			for y := range w.Sim.People(func(p *sim.Person) bool { return p.CF != "" && p.Second == "" && p.Cancelled == 0 && p.Index > 60 }) {
				list += y.IDANPR + "\n"
				if n++; n == rows {
					break
				}
			}
			job := upload(t, c, app.ServiceEnrichment, "x.csv", list)
			if x.own > 0 {
				if need := job.Plan.Services[len(job.Plan.Services)-1]; need.Limit != quota || need.Remaining == nil || *need.Remaining != quota*4/5 {
					t.Errorf("the plan says %+v", need)
				}
			}
			say(t, c, wire.StartJob, order(c, job.ID, "surname"))
			nights := 0
			for {
				if job = awaitWait(t, c, job.ID); job.State != app.JobRunning {
					break
				}
				rome, err := time.LoadLocation("Europe/Rome")
				if err != nil {
					t.Fatal(err)
				}
				y, m, d := clock.now().In(rome).Date()
				midnight := time.Date(y, m, d+1, 0, 0, 0, 0, rome)
				if job.Progress.Waits != x.code || !job.Progress.Until.Equal(midnight) {
					t.Fatalf("it waits for %s until %v", job.Progress.Waits, job.Progress.Until)
				}
				if nights++; nights > 3 {
					t.Fatalf("night %d: %+v", nights, job.Counts)
				}
				clock.add(midnight.Sub(clock.now()) + time.Minute)
				c.Enter(p)
			}
			if job.State != app.JobDone || job.Counts.Done != rows || job.Counts.Outcomes[app.OutcomeFailed] != 0 || nights != 2 {
				t.Errorf("after %d nights %+v", nights, job)
			}
			asked := map[string]int{}
			for _, k := range w.Sim.Journal() {
				if k.Service == "C015" && k.Key != "" {
					asked[k.Key]++
				}
			}
			for who, n := range asked {
				if n != 1 {
					t.Errorf("%s was asked %d times", who, n)
				}
			}
			if len(asked) != rows {
				t.Errorf("%d asked", len(asked))
			}
		})
	}
}

// allow sets the body's own daily limits.
func allow(t testing.TB, w *servertest.World, quotas map[string]int) {
	t.Helper()
	in := &wire.SaveSettingsInput{Body: say(t, w.Desk, wire.GetSettings, &wire.None{}).Body.Settings}
	in.Body.Services.Quotas = quotas
	say(t, w.Desk, wire.SaveSettings, in)
}

// What an officer asks by list does not count towards the body's own limit: his
// colleagues would be refused, and TOP would learn of it.
func TestJobOfStandardPSIsApart(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	allow(t, w, map[string]int{"C015": 5, "C030": 5})
	c := w.At(w.Person(app.RoleStandardPS, w.Registry, bulkUser(app.ScopeNational)), "PL-01")
	list := "cf\n"
	for _, who := range []string{"resident", "wife", "daughter", "elsewhere", "widow", "moved", "foreigner"} {
		list += fmt.Sprintln(cast(t, who).CF)
	}
	job := upload(t, c, app.ServiceEnrichment, "x.csv", list)
	say(t, c, wire.StartJob, order(c, job.ID, "surname"))
	if job = awaitWait(t, c, job.ID); job.State != app.JobDone || job.Counts.Outcomes[app.OutcomeFailed] != 0 {
		t.Errorf("%+v", job)
	}
	colleague := w.At(w.Person(app.RoleStandard, w.Registry, nil), "SPORTELLO-01")
	for i, who := range []string{"resident", "wife", "daughter", "elsewhere", "widow"} {
		v, err := colleague.Ask(fmt.Sprint("colleague-", i), wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: cast(t, who).CF}, FileReference: "Pratica 1"})
		if err != nil || v.Outcome != app.OutcomeFound {
			t.Fatalf("the colleague's request %d: %v %s %s", i, err, v.Outcome, v.Code)
		}
	}
}
