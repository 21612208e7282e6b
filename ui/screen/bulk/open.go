package bulk

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// open is the page of one list, by its state.
func (s *Screen) open(parts *widget.PageParts, st flow.State) {
	j := *st.Open
	back := widget.NewButton(s.t("bulk.back"), s.Flow.List)
	parts.Subtitle = j.Name + " · " + s.t("job.state."+string(j.State))
	parts.Actions = []fyne.CanvasObject{back}
	s.first = back
	button := func(key string, do func()) fyne.CanvasObject { return widget.NewButton(s.t(key), do) }
	remove := button("bulk.remove", func() {
		s.sure("bulk.remove", j.Name, s.Flow.Delete)
	})
	// What may be done with a list that was started needs a line of its own.
	results := func(more ...fyne.CanvasObject) {
		line := []fyne.CanvasObject{button("bulk.csv", func() { s.result("csv", false) }), button("bulk.xlsx", func() { s.result("xlsx", false) })}
		if j.Repeats != "" {
			line = append(line, button("bulk.changed", func() { s.result("csv", true) }))
		}
		parts.Filter = widget.Flow(theme.Space8, append(line, more...)...)
	}
	s.foot = widget.VBox(theme.Space12)
	switch j.State {
	case app.JobUploading, app.JobReading:
		parts.Body = widget.NewStatePane(widget.Loading(s.t("bulk.reading")))
		s.foot = nil
	case app.JobRejected:
		parts.Actions = append(parts.Actions, remove)
		parts.Primary = widget.NewPrimary(s.t("bulk.other"), theme.IconUpload, s.choose)
		parts.Body = s.foot
	case app.JobReady:
		parts.Actions = append(parts.Actions, remove)
		s.preview(parts, st)
	case app.JobRunning:
		parts.Actions = append(parts.Actions, button("bulk.stop", func() { s.sure("bulk.stop", j.Name, s.Flow.Stop) }))
		parts.Primary = widget.NewPrimary(s.t("bulk.pause"), theme.IconClock, s.Flow.Pause)
		parts.Body = widget.Panel(widget.NewScroll(s.foot))
	case app.JobPaused:
		results(button("bulk.stop", func() { s.sure("bulk.stop", j.Name, s.Flow.Stop) }))
		parts.Primary = widget.NewPrimary(s.t("bulk.resume"), theme.IconClock, s.Flow.Resume)
		parts.Body = widget.Panel(widget.NewScroll(s.foot))
	default:
		var more []fyne.CanvasObject
		if j.Counts.Outcomes[app.OutcomeFailed]+j.Counts.Outcomes[app.OutcomeWithdrawn] > 0 {
			more = append(more, button("bulk.retry", s.Flow.Retry))
		}
		results(append(more, remove)...)
		parts.Primary = widget.NewPrimary(s.t("bulk.repeat"), theme.IconHistory, s.Flow.Repeat)
		parts.Body = widget.Panel(widget.NewScroll(s.foot))
	}
}

// sure asks before what cannot be undone.
func (s *Screen) sure(key, name string, do func()) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t(key+".title", "name", name), Message: s.t(key + ".text"), Verb: s.t(key), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) { do() },
	})
}

func (s *Screen) result(format string, changed bool) {
	s.Download(func(ctx context.Context, to io.Writer, received func(int64)) (string, error) {
		return s.Flow.Result(ctx, format, s.l.Name(), changed, to, received)
	})
}

// grades are how rows are narrowed; all first.
var grades = []string{"all", app.GradeGood, app.GradeDoubtful, app.GradeBad}

