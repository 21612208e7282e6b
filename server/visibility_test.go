package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestVisibilityFollowsTime: an operator goes from one ADMIN and department to
// another and back, becomes STANDARDPS and STANDARD again. Activity, history
// and counts show to each ADMIN, and to TOP, exactly what happened while it was
// theirs, whoever the operator belongs to today.
func TestVisibilityFollowsTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newClock()
		w := servertest.Start(t, clocked(c, dsn))
		deputy := w.Person(app.RoleAdmin, w.Registry, nil) // a second ADMIN of the same department
		by := map[string]*servertest.Client{"TOP": w.Desk, "registry": w.At(w.Admin, "ANAG-01"), "taxes": w.At(w.TaxAdmin, "TRIB-01"), "deputy": w.At(deputy, "ANAG-02")}
		who := map[string]servertest.Person{"TOP": w.Top, "registry": w.Admin, "taxes": w.TaxAdmin, "deputy": deputy}
		operator := w.Person(app.RoleStandard, w.Registry, nil)
		neighbour := w.At(w.Person(app.RoleStandard, w.Taxes, nil), "TRIB-09")
		desk := w.Station("SPORTELLO-01")
		db := aside(t, w)

		seen := map[string][]string{}   // file references that each must see of the operator
		moves := map[string][]app.ID{}  // the departments into which each saw him come
		perDay := map[string][]string{} // "day n", as each must count
		n := 0
		ask := func(where ...string) {
			t.Helper()
			n++
			c.add(time.Minute)
			file := fmt.Sprintf("Pratica %d", n)
			desk.Enter(operator)
			v, err := desk.Ask(fmt.Sprintf("visibility-%d", n), wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}, FileReference: file})
			if err != nil || v.Outcome != app.OutcomeFound {
				t.Fatalf("%s: %v %+v", file, err, v)
			}
			if _, err := neighbour.Ask(fmt.Sprintf("neighbour-%d", n), wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}}); err != nil {
				t.Fatal(err)
			}
			for _, x := range where {
				seen[x] = append(seen[x], file)
				perDay[x] = append(perDay[x], string(app.DayOf(c.now())))
			}
		}
		move := func(to servertest.Person, where ...string) {
			t.Helper()
			plan := &wire.PlanMovesInput{}
			plan.Body.Admin, plan.Body.Operators = to.ID, []app.ID{operator.ID}
			p := say(t, w.Desk, wire.PlanMoves, plan).Body
			say(t, w.Desk, wire.RunMoves, runOf(fmt.Sprintf("visibility-%d-%s", n, c.now()), p, "", wire.MoveTerms{}))
			for _, x := range where {
				moves[x] = append(moves[x], to.Department)
			}
		}
		become := func(r app.Role) {
			t.Helper()
			u := say(t, w.Desk, wire.GetUser, named(operator.ID)).Body
			u.Role = r
			say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
		}
		check := func(when string) {
			t.Helper()
			for name, client := range by {
				monitor := &wire.MonitorInput{MonitorFilter: wire.MonitorFilter{User: operator.ID}}
				monitor.Limit = 500
				var files []string
				for _, item := range say(t, client, wire.ListActivity, monitor).Body.Items {
					if item.Kind == app.EventVisuraEnded {
						files = append(files, item.File)
					}
				}
				slices.Reverse(files)
				if !slices.Equal(files, seen[name]) {
					t.Errorf("%s, activity for %s: %v, want %v", when, name, files, seen[name])
				}
				// By file, with every operator: nothing of his stands under
				// another name.
				files = nil
				everybody := &wire.MonitorInput{}
				everybody.Limit, everybody.Search = 500, "pratica"
				for _, item := range say(t, client, wire.ListActivity, everybody).Body.Items {
					files = append(files, item.File)
				}
				if slices.Reverse(files); !slices.Equal(files, seen[name]) {
					t.Errorf("%s, files for %s: %v, want %v", when, name, files, seen[name])
				}
				history := &wire.MonitorInput{}
				history.Limit = 500
				var into []app.ID
				for _, item := range say(t, client, wire.ListHistory, history).Body.Items {
					if item.Kind == app.EventUserMoved && item.Target == operator.ID {
						into = append(into, departmentIn(t, item.After))
					}
				}
				if slices.Reverse(into); !slices.Equal(into, moves[name]) {
					t.Errorf("%s, history for %s: %v, want %v", when, name, into, moves[name])
				}
				// The counters, by user and by day.
				s := sight.Of(app.Caller{User: who[name].User}, app.PermStatistics)
				days := map[string]int64{}
				for _, day := range perDay[name] {
					days[day]++
				}
				got, err := db.Counts(t.Context(), s, app.ByDay, app.CountFilter{From: "2026-11-01", Until: "2026-12-31", User: operator.ID})
				if err != nil {
					t.Fatal(err)
				}
				counted := map[string]int64{}
				for _, x := range got {
					counted[x.Key] = x.N
				}
				if fmt.Sprint(counted) != fmt.Sprint(days) {
					t.Errorf("%s, counts for %s: %v, want %v", when, name, counted, days)
				}
				if name == "registry" || name == "deputy" { // where nobody else asks
					got, err := db.Counts(t.Context(), s, app.ByService, app.CountFilter{From: "2026-11-01", Until: "2026-12-31"})
					if err != nil {
						t.Fatal(err)
					}
					var sum int64
					for _, x := range got {
						sum += x.N
					}
					if sum != int64(len(perDay[name])) {
						t.Errorf("%s, count of the department for %s: %d, want %d", when, name, sum, len(perDay[name]))
					}
				}
			}
		}
		tomorrow := func() {
			c.add(24 * time.Hour)
			for name, client := range by {
				client.Enter(who[name])
			}
			neighbour.Enter(servertest.Person{User: neighbour.Session.User, Password: servertest.Password})
		}

		ask("TOP", "registry", "deputy")
		check("at the beginning")
		move(w.TaxAdmin, "TOP", "taxes")
		ask("TOP", "taxes")
		check("moved, on the same day")
		tomorrow()
		ask("TOP", "taxes")
		move(deputy, "TOP", "registry", "deputy")
		ask("TOP", "registry", "deputy")
		check("moved back, to another ADMIN")
		become(app.RoleStandardPS)
		ask()
		check("as STANDARDPS")
		tomorrow()
		move(w.TaxAdmin, "TOP", "taxes")
		ask()
		check("as STANDARDPS, elsewhere")
		become(app.RoleStandard)
		ask("TOP", "taxes")
		check("as STANDARD again")
		tomorrow()
		move(w.Admin, "TOP", "registry", "deputy")
		ask("TOP", "registry", "deputy")
		check("where he began")

		// Who may look at him today is another matter: only his present ADMIN's
		// department, and TOP. Each reads of his history what was his own.
		for name, want := range map[string]app.Code{"TOP": "", "registry": "", "deputy": "", "taxes": app.CodeNotFound} {
			if err := try(by[name], wire.GetUser, named(operator.ID)); app.CodeOf(err) != want {
				t.Errorf("%s looks at him: %v", name, err)
			}
		}
		var spans []string
		for _, a := range say(t, w.Desk, wire.ListAssignments, &wire.AssignmentsInput{Operator: operator.ID}).Body.Items {
			spans = append(spans, a.AdminName)
		}
		slices.Reverse(spans)
		want := []string{w.Admin.FullName(), w.TaxAdmin.FullName(), deputy.FullName(), w.TaxAdmin.FullName(), w.Admin.FullName()}
		if !slices.Equal(spans, want) {
			t.Errorf("assignments: %v, want %v", spans, want)
		}
		// He himself has all of it in his archive.
		if got := say(t, desk, wire.ListArchive, &wire.ArchiveInput{}).Body.Items; len(got) != n {
			t.Errorf("his archive has %d, want %d", len(got), n)
		}
	})
}

// departmentIn is the department of a user in an event.
func departmentIn(t *testing.T, doc []byte) app.ID {
	t.Helper()
	_, rest, ok := strings.Cut(string(doc), `"department":"`)
	id, _, end := strings.Cut(rest, `"`)
	if !ok || !end {
		t.Fatalf("no department in %s", doc)
	}
	return app.ID(id)
}
