package monitor_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/monitor"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// table is the list on the page.
func (s *stage) table() *widget.Table[flow.Row] {
	s.Helper()
	var found *widget.Table[flow.Row]
	s.Walk(func(o fyne.CanvasObject) bool {
		if t, ok := o.(*widget.Table[flow.Row]); ok {
			found = t
		}
		return found != nil
	})
	if found == nil {
		s.Fatal("the page has no list")
	}
	return found
}

// rowsFocused moves the focus to the rows of the list.
func (s *stage) rowsFocused() {
	s.Helper()
	for range 60 {
		s.Window.Canvas().FocusNext()
		if s.Window.Canvas().Focused() == s.table().Focusable() {
			return
		}
	}
	s.Fatal("Tab does not reach the rows")
}

// copied is row i as Ctrl+C copies it.
func (s *stage) copied(i int) string {
	s.Helper()
	s.table().Select(i)
	s.Window.Canvas().Focus(s.table().Focusable())
	s.table().Focusable().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()})
	return fyne.CurrentApp().Clipboard().Content()
}

func TestListLoads(t *testing.T) {
	for kind, want := range map[flow.Kind]string{
		flow.Activity: "Chi ha chiesto che cosa · 5 attività",
		flow.Accesses: "Chi è entrato, quando e da dove · 5 accessi",
		flow.History:  "Gli atti amministrativi, con ciò che hanno cambiato · 5 atti",
	} {
		s := newStage(t, kind, theme.Light, 1064, 716, full(5))
		s.Want("Caricamento in corso")
		s.Run()
		s.Lacks("Caricamento in corso")
		s.Want(want, s.host.Words.T("place."+string(kind)), s.host.Words.T("monitor.list."+string(kind)))
		if got := s.table().Rows().Len(); got != 5 {
			t.Error(got)
		}
		if got, want := widget.Name(s.Window.Canvas().Focused()), s.host.Words.T("monitor.words."+string(kind)); got != want {
			t.Errorf("the focus is on %q", got)
		}
	}
}

func TestRowsInWords(t *testing.T) {
	for _, tc := range []struct {
		kind flow.Kind
		row  int
		want string
	}{
		{flow.Activity, 0, "23/11/2026 11:42\tl.bianchi\tEsistenza in vita\tDati trovati\tAccertamento tributario\tPROT 2026/00900\tANAG-07"},
		{flow.Activity, 4, "23/11/2026 10:34\tl.bianchi\tDocumento prodotto · Stato di famiglia\t\t\t\tNon nota"},
		{flow.Activity, 6, "23/11/2026 10:00\tm.dalessandro-montecuccoli\tGeneralità\tRichiesta non ammessa · Il tipo di visura non è assegnato nel proprio profilo.\tAccertamento tributario\tPROT 2026/00894\tANAG-07"},
		{flow.Activity, 9, "23/11/2026 09:09\ta.esposito\tElenco completato\t4.812 righe chieste\tAccertamento tributario\tPROT 2026/00891\tANAG-07"},
		{flow.Accesses, 0, "23/11/2026 11:42\tl.bianchi\tAccesso\tSTANDARD\t10.20.0.10\t"},
		{flow.Accesses, 1, "23/11/2026 11:19\ta.esposito\tUscita\tSTANDARDPS\t10.20.1.11\t"},
		{flow.Accesses, 2, "23/11/2026 10:56\tm.dalessandro-montecuccoli\tAccesso non riuscito\tADMIN\t10.20.2.12\tNome utente o password non corretti."},
		{flow.Accesses, 7, "23/11/2026 09:01\tUtente sconosciuto\tAccesso non riuscito\t\t10.20.0.17\tNome utente o password non corretti."},
		{flow.History, 1, "23/11/2026 06:42\tm.rossi\tUtente disabilitato\tAnna Esposito\ttrasferita ad altro ente"},
		{flow.History, 4, "22/11/2026 15:42\tm.rossi\tRichiesta rifiutata\t\tGestire le postazioni autorizzate"},
		{flow.History, 6, "22/11/2026 05:42\tConsole del server\tUtente creato\tPaola Neri\t"},
		{flow.History, 7, "22/11/2026 00:42\tServer\tAllarme sulla postazione\tANAG-07\tLa stessa chiave su due computer"},
	} {
		s := newStage(t, tc.kind, theme.Light, 1064, 716, full(10))
		s.Run()
		if got := s.copied(tc.row); got != tc.want {
			t.Errorf("%s %d: %q, want %q", tc.kind, tc.row, got, tc.want)
		}
		if len(s.host.Toasts) != 1 {
			t.Errorf("%q", s.host.Toasts)
		}
	}
}

