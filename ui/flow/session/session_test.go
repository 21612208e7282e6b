package session_test

import (
	"context"
	"slices"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/session"
)

// fake is a desktop with one user.
type fake struct {
	calls []string
	err   error
}

func (f *fake) SignIn(_ context.Context, user, password string, takeOver bool) (wire.Session, error) {
	call := user + ":" + password
	if takeOver {
		call += "!"
	}
	f.calls = append(f.calls, call)
	return wire.Session{Department: "Tributi"}, f.err
}

func (f *fake) ChangePassword(_ context.Context, old, fresh string) (wire.Session, error) {
	f.calls = append(f.calls, old+">"+fresh)
	return wire.Session{}, f.err
}

func (f *fake) ConfirmPassword(_ context.Context, password string) error {
	f.calls = append(f.calls, "confirm "+password)
	return f.err
}

func (f *fake) Unlock(_ context.Context, password string) error {
	f.calls = append(f.calls, "unlock "+password)
	return f.err
}

func (f *fake) SignOut(context.Context) error {
	f.calls = append(f.calls, "out")
	return f.err
}

func TestSignIn(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		user, password string
		takeOver       bool
		err            error
		calls          []string
		missing        []string
		elsewhere      bool
		forget         bool
	}{
		{" M.Rossi ", "segreta", false, nil, []string{"m.rossi:segreta"}, nil, false, false},
		{"", "", false, nil, nil, []string{"username", "password"}, false, false},
		{"m.rossi", "", false, nil, nil, []string{"password"}, false, false},
		{"m.rossi", "x", false, app.E(app.CodeCredentials), []string{"m.rossi:x"}, nil, false, true},
		{"m.rossi", "x", false, app.E(app.CodeLocked), []string{"m.rossi:x"}, nil, false, false},
		{"m.rossi", "x", false, app.E(app.CodeSessionLive), []string{"m.rossi:x"}, nil, true, false},
		{"m.rossi", "x", true, nil, []string{"m.rossi:x!"}, nil, false, false},
		{"m.rossi", "x", true, app.E(app.CodeSessionLive), []string{"m.rossi:x!"}, nil, false, false},
	} {
		f := &fake{err: c.err}
		r := session.New(f).SignIn(ctx, c.user, c.password, c.takeOver)
		if !slices.Equal(f.calls, c.calls) || !slices.Equal(r.Missing, c.missing) || r.Elsewhere != c.elsewhere || r.Forget != c.forget || r.Err != c.err {
			t.Errorf("%q %v: calls %v, %+v", c.user, c.err, f.calls, r)
		}
		if c.err == nil && len(c.missing) == 0 && r.Session.Department != "Tributi" {
			t.Errorf("no session in %+v", r)
		}
	}
}

func TestEmptyPasswordAsksNobody(t *testing.T) {
	f := &fake{}
	s := session.New(f)
	for _, do := range []func(context.Context, string) error{s.Confirm, s.Unlock} {
		if err := do(context.Background(), ""); app.CodeOf(err) != app.CodeRequired {
			t.Errorf("%v", err)
		}
	}
	if len(f.calls) != 0 {
		t.Errorf("asked %v", f.calls)
	}
	if err := s.Unlock(context.Background(), "x"); err != nil || f.calls[0] != "unlock x" {
		t.Errorf("%v, %v", err, f.calls)
	}
}

func verdicts(rules []session.Rule) map[string]session.Verdict {
	m := map[string]session.Verdict{}
	for _, r := range rules {
		m[r.ID] = r.Verdict
	}
	return m
}

func TestRules(t *testing.T) {
	policy := wire.PasswordPolicy{MinLength: 12, Reuse: 5}
	for _, c := range []struct {
		p     session.NewPassword
		want  map[string]session.Verdict
		ready bool
	}{
		{session.NewPassword{Username: "m.rossi"}, map[string]session.Verdict{
			"length": session.Unjudged, "name": session.Unjudged, "different": session.Unjudged, "same": session.Unjudged, "reuse": session.Unjudged,
		}, false},
		{session.NewPassword{Username: "m.rossi", Old: "vecchia", New: "M.Rossi1", Again: "x"}, map[string]session.Verdict{
			"length": session.Unmet, "name": session.Unmet, "different": session.Met, "same": session.Unmet, "reuse": session.Unjudged,
		}, false},
		{session.NewPassword{Username: "m.rossi", Old: "èèèèèèèèèèèè", New: "èèèèèèèèèèèè", Again: "èèèèèèèèèèèè"}, map[string]session.Verdict{
			"length": session.Met, "name": session.Met, "different": session.Unmet, "same": session.Met, "reuse": session.Unjudged,
		}, false},
		{session.NewPassword{Username: "m.rossi", Old: "vecchia", New: "Castagno-Ambra", Again: "Castagno-Ambra"}, map[string]session.Verdict{
			"length": session.Met, "name": session.Met, "different": session.Met, "same": session.Met, "reuse": session.Unjudged,
		}, true},
		{session.NewPassword{Username: "m.rossi", New: "Castagno-Ambra", Again: "Castagno-Ambra"}, map[string]session.Verdict{
			"length": session.Met, "name": session.Met, "different": session.Unjudged, "same": session.Met, "reuse": session.Unjudged,
		}, false},
	} {
		got := verdicts(session.Rules(policy, c.p))
		for id, v := range c.want {
			if got[id] != v {
				t.Errorf("%+v: %s is %v, want %v", c.p, id, got[id], v)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("rules %v", got)
		}
		if session.Ready(policy, c.p) != c.ready {
			t.Errorf("%+v: ready is %v", c.p, !c.ready)
		}
	}
	if got := session.Rules(wire.PasswordPolicy{MinLength: 8}, session.NewPassword{}); len(got) != 4 {
		t.Errorf("without a rule of reuse: %v", got)
	}
}

func TestEnded(t *testing.T) {
	for code, want := range map[app.Code]bool{
		app.CodeSessionEnded: true, app.CodeSessionTaken: true, app.CodeWorkstationSuspended: true, app.CodeAccountOff: true,
		app.CodeForbidden: false, app.CodeCredentials: false, app.CodeConfirm: false,
	} {
		if session.Ended(app.E(code)) != want {
			t.Errorf("%s", code)
		}
	}
	if session.Ended(nil) {
		t.Error("nil ends a session")
	}
}
