package visura_test

import (
	"context"
	"reflect"
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

func (s *stage) focused() string { return widget.Name(s.Window.Canvas().Focused()) }

const codeLabel = "Codice fiscale o identificativo ANPR"

func TestTypingDecodes(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	if s.focused() != codeLabel {
		t.Fatalf("%q has the focus", s.focused())
	}
	s.Typed("rssmra61l03")
	s.Want("Non ancora completo · 11 caratteri", "Maschile, 03/07/1961")
	s.Lacks("ROMA (RM)")
	s.Typed("h501")
	s.Want("ROMA (RM)")
	s.Typed("b")
	s.Want("Codice fiscale corretto", "Maschile, 03/07/1961")
	if got := s.flow.State().Form.Text; got != rossi {
		t.Errorf("the flow has %q", got)
	}
}

func TestOmocodiaAndIDs(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.Typed("RSSMRA61L03H50MT")
	s.Want("Codice fiscale corretto, con omocodia: 1 cifra sostituita da una lettera", "ROMA (RM)")
	s.flow.New()
	s.Typed("AF41450AS")
	s.Want("Identificativo unico nazionale di ANPR")
	s.Lacks("ROMA (RM)")
}

func TestWrongLetterOffersTheSuggestion(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.Typed("RSSMRA61L03H501X")
	s.Want("Carattere di controllo errato", "Forse si intendeva:", rossi)
	s.Key(fyne.KeyReturn)
	if s.flow.State().Phase != flow.PhaseForm || s.focused() != codeLabel {
		t.Errorf("sent, or the focus is on %q", s.focused())
	}
	s.FocusOn(rossi)
	s.Key(fyne.KeyReturn)
	s.Want("Codice fiscale corretto")
	s.Lacks("Forse si intendeva:")
	if got := s.flow.State().Form.Text; got != rossi || s.focused() != codeLabel {
		t.Errorf("%q, focus on %q", got, s.focused())
	}
}

func TestPickerFindsCeasedComune(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.Press("Dati anagrafici")
	if s.focused() != "Cognome" {
		t.Errorf("the focus is on %q", s.focused())
	}
	s.Typed("Verdi")
	s.FocusOn("Comune o Stato estero di nascita")
	s.Typed("s")
	s.Typed("an felice")
	at := slices.IndexFunc(s.flow.Places("san felice"), func(p flow.Place) bool { return p.Code == "H837" })
	if at < 0 {
		t.Fatal("not offered")
	}
	for range at {
		s.Key(fyne.KeyDown)
	}
	s.Key(fyne.KeyReturn)
	x := s.flow.State().Form.Identity
	if x.Surname != "Verdi" || x.BirthPlace != "H837" {
		t.Errorf("%+v", x)
	}
}

func TestForeignPlaceAsksForTheLocality(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.Press("Dati anagrafici")
	s.Lacks("Località estera, se nota")
	s.FocusOn("Comune o Stato estero di nascita")
	s.Typed("f")
	s.Typed("rancia")
	at := slices.IndexFunc(s.flow.Places("francia"), func(p flow.Place) bool { return p.Code == "Z110" })
	for range at {
		s.Key(fyne.KeyDown)
	}
	s.Key(fyne.KeyReturn)
	if got := s.flow.State().Form.Identity.BirthPlace; got != "Z110" {
		t.Fatalf("picked %q", got)
	}
	s.Want("Località estera, se nota")
	s.FocusOn("Località estera, se nota")
	s.Typed("Lione")
	if got := s.flow.State().Form.Identity.Locality; got != "Lione" {
		t.Error(got)
	}
}

func TestKeyboardOrder(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	var got []string
	for _, f := range widget.FocusOrder(s.Window.Canvas()) {
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
	s.FocusOn("Chiedi la visura")
	s.Key(fyne.KeySpace)
	s.Want("Dato obbligatorio")
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
	s.Typed(rossi)
	s.FocusOn("Tipo di visura")
	s.Key(fyne.KeyRight)
	s.Key(fyne.KeyRight)
	s.Key(fyne.KeySpace)
	s.FocusOn("Finalità")
	s.Key(fyne.KeySpace)
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeyReturn)
	s.FocusOn("Riferimento pratica")
	s.Typed("PROT 2026/00817")
	s.Key(fyne.KeyReturn)
	s.Run()
	if len(s.desk.asked) != 1 {
		t.Fatalf("not asked: %v", s.flow.State().Errors)
	}
	want := wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: rossi}, ReferenceDate: "2026-11-23", Purpose: "p2", FileReference: "PROT 2026/00817"}
	if !reflect.DeepEqual(s.desk.asked[0], want) {
		t.Errorf("%+v", s.desk.asked[0])
	}
	s.Want("ROSSI MARIO")
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
	s.Typed(rossi)
	s.Key(fyne.KeyEscape)
	s.Want("Il modulo è stato svuotato.", "Ripristina")
	if s.flow.State().Form.Text != "" {
		t.Error("not emptied")
	}
	s.Key(fyne.KeyEscape)
	s.Want("Codice fiscale corretto", "Svuota")
	if s.flow.State().Form.Text != rossi {
		t.Error("not brought back")
	}
	s.Press("Svuota")
	s.Press("Ripristina")
	if s.flow.State().Form.Text != rossi {
		t.Error("not brought back by the button")
	}
	s.Key(fyne.KeyEscape)
	s.Typed("A")
	s.Want("Svuota")
	s.Lacks("Ripristina")
}

