package widget_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

func app(t *testing.T) {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Light))
}

// press types keys into what has the focus on a canvas.
func press(t *testing.T, c fyne.Canvas, keys ...fyne.KeyName) {
	t.Helper()
	for _, k := range keys {
		f := c.Focused()
		if f == nil {
			t.Fatalf("nothing has the focus for %s", k)
		}
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func typeText(t *testing.T, c fyne.Canvas, text string) {
	t.Helper()
	for _, r := range text {
		c.Focused().TypedRune(r)
	}
}

func TestButtonKeys(t *testing.T) {
	app(t)
	n := 0
	b := widget.NewButton("Invia", func() { n++ })
	c := stage(t, theme.Light, 200, 60, b)
	var passed []fyne.KeyName
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) { passed = append(passed, ev.Name) })
	c.Focus(b)
	press(t, c, fyne.KeyReturn, fyne.KeySpace, fyne.KeyEnter)
	if n != 3 {
		t.Errorf("three keys pressed it %d times", n)
	}
	press(t, c, fyne.KeyEscape, fyne.KeyF5)
	if !slices.Equal(passed, []fyne.KeyName{fyne.KeyEscape, fyne.KeyF5}) {
		t.Errorf("passed to the canvas: %v", passed)
	}
	b.SetBusy(true)
	press(t, c, fyne.KeyReturn)
	test.Tap(b)
	if n != 3 {
		t.Error("a busy button reacted")
	}
	b.SetBusy(false)
	b.Disable()
	test.Tap(b)
	if n != 3 {
		t.Error("a disabled button reacted")
	}
	b.Enable()
	test.Tap(b)
	if n != 4 || c.Focused() != fyne.Focusable(b) {
		t.Errorf("tap: pressed %d times, focus on %v", n, c.Focused())
	}
}

func TestTabStripKeys(t *testing.T) {
	app(t)
	one, two := widget.NewText("uno"), widget.NewText("due")
	var told []string
	s := widget.NewTabStrip("Schede", widget.Tab{ID: "1", Text: "Uno", Content: one}, widget.Tab{ID: "2", Text: "Due", Content: two}, widget.Tab{ID: "3", Text: "Tre"})
	s.OnSelected = func(id string) { told = append(told, id) }
	c := stage(t, theme.Light, 400, 200, s)
	c.FocusNext()
	if c.Focused() != fyne.Focusable(s) {
		t.Fatal("Tab does not reach the strip")
	}
	press(t, c, fyne.KeyRight)
	if s.Selected() != "2" || one.Visible() || !two.Visible() {
		t.Errorf("after Right: %s, contents shown %v %v", s.Selected(), one.Visible(), two.Visible())
	}
	press(t, c, fyne.KeyEnd, fyne.KeyRight, fyne.KeyHome, fyne.KeyLeft)
	s.Select("nothing")
	if want := []string{"2", "3", "1"}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	test.TapCanvas(c, fyne.NewPos(90, 10))
	if s.Selected() != "2" {
		t.Errorf("tap on the second: %s", s.Selected())
	}
}

func TestSidebarKeys(t *testing.T) {
	app(t)
	var told []string
	s := widget.NewSidebar("Pagine", navigation()...)
	s.OnSelected = func(id string) { told = append(told, id) }
	s.SetSelected("visure")
	c := stage(t, theme.Light, 216, 200, s)
	c.FocusNext()
	press(t, c, fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnd, fyne.KeySpace, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnter)
	if want := []string{"swap", "stats", "home"}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	s.SetFolded(true)
	if got := s.MinSize().Width; got != theme.SidebarFolded {
		t.Errorf("folded width %v", got)
	}
	if s.Selected() != "home" {
		t.Errorf("folding lost the selection: %q", s.Selected())
	}
	s.SetFolded(false)
	if got := s.MinSize().Width; got != theme.SidebarWidth {
		t.Errorf("width %v", got)
	}
	test.TapCanvas(c, fyne.NewPos(60, 8+36*1+10))
	if s.Selected() != "visure" {
		t.Errorf("tap: %q", s.Selected())
	}
}

