package listing_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	"indagor/ui/screen/listing"
	"indagor/ui/screen/screentest"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

func TestStates(t *testing.T) {
	s := newStage(t, nil)
	s.Want("Caricamento in corso", "Cose")
	s.Run()
	s.Want("Nessuna cosa", "Tutte le cose")
	s.FocusOn("Cerca una cosa")
	s.Typed("x")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Nessuna cosa così")
	s.Press("Togli i filtri")
	s.Run()
	s.Want("Nessuna cosa")
	s.err = errAway
	s.page.Key(fyne.KeyF5, 0)
	s.Want("Aggiornamento in corso")
	s.Run()
	s.Want("Il server non è raggiungibile", "L'elenco si legge soltanto dal server. Riprovare quando il collegamento torna.")
	s.err = app.E(app.CodeInternal)
	s.Press("Riprova")
	s.Run()
	s.Want("Si è verificato un errore interno del server.")
	s.err, s.rows = nil, some(3)
	s.Press("Riprova")
	s.Run()
	s.Want("Tutte le cose · 3 cose")
	s.err = errAway // the rows stay, and it is told that they are old
	s.page.Reload()
	s.Run()
	s.Want("Tutte le cose · 3 cose", "Il server non è raggiungibile")
	s.err, s.cached = nil, true
	s.Press("Riprova")
	s.Run()
	s.Want("Dati dell'ultima sincronizzazione")
	s.cached = false
	s.Press("Riprova")
	s.Run()
	s.Lacks("Dati dell'ultima sincronizzazione", "Riprova")
}

func TestFurtherPages(t *testing.T) {
	s := newStage(t, some(250))
	s.Run()
	s.Want("Tutte le cose · prime 100")
	s.toRows()
	s.Key(fyne.KeyEnd)
	s.Window().Canvas().Capture() // rows are asked for when they are drawn
	s.err = app.E(app.CodeTooMany)
	s.Run()
	s.Want("Le righe seguenti non sono state lette")
	asked := len(s.asked)
	s.Window().Canvas().Capture()
	s.Run()
	if len(s.asked) != asked {
		t.Error("asks again and again")
	}
	s.err = nil
	s.Press("Riprova")
	s.Run()
	s.Lacks("Le righe seguenti non sono state lette")
	s.Want("Tutte le cose · prime 200")
	s.toRows()
	s.Key(fyne.KeyEnd)
	s.Window().Canvas().Capture()
	s.Run()
	s.Want("Tutte le cose · 250 cose")
}

// Where the server counts the rows of all pages their number is told at once,
// and stays true through acts.
func TestTotal(t *testing.T) {
	var rows *list.Flow[filter, row, string]
	s := newStage(t, some(250), func(p *listing.Parts[filter, row, string]) { rows = p.Flow })
	s.counts = true
	s.Run()
	s.Want("Tutte le cose · 250 cose")
	rows.Drop(s.rows[0].id)
	s.Want("Tutte le cose · 249 cose")
	rows.PutFirst(row{id: "new", name: "Nuova"}, "")
	rows.Put(row{id: "new", name: "Nuova"}, "") // there already
	s.Want("Tutte le cose · 250 cose")
	s.page.Search(filter{Words: "Nome 01"})
	s.Run()
	s.Want("Tutte le cose · 1 cose")
}

func TestFilters(t *testing.T) {
	s := newStage(t, some(20))
	s.Run()
	s.where(widget.Choice{ID: "d1", Text: "Qui"})
	last := func() filter { return s.by[len(s.by)-1] }
	s.Press("Chiuse")
	s.Run()
	if last().Kind != "c" {
		t.Errorf("%+v", last())
	}
	s.page.Search(filter{Kind: "a", Where: "d1", Words: "Nome 0", From: "2026-11-01", Only: "Rossi"})
	s.Run()
	s.Want("Solo Rossi")
	s.FocusOn("Al")
	s.Typed("1/10/26")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Want("Finisce prima di cominciare")
	n := len(s.by)
	s.Key(fyne.KeyEnd)
	for range 10 {
		s.Key(fyne.KeyBackspace)
	}
	s.Typed("23/11/2026")
	s.Press("Cerca")
	s.Run()
	if want := (filter{Kind: "a", Where: "d1", Words: "Nome 0", From: "2026-11-01", Until: "2026-11-23", Only: "Rossi"}); len(s.by) != n+1 || last() != want {
		t.Errorf("%+v", last())
	}
	s.Press("Solo Rossi")
	s.Run()
	s.Lacks("Solo Rossi")
	if last().Only != "" || last().Words != "Nome 0" {
		t.Errorf("%+v", last())
	}
	s.Press("Esporta")
	if s.saved != "csv Nome 0" {
		t.Errorf("saved %q", s.saved)
	}
	s.Press("Azzera")
	s.Run()
	if last() != (filter{}) || widget.Name(s.Window().Canvas().Focused()) != "Cerca una cosa" {
		t.Errorf("%+v, the focus is on %q", last(), widget.Name(s.Window().Canvas().Focused()))
	}
	n = len(s.by)
	s.Press("Tutte") // as it is already
	if s.Run(); len(s.by) != n {
		t.Error("asked again for the same")
	}
}

