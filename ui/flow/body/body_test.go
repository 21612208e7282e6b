package body_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"indagor/app"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/sync/wire"
	"indagor/ui/flow/body"
	"indagor/ui/flow/list"
)

var load = sync.OnceValues(func() (*territory.Atlas, error) { return territory.Load(assets.Tables()) })

func atlas(t testing.TB) func() *territory.Atlas {
	t.Helper()
	a, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return func() *territory.Atlas { return a }
}

// desk is a body in memory.
type desk struct {
	departments []app.DepartmentDetail
	groups      []app.ConsortiumDetail
	saved       []wire.DepartmentChange
	purposes    []wire.PurposeChange
	changes     []wire.ConsortiumChange
	err         error
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}}, d.err
}

func (d *desk) DepartmentSummaries(context.Context) (out []app.DepartmentSummary, err error) {
	for _, x := range d.departments {
		out = append(out, app.DepartmentSummary{Department: x.Department, DepartmentCounts: x.DepartmentCounts})
	}
	return out, d.err
}

func (d *desk) Department(_ context.Context, id app.ID) (app.DepartmentDetail, error) {
	for _, x := range d.departments {
		if x.ID == id {
			return x, nil
		}
	}
	return app.DepartmentDetail{}, app.E(app.CodeNotFound)
}

func (d *desk) SaveDepartment(_ context.Context, id app.ID, c wire.DepartmentChange) (app.Department, error) {
	if d.err != nil {
		return app.Department{}, d.err
	}
	d.saved = append(d.saved, c)
	x := app.DepartmentDetail{Department: app.Department{ID: id, Name: c.Name, Offices: c.Offices, Version: c.Version + 1}}
	if i := slices.IndexFunc(d.departments, func(o app.DepartmentDetail) bool { return o.ID == id }); i >= 0 {
		d.departments[i] = x
	} else {
		d.departments = append(d.departments, x)
	}
	return x.Department, nil
}

func (d *desk) DeleteDepartment(_ context.Context, id app.ID, _ int) error {
	if d.err == nil {
		d.departments = slices.DeleteFunc(d.departments, func(x app.DepartmentDetail) bool { return x.ID == id })
	}
	return d.err
}

func (d *desk) SavePurpose(_ context.Context, id app.ID, c wire.PurposeChange) (app.Purpose, error) {
	d.purposes = append(d.purposes, c)
	return app.Purpose{ID: id}, d.err
}

func (d *desk) DeletePurpose(context.Context, app.ID, int) error { return d.err }

func (d *desk) ConsortiumSummaries(context.Context) (out []app.ConsortiumSummary, err error) {
	for _, x := range d.groups {
		out = append(out, app.ConsortiumSummary{Consortium: x.Consortium, Users: len(x.Users)})
	}
	return out, d.err
}

func (d *desk) Consortium(_ context.Context, id app.ID) (app.ConsortiumDetail, error) {
	for _, x := range d.groups {
		if x.ID == id {
			return x, nil
		}
	}
	return app.ConsortiumDetail{}, app.E(app.CodeNotFound)
}

func (d *desk) SaveConsortium(_ context.Context, id app.ID, c wire.ConsortiumChange) (app.Consortium, error) {
	if d.err != nil {
		return app.Consortium{}, d.err
	}
	d.changes = append(d.changes, c)
	x := app.ConsortiumDetail{Consortium: app.Consortium{ID: id, Name: c.Name, Comuni: c.Comuni, Version: c.Version + 1}}
	if i := slices.IndexFunc(d.groups, func(o app.ConsortiumDetail) bool { return o.ID == id }); i >= 0 {
		d.groups[i] = x
	} else {
		d.groups = append(d.groups, x)
	}
	return x.Consortium, nil
}

func (d *desk) DeleteConsortium(_ context.Context, id app.ID, _ int) error {
	if d.err == nil {
		d.groups = slices.DeleteFunc(d.groups, func(x app.ConsortiumDetail) bool { return x.ID == id })
	}
	return d.err
}

