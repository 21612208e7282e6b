package body

import (
	"strconv"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/body"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// departmentForm is a department with its offices as it is being typed.
type departmentForm struct {
	s       *Departments
	before  app.DepartmentDetail
	name    *widget.TextField
	offices []*officeRow
	column  *fyne.Container // of the offices
	wrong   mistake         // with the offices as a whole
	send    *widget.Button
	all     *fyne.Container
}

type officeRow struct {
	was   string
	field *widget.TextField
	row   fyne.CanvasObject
}

// edit opens the form for a department, or for a new one.
func (s *Departments) edit(d app.DepartmentDetail) {
	f := &departmentForm{s: s, before: d, wrong: newMistake(), column: widget.VBox(theme.Space4)}
	f.name = widget.NewTextField(s.t("department.name"))
	f.name.Required, f.name.ReserveHelp = true, true
	f.name.SetMaxLength(100)
	f.name.SetText(d.Name)
	f.name.OnSubmitted = func(string) { f.submit() }
	title, verb := s.t("departments.new"), s.t("department.make")
	if d.ID != "" {
		title, verb = s.t("department.edit.title", "name", d.Name), s.t("department.save")
	}
	for _, o := range flow.DraftOf(d.Department).Offices {
		f.add(o.Was)
	}
	f.send = widget.NewPrimary(verb, theme.IconSave, f.submit)
	add := widget.NewButtonWith(widget.ButtonSecondary, s.t("office.add"), theme.IconAdd, func() {
		f.add("")
		f.relayout()
		s.focus(f.offices[len(f.offices)-1].field)
	})
	f.all = s.form(title, f.send, s.leave, f.name,
		widget.Section(s.t("department.offices"), widget.VBox(theme.Space8, widget.NewText(s.t("department.offices.text")), f.column, f.wrong, widget.HBox(0, add, widget.Spacer()))))
	s.start.Hide()
	s.Occupy(f.all, s.leave)
	s.focus(f.name)
}

// add puts an office into the form; one in which somebody is cannot be taken
// out.
func (f *departmentForm) add(was string) {
	s := f.s
	o := &officeRow{was: was, field: widget.NewTextField(s.t("office.number", "n", strconv.Itoa(len(f.offices)+1)))}
	o.field.ReserveHelp = true
	o.field.SetMaxLength(100)
	o.field.SetText(was)
	o.field.OnSubmitted = func(string) { f.submit() }
	used := false
	for _, u := range f.before.OfficeUses {
		if was != "" && u.Name == was {
			o.field.Hint, used = s.held(u), u.Users+u.Workstations > 0
		}
	}
	o.row = o.field
	if !used {
		gone := widget.NewIconButton(s.t("office.remove", "name", o.field.Label), theme.IconDelete, func() { f.drop(o) })
		o.row = widget.HBoxTop(theme.Space4, widget.Expand(o.field), widget.PadXY(0, theme.Space16, gone))
	}
	f.offices = append(f.offices, o)
	f.column.Objects = append(f.column.Objects, o.row)
}

func (f *departmentForm) drop(gone *officeRow) {
	var rows []*officeRow
	f.column.Objects = nil
	for _, o := range f.offices {
		if o != gone {
			rows = append(rows, o)
			f.column.Objects = append(f.column.Objects, o.row)
		}
	}
	f.offices = rows
	f.relayout()
	f.s.focus(f.name)
}

func (f *departmentForm) relayout() {
	f.column.Refresh()
	f.s.Occupy(f.all, f.s.leave)
}

func (f *departmentForm) submit() {
	if f.send.Busy() {
		return
	}
	s := f.s
	draft := flow.DepartmentDraft{Before: f.before.Department, Name: f.name.Text()}
	fields := []blamed{{"name", f.name.SetError, f.name}}
	for i, o := range f.offices {
		draft.Offices = append(draft.Offices, flow.OfficeDraft{Was: o.was, Name: o.field.Text()})
		fields = append(fields, blamed{"offices." + strconv.Itoa(i), o.field.SetError, o.field})
	}
	fields = append(fields, blamed{"offices", f.wrong.set, nil})
	f.wrong.set("")
	f.send.SetBusy(true)
	s.Go(func() {
		saved, err := s.flow.Save(s.Context, draft)
		s.Do(func() {
			f.send.SetBusy(false)
			switch {
			case err == nil:
				s.leave()
				s.Host.Toast(s.t("department.saved", "name", saved.Name))
			case !s.blame(err, fields...):
				s.Host.Fail(err) // what was typed stays
			}
		})
	})
}

// purposeForm is a purpose as it is being typed.
type purposeForm struct {
	s           *Departments
	draft       flow.PurposeDraft
	name, basis *widget.TextField
	send        *widget.Button
}

// purpose opens the form for a purpose.
func (s *Departments) purpose(draft flow.PurposeDraft) {
	f := &purposeForm{s: s, draft: draft}
	f.name = widget.NewTextField(s.t("purpose.name"))
	f.name.Required, f.name.ReserveHelp, f.name.Hint = true, true, s.t("purpose.name.hint")
	f.name.SetMaxLength(150)
	f.name.SetText(draft.Name)
	f.name.OnSubmitted = func(string) { f.submit() }
	f.basis = area(s.t("purpose.basis"), 3)
	f.basis.ReserveHelp, f.basis.Hint = true, s.t("purpose.basis.hint")
	f.basis.SetMaxLength(300)
	f.basis.SetText(draft.LegalBasis)
	title, verb := s.t("purpose.add"), s.t("purpose.make")
	if draft.Before.ID != "" {
		title, verb = s.t("purpose.edit.title", "name", draft.Before.Name), s.t("purpose.save")
	}
	f.send = widget.NewPrimary(verb, theme.IconSave, f.submit)
	s.start.Hide()
	s.Occupy(s.form(title, f.send, s.leave, f.name, f.basis), s.leave)
	s.focus(f.name)
}

func (f *purposeForm) submit() {
	if f.send.Busy() {
		return
	}
	s := f.s
	f.draft.Name, f.draft.LegalBasis = f.name.Text(), f.basis.Text()
	f.send.SetBusy(true)
	s.Go(func() {
		err := s.flow.SavePurpose(s.Context, f.draft)
		s.Do(func() {
			f.send.SetBusy(false)
			switch {
			case err == nil:
				s.leave()
				s.Host.Toast(s.t("purpose.saved", "name", f.draft.Name))
			case !s.blame(err, blamed{"name", f.name.SetError, f.name}, blamed{"legal_basis", f.basis.SetError, f.basis}):
				s.Host.Fail(err)
			}
		})
	})
}
