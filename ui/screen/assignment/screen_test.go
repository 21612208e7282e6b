package assignment_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	"indagor/ui/screen/assignment"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// desk is a body with three ADMINs of two departments.
type desk struct {
	users   []app.User
	plans   []wire.PlanMovesInput
	runs    []wire.RunMovesInput
	err     error // of the next preview or move
	refused bool  // the first operator cannot go without a purpose
}

func newDesk() *desk {
	d := &desk{}
	for i, name := range []string{"Bianchi", "Conti", "Esposito", "Ferrari"} {
		u := app.User{ID: app.ID("o" + fmt.Sprint(i)), Version: i + 1, Name: "Luca", Surname: name, Role: app.RoleStandard, Department: "d1", Admin: "a1", Enabled: i != 2}
		if i == 3 {
			u.Role, u.Department, u.Admin = app.RoleStandardPS, "d2", "a3"
		}
		d.users = append(d.users, u)
	}
	return d
}

func (d *desk) Users(_ context.Context, in wire.UsersInput) (wire.List[app.User], error) {
	return wire.List[app.User]{Items: slices.DeleteFunc(slices.Clone(d.users), func(u app.User) bool {
		return in.Admin != "" && u.Admin != in.Admin || in.Role != "" && u.Role != in.Role || !in.Assigned
	})}, nil
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Servizi demografici"}, {ID: "d2", Name: "Polizia locale"}}, nil
}

func (d *desk) Purposes(context.Context) ([]app.Purpose, error) {
	return []app.Purpose{{ID: "p1", Department: "d1", Name: "Elezioni"}, {ID: "p2", Department: "d2", Name: "Accertamento"}, {ID: "p3", Department: "d2", Name: "Vecchia", Withdrawn: true}}, nil
}

func (d *desk) Mediators(context.Context) ([]wire.Mediator, error) {
	return []wire.Mediator{{ID: "a3", Name: "Carla", Surname: "Neri", Role: app.RoleAdmin, Department: "d2"}}, nil
}

func (d *desk) Admins(context.Context) ([]wire.AdminLoad, error) {
	as := []wire.AdminLoad{
		{ID: "a1", Name: "Anna", Surname: "Gallo", Department: "d1", Enabled: true},
		{ID: "a2", Name: "Bruno", Surname: "Leone", Department: "d1"},
		{ID: "a3", Name: "Carla", Surname: "Neri", Department: "d2", Enabled: true},
	}
	for i := range as {
		for _, u := range d.users {
			if u.Admin == as[i].ID {
				as[i].Operators++
			}
		}
	}
	return as, nil
}

func (d *desk) Assignments(_ context.Context, in wire.AssignmentsInput) (wire.List[wire.Assignment], error) {
	at := func(day int) time.Time { return time.Date(2026, 11, day, 9, 30, 0, 0, time.UTC) }
	until := at(20)
	return wire.List[wire.Assignment]{Items: []wire.Assignment{
		{Operator: "o0", OperatorName: "Luca Bianchi", Admin: "a1", AdminName: "Anna Gallo", Department: "d1", Since: until, By: "t", ByName: "Teresa Riva"},
		{Operator: "o0", OperatorName: "Luca Bianchi", Admin: "a3", AdminName: "Carla Neri", Department: "d2", Since: at(2), Until: &until},
	}}, nil
}

func (d *desk) PlanMoves(_ context.Context, in wire.PlanMovesInput) (wire.MovePlan, error) {
	d.plans = append(d.plans, in)
	if err := d.err; err != nil {
		d.err = nil
		return wire.MovePlan{}, err
	}
	b := in.Body
	p := wire.MovePlan{Admin: b.Admin, AdminName: "Carla Neri", Department: "d2"}
	for _, u := range d.users {
		if len(b.Operators) > 0 && !slices.Contains(b.Operators, u.ID) || len(b.Operators) == 0 && u.Admin != b.From {
			continue
		}
		m := wire.PlannedMove{Operator: u.ID, Name: u.FullName(), Role: u.Role, Enabled: u.Enabled, Version: u.Version, Admin: "a1", AdminName: "Anna Gallo", Department: "d1"}
		if u.ID == "o0" && d.refused {
			m.LostPurposes = []string{"Elezioni"}
			if m.GivenPurposes = nil; len(b.Terms.Purposes) > 0 {
				m.GivenPurposes = []string{"Accertamento"}
			} else {
				m.Refusals = []wire.ProblemItem{{Code: app.CodeRequired, Field: "profile.purposes"}}
			}
		}
		if u.ID == "o1" && b.Terms.Mediator == "" {
			m.LeftMediator = "Anna Gallo"
		}
		p.Moves = append(p.Moves, m)
	}
	return p, nil
}

