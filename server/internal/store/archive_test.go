package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store/storetest"
)

// TestArchive: pages of an archive, by every filter and several at once, are
// the rows that a walk through all of them finds, in the same order, of the one
// user only, however little a page may look through.
func TestArchive(t *testing.T) {
	defer func(n int) { stretch = n }(stretch)
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		rnd := rand.New(rand.NewPCG(3, 5))
		pick := func(of ...string) string { return of[rnd.IntN(len(of))] }
		start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		var all []app.StoredVisura
		for n := range 200 {
			v := app.StoredVisura{
				ID: app.NewID(), User: app.ID(pick("u1", "u1", "u2")), Idempotency: fmt.Sprint(n), Type: app.VisuraType(pick("residenza", "residenza", "esistenza")),
				State: app.VisuraState(pick("done", "done", "done", "waiting", "running")), Purpose: app.ID(pick("p1", "p2")), File: pick("Prot. 1/A", "Prot. 2_B", "PROT. 12"), SubjectKey: pick("s1", "s2"),
				Created: start.Add(time.Duration(rnd.IntN(100)) * time.Hour), Sealed: []byte{1},
			}
			for _, m := range []string{"m1", "m2", "m3"} {
				if rnd.IntN(2) == 0 {
					v.Marks = append(v.Marks, m)
				}
			}
			if v.State == app.VisuraDone {
				v.Outcome = app.Outcome(pick("found", "found", "failed"))
			}
			all = append(all, v)
		}
		if err := db.Write(ctx, func(tx *Tx) error {
			for _, v := range all {
				if err := tx.InsertVisura(v); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(all, func(a, b app.StoredVisura) int {
			if c := b.Created.Compare(a.Created); c != 0 {
				return c
			}
			return strings.Compare(string(b.ID), string(a.ID))
		})
		walk := func(f app.ArchiveFilter) (ids []app.ID) {
			for pages := 0; ; pages++ {
				rows, next, err := db.Archive(ctx, f)
				if err != nil || len(rows) > f.Limit || pages > 300 {
					t.Fatalf("%+v: %d rows, %d pages, %v", f, len(rows), pages, err)
				}
				for _, v := range rows {
					ids = append(ids, v.ID)
				}
				if f.Cursor = next; next == "" {
					return ids
				}
			}
		}
		for _, stretch = range []int{1, 7, 10_000} {
			for range 150 {
				f := app.ArchiveFilter{User: "u1", Limit: 1 + rnd.IntN(30)}
				maybe := func(set func()) {
					if rnd.IntN(4) == 0 {
						set()
					}
				}
				maybe(func() { f.SubjectKey = "s1" })
				maybe(func() { f.File = pick("2_b", "prot. 1", "nothing") })
				maybe(func() { f.Type = app.VisuraType(pick("residenza", "esistenza")) })
				maybe(func() { f.State = app.VisuraState(pick("done", "waiting")) })
				maybe(func() { f.Outcome = app.Outcome(pick("found", "failed")) })
				maybe(func() { f.Purpose = "p2" })
				maybe(func() { f.From = start.Add(20 * time.Hour) })
				maybe(func() { f.Until = start.Add(70 * time.Hour) })
				maybe(func() { f.Since = start.Add(50 * time.Hour) })
				maybe(func() { f.Marks = [][]string{{"m1"}, {"m2", "m3"}, {"m1", "m2", "m3"}, {"m4"}}[rnd.IntN(4)] })
				var want []app.ID
				for _, v := range all {
					switch {
					case v.User != f.User, f.SubjectKey != "" && v.SubjectKey != f.SubjectKey, !strings.Contains(strings.ToLower(v.File), f.File),
						f.Type != "" && v.Type != f.Type, f.State != "" && v.State != f.State, f.Outcome != "" && v.Outcome != f.Outcome, f.Purpose != "" && v.Purpose != f.Purpose,
						!f.From.IsZero() && v.Created.Before(f.From), !f.Until.IsZero() && !v.Created.Before(f.Until), !f.Since.IsZero() && v.Created.Before(f.Since),
						slices.ContainsFunc(f.Marks, func(m string) bool { return !slices.Contains(v.Marks, m) }):
						continue
					}
					want = append(want, v.ID)
				}
				if got := walk(f); !slices.Equal(got, want) {
					t.Fatalf("by %d, %+v: %v, want %v", stretch, f, got, want)
				}
			}
		}
		// What changes comes first of what changed, however old it is.
		old := all[slices.IndexFunc(all, func(v app.StoredVisura) bool { return v.State == app.VisuraRunning && v.User == "u1" })]
		old.State, old.Outcome, old.Marks = app.VisuraDone, app.OutcomeFound, []string{"m9"}
		now := time.Time{}
		if err := db.Write(ctx, func(tx *Tx) error {
			now, old.Ended = tx.Now(), tx.Now()
			if ok, err := tx.ChangeVisura(old, app.VisuraWaiting); ok || err != nil {
				t.Errorf("from another state: %v, %v", ok, err)
			}
			_, err := tx.ChangeVisura(old, app.VisuraRunning)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]app.ArchiveFilter{"changed": {Since: now}, "marked": {Marks: []string{"m9"}}} {
			f.User, f.Limit = "u1", 5
			if got := walk(f); len(got) != 1 || got[0] != old.ID {
				t.Errorf("%s: %v", name, got)
			}
		}
		// The marks go with what they mark, when its retention is over.
		marked := unregistered("marked", "SELECT count(*) FROM visura_keys k WHERE EXISTS (SELECT 1 FROM visure v WHERE v.id = k.visura AND v.state = 'done') OR NOT EXISTS (SELECT 1 FROM visure v WHERE v.id = k.visura)")
		if n, err := one(ctx, db.q, marked, scanInt); err != nil || n == 0 {
			t.Errorf("%d marks, %v", n, err)
		}
		if err := db.Write(ctx, func(tx *Tx) error {
			n, err := tx.ExpireVisure(ctx, start.AddDate(1, 0, 0), false, 1000)
			if n == 0 {
				t.Error("nothing expired")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if n, err := one(ctx, db.q, marked, scanInt); err != nil || n != 0 {
			t.Errorf("%d marks of what expired, %v", n, err)
		}
		if _, _, err := db.Archive(ctx, app.ArchiveFilter{User: "u1", Limit: 1, Cursor: "x"}); app.CodeOf(err) != app.CodeMalformed {
			t.Errorf("a wrong cursor: %v", err)
		}
	})
}

// archiveUser is the user of the large archive; others have the rest.
const archiveUser = "uuuuuuuuuuuuuuuuuuuuuu1000"

// fillArchive writes n visure over the period, five of six of one user, by SQL
// alone, with three marks each: a code that ten have, one of 100 surnames and
// one of 20 names.
func fillArchive(t testing.TB, db *DB, n int) {
	t.Helper()
	series := fmt.Sprintf("WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < %d) ", n-1)
	from, sealed := "FROM s", "randomblob(1000)"
	if db.dialect == dialectPostgres {
		series, from = "", fmt.Sprintf("FROM generate_series(0::bigint, %d) AS s(i)", n-1)
		sealed = "decode(repeat(md5(CAST(i AS TEXT)), 30), 'hex')"
	}
	text := func(of string) string { return "CAST((" + of + ") AS TEXT)" }
	at := fmt.Sprintf("%d + i * %d", largeFrom.UnixMicro(), int64(largeDays)*86_400_000_000/int64(n))
	user := "'uuuuuuuuuuuuuuuuuuuuuu' || " + text("CASE WHEN i % 6 = 0 THEN 1001 + i % 50 ELSE 1000 END")
	id := "'xxxxxxxxxxxxxxxxxx' || " + text("10000000 + i")
	pool := raw(t, db)
	var indexes []string
	list := "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('visure', 'visura_keys') AND sql IS NOT NULL"
	if db.dialect == dialectPostgres {
		list = "SELECT indexdef FROM pg_indexes WHERE tablename IN ('visure', 'visura_keys') AND indexname NOT LIKE '%pkey'"
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
	values := []string{
		id, user, text("i"), "'d'", "CASE WHEN (i * 13) % 50000 = 1 THEN 'cittadinanza' ELSE CASE i % 3 WHEN 0 THEN 'residenza' WHEN 1 THEN 'generalita' ELSE 'stato_famiglia' END END",
		"CASE WHEN i % 100000 = 7 THEN 'waiting' ELSE 'done' END", "CASE WHEN i % 100000 = 7 THEN '' ELSE CASE WHEN (i * 31) % 20000 = 1 THEN 'failed' ELSE 'found' END END", "''",
		"CASE WHEN (i * 17) % 30000 = 1 THEN 'p2' ELSE 'p1' END", "'Prot. ' || " + text("i") + " || '/2026'", "'s' || " + text("i / 10"), at, at, sealed, at,
	}
	run(t, pool, "INSERT INTO visure ("+visuraColumns+", changed) "+series+"SELECT "+strings.Join(values, ", ")+" "+from)
	for _, mark := range []string{"'code' || " + text("i / 10"), "'surname' || " + text("i % 100"), "'name' || " + text("(i / 100) % 20")} {
		run(t, pool, "INSERT INTO visura_keys (user_id, mark, created, visura) "+series+"SELECT "+user+", "+mark+", "+at+", "+id+" "+from+" ORDER BY 1, 2, 3, 4")
	}
	for _, s := range indexes {
		run(t, pool, s)
	}
	if db.dialect == dialectPostgres {
		run(t, pool, "VACUUM ANALYZE visure")
		run(t, pool, "VACUUM ANALYZE visura_keys")
	} else {
		run(t, pool, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
}

// archiveQuestions are what is asked of a large archive; sync is what a desktop
// asks again and again.
func archiveQuestions() map[string]app.ArchiveFilter {
	end := largeFrom.AddDate(0, 0, largeDays)
	out := map[string]app.ArchiveFilter{
		"first page":              {},
		"by type":                 {Type: app.VisuraResidenza},
		"by rare type":            {Type: app.VisuraCittadinanza},
		"by outcome":              {Outcome: app.OutcomeFound},
		"by rare outcome":         {Outcome: app.OutcomeFailed},
		"by purpose":              {Purpose: "p1"},
		"by rare purpose":         {Purpose: "p2"},
		"by file":                 {File: "Prot. 77/"},
		"by no file":              {File: "nothing"},
		"by subject":              {SubjectKey: "s7000"},
		"by code":                 {Marks: []string{"code7000"}},
		"by surname":              {Marks: []string{"surname7"}},
		"by surname and name":     {Marks: []string{"surname7", "name3"}},
		"by name of nobody":       {Marks: []string{"surname7", "code7000"}},
		"by person and type":      {Marks: []string{"name3"}, Type: app.VisuraCittadinanza},
		"by period":               {From: largeFrom.AddDate(1, 0, 0), Until: largeFrom.AddDate(1, 0, 3)},
		"by period and type":      {Type: app.VisuraCittadinanza, From: largeFrom.AddDate(1, 0, 0), Until: largeFrom.AddDate(1, 6, 0)},
		"by type and outcome":     {Type: app.VisuraResidenza, Outcome: app.OutcomeFailed},
		"by type, purpose, found": {Type: app.VisuraResidenza, Outcome: app.OutcomeFound, Purpose: "p2"},
		"by type and file":        {Type: app.VisuraResidenza, File: "nothing"},
		"waiting":                 {State: app.VisuraWaiting},
		"sync":                    {Since: end.Add(-4 * time.Hour)},
		"sync of nothing":         {Since: end.AddDate(1, 0, 0)},
	}
	for name, f := range out {
		f.User, f.Limit = archiveUser, 100
		if !f.Since.IsZero() {
			f.Limit = 500
		}
		out[name] = f
	}
	return out
}

// checkArchivePlans: every question of the archive reads by an index and sorts
// nothing large, and so does where its page ends.
func checkArchivePlans(t testing.TB, db *DB) {
	t.Helper()
	pool := raw(t, db)
	for name, f := range archiveQuestions() {
		if err := db.rarest(context.Background(), &f); err != nil {
			t.Fatal(err)
		}
		a, err := archiveOf(f)
		if err == nil {
			_, err = db.stop(context.Background(), a)
		}
		if err != nil {
			t.Fatal(err)
		}
		s, args := a.page(f.Limit + 1)
		end, through := a.stretch()
		for what, x := range map[string]struct {
			s    *statement
			args []any
		}{"page": {s, args}, "stretch": {end, through}} {
			p := planOf(t, pool, db, x.s, x.args)
			// PostgreSQL may read all users' by time where one user has most of
			// them, and then puts in order only those of the same microsecond.
			sorted := strings.ReplaceAll(p, "Incremental Sort", "Presorted")
			for _, table := range []string{"visure", "visura_keys", "v", "k"} {
				if why := bad(db, table, sorted, 5000); why != "" {
					t.Errorf("%s of %s: %s:\n%s\n%s", what, name, why, x.s.text[db.dialect], p)
					break
				}
			}
		}
	}
}

// TestArchivePlans: the archive is read by its indexes.
func TestArchivePlans(t *testing.T) {
	storetest.Long(t)
	storetest.Each(t, func(t *testing.T, dsn string) {
		db := open(t, dsn, Options{})
		fillArchive(t, db, 100_000)
		defer func(n int) { stretch = n }(stretch)
		stretch = 2000
		checkArchivePlans(t, db)
	})
}

// largeArchive is the database of BenchmarkArchiveMillion: a million visure of
// one user and 200 000 of others. SQLite's is kept between runs.
func largeArchive(b *testing.B, engine string) *DB {
	b.Helper()
	return filled(b, engine, "archive", "00002_body.sql", func(db *DB) { fillArchive(b, db, 1_200_000) })
}

// archiveMost is how long a page of the archive may take with a million visure
// of the user.
const archiveMost = 100 * time.Millisecond

// BenchmarkArchiveMillion reads pages of an archive of a million visure among
// those of others. One that takes too long, or reads without an index, fails.
func BenchmarkArchiveMillion(b *testing.B) {
	ctx := context.Background()
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db := largeArchive(b, engine)
			checkArchivePlans(b, db)
			for name, f := range archiveQuestions() {
				b.Run(name, func(b *testing.B) {
					took(b, archiveMost, map[string]func() error{name: func() error { _, _, err := db.Archive(ctx, f); return err }})
				})
			}
		})
	}
}
