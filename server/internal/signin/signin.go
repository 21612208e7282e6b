// Package signin opens and ends sessions: passwords, lock-out, one live
// session per account, the forced change of a one-time secret (specification
// §5).
package signin

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"indagor/app"
)

// Tx is what signing in changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	LiveSession(ctx context.Context, user app.ID) (app.Session, error)
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
	InsertSession(app.Session) error
	EndSessions(user app.ID, why app.SessionEnd) error
	ConfirmSession(id app.ID) error
	Failures(ctx context.Context, mark string) (app.Failures, error)
	SetFailures(mark string, f app.Failures) error
	SetCredential(id app.ID, c app.Credential) error
	AddNotice(app.AccountNotice) error
	ClearNotices(user app.ID, until time.Time) error
}

// Store is what signing in reads, and the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	User(ctx context.Context, id app.ID) (app.User, error)
	UserNamed(ctx context.Context, username string) (app.User, error)
	Credential(ctx context.Context, id app.ID) (app.Credential, error)
	FormerPasswords(ctx context.Context, id app.ID, n int) ([]string, error)
	Failures(ctx context.Context, mark string) (app.Failures, error)
	LastSession(ctx context.Context, user, but app.ID) (app.Session, error)
	Workstation(ctx context.Context, id app.ID) (app.Workstation, error)
	LiveSession(ctx context.Context, user app.ID) (app.Session, error)
	RefusedSignIns(ctx context.Context, user app.ID, since time.Time) (int, error)
	Notices(ctx context.Context, user app.ID) ([]app.AccountNotice, error)
}

// Workstations tells how a workstation that presents itself stands; it judges
// the drift of its fingerprint.
type Workstations interface {
	Appear(ctx context.Context, thumbprint string, f app.Fingerprint, version, address string) (app.Workstation, app.WorkstationKey, error)
}

// Policy is the body's policy of signing in.
type Policy struct {
	MinLength     int           // characters of a new password
	Reuse         int           // so many former passwords are refused
	MaxAge        time.Duration // after which a change is forced; 0: never
	SessionLength time.Duration
	Recent        time.Duration // how long a given password counts as recent
	TakeOver      bool          // a second sign-in may end the first
	LockAfter     int           // refused passwords from one workstation before it must wait
	LongestLock   time.Duration
}

// PolicyOf is the policy that the body's settings state.
func PolicyOf(a app.AccessSettings) Policy {
	return Policy{
		MinLength: a.PasswordLength, Reuse: a.PasswordReuse, MaxAge: time.Duration(a.PasswordAge) * 24 * time.Hour,
		SessionLength: time.Duration(a.SessionLength) * time.Minute, Recent: time.Duration(a.Recent) * time.Minute,
		TakeOver: a.TakeOver, LockAfter: a.LockAfter, LongestLock: time.Duration(a.LongestLock) * time.Minute,
	}
}

// Service opens and ends sessions.
type Service struct {
	store        Store
	workstations Workstations
	hasher       *Hasher
	policy       func() Policy
	zone         *time.Location
	now          func() time.Time
}

// New returns the service; policy gives the policy in force at the moment,
// zone is the body's.
func New(store Store, w Workstations, h *Hasher, policy func() Policy, zone *time.Location, now func() time.Time) *Service {
	return &Service{store, w, h, policy, zone, now}
}

// Policy is the policy in force.
func (s *Service) Policy() Policy { return s.policy() }

// Attempt is what somebody signs in with, the key proven already.
type Attempt struct {
	Key         string
	Address     string
	Username    string
	Password    string
	Fingerprint app.Fingerprint
	Version     string // of the desktop
	TakeOver    bool
}

