package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// gridHeader is the titles of a table. It moves sideways with the rows.
type gridHeader struct {
	fwidget.BaseWidget
	g       *grid
	cursor  int
	focused bool
	drag    int // column whose right edge is dragged, -1: none
	edge    bool
}

func newGridHeader(g *grid) *gridHeader {
	h := &gridHeader{g: g, drag: -1}
	h.ExtendBaseWidget(h)
	return h
}

func (h *gridHeader) AccessibilityLabel() string {
	if h.cursor < len(h.g.cols) {
		return h.g.cols[h.cursor].title
	}
	return h.g.name
}

func (h *gridHeader) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// columnAt finds the column under x, and whether x is on its right edge.
func (h *gridHeader) columnAt(x float32) (col int, edge bool) {
	const grip = 4
	right := h.g.lead() - h.g.scroll.Offset.X
	for i, w := range h.g.widths {
		right += w
		if x < right-grip {
			return i, false
		}
		if x <= right+grip {
			return i, true
		}
	}
	return -1, false
}

func (h *gridHeader) Tapped(ev *fyne.PointEvent) {
	col, edge := h.columnAt(ev.Position.X)
	if col < 0 || edge {
		return
	}
	requestFocus(h)
	h.cursor = col
	h.g.sort(col)
	h.Refresh()
}

func (h *gridHeader) Dragged(ev *fyne.DragEvent) {
	if h.drag < 0 {
		col, edge := h.columnAt(ev.Position.X - ev.Dragged.DX)
		if !edge {
			return
		}
		h.drag = col
		h.g.cols[col].width = h.g.widths[col]
	}
	h.g.resizeColumn(h.drag, h.g.cols[h.drag].width+ev.Dragged.DX)
}

func (h *gridHeader) DragEnd() {
	if h.drag >= 0 {
		h.drag = -1
		h.g.widthsSettled()
	}
}

func (h *gridHeader) MouseIn(ev *desktop.MouseEvent) { h.MouseMoved(ev) }

func (h *gridHeader) MouseMoved(ev *desktop.MouseEvent) { _, h.edge = h.columnAt(ev.Position.X) }

func (h *gridHeader) MouseOut() { h.edge = false }

func (h *gridHeader) Cursor() desktop.Cursor {
	if h.edge || h.drag >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

func (h *gridHeader) FocusGained() { h.focused = true; h.reveal() }

func (h *gridHeader) FocusLost() { h.focused = false; h.Refresh() }

func (h *gridHeader) TypedRune(r rune) {
	if h.cursor >= len(h.g.widths) {
		return
	}
	switch r {
	case '+':
		h.g.resizeColumn(h.cursor, h.g.widths[h.cursor]+16)
		h.g.widthsSettled()
	case '-', '−':
		h.g.resizeColumn(h.cursor, h.g.widths[h.cursor]-16)
		h.g.widthsSettled()
	case ' ':
	default:
		passRune(h, r)
	}
}

func (h *gridHeader) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyLeft:
		h.cursor = max(h.cursor-1, 0)
	case fyne.KeyRight:
		h.cursor = min(h.cursor+1, max(len(h.g.cols)-1, 0))
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if h.cursor < len(h.g.cols) {
			h.g.sort(h.cursor)
		}
	case fyne.KeyDown:
		h.g.Focus()
		return
	default:
		passKey(h, ev)
		return
	}
	h.reveal()
}

// reveal scrolls sideways to show the column under the cursor.
func (h *gridHeader) reveal() {
	x := h.g.lead()
	for i, w := range h.g.widths {
		if i == h.cursor {
			off := h.g.scroll.Offset
			switch view := h.g.scroll.Size().Width; {
			case x < off.X:
				h.g.scroll.ScrollToOffset(fyne.NewPos(x, off.Y))
			case x+w > off.X+view:
				h.g.scroll.ScrollToOffset(fyne.NewPos(max(min(x, x+w-view), 0), off.Y))
			}
		}
		x += w
	}
	h.Refresh()
}

func (h *gridHeader) CreateRenderer() fyne.WidgetRenderer {
	back, line, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, newSquareRing()
	var texts []*canvas.Text
	var marks []*canvas.Image
	var edges []*canvas.Rectangle
	objects := []fyne.CanvasObject{back, line}
	for range h.g.cols {
		t, m, e := &canvas.Text{}, newImage(), &canvas.Rectangle{}
		texts, marks, edges = append(texts, t), append(marks, m), append(edges, e)
		objects = append(objects, e, t, m)
	}
	objects = append(objects, ring.objects()...)
	const side = 18
	style := fyne.TextStyle{Bold: true}
	return newPainter(&painter{
		of:      h,
		objects: objects,
		minSize: func() fyne.Size { return fyne.NewSize(1, headerHeight) },
		layout: func(s fyne.Size) {
			back.Resize(s)
			line.Move(fyne.NewPos(0, s.Height-1))
			line.Resize(fyne.NewSize(s.Width, 1))
			ring.hide()
			x := h.g.lead() - h.g.scroll.Offset.X
			for i, w := range h.g.widths {
				c := h.g.cols[i]
				room := w - 2*cellInset
				sorted := c.id == h.g.sortBy && c.sortable
				if sorted {
					room -= side
				}
				text := truncate(c.title, room, theme.TextSecondary, style)
				texts[i].Text = text
				m := fyne.MeasureText(text, theme.TextSecondary, style)
				left := x + cellInset
				if c.align == fyne.TextAlignTrailing {
					left += max(room-m.Width, 0)
				}
				texts[i].Move(fyne.NewPos(left, (s.Height-m.Height)/2))
				texts[i].Resize(m)
				marks[i].Hidden = !sorted
				marks[i].Move(fyne.NewPos(left+m.Width+1, (s.Height-side)/2))
				marks[i].Resize(fyne.NewSquareSize(side))
				edges[i].Hidden = x+w >= s.Width-2
				edges[i].Move(fyne.NewPos(x+w-1, 8))
				edges[i].Resize(fyne.NewSize(1, s.Height-16))
				if h.focused && i == h.cursor {
					ring.show(fyne.NewPos(x, 0), fyne.NewSize(w, s.Height))
				}
				x += w
			}
		},
		refresh: func() {
			paintBox(back, theme.ColorHeader, "", 0, 0)
			paintBox(line, theme.ColorBorder, "", 0, 0)
			for i := range h.g.cols {
				paintBox(edges[i], theme.ColorBorder, "", 0, 0)
				texts[i].TextStyle, texts[i].TextSize, texts[i].Color = style, theme.TextSecondary, theme.Color(theme.ColorInk)
				icon := theme.IconDropUp
				if h.g.sortDown {
					icon = theme.IconDropDown
				}
				paintIcon(marks[i], icon, theme.ColorPrimary)
			}
		},
	})
}
