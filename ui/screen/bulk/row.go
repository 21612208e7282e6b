package bulk

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// mostUse is how many suggestions are offered for a cell.
const mostUse = 4

// explain says all there is to say of a row, and lets it be corrected: every
// cell that means something, in a row of the wrong length every cell.
func (s *Screen) explain(r wire.JobRow) {
	open := s.Flow.State().Open
	if open == nil {
		return
	}
	j := *open
	fixed := flow.Fixed(j)
	s.picked = r
	body := []fyne.CanvasObject{widget.NewHeading(s.t("bulk.row", "line", s.l.Number(r.Line)))}

	columns := cellsToCorrect(j, r)
	fields := map[int]*widget.TextField{}
	// correct sends what stands in the fields, with one cell as suggested.
	correct := func(column int, value string) {
		cells := slices.Clone(r.Cells)
		put := func(i int, text string) {
			for len(cells) <= i {
				cells = append(cells, "")
			}
			cells[i] = text
		}
		for _, i := range columns {
			if text := fields[i].Text(); text != cell(r, i) {
				put(i, text)
			}
		}
		if column >= 0 {
			put(column, value)
		}
		if !slices.Equal(cells, r.Cells) {
			s.Flow.Correct(r.Number, wire.JobCorrection{Cells: cells, LeftOut: r.LeftOut})
		}
	}

	if r.LeftOut {
		body = append(body, widget.NewNotice(widget.NoticeParts{Tone: theme.Information, Title: s.t("outcome.left_out"), Text: s.t("bulk.left_out")}))
	}
	if len(r.Findings) == 0 {
		body = append(body, widget.NewStatusDot(theme.Success, s.t("bulk.good")))
	}
	for _, f := range r.Findings {
		e := s.l.Refusal(f.Code, f.Params)
		if i := f.Column - 1; i >= 0 && (i >= len(j.Mapping) || j.Mapping[i] != "fiscal_code") {
			e.What = s.column(j, i) + ": " + e.What
		}
		tone := theme.Warning
		switch f.Grade {
		case app.GradeBad:
			tone = theme.Danger
		case app.GradeGood:
			tone = theme.Information
		}
		body = append(body, widget.NewNotice(widget.NoticeParts{Tone: tone, Title: e.What, Text: strings.TrimSpace(e.Means + " " + e.Who)}))
		if f.Column == 0 || fixed {
			continue
		}
		var use []fyne.CanvasObject
		for _, suggestion := range f.Suggestions[:min(len(f.Suggestions), mostUse)] {
			if suggestion != cell(r, f.Column-1) {
				use = append(use, widget.NewButton(s.t("bulk.use", "value", suggestion), func() { correct(f.Column-1, suggestion) }))
			}
		}
		if len(use) > 0 {
			body = append(body, widget.Flow(theme.Space8, use...))
		}
	}
	if fixed {
		var values []widget.Field
		for _, i := range columns {
			values = append(values, widget.Field{Label: s.column(j, i), Value: cell(r, i)})
		}
		s.beside(paneRow, append(body, widget.NewFields(s.t("bulk.cells"), widget.FieldGroup{Fields: values}), widget.NewSecondary(s.t("bulk.fixed")))...)
		return
	}
	for _, i := range columns {
		field := widget.NewTextField(s.column(j, i))
		field.SetMonospace(i < len(j.Mapping) && (j.Mapping[i] == "fiscal_code" || j.Mapping[i] == "id_anpr"))
		field.SetText(cell(r, i))
		if r.Was != nil {
			if was := cell(wire.JobRow{Cells: r.Was}, i); was != cell(r, i) {
				field.Hint = s.t("bulk.was", "value", was)
			}
		}
		field.OnSubmitted = func(string) { correct(-1, "") }
		fields[i] = field
		body = append(body, field)
	}
	body = append(body, widget.Flow(
		theme.Space8,
		widget.NewButton(s.t("bulk.correct.row"), func() { correct(-1, "") }),
		widget.NewButton(s.t(map[bool]string{false: "bulk.leave_out", true: "bulk.take_in"}[r.LeftOut]), func() {
			s.Flow.Correct(r.Number, wire.JobCorrection{LeftOut: !r.LeftOut})
		}),
	))
	s.beside(paneRow, body...)
}

// cellsToCorrect are the columns of the cells that are shown to be corrected.
func cellsToCorrect(j wire.Job, r wire.JobRow) []int {
	var mapped []int
	for i, f := range j.Mapping {
		if f != "" {
			mapped = append(mapped, i)
		}
	}
	ragged := slices.ContainsFunc(r.Findings, func(f wire.JobFinding) bool { return f.Code == app.CodeListRagged })
	if len(mapped) > 0 && !ragged {
		return mapped
	}
	var all []int
	for i := range min(max(j.Columns, len(r.Cells)), mostColumns) {
		all = append(all, i)
	}
	return all
}

// column is what a column is called: what it means, else as the list names it,
// else its number.
func (s *Screen) column(j wire.Job, i int) string {
	if i < len(j.Mapping) && j.Mapping[i] != "" {
		return s.t("bulk.column." + j.Mapping[i])
	}
	return s.named(j, i)
}

// named is a column by its title, else by its number.
func (s *Screen) named(j wire.Job, i int) string {
	if i < len(j.Header) && strings.TrimSpace(j.Header[i]) != "" {
		return strings.TrimSpace(j.Header[i])
	}
	return s.t("bulk.column.n", "n", s.l.Number(i+1))
}
