package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// cell is one cell of the specification's table: how far, over whom.
type cell struct {
	reach string // "all", "own department", "own", "–"
	over  string // letters: T, A, S, P for TOP, ADMIN, STANDARD, STANDARDPS; "": it is not about users
}

var blank = cell{reach: "–"}

type specRow struct {
	function             string
	permission           app.Permission
	top, admin           cell
	standard, standardPS cell
}

// specification is the table of chapter 2 of the specification, written here
// once more by hand: a change of the table in the code must be made here, too.
var specification = []specRow{
	{"register and profile ADMIN", "users.admin.manage", cell{"all", "A"}, blank, blank, blank},
	{"register and profile STANDARD, STANDARDPS", "users.operator.manage", cell{"all", "SP"}, cell{"own department", "SP"}, blank, blank},
	{"enable / disable an account", "users.enable", cell{"all", "ASP"}, cell{"own department", "SP"}, blank, blank},
	{"postazioni autorizzate: approve, suspend, revoke, assign", "workstations.manage", cell{"all", ""}, cell{"own department", ""}, blank, blank},
	{"reset password", "users.reset_password", cell{"all", "ASP"}, cell{"own department", "SP"}, blank, blank},
	{"legami: move operators to another ADMIN", "assignments.move", cell{"all", "SP"}, blank, blank, blank},
	{"bacheca: send", "board.send", cell{"all", "TASP"}, cell{"own department", "TASP"}, blank, blank},
	{"bacheca: read", "board.read", cell{"own", "T"}, cell{"own", "A"}, cell{"own", "S"}, cell{"own", "P"}},
	{"act as Mediator", "mediator.act", cell{"own", "T"}, cell{"own", "A"}, blank, blank},
	{"convalida: approve visure", "approvals.decide", cell{"all", "S"}, blank, blank, blank},
	{"monitor activity", "activity.monitor", cell{"all", "TAS"}, cell{"own department", "TAS"}, blank, blank},
	{"monitor accesses", "access.monitor", cell{"all", "TASP"}, blank, blank, blank},
	{"statistics on requests", "statistics.read", cell{"all", "TAS"}, cell{"own department", "TAS"}, cell{"own", "S"}, cell{"own", "P"}},
	{"daily mail", "digest.receive", cell{"all", "TAS"}, cell{"own department", "TAS"}, blank, blank},
	{"history of administrative acts", "history.read", cell{"all", "TASP"}, cell{"own department", "TASP"}, blank, blank},
	{"departments, purposes, groups of Comuni, policies, settings", "settings.manage", cell{"all", ""}, blank, blank, blank},
	{"use the enabled services", "services.use", blank, blank, cell{"own", "S"}, cell{"own", "P"}},
	{"archivio storico of every service", "archive.read", blank, blank, cell{"own", "S"}, cell{"own", "P"}},
}

func specified(p app.Permission, r app.Role) cell {
	for _, row := range specification {
		if row.permission == p {
			return map[app.Role]cell{app.RoleTop: row.top, app.RoleAdmin: row.admin, app.RoleStandard: row.standard, app.RoleStandardPS: row.standardPS}[r]
		}
	}
	panic("no row " + p)
}

// over reports whether the cell reaches the target from the actor.
func (c cell) includes(actor, target app.User) bool {
	letter := map[app.Role]string{app.RoleTop: "T", app.RoleAdmin: "A", app.RoleStandard: "S", app.RoleStandardPS: "P"}[target.Role]
	if c.over != "" && !strings.Contains(c.over, letter) {
		return false
	}
	switch c.reach {
	case "all":
		return true
	case "own department":
		return actor.Department != "" && actor.Department == target.Department
	case "own":
		return actor.ID == target.ID
	}
	return false
}

// company is a body with somebody of every role in two departments.
type company struct {
	*servertest.World
	raw     tables
	actors  map[app.Role]*servertest.Client
	targets []app.User // of every role in the actors' department and in another
}

func newCompany(t *testing.T, dsn string) *company {
	w := servertest.Start(t, servertest.Options{DSN: dsn})
	x := &company{World: w, raw: rawTables(t, w), actors: map[app.Role]*servertest.Client{app.RoleTop: w.Desk, app.RoleAdmin: w.At(w.Admin, "ADMIN-01")}}
	for i, role := range []app.Role{app.RoleStandard, app.RoleStandardPS} {
		x.actors[role] = w.At(w.Person(role, w.Registry, nil), fmt.Sprint("SPORTELLO-", i))
	}
	for n, d := range []app.Department{w.Registry, w.Taxes} {
		top := w.Draft(app.RoleTop, d, nil)
		made, _, _, err := w.Server.Directory.CreateOnConsole(context.Background(), top)
		if err != nil {
			t.Fatal(n, err)
		}
		x.targets = append(x.targets, made)
		for _, role := range []app.Role{app.RoleAdmin, app.RoleStandard, app.RoleStandardPS} {
			x.targets = append(x.targets, w.Person(role, d, nil).User)
		}
	}
	return x
}

