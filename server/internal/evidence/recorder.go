package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"indagor/app"
	"indagor/app/evidence"
)

// CheckpointEvery is the fixed time between two checkpoints.
const CheckpointEvery = time.Hour

// Tx is a transaction of the store, as far as the log needs it.
type Tx interface {
	// Now is the moment of the transaction.
	Now() time.Time
	Context() context.Context
	// LogRow adds the event to the readable table of its class.
	LogRow(app.Event) error
	// LogLeaf adds the leaf to its tree when the transaction commits.
	LogLeaf(evidence.Leaf)
	// LogHead returns how many leaves the tree has, and its edge.
	LogHead(context.Context, evidence.Tree) (int64, evidence.Edge, error)
	// LogCheckpoint keeps a signed checkpoint.
	LogCheckpoint(tree evidence.Tree, size int64, at time.Time, signed string) error
}

// Config is what a Recorder is made of.
type Config struct {
	Key        *Key            // signs the checkpoints
	Origin     string          // name of the log, one line: the first part of the first line of its checkpoints
	Custodians []age.Recipient // any two of them open a sealed event; at least two, all different
	Rand       io.Reader       // crypto/rand where nil
}

// Recorder writes the log. It may be used by many goroutines.
type Recorder struct {
	key    *Key
	origin string
	sealer *Sealer
}

// New returns a Recorder. It refuses fewer than two custodians, because a
// single one could open what two must.
func New(c Config) (*Recorder, error) {
	if c.Key == nil {
		return nil, errors.New("evidence: no key to sign with")
	}
	if c.Origin == "" {
		return nil, errors.New("evidence: the log has no name")
	}
	s, err := NewSealer(c.Custodians, c.Rand)
	if err != nil {
		return nil, err
	}
	return &Recorder{c.Key, c.Origin, s}, nil
}

// Origin is the name of the log.
func (r *Recorder) Origin() string { return r.origin }

// Record writes the event, which has an id and a time, into the log. It is
// part of the transaction: when the transaction fails there is no event.
func (r *Recorder) Record(tx Tx, e app.Event) error {
	if e.ID == "" || e.At.IsZero() || e.Kind == "" {
		return errors.New("evidence: an event without id, time or kind")
	}
	if spec, ok := e.Kind.Spec(); !ok || spec.Class != e.Class {
		return fmt.Errorf("evidence: %q does not belong in the class %q", e.Kind, e.Class)
	}
	e, body, err := evidence.Normal(e)
	if err != nil {
		return err
	}
	if e.Sealed() {
		hour := e.At.Unix() / 3600
		blob, err := r.sealer.Seal(hour, body)
		if err != nil {
			return err
		}
		tx.LogLeaf(evidence.Leaf{Tree: evidence.Sealed, Hour: hour, Body: blob})
		return nil
	}
	if e.Class == app.ClassAccess && !plainAccess(e) {
		return fmt.Errorf("evidence: %s says more than an access may", e.Kind)
	}
	if err := tx.LogRow(e); err != nil {
		return err
	}
	tx.LogLeaf(evidence.Leaf{Tree: evidence.Open, ID: e.ID, Body: body})
	return nil
}

// known reports whether there is a readable table for the class.
func known(c app.Class) bool {
	return c == app.ClassActivity || c == app.ClassAccess || c == app.ClassAdmin || c == app.ClassSystem
}

// plainAccess reports whether the event says who, when, from where and how it
// ended, and nothing of what was done in the services: accesses of STANDARDPS
// users are readable.
func plainAccess(e app.Event) bool {
	return e.Service == "" && e.Type == "" && e.Visura == "" && e.Purpose == "" && e.PurposeName == "" &&
		e.File == "" && e.Subject == "" && e.Operation == "" && e.Mediator == "" && e.OperatorID == "" &&
		e.AskedAs == "" && e.Approval == "" && e.Approver == "" && len(e.Calls) == 0
}

// Signed is a checkpoint that was kept.
type Signed struct {
	Tree evidence.Tree
	evidence.Checkpoint
	Note string
}

// Checkpoint signs the heads of both trees as they were before this
// transaction, keeps the notes and returns them, the open tree first. Of the
// sealed one only evidence.Anchor of the note may be shown to administrators.
func (r *Recorder) Checkpoint(tx Tx) ([]Signed, error) {
	var out []Signed
	for _, tree := range evidence.Trees {
		s, err := r.sign(tx, tree)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// OpenHead is Checkpoint for the open tree alone: what goes out with the daily
// mail.
func (r *Recorder) OpenHead(tx Tx) (Signed, error) { return r.sign(tx, evidence.Open) }

func (r *Recorder) sign(tx Tx, tree evidence.Tree) (Signed, error) {
	size, edge, err := tx.LogHead(tx.Context(), tree)
	if err != nil {
		return Signed{}, err
	}
	c := evidence.Checkpoint{Origin: evidence.Origin(r.origin, tree), Size: size, Root: edge.Root(), At: tx.Now()}
	signed, err := c.Sign(r.key.signer)
	if err != nil {
		return Signed{}, err
	}
	return Signed{tree, c, signed}, tx.LogCheckpoint(tree, size, c.At, signed)
}

// Verify is the package's Verify with the recorder's own log and key, and
// checkpoints that are known from outside.
func (r *Recorder) Verify(ctx context.Context, v View, anchors ...string) (Report, error) {
	return Verify(ctx, v, Trust{Origin: r.origin, Keys: note.VerifierList(r.key.verifier), Anchors: anchors})
}
