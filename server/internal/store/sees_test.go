package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
	"indagor/server/internal/store/storetest"
)

// TestSeesAgreesWithSQL: what a sight sees in memory, by which signals are
// told, is what it sees in the lists, for every role and permission, over
// random events; of what is sealed nobody sees anything.
func TestSeesAgreesWithSQL(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		db := open(t, dsn, Options{})
		ctx := context.Background()
		rnd := rand.New(rand.NewPCG(7, 11))
		pick := func(of ...string) string { return of[rnd.IntN(len(of))] }
		var events []app.Event
		for n := range 400 {
			e := app.Event{
				ID: app.NewID(), At: time.Date(2026, 11, 1, 0, 0, n, 0, time.UTC), Kind: app.EventVisuraEnded,
				Actor: app.Actor{
					User: app.ID(pick("", "u1", "u2", "u3")), Role: app.Role(pick("", "top", "admin", "standard", "standardps")),
					Department: app.ID(pick("", "d1", "d2")),
				},
				TargetDept: app.ID(pick("", "d1", "d2")), Target: app.ID(pick("", "x")),
			}
			e.Class = app.Class(pick("activity", "access", "admin", "system"))
			if e.Class == app.ClassActivity && e.Actor.Role == "" {
				e.Actor.Role = app.RoleStandard
			}
			events = append(events, e)
		}
		if err := db.Write(ctx, func(tx *Tx) error {
			for _, e := range events {
				if e.Sealed() {
					continue
				}
				if err := tx.LogRow(e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		lists := map[app.Permission]func(context.Context, sight.Sight, app.MonitorFilter) ([]app.Event, string, error){
			app.PermMonitorActivity: db.Activity, app.PermMonitorAccess: db.Accesses, app.PermHistory: db.History, app.PermStatistics: db.Activity,
		}
		of := map[app.Permission][]app.Class{
			app.PermMonitorActivity: {app.ClassActivity}, app.PermMonitorAccess: {app.ClassAccess},
			app.PermHistory: {app.ClassAdmin, app.ClassSystem}, app.PermStatistics: {app.ClassActivity},
		}
		seen := 0
		for p, list := range lists {
			for _, role := range append([]app.Role{""}, app.Roles...) {
				for _, department := range []app.ID{"", "d1", "d2"} {
					s := sight.Of(app.Caller{User: app.User{ID: "u1", Role: role, Department: department}}, p)
					got := map[app.ID]bool{}
					rows, _, err := list(ctx, s, app.MonitorFilter{Limit: len(events)})
					if err != nil {
						t.Fatal(err)
					}
					for _, e := range rows {
						got[e.ID] = true
					}
					for _, e := range events {
						listed := got[e.ID]
						if e.Class != of[p][0] && e.Class != of[p][len(of[p])-1] {
							continue // of another list
						}
						if s.Sees(e) != listed {
							t.Fatalf("%s of %q by %q: listed %t, seen %t: %+v", p, department, role, listed, s.Sees(e), e)
						}
						if listed {
							seen++
						}
					}
				}
			}
		}
		if seen < 500 {
			t.Errorf("only %d were seen: the events say little", seen)
		}
	})
}

// TestCommittedTellsTheReadable: after the commit, and only then, and of each
// transaction once, whoever asked is told what it wrote; of what failed or is
// sealed nothing.
func TestCommittedTellsTheReadable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		type told struct {
			events  []app.Event
			signals []app.Signal
		}
		var all []told
		o := Options{Committed: func(e []app.Event, s []app.Signal) { all = append(all, told{e, s}) }}
		o.Record = recording(recorder(t, t.TempDir()))
		db := open(t, dsn, o)
		ctx := context.Background()
		mine := app.Signal{Kind: app.SignalVisura, User: "u1", ID: "v1"}
		write := func(fail error, events ...app.Event) error {
			return db.Write(ctx, func(tx *Tx) error {
				tx.Signal(mine)
				for _, e := range events {
					if err := tx.Record(e); err != nil {
						return err
					}
				}
				if len(all) > 0 {
					t.Error("told before the commit")
				}
				return fail
			})
		}
		open := app.Event{Class: app.ClassActivity, Kind: app.EventVisuraEnded, Actor: app.Actor{User: "u1", Role: app.RoleStandard, Department: "d1"}}
		sealed := open
		sealed.Actor.Role = app.RoleStandardPS
		if err := write(fmt.Errorf("no"), open); err == nil || len(all) != 0 {
			t.Fatalf("%v, told %+v", err, all)
		}
		if err := write(nil, open, sealed); err != nil || len(all) != 1 {
			t.Fatalf("%v, told %+v", err, all)
		}
		if got := all[0]; len(got.events) != 1 || got.events[0].Actor.Role != app.RoleStandard || got.events[0].ID == "" || len(got.signals) != 1 || !reflect.DeepEqual(got.signals[0], mine) {
			t.Errorf("%+v", got)
		}
		all = nil
		if err := db.Write(ctx, func(tx *Tx) error { return tx.Record(sealed) }); err != nil || len(all) != 0 {
			t.Errorf("%v, told %+v", err, all)
		}
		if err := db.Write(ctx, func(tx *Tx) error { return tx.EndSessions("u1", app.SessionReset) }); err != nil || len(all) != 1 || !reflect.DeepEqual(all[0].signals[0], app.Signal{Kind: app.SignalSession, User: "u1"}) {
			t.Errorf("%v, told %+v", err, all)
		}
	})
}
