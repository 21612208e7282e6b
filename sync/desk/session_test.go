package desk

import (
	"context"
	"errors"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
)

func TestSignInAndSync(t *testing.T) {
	f := newFake(t)
	f.past(8)
	o := options(t, f)
	d := open(t, o)
	if _, err := d.SignIn(t.Context(), "anna", "wrong", false); app.CodeOf(err) != app.CodeCredentials || Reference(err) != "ref1" {
		t.Fatalf("%v", err)
	}
	if _, ok := d.Session(); ok || d.State().SignedIn {
		t.Error("signed in")
	}
	if _, _, err := d.Archive(t.Context(), wire.ArchiveQuery{}); app.CodeOf(err) != app.CodeSessionMissing {
		t.Errorf("%v", err)
	}
	s, err := d.SignIn(t.Context(), " Anna ", "right", false)
	if err != nil || s.User.Username != "anna" {
		t.Fatalf("%+v, %v", s, err)
	}
	until(t, d, func(s State) bool { return !s.LastSync.IsZero() })
	if d.LastUsername() != "anna" {
		t.Errorf("%q", d.LastUsername())
	}
	if b, ok := d.Table("tab25"); !ok || string(b) != "twenty-five" {
		t.Errorf("%q, %v", b, ok)
	}
	if _, ok := d.Table("tab99"); ok {
		t.Error("a table from nowhere")
	}
	if n := f.count(wire.GetVisura.ID); n != 8 {
		t.Errorf("%d cards", n)
	}
	// The next round brings only what changed.
	f.past(1)
	f.set(func() { f.tables["tab01"] = "uno" })
	lists := f.count(wire.ListArchive.ID)
	if err := d.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f.count(wire.GetTable.ID) != 3 || f.count(wire.GetVisura.ID) != 9 || f.count(wire.ListArchive.ID)-lists > 2 {
		t.Errorf("%v", f.calls)
	}
	if b, _ := d.Table("tab01"); string(b) != "uno" {
		t.Errorf("%q", b)
	}

	// Another start finds the copy, and an older sign-in's time.
	if err := d.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := d.State(); st.SignedIn || st.Ended != "" {
		t.Errorf("%+v", st)
	}
	if err := d.SignOut(t.Context()); err != nil {
		t.Error(err)
	}
	d.Close()
	d = open(t, o)
	if b, ok := d.Table("tab01"); !ok || string(b) != "uno" {
		t.Errorf("%q, %v", b, ok)
	}
}

func TestMustChange(t *testing.T) {
	f := newFake(t)
	f.must = true
	d := open(t, options(t, f))
	if s, err := d.SignIn(t.Context(), "anna", "right", false); err != nil || !s.MustChange {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := d.ChangePassword(t.Context(), "wrong", "new"); app.CodeOf(err) != app.CodeCredentials {
		t.Errorf("%v", err)
	}
	if f.count(wire.ListTables.ID) != 0 {
		t.Error("synchronised before the password was changed")
	}
	if s, err := d.ChangePassword(t.Context(), "right", "new"); err != nil || s.MustChange {
		t.Fatalf("%+v, %v", s, err)
	}
	until(t, d, func(s State) bool { return !s.LastSync.IsZero() })
}

func TestSessionEnds(t *testing.T) {
	for _, code := range []app.Code{app.CodeSessionEnded, app.CodeSessionTaken} {
		f := newFake(t)
		d := signedIn(t, f, options(t, f))
		f.set(func() { f.ended = code })
		if _, err := Call(t.Context(), d, wire.ListDepartments, nil); !errors.Is(err, ErrUnreachable) {
			t.Errorf("an operation that the fake does not know: %v", err)
		}
		if _, _, err := d.Archive(t.Context(), wire.ArchiveQuery{}); app.CodeOf(err) != code {
			t.Errorf("%v", err)
		}
		s := until(t, d, func(s State) bool { return !s.SignedIn })
		if s.Ended != code || !s.LastSync.IsZero() {
			t.Errorf("%+v", s)
		}
		if _, err := Call(t.Context(), d, wire.ListTables, nil); app.CodeOf(err) != app.CodeSessionMissing {
			t.Errorf("%v", err)
		}
		if _, err := d.SignIn(t.Context(), "anna", "right", true); err != nil {
			t.Fatal(err)
		}
		if s := d.State(); !s.SignedIn || s.Ended != "" {
			t.Errorf("%+v", s)
		}
		d.end(1, code) // a late answer to the former session
		if !d.State().SignedIn {
			t.Error("a late answer ended the new session")
		}
	}
}

func TestConfirm(t *testing.T) {
	f := newFake(t)
	o := options(t, f)
	var answers []string
	o.Confirm = func(context.Context) (string, bool) {
		if len(answers) == 0 {
			return "", false
		}
		a := answers[0]
		answers = answers[1:]
		return a, true
	}
	d := signedIn(t, f, o)
	in := &wire.IDInput{ID: "u2"}
	if _, err := Call(t.Context(), d, wire.ResetPassword, in); app.CodeOf(err) != app.CodeConfirm {
		t.Errorf("given up: %v", err)
	}
	answers = []string{"wrong"}
	if _, err := Call(t.Context(), d, wire.ResetPassword, in); app.CodeOf(err) != app.CodeCredentials {
		t.Errorf("wrong: %v", err)
	}
	answers = []string{"right"}
	out, err := Call(t.Context(), d, wire.ResetPassword, in)
	if err != nil || out.Body.Secret != "once" {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestLock(t *testing.T) {
	f := newFake(t)
	d := signedIn(t, f, options(t, f))
	d.Lock()
	if s := until(t, d, func(s State) bool { return s.Locked }); !s.SignedIn {
		t.Errorf("%+v", s)
	}
	if _, err := Call(t.Context(), d, wire.ListTables, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("%v", err)
	}
	if _, _, err := d.Archive(t.Context(), wire.ArchiveQuery{}); !errors.Is(err, ErrLocked) {
		t.Errorf("%v", err)
	}
	if _, err := d.Ask(t.Context(), request, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("%v", err)
	}
	if err := d.Unlock(t.Context(), "wrong"); app.CodeOf(err) != app.CodeCredentials || !d.State().Locked {
		t.Errorf("%v", err)
	}
	if err := d.Unlock(t.Context(), "right"); err != nil || d.State().Locked {
		t.Errorf("%v", err)
	}
	// While the server is away.
	f.set(func() { f.down = true })
	d.Lock()
	for range maxTries - 1 {
		if err := d.Unlock(t.Context(), "wrong"); app.CodeOf(err) != app.CodeCredentials {
			t.Errorf("%v", err)
		}
	}
	if err := d.Unlock(t.Context(), "right"); err != nil || d.State().Locked {
		t.Errorf("%v", err)
	}
	d.Lock()
	for range maxTries {
		if err := d.Unlock(t.Context(), "wrong"); app.CodeOf(err) != app.CodeCredentials {
			t.Errorf("%v", err)
		}
	}
	if s := d.State(); s.SignedIn || s.Ended != app.CodeSessionEnded {
		t.Errorf("%+v", s)
	}
	if err := d.Unlock(t.Context(), "right"); app.CodeOf(err) != app.CodeSessionMissing {
		t.Errorf("%v", err)
	}
}
