package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// grown is a tree with everything that package tlog would store.
type grown struct {
	edge   Edge
	stored []tlog.Hash
	roots  []tlog.Hash
}

func (g *grown) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = g.stored[x]
	}
	return out, nil
}

func leafBody(i int) []byte { return fmt.Appendf(nil, "leaf %d", i) }

func grow(t *testing.T, n int) *grown {
	t.Helper()
	g := &grown{roots: []tlog.Hash{Edge(nil).Root()}}
	for i := range n {
		want, err := tlog.StoredHashes(int64(i), leafBody(i), g)
		if err != nil {
			t.Fatal(err)
		}
		got := g.edge.Add(int64(i), LeafHash(leafBody(i)))
		if !slices.Equal(got, want) {
			t.Fatalf("leaf %d completes %v, package tlog says %v", i, got, want)
		}
		for level := range got {
			if seq, l := StoredAt(int64(len(g.stored))); seq != int64(i) || l != level {
				t.Fatalf("hash %d stands at %d, %d, want %d, %d", len(g.stored), seq, l, i, level)
			}
			g.stored = append(g.stored, got[level])
		}
		root, err := tlog.TreeHash(int64(i+1), g)
		if err != nil {
			t.Fatal(err)
		}
		if g.edge.Root() != root {
			t.Fatalf("root of %d leaves is %v, package tlog says %v", i+1, g.edge.Root(), root)
		}
		g.roots = append(g.roots, root)
		back, err := ParseEdge(int64(i+1), g.edge.Bytes())
		if err != nil || !slices.Equal(back, g.edge) {
			t.Fatalf("edge of %d: %v, %v", i+1, back, err)
		}
		if _, err := ParseEdge(int64(i+1), g.edge.Bytes()[1:]); err == nil {
			t.Fatalf("edge of %d: accepted one byte less", i+1)
		}
	}
	return g
}

// The tree is compared with package tlog, whose own is that of RFC 6962.
func TestEdge(t *testing.T) { grow(t, 300) }

func TestProofs(t *testing.T) {
	const most = 40
	g := grow(t, most)
	at := func(n int) Checkpoint { return Checkpoint{Origin: "o", Size: int64(n), Root: g.roots[n]} }
	for size := 1; size <= most; size++ {
		for seq := range size {
			p, err := tlog.ProveRecord(int64(size), int64(seq), g)
			if err != nil {
				t.Fatal(err)
			}
			if err := CheckInclusion(at(size), int64(seq), leafBody(seq), p); err != nil {
				t.Fatalf("leaf %d of %d: %v", seq, size, err)
			}
			if CheckInclusion(at(size), int64(seq), leafBody(seq+1), p) == nil {
				t.Fatalf("leaf %d of %d: another leaf was accepted", seq, size)
			}
			if CheckInclusion(at(size), int64(seq+1), leafBody(seq), p) == nil {
				t.Fatalf("leaf %d of %d: another number was accepted", seq, size)
			}
		}
		for older := 0; older <= size; older++ {
			var p tlog.TreeProof
			if older > 0 && older < size {
				var err error
				if p, err = tlog.ProveTree(int64(size), int64(older), g); err != nil {
					t.Fatal(err)
				}
			}
			if err := CheckConsistency(at(older), at(size), p); err != nil {
				t.Fatalf("%d to %d: %v", older, size, err)
			}
			bad := at(older)
			bad.Root[0] ^= 1
			if CheckConsistency(bad, at(size), p) == nil {
				t.Fatalf("%d to %d: another root was accepted", older, size)
			}
			if older < size && CheckConsistency(at(size), at(older), p) == nil {
				t.Fatalf("%d to %d: accepted backwards", older, size)
			}
		}
	}
}

func signerOf(t testing.TB, name string) (note.Signer, note.Verifiers) {
	t.Helper()
	private, public, err := note.GenerateKey(nil, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return s, note.VerifierList(v)
}

func TestCheckpoint(t *testing.T) {
	s, keys := signerOf(t, "indagor.example")
	_, others := signerOf(t, "indagor.example")
	c := Checkpoint{Origin: Origin("comune.example", Open), Size: 12, Root: LeafHash([]byte("x")), At: time.Date(2026, 11, 22, 8, 30, 0, 1000, time.UTC)}
	signed, err := c.Sign(s)
	if err != nil {
		t.Fatal(err)
	}
	if want := "comune.example/open\n12\n" + c.Root.String() + "\ntime 2026-11-22T08:30:00.000001Z\n\n— indagor.example "; !strings.HasPrefix(signed, want) {
		t.Errorf("note %q", signed)
	}
	got, err := ReadCheckpoint(signed, c.Origin, keys)
	if err != nil || got != c {
		t.Errorf("ReadCheckpoint = %+v, %v", got, err)
	}
	if _, err := ReadCheckpoint(signed, Origin("comune.example", Sealed), keys); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("another origin: %v", err)
	}
	if _, err := ReadCheckpoint(signed, c.Origin, others); !errors.Is(err, ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	text := signed[:strings.Index(signed, "\n\n")]
	for i := range text {
		bad := []byte(signed)
		bad[i] ^= 1
		if _, err := ReadCheckpoint(string(bad), c.Origin, keys); err == nil {
			t.Errorf("byte %d altered and accepted", i)
		}
	}
	if _, err := (Checkpoint{Origin: "a\nb"}).Sign(s); err == nil {
		t.Error("an origin of two lines was signed")
	}
	// Signed with the right key, but not in the form.
	for _, text := range []string{
		"comune.example/open\n012\n" + c.Root.String() + "\ntime 2026-11-22T08:30:00.000001Z\n",
		"comune.example/open\n-1\n" + c.Root.String() + "\ntime 2026-11-22T08:30:00.000001Z\n",
		"comune.example/open\n12\n" + c.Root.String() + "\ntime 2026-11-22T09:30:00.000001+01:00\n",
		"comune.example/open\n12\n" + c.Root.String() + "\n",
		"comune.example/open\n12\n" + c.Root.String() + "\ntime 2026-11-22T08:30:00.000001Z\nmore\n",
	} {
		b, err := note.Sign(&note.Note{Text: text}, s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadCheckpoint(string(b), c.Origin, keys); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadCheckpoint(f *testing.F) {
	s, keys := signerOf(f, "k")
	signed, err := Checkpoint{Origin: "o", Size: 1}.Sign(s)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed, "o")
	f.Add("o\n1\n\n", "o")
	f.Fuzz(func(t *testing.T, text, origin string) {
		c, err := ReadCheckpoint(text, origin, keys)
		if err != nil {
			return
		}
		if c.Origin != origin || c.text() != text[:len(c.text())] {
			t.Errorf("%q read as %+v", text, c)
		}
	})
}

func TestHashes(t *testing.T) {
	in := []tlog.Hash{LeafHash([]byte("a")), LeafHash([]byte("b"))}
	if b := Join(in); !slices.Equal(Hashes(b), in) || !bytes.Equal(Join(Hashes(b)), b) {
		t.Error("Join and Hashes differ")
	}
}
