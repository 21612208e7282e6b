package workstation

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// acts are what can be done with the marked workstations.
func (s *Register) acts(marked []app.Workstation) []fyne.CanvasObject {
	return []fyne.CanvasObject{
		widget.NewButtonWith(widget.ButtonSecondary, s.t("workstations.extend"), theme.IconCalendar, func() { s.extendAll(marked) }),
		widget.NewButton(s.t("workstations.suspend"), func() { s.suspendAll(marked) }),
	}
}

func named(ws []app.Workstation) (ids []app.ID) {
	for _, w := range ws {
		ids = append(ids, w.ID)
	}
	return ids
}

// extendAll asks for the new last day of the marked workstations.
func (s *Register) extendAll(marked []app.Workstation) {
	l := s.Host.Language()
	day := s.dateField("workstations.extend.day")
	day.Hint = s.t("workstations.extend.hint")
	var d *modal.Dialog
	var send *widget.Button
	do := func() {
		if send.Busy() || !day.Settle() {
			return
		}
		var expires *app.Day
		if at, ok := day.Date(); ok {
			last := app.DayOf(at)
			expires = &last
		}
		send.SetBusy(true)
		s.Go(func() {
			out, err := s.flow.Extend(s.Context, named(marked), expires)
			s.Do(func() {
				send.SetBusy(false)
				if code := app.CodeOf(err); code == app.CodeDatePast || code == app.CodeDate {
					day.SetError(l.Field(err))
					return
				}
				d.Close()
				s.told(out, err, "workstations.extended")
			})
		})
	}
	send = widget.NewPrimary(s.t("workstations.extend"), theme.IconCalendar, do)
	day.OnSubmitted = func(string) { do() }
	d = modal.Show(s.Host.Window().Canvas(), modal.Parts{
		Title: s.t("workstations.extend"), Body: widget.VBox(theme.Space12, widget.NewText(l.N("workstations.extend.text", len(marked))), day),
		Buttons: []fyne.CanvasObject{widget.NewButton(s.t("shell.cancel"), func() { d.Close() }), send},
		First:   func() { s.focus(day) },
	})
}

func (s *Register) suspendAll(marked []app.Workstation) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.Host.Language().N("workstations.suspend.title", len(marked)), Message: s.t("workstation.suspend.text"), Verb: s.t("workstations.suspend"), Cancel: s.t("shell.cancel"),
		ReasonLabel: s.t("workstation.reason"), ReasonRequired: true, ReasonMissing: s.t("workstation.reason.missing"),
		OnConfirm: func(reason string) {
			s.Go(func() {
				out, err := s.flow.SuspendAll(s.Context, named(marked), reason)
				s.Do(func() { s.told(out, err, "workstations.suspended") })
			})
		},
	})
}

// told tells what came of a change of several workstations: in a word where all
// went well, workstation by workstation where some were refused.
func (s *Register) told(out []wire.Outcome, err error, done string) {
	s.count()
	if err != nil {
		s.Host.Fail(err)
		return
	}
	l := s.Host.Language()
	good := 0
	var rows []fyne.CanvasObject
	for _, o := range out {
		refusal := o.Err()
		if refusal == nil {
			good++
			continue
		}
		name := o.Name
		if name == "" {
			name = s.t("workstations.gone")
		}
		title := widget.NewText(name)
		title.Bold = true
		rows = append(rows, widget.VBox(2, title, widget.NewText(l.Error(refusal).What)))
	}
	if len(rows) == 0 {
		s.Host.Toast(l.N(done, good))
		return
	}
	list := container.NewVScroll(widget.VBox(theme.Space8, rows...))
	var d *modal.Dialog
	closing := widget.NewPrimary(s.t("shell.close"), "", func() { d.Close() })
	d = modal.Show(s.Host.Window().Canvas(), modal.Parts{
		Title: l.N("workstations.refused", len(rows)), Icon: theme.IconWarning, Tone: theme.Warning,
		Body:    widget.VBox(theme.Space12, widget.NewText(l.N(done, good)), widget.Sized(0, min(float32(len(rows))*52, 260), list)),
		Buttons: []fyne.CanvasObject{closing}, First: func() { s.Host.Window().Canvas().Focus(closing) },
	})
}

