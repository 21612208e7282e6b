package server_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// faults are the codes and fields of a refusal, sorted.
func faults(err error) []string {
	var out []string
	var many app.Errors
	var one *app.Error
	if errors.As(err, &many) {
		for _, e := range many {
			out = append(out, string(e.Code)+"@"+e.Field)
		}
	} else if errors.As(err, &one) {
		out = append(out, string(one.Code)+"@"+one.Field)
	}
	slices.Sort(out)
	return out
}

func days(from, until app.Day) func(*app.User) {
	return func(u *app.User) { u.ValidFrom, u.ValidUntil = &from, &until }
}

// TestProfileRefusals: every profile that cannot work, and every identity that
// cannot be, is refused with the name of the field, at registration and at
// every change.
func TestProfileRefusals(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	empty := app.NewID()
	group := &wire.SaveConsortiumInput{ID: app.NewID()}
	group.Body.Name, group.Body.Comuni = "Unione", []string{servertest.Own, "058091"}
	say(t, w.Desk, wire.SaveConsortium, group)
	noMediator := w.Person(app.RoleAdmin, w.Registry, func(u *app.User) { u.OperatorID = "" })
	off := w.Person(app.RoleAdmin, w.Registry, nil)
	say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: off.ID})
	pending := w.NewClient("IN-ATTESA")
	present(t, pending, "IN-ATTESA")
	visure := func(f func(*app.VisureProfile)) func(*app.User) { return func(u *app.User) { f(u.Profile.Visure) } }
	mediator := func(id app.ID) func(*app.User) {
		return visure(func(v *app.VisureProfile) { v.Way = app.Way{Kind: app.WayMediator, Mediator: id} })
	}
	bulk := &app.BulkProfile{Way: app.Way{Kind: app.WayOperator}, Scope: app.Scope{Kind: app.ScopeNational}}
	bulkOf := func(way app.Way, scope app.Scope) *app.BulkProfile { return &app.BulkProfile{Way: way, Scope: scope} }
	taken := &wire.SavePurposeInput{ID: app.NewID()}
	taken.Body.Department, taken.Body.Name, taken.Body.Withdrawn = w.Registry.ID, "Ritirata", true
	say(t, w.Desk, wire.SavePurpose, taken)
	withdrawn := taken.ID
	tried := map[app.Code]bool{}
	for _, c := range []struct {
		what   string
		role   app.Role
		change func(*app.User)
		want   string // "code@field", several by spaces
	}{
		// The profile (specification §3).
		{"a service without types", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Types = []app.VisuraType{} }), "profile_no_types@profile.visure.types"},
		{"an unknown type", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Types = []app.VisuraType{app.VisuraResidenza, "casellario"} }), "invalid@profile.visure.types.1"},
		{"a Mediator who does not exist", app.RoleStandard, mediator(app.NewID()), "profile_mediator@profile.visure.way.mediator"},
		{"no Mediator named", app.RoleStandard, mediator(""), "profile_mediator@profile.visure.way.mediator"},
		{"a Mediator without operator id", app.RoleStandard, mediator(noMediator.ID), "profile_mediator@profile.visure.way.mediator"},
		{"a Mediator who is disabled", app.RoleStandard, mediator(off.ID), "profile_mediator_disabled@profile.visure.way.mediator"},
		{"a Mediator who is an operator", app.RoleStandard, mediator(w.Person(app.RoleStandard, w.Registry, nil).ID), "profile_mediator@profile.visure.way.mediator"},
		{"TOP as Mediator", app.RoleStandard, mediator(w.Top.ID), ""},
		{"an own way without operator id", app.RoleStandard, func(u *app.User) { u.OperatorID, u.Profile.Visure.Way = "", app.Way{Kind: app.WayOperator} }, "profile_operator_id@operator_id"},
		{"a blank operator id", app.RoleStandard, func(u *app.User) { u.OperatorID, u.Profile.Visure.Way = "  ", app.Way{Kind: app.WayOperator} }, "profile_operator_id@operator_id"},
		{"no way that there is", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Way.Kind = "carrier" }), "malformed@profile.visure.way.kind"},
		{"no scope that there is", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Scope.Kind = "world" }), "malformed@profile.visure.scope.kind"},
		{"no approval that there is", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Approval.Kind = "perhaps" }), "malformed@profile.visure.approval.kind"},
		{"a scope of a group without the group", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Scope = app.Scope{Kind: app.ScopeGroup} }), "profile_group_empty@profile.visure.scope.group"},
		{"a group that does not exist", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Scope = app.Scope{Kind: app.ScopeGroup, Group: empty} }), "profile_group_empty@profile.visure.scope.group"},
		{"a group", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Scope = app.Scope{Kind: app.ScopeGroup, Group: group.ID} }), ""},
		{"tacit approval without its hours", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Approval = app.ApprovalRule{Kind: app.ApprovalTacit} }), "profile_silence@profile.visure.approval.silence_hours"},
		{"tacit approval before it is asked for", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Approval = app.ApprovalRule{Kind: app.ApprovalTacit, Silence: -1} }), "malformed@profile.visure.approval.silence_hours"},
		{"tacit approval after more than a year", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Approval = app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 8761} }), "malformed@profile.visure.approval.silence_hours"},
		{"manual approval", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Approval = app.ApprovalRule{Kind: app.ApprovalManual} }), ""},
		{"tacit approval", app.RoleStandard, visure(func(v *app.VisureProfile) { v.Approval = app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 24} }), ""},
		{"STANDARDPS with approval", app.RoleStandardPS, visure(func(v *app.VisureProfile) { v.Approval = app.ApprovalRule{Kind: app.ApprovalManual} }), "profile_approval_ps@profile.visure.approval.kind"},
		{"STANDARDPS with tacit approval", app.RoleStandardPS, visure(func(v *app.VisureProfile) { v.Approval = app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 1} }), "profile_approval_ps@profile.visure.approval.kind"},
		{"a purpose of another department", app.RoleStandard, func(u *app.User) { u.Profile.Purposes = []app.ID{w.Purpose(w.Taxes)} }, "profile_purpose@profile.purposes"},
		{"a purpose that does not exist", app.RoleStandard, func(u *app.User) { u.Profile.Purposes = append(slices.Clone(u.Profile.Purposes), app.NewID()) }, "profile_purpose@profile.purposes"},
		{"a purpose that was withdrawn", app.RoleStandard, func(u *app.User) { u.Profile.Purposes = []app.ID{withdrawn} }, "profile_purpose@profile.purposes"},
		{"an ADMIN with a purpose of another department", app.RoleAdmin, func(u *app.User) { u.Profile.Purposes = []app.ID{w.Purpose(w.Taxes)} }, "profile_purpose@profile.purposes"},
		{"a service and no purpose", app.RoleStandard, func(u *app.User) { u.Profile.Purposes = nil }, "required@profile.purposes"},
		{"enrichment over a group", app.RoleStandard, func(u *app.User) {
			u.Profile.Enrichment = bulkOf(bulk.Way, app.Scope{Kind: app.ScopeGroup, Group: group.ID})
		}, "profile_scope_bulk@profile.enrichment.scope.kind"},
		{"households over a group", app.RoleStandard, func(u *app.User) {
			u.Profile.Household = bulkOf(bulk.Way, app.Scope{Kind: app.ScopeGroup, Group: group.ID})
		}, "profile_scope_bulk@profile.household.scope.kind"},
		{"enrichment through somebody disabled", app.RoleStandard, func(u *app.User) {
			u.Profile.Enrichment = bulkOf(app.Way{Kind: app.WayMediator, Mediator: off.ID}, bulk.Scope)
		}, "profile_mediator_disabled@profile.enrichment.way.mediator"},
		{"enrichment by no way that there is", app.RoleStandard, func(u *app.User) {
			u.Profile.Enrichment = bulkOf(app.Way{Kind: "carrier"}, bulk.Scope)
		}, "malformed@profile.enrichment.way.kind"},
		{"enrichment by an own way without operator id", app.RoleStandard, func(u *app.User) { u.OperatorID, u.Profile.Enrichment = "", bulk }, "profile_operator_id@operator_id"},
		{"households by an own way without operator id", app.RoleStandardPS, func(u *app.User) { u.OperatorID, u.Profile.Household = "", bulk }, "profile_operator_id@operator_id"},
		{"only a service on lists, and no purpose", app.RoleStandard, func(u *app.User) {
			u.Profile.Visure, u.Profile.Household, u.Profile.Purposes = nil, bulk, nil
		}, "required@profile.purposes"},
		{"households through nobody", app.RoleStandard, func(u *app.User) {
			u.Profile.Household = bulkOf(app.Way{Kind: app.WayMediator, Mediator: app.NewID()}, bulk.Scope)
		}, "profile_mediator@profile.household.way.mediator"},
		{"all the services", app.RoleStandard, func(u *app.User) { u.Profile.Enrichment, u.Profile.Household = bulk, bulk }, ""},
		{"an ADMIN with a service", app.RoleAdmin, func(u *app.User) { u.Profile.Enrichment = bulk }, "required@profile.purposes role_without_services@profile"},
		{"an ADMIN with visure", app.RoleAdmin, func(u *app.User) {
			u.Profile.Visure = w.Draft(app.RoleStandard, w.Registry, nil).Profile.Visure
		}, "required@profile.purposes role_without_services@profile"},
		{"an ADMIN with households, and a purpose", app.RoleAdmin, func(u *app.User) {
			u.Profile.Household, u.Profile.Purposes = bulk, []app.ID{w.Purpose(w.Registry)}
		}, "role_without_services@profile"},
		{"an ADMIN on any workstation", app.RoleAdmin, free, "profile_workstation@profile.workstations"},
		{"a free user with a list of workstations", app.RoleStandard, func(u *app.User) { free(u); u.Profile.WorkstationID = []app.ID{w.Desk.Own.ID} }, "profile_workstation@profile.workstation_ids"},
		{"no rule of workstations that there is", app.RoleStandard, func(u *app.User) { u.Profile.Workstations = "some" }, "malformed@profile.workstations"},
		{"a workstation that does not exist", app.RoleStandard, func(u *app.User) { u.Profile.WorkstationID = []app.ID{app.NewID()} }, "profile_workstation_listed@profile.workstation_ids"},
		{"a workstation that waits", app.RoleStandard, func(u *app.User) { u.Profile.WorkstationID = []app.ID{w.Desk.Own.ID, pending.Own.ID} }, "profile_workstation_listed@profile.workstation_ids"},
		{"an approved workstation", app.RoleStandard, func(u *app.User) { u.Profile.WorkstationID = []app.ID{w.Desk.Own.ID} }, ""},
		{"an ADMIN with a list of workstations", app.RoleAdmin, func(u *app.User) { u.Profile.WorkstationID = []app.ID{app.NewID()} }, "profile_workstation_listed@profile.workstation_ids"},

		// The person.
		{"no name", app.RoleStandard, func(u *app.User) { u.Name = " " }, "required@name"},
		{"no surname", app.RoleStandard, func(u *app.User) { u.Surname = "" }, "required@surname"},
		{"a name without end", app.RoleStandard, func(u *app.User) { u.Name = strings.Repeat("a", 101) }, "too_long@name"},
		{"a user name with a space", app.RoleStandard, func(u *app.User) { u.Username = "mario rossi" }, "malformed@username"},
		{"no user name", app.RoleStandard, func(u *app.User) { u.Username = "" }, "required@username"},
		{"a wrong check letter", app.RoleStandard, func(u *app.User) { u.FiscalCode = "RSSMRA80A01H501A" }, "fiscal_code@fiscal_code"},
		{"no fiscal code", app.RoleStandard, func(u *app.User) { u.FiscalCode = "" }, "required@fiscal_code"},
		{"no e-mail", app.RoleStandard, func(u *app.User) { u.Email = "" }, "required@email"},
		{"an e-mail that is none", app.RoleStandard, func(u *app.User) { u.Email = "mario.rossi" }, "email@email"},
		{"an e-mail with a name", app.RoleStandard, func(u *app.User) { u.Email = "Mario <m@example.org>" }, "email@email"},
		{"an unknown department", app.RoleAdmin, func(u *app.User) { u.Department = app.NewID() }, "department_unknown@department"},
		{"no department", app.RoleAdmin, func(u *app.User) { u.Department = "" }, "required@department"},
		{"an operator without ADMIN", app.RoleStandard, func(u *app.User) { u.Admin = "" }, "required@admin"},
		{"an ADMIN of another department", app.RoleStandard, func(u *app.User) { u.Admin = w.TaxAdmin.ID }, "admin_unknown@admin"},
		{"an ADMIN who is an operator", app.RoleStandard, func(u *app.User) { u.Admin = w.Person(app.RoleStandard, w.Registry, nil).ID }, "admin_unknown@admin"},
		{"an ADMIN who is disabled", app.RoleStandard, func(u *app.User) { u.Admin = off.ID }, "admin_disabled@admin"},
		{"an ADMIN with an ADMIN", app.RoleAdmin, func(u *app.User) { u.Admin = w.Admin.ID }, "invalid@admin"},
		{"a role that there is not", app.RoleStandard, func(u *app.User) { u.Role = "clerk" }, "malformed@role"},
		{"a user name without end", app.RoleStandard, func(u *app.User) { u.Username = strings.Repeat("a", 65) }, "too_long@username"},
		{"a surname without end", app.RoleStandard, func(u *app.User) { u.Surname = strings.Repeat("a", 101) }, "too_long@surname"},
		{"an e-mail without end", app.RoleStandard, func(u *app.User) { u.Email = strings.Repeat("a", 250) + "@example.org" }, "too_long@email"},
		{"a first day that is none", app.RoleStandard, days("2026-13-01", "2026-12-30"), "date@valid_from profile_period@valid_until"},
		{"a day that is none", app.RoleStandard, days("2026-01-01", "2026-02-30"), "date@valid_until"},
		{"a period that ends before it begins", app.RoleStandard, days("2026-02-01", "2026-01-01"), "profile_period@valid_until"},
		{"hours that end before they begin", app.RoleStandard, func(u *app.User) { u.Hours = &app.Hours{Days: []int{1}, From: 600, Until: 600} }, "profile_period@hours"},
		{"hours after midnight", app.RoleStandard, func(u *app.User) { u.Hours = &app.Hours{Days: []int{1}, From: 600, Until: 1441} }, "malformed@hours.until"},
		{"hours before midnight", app.RoleStandard, func(u *app.User) { u.Hours = &app.Hours{Days: []int{1}, From: -1, Until: 600} }, "malformed@hours.from"},
		{"hours of no day", app.RoleStandard, func(u *app.User) { u.Hours = &app.Hours{Days: []int{}, From: 0, Until: 600} }, "profile_period@hours"},
		{"hours of the eighth day", app.RoleStandard, func(u *app.User) { u.Hours = &app.Hours{Days: []int{8}, From: 0, Until: 600} }, "profile_period@hours"},
		{"TOP", app.RoleTop, nil, "role_console_only@role"},

		// Several at once.
		{"all wrong", app.RoleStandard, func(u *app.User) {
			u.Name, u.Email, u.Profile.Visure.Types, u.Profile.Purposes = "", "x", []app.VisuraType{}, nil
		}, "email@email profile_no_types@profile.visure.types required@name required@profile.purposes"},
	} {
		for fault := range strings.FieldsSeq(c.want) {
			code, _, _ := strings.Cut(fault, "@")
			tried[app.Code(code)] = true
		}
		t.Run(c.what, func(t *testing.T) {
			draft := w.Draft(c.role, w.Registry, c.change)
			if c.what == "no user name" || c.what == "no surname" || c.what == "no fiscal code" || c.what == "no e-mail" {
				c.change(&draft) // the draft fills what is empty, the change empties it again
			}
			err := try(w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: draft})
			if got := strings.Join(faults(err), " "); got != c.want {
				t.Errorf("registered: %s (%v), want %q", got, err, c.want)
			}
			var refusal *client.Refusal
			if c.want != "" && c.role != app.RoleTop && (!errors.As(err, &refusal) || refusal.Status != http.StatusUnprocessableEntity) {
				t.Errorf("registered: refused as %+v", refusal)
			}
			if c.role == app.RoleTop {
				return
			}
			good := w.Person(c.role, w.Registry, nil).User
			u := good
			if good.Profile.Visure != nil {
				v := *good.Profile.Visure
				u.Profile.Visure = &v
			}
			c.change(&u)
			err = try(w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
			if got := strings.Join(faults(err), " "); got != c.want {
				t.Errorf("changed: %s (%v), want %q", got, err, c.want)
			}
			if now := say(t, w.Desk, wire.GetUser, named(u.ID)).Body; c.want != "" && now.Version != good.Version {
				t.Errorf("refused, and yet changed: %+v", now)
			}
		})
	}
	// No refusal of a profile comes to the code without coming here.
	for _, code := range app.Codes() {
		if strings.HasPrefix(string(code), "profile_") && !tried[code] {
			t.Errorf("no row is refused with %s", code)
		}
	}
	for _, code := range []app.Code{app.CodeRoleNoServices, app.CodeRoleConsole, app.CodeDepartmentAbsent, app.CodeAdminAbsent, app.CodeAdminDisabled, app.CodeFiscalCode, app.CodeEmail, app.CodeDate, app.CodeMalformed, app.CodeTooLong, app.CodeRequired, app.CodeInvalid} {
		if !tried[code] {
			t.Errorf("no row is refused with %s", code)
		}
	}
}

