package server_test

import (
	"testing"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestBothEngines: the main job on either database.
func TestBothEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		for role, station := range map[app.Role]string{app.RoleStandard: "ANAG-07", app.RoleStandardPS: "PS-01"} {
			clerk := w.At(w.Person(role, w.Registry, func(u *app.User) { u.Profile.Visure.Scope = app.Scope{Kind: app.ScopeOwn} }), station)
			for who, want := range map[string]app.Outcome{"resident": app.OutcomeFound, "elsewhere": app.OutcomeOutOfScope} {
				v, err := clerk.Ask("engines-"+who, wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, who).CF}})
				if err != nil || v.Outcome != want {
					t.Fatalf("%s asks about %s: %v %+v", role, who, err, v)
				}
			}
		}
		w.Restart()
		if r, err := w.Server.Verify(t.Context()); err != nil || !r.Sound() || r.Sealed != 4 {
			t.Fatalf("log: %v %+v", err, r)
		}
	})
}