func world() *desk {
	return &desk{
		departments: []app.DepartmentDetail{
			{Department: app.Department{ID: "d1", Name: "Tributi", Offices: []string{"IMU", "TARI"}, Version: 3}},
			{Department: app.Department{ID: "d2", Name: "Polizia locale", Version: 1}},
		},
		groups: []app.ConsortiumDetail{{
			Consortium: app.Consortium{ID: "g", Name: "Unione", Comuni: []string{"036030", "018002"}, Version: 2},
			Users:      []app.Holder{{ID: "u", Name: "Luca Ferri"}},
		}},
	}
}

func now(f func()) { f() }

func options() list.Options { return list.Options{Go: now} }

// faults are the fields and codes of a refusal.
func faults(err error) (out []string) {
	var many app.Errors
	var one *app.Error
	if errors.As(err, &many) {
		for _, e := range many {
			out = append(out, e.Field+" "+string(e.Code))
		}
	} else if errors.As(err, &one) {
		out = append(out, one.Field+" "+string(one.Code))
	}
	return out
}

func TestDepartments(t *testing.T) {
	ctx, d := t.Context(), world()
	s := body.NewDepartments(d, options())
	s.Open()
	if n := len(s.State().Rows); n != 2 {
		t.Fatalf("%d rows", n)
	}
	if s.Search(body.Filter{Search: " tari trib "}); len(s.State().Rows) != 1 || s.State().Rows[0].ID != "d1" {
		t.Errorf("%+v", s.State().Rows)
	}
	s.Search(body.Filter{})
	draft := body.DraftOf(d.departments[0].Department)
	draft.Name = " Entrate "
	draft.Offices[0].Name = "IMU e TASI"
	draft.Offices = append(draft.Offices, body.OfficeDraft{Name: "Cosap"})
	saved, err := s.Save(ctx, draft)
	if err != nil || saved.Name != "Entrate" || saved.Version != 4 {
		t.Fatal(saved, err)
	}
	want := wire.DepartmentChange{Name: "Entrate", Offices: []string{"IMU e TASI", "TARI", "Cosap"}, Renamed: []wire.OfficeRename{{From: "IMU", To: "IMU e TASI"}}, Version: 3}
	if got := d.saved[0]; got.Name != want.Name || !slices.Equal(got.Offices, want.Offices) || !slices.Equal(got.Renamed, want.Renamed) || got.Version != 3 {
		t.Errorf("%+v", got)
	}
	if s.State().Rows[0].Name != "Entrate" {
		t.Error("the list shows what was")
	}
	made, err := s.Save(ctx, body.DepartmentDraft{Name: "Scuola"})
	if err != nil || !made.ID.Valid() || s.State().Selected != made.ID || d.saved[1].Version != 0 {
		t.Errorf("%+v %v", made, err)
	}
	if err := s.Delete(ctx, made); err != nil || len(s.State().Rows) != 2 || s.State().Selected != "" {
		t.Errorf("%v, %d rows", err, len(s.State().Rows))
	}
	d.err = app.E(app.CodeUsedByUsers)
	if err := s.Delete(ctx, saved); app.CodeOf(err) != app.CodeUsedByUsers {
		t.Error(err)
	}
}

