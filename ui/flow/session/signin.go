package session

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what this package needs of the desktop.
type Desk interface {
	SignIn(ctx context.Context, user, password string, takeOver bool) (wire.Session, error)
	ChangePassword(ctx context.Context, old, new string) (wire.Session, error)
	ConfirmPassword(ctx context.Context, password string) error
	// Unlock opens the locked screen: the server judges the password.
	Unlock(ctx context.Context, password string) error
	SignOut(ctx context.Context) error
}

// Flow is the session of one desktop.
type Flow struct{ desk Desk }

// New returns the session of a desktop.
func New(desk Desk) *Flow { return &Flow{desk} }

// SignedIn is what came of an attempt to sign in.
type SignedIn struct {
	Session wire.Session
	// Missing are the fields left empty, "username" and "password": nothing
	// was asked.
	Missing []string
	// Err is why not; nil where Session holds.
	Err error
	// Elsewhere is set where the account is signed in at another workstation:
	// the same may be asked with takeOver.
	Elsewhere bool
	// Forget is set where the password is surely wrong and the field is to be
	// emptied.
	Forget bool
}

// SignIn signs in.
func (f *Flow) SignIn(ctx context.Context, user, password string, takeOver bool) SignedIn {
	user = app.NormalizeUsername(user)
	var r SignedIn
	if user == "" {
		r.Missing = append(r.Missing, "username")
	}
	if password == "" {
		r.Missing = append(r.Missing, "password")
	}
	if len(r.Missing) > 0 {
		return r
	}
	r.Session, r.Err = f.desk.SignIn(ctx, user, password, takeOver)
	switch app.CodeOf(r.Err) {
	case app.CodeSessionLive:
		r.Elsewhere = !takeOver
	case app.CodeCredentials, app.CodeSecretExpired:
		r.Forget = true
	}
	return r
}

// Confirm gives the password again; it reports app.CodeRequired for an empty
// one without asking.
func (f *Flow) Confirm(ctx context.Context, password string) error {
	if password == "" {
		return app.E(app.CodeRequired).At("password")
	}
	return f.desk.ConfirmPassword(ctx, password)
}

// Unlock opens the locked screen.
func (f *Flow) Unlock(ctx context.Context, password string) error {
	if password == "" {
		return app.E(app.CodeRequired).At("password")
	}
	return f.desk.Unlock(ctx, password)
}

// SignOut ends the session; the desktop forgets it even where the server is
// away.
func (f *Flow) SignOut(ctx context.Context) error { return f.desk.SignOut(ctx) }

// Ended reports whether the error means that the session is no more, and that
// a new sign-in is needed.
func Ended(err error) bool {
	switch app.CodeOf(err) {
	case app.CodeSessionMissing, app.CodeSessionEnded, app.CodeSessionTaken, app.CodeSessionDropped, app.CodeAccountOff, app.CodeAccountPeriod, app.CodeAccountHours,
		app.CodeWorkstationSuspended, app.CodeWorkstationRevoked, app.CodeWorkstationCloned, app.CodeWorkstationExpired:
		return true
	}
	return false
}
