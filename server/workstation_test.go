package server_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/proof"
	"indagor/sync/wire"
)

// detail is the workstation in the register, as the client sees it.
func detail(t testing.TB, c *servertest.Client, id app.ID) wire.WorkstationDetail {
	t.Helper()
	return say(t, c, wire.GetWorkstation, named(id)).Body
}

// acts are the kinds of a history, oldest first.
func acts(h []wire.HistoryItem) []app.EventKind {
	var out []app.EventKind
	for _, item := range h {
		out = append(out, item.Kind)
	}
	slices.Reverse(out)
	return out
}

// present registers the workstation without a token.
func present(t testing.TB, c *servertest.Client, name string) wire.OwnWorkstation {
	t.Helper()
	c.Own = say(t, c, wire.RegisterWorkstation, c.Registration(name, "")).Body
	return c.Own
}

// approve approves the key of the client for the department.
func approve(t testing.TB, by, c *servertest.Client, d app.ID) {
	t.Helper()
	in := approval(detail(t, by, c.Own.ID).Workstation, d)
	in.Body.Code = c.Own.Code
	say(t, by, wire.ApproveWorkstation, in)
}

func free(u *app.User) { u.Profile.Workstations = app.WorkstationsFree }

func TestWorkstationLifecycle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		clerk, roamer := w.Person(app.RoleStandard, w.Registry, nil), w.Person(app.RoleStandard, w.Registry, free)
		colleague := w.Person(app.RoleStandard, w.Registry, nil)
		pc := w.NewClient("ANAG-11")

		// Before it presents itself it is nobody.
		refusedAs(t, "sign-in from an unknown key", pc.Try(&clerk), app.CodeWorkstationUnknown, "")
		refusedAs(t, "state of an unknown key", try(pc, wire.GetOwnWorkstation, &wire.WaitInput{}), app.CodeWorkstationUnknown, "")

		own := present(t, pc, "ANAG-11")
		if own.State != app.WorkstationPending || own.Code != proof.ComparisonCode(pc.Signer.Thumbprint()) {
			t.Fatalf("registered: %+v", own)
		}
		if again := present(t, pc, "ANAG-11"); again != own {
			t.Errorf("registered again: %+v", again)
		}
		if keys := detail(t, w.Desk, own.ID).Keys; len(keys) != 1 || keys[0].Code != own.Code {
			t.Errorf("the administrator sees %+v", keys)
		}
		refusedAs(t, "not approved", pc.Try(&clerk), app.CodeWorkstationPending, "")
		refusedAs(t, "administrator, not approved", pc.Try(&w.Admin), app.CodeWorkstationPending, "")
		pc.Enter(roamer)
		if v, err := pc.Ask("a free user asks", wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}); err != nil || v.Outcome != app.OutcomeFound {
			t.Errorf("a free user on a pending workstation: %v %s", err, v.Outcome)
		}
		if loa := w.Sim.Journal()[len(w.Sim.Journal())-1].LoA; loa != "LoA1" {
			t.Errorf("level of assurance from a workstation that nobody approved: %s", loa)
		}

		// Nothing but the code read on it, with all that must be stated.
		good := approval(detail(t, w.Desk, own.ID).Workstation, w.Registry.ID)
		for _, c := range []struct {
			what   string
			change func(*wire.Approval)
			code   app.Code
			field  string
		}{
			{"another code", func(a *wire.Approval) { a.Code = "2222-2222" }, app.CodeInvalid, "code"},
			{"no code", func(a *wire.Approval) { a.Code = "" }, app.CodeMalformed, "code"},
			{"a code of signs only", func(a *wire.Approval) { a.Code = "----" }, app.CodeInvalid, "code"},
			{"nobody responsible", func(a *wire.Approval) { a.Responsible = "" }, app.CodeMalformed, "responsible"},
			{"blank responsible", func(a *wire.Approval) { a.Responsible = "  " }, app.CodeRequired, "responsible"},
			{"no office", func(a *wire.Approval) { a.Office = "" }, app.CodeMalformed, "office"},
			{"blank office", func(a *wire.Approval) { a.Office = " " }, app.CodeRequired, "office"},
			{"no department", func(a *wire.Approval) { a.Department = "" }, app.CodeRequired, "department"},
			{"unknown department", func(a *wire.Approval) { a.Department = app.NewID() }, app.CodeDepartmentAbsent, "department"},
			{"no day", func(a *wire.Approval) { d := app.Day("2026-02-30"); a.Expires = &d }, app.CodeDate, "expires"},
			{"an old copy", func(a *wire.Approval) { a.Version-- }, app.CodeChanged, "version"},
		} {
			bad := *good
			c.change(&bad.Body)
			refusedAs(t, c.what, try(w.Desk, wire.ApproveWorkstation, &bad), c.code, c.field)
		}
		if s := detail(t, w.Desk, own.ID).State; s != app.WorkstationPending {
			t.Fatalf("after refused approvals: %s", s)
		}
		seen := make(chan wire.OwnWorkstation, 1)
		go func() {
			out, err := client.Call(context.Background(), pc.Client, wire.GetOwnWorkstation, &wire.WaitInput{Wait: 50, Seen: own.Mark})
			if err != nil {
				t.Error(err)
				out = &wire.OwnWorkstationOutput{}
			}
			seen <- out.Body
		}()
		good.Body.Code = strings.ToLower(strings.ReplaceAll(own.Code, "-", " ")) // as people type it
		say(t, w.Desk, wire.ApproveWorkstation, good)
		if got := <-seen; got.State != app.WorkstationAuthorised {
			t.Errorf("the waiting workstation was told %+v", got)
		}
		pc.Enter(clerk)

		// Another operating-system user of the same machine has another key.
		second := w.NewClient("ANAG-11")
		theirs := present(t, second, "ANAG-11")
		if theirs.ID != own.ID || theirs.State != app.WorkstationPending || theirs.Code == own.Code {
			t.Fatalf("a second key: %+v", theirs)
		}
		refusedAs(t, "second key, not approved", second.Try(&colleague), app.CodeWorkstationPending, "")
		say(t, pc, wire.GetSession, &wire.None{})
		approve(t, w.Desk, second, w.Registry.ID)
		second.Enter(colleague)
		if keys := detail(t, w.Desk, own.ID).Keys; len(keys) != 2 {
			t.Errorf("%d keys", len(keys))
		}

		// A suspension and a revocation work at the very next request.
		say(t, w.Desk, wire.SuspendWorkstation, suspension(own.ID))
		for what, c := range map[string]*servertest.Client{"first key": pc, "second key": second} {
			refusedAs(t, "suspended, "+what, try(c, wire.GetSession, &wire.None{}), app.CodeWorkstationSuspended, "")
		}
		refusedAs(t, "sign-in, suspended", pc.Try(&clerk), app.CodeWorkstationSuspended, "")
		refusedAs(t, "free user, suspended", pc.Try(&roamer), app.CodeWorkstationSuspended, "")
		refusedAs(t, "suspended twice", try(w.Desk, wire.SuspendWorkstation, suspension(own.ID)), app.CodeWorkstationTransition, "")
		approve(t, w.Desk, pc, w.Registry.ID)
		refusedAs(t, "the session of before", try(pc, wire.GetSession, &wire.None{}), app.CodeSessionEnded, "")
		pc.Enter(clerk)
		second.Enter(colleague)
		say(t, w.Desk, wire.RevokeWorkstation, suspension(own.ID))
		for what, c := range map[string]*servertest.Client{"first key": pc, "second key": second} {
			refusedAs(t, "revoked, "+what, try(c, wire.GetSession, &wire.None{}), app.CodeWorkstationRevoked, "")
		}
		refusedAs(t, "free user, revoked", pc.Try(&roamer), app.CodeWorkstationRevoked, "")
		if again := present(t, pc, "ANAG-11"); again.State != app.WorkstationRevoked {
			t.Errorf("registered again after the revocation: %s", again.State)
		}
		revoked := approval(detail(t, w.Desk, own.ID).Workstation, w.Registry.ID)
		refusedAs(t, "approved after the revocation", try(w.Desk, wire.ApproveWorkstation, revoked), app.CodeWorkstationTransition, "")

		want := []app.EventKind{app.EventRegistered, app.EventApproved, app.EventKeyAdded, app.EventApproved, app.EventSuspended, app.EventApproved, app.EventRevoked}
		if got := acts(detail(t, w.Desk, own.ID).History); !slices.Equal(got, want) {
			t.Errorf("history %v, want %v", got, want)
		}
		admin := w.At(w.Admin, "ADMIN-01")
		if got := acts(detail(t, admin, own.ID).History); !slices.Equal(got, want) {
			t.Errorf("history for the department's ADMIN %v, want %v", got, want)
		}
	})
}

