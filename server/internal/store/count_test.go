package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"indagor/app"
	"indagor/server/internal/sight"
	"indagor/server/internal/store/storetest"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// history is a random past of a body: users who change department, days of
// every kind, and all sorts of ends.
type history struct {
	r *rand.Rand
}

var (
	historyFrom  = time.Date(2025, 11, 20, 0, 0, 0, 0, time.UTC)
	historyUntil = time.Date(2026, 12, 5, 0, 0, 0, 0, time.UTC)
)

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// at is a moment of the history: often near midnight in Rome, often on a day
// on which the clock changes, or at the end of a month.
func (h *history) at() time.Time {
	day := pick(h.r,
		historyFrom.AddDate(0, 0, h.r.IntN(int(historyUntil.Sub(historyFrom).Hours()/24))),
		time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC),
		time.Date(2026, time.Month(1+h.r.IntN(12)), 1, 0, 0, 0, 0, time.UTC),
	)
	hour := pick(h.r, h.r.IntN(24), 0, 1, 2, 22, 23, -1, -2)
	return day.Add(time.Duration(hour)*time.Hour + time.Duration(h.r.IntN(3600_000_000))*time.Microsecond)
}

func (h *history) event() app.Event {
	n := h.r.IntN(9)
	e := app.Event{
		ID: app.NewID(), At: h.at(), Class: app.ClassActivity, Kind: pick(h.r, app.EventVisuraEnded, app.EventVisuraEnded, app.EventJobRow, app.EventVisuraAsked, app.EventDocument),
		Actor: app.Actor{
			User: app.ID(fmt.Sprint("u", n)), Username: fmt.Sprint("user", n), Role: app.RoleStandard,
			Department: app.ID(fmt.Sprint("d", pick(h.r, n%3, n%3, (n+1)%3))), // he was moved, now and then
			Admin:      app.ID(fmt.Sprint("a", n%3)),
		},
		Service: pick(h.r, app.ServiceVisure, app.ServiceVisure, app.ServiceHousehold), Type: pick(h.r, app.VisuraResidenza, app.VisuraGeneralita, app.VisuraFamiglia),
		Outcome: pick(h.r, app.OutcomeFound, app.OutcomeFound, app.OutcomeNotFound, app.OutcomeRefused, app.OutcomeFailed),
	}
	switch e.Outcome {
	case app.OutcomeRefused:
		e.Code = pick(h.r, app.CodeFiscalCheck, app.CodePurposeOff)
	case app.OutcomeFailed:
		e.Code = pick(h.r, app.CodeAnprDown, app.CodeAnprQuota)
	}
	return e
}

// fullCount counts the rows of the activity one by one.
func fullCount(events []app.Event, zone *time.Location, seen func(app.Event) bool, by app.Dimension, f app.CountFilter) map[string]int64 {
	out := map[string]int64{}
	for _, e := range events {
		day := e.At.In(zone).Format(time.DateOnly)
		if e.Class != app.ClassActivity || !slices.Contains(app.Requests, e.Kind) || !seen(e) || day < string(f.From) || day > string(f.Until) {
			continue
		}
		if f.User != "" && f.User != e.Actor.User || f.Department != "" && f.Department != e.Actor.Department || f.Service != "" && f.Service != e.Service ||
			f.Type != "" && f.Type != e.Type || f.Outcome != "" && f.Outcome != e.Outcome || f.Code != "" && f.Code != e.Code {
			continue
		}
		out[map[app.Dimension]string{
			app.ByService: string(e.Service), app.ByUser: string(e.Actor.User), app.ByDepartment: string(e.Actor.Department), app.ByType: string(e.Type),
			app.ByOutcome: string(e.Outcome), app.ByReason: string(e.Code), app.ByDay: day, app.ByMonth: day[:8] + "01",
		}[by]]++
	}
	return out
}