// dateField is a field for a day to come.
func (s *Register) dateField(key string) *widget.DateField {
	// Two digits of a year are of a day to come rather than of the century before.
	f := widget.NewDateField(s.t(key), s.t("approval.expires.wrong"), widget.Ahead(s.Now))
	f.Hint, f.ReserveHelp = s.t("approval.expires.hint"), true
	return f
}

// entryForm is what the register says about a workstation, as it is typed.
type entryForm struct {
	s                         *Register
	w                         app.Workstation
	name, responsible, office *widget.TextField
	department                *widget.Picker // nil for those who administer one
	expires                   *widget.DateField
	send                      *widget.Button
}

// change opens the form.
func (s *Register) change(w app.Workstation) {
	f := &entryForm{s: s, w: w}
	field := func(key, text string) *widget.TextField {
		field := widget.NewTextField(s.t(key))
		field.Required, field.ReserveHelp = true, true
		field.SetMaxLength(100)
		field.SetText(text)
		field.OnSubmitted = func(string) { f.submit() }
		return field
	}
	f.name = field("approval.name", w.Name)
	f.responsible = field("workstation.responsible", w.Responsible)
	f.responsible.Hint = s.t("approval.responsible.hint")
	f.office = field("workstation.office", w.Office)
	f.expires = s.dateField("approval.expires")
	f.expires.OnSubmitted = func(string) { f.submit() }
	if w.Expires != nil {
		if day, ok := w.Expires.Time(); ok {
			f.expires.SetDate(day)
		}
	}
	fields := []fyne.CanvasObject{f.name, f.responsible, f.office}
	if s.everywhere() {
		f.department = departmentPicker(s.t, s.names, w.Department)
		fields = append(fields, f.department)
	}
	fields = append(fields, f.expires)
	f.send = widget.NewPrimary(s.t("workstation.save"), theme.IconSave, f.submit)
	title := widget.NewText(s.t("workstation.change.title", "name", w.Name))
	title.TextSize, title.Bold = theme.TextSection, true
	s.Occupy(widget.VBox(theme.Space12, title, widget.VBox(theme.Space4, fields...),
		widget.HBox(theme.Space8, widget.Spacer(), widget.NewButton(s.t("shell.cancel"), s.close), f.send)), s.close)
	s.focus(f.name)
}

// form is what the fields say.
func (f *entryForm) form() flow.Form {
	form := flow.Form{Name: f.name.Text(), Responsible: f.responsible.Text(), Office: f.office.Text(), Department: f.w.Department}
	if f.department != nil {
		c, _ := f.department.Selected()
		form.Department = app.ID(c.ID)
	}
	if at, ok := f.expires.Date(); ok {
		day := app.DayOf(at)
		form.Expires = &day
	}
	return form
}

// blame shows errors under their fields; it reports whether a field was to
// blame for each.
func (f *entryForm) blame(err error) bool {
	fields := map[string]interface {
		SetError(string)
		focusable
	}{"name": f.name, "responsible": f.responsible, "office": f.office, "expires": f.expires}
	if f.department != nil {
		fields["department"] = f.department
	}
	all, focused := true, false
	for _, e := range each(err) {
		field, ok := fields[e.Field]
		if !ok {
			all = false
			continue
		}
		field.SetError(f.s.Host.Language().Field(e))
		if !focused {
			f.s.focus(field)
			focused = true
		}
	}
	return all && focused
}

func (f *entryForm) submit() {
	if f.send.Busy() || !f.expires.Settle() {
		return
	}
	s := f.s
	c, err := f.form().Entry(f.w)
	if err != nil {
		f.blame(err)
		return
	}
	f.send.SetBusy(true)
	s.Go(func() {
		err := s.flow.Change(s.Context, f.w.ID, c)
		s.Do(func() {
			f.send.SetBusy(false)
			switch {
			case err == nil:
				s.close()
				s.Host.Toast(s.t("workstation.saved", "name", c.Name))
				s.count()
			case !f.blame(err):
				s.Host.Fail(err) // what was typed stays
			}
		})
	})
}
