package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// fillLarge writes n rows of activity over the period by SQL alone: 1000 users
// in 20 departments at 800 workstations; and the counters that belong to them.
func fillLarge(t testing.TB, db *DB, n int) {
	t.Helper()
	series := fmt.Sprintf("WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < %d) ", n-1)
	from, bucket := "FROM s", "CAST(strftime('%Y%m%d', at / 1000000, 'unixepoch') AS INTEGER)"
	if db.dialect == dialectPostgres {
		series, from = "", fmt.Sprintf("FROM generate_series(0::bigint, %d) AS s(i)", n-1)
		bucket = "CAST(to_char(to_timestamp(at / 1000000) AT TIME ZONE 'UTC', 'YYYYMMDD') AS BIGINT)"
	}
	step := int64(largeDays) * 86_400_000_000 / int64(n)
	text := "CAST(%s AS TEXT)"
	user := "(i * 7919) % 1000"
	outcome := `CASE WHEN i % 20 = 19 THEN '' WHEN (i * 31) % 100 < 80 THEN 'found' WHEN (i * 31) % 100 < 90 THEN 'not_found' WHEN (i * 31) % 100 < 95 THEN 'refused' WHEN (i * 31) % 100 < 98 THEN 'failed' ELSE 'cancelled' END`
	values := []string{
		"'xxxxxxxxxxxxxxxxxx' || " + fmt.Sprintf(text, "(10000000 + i)"), fmt.Sprintf("%d + i * %d", largeFrom.UnixMicro(), step), "'activity'",
		"CASE WHEN i % 20 = 19 THEN 'document.made' ELSE 'visura.ended' END",
		"'uuuuuuuuuuuuuuuuuuuuuu' || " + fmt.Sprintf(text, "(1000 + "+user+")"), "'utente' || " + fmt.Sprintf(text, user), "'standard'",
		"'dddddddddddddddddddddddd' || " + fmt.Sprintf(text, "(10 + ("+user+") % 20)"), "'a'",
		"'wwwwwwwwwwwwwwwwwwwwwww' || " + fmt.Sprintf(text, "(100 + (i * 37) % 800)"), "'10.0.0.1'", "'visure'",
		"CASE (i * 13) % 50 WHEN 0 THEN 'cittadinanza' ELSE CASE i % 3 WHEN 0 THEN 'residenza' WHEN 1 THEN 'generalita' ELSE 'stato_famiglia' END END",
		"'v'", "'p'", "'Prot. ' || " + fmt.Sprintf(text, "i") + " || '/2026'", "'s'", outcome,
		"CASE WHEN i % 20 <> 19 AND (i * 31) % 100 >= 90 AND (i * 31) % 100 < 95 THEN 'fiscal_code_check' WHEN i % 20 <> 19 AND (i * 31) % 100 >= 95 AND (i * 31) % 100 < 98 THEN 'anpr_unreachable' ELSE '' END",
		"'1'", "''", "''", "''", "''", "''", `'{}'`,
	}
	pool := raw(t, db)
	var indexes []string
	list := "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'activity' AND sql IS NOT NULL"
	if db.dialect == dialectPostgres {
		list = "SELECT indexdef FROM pg_indexes WHERE tablename = 'activity' AND indexname NOT LIKE '%pkey'"
	}
	rows, err := pool.Query(list)
	if err != nil {
		t.Fatal(err)
	}
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
	run(t, pool, "INSERT INTO activity ("+eventColumns+") "+series+"SELECT "+strings.Join(values, ", ")+" "+from)
	for _, s := range indexes {
		run(t, pool, s)
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

// largeSights are who reads: TOP, and the ADMIN of one department.
func largeSights(p app.Permission) map[string]sight.Sight {
	return map[string]sight.Sight{
		"TOP":   sight.Of(app.Caller{User: app.User{ID: "t", Role: app.RoleTop}}, p),
		"ADMIN": sight.Of(app.Caller{User: app.User{ID: "a", Role: app.RoleAdmin, Department: "dddddddddddddddddddddddd13"}}, p),
	}
}

// largeFilter narrows by one condition for each bit.
func largeFilter(bits int) app.MonitorFilter {
	at := largeFrom.AddDate(1, 6, 0)
	f := narrow(bits, app.Event{
		At: at, Kind: app.EventVisuraEnded, Service: app.ServiceVisure, Type: app.VisuraCittadinanza, Outcome: app.OutcomeFailed, Code: app.CodeAnprDown, File: "nessuna",
		Workstation: "wwwwwwwwwwwwwwwwwwwwwww321", Actor: app.Actor{User: "uuuuuuuuuuuuuuuuuuuuuu1123", Username: "utente123", Department: "dddddddddddddddddddddddd13"},
	})
	f.Limit = 100
	return f
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

// TestPlans: the first page of the monitor reads by an index whatever it is
// narrowed by, and sorts nothing large; and so do the statistics.
func TestPlans(t *testing.T) {
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		db := open(t, dsn, Options{})
		fillLarge(t, db, 100_000)
		defer func(n int) { stretch = n }(stretch)
		stretch = 2000
		pool := raw(t, db)
		for who, s := range largeSights(app.PermMonitorActivity) {
			for bits := range narrowings {
				f := largeFilter(bits)
				m := activityOf(s, f)
				_, through, err := m.conditions(f)
				if err != nil {
					t.Fatal(err)
				}
				found, _, err := db.bounded(context.Background(), m, f)
				if err != nil {
					t.Fatal(err)
				}
				for what, w := range map[string]*where{"page": found, "stretch": through} {
					s, args := dynamic("plan", "SELECT "+eventColumns+" FROM activity"+by(m.index().name), w, " ORDER BY at DESC, id DESC LIMIT ?", 101)
					p := planOf(t, pool, db, s, args)
					if why := bad(db, "activity", p, 5000); why != "" {
						t.Fatalf("%s for %s, %+v: %s:\n%s\n%s", what, who, f, why, s.text[db.dialect], p)
					}
				}
			}
		}
		for who, s := range largeSights(app.PermStatistics) {
			for _, by := range []app.Dimension{app.ByService, app.ByUser, app.ByDepartment, app.ByType, app.ByOutcome, app.ByReason, app.ByDay, app.ByMonth} {
				for bits := range 1 << 3 {
					f := app.CountFilter{From: "2025-03-05", Until: "2025-05-20"}
					x := largeFilter(bits)
					f.User, f.Department, f.Type = x.User, x.Department, x.Type
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
							if why := bad(db, table.name, p, 20_000); why != "" && table.name != "counts_month" { // which is small
								t.Fatalf("by %s for %s, %+v: %s:\n%s\n%s", by, who, f, why, stmt.text[db.dialect], p)
							}
						}
					}
				}
			}
		}
	})
}

