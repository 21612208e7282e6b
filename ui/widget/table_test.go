package widget_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// counted are rows made when asked for; it counts how often they are.
type counted struct{ n, asked int }

func (c *counted) Len() int { return c.n }
func (c *counted) Row(i int) string {
	c.asked++
	return fmt.Sprintf("riga %06d", i)
}

func bigTable(n int) (*widget.Table[string], *counted) {
	rows := &counted{n: n}
	text := func(s string) string { return s }
	t := widget.NewTable("Righe", widget.Column[string]{ID: "a", Title: "A", Width: 160, Sortable: true, Text: text},
		widget.Column[string]{ID: "b", Title: "B", Grow: true, Sortable: true, Text: text})
	t.SetRows(rows)
	return t, rows
}

// shown counts the texts that can be seen.
func shown(t *testing.T, c fyne.Canvas) map[string]int {
	t.Helper()
	found := map[string]int{}
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch o := o.(type) {
		case *canvas.Text:
			found[o.Text]++
		case *fyne.Container:
			for _, inner := range o.Objects {
				walk(inner)
			}
		case fyne.Widget:
			for _, inner := range test.WidgetRenderer(o).Objects() {
				walk(inner)
			}
		}
	}
	walk(c.Content())
	return found
}

func TestTableKeys(t *testing.T) {
	app(t)
	table, _ := bigTable(1000)
	var selected, opened []int
	table.OnSelect = func(i int, row string) {
		if row != fmt.Sprintf("riga %06d", i) {
			t.Errorf("row %d is %q", i, row)
		}
		selected = append(selected, i)
	}
	table.OnOpen = func(i int, _ string) { opened = append(opened, i) }
	c := stage(t, theme.Light, 400, 32+2+10*30, table) // ten rows
	table.Focus()
	press(t, c, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyReturn, fyne.KeyEnd, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyHome, fyne.KeyUp)
	if want := []int{0, 1, 2, 1, 10, 999, 990, 0}; !slices.Equal(selected, want) {
		t.Errorf("selected %v, want %v", selected, want)
	}
	if !slices.Equal(opened, []int{10}) {
		t.Errorf("opened %v", opened)
	}
	var runes []rune
	table.OnRune = func(r rune) bool { runes = append(runes, r); return true }
	typeText(t, c, "AR")
	if string(runes) != "AR" {
		t.Errorf("characters %q", string(runes))
	}
	if row, ok := table.SelectedRow(); !ok || row != "riga 000000" {
		t.Errorf("selected row %q, %v", row, ok)
	}
}

// The last row must be drawn after a jump to the end (fyne #3918), and the
// first after filtering to fewer rows.
func TestTableDrawsAfterJumps(t *testing.T) {
	app(t)
	table, rows := bigTable(300_000)
	c := stage(t, theme.Light, 400, 32+2+10*30, table)
	table.Focus()
	press(t, c, fyne.KeyEnd)
	last := shown(t, c)
	for i := 299_990; i < 300_000; i++ {
		if last[fmt.Sprintf("riga %06d", i)] != 2 {
			t.Errorf("row %d is not drawn at the end", i)
		}
	}
	if n := len(last); n > 40 {
		t.Errorf("%d different texts are drawn for ten rows", n)
	}
	rows.asked = 0
	press(t, c, fyne.KeyPageUp)
	if rows.asked > 100 {
		t.Errorf("one page asked for %d rows", rows.asked)
	}
	table.SetRows(widget.SliceRows[string]{"una", "due"})
	few := shown(t, c)
	if few["una"] != 2 || few["due"] != 2 || few["riga 299999"] != 0 {
		t.Errorf("after filtering: %v", few)
	}
	if table.Selected() != -1 {
		t.Errorf("selected %d after other rows", table.Selected())
	}
	table.Select(1)
	table.UpdateRows(widget.SliceRows[string]{"una", "due", "tre"})
	if table.Selected() != 1 || shown(t, c)["tre"] != 2 {
		t.Error("progressive loading lost the selection or the new row")
	}
}

