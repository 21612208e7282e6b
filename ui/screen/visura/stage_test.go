package visura_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/sync/wire"
	flow "indagor/ui/flow/visura"
	"indagor/ui/screen"
	"indagor/ui/screen/screentest"
	view "indagor/ui/screen/visura"
	"indagor/ui/theme"
)

var today = time.Date(2026, 11, 23, 10, 42, 7, 0, time.UTC)

var atlas = sync.OnceValues(func() (*territory.Atlas, error) { return territory.Load(assets.Tables()) })

// desk answers as the test says.
type desk struct {
	session  wire.Session
	ask      func(ctx context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error)
	asked    []wire.VisuraRequest
	withdraw func(id app.ID) (wire.Visura, error)
	follow   func(id app.ID) (wire.Visura, error)
	document error
	waiting  []wire.VisuraSummary
}

func (d *desk) Archive(context.Context, wire.ArchiveQuery) (wire.List[wire.VisuraSummary], bool, error) {
	return wire.List[wire.VisuraSummary]{Items: d.waiting}, false, nil
}

func (d *desk) Ask(ctx context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
	d.asked = append(d.asked, r)
	return d.ask(ctx, r, progress)
}

func (d *desk) Follow(_ context.Context, id app.ID, _ func(wire.Visura)) (wire.Visura, error) {
	return d.follow(id)
}

func (d *desk) Withdraw(_ context.Context, id app.ID) (wire.Visura, error) { return d.withdraw(id) }

func (d *desk) Document(_ context.Context, id app.ID, format, lang string) ([]byte, string, error) {
	return []byte("%" + strings.ToUpper(format) + " " + string(id) + " " + lang), "visura." + format, d.document
}

func (d *desk) Session() (wire.Session, bool) { return d.session, true }

// host records what the screen asks of the shell.
type host struct {
	l        *language.Language
	toasts   []string
	failed   []error
	document string
	saved    string
	gone     []any // what was handed to another page
}

func (h *host) Window() fyne.Window          { return nil }
func (h *host) Language() *language.Language { return h.l }
func (h *host) Go(_ screen.Place, x any)     { h.gone = append(h.gone, x) }
func (h *host) Toast(text string)            { h.toasts = append(h.toasts, text) }

func (h *host) Fail(err error)                                   { h.failed = append(h.failed, err) }
func (h *host) OpenDocument(_ string, b []byte)                  { h.document = string(b) }
func (h *host) SaveDocument(name string, _ []byte, _ func(bool)) { h.saved = name }
func (h *host) Badge(screen.Place, int)                          {}

// stage is the page on a window without a screen.
type stage struct {
	*screentest.Stage
	desk   *desk
	host   *host
	flow   *flow.Flow
	screen *view.Screen
	now    time.Time
	tick   func()
}

var purposes = []app.Purpose{
	{ID: "p1", Name: "Accertamento tributario", LegalBasis: "D.Lgs. 504/1992"},
	{ID: "p2", Name: "Notificazione atti", LegalBasis: "art. 137 c.p.c."},
}

func session() wire.Session {
	return wire.Session{
		User: app.User{
			ID: "u1", Name: "Marta", Surname: "Rossi", Role: app.RoleStandard, FiscalCode: "RSSMRT80A41H501X",
			Profile: app.Profile{
				Visure: &app.VisureProfile{Types: []app.VisuraType{
					app.VisuraFamiglia, app.VisuraResidenza, app.VisuraEsistenza, app.VisuraGeneralita, app.VisuraCittadinanza,
				}},
				Purposes: []app.ID{"p1", "p2"},
			},
		},
		Purposes: purposes,
	}
}

func newStage(t *testing.T, p theme.Preference, w, h float32) *stage {
	t.Helper()
	a, err := atlas()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{Stage: screentest.New(t, p), now: today, desk: &desk{session: session()}, host: &host{l: screentest.Italian(t)}}
	s.flow = flow.New(flow.Config{
		Desk: s.desk, Atlas: func() *territory.Atlas { return a }, Now: func() time.Time { return s.now },
		Go:    s.Go,
		Every: func(_ time.Duration, f func()) func() { s.tick = f; return func() {} },
		Fault: func(err error) flow.Fault {
			if errors.Is(err, errAway) {
				return flow.Fault{Unreachable: true, Reference: "k7m2-q4"}
			}
			return flow.Fault{Reference: "k7m2-q4"}
		},
	})
	s.screen = view.New(s.host, s.flow)
	s.Show(s.screen, w, h)
	return s
}

var errAway = errors.New("server away")

// answered is a visura that has ended.
func answered(kind app.VisuraType, o app.Outcome, change func(*wire.Visura)) wire.Visura {
	at := today.Add(-2 * time.Second)
	ended := today
	v := wire.Visura{
		VisuraSummary: wire.VisuraSummary{
			ID: "abcdefghijklmnopqrstuvwxyz", Type: kind, State: app.VisuraDone, Outcome: o,
			Subject: app.Subject{FiscalCode: "RSSMRA61L03H501B"}, SubjectName: "ROSSI MARIO", ReferenceDate: "2026-11-23", Purpose: "p1",
			PurposeName: "Accertamento tributario", FileReference: "PROT 2026/00817", Created: at, Ended: &ended,
		},
		Steps: stepsTo("kept"),
		Evidence: &app.Evidence{
			Operation: "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", Service: "C020", Asked: at, Answered: ended,
			Operator: "Rossi Marta", Workstation: "ANAG-07", Mediator: "Bianchi Giovanni", CheckCode: "7KQ2-M4XD-9TRA",
		},
	}
	if change != nil {
		change(&v)
	}
	return v
}

func stepsTo(last string) []app.Step {
	at := today.Add(-2 * time.Second)
	var out []app.Step
	for i, name := range []string{"accepted", "identifying", "checking_scope", "asking", "received", "kept"} {
		state := "done"
		if name == last && last != "kept" {
			state = "running"
		}
		out = append(out, app.Step{Step: name, State: state, At: at.Add(time.Duration(i) * 400 * time.Millisecond)})
		if name == last {
			break
		}
	}
	return out
}

var personGroup = app.CardGroup{Title: "card.person", Fields: []app.CardField{
	{Label: "field.surname_name", Value: "ROSSI MARIO"},
	{Label: "field.fiscal_code", Value: "RSSMRA61L03H501B", Code: true},
	{Label: "field.fiscal_code_validity", Value: "Valido"},
	{Label: "field.sex", Value: "M"},
	{Label: "field.birth_date", Value: "03/07/1961"},
	{Label: "field.birth_place", Value: "ROMA (RM)"},
	{Label: "field.id_anpr", Value: "AF41450AS", Code: true},
}}

func residence(v *wire.Visura) {
	v.Card = &app.Card{
		Answer: []app.CardField{{Label: "field.address", Value: "VIA GIUSEPPE GARIBALDI, 12/A, scala B, interno 4, 00153 ROMA (RM)"}},
		Groups: []app.CardGroup{{Title: "card.residence", Fields: []app.CardField{
			{Label: "field.address_kind", Value: "Residenza"},
			{Label: "field.address", Value: "VIA GIUSEPPE GARIBALDI, 12/A, scala B, interno 4, 00153 ROMA (RM)"},
			{Label: "field.residence_since", Value: "15/03/2004"},
		}}, personGroup},
		Warnings: []string{"EN148: il servizio sarà disponibile con il solo identificativo unico nazionale"},
	}
}
