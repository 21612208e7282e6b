package visura_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/visura"
	"indagor/ui/theme"
)

const rossi = "RSSMRA61L03H501B"

type asking func(ctx context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error)

// send sends a request about the residence of ROSSI MARIO.
func (s *stage) send(f asking) {
	s.Helper()
	s.desk.ask = f
	s.flow.Prefill(rossi)
	s.flow.Edit(func(x *flow.Form) { x.Type, x.Purpose, x.FileReference = app.VisuraResidenza, "p1", "PROT 2026/00817" })
	if !s.flow.Send() {
		s.Fatal(s.flow.State().Errors)
	}
	s.Run()
}

func (s *stage) ends(v wire.Visura, err error) {
	s.Helper()
	s.send(func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) { return v, err })
}

func clipboard() string { return fyne.CurrentApp().Clipboard().Content() }

func TestCard(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(answered(app.VisuraResidenza, app.OutcomeFound, residence), nil)
	s.Want("ROSSI MARIO", "Residenza al 23/11/2026", "VIA GIUSEPPE GARIBALDI, 12/A, scala B, interno 4, 00153 ROMA (RM)",
		"Residente dal: 15/03/2004", "Codice fiscale: "+rossi, "Sesso: Maschile", "Avvertenze di ANPR",
		"Identificativo operazione ANPR: 1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", "Servizio ANPR: Accertamento residenza (C020)",
		"Risposta ricevuta il: 23/11/2026 11:42:07", "Finalità: Accertamento tributario", "Riferimento pratica: PROT 2026/00817",
		"Operatore: Rossi Marta", "Postazione: ANAG-07", "Mediatore: Bianchi Giovanni", "Codice di controllo: 7KQ2-M4XD-9TRA")
	s.Lacks("Persona deceduta", "Riprova")
	if s.Window.Canvas().Focused() != nil {
		t.Errorf("a second Enter would press %q", s.focused())
	}
}

func TestCopy(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(answered(app.VisuraResidenza, app.OutcomeFound, residence), nil)
	s.Press("Codice fiscale: " + rossi)
	if clipboard() != rossi || s.host.toasts[0] != "Copiato: Codice fiscale" {
		t.Errorf("%q %q", clipboard(), s.host.toasts)
	}
	s.Press("Copia la risposta")
	if !strings.HasPrefix(clipboard(), "VIA GIUSEPPE GARIBALDI") {
		t.Errorf("%q", clipboard())
	}
	s.Press("Copia")
	if got := clipboard(); !strings.Contains(got, "Codice di controllo: 7KQ2-M4XD-9TRA") || !strings.Contains(got, "Residente dal: 15/03/2004") {
		t.Errorf("%q", got)
	}
}

func TestDocuments(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(answered(app.VisuraResidenza, app.OutcomeFound, residence), nil)
	s.Press("Apri PDF")
	s.Press("Apri PDF") // is busy
	if n := s.Waiting(); n != 1 {
		t.Fatalf("%d documents are on their way", n)
	}
	s.Run()
	if s.host.document != "%PDF abcdefghijklmnopqrstuvwxyz it" {
		t.Errorf("%q", s.host.document)
	}
	for _, format := range []string{"pdf", "xlsx"} {
		s.Press("Salva")
		s.Key(fyne.KeyDown)
		if format == "xlsx" {
			s.Key(fyne.KeyDown)
		}
		s.Key(fyne.KeyReturn)
		s.Run()
		if s.host.saved != "visura."+format {
			t.Errorf("saved %q, not %s", s.host.saved, format)
		}
	}
	s.host.document = ""
	s.screen.Key(fyne.KeyP, fyne.KeyModifierControl)
	s.Run()
	if s.host.document == "" {
		t.Error("Ctrl+P opens nothing")
	}
	s.desk.document = errAway
	s.Press("Apri PDF")
	s.Run()
	if len(s.host.failed) != 1 {
		t.Errorf("%v", s.host.failed)
	}
}

func TestDeceased(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(answered(app.VisuraEsistenza, app.OutcomeFound, func(v *wire.Visura) {
		v.Card = &app.Card{Answer: []app.CardField{{Label: "field.alive", Phrase: "card.dead_since", Value: "2020-02-01"}}, Groups: []app.CardGroup{personGroup}}
	}), nil)
	s.Want("Deceduto/a il 01/02/2020", "Persona deceduta")
}

