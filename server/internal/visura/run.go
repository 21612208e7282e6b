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
	"indagor/app/codicefiscale"
	"indagor/server/internal/anpr"
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

	calls []app.Call
	seq   int
	known []app.KnownID // ANPR ids learnt

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
	v.Answer, v.Warnings, v.SubjectName = nil, nil, ""
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
		v.Outcome, v.Operation = app.OutcomeRefused, "" // nor does it show that there was an answer
	case app.CodeInternal:
		r.s.log.Error("visura failed", "visura", v.ID, "error", err)
	}
	var e *app.Error
	if errors.As(err, &e) {
		v.Params = e.Params
	}
}

// ask goes to ANPR and puts what it said into v. Nothing is put there that the
// scope withholds.
func (r *run) ask(v *app.Visura) error {
	id, outcome, err := r.identify()
	if err != nil || outcome != app.OutcomeFound {
		v.Outcome = outcome
		return err
	}
	var residence *anpr.Answer
	if r.plan.allowed != nil {
		r.step("checking_scope")
		a, err := r.lookup("C020", anpr.Criteria{IDANPR: id})
		if err != nil {
			return err
		}
		if a.Outcome != anpr.Found || !r.s.within(a.Subjects[0], r.plan.allowed) {
			// One answer for every person who is not there, resident
			// elsewhere, abroad, cancelled or unknown: it discloses nothing.
			return app.E(app.CodeOutOfScope)
		}
		residence = &a
	}
	a := anpr.Answer{}
	if residence != nil && r.plan.spec.Service == "C020" {
		a = *residence
	} else {
		r.step("asking")
		if a, err = r.lookup(anpr.Service(r.plan.spec.Service), anpr.Criteria{IDANPR: id}); err != nil {
			return err
		}
	}
	r.step("received")
	v.Answered, v.Operation = r.s.now(), a.OperationID
	for _, w := range a.Warnings {
		if w.Code != "EN148" {
			v.Warnings = append(v.Warnings, w.Text)
		}
	}
	v.Outcome = outcomeOf(a, r.plan.spec)
	if v.Outcome != app.OutcomeFound && v.Outcome != app.OutcomeDuplicate {
		return nil
	}
	if err := r.notOwn(a, id); err != nil {
		return err
	}
	v.Answer = a.Subjects
	v.SubjectName = nameOf(a.Subjects, id)
	r.step("kept")
	return nil
}

// identify finds the ANPR id of the subject, from what is known or by C030
// (D.M. Interno 3 March 2023, art. 3 c. 3: access by national id).
func (r *run) identify() (string, app.Outcome, error) {
	if id := r.plan.criteria.IDANPR; id != "" {
		return id, app.OutcomeFound, nil
	}
	key := r.cacheKey()
	if sealed, err := r.s.store.KnownID(r.ctx, key, r.s.now().UnixMicro()); err == nil {
		id, err := r.s.sealer.Unseal(sealed, []byte("id|"+key))
		if err != nil {
			return "", "", err
		}
		return string(id), app.OutcomeFound, nil
	} else if app.CodeOf(err) != app.CodeNotFound {
		return "", "", err
	}
	r.step("identifying")
	a, err := r.lookup("C030", r.plan.criteria)
	if err != nil {
		return "", "", err
	}
	if a.Outcome != anpr.Found {
		if r.plan.allowed != nil {
			return "", "", app.E(app.CodeOutOfScope)
		}
		return "", outcomeOf(a, r.plan.spec), nil
	}
	var s struct {
		Identificativi struct {
			IDANPR string `json:"idANPR"`
		} `json:"identificativi"`
	}
	if err := json.Unmarshal(a.Subjects[0], &s); err != nil || s.Identificativi.IDANPR == "" {
		return "", "", app.E(app.CodeAnprNonsense, "service", "C030").Because(err)
	}
	id := s.Identificativi.IDANPR
	r.known = append(r.known, app.KnownID{SubjectKey: key, Sealed: r.s.sealer.Seal([]byte(id), []byte("id|"+key)), Until: r.s.now().Add(r.s.config.IDLife)})
	return id, app.OutcomeFound, nil
}

