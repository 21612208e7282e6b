package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Choice is one thing that can be picked.
type Choice struct {
	ID        string
	Text      string
	Secondary string // quiet, at the right: a province, "ceased 1974"
	Icon      theme.IconName
}

// choiceList shows choices one below the other. Only the visible ones exist as
// objects, so ten thousand cost what ten do.
type choiceList struct {
	fwidget.BaseWidget
	choices  []Choice
	cursor   int
	selected string // ID
	onPick   func(Choice)
	onKey    func(*fyne.KeyEvent) bool
	onRune   func(rune)
	name     func() string

	scroll *container.Scroll
	rows   []*choiceRow
}

type choiceRow struct {
	fill            *canvas.Rectangle
	icon, tick      *canvas.Image
	text, secondary *canvas.Text
}

func newChoiceList() *choiceList {
	l := &choiceList{}
	l.ExtendBaseWidget(l)
	l.scroll = container.NewVScroll(l)
	l.scroll.OnScrolled = func(fyne.Position) { l.Refresh() }
	return l
}

func (l *choiceList) set(choices []Choice, cursor int) {
	l.choices = choices
	l.cursor = min(max(cursor, 0), len(choices)-1)
	l.scroll.Offset = fyne.Position{} // else a shorter list would look empty
	l.scroll.Refresh()
	l.reveal()
}

// reveal scrolls as little as needed to show the cursor.
func (l *choiceList) reveal() {
	if l.cursor >= 0 {
		l.scroll.ScrollToOffset(fyne.NewPos(0, revealOffset(l.cursor, theme.RowHeight, l.scroll.Offset.Y, l.scroll.Size().Height)))
	}
	l.Refresh()
}

// revealOffset is the offset nearest to the present one at which row is whole.
func revealOffset(row int, height, offset, viewport float32) float32 {
	top := float32(row) * height
	switch {
	case top < offset || viewport < height:
		return top
	case top+height > offset+viewport:
		return top + height - viewport
	}
	return offset
}

func (l *choiceList) move(by int) {
	if len(l.choices) == 0 {
		return
	}
	l.cursor = min(max(l.cursor+by, 0), len(l.choices)-1)
	l.reveal()
}

// key does what a key means in the list, if anything.
func (l *choiceList) key(ev *fyne.KeyEvent) bool {
	page := max(int(l.scroll.Size().Height/theme.RowHeight)-1, 1)
	switch ev.Name {
	case fyne.KeyDown:
		l.move(1)
	case fyne.KeyUp:
		l.move(-1)
	case fyne.KeyPageDown:
		l.move(page)
	case fyne.KeyPageUp:
		l.move(-page)
	case fyne.KeyReturn, fyne.KeyEnter:
		l.pick(l.cursor)
	default:
		return false
	}
	return true
}

func (l *choiceList) pick(i int) {
	if i >= 0 && i < len(l.choices) && l.onPick != nil {
		l.onPick(l.choices[i])
	}
}

func (l *choiceList) rowAt(p fyne.Position) int {
	i := int(p.Y / theme.RowHeight)
	if p.Y < 0 || i >= len(l.choices) {
		return -1
	}
	return i
}

func (l *choiceList) AccessibilityLabel() string {
	if l.name != nil {
		return l.name()
	}
	return ""
}

func (l *choiceList) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (l *choiceList) Tapped(ev *fyne.PointEvent) { l.pick(l.rowAt(ev.Position)) }

func (l *choiceList) MouseIn(ev *desktop.MouseEvent) { l.MouseMoved(ev) }

func (l *choiceList) MouseMoved(ev *desktop.MouseEvent) {
	if i := l.rowAt(ev.Position); i >= 0 && i != l.cursor {
		l.cursor = i
		l.Refresh()
	}
}

func (l *choiceList) MouseOut() {}

func (l *choiceList) FocusGained() {}

func (l *choiceList) FocusLost() {}

func (l *choiceList) TypedRune(r rune) {
	if l.onRune != nil {
		l.onRune(r)
	}
}

func (l *choiceList) AcceptsTab() bool { return l.onKey != nil }

