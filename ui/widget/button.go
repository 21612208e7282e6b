package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// ButtonKind is the weight of a button.
type ButtonKind int

// The kinds. A page has at most one primary button.
const (
	ButtonSecondary ButtonKind = iota
	ButtonPrimary
	ButtonDanger
	ButtonQuiet
)

// Button is a button with a word and perhaps an icon. Enter and Space press
// it. While busy it keeps the focus and its width, shows a spinner and does
// not react.
type Button struct {
	fwidget.DisableableWidget
	Text     string
	Name     string // what it is called when Text is empty
	Icon     theme.IconName
	Kind     ButtonKind
	OnTapped func()

	busy, focused, hovered bool
	spinner                *Spinner
}

// NewButton returns a secondary button without an icon.
func NewButton(text string, tapped func()) *Button {
	return NewButtonWith(ButtonSecondary, text, "", tapped)
}

// NewPrimary returns the one primary button of a page.
func NewPrimary(text string, icon theme.IconName, tapped func()) *Button {
	return NewButtonWith(ButtonPrimary, text, icon, tapped)
}

// NewButtonWith returns a button of any kind; icon may be empty.
func NewButtonWith(kind ButtonKind, text string, icon theme.IconName, tapped func()) *Button {
	b := &Button{Text: text, Icon: icon, Kind: kind, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// NewIconButton returns a quiet button that shows an icon alone; name says to
// tests and assistive technology what it does.
func NewIconButton(name string, icon theme.IconName, tapped func()) *Button {
	b := NewButtonWith(ButtonQuiet, "", icon, tapped)
	b.Name = name
	return b
}

// SetText changes the word.
func (b *Button) SetText(text string) {
	b.Text = text
	b.Refresh()
}

// SetIcon changes the icon.
func (b *Button) SetIcon(icon theme.IconName) {
	b.Icon = icon
	b.Refresh()
}

// SetBusy says whether what the button started is still going on.
func (b *Button) SetBusy(busy bool) {
	if b.busy == busy {
		return
	}
	b.busy = busy
	b.Refresh()
}

// Busy tells what SetBusy said.
func (b *Button) Busy() bool { return b.busy }

// AccessibilityLabel implements fyne.Accessible.
func (b *Button) AccessibilityLabel() string {
	if b.Text != "" {
		return b.Text
	}
	return b.Name
}

// AccessibilityRole implements fyne.Accessible.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Tapped implements fyne.Tappable.
func (b *Button) Tapped(*fyne.PointEvent) {
	if b.Disabled() || b.busy {
		return
	}
	requestFocus(b)
	if b.OnTapped != nil {
		b.OnTapped()
	}
}

// TypedKey implements fyne.Focusable.
func (b *Button) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.Tapped(nil)
	default:
		passKey(b, ev)
	}
}

// TypedRune implements fyne.Focusable.
func (b *Button) TypedRune(r rune) {
	if r != ' ' {
		passRune(b, r)
	}
}

// FocusGained implements fyne.Focusable.
func (b *Button) FocusGained() {
	b.focused = true
	comeIntoView(b)
	b.Refresh()
}

// FocusLost implements fyne.Focusable.
func (b *Button) FocusLost() { b.focused = false; b.Refresh() }

// MouseIn implements desktop.Hoverable.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() { b.hovered = false; b.Refresh() }

// Cursor implements desktop.Cursorable.
func (b *Button) Cursor() desktop.Cursor {
	if b.Disabled() || b.busy {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

func (b *Button) roles() (ink, fill, line fyne.ThemeColorName) {
	switch {
	case b.Disabled() && b.Kind == ButtonQuiet:
		return theme.ColorDisabled, "", ""
	case b.Disabled():
		return theme.ColorDisabled, theme.ColorDisabledBox, theme.ColorLine
	case b.Kind == ButtonPrimary:
		return theme.ColorOnPrimary, theme.ColorPrimary, ""
	case b.Kind == ButtonDanger:
		return theme.ColorOnDanger, theme.ColorDanger, ""
	case b.Kind == ButtonQuiet:
		return theme.ColorPrimary, "", ""
	}
	return theme.ColorInk, theme.ColorSurface, theme.ColorBorder
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	box, hover, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	icon, text := newImage(), &canvas.Text{}
	b.spinner = NewSpinner(theme.ColorInk)
	const gap, side = 6, 12
	content := func() (width, iconWidth float32) {
		if b.Icon != "" || b.busy {
			iconWidth = theme.IconSize
			width = iconWidth
		}
		if b.Text != "" {
			if width > 0 {
				width += gap
			}
			width += text.MinSize().Width
		}
		return width, iconWidth
	}
	return newPainter(&painter{
		of:      b,
		objects: []fyne.CanvasObject{box, hover, icon, b.spinner, text, ring},
		minSize: func() fyne.Size {
			width, _ := content()
			if b.Text == "" {
				return fyne.NewSize(theme.InputHeight, theme.InputHeight)
			}
			return fyne.NewSize(width+2*side, theme.InputHeight)
		},
		layout: func(s fyne.Size) {
			box.Resize(s)
			hover.Resize(s)
			placeRing(ring, s)
			width, iconWidth := content()
			x := (s.Width - width) / 2
			y := (s.Height - theme.IconSize) / 2
			icon.Move(fyne.NewPos(x, y))
			icon.Resize(fyne.NewSquareSize(theme.IconSize))
			b.spinner.Move(fyne.NewPos(x, y))
			b.spinner.Resize(fyne.NewSquareSize(theme.IconSize))
			if iconWidth > 0 {
				x += iconWidth + gap
			}
			m := text.MinSize()
			text.Move(fyne.NewPos(x, (s.Height-m.Height)/2))
			text.Resize(m)
		},
		refresh: func() {
			ink, fill, line := b.roles()
			paintBox(box, fill, line, 1, theme.Radius)
			over := theme.ColorTransparent
			if b.hovered && !b.Disabled() && !b.busy {
				over = hoverRole
			}
			paintBox(hover, over, "", 0, theme.Radius)
			paintRing(ring, b.focused, b.Kind == ButtonPrimary || b.Kind == ButtonDanger)
			text.Text, text.TextSize, text.Color = b.Text, theme.TextBody, theme.Color(ink)
			text.TextStyle.Bold = b.Kind == ButtonPrimary || b.Kind == ButtonDanger
			b.spinner.Role = ink
			if b.busy {
				paintIcon(icon, "", ink)
				b.spinner.Show()
				b.spinner.Start()
			} else {
				paintIcon(icon, b.Icon, ink)
				b.spinner.Stop()
				b.spinner.Hide()
			}
			b.spinner.Refresh()
		},
	})
}
