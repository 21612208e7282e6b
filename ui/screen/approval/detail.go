package approval

import (
	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/approval"
	visuraflow "indagor/ui/flow/visura"
	view "indagor/ui/screen/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"

	"fyne.io/fyne/v2"
)

// detail is what the pane has been built for.
type detail struct {
	id    app.ID
	state app.ApprovalState
	read  bool
	err   error
}

// show builds the pane when what is selected has changed.
func (s *Screen) show(st flow.State) {
	row, ok := st.Row()
	now := detail{}
	if ok {
		now = detail{id: row.ID, state: row.State, read: st.Detail != nil, err: st.DetailErr}
	}
	if now == s.shown {
		return
	}
	s.shown = now
	s.body.Objects[1].Hide()
	if ok {
		s.body.Objects[1].Show()
		s.pane.Objects = []fyne.CanvasObject{view.Scroll(s.content(row, st))}
		s.pane.Refresh()
	}
	view.Settle(s.body)
	s.page.Refresh()
}

func (s *Screen) content(r wire.ApprovalItem, st flow.State) fyne.CanvasObject {
	t := s.l.T
	title := widget.NewHeading(t("visura.type." + string(r.Type)))
	title.Truncate, title.Wrap = false, true
	column := widget.VBox(theme.Space12, widget.VBox(theme.Space4, title, widget.NewStatusDot(s.tone(r), t("approval.state."+string(r.State)))))
	if r.State == app.ApprovalWaiting {
		said := app.VisuraApproval{Rule: r.Rule, State: r.State, Due: r.Due}
		column.Add(widget.NewText(s.l.Awaited(said, s.flow.Now())))
	}
	column.Add(s.person(r, st))
	what := []widget.Field{
		{Label: t("document.reference_date"), Value: s.l.Day(r.ReferenceDate)},
		{Label: t("document.purpose"), Value: r.PurposeName},
		{Label: t("document.file"), Value: r.FileReference},
	}
	who := []widget.Field{
		{Label: t("approvals.operator"), Value: r.Operator},
		{Label: t("approvals.department"), Value: r.DepartmentName},
		{Label: t("approvals.office"), Value: r.Office},
		{Label: t("approvals.asked"), Value: s.l.Moment(r.Asked)},
		{Label: t("approvals.rule"), Value: t("approval." + string(r.Rule))},
	}
	if d := st.Detail; d != nil {
		what = append(what, widget.Field{Label: t("approvals.basis"), Value: d.LegalBasis}, widget.Field{Label: t("approvals.scope"), Value: t("scope." + string(d.Scope.Kind))})
		who = append(who, widget.Field{Label: t("document.workstation"), Value: d.Workstation})
	}
	groups := []widget.FieldGroup{{Heading: t("document.request"), Fields: filled(what)}, {Heading: t("approvals.who"), Fields: filled(who)}}
	if r.Decided != nil {
		groups = append(groups, widget.FieldGroup{Heading: t("approvals.decision"), Fields: filled([]widget.Field{
			{Label: t("approvals.decided"), Value: s.l.Moment(*r.Decided)},
			{Label: t("approvals.decider"), Value: r.Decider},
			{Label: t("approvals.reason.given"), Value: r.Reason},
		})})
	}
	fields := widget.NewFields(t("document.request"), groups...)
	fields.OnCopy = func(f widget.Field) { s.host.Toast(s.l.T("visura.copied", "what", f.Label)) }
	column.Add(fields)
	only := widget.NewButtonWith(widget.ButtonSecondary, t("approvals.only"), theme.IconFilter, func() {
		x := s.flow.State().Filter
		x.User, x.Username = r.User, r.Operator
		s.filter.apply(x)
	})
	column.Add(only)
	return column
}

// person tells whom the request is about: by initials, until it is asked for.
func (s *Screen) person(r wire.ApprovalItem, st flow.State) fyne.CanvasObject {
	t := s.l.T
	whom := widget.NewCode(r.Whom)
	note := widget.NewSecondary(t("approvals.person.hint"))
	note.Wrap, note.Truncate = true, false
	parts := []fyne.CanvasObject{widget.NewSecondary(t("visura.subject")), whom}
	switch d := st.Detail; {
	case d != nil && d.Subject != nil:
		whom.SetText(visuraflow.SubjectText(s.l, *d.Subject, ""))
		note.SetText(t("approvals.person.read"))
		parts = append(parts, note)
	case r.State != app.ApprovalWaiting:
	case st.DetailErr != nil:
		parts = append(parts, widget.NewText(s.l.Error(st.DetailErr).What), widget.NewButton(t("list.again"), s.flow.Read))
	default:
		parts = append(parts, note, widget.HBox(0, widget.NewButtonWith(widget.ButtonSecondary, t("approvals.person.show"), theme.IconVisible, s.flow.Read), widget.Spacer()))
	}
	return widget.VBox(theme.Space4, parts...)
}

// filled leaves out what is empty.
func filled(fields []widget.Field) []widget.Field {
	var out []widget.Field
	for _, f := range fields {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}