func TestReceive(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.screen.Receive(rossi)
	s.Want("Codice fiscale corretto", "ROMA (RM)")
	id := app.Identity{Surname: "Verdi", Name: "Giuseppe", Sex: "M", BirthDate: "1961-10-10", BirthPlace: "H837"}
	s.screen.Receive(wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{Identity: &id}, Purpose: "p2", FileReference: "Y"})
	if x := s.flow.State().Form; x.By != flow.ByIdentity || x.Identity != id {
		t.Errorf("%+v", x)
	}
	s.Want("Cognome", "Comune o Stato estero di nascita")
	s.Lacks("Codice fiscale corretto")
	s.screen.Receive(42)
	if x := s.flow.State().Form; x.Identity != id {
		t.Errorf("%+v", x)
	}
}

func TestBadDateIsRefused(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.Typed(rossi)
	s.FocusOn("Alla data del")
	for range 10 {
		s.Key(fyne.KeyBackspace)
	}
	s.Typed("31/02/2026")
	s.Press("Chiedi la visura")
	s.Want("Data non valida (gg/mm/aaaa)")
	if len(s.desk.asked) != 0 {
		t.Error("asked")
	}
}

func TestNothingAssigned(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.desk.session.User.Profile.Visure = nil
	s.screen.Shown()
	s.Want("Nessuna visura assegnata")
	s.Lacks(codeLabel)
	s.desk.session = session()
	s.screen.Shown()
	s.Want(codeLabel)
}

func TestAnotherUserFindsAnEmptyForm(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.Typed(rossi)
	s.screen.Hidden()
	s.desk.session.User.ID = "u2"
	s.screen.Shown()
	s.Lacks("Codice fiscale corretto")
	if got := s.flow.State().Form.Text; got != "" {
		t.Error(got)
	}
}

func TestElapsedTimeIsShown(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716)
	s.send(func(_ context.Context, _ wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
		s.Want("Richiesta in corso", "Invio al server", "Tempo trascorso: 0 s", rossi, "PROT 2026/00817")
		s.now = s.now.Add(7 * time.Second)
		s.tick()
		s.Want("Tempo trascorso: 7 s")
		v := answered(app.VisuraResidenza, "", nil)
		v.State, v.Steps, v.Evidence, v.SubjectName = app.VisuraRunning, stepsTo("asking"), nil, ""
		progress(v)
		s.Want("Richiesta accettata", "Domanda ad ANPR", "Conservata nell'archivio", "in corso", "in attesa", "Annulla")
		s.screen.Receive("AF41450AS")
		if len(s.host.toasts) != 1 {
			t.Errorf("%q", s.host.toasts)
		}
		return answered(app.VisuraResidenza, app.OutcomeFound, residence), nil
	})
	s.Lacks("Richiesta in corso", "Annulla")
}
