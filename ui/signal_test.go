package ui

import (
	"testing"

	"indagor/app"
	"indagor/sync/desk"
	"indagor/sync/wire"
	"indagor/ui/screen"
)

// listener is a page that hears signals.
type listener struct {
	screen.Screen
	heard []app.SignalKind
}

func (l *listener) Signalled(kind app.SignalKind, _ app.ID) { l.heard = append(l.heard, kind) }

func TestSignalsReachTheShell(t *testing.T) {
	f := newFake(app.RoleAdmin)
	st := newStand(t, f)
	st.signIn()
	f.list = []app.Workstation{{ID: "a", Name: "PC-1", State: app.WorkstationPending}}
	f.hears(wire.Signal{Kind: app.SignalUsers}) // of another page
	if n := st.s.work.counts[screen.Workstations]; n != 0 {
		t.Errorf("the badge says %d", n)
	}
	f.hears(wire.Signal{Kind: app.SignalWorkstations})
	if n := st.s.work.counts[screen.Workstations]; n != 1 {
		t.Errorf("the badge says %d", n)
	}
	st.expect("postazione da approvare")

	// The page in view hears, and no other.
	in := &listener{Screen: st.s.work.screens[screen.Home]}
	out := &listener{Screen: st.s.work.screens[screen.Home]}
	st.s.work.screens[screen.Home], st.s.work.screens[screen.Users] = in, out
	f.hears(wire.Signal{Kind: app.SignalNotice})
	f.hears(wire.Signal{Kind: "of a later version"})
	if len(in.heard) != 2 || len(out.heard) != 0 {
		t.Errorf("heard %v, out of view %v", in.heard, out.heard)
	}
	hears := f.hears
	st.s.lockScreen()
	hears(wire.Signal{Kind: app.SignalNotice})
	if len(in.heard) != 2 {
		t.Errorf("behind the lock %v is heard", in.heard)
	}
	st.s.signOut()
	hears(wire.Signal{Kind: app.SignalNotice}) // late
	if len(in.heard) != 2 || f.hears != nil {
		t.Errorf("after the session %v is heard", in.heard)
	}
}

// A list that has come to rest is told of, once, while another page is in view.
func TestListsThatEndAreToldOf(t *testing.T) {
	s := newSample(app.RoleStandard)
	st := newStand(t, s.fake)
	st.signIn()
	done := wire.Signal{Kind: app.SignalJob, ID: app.ID(app.ServiceEnrichment) + app.ID(app.JobDone)}
	s.hears(done)
	s.hears(done)
	s.hears(wire.Signal{Kind: app.SignalJob, ID: app.ID(app.ServiceEnrichment) + app.ID(app.JobRunning)})
	s.hears(wire.Signal{Kind: app.SignalJob, ID: "no more"})
	if n := st.s.toasts.Len(); n != 1 {
		t.Errorf("told %d times", n)
	}
	st.expect("Elenco completato: tari-2026.csv")
	st.press("Apri l'elenco")
	st.expect("tari-2026.csv · Completato")
	s.hears(wire.Signal{Kind: app.SignalJob, ID: app.ID(app.ServiceEnrichment) + app.ID(app.JobPaused)})
	if n := st.s.toasts.Len(); n != 0 {
		t.Error("told on the page of the lists itself")
	}
}

// TestPollingIsTheFallback: while signals come, the register of workstations is
// not asked for again and again; what signals do not tell, rarely.
func TestPollingIsTheFallback(t *testing.T) {
	f := newFake(app.RoleAdmin)
	st := newStand(t, f)
	st.signIn()
	asked := func() bool {
		f.list = append(f.list, app.Workstation{ID: app.NewID(), State: app.WorkstationPending})
		before := st.s.work.number
		st.s.tick()
		return st.s.work.number != before
	}
	st.now = st.now.Add(pollEvery)
	if !asked() {
		t.Error("without signals nothing is asked")
	}
	f.change(func(s *desk.State) { s.Live = true })
	st.now = st.now.Add(anprEvery - 1)
	if asked() {
		t.Error("asked, though signals come")
	}
	st.now = st.now.Add(1)
	if !asked() {
		t.Error("how ANPR stands is not asked any more")
	}
	f.change(func(s *desk.State) { s.Live = false })
	st.now = st.now.Add(pollEvery)
	if !asked() {
		t.Error("the stream broke, and nothing is asked")
	}
}
