package store

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"indagor/server/internal/store/storetest"
)

// filled is a large database of a benchmark. SQLite's is kept under .cache
// between runs, by its name, for as long as the file of the schema is the same;
// PostgreSQL's is made anew.
func filled(b *testing.B, engine, name, schema string, fill func(*DB)) *DB {
	b.Helper()
	if engine == "postgres" {
		db := open(b, storetest.Postgres(b), Options{})
		fill(db)
		return db
	}
	text, err := os.ReadFile(filepath.Join("schema", "sqlite", schema))
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
	path := filepath.Join(dir, fmt.Sprintf("%s-%.6x.db", name, sha256.Sum256(text)))
	done := path + ".done"
	if _, err := os.Stat(done); err != nil {
		for _, end := range []string{"", "-wal", "-shm"} {
			os.Remove(path + end)
		}
		fill(open(b, "sqlite:"+path, Options{}))
		if err := os.WriteFile(done, nil, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return open(b, "sqlite:"+path, Options{})
}
