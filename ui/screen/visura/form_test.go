package visura_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

func (s *stage) focused() string { return widget.Name(s.window.Canvas().Focused()) }

const codeLabel = "Codice fiscale o identificativo ANPR"

func TestTypingDecodes(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	if s.focused() != codeLabel {
		t.Fatalf("%q has the focus", s.focused())
	}
	s.typed("rssmra61l03")
	s.want("Non ancora completo · 11 caratteri", "Maschile, 03/07/1961")
	s.lacks("ROMA (RM)")
	s.typed("h501")
	s.want("ROMA (RM)")
	s.typed("b")
	s.want("Codice fiscale corretto", "Maschile, 03/07/1961")
	if got := s.flow.State().Form.Text; got != rossi {
		t.Errorf("the flow has %q", got)
	}
}

func TestOmocodiaAndIDs(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.typed("RSSMRA61L03H50MT")
	s.want("Codice fiscale corretto, con omocodia: 1 cifra sostituita da una lettera", "ROMA (RM)")
	s.flow.New()
	s.typed("AF41450AS")
	s.want("Identificativo unico nazionale di ANPR")
	s.lacks("ROMA (RM)")
}

func TestWrongLetterOffersTheSuggestion(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.typed("RSSMRA61L03H501X")
	s.want("Carattere di controllo errato", "Forse si intendeva:", rossi)
	s.key(fyne.KeyReturn)
	if s.flow.State().Phase != flow.PhaseForm || s.focused() != codeLabel {
		t.Errorf("sent, or the focus is on %q", s.focused())
	}
	s.focusOn(rossi)
	s.key(fyne.KeyReturn)
	s.want("Codice fiscale corretto")
	s.lacks("Forse si intendeva:")
	if got := s.flow.State().Form.Text; got != rossi || s.focused() != codeLabel {
		t.Errorf("%q, focus on %q", got, s.focused())
	}
}

func TestPickerFindsCeasedComune(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.press("Dati anagrafici")
	if s.focused() != "Cognome" {
		t.Errorf("the focus is on %q", s.focused())
	}
	s.typed("Verdi")
	s.focusOn("Comune o Stato estero di nascita")
	s.typed("s")
	s.typed("an felice")
	at := slices.IndexFunc(s.flow.Places("san felice"), func(p flow.Place) bool { return p.Code == "H837" })
	if at < 0 {
		t.Fatal("not offered")
	}
	for range at {
		s.key(fyne.KeyDown)
	}
	s.key(fyne.KeyReturn)
	x := s.flow.State().Form.Identity
	if x.Surname != "Verdi" || x.BirthPlace != "H837" {
		t.Errorf("%+v", x)
	}
}

func TestForeignPlaceAsksForTheLocality(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.press("Dati anagrafici")
	s.lacks("Località estera, se nota")
	s.focusOn("Comune o Stato estero di nascita")
	s.typed("f")
	s.typed("rancia")
	at := slices.IndexFunc(s.flow.Places("francia"), func(p flow.Place) bool { return p.Code == "Z110" })
	for range at {
		s.key(fyne.KeyDown)
	}
	s.key(fyne.KeyReturn)
	if got := s.flow.State().Form.Identity.BirthPlace; got != "Z110" {
		t.Fatalf("picked %q", got)
	}
	s.want("Località estera, se nota")
	s.focusOn("Località estera, se nota")
	s.typed("Lione")
	if got := s.flow.State().Form.Identity.Locality; got != "Lione" {
		t.Error(got)
	}
}

func TestKeyboardOrder(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	var got []string
	for _, f := range widget.FocusOrder(s.window.Canvas()) {
		got = append(got, widget.Name(f))
	}
	want := []string{"", codeLabel, "Tipo di visura", "Alla data del", "Finalità", "Riferimento pratica", "Chiedi la visura", "Svuota"}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %q, want %q", i, got[i], want[i])
		}
	}
}

func TestEmptyFormIsRefused(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.focusOn("Chiedi la visura")
	s.key(fyne.KeySpace)
	s.want("Dato obbligatorio")
	if s.focused() != codeLabel {
		t.Errorf("the focus is on %q", s.focused())
	}
	if len(s.desk.asked) != 0 {
		t.Error("asked")
	}
}

