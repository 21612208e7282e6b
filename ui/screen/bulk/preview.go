package bulk

import (
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/bulk"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// grades are how rows are narrowed; all first.
var grades = []string{"all", app.GradeGood, app.GradeDoubtful, app.GradeBad}

func (s *Screen) chips(c app.JobCounts) []widget.Chip {
	number := map[string]int{"all": c.Rows, app.GradeGood: c.Good, app.GradeDoubtful: c.Doubtful, app.GradeBad: c.Bad}
	var chips []widget.Chip
	for _, g := range grades {
		chips = append(chips, widget.Chip{ID: g, Text: s.t("bulk.grade."+g, "count", s.l.Number(number[g]))})
	}
	return chips
}

// ready is the page of a list that was read: its rows beside what is to be
// stated before it is asked.
func (s *Screen) ready(parts *widget.PageParts, st flow.State) {
	j := *st.Open
	s.counts = j.Counts
	s.narrow = widget.NewChipSet("", false, s.chips(j.Counts)...)
	s.narrow.SetSelected("all")
	if st.Grade != "" {
		s.narrow.SetSelected(st.Grade)
	}
	s.narrow.OnChanged = func(ids []string) {
		if len(ids) == 1 {
			s.closePane()
			s.Flow.Narrow(strings.TrimPrefix(ids[0], "all"))
		}
	}
	line := []fyne.CanvasObject{widget.Expand(s.narrow)}
	if !flow.Fixed(j) {
		line = append(line, widget.NewButton(s.t("bulk.columns"), s.openColumns))
	}
	parts.Filter = widget.HBox(theme.Space8, line...)
	if !flow.Unmapped(j) {
		order := widget.NewPrimary(s.t("bulk.go_on"), theme.IconApprove, s.openOrder)
		parts.Primary, s.first = order, order
	}
	person := slices.Index(j.Mapping, "fiscal_code")
	if person < 0 {
		person = max(slices.Index(j.Mapping, "id_anpr"), slices.Index(j.Mapping, "surname"), 0)
	}
	s.rows = widget.NewTable(
		s.t("bulk.rows"),
		widget.Column[wire.JobRow]{ID: "line", Title: s.t("bulk.line"), Width: 56, Align: fyne.TextAlignTrailing, Text: func(r wire.JobRow) string { return s.l.Number(r.Line) }},
		widget.Column[wire.JobRow]{ID: "person", Title: s.t("bulk.person"), Width: 170, Monospace: true, Text: func(r wire.JobRow) string { return cell(r, person) }},
		widget.Column[wire.JobRow]{ID: "judged", Title: s.t("bulk.judged"), Width: 240, Grow: true, Text: s.judged, Tone: rowTone},
		widget.Column[wire.JobRow]{ID: "cells", Title: s.t("bulk.cells"), Width: 160, Grow: true, Text: func(r wire.JobRow) string {
			return strings.Join(slices.DeleteFunc(slices.Clone(r.Cells), func(c string) bool { return strings.TrimSpace(c) == "" }), " · ")
		}},
	)
	s.rows.OnSelect = func(_ int, r wire.JobRow) { s.explain(r) }
	parts.Body = s.rows
	s.foot = nil
}

// atFirst opens the pane by itself where the columns must be told.
func (s *Screen) atFirst(st flow.State) {
	if flow.Unmapped(*st.Open) && !flow.Fixed(*st.Open) || s.reopen {
		s.showColumns(st)
	}
	s.reopen = false
}

// preview puts into the page of a list that was read what has changed.
func (s *Screen) preview(st flow.State) {
	if len(st.Rows) == 0 {
		s.rows.SetState(widget.Empty(s.t("bulk.no_rows"), "", nil))
	} else {
		s.rows.SetState(widget.Ready())
	}
	more := func() {}
	if st.Next > 0 {
		more = s.Flow.More
	}
	s.rows.UpdateRows(pagedRows{st.Rows, more})
	if c := st.Open.Counts; !reflect.DeepEqual(c, s.counts) {
		s.counts = c
		selected := s.narrow.Selected()
		s.narrow.SetChips(s.chips(c)...)
		s.narrow.SetSelected(selected...)
	}
	switch s.pane {
	case paneRow:
		for _, r := range st.Rows {
			if r.Number == s.picked.Number && !reflect.DeepEqual(r, s.picked) {
				s.explain(r)
				s.rows.Focus()
			}
		}
	case paneColumns:
		if len(s.sampled) == 0 && len(st.Samples) > 0 {
			s.showColumns(st)
		}
	case paneOrder:
		s.planned(st)
	}
}

// near is how close to the end of what was read a row is drawn when those that
// follow are fetched.
const near = 20

// pagedRows is the rows read so far; drawing one near the end asks for more.
type pagedRows struct {
	rows []wire.JobRow
	more func()
}

func (p pagedRows) Len() int { return len(p.rows) }

func (p pagedRows) Row(i int) wire.JobRow {
	if i >= len(p.rows)-near {
		p.more()
	}
	return p.rows[i]
}

func (s *Screen) closePane() {
	s.pane, s.picked = paneNone, wire.JobRow{}
	s.page.SetDetail(nil)
}

// beside shows a pane beside the rows.
func (s *Screen) beside(p pane, body ...fyne.CanvasObject) {
	s.pane = p
	if p != paneRow {
		s.picked = wire.JobRow{}
	}
	s.page.SetDetail(widget.Pad(theme.Space4, widget.VBox(theme.Space12, body...)))
	s.page.Refresh()
}

func cell(r wire.JobRow, column int) string {
	if column < len(r.Cells) {
		return r.Cells[column]
	}
	return ""
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
		if what := s.l.Refusal(f.Code, f.Params).What; !slices.Contains(parts, what) {
			parts = append(parts, what)
		}
	}
	if len(parts) == 0 {
		return s.t("bulk.good")
	}
	return strings.Join(parts, " ")
}
