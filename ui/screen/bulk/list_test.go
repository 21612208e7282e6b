package bulk_test

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// several is a server with three lists, none of which is to be started.
func several() *desk {
	d := newDesk()
	d.job.State, d.job.Purpose, d.job.PurposeName = app.JobDone, "z", "Verifica cessata"
	for i, name := range []string{"imu-residui.csv", "tari-suppletivo.csv"} {
		j := d.job
		j.ID, j.Name, j.State, j.Created = app.ID(name), name, []app.JobState{app.JobStopped, app.JobReady}[i], d.job.Created.Add(-time.Duration(i+1)*time.Hour)
		d.others = append(d.others, j)
	}
	return d
}

func (s *stage) last(d *desk) wire.JobQuery {
	s.Helper()
	s.Run()
	if len(d.asked) == 0 {
		s.Fatal("nothing was asked")
	}
	return d.asked[len(d.asked)-1]
}

// Lists are narrowed by the filter line, as the archive is, and the number of
// those found is told.
func TestListsAreNarrowed(t *testing.T) {
	d := several()
	s := show(t, d, theme.Light, 1064, 700)
	s.Want("Un elenco di codici fiscali torna con i dati di ANPR · 3 elenchi")
	if got := widget.Name(s.Window.Canvas().Focused()); got != "Persona" {
		t.Errorf("the focus is on %q", got)
	}
	s.Typed("rssmra85t10a562x")
	s.Key(fyne.KeyReturn)
	if n := len(d.asked); n != 1 {
		t.Errorf("asked %d times, by a wrong code", n)
	}
	s.Want(s.page.Host.Language().Field(app.E(app.CodeFiscalCheck)))
	s.Key(fyne.KeyBackspace)
	s.Typed("s")
	s.Key(fyne.KeyReturn)
	if q := s.last(d); q.Person != "RSSMRA85T10A562S" || q.Service != app.ServiceEnrichment {
		t.Errorf("%+v", q)
	}
	s.FocusOn("File o pratica")
	s.Typed("tari")
	s.Press("Cerca")
	if q := s.last(d); q.Text != "tari" || q.Person == "" {
		t.Errorf("%+v", q)
	}
	s.Want("Un elenco di codici fiscali torna con i dati di ANPR · 2 elenchi")
	s.pick("Stato", string(app.JobReady))
	if q := s.last(d); q.State != app.JobReady || q.Text != "tari" {
		t.Errorf("%+v", q)
	}
	s.Want("Un elenco di codici fiscali torna con i dati di ANPR · 1 elenco")
	s.pick("Esito", string(app.OutcomeDeceased))
	s.pick("Finalità", "z") // one that may be stated no more
	s.FocusOn("Dal")
	s.Typed("01/11/2026")
	s.FocusOn("Al")
	s.Typed("23/11/26")
	s.Key(fyne.KeyReturn)
	if q := s.last(d); q.Outcome != app.OutcomeDeceased || q.Purpose != "z" || q.From != "2026-11-01" || q.Until != "2026-11-23" {
		t.Errorf("%+v", q)
	}
	// Nothing found is not nothing there, and the way out is at hand.
	s.FocusOn("File o pratica")
	s.Typed(" nulla")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Nessun elenco corrisponde ai filtri.")
	s.Lacks("Nessun elenco: caricarne uno in CSV, testo o XLSX")
	s.Press("Togli i filtri")
	if q := s.last(d); q != (wire.JobQuery{Service: app.ServiceEnrichment, Limit: 50}) {
		t.Errorf("%+v", q)
	}
	if jobs := find[wire.Job](s); jobs.Rows().Len() != 3 {
		t.Errorf("%d lists", jobs.Rows().Len())
	}
}

