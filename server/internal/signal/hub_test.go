package signal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
)

func person(role app.Role, user, department app.ID) app.Caller {
	return app.Caller{User: app.User{ID: user, Role: role, Department: department}, Session: "s-" + user, Workstation: "w-" + user}
}

var (
	top      = person(app.RoleTop, "top", "")
	admin    = person(app.RoleAdmin, "admin", "d1")
	other    = person(app.RoleAdmin, "other", "d2")
	clerk    = person(app.RoleStandard, "clerk", "d1")
	officer  = person(app.RoleStandardPS, "officer", "d1")
	everyone = []app.Caller{top, admin, other, clerk, officer}
)

// drain is all that the stream has to tell now, as "kind" or "kind id".
func drain(s *Stream) []string {
	var out []string
	for {
		m, _, found := s.take(time.Now())
		if !found {
			slices.Sort(out)
			return out
		}
		out = append(out, string(m.kind)+string(m.id))
	}
}

func TestWhoHearsWhat(t *testing.T) {
	act := func(kind app.EventKind, by app.Caller, targetDept app.ID, before string) app.Event {
		e := by.Event(app.ClassAdmin, kind)
		e.TargetDept, e.Before = targetDept, []byte(before)
		return e
	}
	for name, x := range map[string]struct {
		event  app.Event
		signal app.Signal
		want   map[string][]string // user to what he hears
	}{
		"a visura ends":           {event: clerk.Event(app.ClassActivity, app.EventVisuraEnded), want: map[string][]string{"top": {"activity"}, "admin": {"activity"}}},
		"a visura is asked":       {event: clerk.Event(app.ClassActivity, app.EventVisuraAsked)},
		"a visura waits":          {event: clerk.Event(app.ClassActivity, app.EventApprovalRequested)},
		"a row of a list ends":    {event: clerk.Event(app.ClassActivity, app.EventJobRow)},
		"a list ends":             {event: clerk.Event(app.ClassActivity, app.EventJobEnded), want: map[string][]string{"top": {"activity"}, "admin": {"activity"}}},
		"an officer's visura":     {event: officer.Event(app.ClassActivity, app.EventVisuraEnded)},
		"an officer's document":   {event: officer.Event(app.ClassActivity, app.EventDocument)},
		"an officer is refused":   {event: officer.Event(app.ClassAdmin, app.EventRefused)},
		"a clerk is refused":      {event: clerk.Event(app.ClassAdmin, app.EventRefused), want: map[string][]string{"top": {"history"}, "admin": {"history"}}},
		"an officer signs in":     {event: officer.Event(app.ClassAccess, app.EventSignIn), want: map[string][]string{"top": {"accesses"}}},
		"somebody unknown":        {event: app.Event{Class: app.ClassAccess, Kind: app.EventSignInFailed}, want: map[string][]string{"top": {"accesses"}}},
		"a user changes":          {event: act(app.EventUserChanged, top, "d1", ""), want: map[string][]string{"top": {"history", "users"}, "admin": {"history", "users"}}},
		"a user goes":             {event: act(app.EventUserMoved, top, "d2", `{"department":"d1"}`), want: map[string][]string{"top": {"history", "users"}, "admin": {"users"}, "other": {"history", "users"}}},
		"a TOP changes":           {event: act(app.EventUserChanged, app.Caller{}, "", ""), want: map[string][]string{"top": {"history", "users"}}},
		"a workstation waits":     {event: act(app.EventRegistered, app.Caller{}, "", ""), want: map[string][]string{"top": {"history", "workstations"}, "admin": {"workstations"}, "other": {"workstations"}}},
		"a workstation suspended": {event: act(app.EventSuspended, admin, "d1", `{"department":"d1"}`), want: map[string][]string{"top": {"history", "workstations"}, "admin": {"history", "workstations"}}},
		"drift":                   {event: act(app.EventDrift, app.Caller{}, "d2", `["disk"]`), want: map[string][]string{"top": {"history", "workstations"}, "other": {"history", "workstations"}}},
		"a department":            {event: act(app.EventDepartment, top, "d1", ""), want: map[string][]string{"top": {"history"}, "admin": {"history"}}},
		"a monitor is read":       {event: app.Event{Class: app.ClassSystem, Kind: app.EventMonitorRead, Actor: admin.Actor()}},
		"the server starts":       {event: app.Event{Class: app.ClassSystem, Kind: app.EventServerStarted}, want: map[string][]string{"top": {"history"}}},
		"one's own visura":        {signal: app.Signal{Kind: app.SignalVisura, User: "officer", ID: "v"}, want: map[string][]string{"officer": {"visurav"}}},
		"a session":               {signal: app.Signal{Kind: app.SignalSession, Workstation: "w-clerk"}, want: map[string][]string{"clerk": {"session"}}},
		"the queue":               {signal: app.Signal{Kind: app.SignalApprovals, Permission: app.PermApprove, Department: "d1"}, want: map[string][]string{"top": {"approvals"}}},
		"those who manage":        {signal: app.Signal{Kind: app.SignalNotice, Permission: app.PermManageWorkstation, Department: "d2"}, want: map[string][]string{"top": {"notice"}, "other": {"notice"}}},
		"a notice":                {signal: app.Signal{Kind: app.SignalNotice, ID: "n", Audience: app.Audience{{Role: app.RoleAdmin}, {User: "officer"}}}, want: map[string][]string{"admin": {"noticen"}, "other": {"noticen"}, "officer": {"noticen"}}},
		"two names":               {signal: app.Signal{Kind: app.SignalJob, User: "clerk", Permission: app.PermApprove}},
		"nobody":                  {signal: app.Signal{Kind: app.SignalJob, ID: "j"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := New()
			for _, c := range everyone {
				s := h.Listen(c)
				var events []app.Event
				if x.event.Kind != "" {
					events = append(events, x.event, x.event)
				}
				var signals []app.Signal
				if x.signal.Kind != "" {
					signals = append(signals, x.signal, x.signal)
				}
				h.Committed(events, signals)
				if got := drain(s); !slices.Equal(got, x.want[string(c.User.ID)]) {
					t.Errorf("%s hears %q, want %q", c.User.ID, got, x.want[string(c.User.ID)])
				}
				s.Close()
			}
			if h.Listeners() != 0 {
				t.Errorf("%d still listen", h.Listeners())
			}
		})
	}
}

