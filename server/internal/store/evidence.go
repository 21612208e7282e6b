package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"indagor/app"
	"indagor/app/evidence"
)

// eventColumns are the columns of the readable tables, in the order in which
// scanEvent reads and eventArgs gives them.
const eventColumns = `id, at, class, kind, user_id, username, role, department, admin, workstation, address,
	service, type, visura, purpose, file, subject, outcome, code, operation, mediator,
	target, target_department, target_name, reason, detail`

func scanEvent(row scanner) (app.Event, error) {
	var (
		e      app.Event
		at     int64
		detail string
	)
	err := row.Scan(&e.ID, &at, &e.Class, &e.Kind, &e.Actor.User, &e.Actor.Username, &e.Actor.Role, &e.Actor.Department,
		&e.Actor.Admin, &e.Workstation, &e.Address, &e.Service, &e.Type, &e.Visura, &e.Purpose, &e.File, &e.Subject,
		&e.Outcome, &e.Code, &e.Operation, &e.Mediator, &e.Target, &e.TargetDept, &e.TargetName, &e.Reason, &detail)
	if err != nil {
		return e, err
	}
	e.At = moment(at)
	err = evidence.AddDetail(&e, detail)
	return e, err
}

func eventArgs(e app.Event) ([]any, error) {
	detail, err := evidence.Detail(e)
	return []any{
		e.ID, e.At, e.Class, e.Kind, e.Actor.User, e.Actor.Username, e.Actor.Role, e.Actor.Department,
		e.Actor.Admin, e.Workstation, e.Address, e.Service, e.Type, e.Visura, e.Purpose, e.File, e.Subject,
		e.Outcome, e.Code, e.Operation, e.Mediator, e.Target, e.TargetDept, e.TargetName, e.Reason, detail,
	}, err
}

// readable are the statements on one readable table.
type readable struct{ add, byID, count *statement }

func newReadable(table string) readable {
	columns := strings.Count(eventColumns, ",") + 1
	return readable{
		add:   register(table+" add", "INSERT INTO "+table+" ("+eventColumns+") VALUES ("+numbers(columns)+")"),
		byID:  register(table+" by id", "SELECT "+eventColumns+" FROM "+table+" WHERE id IN ("+numbers(evidence.RowsMost)+")"),
		count: register(table+" count", "SELECT count(*) FROM "+table),
	}
}

// numbers is "$1, $2, …, $n".
func numbers(n int) string {
	return number(strings.Repeat("?, ", n-1)+"?", 0, n)
}

var (
	activityTable = newReadable("activity")
	accessTable   = newReadable("access")
	historyTable  = newReadable("history")
)

func readableOf(class app.Class) (readable, error) {
	switch class {
	case app.ClassActivity:
		return activityTable, nil
	case app.ClassAccess:
		return accessTable, nil
	case app.ClassAdmin, app.ClassSystem:
		return historyTable, nil
	}
	return readable{}, fmt.Errorf("store: no table for events of the class %q", class)
}