// What is selected stays so when the lists are read again, and is told anew.
func TestSelectionStays(t *testing.T) {
	d := several()
	s := show(t, d, theme.Light, 1064, 700)
	find[wire.Job](s).Select(1)
	s.Want("imu-residui.csv", "Interrotto", "Apri l'elenco", "Verifica cessata")
	d.others[0].State = app.JobDone
	d.others = append([]wire.Job{{ID: "new", Name: "nuovo.csv", State: app.JobReading, Created: d.job.Created}}, d.others...)
	n := len(d.asked)
	if !s.page.Key(fyne.KeyF5, 0) {
		t.Fatal("F5 does nothing")
	}
	s.Run()
	if r, ok := find[wire.Job](s).SelectedRow(); len(d.asked) != n+1 || !ok || r.ID != "imu-residui.csv" || r.State != app.JobDone {
		t.Errorf("%d questions, %+v", len(d.asked), r)
	}
	s.Press("Apri l'elenco")
	s.Run()
	s.Want("Tutti gli elenchi")
	s.Press("Tutti gli elenchi")
	s.Run()
	if r, ok := find[wire.Job](s).SelectedRow(); !ok || r.ID != "imu-residui.csv" {
		t.Errorf("back at the lists %+v is selected", r)
	}
	// Esc closes the detail, then takes the filters away.
	s.page.Receive(flow.Filter{Text: "tari"})
	s.Run()
	find[wire.Job](s).Select(0)
	s.page.Key(fyne.KeyEscape, 0)
	s.Lacks("Apri l'elenco")
	s.page.Key(fyne.KeyEscape, 0)
	s.Run()
	if q := s.last(d); q.Text != "" {
		t.Errorf("%+v", q)
	}
	if !s.page.Key(fyne.KeyF, fyne.KeyModifierControl) || widget.Name(s.Window.Canvas().Focused()) != "Persona" {
		t.Error("Ctrl+F does not lead to the filters")
	}
}

// The server away, or refusing, is told in the place of the lists.
func TestListsFail(t *testing.T) {
	d := several()
	d.err = errAway
	s := show(t, d, theme.Light, 808, 600)
	s.Want("Il server non è raggiungibile", "Riprova")
	d.err = app.E(app.CodeTooMany)
	s.Press("Riprova")
	s.Run()
	s.Want(s.page.Host.Language().Error(d.err).What)
	d.err = nil
	s.Press("Riprova")
	s.Run()
	if find[wire.Job](s).Rows().Len() != 3 {
		t.Error("the lists are not back")
	}
}

// While the server is away the lists of this machine are shown; of one that has
// ended the result is had, and nothing can be ordered.
func TestListsOfThisMachine(t *testing.T) {
	d := several()
	d.away = true
	s := show(t, d, theme.Light, 1064, 700)
	s.Want("Dati dell'ultima sincronizzazione")
	s.page.Receive(app.ID("j"))
	s.Run()
	s.Want("tari-2026.csv · Completato", "Copia conservata su questa postazione", "Verifica cessata", "Tutti gli elenchi")
	s.Lacks("Scarica XLSX", "Chiedi di nuovo l'elenco", "Richiedi le righe mancanti", "Elimina l'elenco")
	if s.Press("Scarica CSV"); s.downloads != 1 {
		t.Errorf("%d results were saved", s.downloads)
	}
	for _, state := range []app.JobState{app.JobReady, app.JobRunning, app.JobPaused, app.JobUploading, app.JobReading, app.JobRejected} {
		d.job.State = state
		s.page.Receive(app.ID("j"))
		s.Run()
		s.Want("tari-2026.csv · "+s.page.Host.Language().T("job.state."+string(state)), "Copia conservata su questa postazione")
		s.Lacks("Scarica CSV", "Sospendi l'elenco", "Riprendi l'elenco", "Elimina l'elenco", "Interrompi l'elenco", "Avvia la richiesta di 39 righe")
	}
	d.away, d.job.State = false, app.JobDone
	s.page.Signalled(app.SignalResync, "")
	s.Run()
	s.Want("Scarica XLSX", "Chiedi di nuovo l'elenco")
	s.Lacks("Copia conservata su questa postazione")
}

// A filter from another page closes the list that is open, and is shown.
func TestFilterComesAlong(t *testing.T) {
	d := several()
	s := show(t, d, theme.Light, 1064, 700)
	s.page.Receive(app.ID("j"))
	s.Run()
	s.Want("Tutti gli elenchi")
	s.page.Receive(flow.Filter{Person: "RSSMRA85T10A562S", State: app.JobDone})
	s.Run()
	s.Lacks("Tutti gli elenchi")
	if q := s.last(d); q.Person != "RSSMRA85T10A562S" || q.State != app.JobDone {
		t.Errorf("%+v", q)
	}
	if c, _ := s.selector("Stato").Selected(); c.ID != string(app.JobDone) {
		t.Errorf("the inputs show %+v", c)
	}
}
