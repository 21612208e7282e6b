package archive

import (
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	flow "indagor/ui/flow/archive"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// filter is the line of inputs that narrow the list. A choice is applied at
// once, a text with Enter.
type filter struct {
	l     *language.Language
	apply func(flow.Filter)

	line    *fyne.Container
	code    *widget.CodeField
	file    *widget.TextField
	kind    *widget.Picker
	outcome *widget.Picker
	purpose *widget.Picker
	from    *widget.DateField
	until   *widget.DateField
	clear   *widget.Button
}

func newFilter(l *language.Language, today func() time.Time, apply func(flow.Filter)) *filter {
	x := &filter{l: l, apply: apply}
	submit := func(string) { x.submit() }
	x.code = widget.NewCodeField(l.T("archive.fiscal_code"), 16, nil)
	x.code.ReserveHelp = false
	x.code.OnSubmitted = submit
	x.file = widget.NewTextField(l.T("archive.file"))
	x.file.SetMaxLength(120)
	x.file.OnSubmitted = submit
	all := widget.Choice{Text: l.T("archive.all")}
	kinds, outcomes := []widget.Choice{all}, []widget.Choice{all}
	for _, spec := range app.VisuraSpecs {
		kinds = append(kinds, widget.Choice{ID: string(spec.Type), Text: l.T("visura.type." + string(spec.Type))})
	}
	for _, o := range app.Outcomes {
		outcomes = append(outcomes, widget.Choice{ID: string(o), Text: l.T("outcome." + string(o))})
	}
	x.kind = x.choice("archive.type", kinds)
	x.outcome = x.choice("archive.outcome", outcomes)
	x.purpose = x.choice("archive.purpose", []widget.Choice{{Text: l.T("archive.all_purposes")}})
	x.from = x.date("archive.from", today)
	x.until = x.date("archive.until", today)
	x.clear = widget.NewButtonWith(widget.ButtonQuiet, l.T("archive.clear"), theme.IconClose, x.reset)
	search := widget.NewButtonWith(widget.ButtonSecondary, l.T("archive.search"), theme.IconSearch, x.submit)
	x.line = widget.Flow(theme.Space8,
		widget.Sized(148, 0, x.code), widget.Sized(110, 0, x.file), widget.Sized(114, 0, x.kind), widget.Sized(118, 0, x.outcome),
		widget.Sized(118, 0, x.purpose), widget.HBoxTop(theme.Space8, widget.Sized(96, 0, x.from), widget.Sized(96, 0, x.until)), lower(widget.HBox(0, search, x.clear)))
	return x
}

// lower brings buttons to the height of the inputs, whose labels stand above
// them.
func lower(o fyne.CanvasObject) fyne.CanvasObject {
	label := fyne.MeasureText("M", theme.TextSecondary, fyne.TextStyle{Bold: true}).Height + 3
	return widget.VBox(0, widget.Sized(1, label, widget.NewBox("")), o)
}

func (x *filter) choice(label string, choices []widget.Choice) *widget.Picker {
	p := widget.NewSelect(x.l.T(label), choices...)
	p.SetSelectedID("")
	p.OnChanged = func(widget.Choice, bool) { x.submit() }
	return p
}

func (x *filter) date(label string, today func() time.Time) *widget.DateField {
	f := widget.NewDateField(x.l.T(label), x.l.Field(app.E(app.CodeDate)), today)
	f.Placeholder = x.l.T("visura.date.placeholder")
	f.OnSubmitted = func(string) { x.submit() }
	return f
}

// purposes are those that can be filtered by.
func (x *filter) purposes(ps []app.Purpose) {
	choices := []widget.Choice{{Text: x.l.T("archive.all_purposes")}}
	for _, p := range ps {
		choices = append(choices, widget.Choice{ID: string(p.ID), Text: p.Name})
	}
	x.purpose.SetChoices(choices...)
	if _, ok := x.purpose.Selected(); !ok {
		x.purpose.SetSelectedID("")
	}
}

func (x *filter) submit() {
	picked := func(p *widget.Picker) string {
		c, _ := p.Selected()
		return c.ID
	}
	x.apply(flow.Filter{
		FiscalCode: x.code.Text(), File: x.file.Text(), Type: app.VisuraType(picked(x.kind)),
		Outcome: app.Outcome(picked(x.outcome)), Purpose: app.ID(picked(x.purpose)), From: dayOf(x.from), Until: dayOf(x.until),
	})
}

func (x *filter) reset() {
	x.show(flow.Filter{}, nil)
	x.submit()
}

func dayOf(f *widget.DateField) app.Day {
	if d, ok := f.Date(); ok {
		return app.DayOf(d)
	}
	return app.Day(f.Text())
}

// show sets the inputs to a filter that came from elsewhere.
func (x *filter) show(now flow.Filter, errs app.Errors) {
	x.code.SetText(now.FiscalCode)
	x.file.SetText(now.File)
	for p, id := range map[*widget.Picker]string{x.kind: string(now.Type), x.outcome: string(now.Outcome), x.purpose: string(now.Purpose)} {
		if !p.SetSelectedID(id) {
			p.SetSelectedID("")
		}
	}
	for f, d := range map[*widget.DateField]app.Day{x.from: now.From, x.until: now.Until} {
		if t, ok := d.Time(); ok {
			f.SetDate(t)
		} else {
			f.SetText(string(d))
		}
	}
	x.refuse(errs)
}

// refuse shows what cannot be searched by.
func (x *filter) refuse(errs app.Errors) {
	texts := map[string]string{}
	for _, e := range errs {
		texts[e.Field] = x.l.Field(e)
	}
	x.code.SetError(texts[flow.FieldFiscalCode])
	x.from.SetError(texts[flow.FieldFrom])
	x.until.SetError(texts[flow.FieldUntil])
}

// first puts the cursor into the first input.
func (x *filter) first() { x.code.Focus() }
