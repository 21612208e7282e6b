package visura

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"indagor/app"
)

// errWithdrawn is the cause with which the operator's withdrawal ends a run.
var errWithdrawn = app.E(app.CodeCancelled)

// run is one look-up under way.
type run struct {
	s      *Service
	plan   *plan
	ctx    context.Context
	cancel context.CancelCauseFunc
	free   context.CancelFunc

	named bool          // C030 was asked
	known []app.KnownID // ANPR ids learnt

	asking sync.Mutex // over what several questions at once write
	calls  []app.Call
	seq    int

	mu      sync.Mutex
	list    []app.Step
	changed chan struct{}
	ended   bool
	last    app.Visura // once it has ended and that is written
}

func newRun(s *Service, p *plan) *run {
	r := &run{s: s, plan: p, changed: make(chan struct{})}
	ctx, free := context.WithTimeoutCause(s.ctx, s.config.Timeout, app.E(app.CodeAnprSlow))
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.free = free
	r.list = []app.Step{{Step: "accepted", State: "done", At: s.now()}}
	if p.visura.Approval != nil {
		r.list = waitingSteps(p.visura)
	}
	return r
}

// step says what happens now; what happened before is done.
func (r *run) step(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.list {
		r.list[i].State = "done"
	}
	r.list = append(r.list, app.Step{Step: name, State: "running", At: r.s.now()})
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *run) steps() []app.Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// view is the look-up as it stands; ok is false where its end could not be
// written.
func (r *run) view() (v View, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		return View{Visura: r.plan.visura, Steps: slices.Clone(r.list)}, true
	}
	return View{Visura: r.last, Card: r.s.card(r.last)}, r.last.ID != ""
}

// wait returns when there are more steps than seen, when the run has ended, or
// when the context ends.
func (r *run) wait(ctx context.Context, seen int) {
	for {
		r.mu.Lock()
		enough := r.ended || len(r.list) > seen
		changed := r.changed
		r.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// do runs the look-up to its end and writes how it ended.
func (r *run) do() {
	defer r.free()
	v := r.plan.visura
	err := r.ask(&v)
	v.State = app.VisuraDone
	if err != nil {
		r.fail(&v, err)
	}
	// The end is written even where the run was withdrawn or the server stops.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 30*time.Second)
	defer cancel()
	written, werr := r.s.end(ctx, &v, r.plan.event(app.EventVisuraEnded), r.subjectKey(v), r.calls, r.known)
	if werr != nil {
		// The request stays "running" and is ended by the next start.
		r.s.log.Error("the end of a visura could not be written", "visura", v.ID, "error", werr)
	}
	r.s.mu.Lock()
	delete(r.s.runs, v.ID)
	r.s.mu.Unlock()
	r.finish(v, written)
}

// finish lets go whoever waits for the run; v is how it ended, where that was
// written.
func (r *run) finish(v app.Visura, written bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	if written {
		r.last = v
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *run) fail(v *app.Visura, err error) {
	parts := v.Parts
	v.Answer, v.Parts, v.Warnings, v.SubjectName, v.Short, v.ShortOf = nil, nil, nil, "", "", ""
	if cause := context.Cause(r.ctx); cause != nil {
		var e *app.Error
		if errors.As(cause, &e) {
			err = e
		}
	}
	v.Outcome, v.Code = app.OutcomeFailed, app.CodeOf(err)
	switch v.Code {
	case app.CodeCancelled:
		v.Outcome = app.OutcomeWithdrawn
	case app.CodeInterrupted:
		v.Outcome = app.OutcomeInterrupted
	case app.CodeOutOfScope:
		v.Outcome = app.OutcomeOutOfScope
	case app.CodeOwnRecord:
		v.Outcome, v.Service, v.Operation = app.OutcomeRefused, "", "" // nor does it show that there was an answer
	case app.CodeInternal:
		r.s.log.Error("visura failed", "visura", v.ID, "error", err)
	}
	if v.Outcome == app.OutcomeFailed {
		for _, p := range parts { // that they were asked stays as evidence
			p.Answer = nil
			v.Parts = append(v.Parts, p)
		}
	}
	var e *app.Error
	if errors.As(err, &e) {
		v.Params = e.Params
	}
}

// subjectKey is the key under which the archive finds the subject: the fiscal
// code that the register gave, where it gave one.
func (r *run) subjectKey(v app.Visura) string {
	answer := v.Answer
	for _, p := range v.Parts {
		if len(answer) == 0 && len(p.Answer) == 1 {
			answer = p.Answer
		}
	}
	if len(answer) == 0 || v.Outcome != app.OutcomeFound {
		return r.plan.subjectKey
	}
	for _, raw := range answer {
		s := parseSubject(raw)
		if code := s.fiscalCode(); code != "" && (len(answer) == 1 || strings.EqualFold(code, v.Subject.FiscalCode)) {
			return r.s.sealer.Mark("subject", []byte(strings.ToUpper(code)))
		}
	}
	return r.plan.subjectKey
}

// end writes how a look-up ended: the archive, what was learnt and the event,
// in one transaction. One that another process has ended meanwhile stays as it
// is, and written is false.
func (s *Service) end(ctx context.Context, v *app.Visura, e app.Event, subjectKey string, calls []app.Call, known []app.KnownID) (written bool, err error) {
	err = s.store.Write(ctx, func(tx Tx) error {
		v.Ended = tx.Now()
		v.SubjectCode, v.SubjectID = told(*v)
		v.CheckCode = s.checkCode(*v)
		stored, err := s.seal(*v, subjectKey)
		if err != nil {
			return err
		}
		if written, err = tx.ChangeVisura(stored, app.VisuraRunning); err != nil || !written {
			return err
		}
		if v.Approval != nil {
			a, err := tx.LockApproval(ctx, v.ID)
			if err != nil {
				return err
			}
			a.Run = app.RunEnded
			if err := tx.UpdateApproval(a); err != nil {
				return err
			}
		}
		for _, k := range known {
			if err := tx.PutKnownID(k); err != nil {
				return err
			}
		}
		return tx.Record(endOf(e, *v, subjectKey, calls))
	})
	return written && err == nil, err
}

// endOf makes of an event of the operator the one that tells how the look-up
// ended.
func endOf(e app.Event, v app.Visura, subjectKey string, calls []app.Call) app.Event {
	ofVisura(&e, v)
	e.Kind, e.Subject, e.Outcome, e.Code, e.Operation, e.Calls, e.Mediator = app.EventVisuraEnded, subjectKey, v.Outcome, v.Code, v.Operation, calls, v.Mediator
	return e
}

// checkCode is the code by which a document is checked.
func (s *Service) checkCode(v app.Visura) string {
	v.CheckCode = ""
	b, _ := json.Marshal(v)
	return app.CheckCode(v.ID, s.sealer.Mark("document", b))
}
