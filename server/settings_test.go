package server_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// decide saves the settings as changed.
func decide(t testing.TB, w *servertest.World, change func(*app.Settings)) app.Settings {
	t.Helper()
	s := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body.Settings
	change(&s)
	return say(t, w.Desk, wire.SaveSettings, &wire.SaveSettingsInput{Body: s}).Body.Settings
}

// TestSettings: what is saved is kept over a restart and wins over the
// configuration, is logged with what changed and nothing else, and two TOPs do
// not overwrite each other.
func TestSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn, Config: func(c *server.Config) { c.Policy.LockAfter = 7 }})
		view := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body
		if s := view.Settings; s.Access.LockAfter != 7 || s.Access.PasswordLength != 12 || s.Version != 0 {
			t.Errorf("of a new body: %+v", s)
		}
		if f := view.Server; f.Version != server.Version || f.LogKey == "" || f.Custodians != 3 || len(f.EServices) == 0 || !strings.HasPrefix(dsn, f.Database) {
			t.Errorf("the server: %+v", f)
		}
		first := decide(t, w, func(s *app.Settings) { s.Access.LockAfter, s.Retention.Visure = 4, 365 })
		if first.Version != 1 {
			t.Errorf("version %d", first.Version)
		}
		// Another TOP read before that.
		stale := view.Settings.Clone()
		stale.Access.LockAfter = 9
		refusedAs(t, "saving over another's", try(w.Desk, wire.SaveSettings, &wire.SaveSettingsInput{Body: stale}), app.CodeChanged, "version")
		if again := decide(t, w, func(*app.Settings) {}); again.Version != 1 {
			t.Errorf("saving nothing new is version %d", again.Version)
		}
		monitor := &wire.MonitorInput{}
		monitor.Limit = 500
		var told []string
		for _, item := range say(t, w.Desk, wire.ListHistory, monitor).Body.Items {
			if item.Kind == app.EventSettings {
				told = append(told, fmt.Sprintf("%s %s %s", item.Username, item.Before, item.After))
			}
		}
		want := w.Top.Username + ` {"access":{"lock_after":7},"retention":{"visure_days":0}} {"access":{"lock_after":4},"retention":{"visure_days":365}}`
		if len(told) != 1 || told[0] != want {
			t.Errorf("history tells %q, want %q", told, want)
		}
		bad := first.Clone()
		bad.Access.PasswordLength, bad.Digest.Hour = 7, 24
		err := try(w.Desk, wire.SaveSettings, &wire.SaveSettingsInput{Body: bad})
		for _, field := range []string{"access.password_length", "digest.hour"} {
			if !blames(err, app.CodeRange, field) {
				t.Errorf("%s is not blamed: %v", field, err)
			}
		}
		w.Config.Policy.LockAfter = 8
		w.Restart()
		w.Desk.Client = w.Connect(w.Desk.Signer)
		w.Desk.Enter(w.Top)
		if s := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body.Settings; !s.Equal(first) || s.Version != 1 {
			t.Errorf("after a restart %+v, saved were %+v", s, first)
		}
	})
}

// blames reports whether one of the refusals is the code at the field.
func blames(err error, code app.Code, field string) bool {
	var many app.Errors
	if errors.As(err, &many) {
		for _, e := range many {
			if e.Code == code && e.Field == field {
				return true
			}
		}
	}
	var one *app.Error
	return errors.As(err, &one) && one.Code == code && one.Field == field
}

// TestSettingsTogether: of many TOPs who save at once, starting from the same
// settings, one is taken and the others are told.
func TestSettingsTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		s := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body.Settings
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				mine := s.Clone()
				mine.Approval.Silence = 100 + i
				_, errs[i] = client.Call(context.Background(), w.Desk.Client, wire.SaveSettings, &wire.SaveSettingsInput{Body: mine})
			})
		}
		all.Wait()
		taken := -1
		for i, err := range errs {
			switch {
			case err == nil && taken >= 0:
				t.Errorf("both %d and %d were taken", taken, i)
			case err == nil:
				taken = i
			case app.CodeOf(err) != app.CodeChanged:
				t.Errorf("%d: %v", i, err)
			}
		}
		if now := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body.Settings; taken < 0 || now.Approval.Silence != 100+taken || now.Version != 1 {
			t.Errorf("taken %d, in force %d of version %d", taken, now.Approval.Silence, now.Version)
		}
	})
}

