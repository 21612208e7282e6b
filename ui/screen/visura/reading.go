package visura

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app/language"
	flow "indagor/ui/flow/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// hint is the line below the field for a person.
func hint(l *language.Language, r flow.Reading) widget.CodeHint {
	switch r.Kind {
	case flow.KindPartial:
		return widget.CodeHint{Text: l.T("visura.reading.short") + " · " + l.N("visura.reading.partial", len(r.Text))}
	case flow.KindCode:
		if r.Omocodia > 0 {
			return widget.CodeHint{State: widget.HintGood, Text: l.N("visura.reading.omocodia", r.Omocodia)}
		}
		return widget.CodeHint{State: widget.HintGood, Text: l.T("visura.reading.code")}
	case flow.KindProvisional:
		return widget.CodeHint{State: widget.HintGood, Text: l.T("visura.reading.provisional")}
	case flow.KindANPR:
		return widget.CodeHint{State: widget.HintGood, Text: l.T("visura.reading.anpr")}
	case flow.KindWrong:
		if r.WrongLetter {
			return widget.CodeHint{State: widget.HintBad, Text: l.T("visura.reading.letter")}
		}
		return widget.CodeHint{State: widget.HintBad, Text: l.T("visura.reading.wrong")}
	}
	return widget.CodeHint{}
}

// beside is the place beside the field for a person, of one height always:
// what the code says, or codes that may have been meant.
type beside struct {
	l      *language.Language
	accept func(code string)
	box    *fyne.Container
	column *fyne.Container
}

const besideHeight = 76 // four lines

// mostSuggestions is how many codes are offered: more would not be read.
const mostSuggestions = 2

func newBeside(l *language.Language, accept func(string)) *beside {
	b := &beside{l: l, accept: accept, column: widget.VBox(2)}
	b.box = widget.Sized(0, besideHeight, b.column)
	b.show(flow.Reading{})
	return b
}

func (b *beside) show(r flow.Reading) {
	var objects []fyne.CanvasObject
	switch {
	case r.Kind == flow.KindWrong && len(r.Suggestions) > 0:
		objects = append(objects, widget.NewSecondary(b.l.T("visura.reading.suggestion")), b.suggestions(r))
	case r.Kind == flow.KindANPR:
		objects = append(objects, quiet(b.l.T("visura.reading.anpr.hint")))
	case r.Kind == flow.KindProvisional:
		objects = append(objects, quiet(b.l.T("visura.reading.provisional.hint")))
	case r.Sex != "":
		objects = append(objects, widget.NewSecondary(b.l.T("visura.reading.name")))
		objects = append(objects, decoded(b.l, r)...)
	default:
		objects = append(objects, quiet(b.l.T("visura.reading.hint")))
	}
	b.column.Objects = objects
	Settle(b.box)
	b.box.Refresh()
}

func (b *beside) suggestions(r flow.Reading) fyne.CanvasObject {
	row := widget.Flow(theme.Space8)
	for _, code := range r.Suggestions[:min(len(r.Suggestions), mostSuggestions)] {
		row.Add(widget.NewButton(code, func() { b.accept(code) }))
	}
	return row
}

// decoded is what a code says of the person, a line each.
func decoded(l *language.Language, r flow.Reading) []fyne.CanvasObject {
	birth := ""
	switch len(r.Births) {
	case 0:
	case 1:
		birth = r.Births[0].Format(widget.DateFormat)
	default:
		birth = l.T("visura.reading.birth.or", "first", r.Births[0].Format(widget.DateFormat), "second", r.Births[1].Format(widget.DateFormat))
	}
	first := widget.NewLabel(strings.Trim(l.T("sex."+r.Sex)+", "+birth, ", "))
	first.Truncate, first.Bold = true, true
	out := []fyne.CanvasObject{first}
	place, note := r.Place.String(), r.Place.Note(l)
	switch {
	case r.PlaceCode == "":
		return out
	case r.Place.Name == "":
		place = l.T("visura.reading.place.unknown", "code", r.PlaceCode)
	}
	second := widget.NewLabel(place)
	second.Truncate, second.Bold = true, true
	out = append(out, second)
	if note != "" {
		out = append(out, quiet(note))
	}
	return out
}

func quiet(text string) *widget.Label {
	t := widget.NewText(text)
	t.TextSize, t.Role = theme.TextSecondary, theme.ColorQuiet
	return t
}
