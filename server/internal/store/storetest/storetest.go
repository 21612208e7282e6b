// Package storetest runs a test on every engine of the store: on SQLite in a
// temporary folder, and on a PostgreSQL of its own, one cluster for the test
// program, one fresh database for each test.
//
// Where PostgreSQL is not installed its tests are skipped and say so; with
// INDAGOR_TEST_POSTGRES=required they fail.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// Each runs fn once for each engine, as the subtests "sqlite" and "postgres",
// with the address of an empty database for store.Open.
func Each(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// Long skips, under -short, a test that takes long and of which the race
// detector learns nothing that shorter ones do not tell it.
func Long(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("long: left out by -short")
	}
}

// SQLite returns the address of a file of SQLite that does not exist yet.
func SQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "indagor.db")
}

// Postgres returns the address of an empty database, which is dropped when the
// test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	cluster.once.Do(cluster.start)
	if errors.Is(cluster.err, errAbsent) && os.Getenv("INDAGOR_TEST_POSTGRES") != "required" {
		t.Skip("SKIPPED ON POSTGRESQL: initdb and pg_ctl are neither in PATH nor in /usr/lib/postgresql/*/bin (package postgresql); INDAGOR_TEST_POSTGRES=required makes this a failure")
	}
	if cluster.err != nil {
		t.Fatalf("PostgreSQL for tests: %v", cluster.err)
	}
	name := "t" + strconv.FormatInt(cluster.made.Add(1), 10)
	if err := cluster.do("CREATE DATABASE " + name + " TEMPLATE template0"); err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	t.Cleanup(func() {
		if err := cluster.do("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("PostgreSQL for tests: %v", err)
		}
	})
	return cluster.dsn(name)
}

// Raw opens the database at an address of store.Open without the store: what an
// administrator of the database could use beside the running server. On SQLite
// it waits for its turn to write, as the store does.
func Raw(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver, name := "pgx", dsn
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, name = "sqlite", path+"?_pragma=busy_timeout(60000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

var errAbsent = errors.New("PostgreSQL is not installed")

// cluster is the one PostgreSQL of the test program. A small shell process
// holds the other end of a pipe: when the test program ends, in whatever way,
// the pipe closes and the shell stops PostgreSQL and removes its folder.
var cluster postgres

type postgres struct {
	once sync.Once
	err  error
	dir  string
	pipe io.Closer
	made atomic.Int64
}

func (p *postgres) dsn(database string) string {
	return "postgres:///" + database + "?host=" + p.dir + "&user=postgres"
}

func (p *postgres) do(sql string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, p.dsn("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, sql)
	return err
}

func (p *postgres) start() { p.err = p.tryStart() }

func (p *postgres) tryStart() error {
	initdb, err := find("initdb")
	if err != nil {
		return err
	}
	ctl, err := find("pg_ctl")
	if err != nil {
		return err
	}
	if p.dir, err = os.MkdirTemp("", "indagor-pg"); err != nil {
		return err
	}
	data, log := filepath.Join(p.dir, "data"), filepath.Join(p.dir, "log")
	as, err := owner(p.dir)
	if err != nil {
		return err
	}
	run := func(name string, args ...string) error {
		cmd := exec.Command(name, args...)
		cmd.Dir = p.dir
		as(cmd)
		if out, err := cmd.CombinedOutput(); err != nil {
			said, _ := os.ReadFile(log)
			return fmt.Errorf("%s: %w\n%s%s", name, err, out, said)
		}
		return nil
	}
	if err := run(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		os.RemoveAll(p.dir)
		return err
	}
	watch := exec.Command("/bin/sh", "-c", `cat >/dev/null; "$0" -D "$1" -m immediate stop >/dev/null 2>&1; rm -rf "$2"`, ctl, data, p.dir)
	watch.Dir = "/"
	as(watch)
	if p.pipe, err = watch.StdinPipe(); err != nil {
		return err
	}
	if err := watch.Start(); err != nil {
		return err
	}
	// Nothing is kept, so nothing needs to reach the disk.
	settings := "-c listen_addresses= -c unix_socket_directories=" + p.dir + " -c fsync=off -c max_connections=200 -c shared_buffers=32MB"
	return run(ctl, "-D", data, "-l", log, "-w", "-t", "120", "-o", settings, "start")
}

// find looks for a program of PostgreSQL, the newest where there are several.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", errAbsent
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	return slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }), nil
}
