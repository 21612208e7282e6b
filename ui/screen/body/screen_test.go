package body_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/sync/wire"
	flow "indagor/ui/flow/body"
	"indagor/ui/flow/list"
	view "indagor/ui/screen/body"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
)

var atlas = sync.OnceValues(func() (*territory.Atlas, error) { return territory.Load(assets.Tables()) })

// desk is a body in memory.
type desk struct {
	flow.Desk // what is not set below panics
	refuse    error
	saved     []wire.DepartmentChange
	purposes  []wire.PurposeChange
	groups    []wire.ConsortiumChange
	deleted   []app.ID
}

var taxes = app.DepartmentDetail{
	Department:       app.Department{ID: "d1", Name: "Tributi", Offices: []string{"IMU", "TARI", "Cosap"}, Version: 3},
	DepartmentCounts: app.DepartmentCounts{Admins: 1, Operators: 12, Workstations: 8, Purposes: 2},
	Heads:            []app.Holder{{Name: "Anna Conti", Enabled: true}, {Name: "Ugo Neri"}},
	OfficeUses:       []app.OfficeUse{{Name: "IMU", Users: 9, Workstations: 6}, {Name: "TARI", Users: 3, Workstations: 1}, {Name: "Cosap"}},
	PurposeUses: []app.PurposeUse{
		{Purpose: app.Purpose{ID: "p1", Department: "d1", Name: "Accertamento tributario", LegalBasis: "D.Lgs. 504/1992, art. 11", Version: 1}, Users: 12, Alone: 4},
		{Purpose: app.Purpose{ID: "p2", Department: "d1", Name: "Rimborsi", Version: 1}},
		{Purpose: app.Purpose{ID: "p3", Department: "d1", Name: "Catasto", Withdrawn: true, Version: 2}, Users: 2},
	},
}

var union = app.ConsortiumDetail{
	Consortium: app.Consortium{ID: "g1", Name: "Unione del Frignano", Comuni: []string{"036030", "036021", "018002", "036020"}, Version: 1},
	Users:      []app.Holder{{Name: "Luca Ferri", Role: app.RoleStandard, Department: "d1", Enabled: true}, {Name: "Enrico Bellini", Role: app.RoleStandardPS}},
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{taxes.Department}, nil
}

func (d *desk) DepartmentSummaries(context.Context) ([]app.DepartmentSummary, error) {
	return []app.DepartmentSummary{
		{Department: app.Department{ID: "d2", Name: "Polizia locale"}},
		{Department: taxes.Department, DepartmentCounts: taxes.DepartmentCounts},
	}, d.refuse
}

func (d *desk) Department(_ context.Context, id app.ID) (app.DepartmentDetail, error) {
	if id == "d1" {
		return taxes, nil
	}
	return app.DepartmentDetail{Department: app.Department{ID: id, Name: "Polizia locale"}}, nil
}

func (d *desk) SaveDepartment(_ context.Context, id app.ID, c wire.DepartmentChange) (app.Department, error) {
	if d.refuse != nil {
		return app.Department{}, d.refuse
	}
	d.saved = append(d.saved, c)
	return app.Department{ID: id, Name: c.Name}, nil
}

func (d *desk) DeleteDepartment(_ context.Context, id app.ID, _ int) error {
	d.deleted = append(d.deleted, id)
	return d.refuse
}

func (d *desk) SavePurpose(_ context.Context, id app.ID, c wire.PurposeChange) (app.Purpose, error) {
	d.purposes = append(d.purposes, c)
	return app.Purpose{ID: id}, d.refuse
}

func (d *desk) ConsortiumSummaries(context.Context) ([]app.ConsortiumSummary, error) {
	return []app.ConsortiumSummary{{Consortium: union.Consortium, Users: 2}, {Consortium: app.Consortium{ID: "g2", Name: "Ambito sociale", Comuni: []string{"058091"}}}}, d.refuse
}

func (d *desk) Consortium(_ context.Context, id app.ID) (app.ConsortiumDetail, error) {
	if id == "g1" {
		return union, nil
	}
	return app.ConsortiumDetail{Consortium: app.Consortium{ID: id, Name: "Ambito sociale", Comuni: []string{"058091"}, Version: 1}}, nil
}

