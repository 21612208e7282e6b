package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
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
		// By the person nothing is found of what went.
		for role, c := range clients {
			found := say(t, c, wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{Person: cast(t, "resident").CF, Limit: 500}}).Body.Items
			if len(found) != 1 {
				t.Errorf("%s finds %d by the person", role, len(found))
			}
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

// TestArchiveFindsThePerson: by code, ANPR id or words of the name, whichever of
// them a visura was asked by, and what the register told; of his own visure
// only, and only by whole words all of which are there.
func TestArchiveFindsThePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		c := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
		p := cast(t, "resident")
		code, err := codicefiscale.Parse(p.CF)
		if err != nil {
			t.Fatal(err)
		}
		identity := app.Identity{
			Surname: strings.ToLower(p.Surname), Name: p.Name, Sex: "M", BirthPlace: code.Place,
			BirthDate: app.DayOf(time.Date(code.Years[0], code.Month, code.Day, 0, 0, 0, 0, time.UTC)),
		}
		if code.Female {
			identity.Sex = "F"
		}
		var ids []app.ID
		for i, r := range []wire.VisuraRequest{
			{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: p.CF}},
			{Type: app.VisuraEsistenza, Subject: app.Subject{IDANPR: p.IDANPR}},
			{Type: app.VisuraIdentificativo, Subject: app.Subject{Identity: &identity}},
		} {
			v, err := c.Ask(fmt.Sprintf("person-%04d", i), r)
			if err != nil || v.Outcome != app.OutcomeFound {
				t.Fatalf("%+v: %v %v", r, v.Outcome, err)
			}
			ids = append(ids, v.ID)
		}
		for _, x := range []struct {
			person string
			want   []int
		}{
			{strings.ToLower(p.CF), []int{0, 1}}, // to the identity the register gave an ANPR id only
			{p.IDANPR, []int{0, 1, 2}},
			{p.Surname, []int{0, 1, 2}},
			{p.Name + " " + strings.ToLower(p.Surname), []int{0, 1, 2}},
			{p.Surname + " nobody", nil},
			{p.Surname[:2], nil},
		} {
			got := map[app.ID]bool{}
			for _, v := range say(t, c, wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{Person: x.person, Limit: 100}}).Body.Items {
				got[v.ID] = true
			}
			if len(got) != len(x.want) {
				t.Errorf("%q: %d found, want %v", x.person, len(got), x.want)
			}
			for _, i := range x.want {
				if !got[ids[i]] {
					t.Errorf("%q does not find %d", x.person, i)
				}
			}
		}
	})
}
