package server_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/anpr"
	"indagor/server/servertest"
)

// TestJournalMatchesLog: after a thousand mixed look-ups with faults the
// journal of ANPR's stand-in and the server's log agree call by call, in both
// directions: what was asked is exactly what was logged, in whose name, from
// where, under which file. What STANDARDPS users asked is in the sealed log.
func TestJournalMatchesLog(t *testing.T) {
	w := servertest.Start(t, servertest.Options{
		Config: func(c *server.Config) { c.ANPR.Timeout = server.Duration(3 * time.Second) },
	})
	var people []*sim.Person
	for p := range w.Sim.People(func(*sim.Person) bool { return true }) {
		if people = append(people, p); len(people) == 300 {
			break
		}
	}
	own := func(u *app.User) { u.Profile.Visure.Scope = app.Scope{Kind: app.ScopeOwn} }
	operator := func(u *app.User) { u.Profile.Visure.Way = app.Way{Kind: app.WayOperator} }
	clerks := []*servertest.Client{
		w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01"),
		w.At(w.Person(app.RoleStandard, w.Registry, own), "ANAG-02"),
		w.At(w.Person(app.RoleStandard, w.Taxes, operator), "TRIB-01"),
		w.At(w.Person(app.RoleStandard, w.Taxes, own), "TRIB-02"),
		w.At(w.Person(app.RoleStandardPS, w.Registry, nil), "PS-01"),
		w.At(w.Person(app.RoleStandardPS, w.Registry, own), "PS-02"),
	}
	if err := w.Sim.SetFaults([]sim.Fault{
		{Kind: "slow", Rate: 0.002, Delay: 5 * time.Second},
		{Kind: "too_many", Rate: 0.01},
		{Kind: "gw503", Rate: 0.01},
		{Kind: "ko999", Rate: 0.01},
		{Kind: "http500", Rate: 0.01},
		{Kind: "broken_json", Rate: 0.01},
		{Kind: "cut", Rate: 0.01},
		{Kind: "token_429", Rate: 0.05},
		{Kind: "limit", Service: "C018", Rate: 0.05},
	}); err != nil {
		t.Fatal(err)
	}

	const lookups = 1000
	var next atomic.Int64
	var wg sync.WaitGroup
	for i, c := range clerks {
		wg.Go(func() {
			chance := rand.New(rand.NewPCG(11, uint64(i)))
			for {
				n := next.Add(1)
				if n > lookups {
					return
				}
				p := people[chance.IntN(len(people))]
				kind := app.VisuraSpecs[chance.IntN(len(app.VisuraSpecs))].Type
				r := everyType[kind].request(t, kind)
				r.Subject.FiscalCode, r.FileReference = p.CF, fmt.Sprintf("Fascicolo %d/2026", n)
				if chance.IntN(20) == 0 {
					r.Subject.FiscalCode = "RSSMRA85T10A562X" // wrong check letter
				}
				_, err := c.Ask(fmt.Sprintf("journal-%d", n), r)
				if code := app.CodeOf(err); err != nil && code != app.CodeFiscalCheck {
					t.Errorf("look-up %d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()

	type entry struct {
		call  app.Call
		event app.Event
	}
	logged := map[string]entry{}
	ended := map[app.ID]app.Event{}
	asked := map[app.ID]bool{}
	outcomes := map[app.Outcome]int{}
	for _, e := range append(w.Readable(), w.Sealed(0, 2)...) {
		switch e.Kind {
		case app.EventVisuraAsked:
			asked[e.Visura] = true
		case app.EventVisuraEnded:
			outcomes[e.Outcome]++
			if e.Visura == "" {
				continue
			}
			if _, twice := ended[e.Visura]; twice {
				t.Errorf("visura %s ended twice", e.Visura)
			}
			ended[e.Visura] = e
			for _, c := range e.Calls {
				if _, twice := logged[c.Client]; twice {
					t.Errorf("operation %s is logged twice", c.Client)
				}
				logged[c.Client] = entry{c, e}
			}
		}
	}
	for id := range asked {
		if _, ok := ended[id]; !ok {
			t.Errorf("visura %s was asked and never ended", id)
		}
	}
	t.Logf("outcomes %v", outcomes)
	for _, want := range []app.Outcome{app.OutcomeFound, app.OutcomeOutOfScope, app.OutcomeRefused, app.OutcomeFailed} {
		if outcomes[want] == 0 {
			t.Errorf("no look-up ended as %s: the mix proves nothing", want)
		}
	}

	// A call that the gateway turned away unread has no operation id in the
	// journal: there the gateway's own transaction tells which it was.
	byTransaction := map[string]string{}
	for id, l := range logged {
		if l.call.Transaction != "" {
			byTransaction[l.call.Transaction] = id
		}
	}
	calls := 0
	for _, j := range w.Sim.Journal() {
		if j.Service == "token" {
			continue
		}
		calls++
		unread := j.OperationClient == ""
		if unread {
			j.OperationClient = byTransaction[j.Transaction]
		}
		l, ok := logged[j.OperationClient]
		if !ok {
			t.Errorf("ANPR was asked and the log does not know: %+v", j)
			continue
		}
		delete(logged, j.OperationClient)
		c, e := l.call, l.event
		if c.Service != j.Service || c.Voucher != j.VoucherJTI || !unread && c.Tracking != j.TrackingJTI || c.Purpose != j.Purpose {
			t.Errorf("journal %+v\nlog %+v", j, c)
		}
		if c.Status != 0 && (c.Status != j.Status || c.Transaction != j.Transaction) {
			t.Errorf("answer: journal %+v\nlog %+v", j, c)
		}
		if !unread && (j.User != e.AskedAs || j.Location != string(e.Workstation) || j.Motive != anpr.Motive(e.File)) {
			t.Errorf("who, where, why: journal %+v\nlog %+v", j, e)
		}
		if j.Repeated {
			t.Errorf("operation id %s was used twice", j.OperationClient)
		}
	}
	for id, l := range logged {
		if l.call.Status != 0 {
			t.Errorf("the log knows a call %s that ANPR answered and does not know: %+v", id, l.call)
		}
	}
	if calls < lookups {
		t.Errorf("only %d calls", calls)
	}
	if r, err := w.Server.Verify(t.Context()); err != nil || !r.Sound() || r.Sealed == 0 {
		t.Errorf("log: %v %+v", err, r)
	}
}
