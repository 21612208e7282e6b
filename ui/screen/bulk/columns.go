package bulk

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/list"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// mostColumns is how many columns are shown; what lies beyond keeps its
// meaning.
const mostColumns = 100

// How many values of a column are shown, and how much of one.
const (
	samples    = 4
	sampleRune = 24
)

// separators are those that a person may tell.
var separators = []struct{ id, key string }{{";", "semicolon"}, {",", "comma"}, {"\t", "tab"}, {"|", "bar"}, {"", "none"}}

// unused is the choice of a column that means nothing.
const unused = "-"

func (s *Screen) openColumns() { s.showColumns(s.Flow.State()) }

// showColumns asks what the columns mean, and how the list is written. Where
// nothing else can be done, that comes first.
func (s *Screen) showColumns(st flow.State) {
	if st.Open == nil {
		return
	}
	j := *st.Open
	s.sampled = st.Samples
	body := []fyne.CanvasObject{widget.NewHeading(s.t("bulk.columns"))}
	if flow.Unmapped(j) {
		e := s.l.Refusal(app.CodeListMapping, nil)
		body = append(body, widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who)}))
	}
	body = append(body, widget.NewText(s.t("bulk.columns.text")))
	choices := []widget.Choice{{ID: unused, Text: s.t("bulk.column.unused")}}
	for _, f := range list.Fields {
		choices = append(choices, widget.Choice{ID: string(f), Text: s.t("bulk.column." + string(f))})
	}
	pickers := make([]*widget.Picker, min(j.Columns, mostColumns))
	for i := range pickers {
		p := widget.NewSelect(s.named(j, i), choices...)
		p.SetSelectedID(unused)
		if i < len(j.Mapping) && j.Mapping[i] != "" {
			p.SetSelectedID(j.Mapping[i])
		}
		p.Hint = s.examples(st.Column(i, samples))
		p.OnChanged = func(c widget.Choice, _ bool) {
			for k, other := range pickers { // nothing stands twice
				if x, ok := other.Selected(); k != i && ok && x.ID == c.ID && c.ID != unused {
					other.SetSelectedID(unused)
				}
			}
		}
		pickers[i] = p
		body = append(body, p)
	}
	if j.Columns > mostColumns {
		body = append(body, widget.NewSecondary(s.t("bulk.columns.most", "count", s.l.Number(mostColumns))))
	}
	var separator *widget.Picker
	header := len(j.Header) > 0
	if j.Format != nil {
		header = j.Format.Header
		var marks []widget.Choice
		for _, x := range separators {
			marks = append(marks, widget.Choice{ID: x.key, Text: s.t("bulk.separator." + x.key)})
			if x.id == j.Format.Separator {
				marks[0], marks[len(marks)-1] = marks[len(marks)-1], marks[0]
			}
		}
		separator = widget.NewSelect(s.t("bulk.separator"), marks...)
		separator.Required = true
		separator.Hint = s.t("bulk.separator.text")
		separator.SetSelected(marks[0])
		body = append(body, separator)
	}
	titles := widget.NewCheck(s.t("bulk.header"), nil)
	titles.SetOn(header)
	warning := widget.NewSecondary(s.t("bulk.read.warning"))
	warning.Wrap = true
	body = append(body, titles, warning, widget.Flow(theme.Space8, widget.NewPrimary(s.t("bulk.read"), theme.IconRefresh, func() {
		how, form := wire.JobReading{}, false
		if on := titles.On(); on != header {
			how.Header, form = &on, true
		}
		again := false // the columns are others
		if separator != nil {
			c, _ := separator.Selected()
			for _, x := range separators {
				if x.key == c.ID && x.id != j.Format.Separator {
					how.Separator, form, again = &x.id, true, true
				}
			}
		}
		mapping := make([]string, max(len(j.Mapping), len(pickers)))
		copy(mapping, j.Mapping)
		for i, p := range pickers {
			c, _ := p.Selected()
			mapping[i] = strings.TrimPrefix(c.ID, unused)
		}
		// A mapping that tells nobody is left to the server to refuse, unless
		// the list is to be read otherwise: then it is recognised anew.
		told := j
		told.Mapping = mapping
		if !again && !(form && flow.Unmapped(told)) {
			how.Mapping = mapping
		}
		s.reopen = form
		s.Flow.Read(how)
	})))
	s.beside(paneColumns, body...)
	if len(pickers) > 0 && flow.Unmapped(j) {
		s.first = pickers[0].Focusable()
	}
}

// examples are values of a column in a line.
func (s *Screen) examples(values []string) string {
	if len(values) == 0 {
		return s.t("bulk.column.empty")
	}
	var out []string
	for _, v := range values {
		v = strings.Join(strings.Fields(v), " ")
		if r := []rune(v); len(r) > sampleRune {
			v = string(r[:sampleRune]) + "…"
		}
		out = append(out, v)
	}
	return strings.Join(out, " · ")
}
