package visura

import (
	"context"
	"strings"
	"sync"
	"time"

	"indagor/app"
)

// A request that needs TOP's consent is checked like every other and kept in
// the state waiting, with a row of the table of approvals beside it. Whoever
// changes either takes the lock of that row first: an answer, silence,
// withdrawal and the beginning of the run exclude one another, in whatever
// order and in whatever process they come. What was approved is marked ready;
// the run begins when a transaction turns ready into running, and only one can.

// approvalOf is the consent that a request made at the moment waits for, where
// an hour of silence lasts so long.
func approvalOf(rule app.ApprovalRule, asked time.Time, hour time.Duration) *app.VisuraApproval {
	a := &app.VisuraApproval{Rule: rule.Kind, State: app.ApprovalWaiting}
	if rule.Kind == app.ApprovalTacit {
		due := asked.Add(time.Duration(rule.Silence) * hour)
		a.Silence, a.Due = rule.Silence, &due
	}
	return a
}

// approval is the row beside a request that waits.
func (p *plan) approval(caller app.Caller) app.StoredApproval {
	v := p.visura
	a := app.StoredApproval{
		Visura: v.ID, Origin: caller.Origin(), Type: v.Type, Purpose: v.Purpose, Rule: v.Approval.Rule, State: app.ApprovalWaiting, Asked: v.Created,
		Search: strings.Join([]string{v.Operator, caller.User.Username, v.Department, v.PurposeName, v.FileReference}, " "),
	}
	if v.Approval.Due != nil {
		a.Due = *v.Approval.Due
	}
	return a
}

// waitingSteps are the steps of a request up to the beginning of its run.
func waitingSteps(v app.Visura) []app.Step {
	steps := []app.Step{{Step: "accepted", State: "done", At: v.Created}, {Step: "waiting_approval", State: "running", At: v.Created}}
	if v.Approval.State.Given() {
		steps[1].State = "done"
		steps = append(steps, app.Step{Step: "approved", State: "running", At: *v.Approval.Decided})
	}
	return steps
}

// watches lets those who wait for a change of one request be told of it. Its
// zero value is ready.
type watches struct {
	mu   sync.Mutex
	open map[app.ID]*watch
}

type watch struct {
	changed chan struct{}
	eyes    int
}

// of returns what is closed at the next change of the request, and what to
// call when nobody waits for it any more.
func (w *watches) of(id app.ID) (changed <-chan struct{}, forget func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		w.open = map[app.ID]*watch{}
	}
	x := w.open[id]
	if x == nil {
		x = &watch{changed: make(chan struct{})}
		w.open[id] = x
	}
	x.eyes++
	return x.changed, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if x.eyes--; x.eyes == 0 && w.open[id] == x {
			delete(w.open, id)
		}
	}
}

// wake tells those who wait.
func (w *watches) wake(id app.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if x := w.open[id]; x != nil {
		close(x.changed)
		delete(w.open, id)
	}
}

// change is a change of a request that waits: fn is given the approval, locked,
// and the visura, and changes both; where it reports false nothing is written.
// What is done there must have no effect outside the transaction.
func (s *Service) change(ctx context.Context, id app.ID, fn func(tx Tx, a *app.StoredApproval, v *app.Visura, subjectKey string) (bool, error)) error {
	err := s.store.Write(ctx, func(tx Tx) error {
		a, err := tx.LockApproval(ctx, id)
		if err != nil {
			return err
		}
		stored, err := tx.Visura(ctx, id)
		if err != nil {
			return err
		}
		v, err := s.unseal(stored)
		if err != nil {
			return err
		}
		from := v.State
		write, err := fn(tx, &a, &v, stored.SubjectKey)
		if err != nil || !write {
			return err
		}
		if v.State == app.VisuraDone {
			v.Ended = tx.Now()
			v.CheckCode = s.checkCode(v)
		}
		after, err := s.seal(v, stored.SubjectKey)
		if err != nil {
			return err
		}
		if _, err := tx.ChangeVisura(after, from); err != nil {
			return err
		}
		return tx.UpdateApproval(a)
	})
	if err == nil {
		s.watches.wake(id)
	}
	return err
}

// settle writes a decision into both halves of the request.
func settle(a *app.StoredApproval, v *app.Visura, state app.ApprovalState, at time.Time) {
	a.State, a.Decided = state, at
	v.Approval.State, v.Approval.Decided = state, &at
	a.Run = app.RunReady
	if !state.Given() {
		a.Run = app.RunEnded
	}
}

// withdrawWaiting gives up a request that has not begun to run; one that has is
// left alone.
func (s *Service) withdrawWaiting(ctx context.Context, caller app.Caller, id app.ID) error {
	err := s.change(ctx, id, func(tx Tx, a *app.StoredApproval, v *app.Visura, key string) (bool, error) {
		if v.State != app.VisuraWaiting {
			return false, nil
		}
		// Who is a STANDARDPS user by now must not be heard in TOP's queue.
		if caller.User.Role != a.Origin.Actor.Role {
			return false, app.E(app.CodeApprovalStale)
		}
		if a.State == app.ApprovalWaiting {
			settle(a, v, app.ApprovalWithdrawn, tx.Now())
		}
		a.Run = app.RunEnded
		v.State, v.Outcome, v.Code = app.VisuraDone, app.OutcomeWithdrawn, app.CodeCancelled
		e := caller.Event(app.ClassActivity, app.EventVisuraEnded)
		e.Approval, e.Approver = a.State, a.Decider
		return true, tx.Record(endOf(e, *v, key, nil))
	})
	s.hinted()
	return err
}

// hinted makes Tend look again when the next silence is.
func (s *Service) hinted() {
	select {
	case s.hint <- struct{}{}:
	default:
	}
}
