package monitor

import (
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	flow "indagor/ui/flow/monitor"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// filter is the line of inputs that narrow the list; Enter applies them. That
// only one user is shown stands below them, for as long as it is so.
type filter struct {
	l     *language.Language
	apply func(flow.Filter)
	user  flow.Filter // holds the user, if any; nothing else

	line  *fyne.Container
	words *widget.TextField
	from  *widget.DateField
	until *widget.DateField
	only  *widget.Button
	side  *fyne.Container // the user, in a row below the inputs
}

func newFilter(l *language.Language, kind flow.Kind, today func() time.Time, apply func(flow.Filter)) *filter {
	x := &filter{l: l, apply: apply}
	x.words = widget.NewTextField(l.T("monitor.words." + string(kind)))
	x.words.Placeholder = l.T("monitor.words.placeholder")
	x.words.Refresh() // the icon draws the input, which must know its words by then
	x.words.SetIcon(theme.IconSearch)
	x.words.SetMaxLength(100)
	x.words.OnSubmitted = func(string) { x.submit() }
	x.from = x.date("monitor.from", today)
	x.until = x.date("monitor.until", today)
	search := widget.NewButtonWith(widget.ButtonSecondary, l.T("monitor.search"), theme.IconSearch, x.submit)
	clear := widget.NewButtonWith(widget.ButtonQuiet, l.T("monitor.clear"), theme.IconClose, x.reset)
	x.only = widget.NewButtonWith(widget.ButtonSecondary, "", theme.IconPerson, x.everybody)
	x.side = widget.Flow(theme.Space8, x.only)
	x.side.Hide()
	inputs := widget.Flow(theme.Space8,
		widget.Sized(260, 0, x.words), widget.HBoxTop(theme.Space8, widget.Sized(110, 0, x.from), widget.Sized(110, 0, x.until)),
		lower(widget.HBox(0, search, clear)))
	x.line = widget.VBox(theme.Space8, inputs, x.side)
	return x
}

// lower brings buttons to the height of the inputs, whose labels stand above
// them.
func lower(o fyne.CanvasObject) *fyne.Container {
	label := fyne.MeasureText("M", theme.TextSecondary, fyne.TextStyle{Bold: true}).Height + 3
	return widget.VBox(0, widget.Sized(1, label, widget.NewBox("")), o)
}

func (x *filter) date(label string, today func() time.Time) *widget.DateField {
	f := widget.NewDateField(x.l.T(label), x.l.Field(app.E(app.CodeDate)), today)
	f.Placeholder = x.l.T("visura.date.placeholder")
	f.OnSubmitted = func(string) { x.submit() }
	return f
}

// now is what the inputs say.
func (x *filter) now() flow.Filter {
	f := x.user
	f.Words, f.From, f.Until = x.words.Text(), dayOf(x.from), dayOf(x.until)
	return f
}

func (x *filter) submit() { x.apply(x.now()) }

func (x *filter) reset() {
	x.show(flow.Filter{})
	x.submit()
}

// one shows only what a user did, within what the inputs say.
func (x *filter) one(id app.ID, name string) {
	x.user = flow.Filter{User: id, Username: name}
	x.submit()
}

func (x *filter) everybody() {
	x.user = flow.Filter{}
	x.submit()
	x.first()
}

func dayOf(f *widget.DateField) app.Day {
	if d, ok := f.Date(); ok {
		return app.DayOf(d)
	}
	return app.Day(f.Text())
}

// show sets the inputs to a filter that came from elsewhere.
func (x *filter) show(now flow.Filter) {
	x.user = flow.Filter{User: now.User, Username: now.Username}
	x.words.SetText(now.Words)
	for f, d := range map[*widget.DateField]app.Day{x.from: now.From, x.until: now.Until} {
		if t, ok := d.Time(); ok {
			f.SetDate(t)
		} else {
			f.SetText(string(d))
		}
	}
}

// refresh shows whom the list is narrowed to, and what cannot be searched by.
// It reports whether the line has become higher or lower.
func (x *filter) refresh(now flow.Filter, errs app.Errors) bool {
	texts := map[string]string{}
	for _, e := range errs {
		texts[e.Field] = x.l.Field(e)
	}
	x.from.SetError(texts[flow.FieldFrom])
	x.until.SetError(texts[flow.FieldUntil])
	text := ""
	if now.User != "" {
		text = x.l.T("monitor.only", "user", now.Username)
	}
	if text == x.only.Text {
		return false
	}
	if x.only.Text = text; text == "" {
		x.side.Hide()
	} else {
		x.side.Show()
	}
	x.only.Refresh()
	return true
}

// first puts the cursor into the first input.
func (x *filter) first() { x.words.Focus() }
