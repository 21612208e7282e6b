package archive_test

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/archive"
	"indagor/ui/flow/bulk"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

const (
	rossi = "RSSMRA61L03H501B"
	list  = "Visure in archivio"
)

// table is the list on the page.
func (s *stage) table() *widget.Table[wire.VisuraSummary] {
	s.Helper()
	var found *widget.Table[wire.VisuraSummary]
	s.Walk(func(o fyne.CanvasObject) bool {
		if t, ok := o.(*widget.Table[wire.VisuraSummary]); ok {
			found = t
		}
		return found != nil
	})
	if found == nil {
		s.Fatal("the page has no list")
	}
	return found
}

// rows moves the focus to the rows of the list.
func (s *stage) rows() {
	s.Helper()
	for range 60 {
		s.Window.Canvas().FocusNext()
		if s.Window.Canvas().Focused() == s.table().Focusable() {
			return
		}
	}
	s.Fatal("Tab does not reach the rows")
}

func TestListLoads(t *testing.T) {
	d := &desk{rows: archive(5)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Want("Lettura dell'archivio")
	s.Run()
	s.Lacks("Lettura dell'archivio")
	s.Want("Le proprie visure, dalla più recente · 5 visure")
	if got := s.table().Rows().Len(); got != 5 {
		t.Error(got)
	}
	if got := widget.Name(s.Window.Canvas().Focused()); got != "Persona" {
		t.Errorf("the focus is on %q", got)
	}
}

func TestPagesComeAsOneScrolls(t *testing.T) {
	d := &desk{rows: archive(250)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	if len(d.queries) != 1 || s.table().Rows().Len() != 100 {
		t.Fatalf("%d queries, %d rows", len(d.queries), s.table().Rows().Len())
	}
	s.Want("Le proprie visure, dalla più recente · Prime 100 visure: scorrere per le altre")
	s.rows()
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
	s.Want("Le proprie visure, dalla più recente · 250 visure")
}

func TestFilterByFiscalCode(t *testing.T) {
	d := &desk{rows: archive(20)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.Typed("rssmra61l03h501x")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Codice fiscale non corretto")
	if len(d.queries) != 1 {
		t.Error("searched by a wrong code")
	}
	s.Key(fyne.KeyBackspace)
	s.Typed("b")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Lacks("Codice fiscale non corretto")
	if got := d.queries[1].Person; got != rossi {
		t.Error(got)
	}
}

func TestFilterByChoice(t *testing.T) {
	d := &desk{rows: archive(20)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.FocusOn("Esito")
	s.Key(fyne.KeySpace)
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeyReturn)
	s.Run()
	if got := d.queries[1].Outcome; got != app.OutcomeNotFound {
		t.Error(got)
	}
	for i := range s.table().Rows().Len() {
		if r := s.table().Rows().Row(i); r.Outcome != app.OutcomeNotFound {
			t.Errorf("row %d: %s", i, r.Outcome)
		}
	}
	s.Press("Azzera")
	s.Run()
	if got := d.queries[2]; got.Outcome != "" || s.table().Rows().Len() != 20 {
		t.Errorf("%+v", got)
	}
}

// TestFilterByFormerPurpose: a purpose that may be stated no more can still be
// looked for.
func TestFilterByFormerPurpose(t *testing.T) {
	d := &desk{rows: archive(3)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.FocusOn("Finalità")
	s.Key(fyne.KeySpace)
	s.Key(fyne.KeyEnd)
	s.Key(fyne.KeyReturn)
	s.Run()
	if got := d.queries[len(d.queries)-1].Purpose; got != "p3" {
		t.Errorf("narrowed to %q", got)
	}
}

// TestListsAreAtHand: the archive of the services on lists is on their pages;
// the page leads there, with the filter, as far as the services are enabled.
func TestListsAreAtHand(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716, &desk{rows: archive(3)})
	s.Run()
	s.Lacks("Archivio degli elenchi:", "Rivestizione anagrafica", "Nuclei familiari")
	s = newStage(t, theme.Light, 1064, 716, &desk{rows: archive(3), profile: app.Profile{Household: &app.BulkProfile{}}})
	s.Run()
	s.Want("Archivio degli elenchi:", "Nuclei familiari")
	s.Lacks("Rivestizione anagrafica")
	s = newStage(t, theme.Light, 1064, 716, &desk{rows: archive(3), profile: app.Profile{Enrichment: &app.BulkProfile{}, Household: &app.BulkProfile{}}})
	s.Run()
	s.Press("Rivestizione anagrafica")
	if s.host.to != screen.Enrichment || s.host.with != (bulk.Filter{}) {
		t.Errorf("%q, %+v", s.host.to, s.host.with)
	}
	s.screen.Search(flow.Filter{Person: "rssmra61l03h501b", File: "77", Type: app.VisuraResidenza, Outcome: app.OutcomeFound, Purpose: "p1", From: "2026-01-01"})
	s.Run()
	s.Press("Nuclei familiari")
	want := bulk.Filter{Person: rossi, Text: "77", Outcome: app.OutcomeFound, Purpose: "p1", From: "2026-01-01"}
	if s.host.to != screen.Household || s.host.with != want {
		t.Errorf("%q, %+v", s.host.to, s.host.with)
	}
	// Lists know persons by no name.
	s.screen.Search(flow.Filter{Person: "Rossi Mario"})
	s.Press("Nuclei familiari")
	if s.host.with != (bulk.Filter{}) {
		t.Errorf("%+v", s.host.with)
	}
}

// TestShortPagesAreReadOn: where the server finds little in what it has looked
// through, that is not all.
func TestShortPagesAreReadOn(t *testing.T) {
	d := &desk{rows: archive(60), skips: 2}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	if got := s.table().Rows().Len(); got != 60 || len(d.queries) != 3 {
		t.Errorf("%d rows, %d queries", got, len(d.queries))
	}
}

func TestFilterByPeriod(t *testing.T) {
	d := &desk{rows: archive(20)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.FocusOn("Dal")
	s.Typed("1/11/26")
	s.FocusOn("Al")
	s.Typed("1/10/2026")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Finisce prima di cominciare")
	s.Key(fyne.KeyEnd)
	for range 10 {
		s.Key(fyne.KeyBackspace)
	}
	s.Typed("20/11/2026")
	s.Key(fyne.KeyReturn)
	s.Run()
	if got := d.queries[len(d.queries)-1]; got.From != "2026-11-01" || got.Until != "2026-11-20" {
		t.Errorf("%+v", got)
	}
}

func TestEmptyStates(t *testing.T) {
	d := &desk{}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.Want("L'archivio non contiene ancora visure.")
	s.Typed(rossi)
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Nessuna visura corrisponde ai filtri.")
}

func TestDetailByKeyboard(t *testing.T) {
	d := &desk{rows: archive(20)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.rows()
	s.Want("Lettura della visura")
	s.Run()
	s.Want("VIA GIUSEPPE GARIBALDI, 12/A, 00153 ROMA (RM)", "Identificativo operazione ANPR: 1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", "Ripeti la visura", list)
	s.Key(fyne.KeyDown)
	s.Run()
	s.Want("Nessuna persona trovata")
	s.Lacks("VIA GIUSEPPE GARIBALDI, 12/A, 00153 ROMA (RM)")
	if len(d.read) != 2 {
		t.Errorf("read %v", d.read)
	}
	s.Key(fyne.KeyEscape)
	s.Lacks("Ripeti la visura")
	if got := widget.Name(s.Window.Canvas().Focused()); got != "Persona" {
		t.Errorf("the focus is on %q", got)
	}
}

func TestEveryOutcomeInTheDetail(t *testing.T) {
	d := &desk{rows: archive(len(app.Outcomes))}
	s := newStage(t, theme.Light, 808, 616, d)
	s.Run()
	for i, o := range app.Outcomes {
		s.table().Select(i)
		s.Run()
		if o != app.OutcomeFound {
			s.Want(s.host.l.T("outcome." + string(o)))
		}
		s.Want("Traccia della consultazione", "Apri PDF")
	}
}

func TestDocumentsAndRepeat(t *testing.T) {
	d := &desk{rows: archive(3)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.table().Select(0)
	s.Run()
	s.Press("Apri PDF")
	s.Run()
	if s.host.document != "%PDF "+string(d.rows[0].ID)+" it" {
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
	s.Press("Ripeti la visura")
	want := wire.VisuraRequest{Type: d.rows[0].Type, Subject: d.rows[0].Subject, Purpose: "p1", FileReference: "PROT 2026/00900"}
	if s.host.to != screen.Visure || !reflect.DeepEqual(s.host.with, want) {
		t.Errorf("%v %+v", s.host.to, s.host.with)
	}
	s.Press("Copia")
	if len(s.host.toasts) != 1 {
		t.Errorf("%q", s.host.toasts)
	}
}

func TestOffline(t *testing.T) {
	d := &desk{rows: archive(3), cached: true}
	s := newStage(t, theme.Light, 808, 616, d)
	s.Run()
	s.Want("Dati dell'ultima sincronizzazione Il server non è raggiungibile: sono mostrate le visure conservate su questa postazione. Le più recenti potrebbero mancare.")
	s.table().Select(0)
	s.Run()
	s.Want("Copia conservata su questa postazione.", "Copia")
	s.Lacks("Apri PDF") // the document is made by the server
	d.failed = errAway
	s.table().Select(1)
	s.Run()
	s.Want("La visura non è tra quelle conservate su questa postazione. Sarà leggibile quando il collegamento con il server torna.")
	d.cached, d.failed = false, nil
	s.Press("Riprova")
	s.Run()
	s.Lacks("Dati dell'ultima sincronizzazione")
	s.Want("Nessuna persona trovata")
	d.err = errAway
	s.screen.Key(fyne.KeyF5, 0)
	s.Run()
	s.Want("Il server non è raggiungibile", "Riprova")
	d.err = nil
	s.Press("Riprova")
	s.Run()
	if s.table().Rows().Len() != 3 || s.table().State().Kind != widget.StateReady {
		t.Error("the list does not come back")
	}
}

func TestFailure(t *testing.T) {
	d := &desk{err: app.E(app.CodeInternal)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.Want("Si è verificato un errore interno del server.", "Riprova")
}

func TestRefreshKeepsTheSelection(t *testing.T) {
	d := &desk{rows: archive(5)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.table().Select(2)
	s.Run()
	d.rows = append(archive(6)[5:6], d.rows...) // a newer one
	d.rows[0].ID = "visuranew"
	s.screen.Key(fyne.KeyF5, 0)
	s.Want("Aggiornamento in corso")
	s.Run()
	if row, ok := s.table().SelectedRow(); !ok || row.ID != s.flow.State().Selected || s.table().Selected() != 3 {
		t.Errorf("%+v at %d", row, s.table().Selected())
	}
	if len(d.read) != 1 {
		t.Errorf("read again: %v", d.read)
	}
}

func TestRunningVisura(t *testing.T) {
	d := &desk{rows: archive(1)}
	ended := d.rows[0]
	d.rows[0].State, d.rows[0].Outcome, d.rows[0].Ended = app.VisuraRunning, "", nil
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.table().Select(0)
	s.Run()
	s.Want("La visura è ancora in corso. Con Aggiorna (F5) si legge lo stato attuale.")
	s.Lacks("Apri PDF")
	d.rows[0] = ended
	s.Press("Aggiorna")
	s.Run()
	s.Want("VIA GIUSEPPE GARIBALDI, 12/A, 00153 ROMA (RM)", "Apri PDF")
}

func TestKeysAndReceive(t *testing.T) {
	d := &desk{rows: archive(5)}
	s := newStage(t, theme.Light, 1064, 716, d)
	s.Run()
	s.screen.Receive(rossi)
	s.Run()
	if got := d.queries[len(d.queries)-1].Person; got != rossi {
		t.Error(got)
	}
	s.screen.Receive("PROT 2026")
	s.Run()
	if got := d.queries[len(d.queries)-1]; got.File != "PROT 2026" || got.Person != "" {
		t.Errorf("%+v", got)
	}
	s.Window.Canvas().Unfocus()
	s.screen.Key(fyne.KeyF, fyne.KeyModifierControl)
	if got := widget.Name(s.Window.Canvas().Focused()); got != "Persona" {
		t.Errorf("the focus is on %q", got)
	}
	s.Key(fyne.KeyEscape) // clears the filters
	s.Run()
	if got := d.queries[len(d.queries)-1]; got.File != "" {
		t.Errorf("%+v", got)
	}
	if s.screen.Key(fyne.KeyEscape, 0) {
		t.Error("Esc with nothing to leave")
	}
	s.Press("Nuova visura")
	if s.host.to != screen.Visure || s.host.with != nil {
		t.Errorf("%v %v", s.host.to, s.host.with)
	}
}

func TestKeyboardOrder(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 716, &desk{rows: archive(5)})
	s.Run()
	var got []string
	for _, f := range widget.FocusOrder(s.Window.Canvas()) {
		got = append(got, widget.Name(f))
	}
	want := []string{"Aggiorna", "Nuova visura", "Persona", "Pratica", "Tipo", "Esito", "Finalità", "Dal", "Al", "Cerca", "Azzera", "Data", list}
	if len(got) < len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %q, want %q", i, got[i], want[i])
		}
	}
}
