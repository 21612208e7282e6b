package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// gridBody is the rows of a table inside its scroll container.
type gridBody struct {
	fwidget.BaseWidget
	g       *grid
	focused bool
	shift   bool
	hover   int
	drawn   []*gridRow
}

type gridRow struct {
	fill, bar, line *canvas.Rectangle
	mark            *canvas.Image
	icons           []*canvas.Image
	texts           []*canvas.Text
	bars            map[int][2]*canvas.Rectangle // by column: all of it, and the share
}

func newGridBody(g *grid) *gridBody {
	b := &gridBody{g: g, hover: -1}
	b.ExtendBaseWidget(b)
	return b
}

func (b *gridBody) AccessibilityLabel() string { return b.g.name }

func (b *gridBody) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (b *gridBody) rowAt(p fyne.Position) int {
	i := int(p.Y / theme.RowHeight)
	if p.Y < 0 || i >= b.g.length() {
		return -1
	}
	return i
}

// MouseDown implements desktop.Mouseable: a press selects at once, where a tap
// would wait to see whether it becomes a double tap.
func (b *gridBody) MouseDown(ev *desktop.MouseEvent) {
	if ev.Button == desktop.MouseButtonSecondary {
		return
	}
	requestFocus(b)
	i := b.rowAt(ev.Position)
	if i < 0 {
		return
	}
	switch {
	case b.g.Multiple && ev.Modifier&fyne.KeyModifierShift != 0:
		b.extend(i)
	case b.g.Multiple && (ev.Modifier&fyne.KeyModifierShortcutDefault != 0 || ev.Position.X < markWidth):
		b.g.Select(i)
		b.toggle(i)
	default:
		b.g.anchor = i
		b.g.Select(i)
	}
}

// MouseUp implements desktop.Mouseable.
func (b *gridBody) MouseUp(*desktop.MouseEvent) {}

// Tapped implements fyne.Tappable.
func (b *gridBody) Tapped(ev *fyne.PointEvent) {
	requestFocus(b)
	if i := b.rowAt(ev.Position); i >= 0 {
		b.g.Select(i)
	}
}

// DoubleTapped implements fyne.DoubleTappable.
func (b *gridBody) DoubleTapped(ev *fyne.PointEvent) {
	if i := b.rowAt(ev.Position); i >= 0 {
		b.g.Select(i)
		b.g.open(i)
	}
}

func (b *gridBody) MouseIn(ev *desktop.MouseEvent) { b.MouseMoved(ev) }

func (b *gridBody) MouseMoved(ev *desktop.MouseEvent) {
	if i := b.rowAt(ev.Position); i != b.hover {
		b.hover = i
		b.Refresh()
	}
}

func (b *gridBody) MouseOut() {
	b.hover = -1
	b.Refresh()
}

func (b *gridBody) FocusGained() {
	b.focused = true
	if b.g.current < 0 && !b.g.resting && b.g.length() > 0 && b.g.state.Kind == StateReady {
		b.g.anchor = 0
		b.g.Select(0)
	}
	b.Refresh()
}

func (b *gridBody) FocusLost() { b.focused, b.shift = false, false; b.Refresh() }

// KeyDown implements desktop.Keyable.
func (b *gridBody) KeyDown(ev *fyne.KeyEvent) {
	if ev.Name == desktop.KeyShiftLeft || ev.Name == desktop.KeyShiftRight {
		b.shift = true
		b.g.anchor = b.g.current
	}
}

// KeyUp implements desktop.Keyable.
func (b *gridBody) KeyUp(ev *fyne.KeyEvent) {
	if ev.Name == desktop.KeyShiftLeft || ev.Name == desktop.KeyShiftRight {
		b.shift = false
	}
}

func (b *gridBody) TypedRune(r rune) {
	if b.g.OnRune != nil && b.g.OnRune(r) {
		return
	}
	if r != ' ' {
		passRune(b, r)
	}
}

