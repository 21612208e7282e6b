package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"indagor/app"
)

// Options say where the data stands and what the store needs from outside.
type Options struct {
	DSN    string                     // "sqlite:PATH" or "postgres://…"
	Now    func() time.Time           // the clock; time.Now where nil
	Record func(*Tx, app.Event) error // writes an event into the log; without it Tx.Record fails
	// Committed is told, after a commit, which readable events it wrote, never
	// a sealed one, and which signals it gave. Whoever wrote waits for it.
	Committed func([]app.Event, []app.Signal)
	Log       *slog.Logger   // slog.Default where nil
	Zone      *time.Location // of the days by which requests are counted; UTC where nil
}

// DB is the open database. Its read methods see what is committed, each call
// on its own; [DB.Read] gives several reads one view.
type DB struct {
	queries
	dialect dialect
	dsn     string // for the driver
	path    string // of SQLite's file
	now     func() time.Time
	record  func(*Tx, app.Event) error
	told    func([]app.Event, []app.Signal)
	log     *slog.Logger
	zone    *time.Location

	readers *sql.DB
	views   *sql.DB   // connections for Read; PostgreSQL's are the readers
	stmts   *prepared // of SQLite's readers
	group   *group    // SQLite's writer
	writers *sql.DB   // PostgreSQL's writers
}

// Open opens the database without migrating it. SQLite's file is made, only
// for its owner, where there is none.
func Open(ctx context.Context, o Options) (*DB, error) {
	db := &DB{now: o.Now, record: o.Record, told: o.Committed, log: o.Log, zone: o.Zone}
	if db.zone == nil {
		db.zone = time.UTC
	}
	if db.now == nil {
		db.now = time.Now
	}
	if db.log == nil {
		db.log = slog.Default()
	}
	var err error
	switch {
	case strings.HasPrefix(o.DSN, "sqlite:"):
		err = db.openSQLite(ctx, strings.TrimPrefix(o.DSN, "sqlite:"))
	case strings.HasPrefix(o.DSN, "postgres://"), strings.HasPrefix(o.DSN, "postgresql://"):
		err = db.openPostgres(ctx, o.DSN)
	default:
		err = errors.New(`the address of the database is neither "sqlite:PATH" nor "postgres://…"`)
	}
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("store: %w", err)
	}
	return db, nil
}

// pragmas of every connection to SQLite. busy_timeout stands first, because
// the others may have to wait; FULL, because a log of evidence may not lose
// its last commits when the power fails; 16 MB of cache.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)" +
	"&_pragma=synchronous(FULL)&_pragma=cache_size(-16384)"

func (db *DB) openSQLite(ctx context.Context, path string) error {
	if path == "" || strings.Contains(path, ":memory:") {
		return errors.New("SQLite needs the path of a file")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a Windows drive
	}
	db.dialect, db.path = dialectSQLite, path
	db.dsn = (&url.URL{Scheme: "file", Path: slashed}).String() + "?" + pragmas
	if db.group, err = openGroup(ctx, db); err != nil {
		return err
	}
	if db.readers, err = sql.Open("sqlite", db.dsn+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	// More readers than cores are slower than as many.
	most := max(2, runtime.NumCPU())
	db.readers.SetMaxOpenConns(most)
	db.readers.SetMaxIdleConns(most)
	// Views have connections of their own, since one may last for minutes.
	if db.views, err = sql.Open("sqlite", db.dsn+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	db.views.SetMaxOpenConns(most)
	db.views.SetMaxIdleConns(1)
	db.views.SetConnMaxIdleTime(time.Minute)
	db.stmts = &prepared{db: db.readers, kept: map[string]*keptStmt{}}
	db.q = litePool{db.stmts}
	return db.readers.PingContext(ctx)
}

func (db *DB) openPostgres(ctx context.Context, dsn string) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return errors.New("the address of PostgreSQL cannot be read") // the error may hold the password
	}
	db.dialect, db.dsn = dialectPostgres, dsn
	db.writers = stdlib.OpenDB(*cfg)
	db.writers.SetMaxOpenConns(16)
	db.writers.SetMaxIdleConns(16)
	reading := cfg.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	db.readers = stdlib.OpenDB(*reading)
	db.readers.SetMaxOpenConns(4 * runtime.NumCPU())
	db.readers.SetMaxIdleConns(4 * runtime.NumCPU())
	db.q = pgConn{db.readers, nil}
	return db.readers.PingContext(ctx)
}

// Close waits for the writes under way and closes the database.
func (db *DB) Close() error {
	var errs []error
	if db.group != nil {
		errs = append(errs, db.group.close())
	}
	if db.stmts != nil {
		db.stmts.close()
	}
	for _, pool := range []*sql.DB{db.readers, db.views, db.writers} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Write runs fn in a transaction, commits it and returns when the disk has it.
// If fn returns an error or panics, nothing of it remains; the error is
// returned as it is, the panic goes on. While the call waits for its turn it
// ends with ctx. fn may run more than once, may not call Write, and must not
// keep the Tx.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if ctx.Value(txKey{}) == db {
		return errors.New("store: Write within Write")
	}
	if db.dialect == dialectSQLite {
		return db.group.write(ctx, fn)
	}
	return db.writePostgres(ctx, fn)
}

// View is one unchanging view of the database.
type View struct{ queries }

// Read runs fn with one unchanging view of the database, however many reads it
// makes and whatever is written meanwhile.
func (db *DB) Read(ctx context.Context, fn func(*View) error) error {
	pool, o := db.views, &sql.TxOptions{ReadOnly: true}
	if db.dialect == dialectPostgres {
		pool, o.Isolation = db.readers, sql.LevelRepeatableRead
	}
	tx, err := pool.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer tx.Rollback()
	if db.dialect == dialectPostgres {
		return fn(&View{queries{pgConn{tx, nil}}})
	}
	return fn(&View{queries{liteView{tx}}})
}

// Backup writes a whole copy of the database into a new file, while it is in
// use. The copy is complete when the call returns without error, and the path
// does not exist before. PostgreSQL has its own tool.
func (db *DB) Backup(ctx context.Context, path string) (err error) {
	if db.dialect == dialectPostgres {
		return errors.New("store: a PostgreSQL database is saved with pg_dump, not from here")
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("store: backup: %w: %s", os.ErrExist, path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part") // mode 0600
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	defer func() {
		part.Close()
		if err != nil {
			os.Remove(part.Name())
			err = fmt.Errorf("store: backup: %w", err)
		}
	}()
	source, err := sql.Open("sqlite", db.dsn)
	if err != nil {
		return err
	}
	defer source.Close()
	if _, err := source.ExecContext(ctx, "VACUUM INTO $1", part.Name()); err != nil {
		return err
	}
	if err := part.Sync(); err != nil {
		return err
	}
	if err := os.Link(part.Name(), path); err != nil { // never over another file
		if errors.Is(err, os.ErrExist) {
			return err
		}
		if err := os.Rename(part.Name(), path); err != nil { // a file system without links
			return err
		}
	} else if err := os.Remove(part.Name()); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync() // not every system can
		dir.Close()
	}
	return nil
}
