package listing

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/ui/flow/list"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Each control is given where its value stands in the filter.

// Search is a field for words to be searched for; Enter applies it, and so does
// emptying it. With an empty label the placeholder says what it is.
func Search[Q any](label, placeholder string, width float32, at func(*Q) *string) Control[Q] {
	f := widget.NewTextField(label)
	f.Placeholder = placeholder
	f.Refresh() // the icon draws the input, which must know its words by then
	f.SetIcon(theme.IconSearch)
	return text(f, label, width, 100, at)
}

// Text is a field for a text; Enter applies it, and so does emptying it.
func Text[Q any](label string, width float32, most int, at func(*Q) *string) Control[Q] {
	return text(widget.NewTextField(label), label, width, most, at)
}

// Refusable is Text whose refusals are shown at it; field is the name that they
// carry. The placeholder says what may be typed.
func Refusable[Q any](label, placeholder, field string, width float32, most int, at func(*Q) *string) Control[Q] {
	f := widget.NewTextField(label)
	f.Placeholder, f.ReserveHelp = placeholder, false
	c := text(f, label, width, most, at)
	c.fields = map[string]func(string){field: f.SetError}
	return c
}

func text[Q any](f *widget.TextField, label string, width float32, most int, at func(*Q) *string) Control[Q] {
	f.SetMaxLength(most)
	return Control[Q]{
		parts: []fyne.CanvasObject{widget.Sized(width, 0, f)}, label: label != "",
		bind: func(ask func(bool)) {
			f.OnSubmitted = func(string) { ask(true) }
			f.OnChanged = func(text string) {
				if text == "" {
					ask(false)
				}
			}
		},
		read: func(q *Q) { *at(q) = f.Text() }, show: func(q Q) { f.SetText(*at(&q)) }, focus: f.Focus,
	}
}

// Code is a field for a fiscal code; field is the name that a refusal carries.
func Code[Q any](label, field string, width float32, at func(*Q) *string) Control[Q] {
	f := widget.NewCodeField(label, 16, nil)
	f.ReserveHelp = false
	return Control[Q]{
		parts: []fyne.CanvasObject{widget.Sized(width, 0, f)}, label: true,
		bind: func(ask func(bool)) { f.OnSubmitted = func(string) { ask(true) } },
		read: func(q *Q) { *at(q) = f.Text() }, show: func(q Q) { f.SetText(*at(&q)) }, focus: f.Focus,
		fields: map[string]func(string){field: f.SetError},
	}
}

// Chips are choices of which one is taken; all stands for none of them. They
// take the room that is left in their line.
func Chips[Q any, S ~string](all string, at func(*Q) *S, chips ...widget.Chip) Control[Q] {
	return Views(append([]widget.Chip{{Text: all}}, chips...), func(q Q) string { return string(*at(&q)) }, func(q *Q, id string) { *at(q) = S(id) })
}

// Views are Chips each of which stands for more than one value of the filter;
// get tells which one a filter is, set makes a filter that of a chip.
func Views[Q any](chips []widget.Chip, get func(Q) string, set func(q *Q, id string)) Control[Q] {
	c := widget.NewChipSet("", false, chips...)
	c.SetSelected(chips[0].ID)
	return Control[Q]{
		parts: []fyne.CanvasObject{c}, wide: true,
		bind: func(ask func(bool)) { c.OnChanged = func([]string) { ask(false) } },
		read: func(q *Q) {
			for _, id := range c.Selected() {
				set(q, id)
			}
		},
		show: func(q Q) { c.SetSelected(get(q)) },
	}
}

