package evidence

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"indagor/app"
	"indagor/app/evidence"
)

// View is one unchanging view of the stored log.
type View interface {
	// LogHead returns how many leaves the tree says it has, and its edge,
	// nil where the kept edge does not fit.
	LogHead(ctx context.Context, tree evidence.Tree) (int64, evidence.Edge, error)
	// LogLeaves returns at most most leaves with numbers from on, ascending,
	// with the hashes kept for each.
	LogLeaves(ctx context.Context, tree evidence.Tree, from int64, most int) ([]evidence.Leaf, error)
	// LogHashes returns the hashes kept for the leaf.
	LogHashes(ctx context.Context, tree evidence.Tree, seq int64) ([]tlog.Hash, error)
	// LogHashCount counts the leaves for which hashes are kept.
	LogHashCount(ctx context.Context, tree evidence.Tree) (int64, error)
	// LogRows returns the events of the class's readable table with the ids,
	// at most RowsMost, in any order.
	LogRows(ctx context.Context, class app.Class, ids []app.ID) ([]app.Event, error)
	// LogRowCount counts the rows of the readable table that holds the class.
	LogRowCount(ctx context.Context, class app.Class) (int64, error)
	// LogCheckpoints returns at most most checkpoints of the tree, ascending
	// by size and time, after the given one.
	LogCheckpoints(ctx context.Context, tree evidence.Tree, size int64, at time.Time, most int) ([]Kept, error)
}

// Kept is a checkpoint as it stands in the store.
type Kept = evidence.Kept

// RowsMost is how many rows a View is asked for at once.
const RowsMost = evidence.RowsMost

// Trust is what Verify believes.
type Trust struct {
	Origin string         // name of the log
	Keys   note.Verifiers // keys that have signed its checkpoints
	// Anchors are what left the server: signed checkpoints of the open tree,
	// and of the sealed one what evidence.Anchor gave.
	Anchors []string
}

// Flaw is what is wrong, as a code.
type Flaw string

// The flaws.
const (
	LeafMissing       Flaw = "leaf_missing"         // a number is left out
	LeafAdded         Flaw = "leaf_added"           // a leaf that the log did not add
	LeafAltered       Flaw = "leaf_altered"         // a leaf does not have its hash
	LeafMalformed     Flaw = "leaf_malformed"       // no event, or one that must not stand in this tree
	HashMissing       Flaw = "hash_missing"         // no hashes are kept for a leaf
	HashAdded         Flaw = "hash_added"           // hashes are kept for no leaf
	HashAltered       Flaw = "hash_altered"         // a hash of the tree is another one
	HeadAltered       Flaw = "head_altered"         // the head is not that of the leaves
	Truncated         Flaw = "truncated"            // fewer leaves than the head or a checkpoint says
	CheckpointForged  Flaw = "checkpoint_forged"    // not signed by the log, or not what it says
	CheckpointMissing Flaw = "checkpoint_missing"   // one known from outside is not there
	Rewritten         Flaw = "rewritten"            // the tree is another than a checkpoint says
	RowMissing        Flaw = "readable_row_missing" // an event has no row in its readable table
	RowAltered        Flaw = "readable_row_altered" // the row says something else
	RowAdded          Flaw = "readable_row_added"   // a row that is no event of the log
)

// Damage is the first thing found wrong in a tree.
type Damage struct {
	Tree evidence.Tree
	Seq  int64 // number of the leaf; the size, where a whole tree is meant; -1 where none is
	Flaw Flaw
}

// Report is what Verify found.
type Report struct {
	Open, Sealed int64 // leaves read
	Checkpoints  int   // checkpoints that agree
	Damage       []Damage
}

// Sound reports whether nothing is wrong.
func (r Report) Sound() bool { return len(r.Damage) == 0 }

// Verify computes both trees again from their leaves and compares them with
// the kept hashes, the heads, every checkpoint and the anchors, and the open
// leaves with the readable tables, row by row in both directions. It reports
// the first damage of each tree. The error tells that reading failed. It needs
// the same little memory whatever the size of the log.
func Verify(ctx context.Context, v View, trust Trust) (Report, error) {
	var r Report
	for _, tree := range evidence.Trees {
		c := check{ctx: ctx, v: v, tree: tree, origin: evidence.Origin(trust.Origin, tree), keys: trust.Keys, rows: map[app.Class]int64{}}
		c.take(trust.Anchors)
		damage, err := c.run()
		if err != nil {
			return r, err
		}
		r.Checkpoints += c.good
		if tree == evidence.Open {
			r.Open = c.n
		} else {
			r.Sealed = c.n
		}
		if damage != nil {
			r.Damage = append(r.Damage, *damage)
		}
	}
	return r, nil
}

