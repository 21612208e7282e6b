// Package visura runs the single look-ups: it checks what the operator may
// ask, goes to ANPR, holds the answer against the territorial scope, keeps it
// in the operator's archive and writes down how it ended, whatever happened
// (specification §6).
package visura

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/server/internal/anpr"
	"indagor/server/internal/sight"
)

// Tx is what a look-up changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	VisuraByKey(ctx context.Context, user app.ID, key string) (app.StoredVisura, error)
	InsertVisura(app.StoredVisura) error
	ChangeVisura(v app.StoredVisura, from app.VisuraState) (bool, error)
	Visura(ctx context.Context, id app.ID) (app.StoredVisura, error)
	InsertApproval(app.StoredApproval) error
	LockApproval(ctx context.Context, visura app.ID) (app.StoredApproval, error)
	UpdateApproval(app.StoredApproval) error
	PutKnownID(app.KnownID) error
}

// Store is what a look-up reads, and the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	User(ctx context.Context, id app.ID) (app.User, error)
	Department(ctx context.Context, id app.ID) (app.Department, error)
	Purpose(ctx context.Context, id app.ID) (app.Purpose, error)
	Consortium(ctx context.Context, id app.ID) (app.Consortium, error)
	Visura(ctx context.Context, id app.ID) (app.StoredVisura, error)
	VisuraByKey(ctx context.Context, user app.ID, key string) (app.StoredVisura, error)
	VisureRunning(ctx context.Context) ([]app.StoredVisura, error)
	Archive(ctx context.Context, f app.ArchiveFilter) ([]app.StoredVisura, string, error)
	KnownID(ctx context.Context, subject string, at int64) ([]byte, error)
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
	Approval(ctx context.Context, visura app.ID) (app.StoredApproval, error)
	Approvals(ctx context.Context, s sight.Sight, f app.ApprovalFilter) ([]app.StoredApproval, string, error)
	CountApprovals(ctx context.Context, s sight.Sight, soon time.Time) (app.ApprovalCount, error)
	ApprovalsDue(ctx context.Context, at time.Time, most int) ([]app.StoredApproval, error)
	ApprovalsReady(ctx context.Context, most int) ([]app.ID, error)
	ApprovalsLate(ctx context.Context, at time.Time, most int) ([]app.ID, error)
	NextSilence(ctx context.Context) (time.Time, error)
}

// Sealer seals what is kept about citizens, and makes the marks by which it is
// found again without being read.
type Sealer interface {
	Seal(plaintext, aad []byte) []byte
	Unseal(sealed, aad []byte) ([]byte, error)
	Mark(purpose string, value []byte) string
}

// Config is what the body decided.
type Config struct {
	Own              []string                // ISTAT codes of the body's own Comune or Comuni
	Mediators        func() app.MediatorRule // who may act as Mediator
	MediatorAsUserID func() bool             // whether to show the Mediator's operator id to ANPR in the user's place
	IDLife           time.Duration           // how long a known ANPR id is good
	Timeout          time.Duration           // of a whole look-up
	Hour             time.Duration           // how long an hour of silence lasts; less than an hour in training only
	Zone             *time.Location
}

// Service runs look-ups.
type Service struct {
	store    Store
	register anpr.Register
	sealer   Sealer
	atlas    *territory.Atlas
	config   Config
	now      func() time.Time
	log      *slog.Logger

	mu      sync.Mutex
	runs    map[app.ID]*run
	watches watches
	workers int           // that run what was approved
	again   bool          // one of them must look once more
	closed  bool          // nothing more begins
	hint    chan struct{} // the next silence may be another
	running sync.WaitGroup
	stop    context.CancelCauseFunc
	ctx     context.Context
}

