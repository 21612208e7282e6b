package widget_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// hit presses keys in a widget.
func hit(f fyne.Focusable, names ...fyne.KeyName) {
	for _, n := range names {
		f.TypedKey(&fyne.KeyEvent{Name: n})
	}
}

func chosen(m *widget.MultiPicker) string {
	var names []string
	for _, c := range m.Selected() {
		names = append(names, c.Text)
	}
	return strings.Join(names, " ")
}

var towns = []widget.Choice{{ID: "1", Text: "Roma", Secondary: "RM"}, {ID: "2", Text: "Rovigo", Secondary: "RO"}, {ID: "3", Text: "Bologna", Secondary: "BO"}}

func findTown(query string) (found []widget.Choice) {
	for _, c := range towns {
		if strings.HasPrefix(strings.ToLower(c.Text), strings.ToLower(query)) {
			found = append(found, c)
		}
	}
	return found
}

func TestMultiPicker(t *testing.T) {
	app(t)
	m := widget.NewMultiPicker("Comuni", "Comuni scelti", findTown)
	changes := 0
	m.OnChanged = func([]widget.Choice) { changes++ }
	c := stage(t, theme.Light, 500, 400, on(widget.VBox(0, m, widget.NewButton("Altro", nil))))
	m.SetError("Scegliere un Comune")
	c.Focus(m.Focusable())
	for range 2 {
		c.Focused().TypedRune('r')
		hit(c.Focused(), fyne.KeyReturn)
	}
	if got := chosen(m); got != "Roma Rovigo" || changes != 2 || m.Error() != "" {
		t.Fatalf("%q after %d changes, error %q", got, changes, m.Error())
	}
	c.Focused().TypedRune('r') // both are taken
	hit(c.Focused(), fyne.KeyReturn)
	hit(c.Focused(), fyne.KeyEscape)
	if got := chosen(m); got != "Roma Rovigo" {
		t.Errorf("twice: %q", got)
	}
	c.FocusNext()
	if got := widget.Name(c.Focused()); got != "Comuni scelti: Roma" {
		t.Errorf("Tab goes to %q", got)
	}
	hit(c.Focused(), fyne.KeyRight, fyne.KeyDelete)
	if got := chosen(m); got != "Roma" {
		t.Errorf("%q", got)
	}
	hit(c.Focused(), fyne.KeyDelete)
	if chosen(m) != "" || c.Focused() != m.Focusable() {
		t.Errorf("%q, the focus is on %q", chosen(m), widget.Name(c.Focused()))
	}
	m.SetSelected(towns...)
	if changes != 4 {
		t.Errorf("%d changes", changes)
	}
	if s := shown(t, c); s["Bologna"] != 1 {
		t.Errorf("%v", s)
	}
}

// Answers of a server come later; one to an earlier query is dropped.
func TestPickerLater(t *testing.T) {
	app(t)
	answers := map[string]func([]widget.Choice){}
	p := widget.NewPickerLater("Utente", func(query string, found func([]widget.Choice)) { answers[query] = found })
	p.EmptyText = "Nessuno"
	c := stage(t, theme.Light, 500, 400, on(widget.VBox(0, p)))
	p.Open("r")
	c.Focused().TypedRune('o')
	answers["ro"](findTown("ro"))
	answers["r"](towns)
	hit(c.Focused(), fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) // the second is the last
	if got, _ := p.Selected(); got.Text != "Rovigo" {
		t.Errorf("%v", got)
	}
	answers["ro"](towns) // the list is closed
	if p.IsOpen() {
		t.Error("open again")
	}
}

func TestNumberField(t *testing.T) {
	app(t)
	f := widget.NewNumberField("Ore", "Un numero da 24 a 72", 24, 72)
	var told []string
	f.OnNumber = func(n int, ok bool) { told = append(told, fmt.Sprint(n, ok)) }
	c := stage(t, theme.Light, 400, 200, on(widget.VBox(0, f, widget.NewButton("Altro", nil))))
	c.Focus(f.Focusable())
	for _, r := range "9x9.9" {
		f.Focusable().TypedRune(r)
	}
	if f.Text() != "99" {
		t.Errorf("%q", f.Text())
	}
	c.FocusNext()
	if f.Error() != "Un numero da 24 a 72" {
		t.Errorf("%q", f.Error())
	}
	hit(f.Focusable(), fyne.KeyUp)
	if n, ok := f.Number(); !ok || n != 72 || f.Error() != "" {
		t.Errorf("%d %v %q", n, ok, f.Error())
	}
	hit(f.Focusable(), fyne.KeyDown, fyne.KeyDown)
	if n, _ := f.Number(); n != 70 {
		t.Errorf("%d", n)
	}
	f.SetText("")
	if _, ok := f.Number(); ok || !f.Settle() {
		t.Error("being empty is wrong")
	}
	hit(f.Focusable(), fyne.KeyUp)
	if n, _ := f.Number(); n != 24 {
		t.Errorf("%d", n)
	}
	if told[0] != "0 false" || told[len(told)-1] != "24 true" {
		t.Errorf("%q", told)
	}
}

