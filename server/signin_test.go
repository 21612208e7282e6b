package server_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// enter signs in with the password as it is given, and gives the session.
func enter(c *servertest.Client, username, password string, takeOver bool) (wire.Session, error) {
	in := c.Credentials(username, password)
	in.Body.TakeOver = takeOver
	out, err := client.Call(context.Background(), c.Client, wire.SignIn, in)
	if err != nil {
		return wire.Session{}, err
	}
	c.SetToken(out.Body.Token)
	return out.Body.Session, nil
}

func change(c *servertest.Client, old, fresh string) error {
	in := &wire.ChangePasswordInput{}
	in.Body.Old, in.Body.New = old, fresh
	return try(c, wire.ChangePassword, in)
}

func confirm(c *servertest.Client, password string) error {
	in := &wire.ConfirmInput{}
	in.Body.Password = password
	return try(c, wire.ConfirmPassword, in)
}

// enrolled makes a user by TOP's hand with his one-time secret, still unused.
func enrolled(t testing.TB, w *servertest.World, change func(*app.User)) (app.User, wire.Secret) {
	t.Helper()
	out := say(t, w.Desk, wire.CreateUser, &wire.CreateUserInput{Body: w.Draft(app.RoleStandard, w.Registry, change)}).Body
	return out.User, out.Secret
}

// accesses are the accesses of the user, oldest first, as TOP reads them.
func accesses(t testing.TB, w *servertest.World, id app.ID) []wire.AccessItem {
	t.Helper()
	in := &wire.MonitorInput{MonitorFilter: wire.MonitorFilter{User: id}}
	in.Limit = 500
	items := say(t, w.Desk, wire.ListAccesses, in).Body.Items
	slices.Reverse(items)
	return items
}

func TestFirstEntry(t *testing.T) {
	at := newClock()
	w := servertest.Start(t, clocked(at, ""))
	u, s := enrolled(t, w, nil)
	if want := at.now().Add(72 * time.Hour); !s.Expires.Equal(want) {
		t.Errorf("the secret opens until %v, want %v", s.Expires, want)
	}
	pc := w.Station("ANAG-01")
	first, err := enter(pc, " "+u.Username[:1]+"TENTE"+u.Username[6:]+" ", s.Secret, false) // names fold
	if err != nil || !first.MustChange {
		t.Fatalf("first entry: %v, must change %t", err, first.MustChange)
	}
	for what, err := range map[string]error{
		"archive": try(pc, wire.ListArchive, &wire.ArchiveInput{}), "status": try(pc, wire.GetStatus, &wire.None{}),
		"a refused function": try(pc, wire.ListUsers, &wire.UsersInput{}),
	} {
		refusedAs(t, what+" before the change", err, app.CodeMustChange, "")
	}
	say(t, pc, wire.GetSession, &wire.None{})
	refusedAs(t, "the secret as password", change(pc, s.Secret, s.Secret), app.CodePasswordReuse, "new")
	if err := change(pc, s.Secret, servertest.Password); err != nil {
		t.Fatal(err)
	}
	say(t, pc, wire.ListArchive, &wire.ArchiveInput{})
	_, err = enter(pc, u.Username, s.Secret, false)
	refusedAs(t, "the secret once more", err, app.CodeCredentials, "")

	// A secret opens for a limited time, and another is made only by a reset.
	late, s2 := enrolled(t, w, nil)
	if s2.Secret == s.Secret {
		t.Error("the same secret twice")
	}
	at.add(72*time.Hour + time.Second)
	_, err = enter(pc, late.Username, s2.Secret, false)
	refusedAs(t, "expired secret", err, app.CodeSecretExpired, "")
	_, err = enter(pc, late.Username, "sbagliata", false)
	refusedAs(t, "wrong secret after its time", err, app.CodeCredentials, "")
	w.Desk.Enter(w.Top)
	s3 := say(t, w.Desk, wire.ResetPassword, named(late.ID)).Body
	if _, err = enter(pc, late.Username, s3.Secret, false); err != nil || s3.Secret == s2.Secret {
		t.Errorf("after the reset: %v", err)
	}
}

func TestWrongPassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		at := newClock()
		w := servertest.Start(t, clocked(at, dsn))
		p := w.Person(app.RoleStandard, w.Registry, nil)
		desk, elsewhere := w.At(p, "ANAG-01"), w.Station("ANAG-02")
		at.add(time.Minute)
		guess := func(c *servertest.Client, name string) error {
			_, err := enter(c, name, "indovina-indovinello", false)
			return err
		}

		// An unknown name takes the same path, lock included.
		for n := range 6 {
			known, unknown := guess(elsewhere, p.Username), guess(elsewhere, "nessuno")
			if refusalText(known) != refusalText(unknown) {
				t.Errorf("guess %d: %s of a user, %s of nobody", n, refusalText(known), refusalText(unknown))
			}
			want := app.CodeCredentials
			if n == 5 {
				want = app.CodeLocked
			}
			refusedAs(t, fmt.Sprint("guess ", n), known, want, "")
		}
		_, err := enter(elsewhere, p.Username, p.Password, true)
		refusedAs(t, "the right password while locked", err, app.CodeLocked, "")
		if e := new(app.Error); !errors.As(err, &e) || e.Params["minutes"] != "1" {
			t.Errorf("locked for %v", err)
		}
		var codes []app.Code
		for _, a := range accesses(t, w, p.ID) {
			codes = append(codes, a.Code)
			if a.Code != "" && (a.Workstation != elsewhere.Own.ID || a.Address == "" || a.Kind != app.EventSignInFailed) {
				t.Errorf("recorded: %+v", a)
			}
		}
		if want := append(slices.Repeat([]app.Code{""}, len(codes)-5), slices.Repeat([]app.Code{app.CodeCredentials}, 5)...); len(codes) < 6 || !slices.Equal(codes, want) {
			t.Errorf("recorded of the user: %v", codes)
		}
		all := &wire.MonitorInput{}
		all.Limit = 500
		nobody := 0
		for _, a := range say(t, w.Desk, wire.ListAccesses, all).Body.Items {
			if a.User == "" && a.Workstation == elsewhere.Own.ID {
				nobody++
			}
		}
		if nobody < 8 { // five guesses and a lock of nobody, two locks of the user before his name was looked at
			t.Errorf("recorded without a user: %d", nobody)
		}

		// At his own desk the colleague still signs in, and is told.
		session, err := enter(desk, p.Username, p.Password, false)
		if err != nil {
			t.Fatalf("at his own desk: %v", err)
		}
		if l := session.LastAccess; l == nil || l.Workstation != "ANAG-01" || l.Failed != 5 {
			t.Errorf("last access: %+v", session.LastAccess)
		}

		// The wait grows with every further guess, up to its end.
		for _, minutes := range []string{"2", "4", "8", "15", "15"} {
			at.add(16 * time.Minute)
			refusedAs(t, "a guess after the lock", guess(elsewhere, p.Username), app.CodeCredentials, "")
			err := guess(elsewhere, p.Username)
			var e *app.Error
			if !errors.As(err, &e) || e.Code != app.CodeLocked || e.Params["minutes"] != minutes {
				t.Errorf("locked: %v %v, want %s minutes", err, e.Params, minutes)
			}
		}
		at.add(16 * time.Minute)
		if _, err := enter(elsewhere, p.Username, p.Password, true); err != nil {
			t.Errorf("after the lock: %v", err)
		}
		refusedAs(t, "one guess after a good password", guess(elsewhere, p.Username), app.CodeCredentials, "")
		if _, err := enter(elsewhere, p.Username, p.Password, true); err != nil {
			t.Errorf("a good password did not clear the count: %v", err)
		}
	})
}

// TestStranger: keys that nobody approved share their guesses, and however
// many there are, they lock nobody out at his own desk.
func TestStranger(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	p := w.Person(app.RoleStandard, w.Registry, free)
	desk := w.At(p, "ANAG-01")
	guesses := 0
	for n := range 12 {
		c := w.NewClient(fmt.Sprint("ESTRANEO-", n))
		present(t, c, fmt.Sprint("ESTRANEO-", n))
		for range 4 { // never enough for the lock of one key
			_, err := enter(c, p.Username, "indovina-indovinello", false)
			if app.CodeOf(err) == app.CodeLocked {
				continue
			}
			refusedAs(t, "guess", err, app.CodeCredentials, "")
			guesses++
		}
	}
	if guesses != 20 {
		t.Errorf("a stranger with many keys had %d guesses, want 20", guesses)
	}
	if _, err := enter(desk, p.Username, p.Password, false); err != nil {
		t.Errorf("at his own desk: %v", err)
	}
}