func TestKeyboardOnly(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.desk.ask = func(context.Context, wire.VisuraRequest, func(wire.Visura)) (wire.Visura, error) {
		return answered(app.VisuraResidenza, app.OutcomeFound, residence), nil
	}
	s.typed(rossi)
	s.focusOn("Tipo di visura")
	s.key(fyne.KeyRight)
	s.key(fyne.KeyRight)
	s.key(fyne.KeySpace)
	s.focusOn("Finalità")
	s.key(fyne.KeySpace)
	s.key(fyne.KeyDown)
	s.key(fyne.KeyReturn)
	s.focusOn("Riferimento pratica")
	s.typed("PROT 2026/00817")
	s.key(fyne.KeyReturn)
	s.run()
	if len(s.desk.asked) != 1 {
		t.Fatalf("not asked: %v", s.flow.State().Errors)
	}
	want := wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: rossi}, ReferenceDate: "2026-11-23", Purpose: "p2", FileReference: "PROT 2026/00817"}
	if s.desk.asked[0] != want {
		t.Errorf("%+v", s.desk.asked[0])
	}
	s.want("ROSSI MARIO")
	// The next one: purpose and file are still there.
	s.screen.Key(fyne.KeyN, fyne.KeyModifierControl)
	if s.focused() != codeLabel {
		t.Errorf("the focus is on %q", s.focused())
	}
	if x := s.flow.State().Form; x.Text != "" || x.Purpose != "p2" || x.FileReference != "PROT 2026/00817" {
		t.Errorf("%+v", x)
	}
}

func TestEscLosesNothing(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.typed(rossi)
	s.key(fyne.KeyEscape)
	s.want("Il modulo è stato svuotato.", "Ripristina")
	if s.flow.State().Form.Text != "" {
		t.Error("not emptied")
	}
	s.key(fyne.KeyEscape)
	s.want("Codice fiscale corretto", "Svuota")
	if s.flow.State().Form.Text != rossi {
		t.Error("not brought back")
	}
	s.press("Svuota")
	s.press("Ripristina")
	if s.flow.State().Form.Text != rossi {
		t.Error("not brought back by the button")
	}
	s.key(fyne.KeyEscape)
	s.typed("A")
	s.want("Svuota")
	s.lacks("Ripristina")
}

func TestReceive(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.screen.Receive(rossi)
	s.want("Codice fiscale corretto", "ROMA (RM)")
	id := app.Identity{Surname: "Verdi", Name: "Giuseppe", Sex: "M", BirthDate: "1961-10-10", BirthPlace: "H837"}
	s.screen.Receive(wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{Identity: &id}, Purpose: "p2", FileReference: "Y"})
	if x := s.flow.State().Form; x.By != flow.ByIdentity || x.Identity != id {
		t.Errorf("%+v", x)
	}
	s.want("Cognome", "Comune o Stato estero di nascita")
	s.lacks("Codice fiscale corretto")
	s.screen.Receive(42)
	if x := s.flow.State().Form; x.Identity != id {
		t.Errorf("%+v", x)
	}
}

func TestBadDateIsRefused(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.typed(rossi)
	s.focusOn("Alla data del")
	for range 10 {
		s.key(fyne.KeyBackspace)
	}
	s.typed("31/02/2026")
	s.press("Chiedi la visura")
	s.want("Data non valida (gg/mm/aaaa)")
	if len(s.desk.asked) != 0 {
		t.Error("asked")
	}
}

func TestNothingAssigned(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.desk.session.User.Profile.Visure = nil
	s.screen.Shown()
	s.want("Nessuna visura assegnata")
	s.lacks(codeLabel)
	s.desk.session = session()
	s.screen.Shown()
	s.want(codeLabel)
}

func TestAnotherUserFindsAnEmptyForm(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.typed(rossi)
	s.screen.Hidden()
	s.desk.session.User.ID = "u2"
	s.screen.Shown()
	s.lacks("Codice fiscale corretto")
	if got := s.flow.State().Form.Text; got != "" {
		t.Error(got)
	}
}

func TestElapsedTimeIsShown(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.send(func(_ context.Context, _ wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		s.want("Richiesta in corso", "Invio al server", "Tempo trascorso: 0 s", rossi, "PROT 2026/00817")
		s.now = s.now.Add(7 * time.Second)
		s.tick()
		s.want("Tempo trascorso: 7 s")
		v := answered(app.VisuraResidenza, "", nil)
		v.State, v.Steps, v.Evidence, v.SubjectName = app.VisuraRunning, stepsTo("asking"), nil, ""
		progress(v)
		s.want("Richiesta accettata", "Domanda ad ANPR", "Conservata nell'archivio", "in corso", "in attesa", "Annulla")
		s.screen.Receive("AF41450AS")
		if len(s.host.toasts) != 1 {
			t.Errorf("%q", s.host.toasts)
		}
		return answered(app.VisuraResidenza, app.OutcomeFound, residence), nil
	})
	s.lacks("Richiesta in corso", "Annulla")
}
