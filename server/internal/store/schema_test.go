package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"indagor/server/internal/store/storetest"
)

func TestMigrate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db, err := Open(ctx, Options{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if v, err := db.Version(ctx); err != nil || v != 0 {
			t.Errorf("Version before = %d, %v", v, err)
		}
		from, to, err := db.Migrate(ctx)
		if err != nil || from != 0 || to == 0 {
			t.Fatalf("Migrate = %d, %d, %v", from, to, err)
		}
		if from, again, err := db.Migrate(ctx); err != nil || from != to || again != to {
			t.Errorf("second Migrate = %d, %d, %v", from, again, err)
		}
		if v, err := db.Version(ctx); err != nil || v != to {
			t.Errorf("Version = %d, %v, want %d", v, err, to)
		}
		run(t, raw(t, db), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
		if _, _, err := db.Migrate(ctx); err == nil {
			t.Error("a database of a newer program was migrated")
		}
	})
}

// Every statement must be understood by both engines: a wrong table, column or
// type is found here.
func TestStatementsPrepare(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		db := open(t, dsn, Options{})
		pool := raw(t, db)
		for name, s := range registered {
			stmt, err := pool.Prepare(s.text[db.dialect])
			if err != nil {
				t.Errorf("%s: %v\n%s", name, err, s.text[db.dialect])
				continue
			}
			stmt.Close()
		}
	})
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// Some drivers of SQLite bind by order of first appearance.
func TestPlaceholdersInOrder(t *testing.T) {
	for name, s := range registered {
		next := 1
		for _, m := range placeholder.FindAllStringSubmatch(s.text[dialectSQLite], -1) {
			var n int
			fmt.Sscan(m[1], &n)
			if n > next {
				t.Errorf("%s: $%d before $%d", name, n, next)
			}
			if n == next {
				next++
			}
		}
		if strings.Contains(s.text[dialectSQLite], "?") {
			t.Errorf("%s: has a ?", name)
		}
	}
}

// What a distributed engine that speaks PostgreSQL's protocol may lack.
var forbidden = regexp.MustCompile(`(?i)\b(listen|notify|pg_\w*advisory\w*|serial|bigserial|smallserial|sequence|nextval|currval|identity|lock\s+table|unlogged|create\s+extension|jsonb)\b`)

func TestForbiddenWords(t *testing.T) {
	if !forbidden.MatchString("select pg_try_advisory_xact_lock(1)") || !forbidden.MatchString("id BIGSERIAL") {
		t.Fatal("the expression finds nothing")
	}
	for name, s := range registered {
		if m := forbidden.FindString(s.text[dialectPostgres]); m != "" {
			t.Errorf("%s: %s", name, m)
		}
	}
	files, err := fs.Glob(schemas, "schema/postgres/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := fs.ReadFile(schemas, file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			line, _, _ = strings.Cut(line, "--")
			if m := forbidden.FindString(line); m != "" {
				t.Errorf("%s:%d: %s", file, i+1, m)
			}
		}
	}
}

// A migration that has been released is never altered. testdata/migrations.sum
// has a line for each, as sha256sum writes it; those with higher numbers are
// still being written.
func TestMigrationsAreFrozen(t *testing.T) {
	text, err := os.ReadFile("testdata/migrations.sum")
	if err != nil {
		t.Fatal(err)
	}
	newest := ""
	frozen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		sum, file, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("cannot read the line %q", line)
		}
		b, err := fs.ReadFile(schemas, file)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != sum {
			t.Errorf("%s was altered: its hash is %s", file, got)
		}
		frozen[file] = true
		newest = max(newest, path.Base(file))
	}
	var names [2][]string
	for d := range names {
		files, err := fs.Glob(schemas, dialect(d).folder()+"/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if names[d] = append(names[d], path.Base(file)); path.Base(file) <= newest && !frozen[file] {
				t.Errorf("%s is older than the newest frozen one and not in migrations.sum", file)
			}
		}
	}
	if d := cmp.Diff(names[0], names[1]); d != "" {
		t.Errorf("the two folders have different migrations: %s", d)
	}
}

// columns lists "table.column nullable" of a database.
func columns(t *testing.T, db *DB) []string {
	t.Helper()
	text := `SELECT m.name, c.name, c."notnull" = 0 FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
	if db.dialect == dialectPostgres {
		text = "SELECT table_name, column_name, is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = 'public'"
	}
	rows, err := raw(t, db).Query(text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var table, column string
		var null bool
		if err := rows.Scan(&table, &column, &null); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(table, "goose_") {
			out = append(out, fmt.Sprintf("%s.%s %v", table, column, null))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestSchemasAgree(t *testing.T) {
	lite, pg := open(t, storetest.SQLite(t), Options{}), open(t, storetest.Postgres(t), Options{})
	a, b := columns(t, lite), columns(t, pg)
	if len(a) < 50 {
		t.Fatalf("only %d columns found", len(a))
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", d)
	}
}

func TestStrictTables(t *testing.T) {
	rows, err := raw(t, open(t, storetest.SQLite(t), Options{})).Query("SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		t.Errorf("table %s is not STRICT", name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestPragmas(t *testing.T) {
	db := open(t, storetest.SQLite(t), Options{})
	want := map[string]string{"busy_timeout": "10000", "foreign_keys": "1", "journal_mode": "wal", "synchronous": "2", "cache_size": "-16384"}
	type rower interface {
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}
	for who, conn := range map[string]rower{"readers": db.readers, "writer": db.group.conn} {
		for pragma, value := range want {
			var got string
			if err := conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got); err != nil || got != value {
				t.Errorf("%s: %s = %s, %v, want %s", who, pragma, got, err, value)
			}
		}
	}
}
