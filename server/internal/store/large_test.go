package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
	"indagor/server/internal/store/storetest"
)

// largeFrom and largeDays are the period of a large activity.
var largeFrom = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const largeDays = 1096

// The departments whose ADMIN reads: one of the twenty, and one that nearly
// nothing happened to, long ago.
const (
	largeDepartment = "dddddddddddddddddddddddd13"
	smallDepartment = "dddddddddddddddddddddddd99"
)

// fillLarge writes n rows of activity over the period by SQL alone: 1000 users
// in 20 departments at 800 workstations; the counters that belong to them; and
// so many accesses and so many acts.
func fillLarge(t testing.TB, db *DB, n, accesses, acts int) {
	t.Helper()
	text := "CAST(%s AS TEXT)"
	user := "(i * 7919) % 1000"
	at := func(n int) string {
		return fmt.Sprintf("%d + i * %d", largeFrom.UnixMicro(), int64(largeDays)*86_400_000_000/int64(n))
	}
	id := "'xxxxxxxxxxxxxxxxxx' || " + fmt.Sprintf(text, "(10000000 + i)")
	userID, username := "'uuuuuuuuuuuuuuuuuuuuuu' || "+fmt.Sprintf(text, "(1000 + "+user+")"), "'utente' || "+fmt.Sprintf(text, user)
	department := "'dddddddddddddddddddddddd' || " + fmt.Sprintf(text, "(10 + ("+user+") % 20)")
	workstation := "'wwwwwwwwwwwwwwwwwwwwwww' || " + fmt.Sprintf(text, "(100 + (i * 37) % 800)")
	address := "'10.0.' || " + fmt.Sprintf(text, "(i % 7)") + " || '.1'"
	outcome := `CASE WHEN i % 20 = 19 THEN '' WHEN (i * 31) % 100 < 80 THEN 'found' WHEN (i * 31) % 100 < 90 THEN 'not_found' WHEN (i * 31) % 100 < 95 THEN 'refused' WHEN (i * 31) % 100 < 98 THEN 'failed' ELSE 'cancelled' END`
	pool := raw(t, db)
	insert(t, db, pool, "activity", n, []string{
		id, at(n), "'activity'", "CASE WHEN i % 20 = 19 THEN 'document.made' ELSE 'visura.ended' END",
		userID, username, "'standard'", department, "'a'", workstation, "'10.0.0.1'", "'visure'",
		"CASE (i * 13) % 50 WHEN 0 THEN 'cittadinanza' ELSE CASE i % 3 WHEN 0 THEN 'residenza' WHEN 1 THEN 'generalita' ELSE 'stato_famiglia' END END",
		"'v'", "'p'", "'Prot. ' || " + fmt.Sprintf(text, "i") + " || '/2026'", "'s'", outcome,
		"CASE WHEN i % 20 <> 19 AND (i * 31) % 100 >= 90 AND (i * 31) % 100 < 95 THEN 'fiscal_code_check' WHEN i % 20 <> 19 AND (i * 31) % 100 >= 95 AND (i * 31) % 100 < 98 THEN 'anpr_unreachable' ELSE '' END",
		"'1'", "''", "''", "''", "''", "''", `'{}'`,
	})
	refused := "(i * 17) % 40 = 0"
	insert(t, db, pool, "access", accesses, []string{
		id, at(accesses), "'access'", "CASE WHEN " + refused + " THEN 'session.refused' WHEN i % 2 = 0 THEN 'session.opened' ELSE 'session.closed' END",
		userID, username, "CASE WHEN (" + user + ") % 20 = 7 THEN 'standardps' ELSE 'standard' END", department, "'a'", workstation, address,
		"''", "''", "''", "''", "''", "''", "''", "CASE WHEN " + refused + " THEN 'credentials' ELSE '' END", "''", "''", "''", "''", "''", "''", `'{}'`,
	})
	// Most acts are those of an ADMIN in his own department, or readings; one in
	// ten is TOP's, who has no department; ten were about the small one.
	top := "i % 10 = 9"
	insert(t, db, pool, "history", acts, []string{
		id, at(acts), "CASE WHEN i % 2 = 0 THEN 'system' ELSE 'admin' END",
		"CASE WHEN i % 2 = 0 THEN 'monitor.read' WHEN i % 3 = 0 THEN 'user.changed' WHEN (i * 13) % 50 = 1 THEN 'workstation.revoked' ELSE 'user.password_reset' END",
		userID, username, "CASE WHEN " + top + " THEN 'top' ELSE 'admin' END", "CASE WHEN " + top + " THEN '' ELSE " + department + " END", "''", workstation, address,
		"''", "''", "''", "''", "''", "''", "''", "''", "''", "''",
		"CASE WHEN i % 2 = 0 THEN '' ELSE 'tttttttttttttttttttttt' || " + fmt.Sprintf(text, "(1000 + (i * 101) % 2000)") + " END",
		"CASE WHEN " + top + " AND i < 100 THEN '" + smallDepartment + "' WHEN i % 2 = 0 THEN '' ELSE " + department + " END", "'Nome ' || " + fmt.Sprintf(text, "(i % 5000)"), "''", `'{}'`,
	})
	bucket := "CAST(strftime('%Y%m%d', at / 1000000, 'unixepoch') AS INTEGER)"
	if db.dialect == dialectPostgres {
		bucket = "CAST(to_char(to_timestamp(at / 1000000) AT TIME ZONE 'UTC', 'YYYYMMDD') AS BIGINT)"
	}
	const dims = "department, role, service, type, outcome, code"
	days := "INSERT INTO counts_user_day (bucket, user_id, " + dims + ", n) SELECT " + bucket + ", user_id, " + dims + ", count(*) FROM activity WHERE kind = 'visura.ended' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"
	run(t, pool, days)
	run(t, pool, "INSERT INTO counts_user_month (bucket, user_id, "+dims+", n) SELECT bucket / 100, user_id, "+dims+", SUM(n) FROM counts_user_day GROUP BY 1, 2, 3, 4, 5, 6, 7, 8")
	run(t, pool, "INSERT INTO counts_day (bucket, "+dims+", n) SELECT bucket, "+dims+", SUM(n) FROM counts_user_day GROUP BY 1, 2, 3, 4, 5, 6, 7")
	run(t, pool, "INSERT INTO counts_month (bucket, "+dims+", n) SELECT bucket / 100, "+dims+", SUM(n) FROM counts_day GROUP BY 1, 2, 3, 4, 5, 6, 7")
	if db.dialect == dialectPostgres {
		run(t, pool, "VACUUM ANALYZE")
	} else {
		run(t, pool, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
}

// insert writes n rows into a readable table, of values made of the row's
// number i; the indexes are made afterwards.
func insert(t testing.TB, db *DB, pool *sql.DB, table string, n int, values []string) {
	t.Helper()
	series, from := fmt.Sprintf("WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < %d) ", n-1), "FROM s"
	list := "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = '" + table + "' AND sql IS NOT NULL"
	if db.dialect == dialectPostgres {
		series, from = "", fmt.Sprintf("FROM generate_series(0::bigint, %d) AS s(i)", n-1)
		list = "SELECT indexdef FROM pg_indexes WHERE tablename = '" + table + "' AND indexname NOT LIKE '%pkey'"
	}
	rows, err := pool.Query(list)
	if err != nil {
		t.Fatal(err)
	}
	var indexes []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		indexes = append(indexes, s)
	}
	rows.Close()
	name := regexp.MustCompile(`INDEX (\w+)`)
	for _, s := range indexes {
		run(t, pool, "DROP INDEX "+name.FindStringSubmatch(s)[1])
	}
	run(t, pool, "INSERT INTO "+table+" ("+eventColumns+") "+series+"SELECT "+strings.Join(values, ", ")+" "+from)
	for _, s := range indexes {
		run(t, pool, s)
	}
}

// largeSights are who reads: TOP, and the ADMINs of two departments, as far as
// they may.
func largeSights(p app.Permission) map[string]sight.Sight {
	out := map[string]sight.Sight{}
	for who, u := range map[string]app.User{
		"TOP": {ID: "t", Role: app.RoleTop}, "ADMIN": {ID: "a", Role: app.RoleAdmin, Department: largeDepartment}, "small-ADMIN": {ID: "b", Role: app.RoleAdmin, Department: smallDepartment},
	} {
		if s := sight.Of(app.Caller{User: u}, p); s.Reach() != app.ReachNone {
			out[who] = s
		}
	}
	return out
}

// largeMonitor is a monitor with what its filter can be.
type largeMonitor struct {
	permission app.Permission
	parts      func(sight.Sight, app.MonitorFilter) []monitored
	list       func(context.Context, sight.Sight, app.MonitorFilter) ([]app.Event, string, error)
	sample     app.Event
}

func largeMonitors(db *DB) map[string]largeMonitor {
	at := largeFrom.AddDate(1, 6, 0)
	who := app.Actor{User: "uuuuuuuuuuuuuuuuuuuuuu1123", Username: "utente123", Department: largeDepartment}
	const station = "wwwwwwwwwwwwwwwwwwwwwww321"
	return map[string]largeMonitor{
		"activity": {
			app.PermMonitorActivity, func(s sight.Sight, f app.MonitorFilter) []monitored { return []monitored{activityOf(s, f)} }, db.Activity,
			app.Event{
				At: at, Kind: app.EventVisuraEnded, Service: app.ServiceVisure, Type: app.VisuraCittadinanza, Outcome: app.OutcomeFailed, Code: app.CodeAnprDown, File: "nessuna",
				Workstation: station, Actor: who,
			},
		},
		"accesses": {
			app.PermMonitorAccess, func(s sight.Sight, f app.MonitorFilter) []monitored { return []monitored{accessesOf(s, f)} }, db.Accesses,
			app.Event{At: at, Kind: app.EventSignInFailed, Code: app.CodeCredentials, File: "nessuna", Workstation: station, Actor: who},
		},
		"history": {
			app.PermHistory, historyOf, db.History,
			app.Event{At: at, Kind: app.EventRevoked, File: "nessuna", Workstation: station, Actor: who},
		},
	}
}

// filters are those of the monitor, narrowed by one condition for each bit,
// each once.
func (m largeMonitor) filters() []app.MonitorFilter {
	var out []app.MonitorFilter
	seen := map[app.MonitorFilter]bool{}
	for bits := range narrowings {
		f := narrow(bits, m.sample)
		f.Limit = 100
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	if m.permission == app.PermHistory {
		out = append(out, app.MonitorFilter{Target: "tttttttttttttttttttttt1123", Limit: 100})
	}
	return out
}

// planOf is how the engine would run the statement.
func planOf(t testing.TB, pool *sql.DB, db *DB, s *statement, args []any) string {
	t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	if db.dialect == dialectPostgres {
		explain = "EXPLAIN "
	}
	rows, err := pool.Query(explain+s.text[db.dialect], bind(args)...)
	if err != nil {
		t.Fatalf("%s: %v", s.text[db.dialect], err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		var skip [3]int
		var err error
		if db.dialect == dialectPostgres {
			err = rows.Scan(&line)
		} else {
			err = rows.Scan(&skip[0], &skip[1], &skip[2], &line)
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

var sorts = regexp.MustCompile(`(?m)^.*\bSort  .*rows=(\d+)`)

// bad says what is wrong with a plan: a table read without an index, or much
// that is sorted. PostgreSQL may read few rows and sort them.
func bad(db *DB, table, p string, most int) string {
	if db.dialect == dialectSQLite {
		switch {
		case strings.Contains(p, "SCAN "+table) && !strings.Contains(p, "SCAN "+table+" USING"), strings.Contains(p, "SCAN "+table) && strings.HasPrefix(table, "counts"):
			return "it reads the whole table"
		case strings.Contains(p, "TEMP B-TREE FOR ORDER BY"):
			return "it sorts"
		}
		return ""
	}
	if strings.Contains(p, "Seq Scan on "+table) {
		return "it reads the whole table"
	}
	for _, m := range sorts.FindAllStringSubmatch(p, -1) {
		if n, err := strconv.Atoi(m[1]); err != nil || n > most {
			return "it sorts " + m[1] + " rows"
		}
	}
	return ""
}

// TestPlans: the first page of every monitor reads by an index whatever it is
// narrowed by, and sorts nothing large; and so do the statistics.
func TestPlans(t *testing.T) {
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		db := open(t, dsn, Options{})
		fillLarge(t, db, 100_000, 100_000, 100_000)
		defer func(n int) { stretch = n }(stretch)
		stretch = 2000
		checkPlans(t, db)
	})
}

// checkPlans looks at how the engine runs every question that the monitors and
// the statistics can ask.
func checkPlans(t testing.TB, db *DB) {
	t.Helper()
	pool := raw(t, db)
	for name, m := range largeMonitors(db) {
		for who, s := range largeSights(m.permission) {
			for _, f := range m.filters() {
				parts := m.parts(s, f)
				found, _, err := db.bounded(context.Background(), f, parts...)
				if err != nil {
					t.Fatal(err)
				}
				for i, part := range parts {
					_, through, err := part.conditions(f)
					if err != nil {
						t.Fatal(err)
					}
					for what, w := range map[string]*where{"page": found[i], "stretch": through} {
						stmt, args := dynamic("plan", "SELECT "+eventColumns+" FROM "+part.table+by(part.index().name), w, newestFirst+" LIMIT ?", 101)
						p := planOf(t, pool, db, stmt, args)
						why := bad(db, part.table, p, 5000)
						if why == "" && who == "small-ADMIN" && strings.Contains(p, part.table+"_page_idx") {
							why = "a small department's reads the whole body's"
						}
						if why != "" {
							t.Fatalf("%s of %s for %s, %+v: %s:\n%s\n%s", what, name, who, f, why, stmt.text[db.dialect], p)
						}
					}
				}
			}
		}
	}
	for who, s := range largeSights(app.PermStatistics) {
		for _, by := range largeDimensions {
			for bits := range 1 << 3 {
				f := app.CountFilter{From: "2025-03-05", Until: "2025-05-20"}
				x := narrow(bits, largeMonitors(db)["activity"].sample)
				f.User, f.Department = x.User, x.Department
				if bits&4 != 0 {
					f.Type = app.VisuraCittadinanza
				}
				from, _ := f.From.Time()
				until, _ := f.Until.Time()
				users := f.User != "" || by == app.ByUser
				for _, span := range spans(from, until, by != app.ByDay) {
					for _, table := range countTables {
						if table.users != users || table.month != span.month {
							continue
						}
						stmt, args, err := countsOf(table.name, s, by, span, f)
						if err != nil {
							t.Fatal(err)
						}
						p := planOf(t, pool, db, stmt, args)
						if why := bad(db, table.name, p, 20_000); why != "" && table.name != "counts_month" && !strings.Contains(p, "COVERING INDEX counts_user_month_user_id_idx") { // which are small
							t.Fatalf("by %s for %s, %+v: %s:\n%s\n%s", by, who, f, why, stmt.text[db.dialect], p)
						}
					}
				}
			}
		}
	}
}

// largeDimensions are those that the counters answer.
var largeDimensions = []app.Dimension{app.ByService, app.ByUser, app.ByDepartment, app.ByType, app.ByOutcome, app.ByReason, app.ByDay, app.ByMonth}

// large is the database of the benchmarks: 5 million rows of activity, and a
// fifth of it as many accesses and acts. SQLite's is kept under .cache between
// runs, PostgreSQL's is made anew.
func large(b *testing.B, engine string) *DB {
	b.Helper()
	const n = 5_000_000
	return filled(b, engine, "monitors", "00004_stats.sql", func(db *DB) { fillLarge(b, db, n, n/5, n/5) })
}

// statisticsMost is how long a question of the statistics may take with 5
// million requests.
const statisticsMost = 200 * time.Millisecond

// took asks every question and reports the slowest and the mean by the median of
// each. Where most is given a median over it is an error, and each is asked at
// least five times.
func took(b *testing.B, most time.Duration, questions map[string]func() error) {
	times := map[string][]time.Duration{}
	round := func() {
		for name, ask := range questions {
			since := time.Now()
			if err := ask(); err != nil {
				b.Fatal(err)
			}
			times[name] = append(times[name], time.Since(since))
		}
	}
	rounds := 0
	for b.Loop() {
		round()
		rounds++
	}
	for ; most > 0 && rounds < 5; rounds++ {
		round()
	}
	var worst, sum time.Duration
	which := ""
	for name, all := range times {
		slices.Sort(all)
		median := all[len(all)/2]
		sum += median
		if median > worst {
			worst, which = median, name
		}
		if most > 0 && median > most {
			b.Errorf("%s takes %v, more than %v", name, median, most)
		}
	}
	b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
	b.ReportMetric(float64(sum.Microseconds())/1000/float64(len(questions)), "mean-ms")
	b.Logf("slowest: %s", which)
}

// BenchmarkFiveMillion reads the monitors' first pages and the statistics of 5
// million requests over three years. "worst-ms" is the slowest of the
// questions of its name. A question that reads without an index fails, and one
// of the statistics that takes too long.
func BenchmarkFiveMillion(b *testing.B) {
	ctx := context.Background()
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db := large(b, engine)
			b.Run("plans", func(b *testing.B) {
				for b.Loop() {
					checkPlans(b, db)
				}
			})
			for name, m := range largeMonitors(db) {
				for who, s := range largeSights(m.permission) {
					questions := map[string]func() error{}
					for _, f := range m.filters() {
						questions[fmt.Sprintf("%+v", f)] = func() error { _, _, err := m.list(ctx, s, f); return err }
					}
					b.Run(name+"/"+who+"/unfiltered", func(b *testing.B) {
						took(b, 0, map[string]func() error{"": func() error { _, _, err := m.list(ctx, s, app.MonitorFilter{Limit: 100}); return err }})
					})
					b.Run(name+"/"+who+"/every-filter", func(b *testing.B) { took(b, 0, questions) })
				}
			}
			for who, s := range largeSights(app.PermStatistics) {
				for _, period := range []app.CountFilter{
					{From: "2025-05-01", Until: "2025-05-31"}, {From: "2025-01-01", Until: "2025-12-31"}, {From: "2024-01-01", Until: "2026-12-31"}, {From: "2024-01-16", Until: "2026-12-15"},
				} {
					questions := map[string]func() error{}
					for _, by := range largeDimensions {
						if by == app.ByDay && period.Until[:4] != period.From[:4] {
							continue
						}
						questions[string(by)] = func() error { _, err := db.Counts(ctx, s, by, period); return err }
						narrowed := period
						narrowed.Type, narrowed.Outcome = app.VisuraResidenza, app.OutcomeFound
						questions[string(by)+" narrowed"] = func() error { _, err := db.Counts(ctx, s, by, narrowed); return err }
					}
					b.Run(fmt.Sprintf("statistics/%s/%s_%s", who, period.From, period.Until), func(b *testing.B) { took(b, statisticsMost, questions) })
				}
			}
		})
	}
}
