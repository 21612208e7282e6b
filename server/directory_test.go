package server_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestUserFilters: every filter and every field that is searched yields those
// and only those whom it says, in the caller's reach, with their number.
func TestUserFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newClock()
		w := servertest.Start(t, clocked(c, dsn))
		day := func(d app.Day) *app.Day { return &d }
		bulk := &app.BulkProfile{Way: app.Way{Kind: app.WayOperator}, Scope: app.Scope{Kind: app.ScopeNational}}
		made := map[string]app.User{}
		add := func(name string, role app.Role, d app.Department, change func(*app.User)) servertest.Person {
			p := w.Person(role, d, func(u *app.User) {
				u.Name, u.Surname, u.Username = "Persona", name, strings.ToLower(name)
				u.Email = u.Username + "@comune.example"
				if change != nil {
					change(u)
				}
			})
			made[name] = p.User
			return p
		}
		head := add("Capo", app.RoleAdmin, w.Registry, nil)
		add("Semplice", app.RoleStandard, w.Registry, func(u *app.User) { u.Office, u.StaffNumber = "Sportello 1", "M-4711" })
		add("Futuro", app.RoleStandard, w.Registry, func(u *app.User) { u.ValidFrom = day("2026-11-25") })
		add("Scaduto", app.RoleStandard, w.Registry, func(u *app.User) { u.ValidUntil = day("2026-11-23") })
		add("Oggi", app.RoleStandard, w.Registry, func(u *app.User) { u.ValidFrom, u.ValidUntil = day("2026-11-24"), day("2026-11-24") })
		add("Spento", app.RoleStandard, w.Registry, nil)
		say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: made["Spento"].ID})
		add("Libero", app.RoleStandardPS, w.Taxes, func(u *app.User) {
			u.Profile.Workstations, u.Profile.Visure, u.Profile.Household = app.WorkstationsFree, nil, bulk
		})
		add("Mediato", app.RoleStandard, w.Taxes, func(u *app.User) { u.Profile.Visure.Way.Mediator = head.ID; u.Admin = w.TaxAdmin.ID })
		add("Doppio", app.RoleStandard, w.Taxes, func(u *app.User) { u.Profile.Enrichment = bulk })
		entered := add("Entrato", app.RoleStandard, w.Taxes, nil)
		w.At(entered, "TRIB-01")
		locked := add("Bloccato", app.RoleStandard, w.Taxes, nil)
		desk := w.At(locked, "TRIB-02")
		for range 6 {
			_ = try(desk, wire.SignIn, desk.Credentials(locked.Username, "sbagliata-42"))
		}

		admin := w.At(w.Admin, "ANAG-01")
		names := func(by *servertest.Client, in wire.UsersInput) []string {
			var out []string
			total := 0
			in.Limit = 2 // several pages
			for {
				l := say(t, by, wire.ListUsers, &in).Body
				if in.Cursor == "" {
					total = l.Total
				}
				for _, u := range l.Items {
					if _, ok := made[u.Surname]; ok {
						out = append(out, u.Surname)
					} else {
						total--
					}
				}
				if in.Cursor = l.Next; l.Next == "" {
					break
				}
			}
			if total != len(out) {
				t.Errorf("%+v: %d found, %d said", in, len(out), total)
			}
			return out
		}
		q := func(text string) wire.UsersInput { return wire.UsersInput{Page: wire.Page{Search: text}} }
		all := []string{"Bloccato", "Capo", "Doppio", "Entrato", "Futuro", "Libero", "Mediato", "Oggi", "Scaduto", "Semplice", "Spento"}
		for _, x := range []struct {
			what string
			in   wire.UsersInput
			want []string
		}{
			{"everybody", wire.UsersInput{}, all},
			{"surname", q("sempl"), []string{"Semplice"}},
			{"two words", q("persona SEMPL"), []string{"Semplice"}},
			{"user name", q("doppio"), []string{"Doppio"}},
			{"fiscal code", q(strings.ToLower(made["Oggi"].FiscalCode)), []string{"Oggi"}},
			{"e-mail", q("libero@comune"), []string{"Libero"}},
			{"staff number", q("m-4711"), []string{"Semplice"}},
			{"a sign of SQL", q("%"), nil},
			{"role", wire.UsersInput{Role: app.RoleStandardPS}, []string{"Libero"}},
			{"department", wire.UsersInput{Department: w.Taxes.ID}, []string{"Bloccato", "Doppio", "Entrato", "Libero", "Mediato"}},
			{"office", wire.UsersInput{Office: "Sportello 1"}, []string{"Semplice"}},
			{"ADMIN", wire.UsersInput{Admin: w.TaxAdmin.ID}, []string{"Bloccato", "Doppio", "Entrato", "Libero", "Mediato"}},
			{"operators", wire.UsersInput{Assigned: true, Department: w.Registry.ID}, []string{"Futuro", "Oggi", "Scaduto", "Semplice", "Spento"}},
			{"Mediator", wire.UsersInput{Mediator: head.ID}, []string{"Mediato"}},
			{"service", wire.UsersInput{Service: app.ServiceHousehold}, []string{"Libero"}},
			{"no service of that way", wire.UsersInput{Service: app.ServiceHousehold, Way: app.WayMediator}, nil},
			{"way", wire.UsersInput{Way: app.WayOperator}, []string{"Doppio", "Libero"}},
			{"way of a service", wire.UsersInput{Way: app.WayMediator, Service: app.ServiceVisure, Department: w.Taxes.ID}, []string{"Bloccato", "Doppio", "Entrato", "Mediato"}},
			{"workstations", wire.UsersInput{Workstations: app.WorkstationsFree}, []string{"Libero"}},
			{"works", wire.UsersInput{State: app.AccountWorks, Department: w.Registry.ID, Role: app.RoleStandard}, []string{"Oggi", "Semplice"}},
			{"disabled", wire.UsersInput{State: app.AccountDisabled}, []string{"Spento"}},
			{"not yet", wire.UsersInput{State: app.AccountFuture}, []string{"Futuro"}},
			{"expired", wire.UsersInput{State: app.AccountExpired}, []string{"Scaduto"}},
			{"secret", wire.UsersInput{State: app.AccountSecret, Department: w.Taxes.ID}, []string{"Doppio", "Libero", "Mediato"}},
			{"locked", wire.UsersInput{State: app.AccountLocked}, []string{"Bloccato"}},
			{"enabled", wire.UsersInput{Enabled: "false"}, []string{"Spento"}},
			{"two filters", wire.UsersInput{Page: wire.Page{Search: "persona"}, Service: app.ServiceEnrichment, State: app.AccountSecret}, []string{"Doppio"}},
		} {
			if got := names(w.Desk, x.in); !slices.Equal(got, x.want) {
				t.Errorf("%s: %v, want %v", x.what, got, x.want)
			}
			var own []string
			for _, name := range x.want {
				if u := made[name]; u.Department == w.Registry.ID && u.Role != app.RoleAdmin {
					own = append(own, name)
				}
			}
			if got := names(admin, x.in); !slices.Equal(got, own) {
				t.Errorf("%s, for ADMIN: %v, want %v", x.what, got, own)
			}
		}
		// What is changed is found by what it is now.
		u := say(t, w.Desk, wire.GetUser, named(made["Semplice"].ID)).Body
		u.Office, u.Profile.Workstations = "Sportello 2", app.WorkstationsFree
		say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
		if got := names(w.Desk, wire.UsersInput{Office: "Sportello 2", Workstations: app.WorkstationsFree}); !slices.Equal(got, []string{"Semplice"}) {
			t.Errorf("after a change: %v", got)
		}
		// A lock passes, and a day, too.
		c.add(48 * time.Hour)
		w.Desk.Enter(w.Top)
		for state, want := range map[app.AccountState]string{app.AccountLocked: "", app.AccountFuture: "", app.AccountExpired: "Oggi Scaduto"} {
			if got := strings.Join(names(w.Desk, wire.UsersInput{State: state}), " "); got != want {
				t.Errorf("%s two days later: %s", state, got)
			}
		}
	})
}