func TestKeys(t *testing.T) {
	s := newStage(t, some(20))
	s.Run()
	if !s.page.Key(fyne.KeyF, fyne.KeyModifierControl) || widget.Name(s.Window().Canvas().Focused()) != "Cerca una cosa" {
		t.Error("Ctrl+F does not go to the filters")
	}
	s.toRows()
	s.Run()
	s.Want("Cosa Nome 00", "tutto di r000000", "Buona")
	s.Key(fyne.KeyReturn)
	if !slices.Equal(s.opened, []app.ID{id(0)}) {
		t.Errorf("%v", s.opened)
	}
	focused := s.Window().Canvas().Focused()
	focused.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "Nome 00\t0" || len(s.toasts) != 1 {
		t.Errorf("copied %q, told %q", got, s.toasts)
	}
	s.Key(fyne.KeySpace)
	s.Key(fyne.KeyDown)
	s.Key(fyne.KeySpace)
	s.Run()
	s.Want("2 righe scelte")
	s.Press("Butta le cose")
	if len(s.acted) != 2 || s.acted[1].id != id(1) {
		t.Errorf("%v", s.acted)
	}
	for _, want := range []string{"Cosa Nome 07", "2 righe scelte"} { // Esc leaves one after the other
		s.Want(want)
		s.page.Key(fyne.KeyEscape, 0)
		s.Lacks(want)
	}
	s.toRows()
	s.Window().Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	s.Want("20 righe scelte")
	s.Press("Togli la scelta")
	s.Lacks("20 righe scelte")
	s.page.Search(filter{Words: "Nome"})
	s.Run()
	s.page.Key(fyne.KeyEscape, 0) // the detail
	s.page.Key(fyne.KeyEscape, 0)
	s.Run()
	if got := s.by[len(s.by)-1]; got != (filter{}) {
		t.Errorf("%+v", got)
	}
	if s.page.Key(fyne.KeyEscape, 0) {
		t.Error("Esc with nothing to leave")
	}
}

func TestDetailFails(t *testing.T) {
	s := newStage(t, some(3))
	s.Run()
	s.failed = app.E(app.CodeNotFound)
	s.page.Table().Select(1)
	s.Want("Cosa Nome 01", "Caricamento in corso")
	s.Run()
	s.Want("Riprova", "k7m2")
	s.failed = nil
	s.Press("Riprova")
	s.Run()
	s.Want("tutto di r000001")
	s.Press("Chiudi il dettaglio")
	s.Lacks("tutto di r000001")
}

func TestOrder(t *testing.T) {
	s := newStage(t, some(8))
	s.Run()
	came := s.names()
	s.page.Table().Select(3)
	sort := func(column string) {
		t.Helper()
		s.page.Table().SetSort(column, false)
		s.page.Table().OnSort(column, false)
	}
	sort("name")
	if got := s.names(); got != "Nome 00 Nome 01 Nome 02 Nome 03 Nome 04 Nome 05 Nome 06 Nome 07" {
		t.Error(got)
	}
	if r, _ := s.page.Table().SelectedRow(); r.id != id(3) {
		t.Errorf("%s is selected", r.id)
	}
	sort("size")
	if got := s.names(); got == came || !strings.HasPrefix(got, "Nome 00 ") {
		t.Error(got)
	}
	// An order among all needs all of them.
	s = newStage(t, some(1700))
	s.Run()
	sort("name")
	s.Want("Lettura di tutte le righe per ordinarle: 100")
	s.Run()
	if n := s.page.Table().Rows().Len(); n != 1700 || len(s.asked) != 5 {
		t.Errorf("%d rows after %d questions", n, len(s.asked))
	}
	s.Lacks("Lettura di tutte le righe per ordinarle: 100")
	if got := s.names(); !strings.HasPrefix(got, "Nome 00 Nome 01 Nome 02 ") {
		t.Error(got[:40])
	}
}

func TestWidthsAreKept(t *testing.T) {
	s := newStage(t, some(3))
	s.Run()
	s.page.Table().OnWidths(map[string]float32{"name": 333})
	if s.widths["name"] != 333 {
		t.Error("not kept")
	}
	again := listing.New(s.parts())
	if got := again.Table().Widths()["name"]; got != 333 {
		t.Errorf("the column is %v wide", got)
	}
}