// SignIn opens a session and returns its token, which is kept nowhere. Every
// refusal is recorded, with the reason that its own user may read.
func (s *Service) SignIn(ctx context.Context, a Attempt) (token string, caller app.Caller, err error) {
	name := app.NormalizeUsername(a.Username)
	w, key, err := s.workstations.Appear(ctx, a.Key, a.Fingerprint, a.Version, a.Address)
	caller = app.Caller{
		Workstation: w.ID, WorkstationName: w.Name, Key: a.Key, Address: a.Address,
		WorkstationOK: w.State == app.WorkstationAuthorised && key.State == app.WorkstationAuthorised,
	}
	if err != nil {
		if w.ID != "" {
			err = s.refuse(ctx, caller, err)
		}
		return "", caller, err
	}

	marks := marksOf(name, a.Key, caller.WorkstationOK)
	for _, m := range marks {
		f, err := s.store.Failures(ctx, m.name)
		if err != nil {
			return "", caller, err
		}
		if wait := f.Until.Sub(s.now()); wait > 0 {
			return "", caller, s.refuse(ctx, caller, app.E(app.CodeLocked, "minutes", fmt.Sprint(int(math.Ceil(wait.Minutes())))))
		}
	}
	u, err := s.store.UserNamed(ctx, name)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return "", caller, err
	}
	var cred app.Credential
	if err == nil {
		if cred, err = s.store.Credential(ctx, u.ID); err != nil {
			return "", caller, err
		}
	}
	ok, stale, err := s.hasher.Check(ctx, cred.Hash, a.Password)
	if err != nil {
		return "", caller, err
	}
	caller.User = u
	if !ok {
		return "", caller, s.wrong(ctx, caller, marks)
	}
	if err := s.mayEnter(u, cred, w, caller.WorkstationOK); err != nil {
		return "", caller, s.refuse(ctx, caller, err)
	}
	if stale && cred.SecretUntil.IsZero() {
		if cred.Hash, err = s.hasher.Hash(ctx, a.Password); err != nil {
			return "", caller, err
		}
	} else {
		stale = false
	}

	policy := s.policy()
	token = app.NewSecret(32)
	session := app.Session{ID: app.NewID(), Token: app.HashSecret(token), User: u.ID, Thumbprint: a.Key, Workstation: w.ID, Address: a.Address}
	var refusal error
	err = s.store.Write(ctx, func(tx Tx) error {
		refusal = nil
		session.Started, session.Confirmed, session.Expires = tx.Now(), tx.Now(), tx.Now().Add(policy.SessionLength)
		live, err := tx.LiveSession(ctx, u.ID)
		switch {
		case app.CodeOf(err) == app.CodeNotFound:
		case err != nil:
			return err
		case policy.Ends(live).Before(tx.Now()) || live.Thumbprint == a.Key:
			if err := tx.EndSessions(u.ID, app.SessionClosed); err != nil {
				return err
			}
		case a.TakeOver && policy.TakeOver:
			if err := tx.EndSessions(u.ID, app.SessionTaken); err != nil {
				return err
			}
			// The new session reads it: it tells where the former one was.
			former, err := tx.Workstation(ctx, live.Workstation)
			if err != nil && app.CodeOf(err) != app.CodeNotFound {
				return err
			}
			if err := tx.AddNotice(app.AccountNotice{User: u.ID, Kind: "taken_over", Workstation: former.Name}); err != nil {
				return err
			}
			if err := tx.Record(caller.Event(app.ClassAccess, app.EventTakenOver)); err != nil {
				return err
			}
		default:
			refusal = app.E(app.CodeSessionLive, "takeover", fmt.Sprint(policy.TakeOver))
			if err := tx.AddNotice(app.AccountNotice{User: u.ID, Kind: "refused_elsewhere", Workstation: w.Name}); err != nil {
				return err
			}
			e := caller.Event(app.ClassAccess, app.EventSignInFailed)
			e.Code = app.CodeSessionLive
			return tx.Record(e)
		}
		if stale {
			if err := tx.SetCredential(u.ID, cred); err != nil {
				return err
			}
		}
		for _, m := range marks {
			if err := tx.SetFailures(m.name, app.Failures{}); err != nil {
				return err
			}
		}
		if err := tx.InsertSession(session); err != nil {
			return err
		}
		return tx.Record(caller.Event(app.ClassAccess, app.EventSignIn))
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return "", caller, err
	}
	caller.Session = session.ID
	return token, caller, nil
}