// check walks along one tree.
type check struct {
	ctx    context.Context
	v      View
	tree   evidence.Tree
	origin string
	keys   note.Verifiers

	edge evidence.Edge
	n    int64 // leaves so far
	good int

	page    []Kept          // checkpoints to come
	after   Kept            // the last one read
	more    bool            // there may be more in the store
	anchors []string        // signed checkpoints from outside
	places  []int64         // their sizes
	digests map[string]bool // anchors of the sealed tree still to be found
	rows    map[app.Class]int64
}

func (c *check) take(anchors []string) {
	c.digests = map[string]bool{}
	for _, a := range anchors {
		digest := !strings.Contains(strings.TrimSpace(a), "\n")
		switch {
		case digest && c.tree == evidence.Sealed:
			c.digests[strings.TrimSpace(a)] = true
		case !digest && c.tree == evidence.Open:
			c.anchors = append(c.anchors, a)
		}
	}
	c.more = true
	c.after.Size = math.MinInt64
}

func (c *check) flaw(seq int64, f Flaw) *Damage { return &Damage{c.tree, seq, f} }

func (c *check) run() (*Damage, error) {
	for _, a := range c.anchors {
		cp, err := evidence.ReadCheckpoint(a, c.origin, c.keys)
		if err != nil {
			return c.flaw(-1, CheckpointForged), nil
		}
		c.places = append(c.places, cp.Size)
	}
	size, head, err := c.v.LogHead(c.ctx, c.tree)
	if err != nil {
		return nil, err
	}
	if damage, err := c.checkpoints(); damage != nil || err != nil {
		return damage, err
	}
	for from := int64(math.MinInt64); ; {
		leaves, err := c.v.LogLeaves(c.ctx, c.tree, from, RowsMost)
		if err != nil {
			return nil, err
		}
		events := c.events(leaves)
		rows, err := c.readable(events)
		if err != nil {
			return nil, err
		}
		for i, leaf := range leaves {
			if damage := c.leaf(leaf, events[i], size, rows); damage != nil {
				return damage, nil
			}
			if damage, err := c.checkpoints(); damage != nil || err != nil {
				return damage, err
			}
		}
		if len(leaves) < RowsMost {
			break
		}
		from = leaves[len(leaves)-1].Seq + 1
	}
	return c.end(size, head)
}

// events reads the events of open leaves; the zero event stands for what is
// none, and for sealed leaves.
func (c *check) events(leaves []evidence.Leaf) []app.Event {
	out := make([]app.Event, len(leaves))
	if c.tree == evidence.Sealed {
		return out
	}
	for i, l := range leaves {
		if e, err := evidence.Parse(l.Body); err == nil && known(e.Class) {
			out[i] = e
		}
	}
	return out
}

// leaf checks the next leaf, whose event is e.
func (c *check) leaf(l evidence.Leaf, e app.Event, size int64, rows map[app.ID][]byte) *Damage {
	switch {
	case l.Seq < c.n || l.Seq >= size:
		return c.flaw(l.Seq, LeafAdded)
	case l.Seq > c.n:
		return c.flaw(c.n, LeafMissing)
	case len(l.Hashes) < tlog.HashSize:
		return c.flaw(c.n, HashMissing)
	}
	hash := evidence.LeafHash(l.Body)
	if !bytes.Equal(hash[:], l.Hashes[:tlog.HashSize]) {
		return c.flaw(c.n, LeafAltered)
	}
	completed := c.edge.Add(c.n, hash)
	if !bytes.Equal(evidence.Join(completed), l.Hashes) {
		return c.flaw(c.n, HashAltered)
	}
	if c.tree == evidence.Sealed {
		env, err := parseEnvelope(l.Body)
		if err != nil || env.hour != l.Hour {
			return c.flaw(c.n, LeafMalformed)
		}
	} else {
		if e.ID == "" || e.ID != l.ID || e.Sealed() {
			return c.flaw(c.n, LeafMalformed)
		}
		row, ok := rows[e.ID]
		switch {
		case !ok:
			return c.flaw(c.n, RowMissing)
		case !bytes.Equal(row, l.Body):
			return c.flaw(c.n, RowAltered)
		}
		c.rows[table(e.Class)]++
	}
	c.n++
	return nil
}

