package approval

import (
	"indagor/app"
	"indagor/sync/wire"
	visuraflow "indagor/ui/flow/visura"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"

	"fyne.io/fyne/v2"
)

// detail is a request; whom it is about is told when it has been asked for.
func (s *Screen) detail(r wire.ApprovalItem, st state) listing.Detail {
	t := s.l.T
	out := listing.Detail{Title: t("visura.type." + string(r.Type)), Status: t("approval.state." + string(r.State)), Tone: s.tone(r)}
	column := widget.VBox(theme.Space12)
	if r.State == app.ApprovalWaiting {
		said := app.VisuraApproval{Rule: r.Rule, State: r.State, Due: r.Due}
		column.Add(widget.NewText(s.l.Awaited(said, s.flow.Now())))
	}
	column.Add(s.person(r, st))
	what := s.asked(r, st.Detail)
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
		s.Search(x)
	})
	column.Add(widget.Flow(theme.Space8, only))
	out.Body = []fyne.CanvasObject{column}
	return out
}

// asked is what is asked, in the words in which the operator reads it; of whom
// is told apart.
func (s *Screen) asked(r wire.ApprovalItem, d *wire.ApprovalDetail) []widget.Field {
	v := wire.VisuraSummary{Type: r.Type, Types: r.Types, ReferenceDate: r.ReferenceDate, PurposeName: r.PurposeName, FileReference: r.FileReference}
	if d != nil {
		v.Declared, v.Since = d.Declared, d.Since
	}
	var out []widget.Field
	for _, row := range visuraflow.Requested(s.l, v) {
		out = append(out, widget.Field{Label: row.Label, Value: row.Value, Monospace: row.Code})
	}
	return out
}

// person tells whom the request is about: by initials, until it is asked for.
func (s *Screen) person(r wire.ApprovalItem, st state) fyne.CanvasObject {
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
