package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store/storetest"
)

func TestWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		now := time.Date(2026, 11, 22, 9, 0, 0, 1234567, time.FixedZone("", 3600))
		var seen []app.Event
		db := open(t, dsn, Options{
			Now:    func() time.Time { now = now.Add(time.Second); return now },
			Record: func(_ *Tx, e app.Event) error { seen = append(seen, e); return nil },
		})
		things(t, db)

		t.Run("OK", func(t *testing.T) {
			err := db.Write(ctx, func(tx *Tx) error {
				if at := tx.Now(); at != tx.Now() || at.Location() != time.UTC || at.Nanosecond() != 1234000 {
					t.Errorf("Now = %v", at)
				}
				if _, err := exec(tx.Context(), tx.q, thingAdd, "a", 0, nil); err != nil {
					return err
				}
				if n, err := one(tx.Context(), tx.q, thingCount, scanInt); err != nil || n != 1 {
					t.Errorf("within: %d, %v", n, err)
				}
				if err := tx.Record(app.Event{Kind: "k"}); err != nil {
					return err
				}
				if e := seen[0]; !e.ID.Valid() || e.At != tx.Now() {
					t.Errorf("recorded %+v", e)
				}
				return nil
			})
			if err != nil || count(t, db) != 1 {
				t.Errorf("%v, %d rows", err, count(t, db))
			}
		})
		t.Run("Error", func(t *testing.T) {
			sad := errors.New("sad")
			err := db.Write(ctx, func(tx *Tx) error {
				if _, err := exec(ctx, tx.q, thingAdd, "b", 0, nil); err != nil {
					return err
				}
				return sad
			})
			if err != sad || count(t, db) != 1 {
				t.Errorf("%v, %d rows", err, count(t, db))
			}
		})
		t.Run("Panic", func(t *testing.T) {
			func() {
				defer func() {
					if p := recover(); p != "boom" {
						t.Errorf("recovered %v", p)
					}
				}()
				db.Write(ctx, func(tx *Tx) error {
					exec(ctx, tx.q, thingAdd, "c", 0, nil)
					panic("boom")
				})
			}()
			if n := count(t, db); n != 1 {
				t.Errorf("%d rows", n)
			}
		})
		t.Run("Goexit", func(t *testing.T) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				db.Write(ctx, func(tx *Tx) error {
					exec(ctx, tx.q, thingAdd, "d", 0, nil)
					runtime.Goexit()
					return nil
				})
			}()
			<-done
			if err := db.Write(ctx, func(tx *Tx) error { return nil }); err != nil || count(t, db) != 1 {
				t.Errorf("%v, %d rows", err, count(t, db))
			}
		})
		t.Run("StatementFails", func(t *testing.T) {
			err := db.Write(ctx, func(tx *Tx) error {
				_, err := exec(ctx, tx.q, thingAdd, "a", 0, nil)
				return err
			})
			if violated(err) != "things.pkey" || count(t, db) != 1 {
				t.Errorf("%v violates %q, %d rows", err, violated(err), count(t, db))
			}
		})
		t.Run("Nested", func(t *testing.T) {
			err := db.Write(ctx, func(tx *Tx) error {
				return db.Write(tx.Context(), func(*Tx) error { t.Error("ran"); return nil })
			})
			if err == nil {
				t.Error("Write within Write was accepted")
			}
		})
		t.Run("TxKept", func(t *testing.T) {
			var kept *Tx
			if err := db.Write(ctx, func(tx *Tx) error { kept = tx; return nil }); err != nil {
				t.Fatal(err)
			}
			if _, err := exec(ctx, kept.q, thingAdd, "e", 0, nil); !errors.Is(err, errOver) {
				t.Errorf("exec: %v", err)
			}
			if _, err := one(ctx, kept.q, thingCount, scanInt); !errors.Is(err, errOver) {
				t.Errorf("query: %v", err)
			}
		})
		t.Run("OutsideWrite", func(t *testing.T) {
			if _, err := exec(ctx, db.q, thingAdd, "f", 0, nil); !errors.Is(err, errReadOnly) {
				t.Errorf("exec: %v", err)
			}
			if _, err := one(ctx, db.q, thingBack, scanText, "f", "x"); err == nil {
				t.Error("INSERT … RETURNING outside Write was accepted")
			}
			err := db.Read(ctx, func(v *View) error {
				_, err := one(ctx, v.q, thingBack, scanText, "f", "x")
				return err
			})
			if err == nil || count(t, db) != 1 {
				t.Errorf("in a view: %v, %d rows", err, count(t, db))
			}
		})
		t.Run("Cancelled", func(t *testing.T) {
			ctx, cancel := context.WithCancel(ctx)
			err := db.Write(ctx, func(tx *Tx) error {
				cancel()
				_, err := exec(tx.Context(), tx.q, thingAdd, "g", 0, nil)
				return err
			})
			if !errors.Is(err, context.Canceled) || count(t, db) != 1 {
				t.Errorf("%v, %d rows", err, count(t, db))
			}
			if err := db.Write(ctx, func(*Tx) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled before: %v", err)
			}
		})
		t.Run("NoRecorder", func(t *testing.T) {
			db.record = nil
			if err := db.Write(ctx, func(tx *Tx) error { return tx.Record(app.Event{}) }); err == nil {
				t.Error("an event vanished")
			}
		})
	})
}