// table is the class that stands for the readable table of a class.
func table(class app.Class) app.Class {
	if class == app.ClassSystem {
		return app.ClassAdmin
	}
	return class
}

// readable reads the rows of the events and puts them into the canonical form.
func (c *check) readable(events []app.Event) (map[app.ID][]byte, error) {
	ids := map[app.Class][]app.ID{}
	for _, e := range events {
		if e.ID != "" && !e.Sealed() {
			ids[table(e.Class)] = append(ids[table(e.Class)], e.ID)
		}
	}
	rows := map[app.ID][]byte{}
	for class, list := range ids {
		found, err := c.v.LogRows(c.ctx, class, list)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			// A row that has no canonical form is not equal to any leaf.
			rows[e.ID], _ = evidence.Canonical(e)
		}
	}
	return rows, nil
}

// checkpoints compares those of the present size.
func (c *check) checkpoints() (*Damage, error) {
	for i, size := range c.places {
		if size == c.n {
			if damage := c.compare(c.anchors[i], nil); damage != nil {
				return damage, nil
			}
		}
	}
	for {
		if len(c.page) == 0 && c.more {
			page, err := c.v.LogCheckpoints(c.ctx, c.tree, c.after.Size, c.after.At, RowsMost)
			if err != nil {
				return nil, err
			}
			c.page, c.more = page, len(page) == RowsMost
			if len(page) > 0 {
				c.after = page[len(page)-1]
			}
		}
		if len(c.page) == 0 || c.page[0].Size > c.n {
			return nil, nil
		}
		k := c.page[0]
		c.page = c.page[1:]
		if damage := c.compare(k.Note, &k); damage != nil {
			return damage, nil
		}
		delete(c.digests, evidence.Anchor(k.Note))
		c.good++
	}
}

// compare compares a signed checkpoint with the tree, and with the columns
// beside it where it is a kept one.
func (c *check) compare(signed string, kept *Kept) *Damage {
	cp, err := evidence.ReadCheckpoint(signed, c.origin, c.keys)
	switch {
	case err != nil, kept != nil && (cp.Size != kept.Size || !cp.At.Equal(kept.At)):
		return c.flaw(c.n, CheckpointForged)
	case cp.Root != c.edge.Root():
		return c.flaw(c.n, Rewritten)
	}
	return nil
}

// end checks what can be said only when all leaves have been read.
func (c *check) end(size int64, head evidence.Edge) (*Damage, error) {
	if len(c.page) > 0 {
		k := c.page[0]
		cp, err := evidence.ReadCheckpoint(k.Note, c.origin, c.keys)
		if err != nil || cp.Size != k.Size || !cp.At.Equal(k.At) {
			return c.flaw(k.Size, CheckpointForged), nil
		}
		return c.flaw(c.n, Truncated), nil
	}
	if size > c.n || len(c.places) > 0 && slices.Max(c.places) > c.n {
		return c.flaw(c.n, Truncated), nil
	}
	if size != c.n || !slices.Equal(head, c.edge) {
		return c.flaw(c.n, HeadAltered), nil
	}
	if len(c.digests) > 0 {
		return c.flaw(-1, CheckpointMissing), nil
	}
	switch n, err := c.v.LogHashCount(c.ctx, c.tree); {
	case err != nil:
		return nil, err
	case n != c.n:
		return c.flaw(c.n, HashAdded), nil
	}
	if c.tree == evidence.Sealed {
		return nil, nil
	}
	for _, class := range []app.Class{app.ClassActivity, app.ClassAccess, app.ClassAdmin} {
		switch n, err := c.v.LogRowCount(c.ctx, class); {
		case err != nil:
			return nil, err
		case n != c.rows[class]:
			return c.flaw(-1, RowAdded), nil
		}
	}
	return nil, nil
}

// errGone tells that the view has not what its own head promises.
var errGone = errors.New("evidence: the log is damaged here; verify it")