func TestPasswordPolicy(t *testing.T) {
	at := newClock()
	o := clocked(at, "")
	o.Config = func(c *server.Config) { c.Policy.PasswordAge = 90 }
	w := servertest.Start(t, o)
	p := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Surname = "Bevilacqua" })
	pc := w.At(p, "ANAG-01")
	for what, weak := range map[string]string{
		"short": "breve-breve", "his name": "viva-" + p.Username + "-viva", "his surname": "la-BEVILACQUA-rossa-9", "his fiscal code": "x-" + p.FiscalCode + "-x",
		"few characters": "ababababababab", "short in characters, not in bytes": "èéàòùìèéàòù",
	} {
		refusedAs(t, what, change(pc, p.Password, weak), app.CodePasswordWeak, "new")
	}
	refusedAs(t, "not knowing the old one", change(pc, "sbagliata", "un-altra-parola-1"), app.CodeCredentials, "")
	refusedAs(t, "the same", change(pc, p.Password, p.Password), app.CodePasswordReuse, "new")
	word := func(n int) string { return fmt.Sprintf("parola-numero-%02d", n) }
	last := p.Password
	for n := range 5 {
		if err := change(pc, last, word(n)); err != nil {
			t.Fatal(err)
		}
		last = word(n)
		refusedAs(t, "the first one again", change(pc, last, p.Password), app.CodePasswordReuse, "new")
		at.add(time.Second)
	}
	if err := change(pc, last, word(5)); err != nil {
		t.Fatal(err)
	}
	if err := change(pc, word(5), p.Password); err != nil {
		t.Errorf("the sixth before: %v", err)
	}
	// A reset does not bring a former password back.
	s := say(t, w.Desk, wire.ResetPassword, named(p.ID)).Body.Secret
	if _, err := enter(pc, p.Username, s, false); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, "the password of before the reset", change(pc, s, p.Password), app.CodePasswordReuse, "new")
	if err := change(pc, s, "nuova-di-zecca-7"); err != nil {
		t.Fatal(err)
	}
	at.add(90*24*time.Hour + time.Second)
	session, err := enter(pc, p.Username, "nuova-di-zecca-7", false)
	if err != nil || !session.MustChange {
		t.Fatalf("an aged password: %v, must change %t", err, session.MustChange)
	}
	refusedAs(t, "archive with an aged password", try(pc, wire.ListArchive, &wire.ArchiveInput{}), app.CodeMustChange, "")
}

func TestOneSession(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		t.Run(fmt.Sprint("take over ", allowed), func(t *testing.T) {
			at := newClock()
			o := clocked(at, "")
			o.Config = func(c *server.Config) { c.Policy.TakeOver = allowed }
			w := servertest.Start(t, o)
			p := w.Person(app.RoleStandard, w.Registry, nil)
			one, two := w.At(p, "ANAG-01"), w.Station("ANAG-02")
			at.add(time.Minute)

			// Refused, and both are told.
			_, err := enter(two, p.Username, p.Password, false)
			refusedAs(t, "a second sign-in", err, app.CodeSessionLive, "")
			if e := new(app.Error); !errors.As(err, &e) || e.Params["takeover"] != fmt.Sprint(allowed) {
				t.Errorf("told about taking over: %v", err)
			}
			notices := say(t, one, wire.GetSession, &wire.None{}).Body.Notices
			if len(notices) != 1 || notices[0].Kind != "refused_elsewhere" || notices[0].Workstation != "ANAG-02" || !notices[0].At.Equal(at.now()) {
				t.Errorf("the first is told %+v", notices)
			}
			if again := say(t, one, wire.GetSession, &wire.None{}).Body.Notices; len(again) != 0 {
				t.Errorf("told twice: %+v", again)
			}

			at.add(time.Minute)
			session, err := enter(two, p.Username, p.Password, true)
			if !allowed {
				refusedAs(t, "taking over against the policy", err, app.CodeSessionLive, "")
				say(t, one, wire.GetSession, &wire.None{})
			} else {
				if err != nil {
					t.Fatal(err)
				}
				if n := session.Notices; len(n) != 1 || n[0].Kind != "taken_over" || n[0].Workstation != "ANAG-01" {
					t.Errorf("the second is told %+v, want what it ended", n)
				}
				refusedAs(t, "the first after it", try(one, wire.GetSession, &wire.None{}), app.CodeSessionTaken, "")
			}
			if _, err := enter(one, p.Username, p.Password, true); allowed && err != nil {
				t.Errorf("taking back: %v", err)
			}

			// A session that is over stands in nobody's way.
			at.add(12*time.Hour + time.Second)
			refusedAs(t, "after its time", try(one, wire.GetSession, &wire.None{}), app.CodeSessionEnded, "")
			if _, err := enter(two, p.Username, p.Password, false); err != nil {
				t.Errorf("after the first ran out: %v", err)
			}
			say(t, two, wire.SignOut, &wire.None{})
			refusedAs(t, "after signing out", try(two, wire.GetSession, &wire.None{}), app.CodeSessionEnded, "")
			if _, err := enter(one, p.Username, p.Password, false); err != nil {
				t.Errorf("after the other signed out: %v", err)
			}
		})
	}
}

