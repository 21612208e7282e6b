package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Field is one value with its label.
type Field struct {
	Label     string
	Value     string // empty is shown as a dash
	Monospace bool
	Tone      theme.Tone
}

// FieldGroup is a run of fields under a heading, which may be empty.
type FieldGroup struct {
	Heading string
	Fields  []Field
}

// Fields shows values to be read. A click on a value copies it; by keyboard
// Tab reaches the whole, Up, Down, Home and End move, Enter, Space or Ctrl+C
// copies.
type Fields struct {
	fwidget.BaseWidget
	Name   string
	OnCopy func(f Field) // after the value has been put into the clipboard

	rows    []*fieldRow
	column  *fyne.Container
	cursor  int
	focused bool
	label   float32 // width of the labels
}

// NewFields returns the values; name says to assistive technology what they are of.
func NewFields(name string, groups ...FieldGroup) *Fields {
	f := &Fields{Name: name, column: VBox(0)}
	f.ExtendBaseWidget(f)
	f.SetGroups(groups...)
	return f
}

// SetGroups shows other values.
func (f *Fields) SetGroups(groups ...FieldGroup) {
	f.rows, f.column.Objects, f.cursor, f.label = nil, nil, 0, 0
	for i, g := range groups {
		if i > 0 {
			f.column.Objects = append(f.column.Objects, Sized(1, theme.Space12, NewBox("")))
		}
		if g.Heading != "" {
			f.column.Objects = append(f.column.Objects, NewHeading(g.Heading), Sized(1, theme.Space4, NewBox("")))
		}
		for _, field := range g.Fields {
			r := newFieldRow(f, len(f.rows), field)
			f.rows = append(f.rows, r)
			f.column.Objects = append(f.column.Objects, r)
			f.label = max(f.label, fyne.MeasureText(field.Label, theme.TextBody, fyne.TextStyle{}).Width)
		}
	}
	f.label = min(f.label, 220)
	f.column.Refresh()
	f.Refresh()
}

func (f *Fields) copy(i int) {
	if i < 0 || i >= len(f.rows) {
		return
	}
	field := f.rows[i].field
	fyne.CurrentApp().Clipboard().SetContent(field.Value)
	if f.OnCopy != nil {
		f.OnCopy(field)
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (f *Fields) AccessibilityLabel() string { return f.Name }

// AccessibilityRole implements fyne.Accessible.
func (f *Fields) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// FocusGained implements fyne.Focusable.
func (f *Fields) FocusGained() {
	f.focused = true
	f.follow()
	f.Refresh()
}

// follow keeps the value under the cursor in view.
func (f *Fields) follow() {
	if f.cursor < len(f.rows) {
		r := f.rows[f.cursor]
		partIntoView(f, r.Position().Y, r.Size().Height)
	}
}

// FocusLost implements fyne.Focusable.
func (f *Fields) FocusLost() { f.focused = false; f.Refresh() }

// TypedRune implements fyne.Focusable.
func (f *Fields) TypedRune(r rune) {
	if r != ' ' {
		passRune(f, r)
	}
}

// TypedKey implements fyne.Focusable.
func (f *Fields) TypedKey(ev *fyne.KeyEvent) {
	last := max(len(f.rows)-1, 0)
	switch ev.Name {
	case fyne.KeyDown:
		f.cursor = min(f.cursor+1, last)
	case fyne.KeyUp:
		f.cursor = max(f.cursor-1, 0)
	case fyne.KeyHome:
		f.cursor = 0
	case fyne.KeyEnd:
		f.cursor = last
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		f.copy(f.cursor)
		return
	default:
		passKey(f, ev)
		return
	}
	f.follow()
	f.Refresh()
}

// TypedShortcut implements fyne.Shortcutable.
func (f *Fields) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok {
		f.copy(f.cursor)
		return
	}
	passShortcut(f, s)
}

// CreateRenderer implements fyne.Widget.
func (f *Fields) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      f,
		objects: []fyne.CanvasObject{f.column},
		minSize: func() fyne.Size { return f.column.MinSize() },
		layout: func(s fyne.Size) {
			f.column.Resize(s)
			f.column.Layout.Layout(f.column.Objects, s)
		},
		refresh: func() {
			for _, r := range f.rows {
				r.Refresh()
			}
		},
	})
}

type fieldRow struct {
	fwidget.BaseWidget
	of      *Fields
	index   int
	field   Field
	hovered bool
	label   *Label
	value   *Label
}

func newFieldRow(of *Fields, index int, field Field) *fieldRow {
	value := field.Value
	if value == "" {
		value = "—"
	}
	r := &fieldRow{
		of: of, index: index, field: field,
		label: newLabel(labelSpec{Text: field.Label, Role: theme.ColorQuiet, Wrap: true}),
		value: newLabel(labelSpec{Text: value, Role: field.Tone.Color(), Monospace: field.Monospace, Wrap: true}),
	}
	r.ExtendBaseWidget(r)
	return r
}

func (r *fieldRow) AccessibilityLabel() string { return r.field.Label + ": " + r.field.Value }

func (r *fieldRow) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (r *fieldRow) Tapped(*fyne.PointEvent) {
	requestFocus(r.of)
	r.of.cursor = r.index
	r.of.copy(r.index)
	r.of.Refresh()
}

func (r *fieldRow) Cursor() desktop.Cursor         { return desktop.PointerCursor }
func (r *fieldRow) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.Refresh() }
func (r *fieldRow) MouseMoved(*desktop.MouseEvent) {}
func (r *fieldRow) MouseOut()                      { r.hovered = false; r.Refresh() }

func (r *fieldRow) CreateRenderer() fyne.WidgetRenderer {
	hover, ring := &canvas.Rectangle{}, &canvas.Rectangle{}
	icon, tone := newImage(), newImage()
	const pad, side = 4, 16
	labelWidth := func(w float32) float32 { return min(r.of.label+1, w*0.45) }
	return newPainter(&painter{
		of:      r,
		objects: []fyne.CanvasObject{hover, r.label, tone, r.value, icon, ring},
		minSize: func() fyne.Size {
			return fyne.NewSize(160, max(r.label.MinSize().Height, r.value.MinSize().Height)+2*pad)
		},
		layout: func(s fyne.Size) {
			hover.Resize(s)
			placeRingInside(ring, fyne.Position{}, s)
			lw := labelWidth(s.Width)
			r.label.Move(fyne.NewPos(pad, pad))
			r.label.Resize(fyne.NewSize(lw, s.Height-2*pad))
			x := pad + lw + theme.Space16
			if tone.Visible() {
				tone.Move(fyne.NewPos(x, pad+1))
				tone.Resize(fyne.NewSquareSize(side))
				x += side + 5
			}
			r.value.Move(fyne.NewPos(x, pad))
			r.value.Resize(fyne.NewSize(max(s.Width-x-pad-side-4, 24), s.Height-2*pad))
			icon.Move(fyne.NewPos(s.Width-side-pad, pad))
			icon.Resize(fyne.NewSquareSize(side))
		},
		refresh: func() {
			here := r.of.focused && r.of.cursor == r.index
			over, glyph := theme.ColorTransparent, theme.IconName("")
			if r.hovered {
				over = theme.ColorHovered
			}
			if r.hovered || here {
				glyph = theme.IconCopy
			}
			paintBox(hover, over, "", 0, theme.Radius)
			paintRing(ring, here, false)
			ring.CornerRadius = theme.Radius
			paintIcon(icon, glyph, theme.ColorQuiet)
			paintIcon(tone, r.field.Tone.Icon(), r.field.Tone.Color())
		},
	})
}
