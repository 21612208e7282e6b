package approval_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/approval"
	view "indagor/ui/screen/approval"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

var now = time.Date(2026, 11, 23, 10, 42, 0, 0, time.UTC)

// desk is a server with some requests.
type desk struct {
	rows    []wire.ApprovalItem
	decided []app.ID
	approve bool
	reason  string
	codes   map[app.ID]app.Code
	read    int

	declared *app.Declared
	since    app.Day
	asked    wire.ApprovalsInput
}

func (d *desk) Approvals(_ context.Context, in wire.ApprovalsInput) (wire.List[wire.ApprovalItem], error) {
	d.asked = in
	var out []wire.ApprovalItem
	for _, r := range d.rows {
		if in.State == wire.AllApprovals || r.State == in.State || in.State == "" && r.State == app.ApprovalWaiting {
			out = append(out, r)
		}
	}
	return wire.List[wire.ApprovalItem]{Items: out}, nil
}

func (d *desk) CountApprovals(context.Context, int) (wire.ApprovalCount, error) {
	next := now.Add(2 * time.Hour)
	return wire.ApprovalCount{Waiting: 4, Soon: 2, Next: &next}, nil
}

func (d *desk) Approval(_ context.Context, id app.ID) (wire.ApprovalDetail, error) {
	d.read++
	for _, r := range d.rows {
		if r.ID == id {
			return wire.ApprovalDetail{ApprovalItem: r, Subject: &app.Subject{FiscalCode: "RSSMRA61L03H501B"}, LegalBasis: "D.Lgs. 504/1992", Workstation: "TRIB-02", Scope: app.Scope{Kind: app.ScopeOwn}, Declared: d.declared, Since: d.since}, nil
		}
	}
	return wire.ApprovalDetail{}, app.E(app.CodeNotFound)
}

func (d *desk) DecideApprovals(_ context.Context, approve bool, ids []app.ID, reason string) ([]wire.DecidedItem, error) {
	d.decided, d.approve, d.reason = ids, approve, reason
	var out []wire.DecidedItem
	for _, id := range ids {
		out = append(out, wire.DecidedItem{ID: id, Code: d.codes[id]})
		for i := range d.rows {
			if d.rows[i].ID == id {
				if d.rows[i].State = app.ApprovalRefused; approve {
					d.rows[i].State = app.ApprovalApproved
				}
			}
		}
	}
	return out, nil
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}, {ID: "d2", Name: "Servizi sociali"}}, nil
}

func (d *desk) Purposes(context.Context) ([]app.Purpose, error) {
	return []app.Purpose{{ID: "p1", Department: "d1", Name: "Notifica"}, {ID: "p2", Department: "d2", Name: "Notifica"}, {ID: "p3", Department: "d1", Name: "Accertamento tributario"}}, nil
}

type stage struct {
	*screentest.Stage
	desk *desk
	host *screentest.Host
	tick func()
	now  time.Time
}

func item(id app.ID, operator, whom string, due time.Duration, kind app.VisuraType) wire.ApprovalItem {
	r := wire.ApprovalItem{
		ID: id, User: "u" + id, Operator: operator, Department: "d1", DepartmentName: "Tributi", Office: "Accertamento IMU", Type: kind, Whom: whom, ReferenceDate: "2026-11-23",
		PurposeName: "Accertamento tributario", FileReference: "PROT 2026/00817", Rule: app.ApprovalManual, State: app.ApprovalWaiting, Visura: app.VisuraWaiting, Asked: now.Add(-2 * time.Hour),
	}
	if due > 0 {
		at := now.Add(due)
		r.Rule, r.Due = app.ApprovalTacit, &at
	}
	return r
}