// The end of a list tells how many were asked, and what they came to.
func TestListInDetail(t *testing.T) {
	s := newStage(t, flow.Activity, theme.Light, 1064, 716, full(10))
	s.Run()
	s.table().Select(9)
	s.Run()
	s.Want("Rivestizione anagrafica codici fiscali", "4.812", "Dati trovati 4.700; Persona deceduta 12; Nessuna persona trovata 100; Riga errata 3", "10.20.0.19")
}

// What the page does not show is said on it.
func TestWhatIsNotShown(t *testing.T) {
	const read = " Ogni lettura di questa pagina resta registrata."
	for kind, want := range map[flow.Kind]string{
		flow.Activity: "Le attività degli utenti STANDARDPS non compaiono mai." + read,
		flow.Accesses: "Degli utenti STANDARDPS compaiono gli accessi, mai le attività." + read,
		flow.History:  "Degli utenti STANDARDPS compaiono gli atti che li riguardano, mai le attività." + read,
	} {
		d := full(1)
		newStage(t, kind, theme.Light, 1064, 716, d).Want(want)
		d.reach = "department"
		newStage(t, kind, theme.Light, 1064, 716, d).Want("Sono mostrati i dati della propria direzione. " + want)
	}
}

func TestPagesComeAsOneScrolls(t *testing.T) {
	d := full(250)
	s := newStage(t, flow.Accesses, theme.Light, 1064, 716, d)
	s.Run()
	if len(d.queries) != 1 || s.table().Rows().Len() != 100 {
		t.Fatalf("%d queries, %d rows", len(d.queries), s.table().Rows().Len())
	}
	s.Want("Chi è entrato, quando e da dove · Primi 100 accessi: scorrere per gli altri")
	s.rowsFocused()
	for range 3 {
		s.Key(fyne.KeyEnd)
		s.Window.Canvas().Capture() // rows are asked for when they are drawn
		s.Run()
	}
	if got := s.table().Rows().Len(); got != 250 || len(d.queries) != 3 {
		t.Errorf("%d rows, %d queries", got, len(d.queries))
	}
	if got := s.table().Selected(); got != 249 {
		t.Errorf("row %d is selected", got)
	}
	s.Want("Chi è entrato, quando e da dove · 250 accessi")
}

func TestFilters(t *testing.T) {
	d := full(20)
	s := newStage(t, flow.Activity, theme.Light, 1064, 716, d)
	s.Run()
	s.Typed("esposito")
	s.Key(fyne.KeyReturn)
	s.Run()
	if got := d.queries[1]; got.Search != "esposito" || s.table().Rows().Len() != 5 {
		t.Errorf("%+v, %d rows", got, s.table().Rows().Len())
	}
	s.FocusOn("Dal")
	s.Typed("1/11/26")
	s.FocusOn("Al")
	s.Typed("1/10/2026")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Finisce prima di cominciare")
	if len(d.queries) != 2 {
		t.Error("searched by a period that ends before it begins")
	}
	s.Key(fyne.KeyEnd)
	for range 10 {
		s.Key(fyne.KeyBackspace)
	}
	s.Typed("23/11/2026")
	s.Press("Cerca")
	s.Run()
	if got := d.queries[2]; got.From != "2026-11-01" || got.To != "2026-11-23" || got.Search != "esposito" {
		t.Errorf("%+v", got)
	}
	s.Press("Azzera")
	s.Run()
	if got := d.queries[3]; got.From != "" || got.To != "" || got.Search != "" || s.table().Rows().Len() != 20 {
		t.Errorf("%+v", got)
	}
}

