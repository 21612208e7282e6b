package bulk_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/flow/list"
	"indagor/ui/screen/bulk"
	"indagor/ui/screen/modal"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// desk is a server with one list at a time.
type desk struct {
	flow.Desk
	job   wire.Job
	rows  []wire.JobRow
	start *wire.JobOrder
	fixed []string
	last  wire.JobCorrection
	read  []wire.JobReading

	fields  []string // of which a plan was asked
	deleted bool
	more    int // purposes

	others []wire.Job // listed after the one
	asked  []wire.JobQuery
	err    error // of the lists
	away   bool  // what is told comes from the copy
}

func newDesk() *desk {
	d := &desk{}
	created := time.Date(2026, 11, 23, 9, 15, 0, 0, time.UTC)
	d.job = wire.Job{ID: "j", Service: app.ServiceEnrichment, State: app.JobReady, Name: "tari-2026.csv", Created: created, Header: []string{"Pratica", "Codice fiscale"}, Columns: 2, Mapping: []string{"", "fiscal_code"}, Counts: app.JobCounts{Rows: 42, Good: 38, Doubtful: 2, Bad: 2, Duplicates: 1, Ask: 39, Outcomes: map[app.Outcome]int{}}}
	for i := range 42 {
		d.rows = append(d.rows, wire.JobRow{Number: i + 1, Line: i + 2, Cells: []string{fmt.Sprint(i), "RSSMRA85T10A562S"}, Grade: "good"})
	}
	d.rows[1] = wire.JobRow{Number: 2, Line: 3, Cells: []string{"1", "RSSMRA85T1OA562S"}, Grade: "bad", Findings: []wire.JobFinding{{Code: app.CodeListConfused, Grade: "bad", Column: 2, Suggestions: []string{"RSSMRA85T10A562S"}}}}
	d.rows[3] = wire.JobRow{Number: 4, Line: 5, Cells: []string{"3", "12345678903"}, Grade: "doubtful", Findings: []wire.JobFinding{{Code: app.CodeListNumeric, Grade: "doubtful", Column: 2}}}
	return d
}

func (d *desk) Jobs(_ context.Context, q wire.JobQuery) (wire.List[wire.Job], bool, error) {
	d.asked = append(d.asked, q)
	if d.job.ID == "" || d.err != nil {
		return wire.List[wire.Job]{}, false, d.err
	}
	var page wire.List[wire.Job]
	for _, j := range append([]wire.Job{d.job}, d.others...) {
		if (q.State == "" || j.State == q.State) && strings.Contains(j.Name, q.Text) {
			page.Items = append(page.Items, j)
		}
	}
	return page, d.away, nil
}

func (d *desk) UserSetting(string, any) bool     { return false }
func (d *desk) SetUserSetting(string, any) error { return nil }
func (d *desk) DeleteJob(context.Context, app.ID) error {
	d.deleted = true
	d.job = wire.Job{}
	return nil
}

// ReadJob reads the list as the test says.
func (d *desk) ReadJob(_ context.Context, _ app.ID, how wire.JobReading) (wire.Job, error) {
	d.read = append(d.read, how)
	if how.Mapping != nil {
		d.job.Mapping = how.Mapping
	}
	reading := d.job
	if len(d.read) > 1 { // the first time it is read at once
		reading.State = app.JobReading
	}
	return reading, nil
}

func (d *desk) Job(context.Context, app.ID, app.JobState, int) (wire.Job, bool, error) {
	return d.job, d.away, nil
}

func (d *desk) CreateJob(context.Context, string, wire.JobDraft) (wire.Job, error) { return d.job, nil }

func (d *desk) JobRows(_ context.Context, _ app.ID, grade string, _ int) ([]wire.JobRow, int, error) {
	var out []wire.JobRow
	for _, r := range d.rows {
		if grade == "" || r.Grade == grade {
			out = append(out, r)
		}
	}
	return out, 0, nil
}

func (d *desk) CorrectJobRow(_ context.Context, _ app.ID, n int, c wire.JobCorrection) (wire.JobRow, error) {
	d.last = c
	r := &d.rows[n-1]
	if r.LeftOut = c.LeftOut; c.Cells == nil {
		d.job.Counts.Ask--
		return *r, nil
	}
	d.fixed = c.Cells
	if r.Was == nil {
		r.Was = r.Cells
	}
	if r.Cells = c.Cells; r.Grade == "bad" {
		r.Grade = "good"
		d.job.Counts.Bad--
		d.job.Counts.Good++
		d.job.Counts.Ask++
	}
	// What was corrected is found fault with no more.
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f wire.JobFinding) bool {
		return f.Column > 0 && len(f.Suggestions) > 0 && slices.Contains(f.Suggestions, c.Cells[f.Column-1])
	})
	return *r, nil
}