// TestSessionsAndLocks: an administrator sees the live session and what locks
// an account, ends the one and lifts the other; both are recorded, and who was
// put out is told why.
func TestSessionsAndLocks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newClock()
		w := servertest.Start(t, clocked(c, dsn))
		admin := w.At(w.Admin, "ANAG-01")
		p := w.Person(app.RoleStandard, w.Registry, nil)
		access := func() wire.UserAccess { return say(t, w.Desk, wire.GetUserAccess, named(p.ID)).Body }
		// ADMIN does not monitor accesses: he reads that there is a session, and
		// until when the account is locked.
		flag := func(what string, a wire.UserAccess, live, locked bool) {
			t.Helper()
			if (a.Session != nil) != live || a.Session != nil && *a.Session != (wire.UserSession{}) {
				t.Errorf("%s, ADMIN reads of the session: %+v", what, a.Session)
			}
			if (len(a.Locks) == 1) != locked || locked && a.Locks[0] != (wire.UserLock{Until: a.Locks[0].Until}) {
				t.Errorf("%s, ADMIN reads of the locks: %+v", what, a.Locks)
			}
		}
		byAdmin := func() wire.UserAccess { return say(t, admin, wire.GetUserAccess, named(p.ID)).Body }
		if a := access(); a.Session != nil || len(a.Locks) != 0 || a.SecretExpires == nil {
			t.Errorf("before the first sign-in: %+v", a)
		}
		desk := w.At(p, "SPORTELLO-07")
		c.add(time.Second)
		a := access()
		if s := a.Session; s == nil || s.WorkstationName != "SPORTELLO-07" || s.Address != "127.0.0.1" || s.Started == nil || !s.Started.Equal(c.now().Add(-time.Second)) || a.SecretExpires != nil {
			t.Fatalf("signed in: %+v", a.Session)
		}
		flag("signed in", byAdmin(), true, false)
		flag("nothing to lift", say(t, admin, wire.UnlockUser, named(p.ID)).Body, true, false)
		if a = say(t, admin, wire.EndUserSession, named(p.ID)).Body; a.Session != nil {
			t.Errorf("ended: %+v", a)
		}
		c.add(time.Second)
		refusedAs(t, "his next request", try(desk, wire.GetSession, &wire.None{}), app.CodeSessionDropped, "")
		if err := try(admin, wire.EndUserSession, named(p.ID)); err != nil {
			t.Errorf("ended again: %v", err)
		}

		for range 5 {
			refusedAs(t, "wrong", try(desk, wire.SignIn, desk.Credentials(p.Username, "sbagliata-42")), app.CodeCredentials, "")
		}
		refusedAs(t, "locked", try(desk, wire.SignIn, desk.Credentials(p.Username, servertest.Password)), app.CodeLocked, "")
		if a = access(); len(a.Locks) != 1 || a.Locks[0].WorkstationName != "SPORTELLO-07" || a.Locks[0].Refused != 5 || a.Locks[0].Since == nil || !a.Locks[0].Since.Equal(c.now()) || !a.Locks[0].Until.After(c.now()) {
			t.Errorf("locked: %+v", a.Locks)
		}
		flag("locked", byAdmin(), false, true)
		flag("nothing to end", say(t, admin, wire.EndUserSession, named(p.ID)).Body, false, true)
		if until := byAdmin().Locks; len(until) != 1 || !until[0].Until.Equal(a.Locks[0].Until) {
			t.Errorf("locked until: %+v", until)
		}
		if a = say(t, admin, wire.UnlockUser, named(p.ID)).Body; len(a.Locks) != 0 {
			t.Errorf("unlocked: %+v", a)
		}
		if err := try(desk, wire.SignIn, desk.Credentials(p.Username, servertest.Password)); err != nil {
			t.Errorf("unlocked: %v", err)
		}
		say(t, admin, wire.UnlockUser, named(p.ID)) // there is nothing to lift

		c.add(time.Second)
		// A reset lifts a lock, too: the account is as at its beginning.
		for range 5 {
			_ = try(desk, wire.SignIn, desk.Credentials(p.Username, "sbagliata-42"))
		}
		say(t, admin, wire.ResetPassword, named(p.ID))
		if a = access(); len(a.Locks) != 0 || a.Session != nil || a.SecretExpires == nil {
			t.Errorf("after a reset: %+v", a)
		}
		// A session that has expired is none.
		other := w.Person(app.RoleStandard, w.Registry, nil)
		w.At(other, "SPORTELLO-08")
		c.add(13 * time.Hour)
		admin.Enter(w.Admin)
		if a := say(t, admin, wire.GetUserAccess, named(other.ID)).Body; a.Session != nil {
			t.Errorf("expired: %+v", a.Session)
		}

		var kinds []app.EventKind
		for _, item := range say(t, admin, wire.ListUserHistory, &wire.UserHistoryInput{ID: p.ID}).Body.Items {
			kinds = append(kinds, item.Kind)
		}
		if want := []app.EventKind{app.EventPasswordReset, app.EventUnlocked, app.EventSessionDrop, app.EventUserCreated}; !slices.Equal(kinds, want) {
			t.Errorf("recorded %v, want %v", kinds, want)
		}
	})
}

