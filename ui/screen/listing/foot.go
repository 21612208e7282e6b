package listing

import (
	"fmt"

	"fyne.io/fyne/v2"

	"indagor/app/language"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// foot is the line below the rows: what the page does not show, that further
// rows are on their way or could not be had, what can be done with the marked
// ones. It has no height where there is nothing to say.
type foot struct {
	l      *language.Language
	all    *fyne.Container
	text   *widget.Label
	bar    *fyne.Container
	resume func()
	unmark func()
	shown  string
	said   string
}

// acts are the marked rows and what can be done with them.
type acts[R any] struct {
	rows []R
	make func([]R) []fyne.CanvasObject
}

func newFoot(l *language.Language, resume, unmark func()) *foot {
	f := &foot{l: l, resume: resume, unmark: unmark, text: widget.NewSecondary(""), bar: widget.VBox(0)}
	f.text.Wrap = true
	f.text.Hide()
	f.bar.Hide()
	f.all = widget.VBox(0, f.bar, f.text)
	return f
}

// say sets the standing sentence.
func (f *foot) say(text string) {
	if f.said == text {
		return
	}
	f.said = text
	f.text.SetText(text)
	f.text.Hidden = text == ""
	f.fit()
}

func (f *foot) fit() {
	f.all.Objects = []fyne.CanvasObject{f.bar, f.text}
	if f.bar.Visible() || f.text.Visible() {
		f.all.Objects = append([]fyne.CanvasObject{widget.Sized(1, theme.Space8, widget.NewBox(""))}, f.all.Objects...)
	}
	f.all.Refresh()
}

// chooser is what acts can be asked without knowing their rows.
type chooser interface {
	number() int
	buttons() []fyne.CanvasObject
}

func (a *acts[R]) number() int {
	if a == nil {
		return 0
	}
	return len(a.rows)
}

func (a *acts[R]) buttons() []fyne.CanvasObject {
	if a.make == nil {
		return nil
	}
	return a.make(a.rows)
}

// line brings words to the height of the buttons beside them.
func line(o fyne.CanvasObject) fyne.CanvasObject { return widget.Sized(0, theme.InputHeight, o) }

// show says how the list stands, and reports whether the line has changed.
func (f *foot) show(reading, broken bool, order string, marked chooser) bool {
	now := fmt.Sprint(reading, broken, order, marked.number())
	if now == f.shown {
		return false
	}
	f.shown = now
	var row []fyne.CanvasObject
	switch {
	case marked.number() > 0:
		row = append(row, line(widget.NewLabel(f.l.N("list.marked", marked.number()))))
		row = append(row, marked.buttons()...)
		row = append(row, widget.NewButtonWith(widget.ButtonQuiet, f.l.T("list.unmark"), theme.IconClose, f.unmark))
	case broken:
		row = append(row, line(widget.NewStatusDot(theme.Danger, f.l.T("list.rest"))), widget.NewButton(f.l.T("list.again"), f.resume))
	case order != "":
		row = append(row, widget.NewSecondary(order))
	case reading:
		row = append(row, widget.NewSecondary(f.l.T("list.reading")))
	}
	f.bar.Objects = nil
	f.bar.Hidden = len(row) == 0
	if len(row) > 0 {
		f.bar.Objects = []fyne.CanvasObject{widget.Flow(theme.Space8, row...)}
	}
	f.fit()
	return true
}
