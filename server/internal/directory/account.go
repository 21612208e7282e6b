package directory

import (
	"context"
	"strconv"
	"strings"
	"time"

	"indagor/app"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Enable lets the account work again.
func (s *Service) Enable(ctx context.Context, caller app.Caller, id app.ID) (app.User, error) {
	return s.alter(ctx, caller, administered(ctx, caller, app.PermEnableUsers, id), s.enable(ctx, caller))
}

// Disable stops the account and ends its session. Those who depend on it go
// where the request says, or it is refused with who they are; the last TOP is
// never disabled.
func (s *Service) Disable(ctx context.Context, caller app.Caller, id app.ID, reason string, newMediator, newAdmin app.ID) (app.User, error) {
	return s.alter(ctx, caller, administered(ctx, caller, app.PermEnableUsers, id), s.disable(ctx, caller, reason, newMediator, newAdmin))
}

func (s *Service) enable(ctx context.Context, caller app.Caller) func(Tx, *app.User) (app.Event, error) {
	return func(tx Tx, u *app.User) (app.Event, error) {
		before := *u
		u.Enabled = true
		return about(eventOf(caller, app.EventUserEnabled, ""), *u, before, *u), s.check(ctx, tx, caller, *u, u.Profile)
	}
}

func (s *Service) disable(ctx context.Context, caller app.Caller, reason string, newMediator, newAdmin app.ID) func(Tx, *app.User) (app.Event, error) {
	return func(tx Tx, u *app.User) (app.Event, error) {
		before := *u
		u.Enabled = false
		e := about(eventOf(caller, app.EventUserDisabled, strings.TrimSpace(reason)), *u, before, *u)
		if before.Role == app.RoleTop && before.Enabled {
			if n, err := tx.CountTops(ctx); err != nil {
				return e, err
			} else if n <= 1 {
				return e, app.E(app.CodeLastTop)
			}
		}
		if err := s.free(ctx, tx, caller, before, newMediator, newAdmin, *u); err != nil {
			return e, err
		}
		return e, tx.EndSessions(u.ID, app.SessionDisabled)
	}
}

// Reset brings the account back to its initial state: a one-time secret, the
// session ended, a change forced.
func (s *Service) Reset(ctx context.Context, caller app.Caller, id app.ID) (secret string, until time.Time, err error) {
	return s.reset(ctx, func(u app.User) (app.Event, error) {
		switch {
		case !visible(caller, u):
			return app.Event{}, app.E(app.CodeNotFound)
		case !allowed(app.PermResetPassword, caller, u):
			return app.Event{}, app.E(app.CodeForbidden)
		}
		return caller.Event(app.ClassAdmin, app.EventPasswordReset), nil
	}, id)
}

func (s *Service) reset(ctx context.Context, admit func(app.User) (app.Event, error), id app.ID) (secret string, until time.Time, err error) {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return "", until, err
	}
	if _, err := admit(u); err != nil {
		return "", until, err
	}
	secret = oneTimeSecret()
	hash, err := s.hasher.Hash(ctx, secret)
	if err != nil {
		return "", until, err
	}
	err = s.write(ctx, func(tx Tx) error {
		u, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		e, err := admit(u)
		if err != nil {
			return err
		}
		until = tx.Now().Add(s.life())
		if err := tx.SetCredential(id, app.Credential{Hash: hash, Set: tx.Now(), MustChange: true, SecretUntil: until}); err != nil {
			return err
		}
		if err := tx.EndSessions(id, app.SessionReset); err != nil {
			return err
		}
		if err := tx.ForgetFailures(id); err != nil {
			return err
		}
		return tx.Record(about(e, u, nil, nil))
	})
	return secret, until, err
}

// administered finds the user whom the caller alters under the permission. Users
// whom the caller does not administer do not exist for him.
func administered(ctx context.Context, caller app.Caller, p app.Permission, id app.ID) func(Tx) (app.User, error) {
	return func(tx Tx) (app.User, error) {
		u, err := tx.User(ctx, id)
		switch {
		case err != nil:
			return u, err
		case !visible(caller, u):
			return app.User{}, app.E(app.CodeNotFound)
		case !allowed(p, caller, u):
			return app.User{}, app.E(app.CodeForbidden)
		}
		return u, nil
	}
}

// alter changes the user who is found.
func (s *Service) alter(ctx context.Context, caller app.Caller, find func(Tx) (app.User, error), fn func(Tx, *app.User) (app.Event, error)) (app.User, error) {
	var u app.User
	err := s.write(ctx, func(tx Tx) error {
		var err error
		if u, err = find(tx); err != nil {
			return err
		}
		before := u
		e, err := fn(tx, &u)
		if err != nil {
			return err
		}
		u.Updated = tx.Now()
		if err := put(tx, caller, u, before); err != nil {
			return err
		}
		u.Version++
		return tx.Record(e)
	})
	return u, err
}

// May is the decision whether the caller may exercise the function over the
// user; with no user, whether he may exercise it at all.
func (s *Service) May(ctx context.Context, caller app.Caller, p app.Permission, user app.ID) (bool, app.Reach, error) {
	reach := p.Grant(caller.User.Role).Reach
	if user == "" || reach == app.ReachNone {
		return reach != app.ReachNone, reach, nil
	}
	u, err := s.store.User(ctx, user)
	if app.CodeOf(err) == app.CodeNotFound {
		return false, reach, nil
	}
	return err == nil && p.Allows(caller.User.Standing(), u.Standing()), reach, err
}
