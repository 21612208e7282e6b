package userimport_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/screen"
	"indagor/ui/screen/modal"
	"indagor/ui/screen/screentest"
	"indagor/ui/screen/userimport"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// desk is a server that reads every file as the same rows.
type desk struct {
	rows  []wire.UserImportRow
	err   error
	calls int
	fail  int // the call that fails
}

func newDesk() *desk {
	bad := func(code app.Code, column string, suggestions ...string) []wire.UserImportFinding {
		return []wire.UserImportFinding{{Code: code, Grade: "bad", Column: column, Suggestions: suggestions}}
	}
	d := &desk{rows: []wire.UserImportRow{
		{Outcome: "create", Grade: "good", Surname: "Bianchi", Name: "Luca", Role: app.RoleStandard},
		{Outcome: "error", Grade: "bad", Surname: "Conti", Name: "Maria", Role: app.RoleStandard, Findings: bad(app.CodeFiscalCode, "Codice fiscale", "CNTMRA80A41H501X")},
		{Outcome: "create", Grade: "doubtful", Surname: "Esposito", Name: "Anna", Role: app.RoleStandardPS, Findings: []wire.UserImportFinding{{Code: app.CodeImportBare, Grade: "doubtful", Column: "Profilo come"}}},
		{Outcome: "known", Grade: "good", Surname: "Ferrari", Name: "Paolo", Role: app.RoleStandard, Findings: []wire.UserImportFinding{{Code: app.CodeImportKnown, Grade: "good", Column: "Codice fiscale", Params: map[string]string{"username": "p.ferrari"}}}},
	}}
	for i := range 40 {
		d.rows = append(d.rows, wire.UserImportRow{Outcome: "create", Grade: "good", Surname: fmt.Sprint("Zanetti ", i), Name: "Ida", Role: app.RoleStandard})
	}
	for i := range d.rows {
		r := &d.rows[i]
		r.Number, r.Line, r.Username, r.FiscalCode, r.Email = i+1, i+2, strings.ToLower(strings.ReplaceAll(r.Surname, " ", "")), "CNTMRA80A41H501W", "a@comune.example"
	}
	return d
}

func (d *desk) PreviewUserImport(context.Context, []byte) (wire.UserImport, error) {
	return wire.UserImport{Rows: d.rows, Ignored: []string{"Sede"}}, d.err
}

func (d *desk) RunUserImport(_ context.Context, _, _ string, _ []byte, rows []int) (wire.UserImport, error) {
	d.calls++
	if d.calls == d.fail {
		return wire.UserImport{}, app.E(app.CodeInternal)
	}
	until := time.Date(2026, 11, 30, 11, 0, 0, 0, time.UTC)
	var out wire.UserImport
	for _, n := range rows {
		r := d.rows[n-1]
		r.Outcome, r.Secret, r.Expires = "created", "abcd-efgh-jkmn-pqrs", &until
		out.Rows = append(out.Rows, r)
	}
	return out, nil
}

type host struct {
	*screentest.Stage
	lang    *language.Language
	toasts  []string
	saved   map[string]string
	givesUp bool // the person leaves the system's dialog
}

func (h *host) Window() fyne.Window          { return h.Stage.Window }
func (h *host) Language() *language.Language { return h.lang }
func (h *host) Go(screen.Place, any)         {}
func (h *host) Toast(text string)            { h.toasts = append(h.toasts, text) }
func (h *host) Fail(err error)               { h.Errorf("failed: %v", err) }
func (h *host) OpenDocument(string, []byte)  {}
func (h *host) SaveDocument(name string, content []byte, done func(bool)) {
	if !h.givesUp {
		h.saved[name] = string(content)
	}
	if done != nil {
		done(!h.givesUp)
	}
}
func (h *host) Badge(screen.Place, int) {}

// page makes the import a screen of its own.
type page struct{ *userimport.Screen }

func (p page) Shown()  { p.Focus() }
func (p page) Hidden() {}
func (p page) Key(name fyne.KeyName, _ fyne.KeyModifier) bool {
	if name == fyne.KeyEscape {
		p.Leave()
	}
	return true
}

type stage struct {
	*screentest.Stage
	host   *host
	closed []int
}

