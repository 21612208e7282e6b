package desk

import (
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// quick lets a lost stream come back at once.
func quick(o Options) Options {
	o.ListenAfter = time.Millisecond
	o.RetryEvery = time.Millisecond
	return o
}

// hearing gives what the desk hears.
func hearing(t *testing.T, d *Desk) func() wire.Signal {
	t.Helper()
	got := make(chan wire.Signal, 100)
	t.Cleanup(d.Hear(func(s wire.Signal) { got <- s }))
	return func() wire.Signal {
		t.Helper()
		select {
		case s := <-got:
			return s
		case <-time.After(20 * time.Second):
			t.Fatal("nothing is heard")
			return wire.Signal{}
		}
	}
}

func TestHear(t *testing.T) {
	f := newFake(t)
	d := open(t, options(t, f))
	next := hearing(t, d)
	if _, err := d.SignIn(t.Context(), "anna", "right", false); err != nil {
		t.Fatal(err)
	}
	if s := next(); s.Kind != app.SignalResync {
		t.Errorf("%+v", s)
	}
	until(t, d, func(s State) bool { return s.Live })
	for _, want := range []wire.Signal{{Kind: app.SignalUsers}, {Kind: app.SignalJob, ID: "j1"}, {Kind: "of a later version"}} {
		f.signal(want)
		if s := next(); s != want {
			t.Errorf("%+v, want %+v", s, want)
		}
	}
	if err := d.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d.State().Live {
		t.Error("live without a session")
	}
}

// TestSignalFreshensTheCopy: a visura of one's own that changed is in the copy
// at once, and the age of the synchronisation is that of the round it woke.
func TestSignalFreshensTheCopy(t *testing.T) {
	f := newFake(t)
	d := signedIn(t, f, options(t, f))
	until(t, d, func(s State) bool { return s.Live })
	before := d.State().LastSync
	f.past(1)
	f.signal(wire.Signal{Kind: app.SignalVisura, ID: f.visure[0].ID})
	until(t, d, func(s State) bool { return s.LastSync.After(before) })
	f.set(func() { f.down = true })
	if l, fromCopy, err := d.Archive(t.Context(), wire.ArchiveQuery{}); err != nil || !fromCopy || len(l.Items) != 1 {
		t.Errorf("%d, %v, %v", len(l.Items), fromCopy, err)
	}
}

func TestStreamComesBack(t *testing.T) {
	f := newFake(t)
	d := open(t, quick(options(t, f)))
	next := hearing(t, d)
	if _, err := d.SignIn(t.Context(), "anna", "right", false); err != nil {
		t.Fatal(err)
	}
	next()
	// The server goes away: that is known without anybody asking anything.
	f.set(func() { f.down = true })
	f.cut()
	until(t, d, func(s State) bool { return s.Link == Offline && !s.Live && s.SignedIn })
	last := d.State().LastSync
	f.past(1)
	f.set(func() { f.down = false })
	if s := next(); s.Kind != app.SignalResync {
		t.Errorf("after a gap: %+v", s)
	}
	until(t, d, func(s State) bool { return s.Live && s.Link == Online && s.LastSync.After(last) })
	f.signal(wire.Signal{Kind: app.SignalNotice})
	if s := next(); s.Kind != app.SignalNotice {
		t.Errorf("%+v", s)
	}
}

func TestStreamTellsTheSessionsEnd(t *testing.T) {
	for _, code := range []app.Code{app.CodeSessionTaken, app.CodeSessionEnded, app.CodeWorkstationSuspended, app.CodeAccountHours} {
		f := newFake(t)
		d := open(t, quick(options(t, f)))
		next := hearing(t, d)
		if _, err := d.SignIn(t.Context(), "anna", "right", false); err != nil {
			t.Fatal(err)
		}
		next()
		f.signal(wire.Signal{Kind: app.SignalSession, Code: code})
		if s := until(t, d, func(s State) bool { return !s.SignedIn }); s.Ended != code || s.Live {
			t.Errorf("%+v", s)
		}
	}
	// Told while the stream was cut, it is told when it opens again.
	f := newFake(t)
	d := open(t, quick(options(t, f)))
	next := hearing(t, d)
	if _, err := d.SignIn(t.Context(), "anna", "right", false); err != nil {
		t.Fatal(err)
	}
	next()
	f.set(func() { f.ended = app.CodeSessionTaken })
	f.cut()
	if s := until(t, d, func(s State) bool { return !s.SignedIn }); s.Ended != app.CodeSessionTaken {
		t.Errorf("%+v", s)
	}
}

// TestServerWithoutSignals: an older server is worked with as before, and is
// not asked for a stream again and again.
func TestServerWithoutSignals(t *testing.T) {
	f := newFake(t)
	f.old = true
	d := signedIn(t, f, quick(options(t, f)))
	if d.State().Live || d.State().Link != Online {
		t.Errorf("%+v", d.State())
	}
	if err := d.Sync(t.Context()); err != nil {
		t.Error(err)
	}
	if n := f.count(wire.Listen.ID); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
