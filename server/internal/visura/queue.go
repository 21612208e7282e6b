package visura

import (
	"context"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

// Pending is one request of the queue, for whoever decides.
type Pending struct {
	Approval   app.StoredApproval
	Visura     app.Visura  // without anything of the register
	LegalBasis string      // of the purpose; in the detail
	Scope      app.Scope   // in the detail
	Subject    app.Subject // in the detail, while it waits
}

// Queue lists requests that wait for consent, or waited, as far as the caller
// may decide about them. Whom they are about is told by initials.
func (s *Service) Queue(ctx context.Context, caller app.Caller, f app.ApprovalFilter) ([]Pending, string, error) {
	as, next, err := s.store.Approvals(ctx, sight.Of(caller, app.PermApprove), f)
	if err != nil {
		return nil, "", err
	}
	out := make([]Pending, len(as))
	for i, a := range as {
		if out[i], err = s.pending(a); err != nil {
			return nil, "", err
		}
	}
	return out, next, nil
}

// pending opens what is kept of a request, and leaves out what the register
// said.
func (s *Service) pending(a app.StoredApproval) (Pending, error) {
	p := Pending{Approval: a}
	if len(a.Sealed) == 0 {
		return p, nil // its time in the archive is over
	}
	v, err := s.unseal(app.StoredVisura{ID: a.Visura, Sealed: a.Sealed})
	if err != nil {
		return p, err
	}
	p.Approval.Sealed = nil
	p.Visura = app.Visura{
		ID: v.ID, User: v.User, Type: v.Type, Types: v.Types, Declared: v.Declared, Since: v.Since, Subject: v.Subject, ReferenceDate: v.ReferenceDate, Purpose: v.Purpose, PurposeName: v.PurposeName, FileReference: v.FileReference,
		State: v.State, Operator: v.Operator, Department: v.Department, Office: v.Office, Workstation: v.Workstation, Created: v.Created,
	}
	return p, nil
}

// Pending returns one request with the person whom it is about, as the
// operator stated him, while it waits. That it was read is written down.
func (s *Service) Pending(ctx context.Context, caller app.Caller, id app.ID) (Pending, error) {
	a, err := s.store.Approval(ctx, id)
	if err != nil {
		return Pending{}, err
	}
	if !mayDecide(caller, a) {
		return Pending{}, app.E(app.CodeNotFound)
	}
	stored, err := s.store.Visura(ctx, id)
	if err != nil {
		return Pending{}, err
	}
	a.Sealed = stored.Sealed
	p, err := s.pending(a)
	if err != nil {
		return Pending{}, err
	}
	purpose, err := s.store.Purpose(ctx, a.Purpose)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return Pending{}, err
	}
	p.LegalBasis = purpose.LegalBasis
	u, err := s.store.User(ctx, a.Origin.Actor.User)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return Pending{}, err
	}
	if u.Profile.Visure != nil {
		p.Scope = u.Profile.Visure.Scope
	}
	if a.State != app.ApprovalWaiting {
		return p, nil
	}
	p.Subject = p.Visura.Subject
	return p, s.store.Write(ctx, func(tx Tx) error {
		e := caller.Event(app.ClassAdmin, app.EventApprovalRead)
		return tx.Record(decisionOf(e, a, p.Visura, stored.SubjectKey))
	})
}

// mayDecide reports whether the request is one over which the caller decides.
func mayDecide(caller app.Caller, a app.StoredApproval) bool {
	o := a.Origin.Actor
	return app.PermApprove.Allows(caller.User.Standing(), app.Standing{User: o.User, Role: o.Role, Department: o.Department})
}

// hidden stands for what is not told.
const hidden = "••••"

// Initials tells whom a request is about to whoever needs not know it yet.
func Initials(x app.Subject) string {
	first := func(text string, n int) string {
		r := []rune(strings.TrimSpace(text))
		return string(r[:min(n, len(r))])
	}
	switch {
	case x.Identity != nil:
		return strings.ToUpper(first(x.Identity.Surname, 1)) + ". " + strings.ToUpper(first(x.Identity.Name, 1)) + "."
	case x.FiscalCode != "":
		return first(x.FiscalCode, 6) + hidden
	case x.IDANPR != "":
		return first(x.IDANPR, 2) + hidden
	}
	return ""
}

// Waiting counts what waits for the caller's answer, and of it what runs by
// silence within the time.
func (s *Service) Waiting(ctx context.Context, caller app.Caller, within time.Duration) (app.ApprovalCount, error) {
	return s.store.CountApprovals(ctx, sight.Of(caller, app.PermApprove), s.now().Add(within))
}

// Decision is an answer to one request or to many at once.
type Decision struct {
	Approve bool
	IDs     []app.ID
	Reason  string
}

// Decided is what became of one request of a decision: refused with a code, or
// the state in which it is now.
type Decided struct {
	ID    app.ID
	State app.ApprovalState
	Code  app.Code
}

// decideAtOnce is how many requests of one decision are written at a time.
const decideAtOnce = 8

// Decide approves or refuses requests, each by itself: what another has
// decided, or silence, stays as it is. A refusal needs a reason.
func (s *Service) Decide(ctx context.Context, caller app.Caller, d Decision) ([]Decided, error) {
	d.Reason = strings.TrimSpace(d.Reason)
	if !d.Approve && d.Reason == "" {
		return nil, app.E(app.CodeRequired).At("reason")
	}
	department, err := s.store.Department(ctx, caller.User.Department)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return nil, err
	}
	office := caller.User.Office
	if office == "" {
		office = department.Name
	}
	out := make([]Decided, len(d.IDs))
	var wg sync.WaitGroup
	turn := make(chan struct{}, decideAtOnce)
	for i, id := range d.IDs {
		wg.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			out[i] = s.decide(ctx, caller, id, d, office)
		})
	}
	wg.Wait()
	s.begin()
	s.hinted()
	return out, ctx.Err()
}

func (s *Service) decide(ctx context.Context, caller app.Caller, id app.ID, d Decision, office string) Decided {
	out := Decided{ID: id}
	err := s.change(ctx, id, func(tx Tx, a *app.StoredApproval, v *app.Visura, key string) (bool, error) {
		if !mayDecide(caller, *a) {
			return false, app.E(app.CodeNotFound)
		}
		if out.State = a.State; a.State != app.ApprovalWaiting {
			return false, app.E(app.CodeApprovalDecided)
		}
		state, kind := app.ApprovalRefused, app.EventApprovalRefused
		if d.Approve {
			state, kind = app.ApprovalApproved, app.EventApprovalApproved
		}
		settle(a, v, state, tx.Now())
		a.Decider, a.DeciderName, a.Reason = caller.User.ID, caller.User.FullName(), d.Reason
		v.Approval.Office, v.Approval.Reason = office, d.Reason
		out.State = state
		if err := tx.Record(decisionOf(caller.Event(app.ClassAdmin, kind), *a, *v, key)); err != nil || d.Approve {
			return true, err
		}
		return true, s.refuseWaiting(tx, a, v, key, app.E(app.CodeApprovalRefused))
	})
	if out.Code = app.CodeOf(err); out.Code == app.CodeInternal {
		s.log.Error("a decision could not be written", "visura", id, "error", err)
	}
	return out
}