func (d *desk) RunMoves(_ context.Context, in wire.RunMovesInput) (int, error) {
	d.runs = append(d.runs, in)
	if err := d.err; err != nil {
		d.err = nil
		return 0, err
	}
	for _, o := range in.Body.Operators {
		for i := range d.users {
			if d.users[i].ID == o.ID {
				d.users[i].Admin, d.users[i].Department = in.Body.Admin, "d2"
			}
		}
	}
	return len(in.Body.Operators), nil
}

// stage is the page in a window.
type stage struct {
	*screentest.Stage
	host *host
	desk *desk
}

// host is the shell of the test.
type host struct{ screentest.Host }

func (h *host) Fail(err error) { h.Stage.Errorf("failed: %v", err) }

func show(t *testing.T, d *desk, p theme.Preference, w, h float32) *stage {
	t.Helper()
	st := screentest.New(t, p)
	s := &stage{st, &host{screentest.Host{Stage: st, Words: screentest.Italian(t)}}, d}
	page := assignment.New(assignment.Options{
		Host: s.host, Desk: d, Context: t.Context(), Say: s.host.Words.Error, Lists: list.Options{Go: st.Go}, Go: st.Go, Do: func(f func()) { f() },
	})
	s.Show(page, w, h)
	s.Run()
	return s
}

// pick chooses in the picker of the name.
func (s *stage) pick(label, choice string) {
	s.Helper()
	done := false
	s.Walk(func(o fyne.CanvasObject) bool {
		if p, ok := o.(*widget.Picker); ok && p.Label == label {
			p.Open("")
			s.Typed(choice[:1])
			s.Key(fyne.KeyReturn)
			done = true
		}
		return done
	})
	if !done {
		s.Fatalf("no picker %q", label)
	}
	s.Run()
}

// cells are the texts of the tables in view, a row a line.
func (s *stage) cells() string {
	var b strings.Builder
	s.Walk(func(o fyne.CanvasObject) bool {
		switch t := o.(type) {
		case *widget.Table[wire.AdminLoad]:
			read(&b, t)
		case *widget.Table[app.User]:
			read(&b, t)
		case *widget.Table[wire.Assignment]:
			read(&b, t)
		case *widget.Table[wire.PlannedMove]:
			read(&b, t)
		}
		return false
	})
	return b.String()
}

func read[T any](b *strings.Builder, t *widget.Table[T]) {
	for i := range t.Rows().Len() {
		for _, c := range t.Columns() {
			b.WriteString(c.Text(t.Rows().Row(i)) + "|")
		}
		b.WriteString("\n")
	}
}

// lists fails for every line that is in no table.
func (s *stage) lists(lines ...string) {
	s.Helper()
	all := s.cells()
	for _, line := range lines {
		if !strings.Contains(all, line) {
			s.Errorf("no table has %q:\n%s", line, all)
		}
	}
}