func (d *desk) SaveConsortium(_ context.Context, id app.ID, c wire.ConsortiumChange) (app.Consortium, error) {
	if d.refuse != nil {
		return app.Consortium{}, d.refuse
	}
	d.groups = append(d.groups, c)
	return app.Consortium{ID: id, Name: c.Name}, nil
}

func (d *desk) DeleteConsortium(_ context.Context, id app.ID, _ int) error {
	d.deleted = append(d.deleted, id)
	return d.refuse
}

type stage struct {
	*screentest.Stage
	desk        *desk
	host        *screentest.Host
	departments *view.Departments
	groups      *view.Groups
}

func newStage(t *testing.T, p theme.Preference, w, h float32, groups bool) *stage {
	t.Helper()
	a, err := atlas()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{Stage: screentest.New(t, p), desk: &desk{}, host: &screentest.Host{Words: screentest.Italian(t)}}
	s.host.Stage = s.Stage
	o := view.Options{
		Host: s.host, Desk: s.desk, Context: t.Context(), Atlas: func() *territory.Atlas { return a },
		Lists: list.Options{Context: t.Context(), Go: s.Stage.Go}, Go: s.Stage.Go, Do: func(f func()) { f() },
	}
	if groups {
		s.groups = view.NewGroups(o)
		s.Show(s.groups, w, h)
	} else {
		s.departments = view.NewDepartments(o)
		s.Show(s.departments, w, h)
	}
	s.Run()
	return s
}

// open selects the row of that number.
func (s *stage) open(row int) {
	if s.groups != nil {
		s.groups.Table().Select(row)
	} else {
		s.departments.Table().Select(row)
	}
	s.Run()
}

func TestDepartmentInWords(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700, false)
	s.open(1)
	s.Want("Tributi", "Anna Conti, Ugo Neri (disabilitato)", "IMU", "9 utenti, 6 postazioni", "Accertamento tributario", "D.Lgs. 504/1992, art. 11",
		"12 utenti possono dichiararla", "4 utenti non ne hanno altre", "Ritirata: non si può più dichiarare")
	s.open(0)
	s.Want("Senza ADMIN", "Senza finalità gli operatori della direzione non possono chiedere nulla.")
}

// TestDepartmentForm: an office that is renamed is told as such, one that is in
// use has no button to take it out, and refusals stand at their fields.
func TestDepartmentForm(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700, false)
	s.open(1)
	s.Press("Modifica direzione")
	s.Want("Modifica Tributi", "Togli Ufficio 3")
	s.Lacks("Togli Ufficio 1", "Togli Ufficio 2", "Nuova direzione")
	s.Press("Togli Ufficio 3")
	s.FocusOn("Ufficio 1")
	s.Typed(" nord")
	s.Press("Aggiungi ufficio")
	s.Typed("Affissioni")
	s.desk.refuse = app.Errors{app.E(app.CodeTaken).At("offices.2"), app.E(app.CodeUsedByStations, "count", "1", "names", "PC-1").At("offices")}
	s.Press("Salva direzione")
	s.Run()
	s.Want(s.host.Words.Field(app.E(app.CodeTaken)), "Postazioni: PC-1")
	if len(s.host.Failed) > 0 {
		t.Errorf("told in a dialog: %v", s.host.Failed)
	}
	s.desk.refuse = nil
	s.Press("Salva direzione")
	s.Run()
	if len(s.desk.saved) != 1 {
		t.Fatal("not saved")
	}
	got := s.desk.saved[0]
	if len(got.Offices) != 3 || got.Offices[2] != "Affissioni" || len(got.Renamed) != 1 || got.Renamed[0].From != "IMU" || got.Version != 3 {
		t.Errorf("%+v", got)
	}
	s.Want("Nuova direzione")
	if !slices.Equal(s.host.Toasts, []string{"Direzione Tributi salvata"}) {
		t.Errorf("%q", s.host.Toasts)
	}
}