func TestCheck(t *testing.T) {
	app(t)
	told := 0
	x := widget.NewCheck("Riceve la posta", func(bool) { told++ })
	c := stage(t, theme.Light, 400, 200, on(widget.VBox(0, x)))
	c.Focus(x)
	hit(x, fyne.KeySpace)
	if !x.On() || told != 1 {
		t.Errorf("%v after %d", x.On(), told)
	}
	test.Tap(x)
	x.SetOn(true)
	x.Disable()
	test.Tap(x)
	if !x.On() || told != 2 {
		t.Errorf("%v after %d", x.On(), told)
	}
}

func TestGoldenChoosing(t *testing.T) {
	golden(t, "choosing", 640, 520, func() fyne.CanvasObject {
		m := widget.NewMultiPicker("Comuni", "Comuni scelti", findTown)
		m.Picker().Placeholder = "Aggiungere un Comune"
		m.SetSelected(towns...)
		n := widget.NewNumberField("Ore di silenzio", "Un numero da 24 a 72", 24, 72)
		n.SetText("99")
		n.Settle()
		yes, no, off := widget.NewCheck("Invia il riepilogo giornaliero", nil), widget.NewCheck("Considera recente una password solo se data sulla postazione su cui si lavora", nil), widget.NewCheck("Spento", nil)
		yes.SetOn(true)
		no.Hint = "Vale dalla prossima richiesta"
		off.Disable()
		going, unknown := widget.NewProgress("Annulla", nil), widget.NewProgress("", nil)
		going.Set(widget.ProgressState{What: "Interrogazione di ANPR", Count: "1.204 di 4.812", Left: "circa 40 min, fine prevista 15:40", Done: 1204, Total: 4812})
		unknown.Set(widget.ProgressState{What: "Lettura del file"})
		return on(widget.VBox(theme.Space16, m, n, widget.VBox(0, yes, no, off), going, unknown))
	})
}

// What Tab reaches in a scroll comes into view, whatever it is.
func TestFocusComesIntoView(t *testing.T) {
	app(t)
	column := widget.VBox(theme.Space8)
	var all []fyne.CanvasObject
	add := func(o fyne.CanvasObject) {
		all = append(all, o)
		column.Add(widget.Sized(0, 90, o))
	}
	for i := range 3 {
		name := fmt.Sprint(i)
		add(widget.NewTextField("Testo " + name))
		add(widget.NewChipSet("Scelte "+name, false, widget.Chip{ID: "a", Text: "A"}))
		add(widget.NewSelect("Elenco "+name, towns...))
		add(widget.NewCheck("Casella "+name, nil))
		add(widget.NewButton("Bottone "+name, nil))
		add(widget.NewMultiPicker("Più "+name, "Scelti "+name, findTown))
	}
	scroll := widget.NewScroll(column)
	c := stage(t, theme.Light, 400, 240, scroll)
	order := widget.FocusOrder(c)
	if len(order) != len(all) {
		t.Fatalf("%d of %d are reached", len(order), len(all))
	}
	driver := fyne.CurrentApp().Driver()
	check := func(i int) {
		t.Helper()
		c.Focus(order[i])
		at := driver.AbsolutePositionForObject(all[i])
		if at.Y < 0 || at.Y+all[i].MinSize().Height > 240 {
			t.Errorf("%q is at %v", widget.Name(all[i]), at.Y)
		}
	}
	for i := range order {
		check(i)
	}
	for i := range order {
		check(len(order) - 1 - i)
	}
	if scroll.Offset.Y != 0 {
		t.Errorf("not back at the top but at %v", scroll.Offset.Y)
	}
}
