package widget

import (
	"cmp"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

const pickerRows = 8 // shown at once in the list

// Picker is a field whose value is picked from a list: with a search as one
// types (a Comune among ten thousand), or from a few fixed choices.
//
// Closed it shows the choice. Typing, Space, Enter or Down opens the list;
// arrows, PageUp and PageDown move, Enter picks, Tab picks and goes on, Esc
// leaves things as they were. Delete empties a field that is not required.
type Picker struct {
	fwidget.BaseWidget
	Label       string
	Hint        string
	Placeholder string // in the closed field while nothing is picked
	SearchText  string // placeholder of the search
	EmptyText   string // in the list when nothing is found
	Required    bool
	ReserveHelp bool
	// OnChanged is called when the user picks or empties; ok is false for empty.
	OnChanged func(c Choice, ok bool)

	search  func(query string) []Choice
	later   func(query string, found func([]Choice))
	asked   string // the query that is being answered
	fixed   []Choice
	picked  Choice
	ok      bool
	err     string
	face    *pickerFace
	off     bool
	pop     *fwidget.PopUp
	list    *choiceList
	entry   *input
	nothing *Label
}

// NewPicker returns a field that searches while one types. search is called in
// the main goroutine after each change and must answer at once; the empty
// query may list what is used most.
func NewPicker(label string, search func(query string) []Choice) *Picker {
	p := &Picker{Label: label, search: search}
	p.face = newPickerFace(p)
	p.ExtendBaseWidget(p)
	return p
}

// NewPickerLater is NewPicker for what cannot answer at once, such as a server:
// found takes the answer, in the main goroutine; one to an earlier query is
// dropped.
func NewPickerLater(label string, search func(query string, found func([]Choice))) *Picker {
	p := NewPicker(label, nil)
	p.later = search
	return p
}

// searches reports whether the list is found by typing.
func (p *Picker) searches() bool { return p.search != nil || p.later != nil }

// NewSelect returns a field with fixed choices; typing a letter goes to the
// next choice that begins with it.
func NewSelect(label string, choices ...Choice) *Picker {
	p := NewPicker(label, nil)
	p.fixed = choices
	return p
}

// SetChoices changes the fixed choices. What was picked stays only if it is
// still among them.
func (p *Picker) SetChoices(choices ...Choice) {
	p.fixed = choices
	for _, c := range choices {
		if p.ok && c.ID == p.picked.ID {
			p.picked = c
			p.Refresh()
			return
		}
	}
	p.Clear()
}

// Selected is the choice, ok false if there is none.
func (p *Picker) Selected() (c Choice, ok bool) { return p.picked, p.ok }

// SetSelected shows a choice without calling OnChanged.
func (p *Picker) SetSelected(c Choice) {
	p.picked, p.ok, p.err = c, true, ""
	p.Refresh()
}

// SetSelectedID shows the fixed choice with an ID; it returns false if there is none.
func (p *Picker) SetSelectedID(id string) bool {
	for _, c := range p.fixed {
		if c.ID == id {
			p.SetSelected(c)
			return true
		}
	}
	return false
}

// Clear empties the field without calling OnChanged.
func (p *Picker) Clear() {
	p.picked, p.ok = Choice{}, false
	p.Refresh()
}

// Error is the mistake shown, empty if none.
func (p *Picker) Error() string { return p.err }

// SetError shows what is wrong; picking takes it away.
func (p *Picker) SetError(text string) {
	p.err = text
	p.Refresh()
}

// SetDisabled makes the field read-only, or editable again.
func (p *Picker) SetDisabled(off bool) {
	p.off = off
	p.Refresh()
}

// Focus puts the focus on the field.
func (p *Picker) Focus() { requestFocus(p.face) }

// Focusable is what Tab reaches, for tests of the order.
func (p *Picker) Focusable() fyne.Focusable { return p.face }

// AccessibilityLabel implements fyne.Accessible.
func (p *Picker) AccessibilityLabel() string { return cmp.Or(p.Label, p.Placeholder) }

// AccessibilityRole implements fyne.Accessible.
func (p *Picker) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// IsOpen tells whether the list is shown.
func (p *Picker) IsOpen() bool { return p.pop != nil && p.pop.Visible() }

// Open shows the list, searching for query.
func (p *Picker) Open(query string) {
	c := canvasOf(p.face)
	if c == nil || p.off || p.IsOpen() {
		return
	}
	p.list = newChoiceList()
	p.list.name = func() string { return p.Label }
	p.list.onPick = p.pick
	p.list.onKey = p.listKey
	if p.ok {
		p.list.selected = p.picked.ID
	}
	p.nothing = newLabel(labelSpec{Text: p.EmptyText, Role: theme.ColorQuiet, Wrap: true})
	rows := pickerRows
	var top fyne.CanvasObject
	var focus fyne.Focusable = p.list
	if p.searches() {
		p.entry = newInput()
		p.entry.name = func() string { return p.Label }
		p.entry.PlaceHolder = p.SearchText
		p.entry.Icon = theme.IconIn(theme.IconSearch, theme.ColorQuiet)
		p.entry.takesTab = true
		p.entry.onKey = func(ev *fyne.KeyEvent) bool { return p.listKey(ev) || p.list.key(ev) }
		top, focus = Sized(0, theme.InputHeight, p.entry), p.entry
	} else {
		p.list.onRune = p.jump
		rows = min(max(len(p.fixed), 1), pickerRows)
	}
	body := stack(p.list.scroll, PadXY(theme.Space12, theme.Space8, p.nothing))
	edge := NewBox(theme.ColorRaised)
	edge.Line, edge.Radius = theme.ColorBorder, theme.Radius
	p.pop = fwidget.NewPopUp(stack(edge, Pad(1, Frame(top, nil, PadXY(0, theme.Space4, body), nil, nil))), c)

	size := fyne.NewSize(max(p.face.BaseWidget.Size().Width, 240), float32(rows)*theme.RowHeight+2*theme.Space4+2)
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.face)
	if p.searches() {
		size.Height += theme.InputHeight
	} else {
		pos.Y += theme.InputHeight + 2
	}
	pos.X = max(min(pos.X, c.Size().Width-size.Width-theme.Space4), 0)
	pos.Y = max(min(pos.Y, c.Size().Height-size.Height-theme.Space4), 0)
	p.pop.ShowAtPosition(pos)
	p.pop.Resize(size)
	p.update(query)
	if p.searches() {
		p.entry.SetText(query)
		p.entry.CursorColumn = len([]rune(query))
		p.entry.OnChanged = p.update
		p.entry.Refresh()
	}
	c.Focus(focus)
}