// TestUserHistory: every change of a user is read with who, when, before and
// after, page by page; of what happened in another department its new ADMIN
// reads nothing.
func TestUserHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newClock()
		w := servertest.Start(t, clocked(c, dsn))
		admin, taxes := w.At(w.Admin, "ANAG-01"), w.At(w.TaxAdmin, "TRIB-01")
		u := w.Person(app.RoleStandard, w.Registry, nil).User
		for _, office := range []string{"Primo", "Secondo"} {
			c.add(time.Minute)
			u.Office = office
			u = say(t, admin, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u}).Body
		}
		history := func(by *servertest.Client) []wire.HistoryItem {
			var out []wire.HistoryItem
			in := &wire.UserHistoryInput{ID: u.ID, Limit: 2}
			for {
				l := say(t, by, wire.ListUserHistory, in).Body
				out = append(out, l.Items...)
				if in.Cursor = l.Next; l.Next == "" {
					return out
				}
			}
		}
		h := history(w.Desk)
		if len(h) != 3 || h[0].Username != w.Admin.Username || !h[0].At.Equal(c.now()) || !strings.Contains(string(h[0].Before), `"office":"Primo"`) || !strings.Contains(string(h[0].After), `"office":"Secondo"`) {
			t.Errorf("%+v", h)
		}
		if len(history(admin)) != 3 {
			t.Error("ADMIN reads another history than TOP")
		}
		c.add(time.Minute)
		move := &wire.MoveInput{ID: u.ID}
		move.Body.Admin = w.TaxAdmin.ID
		u = say(t, w.Desk, wire.MoveOperator, move).Body
		if h := history(w.Desk); len(h) != 5 || !slices.ContainsFunc(h[:2], func(i wire.HistoryItem) bool { return i.Kind == app.EventUserMoved }) {
			t.Errorf("TOP reads of the move: %+v", h)
		}
		if h := history(taxes); len(h) != 1 || h[0].Kind != app.EventUserMoved {
			t.Errorf("the new ADMIN reads %+v", h)
		}
		left := &wire.MonitorInput{MonitorFilter: wire.MonitorFilter{Kind: app.EventUserLeft}}
		if h := say(t, admin, wire.ListHistory, left).Body.Items; len(h) != 1 || h[0].Target != u.ID || h[0].TargetName != u.FullName() || departmentIn(t, h[0].After) != w.Taxes.ID {
			t.Errorf("the former ADMIN reads of the leaving: %+v", h)
		}
		if h := say(t, taxes, wire.ListHistory, left).Body.Items; len(h) != 0 {
			t.Errorf("the new ADMIN reads of the leaving: %+v", h)
		}
		refusedAs(t, "the former ADMIN", try(admin, wire.ListUserHistory, &wire.UserHistoryInput{ID: u.ID}), app.CodeNotFound, "")
	})
}