func TestDuplicates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		one, two := w.Person(app.RoleStandard, w.Registry, nil).User, w.Person(app.RoleStandardPS, w.Taxes, nil).User
		for field, c := range map[string]struct {
			code app.Code
			take func(u *app.User)
		}{
			"username":    {app.CodeNameTaken, func(u *app.User) { u.Username = strings.ToUpper(one.Username) }},
			"fiscal_code": {app.CodeFiscalTaken, func(u *app.User) { u.FiscalCode = strings.ToLower(one.FiscalCode) }},
			"email":       {app.CodeEmailTaken, func(u *app.User) { u.Email = strings.ToUpper(one.Email) }},
		} {
			draft := w.Draft(app.RoleStandard, w.Taxes, nil)
			c.take(&draft)
			refusedAs(t, "registered", try(w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: draft}), c.code, field)
			u := two
			c.take(&u)
			refusedAs(t, "changed", try(w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}), c.code, field)
		}
		d := &wire.SaveDepartmentInput{ID: app.NewID()}
		d.Body.Name = w.Taxes.Name
		refusedAs(t, "a second department of the name", try(w.Desk, wire.SaveDepartment, d), app.CodeTaken, "name")
		p := &wire.SavePurposeInput{ID: app.NewID()}
		p.Body.Department, p.Body.Name = w.Taxes.ID, "Istruttoria"
		refusedAs(t, "a second purpose of the name", try(w.Desk, wire.SavePurpose, p), app.CodeTaken, "name")

		// Of two administrators with the same copy the second is refused.
		u := say(t, w.Desk, wire.GetUser, named(one.ID)).Body
		u.Office = "Primo"
		say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
		u.Office = "Secondo"
		refusedAs(t, "an old copy", try(w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}), app.CodeChanged, "version")
		if now := say(t, w.Desk, wire.GetUser, named(one.ID)).Body; now.Office != "Primo" {
			t.Errorf("the office is %s", now.Office)
		}
	})
}

