package visura_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/visura"
)

func TestJudgeEveryOutcome(t *testing.T) {
	l := italian(t)
	for _, o := range app.Outcomes {
		v := done("v1", o)
		switch o {
		case app.OutcomeFailed:
			v.Code, v.Params = app.CodeAnprQuota, map[string]string{"until": "2026-11-24T00:00:00Z"}
		case app.OutcomeRefused:
			v.Code = app.CodeOwnRecord
		case app.OutcomeOutOfScope:
			v.Code = app.CodeOutOfScope
		}
		j := visura.Judge(l, v)
		if j.What == "" || strings.HasPrefix(j.What, "outcome.") || len(j.Means) == 0 {
			t.Errorf("%s: %+v", o, j)
		}
		seen := map[string]bool{}
		for _, m := range j.Means {
			if seen[m] || m == "" || strings.HasPrefix(m, "outcome.") {
				t.Errorf("%s: %q", o, m)
			}
			seen[m] = true
		}
		retry := o == app.OutcomeFailed || o == app.OutcomeInterrupted || o == app.OutcomeWithdrawn
		if j.Retry != retry {
			t.Errorf("%s: retry %v", o, j.Retry)
		}
	}
	v := done("v1", app.OutcomeFailed)
	v.Code, v.Params = app.CodeAnprQuota, map[string]string{"until": "2026-11-24T00:00:00Z"}
	j := visura.Judge(l, v)
	if j.Reference != "v1" || !strings.Contains(strings.Join(j.Means, " "), "24/11/2026 00:00") {
		t.Errorf("%+v", j)
	}
	if visura.WeightOf("something new") != visura.WeightNotable {
		t.Error("an unknown outcome")
	}
}

func household() wire.Visura {
	v := done("v1", app.OutcomeFound)
	v.Type, v.SubjectName = app.VisuraFamiglia, "ROSSI MARIO"
	at := today
	v.Evidence = &app.Evidence{Operation: "op1", Service: "C021", Asked: at, Answered: at.Add(time.Second), Operator: "Bianchi Anna", Workstation: "ANAG-07", CheckCode: "7KQ2"}
	v.Card = &app.Card{Answer: []app.CardField{{Label: "field.members", Phrase: "card.members", Value: "2"}}, Warnings: []string{"EN148"}, Groups: []app.CardGroup{
		{Title: "card.member", Number: 1, Fields: []app.CardField{{Label: "field.bond", Value: "Intestatario"}, {Label: "field.surname_name", Value: "ROSSI MARIO"}, {Label: "field.fiscal_code", Value: rossi, Code: true}}},
		{Title: "card.member", Number: 2, Fields: []app.CardField{{Label: "field.surname_name", Value: "VERDI ANNA"}, {Label: "field.sex", Value: "F"}, {Label: "field.death_date", Value: "01/02/2020"}}},
	}}
	return v
}

func TestCardOfHousehold(t *testing.T) {
	l := italian(t)
	c, ok := visura.CardOf(l, household())
	if !ok || !c.Members || len(c.Blocks) != 2 || c.Deceased {
		t.Fatalf("%+v", c)
	}
	if c.Answer[0].Value != "2 componenti" {
		t.Errorf("%+v", c.Answer)
	}
	a, b := c.Blocks[0], c.Blocks[1]
	if a.Title != "ROSSI MARIO" || a.Note != "Intestatario" || a.Number != 1 || a.Deceased || len(a.Rows) != 1 || !a.Rows[0].Code {
		t.Errorf("%+v", a)
	}
	if b.Title != "VERDI ANNA" || !b.Deceased || b.Rows[0].Value != "Femminile" {
		t.Errorf("%+v", b)
	}
}

func TestCardOfTheDead(t *testing.T) {
	l := italian(t)
	v := done("v1", app.OutcomeFound)
	v.Card = &app.Card{Answer: []app.CardField{{Label: "field.alive", Phrase: "card.dead_unknown_date"}}}
	if c, ok := visura.CardOf(l, v); !ok || !c.Deceased {
		t.Errorf("%+v", c)
	}
	v.Card = &app.Card{Groups: []app.CardGroup{{Title: "card.person", Fields: []app.CardField{{Label: "field.death_date", Value: "01/02/2020"}}}}}
	if c, ok := visura.CardOf(l, v); !ok || !c.Deceased {
		t.Errorf("%+v", c)
	}
}

func TestWithheldIsNotShown(t *testing.T) {
	l := italian(t)
	v := household()
	v.Outcome = app.OutcomeOutOfScope
	if _, ok := visura.CardOf(l, v); ok {
		t.Error("a card of somebody withheld")
	}
	if visura.DisplayName(v.VisuraSummary) != "" {
		t.Error("a name of somebody withheld")
	}
	if text := visura.Text(l, v); strings.Contains(text, "ROSSI") || strings.Contains(text, "VERDI") {
		t.Error(text)
	}
}

