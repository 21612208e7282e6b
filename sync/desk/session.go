package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// SignIn opens a session; takeOver ends a live one elsewhere, where the body
// allows it. The copy is brought up to date in the background from then on.
func (d *Desk) SignIn(ctx context.Context, username, password string, takeOver bool) (wire.Session, error) {
	f, err := d.fingerprint(ctx)
	if err != nil {
		return wire.Session{}, err
	}
	out, err := call(ctx, d, wire.SignIn, &wire.SignInInput{Body: wire.Credentials{
		Username: app.NormalizeUsername(username), Password: password, Fingerprint: f, AppVersion: d.o.AppVersion, TakeOver: takeOver,
	}})
	if err != nil {
		return wire.Session{}, err
	}
	s := out.Body.Session
	pass := newVerifier(password)
	var last time.Time
	if _, err := d.copy.Setting(s.User.ID, settingLastSync, &last); err != nil {
		d.log.Warn("reading the copy", "error", err)
	}

	d.mu.Lock()
	if d.endSync != nil {
		d.endSync()
	}
	d.number++
	d.session, d.pass = &s, pass
	d.client.SetToken(out.Body.Token)
	d.state.SignedIn, d.state.Locked, d.state.Ended, d.state.LastSync = true, false, "", last
	d.mu.Unlock()
	d.board.changed()

	d.keep(d.copy.SetSetting("", settingUsername, s.User.Username))
	if !s.MustChange {
		d.startSync()
	}
	return s, nil
}

// Session is the session that is open; ok is false where there is none.
func (d *Desk) Session() (s wire.Session, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.session == nil {
		return wire.Session{}, false
	}
	return *d.session, true
}

// user is who is signed in.
func (d *Desk) user() (app.ID, error) {
	s, ok := d.Session()
	if !ok {
		return "", app.E(app.CodeSessionMissing)
	}
	return s.User.ID, nil
}

// LastUsername is the name that last signed in on this profile; "" for none.
func (d *Desk) LastUsername() string {
	var name string
	d.Setting(settingUsername, &name)
	return name
}

// ChangePassword changes the password of who is signed in.
func (d *Desk) ChangePassword(ctx context.Context, old, fresh string) (wire.Session, error) {
	in := new(wire.ChangePasswordInput)
	in.Body.Old, in.Body.New = old, fresh
	number := d.sessionNumber()
	out, err := call(ctx, d, wire.ChangePassword, in)
	if err != nil {
		return wire.Session{}, err
	}
	s := out.Body
	pass := newVerifier(fresh)
	d.mu.Lock()
	same := d.number == number && d.session != nil
	begin := same && d.session.MustChange && !s.MustChange
	if same {
		d.session, d.pass = &s, pass
	}
	d.mu.Unlock()
	if begin {
		d.startSync()
	}
	return s, nil
}

// ConfirmPassword gives the password again.
func (d *Desk) ConfirmPassword(ctx context.Context, password string) error {
	in := new(wire.ConfirmInput)
	in.Body.Password = password
	_, err := call(ctx, d, wire.ConfirmPassword, in)
	return err
}

// SignOut ends the session. Here it has ended whatever the error is: with one,
// the server may not know it yet.
func (d *Desk) SignOut(ctx context.Context) error {
	number := d.sessionNumber()
	if _, open := d.Session(); !open {
		return nil
	}
	_, err := call(ctx, d, wire.SignOut, nil)
	d.end(number, "")
	switch app.CodeOf(err) {
	case app.CodeSessionEnded, app.CodeSessionTaken, app.CodeSessionDropped, app.CodeSessionMissing:
		d.change(func(s *State) { s.Ended = "" }) // it was to end anyway
		return nil
	}
	return err
}

// Lock locks the screen: until Unlock, calls for the person give ErrLocked.
// What was already asked goes on.
func (d *Desk) Lock() {
	d.change(func(s *State) { s.Locked = s.SignedIn })
}

// maxTries is how often an unlocking may fail while the server, which counts
// the tries, is away.
const maxTries = 5

// Unlock unlocks the screen with the password of who is signed in. While the
// server is away the password is compared with the one of the sign-in, of
// which the memory holds a digest; after five wrong ones the session ends
// here.
func (d *Desk) Unlock(ctx context.Context, password string) error {
	number := d.sessionNumber()
	d.mu.Lock()
	pass := d.pass
	d.mu.Unlock()
	if pass == nil {
		return app.E(app.CodeSessionMissing)
	}
	err := d.ConfirmPassword(ctx, password)
	if errors.Is(err, client.ErrUnreachable) {
		right, tries := pass.check(password)
		if !right && tries >= maxTries {
			d.end(number, app.CodeSessionEnded)
		}
		if !right {
			return app.E(app.CodeCredentials).At("password")
		}
		err = nil
	}
	if err != nil {
		return err
	}
	d.mu.Lock()
	if d.number == number {
		d.state.Locked = false
	}
	d.mu.Unlock()
	d.board.changed()
	return nil
}

func (d *Desk) sessionNumber() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.number
}

// end ends the session of that number here, if it is still the open one.
func (d *Desk) end(number int, why app.Code) {
	d.mu.Lock()
	if d.number != number || d.session == nil {
		d.mu.Unlock()
		return
	}
	d.number++
	d.session, d.pass = nil, nil
	d.client.SetToken("")
	d.state.SignedIn, d.state.Locked, d.state.Live, d.state.LastSync, d.state.Ended = false, false, false, time.Time{}, why
	if d.endSync != nil {
		d.endSync()
		d.endSync = nil
	}
	d.mu.Unlock()
	d.board.changed()
}

// verifier knows a password without holding it. It lives in memory only, for
// unlocking while the server is away.
type verifier struct {
	salt, hash []byte
	mu         sync.Mutex
	wrong      int
}

func newVerifier(password string) *verifier {
	v := &verifier{salt: make([]byte, 16)}
	rand.Read(v.salt)
	v.hash = v.digest(password)
	return v
}

func (v *verifier) digest(password string) []byte {
	return argon2.IDKey([]byte(password), v.salt, 2, 19<<10, 1, 32)
}

// check compares, and counts the wrong ones in a row.
func (v *verifier) check(password string) (right bool, wrong int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.wrong < maxTries && subtle.ConstantTimeCompare(v.digest(password), v.hash) == 1 {
		v.wrong = 0
		return true, 0
	}
	v.wrong++
	return false, v.wrong
}