// TestPermissionTable walks every cell of the table, the empty ones too: by the
// endpoint that answers questions about permissions, and by every endpoint
// that is under one.
func TestPermissionTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x := newCompany(t, dsn)
		t.Run("check", x.check)
		walked := map[string]bool{}
		t.Run("users", func(t *testing.T) { x.users(t, walked) })
		t.Run("create", func(t *testing.T) { x.create(t, walked) })
		t.Run("workstations", func(t *testing.T) { x.workstations(t, walked) })
		t.Run("tokens", func(t *testing.T) { x.tokens(t, walked) })
		t.Run("settings", func(t *testing.T) { x.settings(t, walked) })
		t.Run("visure", func(t *testing.T) { x.visure(t, walked) })
		t.Run("lists", func(t *testing.T) { x.lists(t, walked) })
		for _, e := range wire.Endpoints() {
			if e.Permission != "" && !walked[e.ID] {
				t.Errorf("%s is under a permission and was not walked", e.ID)
			}
		}
	})
}

func (x *company) check(t *testing.T) {
	if len(specification) != len(app.Table) {
		t.Errorf("the specification has %d rows, the code %d", len(specification), len(app.Table))
	}
	reach := map[string]string{"–": "none", "own": "own", "own department": "department", "all": "all"}
	for _, row := range specification {
		for _, role := range app.Roles {
			c, want := x.actors[role], specified(row.permission, role)
			ask := func(user app.ID) (bool, string) {
				in := &wire.CheckInput{}
				in.Body.Permission, in.Body.User = row.permission, user
				out := say(t, c, wire.CheckPermission, in).Body
				return out.Allowed, out.Reach
			}
			if may, far := ask(""); may != (want != blank) || far != reach[want.reach] {
				t.Errorf("%s, %s: allowed %t, reach %s; the specification says %s", row.function, role, may, far, want.reach)
			}
			for _, target := range append([]app.User{c.Session.User}, x.targets...) {
				if may, _ := ask(target.ID); may != want.includes(c.Session.User, target) {
					t.Errorf("%s, %s over %s of department %s: allowed %t", row.function, role, target.Role, target.Department, may)
				}
			}
			if may, _ := ask(app.NewID()); may {
				t.Errorf("%s, %s over somebody who does not exist", row.function, role)
			}
		}
	}
	in := &wire.CheckInput{}
	in.Body.Permission = "users.delete"
	refusedAs(t, "a function that does not exist", try(x.Desk, wire.CheckPermission, in), app.CodeInvalid, "permission")
}

// refuse fails the test unless the call is refused as forbidden or not found
// and changes nothing.
func (x *company) refuse(t *testing.T, what string, call func() error) error {
	t.Helper()
	before := x.raw.dump(bodyTables...)
	err := call()
	if code := app.CodeOf(err); code != app.CodeForbidden && code != app.CodeNotFound && code != app.CodeRoleConsole {
		t.Errorf("%s: %v, want a refusal", what, err)
	}
	if x.raw.dump(bodyTables...) != before {
		t.Errorf("%s: refused, and yet something changed", what)
	}
	return err
}

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

func (x *company) settings(t *testing.T, walked map[string]bool) {
	walked["save-department"], walked["save-purpose"], walked["save-group"] = true, true, true
	for _, role := range app.Roles {
		c, may := x.actors[role], specified("settings.manage", role).reach == "all"
		d, p, g := &wire.SaveDepartmentInput{ID: app.NewID()}, &wire.SavePurposeInput{ID: app.NewID()}, &wire.SaveConsortiumInput{ID: app.NewID()}
		d.Body.Name = "Scuola"
		p.Body.Name, p.Body.Department = "Iscrizioni", x.Registry.ID
		g.Body.Name, g.Body.Comuni = "Unione", []string{servertest.Own}
		change := &wire.SaveDepartmentInput{ID: x.Registry.ID}
		change.Body.Name = x.Registry.Name
		for what, call := range map[string]func() error{
			"a department": func() error { return try(c, wire.SaveDepartment, d) }, "his department": func() error { return try(c, wire.SaveDepartment, change) },
			"a purpose": func() error { return try(c, wire.SavePurpose, p) }, "a group": func() error { return try(c, wire.SaveConsortium, g) },
		} {
			if !may {
				x.refuse(t, fmt.Sprint(role, " saves ", what), call)
			} else if err := call(); err != nil {
				t.Errorf("%s saves %s: %v", role, what, err)
			}
		}
	}
}