func (d *desk) PlanJob(_ context.Context, _ app.ID, fields []string) (wire.JobPlan, error) {
	d.fields = fields
	end := time.Date(2026, 11, 23, 14, 40, 0, 0, time.UTC)
	left, spent := 15000, 500
	p := wire.JobPlan{Calls: 4812, Seconds: 4800, End: &end, Services: []wire.JobNeed{{Service: "C030", Calls: 812, Remaining: &left, Limit: 20000, PerSecond: 4}, {Service: "C015", Calls: 4000, PerSecond: 4}}}
	if slices.Contains(fields, "address") {
		p.Calls += 4000
		p.Services = append(p.Services, wire.JobNeed{Service: "C020", Calls: 4000, Remaining: &spent, Limit: 20000, PerSecond: 4})
	}
	return p, nil
}

func (d *desk) StartJob(_ context.Context, _ app.ID, o wire.JobOrder) (wire.Job, error) {
	d.start = &o
	d.job.Fields, d.job.ReferenceDate = o.Fields, cmp.Or(o.ReferenceDate, app.DayOf(now))
	d.job.State, d.job.FileReference, d.job.PurposeName = app.JobDone, o.FileReference, "Istruttoria"
	now := time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC)
	d.job.Started = &now
	d.job.Counts.Done = d.job.Counts.Ask
	d.job.Counts.Outcomes = map[app.Outcome]int{app.OutcomeFound: 30, app.OutcomeDeceased: 4, app.OutcomeNotFound: 5, app.OutcomeWrong: 2, app.OutcomeFailed: 1}
	return d.job, nil
}

func (d *desk) JobResult(context.Context, wire.JobResultInput, io.Writer, func(int64)) (string, error) {
	return "x.csv", nil
}

type host struct{ screentest.Host }

func (h *host) Fail(err error) { h.Stage.Errorf("failed: %v", err) }

var errAway = errors.New("server away")

// now is when the tests take place.
var now = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

type stage struct {
	*screentest.Stage
	downloads int
	page      *bulk.Screen
}

func show(t *testing.T, d *desk, p theme.Preference, w, h float32) *stage {
	t.Helper()
	st := screentest.New(t, p)
	s := &stage{Stage: st}
	x := &host{screentest.Host{Stage: st, Words: screentest.Italian(t)}}
	st.Window = fyne.CurrentApp().NewWindow("")
	s.page = bulk.New(bulk.Options{
		Host: x, Flow: flow.New(list.Options{Context: t.Context(), Go: st.Go, Lost: func(error) {}, Away: func(err error) bool { return errors.Is(err, errAway) }}, d, app.ServiceEnrichment), Say: x.Words.Error, Do: func(f func()) { f() }, Now: func() time.Time { return now },
		Session: wire.Session{Purposes: []app.Purpose{{ID: "p", Name: "Istruttoria"}, {ID: "q", Name: "Verifica d'ufficio"}}[:1+d.more]},
		Download: func(get func(context.Context, io.Writer, func(int64)) (string, error)) {
			if _, err := get(t.Context(), io.Discard, nil); err == nil {
				s.downloads++
			}
		},
		Pick: func(take func(modal.File)) { take(modal.File{Name: "/home/rossi/tari-2026.csv", Content: []byte("x")}) },
	})
	s.Show(s.page, w, h)
	s.Run()
	return s
}

func find[T any](s *stage) (found *widget.Table[T]) {
	s.Helper()
	s.Walk(func(o fyne.CanvasObject) bool {
		found, _ = o.(*widget.Table[T])
		return found != nil
	})
	if found == nil {
		s.Fatal("the page has no table")
	}
	return found
}

// outcomes is what the chart of the page shows.
func outcomes(s *stage) (data widget.ChartData) {
	s.Walk(func(o fyne.CanvasObject) bool {
		c, ok := o.(*widget.Chart)
		if ok {
			data = c.Data()
		}
		return ok
	})
	return data
}

