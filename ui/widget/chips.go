package widget

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Chip is one choice of a ChipSet.
type Chip struct {
	ID   string
	Text string
}

// ChipSet shows choices as chips that go on to the next line. Tab reaches the
// set once; arrows move among the chips, Space or Enter chooses. A chosen chip
// is ticked, not only coloured.
type ChipSet struct {
	fwidget.BaseWidget
	Label     string
	Hint      string
	Required  bool
	Multiple  bool
	OnChanged func(ids []string) // in the order of the chips

	chips   []*chip
	cursor  int
	focused bool
	off     bool
	err     string
	flow    *fyne.Container
}

// NewChipSet returns a set of which one or several chips can be chosen.
func NewChipSet(label string, multiple bool, chips ...Chip) *ChipSet {
	s := &ChipSet{Label: label, Multiple: multiple, flow: Flow(theme.Space8)}
	s.ExtendBaseWidget(s)
	s.SetChips(chips...)
	return s
}

// SetChips changes what can be chosen; what was chosen stays if still there.
func (s *ChipSet) SetChips(chips ...Chip) {
	chosen := s.Selected()
	s.chips, s.flow.Objects = nil, nil
	for i, c := range chips {
		n := &chip{set: s, index: i, Chip: c, on: slices.Contains(chosen, c.ID)}
		n.ExtendBaseWidget(n)
		s.chips = append(s.chips, n)
		s.flow.Objects = append(s.flow.Objects, n)
	}
	s.cursor = min(s.cursor, max(len(chips)-1, 0))
	s.flow.Refresh()
	s.Refresh()
}