// Choice is a field of which one of a few choices is taken; all stands for none
// of them. The second result changes what can be chosen.
func Choice[Q any, S ~string](label, all string, width float32, at func(*Q) *S, choices ...widget.Choice) (Control[Q], func(...widget.Choice)) {
	p := widget.NewSelect(label)
	p.Placeholder = all
	var wanted S // stays when choices come later
	set := func(choices ...widget.Choice) {
		p.SetChoices(append([]widget.Choice{{Text: all}}, choices...)...)
		if !p.SetSelectedID(string(wanted)) {
			p.SetSelectedID("")
		}
	}
	set(choices...)
	return Control[Q]{
		parts: []fyne.CanvasObject{widget.Sized(width, 0, p)}, label: label != "",
		bind: func(ask func(bool)) {
			p.OnChanged = func(c widget.Choice, _ bool) {
				wanted = S(c.ID)
				ask(false)
			}
		},
		read: func(q *Q) { *at(q) = wanted },
		show: func(q Q) {
			if wanted = *at(&q); !p.SetSelectedID(string(wanted)) {
				p.SetSelectedID("")
			}
		},
	}, set
}

// Purposes is a Choice among purposes; the second result says which there are.
func Purposes[Q any](label, all string, width float32, at func(*Q) *app.ID) (Control[Q], func([]app.Purpose)) {
	c, set := Choice(label, all, width, at)
	var offered []app.Purpose
	return c, func(ps []app.Purpose) {
		if slices.EqualFunc(offered, ps, func(a, b app.Purpose) bool { return a.ID == b.ID && a.Name == b.Name }) {
			return // else an open choice would be shut
		}
		offered = slices.Clone(ps)
		var choices []widget.Choice
		for _, p := range ps {
			choices = append(choices, widget.Choice{ID: string(p.ID), Text: p.Name})
		}
		set(choices...)
	}
}

// Days are the first and the last day of a period; Enter applies them. today is
// the day that two-digit years are read against. Refusals carry list.FieldFrom
// and list.FieldUntil.
func Days[Q any](l *language.Language, today func() time.Time, from, until func(*Q) *app.Day) Control[Q] {
	field := func(key string) *widget.DateField {
		f := widget.NewDateField(l.T(key), l.Field(app.E(app.CodeDate)), today)
		f.Placeholder = l.T("visura.date.placeholder")
		return f
	}
	a, b := field("list.from"), field("list.until")
	show := func(f *widget.DateField, d app.Day) {
		if t, ok := d.Time(); ok {
			f.SetDate(t)
		} else {
			f.SetText(string(d))
		}
	}
	return Control[Q]{
		parts: []fyne.CanvasObject{widget.Sized(104, 0, a), widget.Sized(104, 0, b)}, label: true,
		bind: func(ask func(bool)) {
			a.OnSubmitted = func(string) { ask(true) }
			b.OnSubmitted = a.OnSubmitted
		},
		read:   func(q *Q) { *from(q), *until(q) = dayOf(a), dayOf(b) },
		show:   func(q Q) { show(a, *from(&q)); show(b, *until(&q)) },
		fields: map[string]func(string){list.FieldFrom: a.SetError, list.FieldUntil: b.SetError},
	}
}

// dayOf is the day in a field, or what was typed where it is no day, so that it
// can be refused.
func dayOf(f *widget.DateField) app.Day {
	if d, ok := f.Date(); ok {
		return app.DayOf(d)
	}
	return app.Day(f.Text())
}

// Only is a button in a line of its own that says to what the list is narrowed
// besides the inputs, and takes that away; it is there only while what says
// something.
func Only[Q any](icon theme.IconName, what func(Q) string, clear func(*Q)) Control[Q] {
	cleared := false
	b := widget.NewButtonWith(widget.ButtonSecondary, "", icon, nil)
	line := widget.Flow(theme.Space8, b)
	line.Hide()
	return Control[Q]{
		parts: []fyne.CanvasObject{line}, below: true,
		bind: func(ask func(bool)) {
			b.OnTapped = func() {
				cleared = true
				ask(true)
				cleared = false
			}
		},
		read: func(q *Q) {
			if cleared {
				clear(q)
			}
		},
		follow: func(q Q) {
			if text := what(q); text != b.Text {
				line.Hidden = text == ""
				b.SetText(text)
			}
		},
	}
}
