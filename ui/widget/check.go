package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Check is a box to be ticked, with a sentence beside it that says what it
// means when it is. Space and Enter switch it.
type Check struct {
	fwidget.DisableableWidget
	Text      string
	Hint      string // below, quiet
	OnChanged func(on bool)

	on, focused, hovered bool
}

// NewCheck returns a box that is not ticked.
func NewCheck(text string, changed func(on bool)) *Check {
	c := &Check{Text: text, OnChanged: changed}
	c.ExtendBaseWidget(c)
	return c
}

// On reports whether the box is ticked.
func (c *Check) On() bool { return c.on }

// SetOn ticks the box, or not, without calling OnChanged.
func (c *Check) SetOn(on bool) {
	if c.on != on {
		c.on = on
		c.Refresh()
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (c *Check) AccessibilityLabel() string { return c.Text }

// AccessibilityRole implements fyne.Accessible.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Tapped implements fyne.Tappable.
func (c *Check) Tapped(*fyne.PointEvent) {
	if c.Disabled() {
		return
	}
	requestFocus(c)
	c.SetOn(!c.on)
	if c.OnChanged != nil {
		c.OnChanged(c.on)
	}
}

// FocusGained implements fyne.Focusable.
func (c *Check) FocusGained() {
	c.focused = true
	comeIntoView(c)
	c.Refresh()
}

// FocusLost implements fyne.Focusable.
func (c *Check) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *Check) TypedRune(r rune) {
	if r != ' ' {
		passRune(c, r)
	}
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.Tapped(nil)
	default:
		passKey(c, ev)
	}
}

// MouseIn implements desktop.Hoverable.
func (c *Check) MouseIn(*desktop.MouseEvent) { c.hovered = true; c.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (c *Check) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *Check) MouseOut() { c.hovered = false; c.Refresh() }

// Cursor implements desktop.Cursorable.
func (c *Check) Cursor() desktop.Cursor {
	if c.Disabled() {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	hover, ring, icon := &canvas.Rectangle{}, &canvas.Rectangle{}, newImage()
	text := newLabel(labelSpec{Wrap: true})
	hint := newLabel(labelSpec{Wrap: true, TextSize: theme.TextSecondary, Role: theme.ColorQuiet})
	const left, inset = theme.IconSize + theme.Space8, theme.Space4
	return newPainter(&painter{
		of:      c,
		objects: []fyne.CanvasObject{hover, icon, text, hint, ring},
		minSize: func() fyne.Size {
			h := max(text.MinSize().Height, theme.IconSize)
			if c.Hint != "" {
				h += hint.MinSize().Height
			}
			return fyne.NewSize(96, h+2*inset)
		},
		layout: func(s fyne.Size) {
			hover.Resize(s)
			placeRing(ring, s)
			icon.Move(fyne.NewPos(inset, inset))
			icon.Resize(fyne.NewSquareSize(theme.IconSize))
			room := s.Width - left - 2*inset
			text.Resize(fyne.NewSize(room, text.Size().Height))
			h := text.MinSize().Height
			text.Move(fyne.NewPos(inset+left, inset))
			text.Resize(fyne.NewSize(room, h))
			hint.Move(fyne.NewPos(inset+left, inset+max(h, theme.IconSize)))
			hint.Resize(fyne.NewSize(room, hint.Size().Height))
			hint.Resize(fyne.NewSize(room, hint.MinSize().Height))
		},
		refresh: func() {
			mark, role, ink := theme.IconBoxEmpty, theme.ColorQuiet, theme.ColorInk
			if c.on {
				mark, role = theme.IconBoxChecked, theme.ColorPrimary
			}
			if c.Disabled() {
				role, ink = theme.ColorDisabled, theme.ColorDisabled
			}
			over := theme.ColorTransparent
			if c.hovered && !c.Disabled() {
				over = hoverRole
			}
			paintBox(hover, over, "", 0, theme.Radius)
			paintRing(ring, c.focused, false)
			paintIcon(icon, mark, role)
			text.Text, text.Role = c.Text, ink
			text.Refresh()
			hint.Text, hint.Hidden = c.Hint, c.Hint == ""
			hint.Refresh()
		},
	})
}
