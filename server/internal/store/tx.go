package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"indagor/app"
)

// Tx is one change of the database, from the beginning to the commit.
type Tx struct {
	queries
	db   *DB
	ctx  context.Context
	now  time.Time
	over *atomic.Bool
	log  *pending

	events  []app.Event  // readable ones that were written
	signals []app.Signal // that were given
}

type txKey struct{}

func newTx(ctx context.Context, db *DB, log *pending, q func(over *atomic.Bool) querier) *Tx {
	over := new(atomic.Bool)
	return &Tx{
		queries: queries{q(over)},
		db:      db,
		ctx:     context.WithValue(ctx, txKey{}, db),
		now:     db.now().UTC().Truncate(time.Microsecond),
		over:    over,
		log:     log,
	}
}

// Now is the one instant of the transaction, UTC, in whole microseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// Context is the context of the write.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Signal tells whom it is for, once the transaction has been committed.
func (tx *Tx) Signal(s app.Signal) { tx.signals = append(tx.signals, s) }

// committed tells what the transaction wrote; it is called after the commit.
func (tx *Tx) committed() {
	if tx.db.told != nil && len(tx.events)+len(tx.signals) > 0 {
		tx.db.told(tx.events, tx.signals)
	}
}

// Record writes the event into the log within this transaction. It fills in
// the id and the time where they are empty.
func (tx *Tx) Record(e app.Event) error {
	if tx.db.record == nil {
		return errors.New("store: there is no recorder")
	}
	if e.ID == "" {
		e.ID = app.NewID()
	}
	if e.At.IsZero() {
		e.At = tx.now
	}
	return tx.db.record(tx, e)
}

var takeMutex = register("mutex", `INSERT INTO mutexes (name, taken) VALUES ($1, 1)
	ON CONFLICT (name) DO UPDATE SET taken = mutexes.taken + 1`)

// exclusive makes every other transaction that asks for the same name wait
// until this one ends. Names are constants of the program; a transaction that
// needs several takes them in alphabetical order.
func (tx *Tx) exclusive(name string) error {
	if tx.db.dialect == dialectSQLite {
		return nil // there is one writer
	}
	_, err := exec(tx.ctx, tx.q, takeMutex, name)
	return err
}

// litePool reads from SQLite.
type litePool struct{ stmts *prepared }

func (p litePool) query(ctx context.Context, s *statement, args []any) (*sql.Rows, error) {
	stmt, started, err := p.stmts.take(ctx, s)
	if err != nil {
		return nil, err
	}
	defer started()
	return stmt.QueryContext(ctx, args...)
}

func (p litePool) exec(context.Context, *statement, []any) (sql.Result, error) {
	return nil, errReadOnly
}

// liteView reads from SQLite within one transaction.
type liteView struct{ tx *sql.Tx }

func (v liteView) query(ctx context.Context, s *statement, args []any) (*sql.Rows, error) {
	return v.tx.QueryContext(ctx, s.text[dialectSQLite], args...)
}

func (v liteView) exec(context.Context, *statement, []any) (sql.Result, error) {
	return nil, errReadOnly
}

// pgConn reads from PostgreSQL's pool or speaks within a transaction. The
// driver keeps statements prepared by their text on each connection.
type pgConn struct {
	conn interface {
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
		ExecContext(context.Context, string, ...any) (sql.Result, error)
	}
	over *atomic.Bool // nil where only reading
}

func (c pgConn) query(ctx context.Context, s *statement, args []any) (*sql.Rows, error) {
	if c.over != nil && c.over.Load() {
		return nil, errOver
	}
	return c.conn.QueryContext(ctx, s.text[dialectPostgres], args...)
}

func (c pgConn) exec(ctx context.Context, s *statement, args []any) (sql.Result, error) {
	switch {
	case c.over == nil:
		return nil, errReadOnly
	case c.over.Load():
		return nil, errOver
	}
	return c.conn.ExecContext(ctx, s.text[dialectPostgres], args...)
}

// mostTries is how often a transaction that PostgreSQL refused for the sake of
// another one is run.
const mostTries = 10

func (db *DB) writePostgres(ctx context.Context, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		err := db.tryPostgres(ctx, fn)
		if !again(err) || try == mostTries {
			return err
		}
		wait := time.NewTimer(rand.N(time.Duration(1<<try) * time.Millisecond))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		}
	}
}

func (db *DB) tryPostgres(ctx context.Context, fn func(*Tx) error) error {
	t, err := db.writers.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	defer t.Rollback() // after a commit it does nothing
	log := new(pending)
	tx := newTx(ctx, db, log, func(over *atomic.Bool) querier { return pgConn{t, over} })
	defer tx.over.Store(true)
	if err := fn(tx); err != nil {
		return err
	}
	if err := log.flush(tx.ctx, tx.q); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return err
	}
	tx.committed()
	return nil
}
