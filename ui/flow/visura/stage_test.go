package visura_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/sync/wire"
	"indagor/ui/flow/visura"
)

var today = time.Date(2026, 11, 23, 10, 42, 7, 0, time.UTC)

var errAway = errors.New("server away")

var atlas = sync.OnceValues(func() (*territory.Atlas, error) { return territory.Load(assets.Tables()) })

func italian(t testing.TB) *language.Language {
	t.Helper()
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	return c.In("it").Zoned(time.UTC)
}

type asking func(ctx context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error)

// desk answers as the test says.
type desk struct {
	session  wire.Session
	ask      asking
	asked    []wire.VisuraRequest
	followed []app.ID
	withdraw func(id app.ID) (wire.Visura, error)
	document error
	waiting  []wire.VisuraSummary
	counted  int // questions what waits
}

func (d *desk) Ask(ctx context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
	d.asked = append(d.asked, r)
	return d.ask(ctx, r, progress)
}

func (d *desk) Follow(ctx context.Context, id app.ID, progress func(wire.Visura)) (wire.Visura, error) {
	d.followed = append(d.followed, id)
	return d.ask(ctx, wire.VisuraRequest{}, progress)
}

func (d *desk) Archive(_ context.Context, q wire.ArchiveQuery) (wire.List[wire.VisuraSummary], bool, error) {
	d.counted++
	if q.State != app.VisuraWaiting {
		return wire.List[wire.VisuraSummary]{}, false, errors.New("not what the page asks")
	}
	return wire.List[wire.VisuraSummary]{Items: d.waiting}, false, nil
}

func (d *desk) Withdraw(_ context.Context, id app.ID) (wire.Visura, error) { return d.withdraw(id) }

func (d *desk) Document(_ context.Context, id app.ID, format, lang string) ([]byte, string, error) {
	return []byte(string(id) + " " + lang), "visura." + format, d.document
}

func (d *desk) Session() (wire.Session, bool) { return d.session, d.session.User.ID != "" }

type memory map[app.ID]visura.Habits

func (m memory) Recall(user app.ID) visura.Habits      { return m[user] }
func (m memory) Remember(user app.ID, h visura.Habits) { m[user] = h }

// stage is a flow whose time and goroutines the test holds in its hands.
type stage struct {
	*testing.T
	*visura.Flow
	desk    *desk
	memory  memory
	now     time.Time
	later   []func()
	tick    func()
	stopped int
	paused  int
	changes int
	failed  []error
}

func session() wire.Session {
	return wire.Session{
		User: app.User{ID: "u1", Role: app.RoleStandard, Profile: app.Profile{Visure: &app.VisureProfile{
			Types: []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia, app.VisuraEsistenza},
		}}},
		Purposes: []app.Purpose{{ID: "p1", Name: "Accertamento tributario"}, {ID: "p2", Name: "Notificazione atti"}},
	}
}

func newStage(t *testing.T) *stage {
	t.Helper()
	a, err := atlas()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{T: t, desk: &desk{session: session()}, memory: memory{}, now: today}
	s.Flow = visura.New(visura.Config{
		Desk: s.desk, Atlas: func() *territory.Atlas { return a }, Memory: s.memory, Now: func() time.Time { return s.now },
		Go:    func(f func()) { s.later = append(s.later, f) },
		Pause: func(ctx context.Context, _ time.Duration) error { s.paused++; return ctx.Err() },
		Every: func(_ time.Duration, f func()) func() { s.tick = f; return func() { s.stopped++ } },
		Fault: func(err error) visura.Fault {
			return visura.Fault{Unreachable: errors.Is(err, errAway), Reference: "k7m2-q4"}
		},
	})
	s.Watch(func() { s.changes++ }, func(err error) { s.failed = append(s.failed, err) })
	s.Open()
	return s
}

// run runs what takes time, as often as there is more of it.
func (s *stage) run() {
	for len(s.later) > 0 {
		f := s.later[0]
		s.later = s.later[1:]
		f()
	}
}

const rossi = "RSSMRA61L03H501B"

// filled is a form that can be sent.
func (s *stage) filled() {
	s.Helper()
	s.Edit(func(x *visura.Form) {
		x.By, x.Text, x.Type, x.Purpose, x.FileReference = visura.ByCode, rossi, app.VisuraResidenza, "p1", " PROT 2026/1 "
	})
}

// sent sends a filled form that the desk answers so.
func (s *stage) sent(ask asking) {
	s.Helper()
	s.filled()
	s.desk.ask = ask
	if !s.Send() {
		s.Fatalf("refused: %v", s.State().Errors)
	}
}

func running(id app.ID, steps ...app.Step) wire.Visura {
	return wire.Visura{VisuraSummary: wire.VisuraSummary{
		ID: id, Type: app.VisuraResidenza, State: app.VisuraRunning, Subject: app.Subject{FiscalCode: rossi},
		ReferenceDate: "2026-11-23", Purpose: "p1", PurposeName: "Accertamento tributario", FileReference: "PROT 2026/1",
	}, Steps: steps}
}

func done(id app.ID, o app.Outcome) wire.Visura {
	v := running(id)
	v.State, v.Outcome = app.VisuraDone, o
	return v
}