func (s *Service) mayEnter(u app.User, cred app.Credential, w app.Workstation, approved bool) error {
	if err := u.MayWork(s.now().In(s.zone)); err != nil {
		return err
	}
	if !cred.SecretUntil.IsZero() && s.now().After(cred.SecretUntil) {
		return app.E(app.CodeSecretExpired)
	}
	return MayUse(u, w.ID, approved)
}

// MayUse says why the user may not work on the workstation: one that is not
// approved, where he needs an approved one, or not among those listed for him.
// Suspended and revoked ones are refused before anybody's profile is looked at.
func MayUse(u app.User, workstation app.ID, approved bool) error {
	free := u.Role.Operative() && u.Profile.Workstations == app.WorkstationsFree
	if !approved && !free {
		return app.E(app.CodeWorkstationPending)
	}
	if listed := u.Profile.WorkstationID; len(listed) > 0 && !slices.Contains(listed, workstation) {
		return app.E(app.CodeWorkstationNotListed)
	}
	return nil
}

// refuse records a refusal and returns it.
func (s *Service) refuse(ctx context.Context, caller app.Caller, refusal error) error {
	err := s.store.Write(ctx, func(tx Tx) error {
		e := caller.Event(app.ClassAccess, app.EventSignInFailed)
		e.Code = app.CodeOf(refusal)
		return tx.Record(e)
	})
	if err != nil {
		return err
	}
	return refusal
}

// mark is one count of refused passwords: name, and how many pass before it
// locks.
type mark struct {
	name  string
	after int // added to the policy's
}

// marksOf names the counts that a wrong password adds to. The first is of the
// name on this very key, so that a stranger's guesses elsewhere never lock a
// colleague out at his own desk. Keys that nobody approved share a second one,
// since a stranger can make as many of them as he likes.
func marksOf(name, key string, approved bool) []mark {
	m := []mark{{app.HashSecret("signin|" + name + "|" + key), 0}}
	if !approved {
		m = append(m, mark{app.HashSecret("signin|" + name + "|not approved"), 15})
	}
	return m
}

func (s *Service) wrong(ctx context.Context, caller app.Caller, marks []mark) error {
	policy := s.policy()
	err := s.store.Write(ctx, func(tx Tx) error {
		for _, m := range marks {
			f, err := tx.Failures(ctx, m.name)
			if err != nil {
				return err
			}
			if tx.Now().Sub(f.Last) > 24*time.Hour {
				f = app.Failures{}
			}
			f.Count++
			f.Last, f.User, f.Workstation = tx.Now(), caller.User.ID, caller.Workstation
			if over := f.Count - policy.LockAfter - m.after; over >= 0 {
				f.Until = tx.Now().Add(min(time.Minute<<min(over, 10), policy.LongestLock))
			}
			if err := tx.SetFailures(m.name, f); err != nil {
				return err
			}
		}
		e := caller.Event(app.ClassAccess, app.EventSignInFailed)
		e.Code = app.CodeCredentials
		return tx.Record(e)
	})
	if err != nil {
		return err
	}
	return app.E(app.CodeCredentials)
}

// SignOut ends the caller's session.
func (s *Service) SignOut(ctx context.Context, caller app.Caller) error {
	return s.store.Write(ctx, func(tx Tx) error {
		if err := tx.EndSessions(caller.User.ID, app.SessionClosed); err != nil {
			return err
		}
		return tx.Record(caller.Event(app.ClassAccess, app.EventSignOut))
	})
}

// ChangePassword replaces the caller's own password, knowing the old one.
func (s *Service) ChangePassword(ctx context.Context, caller app.Caller, old, fresh string) error {
	cred, err := s.confirm(ctx, caller, old)
	if err != nil {
		return err
	}
	policy := s.policy()
	if err := policy.checkNew(caller.User, fresh); err != nil {
		return err
	}
	former, err := s.store.FormerPasswords(ctx, caller.User.ID, policy.Reuse)
	if err != nil {
		return err
	}
	for _, hash := range append(former, cred.Hash) {
		same, _, err := s.hasher.Check(ctx, hash, fresh)
		if err != nil {
			return err
		}
		if same {
			return app.E(app.CodePasswordReuse).At("new")
		}
	}
	hash, err := s.hasher.Hash(ctx, fresh)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error {
		if err := tx.SetCredential(caller.User.ID, app.Credential{Hash: hash, Set: tx.Now()}); err != nil {
			return err
		}
		if err := tx.ConfirmSession(caller.Session); err != nil {
			return err
		}
		return tx.Record(caller.Event(app.ClassAccess, app.EventPassword))
	})
}

