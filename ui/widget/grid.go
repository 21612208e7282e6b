package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// grid is the part of a Table that does not depend on the type of its rows.
type grid struct {
	fwidget.BaseWidget
	// Multiple lets the user mark several rows.
	Multiple bool
	// OnSort is called when the user asks for another order; the caller sorts
	// and calls SetRows.
	OnSort func(column string, descending bool)
	// OnMark is called when the marked rows have changed.
	OnMark func()
	// OnWidths is called when the user has changed a width, with all of them.
	OnWidths func(map[string]float32)
	// OnCopied is called with what Ctrl+C has put into the clipboard.
	OnCopied func(text string)
	// OnRune gets the characters typed while the rows have the focus; it
	// returns false for those it does not use.
	OnRune func(r rune) bool

	name    string
	self    fyne.Widget
	cols    []gridColumn
	widths  []float32 // as drawn
	length  func() int
	fill    func(row int, cells []gridCell)
	changed func(row int)
	open    func(row int)

	current  int // -1: none
	resting  bool
	anchor   int // where a Shift selection began
	marked   map[int]bool
	sortBy   string
	sortDown bool
	state    State

	header *gridHeader
	body   *gridBody
	scroll *container.Scroll
	clip   *container.Clip
	pane   *statePane
}

type gridColumn struct {
	id, title      string
	width          float32
	grow           bool
	align          fyne.TextAlign
	mono, sortable bool
}

type gridCell struct {
	text  string
	icon  theme.IconName
	tone  theme.Tone
	bold  bool
	bar   bool
	share float64 // with bar
}

const (
	cellInset    float32 = 8
	headerHeight float32 = 32
	markWidth    float32 = 34
	minColumn    float32 = 48
	barWidth     float32 = 10 // of a scroll bar
)

func (g *grid) init(name string, self fyne.Widget) {
	g.name, g.self, g.current, g.anchor = name, self, -1, -1
	g.marked = map[int]bool{}
	g.header = newGridHeader(g)
	g.body = newGridBody(g)
	g.scroll = container.NewScroll(g.body)
	g.clip = container.NewClip(g.header)
	g.clip.ExtendBaseWidget(g.clip) // or its header is drawn misplaced until the width changes
	g.scroll.OnScrolled = func(fyne.Position) {
		g.header.Refresh()
		g.body.Refresh()
	}
	g.pane = newStatePane()
	g.ExtendBaseWidget(self)
	g.SetState(Ready())
}

// AccessibilityLabel implements fyne.Accessible.
func (g *grid) AccessibilityLabel() string { return g.name }

// AccessibilityRole implements fyne.Accessible.
func (g *grid) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// Focus puts the focus on the rows.
func (g *grid) Focus() { requestFocus(g.body) }

// Rest puts the focus on the rows without selecting one of them, as after a
// detail was closed.
func (g *grid) Rest() {
	g.resting = true
	requestFocus(g.body)
	g.resting = false
}

// Focusable is what Tab reaches after the header, for tests of the order.
func (g *grid) Focusable() fyne.Focusable { return g.body }

// SetState shows the rows (Ready) or in their place that they are loading,
// that there are none, or why they could not be had.
func (g *grid) SetState(s State) {
	g.state = s
	g.pane.set(s)
	if s.Kind == StateReady {
		g.scroll.Show()
	} else {
		g.scroll.Hide()
	}
	g.Refresh()
}

// State is what SetState set.
func (g *grid) State() State { return g.state }

// Selected is the index of the selected row, -1 if none.
func (g *grid) Selected() int { return g.current }

// Select selects a row, scrolls to it and tells OnSelect; -1 selects none.
func (g *grid) Select(i int) {
	if i >= g.length() {
		i = g.length() - 1
	}
	i = max(i, -1)
	changed := i != g.current
	g.current = i
	if i >= 0 {
		g.ScrollTo(i)
		if changed && g.changed != nil {
			g.changed(i)
		}
	}
	g.body.Refresh()
}

// SetSelected shows a row as the selected one, without scrolling to it and
// without telling OnSelect; -1 selects none.
func (g *grid) SetSelected(i int) {
	if i = max(min(i, g.length()-1), -1); i != g.current {
		g.current, g.anchor = i, i
		g.body.Refresh()
	}
}

// ScrollTo scrolls as little as needed to show a row whole.
func (g *grid) ScrollTo(i int) {
	g.scroll.ScrollToOffset(fyne.NewPos(g.scroll.Offset.X,
		revealOffset(i, theme.RowHeight, g.scroll.Offset.Y, g.scroll.Size().Height)))
	g.body.Refresh() // OnScrolled is for what the person scrolls
}

