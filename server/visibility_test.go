package server_test

import (
	"fmt"
	"maps"
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
		leaves := map[string][]app.ID{} // those for which each saw him leave
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
			from := p.Moves[0].Department
			if from == to.Department {
				return
			}
			leaves["TOP"] = append(leaves["TOP"], to.Department)
			for x, person := range who {
				if person.Department == from {
					leaves[x] = append(leaves[x], to.Department)
				}
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
			c.add(time.Second) // an export ends before it begins
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
				var into, away []app.ID
				for _, item := range say(t, client, wire.ListHistory, history).Body.Items {
					if item.Kind == app.EventUserMoved && item.Target == operator.ID {
						into = append(into, departmentIn(t, item.After))
					}
					if item.Kind == app.EventUserLeft && item.Target == operator.ID {
						to := departmentIn(t, item.After)
						if string(item.After) != fmt.Sprintf(`{"department":"%s"}`, to) || item.TargetName != operator.FullName() {
							t.Errorf("%s, the leaving tells %s too much: %+v", when, name, item)
						}
						away = append(away, to)
					}
				}
				if slices.Reverse(into); !slices.Equal(into, moves[name]) {
					t.Errorf("%s, history for %s: %v, want %v", when, name, into, moves[name])
				}
				if slices.Reverse(away); !slices.Equal(away, leaves[name]) {
					t.Errorf("%s, history for %s: left to %v, want %v", when, name, away, leaves[name])
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
				// The same of what is given over the network, and taken away.
				if err := offered(t, client, operator.ID, days, seen[name]); err != nil {
					t.Errorf("%s, for %s: %v", when, name, err)
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

// offered holds the statistics of a user, their CSV and the CSV of his activity,
// as the caller gets them, against his requests by day and the file references
// of what he asked.
func offered(t *testing.T, c *servertest.Client, user app.ID, days map[string]int64, files []string) error {
	t.Helper()
	filter := wire.StatisticsFilter{By: app.ByDay, From: "2026-11-01", To: "2026-12-31", User: user}
	answer := say(t, c, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: filter}).Body
	told := counted(answer)
	maps.DeleteFunc(told, func(_ string, n int64) bool { return n == 0 })
	if !maps.Equal(told, days) || answer.Total != int64(len(files)) {
		return fmt.Errorf("statistics %v of %d, want %v of %d", told, answer.Total, days, len(files))
	}
	column := func(b []byte, title string) (values []string) {
		rows := csvOf(t, b)
		at := slices.Index(rows[0], title)
		if at < 0 {
			t.Fatalf("no %s in %q", title, rows[0])
		}
		for _, row := range rows[1:] {
			values = append(values, row[at])
		}
		return values
	}
	_, b := fetch(t, c, wire.ExportStatistics, &wire.StatisticsExportInput{StatisticsFilter: filter, Format: "csv"})
	var got, want []string
	for _, n := range column(b, "Richieste") {
		if n != "0" {
			got = append(got, n)
		}
	}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		want = append(want, fmt.Sprint(days[day]))
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("statistics as CSV %v, want %v", got, want)
	}
	_, b = fetch(t, c, wire.ExportActivity, &wire.MonitorExportInput{MonitorFilter: wire.MonitorFilter{User: user, Kind: app.EventVisuraEnded}, Format: "csv"})
	got = column(b, "Pratica")
	if slices.Reverse(got); !slices.Equal(got, files) {
		return fmt.Errorf("activity as CSV %v, want %v", got, files)
	}
	return nil
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
