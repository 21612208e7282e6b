package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// MultiPicker is a field by which several are picked one after the other from a
// list that is searched: users, Comuni. What is picked stands below as chips.
// Tab reaches the field, then the chips: there the arrows, Home and End move,
// Delete, Backspace, Enter or Space take one out.
type MultiPicker struct {
	fwidget.BaseWidget
	// OnChanged is called when the user has put one in or taken one out.
	OnChanged func(chosen []Choice)

	picker *Picker
	chosen []Choice
	tokens *tokenRow
	column *fyne.Container
}

// NewMultiPicker returns a field that searches while one types, as NewPicker
// does; chips says to assistive technology what the chips are.
func NewMultiPicker(label, chips string, search func(query string) []Choice) *MultiPicker {
	p := NewPicker(label, nil)
	m := newMultiPicker(p, chips)
	p.search = func(query string) []Choice { return m.without(search(query)) }
	return m
}

// NewMultiPickerLater is NewMultiPicker for what cannot answer at once, as
// NewPickerLater.
func NewMultiPickerLater(label, chips string, search func(query string, found func([]Choice))) *MultiPicker {
	p := NewPicker(label, nil)
	m := newMultiPicker(p, chips)
	p.later = func(query string, found func([]Choice)) {
		search(query, func(choices []Choice) { found(m.without(choices)) })
	}
	return m
}

func newMultiPicker(p *Picker, chips string) *MultiPicker {
	m := &MultiPicker{picker: p}
	m.tokens = newTokenRow(m, chips)
	m.column = VBox(theme.Space8, p, m.tokens)
	p.OnChanged = func(c Choice, ok bool) {
		p.Clear()
		if ok {
			m.set(append(slices.Clone(m.chosen), c), true)
		}
	}
	m.ExtendBaseWidget(m)
	m.set(nil, false)
	return m
}

// Picker is the field by which they are picked, for its hint, placeholder and
// words.
func (m *MultiPicker) Picker() *Picker { return m.picker }

// without leaves out what is picked already.
func (m *MultiPicker) without(choices []Choice) []Choice {
	var out []Choice
	for _, c := range choices {
		if !m.has(c.ID) {
			out = append(out, c)
		}
	}
	return out
}

func (m *MultiPicker) has(id string) bool {
	return slices.ContainsFunc(m.chosen, func(c Choice) bool { return c.ID == id })
}

// Selected are those picked, in the order in which they were.
func (m *MultiPicker) Selected() []Choice { return slices.Clone(m.chosen) }

// SetSelected picks exactly these without calling OnChanged.
func (m *MultiPicker) SetSelected(chosen ...Choice) { m.set(slices.Clone(chosen), false) }

func (m *MultiPicker) set(chosen []Choice, tell bool) {
	m.chosen = chosen
	m.tokens.update()
	m.tokens.Hidden = len(chosen) == 0
	if tell {
		m.picker.SetError("")
	}
	m.Refresh()
	if tell && m.OnChanged != nil {
		m.OnChanged(m.Selected())
	}
}

func (m *MultiPicker) remove(i int) {
	if i >= 0 && i < len(m.chosen) && !m.picker.off {
		m.set(slices.Delete(slices.Clone(m.chosen), i, i+1), true)
	}
}

// SetError shows what is wrong; picking takes it away.
func (m *MultiPicker) SetError(text string) { m.picker.SetError(text); m.Refresh() }

// Error is the mistake shown, empty if none.
func (m *MultiPicker) Error() string { return m.picker.Error() }

// SetDisabled makes the field read-only, or editable again.
func (m *MultiPicker) SetDisabled(off bool) { m.picker.SetDisabled(off); m.tokens.update() }

// Focusable is what Tab reaches first.
func (m *MultiPicker) Focusable() fyne.Focusable { return m.picker.Focusable() }

// Focus puts the focus on the field.
func (m *MultiPicker) Focus() { m.picker.Focus() }

// AccessibilityLabel implements fyne.Accessible.
func (m *MultiPicker) AccessibilityLabel() string { return m.picker.Label }

// AccessibilityRole implements fyne.Accessible.
func (m *MultiPicker) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (m *MultiPicker) inside() []fyne.CanvasObject { return []fyne.CanvasObject{m.column} }

// CreateRenderer implements fyne.Widget.
func (m *MultiPicker) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      m,
		objects: []fyne.CanvasObject{m.column},
		minSize: func() fyne.Size { return m.column.MinSize() },
		layout: func(s fyne.Size) {
			m.column.Resize(s)
			relayout(m.column)
		},
	})
}

// tokenRow is the chips of what is picked.
type tokenRow struct {
	fwidget.BaseWidget
	m       *MultiPicker
	name    string
	flow    *fyne.Container
	cursor  int
	focused bool
}

func newTokenRow(m *MultiPicker, name string) *tokenRow {
	r := &tokenRow{m: m, name: name, flow: Flow(theme.Space8)}
	r.ExtendBaseWidget(r)
	return r
}