func rowsOfActivity(t testing.TB, db *DB) []app.Event {
	t.Helper()
	events, err := all(context.Background(), db.q, unregistered("all activity", "SELECT "+eventColumns+" FROM activity"), scanEvent)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// lookers are who may ask for statistics, and what each may see.
func lookers() map[string]struct {
	sight sight.Sight
	seen  func(app.Event) bool
} {
	of := func(role app.Role, user, department app.ID) sight.Sight {
		return sight.Of(app.Caller{User: app.User{ID: user, Role: role, Department: department}}, app.PermStatistics)
	}
	type looker = struct {
		sight sight.Sight
		seen  func(app.Event) bool
	}
	return map[string]looker{
		"TOP":                 {of(app.RoleTop, "t", ""), func(app.Event) bool { return true }},
		"ADMIN of d1":         {of(app.RoleAdmin, "a1", "d1"), func(e app.Event) bool { return e.Actor.Department == "d1" }},
		"ADMIN of no one":     {of(app.RoleAdmin, "a9", "d9"), func(app.Event) bool { return false }},
		"ADMIN of nowhere":    {of(app.RoleAdmin, "a8", ""), func(app.Event) bool { return false }},
		"STANDARD u4":         {of(app.RoleStandard, "u4", "d1"), func(e app.Event) bool { return e.Actor.User == "u4" }},
		"STANDARDPS named u4": {of(app.RoleStandardPS, "u4", "d1"), func(app.Event) bool { return false }},
		"nobody":              {sight.Sight{}, func(app.Event) bool { return false }},
	}
}

// TestRollupEqualsFullCount: whatever is asked of the counters, by whomever,
// is what counting the rows of the activity gives.
func TestRollupEqualsFullCount(t *testing.T) {
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		rome := zone(t, "Europe/Rome")
		seed := uint64(time.Now().UnixNano())
		h := &history{r: rand.New(rand.NewPCG(seed, 1))}
		t.Logf("seed %d", seed)
		db := open(t, dsn, Options{Zone: rome})
		lost := errors.New("lost")
		for range 60 {
			fail := h.r.IntN(8) == 0
			err := db.Write(ctx, func(tx *Tx) error {
				for range 1 + h.r.IntN(40) {
					if err := tx.LogRow(h.event()); err != nil {
						return err
					}
				}
				if fail {
					return lost
				}
				return nil
			})
			if fail != errors.Is(err, lost) || err != nil && !fail {
				t.Fatal(err)
			}
		}
		compareCounts(t, db, h.r, rome)

		// Made anew by another rule they are right by that; and not made anew
		// where the rule is the same.
		for _, name := range []string{"America/St_Johns", "Europe/Rome"} {
			db.zone = zone(t, name)
			if did, err := db.Recount(ctx); err != nil || !did {
				t.Fatalf("%s: %v, %v", name, did, err)
			}
			compareCounts(t, db, h.r, db.zone)
			if did, err := db.Recount(ctx); err != nil || did {
				t.Errorf("%s again: %v, %v", name, did, err)
			}
		}
	})
}