func TestFingerprint(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.Person(app.RoleStandard, w.Registry, nil)
	pc := w.At(clerk, "ANAG-21")
	id := pc.Own.ID
	drift := func(parts ...string) app.Fingerprint {
		f := maps.Clone(pc.Fingerprint)
		for _, p := range parts {
			f[p] = fmt.Sprintf("%x", "another "+p)
		}
		return f
	}

	// A new network card and a renamed domain are small.
	pc.Fingerprint = drift("network", "system")
	pc.Enter(clerk)
	d := detail(t, w.Desk, id)
	if got := acts(d.History); got[len(got)-1] != app.EventDrift || d.State != app.WorkstationAuthorised {
		t.Fatalf("small drift: %s, history %v", d.State, got)
	}
	if said := string(d.History[0].Before) + string(d.History[0].After); !strings.Contains(said, "network") || strings.Contains(said, pc.Fingerprint["network"]) {
		t.Errorf("recorded of the drift: %s", said)
	}
	pc.Enter(clerk)
	if n := len(detail(t, w.Desk, id).History); n != len(d.History) {
		t.Errorf("the same fingerprint was recorded as drift again")
	}

	// Large drift stops it until it is approved again, and then it is good.
	say(t, pc, wire.SignOut, &wire.None{})
	pc.Fingerprint = drift("machine_id", "disk")
	refusedAs(t, "large drift", pc.Try(&clerk), app.CodeWorkstationSuspended, "")
	if d := detail(t, w.Desk, id); d.State != app.WorkstationSuspended || d.Alarm != app.AlarmDrift {
		t.Fatalf("large drift: %s %q", d.State, d.Alarm)
	}
	refusedAs(t, "large drift, again", pc.Try(&clerk), app.CodeWorkstationSuspended, "")
	approve(t, w.Desk, pc, w.Registry.ID)
	if err := pc.Try(&clerk); err != nil {
		t.Fatalf("after the drift was approved: %v", err)
	}

	// Silence is no disguise.
	clone := *pc
	clone.Client = w.Connect(pc.Signer)
	clone.Fingerprint = app.Fingerprint{}
	refusedAs(t, "the same key on a machine that tells nothing", clone.Try(&clerk), app.CodeWorkstationCloned, "")
	for what, err := range map[string]error{
		"the first machine": try(pc, wire.GetSession, &wire.None{}), "its sign-in": pc.Try(&clerk), "the second machine": clone.Try(&clerk),
	} {
		refusedAs(t, what, err, app.CodeWorkstationCloned, "")
	}
	d = detail(t, w.Desk, id)
	if d.State != app.WorkstationSuspended || d.Alarm != app.AlarmClone || d.History[0].Kind != app.EventAlarm {
		t.Errorf("clone: %s %q %s", d.State, d.Alarm, d.History[0].Kind)
	}
	if own := say(t, pc, wire.GetOwnWorkstation, &wire.WaitInput{}).Body; own.Alarm != app.AlarmClone || own.State != app.WorkstationSuspended {
		t.Errorf("the workstation is told %+v", own)
	}
	approve(t, w.Desk, pc, w.Registry.ID)
	pc.Enter(clerk)
}