func (l *choiceList) TypedKey(ev *fyne.KeyEvent) {
	if l.onKey != nil && l.onKey(ev) {
		return
	}
	if !l.key(ev) {
		passKey(l, ev)
	}
}

func (l *choiceList) CreateRenderer() fyne.WidgetRenderer { return &choicePainter{l: l} }

type choicePainter struct {
	l       *choiceList
	objects []fyne.CanvasObject
}

func (r *choicePainter) Destroy()                     {}
func (r *choicePainter) Objects() []fyne.CanvasObject { return r.objects }
func (r *choicePainter) MinSize() fyne.Size {
	return fyne.NewSize(120, float32(len(r.l.choices))*theme.RowHeight)
}
func (r *choicePainter) Layout(fyne.Size) { r.draw() }
func (r *choicePainter) Refresh() {
	r.draw()
	canvas.Refresh(r.l)
}

func (r *choicePainter) draw() {
	l := r.l
	width := l.BaseWidget.Size().Width
	first, last := visibleRows(l.scroll.Offset.Y, l.scroll.Size().Height, theme.RowHeight, len(l.choices))
	for len(l.rows) < last-first {
		row := &choiceRow{&canvas.Rectangle{}, newImage(), newImage(), &canvas.Text{}, &canvas.Text{}}
		l.rows = append(l.rows, row)
	}
	r.objects = r.objects[:0]
	for k, row := range l.rows[:max(last-first, 0)] {
		i := first + k
		c := l.choices[i]
		fill := theme.ColorTransparent
		if i == l.cursor {
			fill = theme.ColorSelected
		}
		y := float32(i) * theme.RowHeight
		paintBox(row.fill, fill, "", 0, theme.Radius)
		row.fill.Move(fyne.NewPos(theme.Space4, y))
		row.fill.Resize(fyne.NewSize(width-2*theme.Space4, theme.RowHeight))
		x := theme.Space12
		paintIcon(row.icon, c.Icon, theme.ColorQuiet)
		if c.Icon != "" {
			row.icon.Move(fyne.NewPos(x, y+(theme.RowHeight-theme.IconSize)/2))
			row.icon.Resize(fyne.NewSquareSize(theme.IconSize))
			x += theme.IconSize + 6
		}
		right := width - theme.Space12
		tick := theme.IconName("")
		if c.ID == l.selected && l.selected != "" {
			tick = theme.IconCheck
			right -= theme.IconSize
		}
		paintIcon(row.tick, tick, theme.ColorPrimary)
		row.tick.Move(fyne.NewPos(right, y+(theme.RowHeight-theme.IconSize)/2))
		row.tick.Resize(fyne.NewSquareSize(theme.IconSize))
		room := max(right-x-theme.Space8, 0)
		setText(row.secondary, truncate(c.Secondary, room*0.55, theme.TextSecondary, fyne.TextStyle{}), theme.TextSecondary, theme.ColorQuiet)
		m := row.secondary.MinSize()
		row.secondary.Move(fyne.NewPos(right-theme.Space8-m.Width, y+(theme.RowHeight-m.Height)/2))
		row.secondary.Resize(m)
		if c.Secondary != "" {
			room -= m.Width + theme.Space12
		}
		setText(row.text, truncate(c.Text, room, theme.TextBody, fyne.TextStyle{}), theme.TextBody, theme.ColorInk)
		m = row.text.MinSize()
		row.text.Move(fyne.NewPos(x, y+(theme.RowHeight-m.Height)/2))
		row.text.Resize(m)
		r.objects = append(r.objects, row.fill, row.icon, row.tick, row.text, row.secondary)
	}
}

func setText(t *canvas.Text, text string, size float32, role fyne.ThemeColorName) {
	t.Text, t.TextSize, t.Color = text, size, theme.Color(role)
}

// visibleRows is the range of rows that a viewport shows, whole or in part.
func visibleRows(offset, viewport, height float32, n int) (first, last int) {
	first = min(max(int(offset/height), 0), n)
	last = min(int((offset+viewport)/height)+1, n)
	return first, max(last, first)
}