func compareCounts(t *testing.T, db *DB, r *rand.Rand, zone *time.Location) {
	t.Helper()
	events := rowsOfActivity(t, db)
	if len(events) < 500 {
		t.Fatalf("a history of only %d", len(events))
	}
	day := func() time.Time {
		return historyFrom.AddDate(0, 0, r.IntN(int(historyUntil.Sub(historyFrom).Hours()/24)))
	}
	fixed := [][2]app.Day{
		{"2025-01-01", "2027-12-31"},
		{"2026-03-29", "2026-03-29"},
		{"2026-10-25", "2026-10-25"},
		{"2026-10-24", "2026-10-26"},
		{"2026-03-01", "2026-03-31"},
		{"2026-02-28", "2026-03-31"},
		{"2026-03-01", "2026-04-01"},
		{"2025-12-31", "2026-01-01"},
		{"2026-01-31", "2026-02-28"},
		{"2026-05-02", "2026-05-01"},
	}
	for who, looker := range lookers() {
		for mask := range 1 << 6 {
			if mask > 0 && looker.sight.Reach() == app.ReachNone {
				break
			}
			for _, by := range []app.Dimension{app.ByService, app.ByUser, app.ByDepartment, app.ByType, app.ByOutcome, app.ByReason, app.ByDay, app.ByMonth} {
				e := pick(r, events...)
				f := app.CountFilter{}
				if mask&1 != 0 {
					f.User = e.Actor.User
				}
				if mask&2 != 0 {
					f.Department = e.Actor.Department
				}
				if mask&4 != 0 {
					f.Service = e.Service
				}
				if mask&8 != 0 {
					f.Type = e.Type
				}
				if mask&16 != 0 {
					f.Outcome = e.Outcome
				}
				if mask&32 != 0 {
					f.Code = e.Code
				}
				a, b := day(), day()
				if b.Before(a) {
					a, b = b, a
				}
				periods := [][2]app.Day{{app.Day(a.Format(time.DateOnly)), app.Day(b.Format(time.DateOnly))}, pick(r, fixed...)}
				if mask == 0 {
					periods = append(periods, fixed...)
				}
				for _, p := range periods {
					f.From, f.Until = p[0], p[1]
					got, err := db.Counts(context.Background(), looker.sight, by, f)
					if err != nil {
						t.Fatal(err)
					}
					sums := map[string]int64{}
					for _, c := range got {
						sums[c.Key] = c.N
					}
					if d := cmp.Diff(fullCount(events, zone, looker.seen, by, f), sums); d != "" {
						t.Fatalf("%s, by %s, %+v: full count (-), counters (+)\n%s", who, by, f, d)
					}
				}
			}
		}
	}
}

// A database that was there before the counters is counted once, whole.
func TestRecountOfAnOlderDatabase(t *testing.T) {
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		h := &history{r: rand.New(rand.NewPCG(7, 7))}
		db := open(t, dsn, Options{Zone: zone(t, "Europe/Rome")})
		if err := db.Write(ctx, func(tx *Tx) error {
			for range 900 {
				if err := tx.LogRow(h.event()); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, table := range countTables { // as the migration leaves them
			run(t, raw(t, db), "DELETE FROM "+table.name)
		}
		defer func(n int) { countPage = n }(countPage)
		countPage = 100 // days and months go over the pages' edges
		if did, err := db.Recount(ctx); err != nil || !did {
			t.Fatal(did, err)
		}
		compareCounts(t, db, h.r, db.zone)
	})
}

// No counter can be of a STANDARDPS user.
func TestCountersRefuseStandardPS(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		db := open(t, dsn, Options{})
		for _, table := range countTables {
			c := counted{bucket: 20261123, role: app.RoleStandardPS}
			if err := db.Write(context.Background(), func(tx *Tx) error { return table.put(tx.ctx, tx.q, map[counted]int64{c: 1}) }); err == nil {
				t.Errorf("%s counts a STANDARDPS user", table.name)
			}
		}
	})
}

func TestSpans(t *testing.T) {
	d := func(s string) time.Time {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, test := range []struct {
		from, until string
		months      bool
		want        []span
	}{
		{"2026-03-01", "2026-03-31", true, []span{{true, 202603, 202603}}},
		{"2026-03-01", "2026-03-31", false, []span{{false, 20260301, 20260331}}},
		{"2026-03-02", "2026-03-31", true, []span{{false, 20260302, 20260331}}},
		{"2026-03-02", "2026-04-29", true, []span{{false, 20260302, 20260429}}},
		{"2025-12-31", "2026-02-28", true, []span{{false, 20251231, 20251231}, {true, 202601, 202602}}},
		{"2025-11-15", "2026-02-03", true, []span{{false, 20251115, 20251130}, {true, 202512, 202601}, {false, 20260201, 20260203}}},
		{"2026-02-03", "2026-02-02", true, nil},
	} {
		if d := cmp.Diff(test.want, spans(d(test.from), d(test.until), test.months), cmp.AllowUnexported(span{})); d != "" {
			t.Errorf("%s to %s: %s", test.from, test.until, d)
		}
	}
}
