package user_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	lists "indagor/ui/flow/list"
	"indagor/ui/flow/user"
)

// desk is a desktop whose answers can be set.
type desk struct {
	user.Desk // what is not set below panics
	pages     map[string]wire.List[app.User]
	err       error
	asked     []wire.UsersInput
	meanwhile func() // before an answer is given
	admins    int    // how often ADMINs were asked for
	created   []app.User
	updated   []app.User
}

func (d *desk) Users(_ context.Context, in wire.UsersInput) (wire.List[app.User], error) {
	if in.Role == app.RoleAdmin && in.Limit == 500 {
		d.admins++
		if in.Cursor == "" {
			return wire.List[app.User]{Items: []app.User{anna}, Next: "2"}, nil
		}
		return wire.List[app.User]{Items: []app.User{luca, off}}, nil
	}
	d.asked = append(d.asked, in)
	if f := d.meanwhile; f != nil {
		d.meanwhile = nil
		f()
	}
	return d.pages[in.Cursor], d.err
}

func (d *desk) User(_ context.Context, id app.ID) (app.User, error) {
	if d.err != nil {
		return app.User{}, d.err
	}
	return app.User{ID: id, Name: "read"}, nil
}

func (d *desk) CreateUser(_ context.Context, u app.User) (app.User, wire.Secret, error) {
	d.created = append(d.created, u)
	u.ID = "new"
	return u, wire.Secret{Secret: "once"}, d.err
}

func (d *desk) UpdateUser(_ context.Context, u app.User, _ user.Heirs) (app.User, error) {
	d.updated = append(d.updated, u)
	u.Version++
	return u, d.err
}

func (d *desk) DisableUser(_ context.Context, id app.ID, _ string, h user.Heirs) (app.User, error) {
	if h.Admin == "" {
		return app.User{}, app.E(app.CodeDependants)
	}
	return app.User{ID: id}, nil
}

func (*desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d2", Name: "Polizia locale"}, {ID: "d1", Name: "Anagrafe"}}, nil
}

func (*desk) Purposes(context.Context) ([]app.Purpose, error) {
	return []app.Purpose{{ID: "p1", Department: "d1", Name: "Accertamento"}, {ID: "p2", Department: "d1", Name: "Notifica"}, {ID: "p3", Department: "d2", Name: "Indagine"}}, nil
}

func (*desk) Mediators(context.Context) ([]wire.Mediator, error) {
	return []wire.Mediator{{ID: "a", Name: "Anna", Surname: "Conti", Role: app.RoleAdmin}}, nil
}

func (*desk) Consortia(context.Context) ([]app.Consortium, error) {
	return []app.Consortium{{ID: "g", Name: "Unione"}}, nil
}

func (*desk) Workstations(_ context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error) {
	if in.State != app.WorkstationAuthorised {
		return wire.List[app.Workstation]{}, errors.New("not the authorised ones")
	}
	return wire.List[app.Workstation]{Items: []app.Workstation{{ID: "w2", Name: "PC-2"}, {ID: "w1", Name: "PC-1"}}}, nil
}

var (
	top  = app.User{ID: "t", Name: "Teresa", Surname: "Riva", Role: app.RoleTop, Enabled: true}
	anna = app.User{ID: "a", Name: "Anna", Surname: "Conti", Role: app.RoleAdmin, Department: "d1", Enabled: true, OperatorID: "OP1"}
	luca = app.User{ID: "l", Name: "Luca", Surname: "Ferri", Role: app.RoleAdmin, Department: "d2", Enabled: true}
	off  = app.User{ID: "o", Name: "Ada", Surname: "Spenta", Role: app.RoleAdmin, Department: "d1", OperatorID: "OP2"}
)

func list(d *desk, caller app.User) *user.List {
	return user.NewList(d, func() app.User { return caller }, lists.Options{Go: func(f func()) { f() }})
}

func rows(names ...string) (us []app.User) {
	for _, n := range names {
		us = append(us, app.User{ID: app.ID(n), Name: n})
	}
	return us
}

