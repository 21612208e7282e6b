package evidence

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint says how a tree was at a moment.
type Checkpoint struct {
	Origin string // whose log, and which tree: see Origin
	Size   int64  // leaves
	Root   tlog.Hash
	At     time.Time // when it was signed, whole microseconds UTC
}

// The refusals of a checkpoint or a proof.
var (
	ErrCheckpoint = errors.New("evidence: not a checkpoint of this log")
	ErrSignature  = errors.New("evidence: the checkpoint is not signed with a known key")
	ErrProof      = errors.New("evidence: the proof does not hold")
)

// Origin is the first line of the checkpoints of one tree of the log with the
// given name.
func Origin(log string, tree Tree) string { return log + "/" + string(tree) }

// Sign returns the checkpoint as a note signed with the key.
func (c Checkpoint) Sign(signer note.Signer) (string, error) {
	if c.Origin == "" || strings.ContainsAny(c.Origin, "\n\r") || c.Size < 0 {
		return "", ErrCheckpoint
	}
	b, err := note.Sign(&note.Note{Text: c.text()}, signer)
	return string(b), err
}

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\ntime %s\n", c.Origin, c.Size, c.Root, c.At.UTC().Format(timeLayout))
}

// ReadCheckpoint checks the signature of a note with any of the known keys and
// reads the checkpoint in it, which must be of the origin. The errors are
// ErrSignature and ErrCheckpoint.
func ReadCheckpoint(signed, origin string, known note.Verifiers) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), known)
	if err != nil {
		return Checkpoint{}, ErrSignature
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 5 || lines[0] != origin || !strings.HasPrefix(lines[3], "time ") {
		return Checkpoint{}, ErrCheckpoint
	}
	c := Checkpoint{Origin: origin}
	var errs [3]error
	c.Size, errs[0] = strconv.ParseInt(lines[1], 10, 64)
	c.Root, errs[1] = tlog.ParseHash(lines[2])
	c.At, errs[2] = time.Parse(timeLayout, strings.TrimPrefix(lines[3], "time "))
	if errors.Join(errs[:]...) != nil || c.Size < 0 || c.text() != n.Text {
		return Checkpoint{}, ErrCheckpoint
	}
	return c, nil
}

// Anchor is what may be told of a signed checkpoint of the sealed tree to
// those who must not learn its size: a hash of the whole note. Whoever holds
// the log can show later that it contains a checkpoint with this hash; nobody
// can guess it, since nobody else knows the root.
func Anchor(signed string) string {
	h := sha256.Sum256([]byte(signed))
	return base64.StdEncoding.EncodeToString(h[:])
}

// CheckInclusion checks that the tree of the checkpoint has the leaf under the
// number seq.
func CheckInclusion(c Checkpoint, seq int64, body []byte, proof tlog.RecordProof) error {
	if seq < 0 || seq >= c.Size || tlog.CheckRecord(proof, c.Size, c.Root, seq, LeafHash(body)) != nil {
		return ErrProof
	}
	return nil
}

// CheckConsistency checks that the tree of the newer checkpoint begins with
// that of the older one.
func CheckConsistency(older, newer Checkpoint, proof tlog.TreeProof) error {
	switch {
	case older.Origin != newer.Origin || older.Size < 0 || older.Size > newer.Size:
		return ErrProof
	case older.Size == 0:
		if older.Root != Edge(nil).Root() || len(proof) != 0 {
			return ErrProof
		}
		return nil
	case older.Size == newer.Size:
		if older.Root != newer.Root || len(proof) != 0 {
			return ErrProof
		}
		return nil
	}
	if tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root) != nil {
		return ErrProof
	}
	return nil
}
