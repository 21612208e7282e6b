package workstation

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// detail is a workstation with what happened to it. While that is on its way,
// the row tells the rest.
func (s *Register) detail(row app.Workstation, st list.State[flow.Filter, app.Workstation, wire.WorkstationDetail]) listing.Detail {
	w := wire.WorkstationDetail{Workstation: row}
	if st.DetailReady {
		w = st.Detail
	}
	l := s.Host.Language()
	d := listing.Detail{Title: w.Name, Status: s.state(w.Workstation), Tone: s.tone(w.Workstation)}
	var parts []fyne.CanvasObject
	if w.Alarm != app.AlarmNone {
		parts = append(parts, widget.NewNotice(widget.NoticeParts{
			Tone: theme.Danger, Title: s.t("workstation.alarm." + string(w.Alarm)),
			Text: s.t("workstation.alarm." + string(w.Alarm) + ".text"),
		}))
	}
	if keys := flow.PendingKeys(w.Workstation); len(keys) > 0 {
		column := []fyne.CanvasObject{widget.NewSecondary(s.t("workstation.code"))}
		for _, k := range keys {
			code := widget.NewCode(k.Code)
			code.TextSize, code.Bold = theme.TextNumber, true
			of := widget.NewSecondary(s.t("workstation.key.of", "user", k.OSUser, "when", l.Moment(k.Added)))
			of.Wrap = true
			column = append(column, code, of)
		}
		parts = append(parts, widget.VBox(theme.Space4, column...))
	}
	if row := s.actions(w.Workstation); row != nil {
		parts = append(parts, row)
	}
	fields := widget.NewFields(w.Name,
		widget.FieldGroup{Heading: s.t("workstation.group.assignment"), Fields: []widget.Field{
			{Label: s.t("workstation.department"), Value: s.names[w.Department]},
			{Label: s.t("workstation.office"), Value: w.Office},
			{Label: s.t("workstation.responsible"), Value: w.Responsible},
			{Label: s.t("workstation.expires"), Value: s.expires(w.Workstation)},
		}},
		widget.FieldGroup{Heading: s.t("workstation.group.machine"), Fields: []widget.Field{
			{Label: s.t("workstation.os"), Value: w.OS},
			{Label: s.t("workstation.version"), Value: w.AppVersion},
			{Label: s.t("workstation.first"), Value: l.Moment(w.FirstSeen)},
			{Label: s.t("workstation.seen"), Value: l.Moment(w.LastSeen)},
			{Label: s.t("workstation.users"), Value: users(w.Workstation)},
		}},
		widget.FieldGroup{Heading: s.t("workstation.group.keys"), Fields: s.keys(w.Workstation)})
	fields.OnCopy = func(f widget.Field) { s.Host.Toast(s.t("shell.copied", "what", f.Label)) }
	parts = append(parts, fields)
	if st.DetailReady {
		parts = append(parts, widget.Section(s.t("workstation.history"), s.history(w.History)))
	}
	d.Body = parts
	return d
}

func (s *Register) expires(w app.Workstation) string {
	if w.Expires == nil {
		return s.t("workstation.no_expiry")
	}
	return s.Host.Language().Day(*w.Expires)
}

// keys are the keys of a workstation, one for each user of its operating
// system.
func (s *Register) keys(w app.Workstation) []widget.Field {
	var fields []widget.Field
	for _, k := range w.Keys {
		fields = append(fields, widget.Field{
			Label: k.OSUser,
			Value: s.t("workstation.key", "state", s.t("workstation.state."+string(k.State)), "code", k.Code, "when", s.Host.Language().Moment(k.Added)),
		})
	}
	return fields
}

func users(w app.Workstation) string {
	var names []string
	for _, k := range w.Keys {
		if !slices.Contains(names, k.OSUser) {
			names = append(names, k.OSUser)
		}
	}
	return strings.Join(names, ", ")
}

