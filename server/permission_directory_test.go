package server_test

import (
	"fmt"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// accounts walks how an account stands towards signing in, and its history,
// over everybody.
func (x *company) accounts(t *testing.T, walked map[string]bool) {
	for _, op := range []struct {
		id  string
		row app.Permission
		do  func(c *servertest.Client, id app.ID) error
	}{
		{"get-user-access", "users.enable", func(c *servertest.Client, id app.ID) error { return try(c, wire.GetUserAccess, named(id)) }},
		{"unlock-user", "users.enable", func(c *servertest.Client, id app.ID) error { return try(c, wire.UnlockUser, named(id)) }},
		{"end-user-session", "users.enable", func(c *servertest.Client, id app.ID) error { return try(c, wire.EndUserSession, named(id)) }},
		// Who may not administer a user does not read his history either.
		{"list-user-history", "users.enable", func(c *servertest.Client, id app.ID) error {
			return try(c, wire.ListUserHistory, &wire.UserHistoryInput{ID: id})
		}},
	} {
		walked[op.id] = true
		for _, role := range app.Roles {
			c := x.actors[role]
			unknown := refusalText(x.refuse(t, op.id+" of nobody", func() error { return op.do(c, app.NewID()) }))
			for _, target := range append([]app.User{c.Session.User}, x.targets...) {
				what := fmt.Sprintf("%s by %s over %s of department %s", op.id, role, target.Role, target.Department)
				if specified(op.row, role).includes(c.Session.User, target) {
					if err := op.do(c, target.ID); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				} else if err := x.refuse(t, what, func() error { return op.do(c, target.ID) }); refusalText(err) != unknown {
					t.Errorf("%s: %s, of nobody %s", what, refusalText(err), unknown)
				}
			}
		}
	}
}

// assignments walks the operations on assignments: they are TOP's alone.
func (x *company) assignments(t *testing.T, walked map[string]bool) {
	operator := x.Person(app.RoleStandardPS, x.Registry, nil).User
	terms := func(to app.ID) []app.ID {
		if to == x.TaxAdmin.ID {
			return []app.ID{x.Purpose(x.Taxes)}
		}
		return []app.ID{x.Purpose(x.Registry)}
	}
	plan := func(to app.ID, who ...app.ID) *wire.PlanMovesInput {
		in := &wire.PlanMovesInput{}
		in.Body.Terms.Purposes = terms(to)
		in.Body.Admin, in.Body.Operators = to, who
		return in
	}
	run := func(key string, to app.ID, who ...app.User) *wire.RunMovesInput {
		in := &wire.RunMovesInput{Key: key}
		in.Body.Terms.Purposes = terms(to)
		in.Body.Admin = to
		for _, u := range who {
			in.Body.Operators = append(in.Body.Operators, wire.MovedOperator{ID: u.ID, Version: u.Version})
		}
		return in
	}
	for _, role := range app.Roles {
		c := x.actors[role]
		for id, call := range map[string]func() error{
			"list-admins":      func() error { return try(c, wire.ListAdmins, &wire.None{}) },
			"list-assignments": func() error { return try(c, wire.ListAssignments, &wire.AssignmentsInput{}) },
			"plan-moves":       func() error { return try(c, wire.PlanMoves, plan(x.TaxAdmin.ID, operator.ID)) },
			"run-moves":        func() error { return try(c, wire.RunMoves, run("permission-"+string(role), x.TaxAdmin.ID, operator)) },
		} {
			walked[id] = true
			if specified("assignments.move", role) == blank {
				x.refuse(t, fmt.Sprint(id, " by ", role), call)
			} else if err := call(); err != nil {
				t.Errorf("%s by %s: %v", id, role, err)
			}
		}
	}
	operator = say(t, x.Desk, wire.GetUser, named(operator.ID)).Body
	if operator.Department != x.Taxes.ID {
		t.Errorf("TOP moved nobody: %+v", operator)
	}
	// Over whom: operators only. An administrator is refused as one who cannot
	// be moved, and TOP as nobody.
	for _, target := range x.targets {
		to := x.Admin.ID
		if target.Department == x.Registry.ID {
			to = x.TaxAdmin.ID
		}
		got := say(t, x.Desk, wire.PlanMoves, plan(to, target.ID)).Body.Moves[0].Refusals
		refused := len(got) > 0
		if may := specified("assignments.move", app.RoleTop).includes(x.Top.User, target); may == refused {
			t.Errorf("move of %s of department %s planned: %v", target.Role, target.Department, got)
		} else if !may {
			x.refuse(t, "move of "+string(target.Role), func() error { return try(x.Desk, wire.RunMoves, run("permission-"+string(target.ID), to, target)) })
		}
	}
	if got := say(t, x.Desk, wire.PlanMoves, plan(x.Admin.ID, app.NewID())).Body.Moves[0].Refusals; len(got) != 1 || got[0].Code != app.CodeNotFound {
		t.Errorf("move of nobody: %v", got)
	}
}

// imports walks the registration of users from a list: over whom, row by row.
func (x *company) imports(t *testing.T, walked map[string]bool) {
	walked["preview-user-import"], walked["run-user-import"] = true, true
	for n, role := range app.Roles {
		c := x.actors[role]
		i := 200 + 10*n
		rows := []string{"Cognome;Nome;Codice fiscale;E-mail;Utente;Ruolo;Direzione"}
		var made []app.Role
		var where []app.Department
		for _, r := range []app.Role{app.RoleAdmin, app.RoleStandard, app.RoleStandardPS} {
			for _, d := range []app.Department{x.Registry, x.Taxes} {
				legame := x.Admin.Username
				if d.ID == x.Taxes.ID {
					legame = x.TaxAdmin.Username
				}
				if r == app.RoleAdmin {
					legame = ""
				}
				rows = append(rows, newcomer(i, string(r), d.Name, legame))
				made, where, i = append(made, r), append(where, d), i+1
			}
		}
		rows[0] += ";Legame"
		content := lines(rows...)
		preview := func() error { return try(c, wire.PreviewUserImport, previewOf(content)) }
		run := importOf("permission-"+string(role), content, 1, 2, 3, 4, 5, 6)
		if specified("users.operator.manage", role) == blank {
			x.refuse(t, string(role)+" previews a list", preview)
			x.refuse(t, string(role)+" imports a list", func() error { return try(c, wire.RunUserImport, run) })
			continue
		}
		if err := preview(); err != nil {
			t.Errorf("%s previews a list: %v", role, err)
		}
		for j, r := range say(t, c, wire.RunUserImport, run).Body.Rows {
			row := app.Permission("users.operator.manage")
			if made[j] == app.RoleAdmin {
				row = "users.admin.manage"
			}
			may := specified(row, role).includes(c.Session.User, app.User{Role: made[j], Department: where[j].ID})
			if (r.Outcome == "created") != may {
				t.Errorf("%s imports %s of %s: %s", role, made[j], where[j].Name, told(r))
			}
		}
	}
}