func newStage(t *testing.T, p theme.Preference, w, h float32) *stage {
	t.Helper()
	s := &stage{Stage: screentest.New(t, p), now: now, desk: &desk{codes: map[app.ID]app.Code{}, rows: []wire.ApprovalItem{
		item("a", "Rossi Marta", "RSSMRA••••", 2*time.Hour, app.VisuraResidenza),
		item("b", "Bianchi Giovanni", "VRDLGU••••", 20*time.Hour, app.VisuraFamiglia),
		item("c", "Verdi Luigia", "N. C.", 46*time.Hour, app.VisuraEsistenza),
		item("d", "Neri Carlo", "AF••••", 0, app.VisuraGeneralita),
	}}}
	s.host = &screentest.Host{Stage: s.Stage, Words: screentest.Italian(t)}
	f := flow.New(flow.Config{Desk: s.desk, Now: func() time.Time { return s.now }, Go: s.Go})
	s.Show(view.New(s.host, f, func(_ time.Duration, f func()) func() { s.tick = f; return func() { s.tick = nil } }), w, h)
	s.Run()
	return s
}

// rune presses a letter in the rows.
func (s *stage) rune(r rune) {
	s.Helper()
	f := s.Window.Canvas().Focused()
	if f == nil {
		s.Fatal("the rows have no focus")
	}
	f.TypedRune(r)
}

func (s *stage) shift(down bool) {
	k := s.Window.Canvas().Focused().(desktop.Keyable)
	if ev := (&fyne.KeyEvent{Name: desktop.KeyShiftLeft}); down {
		k.KeyDown(ev)
	} else {
		k.KeyUp(ev)
	}
}

// TestKeyboard: the queue is worked through without the mouse.
func TestKeyboard(t *testing.T) {
	s := newStage(t, theme.Light, 1280, 800)
	s.Want("4 richieste in attesa · la prossima verrà eseguita entro le 13:42 di oggi se nessuno risponde · 2 per silenzio/assenso entro 24 ore")
	s.Key(fyne.KeyHome)
	if s.desk.read != 0 {
		t.Error("to move over the rows reads whom they are about")
	}
	s.Key(fyne.KeyReturn)
	s.Run()
	if s.desk.read != 1 {
		t.Error("Enter does not show the person")
	}
	s.Want("RSSMRA61L03H501B", "D.Lgs. 504/1992", "TRIB-02", "Residenti nel proprio Comune")
	s.rune('a')
	s.Run()
	if !slices.Equal(s.desk.decided, []app.ID{"a"}) || !s.desk.approve || !slices.Contains(s.host.Toasts, "Richiesta convalidata") {
		t.Fatalf("A: %v %t %v", s.desk.decided, s.desk.approve, s.host.Toasts)
	}
	s.Key(fyne.KeyHome)
	s.rune(' ')
	s.Key(fyne.KeySpace)
	s.shift(true)
	s.Key(fyne.KeyDown)
	s.shift(false)
	s.Want("Convalida 2 richieste", "Non convalidare 2 richieste")

	// What comes meanwhile moves no mark to another request.
	s.desk.rows = append([]wire.ApprovalItem{item("z", "Nuova", "X", time.Hour, app.VisuraResidenza)}, s.desk.rows...)
	s.Key(fyne.KeyF5)
	s.Run()
	s.desk.codes["c"] = app.CodeApprovalDecided
	s.rune('r')
	s.Want("Non convalidare 2 richieste")
	s.Press("Non convalidare 2 richieste")
	if s.desk.reason != "" {
		t.Error("refused without a reason")
	}
	s.Typed("Manca il protocollo")
	s.Key(fyne.KeyReturn)
	s.Run()
	slices.Sort(s.desk.decided)
	if !slices.Equal(s.desk.decided, []app.ID{"b", "c"}) || s.desk.approve || s.desk.reason != "Manca il protocollo" {
		t.Fatalf("R: %v %t %q", s.desk.decided, s.desk.approve, s.desk.reason)
	}
	s.Want("Non tutte le richieste sono state decise")
}