func (p *Picker) update(query string) {
	query = strings.TrimSpace(query)
	if p.later != nil {
		p.asked = query
		list := p.list
		p.later(query, func(choices []Choice) {
			if p.IsOpen() && p.list == list && p.asked == query {
				p.offer(query, choices)
			}
		})
		return
	}
	choices := p.fixed
	if p.search != nil {
		choices = p.search(query)
	}
	p.offer(query, choices)
}

// offer shows the choices that a query found.
func (p *Picker) offer(query string, choices []Choice) {
	cursor := 0
	if query == "" {
		for i, c := range choices {
			if p.ok && c.ID == p.picked.ID {
				cursor = i
			}
		}
	}
	p.nothing.Hidden = len(choices) > 0
	p.nothing.Refresh()
	p.list.set(choices, cursor)
}

// jump goes to the next choice that begins with a letter.
func (p *Picker) jump(r rune) {
	n := len(p.list.choices)
	for k := 1; k <= n; k++ {
		i := (p.list.cursor + k) % n
		first, _, _ := strings.Cut(p.list.choices[i].Text, " ")
		if first != "" && unicode.ToLower([]rune(first)[0]) == unicode.ToLower(r) {
			p.list.move(i - p.list.cursor)
			return
		}
	}
}

func (p *Picker) listKey(ev *fyne.KeyEvent) bool {
	switch ev.Name {
	case fyne.KeyEscape:
		p.close()
	case fyne.KeyTab:
		c := canvasOf(p.face)
		p.list.pick(p.list.cursor)
		p.close()
		if c != nil {
			c.FocusNext()
		}
	case fyne.KeySpace:
		if p.searches() {
			return false
		}
		p.list.pick(p.list.cursor)
	case fyne.KeyHome, fyne.KeyEnd:
		if p.searches() {
			return false
		}
		p.list.move(map[bool]int{true: -1, false: 1}[ev.Name == fyne.KeyHome] * len(p.list.choices))
	default:
		return false
	}
	return true
}

func (p *Picker) pick(c Choice) {
	p.close()
	p.SetSelected(c)
	if p.OnChanged != nil {
		p.OnChanged(c, true)
	}
}

func (p *Picker) close() {
	if p.pop != nil {
		p.pop.Hide()
		p.pop = nil
	}
	requestFocus(p.face)
	p.Refresh()
}

