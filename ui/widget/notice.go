package widget

import (
	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Notice is a message within a page: icon and word of its tone, a text, and
// perhaps an action and a way to close it.
type Notice struct {
	fwidget.BaseWidget
	body *fyne.Container
	back *Box
	bar  *Box

	title string
	text  *Label
	tone  theme.Tone
}

// NoticeParts is what a notice says.
type NoticeParts struct {
	Tone      theme.Tone
	Title     string // the word of the tone: "Attention: …"
	Text      string
	Action    string // empty: no action
	OnAction  func()
	CloseName string // what the closing button is called; empty: cannot be closed
	OnClose   func() // after it has hidden itself
}

// NewNotice returns a message.
func NewNotice(parts NoticeParts) *Notice {
	n := &Notice{title: parts.Title, tone: parts.Tone, back: NewBox(parts.Tone.Tint()), bar: NewBox(parts.Tone.Color())}
	n.back.Radius, n.bar.Radius = theme.Radius, 1.5
	n.ExtendBaseWidget(n)
	title := newLabel(labelSpec{Text: parts.Title, Bold: true, Wrap: true})
	title.Hidden = parts.Title == ""
	n.text = NewText(parts.Text)
	n.text.Hidden = parts.Text == ""
	row := []fyne.CanvasObject{NewGlyphIn(parts.Tone.Icon(), parts.Tone.Color()), Expand(VBox(2, title, n.text))}
	if parts.Action != "" {
		row = append(row, NewButton(parts.Action, parts.OnAction))
	}
	if parts.CloseName != "" {
		row = append(row, NewIconButton(parts.CloseName, theme.IconClose, func() {
			n.Hide()
			if parts.OnClose != nil {
				parts.OnClose()
			}
		}))
	}
	n.body = HBox(theme.Space8, row...)
	return n
}

func (n *Notice) inside() []fyne.CanvasObject { return []fyne.CanvasObject{n.body} }

// SetText changes what the notice says below its title.
func (n *Notice) SetText(text string) {
	n.text.Hidden = text == ""
	n.text.SetText(text)
	n.Refresh()
}

// AccessibilityLabel implements fyne.Accessible.
func (n *Notice) AccessibilityLabel() string { return n.title + " " + n.text.Text }

// AccessibilityRole implements fyne.Accessible.
func (n *Notice) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (n *Notice) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      n,
		objects: []fyne.CanvasObject{n.back, n.bar, n.body},
		minSize: func() fyne.Size { return n.body.MinSize().AddWidthHeight(theme.Space12+theme.Space8, 2*6) },
		layout: func(s fyne.Size) {
			n.back.Resize(s)
			n.bar.Resize(fyne.NewSize(3, s.Height))
			n.body.Move(fyne.NewPos(theme.Space12, 6))
			n.body.Resize(s.SubtractWidthHeight(theme.Space12+theme.Space8, 2*6))
			relayout(n.body)
		},
	})
}