func TestChipSetKeys(t *testing.T) {
	app(t)
	chips := []widget.Chip{{ID: "a", Text: "A"}, {ID: "b", Text: "B"}, {ID: "c", Text: "C"}}
	var told [][]string
	many := widget.NewChipSet("Tipi", true, chips...)
	many.OnChanged = func(ids []string) { told = append(told, ids) }
	one := widget.NewChipSet("Uno", false, chips...)
	c := stage(t, theme.Light, 400, 200, widget.VBox(8, many, one))
	c.Focus(many)
	press(t, c, fyne.KeyRight, fyne.KeyRight, fyne.KeySpace, fyne.KeyHome, fyne.KeyReturn, fyne.KeySpace)
	if want := "[[c] [a c] [c]]"; sprint(told) != want {
		t.Errorf("told %v, want %s", told, want)
	}
	many.SetError("Scegliere almeno un dato")
	press(t, c, fyne.KeySpace)
	if many.Error() != "" {
		t.Error("choosing leaves the error")
	}
	c.Focus(one)
	press(t, c, fyne.KeySpace, fyne.KeySpace)
	if got := one.Selected(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("a single choice was taken back: %v", got)
	}
	press(t, c, fyne.KeyEnd, fyne.KeySpace)
	if got := one.Selected(); !slices.Equal(got, []string{"c"}) {
		t.Errorf("single choice: %v", got)
	}
	many.SetChips(widget.Chip{ID: "z", Text: "Z"}, widget.Chip{ID: "c", Text: "C"})
	if got := many.Selected(); !slices.Equal(got, []string{"c"}) {
		t.Errorf("after other chips: %v", got)
	}
	one.Disable()
	press(t, c, fyne.KeyHome, fyne.KeySpace)
	if got := one.Selected(); !slices.Equal(got, []string{"c"}) {
		t.Errorf("disabled, yet %v", got)
	}
}

// What a widget does not use must reach the window, or F5 would work only while
// nothing has the focus.
func TestKeysGoOn(t *testing.T) {
	app(t)
	f := widget.NewTextField("Cerca")
	table := personTable()
	fields := widget.NewFields("Dati", widget.FieldGroup{Fields: []widget.Field{{Label: "A", Value: "1"}}})
	c := stage(t, theme.Light, 600, 500, widget.VBox(8, f, widget.Sized(0, 200, table), fields))
	var keys []string
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) { keys = append(keys, string(ev.Name)) })
	for _, o := range []fyne.Focusable{f.Focusable(), table.Focusable(), fields} {
		c.Focus(o)
		press(t, c, fyne.KeyEscape, fyne.KeyF5)
	}
	if got := strings.Join(keys, " "); got != "Escape F5 Escape F5 Escape F5" {
		t.Errorf("keys at the window: %s", got)
	}
}

func TestPageFocusOrder(t *testing.T) {
	app(t)
	primary := widget.NewPrimary("Nuova", theme.IconAdd, nil)
	export := widget.NewButton("Esporta", nil)
	filter := widget.NewTextField("Filtra")
	state := widget.NewSelect("Stato")
	table := personTable()
	detail := widget.NewFields("Dettaglio", widget.FieldGroup{Fields: []widget.Field{{Label: "Nome", Value: "x"}}})
	p := widget.NewPage(widget.PageParts{
		Title: "Visure", Actions: []fyne.CanvasObject{export}, Primary: primary,
		Filter: widget.HBox(8, widget.Sized(200, 0, filter), widget.Sized(200, 0, state)), Body: table, Detail: detail,
	})
	side := widget.NewSidebar("Pagine", navigation()...)
	foot := widget.NewButton("Piede", nil)
	head := widget.NewTextField("Ctrl+K")
	c := stage(t, theme.Light, 1000, 600, widget.Frame(head, side, p, nil, foot))
	var names []string
	for _, f := range widget.FocusOrder(c) {
		names = append(names, widget.Name(f))
	}
	want := []string{"Ctrl+K", "Pagine", "Esporta", "Nuova", "Filtra", "Stato", "Cognome e nome", "Persone", "Dettaglio", "Piede"}
	if !slices.Equal(names, want) {
		t.Errorf("Tab order\n got %q\nwant %q", names, want)
	}
	// The detail never hides the list, and its room goes back when it closes.
	narrow := table.Size().Width
	if narrow < 350 {
		t.Errorf("beside the detail the list is only %v wide", narrow)
	}
	p.SetDetail(nil)
	if wide := table.Size().Width; wide <= narrow+200 {
		t.Errorf("without detail the list is %v wide, with it %v", wide, narrow)
	}
}

func TestFieldsCopy(t *testing.T) {
	app(t)
	var told []string
	f := widget.NewFields("Dati", widget.FieldGroup{Heading: "Generalità", Fields: []widget.Field{
		{Label: "Nome", Value: "Ștefănescu"}, {Label: "Codice", Value: "STFNIO88M60Z129B", Monospace: true},
	}}, widget.FieldGroup{Fields: []widget.Field{{Label: "Nota"}}})
	f.OnCopy = func(field widget.Field) { told = append(told, field.Label) }
	c := stage(t, theme.Light, 400, 300, f)
	c.Focus(f)
	press(t, c, fyne.KeyReturn)
	if got := fyne.CurrentApp().Clipboard().Content(); got != "Ștefănescu" {
		t.Errorf("clipboard %q", got)
	}
	press(t, c, fyne.KeyDown)
	f.TypedShortcut(&fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()})
	if got := fyne.CurrentApp().Clipboard().Content(); got != "STFNIO88M60Z129B" {
		t.Errorf("clipboard %q", got)
	}
	test.TapCanvas(c, fyne.NewPos(100, 40))
	if want := []string{"Nome", "Codice", "Nome"}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}
