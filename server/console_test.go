package server_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// actsAbout are the administrative acts about somebody in the readable log, the
// latest first.
func actsAbout(w *servertest.World, id app.ID) (out []app.Event) {
	for _, e := range w.Readable() {
		if e.Target == id && e.Class == app.ClassAdmin {
			out = append([]app.Event{e}, out...)
		}
	}
	return out
}

// TestTopChangedOnConsole: who a TOP is can be changed on the console, by the
// rules of the editor, and each act is in the log with before and after.
func TestTopChangedOnConsole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		ctx, d := context.Background(), w.Server.Directory
		top, _, _, err := d.CreateOnConsole(ctx, w.Draft(app.RoleTop, app.Department{}, nil))
		if err != nil {
			t.Fatal(err)
		}
		now, err := d.ChangeOnConsole(ctx, strings.ToUpper(top.Username), server.Heirs{}, func(u *app.User) {
			u.Name, u.Email, u.Phone, u.StaffNumber, u.OperatorID = " Giulia ", "giulia.serra@example.it", "049 123", "M-7", "OP-NEW"
			u.Role = app.RoleAdmin // which no console gives away
		})
		if err != nil {
			t.Fatal(err)
		}
		if now.Name != "Giulia" || now.Email != "giulia.serra@example.it" || now.Phone != "049 123" || now.StaffNumber != "M-7" || now.OperatorID != "OP-NEW" || now.Role != app.RoleTop || !now.Enabled || now.Version != top.Version+1 {
			t.Errorf("%+v", now)
		}
		e := actsAbout(w, top.ID)[0]
		if e.Kind != app.EventUserChanged || e.Reason != "console" || e.Actor != (app.Actor{}) || !strings.Contains(string(e.Before), top.Email) || !strings.Contains(string(e.After), now.Email) {
			t.Errorf("the log: %+v", e)
		}
		for what, c := range map[string]struct {
			set  func(*app.User)
			want app.Code
			at   string
		}{
			"no e-mail":      {func(u *app.User) { u.Email = "nessuna" }, app.CodeEmail, "email"},
			"another's":      {func(u *app.User) { u.Email = w.Top.Email }, app.CodeEmailTaken, "email"},
			"no name":        {func(u *app.User) { u.Name = "" }, app.CodeRequired, "name"},
			"a wrong code":   {func(u *app.User) { u.FiscalCode = "X" }, app.CodeFiscalCode, "fiscal_code"},
			"a free station": {func(u *app.User) { u.Profile.Workstations = app.WorkstationsFree }, app.CodeProfileWorkstation, "profile.workstations"},
		} {
			_, err := d.ChangeOnConsole(ctx, top.Username, server.Heirs{}, c.set)
			refusedAs(t, what, err, c.want, c.at)
		}
		_, err = d.ChangeOnConsole(ctx, "nessuno", server.Heirs{}, func(*app.User) {})
		refusedAs(t, "nobody", err, app.CodeNotFound, "")

		// A Mediator whose operator id is taken away leaves nobody behind.
		relies := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Way.Mediator = top.ID })
		bare := func(u *app.User) { u.OperatorID = "" }
		_, err = d.ChangeOnConsole(ctx, top.Username, server.Heirs{}, bare)
		refusedAs(t, "a Mediator without operator id", err, app.CodeDependants, "")
		if e, ok := errors.AsType[*app.Error](err); !ok || !strings.Contains(e.Params["names"], relies.FullName()) || e.Params["count"] != "1" {
			t.Errorf("it does not say who depends: %+v", e.Params)
		}
		if _, err := d.ChangeOnConsole(ctx, top.Username, server.Heirs{Mediator: w.Top.Username}, bare); err != nil {
			t.Fatal(err)
		}
		if u := say(t, w.Desk, wire.GetUser, named(relies.ID)).Body; u.Profile.Visure.Way.Mediator != w.Top.ID {
			t.Errorf("whom he mediated: %+v", u.Profile.Visure.Way)
		}
		if e := actsAbout(w, relies.ID)[0]; e.Kind != app.EventUserChanged || e.Reason != "console" || e.Actor != (app.Actor{}) {
			t.Errorf("the log of whom he mediated: %+v", e)
		}
	})
}