func (p *Picker) empty() {
	if !p.ok || p.Required || p.off {
		return
	}
	p.Clear()
	if p.OnChanged != nil {
		p.OnChanged(Choice{}, false)
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Picker) CreateRenderer() fyne.WidgetRenderer {
	fr := newFieldFrame(p.face, nil)
	return newPainter(&painter{
		of:      p,
		objects: fr.objects,
		minSize: fr.minSize,
		layout:  fr.layout,
		refresh: func() {
			icon, text, role := helpLine(p.err, Status{}, p.Hint)
			fr.set(p.Label, p.Required, icon, text, role, p.ReserveHelp, p.err != "", p.face.focused, p.off)
			p.face.Refresh()
		},
	})
}

// pickerFace is the closed field.
type pickerFace struct {
	fwidget.BaseWidget
	p       *Picker
	focused bool
}

func newPickerFace(p *Picker) *pickerFace {
	f := &pickerFace{p: p}
	f.ExtendBaseWidget(f)
	return f
}

func (f *pickerFace) AccessibilityLabel() string { return f.p.AccessibilityLabel() }

func (f *pickerFace) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Disabled, Enable and Disable let Fyne skip the field in the Tab order.
func (f *pickerFace) Disabled() bool { return f.p.off }
func (f *pickerFace) Enable()        { f.p.SetDisabled(false) }
func (f *pickerFace) Disable()       { f.p.SetDisabled(true) }

func (f *pickerFace) Cursor() desktop.Cursor { return desktop.PointerCursor }

func (f *pickerFace) FocusGained() {
	f.focused = true
	comeIntoView(f.p)
	f.p.Refresh()
}

func (f *pickerFace) FocusLost() { f.focused = false; f.p.Refresh() }

func (f *pickerFace) Tapped(*fyne.PointEvent) {
	if f.p.off {
		return
	}
	requestFocus(f)
	f.p.Open("")
}

func (f *pickerFace) TypedRune(r rune) {
	if r == ' ' || !unicode.IsPrint(r) {
		return
	}
	if f.p.searches() {
		f.p.Open(string(r))
		return
	}
	f.p.Open("")
	if f.p.IsOpen() {
		f.p.jump(r)
	}
}

func (f *pickerFace) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyDown:
		f.p.Open("")
	case fyne.KeyDelete, fyne.KeyBackspace:
		f.p.empty()
	default:
		passKey(f, ev)
	}
}

func (f *pickerFace) CreateRenderer() fyne.WidgetRenderer {
	box, text, secondary, arrow := &canvas.Rectangle{}, &canvas.Text{}, &canvas.Text{}, newImage()
	layout := func(s fyne.Size) {
		box.Resize(s)
		arrow.Resize(fyne.NewSquareSize(theme.IconSize))
		arrow.Move(fyne.NewPos(s.Width-theme.IconSize-6, (s.Height-theme.IconSize)/2))
		p := f.p
		role, size := theme.ColorInk, theme.TextBody
		word, more := p.picked.Text, p.picked.Secondary
		if !p.ok {
			role, word, more = theme.ColorQuiet, p.Placeholder, ""
		}
		if p.off {
			role = theme.ColorDisabled
		}
		room := s.Width - theme.IconSize - 6 - 8 - 8
		setText(text, truncate(word, room, size, fyne.TextStyle{}), size, role)
		m := text.MinSize()
		text.Move(fyne.NewPos(8, (s.Height-m.Height)/2))
		text.Resize(m)
		room -= m.Width + theme.Space12
		if room < 24 {
			more = ""
		}
		setText(secondary, truncate(more, room, theme.TextSecondary, fyne.TextStyle{}), theme.TextSecondary, theme.ColorQuiet)
		m2 := secondary.MinSize()
		secondary.Move(fyne.NewPos(8+m.Width+theme.Space12, (s.Height-m2.Height)/2))
		secondary.Resize(m2)
	}
	return newPainter(&painter{
		of:      f,
		objects: []fyne.CanvasObject{box, text, secondary, arrow},
		minSize: func() fyne.Size { return fyne.NewSize(96, theme.InputHeight) },
		layout:  layout,
		refresh: func() {
			fill := theme.ColorSurface
			if f.p.off {
				fill = theme.ColorDisabledBox
			}
			paintBox(box, fill, theme.ColorBorder, 1, theme.Radius)
			paintIcon(arrow, theme.IconDropDown, theme.ColorQuiet)
		},
	})
}
