package bulk

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

func (s *Screen) openOrder() { s.showOrder(s.Flow.State()) }

// showOrder asks what is to be stated before the list is asked.
func (s *Screen) showOrder(st flow.State) {
	if st.Open == nil {
		return
	}
	j := *st.Open
	body := []fyne.CanvasObject{widget.NewHeading(s.t("bulk.order"))}
	switch {
	case flow.Fixed(j):
		body = append(body, widget.NewNotice(widget.NoticeParts{Tone: theme.Information, Title: s.t("bulk.repeats"), Text: s.t("bulk.repeats.text")}))
		if s.Flow.Service() == app.ServiceEnrichment {
			body = append(body, widget.NewFields(s.t("bulk.fields"), widget.FieldGroup{Fields: []widget.Field{{Label: s.t("bulk.fields"), Value: s.labels(j.Fields)}}}))
		}
	case s.Flow.Service() == app.ServiceEnrichment:
		var chips []widget.Chip
		for _, f := range app.JobFields {
			chips = append(chips, widget.Chip{ID: f.ID, Text: s.t(f.Field.Label)})
		}
		fields := widget.NewChipSet(s.t("bulk.fields"), true, chips...)
		fields.SetSelected(st.Fields...)
		fields.OnChanged = s.Flow.Choose
		body = append(body, fields)
	}
	if flow.Fixed(j) {
		if s.chosen == "" {
			s.chosen = j.Purpose
		}
		if s.file == "" {
			s.file = j.FileReference
		}
	}
	var choices []widget.Choice
	for _, p := range s.Session.Purposes {
		choices = append(choices, widget.Choice{ID: string(p.ID), Text: p.Name})
	}
	purpose := widget.NewSelect(s.t("bulk.purpose"), choices...)
	purpose.Required = true
	purpose.SetSelectedID(string(s.chosen))
	purpose.OnChanged = func(c widget.Choice, _ bool) { s.chosen = app.ID(c.ID) }
	reference := widget.NewTextField(s.t("bulk.reference"))
	reference.Required = true
	reference.SetMaxLength(120)
	reference.SetText(s.file)
	reference.OnChanged = func(text string) { s.file = text }
	today := app.DayOf(s.Now())
	day := widget.NewDateField(s.t("bulk.day"), s.t("error.date.field"), s.Now)
	day.Hint = s.t("bulk.day.text")
	if t, ok := s.day.Time(); ok {
		day.SetDate(t)
	} else {
		day.SetDate(s.Now())
	}
	day.OnDate = func(date time.Time, ok bool) {
		if s.day = ""; ok && app.DayOf(date) != today {
			s.day = app.DayOf(date)
		}
	}
	begin := func() {
		if s.chosen == "" {
			purpose.SetError(s.t("error.required.field"))
			return
		}
		if strings.TrimSpace(reference.Text()) == "" {
			reference.SetError(s.t("error.required.field"))
			return
		}
		if !day.Settle() {
			return
		}
		if s.day > today {
			day.SetError(s.t("error.date_future.field"))
			return
		}
		s.Flow.Start(s.chosen, strings.TrimSpace(reference.Text()), s.day)
	}
	reference.OnSubmitted = func(string) { begin() }
	s.plan, s.begin = widget.VBox(theme.Space12), begin
	s.planned(st)
	s.beside(paneOrder, append(body, purpose, reference, day, s.plan)...)
}

// labels names the columns that are added.
func (s *Screen) labels(fields []string) string {
	var out []string
	for _, f := range app.JobFields {
		for _, id := range fields {
			if f.ID == id {
				out = append(out, s.t(f.Field.Label))
			}
		}
	}
	return strings.Join(out, ", ")
}

// planned says what is going to be asked, now that it has changed.
func (s *Screen) planned(st flow.State) {
	s.plan.Objects = nil
	switch {
	case st.Open.Counts.Ask == 0:
		s.plan.Objects = []fyne.CanvasObject{widget.NewText(s.t("bulk.plan.nothing"))}
	case st.Plan != nil:
		s.plan.Objects = s.needs(*st.Plan)
	case s.Flow.Service() == app.ServiceEnrichment && len(st.Fields) == 0 && !flow.Fixed(*st.Open):
		s.plan.Objects = []fyne.CanvasObject{widget.NewText(s.t("bulk.plan.fields"))}
	}
	if n := st.Open.Counts.Ask; n > 0 {
		if text := s.l.N("bulk.start", n); s.start == nil || s.start.Text != text {
			s.start = widget.NewPrimary(text, theme.IconApprove, func() { s.begin() })
		}
		s.plan.Objects = append(s.plan.Objects, widget.Flow(theme.Space8, s.start))
	}
	s.plan.Refresh()
	s.page.Refresh()
}

// needs says what a plan needs: in a sentence, and of each e-service.
func (s *Screen) needs(p wire.JobPlan) []fyne.CanvasObject {
	parts := []string{s.l.N("bulk.plan.calls", p.Calls)}
	least, short := -1, false
	var fields []widget.Field
	for _, n := range p.Services {
		f := widget.Field{Label: s.t("anpr.service." + n.Service), Value: s.l.N("bulk.plan.calls", n.Calls)}
		if n.Remaining != nil {
			f.Value += ", " + s.t("bulk.plan.quota", "left", s.l.Number(*n.Remaining), "limit", s.l.Number(n.Limit))
			if least < 0 || *n.Remaining < least {
				least = *n.Remaining
			}
			if n.Calls > *n.Remaining {
				f.Tone, short = theme.Warning, true
			}
		}
		fields = append(fields, f)
	}
	if least >= 0 {
		parts = append(parts, s.t("bulk.plan.left", "left", s.l.Number(least)))
	}
	parts = append(parts, s.t("bulk.plan.time", "time", s.l.Duration(time.Duration(max(p.Seconds, 1))*time.Second)))
	if p.End != nil {
		parts = append(parts, s.t("bulk.plan.end", "moment", s.soon(*p.End)))
	}
	out := []fyne.CanvasObject{
		widget.NewText(strings.Join(parts, ", ") + "."),
		widget.NewFields(s.t("bulk.services"), widget.FieldGroup{Heading: s.t("bulk.services"), Fields: fields}),
	}
	if short {
		out = append(out, widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.t("bulk.plan.short"), Text: s.t("bulk.plan.short.text")}))
	}
	return out
}

// soon is a moment, of today the time alone.
func (s *Screen) soon(t time.Time) string {
	if s.l.Date(t) == s.l.Date(s.Now()) {
		return s.l.Time(t)
	}
	return s.l.Moment(t)
}
