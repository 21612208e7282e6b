package store

import (
	"cmp"
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
	"indagor/server/internal/store/storetest"
)

// wants reports whether the filter finds the row, one condition after the
// other.
func wants(f app.MonitorFilter, e app.Event) bool {
	words := true
	for _, word := range strings.Fields(strings.ToLower(f.Search)) {
		words = words && (strings.Contains(strings.ToLower(e.Actor.Username), word) || strings.Contains(strings.ToLower(e.File), word))
	}
	return words && !e.Kind.Unlisted() &&
		(f.User == "" || f.User == e.Actor.User) && (f.Department == "" || f.Department == e.Actor.Department) && (f.Workstation == "" || f.Workstation == e.Workstation) &&
		(f.Kind == "" || f.Kind == e.Kind) && (f.Service == "" || f.Service == e.Service) && (f.Type == "" || f.Type == e.Type) &&
		(f.Outcome == "" || f.Outcome == e.Outcome && e.Kind != app.EventJobEnded) && (f.Code == "" || f.Code == e.Code) &&
		(f.From.IsZero() || !e.At.Before(f.From)) && (f.Until.IsZero() || e.At.Before(f.Until))
}

// The indexes of the activity's monitor have exactly what it shows: otherwise
// they could not be read by.
func TestIndexesOfWhatIsShown(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		schema, err := os.ReadFile("schema/" + engine + "/00004_stats.sql")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(schema)) {
			if strings.Contains(line, "page_idx ON activity ") {
				n++
				if !strings.Contains(line, "WHERE "+shown) {
					t.Errorf("%s: %s", engine, line)
				}
			}
		}
		if n < 9 {
			t.Errorf("%s: %d indexes", engine, n)
		}
	}
}

// narrow makes a filter of what the row has, one condition for each bit.
func narrow(bits int, e app.Event) app.MonitorFilter {
	var f app.MonitorFilter
	for i, set := range []func(){
		func() { f.User = e.Actor.User }, func() { f.Department = e.Actor.Department }, func() { f.Workstation = e.Workstation }, func() { f.Kind = e.Kind },
		func() { f.Service = e.Service }, func() { f.Type = e.Type }, func() { f.Outcome = e.Outcome }, func() { f.Code = e.Code },
		func() { f.From, f.Until = e.At.AddDate(0, -1, 0), e.At.AddDate(0, 0, 3) }, func() { f.Search = e.Actor.Username[:4] + " " + e.File },
	} {
		if bits&(1<<i) != 0 {
			set()
		}
	}
	return f
}

const narrowings = 1 << 10

