package visura

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/assets"
	"indagor/server/internal/anpr"
)

// knowsNobody is a store without ANPR ids.
type knowsNobody struct{ Store }

func (knowsNobody) KnownID(context.Context, string, int64) ([]byte, error) {
	return nil, app.E(app.CodeNotFound)
}

// plainSealer seals nothing.
type plainSealer struct{}

func (plainSealer) Seal(plain, _ []byte) []byte             { return plain }
func (plainSealer) Unseal(sealed, _ []byte) ([]byte, error) { return sealed, nil }
func (plainSealer) Mark(purpose string, v []byte) string    { return purpose + ":" + string(v) }

// running is a look-up that begins against the register.
func running(t *testing.T, register anpr.Func, p *plan) *run {
	t.Helper()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	p.day, p.caller.User.Role = now, app.RoleStandard
	atlas, err := territory.Load(assets.Tables())
	if err != nil {
		t.Fatal(err)
	}
	s := New(knowsNobody{}, register, plainSealer{}, atlas, Config{Timeout: time.Minute, IDLife: time.Hour}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
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

// TestHistoryShort: a history that does not go back to the day asked for says
// why; one that does, says nothing.
func TestHistoryShort(t *testing.T) {
	resided := func(since string) anpr.Answer {
		return anpr.Answer{Outcome: anpr.Found, Subjects: []json.RawMessage{json.RawMessage(fmt.Sprintf(`{"residenza":[{"tipoIndirizzo":"1","dataDecorrenzaResidenza":%q}]}`, since))}}
	}
	yearly := func(q anpr.Request) anpr.Answer { // one move a year
		return resided(fmt.Sprintf("%d-01-01", q.ReferenceDate.Year()))
	}
	for what, c := range map[string]struct {
		since  app.Day
		answer func(anpr.Request) anpr.Answer
		short  app.HistoryShort
		of     app.Day
		parts  int
	}{
		"thirteen moves":     {"2014-06-01", yearly, app.ShortPeriods, "2015-01-01", mostPeriods},
		"twelve moves":       {"2015-06-01", yearly, "", "", mostPeriods},
		"few moves":          {"2025-06-01", yearly, "", "", 2},
		"begun at no day":    {"2020-01-01", func(anpr.Request) anpr.Answer { return resided("") }, app.ShortUnknown, "2026-11-28", 1},
		"begun on a day off": {"2020-01-01", func(anpr.Request) anpr.Answer { return resided("2027-03-01") }, app.ShortLater, "2027-03-01", 1},
	} {
		t.Run(what, func(t *testing.T) {
			r := running(t, func(_ context.Context, q anpr.Request) (anpr.Answer, []anpr.Call, error) {
				return c.answer(q), nil, nil
			}, &plan{spec: specOf(t, app.VisuraStorico), criteria: anpr.Criteria{IDANPR: "AF41450AS"}})
			v := app.Visura{Type: app.VisuraStorico, Since: c.since}
			if err := r.ask(&v); err != nil || v.Outcome != app.OutcomeFound || len(v.Parts) != c.parts || v.Short != c.short || v.ShortOf != c.of {
				t.Fatalf("%v: %s, %d residences, %q %s", err, v.Outcome, len(v.Parts), v.Short, v.ShortOf)
			}
			told := slices.ContainsFunc(r.s.card(v).Groups, func(g app.CardGroup) bool {
				return slices.ContainsFunc(g.Fields, func(f app.CardField) bool {
					return f.Phrase == app.PhraseShort+string(c.short) && f.Value == string(c.of)
				})
			})
			if told != (c.short != "") {
				t.Errorf("told on the card: %t", told)
			}
		})
	}
}

// TestUnknownCodes: no code that its table lacks is shown bare.
func TestUnknownCodes(t *testing.T) {
	s := running(t, nil, &plan{}).s
	n := func(text string) node { return parseSubject(json.RawMessage(text)) }
	for what, c := range map[string]struct {
		field app.Field
		n     node
		want  app.CardField
	}{
		"table":          {app.Field{Path: "c", Format: app.FormatTable, Table: "tab01"}, n(`{"c":"77"}`), app.CardField{Phrase: unknownCode, Value: "77"}},
		"known":          {app.Field{Path: "c", Format: app.FormatTable, Table: "tab01"}, n(`{"c":"1"}`), app.CardField{Value: "Celibe/nubile"}},
		"bond":           {app.Field{Path: "b", Format: app.FormatBond}, n(`{"b":{"codiceLegame":"999"}}`), app.CardField{Phrase: unknownCode, Value: "999"}},
		"court":          {app.Field{Path: "s", Format: app.FormatCourt}, n(`{"s":{"tipoTribunale":"99","autorita":"TRIBUNALE DI ROMA"}}`), app.CardField{Value: "TRIBUNALE DI ROMA"}},
		"court, no more": {app.Field{Path: "s", Format: app.FormatCourt}, n(`{"s":{"tipoTribunale":"99"}}`), app.CardField{Phrase: unknownCode, Value: "99"}},
	} {
		got, ok := s.field(c.field, c.n, nil)
		if !ok || got.Phrase != c.want.Phrase || !strings.EqualFold(got.Value, c.want.Value) {
			t.Errorf("%s: %+v", what, got)
		}
	}
	for _, spec := range app.VisuraSpecs {
		for _, g := range spec.Groups {
			for _, f := range g.Fields {
				if f.Format != app.FormatTable {
					continue
				}
				if _, value := s.meaning(f.Table, "zz"); value != "zz" {
					t.Errorf("%s has %q", f.Table, value)
				}
			}
		}
	}
}