func TestHousehold(t *testing.T) {
	s := newStage(t, theme.Light, 808, 616)
	s.ends(answered(app.VisuraFamiglia, app.OutcomeFound, func(v *wire.Visura) {
		v.Card = &app.Card{Answer: []app.CardField{{Label: "field.members", Phrase: "card.members", Value: "2"}}, Groups: []app.CardGroup{
			{Title: "card.member", Number: 1, Fields: []app.CardField{{Label: "field.bond", Value: "Intestatario Scheda"}, {Label: "field.surname_name", Value: "ROSSI MARIO"}, {Label: "field.birth_date", Value: "03/07/1961"}}},
			{Title: "card.member", Number: 2, Fields: []app.CardField{{Label: "field.bond", Value: "Moglie"}, {Label: "field.surname_name", Value: "VERDI ANNA"}, {Label: "field.death_date", Value: "01/02/2020"}}},
		}}
	}), nil)
	s.Want("2 componenti", "1. ROSSI MARIO", "Intestatario Scheda", "2. VERDI ANNA", "Moglie", "Persona deceduta", "Data di decesso: 01/02/2020")
}

// TestIncomplete: that a part of the answer failed is told above it, with the
// reason.
func TestIncomplete(t *testing.T) {
	s := newStage(t, theme.Light, 808, 616)
	s.ends(answered(app.VisuraScheda, app.OutcomeFound, func(v *wire.Visura) {
		v.Card = &app.Card{Groups: []app.CardGroup{personGroup, {Title: "visura.type.cittadinanza", Fields: []app.CardField{
			{Label: "field.outcome", Phrase: "outcome.failed"}, {Label: "field.reason", Reason: app.CodeAnprDown},
		}}}}
	}), nil)
	s.Want("Risposta incompleta", "Cittadinanza: ANPR non è raggiungibile.", "Motivo: ANPR non è raggiungibile.")
}

// TestCandidatesAreAsked: of several positions each leads to a form about it.
func TestCandidatesAreAsked(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(answered(app.VisuraFamiglia, app.OutcomeDuplicate, func(v *wire.Visura) {
		v.Card = &app.Card{Groups: []app.CardGroup{
			{Title: "card.candidate", Number: 1, Fields: []app.CardField{{Label: "field.id_anpr", Value: "CS00012ST", Code: true}}},
		}}
	}), nil)
	s.Want("Più posizioni per la stessa persona", "Posizione 1", "Identificativo unico nazionale: CS00012ST")
	s.Press(s.host.Language().T("visura.member"))
	if !slices.Contains(s.host.gone, any("CS00012ST")) {
		t.Errorf("led to %v", s.host.gone)
	}
}

func TestEveryOutcomeHasItsPage(t *testing.T) {
	for _, tc := range []struct {
		outcome app.Outcome
		code    app.Code
		want    []string
		lacks   []string
	}{
		{app.OutcomeNotFound, "", []string{"Nessuna persona trovata", "Modifica la richiesta"}, []string{"Riprova"}},
		{app.OutcomeCancelled, "", []string{"Posizione cancellata"}, []string{"Riprova"}},
		{app.OutcomeDuplicate, "", []string{"Più posizioni per la stessa persona", "Modifica la richiesta"}, []string{"Riprova"}},
		{app.OutcomeNoData, "", []string{"Nessun dato del tipo richiesto"}, []string{"Riprova"}},
		{app.OutcomeOutOfScope, app.CodeOutOfScope, []string{"Non residente nell'ambito", "La persona non risulta residente nell'ambito assegnato."}, []string{"Riprova", "ROSSI MARIO"}},
		{app.OutcomeRefused, app.CodeOwnRecord, []string{"Richiesta non ammessa", "Non è consentito consultare i propri dati."}, []string{"Riprova", "ROSSI MARIO"}},
		{app.OutcomeWithdrawn, "", []string{"Richiesta ritirata", "Riprova"}, nil},
		{app.OutcomeFailed, app.CodeAnprDown, []string{"Risposta non ottenuta", "ANPR non è raggiungibile.", "Riferimento da comunicare", "abcdefghijklmnopqrstuvwxyz", "Riprova"}, nil},
		{app.OutcomeInterrupted, "", []string{"Richiesta interrotta", "Riprova"}, nil},
	} {
		t.Run(string(tc.outcome), func(t *testing.T) {
			s := newStage(t, theme.Light, 808, 616)
			s.ends(answered(app.VisuraResidenza, tc.outcome, func(v *wire.Visura) { v.Code = tc.code }), nil)
			s.Want(tc.want...)
			s.Want("Nuova visura", "Nuova visura sullo stesso soggetto", "Apri PDF", "Finalità: Accertamento tributario")
			s.Lacks(tc.lacks...)
		})
	}
}