// TestAccountTimes: validity period and access hours are of the body's zone,
// and count at every request.
func TestAccountTimes(t *testing.T) {
	at := newClock() // Tuesday 24 November 2026, 11:00 in Rome
	w := servertest.Start(t, clocked(at, ""))
	pc := w.Station("ANAG-01")
	day := func(d app.Day) *app.Day { return &d }
	p := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.ValidFrom = day("2026-11-25") })
	refusedAs(t, "before the period", pc.Try(&p), app.CodeAccountPeriod, "")
	p = w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.ValidUntil = day("2026-11-23") })
	refusedAs(t, "after the period", pc.Try(&p), app.CodeAccountPeriod, "")
	p = w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
		u.ValidFrom, u.ValidUntil = day("2026-11-24"), day("2026-11-24")
		u.Hours = &app.Hours{Days: []int{1, 2}, From: 8 * 60, Until: 18 * 60}
	})
	pc.Enter(p)
	at.add(7*time.Hour - time.Second) // 17:59:59
	say(t, pc, wire.ListArchive, &wire.ArchiveInput{})
	at.add(time.Second)
	refusedAs(t, "after hours", try(pc, wire.ListArchive, &wire.ArchiveInput{}), app.CodeAccountHours, "")
	refusedAs(t, "sign-in after hours", pc.Try(&p), app.CodeAccountHours, "")
	at.add(6 * time.Hour) // 00:00 of Wednesday
	refusedAs(t, "the day after the period", pc.Try(&p), app.CodeAccountPeriod, "")
	w.Desk.Enter(w.Top)
	wednesday := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Hours = &app.Hours{Days: []int{1, 2, 4, 5}, From: 0, Until: 1440} })
	refusedAs(t, "on another day", pc.Try(&wednesday), app.CodeAccountHours, "")
}

func TestSessionsEndWithTheAccount(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	p := w.Person(app.RoleStandard, w.Registry, nil)
	pc := w.At(p, "ANAG-01")
	say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: p.ID})
	refusedAs(t, "disabled, next request", try(pc, wire.ListArchive, &wire.ArchiveInput{}), app.CodeSessionEnded, "")
	_, err := enter(pc, p.Username, p.Password, false)
	refusedAs(t, "disabled, sign-in", err, app.CodeAccountOff, "")
	_, err = enter(pc, p.Username, "sbagliata", false)
	refusedAs(t, "disabled, sign-in without the password", err, app.CodeCredentials, "")
	say(t, w.Desk, wire.EnableUser, named(p.ID))
	refusedAs(t, "enabled again: the old session", try(pc, wire.ListArchive, &wire.ArchiveInput{}), app.CodeSessionEnded, "")
	if _, err := enter(pc, p.Username, p.Password, false); err != nil {
		t.Fatal(err)
	}
	s := say(t, w.Desk, wire.ResetPassword, named(p.ID)).Body
	refusedAs(t, "reset, next request", try(pc, wire.ListArchive, &wire.ArchiveInput{}), app.CodeSessionEnded, "")
	_, err = enter(pc, p.Username, p.Password, false)
	refusedAs(t, "the password of before", err, app.CodeCredentials, "")
	session, err := enter(pc, p.Username, s.Secret, false)
	if err != nil || !session.MustChange {
		t.Errorf("after the reset: %v, must change %t", err, session.MustChange)
	}
}

func TestRecentPassword(t *testing.T) {
	at := newClock()
	w := servertest.Start(t, clocked(at, ""))
	p := w.Person(app.RoleStandard, w.Registry, nil)
	admin := w.At(w.Admin, "ADMIN-01")
	say(t, admin, wire.ResetPassword, named(p.ID))
	at.add(15*time.Minute + time.Second)
	refusedAs(t, "a reset long after the password", try(admin, wire.ResetPassword, named(p.ID)), app.CodeConfirm, "")
	say(t, admin, wire.ListUsers, &wire.UsersInput{})
	refusedAs(t, "a wrong password", confirm(admin, "sbagliata"), app.CodeCredentials, "")
	refusedAs(t, "after a wrong one", try(admin, wire.ResetPassword, named(p.ID)), app.CodeConfirm, "")
	if err := confirm(admin, servertest.Password); err != nil {
		t.Fatal(err)
	}
	say(t, admin, wire.ResetPassword, named(p.ID))
	for range 6 {
		_ = confirm(admin, "sbagliata")
	}
	refusedAs(t, "guessing at an open session", confirm(admin, servertest.Password), app.CodeLocked, "")
}