// preview is the page of a list that was read: its rows beside what is to be
// stated before it is asked.
func (s *Screen) preview(parts *widget.PageParts, st flow.State) {
	j := *st.Open
	number := map[string]int{"all": j.Counts.Rows, app.GradeGood: j.Counts.Good, app.GradeDoubtful: j.Counts.Doubtful, app.GradeBad: j.Counts.Bad}
	var chips []widget.Chip
	for _, g := range grades {
		chips = append(chips, widget.Chip{ID: g, Text: s.t("bulk.grade."+g, "count", s.l.Number(number[g]))})
	}
	narrow := widget.NewChipSet("", false, chips...)
	narrow.SetSelected("all")
	narrow.OnChanged = func(ids []string) {
		if len(ids) == 1 {
			s.Flow.Narrow(strings.TrimPrefix(ids[0], "all"))
		}
	}
	more := widget.NewButton(s.t("bulk.more"), s.Flow.More)
	order := widget.NewPrimary(s.t("bulk.go_on"), theme.IconApprove, func() { s.page.SetDetail(s.order(s.Flow.State())); s.page.Refresh() })
	parts.Primary, s.first = order, order
	parts.Filter = widget.HBox(theme.Space8, widget.Expand(narrow), more)
	person := slices.Index(j.Mapping, "fiscal_code")
	if person < 0 {
		person = max(slices.Index(j.Mapping, "id_anpr"), slices.Index(j.Mapping, "surname"), 0)
	}
	s.rows = widget.NewTable(
		s.t("bulk.rows"),
		widget.Column[wire.JobRow]{ID: "line", Title: s.t("bulk.line"), Width: 64, Align: fyne.TextAlignTrailing, Text: func(r wire.JobRow) string { return s.l.Number(r.Line) }},
		widget.Column[wire.JobRow]{ID: "person", Title: s.t("bulk.person"), Width: 170, Monospace: true, Text: func(r wire.JobRow) string {
			if person < len(r.Cells) {
				return r.Cells[person]
			}
			return ""
		}},
		widget.Column[wire.JobRow]{ID: "judged", Title: s.t("bulk.judged"), Width: 240, Grow: true, Text: s.judged, Tone: rowTone},
		widget.Column[wire.JobRow]{ID: "cells", Title: s.t("bulk.cells"), Width: 160, Grow: true, Text: func(r wire.JobRow) string { return strings.Join(r.Cells, " · ") }},
	)
	s.rows.OnSelect = func(_ int, r wire.JobRow) { s.explain(r, person) }
	parts.Body = s.rows
	s.foot = nil
}

func rowTone(r wire.JobRow) theme.Tone {
	switch {
	case r.LeftOut:
		return theme.Quiet
	case r.Grade == app.GradeBad:
		return theme.Danger
	case r.Grade == app.GradeDoubtful:
		return theme.Warning
	}
	return theme.Success
}

// judged is what there is to say of a row, in a line.
func (s *Screen) judged(r wire.JobRow) string {
	if r.LeftOut {
		return s.t("outcome.left_out")
	}
	var parts []string
	for _, f := range r.Findings {
		parts = append(parts, s.l.Refusal(f.Code, f.Params).What)
	}
	if len(parts) == 0 {
		return s.t("bulk.good")
	}
	return strings.Join(parts, " ")
}

// explain says all there is to say of a row, and lets it be corrected.
func (s *Screen) explain(r wire.JobRow, person int) {
	body := []fyne.CanvasObject{widget.NewHeading(s.t("bulk.row", "line", s.l.Number(r.Line)))}
	correct := func(column int, value string) {
		cells := slices.Clone(r.Cells)
		for len(cells) <= column {
			cells = append(cells, "")
		}
		cells[column] = value
		s.Flow.Correct(r.Number, wire.JobCorrection{Cells: cells})
	}
	for _, f := range r.Findings {
		e := s.l.Refusal(f.Code, f.Params)
		tone := theme.Warning
		switch f.Grade {
		case app.GradeBad:
			tone = theme.Danger
		case app.GradeGood:
			tone = theme.Information
		}
		body = append(body, widget.NewNotice(widget.NoticeParts{Tone: tone, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who)}))
		if f.Column == 0 {
			continue
		}
		var use []fyne.CanvasObject
		for _, suggestion := range f.Suggestions[:min(len(f.Suggestions), 4)] {
			use = append(use, widget.NewButton(s.t("bulk.use", "value", suggestion), func() { correct(f.Column-1, suggestion) }))
		}
		if len(use) > 0 {
			body = append(body, widget.Flow(theme.Space8, use...))
		}
	}
	if person < len(r.Cells) {
		field := widget.NewTextField(s.t("bulk.correct"))
		field.SetMonospace(true)
		field.SetText(r.Cells[person])
		field.OnSubmitted = func(text string) { correct(person, text) }
		body = append(body, field, widget.Flow(
			theme.Space8,
			widget.NewButton(s.t("bulk.correct.row"), func() { correct(person, field.Text()) }),
			widget.NewButton(s.t(map[bool]string{false: "bulk.leave_out", true: "bulk.take_in"}[r.LeftOut]), func() {
				s.Flow.Correct(r.Number, wire.JobCorrection{LeftOut: !r.LeftOut})
			}),
		))
	}
	s.page.SetDetail(widget.Pad(theme.Space4, widget.VBox(theme.Space12, body...)))
	s.page.Refresh()
}

