package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/ui/screen"
)

func pending() []app.Workstation {
	return []app.Workstation{
		{
			ID: "a", Name: "vm-17", State: app.WorkstationPending, OS: "Windows 11", Version: 3,
			Keys: []app.WorkstationKey{{OSUser: "m.galli", State: app.WorkstationPending, Code: "K7QM-2F9T"}},
		},
		{ID: "b", Name: "ANAG-01", State: app.WorkstationAuthorised, Office: "Anagrafe", Responsible: "Giulia Serra"},
	}
}

func TestApproval(t *testing.T) {
	f := newFake(app.RoleTop)
	f.list = pending()
	st := newStand(t, f)
	st.signIn()
	st.s.goTo(screen.Workstations, nil)
	st.expect("vm-17", "ANAG-01", "2 postazioni")
	st.expect("K7QM-2F9T", "Postazione registrata", "Motivo: prima presenza") // the first row is selected
	st.press("Approva")
	st.press("Approva")
	st.expect("Dato obbligatorio")
	if len(f.approved) != 0 {
		t.Fatal("an empty form was sent")
	}
	if st.focused() != "Codice letto sulla postazione" {
		t.Errorf("the focus is on %q", st.focused())
	}
	st.write("Codice letto sulla postazione", "aaaa-bbbb")
	st.expect("Non coincide con la richiesta")
	st.write("Codice letto sulla postazione", "k7qm2f9t")
	st.expect("Coincide con la richiesta di m.galli")
	st.write("Nome o codice d'inventario", "TRIB-07")
	st.write("Responsabile", "Marco Galli")
	st.write("Ufficio", "IMU")
	st.press("Approva")
	if len(f.approved) != 1 {
		t.Fatalf("approved %v; there is %q", f.approved, st.texts())
	}
	if a := f.approved[0]; a.Code != "K7QM-2F9T" || a.Name != "TRIB-07" || a.Responsible != "Marco Galli" || a.Office != "IMU" || a.Department != "d1" || a.Version != 3 {
		t.Errorf("%+v", a)
	}
	st.expect("Postazione TRIB-07 approvata")
	st.absent("Codice letto sulla postazione")
}

func TestRevocationNamesTheWorkstation(t *testing.T) {
	f := newFake(app.RoleAdmin)
	f.list = pending()
	st := newStand(t, f)
	st.signIn()
	st.s.goTo(screen.Workstations, nil)
	st.key(fyne.KeyDown)
	st.expect("Giulia Serra")
	st.press("Revoca")
	st.expect("Revoca postazione ANAG-01", "La revoca è definitiva")
	st.press("Revoca")
	st.expect("Inserire il motivo")
	if len(f.reasons) != 0 {
		t.Fatal("revoked without a reason")
	}
	st.write("Motivo", "dismessa")
	st.press("Revoca")
	if len(f.reasons) != 1 || f.reasons[0] != "dismessa" {
		t.Errorf("%v", f.reasons)
	}
	st.expect("Postazione ANAG-01 revocata")
	st.absent("La revoca è definitiva")
}

func TestRegisterStates(t *testing.T) {
	f := newFake(app.RoleAdmin)
	st := newStand(t, f)
	st.signIn()
	st.s.goTo(screen.Workstations, nil)
	st.expect("Nessuna postazione si è ancora presentata")
	f.listErr = app.E(app.CodeTooMany)
	st.s.key(fyne.KeyF5, 0)
	st.expect("L'elenco non è disponibile", "Sono arrivate troppe richieste")
	f.listErr, f.list = nil, pending()
	st.press("Riprova")
	st.expect("vm-17")
	st.press("Sospese")
	st.expect("Nessuna postazione corrisponde ai filtri")
	st.press("Togli i filtri")
	st.expect("vm-17")
	st.absent("Direzione *")
}

func TestEscLeavesTheDetail(t *testing.T) {
	f := newFake(app.RoleAdmin)
	f.list = pending()
	st := newStand(t, f)
	st.signIn()
	st.s.goTo(screen.Workstations, nil)
	st.expect("Assegnazione")
	st.press("Approva")
	st.s.key(fyne.KeyEscape, 0)
	st.expect("Assegnazione")
	st.s.key(fyne.KeyEscape, 0)
	st.absent("Assegnazione")
}

func TestTokenSecretIsShownOnce(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	st.s.goTo(screen.Tokens, nil)
	st.expect("Nessun codice emesso")
	st.press("Emetti codice")
	st.press("Emetti codice")
	st.expect("Dato obbligatorio")
	st.write("Descrizione", "Ufficio tributi")
	st.write("Responsabile", "Marco Galli")
	st.write("Ufficio", "IMU")
	st.write("Postazioni", "0")
	st.press("Emetti codice")
	st.expect("Un numero da 1 a 10.000")
	st.write("Postazioni", "25")
	st.press("Emetti codice")
	st.expect("segretissimo", "Il codice compare soltanto ora")
	st.press("Copia il codice")
	if got := fyne.CurrentApp().Clipboard().Content(); got != "segretissimo" {
		t.Errorf("copied %q", got)
	}
	st.s.goTo(screen.Home, nil)
	st.s.goTo(screen.Tokens, nil)
	st.absent("segretissimo")
	st.expect("Ufficio tributi")
}
