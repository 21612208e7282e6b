package settings

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	flow "indagor/ui/flow/settings"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// input is one field with the sentence beside it.
type input struct {
	row   *fyne.Container
	show  func(text string)
	blame func(text string)
	focus func() fyne.Focusable
}

const (
	inputWidth = 290
	yes, no    = "true", "false"
)

// label is what the field is called.
func (s *Screen) label(f flow.Field) string {
	if f.Kind == flow.Quota {
		return s.t("settings.quota", "service", f.Code)
	}
	return s.t("settings." + f.ID)
}

// newInput makes a field of its kind.
func (s *Screen) newInput(f flow.Field) *input {
	in := &input{}
	var o fyne.CanvasObject
	help := s.t("settings." + f.ID + ".help")
	switch f.Kind {
	case flow.Flag, flow.Choice:
		chips := []widget.Chip{{ID: yes, Text: s.flag(f, true)}, {ID: no, Text: s.flag(f, false)}}
		if f.Kind == flow.Choice {
			chips = nil
			for _, id := range f.Choices {
				chips = append(chips, widget.Chip{ID: id, Text: s.value(f, id)})
			}
		}
		c := widget.NewChipSet(s.label(f), false, chips...)
		c.OnChanged = func(ids []string) {
			if len(ids) == 1 {
				s.flow.Type(f.ID, ids[0])
			} else {
				in.show(s.flow.State().Draft[f.ID]) // one of them is always true
			}
		}
		in.show = func(text string) {
			if strings.Join(c.Selected(), "") != text {
				c.SetSelected(text)
			}
		}
		in.blame, in.focus, o = c.SetError, func() fyne.Focusable { return c }, c
	case flow.Days:
		var chips []widget.Chip
		for n := 1; n <= 7; n++ {
			chips = append(chips, widget.Chip{ID: strconv.Itoa(n), Text: s.t("settings.day." + strconv.Itoa(n))})
		}
		c := widget.NewChipSet(s.label(f), true, chips...)
		c.OnChanged = func(ids []string) { s.flow.Type(f.ID, strings.Join(ids, ",")) }
		in.show = func(text string) {
			if strings.Join(c.Selected(), ",") != text {
				c.SetSelected(strings.Split(text, ",")...)
			}
		}
		in.blame, in.focus, o = c.SetError, func() fyne.Focusable { return c }, c
	default:
		t := widget.NewTextField(s.label(f))
		t.ReserveHelp = true
		t.SetMaxLength(10)
		t.Hint = s.bounds(f)
		t.OnChanged = func(text string) { s.flow.Type(f.ID, text) }
		t.OnSubmitted = func(string) { s.flow.Save() }
		if f.Kind == flow.Quota {
			t.Placeholder = s.t("settings.quota.none")
			help = ""
			if most := s.anpr(f.Code); most > 0 {
				help = s.t("settings.quota.anpr", "most", s.l.Number(most))
			}
		}
		in.show = func(text string) {
			if t.Text() != text {
				t.SetText(text)
			}
		}
		in.blame, in.focus, o = t.SetError, t.Focusable, t
	}
	says := widget.NewText(help)
	says.Role = theme.ColorQuiet
	// The sentence begins beside the input, whose label is above it.
	beside := widget.VBox(0, widget.Sized(1, 22, widget.NewBox("")), says)
	in.row = widget.HBoxTop(theme.Space16, widget.Sized(inputWidth, 0, o), widget.Expand(beside))
	return in
}

// anpr is the daily limit that ANPR has told for the e-service; 0: none.
func (s *Screen) anpr(code string) int {
	for _, e := range s.flow.State().Server.EServices {
		if e.Code == code {
			return e.Limit
		}
	}
	return 0
}

// bounds says what may be typed.
func (s *Screen) bounds(f flow.Field) string {
	least, most := s.l.Number(f.Least), s.l.Number(f.Most)
	switch {
	case f.Kind == flow.Clock:
		return s.t("settings.bounds.clock")
	case f.Kind == flow.Quota:
		return ""
	case f.OrZero:
		return s.t("settings.bounds.zero", "least", least, "most", most)
	}
	return s.t("settings.bounds", "least", least, "most", most)
}

// flag is what one of the two choices of a Flag is called.
func (s *Screen) flag(f flow.Field, on bool) string {
	key := "settings." + f.ID + ".no"
	if on {
		key = "settings." + f.ID + ".yes"
	}
	if s.l.Has(key) {
		return s.t(key)
	}
	if on {
		return s.t("monitor.yes")
	}
	return s.t("monitor.no")
}

// value is what is typed, in words.
func (s *Screen) value(f flow.Field, text string) string {
	switch {
	case f.Kind == flow.Flag:
		return s.flag(f, text == yes)
	case f.Kind == flow.Choice:
		return s.t("settings." + f.ID + "." + text)
	case f.Kind == flow.Days:
		var days []string
		for n := range strings.SplitSeq(text, ",") {
			if n != "" {
				days = append(days, s.t("settings.day."+n))
			}
		}
		return strings.Join(days, ", ")
	case f.Kind == flow.Quota && text == "":
		return s.t("settings.quota.none")
	case text == "":
		return "–"
	}
	if n, err := strconv.Atoi(text); err == nil {
		return s.l.Number(n)
	}
	return text
}