// New returns the service. Close ends what runs.
func New(store Store, register anpr.Register, sealer Sealer, atlas *territory.Atlas, c Config, now func() time.Time, log *slog.Logger) *Service {
	s := &Service{store: store, register: register, sealer: sealer, atlas: atlas, config: c, now: now, log: log, runs: map[app.ID]*run{}, hint: make(chan struct{}, 1)}
	s.ctx, s.stop = context.WithCancelCause(context.Background())
	return s
}

// errStopping is the cause with which running look-ups end when the server
// stops.
var errStopping = app.E(app.CodeInterrupted)

// Close begins nothing more and waits for the running look-ups until the
// context ends, then interrupts them; each still writes how it ended.
func (s *Service) Close(ctx context.Context) {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.running.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		s.stop(errStopping)
		<-done
	}
}

// Recover ends the look-ups that a former process of the server left running:
// nobody knows whether ANPR was asked, so they are interrupted and not asked
// again. What was approved and had not begun begins.
func (s *Service) Recover(ctx context.Context) error {
	left, err := s.store.VisureRunning(ctx)
	if err != nil {
		return err
	}
	for _, stored := range left {
		if err := s.interrupt(ctx, stored); err != nil {
			return err
		}
	}
	s.begin()
	return nil
}

// interrupt ends a look-up of which nobody knows whether ANPR was asked.
func (s *Service) interrupt(ctx context.Context, stored app.StoredVisura) error {
	v, err := s.unseal(stored)
	if err != nil {
		return err
	}
	e := app.Event{Class: app.ClassActivity}
	if v.Approval != nil {
		a, err := s.store.Approval(ctx, stored.ID)
		if err != nil {
			return err
		}
		e = a.Origin.Event(app.ClassActivity, app.EventVisuraEnded)
		e.Approval, e.Approver = a.State, a.Decider
	} else {
		u, err := s.store.User(ctx, stored.User)
		if err != nil {
			return err
		}
		e.Actor = app.Caller{User: u}.Actor()
		if v.Role != "" { // what was begun as a STANDARDPS user stays sealed
			e.Actor.Role = v.Role
		}
	}
	v.State, v.Outcome, v.Code = app.VisuraDone, app.OutcomeInterrupted, app.CodeInterrupted
	_, err = s.end(ctx, &v, e, stored.SubjectKey, nil, nil)
	return err
}

// Request is what the operator states.
type Request struct {
	Type          app.VisuraType
	Types         []app.VisuraType // with VisuraScheda: what is asked; all that applies where empty
	Declared      *app.Declared    // what ANPR is to compare
	Since         app.Day          // of a history
	Subject       app.Subject
	ReferenceDate app.Day
	Purpose       app.ID
	FileReference string
}

// View is a visura for its operator.
type View struct {
	Visura app.Visura
	Steps  []app.Step
	Card   *app.Card // where there is something to show
}