func (b *gridBody) TypedKey(ev *fyne.KeyEvent) {
	g := b.g
	page := max(int(g.scroll.Size().Height/theme.RowHeight)-1, 1)
	to := g.current
	switch ev.Name {
	case fyne.KeyDown:
		to++
	case fyne.KeyUp:
		to--
	case fyne.KeyPageDown:
		to += page
	case fyne.KeyPageUp:
		to -= page
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = g.length() - 1
	case fyne.KeyReturn, fyne.KeyEnter:
		if g.current >= 0 {
			g.open(g.current)
		}
		return
	case fyne.KeySpace:
		if g.Multiple && g.current >= 0 {
			b.toggle(g.current)
		}
		return
	case fyne.KeyLeft, fyne.KeyRight:
		step := float32(60)
		if ev.Name == fyne.KeyLeft {
			step = -step
		}
		most := max(g.totalWidth()-g.scroll.Size().Width, 0)
		g.scroll.ScrollToOffset(fyne.NewPos(min(max(g.scroll.Offset.X+step, 0), most), g.scroll.Offset.Y))
		return
	default:
		passKey(b, ev)
		return
	}
	if g.length() == 0 {
		return
	}
	to = min(max(to, 0), g.length()-1)
	if g.Multiple && b.shift {
		b.extend(to)
		return
	}
	g.anchor = to
	g.Select(to)
}

// TypedShortcut implements fyne.Shortcutable.
func (b *gridBody) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		text := b.g.copied()
		if text == "" {
			return
		}
		s.Clipboard.SetContent(text)
		if b.g.OnCopied != nil {
			b.g.OnCopied(text)
		}
	case *fyne.ShortcutSelectAll:
		if b.g.Multiple {
			for i := range b.g.length() {
				b.g.marked[i] = true
			}
			b.marksChanged()
		}
	default:
		passShortcut(b, s)
	}
}

func (b *gridBody) toggle(i int) {
	if b.g.marked[i] {
		delete(b.g.marked, i)
	} else {
		b.g.marked[i] = true
	}
	b.g.anchor = i
	b.marksChanged()
}

// extend marks all from where the selection began to row i.
func (b *gridBody) extend(i int) {
	if b.g.anchor < 0 {
		b.g.anchor = max(b.g.current, 0)
	}
	clear(b.g.marked)
	for k := min(b.g.anchor, i); k <= max(b.g.anchor, i); k++ {
		b.g.marked[k] = true
	}
	b.g.Select(i)
	b.marksChanged()
}

func (b *gridBody) marksChanged() {
	b.Refresh()
	if b.g.OnMark != nil {
		b.g.OnMark()
	}
}

func (b *gridBody) CreateRenderer() fyne.WidgetRenderer {
	return &bodyPainter{b: b, ring: newSquareRing()}
}

// shareHeight is the height of a bar in a cell.
const shareHeight float32 = 4

type bodyPainter struct {
	b       *gridBody
	ring    squareRing
	objects []fyne.CanvasObject
	cells   []gridCell
}

func (r *bodyPainter) Destroy()                     {}
func (r *bodyPainter) Objects() []fyne.CanvasObject { return r.objects }
func (r *bodyPainter) MinSize() fyne.Size {
	size := fyne.NewSize(r.b.g.totalWidth(), float32(r.b.g.length())*theme.RowHeight)
	if size.Width > r.b.g.scroll.Size().Width {
		size.Height += barWidth // else the bar would lie over the last row
	}
	return size
}
func (r *bodyPainter) Layout(fyne.Size) { r.draw() }
func (r *bodyPainter) Refresh() {
	r.draw()
	canvas.Refresh(r.b)
}

