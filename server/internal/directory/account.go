package directory

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"indagor/app"
)

func itoa(n int) string { return strconv.Itoa(n) }

// names lists people, the first ten by name.
func names(all []string) string {
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) > 10 {
		return strings.Join(all[:10], ", ") + ", …"
	}
	return strings.Join(all, ", ")
}

// Enable lets the account work again.
func (s *Service) Enable(ctx context.Context, caller app.Caller, id app.ID) (app.User, error) {
	return s.setEnabled(ctx, caller, id, true, "", "", "")
}

// Disable stops the account and ends its session. Those who depend on it go
// where the request says, or it is refused with who they are; the last TOP is
// never disabled.
func (s *Service) Disable(ctx context.Context, caller app.Caller, id app.ID, reason string, newMediator, newAdmin app.ID) (app.User, error) {
	return s.setEnabled(ctx, caller, id, false, reason, newMediator, newAdmin)
}

func (s *Service) setEnabled(ctx context.Context, caller app.Caller, id app.ID, on bool, reason string, newMediator, newAdmin app.ID) (app.User, error) {
	return s.alter(ctx, caller, app.PermEnableUsers, id, func(tx Tx, u *app.User) (app.Event, error) {
		e := caller.Event(app.ClassAdmin, app.EventUserEnabled)
		before := *u
		u.Enabled = on
		if on {
			if err := s.check(ctx, tx, caller, *u, u.Profile); err != nil {
				return e, err
			}
			return about(e, *u, before, *u), nil
		}
		e.Kind, e.Reason = app.EventUserDisabled, strings.TrimSpace(reason)
		if err := s.free(ctx, tx, caller, before, newMediator, newAdmin, *u); err != nil {
			return e, err
		}
		return about(e, *u, before, *u), tx.EndSessions(u.ID, app.SessionDisabled)
	})
}

// DisableOnConsole stops any account from the server's console; the last
// enabled TOP is refused.
func (s *Service) DisableOnConsole(ctx context.Context, username, reason string) (app.User, error) {
	u, err := s.store.UserNamed(ctx, app.NormalizeUsername(username))
	if err != nil {
		return u, err
	}
	err = s.write(ctx, func(tx Tx) error {
		if u, err = tx.User(ctx, u.ID); err != nil {
			return err
		}
		before := u
		if u.Role == app.RoleTop && u.Enabled {
			n, err := tx.CountTops(ctx)
			if err != nil {
				return err
			}
			if n <= 1 {
				return app.E(app.CodeLastTop)
			}
		}
		u.Enabled = false
		if err := s.free(ctx, tx, app.Caller{User: app.User{Role: app.RoleTop}}, before, "", "", u); err != nil {
			return err
		}
		u.Updated = tx.Now()
		if err := tx.UpdateUser(u); err != nil {
			return err
		}
		if err := tx.EndSessions(u.ID, app.SessionDisabled); err != nil {
			return err
		}
		return tx.Record(about(app.Event{Class: app.ClassAdmin, Kind: app.EventUserDisabled, Reason: "console: " + reason}, u, before, u))
	})
	return u, err
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

// ResetOnConsole resets any account from the server's console: the only way for
// a TOP.
func (s *Service) ResetOnConsole(ctx context.Context, username string) (secret string, until time.Time, err error) {
	u, err := s.store.UserNamed(ctx, app.NormalizeUsername(username))
	if err != nil {
		return "", until, err
	}
	return s.reset(ctx, func(app.User) (app.Event, error) {
		return app.Event{Class: app.ClassAdmin, Kind: app.EventPasswordReset, Reason: "console"}, nil
	}, u.ID)
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

// alter changes one user under the permission. Users whom the caller does not
// administer do not exist for him.
func (s *Service) alter(ctx context.Context, caller app.Caller, p app.Permission, id app.ID, fn func(Tx, *app.User) (app.Event, error)) (app.User, error) {
	var u app.User
	err := s.write(ctx, func(tx Tx) error {
		var err error
		if u, err = tx.User(ctx, id); err != nil {
			return err
		}
		if !visible(caller, u) {
			return app.E(app.CodeNotFound)
		}
		if !allowed(p, caller, u) {
			return app.E(app.CodeForbidden)
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