var (
	headGet     = register("log head", "SELECT size, edge FROM log_heads WHERE tree = $1")
	headLock    = register("log head lock", "SELECT size, edge FROM log_heads WHERE tree = $1"+lockRow)
	headSet     = register("log head set", "UPDATE log_heads SET size = $1, edge = $2 WHERE tree = $3")
	leafAdd     = register("log leaf add", "INSERT INTO log_leaves (seq, id, body) VALUES ($1, $2, $3)")
	sealedAdd   = register("log sealed add", "INSERT INTO log_sealed (seq, hour, body) VALUES ($1, $2, $3)")
	hashesAdd   = register("log hashes add", "INSERT INTO log_hashes (tree, seq, hashes) VALUES ($1, $2, $3)")
	hashesGet   = register("log hashes", "SELECT hashes FROM log_hashes WHERE tree = $1 AND seq = $2")
	hashesCount = register("log hashes count", "SELECT count(*) FROM log_hashes WHERE tree = $1")
	leavesList  = register("log leaves", `SELECT l.seq, l.id, 0, l.body, h.hashes FROM log_leaves l
		LEFT JOIN log_hashes h ON h.tree = 'open' AND h.seq = l.seq
		WHERE l.seq >= $1 ORDER BY l.seq LIMIT $2`)
	sealedList = register("log sealed", `SELECT l.seq, '', l.hour, l.body, h.hashes FROM log_sealed l
		LEFT JOIN log_hashes h ON h.tree = 'sealed' AND h.seq = l.seq
		WHERE l.seq >= $1 ORDER BY l.seq LIMIT $2`)
	checkpointAdd  = register("log checkpoint add", "INSERT INTO log_checkpoints (tree, size, at, note) VALUES ($1, $2, $3, $4)")
	checkpointList = register("log checkpoints", `SELECT size, at, note FROM log_checkpoints
		WHERE tree = $1 AND (size > $2 OR (size = $2 AND at > $3)) ORDER BY size, at LIMIT $4`)
)

// LogRow adds the event to the readable table of its class, and counts it
// where it is a request.
func (tx *Tx) LogRow(e app.Event) error {
	table, err := readableOf(e.Class)
	if err != nil {
		return err
	}
	args, err := eventArgs(e)
	if err != nil {
		return err
	}
	if _, err = exec(tx.ctx, tx.q, table.add, args...); err != nil {
		return err
	}
	tx.events = append(tx.events, e)
	if c, ok := countedOf(e, tx.db.zone); ok {
		tx.log.count(c)
	}
	return nil
}

// LogLeaf adds the leaf to its tree when the transaction commits.
func (tx *Tx) LogLeaf(l evidence.Leaf) {
	tx.log.leaves = append(tx.log.leaves, pendingLeaf{l, evidence.LeafHash(l.Body)})
}

// LogCheckpoint keeps a signed checkpoint.
func (tx *Tx) LogCheckpoint(tree evidence.Tree, size int64, at time.Time, signed string) error {
	_, err := exec(tx.ctx, tx.q, checkpointAdd, tree, size, at, signed)
	return err
}

// LogHead returns how many leaves the tree has and its edge, nil where what is
// kept is not the edge of such a tree.
func (q queries) LogHead(ctx context.Context, tree evidence.Tree) (int64, evidence.Edge, error) {
	h, err := one(ctx, q.q, headGet, scanHead, tree)
	if err != nil {
		return 0, nil, err
	}
	edge, err := evidence.ParseEdge(h.size, h.edge)
	if err != nil {
		edge = nil
	}
	return h.size, edge, nil
}

// LogLeaves returns at most most leaves of the tree with numbers from on.
func (q queries) LogLeaves(ctx context.Context, tree evidence.Tree, from int64, most int) ([]evidence.Leaf, error) {
	s := leavesList
	if tree == evidence.Sealed {
		s = sealedList
	}
	return all(ctx, q.q, s, func(row scanner) (evidence.Leaf, error) {
		l := evidence.Leaf{Tree: tree}
		err := row.Scan(&l.Seq, &l.ID, &l.Hour, &l.Body, &l.Hashes)
		return l, err
	}, from, most)
}

// LogHashes returns the hashes kept for a leaf.
func (q queries) LogHashes(ctx context.Context, tree evidence.Tree, seq int64) ([]tlog.Hash, error) {
	b, err := one(ctx, q.q, hashesGet, scanBytes, tree, seq)
	return evidence.Hashes(b), err
}

// LogHashCount counts the leaves for which hashes are kept.
func (q queries) LogHashCount(ctx context.Context, tree evidence.Tree) (int64, error) {
	return one(ctx, q.q, hashesCount, scanInt, tree)
}