// TestSettingsWorkAtOnce: each setting works at the next request.
func TestSettingsWorkAtOnce(t *testing.T) {
	at := newClock()
	w := servertest.Start(t, clocked(at, ""))
	p := w.Person(app.RoleStandard, w.Registry, nil)
	pc := w.At(p, "ANAG-01")
	archive := func() error { return try(pc, wire.ListArchive, &wire.ArchiveInput{}) }
	enterTop := func(t *testing.T) {
		t.Helper()
		w.Desk.Enter(w.Top)
	}

	t.Run("password length", func(t *testing.T) {
		decide(t, w, func(s *app.Settings) { s.Access.PasswordLength = 24 })
		refusedAs(t, "twenty characters", change(pc, p.Password, "venti-caratteri-esat"), app.CodePasswordWeak, "new")
		if got := say(t, pc, wire.GetServer, &wire.None{}).Body.Password.MinLength; got != 24 {
			t.Errorf("clients are told %d", got)
		}
		decide(t, w, func(s *app.Settings) { s.Access.PasswordLength = 12 })
		if err := change(pc, p.Password, "venti-caratteri-esat"); err != nil {
			t.Error(err)
		}
	})
	t.Run("password reuse", func(t *testing.T) {
		decide(t, w, func(s *app.Settings) { s.Access.PasswordReuse = 0 })
		if err := change(pc, "venti-caratteri-esat", p.Password); err != nil {
			t.Errorf("a former password, all allowed: %v", err)
		}
	})
	t.Run("password age", func(t *testing.T) {
		at.add(8 * 24 * time.Hour)
		enterTop(t)
		if s, err := enter(pc, p.Username, p.Password, false); err != nil || s.MustChange {
			t.Fatalf("%v, must change %t", err, s.MustChange)
		}
		must := func() bool { return say(t, pc, wire.GetSession, &wire.None{}).Body.MustChange }
		decide(t, w, func(s *app.Settings) { s.Access.PasswordAge = 9 })
		if must() {
			t.Error("a password of eight days is too old for nine")
		}
		// TOP's own password is as old: he changes his own first.
		if err := change(w.Desk, w.Top.Password, "una-parola-per-top-1"); err != nil {
			t.Fatal(err)
		}
		w.Top.Password = "una-parola-per-top-1"
		decide(t, w, func(s *app.Settings) { s.Access.PasswordAge = 7 })
		if !must() {
			t.Error("a password of eight days is not too old for seven")
		}
		refusedAs(t, "archive", archive(), app.CodeMustChange, "")
		decide(t, w, func(s *app.Settings) { s.Access.PasswordAge = 0 })
		if err := archive(); err != nil {
			t.Errorf("passwords do not age any more: %v", err)
		}
	})
	t.Run("session length", func(t *testing.T) {
		at.add(30 * time.Minute)
		if err := archive(); err != nil {
			t.Fatal(err)
		}
		decide(t, w, func(s *app.Settings) { s.Access.SessionLength, s.Access.Recent = 29, 15 })
		refusedAs(t, "a session of half an hour", archive(), app.CodeSessionEnded, "")
		enterTop(t)
		if s, err := enter(pc, p.Username, p.Password, false); err != nil || !s.Expires.Equal(at.now().Add(29*time.Minute)) {
			t.Errorf("%v, the session ends %v", err, s.Expires)
		}
		decide(t, w, func(s *app.Settings) { s.Access.SessionLength = 720 })
	})
	t.Run("recent password", func(t *testing.T) {
		at.add(10 * time.Minute)
		reset := func() error { return try(w.Desk, wire.ResetPassword, named(w.Admin.ID)) }
		if err := reset(); err != nil {
			t.Errorf("ten minutes are recent within fifteen: %v", err)
		}
		decide(t, w, func(s *app.Settings) { s.Access.Recent = 5 })
		refusedAs(t, "ten minutes within five", reset(), app.CodeConfirm, "")
	})
	t.Run("one-time secret", func(t *testing.T) {
		enterTop(t)
		decide(t, w, func(s *app.Settings) { s.Access.SecretLife = 2 })
		if until := say(t, w.Desk, wire.ResetPassword, named(w.TaxAdmin.ID)).Body.Expires; !until.Equal(at.now().Add(2 * time.Hour)) {
			t.Errorf("opens until %v", until)
		}
	})
	t.Run("second session", func(t *testing.T) {
		other := w.Station("ANAG-02")
		if _, err := enter(pc, p.Username, p.Password, false); err != nil {
			t.Fatal(err)
		}
		decide(t, w, func(s *app.Settings) { s.Access.TakeOver = false })
		_, err := enter(other, p.Username, p.Password, true)
		refusedAs(t, "taking over", err, app.CodeSessionLive, "")
		decide(t, w, func(s *app.Settings) { s.Access.TakeOver = true })
		if _, err := enter(other, p.Username, p.Password, true); err != nil {
			t.Error(err)
		}
		if _, err := enter(pc, p.Username, p.Password, true); err != nil {
			t.Error(err)
		}
	})
	t.Run("lock-out", func(t *testing.T) {
		decide(t, w, func(s *app.Settings) { s.Access.LockAfter, s.Access.LongestLock = 3, 1 })
		far := w.Station("ANAG-03")
		for range 3 {
			_, err := enter(far, p.Username, "sbagliata", false)
			refusedAs(t, "wrong", err, app.CodeCredentials, "")
		}
		_, err := enter(far, p.Username, p.Password, true)
		refusedAs(t, "after three", err, app.CodeLocked, "")
		at.add(61 * time.Second)
		if _, err := enter(far, p.Username, p.Password, true); err != nil {
			t.Errorf("after a minute: %v", err)
		}
		if _, err := enter(pc, p.Username, p.Password, true); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("idle lock and silence", func(t *testing.T) {
		decide(t, w, func(s *app.Settings) { s.Access.Idle, s.Approval.Silence = 3, 24 })
		if i := say(t, pc, wire.GetServer, &wire.None{}).Body; i.Idle != 180 || i.Silence != 24 {
			t.Errorf("clients are told %d s, %d h", i.Idle, i.Silence)
		}
	})
	t.Run("expiry of workstations", func(t *testing.T) {
		decide(t, w, func(s *app.Settings) { s.Workstations.ExpiryDays = 365 })
		in := &wire.IssueTokenInput{}
		in.Body.Label, in.Body.Department, in.Body.Office, in.Body.Responsible, in.Body.Uses, in.Body.Hours = "Sportello", w.Registry.ID, "Anagrafe", "Anna Neri", 1, 1
		c := w.NewClient("NUOVO-01")
		own := say(t, c, wire.RegisterWorkstation, c.Registration("NUOVO-01", say(t, w.Desk, wire.IssueToken, in).Body.Secret)).Body
		got := say(t, w.Desk, wire.GetWorkstation, named(own.ID)).Body
		if want := app.DayOf(at.now().AddDate(0, 0, 365)); got.Expires == nil || *got.Expires != want {
			t.Errorf("works until %v, want %s", got.Expires, want)
		}
	})
	t.Run("mediator", func(t *testing.T) {
		asked := func(key string) string {
			t.Helper()
			v, err := pc.Ask(key, wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
			if err != nil || v.Evidence == nil {
				t.Fatalf("%v %+v", err, v)
			}
			journal := w.Sim.Journal()
			return journal[len(journal)-1].User
		}
		decide(t, w, func(s *app.Settings) { s.Services.MediatorAsUserID = true })
		if got := asked("mediator-shown"); got != w.Admin.OperatorID {
			t.Errorf("ANPR is shown %q, want the Mediator's %q", got, w.Admin.OperatorID)
		}
		decide(t, w, func(s *app.Settings) { s.Services.MediatorAsUserID = false })
		if got := asked("mediator-not-shown"); got == w.Admin.OperatorID {
			t.Errorf("ANPR is still shown the Mediator's id")
		}
	})
}

// TestOwnQuota: the body's own daily limit holds its people back at once, until
// midnight in Rome and over a restart, and neither counts nor holds back those
// who must not be told by it.
func TestOwnQuota(t *testing.T) {
	at := newClock()
	o := clocked(at, "")
	limits := o.Sim
	o.Sim = func(c *sim.Config) { limits(c); c.Quota = 1000 }
	w := servertest.Start(t, o)
	p := w.Person(app.RoleStandard, w.Registry, nil)
	clerk := w.At(p, "ANAG-01")
	officer := w.At(w.Person(app.RoleStandardPS, w.Registry, nil), "VIGILI-01")
	n := 0
	ask := func(c *servertest.Client) (app.Outcome, app.Code) {
		t.Helper()
		n++
		v, err := c.Ask(fmt.Sprintf("own-quota-%02d", n), wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
		if err != nil {
			t.Fatal(err)
		}
		return v.Outcome, v.Code
	}
	found := func(what string, c *servertest.Client) {
		t.Helper()
		if got, code := ask(c); got != app.OutcomeFound {
			t.Errorf("%s: %s %s", what, got, code)
		}
	}
	held := func(what string, c *servertest.Client) {
		t.Helper()
		if got, code := ask(c); got != app.OutcomeFailed || code != app.CodeOwnQuota {
			t.Errorf("%s: %s %s", what, got, code)
		}
	}
	decide(t, w, func(s *app.Settings) { s.Services.Quotas["C019"] = 2 })
	found("an officer", officer)
	found("the first", clerk)
	found("an officer", officer)
	found("the second", clerk)
	held("the third", clerk)
	found("an officer, beyond the limit", officer)
	decide(t, w, func(s *app.Settings) { s.Services.Quotas["C019"] = 3 })
	found("the third, one more allowed", clerk)
	again := func(c *servertest.Client, p servertest.Person) {
		t.Helper()
		c.Client = w.Connect(c.Signer)
		c.Enter(p)
	}
	w.Restart()
	again(clerk, p)
	again(w.Desk, w.Top)
	held("the fourth, after a restart", clerk)
	at.add(13 * time.Hour) // past midnight in Rome
	again(clerk, p)
	again(w.Desk, w.Top)
	found("the next day", clerk)
	s := say(t, w.Desk, wire.GetSettings, &wire.None{}).Body.Settings
	s.Services.Quotas["C019"] = 1001
	refusedAs(t, "above ANPR's", try(w.Desk, wire.SaveSettings, &wire.SaveSettingsInput{Body: s}), app.CodeQuotaOver, "services.quotas.C019")
	delete(s.Services.Quotas, "C019")
	s.Services.Quotas["C999"] = 1
	refusedAs(t, "for what the body may not call", try(w.Desk, wire.SaveSettings, &wire.SaveSettingsInput{Body: s}), app.CodeInvalid, "services.quotas")
}