func TestDraftsNameTheFields(t *testing.T) {
	long := strings.Repeat("x", 301)
	for name, c := range map[string]struct {
		check func() error
		want  []string
	}{
		"department": {func() error {
			_, err := body.DepartmentDraft{Name: " ", Offices: []body.OfficeDraft{{Name: "A"}, {Name: ""}, {Name: "a"}, {Name: long}}}.Check()
			return err
		}, []string{"name required", "offices.1 required", "offices.2 taken", "offices.3 too_long"}},
		"purpose": {func() error {
			_, err := body.PurposeDraft{Name: "", LegalBasis: long}.Check()
			return err
		}, []string{"name required", "legal_basis too_long"}},
		"group": {func() error { _, err := body.GroupDraft{Name: long}.Check(); return err }, []string{"name too_long", "comuni required"}},
		"a large group": {func() error {
			_, err := body.GroupDraft{Name: "N", Comuni: make([]territory.Comune, 501)}.Check()
			return err
		}, []string{"comuni too_long"}},
	} {
		if got := faults(c.check()); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPurposes(t *testing.T) {
	ctx, d := t.Context(), world()
	s := body.NewDepartments(d, options())
	s.Open()
	draft := body.PurposeDraftOf(app.Purpose{ID: "p", Department: "d1", Name: "Catasto", Version: 2})
	draft.Withdrawn = true
	if err := s.SavePurpose(ctx, draft); err != nil || !d.purposes[0].Withdrawn || d.purposes[0].Version != 2 || d.purposes[0].Department != "d1" {
		t.Errorf("%v %+v", err, d.purposes)
	}
	if err := s.DeletePurpose(ctx, app.Purpose{ID: "p", Department: "d1"}); err != nil {
		t.Error(err)
	}
}

// TestGroupDraft: Comuni are added one by one or by province, each once; one
// that has ceased becomes the present one, and that is told.
func TestGroupDraft(t *testing.T) {
	ctx, d := t.Context(), world()
	s := body.NewGroups(d, atlas(t), options())
	s.Open()
	if s.Search(body.Filter{Search: "pavullo"}); len(s.State().Rows) != 1 {
		t.Error("a group is not found by its Comune")
	}
	g := s.Draft(d.groups[0])
	if len(g.Comuni) != 2 || len(g.Became) != 1 || g.Became[0].Former.Name != "ALBAREDO ARNABOLDI" || g.Became[0].Present.Name != "CAMPOSPINOSO ALBAREDO" || g.Comuni[0].Name != "CAMPOSPINOSO ALBAREDO" {
		t.Fatalf("%+v", g)
	}
	before := slices.Clone(g.Comuni)
	for what, c := range map[string]struct {
		code string
		more bool
		n    int
	}{
		"another":           {"058091", true, 3},
		"one that is there": {"036030", false, 2},
		"one under its old": {"018026", false, 2},
		"one that is no":    {"000000", false, 2},
		"one without heirs": {"030096", false, 2},
	} {
		x := g
		if got := s.Add(&x, c.code); got != c.more || len(x.Comuni) != c.n {
			t.Errorf("%s: %t, %d Comuni", what, got, len(x.Comuni))
		}
		if !slices.Equal(before, g.Comuni) {
			t.Fatalf("%s: another draft was changed", what)
		}
	}
	if n := s.AddProvince(&g, "MO"); n != 46 || len(g.Comuni) != 48 {
		t.Errorf("%d added, %d there", n, len(g.Comuni))
	}
	if n := s.AddProvince(&g, "MO"); n != 0 {
		t.Errorf("%d added twice", n)
	}
	g.Remove("036030", "018026")
	if gone := s.Removed(g); len(gone) != 2 || gone[1].Name != "PAVULLO NEL FRIGNANO" {
		t.Errorf("%+v", gone)
	}
	if _, err := s.Save(ctx, g); err != nil || len(d.changes[0].Comuni) != 46 || d.changes[0].Version != 2 {
		t.Errorf("%v %+v", err, d.changes)
	}
	made, err := s.Save(ctx, body.GroupDraft{Name: "Nuovo", Comuni: before})
	if err != nil || !made.ID.Valid() || s.State().Selected != made.ID {
		t.Errorf("%+v %v", made, err)
	}
	if err := s.Delete(ctx, made); err != nil || s.State().Selected != "" {
		t.Error(err)
	}
}

func TestFind(t *testing.T) {
	s := body.NewGroups(world(), atlas(t), options())
	var said []string
	for _, p := range s.Find("albaredo arn") {
		said = append(said, p.Comune.Name+" > "+p.Present.Name)
	}
	if !slices.Equal(said, []string{"ALBAREDO ARNABOLDI > CAMPOSPINOSO ALBAREDO"}) {
		t.Errorf("%q", said)
	}
	if found := s.Find("pavullo"); len(found) != 1 || found[0].Code != "036030" || found[0].Present.Name != "" {
		t.Errorf("%+v", found)
	}
	if found := s.Find("germania"); len(found) != 0 {
		t.Errorf("a foreign state: %+v", found)
	}
	if ps := s.Provinces(); len(ps) != 107 || ps[0].Code != "AG" || ps[0].Comuni == 0 {
		t.Errorf("%v", ps)
	}
	if s.Department("d1") != "" {
		t.Error("names before they were read")
	}
	s.Select("g")
	if s.Department("d1") != "Tributi" {
		t.Error("no names with the detail")
	}
}