func TestFromTheFileToTheResult(t *testing.T) {
	d := newDesk()
	s := show(t, d, theme.Light, 1064, 700)
	s.Want("Rivestizione anagrafica", "Carica un elenco")
	if jobs := find[wire.Job](s); jobs.Rows().Len() != 1 || jobs.Columns()[2].Text(jobs.Rows().Row(0)) != "Pronto" {
		t.Error("the list of lists")
	}
	s.Press("Carica un elenco")
	s.Want("Invio dell'elenco al server")
	s.Run()
	s.Want("tari-2026.csv · Pronto", "Tutte 42", "Buone 38", "Dubbie 2", "Errate 2")
	s.Press("Errate 2")
	s.Run()
	rows := find[wire.JobRow](s)
	if rows.Rows().Len() != 1 {
		t.Fatalf("%d rows", rows.Rows().Len())
	}
	rows.Select(0)
	s.Want("Riga 3", "Nel codice fiscale una lettera sta al posto di una cifra, o viceversa.")
	s.Press("Usa RSSMRA85T10A562S")
	s.Run()
	if len(d.fixed) != 2 || d.fixed[1] != "RSSMRA85T10A562S" {
		t.Errorf("corrected to %q", d.fixed)
	}
	// Counts and what is told of the row are those after the correction.
	s.Want("Buone 39", "Errate 1", "Nessun rilievo", "Nel file: RSSMRA85T1OA562S")
	s.Lacks("Usa RSSMRA85T10A562S")
	s.Press("Prepara l'avvio")
	s.Want("Che cosa chiedere", "4.812 chiamate, quota residua 15.000, circa 1 h 20 min, fine prevista 15:40.",
		"Accertamento generalità (C015): 4.000 chiamate", "Accertamento identificativo unico nazionale (C030): 812 chiamate, quota residua 15.000 di 20.000")
	s.Lacks("La quota di oggi non basta")
	// What is planned follows the columns chosen.
	s.Press("Indirizzo")
	s.Run()
	s.Want("8.812 chiamate, quota residua 500, circa 1 h 20 min, fine prevista 15:40.", "La quota di oggi non basta")
	s.Press("Indirizzo")
	s.Run()
	s.Lacks("La quota di oggi non basta")
	s.Press("Avvia la richiesta di 40 righe")
	if d.start != nil {
		t.Fatal("started without a reference")
	}
	s.FocusOn("Riferimento della pratica")
	s.Typed("Prot. 12/2026")
	s.FocusOn("Data di riferimento")
	s.Window.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	s.Typed("24/11/2026")
	s.Press("Avvia la richiesta di 40 righe")
	if d.start != nil || !s.Has("Data successiva a oggi") {
		t.Fatal("started for a day that will come")
	}
	s.FocusOn("Data di riferimento")
	s.Window.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	s.Typed("31/12/2025")
	s.Press("Avvia la richiesta di 40 righe")
	s.Run()
	if d.start == nil || d.start.ReferenceDate != "2025-12-31" || d.start.Purpose != "p" || d.start.FileReference != "Prot. 12/2026" || len(d.start.Fields) != 4 {
		t.Fatalf("%+v", d.start)
	}
	s.Want("tari-2026.csv · Completato", "40 di 40 righe", "Esiti", "Richiedi le righe mancanti")
	if got := outcomes(s); !slices.Equal(got.Categories, []string{"Dati trovati", "Persona deceduta", "Nessuna persona trovata", "Riga errata", "Risposta non ottenuta"}) || !slices.Equal(got.Series[0].Values, []int{30, 4, 5, 2, 1}) {
		t.Errorf("%+v", got)
	}
	s.Press("Scarica CSV")
	s.Press("Scarica XLSX")
	if s.downloads != 2 {
		t.Errorf("%d downloads", s.downloads)
	}
	s.Press("Tutti gli elenchi")
	s.Run()
	s.Want("Carica un elenco")
}

func TestEmptyRunningAndRejected(t *testing.T) {
	d := newDesk()
	d.job = wire.Job{}
	s := show(t, d, theme.Dark, 808, 600)
	s.Want("Nessun elenco: caricarne uno in CSV, testo o XLSX")
	until := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)
	d.job = wire.Job{ID: "j", State: app.JobPaused, Name: "x.csv", Counts: app.JobCounts{Rows: 9, Ask: 9, Done: 4}, Progress: &wire.JobProgress{Waits: app.CodeAnprQuota, Until: &until, Seconds: 120, Services: []wire.JobPace{{Service: "C015", Done: 4, PerSecond: 2, Failed: 1, Waits: app.CodeAnprQuota, Until: &until}, {Service: "C020", Done: 1, PerSecond: 0.2}, {Service: "C030"}}}}
	s.Press("Carica un elenco")
	s.Run()
	s.Want("x.csv · Sospeso", "4 di 9 righe", "Riprendi l'elenco", "Accertamento residenza (C020): 1 risposta, 12 al minuto, ancora al massimo 25 s", "Accertamento identificativo unico nazionale (C030): 0 risposte",
		"Accertamento generalità (C015): 4 risposte, 1 tentativo non riuscito, 2 al secondo. "+screentest.Italian(t).Refusal(app.CodeAnprQuota, nil).What+" Riprende da solo: 24/11/2026 00:00.", "Riprende da solo: 24/11/2026 00:00.")
	d.job = wire.Job{ID: "k", State: app.JobRejected, Name: "x.pdf", Code: app.CodeListNotText}
	s.Press("Tutti gli elenchi")
	s.Run()
	s.Press("Carica un elenco")
	s.Run()
	s.Want("Il file non è un elenco leggibile.", "Carica un altro elenco")
}

