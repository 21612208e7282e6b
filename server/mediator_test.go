package server_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestMediators: an ADMIN may name any enabled administrator with an operator
// id as Mediator, also those whom he does not administer, and learns no more
// of them than their names.
func TestMediators(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	without := w.Person(app.RoleAdmin, w.Taxes, func(u *app.User) { u.OperatorID = "" })
	off := w.Person(app.RoleAdmin, w.Taxes, nil)
	say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: off.ID})
	admin := w.At(w.Admin, "ANAG-01")
	got := map[app.ID]wire.Mediator{}
	for _, m := range say(t, admin, wire.ListMediators, &wire.None{}).Body.Items {
		got[m.ID] = m
	}
	if len(got) != 3 || got[w.Top.ID].Role != app.RoleTop || got[w.Admin.ID].Surname != w.Admin.Surname || got[w.TaxAdmin.ID].Department != w.Taxes.ID {
		t.Errorf("%+v", got)
	}
	for _, p := range []servertest.Person{without, off} {
		if _, ok := got[p.ID]; ok {
			t.Errorf("%s is listed", p.Username)
		}
	}
	u := w.Draft(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Way.Mediator = w.Top.ID })
	if err := try(admin, wire.CreateUser, &wire.CreateUserInput{Body: u}); err != nil {
		t.Errorf("TOP as Mediator: %v", err)
	}
}

// TestMediatorsWanted: the body decides which role may act as Mediator. Whom it
// excludes is not listed, refused in profiles, and, whatever happens, at the
// moment of asking; and none is excluded on whom users depend.
func TestMediatorsWanted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		rule := func(m app.MediatorRule) error {
			s := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body.Settings
			s.Services.Mediators = m
			return try(w.Desk, wire.SaveSettings, &wire.SaveSettingsInput{Body: s})
		}
		listed := func() (roles []app.Role) {
			for _, m := range say(t, w.Desk, wire.ListMediators, &wire.None{}).Body.Items {
				if !slices.Contains(roles, m.Role) {
					roles = append(roles, m.Role)
				}
			}
			slices.Sort(roles)
			return roles
		}
		if got := listed(); !slices.Equal(got, []app.Role{app.RoleAdmin, app.RoleTop}) {
			t.Errorf("of a new body: %v", got)
		}
		relies := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Way = app.Way{Kind: app.WayMediator, Mediator: w.Admin.ID} })
		for _, m := range []app.MediatorRule{app.MediatorsTop, app.MediatorsNone} {
			err := rule(m)
			refusedAs(t, "a role that is needed", err, app.CodeMediatorsNeeded, "services.mediators")
			if e, ok := errors.AsType[*app.Error](err); !ok || e.Params["count"] != "1" || !strings.Contains(e.Params["names"], relies.FullName()) {
				t.Errorf("it does not say who depends: %v", err)
			}
		}
		refusedAs(t, "no rule", rule("nobody"), app.CodeMalformed, "services.mediators")

		clerk := w.At(relies, "ANAG-07")
		ask := func(key string) error {
			_, err := clerk.Ask(key, wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
			return err
		}
		if err := ask("mediated-1"); err != nil {
			t.Fatal(err)
		}
		// So that the rule is asked at the moment of asking, what tells who
		// depends on whom is taken away.
		if _, err := rawTables(t, w).db.Exec("DELETE FROM mediations WHERE mediator = $1", w.Admin.ID); err != nil {
			t.Fatal(err)
		}
		if err := rule(app.MediatorsTop); err != nil {
			t.Fatal(err)
		}
		if got := listed(); !slices.Equal(got, []app.Role{app.RoleTop}) {
			t.Errorf("TOP alone: %v", got)
		}
		refusedAs(t, "through whom the body does not want", ask("mediated-2"), app.CodeMediatorUnwanted, "")
		u := w.Draft(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Way = app.Way{Kind: app.WayMediator, Mediator: w.Admin.ID} })
		refusedAs(t, "a profile", try(w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: u}), app.CodeMediatorUnwanted, "profile.visure.way.mediator")
		u.Profile.Visure.Way.Mediator = w.Top.ID
		if err := try(w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: u}); err != nil {
			t.Errorf("through a TOP: %v", err)
		}
		refusedAs(t, "TOP too", rule(app.MediatorsAdmin), app.CodeMediatorsNeeded, "services.mediators")

		// It is written down as every setting.
		last := say(t, w.Desk, wire.ListHistory, &wire.MonitorInput{MonitorFilter: wire.MonitorFilter{Kind: app.EventSettings}}).Body.Items[0]
		if string(last.After) != `{"services":{"mediators":"top"}}` || last.Username != w.Top.Username {
			t.Errorf("the history: %s %s %s", last.Username, last.Before, last.After)
		}
		if err := rule(app.MediatorsAll); err != nil {
			t.Fatal(err)
		}
		if err := ask("mediated-3"); err != nil {
			t.Errorf("wanted again: %v", err)
		}
	})
}

// TestMediatorsWantedForLists: a list is refused for the same reason.
func TestMediatorsWantedForLists(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	through := func(u *app.User) {
		bulkUser(app.ScopeOwn)(u)
		u.Profile.Enrichment.Way = app.Way{Kind: app.WayMediator, Mediator: w.Admin.ID}
	}
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, through), "ANAG-07")
	job := upload(t, clerk, app.ServiceEnrichment, "tari.csv", "cf\n"+cast(t, "resident").CF+"\n")
	if _, err := rawTables(t, w).db.Exec("DELETE FROM mediations WHERE mediator = $1", w.Admin.ID); err != nil {
		t.Fatal(err)
	}
	decide(t, w, func(s *app.Settings) { s.Services.Mediators = app.MediatorsTop })
	refusedAs(t, "a list", try(clerk, wire.StartJob, order(clerk, job.ID, "surname")), app.CodeMediatorUnwanted, "")
	decide(t, w, func(s *app.Settings) { s.Services.Mediators = app.MediatorsAll })
	say(t, clerk, wire.StartJob, order(clerk, job.ID, "surname"))
	if job = awaitJob(t, clerk, job.ID, app.JobRunning); job.State != app.JobDone {
		t.Errorf("wanted again: %+v", job)
	}
}