// order is what the operator states before the list is asked.
func (s *Screen) order(st flow.State) fyne.CanvasObject {
	body := []fyne.CanvasObject{widget.NewHeading(s.t("bulk.order"))}
	if s.Flow.Service() == app.ServiceEnrichment {
		var chips []widget.Chip
		for _, f := range app.JobFields {
			chips = append(chips, widget.Chip{ID: f.ID, Text: s.t(f.Field.Label)})
		}
		fields := widget.NewChipSet(s.t("bulk.fields"), true, chips...)
		fields.SetSelected(st.Fields...)
		fields.OnChanged = s.Flow.Choose
		body = append(body, fields)
	}
	var choices []widget.Choice
	for _, p := range s.Session.Purposes {
		choices = append(choices, widget.Choice{ID: string(p.ID), Text: p.Name})
	}
	purpose := widget.NewSelect(s.t("bulk.purpose"), choices...)
	purpose.SetSelectedID(string(s.chosen))
	reference := widget.NewTextField(s.t("bulk.reference"))
	reference.SetMaxLength(120)
	reference.SetText(s.file)
	reference.OnChanged = func(text string) { s.file = text }
	plan := widget.NewText("")
	if st.Plan != nil {
		plan.SetText(s.ends(st.Plan))
	}
	start := widget.NewPrimary(s.l.N("bulk.start", st.Open.Counts.Ask), theme.IconApprove, func() {
		c, ok := purpose.Selected()
		if !ok {
			purpose.SetError(s.t("error.required.field"))
			return
		}
		if strings.TrimSpace(reference.Text()) == "" {
			reference.SetError(s.t("error.required.field"))
			return
		}
		s.chosen = app.ID(c.ID)
		s.Flow.Start(s.chosen, strings.TrimSpace(reference.Text()))
	})
	return widget.Pad(theme.Space4, widget.VBox(theme.Space12, append(body, purpose, reference, plan, widget.Flow(theme.Space8, start))...))
}

// figures are the numbers of a list that was started.
func (s *Screen) figures(st flow.State) []fyne.CanvasObject {
	j := *st.Open
	if j.State == app.JobRejected {
		return nil
	}
	out := []fyne.CanvasObject{
		widget.NewNumber(s.t("bulk.progress", "done", s.l.Number(j.Counts.Done), "all", s.l.Number(j.Counts.Ask))),
	}
	if p := j.Progress; p != nil {
		if p.Seconds > 0 {
			out = append(out, widget.NewText(s.t("bulk.left", "time", s.l.Duration(time.Duration(p.Seconds)*time.Second))))
		}
		var fields []widget.Field
		for _, x := range p.Services {
			fields = append(fields, widget.Field{Label: s.t("anpr.service." + x.Service), Value: s.t("bulk.service", "done", s.l.Number(x.Done), "rate", s.l.Number(int(x.PerSecond+0.5)))})
		}
		out = append(out, widget.NewFields(s.t("bulk.services"), widget.FieldGroup{Heading: s.t("bulk.services"), Fields: fields}))
	}
	return append(out, widget.NewFields(s.t("bulk.outcomes"), widget.FieldGroup{Heading: s.t("bulk.outcomes"), Fields: s.facts(j)}))
}