// TestHeirsOnConsole: on the console a TOP or an ADMIN on whom others depend is
// disabled where it is said to whom they go, and enabled again.
func TestHeirsOnConsole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		ctx, d := context.Background(), w.Server.Directory
		second, _, _, err := d.CreateOnConsole(ctx, w.Draft(app.RoleTop, app.Department{}, nil))
		if err != nil {
			t.Fatal(err)
		}
		now := func(id app.ID) app.User { return say(t, w.Desk, wire.GetUser, named(id)).Body }
		relies := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Way.Mediator = second.ID })
		off := func(who app.User, to server.Heirs) error {
			_, err := d.DisableOnConsole(ctx, who.Username, "trasferita", to)
			return err
		}
		refusedAs(t, "nobody named", off(second, server.Heirs{}), app.CodeDependants, "")
		refusedAs(t, "nobody of that name", off(second, server.Heirs{Mediator: "nessuno"}), app.CodeProfileMediator, "new_mediator")
		refusedAs(t, "himself", off(second, server.Heirs{Mediator: second.Username}), app.CodeProfileMediator, "new_mediator")
		refusedAs(t, "an operator", off(second, server.Heirs{Mediator: relies.Username}), app.CodeProfileMediator, "new_mediator")
		if err := off(second, server.Heirs{Mediator: w.Admin.Username}); err != nil {
			t.Fatal(err)
		}
		if u := now(relies.ID); u.Profile.Visure.Way.Mediator != w.Admin.ID {
			t.Errorf("whom he mediated: %+v", u.Profile.Visure.Way)
		}
		if e := actsAbout(w, second.ID)[0]; e.Kind != app.EventUserDisabled || e.Reason != "console: trasferita" || e.Actor != (app.Actor{}) {
			t.Errorf("the log: %+v", e)
		}

		// He works again, and who relied on him stays where he went.
		on, err := d.EnableOnConsole(ctx, second.Username)
		if err != nil || !on.Enabled {
			t.Fatalf("%+v, %v", on, err)
		}
		e := actsAbout(w, second.ID)[0]
		if e.Kind != app.EventUserEnabled || e.Reason != "console" || !strings.Contains(string(e.Before), `"enabled":false`) || !strings.Contains(string(e.After), `"enabled":true`) {
			t.Errorf("the log: %+v", e)
		}
		_, err = d.EnableOnConsole(ctx, "nessuno")
		refusedAs(t, "nobody enabled", err, app.CodeNotFound, "")

		// An ADMIN's operators go to another of his department.
		head := w.Person(app.RoleAdmin, w.Registry, nil).User
		his := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Admin = head.ID })
		refusedAs(t, "an ADMIN with operators", off(head, server.Heirs{}), app.CodeDependants, "")
		refusedAs(t, "to a TOP", off(head, server.Heirs{Admin: second.Username}), app.CodeAdminAbsent, "new_admin")
		if err := off(head, server.Heirs{Admin: w.Admin.Username}); err != nil {
			t.Fatal(err)
		}
		if u := now(his.ID); u.Admin != w.Admin.ID {
			t.Errorf("his operator: %+v", u)
		}
		if kinds := actsAbout(w, his.ID); !slices.ContainsFunc(kinds, func(e app.Event) bool { return e.Kind == app.EventUserMoved && e.Reason == "console" }) {
			t.Errorf("the log of his operator: %+v", kinds)
		}
		if r, err := w.Server.Verify(ctx); err != nil || !r.Sound() {
			t.Errorf("log: %v %+v", err, r)
		}
	})
}