// Ask begins a look-up and returns at once. The same key with the same request
// gives the look-up that began before: ANPR is asked once. What is refused is
// recorded, and begins nothing.
func (s *Service) Ask(ctx context.Context, caller app.Caller, key string, r Request) (View, error) {
	stated, err := json.Marshal(r)
	if err != nil {
		return View{}, err
	}
	sum := sha256.Sum256(stated)
	digest := hex.EncodeToString(sum[:])
	if v, ok, err := s.repeated(ctx, caller, key, digest); ok || err != nil {
		return v, err
	}
	plan, err := s.plan(ctx, caller, r)
	if err != nil {
		if app.CodeOf(err) == app.CodeInternal {
			return View{}, err
		}
		return View{}, s.refuse(ctx, caller, r, err)
	}
	v := &plan.visura
	v.ID, v.User, v.State = app.NewID(), caller.User.ID, app.VisuraRunning
	if plan.rule.Kind != app.ApprovalNone {
		v.State = app.VisuraWaiting
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		v.Created = tx.Now()
		kind := app.EventVisuraAsked
		if v.State == app.VisuraWaiting {
			kind = app.EventApprovalRequested
			v.Approval = approvalOf(plan.rule, v.Created, s.config.Hour)
			if err := tx.InsertApproval(plan.approval(caller)); err != nil {
				return err
			}
		}
		stored, err := s.seal(*v, plan.subjectKey)
		if err != nil {
			return err
		}
		stored.Idempotency, stored.Digest = key, digest
		if err := tx.InsertVisura(stored); err != nil {
			return err
		}
		return tx.Record(plan.event(kind))
	})
	if app.CodeOf(err) == app.CodeTaken {
		// The same request came at the same moment and began first, perhaps in
		// the very commit that is under way: a write of our own waits for it.
		if err := s.store.Write(ctx, func(tx Tx) error {
			_, err := tx.VisuraByKey(ctx, caller.User.ID, key)
			return err
		}); err != nil {
			return View{}, err
		}
		v, ok, err := s.repeated(ctx, caller, key, digest)
		if err == nil && !ok {
			err = app.E(app.CodeNotFound)
		}
		return v, err
	}
	if err != nil {
		return View{}, err
	}
	if v.State == app.VisuraWaiting {
		s.hinted()
		return View{Visura: *v, Steps: waitingSteps(*v)}, nil
	}
	run := newRun(s, plan)
	s.mu.Lock()
	s.runs[v.ID] = run
	s.mu.Unlock()
	s.running.Add(1)
	view, _ := run.view()
	go func() {
		defer s.running.Done()
		run.do()
	}()
	return view, nil
}

func (s *Service) repeated(ctx context.Context, caller app.Caller, key, digest string) (View, bool, error) {
	stored, err := s.store.VisuraByKey(ctx, caller.User.ID, key)
	if app.CodeOf(err) == app.CodeNotFound {
		return View{}, false, nil
	}
	if err != nil {
		return View{}, false, err
	}
	if stored.Digest != digest {
		return View{}, false, app.E(app.CodeIdempotency)
	}
	v, err := s.view(stored)
	return v, true, err
}

// refuse records a refused request and returns the refusal.
func (s *Service) refuse(ctx context.Context, caller app.Caller, r Request, refusal error) error {
	err := s.store.Write(ctx, func(tx Tx) error {
		e := caller.Event(app.ClassActivity, app.EventVisuraEnded)
		e.Service, e.Type, e.Purpose, e.File = app.ServiceVisure, r.Type, r.Purpose, cut(r.FileReference, 120)
		if _, ok := r.Type.Spec(); !ok {
			e.Type = ""
		}
		for _, t := range r.Types {
			if _, ok := t.Spec(); ok {
				e.Types = append(e.Types, t)
			}
		}
		if !r.Purpose.Valid() {
			e.Purpose = ""
		}
		e.Outcome, e.Code = app.OutcomeRefused, app.CodeOf(refusal)
		return tx.Record(e)
	})
	if err != nil {
		return err
	}
	return refusal
}

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return string([]rune(s)[:min(most/4, len([]rune(s)))])
}

// Get returns one of the caller's own look-ups; another's does not exist for
// him.
func (s *Service) Get(ctx context.Context, caller app.Caller, id app.ID) (View, error) {
	stored, err := s.own(ctx, caller, id)
	if err != nil {
		return View{}, err
	}
	return s.view(stored)
}

func (s *Service) own(ctx context.Context, caller app.Caller, id app.ID) (app.StoredVisura, error) {
	stored, err := s.store.Visura(ctx, id)
	if err == nil && stored.User != caller.User.ID {
		return app.StoredVisura{}, app.E(app.CodeNotFound)
	}
	return stored, err
}