// Marked lists the indexes of the marked rows from top to bottom.
func (g *grid) Marked() []int {
	var list []int
	for i := range g.marked {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

// SetMarked marks exactly these rows without calling OnMark.
func (g *grid) SetMarked(rows ...int) {
	clear(g.marked)
	for _, i := range rows {
		if i >= 0 && i < g.length() {
			g.marked[i] = true
		}
	}
	g.body.Refresh()
}

// SetSort shows by which column the rows are sorted, without calling OnSort.
func (g *grid) SetSort(column string, descending bool) {
	g.sortBy, g.sortDown = column, descending
	g.header.Refresh()
}

// Sort tells by which column the rows are sorted.
func (g *grid) Sort() (column string, descending bool) { return g.sortBy, g.sortDown }

// Widths lists the widths set, by column ID, to be kept and given back.
func (g *grid) Widths() map[string]float32 {
	m := map[string]float32{}
	for _, c := range g.cols {
		if !c.grow {
			m[c.id] = c.width
		}
	}
	return m
}

// SetWidths sets widths by column ID; a column that grew is fixed by it.
func (g *grid) SetWidths(widths map[string]float32) {
	for i, c := range g.cols {
		if w, ok := widths[c.id]; ok && w >= minColumn {
			g.cols[i].width, g.cols[i].grow = w, false
		}
	}
	g.Refresh()
}

// reset starts anew after the rows were exchanged.
func (g *grid) reset() {
	g.current, g.anchor = -1, -1
	clear(g.marked)
	// The old offset would lie beyond fewer rows, and the table look empty.
	g.scroll.Offset = fyne.Position{}
	g.update()
}

func (g *grid) update() {
	n := g.length()
	if g.current >= n {
		g.current = -1
	}
	for i := range g.marked {
		if i >= n {
			delete(g.marked, i)
		}
	}
	g.scroll.Refresh()
	g.Refresh()
}

func (g *grid) sort(col int) {
	c := g.cols[col]
	if !c.sortable {
		return
	}
	down := g.sortBy == c.id && !g.sortDown
	g.SetSort(c.id, down)
	if g.OnSort != nil {
		g.OnSort(c.id, down)
	}
}

func (g *grid) resizeColumn(col int, width float32) {
	g.cols[col].width, g.cols[col].grow = max(width, minColumn), false
	g.Refresh()
}

func (g *grid) widthsSettled() {
	if g.OnWidths != nil {
		g.OnWidths(g.Widths())
	}
}

func (g *grid) lead() float32 {
	if g.Multiple {
		return markWidth
	}
	return 0
}

// measure shares the viewport's width among the columns.
func (g *grid) measure(viewport float32) {
	g.widths = g.widths[:0]
	total, growing := g.lead(), 0
	for _, c := range g.cols {
		g.widths = append(g.widths, c.width)
		total += c.width
		if c.grow {
			growing++
		}
	}
	spare := viewport - total
	if spare <= 0 || growing == 0 {
		return
	}
	for i, c := range g.cols {
		if c.grow {
			g.widths[i] += spare / float32(growing)
		}
	}
}

func (g *grid) totalWidth() float32 {
	total := g.lead()
	for _, w := range g.widths {
		total += w
	}
	return total
}

// CreateRenderer implements fyne.Widget.
func (g *grid) CreateRenderer() fyne.WidgetRenderer {
	back, edge := &canvas.Rectangle{}, &canvas.Rectangle{}
	return newPainter(&painter{
		of:      g.self,
		objects: []fyne.CanvasObject{back, g.clip, g.scroll, g.pane, edge},
		minSize: func() fyne.Size {
			return fyne.NewSize(200, headerHeight+3*theme.RowHeight).Max(
				g.pane.MinSize().AddWidthHeight(0, headerHeight))
		},
		layout: func(s fyne.Size) {
			room := s.Width - 2
			if float32(g.length())*theme.RowHeight > s.Height-headerHeight-2 {
				room -= barWidth // else the bar would lie over the last column
			}
			g.measure(room)
			back.Resize(s)
			edge.Resize(s)
			g.clip.Move(fyne.NewPos(1, 1))
			g.clip.Resize(fyne.NewSize(s.Width-2, headerHeight))
			at, rest := fyne.NewPos(1, headerHeight+1), fyne.NewSize(s.Width-2, max(s.Height-headerHeight-2, 0))
			g.scroll.Move(at)
			g.scroll.Resize(rest)
			g.scroll.Refresh()
			g.pane.Move(at)
			g.pane.Resize(rest)
			g.header.Refresh()
			g.body.Refresh()
		},
		refresh: func() {
			paintBox(back, theme.ColorSurface, "", 0, theme.Radius)
			paintBox(edge, "", theme.ColorLine, 1, theme.Radius)
			g.pane.Refresh()
		},
	})
}
