package user

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"indagor/app"
	"indagor/sync/wire"
)

// Choices is what a user and a profile can be made of, as far as the caller
// may see it.
type Choices struct {
	Caller       app.User
	Departments  []app.Department
	Admins       []app.User      // the ADMINs whom the caller administers
	Mediating    []wire.Mediator // those whom a profile may name as Mediator
	Purposes     []app.Purpose
	Groups       []app.Consortium
	Workstations []app.Workstation // the authorised ones that the caller administers
	Silence      int               // hours of silence that the body proposes; 0: the product's
}

// LoadChoices asks the server for everything.
func LoadChoices(ctx context.Context, desk Desk, caller app.User) (Choices, error) {
	c := Choices{Caller: caller}
	var err error
	if c.Departments, err = desk.Departments(ctx); err != nil {
		return c, err
	}
	if c.Mediating, err = desk.Mediators(ctx); err != nil {
		return c, err
	}
	if c.Purposes, err = desk.Purposes(ctx); err != nil {
		return c, err
	}
	if c.Groups, err = desk.Consortia(ctx); err != nil {
		return c, err
	}
	if slices.Contains(c.Roles(), app.RoleAdmin) {
		c.Admins, err = all(func(cursor string) (wire.List[app.User], error) {
			in := wire.UsersInput{Role: app.RoleAdmin}
			in.Limit, in.Cursor = 500, cursor
			return desk.Users(ctx, in)
		})
		if err != nil {
			return c, err
		}
	}
	c.Workstations, err = all(func(cursor string) (wire.List[app.Workstation], error) {
		in := wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{State: app.WorkstationAuthorised}}
		in.Limit, in.Cursor = 500, cursor
		return desk.Workstations(ctx, in)
	})
	slices.SortFunc(c.Departments, func(a, b app.Department) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(c.Workstations, func(a, b app.Workstation) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(c.Admins, func(a, b app.User) int { return cmp.Compare(ByName(a), ByName(b)) })
	return c, err
}

func all[T any](page func(cursor string) (wire.List[T], error)) ([]T, error) {
	var items []T
	for cursor := ""; ; {
		list, err := page(cursor)
		if err != nil {
			return nil, err
		}
		items = append(items, list.Items...)
		if cursor = list.Next; cursor == "" {
			return items, nil
		}
	}
}

// ByName is the name of a person as lists write it, surname first.
func ByName(u app.User) string { return strings.TrimSpace(u.Surname + " " + u.Name) }

// May reports whether the caller may exercise the function over the user.
func May(p app.Permission, caller, u app.User) bool {
	return p != "" && p.Allows(caller.Standing(), u.Standing())
}

// MayEdit reports whether the caller registers and profiles such a user.
func MayEdit(caller, u app.User) bool { return May(app.ManageUser(u.Role), caller, u) }

// Roles are those in which the caller may register a user, in the order of the
// specification.
func (c Choices) Roles() []app.Role {
	var roles []app.Role
	for _, r := range app.Roles {
		if MayEdit(c.Caller, app.User{Role: r, Department: c.Caller.Department}) {
			roles = append(roles, r)
		}
	}
	return roles
}

// Everywhere reports whether the caller administers the users of every
// department.
func (c Choices) Everywhere() bool {
	return app.PermManageOperators.Grant(c.Caller.Role).Reach == app.ReachAll
}

// AdminsOf are the enabled ADMINs of a department, or of all with "".
func (c Choices) AdminsOf(department app.ID) []app.User {
	var us []app.User
	for _, u := range c.Admins {
		if u.Enabled && (department == "" || u.Department == department) {
			us = append(us, u)
		}
	}
	return us
}

// Quits reports what of an administrator, on which others may depend, ends
// with a change: that he mediates, that he heads his department's operators.
// One whose validity leaves out today does neither.
func Quits(before, after app.User, today app.Day) (mediates, heads bool) {
	after.Enabled = true // the account's state is not changed here
	mediate := func(u app.User) bool {
		return app.PermMediate.Grant(u.Role).Reach != app.ReachNone && u.OperatorID != ""
	}
	stands := after.MayStand(today)
	head := stands && after.Role == app.RoleAdmin && after.Department == before.Department
	return mediate(before) && !(stands && mediate(after)), before.Role == app.RoleAdmin && !head
}

// Mediators are those whom a profile may name as Mediator, of any department.
func (c Choices) Mediators() []app.User {
	us := make([]app.User, len(c.Mediating))
	for i, m := range c.Mediating {
		us[i] = app.User{ID: m.ID, Name: m.Name, Surname: m.Surname, Role: m.Role, Department: m.Department, Enabled: true}
	}
	return us
}

// PurposesOf are the purposes of a department: those that may be given, and
// the withdrawn ones among those that the user has.
func (c Choices) PurposesOf(department app.ID, has []app.ID) []app.Purpose {
	var ps []app.Purpose
	for _, p := range c.Purposes {
		if p.Department == department && (!p.Withdrawn || slices.Contains(has, p.ID)) {
			ps = append(ps, p)
		}
	}
	return ps
}

// Offices are the offices of a department, nil where it names none.
func (c Choices) Offices(department app.ID) []string {
	for _, d := range c.Departments {
		if d.ID == department {
			return d.Offices
		}
	}
	return nil
}

// AllOffices are the offices that the departments name, each once; of one
// department where it is not "".
func (c Choices) AllOffices(department app.ID) []string {
	var names []string
	for _, d := range c.Departments {
		if department == "" || d.ID == department {
			names = append(names, d.Offices...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Department is the name of a department, "" where it is not known.
func (c Choices) Department(id app.ID) string {
	for _, d := range c.Departments {
		if d.ID == id {
			return d.Name
		}
	}
	return ""
}

// Person is the full name of an administrator, "" where the caller may not
// know it.
func (c Choices) Person(id app.ID) string {
	for _, u := range slices.Concat([]app.User{c.Caller}, c.Admins, c.Mediators()) {
		if u.ID == id && id != "" {
			return u.FullName()
		}
	}
	return ""
}

// Group is the name of a group of Comuni, "" where it is not known.
func (c Choices) Group(id app.ID) string {
	for _, g := range c.Groups {
		if g.ID == id {
			return g.Name
		}
	}
	return ""
}

// PurposeNames are the names of those of the purposes that may be stated.
func (c Choices) PurposeNames(ids []app.ID) []string {
	var names []string
	for _, p := range c.Purposes {
		if !p.Withdrawn && slices.Contains(ids, p.ID) {
			names = append(names, p.Name)
		}
	}
	return names
}

// Workstation is the name of an authorised workstation, "" where it is not
// known.
func (c Choices) Workstation(id app.ID) string {
	for _, w := range c.Workstations {
		if w.ID == id {
			return w.Name
		}
	}
	return ""
}
