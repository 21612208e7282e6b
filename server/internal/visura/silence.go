package visura

import (
	"context"
	"errors"
	"time"

	"indagor/app"
)

// Of what waits and is due, so much is looked at in one go.
const dueAtOnce = 100

// approvedAtOnce is how many approved requests run at the same time: they wait
// for nobody, while operators wait for theirs.
const approvedAtOnce = 4

// Tend lets requests run by silence when their term is over, until the context
// ends.
func (s *Service) Tend(ctx context.Context) {
	for ctx.Err() == nil {
		next, err := s.Expire(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("approvals by silence", "error", err)
		}
		// The clock may be set, and what could not be done is tried again.
		wait := time.Minute
		if until := next.Sub(s.now()); !next.IsZero() && until < wait {
			wait = max(until, 0)
		}
		if err != nil {
			wait = max(wait, 10*time.Second)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-s.hint:
		}
		timer.Stop()
	}
}

// Expire decides by silence what is due, begins what may run and ends what ran
// beyond its lease. It returns when the next request is due; the zero time
// where none is. It may be called at any time and from several goroutines.
func (s *Service) Expire(ctx context.Context) (next time.Time, err error) {
	defer s.begin()
	if err := s.late(ctx); err != nil {
		return next, err
	}
	for {
		due, err := s.store.ApprovalsDue(ctx, s.now(), dueAtOnce)
		if err != nil {
			return next, err
		}
		var failed error
		for _, a := range due {
			failed = errors.Join(failed, s.silent(ctx, a))
		}
		if failed != nil {
			return next, failed
		}
		if len(due) < dueAtOnce {
			break
		}
	}
	return s.store.NextSilence(ctx)
}

// silent lets one request run by silence, if nobody was quicker. Where the
// operator's profile asks meanwhile for an answer, it waits for one.
func (s *Service) silent(ctx context.Context, due app.StoredApproval) error {
	u, err := s.store.User(ctx, due.Origin.Actor.User)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return err
	}
	manual := u.Profile.Visure != nil && u.Profile.Visure.Approval.Kind == app.ApprovalManual
	return s.change(ctx, due.Visura, func(tx Tx, a *app.StoredApproval, v *app.Visura, key string) (bool, error) {
		if a.State != app.ApprovalWaiting || a.Due.IsZero() || a.Due.After(tx.Now()) {
			return false, nil
		}
		if manual {
			a.Rule, a.Due = app.ApprovalManual, time.Time{}
			v.Approval.Rule, v.Approval.Due, v.Approval.Silence = app.ApprovalManual, nil, 0
			return true, nil
		}
		settle(a, v, app.ApprovalSilent, tx.Now())
		e := app.Event{Class: app.ClassSystem, Kind: app.EventApprovalTacit}
		return true, tx.Record(decisionOf(e, *a, *v, key))
	})
}

// decisionOf completes the event of a decision about a request.
func decisionOf(e app.Event, a app.StoredApproval, v app.Visura, subjectKey string) app.Event {
	ofVisura(&e, v)
	e.Subject = subjectKey
	e.Target, e.TargetDept, e.TargetName = a.Origin.Actor.User, a.Origin.Actor.Department, v.Operator
	e.Approval, e.Approver, e.Reason = a.State, a.Decider, a.Reason
	return e
}

// late ends the runs whose lease is over and which this process does not know:
// their beginning was written, and then whoever wrote it was gone.
func (s *Service) late(ctx context.Context) error {
	ids, err := s.store.ApprovalsLate(ctx, s.now(), dueAtOnce)
	if err != nil {
		return err
	}
	for _, id := range ids {
		s.mu.Lock()
		known := s.runs[id] != nil
		s.mu.Unlock()
		if known {
			continue
		}
		stored, err := s.store.Visura(ctx, id)
		if err != nil {
			return err
		}
		if stored.State != app.VisuraRunning {
			continue
		}
		if err := s.interrupt(ctx, stored); err != nil {
			return err
		}
		s.watches.wake(id)
	}
	return nil
}

// begin makes sure that somebody runs what may run.
func (s *Service) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.again = true
	if s.closed || s.workers >= approvedAtOnce {
		return
	}
	s.workers++
	s.running.Add(1)
	go s.work()
}

// work runs what may run until there is nothing more. Each worker that finds
// something calls another, up to the limit.
func (s *Service) work() {
	defer s.running.Done()
	for {
		s.mu.Lock()
		s.again = false
		s.mu.Unlock()
		r, err := s.claim(s.ctx)
		if err != nil && s.ctx.Err() == nil {
			s.log.Error("what was approved could not begin", "error", err)
		}
		if r != nil {
			s.begin()
			r.do()
			continue
		}
		s.mu.Lock()
		if s.again && err == nil && !s.closed {
			s.mu.Unlock()
			continue
		}
		s.workers--
		s.mu.Unlock()
		return
	}
}