func (s *Register) actions(w app.Workstation) fyne.CanvasObject {
	var row []fyne.CanvasObject
	if flow.May(w, app.ActApprove) {
		row = append(row, widget.NewPrimary(s.t("workstation.approve"), theme.IconApprove, func() { s.approve(w) }))
	}
	if flow.May(w, app.ActChange) {
		row = append(row, widget.NewButtonWith(widget.ButtonSecondary, s.t("workstation.edit"), theme.IconEdit, func() { s.change(w) }))
	}
	if flow.May(w, app.ActSuspend) {
		row = append(row, widget.NewButton(s.t("workstation.suspend"), func() { s.stop(w, app.ActSuspend) }))
	}
	if flow.May(w, app.ActRevoke) {
		row = append(row, widget.NewButtonWith(widget.ButtonDanger, s.t("workstation.revoke"), "", func() { s.stop(w, app.ActRevoke) }))
	}
	if len(row) == 0 {
		return nil
	}
	return widget.Flow(theme.Space8, row...)
}

// stop asks before it suspends or revokes.
func (s *Register) stop(w app.Workstation, act app.WorkstationAct) {
	key := "workstation." + string(act)
	do := s.flow.Suspend
	if act == app.ActRevoke {
		do = s.flow.Revoke
	}
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t(key+".title", "name", w.Name), Message: s.t(key + ".text"), Verb: s.t(key), Cancel: s.t("shell.cancel"),
		Danger: act == app.ActRevoke, ReasonLabel: s.t("workstation.reason"), ReasonRequired: true, ReasonMissing: s.t("workstation.reason.missing"),
		OnConfirm: func(reason string) {
			s.Go(func() {
				if err := do(s.Context, w.ID, reason); err != nil {
					s.Host.Fail(err)
				} else {
					s.Host.Toast(s.t(key+".done", "name", w.Name))
				}
				s.load()
			})
		},
	})
}

// history tells what happened, newest first, a sentence an act.
func (s *Register) history(items []wire.HistoryItem) fyne.CanvasObject {
	l := s.Host.Language()
	if len(items) == 0 {
		return widget.NewSecondary(s.t("workstation.history.none"))
	}
	var column []fyne.CanvasObject
	for _, item := range flow.Newest(items) {
		what := widget.NewText(l.T("event." + string(item.Kind)))
		what.Bold = true
		when := l.Moment(item.At)
		if item.Username != "" {
			when = s.t("workstation.history.by", "when", when, "who", item.Username)
		}
		quiet := widget.NewText(when)
		quiet.Role, quiet.TextSize = theme.ColorQuiet, theme.TextSecondary
		entry := []fyne.CanvasObject{what, quiet}
		if d, ok := flow.DriftOf(item); ok {
			entry = append(entry, s.drift(d)...)
		} else if item.Reason != "" {
			entry = append(entry, widget.NewText(s.t("workstation.history.reason", "reason", item.Reason)))
		}
		for _, c := range flow.Changes(item) {
			line := widget.NewText(s.changed(c))
			line.TextSize = theme.TextSecondary
			entry = append(entry, line)
		}
		column = append(column, widget.VBox(2, entry...))
	}
	return widget.VBox(theme.Space12, column...)
}

// drift tells what of the machine has changed, and what came of it.
func (s *Register) drift(d flow.Drift) []fyne.CanvasObject {
	var parts []string
	for _, c := range d.Components {
		parts = append(parts, s.t("workstation.component."+c))
	}
	var lines []fyne.CanvasObject
	if len(parts) > 0 {
		lines = append(lines, widget.NewText(s.t("workstation.drift.parts", "parts", strings.Join(parts, ", "))))
	}
	tone, key := theme.Warning, "workstation.drift.refused"
	switch {
	case d.Accepted:
		tone, key = theme.Success, "workstation.drift.accepted"
	case d.Clone:
		tone, key = theme.Danger, "workstation.drift.clone"
	}
	return append(lines, widget.NewStatusDot(tone, s.t(key)))
}

// changed is one change in words.
func (s *Register) changed(c flow.Change) string {
	word := func(value string) string {
		switch {
		case value == "":
			return ""
		case c.Field == "state":
			return s.t("workstation.state." + value)
		case c.Field == "alarm":
			return s.t("workstation.alarm." + value)
		case c.Field == "department":
			if name := s.names[app.ID(value)]; name != "" {
				return name
			}
		case c.Field == "expires":
			return s.Host.Language().Day(app.Day(value))
		}
		return value
	}
	field := s.t("workstation.field." + c.Field)
	before, after := word(c.Before), word(c.After)
	switch {
	case before == "":
		return s.t("workstation.change.set", "field", field, "after", after)
	case after == "":
		return s.t("workstation.change.unset", "field", field, "before", before)
	}
	return s.t("workstation.change", "field", field, "before", before, "after", after)
}
