package server_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// users walks the endpoints about one user, over everybody.
func (x *company) users(t *testing.T, walked map[string]bool) {
	db := aside(t, x.World)
	current := func(id app.ID) app.User {
		u, err := db.User(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	manage := func(target app.User) app.Permission {
		if target.Role == app.RoleAdmin {
			return "users.admin.manage"
		}
		return "users.operator.manage"
	}
	enable := func(app.User) app.Permission { return "users.enable" }
	for _, op := range []struct {
		id  string
		row func(target app.User) app.Permission
		do  func(c *servertest.Client, u app.User) error
		did func(before, after app.User) bool // nil: nothing is to change
	}{
		{"get-user", enable, func(c *servertest.Client, u app.User) error { return try(c, wire.GetUser, named(u.ID)) }, nil},
		{"update-user", manage, func(c *servertest.Client, u app.User) error {
			u.Phone += "1"
			return try(c, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
		}, func(before, after app.User) bool { return after.Phone == before.Phone+"1" }},
		{
			"disable-user", enable, func(c *servertest.Client, u app.User) error {
				return try(c, wire.DisableUser, &wire.DisableInput{ID: u.ID})
			},
			func(_, after app.User) bool { return !after.Enabled },
		},
		{
			"enable-user", enable, func(c *servertest.Client, u app.User) error { return try(c, wire.EnableUser, named(u.ID)) },
			func(_, after app.User) bool { return after.Enabled },
		},
		{"reset-password", func(app.User) app.Permission { return "users.reset_password" }, func(c *servertest.Client, u app.User) error {
			return try(c, wire.ResetPassword, named(u.ID))
		}, nil},
		{"move-operator", func(app.User) app.Permission { return "assignments.move" }, func(c *servertest.Client, u app.User) error {
			in := &wire.MoveInput{ID: u.ID}
			in.Body.Admin = x.Admin.ID
			if u.Department == x.Taxes.ID {
				in.Body.Admin = x.TaxAdmin.ID
			}
			return try(c, wire.MoveOperator, in)
		}, func(before, after app.User) bool { return after.Version == before.Version+1 }},
	} {
		walked[op.id] = true
		for _, role := range app.Roles {
			c := x.actors[role]
			missing := app.User{ID: app.NewID(), Username: "nessuno", Role: app.RoleStandard, Department: x.Registry.ID, Profile: app.Profile{Workstations: app.WorkstationsFree}, Version: 1}
			unknown := refusalText(x.refuse(t, op.id+" of nobody by "+string(role), func() error { return op.do(c, missing) }))
			for _, target := range append([]app.User{c.Session.User}, x.targets...) {
				what := fmt.Sprintf("%s by %s over %s of department %s", op.id, role, target.Role, target.Department)
				before := current(target.ID)
				if !specified(op.row(before), role).includes(c.Session.User, before) {
					err := x.refuse(t, what, func() error { return op.do(c, before) })
					// Of another department, or none that he administers: as
					// if there were no such person.
					if !specified("users.enable", role).includes(c.Session.User, before) && refusalText(err) != unknown {
						t.Errorf("%s: %s tells that there is such a person; of nobody it is %s", what, refusalText(err), unknown)
					}
					continue
				}
				hash := x.raw.password(target.ID)
				if err := op.do(c, before); err != nil {
					t.Errorf("%s: %v", what, err)
				} else if op.did != nil && !op.did(before, current(target.ID)) {
					t.Errorf("%s: allowed, and nothing came of it", what)
				} else if changed := x.raw.password(target.ID) != hash; changed != (op.id == "reset-password") {
					t.Errorf("%s: password changed: %t", what, changed)
				}
			}
		}
	}

	// What stands behind a cell: to reach one's own people is not to give them
	// away, nor to lift them above oneself.
	admin := x.actors[app.RoleAdmin]
	clerk := current(x.targets[2].ID)
	for what, change := range map[string]func(*app.User){
		"to another department":               func(u *app.User) { u.Department, u.Admin = x.Taxes.ID, x.TaxAdmin.ID },
		"to an ADMIN of another department":   func(u *app.User) { u.Admin = x.TaxAdmin.ID },
		"to another ADMIN of the department":  func(u *app.User) { u.Admin = x.targets[1].ID },
		"to a department that does not exist": func(u *app.User) { u.Department = app.NewID() },
		"up to ADMIN": func(u *app.User) {
			u.Role, u.Admin, u.Profile = app.RoleAdmin, "", app.Profile{Workstations: app.WorkstationsAuthorised}
		},
		"up to TOP":                            func(u *app.User) { u.Role, u.Admin = app.RoleTop, "" },
		"up to TOP, written in another manner": func(u *app.User) { u.Role = "TOP" },
	} {
		u := clerk
		change(&u)
		before := x.raw.dump(bodyTables...)
		if err := try(admin, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}); err == nil || x.raw.dump(bodyTables...) != before {
			t.Errorf("ADMIN moves an operator %s: %v", what, err)
		}
	}
	x.refuse(t, "TOP makes an ADMIN a TOP", func() error {
		u := current(x.targets[1].ID)
		u.Role = app.RoleTop
		return try(x.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
	})
}

// password is what is kept of the user's password.
func (x tables) password(id app.ID) (hash string) {
	x.t.Helper()
	if err := x.db.QueryRow("SELECT password FROM users WHERE id = $1", id).Scan(&hash); err != nil {
		x.t.Fatal(err)
	}
	return hash
}

func (x *company) create(t *testing.T, walked map[string]bool) {
	walked["create-user"] = true
	for _, role := range app.Roles {
		c := x.actors[role]
		for _, made := range app.Roles {
			for _, d := range []app.Department{x.Registry, x.Taxes} {
				draft := x.Draft(made, d, nil)
				row := app.Permission("users.operator.manage")
				if made == app.RoleAdmin {
					row = "users.admin.manage"
				}
				what := fmt.Sprintf("%s registers %s in %s", role, made, d.Name)
				if made == app.RoleTop || !specified(row, role).includes(c.Session.User, draft) {
					x.refuse(t, what, func() error { return try(c, wire.CreateUser, &wire.CreateUserInput{Body: draft}) })
					continue
				}
				out, err := client.Call(context.Background(), c.Client, wire.CreateUser, &wire.CreateUserInput{Body: draft})
				if err != nil || out.Body.User.Role != made || out.Body.User.Department != d.ID || out.Body.Secret.Secret == "" {
					t.Errorf("%s: %v", what, err)
				}
			}
		}
	}
}

// office is a workstation of the department, or a pending one of none.
func (x *company) office(t *testing.T, name string, d app.Department) app.Workstation {
	t.Helper()
	c := x.NewClient(name)
	own := say(t, c, wire.RegisterWorkstation, c.Registration(name, "")).Body
	w := say(t, x.Desk, wire.GetWorkstation, named(own.ID)).Body.Workstation
	if d.ID == "" {
		return w
	}
	return say(t, x.Desk, wire.ApproveWorkstation, approval(w, d.ID)).Body.Workstation
}

func approval(w app.Workstation, d app.ID) *wire.ApproveInput {
	return &wire.ApproveInput{ID: w.ID, Body: wire.Approval{Responsible: "Rossi", Office: "Ufficio", Department: d, Code: w.Keys[0].Code, Version: w.Version}}
}

func suspension(id app.ID) *wire.WorkstationActInput {
	in := &wire.WorkstationActInput{ID: id}
	in.Body.Reason = "prova"
	return in
}

func (x *company) workstations(t *testing.T, walked map[string]bool) {
	const row = "workstations.manage"
	for n, role := range app.Roles {
		c, cell := x.actors[role], specified(row, role)
		ghost := app.Workstation{ID: app.NewID(), Keys: []app.WorkstationKey{{Code: "AAAA-AAAA"}}, Version: 1}
		for m, d := range []app.Department{x.Registry, x.Taxes, {}} {
			w := x.office(t, fmt.Sprint("PC-", n, m), d)
			// A pending one belongs to nobody: whoever may approve at all sees it.
			may := cell.reach == "all" || cell.reach == "own department" && d.ID != x.Taxes.ID
			for _, op := range []struct {
				id   string
				do   func(app.Workstation) error
				want app.WorkstationState
			}{
				{"get-workstation", func(w app.Workstation) error { return try(c, wire.GetWorkstation, named(w.ID)) }, w.State},
				{"approve-workstation", func(w app.Workstation) error {
					give := app.ID("")
					if role == app.RoleTop {
						give = x.Registry.ID
					}
					return try(c, wire.ApproveWorkstation, approval(w, give))
				}, app.WorkstationAuthorised},
				{"suspend-workstation", func(w app.Workstation) error { return try(c, wire.SuspendWorkstation, suspension(w.ID)) }, app.WorkstationSuspended},
				{"revoke-workstation", func(w app.Workstation) error { return try(c, wire.RevokeWorkstation, suspension(w.ID)) }, app.WorkstationRevoked},
			} {
				walked[op.id] = true
				what := fmt.Sprintf("%s by %s in %q", op.id, role, d.Name)
				if !may {
					err := x.refuse(t, what, func() error { return op.do(w) })
					if gone := x.refuse(t, op.id+" of none", func() error { return op.do(ghost) }); refusalText(err) != refusalText(gone) {
						t.Errorf("%s: %s, of one that does not exist %s", what, refusalText(err), refusalText(gone))
					}
					continue
				}
				if err := op.do(w); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				if w = say(t, x.Desk, wire.GetWorkstation, named(w.ID)).Body.Workstation; w.State != op.want {
					t.Errorf("%s: it is %s", what, w.State)
				}
			}
		}
	}
	admin := x.actors[app.RoleAdmin]
	free := x.office(t, "PC-LIBERO", app.Department{})
	for what, d := range map[string]app.ID{"another": x.Taxes.ID, "no": app.NewID()} {
		err := x.refuse(t, "ADMIN approves for "+what+" department", func() error { return try(admin, wire.ApproveWorkstation, approval(free, d)) })
		refusedAs(t, what, err, app.CodeForbidden, "department")
	}
	walked["list-workstations"] = true
	for _, role := range app.Roles {
		c := x.actors[role]
		in := &wire.WorkstationsInput{}
		in.Limit = 500
		if specified(row, role) == blank {
			x.refuse(t, "register for "+string(role), func() error { return try(c, wire.ListWorkstations, in) })
			continue
		}
		seen := map[app.ID]int{}
		for _, w := range say(t, c, wire.ListWorkstations, in).Body.Items {
			seen[w.Department]++
			if w.Department == "" && w.State != app.WorkstationPending && role == app.RoleAdmin {
				t.Errorf("%s sees %s, which belongs to no department", role, w.Name)
			}
		}
		if (seen[x.Taxes.ID] > 0) != (role == app.RoleTop) || seen[x.Registry.ID] == 0 || seen[""] == 0 {
			t.Errorf("register for %s: %v", role, seen)
		}
	}
}

func (x *company) tokens(t *testing.T, walked map[string]bool) {
	walked["issue-enrolment-token"], walked["list-enrolment-tokens"] = true, true
	issue := func(d app.ID) *wire.IssueTokenInput {
		in := &wire.IssueTokenInput{}
		in.Body.Label, in.Body.Department, in.Body.Office, in.Body.Responsible, in.Body.Uses, in.Body.Hours = "lotto", d, "Ufficio", "Rossi", 3, 24
		return in
	}
	for _, role := range app.Roles {
		c, cell := x.actors[role], specified("workstations.manage", role)
		var foreign []string
		for _, d := range []app.ID{x.Registry.ID, x.Taxes.ID, app.NewID()} {
			may := cell.reach == "all" || cell.reach == "own department" && d == x.Registry.ID
			if may && d != x.Registry.ID && d != x.Taxes.ID {
				refusedAs(t, "token for no department", try(c, wire.IssueToken, issue(d)), app.CodeDepartmentAbsent, "department")
			} else if may {
				say(t, c, wire.IssueToken, issue(d))
			} else {
				foreign = append(foreign, refusalText(x.refuse(t, "token by "+string(role), func() error { return try(c, wire.IssueToken, issue(d)) })))
			}
		}
		if len(slices.Compact(foreign)) > 1 {
			t.Errorf("%s learns which departments there are: %v", role, foreign)
		}
		if cell == blank {
			x.refuse(t, "tokens for "+string(role), func() error { return try(c, wire.ListTokens, &wire.Page{}) })
			continue
		}
		for _, token := range say(t, c, wire.ListTokens, &wire.Page{}).Body.Items {
			if role == app.RoleAdmin && token.Department != x.Registry.ID {
				t.Errorf("ADMIN sees the token %q of department %q", token.Label, token.Department)
			}
		}
	}
}