func TestOneUser(t *testing.T) {
	d := full(20)
	s := newStage(t, flow.Activity, theme.Light, 1064, 716, d)
	s.Run()
	s.Lacks("Solo a.esposito: mostra tutti")
	s.screen.Receive(app.User{ID: "u3", Username: "a.esposito"})
	s.Run()
	s.Want("Solo a.esposito: mostra tutti")
	if got := d.queries[len(d.queries)-1].User; got != "u3" || s.table().Rows().Len() != 5 {
		t.Errorf("%q, %d rows", got, s.table().Rows().Len())
	}
	s.table().Select(0)
	s.Lacks("Solo questo utente") // it is so already
	s.Press("Solo a.esposito: mostra tutti")
	s.Run()
	s.Lacks("Solo a.esposito: mostra tutti")
	if got := d.queries[len(d.queries)-1].User; got != "" || s.table().Rows().Len() != 20 {
		t.Errorf("%q, %d rows", got, s.table().Rows().Len())
	}
	s.table().Select(3)
	s.Press("Solo questo utente")
	s.Run()
	s.Want("Solo g.verdi: mostra tutti")
	if got := d.queries[len(d.queries)-1].User; got != "u5" {
		t.Error(got)
	}
}

func TestStates(t *testing.T) {
	for _, kind := range flow.Kinds {
		d := &desk{}
		s := newStage(t, kind, theme.Light, 808, 616, d)
		s.Run()
		s.Want(s.host.Words.T("monitor.empty." + string(kind)))
		s.Typed("nessuno")
		s.Key(fyne.KeyReturn)
		s.Run()
		s.Want(s.host.Words.T("monitor.empty.filtered." + string(kind)))
		s.Press("Togli i filtri")
		s.Run()
		s.Want(s.host.Words.T("monitor.empty." + string(kind)))
		d.err = errAway
		s.screen.Key(fyne.KeyF5, 0)
		s.Want("Aggiornamento in corso")
		s.Run()
		s.Want("Il server non è raggiungibile", "Riprova")
		d.err = app.E(app.CodeInternal)
		s.Press("Riprova")
		s.Run()
		s.Want("Si è verificato un errore interno del server.")
		*d = *full(3)
		s.Press("Riprova")
		s.Run()
		if s.table().Rows().Len() != 3 || s.table().State().Kind != widget.StateReady {
			t.Errorf("%s does not come back", kind)
		}
	}
}

func TestDetailByKeyboard(t *testing.T) {
	s := newStage(t, flow.Activity, theme.Light, 1064, 716, full(20))
	s.Run()
	s.rowsFocused()
	s.Want("23/11/2026 11:42:07", "Operazione ANPR: 1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", "Direzione: Tributi")
	for range 6 {
		s.Key(fyne.KeyDown)
	}
	s.Want("Motivo: Il tipo di visura non è assegnato nel proprio profilo.")
	s.Lacks("Operazione ANPR: 1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d") // ANPR was not asked
	s.Key(fyne.KeyEscape)
	s.Lacks("Motivo: Il tipo di visura non è assegnato nel proprio profilo.")
	if got := widget.Name(s.Window.Canvas().Focused()); got != "Utente o pratica" {
		t.Errorf("the focus is on %q", got)
	}
	if s.screen.Key(fyne.KeyEscape, 0) {
		t.Error("Esc with nothing to leave")
	}
}