// claim takes the next request that may run and begins it; nil where there is
// none. What may not run after all ends here.
func (s *Service) claim(ctx context.Context) (*run, error) {
	ids, err := s.store.ApprovalsReady(ctx, dueAtOnce)
	if err != nil {
		return nil, err
	}
	var failed error
	for _, id := range ids {
		s.mu.Lock()
		closed := s.closed
		s.mu.Unlock()
		if closed {
			return nil, nil
		}
		r, err := s.take(ctx, id)
		if r != nil {
			return r, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, failed
}

// take begins one request, if it is still to begin: the transaction that turns
// it from ready into running is the only one that does.
func (s *Service) take(ctx context.Context, id app.ID) (*run, error) {
	a, err := s.store.Approval(ctx, id)
	if err != nil || a.Run != app.RunReady {
		return nil, err
	}
	stored, err := s.store.Visura(ctx, id)
	if err != nil {
		return nil, err
	}
	v, err := s.unseal(stored)
	if err != nil {
		return nil, err
	}
	p, refusal := s.replan(ctx, a, v)
	if refusal != nil && app.CodeOf(refusal) == app.CodeInternal {
		return nil, refusal
	}
	if refusal != nil {
		return nil, s.change(ctx, id, func(tx Tx, a *app.StoredApproval, v *app.Visura, key string) (bool, error) {
			if a.Run != app.RunReady || v.State != app.VisuraWaiting {
				return false, nil
			}
			return true, s.refuseWaiting(tx, a, v, key, refusal)
		})
	}
	p.consent, p.approver = a.State, a.Decider
	p.visura.State = app.VisuraRunning
	r := newRun(s, p)
	mine := false
	s.mu.Lock()
	if s.closed || s.runs[id] != nil {
		s.mu.Unlock()
		r.free()
		return nil, nil
	}
	s.runs[id] = r
	s.mu.Unlock()
	err = s.change(ctx, id, func(tx Tx, a *app.StoredApproval, v *app.Visura, _ string) (bool, error) {
		mine = false
		if a.Run != app.RunReady || v.State != app.VisuraWaiting {
			return false, nil
		}
		mine = true
		a.Run, a.Lease = app.RunRunning, tx.Now().Add(s.config.Timeout+leaseSlack)
		v.State, v.Mediator, v.MediatorName = app.VisuraRunning, p.visura.Mediator, p.visura.MediatorName
		return true, tx.Record(p.event(app.EventVisuraAsked))
	})
	if err == nil && mine {
		return r, nil
	}
	s.mu.Lock()
	delete(s.runs, id)
	s.mu.Unlock()
	r.finish(app.Visura{}, false)
	r.free()
	return nil, err
}

// leaseSlack is how long a run may take beyond its time limit to write its end.
const leaseSlack = time.Minute

// refuseWaiting ends a request that waits as refused.
func (s *Service) refuseWaiting(tx Tx, a *app.StoredApproval, v *app.Visura, key string, refusal error) error {
	a.Run = app.RunEnded
	v.State, v.Outcome, v.Code = app.VisuraDone, app.OutcomeRefused, app.CodeOf(refusal)
	if e, ok := errors.AsType[*app.Error](refusal); ok {
		v.Params = e.Params
	}
	e := a.Origin.Event(app.ClassActivity, app.EventVisuraEnded)
	e.Approval, e.Approver = a.State, a.Decider
	return tx.Record(endOf(e, *v, key, nil))
}

// replan checks once more, as things stand now, a request that was approved:
// the account may have been disabled or moved, the profile, the purpose or the
// workstation withdrawn since it was made.
func (s *Service) replan(ctx context.Context, a app.StoredApproval, v app.Visura) (*plan, error) {
	o := a.Origin
	u, err := s.store.User(ctx, o.Actor.User)
	if err != nil {
		return nil, err
	}
	today := s.now().In(s.config.Zone)
	always := u
	always.Hours = nil // it is not he who works now
	if err := always.MayWork(today); err != nil {
		return nil, err
	}
	if u.Role != o.Actor.Role || u.Department != o.Actor.Department {
		return nil, app.E(app.CodeApprovalStale)
	}
	w, err := s.store.Workstation(ctx, o.Workstation)
	if err != nil {
		return nil, err
	}
	key := app.WorkstationRevoked
	for _, k := range w.Keys {
		if k.Thumbprint == o.Key {
			key = k.State
		}
	}
	if err := w.MayServe(key, app.DayOf(today)); err != nil {
		return nil, err
	}
	u.Admin = o.Actor.Admin // whose the request was stays
	caller := app.Caller{User: u, Workstation: o.Workstation, WorkstationName: o.WorkstationName, WorkstationOK: o.WorkstationOK, Key: o.Key, Address: o.Address}
	p, err := s.plan(ctx, caller, Request{Type: v.Type, Types: v.Types, Declared: v.Declared, Since: v.Since, Subject: v.Subject, ReferenceDate: v.ReferenceDate, Purpose: v.Purpose, FileReference: v.FileReference})
	if err != nil {
		return nil, err
	}
	v.Mediator, v.MediatorName = p.visura.Mediator, p.visura.MediatorName
	p.visura = v
	return p, nil
}