// TestOfficersAreNotHeard: over random histories, what TOP and the ADMINs are
// to be told after each act is the same with and without what officers do in
// the services.
func TestOfficersAreNotHeard(t *testing.T) {
	for seed := range uint64(50) {
		chance := rand.New(rand.NewPCG(seed, 0))
		with, without := New(), New()
		readers := []app.Caller{top, admin, other}
		var a, b []*Stream
		for _, c := range readers {
			a, b = append(a, with.Listen(c)), append(b, without.Listen(c))
		}
		heard := 0
		for n := range 200 {
			who := everyone[chance.IntN(len(everyone))]
			class := []app.Class{app.ClassActivity, app.ClassAccess, app.ClassAdmin, app.ClassSystem}[chance.IntN(4)]
			kind := []app.EventKind{
				app.EventVisuraAsked, app.EventVisuraEnded, app.EventDocument, app.EventRefused, app.EventSignIn, app.EventUserChanged, app.EventRegistered, app.EventDrift,
			}[chance.IntN(8)]
			e := who.Event(class, kind)
			e.TargetDept = []app.ID{"", "d1", "d2"}[chance.IntN(3)]
			mine := []app.Signal{{Kind: app.SignalVisura, User: who.User.ID, ID: "v"}, {Kind: app.SignalJob, User: who.User.ID, ID: "j"}, {Kind: app.SignalSession, Workstation: who.Workstation}}
			with.Committed([]app.Event{e}, mine)
			if who.User.Role.Monitored() || class == app.ClassAccess {
				without.Committed([]app.Event{e}, mine)
			}
			for i := range readers {
				if !slices.Equal(a[i].waiting, b[i].waiting) {
					t.Fatalf("seed %d, act %d: %s is told %v, without the officers %v", seed, n, readers[i].User.ID, a[i].waiting, b[i].waiting)
				}
				if chance.IntN(4) == 0 { // he reads
					heard += len(a[i].waiting)
					a[i].waiting, b[i].waiting = nil, nil
				}
			}
		}
		if heard < 50 {
			t.Errorf("seed %d: only %d signals are heard", seed, heard)
		}
	}
}