// TestDependants: nobody on whom others rely is disabled or demoted, unless the
// same request says where they go.
func TestDependants(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		head := w.Person(app.RoleAdmin, w.Registry, nil).User
		under := func(u *app.User) { u.Admin, u.Profile.Visure.Way.Mediator = head.ID, head.ID }
		one := w.Person(app.RoleStandard, w.Registry, under).User
		two := w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
			under(u)
			u.Name, u.Surname = one.Name, one.Surname // another of the same name
		}).User
		mediated := w.Person(app.RoleStandard, w.Taxes, func(u *app.User) { u.Profile.Visure.Way.Mediator = head.ID }).User
		day := func(n int) *app.Day { d := app.DayOf(time.Now().AddDate(0, 0, n)); return &d }
		state := func(id app.ID) app.User { return say(t, w.Desk, wire.GetUser, named(id)).Body }
		disable := func(mediator, admin app.ID) error {
			in := &wire.DisableInput{ID: head.ID}
			in.Body.NewMediator, in.Body.NewAdmin = mediator, admin
			return try(w.Desk, wire.DisableUser, in)
		}
		has := func(what string, err error, who ...app.User) {
			t.Helper()
			refusedAs(t, what, err, app.CodeDependants, "")
			var e *app.Error
			if !errors.As(err, &e) {
				return
			}
			if e.Params["count"] != strconv.Itoa(len(who)) {
				t.Errorf("%s: %s depend, want %d", what, e.Params["count"], len(who))
			}
			for _, u := range []app.User{one, two, mediated} {
				named := slices.ContainsFunc(who, func(x app.User) bool { return x.ID == u.ID })
				if strings.Contains(e.Params["names"], u.FullName()+" ("+u.Username+")") != named {
					t.Errorf("%s: names %q; %s: %t", what, e.Params["names"], u.FullName(), named)
				}
			}
		}
		has("disabled", disable("", ""), one, two, mediated)
		has("only a new Mediator", disable(w.Admin.ID, ""), one, two)
		has("only a new ADMIN", disable("", w.Admin.ID), one, two, mediated)
		for what, change := range map[string]func(*app.User){
			"demoted":               func(u *app.User) { *u = demoted(*u, w) },
			"without operator id":   func(u *app.User) { u.OperatorID = "" },
			"to another department": func(u *app.User) { u.Department = w.Taxes.ID },
			"ended":                 func(u *app.User) { u.ValidUntil = day(-2) },
			"begins later":          func(u *app.User) { u.ValidFrom = day(2) },
		} {
			u := state(head.ID)
			change(&u)
			if err := try(w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}); app.CodeOf(err) != app.CodeDependants {
				t.Errorf("%s: %v", what, err)
			}
		}
		off := w.Person(app.RoleAdmin, w.Registry, nil)
		say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: off.ID})
		for what, c := range map[string][2]app.ID{
			"to himself": {head.ID, head.ID}, "Mediator to himself": {head.ID, w.Admin.ID}, "operators to himself": {w.Admin.ID, head.ID}, "to nobody": {app.NewID(), app.NewID()},
			"to somebody disabled": {off.ID, off.ID}, "to an operator": {one.ID, one.ID},
		} {
			var e *app.Error
			if err := disable(c[0], c[1]); !errors.As(err, &e) || e.Field != "new_mediator" && e.Field != "new_admin" {
				t.Errorf("dependants go %s: %v", what, err)
			}
		}
		if now := state(head.ID); !now.Enabled || state(one.ID).Admin != head.ID || state(mediated.ID).Profile.Visure.Way.Mediator != head.ID {
			t.Fatal("a refused request changed something")
		}

		// Where they go may be another department, with its purposes.
		if err := disable(w.Top.ID, w.TaxAdmin.ID); err != nil {
			t.Fatal(err)
		}
		for _, id := range []app.ID{one.ID, two.ID} {
			u := state(id)
			if u.Admin != w.TaxAdmin.ID || u.Department != w.Taxes.ID || u.Profile.Visure.Way.Mediator != w.Top.ID || !slices.Equal(u.Profile.Purposes, []app.ID{w.Purpose(w.Taxes)}) {
				t.Errorf("after it: %+v", u)
			}
		}
		if u := state(mediated.ID); u.Profile.Visure.Way.Mediator != w.Top.ID || u.Admin != w.TaxAdmin.ID || state(head.ID).Enabled {
			t.Errorf("after it: %+v", u)
		}
		changed := map[string]bool{}
		in := &wire.MonitorInput{}
		in.Limit = 500
		for _, item := range say(t, w.Desk, wire.ListHistory, in).Body.Items {
			if (item.Kind == app.EventUserChanged || item.Kind == app.EventUserMoved) && len(item.Before) > 0 && len(item.After) > 0 {
				changed[string(item.Target)] = true
			}
		}
		if got := slices.Sorted(maps.Keys(changed)); len(got) != 3 {
			t.Errorf("recorded changes of %v", got)
		}

		// An operator is not enabled under an ADMIN who is not.
		say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: one.ID})
		if err := try(w.Desk, wire.EnableUser, named(one.ID)); err != nil {
			t.Errorf("enabled again: %v", err)
		}
		move := &wire.MoveInput{ID: one.ID}
		move.Body.Admin = head.ID
		refusedAs(t, "moved to a disabled ADMIN", try(w.Desk, wire.MoveOperator, move), app.CodeAdminDisabled, "admin")
		move.Body.Admin = two.ID
		refusedAs(t, "moved to an operator", try(w.Desk, wire.MoveOperator, move), app.CodeAdminAbsent, "admin")
		move.Body.Admin = w.Admin.ID
		if u := say(t, w.Desk, wire.MoveOperator, move).Body; u.Department != w.Registry.ID || !slices.Equal(u.Profile.Purposes, []app.ID{w.Purpose(w.Registry)}) {
			t.Errorf("moved: %+v", u)
		}
	})
}

