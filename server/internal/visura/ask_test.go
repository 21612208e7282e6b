package visura

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// knowsNobody is a store without ANPR ids.
type knowsNobody struct{ Store }

func (knowsNobody) KnownID(context.Context, string, int64) ([]byte, error) {
	return nil, app.E(app.CodeNotFound)
}

// plainSealer seals nothing.
type plainSealer struct{}

func (plainSealer) Seal(plain, _ []byte) []byte            { return plain }
func (plainSealer) Unseal(sealed, _ []byte) ([]byte, error) { return sealed, nil }
func (plainSealer) Mark(purpose string, v []byte) string    { return purpose + ":" + string(v) }

// running is a look-up that begins against the register.
func running(t *testing.T, register anpr.Func, p *plan) *run {
	t.Helper()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	p.day, p.caller.User.Role = now, app.RoleStandard
	s := New(knowsNobody{}, register, plainSealer{}, nil, Config{Timeout: time.Minute, IDLife: time.Hour}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	r := newRun(s, p)
	t.Cleanup(r.free)
	return r
}

func specOf(t *testing.T, kind app.VisuraType) app.VisuraSpec {
	t.Helper()
	spec, ok := kind.Spec()
	if !ok {
		t.Fatalf("no %s", kind)
	}
	return spec
}

// identified is C030's answer about one person.
func identified(ids ...string) anpr.Answer {
	a := anpr.Answer{OperationID: "OP-C030", Outcome: anpr.Found}
	for _, id := range ids {
		a.Subjects = append(a.Subjects, json.RawMessage(fmt.Sprintf(`{"identificativi":{"idANPR":%q}}`, id)))
	}
	if len(ids) > 1 {
		a.Outcome = anpr.Duplicate
	}
	return a
}

// TestAnprWordsBeforeScope: what ANPR says in words of a person of whom it is
// not known yet that he lives in the scope does not reach the operator; at
// national scope it does.
func TestAnprWordsBeforeScope(t *testing.T) {
	for _, at := range []anpr.Service{anpr.C030, anpr.C020} {
		for _, allowed := range [][]string{nil, {"037061"}} {
			p := &plan{spec: specOf(t, app.VisuraResidenza), criteria: anpr.Criteria{FiscalCode: "RSSMRA61L03H501B"}, allowed: allowed}
			r := running(t, func(_ context.Context, q anpr.Request) (anpr.Answer, []anpr.Call, error) {
				if q.Service == at {
					return anpr.Answer{}, nil, fmt.Errorf("asked: %w", app.E(app.CodeAnprInput, "service", string(at), "code", "EN148", "text", "Il soggetto risulta deceduto"))
				}
				return identified("AF41450AS"), nil, nil
			}, p)
			v := app.Visura{}
			r.fail(&v, r.ask(&v))
			if v.Code != app.CodeAnprInput || v.Params["code"] != "EN148" || (v.Params["text"] != "") != (allowed == nil) {
				t.Errorf("%s, scope %v: %s %v", at, allowed, v.Code, v.Params)
			}
			steps := []string{}
			for _, x := range r.steps() {
				steps = append(steps, x.Step)
			}
			if allowed != nil && !slices.Equal(steps, []string{"accepted", "checking_scope"}) {
				t.Errorf("%s: steps %v", at, steps)
			}
		}
	}
}