// TestPace: of lists at most one signal a second is told, and the last one is
// never lost; of one's own things each at once.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New()
		s := h.Listen(top)
		defer s.Close()
		began := time.Now()
		var at []time.Duration
		var own int
		done := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer close(done)
			for {
				x, ok := s.Next(ctx)
				switch {
				case !ok:
					return
				case x.Kind == app.SignalHistory:
					at = append(at, time.Since(began))
				case x.Kind == app.SignalVisura:
					own++
				}
			}
		}()
		for n := range 25 { // 2.4 s
			h.Committed([]app.Event{{Class: app.ClassSystem, Kind: app.EventProbed}}, []app.Signal{{Kind: app.SignalVisura, User: "top", ID: app.ID(fmt.Sprint(n))}})
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(10 * time.Second)
		cancel()
		<-done
		if want := []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(at, want) || own != 25 {
			t.Errorf("told at %v, own %d", at, own)
		}
	})
}

// TestSlowReader: who does not read holds nobody up, holds little, and is told
// that he has missed something, and that his session is to be looked at.
func TestSlowReader(t *testing.T) {
	h := New()
	s := h.Listen(clerk)
	defer s.Close()
	h.Committed(nil, []app.Signal{{Kind: app.SignalSession, User: "clerk"}})
	for n := range 100_000 {
		h.Committed(nil, []app.Signal{{Kind: app.SignalJob, User: "clerk", ID: app.ID(fmt.Sprint(n))}})
	}
	if n := len(s.waiting); n > most {
		t.Errorf("%d wait", n)
	}
	if got := drain(s); !slices.Equal(got, []string{"resync", "session"}) {
		t.Errorf("told %q", got)
	}
	h.Committed(nil, []app.Signal{{Kind: app.SignalVisura, User: "clerk", ID: "v"}})
	if got := drain(s); !slices.Equal(got, []string{"visurav"}) {
		t.Errorf("afterwards %q", got)
	}
}

func TestStreamsOfASession(t *testing.T) {
	h := New()
	var all []*Stream
	another := h.Listen(admin)
	for range MostStreams + 2 {
		all = append(all, h.Listen(clerk))
	}
	for i, s := range all {
		if s.Over() != (i < 2) {
			t.Errorf("stream %d is over: %t", i, s.Over())
		}
	}
	if another.Over() {
		t.Error("another's stream has ended")
	}
	if _, ok := all[0].Next(t.Context()); ok {
		t.Error("a stream that is over tells something")
	}
	h.Close()
	if !another.Over() || !h.Listen(top).Over() {
		t.Error("after the end somebody listens")
	}
}

func TestUpdate(t *testing.T) {
	h := New()
	s := h.Listen(admin)
	defer s.Close()
	s.Update(person(app.RoleStandard, "admin", "d1"))
	h.Committed([]app.Event{clerk.Event(app.ClassActivity, app.EventVisuraEnded)}, nil)
	if got := drain(s); len(got) != 0 {
		t.Errorf("who is no longer ADMIN hears %q", got)
	}
}

// TestManyAtOnce is for the race detector.
func TestManyAtOnce(t *testing.T) {
	h := New()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var listeners, writers sync.WaitGroup
	heard := make(chan app.SignalKind, 1)
	for _, c := range everyone {
		for range 3 {
			listeners.Go(func() {
				for ctx.Err() == nil {
					s := h.Listen(c)
					for range 20 {
						x, ok := s.Next(ctx)
						if !ok {
							break
						}
						select {
						case heard <- x.Kind:
						default:
						}
						s.Update(c)
					}
					s.Close()
				}
			})
		}
	}
	for range 4 {
		writers.Go(func() {
			for n := range 2000 {
				h.Committed([]app.Event{clerk.Event(app.ClassActivity, app.EventVisuraEnded)}, []app.Signal{
					{Kind: app.SignalVisura, User: "clerk", ID: app.ID(fmt.Sprint(n))}, {Kind: app.SignalSession, User: "officer"},
				})
			}
		})
	}
	writers.Wait()
	cancel()
	listeners.Wait()
	if len(heard) == 0 || h.Listeners() != 0 {
		t.Errorf("heard %d, %d listen", len(heard), h.Listeners())
	}
}

func BenchmarkCommitted(b *testing.B) {
	h := New()
	for n := range 500 {
		h.Listen(person(app.Roles[n%len(app.Roles)], app.ID(fmt.Sprint(n)), "d1"))
	}
	e := []app.Event{clerk.Event(app.ClassActivity, app.EventVisuraEnded), clerk.Event(app.ClassAdmin, app.EventUserChanged)}
	s := []app.Signal{{Kind: app.SignalVisura, User: "7", ID: "v"}}
	b.ReportAllocs()
	for b.Loop() {
		h.Committed(e, s)
	}
}