// TestWhatIsAsked: TOP reads what is asked as the operator does: the data of a
// scheda, what is to be compared, and since when.
func TestWhatIsAsked(t *testing.T) {
	s := newStage(t, theme.Light, 1280, 800)
	s.desk.rows[0].Type, s.desk.rows[0].Types = app.VisuraScheda, []app.VisuraType{app.VisuraResidenza, app.VisuraFamiglia}
	s.desk.rows[1].Type, s.desk.declared = app.VerifyPaternita, &app.Declared{Surname: "ROSSINI", Name: "ETTORE"}
	s.desk.rows[2].Type, s.desk.since = app.VisuraStorico, "2019-03-01"
	s.Key(fyne.KeyF5)
	s.Run()
	s.Key(fyne.KeyHome)
	s.Want("Residenza, Stato di famiglia")
	s.Key(fyne.KeyDown)
	s.Lacks("ROSSINI")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("ROSSINI", "ETTORE")
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("01/03/2019")
}

// TestManyAreAsked: many at once are approved after a question, which Esc
// leaves.
func TestManyAreAsked(t *testing.T) {
	s := newStage(t, theme.Light, 1024, 700)
	s.Key(fyne.KeyHome)
	s.shift(true)
	s.Key(fyne.KeyDown)
	s.shift(false)
	s.rune('A')
	s.Press("Annulla")
	if len(s.desk.decided) != 0 {
		t.Fatal("approved without an answer")
	}
	s.rune('A')
	s.Want("Le richieste verranno inviate ad ANPR e gli operatori riceveranno la risposta. Non si può tornare indietro.")
	s.Press("Convalida 2 richieste")
	s.Run()
	if !slices.Equal(s.desk.decided, []app.ID{"a", "b"}) || !s.desk.approve {
		t.Errorf("%v", s.desk.decided)
	}
}

// TestFiltersAndStates: the views of the queue, and what stands in the place of
// rows.
func TestFiltersAndStates(t *testing.T) {
	s := newStage(t, theme.Light, 1280, 800)
	s.Press("Tutte")
	s.Run()
	if s.desk.asked.State != wire.AllApprovals {
		t.Errorf("asked %+v", s.desk.asked)
	}
	s.Press("Non convalidate")
	s.Run()
	s.Want("Nessuna richiesta corrisponde ai filtri")
	s.Press("Togli i filtri")
	s.Run()
	if s.desk.asked.State != "" {
		t.Errorf("asked %+v", s.desk.asked)
	}
	for _, c := range []struct{ all, id, text string }{{"Tutte le regole", string(app.ApprovalTacit), "Convalida con silenzio/assenso"}, {"Tutte le finalità", "p2", "Notifica · Servizi sociali"}} {
		s.choose(c.all, c.id, c.text)
		s.Run()
	}
	if s.desk.asked.Rule != app.ApprovalTacit || s.desk.asked.Purpose != "p2" {
		t.Errorf("asked %+v", s.desk.asked)
	}
	s.desk.rows = nil
	s.Key(fyne.KeyF5)
	s.Run()
	s.Press("Togli i filtri")
	s.Run()
	if s.desk.asked.Rule != "" || s.desk.asked.Purpose != "" {
		t.Errorf("asked %+v", s.desk.asked)
	}
	s.Want("Nessuna richiesta attende la convalida")
	s.Lacks("Convalida la richiesta")
}

// choose takes a choice of the filter that shows all.
func (s *stage) choose(all, id, text string) {
	s.Helper()
	done := false
	s.Walk(func(o fyne.CanvasObject) bool {
		p, ok := o.(*widget.Picker)
		if ok && p.Placeholder == all {
			done = p.SetSelectedID(id)
			if c, _ := p.Selected(); c.Text != text {
				s.Errorf("%s is called %q", id, c.Text)
			} else {
				p.OnChanged(c, true)
			}
		}
		return done
	})
	if !done {
		s.Fatalf("no filter shows %q", all)
	}
}