// selector is a field to choose in.
func (s *stage) selector(field string) (found *widget.Picker) {
	s.Helper()
	s.Walk(func(o fyne.CanvasObject) bool {
		p, ok := o.(*widget.Picker)
		if ok && p.Label == field {
			found = p
		}
		return found != nil
	})
	if found == nil {
		s.Fatalf("no field to choose in is called %q", field)
	}
	return found
}

// pick chooses as a person does.
func (s *stage) pick(field, id string) {
	s.Helper()
	p := s.selector(field)
	if !p.SetSelectedID(id) {
		s.Fatalf("%q has no %q", field, id)
	}
	c, _ := p.Selected()
	if p.OnChanged != nil {
		p.OnChanged(c, true)
	}
}

// A list whose columns are not recognised asks what they mean.
func TestColumnsAreTold(t *testing.T) {
	d := newDesk()
	d.job.Mapping, d.job.Header, d.job.Format = []string{"", ""}, []string{"Pratica", ""}, &wire.JobFormat{Encoding: "utf-8", Separator: ";", Header: true}
	s := show(t, d, theme.Light, 1064, 700)
	s.Press("Carica un elenco")
	s.Run()
	s.Want("Colonne", "Nessuna colonna dice chi è la persona.", "Pratica", "Colonna 2", "La prima riga contiene i titoli", "Con la rilettura si perdono le correzioni e le esclusioni fatte a mano.")
	s.Lacks("Prepara l'avvio")
	if h := s.selector("Colonna 2").Hint; h != "RSSMRA85T10A562S · RSSMRA85T1OA562S · 12345678903" {
		t.Errorf("the values of the column: %q", h)
	}
	s.pick("Pratica", "fiscal_code")
	s.pick("Colonna 2", "fiscal_code")
	if c, _ := s.selector("Pratica").Selected(); c.Text != "Non usata" {
		t.Errorf("the code stands in two columns: %+v", c)
	}
	s.Press("Rileggi l'elenco")
	s.Run()
	if len(d.read) != 1 || !slices.Equal(d.read[0].Mapping, []string{"", "fiscal_code"}) || d.read[0].Separator != nil || d.read[0].Header != nil {
		t.Fatalf("%+v", d.read)
	}
	s.Want("Prepara l'avvio")
	s.Lacks("Rileggi l'elenco")
	// Written otherwise, the columns are recognised anew, and shown again.
	s.Press("Colonne")
	s.pick("Separatore delle colonne", "bar")
	s.Press("La prima riga contiene i titoli")
	s.Press("Rileggi l'elenco")
	s.Run()
	if how := d.read[1]; how.Mapping != nil || *how.Separator != "|" || *how.Header {
		t.Errorf("%+v", how)
	}
	s.Want("Rileggi l'elenco", "Prepara l'avvio")
}