// LogRows returns the rows with the ids in the readable table of the class.
func (q queries) LogRows(ctx context.Context, class app.Class, ids []app.ID) ([]app.Event, error) {
	table, err := readableOf(class)
	if err != nil {
		return nil, err
	}
	if len(ids) > evidence.RowsMost {
		return nil, fmt.Errorf("store: %d ids at once", len(ids))
	}
	args := make([]any, evidence.RowsMost)
	for i := range args {
		args[i] = ""
		if i < len(ids) {
			args[i] = ids[i]
		}
	}
	return all(ctx, q.q, table.byID, func(row scanner) (app.Event, error) {
		e, err := scanEvent(row)
		if err != nil && e.ID != "" { // what cannot be read is other than what was written
			return app.Event{ID: e.ID}, nil
		}
		return e, err
	}, args...)
}

// LogRowCount counts the rows of the readable table of the class.
func (q queries) LogRowCount(ctx context.Context, class app.Class) (int64, error) {
	table, err := readableOf(class)
	if err != nil {
		return 0, err
	}
	return one(ctx, q.q, table.count, scanInt)
}

// LogCheckpoints returns at most most checkpoints of the tree after the one of
// that size and time, ascending.
func (q queries) LogCheckpoints(ctx context.Context, tree evidence.Tree, size int64, at time.Time, most int) ([]evidence.Kept, error) {
	return all(ctx, q.q, checkpointList, func(row scanner) (evidence.Kept, error) {
		var k evidence.Kept
		var us int64
		err := row.Scan(&k.Size, &us, &k.Note)
		k.At = moment(us)
		return k, err
	}, tree, size, at, most)
}

type head struct {
	size int64
	edge []byte
}

func scanHead(row scanner) (head, error) {
	var h head
	err := row.Scan(&h.size, &h.edge)
	return h, err
}

func scanInt(row scanner) (int64, error) {
	var n int64
	err := row.Scan(&n)
	return n, err
}

func scanBytes(row scanner) ([]byte, error) {
	var b []byte
	err := row.Scan(&b)
	return b, err
}

// pending are the leaves that a transaction adds to the log when it commits,
// and the requests that it counts then.
type pending struct {
	leaves []pendingLeaf
	counts []counted
}

type pendingLeaf struct {
	evidence.Leaf
	hash tlog.Hash
}

type pendingMark struct{ leaves, counts int }

func (p *pending) mark() pendingMark { return pendingMark{len(p.leaves), len(p.counts)} }

// back forgets what was added after the mark.
func (p *pending) back(mark pendingMark) {
	p.leaves, p.counts = p.leaves[:mark.leaves], p.counts[:mark.counts]
}

// flush writes the counts, gives the leaves their numbers and adds them. From here to the commit
// no other transaction can add to the same tree.
func (p *pending) flush(ctx context.Context, q querier) error {
	if err := p.flushCounts(ctx, q); err != nil {
		return err
	}
	for _, tree := range evidence.Trees {
		var n int64
		var edge evidence.Edge
		locked := false
		for _, l := range p.leaves {
			if l.Tree != tree {
				continue
			}
			if !locked {
				h, err := one(ctx, q, headLock, scanHead, tree)
				if err != nil {
					return err
				}
				if edge, err = evidence.ParseEdge(h.size, h.edge); err != nil {
					return err
				}
				n, locked = h.size, true
			}
			var err error
			if tree == evidence.Open {
				_, err = exec(ctx, q, leafAdd, n, l.ID, l.Body)
			} else {
				_, err = exec(ctx, q, sealedAdd, n, l.Hour, l.Body)
			}
			if err != nil {
				return err
			}
			if _, err := exec(ctx, q, hashesAdd, tree, n, evidence.Join(edge.Add(n, l.hash))); err != nil {
				return err
			}
			n++
		}
		if locked {
			if _, err := exec(ctx, q, headSet, n, edge.Bytes(), tree); err != nil {
				return err
			}
		}
	}
	return nil
}