// TestWorkstationExpiry: it works on its last day, and not on the next.
func TestWorkstationExpiry(t *testing.T) {
	at := newClock()
	w := servertest.Start(t, clocked(at, ""))
	clerk := w.Person(app.RoleStandard, w.Registry, nil)
	pc := w.NewClient("ANAG-31")
	present(t, pc, "ANAG-31")
	in := approval(detail(t, w.Desk, pc.Own.ID).Workstation, w.Registry.ID)
	today := app.DayOf(at.now())
	in.Body.Expires = &today
	say(t, w.Desk, wire.ApproveWorkstation, in)
	at.add(11*time.Hour + 59*time.Minute) // 22:59 in Rome
	pc.Enter(clerk)
	at.add(time.Hour + 2*time.Minute) // 00:01 of the next day
	refusedAs(t, "the day after", try(pc, wire.GetSession, &wire.None{}), app.CodeWorkstationExpired, "")
	refusedAs(t, "sign-in the day after", pc.Try(&clerk), app.CodeWorkstationExpired, "")
}

// TestListedWorkstations: a user whose profile lists workstations works from
// those only.
func TestListedWorkstations(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	one, two := w.NewClient("ANAG-41"), w.NewClient("ANAG-42")
	for name, c := range map[string]*servertest.Client{"ANAG-41": one, "ANAG-42": two} {
		present(t, c, name)
		approve(t, w.Desk, c, w.Registry.ID)
	}
	clerk := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.WorkstationID = []app.ID{one.Own.ID} })
	one.Enter(clerk)
	refusedAs(t, "another workstation", two.Try(&clerk), app.CodeWorkstationNotListed, "")
	u := one.Session.User
	u.Profile.WorkstationID = []app.ID{two.Own.ID}
	say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
	refusedAs(t, "no longer listed", try(one, wire.ListArchive, &wire.ArchiveInput{}), app.CodeWorkstationNotListed, "")
}

