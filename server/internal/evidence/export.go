package evidence

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math"

	"golang.org/x/mod/sumdb/tlog"

	"indagor/app/evidence"
)

// exported is one line of an export. Kind says which members there are.
type exported struct {
	Kind   string          `json:"line"` // "log", "leaf", "checkpoint", "end"
	Format string          `json:"format,omitempty"`
	Origin string          `json:"origin,omitempty"`
	Key    string          `json:"key,omitempty"`
	Size   *int64          `json:"size,omitempty"`
	Root   string          `json:"root,omitempty"`
	Seq    *int64          `json:"seq,omitempty"`
	Event  json.RawMessage `json:"event,omitempty"`
	Body   []byte          `json:"body,omitempty"`
	Hashes [][]byte        `json:"hashes,omitempty"`
	Note   string          `json:"note,omitempty"`
}

// Export writes the open tree as JSON lines: one "log" line with the name, the
// public key, size and root; a "leaf" line for each event with its number, the
// event to be read, its canonical bytes in base64, and the hashes that it
// completes (see evidence.Edge.Add), which are all that is needed to prove any
// leaf; a "checkpoint" line for each checkpoint; an "end" line, so that a cut
// file is recognised. It does not verify.
func (r *Recorder) Export(ctx context.Context, v View, w io.Writer) error {
	size, edge, err := v.LogHead(ctx, evidence.Open)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(w, 1<<16)
	out := json.NewEncoder(buf)
	out.SetEscapeHTML(false)
	head := exported{
		Kind: "log", Format: "indagor-log-1", Origin: evidence.Origin(r.origin, evidence.Open),
		Key: r.key.Public(), Size: &size, Root: edge.Root().String(),
	}
	if err := out.Encode(head); err != nil {
		return err
	}
	for next := int64(0); next < size; {
		leaves, err := v.LogLeaves(ctx, evidence.Open, next, RowsMost)
		if err != nil {
			return err
		}
		for _, l := range leaves {
			if l.Seq != next || len(l.Body) == 0 {
				return errGone
			}
			line := exported{Kind: "leaf", Seq: &l.Seq, Event: l.Body[1:], Body: l.Body}
			if !json.Valid(line.Event) {
				return errGone
			}
			for _, h := range evidence.Hashes(l.Hashes) {
				line.Hashes = append(line.Hashes, h[:])
			}
			if err := out.Encode(line); err != nil {
				return err
			}
			next++
		}
		if len(leaves) == 0 {
			return errGone
		}
	}
	after := Kept{Size: math.MinInt64}
	for {
		page, err := v.LogCheckpoints(ctx, evidence.Open, after.Size, after.At, RowsMost)
		if err != nil {
			return err
		}
		for _, k := range page {
			if err := out.Encode(exported{Kind: "checkpoint", Note: k.Note}); err != nil {
				return err
			}
		}
		if len(page) < RowsMost {
			break
		}
		after = page[len(page)-1]
	}
	if err := out.Encode(exported{Kind: "end"}); err != nil {
		return err
	}
	return buf.Flush()
}

// ProveInclusion proves that the tree of size leaves has the leaf seq; see
// evidence.CheckInclusion.
func ProveInclusion(ctx context.Context, v View, tree evidence.Tree, seq, size int64) (tlog.RecordProof, error) {
	return tlog.ProveRecord(size, seq, stored(ctx, v, tree))
}

// ProveConsistency proves that the tree of newer leaves begins with that of
// older ones; see evidence.CheckConsistency.
func ProveConsistency(ctx context.Context, v View, tree evidence.Tree, older, newer int64) (tlog.TreeProof, error) {
	if older == 0 || older == newer {
		return nil, nil
	}
	return tlog.ProveTree(newer, older, stored(ctx, v, tree))
}

func stored(ctx context.Context, v View, tree evidence.Tree) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			seq, level := evidence.StoredAt(index)
			hashes, err := v.LogHashes(ctx, tree, seq)
			if err != nil {
				return nil, err
			}
			if level >= len(hashes) {
				return nil, errGone
			}
			out[i] = hashes[level]
		}
		return out, nil
	})
}
