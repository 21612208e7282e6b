package visura_test

import (
	"context"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/theme"
)

// everything assigns every type.
func (s *stage) everything() {
	var types []app.VisuraType
	for _, spec := range app.VisuraSpecs {
		types = append(types, spec.Type)
	}
	s.desk.session.User.Profile.Visure.Types = types
	s.screen.Shown()
	s.Run()
}

// TestWhat: the yes or no comes first and says what it does not disclose; its
// inputs come with it; data may be several.
func TestWhat(t *testing.T) {
	s := newStage(t, theme.Light, 1280, 800)
	s.everything()
	s.desk.ask = func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return answered(app.VerifyPaternita, app.OutcomeFound, func(v *wire.Visura) {
			v.SubjectName = ""
			v.Card = &app.Card{Answer: []app.CardField{{Label: "field.verifica_paternita", Phrase: "card.verdict.yes"}}, Groups: []app.CardGroup{}}
		}), nil
	}
	s.Typed("RSSMRA61L03H501B")
	s.Press("Padre, sì o no")
	s.Want("Risponde solo se il padre è quello indicato: non rivela chi sia.", "Cognome", "Nome")
	s.Press("Residenza")
	s.Press("Stato di famiglia")
	s.Want("2 visure in una sola richiesta, chieste insieme ad ANPR.")
	s.Press("Scheda anagrafica")
	s.Press("Padre, sì o no")
	s.FocusOn("Cognome")
	s.Typed("rossi")
	s.FocusOn("Nome")
	s.Typed("Giovanni")
	if d := s.flow.State().Form.Declared; d == nil || d.Surname != "rossi" || d.Name != "Giovanni" {
		t.Fatalf("stated %+v", d)
	}
	if x := s.flow.State().Form; x.Type != app.VerifyPaternita || len(x.Also) != 0 {
		t.Errorf("chosen %+v", x.Chosen())
	}
	s.Press("Storico di residenza")
	s.Want("Dal")
	s.Press("Chiedi la visura")
	s.Lacks("Padre?")
}