// Wait returns one of the caller's own look-ups as soon as it has more steps
// than seen or has ended, or when the time is over.
func (s *Service) Wait(ctx context.Context, caller app.Caller, id app.ID, seen int, wait time.Duration) (View, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		changed, forget := s.watches.of(id)
		s.mu.Lock()
		run := s.runs[id]
		s.mu.Unlock()
		if run != nil && run.plan.caller.User.ID == caller.User.ID {
			forget()
			run.wait(ctx, seen)
			if v, ok := run.view(); ok {
				return v, nil
			}
			run = nil
		}
		v, err := s.Get(context.WithoutCancel(ctx), caller, id)
		if err != nil || run != nil || v.Visura.State != app.VisuraWaiting || len(v.Steps) > seen || ctx.Err() != nil {
			forget()
			return v, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
		forget()
	}
}

// WaitEnd returns one of the caller's own look-ups when it has ended, or when
// the time is over.
func (s *Service) WaitEnd(ctx context.Context, caller app.Caller, id app.ID, wait time.Duration) (View, error) {
	const never = 1 << 30
	return s.Wait(ctx, caller, id, never, wait)
}

// Withdraw gives up a look-up that waits or runs. What ANPR answered meanwhile
// is not delivered; the calls made stand in the log.
func (s *Service) Withdraw(ctx context.Context, caller app.Caller, id app.ID) (View, error) {
	stored, err := s.own(ctx, caller, id)
	if err != nil {
		return View{}, err
	}
	if stored.State == app.VisuraWaiting {
		if err := s.withdrawWaiting(ctx, caller, id); err != nil {
			return View{}, err
		}
	}
	s.mu.Lock()
	run := s.runs[id]
	s.mu.Unlock()
	if run != nil {
		run.cancel(errWithdrawn)
		wait, done := context.WithTimeout(ctx, 10*time.Second)
		run.wait(wait, 1<<30)
		done()
	}
	return s.Get(ctx, caller, id)
}

// Printed returns one of the caller's own look-ups, ended, of which a document
// is made now, in the format, and writes that down.
func (s *Service) Printed(ctx context.Context, caller app.Caller, id app.ID, format string) (View, error) {
	v, err := s.Get(ctx, caller, id)
	if err != nil {
		return v, err
	}
	if v.Visura.State != app.VisuraDone {
		return View{}, app.E(app.CodeNotFound)
	}
	said, err := json.Marshal(map[string]string{"format": format})
	if err != nil {
		return View{}, err
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		e := caller.Event(app.ClassActivity, app.EventDocument)
		e.After = said
		// A document of what was asked by a STANDARDPS user tells what he asked,
		// also after he has become something else.
		if asked := v.Visura.Role; asked != "" && !asked.Monitored() {
			e.Actor.Role = asked
		}
		ofVisura(&e, v.Visura)
		return tx.Record(e)
	})
	return v, err
}

func (s *Service) view(stored app.StoredVisura) (View, error) {
	v, err := s.unseal(stored)
	if err != nil {
		return View{}, err
	}
	s.mu.Lock()
	run := s.runs[v.ID]
	s.mu.Unlock()
	out := View{Visura: v, Card: s.card(v)}
	switch {
	case v.State == app.VisuraWaiting:
		out.Steps = waitingSteps(v)
	case run != nil && v.State == app.VisuraRunning:
		out.Steps = run.steps()
	}
	return out, nil
}

func (s *Service) seal(v app.Visura, subjectKey string) (app.StoredVisura, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return app.StoredVisura{}, err
	}
	return app.StoredVisura{
		ID: v.ID, User: v.User, Type: v.Type, State: v.State, Outcome: v.Outcome, Code: v.Code, Purpose: v.Purpose, File: v.FileReference,
		SubjectKey: subjectKey, Marks: s.marks(v.User, territory.Words(append(v.Subject.Told(), v.SubjectCode, v.SubjectID, v.SubjectName)...)), Created: v.Created, Ended: v.Ended, Sealed: s.sealer.Seal(b, []byte("visura|"+v.ID)),
	}, nil
}

func (s *Service) unseal(stored app.StoredVisura) (v app.Visura, err error) {
	b, err := s.sealer.Unseal(stored.Sealed, []byte("visura|"+stored.ID))
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(b, &v)
}
