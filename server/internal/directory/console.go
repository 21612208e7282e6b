package directory

import (
	"context"
	"time"

	"indagor/app"
)

// atConsole is who acts at the server's console: nobody by name, with what a
// TOP may do. The console alone changes a TOP.
var atConsole = app.Caller{User: app.User{Role: app.RoleTop}}

// reasonConsole begins the reason of what is done there.
const reasonConsole = "console"

// eventOf begins the event of an administrative act. Of the console's the log
// names no actor.
func eventOf(caller app.Caller, kind app.EventKind, reason string) app.Event {
	if caller.User.ID != "" {
		e := caller.Event(app.ClassAdmin, kind)
		e.Reason = reason
		return e
	}
	e := app.Event{Class: app.ClassAdmin, Kind: kind, Reason: reasonConsole}
	if reason != "" {
		e.Reason += ": " + reason
	}
	return e
}

// Heirs are the user names of those to whom the dependants of a user go; ""
// for nobody.
type Heirs struct{ Mediator, Admin string }

// named gives the ids of the heirs.
func (h Heirs) named(ctx context.Context, r Reader) (mediator, admin app.ID, err error) {
	find := func(username string, unfit *app.Error) (app.ID, error) {
		if username == "" {
			return "", nil
		}
		u, err := r.UserNamed(ctx, app.NormalizeUsername(username))
		if app.CodeOf(err) == app.CodeNotFound {
			return "", unfit
		}
		return u.ID, err
	}
	if mediator, err = find(h.Mediator, app.E(app.CodeProfileMediator).At("new_mediator")); err != nil {
		return "", "", err
	}
	admin, err = find(h.Admin, app.E(app.CodeAdminAbsent).At("new_admin"))
	return mediator, admin, err
}

// CreateOnConsole registers a user of any role from the server's console: the
// only way in which a TOP is made.
func (s *Service) CreateOnConsole(ctx context.Context, u app.User) (app.User, string, time.Time, error) {
	return s.create(ctx, atConsole, normalize(u), eventOf(atConsole, app.EventUserCreated, ""))
}

// ChangeOnConsole changes any user from the server's console, as set says: the
// only way for a TOP. The role stays.
func (s *Service) ChangeOnConsole(ctx context.Context, username string, to Heirs, set func(*app.User)) (app.User, error) {
	var u app.User
	err := s.write(ctx, func(tx Tx) error {
		before, err := tx.UserNamed(ctx, app.NormalizeUsername(username))
		if err != nil {
			return err
		}
		mediator, admin, err := to.named(ctx, tx)
		if err != nil {
			return err
		}
		u = before
		set(&u)
		u = normalize(u)
		u.Role = before.Role
		u, err = s.change(ctx, tx, atConsole, before, u, mediator, admin)
		return err
	})
	return u, err
}

// EnableOnConsole lets any account work again, from the server's console.
func (s *Service) EnableOnConsole(ctx context.Context, username string) (app.User, error) {
	return s.alter(ctx, atConsole, userNamed(ctx, username), s.enable(ctx, atConsole))
}

// DisableOnConsole stops any account from the server's console; the last
// enabled TOP is refused.
func (s *Service) DisableOnConsole(ctx context.Context, username, reason string, to Heirs) (app.User, error) {
	return s.alter(ctx, atConsole, userNamed(ctx, username), func(tx Tx, u *app.User) (app.Event, error) {
		mediator, admin, err := to.named(ctx, tx)
		if err != nil {
			return app.Event{}, err
		}
		return s.disable(ctx, atConsole, reason, mediator, admin)(tx, u)
	})
}

// ResetOnConsole resets any account from the server's console: the only way for
// a TOP.
func (s *Service) ResetOnConsole(ctx context.Context, username string) (secret string, until time.Time, err error) {
	u, err := s.store.UserNamed(ctx, app.NormalizeUsername(username))
	if err != nil {
		return "", until, err
	}
	return s.reset(ctx, func(app.User) (app.Event, error) { return eventOf(atConsole, app.EventPasswordReset, ""), nil }, u.ID)
}

// userNamed finds whom the console means.
func userNamed(ctx context.Context, username string) func(Tx) (app.User, error) {
	return func(tx Tx) (app.User, error) { return tx.UserNamed(ctx, app.NormalizeUsername(username)) }
}