func (r *tokenRow) update() {
	r.flow.Objects = nil
	for i, c := range r.m.chosen {
		t := &token{row: r, index: i, text: c.Text}
		t.ExtendBaseWidget(t)
		r.flow.Objects = append(r.flow.Objects, t)
	}
	r.cursor = min(r.cursor, max(len(r.m.chosen)-1, 0))
	r.flow.Refresh()
	r.Refresh()
}

func (r *tokenRow) AccessibilityLabel() string {
	if r.focused && r.cursor < len(r.m.chosen) {
		return r.name + ": " + r.m.chosen[r.cursor].Text
	}
	return r.name
}

func (r *tokenRow) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// Disabled, Enable and Disable let Fyne skip the chips in the Tab order.
func (r *tokenRow) Disabled() bool { return r.m.picker.off }
func (r *tokenRow) Enable()        {}
func (r *tokenRow) Disable()       {}

func (r *tokenRow) FocusGained() {
	r.focused = true
	comeIntoView(r)
	r.Refresh()
}

func (r *tokenRow) FocusLost() { r.focused = false; r.Refresh() }

func (r *tokenRow) TypedRune(c rune) {
	if c != ' ' {
		passRune(r, c)
	}
}

func (r *tokenRow) TypedKey(ev *fyne.KeyEvent) {
	last := max(len(r.m.chosen)-1, 0)
	switch ev.Name {
	case fyne.KeyRight, fyne.KeyDown:
		r.cursor = min(r.cursor+1, last)
	case fyne.KeyLeft, fyne.KeyUp:
		r.cursor = max(r.cursor-1, 0)
	case fyne.KeyHome:
		r.cursor = 0
	case fyne.KeyEnd:
		r.cursor = last
	case fyne.KeyDelete, fyne.KeyBackspace, fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		r.m.remove(r.cursor)
		if len(r.m.chosen) == 0 {
			r.m.Focus()
		}
		return
	default:
		passKey(r, ev)
		return
	}
	r.Refresh()
}

func (r *tokenRow) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      r,
		objects: []fyne.CanvasObject{r.flow},
		minSize: r.flow.MinSize,
		layout: func(s fyne.Size) {
			r.flow.Resize(s)
			r.flow.Layout.Layout(r.flow.Objects, s)
		},
		refresh: func() {
			for _, o := range r.flow.Objects {
				o.Refresh()
			}
		},
	})
}

// token is one chip: a click takes it out.
type token struct {
	fwidget.BaseWidget
	row     *tokenRow
	index   int
	text    string
	hovered bool
}

func (t *token) AccessibilityLabel() string { return t.text }

func (t *token) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (t *token) Tapped(*fyne.PointEvent) { t.row.m.remove(t.index) }

func (t *token) Cursor() desktop.Cursor         { return desktop.PointerCursor }
func (t *token) MouseIn(*desktop.MouseEvent)    { t.hovered = true; t.Refresh() }
func (t *token) MouseMoved(*desktop.MouseEvent) {}
func (t *token) MouseOut()                      { t.hovered = false; t.Refresh() }

func (t *token) CreateRenderer() fyne.WidgetRenderer {
	box, hover, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	icon, text := newImage(), &canvas.Text{}
	const height, side, inset, gap = 28, 16, 10, 4
	return newPainter(&painter{
		of:      t,
		objects: []fyne.CanvasObject{box, hover, text, icon, ring},
		minSize: func() fyne.Size {
			return fyne.NewSize(2*inset+gap+side+fyne.MeasureText(t.text, theme.TextBody, fyne.TextStyle{}).Width, height)
		},
		layout: func(s fyne.Size) {
			box.Resize(s)
			hover.Resize(s)
			placeRing(ring, s)
			text.Text = truncate(t.text, s.Width-2*inset-gap-side, theme.TextBody, fyne.TextStyle{})
			m := text.MinSize()
			text.Move(fyne.NewPos(inset, (s.Height-m.Height)/2))
			text.Resize(m)
			icon.Move(fyne.NewPos(s.Width-inset-side+2, (s.Height-side)/2))
			icon.Resize(fyne.NewSquareSize(side))
		},
		refresh: func() {
			ink := theme.ColorInk
			if t.row.m.picker.off {
				ink = theme.ColorDisabled
			}
			paintBox(box, theme.ColorSelected, theme.ColorPrimary, 1, height/2)
			over := theme.ColorTransparent
			if t.hovered {
				over = hoverRole
			}
			paintBox(hover, over, "", 0, height/2)
			paintRing(ring, t.row.focused && t.row.cursor == t.index, false)
			ring.CornerRadius = height/2 + theme.FocusWidth
			setText(text, t.text, theme.TextBody, ink)
			paintIcon(icon, theme.IconClose, ink)
		},
	})
}