// TestMonitorFindsAll: the pages of any filter, one after the other, are all
// that it wants of what the looker sees, newest first; and no cursor speaks of
// a row that he does not see.
func TestMonitorFindsAll(t *testing.T) {
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		h := &history{r: rand.New(rand.NewPCG(11, 3))}
		db := open(t, dsn, Options{})
		if err := db.Write(ctx, func(tx *Tx) error {
			for range 400 {
				e := h.event()
				e.Workstation, e.File = pick(h.r, app.ID("w1"), "w2"), pick(h.r, "Prot. 1/2026", "100%_vero")
				if h.r.IntN(10) == 0 {
					e.Kind = app.EventJobEnded
				}
				if err := tx.LogRow(e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		defer func(n int) { stretch = n }(stretch)
		stretch = 17
		events := rowsOfActivity(t, db)
		slices.SortFunc(events, func(a, b app.Event) int {
			return cmp.Or(b.At.Compare(a.At), strings.Compare(string(b.ID), string(a.ID)))
		})
		of := func(role app.Role, department app.ID) sight.Sight {
			return sight.Of(app.Caller{User: app.User{ID: "x", Role: role, Department: department}}, app.PermMonitorActivity)
		}
		for _, looker := range []struct {
			sight sight.Sight
			seen  func(app.Event) bool
		}{
			{of(app.RoleTop, ""), func(app.Event) bool { return true }},
			{of(app.RoleAdmin, "d1"), func(e app.Event) bool { return e.Actor.Department == "d1" }},
			{of(app.RoleStandard, "d1"), func(app.Event) bool { return false }},
		} {
			visible := map[string]bool{}
			for _, e := range events {
				visible[string(e.ID)] = looker.seen(e)
			}
			for bits := range narrowings {
				if bits > 0 && looker.sight.Reach() == app.ReachNone {
					break
				}
				f := narrow(bits, pick(h.r, events...))
				var want, got []app.ID
				for _, e := range events {
					if looker.seen(e) && wants(f, e) {
						want = append(want, e.ID)
					}
				}
				f.Limit = 1 + h.r.IntN(60)
				for pages := 0; ; pages++ {
					rows, next, err := db.Activity(ctx, looker.sight, f)
					if err != nil {
						t.Fatal(err)
					}
					for _, e := range rows {
						got = append(got, e.ID)
					}
					if len(rows) > f.Limit || pages > 500 {
						t.Fatalf("%+v: page %d of %d rows", f, pages, len(rows))
					}
					if next == "" {
						break
					}
					c, err := parseCursor(next)
					if err != nil || !visible[c.id] {
						t.Fatalf("%+v: the cursor speaks of %q, %v", f, c.id, err)
					}
					f.Cursor = next
				}
				f.Cursor = ""
				if !slices.Equal(got, want) {
					t.Fatalf("%+v: %d rows, want %d", f, len(got), len(want))
				}
				if n, err := db.ActivityCount(ctx, looker.sight, f, 1000); err != nil || n != len(want) {
					t.Fatalf("%+v: counts %d, %v, want %d", f, n, err, len(want))
				}
			}
		}
	})
}

// TestHistoryFindsAll: the pages of a department's acts, one after the other,
// are its own and those about its things, each once, newest first.
func TestHistoryFindsAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		r := rand.New(rand.NewPCG(5, 23))
		db := open(t, dsn, Options{})
		var events []app.Event
		for n := range 400 {
			events = append(events, app.Event{
				ID: app.NewID(), At: time.Date(2026, 11, 1, 0, 0, n/3, 0, time.UTC), Class: app.ClassAdmin, Kind: pick(r, app.EventUserChanged, app.EventApproved, app.EventPasswordReset),
				Actor:  app.Actor{User: pick(r, app.ID("u1"), "u2", "u3"), Username: "nome", Role: app.RoleAdmin, Department: pick(r, app.ID("d1"), "d2", "d3", "")},
				Target: pick(r, app.ID("t1"), "t2"), TargetDept: pick(r, app.ID("d1"), "d2", "d3", ""), TargetName: pick(r, "Luca", "Anna"), Workstation: pick(r, app.ID("w1"), "w2"),
			})
		}
		if err := db.Write(ctx, func(tx *Tx) error {
			for _, e := range events {
				if err := tx.LogRow(e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(events, newer)
		defer func(n int) { stretch = n }(stretch)
		stretch = 17
		looker := sight.Of(app.Caller{User: app.User{ID: "x", Role: app.RoleAdmin, Department: "d1"}}, app.PermHistory)
		seen := func(e app.Event) bool { return e.Actor.Department == "d1" || e.TargetDept == "d1" }
		visible := map[string]bool{}
		for _, e := range events {
			visible[string(e.ID)] = seen(e)
		}
		for bits := range 1 << 6 {
			f, e := app.MonitorFilter{}, pick(r, events...)
			for i, set := range []func(){
				func() { f.User = e.Actor.User }, func() { f.Kind = e.Kind }, func() { f.Workstation = e.Workstation }, func() { f.Department = e.Actor.Department },
				func() { f.From, f.Until = e.At.Add(-time.Minute), e.At.Add(time.Minute) }, func() { f.Search = e.TargetName },
			} {
				if bits&(1<<i) != 0 {
					set()
				}
			}
			var want, got []app.ID
			for _, e := range events {
				if seen(e) && (f.User == "" || f.User == e.Actor.User) && (f.Kind == "" || f.Kind == e.Kind) && (f.Workstation == "" || f.Workstation == e.Workstation) &&
					(f.Department == "" || f.Department == e.Actor.Department) && (f.From.IsZero() || !e.At.Before(f.From) && e.At.Before(f.Until)) && (f.Search == "" || f.Search == e.TargetName) {
					want = append(want, e.ID)
				}
			}
			for f.Limit = 1 + r.IntN(30); ; {
				rows, next, err := db.History(ctx, looker, f)
				if err != nil || len(rows) > f.Limit || len(got) > len(events) {
					t.Fatalf("%+v: %d rows, %v", f, len(rows), err)
				}
				for _, e := range rows {
					got = append(got, e.ID)
				}
				if next == "" {
					break
				}
				if c, err := parseCursor(next); err != nil || !visible[c.id] {
					t.Fatalf("%+v: the cursor speaks of %q, %v", f, c.id, err)
				}
				f.Cursor = next
			}
			f.Cursor = ""
			if !slices.Equal(got, want) {
				t.Fatalf("%+v: %d rows, want %d", f, len(got), len(want))
			}
			for _, most := range []int{1000, 3} {
				if n, err := db.HistoryCount(ctx, looker, f, most); err != nil || n != min(most, len(want)) {
					t.Fatalf("%+v: counts %d of at most %d, %v, want %d", f, n, most, err, len(want))
				}
			}
		}
	})
}

// Accesses and acts are narrowed by what they tell.
func TestOtherMonitorsAreNarrowed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		event := func(class app.Class, kind app.EventKind, user, department, station, target app.ID) app.Event {
			at = at.Add(time.Second)
			return app.Event{ID: app.NewID(), At: at, Class: class, Kind: kind, Workstation: station, Target: target, Actor: app.Actor{User: user, Username: "nome." + string(user), Role: app.RoleStandard, Department: department}}
		}
		if err := db.Write(ctx, func(tx *Tx) error {
			for _, e := range []app.Event{
				event(app.ClassAccess, app.EventSignIn, "u1", "d1", "w1", ""), event(app.ClassAccess, app.EventSignInFailed, "u1", "d1", "w2", ""), event(app.ClassAccess, app.EventSignIn, "u2", "d2", "w2", ""),
				event(app.ClassAdmin, app.EventUserChanged, "a1", "d1", "w1", "u1"), event(app.ClassAdmin, app.EventUserChanged, "a2", "d2", "w2", "u2"), event(app.ClassSystem, app.EventMonitorRead, "a2", "d2", "w2", "u2"),
			} {
				if err := tx.LogRow(e); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		of := func(role app.Role, department app.ID, p app.Permission) sight.Sight {
			return sight.Of(app.Caller{User: app.User{ID: "x", Role: role, Department: department}}, p)
		}
		for _, test := range []struct {
			name   string
			list   func(context.Context, sight.Sight, app.MonitorFilter) ([]app.Event, string, error)
			count  func(context.Context, sight.Sight, app.MonitorFilter, int) (int, error)
			sight  sight.Sight
			filter app.MonitorFilter
			want   int
		}{
			{"accesses", db.Accesses, db.AccessCount, of(app.RoleTop, "", app.PermMonitorAccess), app.MonitorFilter{}, 3},
			{"accesses of a user", db.Accesses, db.AccessCount, of(app.RoleTop, "", app.PermMonitorAccess), app.MonitorFilter{User: "u1"}, 2},
			{"refused accesses at a workstation", db.Accesses, db.AccessCount, of(app.RoleTop, "", app.PermMonitorAccess), app.MonitorFilter{Kind: app.EventSignInFailed, Workstation: "w2"}, 1},
			{"accesses of a department by name", db.Accesses, db.AccessCount, of(app.RoleTop, "", app.PermMonitorAccess), app.MonitorFilter{Department: "d2", Search: "NOME.u2"}, 1},
			{"accesses for ADMIN", db.Accesses, db.AccessCount, of(app.RoleAdmin, "d1", app.PermMonitorAccess), app.MonitorFilter{}, 0},
			{"acts", db.History, db.HistoryCount, of(app.RoleTop, "", app.PermHistory), app.MonitorFilter{}, 3},
			{"acts of a kind", db.History, db.HistoryCount, of(app.RoleTop, "", app.PermHistory), app.MonitorFilter{Kind: app.EventUserChanged}, 2},
			{"acts about one", db.History, db.HistoryCount, of(app.RoleTop, "", app.PermHistory), app.MonitorFilter{Target: "u2"}, 1},
			{"acts for ADMIN", db.History, db.HistoryCount, of(app.RoleAdmin, "d1", app.PermHistory), app.MonitorFilter{}, 1},
			{"acts of another department for ADMIN", db.History, db.HistoryCount, of(app.RoleAdmin, "d1", app.PermHistory), app.MonitorFilter{User: "a2"}, 0},
		} {
			test.filter.Limit = 10
			rows, next, err := test.list(ctx, test.sight, test.filter)
			if err != nil || len(rows) != test.want || next != "" {
				t.Errorf("%s: %d rows, %q, %v, want %d", test.name, len(rows), next, err, test.want)
			}
			if n, err := test.count(ctx, test.sight, test.filter, 10); err != nil || n != test.want {
				t.Errorf("%s: counts %d, %v", test.name, n, err)
			}
		}
	})
}
