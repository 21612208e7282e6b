package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Badge is a number in a pill: how much waits.
type Badge struct {
	fwidget.BaseWidget
	Text string
}

// NewBadge returns a badge.
func NewBadge(text string) *Badge {
	b := &Badge{Text: text}
	b.ExtendBaseWidget(b)
	return b
}

// SetText changes the number.
func (b *Badge) SetText(text string) {
	b.Text = text
	b.Refresh()
}

// AccessibilityLabel implements fyne.Accessible.
func (b *Badge) AccessibilityLabel() string { return b.Text }

// AccessibilityRole implements fyne.Accessible.
func (b *Badge) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	box, text := &canvas.Rectangle{}, &canvas.Text{Alignment: fyne.TextAlignCenter}
	const height = 18
	return newPainter(&painter{
		of:      b,
		objects: []fyne.CanvasObject{box, text},
		minSize: func() fyne.Size { return fyne.NewSize(max(text.MinSize().Width+10, height), height) },
		layout: func(s fyne.Size) {
			box.Resize(s)
			h := text.MinSize().Height
			text.Move(fyne.NewPos(0, (s.Height-h)/2))
			text.Resize(fyne.NewSize(s.Width, h))
		},
		refresh: func() {
			paintBox(box, theme.ColorPrimary, "", 0, height/2)
			setText(text, b.Text, theme.TextSecondary, theme.ColorOnPrimary)
			text.TextStyle.Bold = true
		},
	})
}

// StatusDot is a state in one line: an icon in the colour of the tone and the
// word beside it.
type StatusDot struct {
	fwidget.BaseWidget
	Tone theme.Tone
	Text string
	Icon theme.IconName // empty: the one of the tone
}

// NewStatusDot returns a state.
func NewStatusDot(tone theme.Tone, text string) *StatusDot {
	d := &StatusDot{Tone: tone, Text: text}
	d.ExtendBaseWidget(d)
	return d
}

// Set changes the state.
func (d *StatusDot) Set(tone theme.Tone, text string) {
	d.Tone, d.Text = tone, text
	d.Refresh()
}

// AccessibilityLabel implements fyne.Accessible.
func (d *StatusDot) AccessibilityLabel() string { return d.Text }

// AccessibilityRole implements fyne.Accessible.
func (d *StatusDot) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (d *StatusDot) CreateRenderer() fyne.WidgetRenderer {
	icon, text := newImage(), &canvas.Text{}
	const side, gap = 16, 5
	return newPainter(&painter{
		of:      d,
		objects: []fyne.CanvasObject{icon, text},
		minSize: func() fyne.Size {
			m := text.MinSize()
			return fyne.NewSize(side+gap+m.Width, max(side, m.Height))
		},
		layout: func(s fyne.Size) {
			icon.Move(fyne.NewPos(0, (s.Height-side)/2))
			icon.Resize(fyne.NewSquareSize(side))
			m := text.MinSize()
			text.Move(fyne.NewPos(side+gap, (s.Height-m.Height)/2))
			text.Resize(m)
		},
		refresh: func() {
			name := d.Icon
			if name == "" {
				name = d.Tone.Icon()
			}
			if name == "" {
				name = theme.IconCircle
			}
			paintIcon(icon, name, d.Tone.Color())
			setText(text, d.Text, theme.TextBody, theme.ColorInk)
		},
	})
}
