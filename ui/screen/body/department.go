package body

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/body"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Departments is the page of the departments.
type Departments struct {
	*listing.Page[flow.Filter, app.DepartmentSummary, app.DepartmentDetail]
	Options
	flow  *flow.Departments
	start *widget.Button // hidden while a form is open: one primary action a page
}

// NewDepartments returns the page.
func NewDepartments(o Options) *Departments {
	o.fill()
	l := o.Host.Language()
	s := &Departments{Options: o, flow: flow.NewDepartments(o.Desk, o.Lists)}
	s.start = widget.NewPrimary(s.t("departments.new"), theme.IconAdd, func() { s.edit(app.DepartmentDetail{}) })
	number := func(key string, of func(app.DepartmentSummary) int) widget.Column[app.DepartmentSummary] {
		return widget.Column[app.DepartmentSummary]{
			ID: key, Title: s.t("department." + key), Width: 88, Sortable: true, Text: func(d app.DepartmentSummary) string { return l.Number(of(d)) },
			Compare: func(a, b app.DepartmentSummary) int { return of(a) - of(b) },
		}
	}
	s.Page = listing.New(listing.Parts[flow.Filter, app.DepartmentSummary, app.DepartmentDetail]{
		Place: screen.Departments, Host: o.Host, Flow: s.flow.Flow, Title: s.t("place.departments"), Subtitle: s.t("departments.subtitle"),
		CSV: s.t("departments.file"),
		Words: listing.Words{
			Count: func(n int) string { return l.N("departments.count", n) },
			Empty: s.t("departments.none"), Filtered: s.t("departments.none_filtered"),
		},
		Columns: []widget.Column[app.DepartmentSummary]{
			{ID: "name", Title: s.t("department.name"), Width: 170, Grow: true, Sortable: true, Text: func(d app.DepartmentSummary) string { return d.Name }},
			{
				ID: "admins", Title: s.t("department.admins"), Width: 132, Sortable: true, Text: func(d app.DepartmentSummary) string { return s.admins(d) }, Tone: tone,
				Compare: func(a, b app.DepartmentSummary) int { return a.Admins - b.Admins },
			},
			number("operators", func(d app.DepartmentSummary) int { return d.Operators }),
			number("workstations", func(d app.DepartmentSummary) int { return d.Workstations }),
			number("offices", func(d app.DepartmentSummary) int { return len(d.Offices) }),
			number("purposes", func(d app.DepartmentSummary) int { return d.Purposes }),
		},
		Filter: [][]listing.Control[flow.Filter]{{
			listing.Search("", s.t("departments.search"), 280, func(f *flow.Filter) *string { return &f.Search }),
		}},
		Primary: s.start, Detail: s.detail, Rows: true, Do: o.Do,
		Draw: func(list.State[flow.Filter, app.DepartmentSummary, app.DepartmentDetail]) {
			s.start.Hidden = s.Occupied()
		},
		Key: func(name fyne.KeyName, modifier fyne.KeyModifier) bool {
			if name != fyne.KeyN || modifier != fyne.KeyModifierControl {
				return false
			}
			if !s.Occupied() { // not over what is being typed
				s.edit(app.DepartmentDetail{})
			}
			return true
		},
	})
	return s
}

// admins is how many ADMINs a department has; none is told in words.
func (s *Departments) admins(d app.DepartmentSummary) string {
	if d.Admins == 0 {
		return s.t("department.no_admin")
	}
	return s.Host.Language().Number(d.Admins)
}

// tone warns of a department without an ADMIN: nobody answers for it.
func tone(d app.DepartmentSummary) theme.Tone {
	if d.Admins == 0 {
		return theme.Warning
	}
	return theme.Neutral
}

func (s *Departments) detail(row app.DepartmentSummary, st list.State[flow.Filter, app.DepartmentSummary, app.DepartmentDetail]) listing.Detail {
	d, l := st.Detail, s.Host.Language()
	out := listing.Detail{Title: d.Name}
	if d.Admins == 0 {
		out.Status, out.Tone = s.t("department.no_admin"), theme.Warning
	}
	actions := widget.Flow(theme.Space8,
		widget.NewButtonWith(widget.ButtonSecondary, s.t("department.edit"), theme.IconEdit, func() { s.edit(d) }),
		widget.NewButton(s.t("purpose.add"), func() { s.purpose(flow.PurposeDraft{Before: app.Purpose{Department: d.ID}}) }),
		widget.NewButtonWith(widget.ButtonDanger, s.t("department.delete"), "", func() { s.remove(d.Department) }))
	var heads []string
	for _, h := range d.Heads {
		name := h.Name
		if !h.Enabled {
			name = s.t("department.head.off", "name", name)
		}
		heads = append(heads, name)
	}
	fields := widget.NewFields(d.Name, widget.FieldGroup{Fields: []widget.Field{
		{Label: s.t("department.admins"), Value: strings.Join(heads, ", ")},
		{Label: s.t("department.operators"), Value: l.Number(d.Operators)},
		{Label: s.t("department.workstations"), Value: l.Number(d.Workstations)},
	}})
	fields.OnCopy = func(f widget.Field) { s.Host.Toast(s.t("shell.copied", "what", f.Label)) }
	out.Body = []fyne.CanvasObject{actions, fields, widget.Section(s.t("department.offices"), s.offices(d)), widget.Section(s.t("department.purposes"), s.purposes(d))}
	return out
}