func (r *bodyPainter) draw() {
	g := r.b.g
	if len(g.widths) != len(g.cols) {
		return
	}
	first, last := visibleRows(g.scroll.Offset.Y, g.scroll.Size().Height, theme.RowHeight, g.length())
	for len(r.b.drawn) < last-first {
		row := &gridRow{fill: &canvas.Rectangle{}, bar: &canvas.Rectangle{}, line: &canvas.Rectangle{}, mark: newImage()}
		for range g.cols {
			row.icons = append(row.icons, newImage())
			row.texts = append(row.texts, &canvas.Text{})
		}
		r.b.drawn = append(r.b.drawn, row)
	}
	if r.cells == nil {
		r.cells = make([]gridCell, len(g.cols))
	}
	r.objects = r.objects[:0]
	r.ring.hide()
	for k, row := range r.b.drawn[:last-first] {
		i := first + k
		g.fill(i, r.cells)
		r.drawRow(row, i)
	}
	r.objects = append(r.objects, r.ring.objects()...)
}

func (r *bodyPainter) drawRow(row *gridRow, i int) {
	g := r.b.g
	width := max(g.totalWidth(), r.b.BaseWidget.Size().Width)
	y, h := float32(i)*theme.RowHeight, theme.RowHeight
	selected := i == g.current
	fill, bar := theme.ColorTransparent, theme.ColorTransparent
	switch {
	case selected:
		fill, bar = theme.ColorSelected, theme.ColorPrimary
	case g.marked[i]:
		fill = theme.ColorSelected
	case i == r.b.hover:
		fill = theme.ColorHovered
	}
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		r.objects = append(r.objects, o)
	}
	paintBox(row.fill, fill, "", 0, 0)
	place(row.fill, 0, y, width, h-1)
	paintBox(row.line, theme.ColorLine, "", 0, 0)
	place(row.line, 0, y+h-1, width, 1)
	paintBox(row.bar, bar, "", 0, 0)
	place(row.bar, 0, y, 3, h-1)
	if selected && r.b.focused {
		r.ring.show(fyne.NewPos(g.scroll.Offset.X, y), fyne.NewSize(min(width, g.scroll.Size().Width), h-1))
	}
	side := float32(16)
	if g.Multiple {
		mark, role := theme.IconBoxEmpty, theme.ColorQuiet
		if g.marked[i] {
			mark, role = theme.IconBoxChecked, theme.ColorPrimary
		}
		paintIcon(row.mark, mark, role)
		place(row.mark, (markWidth-theme.IconSize)/2+2, y+(h-theme.IconSize)/2, theme.IconSize, theme.IconSize)
	}
	x := g.lead()
	for k, c := range g.cols {
		cell := r.cells[k]
		role := cell.tone.Color()
		ink := role
		if selected || g.marked[i] { // a tone has too little contrast there
			ink = theme.ColorInk
		}
		left, room := x+cellInset, g.widths[k]-2*cellInset
		paintIcon(row.icons[k], cell.icon, role)
		if cell.icon != "" {
			place(row.icons[k], left, y+(h-side)/2, side, side)
			left += side + 5
			room -= side + 5
		}
		t := row.texts[k]
		t.TextStyle = fyne.TextStyle{Monospace: c.mono, Bold: cell.bold}
		setText(t, truncate(cell.text, room, theme.TextBody, t.TextStyle), theme.TextBody, ink)
		t.Alignment = c.align
		m := t.MinSize()
		if !cell.bar {
			place(t, left, y+(h-1-m.Height)/2, max(room, 0), m.Height)
			x += g.widths[k]
			continue
		}
		place(t, left, y+(h-1-m.Height)/2-3, max(room, 0), m.Height)
		if row.bars == nil {
			row.bars = map[int][2]*canvas.Rectangle{}
		}
		bars, ok := row.bars[k]
		if !ok {
			bars = [2]*canvas.Rectangle{{}, {}}
			row.bars[k] = bars
		}
		if cell.tone == theme.Neutral {
			ink = theme.ColorPrimary
		}
		paintBox(bars[0], theme.ColorLine, "", 0, shareHeight/2)
		place(bars[0], left, y+h-2*shareHeight-1, max(room, 0), shareHeight)
		paintBox(bars[1], ink, "", 0, shareHeight/2)
		place(bars[1], left, y+h-2*shareHeight-1, max(room, 0)*float32(min(max(cell.share, 0), 1)), shareHeight)
		x += g.widths[k]
	}
}
