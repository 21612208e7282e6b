package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/screen"
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

func (d *desk) Jobs(context.Context, app.Service) ([]wire.Job, error) {
	if d.job.ID == "" {
		return nil, nil
	}
	return []wire.Job{d.job}, nil
}

func (d *desk) Job(context.Context, app.ID, app.JobState, int) (wire.Job, error) { return d.job, nil }

func (d *desk) SendJob(_ context.Context, _ string, _ app.Service, _ string, _ []byte, sent func(int64)) (wire.Job, error) {
	sent(1)
	return d.job, nil
}

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
	d.fixed = c.Cells
	d.rows[n-1] = wire.JobRow{Number: n, Line: n + 1, Cells: c.Cells, Grade: "good"}
	return d.rows[n-1], nil
}

func (d *desk) PlanJob(context.Context, app.ID, []string) (wire.JobPlan, error) {
	end := time.Date(2026, 11, 23, 14, 40, 0, 0, time.UTC)
	return wire.JobPlan{Calls: 4812, Seconds: 4800, End: &end}, nil
}

func (d *desk) StartJob(_ context.Context, _ app.ID, o wire.JobOrder) (wire.Job, error) {
	d.start = &o
	d.job.State, d.job.FileReference, d.job.PurposeName = app.JobDone, o.FileReference, "Istruttoria"
	now := time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC)
	d.job.Started = &now
	d.job.Counts.Done = 39
	d.job.Counts.Outcomes = map[app.Outcome]int{app.OutcomeFound: 30, app.OutcomeDeceased: 4, app.OutcomeNotFound: 5, app.OutcomeWrong: 2, app.OutcomeFailed: 1}
	return d.job, nil
}

func (d *desk) JobResult(context.Context, wire.JobResultInput, io.Writer, func(int64)) (string, error) {
	return "x.csv", nil
}

type host struct {
	*screentest.Stage
	lang *language.Language
}

func (h *host) Window() fyne.Window          { return h.Stage.Window }
func (h *host) Language() *language.Language { return h.lang }
func (h *host) Go(screen.Place, any)         {}
func (h *host) Toast(string)                 {}
func (h *host) Fail(err error)               { h.Errorf("failed: %v", err) }
func (h *host) OpenDocument(string, []byte)  {}
func (h *host) SaveDocument(string, []byte, func(bool))  {}
func (h *host) Badge(screen.Place, int)      {}

type stage struct {
	*screentest.Stage
	downloads int
}

func show(t *testing.T, d *desk, p theme.Preference, w, h float32) *stage {
	t.Helper()
	st := screentest.New(t, p)
	s := &stage{Stage: st}
	x := &host{Stage: st, lang: screentest.Italian(t)}
	st.Window = fyne.CurrentApp().NewWindow("")
	s.Show(bulk.New(bulk.Options{
		Host: x, Flow: flow.New(t.Context(), d, app.ServiceEnrichment, st.Go, func(error) {}), Say: x.lang.Error, Do: func(f func()) { f() },
		Session: wire.Session{Purposes: []app.Purpose{{ID: "p", Name: "Istruttoria"}}},
		Download: func(get func(context.Context, io.Writer, func(int64)) (string, error)) {
			if _, err := get(t.Context(), io.Discard, nil); err == nil {
				s.downloads++
			}
		},
		Pick: func(take func(modal.File)) { take(modal.File{Name: "/home/rossi/tari-2026.csv", Content: []byte("x")}) },
	}), w, h)
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
	s.Press("Prepara l'avvio")
	s.Want("Che cosa chiedere", "4.812 chiamate, circa "+screentest.Italian(t).Duration(80*time.Minute)+". Fine prevista: 23/11/2026 15:40.")
	s.Press("Avvia la richiesta di 39 righe")
	if d.start != nil {
		t.Fatal("started without a reference")
	}
	s.FocusOn("Riferimento della pratica")
	s.Typed("Prot. 12/2026")
	s.Press("Avvia la richiesta di 39 righe")
	s.Run()
	if d.start == nil || d.start.Purpose != "p" || d.start.FileReference != "Prot. 12/2026" || len(d.start.Fields) != 4 {
		t.Fatalf("%+v", d.start)
	}
	s.Want("tari-2026.csv · Completato", "39 di 39 righe", "Persona deceduta", "Richiedi le righe mancanti")
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
	d.job = wire.Job{ID: "j", State: app.JobPaused, Name: "x.csv", Counts: app.JobCounts{Rows: 9, Ask: 9, Done: 4}, Progress: &wire.JobProgress{Waits: app.CodeAnprQuota, Until: &until, Seconds: 120, Services: []wire.JobPace{{Service: "C015", Done: 4, PerSecond: 2}}}}
	s.Press("Carica un elenco")
	s.Run()
	s.Want("x.csv · Sospeso", "4 di 9 righe", "Riprendi l'elenco", "4 risposte, 2 al secondo", "Riprende da solo: 24/11/2026 00:00.")
	d.job = wire.Job{ID: "k", State: app.JobRejected, Name: "x.pdf", Code: app.CodeListNotText}
	s.Press("Tutti gli elenchi")
	s.Run()
	s.Press("Carica un elenco")
	s.Run()
	s.Want("Il file non è un elenco leggibile.", "Carica un altro elenco")
}

// TestLooks writes the pages where INDAGOR_PICTURES says.
func TestLooks(t *testing.T) {
	dir := os.Getenv("INDAGOR_PICTURES")
	if dir == "" {
		t.Skip("no folder for pictures")
	}
	for name, p := range map[string]theme.Preference{"light": theme.Light, "dark": theme.Dark} {
		for _, size := range [][2]float32{{1064, 700}, {808, 600}} {
			s := show(t, newDesk(), p, size[0], size[1])
			shot := func(what string) {
				file, err := os.Create(filepath.Join(dir, fmt.Sprintf("bulk-%s-%s-%.0f.png", what, name, size[0])))
				if err == nil {
					err = errors.Join(png.Encode(file, s.Window.Canvas().Capture()), file.Close())
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			shot("list")
			s.Press("Carica un elenco")
			s.Run()
			find[wire.JobRow](s).Select(1)
			shot("preview")
			s.Press("Prepara l'avvio")
			shot("order")
			s.FocusOn("Riferimento della pratica")
			s.Typed("Prot. 12/2026")
			s.Press("Avvia la richiesta di 39 righe")
			s.Run()
			shot("done")
		}
	}
}
