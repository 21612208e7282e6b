package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/evidence"
	"indagor/server/internal/store"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"

	logform "indagor/app/evidence"
)

// TestArchiveExpires: what is older than the retention goes, in the night after
// it was decided, of everybody; how much of officers' nobody can read but the
// custodians, and the log keeps all of it.
func TestArchiveExpires(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		at := newClock()
		w := servertest.Start(t, clocked(at, dsn))
		people := map[app.Role]servertest.Person{}
		clients := map[app.Role]*servertest.Client{}
		for _, role := range []app.Role{app.RoleStandard, app.RoleStandardPS} {
			people[role] = w.Person(role, w.Registry, nil)
			clients[role] = w.Station("PC-" + string(role))
		}
		enter := func() {
			w.Desk.Enter(w.Top)
			for role, c := range clients {
				c.Enter(people[role])
			}
		}
		n := 0
		ask := func(role app.Role, times int) {
			t.Helper()
			for range times {
				n++
				if _, err := clients[role].Ask(fmt.Sprintf("archive-%04d", n), wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		kept := func(role app.Role) int {
			return len(say(t, clients[role], wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{Limit: 500}}).Body.Items)
		}
		enter()
		ask(app.RoleStandard, 3)
		ask(app.RoleStandardPS, 2)
		at.add(20 * 24 * time.Hour)
		tick(t, w)
		enter()
		ask(app.RoleStandard, 1)
		ask(app.RoleStandardPS, 1)
		if a, b := kept(app.RoleStandard), kept(app.RoleStandardPS); a != 4 || b != 3 {
			t.Fatalf("without a retention %d and %d are kept", a, b)
		}
		decide(t, w, func(s *app.Settings) { s.Retention.Visure = 30 })
		at.add(11 * 24 * time.Hour)
		tick(t, w)
		enter()
		if a, b := kept(app.RoleStandard), kept(app.RoleStandardPS); a != 1 || b != 1 {
			t.Errorf("after a month %d and %d are kept", a, b)
		}
		monitor := &wire.MonitorInput{}
		monitor.Limit = 500
		var told []string
		for _, item := range say(t, w.Desk, wire.ListHistory, monitor).Body.Items {
			if item.Kind == app.EventExpired {
				told = append(told, string(item.After))
			}
		}
		if len(told) != 1 || told[0] != `{"expired":3,"until":"2026-11-24"}` {
			t.Errorf("told: %q", told)
		}
		if r, err := w.Server.Verify(t.Context()); err != nil || !r.Sound() {
			t.Errorf("the log: %v %+v", err, r)
		}
		// Two custodians read how many of the officer's went.
		var sealed []string
		db := aside(t, w)
		err := db.Read(context.Background(), func(v *store.View) error {
			leaves, err := v.LogLeaves(context.Background(), logform.Sealed, 0, 500)
			for _, l := range leaves {
				e, err := evidence.Unseal(l.Body, w.Custodians[0], w.Custodians[1])
				if err != nil {
					return err
				}
				if e.Kind == app.EventExpired {
					var what struct{ Expired int }
					if err := json.Unmarshal(e.After, &what); err != nil {
						return err
					}
					sealed = append(sealed, fmt.Sprint(what.Expired))
				}
			}
			return err
		})
		if err != nil || len(sealed) != 1 || sealed[0] != "2" {
			t.Errorf("sealed: %v %q", err, sealed)
		}
		tick(t, w)
		at.add(24 * time.Hour)
		tick(t, w)
		enter()
		if a := kept(app.RoleStandard); a != 1 {
			t.Errorf("a day later %d are kept", a)
		}
	})
}
