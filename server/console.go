package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
	"indagor/server/internal/directory"
	"indagor/server/internal/evidence"
	"indagor/server/internal/store"
	"indagor/server/internal/workstation"
)

// Verify computes the whole log again and compares it with all that was kept
// and signed. anchors are checkpoints that left the server.
func (s *Server) Verify(ctx context.Context, anchors ...string) (report evidence.Report, err error) {
	err = s.db.Read(ctx, func(v *store.View) error {
		report, err = s.recorder.Verify(ctx, v, anchors...)
		return err
	})
	return report, err
}

// Checkpoint signs the heads of the log now.
func (s *Server) Checkpoint(ctx context.Context) error { return s.checkpoint(ctx) }

// Export writes the readable log as JSON lines with what proves it.
func (s *Server) Export(ctx context.Context, w io.Writer) error {
	return s.db.Read(ctx, func(v *store.View) error { return s.recorder.Export(ctx, v, w) })
}

// LogKey is the public key of the log, for whoever verifies it elsewhere.
func (s *Server) LogKey() string { return s.key.Public() }

// CheckDocument says whether a document with the check code was made here, and
// what must stand in it; fiscalCode, unless it is "", is compared with its
// subject.
func (s *Server) CheckDocument(ctx context.Context, code, fiscalCode string) (app.DocumentCheck, error) {
	return checks{s.visure, s.jobs}.CheckDocument(ctx, code, fiscalCode)
}

// Heirs are those to whom the dependants of a user go, by their user names.
type Heirs = directory.Heirs

// Backup writes a copy of the database while it is in use.
func (s *Server) Backup(ctx context.Context, path string) error { return s.db.Backup(ctx, path) }

// Probe asks ANPR whether it is there.
func (s *Server) Probe(ctx context.Context) (anpr.Call, error) { return s.probe(ctx) }

// HasRegister reports whether a way to ANPR is configured.
func (s *Server) HasRegister() bool { return s.register != nil }

// OpenAPI is the published document of the contract, as JSON.
func (s *Server) OpenAPI() ([]byte, error) { return json.MarshalIndent(s.api.OpenAPI(), "", "  ") }

// FirstToken issues an enrolment token from the server's console: for the first
// workstations of a new body, which belong to no department yet.
// where is what stands in place of office and person responsible until an
// administrator names them.
func (s *Server) FirstToken(ctx context.Context, uses int, life time.Duration, where string) (app.EnrolmentToken, string, error) {
	return s.Workstations.IssueFirst(ctx, workstation.TokenRequest{Label: where, Uses: uses, Life: life, Responsible: where, Office: where})
}

// Expire lets run by silence what is due, and returns when the next request
// is; Run does it in time.
func (s *Server) Expire(ctx context.Context) (time.Time, error) { return s.visure.Expire(ctx) }

// Recover ends the look-ups that a former process left running, begins those
// that were approved and what is done from time to time, and goes on with the
// jobs; Run does it first of all.
func (s *Server) Recover(ctx context.Context) error {
	return errors.Join(s.visure.Recover(ctx), s.mails.Begin(ctx), s.timers.Begin(ctx), s.jobs.Recover(ctx))
}
