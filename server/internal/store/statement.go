package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
)

// statement is one SQL text under a name.
type statement struct {
	name string
	text [2]string // by dialect
	free bool      // put together by dynamic, not registered
}

// registered holds the statements of the program by name. It is filled while
// packages are initialised and only read afterwards.
var registered = map[string]*statement{}

// register adds a statement under a name that no other has. Placeholders are
// $1, $2, … in order of first appearance.
func register(name, sql string) *statement {
	if registered[name] != nil {
		panic("store: two statements named " + name)
	}
	s := &statement{name: name, text: [2]string{dialectSQLite.render(sql), dialectPostgres.render(sql)}}
	registered[name] = s
	return s
}

// queries is what reads, within a transaction or outside: methods written once
// for queries serve DB, View and Tx.
type queries struct{ q querier }

// querier runs statements. Rows must be closed before the next statement.
type querier interface {
	query(ctx context.Context, s *statement, args []any) (*sql.Rows, error)
	exec(ctx context.Context, s *statement, args []any) (sql.Result, error)
}

var (
	errReadOnly = errors.New("store: a change outside Write")
	errOver     = errors.New("store: the transaction is over")
	errClosed   = errors.New("store: closed")
)

// mostDynamic is how many texts of lists with filters stay prepared.
const mostDynamic = 128

// prepared keeps statements prepared on a pool of connections of SQLite.
// Registered ones stay; the least recently used of the others are closed when
// there are too many and nobody uses them.
type prepared struct {
	db    *sql.DB
	mu    sync.Mutex
	kept  map[string]*keptStmt
	order []*keptStmt // dynamic ones, least recently used first
}

type keptStmt struct {
	*sql.Stmt
	text  string
	users int
}

// take returns the statement and what to call when it has been started.
func (p *prepared) take(ctx context.Context, s *statement) (*sql.Stmt, func(), error) {
	text := s.text[dialectSQLite]
	p.mu.Lock()
	k := p.kept[text]
	if k == nil {
		p.mu.Unlock()
		stmt, err := p.db.PrepareContext(ctx, text)
		if err != nil {
			return nil, nil, err
		}
		p.mu.Lock()
		if k = p.kept[text]; k != nil {
			defer stmt.Close()
		} else {
			k = &keptStmt{Stmt: stmt, text: text}
			p.kept[text] = k
			if s.free {
				p.order = append(p.order, k)
			}
		}
	}
	k.users++
	if s.free {
		if i := slices.Index(p.order, k); i >= 0 {
			p.order = append(slices.Delete(p.order, i, i+1), k)
		}
		p.shrink()
	}
	p.mu.Unlock()
	return k.Stmt, func() {
		p.mu.Lock()
		k.users--
		p.mu.Unlock()
	}, nil
}

func (p *prepared) shrink() {
	for i := 0; len(p.order) > mostDynamic && i < len(p.order); {
		k := p.order[i]
		if k.users > 0 {
			i++
			continue
		}
		k.Close()
		delete(p.kept, k.text)
		p.order = slices.Delete(p.order, i, i+1)
	}
}

func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kept {
		k.Close()
	}
	p.kept, p.order = map[string]*keptStmt{}, nil
}
