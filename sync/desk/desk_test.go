package desk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/device"
	"indagor/sync/wire"
)

// ring is a keyring in memory.
type ring struct{ sync.Map }

func (r *ring) Get(a string) (string, error) {
	if s, ok := r.Load(a); ok {
		return s.(string), nil
	}
	return "", device.ErrNotKept
}

func (r *ring) Set(a, s string) error { r.Store(a, s); return nil }

func options(t testing.TB, f *fake) Options {
	return Options{
		Server: f.url, ProfileDir: t.TempDir(), AppVersion: "1.0", Ring: new(ring), Location: time.UTC,
		SyncEvery: time.Hour, RetryEvery: time.Hour,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

func open(t testing.TB, o Options) *Desk {
	t.Helper()
	d, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// signedIn gives a desk whose first synchronisation has ended.
func signedIn(t testing.TB, f *fake, o Options) *Desk {
	t.Helper()
	d := open(t, o)
	if _, err := d.SignIn(t.Context(), "anna", "right", false); err != nil {
		t.Fatal(err)
	}
	until(t, d, func(s State) bool { return s.SignedIn && !s.LastSync.IsZero() && s.Link == Online })
	return d
}

// until waits for a state.
func until(t testing.TB, d *Desk, want func(State) bool) State {
	t.Helper()
	got := make(chan State, 100)
	cancel := d.Subscribe(func(s State) {
		select {
		case got <- s:
		default:
		}
	})
	defer cancel()
	limit := time.After(20 * time.Second)
	for {
		select {
		case s := <-got:
			if want(s) {
				return s
			}
		case <-limit:
			t.Fatalf("the state stays %+v", d.State())
		}
	}
}

func TestRegistration(t *testing.T) {
	f := newFake(t)
	o := options(t, f)
	o.EnrolmentToken = "enrol"
	d := open(t, o)
	info, err := d.Server(t.Context())
	if err != nil || info.Body != "Comune" {
		t.Fatalf("%+v, %v", info, err)
	}
	w, err := d.Register(t.Context())
	if err != nil || w.State != app.WorkstationPending {
		t.Fatalf("%+v, %v", w, err)
	}
	if r := f.register; r.Token != "enrol" || r.Protocol != wire.Protocol || r.AppVersion != "1.0" || r.Name == "" || len(r.Fingerprint) == 0 {
		t.Errorf("%+v", r)
	}
	if len(d.Code()) != 9 || d.KeyPlace() != device.PlaceKeyring {
		t.Errorf("%q, %q", d.Code(), d.KeyPlace())
	}
	f.set(func() { f.dropping[wire.GetOwnWorkstation.ID] = 2 })
	done := make(chan error, 1)
	go func() {
		w, err := d.WaitWorkstation(t.Context(), "m1")
		if err == nil && w.State != app.WorkstationAuthorised {
			err = fmt.Errorf("%+v", w)
		}
		done <- err
	}()
	f.set(func() {
		f.station.State, f.station.Mark = app.WorkstationAuthorised, "m2"
		close(f.changed)
	})
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.WaitWorkstation(ctx, "m2"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	f.set(func() { f.down = true })
	if info, err := d.Server(t.Context()); !errors.Is(err, ErrUnreachable) || info.Body != "Comune" || ReasonOf(err) != client.ReasonNetwork {
		t.Errorf("%+v, %v", info, err)
	}
}

var request = wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: "RSSMRA80A01H501U"}, Purpose: "p1", FileReference: "7/2026"}

func TestAsk(t *testing.T) {
	f := newFake(t)
	d := signedIn(t, f, options(t, f))
	f.set(func() {
		f.dropping[wire.AskVisura.ID] = 2
		f.dropping[wire.GetVisura.ID] = 1
	})
	var steps []int
	v, err := d.Ask(t.Context(), request, func(v wire.Visura) { steps = append(steps, len(v.Steps)) })
	if err != nil {
		t.Fatal(err)
	}
	if v.State != app.VisuraDone || v.Card == nil || len(f.visure) != 1 || f.count(wire.AskVisura.ID) < 3 {
		t.Errorf("%+v; %d visure, %v", v, len(f.visure), f.calls)
	}
	for i := 1; i < len(steps); i++ {
		if steps[i] <= steps[i-1] {
			t.Errorf("progress %v", steps)
		}
	}
	if len(steps) < 3 || steps[len(steps)-1] != 4 {
		t.Errorf("progress %v", steps)
	}
	f.set(func() { f.down = true })
	if kept, fromCopy, err := d.Visura(t.Context(), v.ID); err != nil || !fromCopy || kept.Card.Answer[0].Value != "Via Roma 1" {
		t.Errorf("%+v, %v, %v", kept, fromCopy, err)
	}
	f.set(func() { f.down = false })

	if w, err := d.Follow(t.Context(), v.ID, nil); err != nil || w.ID != v.ID {
		t.Errorf("%+v, %v", w, err)
	}
	if w, err := d.Withdraw(t.Context(), v.ID); err != nil || w.Outcome != app.OutcomeWithdrawn {
		t.Errorf("%+v, %v", w, err)
	}
	b, name, err := d.Document(t.Context(), v.ID, "pdf", "de")
	if err != nil || string(b) != "%PDF pdf de" || name != "visura 1.pdf" {
		t.Errorf("%q, %q, %v", b, name, err)
	}
	f.set(func() { f.fate = app.CodeOwnRecord })
	if _, err := d.Ask(t.Context(), request, nil); app.CodeOf(err) != app.CodeOwnRecord {
		t.Errorf("%v", err)
	}
}

func TestAskGivesUp(t *testing.T) {
	f := newFake(t)
	o := options(t, f)
	var mu sync.Mutex
	now := time.Now()
	o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	o.Sleep = func(ctx context.Context, t time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(t)
		return ctx.Err()
	}
	d := signedIn(t, f, o)
	before := o.Now()
	f.set(func() { f.down = true })
	if _, err := d.Ask(t.Context(), request, nil); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
	if waited := o.Now().Sub(before); waited < time.Minute || waited > 70*time.Second {
		t.Errorf("waited %v", waited)
	}
	if d.State().Link != Offline {
		t.Errorf("%+v", d.State())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Ask(ctx, request, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestOffline(t *testing.T) {
	f := newFake(t)
	f.past(7)
	d := signedIn(t, f, options(t, f))
	online, fromCopy, err := d.Archive(t.Context(), wire.ArchiveQuery{Limit: 3})
	if err != nil || fromCopy || len(online.Items) != 3 {
		t.Fatalf("%v, %v, %v", online, fromCopy, err)
	}
	f.set(func() { f.down = true })
	offline, fromCopy, err := d.Archive(t.Context(), wire.ArchiveQuery{Limit: 3})
	if err != nil || !fromCopy || len(offline.Items) != 3 || offline.Items[0].ID != online.Items[0].ID {
		t.Fatalf("%v, %v, %v", offline, fromCopy, err)
	}
	if d.State().Link != Offline {
		t.Errorf("%+v", d.State())
	}
	if _, _, err := d.Archive(t.Context(), wire.ArchiveQuery{Limit: 3, Cursor: online.Next}); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
	f.set(func() { f.down = false })
	// A page of the copy is followed by pages of the copy.
	next, fromCopy, err := d.Archive(t.Context(), wire.ArchiveQuery{Limit: 3, Cursor: offline.Next})
	if err != nil || !fromCopy || len(next.Items) != 3 || next.Items[0].ID == offline.Items[2].ID {
		t.Fatalf("%v, %v, %v", next, fromCopy, err)
	}
	// What the server forgets, the copy forgets.
	gone := f.visure[0].ID
	f.set(func() { f.visure = f.visure[1:] })
	if _, _, err := d.Visura(t.Context(), gone); app.CodeOf(err) != app.CodeNotFound {
		t.Errorf("%v", err)
	}
	f.set(func() { f.down = true })
	if _, _, err := d.Visura(t.Context(), gone); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
	if err := d.Sync(t.Context()); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
	// The server's return wakes the synchronisation, which would else sleep an
	// hour.
	f.past(1)
	last := d.State().LastSync
	f.set(func() { f.down = false })
	if _, err := d.Server(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, d, func(s State) bool { return s.Link == Online && s.LastSync.After(last) })
	f.set(func() { f.down = true })
	if l, fromCopy, err := d.Archive(t.Context(), wire.ArchiveQuery{}); err != nil || !fromCopy || len(l.Items) != 7 {
		t.Errorf("%d, %v, %v", len(l.Items), fromCopy, err)
	}
}

// Only the cards that are missing are asked for, and the purposes of what is
// kept are known.
func TestCards(t *testing.T) {
	f := newFake(t)
	f.past(7)
	d := signedIn(t, f, options(t, f))
	asked := func() int { return f.count(wire.GetVisura.ID) }
	for range 2 {
		if err := d.Sync(t.Context()); err != nil || asked() != 7 {
			t.Fatalf("%d cards asked for, %v", asked(), err)
		}
	}
	f.past(2)
	if err := d.Sync(t.Context()); err != nil || asked() != 9 {
		t.Errorf("%d cards asked for, %v", asked(), err)
	}
	if ps, err := d.ArchivePurposes(); err != nil || len(ps) != 1 || ps[0].ID != "p1" {
		t.Errorf("%v, %v", ps, err)
	}
}

func TestSettings(t *testing.T) {
	f := newFake(t)
	d := open(t, options(t, f))
	var n int
	if d.Setting("n", &n) || d.UserSetting("n", &n) {
		t.Error("settings from nowhere")
	}
	if err := d.SetUserSetting("n", 1); app.CodeOf(err) != app.CodeSessionMissing {
		t.Errorf("%v", err)
	}
	if err := d.SetSetting("n", 3); err != nil || !d.Setting("n", &n) || n != 3 {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := d.SignIn(t.Context(), "anna", "right", false); err != nil {
		t.Fatal(err)
	}
	if err := d.SetUserSetting("n", 4); err != nil || !d.UserSetting("n", &n) || n != 4 {
		t.Errorf("%d, %v", n, err)
	}
}

func TestOpening(t *testing.T) {
	f := newFake(t)
	o := options(t, f)
	d := open(t, o)
	if _, err := New(t.Context(), o); !errors.Is(err, ErrCopyInUse) {
		t.Errorf("%v", err)
	}
	d.Close()
	o.Ring = new(ring) // another key
	if _, err := New(t.Context(), o); !errors.Is(err, ErrCopyKey) {
		t.Errorf("%v", err)
	}
	o.ResetCopy = true
	open(t, o)
	for server, want := range map[string]error{"http://10.0.0.1": ErrAddress, "": ErrAddress} {
		bad := options(t, f)
		bad.Server = server
		if _, err := New(t.Context(), bad); !errors.Is(err, want) {
			t.Errorf("%q: %v", server, err)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	f := newFake(t)
	f.past(3)
	d := signedIn(t, f, options(t, f))
	cancel := d.Subscribe(func(State) {})
	defer cancel()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			for range 4 {
				var err error
				switch i {
				case 0:
					err = d.Sync(t.Context())
				case 1:
					_, err = d.Ask(t.Context(), request, nil)
				case 2:
					_, _, err = d.Archive(t.Context(), wire.ArchiveQuery{})
				case 3:
					_, err = d.Server(t.Context())
				case 4:
					err = d.SetUserSetting("n", 1)
				case 5:
					d.Subscribe(func(State) {})()
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		`attachment; filename="visura.pdf"`:                "visura.pdf",
		`attachment; filename="../../etc/x.pdf"`:           "x.pdf",
		`attachment; filename="C:\\Users\\x.pdf"`:          "x.pdf",
		`attachment; filename*=UTF-8''visura%20%C3%A0.pdf`: "visura à.pdf",
		`attachment`: "other", ``: "other", `attachment; filename=".."`: "other", `;;`: "other",
	} {
		if got := fileName(in, "other"); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// TestCopyExpires: what the body keeps no longer is taken out of the copy, too.
func TestCopyExpires(t *testing.T) {
	f := newFake(t)
	f.past(5)
	f.set(func() { f.clock = f.clock.AddDate(0, 0, 40) })
	f.past(2)
	d := signedIn(t, f, options(t, f))
	if err := d.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept := func() int {
		t.Helper()
		f.set(func() { f.down = true })
		l, fromCopy, err := d.Archive(t.Context(), wire.ArchiveQuery{Limit: 100})
		if err != nil || !fromCopy {
			t.Fatalf("%v, %v", fromCopy, err)
		}
		f.set(func() { f.down = false })
		return len(l.Items)
	}
	if n := kept(); n != 7 {
		t.Fatalf("the copy has %d", n)
	}
	f.set(func() {
		f.from = app.DayOf(f.clock.AddDate(0, 0, -30))
		f.visure = f.visure[5:]
	})
	if err := d.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := kept(); n != 2 {
		t.Errorf("after the retention was set the copy has %d", n)
	}
}
