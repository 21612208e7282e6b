package directory

import (
	"context"
	"time"

	"indagor/app"
)

// Access is how an account stands towards signing in.
type Access struct {
	Session     *app.Session // the live one, with when it ends by itself; nil where there is none
	Workstation string       // on which it lives
	Locks       []Lock       // what keeps the user out now, the longest first
	SecretUntil time.Time    // until when his one-time secret opens; zero where he has none
}

// Lock is a workstation from which too many passwords were refused.
type Lock struct {
	app.Failures
	Workstation string // its name; "" where it is not known
}

// Access tells how the account of a user stands whom the caller may enable and
// disable.
func (s *Service) Access(ctx context.Context, caller app.Caller, id app.ID) (Access, error) {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return Access{}, err
	}
	if err := may(app.PermEnableUsers, caller, u); err != nil {
		return Access{}, err
	}
	a, err := s.access(ctx, s.store, id)
	return a.discreet(caller, u), err
}

// discreet leaves out what only those may know who monitor the user's accesses:
// since when and from where. To enable, unlock and end sessions it is enough
// that there is one, and until when the account is locked.
func (a Access) discreet(caller app.Caller, u app.User) Access {
	if allowed(app.PermMonitorAccess, caller, u) {
		return a
	}
	if a.Session != nil {
		a.Session = &app.Session{}
	}
	a.Workstation = ""
	if len(a.Locks) > 0 {
		a.Locks = []Lock{{Failures: app.Failures{Until: a.Locks[0].Until}}}
	}
	return a
}

// may refuses what the function does not allow over the user; one whom the
// caller does not administer does not exist for him.
func may(p app.Permission, caller app.Caller, u app.User) error {
	switch {
	case !visible(caller, u):
		return app.E(app.CodeNotFound)
	case !allowed(p, caller, u):
		return app.E(app.CodeForbidden)
	}
	return nil
}

func (s *Service) access(ctx context.Context, r Reader, id app.ID) (Access, error) {
	var a Access
	now := s.now()
	name := func(id app.ID) (string, error) {
		w, err := r.Workstation(ctx, id)
		if app.CodeOf(err) == app.CodeNotFound {
			return "", nil
		}
		return w.Name, err
	}
	live, err := r.LiveSession(ctx, id)
	if live.Expires = s.ends(live); err == nil && now.Before(live.Expires) {
		a.Session = &live
		a.Workstation, err = name(live.Workstation)
	}
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return a, err
	}
	locks, err := r.Locks(ctx, id, now)
	if err != nil {
		return a, err
	}
	for _, f := range locks {
		l := Lock{Failures: f}
		if l.Workstation, err = name(f.Workstation); err != nil {
			return a, err
		}
		a.Locks = append(a.Locks, l)
	}
	c, err := r.Credential(ctx, id)
	a.SecretUntil = c.SecretUntil
	return a, err
}

// Unlock forgets the refused passwords that keep a user out.
func (s *Service) Unlock(ctx context.Context, caller app.Caller, id app.ID) (Access, error) {
	return s.settle(ctx, caller, id, func(tx Tx, before Access) (app.EventKind, error) {
		if len(before.Locks) == 0 {
			return "", nil
		}
		return app.EventUnlocked, tx.ForgetFailures(id)
	})
}

// EndSession ends the live session of a user; his desktop is told why.
func (s *Service) EndSession(ctx context.Context, caller app.Caller, id app.ID) (Access, error) {
	return s.settle(ctx, caller, id, func(tx Tx, before Access) (app.EventKind, error) {
		if before.Session == nil {
			return "", nil
		}
		return app.EventSessionDrop, tx.EndSessions(id, app.SessionDropped)
	})
}

// settle changes how an account stands and records it, unless there was
// nothing to change.
func (s *Service) settle(ctx context.Context, caller app.Caller, id app.ID, act func(Tx, Access) (app.EventKind, error)) (a Access, err error) {
	var u app.User
	err = s.write(ctx, func(tx Tx) error {
		var err error
		if u, err = tx.User(ctx, id); err != nil {
			return err
		}
		if err := may(app.PermEnableUsers, caller, u); err != nil {
			return err
		}
		if a, err = s.access(ctx, tx, id); err != nil {
			return err
		}
		kind, err := act(tx, a)
		if err != nil || kind == "" {
			return err
		}
		if a, err = s.access(ctx, tx, id); err != nil {
			return err
		}
		return tx.Record(about(caller.Event(app.ClassAdmin, kind), u, nil, nil))
	})
	return a.discreet(caller, u), err
}