func TestText(t *testing.T) {
	l := italian(t)
	text := visura.Text(l, household())
	for _, part := range []string{
		"Richiesta\nPersona: " + rossi + "\nTipo di visura: Stato di famiglia\nAlla data del: 23/11/2026\nFinalità: Accertamento tributario\nRiferimento pratica: PROT 2026/1\n",
		"Componenti della famiglia: 2 componenti\n", "ROSSI MARIO — Intestatario\nCodice fiscale: " + rossi + "\n",
		"VERDI ANNA\nSesso: Femminile\nData di decesso: 01/02/2020\n", "Avvertenze di ANPR\nAvvertenza: EN148\n",
		"Identificativo operazione ANPR: op1\nServizio ANPR: Accertamento stato di famiglia (C021)\nDomanda inviata il: 23/11/2026 10:42:07\n", "Codice di controllo: 7KQ2\n",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("lacks %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, "Mediatore") {
		t.Error("an empty value is written")
	}
	if text := visura.Text(l, done("v1", app.OutcomeNotFound)); !strings.Contains(text, "Esito: Nessuna persona trovata") {
		t.Error(text)
	}
}

func TestSubjectText(t *testing.T) {
	l := italian(t)
	for _, tc := range []struct {
		s    app.Subject
		name string
		want string
	}{
		{app.Subject{FiscalCode: rossi}, "ROSSI MARIO", "ROSSI MARIO"},
		{app.Subject{FiscalCode: rossi}, "", rossi},
		{app.Subject{IDANPR: "AF41450AS"}, "", "AF41450AS"},
		{app.Subject{Identity: &app.Identity{Surname: "D'Alò", Name: "Anna", BirthDate: "1961-07-03"}}, "", "D'ALÒ ANNA, nascita 03/07/1961"},
	} {
		if got := visura.SubjectText(l, tc.s, tc.name); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

func TestSteps(t *testing.T) {
	s, l := newStage(t), italian(t)
	at := today.Add(-time.Hour) // the server's clock need not be ours
	s.sent(func(_ context.Context, _ wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		s.now = s.now.Add(700 * time.Millisecond)
		s.tick()
		got := s.Steps(l)
		if len(got) != 3 || got[0].Text != "Invio al server" || got[0].State != "running" || got[0].Elapsed != 700*time.Millisecond || got[2].State != "waiting" {
			t.Errorf("%+v", got)
		}
		progress(running("v1", app.Step{Step: "accepted", State: "done", At: at}, app.Step{Step: "identifying", State: "done", At: at.Add(100 * time.Millisecond)},
			app.Step{Step: "asking", State: "running", At: at.Add(500 * time.Millisecond)}))
		got = s.Steps(l)
		if len(got) != 4 || got[0].Elapsed != 100*time.Millisecond || got[1].Elapsed != 400*time.Millisecond || got[2].Elapsed != 200*time.Millisecond {
			t.Errorf("%+v", got)
		}
		if got[3].Text != "Conservata nell'archivio" || got[3].State != "waiting" {
			t.Errorf("%+v", got[3])
		}
		return done("v1", app.OutcomeFound), nil
	})
	s.run()
	for d, want := range map[time.Duration]string{0: "0,0 s", 1240 * time.Millisecond: "1,2 s", 59940 * time.Millisecond: "59,9 s", 61 * time.Second: "1 min 1 s"} {
		if got := visura.Seconds(l, d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}

// TestCardMissing: what is lacking of what was asked is told apart, with the
// reason; also the evidence tells it.
func TestCardMissing(t *testing.T) {
	l := italian(t)
	v := done("v1", app.OutcomeFound)
	until := map[string]string{"service": "C018"}
	v.Card = &app.Card{Groups: []app.CardGroup{
		{Title: "visura.type.unione_civile", Fields: []app.CardField{{Label: "field.outcome", Phrase: "outcome.no_data"}}},
		{Title: "visura.type.cittadinanza", Fields: []app.CardField{{Label: "field.outcome", Phrase: "outcome.failed"}, {Label: "field.reason", Reason: app.CodeAnprFault, Params: until}}},
		{Title: "card.history_end", Fields: []app.CardField{{Label: "field.short", Phrase: app.PhraseShort + string(app.ShortPeriods), Value: "2015-01-01"}}},
	}}
	v.Evidence = &app.Evidence{Parts: []app.EvidencePart{{Service: "C018", Date: "2026-11-23", Outcome: app.OutcomeFailed, Code: app.CodeAnprFault, Params: until}}}
	why := l.Refusal(app.CodeAnprFault, until).What
	c, ok := visura.CardOf(l, v)
	if !ok || len(c.Missing) != 2 || c.Missing[0] != "Cittadinanza: "+why || !strings.Contains(c.Missing[1], "01/01/2015") {
		t.Errorf("%t %q", ok, c.Missing)
	}
	if text := visura.Text(l, v); strings.Count(text, why) != 2 {
		t.Errorf("copied:\n%s", text)
	}
	for _, short := range []app.HistoryShort{app.ShortPeriods, app.ShortUnknown, app.ShortLater} {
		if !l.Has(app.PhraseShort + string(short)) {
			t.Errorf("no words for %s", short)
		}
	}
}

// TestCandidates: each of several positions is asked about by its national id,
// even where all have the fiscal code that was asked for.
func TestCandidates(t *testing.T) {
	l := italian(t)
	v := done("v1", app.OutcomeDuplicate)
	v.Subject = app.Subject{FiscalCode: rossi}
	for i, id := range []string{"CS00012ST", "CS00013ST"} {
		v.Card = &app.Card{Groups: append(groupsOf(v.Card), app.CardGroup{Title: "card.candidate", Number: i + 1, Fields: []app.CardField{
			{Label: "field.id_anpr", Value: id, Code: true}, {Label: "field.fiscal_code", Value: rossi, Code: true},
		}})}
	}
	c, ok := visura.CardOf(l, v)
	if !ok || len(c.Blocks) != 2 || c.Blocks[0].Person != "CS00012ST" || c.Blocks[1].Person != "CS00013ST" || c.Blocks[1].Title != "Posizione 2" {
		t.Errorf("%t %+v", ok, c.Blocks)
	}
}

func groupsOf(c *app.Card) []app.CardGroup {
	if c == nil {
		return nil
	}
	return c.Groups
}