func (x *company) visure(t *testing.T, walked map[string]bool) {
	ask := func(c *servertest.Client, key string) (wire.Visura, error) {
		return c.Ask(key, wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
	}
	kept := map[app.Role]wire.Visura{}
	for _, role := range app.Roles {
		c := x.actors[role]
		if specified("services.use", role) == blank {
			x.refuse(t, string(role)+" asks", func() error { _, err := ask(c, "permission-"+string(role)); return err })
			continue
		}
		v, err := ask(c, "permission-"+string(role))
		if err != nil || v.Outcome != app.OutcomeFound {
			t.Fatalf("%s asks: %v %+v", role, err, v)
		}
		kept[role] = v
	}
	for _, role := range app.Roles {
		c := x.actors[role]
		for _, op := range []struct {
			id  string
			row app.Permission
			do  func(id app.ID) error
		}{
			{"get-visura", "archive.read", func(id app.ID) error { return try(c, wire.GetVisura, &wire.GetVisuraInput{ID: id}) }},
			{"get-document", "archive.read", func(id app.ID) error { return try(c, wire.GetDocument, &wire.DocumentInput{ID: id}) }},
			{"withdraw-visura", "services.use", func(id app.ID) error { return try(c, wire.WithdrawVisura, named(id)) }},
		} {
			walked[op.id] = true
			none := x.refuse(t, op.id+" of none", func() error { return op.do(app.NewID()) })
			for owner, v := range kept {
				what := fmt.Sprintf("%s by %s, asked by %s", op.id, role, owner)
				if owner == role {
					if err := op.do(v.ID); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				} else if err := x.refuse(t, what, func() error { return op.do(v.ID) }); refusalText(err) != refusalText(none) {
					t.Errorf("%s: %s, of none %s", what, refusalText(err), refusalText(none))
				}
			}
		}
		if specified("archive.read", role) == blank {
			x.refuse(t, string(role)+" reads an archive", func() error { return try(c, wire.ListArchive, &wire.ArchiveInput{}) })
		} else if items := say(t, c, wire.ListArchive, &wire.ArchiveInput{}).Body.Items; len(items) != 1 || items[0].ID != kept[role].ID {
			t.Errorf("archive of %s: %d items", role, len(items))
		}
	}
	walked["ask-visura"], walked["list-archive"] = true, true
}

// lists walks what is read of others: whom, from which department.
func (x *company) lists(t *testing.T, walked map[string]bool) {
	other := x.At(x.Person(app.RoleStandard, x.Taxes, nil), "TRIBUTI-01")
	if _, err := other.Ask("permission-taxes", wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"list-users", "list-purposes", "list-groups", "list-activity", "list-accesses", "list-history"} {
		walked[id] = true
	}
	monitor := &wire.MonitorInput{}
	monitor.Limit = 500
	users := &wire.UsersInput{}
	users.Limit = 500
	for _, role := range app.Roles {
		c := x.actors[role]
		for what, list := range map[string]struct {
			row  app.Permission
			call func() error
		}{
			"users":    {"users.enable", func() error { return try(c, wire.ListUsers, users) }},
			"purposes": {"workstations.manage", func() error { return try(c, wire.ListPurposes, &wire.None{}) }},
			"groups":   {"workstations.manage", func() error { return try(c, wire.ListConsortia, &wire.None{}) }},
			"activity": {"activity.monitor", func() error { return try(c, wire.ListActivity, monitor) }},
			"accesses": {"access.monitor", func() error { return try(c, wire.ListAccesses, monitor) }},
			"history":  {"history.read", func() error { return try(c, wire.ListHistory, monitor) }},
		} {
			if specified(list.row, role) == blank {
				x.refuse(t, fmt.Sprint(role, " lists ", what), list.call)
			} else if err := list.call(); err != nil {
				t.Errorf("%s lists %s: %v", role, what, err)
			}
		}
		if err := try(c, wire.ListDepartments, &wire.None{}); err != nil {
			t.Errorf("%s lists the departments: %v", role, err)
		}
	}
	for _, role := range []app.Role{app.RoleTop, app.RoleAdmin} {
		c := x.actors[role]
		of := func(p app.Permission, u app.User) bool { return specified(p, role).includes(c.Session.User, u) }
		asked := map[app.ID]bool{}
		for _, item := range say(t, c, wire.ListActivity, monitor).Body.Items {
			asked[item.User] = true
		}
		for _, who := range []app.User{x.actors[app.RoleStandard].Session.User, x.actors[app.RoleStandardPS].Session.User, other.Session.User} {
			if asked[who.ID] != of("activity.monitor", who) {
				t.Errorf("activity for %s: has %s of %s: %t", role, who.Role, who.Department, asked[who.ID])
			}
		}
		got := map[app.ID]bool{}
		for _, u := range say(t, c, wire.ListUsers, users).Body.Items {
			got[u.ID] = true
			if !of("users.enable", u) {
				t.Errorf("users for %s: %s of %s", role, u.Role, u.Department)
			}
		}
		for _, u := range append([]app.User{other.Session.User, c.Session.User}, x.targets...) {
			if got[u.ID] != of("users.enable", u) {
				t.Errorf("users for %s: %s of %s listed: %t", role, u.Role, u.Department, got[u.ID])
			}
		}
		narrowed := &wire.UsersInput{Department: x.Taxes.ID}
		if n := len(say(t, c, wire.ListUsers, narrowed).Body.Items); (n > 0) != (role == app.RoleTop) {
			t.Errorf("users of the other department for %s: %d", role, n)
		}
		for _, p := range say(t, c, wire.ListPurposes, &wire.None{}).Body.Items {
			if role == app.RoleAdmin && p.Department != x.Registry.ID {
				t.Errorf("ADMIN sees the purpose %q of another department", p.Name)
			}
		}
		acts := map[string]bool{}
		for _, item := range say(t, c, wire.ListHistory, monitor).Body.Items {
			acts[item.TargetName] = true
		}
		for _, u := range x.targets {
			if u.Role != app.RoleTop && acts[u.FullName()] != (role == app.RoleTop || u.Department == x.Registry.ID) {
				t.Errorf("history for %s: acts about %s of %s: %t", role, u.Role, u.Department, acts[u.FullName()])
			}
		}
	}
	roles := map[app.Role]bool{}
	for _, item := range say(t, x.Desk, wire.ListAccesses, monitor).Body.Items {
		roles[item.Role] = true
	}
	for _, role := range app.Roles {
		if !roles[role] {
			t.Errorf("accesses: none of %s", role)
		}
	}
}

// withoutPermission are the operations that no row of the table governs, and
// what each asks of its caller.
var withoutPermission = map[string]string{
	"get-server": "public", "register-workstation": "key", "get-own-workstation": "key", "sign-in": "key",
	"get-session": "session", "sign-out": "session", "change-password": "session", "confirm-password": "session",
	"get-status": "user", "list-tables": "user", "get-table": "user", "check-permission": "user", "list-departments": "user",
}

type publishedOperation struct {
	ID         string `json:"operationId"`
	Permission string `json:"x-permission"`
	Access     string `json:"x-access"`
}

// TestEveryEndpointNamesAPermission walks the published document.
func TestEveryEndpointNamesAPermission(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	res, err := http.Get(w.URL + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var doc struct {
		Paths map[string]map[string]publishedOperation `json:"paths"`
	}
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	contract := map[string]wire.Info{}
	for _, e := range wire.Endpoints() {
		contract[e.ID] = e
	}
	published := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			published[op.ID] = true
			e, ok := contract[op.ID]
			if !ok || e.Path != path || !strings.EqualFold(e.Method, method) || string(e.Permission) != op.Permission {
				t.Errorf("%s %s (%s) is published and does not stand so in the contract", method, path, op.ID)
			}
			if access, ok := withoutPermission[op.ID]; ok {
				if op.Permission != "" || op.Access != access {
					t.Errorf("%s: permission %q, access %q; want none and %q", op.ID, op.Permission, op.Access, access)
				}
			} else if !slices.ContainsFunc(specification, func(r specRow) bool { return string(r.permission) == op.Permission }) || op.Access != "user" {
				t.Errorf("%s: %q is no row of the table, or %q is not a signed-in user", op.ID, op.Permission, op.Access)
			}
			target := w.URL + strings.NewReplacer("{id}", string(app.NewID()), "{name}", "comuni").Replace(path)
			want := http.StatusUnauthorized
			if op.ID == "get-server" {
				want = http.StatusOK
			}
			req, err := http.NewRequest(strings.ToUpper(method), target, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			answer, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || answer.StatusCode != want {
				t.Errorf("%s without any proof: %d, want %d: %s", op.ID, answer.StatusCode, want, body)
			}
		}
	}
	for id := range contract {
		if !published[id] {
			t.Errorf("%s stands in the contract and is not published", id)
		}
	}
}
