package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// schemas are the migrations of both engines, applied in the order of their
// numbers. One that has been released is never altered; the way back is the
// backup.
//
//go:embed schema
var schemas embed.FS

// Migrate brings the schema to the version of this program and says from which
// version to which. It refuses a database that a newer program has migrated.
func (db *DB) Migrate(ctx context.Context) (from, to int64, err error) {
	err = db.migrator(func(p *goose.Provider) error {
		if from, err = p.GetDBVersion(ctx); err != nil {
			return err
		}
		sources := p.ListSources()
		if to = sources[len(sources)-1].Version; from > to {
			return fmt.Errorf("the database is of version %d, this program knows %d", from, to)
		}
		_, err := p.Up(ctx)
		return err
	})
	if err != nil {
		return from, to, fmt.Errorf("store: migrate: %w", err)
	}
	if from != to {
		db.log.InfoContext(ctx, "database migrated", "from", from, "to", to)
	}
	return from, to, nil
}

// Version is the version of the schema in the database, 0 for none.
func (db *DB) Version(ctx context.Context) (version int64, err error) {
	err = db.migrator(func(p *goose.Provider) (err error) {
		version, err = p.GetDBVersion(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: version: %w", err)
	}
	return version, nil
}

// migrator runs fn with its own connections, since SQLite's writer is taken.
func (db *DB) migrator(fn func(*goose.Provider) error) (err error) {
	folder, err := fs.Sub(schemas, db.dialect.folder())
	if err != nil {
		return err
	}
	// The lock is a row of a table, which every engine has.
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithSlog(db.log), goose.WithDisableGlobalRegistry(true)}
	var pool *sql.DB
	if db.dialect == dialectPostgres {
		table, err := lock.NewPostgresTableLocker(lock.WithTableLogger(db.log), lock.WithTableLeaseDuration(time.Minute))
		if err != nil {
			return err
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithLocker(table))
		pool, err = sql.Open("pgx", db.dsn)
		if err != nil {
			return errors.New("the address of PostgreSQL cannot be read")
		}
	} else if pool, err = sql.Open("sqlite", db.dsn+"&_txlock=immediate"); err != nil {
		return err
	}
	defer pool.Close()
	p, err := goose.NewProvider(dialect, pool, folder, options...)
	if err != nil {
		return err
	}
	return fn(p)
}

var _ = stdlib.GetDefaultDriver // registers "pgx"
