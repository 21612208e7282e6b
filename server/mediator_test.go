package server_test

import (
	"testing"

	"indagor/app"
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
