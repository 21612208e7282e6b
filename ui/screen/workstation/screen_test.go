package workstation_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/theme"
)

// TestRegisterInWords: state, expiry, keys and what changed of the machine are
// told in words.
func TestRegisterInWords(t *testing.T) {
	s := newStage(t, theme.Light, 1400, 1200, false)
	s.Want("2 postazioni autorizzate sono scadute o scadono entro 30 giorni")
	s.register.Table().Select(1)
	s.Run()
	s.Want("Scaduta", "Autorizzata · codice K7QM-2F9T · dal 23/07/2026 12:00", "È cambiato: disco di sistema, schede di rete",
		"Non accettato: sospesa finché non è approvata di nuovo", "Accettato: la postazione ha continuato a funzionare")
}

func TestChangeAWorkstation(t *testing.T) {
	s := newStage(t, theme.Light, 1400, 1000, false)
	s.register.Table().Select(0)
	s.Run()
	s.Press("Modifica")
	s.Want("Modifica postazione TRIB-01")
	s.Typed("B-")
	s.Press("Salva postazione")
	s.Run()
	if len(s.desk.changes) != 1 || s.desk.changes[0].Version != 3 || *s.desk.changes[0].Expires != "2026-11-30" || s.desk.changes[0].Department != "d1" {
		t.Fatalf("%+v", s.desk.changes)
	}
	s.Lacks("Modifica postazione TRIB-01")
}

// TestManyInOneGo: the marked ones are changed, and those that were refused are
// named with why.
func TestManyInOneGo(t *testing.T) {
	s := newStage(t, theme.Light, 1400, 900, false)
	s.FocusOn("Postazioni")
	s.Window.Canvas().Capture()
	s.Key(fyne.KeySpace)
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeySpace)
	s.desk.outcomes = []wire.Outcome{{ID: "w1", Name: "TRIB-01"}, {ID: "w2", Name: "TRIB-02", Code: app.CodeChanged}}
	s.Press("Proroga scadenza")
	s.Want("Le 2 postazioni segnate funzioneranno fino al giorno indicato.")
	s.Typed("31/12/2027")
	s.Key(fyne.KeyReturn)
	s.Run()
	if len(s.desk.many) != 1 || s.desk.many[0].Act != "extend" || *s.desk.many[0].Expires != "2027-12-31" || !slices.Equal(s.desk.many[0].IDs, []app.ID{"w1", "w2"}) {
		t.Fatalf("%+v", s.desk.many)
	}
	s.Want("1 postazione non modificata", "1 scadenza modificata", "TRIB-02", s.host.l.Error(app.E(app.CodeChanged)).What)
}

func TestFiltersAndExport(t *testing.T) {
	s := newStage(t, theme.Light, 1400, 900, false)
	s.register.Receive(flow.Filter{Token: "t1", TokenLabel: "Aule", Office: "TARI"})
	s.Run()
	if last := s.desk.asked[len(s.desk.asked)-1]; last.Token != "t1" || last.Office != "TARI" {
		t.Errorf("%+v", last)
	}
	s.Press("Esporta CSV")
	if len(s.desk.exported) != 1 || s.desk.exported[0].Office != "TARI" || s.desk.exported[0].Format != "csv" || s.desk.exported[0].Language != "it" {
		t.Errorf("%+v", s.desk.exported)
	}
	s.Press("Soltanto quelle arrivate con il codice «Aule»")
	s.Run()
	if last := s.desk.asked[len(s.desk.asked)-1]; last.Token != "" || last.Office != "TARI" {
		t.Errorf("%+v", last)
	}
}

func TestTokenIsWithdrawn(t *testing.T) {
	s := newStage(t, theme.Light, 1400, 900, true)
	s.Press("Postazioni arrivate con il codice")
	if want := (flow.Filter{Token: "t1", TokenLabel: "Aule"}); len(s.host.went) != 1 || s.host.went[0] != any(want) {
		t.Errorf("%+v", s.host.went)
	}
	s.Press("Ritira codice")
	s.Want("Ritira codice Aule")
	s.Press("Ritira codice")
	s.Run()
	if !slices.Equal(s.desk.withdrawn, []app.ID{"t1"}) {
		t.Errorf("%v", s.desk.withdrawn)
	}
	s.Want("Ritirato", "23/11/2026 11:00, da Teresa Riva")
	s.Lacks("Ritira codice")
}