// A form takes the place of the detail and keeps it until it is left.
func TestOccupied(t *testing.T) {
	s := newStage(t, some(3))
	s.Run()
	s.page.Table().Select(0)
	s.Run()
	s.page.Occupy(widget.NewText("Un modulo"), s.page.Vacate)
	s.Want("Un modulo")
	s.Lacks("Cosa Nome 00")
	asked := len(s.asked)
	s.page.Refresh()
	if s.Run(); len(s.asked) != asked {
		t.Error("read while something is being written")
	}
	s.page.Reload()
	s.Run()
	s.Want("Un modulo")
	s.page.Key(fyne.KeyEscape, 0)
	s.Want("Cosa Nome 00")
	s.page.Occupy(widget.NewText("Un segreto"), nil)
	if s.page.Key(fyne.KeyEscape, 0) {
		t.Error("Esc leaves a secret")
	}
	s.page.Table().Select(1)
	s.Run()
	s.Lacks("Un segreto")
	s.Want("tutto di r000001")
}

// Closing a detail leaves the keyboard in the rows of a page that begins there.
func TestRowsKeepTheKeyboard(t *testing.T) {
	s := newStage(t, some(3), func(p *listing.Parts[filter, row, string]) { p.Rows = true })
	s.Run()
	s.Want("tutto di r000000") // the first is selected
	s.Key(fyne.KeyDown)
	s.Run()
	s.Press("Chiudi il dettaglio")
	s.Lacks("tutto di r000001")
	if s.Window().Canvas().Focused() != s.page.Table().Focusable() || s.page.Table().Selected() != -1 {
		t.Errorf("row %d is selected, the focus is on %q", s.page.Table().Selected(), widget.Name(s.Window().Canvas().Focused()))
	}
	s.page.SetSubtitle("Altre cose")
	s.Want("Altre cose · 3 cose")
	s.page.SetNotice(widget.NewText("Qualcosa è successo"))
	s.Want("Qualcosa è successo")
	s.cached = true // what the list has to tell comes first
	s.page.Reload()
	s.Run()
	s.Lacks("Qualcosa è successo")
	s.cached = false
	s.page.Reload()
	s.Run()
	s.Want("Qualcosa è successo")
	s.page.SetNotice(nil)
	s.Lacks("Qualcosa è successo")
	s.page.SetFoot("In fondo")
	s.Want("In fondo")
}

// A view stands for several values of the filter.
func TestViews(t *testing.T) {
	s := newStage(t, some(3), func(p *listing.Parts[filter, row, string]) {
		p.Filter = [][]listing.Control[filter]{{listing.Views([]widget.Chip{{Text: "Oggi"}, {ID: "x", Text: "Ieri"}}, func(f filter) string { return f.Kind }, func(f *filter, id string) {
			f.Kind, f.From = id, ""
			if id == "x" {
				f.From = "2026-11-22"
			}
		})}}
	})
	s.Run()
	s.Press("Ieri")
	s.Run()
	if got := s.by[len(s.by)-1]; got.Kind != "x" || got.From != "2026-11-22" {
		t.Errorf("%+v", got)
	}
	s.Press("Oggi")
	s.Run()
	if got := s.by[len(s.by)-1]; got != (filter{}) {
		t.Errorf("%+v", got)
	}
}

// A refresh that nobody asked for moves nothing.
func TestRefreshIsQuiet(t *testing.T) {
	s := newStage(t, some(80))
	s.Run()
	s.page.Table().Select(0)
	s.Run()
	s.page.Table().ScrollTo(79)
	s.Window().Canvas().Unfocus()
	before := s.Window().Canvas().Capture()
	s.rows = slices.Clone(s.rows)
	s.page.Refresh()
	s.Lacks("Aggiornamento in corso")
	s.Run()
	if after := s.Window().Canvas().Capture(); !reflect.DeepEqual(before, after) {
		t.Error("something moved")
	}
}

// Three hundred thousand rows scroll as three hundred do.
func BenchmarkScroll(b *testing.B) {
	for _, n := range []int{300, 300_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			test.NewTempApp(b)
			fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Light))
			s := &stage{l: screentest.Italian(b)}
			parts := s.parts()
			rows := some(n)
			parts.Flow = list.New(list.Config[filter, row, string]{
				Options: list.Options{Go: func(f func()) { f() }}, ID: func(r row) app.ID { return r.id },
				Read: func(context.Context, filter, wire.Page) (wire.List[row], bool, error) {
					return wire.List[row]{Items: rows}, false, nil
				},
			})
			s.page = listing.New(parts)
			window := test.NewTempWindow(b, s.page.Object())
			window.Resize(fyne.NewSize(1000, 640))
			parts.Flow.Open()
			table := s.page.Table()
			for b.Loop() {
				table.Focusable().TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
				if table.Selected() == n-1 {
					table.Select(0)
				}
			}
		})
	}
}