func TestPurposesOfADepartment(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 2000, false)
	s.open(1)
	s.Press("Ripristina finalità")
	s.Run()
	s.Press("Ritira finalità")
	s.Run()
	if n := len(s.desk.purposes); n != 2 || s.desk.purposes[0].Withdrawn || s.desk.purposes[0].Name != "Catasto" || !s.desk.purposes[1].Withdrawn || s.desk.purposes[1].Version != 1 {
		t.Fatalf("%+v", s.desk.purposes)
	}
	s.Press("Aggiungi finalità")
	s.Press("Crea finalità")
	s.Run()
	s.Want(s.host.Words.Field(app.E(app.CodeRequired)))
	s.Typed("Affissioni")
	s.Key(fyne.KeyReturn)
	s.Run()
	if n := len(s.desk.purposes); n != 3 || s.desk.purposes[2].Name != "Affissioni" || s.desk.purposes[2].Department != "d1" {
		t.Errorf("%+v", s.desk.purposes)
	}
}

func TestDeleteDepartment(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700, false)
	s.open(0)
	s.Press("Elimina direzione")
	s.Want("Elimina direzione Polizia locale")
	if len(s.desk.deleted) > 0 {
		t.Fatal("deleted before it was confirmed")
	}
	s.desk.refuse = app.E(app.CodeUsedByUsers, "count", "1", "names", "Anna Conti")
	s.Press("Elimina direzione")
	s.Run()
	if !slices.Equal(s.desk.deleted, []app.ID{"d2"}) || len(s.host.Failed) != 1 {
		t.Errorf("%v %v", s.desk.deleted, s.host.Failed)
	}
}

// TestGroupForm: Comuni are searched, a ceased one becomes the present one, and
// who is touched by what is taken out is named before it is saved.
func TestGroupForm(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 900, true)
	s.open(0)
	s.Want("Unione del Frignano", "2 utenti hanno questo gruppo come ambito:", "Luca Ferri", "STANDARD · Tributi", "ALBAREDO ARNABOLDI: oggi CAMPOSPINOSO ALBAREDO")
	s.Lacks("Elimina gruppo") // it is in use
	s.Press("Modifica gruppo")
	s.FocusOn("Aggiungi un Comune")
	s.Typed("u")
	s.Typed("ggiate con")
	s.Key(fyne.KeyReturn)
	s.Want("5 Comuni")
	s.FocusOn("Comuni")
	s.Window.Canvas().Capture()
	s.Key(fyne.KeySpace)
	s.Press("Togli i Comuni segnati")
	s.Want("4 Comuni", "Il gruppo è in uso")
	s.Press("Salva gruppo")
	s.Run()
	if len(s.desk.groups) != 1 || len(s.desk.groups[0].Comuni) != 4 || !slices.Contains(s.desk.groups[0].Comuni, "013256") || s.desk.groups[0].Version != 1 {
		t.Errorf("%+v", s.desk.groups)
	}
}

func TestNewGroup(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 900, true)
	s.Press("Nuovo gruppo")
	s.Press("Crea gruppo")
	s.Run()
	s.Want("Nessun Comune: aggiungerne almeno uno")
	if len(s.desk.groups) > 0 {
		t.Fatal("a group of nothing")
	}
	s.Typed("Provincia") // where the first mistake is
	s.FocusOn("Aggiungi tutti i Comuni di una provincia")
	s.Typed("m")
	s.Typed("o")
	s.Key(fyne.KeyReturn)
	s.Want("47 Comuni")
	s.Press("Crea gruppo")
	s.Run()
	if len(s.desk.groups) != 1 || len(s.desk.groups[0].Comuni) != 47 || s.desk.groups[0].Version != 0 {
		t.Errorf("%+v, failed %v, name %q", s.desk.groups, s.host.Failed, s.host.Toasts)
	}
}

func TestKeys(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700, true)
	if !s.groups.Key(fyne.KeyN, fyne.KeyModifierControl) || !s.Has("Crea gruppo") {
		t.Error("Ctrl+N opens no form")
	}
	s.Typed("Mezzo")
	s.groups.Key(fyne.KeyN, fyne.KeyModifierControl)
	s.groups.Refresh()
	s.Run()
	s.Want("Crea gruppo")
	s.groups.Key(fyne.KeyEscape, 0)
	s.Lacks("Crea gruppo")
	s.Want("Nuovo gruppo")
}