// Selected lists the IDs chosen, in the order of the chips.
func (s *ChipSet) Selected() []string {
	var ids []string
	for _, c := range s.chips {
		if c.on {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// SetSelected chooses exactly these without calling OnChanged.
func (s *ChipSet) SetSelected(ids ...string) {
	for _, c := range s.chips {
		c.on = slices.Contains(ids, c.ID)
	}
	s.Refresh()
}

// SetError shows what is wrong; choosing takes it away.
func (s *ChipSet) SetError(text string) {
	s.err = text
	s.Refresh()
}

// Error is the mistake shown, empty if none.
func (s *ChipSet) Error() string { return s.err }

// Disabled, Enable and Disable implement fyne.Disableable.
func (s *ChipSet) Disabled() bool { return s.off }

// Enable makes the set react.
func (s *ChipSet) Enable() { s.off = false; s.Refresh() }

// Disable makes the set read-only.
func (s *ChipSet) Disable() { s.off = true; s.Refresh() }

func (s *ChipSet) toggle(i int) {
	if s.off || i < 0 || i >= len(s.chips) {
		return
	}
	s.cursor = i
	c := s.chips[i]
	if s.Multiple {
		c.on = !c.on
	} else if c.on {
		s.Refresh()
		return
	} else {
		for _, o := range s.chips {
			o.on = o == c
		}
	}
	s.err = ""
	s.Refresh()
	if s.OnChanged != nil {
		s.OnChanged(s.Selected())
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (s *ChipSet) AccessibilityLabel() string { return s.Label }

// AccessibilityRole implements fyne.Accessible.
func (s *ChipSet) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// FocusGained implements fyne.Focusable.
func (s *ChipSet) FocusGained() {
	s.focused = true
	comeIntoView(s)
	s.Refresh()
}

// FocusLost implements fyne.Focusable.
func (s *ChipSet) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *ChipSet) TypedRune(r rune) {
	if r != ' ' {
		passRune(s, r)
	}
}

// TypedKey implements fyne.Focusable.
func (s *ChipSet) TypedKey(ev *fyne.KeyEvent) {
	last := max(len(s.chips)-1, 0)
	switch ev.Name {
	case fyne.KeyRight, fyne.KeyDown:
		s.cursor = min(s.cursor+1, last)
	case fyne.KeyLeft, fyne.KeyUp:
		s.cursor = max(s.cursor-1, 0)
	case fyne.KeyHome:
		s.cursor = 0
	case fyne.KeyEnd:
		s.cursor = last
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		s.toggle(s.cursor)
		return
	default:
		passKey(s, ev)
		return
	}
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *ChipSet) CreateRenderer() fyne.WidgetRenderer {
	label := newLabel(labelSpec{TextSize: theme.TextSecondary, Bold: true, Truncate: true})
	help := newLabel(labelSpec{TextSize: theme.TextSecondary, Wrap: true})
	icon := NewGlyph("")
	icon.Side = 14
	line := HBoxTop(theme.Space4, icon, Expand(help))
	column := VBox(theme.Space4, label, s.flow, line)
	return newPainter(&painter{
		of:      s,
		objects: []fyne.CanvasObject{column},
		minSize: column.MinSize,
		layout:  func(size fyne.Size) { column.Resize(size); column.Layout.Layout(column.Objects, size) },
		refresh: func() {
			label.Text = s.Label
			if s.Required {
				label.Text += " *"
			}
			label.Hidden = s.Label == ""
			label.Refresh()
			icon.Icon, help.Text, help.Role = helpLine(s.err, Status{}, s.Hint)
			icon.Role = help.Role
			icon.Hidden = icon.Icon == ""
			icon.Refresh()
			help.Refresh()
			line.Hidden = help.Text == ""
			for _, c := range s.chips {
				c.Refresh()
			}
		},
	})
}

type chip struct {
	fwidget.BaseWidget
	Chip
	set     *ChipSet
	index   int
	on      bool
	hovered bool
}

func (c *chip) AccessibilityLabel() string { return c.Text }

func (c *chip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (c *chip) Tapped(*fyne.PointEvent) {
	if c.set.off {
		return
	}
	requestFocus(c.set)
	c.set.toggle(c.index)
}

func (c *chip) Cursor() desktop.Cursor         { return desktop.PointerCursor }
func (c *chip) MouseIn(*desktop.MouseEvent)    { c.hovered = true; c.Refresh() }
func (c *chip) MouseMoved(*desktop.MouseEvent) {}
func (c *chip) MouseOut()                      { c.hovered = false; c.Refresh() }

func (c *chip) mark() theme.IconName {
	switch {
	case c.set.Multiple && c.on:
		return theme.IconBoxChecked
	case c.set.Multiple:
		return theme.IconBoxEmpty
	case c.on:
		return theme.IconRadioChecked
	}
	return theme.IconRadioEmpty
}

func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	box, hover, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	icon, text := newImage(), &canvas.Text{}
	const height, gap, left, right = 28, 6, 8, 12
	measure := func() fyne.Size {
		return fyne.MeasureText(c.Text, theme.TextBody, fyne.TextStyle{})
	}
	return newPainter(&painter{
		of:      c,
		objects: []fyne.CanvasObject{box, hover, icon, text, ring},
		minSize: func() fyne.Size {
			return fyne.NewSize(left+theme.IconSize+gap+measure().Width+right, height)
		},
		layout: func(s fyne.Size) {
			box.Resize(s)
			hover.Resize(s)
			placeRing(ring, s)
			icon.Move(fyne.NewPos(left, (s.Height-theme.IconSize)/2))
			icon.Resize(fyne.NewSquareSize(theme.IconSize))
			text.Text = truncate(c.Text, s.Width-left-theme.IconSize-gap-right, theme.TextBody, fyne.TextStyle{})
			m := measure()
			text.Move(fyne.NewPos(left+theme.IconSize+gap, (s.Height-m.Height)/2))
			text.Resize(m)
		},
		refresh: func() {
			ink, fill, line := theme.ColorInk, theme.ColorSurface, theme.ColorBorder
			mark := theme.ColorQuiet
			if c.on {
				fill, line, mark = theme.ColorSelected, theme.ColorPrimary, theme.ColorPrimary
			}
			if c.set.off {
				ink, line, mark = theme.ColorDisabled, theme.ColorLine, theme.ColorDisabled
			}
			paintBox(box, fill, line, 1, height/2)
			over := theme.ColorTransparent
			if c.hovered && !c.set.off {
				over = hoverRole
			}
			paintBox(hover, over, "", 0, height/2)
			paintRing(ring, c.set.focused && c.set.cursor == c.index, false)
			ring.CornerRadius = height/2 + theme.FocusWidth
			setText(text, c.Text, theme.TextBody, ink)
			paintIcon(icon, c.mark(), mark)
		},
	})
}
