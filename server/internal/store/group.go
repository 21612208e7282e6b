package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// How large a group may grow before it is committed.
const (
	groupMost = 256
	groupTime = 20 * time.Millisecond
)

// group is SQLite's writer: one connection, on which the functions of all
// callers that wait run one after another within one transaction. Each runs on
// its caller's goroutine, so that a panic goes on where it belongs, while the
// group's own goroutine waits; each has its own savepoint, so that what fails
// takes nothing else with it. Then there is one commit for all, and all are
// answered.
type group struct {
	db    *DB
	pool  *sql.DB
	conn  *sql.Conn
	stmts map[*statement]*sql.Stmt // used only by whose turn it is
	own   map[string]*sql.Stmt

	jobs chan *job
	quit chan struct{}
	done chan struct{}
	once sync.Once
}

// job is one caller in the queue. A caller who is in the queue has not been
// received from the channel and may leave it.
type job struct {
	ctx    context.Context
	turn   chan turn
	ended  chan error // what its function returned
	answer chan error // after the commit
}

type turn struct {
	tx  *Tx
	err error
}

var errAbandoned = errors.New("store: the function did not return")

func openGroup(ctx context.Context, db *DB) (*group, error) {
	pool, err := sql.Open("sqlite", db.dsn+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	g := &group{
		db: db, pool: pool, stmts: map[*statement]*sql.Stmt{}, own: map[string]*sql.Stmt{},
		jobs: make(chan *job), quit: make(chan struct{}), done: make(chan struct{}),
	}
	if g.conn, err = pool.Conn(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	for _, text := range []string{"BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT caller", "RELEASE caller", "ROLLBACK TO caller"} {
		if g.own[text], err = g.conn.PrepareContext(ctx, text); err != nil {
			return nil, errors.Join(err, g.conn.Close(), pool.Close())
		}
	}
	go g.run()
	return g, nil
}

func (g *group) close() error {
	g.once.Do(func() { close(g.quit) })
	<-g.done
	return errors.Join(g.conn.Close(), g.pool.Close())
}

// write waits for its turn, runs fn and waits for the commit.
func (g *group) write(ctx context.Context, fn func(*Tx) error) error {
	j := &job{ctx: ctx, turn: make(chan turn, 1), ended: make(chan error, 1), answer: make(chan error, 1)}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case g.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.quit:
		return errClosed
	}
	t := <-j.turn
	if t.err != nil {
		return t.err
	}
	j.run(t.tx, fn)
	if err := <-j.answer; err != nil {
		return err
	}
	t.tx.committed()
	return nil
}

// run gives the outcome of fn to the group, also when fn panics or ends its
// goroutine.
func (j *job) run(tx *Tx, fn func(*Tx) error) {
	err := errAbandoned
	defer func() {
		tx.over.Store(true)
		j.ended <- err
	}()
	err = fn(tx)
}

func (g *group) run() {
	defer close(g.done)
	for {
		select {
		case j := <-g.jobs:
			g.commit(j)
		case <-g.quit:
			return
		}
	}
}

// commit runs the first caller and those who come meanwhile, and commits.
func (g *group) commit(first *job) {
	if err := g.do("BEGIN IMMEDIATE"); err != nil {
		first.turn <- turn{err: fmt.Errorf("store: %w", err)}
		return
	}
	var (
		log   = new(pending)
		whole []*job // those whose function succeeded
		lost  error  // the whole transaction is gone
		since = time.Now()
	)
	for j, n := first, 1; j != nil && lost == nil; n++ {
		var err error
		mark := log.mark()
		if err = g.do("SAVEPOINT caller"); err != nil {
			j.turn <- turn{err: fmt.Errorf("store: %w", err)}
			lost = err
			break
		}
		j.turn <- turn{tx: newTx(j.ctx, g.db, log, func(over *atomic.Bool) querier { return liteTx{g, over} })}
		if err = <-j.ended; err == nil {
			if lost = g.do("RELEASE caller"); lost != nil {
				j.answer <- fmt.Errorf("store: %w", lost)
				break
			}
			whole = append(whole, j)
		} else {
			log.back(mark)
			if lost = g.do("ROLLBACK TO caller"); lost == nil {
				lost = g.do("RELEASE caller")
			}
			j.answer <- err
		}
		j = nil
		if n < groupMost && time.Since(since) < groupTime {
			select {
			case j = <-g.jobs:
			default:
			}
		}
	}
	if lost == nil {
		var over atomic.Bool
		lost = log.flush(context.Background(), liteTx{g, &over})
	}
	if lost == nil {
		lost = g.do("COMMIT")
	}
	if lost != nil {
		g.do("ROLLBACK") // fails where SQLite has already done it
		lost = fmt.Errorf("store: the transaction was lost: %w", lost)
	}
	for _, j := range whole {
		j.answer <- lost
	}
}

func (g *group) do(text string) error {
	_, err := g.own[text].ExecContext(context.Background())
	return err
}

// liteTx speaks within the group's transaction. A statement that has begun is
// not interrupted when the caller's context ends, because SQLite would answer
// by undoing the whole group; the context is looked at between statements.
type liteTx struct {
	g    *group
	over *atomic.Bool
}

func (t liteTx) stmt(ctx context.Context, s *statement) (*sql.Stmt, error) {
	if t.over.Load() {
		return nil, errOver
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if stmt := t.g.stmts[s]; stmt != nil {
		return stmt, nil
	}
	stmt, err := t.g.conn.PrepareContext(context.Background(), s.text[dialectSQLite])
	if err == nil {
		t.g.stmts[s] = stmt
	}
	return stmt, err
}

func (t liteTx) query(ctx context.Context, s *statement, args []any) (*sql.Rows, error) {
	if s.free {
		if t.over.Load() {
			return nil, errOver
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return t.g.conn.QueryContext(context.Background(), s.text[dialectSQLite], args...)
	}
	stmt, err := t.stmt(ctx, s)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.Background(), args...)
}

func (t liteTx) exec(ctx context.Context, s *statement, args []any) (sql.Result, error) {
	if s.free {
		if t.over.Load() {
			return nil, errOver
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return t.g.conn.ExecContext(context.Background(), s.text[dialectSQLite], args...)
	}
	stmt, err := t.stmt(ctx, s)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.Background(), args...)
}
