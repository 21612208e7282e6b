package widget

import (
	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// StateKind is what there is to show in place of rows.
type StateKind int

// The kinds of state.
const (
	StateReady StateKind = iota
	StateLoading
	StateEmpty
	StateFailed
)

// State says what a table or page shows in place of its content.
type State struct {
	Kind     StateKind
	Text     string
	Detail   string
	Action   string // what the button says; empty: no button
	OnAction func()
}

// Ready shows the content itself.
func Ready() State { return State{} }

// Loading shows that the content is on its way.
func Loading(text string) State { return State{Kind: StateLoading, Text: text} }

// Empty shows that there is nothing, and perhaps what to do about it.
func Empty(text, action string, do func()) State {
	return State{Kind: StateEmpty, Text: text, Action: action, OnAction: do}
}

// Failed shows why the content could not be had, and how to try again.
func Failed(text, detail, retry string, do func()) State {
	return State{Kind: StateFailed, Text: text, Detail: detail, Action: retry, OnAction: do}
}

// StatePane shows a State by itself, for pages without a table. Ready shows
// nothing.
type StatePane struct{ *statePane }

// NewStatePane returns a pane.
func NewStatePane(s State) StatePane {
	p := newStatePane()
	p.set(s)
	return StatePane{p}
}

// SetState changes what is shown.
func (p StatePane) SetState(s State) { p.set(s) }

type statePane struct {
	fwidget.BaseWidget
	state   State
	icon    *Glyph
	spinner *Spinner
	text    *Label
	detail  *Label
	button  *Button
	column  *fyne.Container
}

func newStatePane() *statePane {
	p := &statePane{
		icon:    NewGlyph(""),
		spinner: NewSpinner(theme.ColorPrimary),
		text:    newLabel(labelSpec{Wrap: true, Align: fyne.TextAlignCenter}),
		detail:  newLabel(labelSpec{Wrap: true, Align: fyne.TextAlignCenter, TextSize: theme.TextSecondary, Role: theme.ColorQuiet}),
		button:  NewButton("", nil),
	}
	p.icon.Side, p.spinner.Side = 24, 24
	p.ExtendBaseWidget(p)
	p.column = VBox(theme.Space8, p.icon, p.spinner, p.text, p.detail, HBox(0, Spacer(), p.button, Spacer()))
	p.Hide()
	return p
}

func (p *statePane) set(s State) {
	p.state = s
	p.text.SetText(s.Text)
	p.detail.SetText(s.Detail)
	p.detail.Hidden = s.Detail == ""
	p.button.Text = s.Action
	p.button.Hidden = s.Action == ""
	p.button.OnTapped = s.OnAction
	p.icon.Hidden, p.spinner.Hidden = false, true
	p.spinner.Stop()
	switch s.Kind {
	case StateLoading:
		p.icon.Hidden, p.spinner.Hidden = true, false
		p.spinner.Start()
	case StateEmpty:
		p.icon.Icon, p.icon.Role = theme.IconInfo, theme.ColorQuiet
	case StateFailed:
		p.icon.Icon, p.icon.Role = theme.IconError, theme.ColorDanger
	}
	p.icon.Refresh()
	p.button.Refresh()
	p.Hidden = s.Kind == StateReady
	p.Refresh()
}

// AccessibilityLabel implements fyne.Accessible.
func (p *statePane) AccessibilityLabel() string { return p.state.Text }

// AccessibilityRole implements fyne.Accessible.
func (p *statePane) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (p *statePane) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      p,
		objects: []fyne.CanvasObject{p.column},
		minSize: func() fyne.Size { return fyne.NewSize(160, p.column.MinSize().Height+2*theme.Space16) },
		layout: func(s fyne.Size) {
			width := min(s.Width-2*theme.Space16, 420)
			p.column.Resize(fyne.NewSize(width, p.column.Size().Height))
			h := p.column.MinSize().Height
			p.column.Move(fyne.NewPos((s.Width-width)/2, max((s.Height-h)/2, theme.Space8)))
			p.column.Resize(fyne.NewSize(width, h))
			p.column.Layout.Layout(p.column.Objects, fyne.NewSize(width, h))
		},
	})
}