// Of a row every cell that means something can be corrected, one after the
// other, and of one of the wrong length every cell.
func TestRowsAreCorrected(t *testing.T) {
	d := newDesk()
	d.job.Columns, d.job.Header, d.job.Mapping = 3, []string{"CF", "Nato il", "Nota"}, []string{"fiscal_code", "birth", ""}
	d.rows[0] = wire.JobRow{Number: 1, Line: 2, Cells: []string{"RSSMRA85T1OA562S", "12/10/1985", "x"}, Grade: "bad", Findings: []wire.JobFinding{
		{Code: app.CodeListConfused, Grade: "bad", Column: 1, Suggestions: []string{"RSSMRA85T10A562S"}},
		{Code: app.CodeListSwapped, Grade: "doubtful", Column: 2, Suggestions: []string{"10/12/1985"}},
	}}
	d.rows[2] = wire.JobRow{Number: 3, Line: 4, Cells: []string{"RSSMRA85T10A562S"}, Grade: "doubtful", Findings: []wire.JobFinding{{Code: app.CodeListRagged, Grade: "doubtful", Params: map[string]string{"cells": "1", "columns": "3"}}}}
	s := show(t, d, theme.Light, 1064, 700)
	s.Press("Carica un elenco")
	s.Run()
	rows := find[wire.JobRow](s)
	rows.Select(0)
	s.Want("Codice fiscale", "Data di nascita")
	s.Lacks("Nota")
	s.Press("Usa RSSMRA85T10A562S")
	s.Run()
	s.Press("Usa 10/12/1985")
	s.Run()
	if !slices.Equal(d.fixed, []string{"RSSMRA85T10A562S", "10/12/1985", "x"}) {
		t.Errorf("the second suggestion undoes the first: %q", d.fixed)
	}
	rows.Select(2)
	s.Want("Riga 4", "Nota")
	s.FocusOn("Nota")
	s.Typed("vedi fascicolo")
	s.Press("Correggi la riga")
	s.Run()
	if !slices.Equal(d.fixed, []string{"RSSMRA85T10A562S", "", "vedi fascicolo"}) || d.last.LeftOut {
		t.Errorf("%+v", d.last)
	}
	s.Press("Escludi la riga")
	s.Run()
	if !d.last.LeftOut || d.last.Cells != nil {
		t.Errorf("%+v", d.last)
	}
	s.Want("Riprendi la riga", "Non sarà chiesta ad ANPR.")
}

// A repeated list is asked as it was.
func TestRepeatedList(t *testing.T) {
	d := newDesk()
	d.more = 1
	d.job.Repeats, d.job.Fields, d.job.Purpose, d.job.FileReference = "old", []string{"address", "alive"}, "q", "Prot. 1/2026"
	s := show(t, d, theme.Light, 1064, 700)
	s.Press("Carica un elenco")
	s.Run()
	find[wire.JobRow](s).Select(1)
	s.Want("L'elenco è ripetuto: si chiede com'era la prima volta e non si corregge.")
	s.Lacks("Colonne", "Usa RSSMRA85T10A562S", "Correggi la riga", "Escludi la riga")
	s.Press("Prepara l'avvio")
	s.Want("Elenco ripetuto", "Dati da aggiungere: Indirizzo, Esistenza in vita")
	s.Press("Avvia la richiesta di 39 righe")
	s.Run()
	if d.start == nil || d.start.Purpose != "q" || d.start.FileReference != "Prot. 1/2026" || !slices.Equal(d.start.Fields, []string{"address", "alive"}) || !slices.Equal(d.fields, d.start.Fields) {
		t.Errorf("%+v, planned %q", d.start, d.fields)
	}
}

// What was sent in part can be completed or given up.
func TestBrokenUpload(t *testing.T) {
	d := newDesk()
	d.job.State, d.job.Size, d.job.Received = app.JobUploading, 2048<<10, 640<<10
	s := show(t, d, theme.Light, 1064, 700)
	rows := find[wire.Job](s)
	rows.OnOpen(0, rows.Rows().Row(0))
	s.Run()
	s.Want("L'invio del file si è interrotto", "Scegli di nuovo il file")
	s.Press("Elimina l'elenco")
	s.Press("Elimina l'elenco")
	s.Run()
	if !d.deleted {
		t.Error("it stays")
	}
	s.Want("Nessun elenco: caricarne uno in CSV, testo o XLSX")
}

// The page renews itself by what the server signals.
func TestSignalsRenewThePage(t *testing.T) {
	d := newDesk()
	d.job.State, d.job.Progress = app.JobPaused, nil
	s := show(t, d, theme.Light, 1064, 700)
	s.Press("Carica un elenco")
	s.Run()
	s.Want("tari-2026.csv · Sospeso")
	d.job.State = app.JobDone
	s.page.Signalled(app.SignalVisura, "j")
	s.Run()
	s.Want("tari-2026.csv · Sospeso")
	s.page.Signalled(app.SignalJob, "j")
	s.Run()
	s.Want("tari-2026.csv · Completato")
	s.Press("Tutti gli elenchi")
	s.Run()
	d.job.State = app.JobStopped
	s.page.Signalled(app.SignalResync, "")
	s.Run()
	if jobs := find[wire.Job](s); jobs.Columns()[2].Text(jobs.Rows().Row(0)) != "Interrotto" {
		t.Error("the list of lists is old")
	}
	s.page.Receive(app.ID("j"))
	s.Run()
	s.Want("tari-2026.csv · Interrotto")
}