func TestTableMouse(t *testing.T) {
	app(t)
	table, _ := bigTable(50)
	var opened []int
	table.OnOpen = func(i int, _ string) { opened = append(opened, i) }
	c := stage(t, theme.Light, 400, 400, table)
	test.TapCanvas(c, fyne.NewPos(50, 33+30*3+10))
	if table.Selected() != 3 || c.Focused() != table.Focusable() {
		t.Errorf("tap selected %d, focus on %v", table.Selected(), c.Focused())
	}
	body := table.Focusable().(fyne.DoubleTappable)
	body.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(50, 30*5+2)})
	if !slices.Equal(opened, []int{5}) {
		t.Errorf("opened %v", opened)
	}
	test.Scroll(c, fyne.NewPos(100, 200), 0, -300)
	test.TapCanvas(c, fyne.NewPos(50, 33+5))
	if table.Selected() != 10 {
		t.Errorf("after scrolling ten rows the tap selected %d", table.Selected())
	}
	test.TapCanvas(c, fyne.NewPos(50, 33+5+30*50))
	if table.Selected() != 10 {
		t.Error("a tap outside of the rows selected")
	}
}

func TestTableSort(t *testing.T) {
	app(t)
	table := personTable()
	table.SetSort("", false)
	var asked []string
	table.OnSort = func(id string, down bool) { asked = append(asked, fmt.Sprint(id, " ", down)) }
	c := stage(t, theme.Light, 700, 300, table)
	test.TapCanvas(c, fyne.NewPos(40, 16))
	test.TapCanvas(c, fyne.NewPos(40, 16))
	press(t, c, fyne.KeyRight, fyne.KeyRight, fyne.KeyReturn, fyne.KeySpace)
	press(t, c, fyne.KeyRight, fyne.KeyReturn) // not sortable
	if want := []string{"name false", "name true", "born false", "born true"}; !slices.Equal(asked, want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
	if id, down := table.Sort(); id != "born" || !down {
		t.Errorf("sorted by %s %v", id, down)
	}
	press(t, c, fyne.KeyDown)
	if c.Focused() != table.Focusable() {
		t.Error("Down does not go from the header to the rows")
	}
}

func TestTableWidths(t *testing.T) {
	app(t)
	table := personTable()
	var told map[string]float32
	table.OnWidths = func(w map[string]float32) { told = w }
	c := stage(t, theme.Light, 900, 300, table)
	// name grows to 898-160-96-130 = 512; drag its edge left by 100
	test.Drag(c, fyne.NewPos(1+512-100, 16), -100, 0)
	if told["name"] != 412 {
		t.Fatalf("after the drag: %v", told)
	}
	test.TapCanvas(c, fyne.NewPos(40, 16))
	typeText(t, c, "+")
	if told["name"] != 428 {
		t.Errorf("after +: %v", told)
	}
	typeText(t, c, "-")
	kept := table.Widths()
	if kept["name"] != 412 {
		t.Errorf("after -: %v", kept)
	}
	again := personTable()
	again.SetWidths(kept)
	if got := again.Widths(); got["name"] != 412 {
		t.Errorf("given back: %v", got)
	}
	table.SetRows(widget.SliceRows[person](people[:2]))
	if got := table.Widths(); got["name"] != 412 {
		t.Errorf("after other rows: %v", got)
	}
	for range 40 {
		typeText(t, c, "-")
	}
	if got := table.Widths()["name"]; got < 40 {
		t.Errorf("a column shrank to %v", got)
	}
}

func TestTableCopy(t *testing.T) {
	app(t)
	table := personTable()
	var told string
	table.OnCopied = func(s string) { told = s }
	c := stage(t, theme.Light, 700, 300, table)
	table.Focus()
	press(t, c, fyne.KeyDown)
	clip := fyne.CurrentApp().Clipboard()
	c.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{Clipboard: clip})
	want := "D’AMICO Łukasz Àngelo\tDMCLSZ80A01Z127K\t01/01/1980\tIn attesa"
	if clip.Content() != want || told != want {
		t.Errorf("copied %q, told %q", clip.Content(), told)
	}
	// Of marked rows each is a line, from top to bottom.
	table.SetMarked(3, 1)
	c.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{Clipboard: clip})
	lines := strings.Split(clip.Content(), "\n")
	if len(lines) != 2 || lines[0] != want || strings.Count(lines[1], "\t") != 3 || lines[1] == want || told != clip.Content() {
		t.Errorf("copied of two marked rows %q, told %q", clip.Content(), told)
	}
}

