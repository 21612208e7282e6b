package user_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/ui/theme"
)

// TestEditorKeepsTheUser: what is opened and saved is what was there, but for
// what was changed.
func TestEditorKeepsTheUser(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	for _, before := range s.desk.users[:2] {
		s.edit(before.ID)
		s.Press("Salva")
		s.Run()
		if got := s.last(); !reflect.DeepEqual(got, before) {
			t.Errorf("%+v\n%+v", got, before)
		}
	}
}

// TestServicesOnLists: a service on lists is enabled with its scope and its way
// to ANPR; what it does not need is absent.
func TestServicesOnLists(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.edit("u2")
	s.Want("Rivestizione anagrafica", "Nuclei familiari", "Un elenco di codici fiscali completato con i dati anagrafici.",
		"Riceve i dati di chiunque sia iscritto in ANPR.", "Le richieste raggiungono ANPR con l'ID operatore della persona, da inserire tra i dati dell'account.")
	s.edit("u1")
	s.Lacks("Riceve i dati di chiunque sia iscritto in ANPR.")
	s.screen.Bulk("enrichment", "on", "operator", "national")
	s.Press("Salva")
	s.Run()
	if len(s.desk.updated) > 0 {
		t.Fatal("saved without the operator id that the service needs")
	}
	s.screen.Operator("OP77")
	s.Press("Salva")
	s.Run()
	want := &app.BulkProfile{Way: app.Way{Kind: app.WayOperator}, Scope: app.Scope{Kind: app.ScopeNational}}
	if got := s.last().Profile; !reflect.DeepEqual(got.Enrichment, want) || got.Household != nil {
		t.Errorf("%+v", got)
	}
}

// TestRefusalsAtTheirFields: what the server names is shown where it stands.
func TestRefusalsAtTheirFields(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	for _, field := range []string{
		"profile.enrichment.way.mediator", "profile.household.scope.kind", "profile.purposes", "office", "valid_until", "profile.workstation_ids",
	} {
		s.edit("u2")
		if field == "profile.enrichment.way.mediator" {
			s.screen.Bulk("enrichment", "on", "mediator", "own")
			s.screen.Mediator("enrichment", "a")
		}
		e := app.E(app.CodeInvalid).At(field)
		s.desk.refuse = e
		s.Press("Salva")
		s.Run()
		if text := s.host.Words.Field(e); !s.Has(text) {
			t.Errorf("%s: %q is not shown", field, text)
		}
		if len(s.host.Failed) > 0 {
			t.Errorf("%s: told in a dialog", field)
		}
	}
}

// TestCopyFromAnother: the profile is seen before it is taken, and nothing is
// saved by it.
func TestCopyFromAnother(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	for i := range 60 { // ADMINs found first do not take the places of operators
		s.desk.users = slices.Insert(s.desk.users, 0, app.User{ID: app.ID(fmt.Sprint("a", i)), Name: "Isa", Surname: fmt.Sprint("Bellomo ", i), Role: app.RoleAdmin, Enabled: true})
	}
	s.edit("u1")
	s.Press("Copia il profilo da…")
	s.Run()
	s.Want("Copia il profilo da un altro utente")
	s.Lacks("Copia il profilo", "Conti Anna", "Ferri Luca") // an ADMIN, and he himself
	s.Typed("bell")
	s.Run()
	s.Window.Canvas().Capture()
	s.Key(fyne.KeyReturn)
	s.Key(fyne.KeyDown)
	s.Run()
	s.Want("Con il profilo di Enrico Bellini", "Finalità che la direzione non ha o ha ritirato: Catasto. Occorre l'ID operatore ANPR della persona.")
	s.Press("Copia il profilo")
	if len(s.desk.updated) > 0 {
		t.Fatal("saved without being asked")
	}
	s.screen.Operator("OP77")
	s.Press("Salva")
	s.Run()
	got, from := s.last(), s.desk.users[61]
	if !reflect.DeepEqual(got.Profile.Enrichment, from.Profile.Enrichment) || !reflect.DeepEqual(got.Hours, from.Hours) || !slices.Equal(got.Profile.Purposes, []app.ID{"p1", "p2"}) ||
		got.Surname != "Ferri" || got.Username != "l.ferri" || !slices.Equal(got.Profile.WorkstationID, []app.ID{"w1"}) {
		t.Errorf("%+v", got)
	}
}

// TestLeavingKeeps: another page does not throw away what was typed; only to
// leave the form asks.
func TestLeavingKeeps(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.edit("u1")
	s.screen.Operator("OP77")
	s.screen.Hidden()
	s.screen.Shown()
	s.Run()
	s.Want("Modifica Luca Ferri")
	s.screen.Key(fyne.KeyEscape, 0)
	s.Want("Quanto è stato inserito non è ancora salvato e andrà perso.")
	s.Press("Continua")
	s.Want("Modifica Luca Ferri")
	s.screen.Key(fyne.KeyEscape, 0)
	s.Press("Lascia")
	s.Lacks("Modifica Luca Ferri")
	if len(s.desk.updated) > 0 {
		t.Error("saved")
	}
}

// TestEveryFieldByTab: Tab goes through the whole form and comes to the button.
func TestEveryFieldByTab(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.edit("u2")
	for _, name := range []string{
		"Nome", "Codice fiscale", "Posta elettronica", "Telefono", "Matricola", "Ruolo", "Direzione", "ADMIN", "Ufficio", "Nome utente", "ID operatore ANPR",
		"Valido dal", "Valido fino al", "Giorni di accesso", "Dalle", "Alle", "Copia il profilo da…", "Postazione", "Solo queste postazioni", "Aggiungi postazione",
		"Servizio", "Tipi di visura", "Ambito territoriale", "Convalida", "Ore di silenzio", "Accesso ad ANPR", "Mediatore", "Servizio", "Ambito territoriale", "Servizio", "Mediatore", "Annulla", "Salva",
	} {
		s.FocusOn(name)
	}
}
