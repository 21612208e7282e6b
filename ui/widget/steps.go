package widget

import (
	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// StepState is how far a step has come.
type StepState int

// The states of a step.
const (
	StepWaiting StepState = iota
	StepRunning
	StepDone
	StepFailed
)

// Step is one step of something that takes time.
type Step struct {
	Text    string
	State   StepState
	Word    string // the state in a word: "running"
	Elapsed string // "1,2 s"; empty shows none
}

// Steps shows the steps of a wait as they happen, and lets the user cancel.
type Steps struct {
	fwidget.BaseWidget
	rows   []*stepRow
	column *fyne.Container
	cancel *Button
	foot   *fyne.Container
	all    *fyne.Container
}

type stepRow struct {
	icon                *Glyph
	spinner             *Spinner
	text, word, elapsed *Label
	row                 *fyne.Container
}

// NewSteps returns an empty list; cancel is what its button says, empty if it
// cannot be cancelled.
func NewSteps(cancel string, onCancel func()) *Steps {
	s := &Steps{column: VBox(theme.Space4), cancel: NewButton(cancel, onCancel)}
	s.foot = HBox(theme.Space8, s.cancel, Spacer())
	s.foot.Hidden = cancel == ""
	s.all = VBox(theme.Space12, s.column, s.foot)
	s.ExtendBaseWidget(s)
	return s
}

// SetSteps shows the steps as they stand now.
func (s *Steps) SetSteps(steps ...Step) {
	for len(s.rows) < len(steps) {
		r := &stepRow{
			icon: NewGlyph(""), spinner: NewSpinner(theme.ColorPrimary),
			text: newLabel(labelSpec{Truncate: true}), word: NewSecondary(""),
			elapsed: newLabel(labelSpec{TextSize: theme.TextSecondary, Role: theme.ColorQuiet, Align: fyne.TextAlignTrailing}),
		}
		r.row = HBox(theme.Space8, r.icon, r.spinner, Expand(r.text), r.word, Sized(56, 0, r.elapsed))
		s.rows = append(s.rows, r)
	}
	s.rows = s.rows[:len(steps)]
	s.column.Objects = s.column.Objects[:0]
	for i, r := range s.rows {
		r.set(steps[i])
		s.column.Objects = append(s.column.Objects, Sized(0, 24, r.row))
	}
	s.column.Refresh()
	s.Refresh()
}

// SetCancelable shows or hides the cancel button.
func (s *Steps) SetCancelable(on bool) {
	s.foot.Hidden = !on
	s.Refresh()
}

func (r *stepRow) set(step Step) {
	role, icon, glyph := theme.ColorInk, theme.IconCircleOutline, theme.ColorQuiet
	switch step.State {
	case StepWaiting:
		role = theme.ColorQuiet
	case StepDone:
		icon, glyph = theme.IconCheckCircle, theme.ColorSuccess
	case StepFailed:
		icon, glyph = theme.IconError, theme.ColorDanger
	}
	running := step.State == StepRunning
	r.icon.Icon, r.icon.Role, r.icon.Hidden = icon, glyph, running
	r.icon.Refresh()
	r.spinner.Hidden = !running
	if running {
		r.spinner.Start()
	} else {
		r.spinner.Stop()
	}
	r.text.Bold = running
	r.text.Text, r.text.Role = step.Text, role
	r.text.Refresh()
	r.word.SetText(step.Word)
	r.elapsed.SetText(step.Elapsed)
}

// CreateRenderer implements fyne.Widget.
func (s *Steps) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      s,
		objects: []fyne.CanvasObject{s.all},
		minSize: func() fyne.Size { return s.all.MinSize().Max(fyne.NewSize(260, 0)) },
		layout: func(size fyne.Size) {
			s.all.Resize(size)
			relayout(s.all)
		},
	})
}
