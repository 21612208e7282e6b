package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store/storetest"
)

func TestOneAllExec(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		things(t, db)
		err := db.Write(ctx, func(tx *Tx) error {
			for i, id := range []string{"a", "b", "c"} {
				if n, err := exec(ctx, tx.q, thingAdd, app.ID(id), i, json.RawMessage(`{"`+id+`":1}`)); err != nil || n != 1 {
					t.Errorf("exec = %d, %v", n, err)
				}
			}
			got, err := one(ctx, tx.q, thingBack, scanText, "d", "back")
			if err != nil || got != "back" {
				t.Errorf("RETURNING %q, %v", got, err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if name, err := one(ctx, db.q, thingName, scanText, "b", 1); err != nil || name != `{"b":1}` {
			t.Errorf("one = %q, %v", name, err)
		}
		if _, err := one(ctx, db.q, thingName, scanText, "b", 7); !errors.Is(err, app.E(app.CodeNotFound)) {
			t.Errorf("one of nothing: %v", err)
		}
		if ids, err := all(ctx, db.q, thingAll, scanText); err != nil || !slices.Equal(ids, []string{"a", "b", "c", "d"}) {
			t.Errorf("all = %v, %v", ids, err)
		}
		err = db.Write(ctx, func(tx *Tx) error {
			n, err := exec(ctx, tx.q, thingOff, "nobody")
			if n != 0 {
				t.Errorf("%d rows", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestViolated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		things(t, db)
		run(t, raw(t, db), "CREATE TABLE pairs (x TEXT NOT NULL, y TEXT NOT NULL, z INTEGER CHECK (z > 0), CONSTRAINT pairs_x_y_key UNIQUE (x, y))")
		run(t, raw(t, db), "CREATE UNIQUE INDEX pairs_z_key ON pairs (z) WHERE x = 'one'")
		pair := unregistered("pair", "INSERT INTO pairs (x, y, z) VALUES ($1, $2, $3)")
		try := func(s *statement, args ...any) string {
			return violated(db.Write(ctx, func(tx *Tx) error {
				_, err := exec(ctx, tx.q, s, args...)
				return err
			}))
		}
		for _, c := range []struct {
			want string
			s    *statement
			args []any
		}{
			{"", thingAdd, []any{"a", 0, "n"}},
			{"things.name", thingAdd, []any{"b", 0, "n"}},
			{"things.pkey", thingAdd, []any{"a", 0, "m"}},
			{"", pair, []any{"one", "2", 1}},
			{"pairs.x_y", pair, []any{"one", "2", 2}},
			{"pairs.z", pair, []any{"one", "3", 1}},
			{"", pair, []any{"one", "4", 0}}, // refused by CHECK
		} {
			if got := try(c.s, c.args...); got != c.want {
				t.Errorf("%v violates %q, want %q", c.args, got, c.want)
			}
		}
		if violated(nil) != "" || violated(errors.New("UNIQUE constraint failed: a.b")) != "" {
			t.Error("a violation of something else")
		}
	})
}

func TestWhere(t *testing.T) {
	var w where
	if w.sql() != "" || len(w.args()) != 0 {
		t.Errorf("%q", w.sql())
	}
	w.and("at >= ? AND at < ?", 1, 2)
	w.and("name IS NULL OR half = ?", 3)
	w.in("id", "a", "b")
	w.in("id")
	s, args := dynamic("x", "SELECT id FROM things", &w, " ORDER BY id LIMIT ?", 9)
	want := "SELECT id FROM things WHERE (at >= $1 AND at < $2) AND (name IS NULL OR half = $3) AND (id IN ($4, $5)) AND (FALSE) ORDER BY id LIMIT $6"
	if s.text[0] != want || fmt.Sprint(args) != "[1 2 3 a b 9]" {
		t.Errorf("%s %v", s.text[0], args)
	}
	defer func() {
		if recover() == nil {
			t.Error("a condition with a value too few was accepted")
		}
	}()
	w.and("a = ? OR b = ?", 1)
}

func TestDynamic(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		things(t, db)
		find := func(q querier, n int) ([]string, error) {
			var w where
			for i := range n % 200 {
				w.and("half <> ?", 1000+i)
			}
			w.and("half >= ?", 2)
			s, args := dynamic("find", "SELECT id FROM things", &w, " ORDER BY half LIMIT ?"+lockRow, 2)
			if q == db.q {
				s, args = dynamic("find", "SELECT id FROM things", &w, " ORDER BY half LIMIT ?", 2)
			}
			return all(ctx, q, s, scanText, args...)
		}
		err := db.Write(ctx, func(tx *Tx) error {
			for i := range 5 {
				if _, err := exec(ctx, tx.q, thingAdd, fmt.Sprint(i), i, nil); err != nil {
					return err
				}
			}
			ids, err := find(tx.q, 0)
			if !slices.Equal(ids, []string{"2", "3"}) {
				t.Errorf("in the transaction: %v", ids)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		// More texts than are kept, from many sides at once.
		var wg sync.WaitGroup
		for c := range 4 {
			wg.Go(func() {
				for n := range 200 {
					ids, err := find(db.q, n+50*c)
					if err != nil || !slices.Equal(ids, []string{"2", "3"}) {
						t.Errorf("%d: %v, %v", n, ids, err)
						return
					}
				}
			})
		}
		wg.Wait()
		if db.stmts != nil {
			if n := len(db.stmts.order); n > mostDynamic+4 || n < mostDynamic/2 {
				t.Errorf("%d texts are kept", n)
			}
		}
	})
}

func TestReadIsOneView(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		things(t, db)
		err := db.Read(ctx, func(v *View) error {
			for i := range 3 {
				n, err := one(ctx, v.q, thingCount, scanInt)
				if err != nil || n != 0 {
					t.Errorf("the view has %d rows, %v", n, err)
				}
				err = db.Write(ctx, func(tx *Tx) error {
					_, err := exec(ctx, tx.q, thingAdd, fmt.Sprint(i), 0, nil)
					return err
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || count(t, db) != 3 {
			t.Errorf("%v, %d rows", err, count(t, db))
		}
	})
}

// Views on all connections wait neither for each other nor for readers.
func TestManyViews(t *testing.T) {
	db := open(t, storetest.SQLite(t), Options{})
	things(t, db)
	ctx := context.Background()
	var wg, all sync.WaitGroup
	views := runtime.NumCPU()
	all.Add(views)
	for range views {
		wg.Go(func() {
			err := db.Read(ctx, func(v *View) error {
				all.Done()
				all.Wait()
				if _, err := one(ctx, v.q, thingCount, scanInt); err != nil {
					return err
				}
				_, err := one(ctx, db.q, thingCount, scanInt)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestBackup(t *testing.T) {
	ctx := context.Background()
	db := open(t, storetest.SQLite(t), Options{})
	things(t, db)
	add := func(id string) {
		t.Helper()
		if err := db.Write(ctx, func(tx *Tx) error {
			_, err := exec(ctx, tx.q, thingAdd, id, 0, nil)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	add("a")
	dir := t.TempDir()
	path := filepath.Join(dir, "copy ' of.db")
	if err := db.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	add("b")
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := db.Backup(ctx, path); !errors.Is(err, os.ErrExist) {
		t.Errorf("over another file: %v", err)
	}
	if err := db.Backup(ctx, filepath.Join(dir, "absent", "x")); err == nil {
		t.Error("into no folder")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	saved := open(t, "sqlite:"+path, Options{})
	if ids, err := all(ctx, saved.q, thingAll, scanText); err != nil || !slices.Equal(ids, []string{"a"}) {
		t.Errorf("the copy has %v, %v", ids, err)
	}

	pg := open(t, storetest.Postgres(t), Options{})
	if err := pg.Backup(ctx, filepath.Join(dir, "pg")); err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("PostgreSQL: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, dsn := range []string{"", "mysql://x", "sqlite:", "sqlite::memory:", "sqlite:" + filepath.Join(t.TempDir(), "absent", "x.db"), "postgres://u:secret@h:notaport/x"} {
		db, err := Open(context.Background(), Options{DSN: dsn})
		if err == nil {
			db.Close()
			t.Errorf("%q: opened", dsn)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is in the error: %v", err)
		}
	}
}

func TestPathsWithSigns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%20è.db")
	db := open(t, "sqlite:"+path, Options{})
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	things(t, db)
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
}

func TestMicros(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 1000, time.FixedZone("", 3600))
	if got := moment(micros(at)); !got.Equal(at) || got.Location() != time.UTC {
		t.Errorf("%v", got)
	}
	if micros(time.Time{}) != 0 || !moment(0).IsZero() {
		t.Error("the zero time")
	}
}
