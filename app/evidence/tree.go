package evidence

import (
	"crypto/sha256"
	"errors"
	"math/bits"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"indagor/app"
)

// Tree names one of the two trees of the log.
type Tree string

// The trees.
const (
	Open   Tree = "open"   // what administrators may read
	Sealed Tree = "sealed" // what STANDARDPS users did
)

// Trees lists the two, in the order in which they are locked.
var Trees = []Tree{Open, Sealed}

// Leaf is one leaf of the log as it is kept.
type Leaf struct {
	Tree   Tree
	Seq    int64  // from 0; set when the leaf has been added
	ID     app.ID // of the event; open leaves only
	Hour   int64  // 3600 s units since 1970 UTC; sealed leaves only
	Body   []byte // what is hashed
	Hashes []byte // the hashes that it completes (see Edge.Add), 32 bytes each
}

// LeafHash is the hash of a leaf (RFC 6962 §2.1).
func LeafHash(body []byte) tlog.Hash { return tlog.RecordHash(body) }

// Edge is the right edge of a tree of n leaves: the roots of the full subtrees
// that it is made of, one for each bit of n, largest first.
type Edge []tlog.Hash

var errEdge = errors.New("evidence: the edge does not belong to a tree of this size")

// ParseEdge reads an edge of a tree of n leaves from Bytes.
func ParseEdge(n int64, b []byte) (Edge, error) {
	if n < 0 || len(b) != bits.OnesCount64(uint64(n))*tlog.HashSize {
		return nil, errEdge
	}
	return Edge(Hashes(b)), nil
}

// Bytes are the hashes one after another.
func (e Edge) Bytes() []byte { return Join(e) }

// Add adds the leaf number n, from 0, to a tree of n leaves. It returns the
// hashes that this completes: the leaf's own, then those of the subtrees that
// end with it, lowest first. They are the "stored hashes" of package tlog.
func (e *Edge) Add(n int64, leaf tlog.Hash) []tlog.Hash {
	out := []tlog.Hash{leaf}
	for ; n&1 == 1; n >>= 1 {
		last := len(*e) - 1
		leaf = tlog.NodeHash((*e)[last], leaf)
		*e = (*e)[:last]
		out = append(out, leaf)
	}
	*e = append(*e, leaf)
	return out
}

// Root is the root of the tree; that of the empty tree is the hash of nothing.
func (e Edge) Root() tlog.Hash {
	if len(e) == 0 {
		return sha256.Sum256(nil)
	}
	h := e[len(e)-1]
	for i := len(e) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e[i], h)
	}
	return h
}

// Join puts hashes one after another.
func Join(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// Hashes takes apart what Join put together; a rest is left out.
func Hashes(b []byte) []tlog.Hash {
	out := make([]tlog.Hash, len(b)/tlog.HashSize)
	for i := range out {
		copy(out[i][:], b[i*tlog.HashSize:])
	}
	return out
}

// StoredAt says where the hash with the index of package tlog stands: it is
// the hash number level among those that the leaf seq completed.
func StoredAt(index int64) (seq int64, level int) {
	level, n := tlog.SplitStoredHashIndex(index)
	return (n+1)<<level - 1, level
}

// Kept is a signed checkpoint as it is kept, with what stands beside it.
type Kept struct {
	Size int64
	At   time.Time
	Note string
}

// RowsMost is how many leaves or rows are read at once when the log is
// verified.
const RowsMost = 200