func TestListPages(t *testing.T) {
	d := &desk{pages: map[string]wire.List[app.User]{"": {Items: rows("a", "b"), Next: "2"}, "2": {Items: rows("c")}}}
	l := list(d, top)
	l.Load(t.Context())
	if _, err := l.Choices(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v := l.View(); len(v.Rows) != 2 || !v.More || v.Loading || v.Choices.Department("d1") != "Anagrafe" {
		t.Errorf("%+v", v)
	}
	l.LoadMore(t.Context())
	l.LoadMore(t.Context()) // there is no further page
	if v := l.View(); len(v.Rows) != 3 || v.More || len(d.asked) != 2 {
		t.Errorf("%+v after %d questions", v, len(d.asked))
	}
}

func TestFilterIsAsked(t *testing.T) {
	d := &desk{pages: map[string]wire.List[app.User]{}}
	l := list(d, top)
	f := user.Filter{
		Role: app.RoleStandard, State: app.AccountLocked, Service: app.ServiceHousehold, Department: "d1", Office: "IMU", Mediator: "a", Way: app.WayMediator,
		Workstations: app.WorkstationsFree, Search: " rossi ",
	}
	if !l.Search(f) {
		t.Error("refused")
	}
	want := wire.UsersInput{
		Role: app.RoleStandard, State: app.AccountLocked, Service: app.ServiceHousehold, Department: "d1", Office: "IMU", Mediator: "a", Way: app.WayMediator,
		Workstations: app.WorkstationsFree,
	}
	in := d.asked[0]
	want.Page = in.Page
	if in != want || in.Search != "rossi" {
		t.Errorf("%+v", in)
	}
	if v := l.View(); !v.Filtered() || v.Filter.Search != "rossi" {
		t.Error("not told that it is filtered")
	}
}

func TestALateAnswerIsDropped(t *testing.T) {
	d := &desk{pages: map[string]wire.List[app.User]{"": {Items: rows("b")}}}
	l := list(d, top)
	d.meanwhile = func() {
		l.Search(user.Filter{Search: "b"})
		d.pages = map[string]wire.List[app.User]{"": {Items: rows("a", "a2")}}
	}
	l.Load(t.Context()) // its answer comes after that of the later question
	if v := l.View(); len(v.Rows) != 1 || v.Rows[0].ID != "b" || v.Loading {
		t.Errorf("%+v", v)
	}
}

func TestFailureKeepsTheRows(t *testing.T) {
	d := &desk{pages: map[string]wire.List[app.User]{"": {Items: rows("a")}}}
	l := list(d, top)
	l.Load(t.Context())
	d.err = app.E(app.CodeTooMany)
	l.Load(t.Context())
	if v := l.View(); len(v.Rows) != 1 || app.CodeOf(v.Err) != app.CodeTooMany {
		t.Errorf("%+v", v)
	}
	l.Select("a")
	l.Look(t.Context())
	if v := l.View(); v.DetailReady || v.DetailErr == nil {
		t.Errorf("%+v", v)
	}
}

func TestActsAreShown(t *testing.T) {
	d := &desk{pages: map[string]wire.List[app.User]{"": {Items: rows("a", "b")}}}
	l := list(d, top)
	l.Load(t.Context())
	l.Select("a")
	l.Look(t.Context())
	if _, secret, err := l.Save(t.Context(), app.User{ID: "a", Name: "other", Version: 2}, user.Heirs{}); err != nil || secret.Secret != "" {
		t.Errorf("%v, %v", secret, err)
	}
	if v := l.View(); v.Detail.Name != "other" || v.Detail.Version != 3 || v.Rows[0].Name != "other" {
		t.Errorf("%+v", v)
	}
	u, secret, err := l.Save(t.Context(), app.User{Name: "fresh"}, user.Heirs{})
	if v := l.View(); err != nil || u.ID != "new" || secret.Secret != "once" || v.Selected != "new" || v.Rows[0].ID != "new" || len(v.Rows) != 3 {
		t.Errorf("%v, %v, %v, %+v", u, secret, err, v)
	}
	if err := l.Disable(t.Context(), "a", "", user.Heirs{}); app.CodeOf(err) != app.CodeDependants {
		t.Errorf("%v", err)
	}
	if err := l.Disable(t.Context(), "a", "", user.Heirs{Admin: "l"}); err != nil {
		t.Error(err)
	}
}

// TestQuits: what ends with a change of an administrator, and so who must say
// to whom others go.
func TestQuits(t *testing.T) {
	for what, c := range map[string]struct {
		change          func(*app.User)
		mediates, heads bool
	}{
		"nothing":             {func(*app.User) {}, false, false},
		"another office":      {func(u *app.User) { u.Office = "x" }, false, false},
		"no operator id":      {func(u *app.User) { u.OperatorID = "" }, true, false},
		"another department":  {func(u *app.User) { u.Department = "d2" }, false, true},
		"an operator":         {func(u *app.User) { u.Role = app.RoleStandard }, true, true},
		"an operator, no id":  {func(u *app.User) { u.Role, u.OperatorID = app.RoleStandardPS, "" }, true, true},
		"both in the body":    {func(u *app.User) { u.Department, u.OperatorID = "d2", "" }, true, true},
		"ended":               {func(u *app.User) { d := app.Day("2026-11-22"); u.ValidUntil = &d }, true, true},
		"ends today":          {func(u *app.User) { d := app.Day("2026-11-23"); u.ValidUntil = &d }, false, false},
		"another operator id": {func(u *app.User) { u.OperatorID = "OP9" }, false, false},
	} {
		after := anna
		c.change(&after)
		if mediates, heads := user.Quits(anna, after, "2026-11-23"); mediates != c.mediates || heads != c.heads {
			t.Errorf("%s: %t, %t", what, mediates, heads)
		}
	}
	if mediates, heads := user.Quits(luca, app.User{Role: app.RoleStandard, Department: "d2"}, "2026-11-23"); mediates || !heads {
		t.Errorf("an ADMIN who never mediated: %t, %t", mediates, heads)
	}
}

func TestChoices(t *testing.T) {
	d := &desk{}
	c, err := user.LoadChoices(t.Context(), d, top)
	if err != nil {
		t.Fatal(err)
	}
	if want := []app.Role{app.RoleAdmin, app.RoleStandard, app.RoleStandardPS}; !slices.Equal(c.Roles(), want) || !c.Everywhere() {
		t.Errorf("TOP registers %v", c.Roles())
	}
	if d.admins != 2 || len(c.Admins) != 3 || len(c.AdminsOf("")) != 2 || len(c.AdminsOf("d1")) != 1 {
		t.Errorf("ADMINs %v", c.Admins)
	}
	if ms := c.Mediators(); len(ms) != 1 || ms[0].ID != "a" { // TOP has no operator id, one ADMIN is off
		t.Errorf("Mediators %v", ms)
	}
	if c.Departments[0].Name != "Anagrafe" || c.Workstations[0].Name != "PC-1" || c.Person("a") != "Anna Conti" || c.Person("x") != "" || len(c.PurposesOf("d1", nil)) != 2 {
		t.Errorf("%+v", c)
	}

	d = &desk{}
	c, err = user.LoadChoices(t.Context(), d, anna)
	if err != nil || d.admins != 0 || c.Everywhere() {
		t.Errorf("%v, %d questions for ADMINs", err, d.admins)
	}
	if want := []app.Role{app.RoleStandard, app.RoleStandardPS}; !slices.Equal(c.Roles(), want) {
		t.Errorf("ADMIN registers %v", c.Roles())
	}
	if ms := c.Mediators(); len(ms) != 1 || ms[0].ID != "a" {
		t.Errorf("Mediators %v", ms)
	}
	for _, u := range []app.User{{Role: app.RoleAdmin, Department: "d1"}, {Role: app.RoleStandard, Department: "d2"}, {Role: app.RoleTop}} {
		if user.MayEdit(anna, u) {
			t.Errorf("ADMIN edits %+v", u)
		}
	}
}