// TestDemotion: an ADMIN on whom others depend is demoted where the request
// says to whom they go.
func TestDemotion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		head := w.Person(app.RoleAdmin, w.Registry, nil).User
		one := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Admin, u.Profile.Visure.Way.Mediator = head.ID, head.ID }).User
		far := w.Person(app.RoleStandard, w.Taxes, func(u *app.User) { u.Profile.Visure.Way.Mediator = head.ID }).User
		demote := func(mediator, admin app.ID) error {
			u := demoted(say(t, w.Desk, wire.GetUser, named(head.ID)).Body, w)
			return try(w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u, NewMediator: mediator, NewAdmin: admin})
		}
		refusedAs(t, "nobody named", demote("", ""), app.CodeDependants, "")
		refusedAs(t, "only a Mediator", demote(w.Top.ID, ""), app.CodeDependants, "")
		refusedAs(t, "only an ADMIN", demote("", w.Admin.ID), app.CodeDependants, "")
		refusedAs(t, "operators to himself", demote(w.Top.ID, head.ID), app.CodeAdminAbsent, "new_admin")
		if err := demote(w.Top.ID, w.Admin.ID); err != nil {
			t.Fatal(err)
		}
		now := func(id app.ID) app.User { return say(t, w.Desk, wire.GetUser, named(id)).Body }
		if u := now(one.ID); u.Admin != w.Admin.ID || u.Profile.Visure.Way.Mediator != w.Top.ID {
			t.Errorf("his operator: %+v", u)
		}
		if u := now(far.ID); u.Admin != w.TaxAdmin.ID || u.Profile.Visure.Way.Mediator != w.Top.ID {
			t.Errorf("whom he mediated: %+v", u)
		}
		if now(head.ID).Role != app.RoleStandard {
			t.Error("he is an ADMIN still")
		}

		// One of those who would go cannot: nobody goes, and he is named.
		boss := w.Person(app.RoleAdmin, w.Registry, nil).User
		listed := w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
			u.Admin, u.Profile.WorkstationID = boss.ID, []app.ID{w.Desk.Own.ID}
		}).User
		in := &wire.DisableInput{ID: boss.ID}
		in.Body.NewAdmin = w.TaxAdmin.ID
		err := try(w.Desk, wire.DisableUser, in)
		refusedAs(t, "to another department", err, app.CodeDependantUnfit, "new_admin")
		if !strings.Contains(refusalText(err), listed.FullName()) || !now(boss.ID).Enabled || now(listed.ID).Admin != boss.ID {
			t.Errorf("%s", refusalText(err))
		}
	})
}

// TestLastTop: of two TOP who are disabled at the same moment one stays.
func TestLastTop(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		second, _, _, err := w.Server.Directory.CreateOnConsole(t.Context(), w.Draft(app.RoleTop, app.Department{}, nil))
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 2)
		for _, name := range []string{w.Top.Username, second.Username} {
			go func() {
				_, err := w.Server.Directory.DisableOnConsole(t.Context(), name, "prova", server.Heirs{})
				done <- err
			}()
		}
		a, b := app.CodeOf(<-done), app.CodeOf(<-done)
		if a+b != app.CodeLastTop {
			t.Errorf("%q and %q, want one refused as the last", a, b)
		}
	})
}
