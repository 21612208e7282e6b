package user_test

import (
	"reflect"
	"slices"
	"testing"

	"indagor/app"
	"indagor/app/language"
	"indagor/assets"
	"indagor/ui/flow/user"
)

func words(t *testing.T) *language.Language {
	t.Helper()
	catalogue, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.In("it")
}

// body is what users of two departments can be made of.
func body() user.Choices {
	return user.Choices{
		Caller:      top,
		Departments: []app.Department{{ID: "d1", Name: "Anagrafe", Offices: []string{"IMU"}}, {ID: "d2", Name: "Polizia locale"}},
		Purposes: []app.Purpose{
			{ID: "p1", Department: "d1", Name: "Accertamento"},
			{ID: "p2", Department: "d1", Name: "Notifica"},
			{ID: "p3", Department: "d1", Name: "Vecchia", Withdrawn: true},
			{ID: "q1", Department: "d2", Name: "accertamento"},
			{ID: "q3", Department: "d2", Name: "Vecchia"},
		},
		Groups:       []app.Consortium{{ID: "g", Name: "Unione"}},
		Workstations: []app.Workstation{{ID: "w1", Name: "PC-1", Department: "d1"}, {ID: "w2", Name: "PC-2", Department: "d2"}},
	}
}

// TestCopy: of another's profile all is taken that can be, and what cannot is
// told.
func TestCopy(t *testing.T) {
	for _, c := range []struct {
		name  string
		to    func(*user.Draft)
		from  func(*app.User)
		check func(user.Draft) bool
		left  []user.Left
	}{
		{
			"a colleague", func(*user.Draft) {}, func(*app.User) {},
			func(d user.Draft) bool {
				return d.Visure && d.Approval == app.ApprovalTacit && d.Silence == "48" && d.Household.On && !d.Enrichment.On && d.Group == "g" &&
					slices.Equal(d.Purposes, []app.ID{"p1"}) && slices.Equal(d.Workstations, []app.ID{"w1"}) && slices.Equal(d.Days, []int{1, 5}) && d.From == "08:00" &&
					d.Surname == "Nuovi" && d.Username == "n.nuovi" && d.ValidUntil == nil && d.Office == "Cosap"
			}, nil,
		},
		{
			"one of another department", func(*user.Draft) {}, func(u *app.User) {
				u.Department, u.Profile.Purposes, u.Profile.WorkstationID = "d2", []app.ID{"q1", "q3"}, []app.ID{"w2", "x"}
			},
			func(d user.Draft) bool {
				return slices.Equal(d.Purposes, []app.ID{"p1"}) && len(d.Workstations) == 0 && d.Department == "d1"
			},
			[]user.Left{{Why: user.LeftWorkstations, Names: []string{"PC-2"}}, {Why: user.LeftPurposes, Names: []string{"Vecchia"}}},
		},
		{
			"to public security", func(d *user.Draft) { d.Role = app.RoleStandardPS }, func(*app.User) {},
			func(d user.Draft) bool { return d.Approval == app.ApprovalNone && d.Visure },
			[]user.Left{{Why: user.LeftApproval}},
		},
		{
			"to whom has no operator id", func(d *user.Draft) { d.OperatorID = "" }, func(*app.User) {},
			func(d user.Draft) bool { return d.Household.Way == app.WayOperator },
			[]user.Left{{Why: user.LeftOperator}},
		},
		{
			"to an ADMIN", func(d *user.Draft) { d.Role = app.RoleAdmin }, func(u *app.User) { u.Profile.Workstations, u.Profile.WorkstationID = app.WorkstationsFree, nil },
			func(d user.Draft) bool { return !d.Visure && d.Rule == app.WorkstationsAuthorised },
			[]user.Left{{Why: user.LeftServices}},
		},
		{
			"one without anything", func(*user.Draft) {}, func(u *app.User) { u.Hours, u.Profile = nil, app.Profile{Workstations: app.WorkstationsFree} },
			func(d user.Draft) bool {
				return !d.Serves() && d.Rule == app.WorkstationsFree && d.Purposes == nil && d.Days == nil && d.From == ""
			}, nil,
		},
	} {
		from := enrico()
		c.from(&from)
		d := user.DraftOf(app.User{ID: "n", Username: "n.nuovi", Surname: "Nuovi", Role: app.RoleStandard, Department: "d1", Office: "Cosap", OperatorID: "OPN", Profile: app.Profile{Workstations: app.WorkstationsAuthorised}})
		c.to(&d)
		before := d
		got, left := d.Copy(from, body())
		if !c.check(got) {
			t.Errorf("%s: %+v", c.name, got)
		}
		if !reflect.DeepEqual(left, c.left) {
			t.Errorf("%s: left out %v, want %v", c.name, left, c.left)
		}
		if !reflect.DeepEqual(before, d) {
			t.Errorf("%s: the draft was changed in its place", c.name)
		}
	}
}

func TestDifferences(t *testing.T) {
	l, c := words(t), body()
	a := user.DraftOf(enrico())
	if d := user.Differences(l, a, a, c); len(d) != 0 {
		t.Errorf("%v", d)
	}
	b := a
	b.Visure, b.Enrichment, b.Purposes, b.Days, b.From, b.Until = false, user.Bulk{On: true, Way: app.WayOperator, Scope: app.ScopeNational}, []app.ID{"p1", "p2"}, nil, "", ""
	want := []user.Difference{
		{What: "Orario di accesso", Before: "lunedì e venerdì dalle 08:00 alle 18:00", After: "Sempre"},
		{What: "Tipi di visura", Before: "Residenza", After: "Non abilitato"},
		{What: "Ambito territoriale", Before: "Residenti in un gruppo di Comuni: Unione", After: ""},
		{What: "Convalida", Before: "Silenzio/assenso dopo 48 ore", After: ""},
		{What: "Accesso ad ANPR", Before: "Tramite Mediatore", After: ""},
		{What: "Rivestizione anagrafica", Before: "Non abilitato", After: "Con il proprio ID operatore ANPR, Nazionale"},
		{What: "Finalità", Before: "Accertamento", After: "Accertamento, Notifica"},
	}
	if got := user.Differences(l, a, b, c); !slices.Equal(got, want) {
		for _, d := range got {
			t.Errorf("%q", d)
		}
	}
}

func TestWithdrawnPurposesAreOfferedToWhomHasThem(t *testing.T) {
	c := body()
	if n := len(c.PurposesOf("d1", nil)); n != 2 {
		t.Errorf("%d purposes may be given", n)
	}
	if n := len(c.PurposesOf("d1", []app.ID{"p3"})); n != 3 {
		t.Errorf("%d purposes to whom has the withdrawn one", n)
	}
	if !slices.Equal(c.Offices("d1"), []string{"IMU"}) || c.Offices("x") != nil {
		t.Error("the offices are others")
	}
}