// TestValidityEnds: whose validity is over stands for nobody, as if he were
// disabled.
func TestValidityEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newClock()
		w := servertest.Start(t, clocked(c, dsn))
		last := app.DayOf(c.now().AddDate(0, 0, 1))
		head := w.Person(app.RoleAdmin, w.Registry, func(u *app.User) { u.ValidUntil = &last }).User
		under := func(u *app.User) {
			u.Admin, u.Profile.Visure.Way.Kind, u.Profile.Visure.Way.Mediator = head.ID, app.WayMediator, head.ID
		}
		clerk := w.Person(app.RoleStandard, w.Registry, under)
		stands := func() bool {
			return slices.ContainsFunc(say(t, w.Desk, wire.ListMediators, &wire.None{}).Body.Items, func(m wire.Mediator) bool { return m.ID == head.ID })
		}
		if !stands() {
			t.Error("he does not mediate while he is valid")
		}
		c.add(72 * time.Hour)
		w.Desk.Enter(w.Top)
		if stands() {
			t.Error("he mediates when his validity is over")
		}
		if got := faults(try(w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: w.Draft(app.RoleStandard, w.Registry, under)})); !slices.Equal(got, []string{"admin_disabled@admin", "profile_mediator_disabled@profile.visure.way.mediator"}) {
			t.Errorf("relied on: %v", got)
		}
		desk := w.At(clerk, "SPORTELLO-01")
		if _, err := desk.Ask("validity-over", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}); app.CodeOf(err) != app.CodeProfileMediatorOff {
			t.Errorf("a visura through him: %v", err)
		}
		// He is changed only with where those go who are left.
		head.Phone = "081 1"
		in := &wire.UpdateUserInput{ID: head.ID, Body: head}
		refusedAs(t, "changed", try(w.Desk, wire.UpdateUser, in), app.CodeDependants, "")
		in.NewMediator, in.NewAdmin = head.ID, head.ID
		if err := try(w.Desk, wire.UpdateUser, in); err == nil {
			t.Error("they went to himself")
		}
		in.NewMediator, in.NewAdmin = w.Top.ID, w.Admin.ID
		say(t, w.Desk, wire.UpdateUser, in)
		if u := say(t, w.Desk, wire.GetUser, named(clerk.ID)).Body; u.Admin != w.Admin.ID || u.Profile.Visure.Way.Mediator != w.Top.ID {
			t.Errorf("after it: %+v", u)
		}
	})
}

