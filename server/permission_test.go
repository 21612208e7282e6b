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
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		x := newCompany(t, dsn)
		t.Run("check", x.check)
		walked := map[string]bool{}
		t.Run("users", func(t *testing.T) { x.users(t, walked) })
		t.Run("create", func(t *testing.T) { x.create(t, walked) })
		t.Run("workstations", func(t *testing.T) { x.workstations(t, walked) })
		t.Run("tokens", func(t *testing.T) { x.tokens(t, walked) })
		t.Run("settings", func(t *testing.T) { x.settings(t, walked) })
		t.Run("body", func(t *testing.T) { x.body(t, walked) })
		t.Run("policies", func(t *testing.T) { x.policies(t, walked) })
		t.Run("register", func(t *testing.T) { x.register(t, walked) })
		t.Run("mails", func(t *testing.T) { x.mails(t, walked) })
		t.Run("visure", func(t *testing.T) { x.visure(t, walked) })
		t.Run("jobs", func(t *testing.T) { x.jobs(t, walked) })
		t.Run("approvals", func(t *testing.T) { x.approvals(t, walked) })
		t.Run("lists", func(t *testing.T) { x.lists(t, walked) })
		t.Run("board", func(t *testing.T) { x.board(t, walked) })
		t.Run("accounts", func(t *testing.T) { x.accounts(t, walked) })
		t.Run("assignments", func(t *testing.T) { x.assignments(t, walked) })
		t.Run("imports", func(t *testing.T) { x.imports(t, walked) })
		t.Run("statistics", func(t *testing.T) { x.statistics(t, walked) })
		t.Run("exports", func(t *testing.T) { x.exports(t, walked) })
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

func (x *company) settings(t *testing.T, walked map[string]bool) {
	walked["save-department"], walked["save-purpose"], walked["save-group"] = true, true, true
	for _, role := range app.Roles {
		c, may := x.actors[role], specified("settings.manage", role).reach == "all"
		d, p, g := &wire.SaveDepartmentInput{ID: app.NewID()}, &wire.SavePurposeInput{ID: app.NewID()}, &wire.SaveConsortiumInput{ID: app.NewID()}
		d.Body.Name = "Scuola"
		p.Body.Name, p.Body.Department = "Iscrizioni", x.Registry.ID
		g.Body.Name, g.Body.Comuni = "Unione", []string{servertest.Own}
		change := &wire.SaveDepartmentInput{ID: x.Registry.ID}
		change.Body.Name, change.Body.Version = x.Registry.Name, x.Registry.Version
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
			{"get-document", "archive.read", func(id app.ID) error { return try(c, wire.GetDocument, &wire.DocumentInput{ID: id, Format: "xlsx"}) }},
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
	for _, id := range []string{"list-users", "list-mediators", "list-purposes", "list-groups", "list-activity", "list-accesses", "list-history"} {
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
			"users":     {"users.enable", func() error { return try(c, wire.ListUsers, users) }},
			"mediators": {"users.operator.manage", func() error { return try(c, wire.ListMediators, &wire.None{}) }},
			"purposes":  {"workstations.manage", func() error { return try(c, wire.ListPurposes, &wire.None{}) }},
			"groups":    {"workstations.manage", func() error { return try(c, wire.ListConsortia, &wire.None{}) }},
			"activity":  {"activity.monitor", func() error { return try(c, wire.ListActivity, monitor) }},
			"accesses":  {"access.monitor", func() error { return try(c, wire.ListAccesses, monitor) }},
			"history":   {"history.read", func() error { return try(c, wire.ListHistory, monitor) }},
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
	"get-status": "user", "list-tables": "user", "get-table": "user", "check-permission": "user", "list-departments": "user", "check-document": "user",
	"listen": "user",
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