func TestTableMarks(t *testing.T) {
	app(t)
	table := personTable()
	table.Multiple = true
	told := 0
	table.OnMark = func() { told++ }
	c := stage(t, theme.Light, 700, 300, table)
	table.Focus()
	press(t, c, fyne.KeySpace, fyne.KeyDown, fyne.KeyDown, fyne.KeySpace)
	if got := table.Marked(); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("Space marked %v", got)
	}
	keys := c.Focused().(desktop.Keyable)
	keys.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	press(t, c, fyne.KeyDown, fyne.KeyDown)
	if got := table.Marked(); !slices.Equal(got, []int{2, 3, 4}) {
		t.Errorf("Shift marked %v", got)
	}
	press(t, c, fyne.KeyUp)
	keys.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	if got := table.MarkedRows(); len(got) != 2 || got[1].name != "ROSSI Mario" {
		t.Errorf("Shift back marked %v", got)
	}
	c.Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	if len(table.Marked()) != len(people) {
		t.Errorf("Ctrl+A marked %v", table.Marked())
	}
	mouse := c.Focused().(desktop.Mouseable)
	mouse.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(12, 35)}, Button: desktop.MouseButtonPrimary})
	if slices.Contains(table.Marked(), 1) || table.Selected() != 1 {
		t.Errorf("a click on the box: marked %v, selected %d", table.Marked(), table.Selected())
	}
	if told != 7 {
		t.Errorf("told %d times, want 7", told)
	}
	table.SetRows(widget.SliceRows[person](people))
	if len(table.Marked()) != 0 {
		t.Error("marks stay on other rows")
	}
}

func TestTableStates(t *testing.T) {
	app(t)
	table := personTable()
	c := stage(t, theme.Light, 700, 300, table)
	table.SetState(widget.Loading("Caricamento"))
	if s := shown(t, c); s["Caricamento"] != 1 || s["ROSSI Mario"] != 0 {
		t.Errorf("loading shows %v", s)
	}
	retried := 0
	table.SetState(widget.Failed("Elenco non disponibile", "Il server non risponde", "Riprova", func() { retried++ }))
	order := widget.FocusOrder(c)
	if len(order) != 2 || widget.Name(order[1]) != "Riprova" {
		t.Fatalf("%d things to reach, the last %q", len(order), widget.Name(order[len(order)-1]))
	}
	order[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if retried != 1 {
		t.Error("Enter does not retry")
	}
	table.SetState(widget.Empty("Nessuna visura", "", nil))
	if s := shown(t, c); s["Nessuna visura"] != 1 || s["Riprova"] != 0 {
		t.Errorf("empty shows %v", s)
	}
	table.SetState(widget.Ready())
	if s := shown(t, c); s["ROSSI Mario"] != 1 || s["Nessuna visura"] != 0 {
		t.Errorf("ready shows %v", s)
	}
}

func BenchmarkTableScroll(b *testing.B) {
	test.NewTempApp(b)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Light))
	table, _ := bigTable(300_000)
	win := test.NewTempWindow(b, table)
	win.Resize(fyne.NewSize(1000, 700))
	table.Focus()
	for b.Loop() {
		table.Focusable().TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
		if table.Selected() == 299_999 {
			table.Select(0)
		}
	}
}