func show(t *testing.T, d *desk, p theme.Preference, w, h float32) *stage {
	t.Helper()
	st := screentest.New(t, p)
	s := &stage{Stage: st, host: &host{Stage: st, lang: screentest.Italian(t), saved: map[string]string{}}}
	st.Window = fyne.CurrentApp().NewWindow("")
	at := time.Unix(0, 0)
	x := userimport.New(userimport.Options{
		Host: s.host, Desk: d, Context: t.Context(), Say: s.host.lang.Error, Lost: func(error) {}, Everywhere: true,
		Now: func() time.Time { at = at.Add(3 * time.Second); return at }, Go: st.Go, Do: func(f func()) { f() },
		Close: func(n int) { s.closed = append(s.closed, n) },
		Pick:  func(take func(modal.File)) { take(modal.File{Name: "/home/rossi/utenti.csv", Content: []byte("x")}) },
	})
	s.Show(page{x}, w, h)
	s.Run()
	return s
}

func (s *stage) rows() *widget.Table[wire.UserImportRow] {
	s.Helper()
	var found *widget.Table[wire.UserImportRow]
	s.Walk(func(o fyne.CanvasObject) bool {
		found, _ = o.(*widget.Table[wire.UserImportRow])
		return found != nil
	})
	if found == nil {
		s.Fatal("the page has no rows")
	}
	return found
}

func (s *stage) outcome(i int) string {
	return s.rows().Columns()[2].Text(s.rows().Rows().Row(i))
}

func TestImport(t *testing.T) {
	d := newDesk()
	s := show(t, d, theme.Light, 1064, 700)
	s.Want("Importare utenti da un file", "cognome, nome, codice fiscale, e-mail, utente")
	s.Press("Salva un file modello")
	if got := s.host.saved["modello-utenti.csv"]; !strings.HasPrefix(got, "\ufeffcognome;nome;codice fiscale;e-mail;utente;") {
		t.Errorf("model %q", got)
	}
	s.Press("Scegli il file")
	s.Want("Lettura e controllo del file")
	s.Run()
	s.Want("utenti.csv", "Colonne non riconosciute, e quindi ignorate: Sede.", "Tutte (44)", "Buone (42)", "Dubbie (1)", "Da correggere (1)")
	if got := s.outcome(2); got != "Sarà registrato. Profilo come: Senza profilo la persona potrà accedere, ma non usare alcun servizio." {
		t.Errorf("doubtful: %s", got)
	}
	s.Press("Da correggere (1)")
	if n := s.rows().Rows().Len(); n != 1 {
		t.Errorf("%d rows to be corrected", n)
	}
	s.rows().Select(0)
	s.Want("Conti Maria", s.outcome(0))
	s.Press("Tutte (44)")
	s.Press("Registra 42 utenti")
	s.Want("Registrazione in corso", "Interrompi", "0 di 42 righe")
	s.Run()
	s.Want("42 utenti registrati.", "Le password provvisorie si vedono solo ora: salvarle per consegnarle.")
	s.rows().Select(0)
	s.Want("abcd-efgh-jkmn-pqrs")

	// Left without the secrets it asks; kept, it closes.
	s.Press("Chiudi")
	s.Want("Le password provvisorie non sono state salvate")
	s.Press("Resta sulla pagina")
	if len(s.closed) != 0 {
		t.Fatal("closed")
	}
	s.host.givesUp = true
	s.Press("Salva le password provvisorie")
	s.Want("Le password provvisorie si vedono solo ora: salvarle per consegnarle.")
	s.Press("Chiudi")
	s.Want("Le password provvisorie non sono state salvate")
	s.Press("Resta sulla pagina")
	s.host.givesUp = false
	s.Press("Salva le password provvisorie")
	sheet := s.host.saved["password-provvisorie.csv"]
	if strings.Count(sheet, "abcd-efgh-jkmn-pqrs") != 42 || !strings.Contains(sheet, "30/11/2026 12:00") {
		t.Errorf("%s", sheet)
	}
	s.Want("Consegnare a ciascuno la sua password provvisoria e cancellare il file.")
	s.Press("Chiudi")
	if fmt.Sprint(s.closed) != "[42]" {
		t.Errorf("closed %v", s.closed)
	}
}

func TestFailures(t *testing.T) {
	d := newDesk()
	d.err = app.E(app.CodeImportColumns, "columns", "utente").At("content")
	s := show(t, d, theme.Dark, 808, 600)
	s.Press("Scegli il file")
	s.Run()
	s.Want("Nel file mancano queste colonne: utente.", "Scegli il file")
	d.err, d.fail = nil, 2
	s.Press("Scegli il file")
	s.Run()
	s.Press("Registra 42 utenti")
	s.Run()
	s.Want("20 utenti registrati. Le altre righe non sono state elaborate: si può continuare da dove si è arrivati.")
	s.Press("Registra i 22 utenti rimasti")
	s.Run()
	s.Want("42 utenti registrati.")
}
