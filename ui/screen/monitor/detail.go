package monitor

import (
	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/monitor"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// detail is the whole of an entry, in words.
func (s *Screen) detail(r flow.Row, st list.State[flow.Filter, flow.Row, struct{}]) listing.Detail {
	d := listing.Detail{Title: s.words.what(r)}
	fields := widget.NewFields(d.Title, widget.FieldGroup{Fields: s.fields(r)})
	fields.OnCopy = s.copied
	d.Body = append(d.Body, fields)
	var only []fyne.CanvasObject
	if r.User != "" && st.Filter.User != r.User {
		only = append(only, widget.NewButtonWith(widget.ButtonSecondary, s.l.T("monitor.only_user"), theme.IconPerson, func() { s.one(r.User, r.Username) }))
	}
	if name := s.words.name(r.Workstation); name != "" && st.Filter.Station != r.Workstation {
		only = append(only, widget.NewButtonWith(widget.ButtonSecondary, s.l.T("monitor.only_workstation"), theme.IconComputer, func() { s.at(r.Workstation, name) }))
	}
	if len(only) > 0 {
		d.Body = append(d.Body, widget.Flow(theme.Space8, only...))
	}
	if s.flow.Kind() == flow.History {
		d.Body = append(d.Body, widget.Section(s.l.T("monitor.changes"), s.changes(r)))
	}
	return d
}

func (s *Screen) copied(f widget.Field) { s.host.Toast(s.l.T("shell.copied", "what", f.Label)) }

// fields are those that the kind tells; what it would tell and is not there is
// a dash, what was never asked for is left out.
func (s *Screen) fields(r flow.Row) []widget.Field {
	var out []widget.Field
	add := func(id, value string, always bool) {
		if value != "" || always {
			out = append(out, widget.Field{Label: s.l.T("monitor.column." + id), Value: value})
		}
	}
	add("at", s.l.Exact(r.At), true)
	add("user", s.words.who(r), true)
	switch s.flow.Kind() {
	case flow.Accesses:
		add("role", s.words.role(r), false)
		add("address", r.Address, true)
		add("workstation", s.words.workstation(r), false)
		add("reason", s.words.reason(r), false)
	case flow.History:
		add("target", r.TargetName, false)
		if r.Event == app.EventRefused {
			add("function", s.words.reason(r), false)
		} else {
			add("reason", s.words.reason(r), false)
		}
	default:
		add("department", s.words.name(r.Department), false)
		add("types", s.l.Types(r.Types), false)
		if r.Outcome != "" {
			out = append(out, widget.Field{Label: s.l.T("monitor.column.outcome"), Value: s.l.T("outcome." + string(r.Outcome)), Tone: outcomeTone(r)})
		}
		if reasoned(r) {
			add("reason", s.words.code(r.Code), false)
		}
		if r.Outcomes != nil {
			add("service", s.l.T("service."+string(r.Service)), false)
			add("asked", s.l.Number(r.Asked), true)
			add("outcomes", s.l.Outcomes(r.Outcomes), true)
		}
		add("purpose", r.Purpose, r.Outcome != "")
		add("file", r.File, r.Outcome != "")
		add("workstation", s.words.workstation(r), false)
		add("address", r.Address, false)
		if r.Operation != "" {
			out = append(out, widget.Field{Label: s.l.T("monitor.column.operation"), Value: r.Operation, Monospace: true})
		}
	}
	return out
}

// changes is what the act changed, a field a line.
func (s *Screen) changes(r flow.Row) fyne.CanvasObject {
	changes := r.Changes()
	if len(changes) == 0 {
		return widget.NewSecondary(s.l.T("monitor.changes.none"))
	}
	var group widget.FieldGroup
	for _, c := range changes {
		group.Fields = append(group.Fields, widget.Field{Label: s.words.field(c), Value: s.words.change(c)})
	}
	fields := widget.NewFields(s.l.T("monitor.changes"), group)
	fields.OnCopy = s.copied
	return fields
}