func TestChangesInWords(t *testing.T) {
	s := newStage(t, flow.History, theme.Light, 1064, 716, full(8))
	s.Run()
	for row, want := range map[int][]string{
		0: {
			"Oggetto: Luca Bianchi", "Ufficio: da «IMU» a «TARI»", "Direzione: da «Tributi» a «Polizia locale»", "Valido fino al: da «31/12/2026» a «30/06/2027»",
			"Giorni di accesso: aggiunto: Lunedì, Martedì, Mercoledì", "Accesso dalle: 07:30", "Accesso fino alle: 19:30", "Postazioni: da «Autorizzata» a «Libera»",
			"Visure: accesso ad ANPR: da «Con il proprio ID operatore ANPR» a «Tramite Mediatore»", "Visure: Mediatore: Maria Rossi",
			"Visure: tipi: tolto: Esistenza in vita; aggiunto: Stato di famiglia", "Visure: ambito: da «Residenti nel proprio Comune» a «Nazionale»",
			"Visure: convalida: da «Nessuna convalida» a «Convalida con silenzio/assenso»", "Visure: ore di silenzio/assenso: 48", "Finalità: aggiunto: Notificazione atti",
		},
		1: {"Abilitato: da «Sì» a «No»", "Motivo: trasferita ad altro ente"},
		2: {"Stato: da «In attesa» a «Autorizzata»", "Scadenza: 31/01/2027", "Chiave, stato (1): da «In attesa» a «Autorizzata»"},
		3: {"L'atto non ha cambiato dati."},
		4: {"Funzione: Gestire le postazioni autorizzate"},
		5: {"Nome: Polizia locale", "Uffici: aggiunto: Comando, Verbali", "colour: blue"}, // without a word: its path
		6: {"Utente: Console del server", "Nome utente: p.neri", "Ruolo: TOP"},
	} {
		s.table().Select(row)
		s.Want("Che cosa è cambiato")
		s.Want(want...)
	}
}

func TestRefreshKeepsTheSelection(t *testing.T) {
	d := full(5)
	s := newStage(t, flow.History, theme.Light, 1064, 716, d)
	s.Run()
	s.table().Select(2)
	newer := history(1)
	newer[0].ID = "newer"
	d.history = append(newer, d.history...)
	s.screen.Key(fyne.KeyF5, 0)
	s.Want("Aggiornamento in corso")
	s.Run()
	if row, ok := s.table().SelectedRow(); !ok || row.ID != s.flow.State().Selected || s.table().Selected() != 3 {
		t.Errorf("%+v at %d", row, s.table().Selected())
	}
}

func TestKeys(t *testing.T) {
	d := full(5)
	s := newStage(t, flow.Accesses, theme.Light, 1064, 716, d)
	s.Run()
	s.screen.Receive("rossi")
	s.Run()
	if got := d.queries[len(d.queries)-1].Search; got != "rossi" {
		t.Error(got)
	}
	asked := len(d.queries)
	s.screen.Receive(12) // nothing that the page knows
	s.Run()
	if len(d.queries) != asked {
		t.Error("asked for nothing")
	}
	s.Window.Canvas().Unfocus()
	s.screen.Key(fyne.KeyF, fyne.KeyModifierControl)
	if got := widget.Name(s.Window.Canvas().Focused()); got != "Utente" {
		t.Errorf("the focus is on %q", got)
	}
	s.Key(fyne.KeyEscape) // clears the filters
	s.Run()
	if got := d.queries[len(d.queries)-1].Search; got != "" {
		t.Error(got)
	}
	var got []string
	for _, f := range widget.FocusOrder(s.Window.Canvas()) {
		got = append(got, widget.Name(f))
	}
	want := []string{"Esporta", "Aggiorna", "Utente", "Dal", "Al", "Che cosa", "Direzione", "Cerca", "Azzera", "Data e ora", "Elenco degli accessi"}
	if len(got) < len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %q, want %q", i, got[i], want[i])
		}
	}
}

// The list is saved as the filter in force finds it, and shows what is
// announced without being asked.
func TestExportAndNews(t *testing.T) {
	d := full(20)
	s := newStage(t, flow.Activity, theme.Light, 1280, 800, d)
	s.Run()
	s.screen.Receive(app.User{ID: "u2", Username: "l.bianchi"})
	s.Run()
	s.Press("Esporta")
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeyReturn) // the second of the menu
	if len(d.exports) != 1 || d.exports[0].User != "u2" || d.exports[0].Format != "csv" || s.host.files[0] != "rows.csv" {
		t.Errorf("%+v, %q", d.exports, s.host.files)
	}
	before := len(d.queries)
	s.screen.Signalled(app.SignalAccesses, "")
	s.Run()
	if len(d.queries) != before {
		t.Error("the accesses are no news of the activity")
	}
	s.screen.Signalled(app.SignalActivity, "")
	s.Run()
	if len(d.queries) != before+1 || d.queries[before].User != "u2" {
		t.Errorf("%+v", d.queries[before:])
	}
}