// TestUpdateMoves: a change that gives an operator another ADMIN is recorded as
// a move, with before and after.
func TestUpdateMoves(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	second := w.Person(app.RoleAdmin, w.Registry, nil)
	u := w.Person(app.RoleStandard, w.Registry, nil).User
	u.Office = "IMU"
	u = say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}).Body
	u.Admin = second.ID
	say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
	h := say(t, w.Desk, wire.ListUserHistory, &wire.UserHistoryInput{ID: u.ID}).Body.Items
	if len(h) != 3 || h[0].Kind != app.EventUserMoved || h[1].Kind != app.EventUserChanged {
		t.Fatalf("%+v", h)
	}
	if !strings.Contains(string(h[0].Before), string(w.Admin.ID)) || !strings.Contains(string(h[0].After), string(second.ID)) {
		t.Errorf("%s %s", h[0].Before, h[0].After)
	}
}

func demoted(u app.User, w *servertest.World) app.User {
	draft := w.Draft(app.RoleStandard, w.Registry, nil)
	u.Role, u.Admin, u.Profile = app.RoleStandard, draft.Admin, draft.Profile
	return u
}

// TestTopOnConsole: a TOP is made, reset and disabled on the console only, and
// the last one stays.
func TestTopOnConsole(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	ctx := context.Background()
	d := w.Server.Directory
	if _, err := d.DisableOnConsole(ctx, w.Top.Username, "prova", server.Heirs{}); app.CodeOf(err) != app.CodeLastTop {
		t.Errorf("the last TOP: %v", err)
	}
	second, _, _, err := d.CreateOnConsole(ctx, w.Draft(app.RoleTop, app.Department{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"read": try(w.Desk, wire.GetUser, named(second.ID)), "disabled": try(w.Desk, wire.DisableUser, &wire.DisableInput{ID: second.ID}),
		"reset": try(w.Desk, wire.ResetPassword, named(second.ID)), "changed": try(w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: second.ID, Body: second}),
		"himself disabled": try(w.Desk, wire.DisableUser, &wire.DisableInput{ID: w.Top.ID}),
	} {
		refusedAs(t, "a TOP through the API, "+what, err, app.CodeNotFound, "")
	}
	relies := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Way.Mediator = w.Top.ID })
	if _, err := d.DisableOnConsole(ctx, w.Top.Username, "prova", server.Heirs{}); app.CodeOf(err) != app.CodeDependants {
		t.Errorf("a TOP who is a Mediator: %v", err)
	}
	u := say(t, w.Desk, wire.GetUser, named(relies.ID)).Body
	u.Profile.Visure.Way.Mediator = w.Admin.ID
	say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
	if _, err := d.DisableOnConsole(ctx, w.Top.Username, "prova", server.Heirs{}); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, "his next request", try(w.Desk, wire.GetSession, &wire.None{}), app.CodeSessionEnded, "")
	if _, err := d.DisableOnConsole(ctx, second.Username, "prova", server.Heirs{}); app.CodeOf(err) != app.CodeLastTop {
		t.Errorf("the last TOP, of two: %v", err)
	}
}
