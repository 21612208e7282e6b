package store

import (
	"context"
	"testing"

	"indagor/server/internal/store/storetest"
)

// open gives a migrated database.
func open(t testing.TB, dsn string, o Options) *DB {
	t.Helper()
	o.DSN = dsn
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

func TestMigrate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		db := open(t, dsn, Options{})
		from, to, err := db.Migrate(ctx)
		if err != nil || from != to || to == 0 {
			t.Errorf("second Migrate = %d, %d, %v", from, to, err)
		}
		if v, err := db.Version(ctx); err != nil || v != to {
			t.Errorf("Version = %d, %v, want %d", v, err, to)
		}
	})
}