// TestProofOfPossession: what is wrong with a proof is refused with its code,
// and a token without its key is worth nothing.
func TestProofOfPossession(t *testing.T) {
	at := newClock()
	w := servertest.Start(t, clocked(at, ""))
	pc := w.NewClient("ANAG-51")
	pc.Own = say(t, pc, wire.RegisterWorkstation, pc.Registration("ANAG-51", firstToken(t, w))).Body
	clerk := w.Person(app.RoleStandard, w.Registry, nil)
	pc.Enter(clerk)
	token := say(t, pc, wire.SignIn, pc.Credentials(clerk.Username, servertest.Password)).Body.Token
	pc.SetToken(token)
	thief := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-52")

	url := w.URL + "/v1/session"
	nonce := plain(t, "GET", w.URL+"/v1/server", nil).header.Get(wire.HeaderNonce)
	sign := func(s *proof.Signer, method, url, nonce, token string, when time.Time) string {
		p, err := s.Proof(method, url, nonce, token, when)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	good := func() string { return sign(pc.Signer, "GET", url, nonce, token, at.now()) }
	other := servertest.Start(t, servertest.Options{})
	stranger := plain(t, "GET", other.URL+"/v1/server", nil).header.Get(wire.HeaderNonce)
	replayed := good()
	if a := plain(t, "GET", url, map[string]string{wire.HeaderProof: replayed, "Authorization": "DPoP " + token}); a.status != 200 {
		t.Fatalf("a good proof: %d %s", a.status, a.body)
	}
	for _, c := range []struct {
		what, method, url, proof, authorization string
		code                                    app.Code
	}{
		{"no proof", "GET", url, "", "DPoP " + token, app.CodeProofMissing},
		{"no token", "GET", url, good(), "", app.CodeSessionMissing},
		{"a bearer token", "GET", url, good(), "Bearer " + token, app.CodeSessionMissing},
		{"no proof but text", "GET", url, "a.b.c", "DPoP " + token, app.CodeProofInvalid},
		{"a broken signature", "GET", url, good()[:len(good())-4] + "AAAA", "DPoP " + token, app.CodeProofInvalid},
		{"a replayed proof", "GET", url, replayed, "DPoP " + token, app.CodeProofReplayed},
		{"a proof for another method", "DELETE", url, good(), "DPoP " + token, app.CodeProofInvalid},
		{"a proof for another address", "GET", w.URL + "/v1/status", good(), "DPoP " + token, app.CodeProofInvalid},
		{"a proof for another server", "GET", url, sign(pc.Signer, "GET", "https://altrove.example/v1/session", nonce, token, at.now()), "DPoP " + token, app.CodeProofInvalid},
		{"a proof without the token's digest", "GET", url, sign(pc.Signer, "GET", url, nonce, "", at.now()), "DPoP " + token, app.CodeProofInvalid},
		{"a proof with another token's digest", "GET", url, sign(pc.Signer, "GET", url, nonce, "altro", at.now()), "DPoP " + token, app.CodeProofInvalid},
		{"a token that does not exist", "GET", url, sign(pc.Signer, "GET", url, nonce, "altro", at.now()), "DPoP altro", app.CodeSessionEnded},
		{"a stolen token with the thief's key", "GET", url, sign(thief.Signer, "GET", url, nonce, token, at.now()), "DPoP " + token, app.CodeSessionEnded},
		{"no nonce", "GET", url, sign(pc.Signer, "GET", url, "", token, at.now()), "DPoP " + token, app.CodeNonceNeeded},
		{"an invented nonce", "GET", url, sign(pc.Signer, "GET", url, "AAAA", token, at.now()), "DPoP " + token, app.CodeNonceNeeded},
		{"another server's nonce", "GET", url, sign(pc.Signer, "GET", url, stranger, token, at.now()), "DPoP " + token, app.CodeNonceNeeded},
		{"an old proof", "GET", url, sign(pc.Signer, "GET", url, nonce, token, at.now().Add(-4*time.Minute)), "DPoP " + token, app.CodeProofExpired},
		{"a proof of tomorrow", "GET", url, sign(pc.Signer, "GET", url, nonce, token, at.now().Add(24*time.Hour)), "DPoP " + token, app.CodeProofExpired},
	} {
		h := map[string]string{"Authorization": c.authorization, wire.HeaderProof: c.proof}
		maps.DeleteFunc(h, func(_, v string) bool { return v == "" })
		a := plain(t, c.method, c.url, h)
		if a.problem.Code != c.code || a.status != 401 {
			t.Errorf("%s: %d %s, want %s", c.what, a.status, a.problem.Code, c.code)
		}
		if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "DPoP ") || a.header.Get(wire.HeaderNonce) == "" {
			t.Errorf("%s: headers %v", c.what, a.header)
		}
	}
	say(t, pc, wire.GetSession, &wire.None{})

	last := good()
	at.add(2*time.Minute + time.Second)
	a := plain(t, "GET", url, map[string]string{wire.HeaderProof: sign(pc.Signer, "GET", url, nonce, token, at.now()), "Authorization": "DPoP " + token})
	if a.problem.Code != app.CodeNonceNeeded || !strings.Contains(a.header.Get("WWW-Authenticate"), "use_dpop_nonce") {
		t.Errorf("an old nonce: %s", a.body)
	}
	if a := plain(t, "GET", url, map[string]string{wire.HeaderProof: last, "Authorization": "DPoP " + token}); a.problem.Code != app.CodeNonceNeeded {
		t.Errorf("a proof kept until its nonce was old: %s", a.body)
	}

	// After a restart no proof of before is good.
	kept := sign(pc.Signer, "GET", url, plain(t, "GET", w.URL+"/v1/server", nil).header.Get(wire.HeaderNonce), token, at.now())
	w.Restart()
	if a := plain(t, "GET", w.URL+"/v1/session", map[string]string{wire.HeaderProof: kept, "Authorization": "DPoP " + token}); a.status != 401 {
		t.Errorf("a proof from before the restart: %d", a.status)
	}
	again := *pc
	again.Client = w.Connect(pc.Signer)
	again.SetToken(token)
	if err := try(&again, wire.GetSession, &wire.None{}); err != nil {
		t.Errorf("the session does not survive a restart: %v", err)
	}
}

// TestRate: one key that asks too much is refused, another is not.
func TestRate(t *testing.T) {
	at := newClock()
	o := clocked(at, "")
	inner := o.Server
	o.Server = func(s *server.Options) { inner(s); s.Rate = server.Limits{PerSecond: 1, Burst: 30} }
	w := servertest.Start(t, o)
	at.add(time.Minute)
	a, b := w.NewClient("A"), w.NewClient("B")
	present(t, a, "A")
	present(t, b, "B")
	var err error
	for range 40 {
		if err = try(a, wire.GetOwnWorkstation, &wire.WaitInput{}); err != nil {
			break
		}
	}
	refusedAs(t, "too many", err, app.CodeTooMany, "")
	var r *client.Refusal
	if !errors.As(err, &r) || r.Status != 429 {
		t.Errorf("status of too many: %v", err)
	}
	say(t, b, wire.GetOwnWorkstation, &wire.WaitInput{})
	at.add(time.Second)
	say(t, a, wire.GetOwnWorkstation, &wire.WaitInput{})
}