// held is how much is in an office.
func (s *Departments) held(o app.OfficeUse) string {
	l := s.Host.Language()
	return s.t("office.held", "users", l.N("office.users", o.Users), "workstations", l.N("office.workstations", o.Workstations))
}

func (s *Departments) offices(d app.DepartmentDetail) fyne.CanvasObject {
	if len(d.OfficeUses) == 0 {
		return widget.NewSecondary(s.t("department.offices.none"))
	}
	var column []fyne.CanvasObject
	for _, o := range d.OfficeUses {
		column = append(column, widget.VBox(0, widget.NewText(o.Name), widget.NewSecondary(s.held(o))))
	}
	return widget.VBox(theme.Space8, column...)
}

func (s *Departments) purposes(d app.DepartmentDetail) fyne.CanvasObject {
	if len(d.PurposeUses) == 0 {
		return widget.NewText(s.t("department.purposes.none"))
	}
	l := s.Host.Language()
	var column []fyne.CanvasObject
	for _, p := range d.PurposeUses {
		name := widget.NewText(p.Name)
		name.Bold = true
		parts := []fyne.CanvasObject{name}
		if p.Withdrawn {
			parts = append(parts, widget.NewStatusDot(theme.Quiet, s.t("purpose.withdrawn")))
		}
		if p.LegalBasis != "" {
			parts = append(parts, widget.NewText(p.LegalBasis))
		}
		parts = append(parts, widget.NewSecondary(l.N("purpose.users", p.Users)))
		if p.Alone > 0 {
			parts = append(parts, widget.NewSecondary(l.N("purpose.alone", p.Alone)))
		}
		buttons := []fyne.CanvasObject{widget.NewButton(s.t("purpose.edit"), func() { s.purpose(flow.PurposeDraftOf(p.Purpose)) })}
		if p.Withdrawn {
			buttons = append(buttons, widget.NewButton(s.t("purpose.restore"), func() { s.withdraw(p.Purpose, false) }))
		} else {
			buttons = append(buttons, widget.NewButton(s.t("purpose.withdraw"), func() { s.withdraw(p.Purpose, true) }))
		}
		if p.Users == 0 {
			buttons = append(buttons, widget.NewButtonWith(widget.ButtonDanger, s.t("purpose.delete"), "", func() { s.removePurpose(p.Purpose) }))
		}
		column = append(column, widget.VBox(theme.Space4, append(parts, widget.Flow(theme.Space8, buttons...))...))
	}
	return widget.VBox(theme.Space16, column...)
}

// act runs what changes something and tells how it went.
func (s *Departments) act(done string, f func() error) {
	s.Go(func() {
		if err := f(); err != nil {
			s.Host.Fail(err)
			return
		}
		s.Host.Toast(done)
	})
}

func (s *Departments) withdraw(p app.Purpose, on bool) {
	draft := flow.PurposeDraftOf(p)
	draft.Withdrawn = on
	done := s.t("purpose.restored", "name", p.Name)
	if on {
		done = s.t("purpose.withdrawn.done", "name", p.Name)
	}
	s.act(done, func() error { return s.flow.SavePurpose(s.Context, draft) })
}

func (s *Departments) removePurpose(p app.Purpose) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("purpose.delete.title", "name", p.Name), Message: s.t("purpose.delete.text"), Verb: s.t("purpose.delete"), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) {
			s.act(s.t("purpose.deleted", "name", p.Name), func() error { return s.flow.DeletePurpose(s.Context, p) })
		},
	})
}

func (s *Departments) remove(d app.Department) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("department.delete.title", "name", d.Name), Message: s.t("department.delete.text"), Verb: s.t("department.delete"), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) {
			s.act(s.t("department.deleted", "name", d.Name), func() error { return s.flow.Delete(s.Context, d) })
		},
	})
}

// leave goes back from a form to the detail.
func (s *Departments) leave() {
	s.Vacate()
	s.start.Show()
	s.Focus()
}