// large is the database of the benchmarks: 5 million rows. SQLite's is kept
// under .cache between runs, PostgreSQL's is made anew.
func large(b *testing.B, engine string) *DB {
	b.Helper()
	const n = 5_000_000
	if engine == "postgres" {
		db := open(b, storetest.Postgres(b), Options{})
		fillLarge(b, db, n)
		return db
	}
	schema, err := os.ReadFile("schema/sqlite/00004_stats.sql")
	if err != nil {
		b.Fatal(err)
	}
	dir, err := filepath.Abs("../../../.cache/bench")
	if err != nil {
		b.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(dir, fmt.Sprintf("activity-%.6x.db", sha256.Sum256(schema)))
	done := path + ".done"
	if _, err := os.Stat(done); err != nil {
		for _, end := range []string{"", "-wal", "-shm"} {
			os.Remove(path + end)
		}
		fillLarge(b, open(b, "sqlite:"+path, Options{}), n)
		if err := os.WriteFile(done, nil, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return open(b, "sqlite:"+path, Options{})
}

// BenchmarkFiveMillion reads the monitor's first page and the statistics of 5
// million requests over three years. "worst-ms" is the slowest of the
// questions of its name.
func BenchmarkFiveMillion(b *testing.B) {
	ctx := context.Background()
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db := large(b, engine)
			worst := func(b *testing.B, questions map[string]func() error) {
				var most time.Duration
				which := ""
				for b.Loop() {
					for name, ask := range questions {
						since := time.Now()
						if err := ask(); err != nil {
							b.Fatal(err)
						}
						if took := time.Since(since); took > most {
							most, which = took, name
						}
					}
				}
				b.ReportMetric(float64(most.Microseconds())/1000, "worst-ms")
				b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N)/float64(len(questions)), "mean-ms")
				b.Logf("slowest: %s", which)
			}
			for who, s := range largeSights(app.PermMonitorActivity) {
				questions := map[string]func() error{}
				for bits := range narrowings {
					f := largeFilter(bits)
					questions[fmt.Sprintf("%+v", f)] = func() error { _, _, err := db.Activity(ctx, s, f); return err }
				}
				b.Run("monitor/"+who+"/unfiltered", func(b *testing.B) {
					worst(b, map[string]func() error{"": questions[fmt.Sprintf("%+v", largeFilter(0))]})
				})
				b.Run("monitor/"+who+"/every-filter", func(b *testing.B) { worst(b, questions) })
			}
			for who, s := range largeSights(app.PermStatistics) {
				for _, period := range []app.CountFilter{
					{From: "2025-05-01", Until: "2025-05-31"}, {From: "2025-01-01", Until: "2025-12-31"}, {From: "2024-01-01", Until: "2026-12-31"}, {From: "2024-01-16", Until: "2026-12-15"},
				} {
					questions := map[string]func() error{}
					for _, by := range []app.Dimension{app.ByService, app.ByUser, app.ByDepartment, app.ByType, app.ByOutcome, app.ByReason, app.ByDay, app.ByMonth} {
						if by == app.ByDay && period.Until[:4] != period.From[:4] {
							continue
						}
						questions[string(by)] = func() error { _, err := db.Counts(ctx, s, by, period); return err }
						narrowed := period
						narrowed.Type, narrowed.Outcome = app.VisuraResidenza, app.OutcomeFound
						questions[string(by)+" narrowed"] = func() error { _, err := db.Counts(ctx, s, by, narrowed); return err }
					}
					b.Run(fmt.Sprintf("statistics/%s/%s_%s", who, period.From, period.Until), func(b *testing.B) { worst(b, questions) })
				}
			}
		})
	}
}
