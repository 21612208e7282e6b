package store

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"indagor/app"
	"indagor/server/internal/evidence"
)

// open gives a migrated database.
func open(t testing.TB, dsn string, o Options) *DB {
	t.Helper()
	o.DSN, o.Log = dsn, slog.New(slog.NewTextHandler(io.Discard, nil))
	db, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, _, err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// raw gives what an administrator of the database could use.
func raw(t testing.TB, db *DB) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if db.dialect == dialectPostgres {
		driver = "pgx"
	}
	pool, err := sql.Open(driver, db.dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	return pool
}

func run(t testing.TB, pool *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// unregistered makes a statement on the tables of a test.
func unregistered(name, text string) *statement {
	return &statement{name: name, text: [2]string{dialectSQLite.render(text), dialectPostgres.render(text)}}
}

var (
	thingAdd   = unregistered("thing add", "INSERT INTO things (id, half, name) VALUES ($1, $2, $3)")
	thingName  = unregistered("thing name", "SELECT name FROM things WHERE id = $1 AND half = $2")
	thingCount = unregistered("thing count", "SELECT count(*) FROM things")
	thingAll   = unregistered("thing all", "SELECT id FROM things ORDER BY id, half")
	thingBack  = unregistered("thing back", "INSERT INTO things (id, half, name) VALUES ($1, 0, $2) RETURNING name")
	thingOff   = unregistered("thing off", "DELETE FROM things WHERE id = $1")
	halves     = unregistered("halves", "SELECT id, count(*) FROM things GROUP BY id")
)

func scanText(row scanner) (string, error) {
	var s string
	err := row.Scan(&s)
	return s, err
}

// things makes the table of the tests.
func things(t testing.TB, db *DB) {
	run(t, raw(t, db), `CREATE TABLE things (
		id TEXT NOT NULL, half INTEGER NOT NULL, name TEXT,
		CONSTRAINT things_pkey PRIMARY KEY (id, half), CONSTRAINT things_name_key UNIQUE (name))`)
}

func count(t testing.TB, db *DB) int64 {
	t.Helper()
	n, err := one(context.Background(), db.q, thingCount, scanInt)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// recorder gives a real recorder of events.
func recorder(t testing.TB, dir string) *evidence.Recorder {
	t.Helper()
	key, err := evidence.OpenKey(filepath.Join(dir, "log.key"), "indagor.example", true)
	if err != nil {
		t.Fatal(err)
	}
	var to []age.Recipient
	for range 2 {
		id, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		to = append(to, id.Recipient())
	}
	r, err := evidence.New(evidence.Config{Key: key, Origin: "comune.example", Custodians: to})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func recording(r *evidence.Recorder) func(*Tx, app.Event) error {
	return func(tx *Tx, e app.Event) error { return r.Record(tx, e) }
}