func TestCancelledInTheQueue(t *testing.T) {
	db := open(t, storetest.SQLite(t), Options{})
	things(t, db)
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	err := db.Write(context.Background(), func(tx *Tx) error {
		gone := make(chan error)
		wg.Go(func() {
			gone <- db.Write(ctx, func(*Tx) error { t.Error("ran"); return nil })
		})
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("in the queue: %v", err)
		}
		_, err := exec(tx.Context(), tx.q, thingAdd, "a", 0, nil)
		return err
	})
	wg.Wait()
	if err != nil || count(t, db) != 1 {
		t.Errorf("%v, %d rows", err, count(t, db))
	}
}

func TestClosed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		db, err := Open(context.Background(), Options{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.Write(context.Background(), func(*Tx) error { t.Error("ran"); return nil }); err == nil {
			t.Error("wrote after Close")
		}
	})
}

// Each of many callers writes two halves; some fail, panic or leave between
// them. Whoever was told that it is written finds both, of others there is
// nothing, and the callers of one group do not harm each other.
func TestGroupsAreWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		things(t, db)
		const callers, rounds = 32, 12
		var wg sync.WaitGroup
		var written sync.Map
		for c := range callers {
			for r := range rounds {
				wg.Go(func() {
					id := fmt.Sprintf("%d-%d", c, r)
					defer func() { recover() }()
					err := db.Write(ctx, func(tx *Tx) error {
						if _, err := exec(ctx, tx.q, thingAdd, id, 0, nil); err != nil {
							return err
						}
						switch (c + r) % 6 {
						case 0:
							return errors.New("refused")
						case 1:
							panic("boom")
						case 2:
							runtime.Goexit()
						case 3: // a violation, of which the caller makes nothing
							exec(ctx, tx.q, thingAdd, id, 0, nil)
							return errors.New("violated")
						}
						_, err := exec(ctx, tx.q, thingAdd, id, 1, nil)
						return err
					})
					if err == nil {
						written.Store(id, true)
					}
				})
			}
		}
		wg.Wait()
		n := int64(0)
		written.Range(func(any, any) bool { n++; return true })
		if n != callers*rounds/3 {
			t.Errorf("%d were written", n)
		}
		ids, err := all(ctx, db.q, thingAll, scanText)
		if err != nil || int64(len(ids)) != 2*n {
			t.Fatalf("%d rows for %d writes, %v", len(ids), n, err)
		}
		for i := 0; i < len(ids); i += 2 {
			if _, ok := written.Load(ids[i]); !ok || ids[i] != ids[i+1] {
				t.Errorf("%s and %s", ids[i], ids[i+1])
			}
		}
	})
}

// Two transactions that wait for each other: PostgreSQL ends one, and it runs
// again.
func TestDeadlockIsRetried(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		things(t, db)
		var wg sync.WaitGroup
		var runs atomic.Int64
		var both sync.WaitGroup
		both.Add(2)
		for i, names := range [][2]string{{"a", "b"}, {"b", "a"}} {
			var first sync.Once
			wg.Go(func() {
				err := db.Write(ctx, func(tx *Tx) error {
					runs.Add(1)
					if err := tx.exclusive(names[0]); err != nil {
						return err
					}
					if db.dialect == dialectPostgres { // SQLite runs them one by one
						first.Do(func() { both.Done(); both.Wait() })
					}
					if err := tx.exclusive(names[1]); err != nil {
						return err
					}
					_, err := exec(tx.Context(), tx.q, thingAdd, fmt.Sprint(i), 0, nil)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		want := int64(2)
		if db.dialect == dialectPostgres {
			want = 3
		}
		if count(t, db) != 2 || runs.Load() != want {
			t.Errorf("%d rows after %d runs", count(t, db), runs.Load())
		}
	})
}

// exclusive makes a count before an insert safe on both engines.
func TestExclusive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		things(t, db)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				err := db.Write(ctx, func(tx *Tx) error {
					if err := tx.exclusive("things"); err != nil {
						return err
					}
					n, err := one(ctx, tx.q, thingCount, scanInt)
					if err != nil {
						return err
					}
					_, err = exec(ctx, tx.q, thingAdd, fmt.Sprint(n), 0, nil)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, db); n != 20 {
			t.Errorf("%d rows", n)
		}
	})
}