// Confirm takes the password again, for what asks for a recent one and for
// unlocking the screen.
func (s *Service) Confirm(ctx context.Context, caller app.Caller, password string) error {
	if _, err := s.confirm(ctx, caller, password); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error {
		if err := tx.ConfirmSession(caller.Session); err != nil {
			return err
		}
		return tx.Record(caller.Event(app.ClassAccess, app.EventConfirm))
	})
}

func (s *Service) confirm(ctx context.Context, caller app.Caller, password string) (app.Credential, error) {
	marks := marksOf(caller.User.Username, caller.Key, true)
	f, err := s.store.Failures(ctx, marks[0].name)
	if err != nil {
		return app.Credential{}, err
	}
	if wait := f.Until.Sub(s.now()); wait > 0 {
		return app.Credential{}, app.E(app.CodeLocked, "minutes", fmt.Sprint(int(math.Ceil(wait.Minutes()))))
	}
	cred, err := s.store.Credential(ctx, caller.User.ID)
	if err != nil {
		return cred, err
	}
	ok, _, err := s.hasher.Check(ctx, cred.Hash, password)
	if err != nil {
		return cred, err
	}
	if !ok {
		return cred, s.wrong(ctx, caller, marks)
	}
	return cred, nil
}

// MustChange reports whether nothing works for the user before he changes his
// password.
func (s *Service) MustChange(cred app.Credential) bool {
	age := s.policy().MaxAge
	return cred.MustChange || (age > 0 && s.now().Sub(cred.Set) > age)
}

// Ends is when the session ends by itself: a policy that became shorter
// applies to the sessions that are open, a longer one only to new ones.
func (p Policy) Ends(x app.Session) time.Time {
	if end := x.Started.Add(p.SessionLength); end.Before(x.Expires) {
		return end
	}
	return x.Expires
}

// lastAccess is the sign-in before the caller's own: when, from where.
func (s *Service) lastAccess(ctx context.Context, caller app.Caller) (at time.Time, workstation string, err error) {
	last, err := s.store.LastSession(ctx, caller.User.ID, caller.Session)
	if app.CodeOf(err) == app.CodeNotFound {
		return time.Time{}, "", nil
	}
	if err != nil {
		return time.Time{}, "", err
	}
	w, err := s.store.Workstation(ctx, last.Workstation)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return time.Time{}, "", err
	}
	return last.Started, w.Name, nil
}

// Notices tells what happened to the caller's account, once.
func (s *Service) Notices(ctx context.Context, caller app.Caller) ([]app.AccountNotice, error) {
	ns, err := s.store.Notices(ctx, caller.User.ID)
	if err != nil || len(ns) == 0 {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx Tx) error { return tx.ClearNotices(caller.User.ID, ns[len(ns)-1].At) })
	return ns, err
}

// View is what a signed-in user must know about his session.
type View struct {
	MustChange      bool
	Expires         time.Time
	LastAccess      time.Time // the sign-in before; zero where there was none
	LastWorkstation string
	Failed          int // refused sign-ins since then
}

// Session tells the caller how his session stands.
func (s *Service) Session(ctx context.Context, caller app.Caller) (View, error) {
	cred, err := s.store.Credential(ctx, caller.User.ID)
	if err != nil {
		return View{}, err
	}
	live, err := s.store.LiveSession(ctx, caller.User.ID)
	if err != nil {
		return View{}, err
	}
	v := View{MustChange: s.MustChange(cred), Expires: s.policy().Ends(live)}
	if v.LastAccess, v.LastWorkstation, err = s.lastAccess(ctx, caller); err != nil || v.LastAccess.IsZero() {
		return v, err
	}
	v.Failed, err = s.store.RefusedSignIns(ctx, caller.User.ID, v.LastAccess)
	return v, err
}
