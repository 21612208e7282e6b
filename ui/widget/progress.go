package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// ProgressState is how far something has come, in the person's words.
type ProgressState struct {
	What  string // what is being done: "Interrogazione di ANPR"
	Count string // how much of how much: "1.204 di 4.812"
	Left  string // what remains: "circa 40 min, fine prevista 15:40"
	// Done and Total are for the bar; with Total 0 it is not known how much
	// there is, and the bar only shows that something goes on.
	Done, Total int
}

// Progress shows how far something has come and lets it be cancelled.
type Progress struct {
	fwidget.BaseWidget
	state  ProgressState
	title  *Label
	count  *Label
	left   *Label
	spin   *Spinner
	cancel *Button
	bar    *progressBar
	column *fyne.Container
}

// NewProgress returns a progress; cancel is what its button says, empty for no
// button.
func NewProgress(cancel string, onCancel func()) *Progress {
	p := &Progress{title: newLabel(labelSpec{Bold: true, Truncate: true}), count: NewLabel(""), left: NewSecondary(""), spin: NewSpinner(theme.ColorPrimary)}
	p.ExtendBaseWidget(p)
	p.bar = &progressBar{p: p}
	p.bar.ExtendBaseWidget(p.bar)
	p.left.Truncate = true
	p.cancel = NewButton(cancel, onCancel)
	p.cancel.Hidden = cancel == ""
	p.column = HBox(theme.Space16, Expand(VBox(6, HBox(theme.Space8, p.spin, Expand(p.title), p.count), p.bar, p.left)), p.cancel)
	p.spin.Start()
	p.Set(ProgressState{})
	return p
}

// Set shows how far it has come.
func (p *Progress) Set(s ProgressState) {
	p.state = s
	p.title.SetText(s.What)
	p.count.SetText(s.Count)
	p.left.SetText(s.Left)
	if s.Total > 0 && s.Done >= s.Total {
		p.spin.Stop()
		p.spin.Hide()
	} else {
		p.spin.Show()
		p.spin.Start()
	}
	p.Refresh()
}

// Stop ends the turning of what is no longer shown.
func (p *Progress) Stop() { p.spin.Stop() }

// SetBusy says that it is being cancelled.
func (p *Progress) SetBusy(busy bool) { p.cancel.SetBusy(busy) }

// Focusable is the button that cancels.
func (p *Progress) Focusable() fyne.Focusable { return p.cancel }

// AccessibilityLabel implements fyne.Accessible.
func (p *Progress) AccessibilityLabel() string {
	var parts []string
	for _, s := range []string{p.state.What, p.state.Count, p.state.Left} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}

// AccessibilityRole implements fyne.Accessible.
func (p *Progress) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (p *Progress) inside() []fyne.CanvasObject { return []fyne.CanvasObject{p.column} }

// CreateRenderer implements fyne.Widget.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer {
	box := &canvas.Rectangle{}
	return newPainter(&painter{
		of:      p,
		objects: []fyne.CanvasObject{box, p.column},
		minSize: func() fyne.Size { return p.column.MinSize().AddWidthHeight(2*theme.Space12, 2*theme.Space8) },
		layout: func(s fyne.Size) {
			box.Resize(s)
			p.column.Move(fyne.NewPos(theme.Space12, theme.Space8))
			p.column.Resize(s.SubtractWidthHeight(2*theme.Space12, 2*theme.Space8))
			relayout(p.column)
		},
		refresh: func() {
			paintBox(box, theme.ColorSurface, theme.ColorLine, 1, theme.Radius)
			p.bar.Refresh()
		},
	})
}

// progressBar is the bar: filled as far as it has come.
type progressBar struct {
	fwidget.BaseWidget
	p *Progress
}

func (b *progressBar) CreateRenderer() fyne.WidgetRenderer {
	whole, done := &canvas.Rectangle{}, &canvas.Rectangle{}
	const height = 8
	return newPainter(&painter{
		of:      b,
		objects: []fyne.CanvasObject{whole, done},
		minSize: func() fyne.Size { return fyne.NewSize(80, height) },
		layout: func(s fyne.Size) {
			whole.Resize(fyne.NewSize(s.Width, height))
			width := float32(0)
			if t := b.p.state.Total; t > 0 {
				width = s.Width * float32(min(max(b.p.state.Done, 0), t)) / float32(t)
			}
			done.Hidden = width == 0
			done.Resize(fyne.NewSize(max(width, height), height))
		},
		refresh: func() {
			paintBox(whole, theme.ColorSurface, theme.ColorBorder, 1, height/2)
			paintBox(done, theme.ColorPrimary, "", 0, height/2)
		},
	})
}