// TestMoveAll: the operators of an ADMIN are chosen at the left, the preview
// says what changes, a term mends what does not fit, and all of them go.
func TestMoveAll(t *testing.T) {
	d := newDesk()
	d.refused = true
	s := show(t, d, theme.Light, 1280, 800)
	s.Want("Legami")
	s.lists("Tutti gli operatori|4|", "Gallo Anna|3|", "Leone Bruno · Disabilitato|0|", "Bianchi Luca|Anna Gallo|STANDARD|", "Ferrari Luca|Carla Neri|STANDARDPS|")
	s.Lacks("Sposta tutti i 3 operatori")
	s.choose(1)
	if strings.Contains(s.cells(), "Ferrari Luca") {
		t.Error("operators of another ADMIN are listed")
	}
	s.Press("Sposta tutti i 3 operatori")
	s.Want("Spostare tutti gli operatori di Anna Gallo")
	s.pick("Passano all'ADMIN", "Carla")
	if len(d.plans) != 1 || d.plans[0].Body.From != "a1" || d.plans[0].Body.Admin != "a3" {
		t.Fatalf("%+v", d.plans)
	}
	s.Want("1 operatore su 3 non può essere spostato così.", "Nessuna delle sue finalità esiste nella nuova direzione: sceglierne per lui.", "Lascia fuori chi non può", "Non può essere spostato così")
	s.Press("Sposta 3 operatori")
	if len(d.runs) != 0 {
		t.Fatal("moved though one cannot go")
	}
	s.Press("Accertamento")
	s.Run()
	s.Want("Da adesso li amministra Carla Neri (Polizia locale).",
		"Da adesso le richieste di Luca Bianchi saranno viste da Carla Neri (Polizia locale); quelle precedenti restano a Anna Gallo (Servizi demografici). TOP le vede tutte.")
	s.lists("Luca Bianchi|Anna Gallo · Servizi demografici|Perde le finalità: Elezioni. Riceve le finalità: Accertamento.|", "Il Mediatore resta Anna Gallo, l'ADMIN che lascia.|", "|Il profilo resta com'è|")
	s.Lacks("Lascia fuori chi non può", "Vecchia")
	s.pick("Mediatore al posto dell'ADMIN che lasciano", "Carla")
	last := d.plans[len(d.plans)-1].Body.Terms
	if last.Mediator != "a3" || !slices.Equal(last.Purposes, []app.ID{"p2"}) {
		t.Errorf("terms %+v", last)
	}

	// A preview that has gone stale is told, made again, and run.
	d.err = app.E(app.CodeChanged).At("from")
	s.Press("Sposta 3 operatori")
	s.Run()
	s.Want("Un altro amministratore ha modificato gli stessi dati nel frattempo.")
	s.Press("Rifai l'anteprima")
	s.Run()
	s.Press("Sposta 3 operatori")
	s.Run()
	if len(d.runs) != 2 || d.runs[0].Key == d.runs[1].Key || d.runs[1].Body.From != "a1" || len(d.runs[1].Body.Operators) != 3 || d.runs[1].Body.Operators[0].Version != 1 {
		t.Fatalf("%+v", d.runs)
	}
	if !slices.Equal(s.host.Toasts, []string{"3 operatori spostati a Carla Neri"}) {
		t.Errorf("told %q", s.host.Toasts)
	}
	s.Want("Legami")
	s.Lacks("Sposta tutti i 3 operatori")
}

// choose chooses an ADMIN at the left by his place.
func (s *stage) choose(i int) {
	s.Helper()
	s.Walk(func(o fyne.CanvasObject) bool {
		t, ok := o.(*widget.Table[wire.AdminLoad])
		if ok {
			t.SetSelected(i)
			t.OnSelect(i, t.Rows().Row(i))
		}
		return ok
	})
	s.Run()
}

// TestMoveSome: marked operators are moved; who cannot go is left out.
func TestMoveSome(t *testing.T) {
	d := newDesk()
	d.refused = true
	s := show(t, d, theme.Dark, 1024, 700)
	s.Key(fyne.KeySpace)
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeySpace)
	s.Press("Sposta 2 operatori")
	s.pick("Passano all'ADMIN", "Carla")
	s.Press("Lascia fuori chi non può")
	s.Run()
	if got := d.plans[len(d.plans)-1].Body.Operators; !slices.Equal(got, []app.ID{"o1"}) {
		t.Errorf("left %v", got)
	}
	s.Press("Sposta 1 operatore")
	s.Run()
	if len(d.runs) != 1 || len(d.runs[0].Body.Operators) != 1 {
		t.Errorf("%+v", d.runs)
	}

	// A preview that fails says why, and is asked again.
	s.Key(fyne.KeySpace)
	s.Press("Sposta 1 operatore")
	d.err = app.E(app.CodeAdminDisabled).At("admin")
	s.pick("Passano all'ADMIN", "Carla")
	s.Want(s.host.Words.Error(app.E(app.CodeAdminDisabled)).What)
	s.Press("Annulla")
	s.Want("Legami")
}

func TestHistory(t *testing.T) {
	s := show(t, newDesk(), theme.Light, 1280, 800)
	s.Want("Legame attuale", "Legame precedente", "Teresa Riva", "Console del server")
	s.Press("Storia dei legami")
	s.Run()
	s.Want("Chi è stato assegnato a quale ADMIN, da quando, per mano di chi · 2 legami")
	s.lists("Luca Bianchi|Anna Gallo|Servizi demografici|20/11/2026 10:30|in corso|Teresa Riva|", "|20/11/2026 10:30|Console del server|")
	s.Press("Torna ai legami")
	s.lists("Gallo Anna|3|")
}