func TestErrorsHaveTheirPage(t *testing.T) {
	for _, tc := range []struct {
		name  string
		err   error
		want  []string
		lacks []string
	}{
		{"own", app.E(app.CodeOwnRecord).At("subject"), []string{"Non è consentito consultare i propri dati.", "Modifica la richiesta"}, []string{"Riprova", "Apri PDF"}},
		{"scope", app.E(app.CodeOutOfScope), []string{"Non residente nell'ambito"}, []string{"Apri PDF", "Riprova"}},
		{"away", errAway, []string{"Il server non è raggiungibile", "Riprova", "k7m2-q4"}, []string{"Apri PDF", "Riprendi"}},
		{"internal", errors.New("boom"), []string{"Si è verificato un errore interno del server.", "Riferimento da comunicare", "k7m2-q4", "Riprova"}, []string{"Apri PDF", "boom"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newStage(t, theme.Light, 808, 616)
			s.ends(wire.Visura{}, tc.err)
			s.Want(tc.want...)
			s.Lacks(tc.lacks...)
		})
	}
}

func TestRetrySendsTheSame(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(answered(app.VisuraResidenza, app.OutcomeFailed, func(v *wire.Visura) { v.Code = app.CodeAnprDown }), nil)
	s.desk.ask = func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return answered(app.VisuraResidenza, app.OutcomeFound, residence), nil
	}
	s.Press("Riprova")
	s.Run()
	s.Want("ROSSI MARIO")
	if len(s.desk.asked) != 2 || !reflect.DeepEqual(s.desk.asked[0], s.desk.asked[1]) {
		t.Errorf("%+v", s.desk.asked)
	}
}

func TestResumeFollows(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	v := answered(app.VisuraResidenza, "", nil)
	v.State = app.VisuraRunning
	s.ends(v, errAway)
	s.Want("Il server non è raggiungibile")
	s.Lacks("Riprova")
	s.desk.follow = func(id app.ID) (wire.Visura, error) {
		if id != v.ID {
			t.Errorf("followed %q", id)
		}
		return answered(app.VisuraResidenza, app.OutcomeFound, residence), nil
	}
	s.Press("Riprendi")
	s.Run()
	s.Want("Residente dal: 15/03/2004")
	if len(s.desk.asked) != 1 {
		t.Error("asked twice")
	}
}

func TestCancelAndBack(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.desk.withdraw = func(app.ID) (wire.Visura, error) {
		return answered(app.VisuraResidenza, app.OutcomeWithdrawn, nil), nil
	}
	s.send(func(_ context.Context, _ wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		v := answered(app.VisuraResidenza, "", nil)
		v.State, v.Steps = app.VisuraRunning, stepsTo("asking")
		progress(v)
		s.Key(fyne.KeyReturn) // an Enter too many does not cancel
		if s.flow.State().Withdrawing {
			t.Error("cancelled by Enter")
		}
		s.Key(fyne.KeyEscape)
		if !s.flow.State().Withdrawing {
			t.Error("Esc does not cancel")
		}
		s.Run()
		return wire.Visura{}, context.Canceled
	})
	s.Want("Richiesta ritirata")
	s.Key(fyne.KeyEscape)
	s.Want("Codice fiscale corretto")
	if s.flow.State().Form.Text != rossi || s.focused() != codeLabel {
		t.Errorf("%+v, focus on %q", s.flow.State().Form, s.focused())
	}
}

func TestSameSubject(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(answered(app.VisuraResidenza, app.OutcomeFound, residence), nil)
	s.Press("Nuova visura sullo stesso soggetto")
	s.Want("Codice fiscale corretto", "ROMA (RM)")
	if x := s.flow.State().Form; x.Text != rossi || x.Type != "" || x.FileReference != "PROT 2026/00817" {
		t.Errorf("%+v", x)
	}
}

func TestRefusedByTheServer(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(wire.Visura{}, app.E(app.CodePurposeOff).At("purpose"))
	s.Want("La finalità indicata non è ammessa nel proprio profilo.")
	s.Press("Modifica la richiesta")
	s.ends(wire.Visura{}, app.E(app.CodeDateFuture).At("reference_date"))
	s.Want("Data successiva a oggi", "Codice fiscale corretto")
	if s.focused() != "Alla data del" {
		t.Errorf("the focus is on %q", s.focused())
	}
}

func TestLostSessionKeepsTheForm(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.ends(wire.Visura{}, app.E(app.CodeSessionEnded))
	s.Want("Codice fiscale corretto")
	if len(s.host.failed) != 1 {
		t.Errorf("%v", s.host.failed)
	}
}