// cacheKey is the key under which the subject's ANPR id is remembered. What a
// user who is not monitored learnt is remembered for himself alone: otherwise
// a colleague's look-up that needs no C030 would tell that he had asked.
func (r *run) cacheKey() string {
	u := r.plan.caller.User
	if u.Role.Monitored() {
		return r.plan.subjectKey
	}
	return r.s.sealer.Mark("subject known to "+string(u.ID), []byte(r.plan.subjectKey))
}

// lookup asks one e-service and keeps the evidence of every call.
func (r *run) lookup(service anpr.Service, c anpr.Criteria) (anpr.Answer, error) {
	a, calls, err := r.s.register.Lookup(r.ctx, anpr.Request{
		Service: service, OperationPrefix: string(r.plan.visura.ID), Seq: func() int { r.seq++; return r.seq },
		Criteria: c, ReferenceDate: r.plan.day, Motive: r.plan.visura.FileReference, Actor: r.plan.actor,
		Apart: !r.plan.caller.User.Role.Monitored(),
	})
	for _, k := range calls {
		r.calls = append(r.calls, app.Call{
			Service: string(k.Service), Client: k.OperationID, Operation: k.OperationANPR, Status: k.Status, Code: k.Code,
			Purpose: k.PurposeID, Voucher: k.VoucherID, Tracking: k.TrackingID, Transaction: k.TransactionID, At: k.Started, Millis: k.Duration.Milliseconds(),
		})
	}
	return a, err
}

func outcomeOf(a anpr.Answer, spec app.VisuraSpec) app.Outcome {
	switch a.Outcome {
	case anpr.Found:
		return app.OutcomeFound
	case anpr.NotFound:
		return app.OutcomeNotFound
	case anpr.Cancelled:
		return app.OutcomeCancelled
	case anpr.Duplicate:
		if spec.Members {
			return app.OutcomeFound
		}
		return app.OutcomeDuplicate
	}
	return app.OutcomeNoData
}

// notOwn refuses an answer that turns out to be about the operator himself.
func (r *run) notOwn(a anpr.Answer, id string) error {
	own, err := codicefiscale.Parse(r.plan.caller.User.FiscalCode)
	if err != nil {
		return nil
	}
	for _, raw := range a.Subjects {
		s := parseSubject(raw)
		if r.plan.spec.Members && s.id() != id {
			continue // a relative's household may contain the operator
		}
		if code := s.fiscalCode(); code != "" && own.Code.Equivalent(codicefiscale.Code(code)) {
			return app.E(app.CodeOwnRecord)
		}
	}
	return nil
}

// subjectKey is the key under which the archive finds the subject: the fiscal
// code that the register gave, where it gave one.
func (r *run) subjectKey(v app.Visura) string {
	if len(v.Answer) == 0 || v.Outcome != app.OutcomeFound {
		return r.plan.subjectKey
	}
	for _, raw := range v.Answer {
		s := parseSubject(raw)
		if code := s.fiscalCode(); code != "" && (len(v.Answer) == 1 || strings.EqualFold(code, v.Subject.FiscalCode)) {
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
	e.Kind, e.Service, e.Type, e.Visura, e.Purpose, e.PurposeName, e.File = app.EventVisuraEnded, app.ServiceVisure, v.Type, v.ID, v.Purpose, v.PurposeName, v.FileReference
	e.Subject, e.Outcome, e.Code, e.Operation, e.Calls, e.Mediator = subjectKey, v.Outcome, v.Code, v.Operation, calls, v.Mediator
	return e
}

// A check code is the look-up's id, and some symbols that only this server can
// have made of what the document says.
const (
	idLength  = 26
	macLength = 6
)

// checkCode is the code by which a document is checked.
func (s *Service) checkCode(v app.Visura) string {
	v.CheckCode = ""
	b, _ := json.Marshal(v)
	mac := s.sealer.Mark("document", b)
	code := strings.ToUpper(string(v.ID)) + strings.ToUpper(mac[:macLength])
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), "-")
}
