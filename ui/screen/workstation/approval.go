package workstation

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// approval is the form that approves a workstation, in the place of its
// detail.
type approval struct {
	s           *Register
	w           app.Workstation
	code        *widget.TextField
	name        *widget.TextField
	responsible *widget.TextField
	office      *widget.TextField
	department  *widget.Picker
	expires     *widget.DateField
	send        *widget.Button
	all         *fyne.Container
}

func newApproval(s *Register, w app.Workstation, names map[app.ID]string) *approval {
	t := s.t
	f := &approval{s: s, w: w}
	own := s.Session().User.Department
	form := flow.FormOf(w, own)

	f.code = widget.NewTextField(t("approval.code"))
	f.code.Required, f.code.ReserveHelp = true, true
	f.code.Hint = t("approval.code.hint")
	f.code.SetMonospace(true)
	f.code.SetMaxLength(12)
	f.code.SetFilter(strings.ToUpper)
	f.code.OnChanged = func(text string) { f.compare(text) }
	f.name = f.field("approval.name", form.Name)
	f.responsible = f.field("workstation.responsible", form.Responsible)
	f.responsible.Hint = t("approval.responsible.hint")
	f.office = f.field("workstation.office", form.Office)
	f.expires = widget.NewDateField(t("approval.expires"), t("approval.expires.wrong"), widget.Ahead(s.Now))
	f.expires.Hint, f.expires.ReserveHelp = t("approval.expires.hint"), true
	if form.Expires != nil {
		if day, ok := form.Expires.Time(); ok {
			f.expires.SetDate(day)
		}
	}
	fields := []fyne.CanvasObject{f.code, f.name, f.responsible, f.office}
	if s.everywhere() {
		f.department = departmentPicker(t, names, form.Department)
		fields = append(fields, f.department)
	}
	fields = append(fields, f.expires)

	shown := []fyne.CanvasObject{widget.NewSecondary(t("approval.shown"))}
	for _, k := range flow.PendingKeys(w) {
		code := widget.NewCode(k.Code)
		code.TextSize, code.Bold = theme.TextNumber, true
		take := widget.NewButton(t("approval.same"), func() {
			f.code.SetText(k.Code)
			s.focus(f.responsible)
		})
		shown = append(shown, widget.HBox(theme.Space12, code, widget.Spacer(), take), widget.NewSecondary(t("approval.user", "user", k.OSUser)))
	}
	f.send = widget.NewPrimary(t("workstation.approve"), theme.IconApprove, f.submit)
	title := widget.NewText(t("approval.title", "name", w.Name))
	title.TextSize, title.Bold = theme.TextSection, true
	text := widget.NewText(t("approval.text"))
	f.all = widget.VBox(theme.Space12, title, text, widget.VBox(theme.Space4, shown...), widget.VBox(theme.Space4, fields...),
		widget.HBox(theme.Space8, widget.Spacer(), widget.NewButton(t("shell.cancel"), s.close), f.send))
	return f
}

func (f *approval) field(key, text string) *widget.TextField {
	field := widget.NewTextField(f.s.t(key))
	field.Required, field.ReserveHelp = true, true
	field.SetMaxLength(100)
	field.SetText(text)
	field.OnSubmitted = func(string) { f.submit() }
	return field
}

// departmentPicker is the choice of a department, by name.
func departmentPicker(t func(string, ...string) string, names map[app.ID]string, chosen app.ID) *widget.Picker {
	p := widget.NewSelect(t("workstation.department"), departmentChoices(names)...)
	p.Required, p.ReserveHelp = true, true
	p.Placeholder, p.EmptyText = t("approval.department.choose"), t("approval.department.none")
	p.SetSelectedID(string(chosen))
	return p
}

// departmentChoices are the departments by name.
func departmentChoices(names map[app.ID]string) []widget.Choice {
	var choices []widget.Choice
	for id, name := range names {
		choices = append(choices, widget.Choice{ID: string(id), Text: name})
	}
	slices.SortFunc(choices, func(a, b widget.Choice) int { return strings.Compare(a.Text, b.Text) })
	return choices
}

// compare tells at once whether the code is the one of the request.
func (f *approval) compare(text string) {
	code := flow.CleanCode(text)
	key, ok := flow.Compare(f.w, text)
	switch {
	case ok:
		f.code.SetStatus(widget.Status{Tone: theme.Success, Text: f.s.t("approval.match", "user", key.OSUser)})
	case len(code) >= 8:
		f.code.SetStatus(widget.Status{Tone: theme.Danger, Text: f.s.t("approval.mismatch")})
	default:
		f.code.SetStatus(widget.Status{})
	}
}

func (f *approval) form() flow.Form {
	form := flow.Form{Name: f.name.Text(), Responsible: f.responsible.Text(), Office: f.office.Text(), Code: f.code.Text()}
	if f.department != nil {
		if c, ok := f.department.Selected(); ok {
			form.Department = app.ID(c.ID)
		}
	}
	if day, ok := f.expires.Date(); ok {
		d := app.DayOf(day)
		form.Expires = &d
	}
	return form
}

func (f *approval) submit() {
	if f.send.Busy() || !f.expires.Settle() {
		return
	}
	a, err := f.form().Check(f.w, f.department != nil)
	if err != nil {
		f.blame(err)
		return
	}
	f.send.SetBusy(true)
	f.s.Go(func() {
		err := f.s.flow.Approve(f.s.Context, f.w.ID, a)
		f.s.Do(func() {
			f.send.SetBusy(false)
			if err != nil {
				if !f.blame(err) {
					f.s.Host.Fail(err)
				}
				return
			}
			f.s.Host.Toast(f.s.t("workstation.approve.done", "name", a.Name))
			f.s.close()
			f.s.load()
		})
	})
}

// blame shows errors under their fields and puts the focus on the first; it
// reports whether a field was to blame.
func (f *approval) blame(err error) bool {
	l := f.s.Host.Language()
	fields := []struct {
		name  string
		set   func(string)
		focus focusable
	}{
		{"code", f.code.SetError, f.code},
		{"name", f.name.SetError, f.name},
		{"responsible", f.responsible.SetError, f.responsible},
		{"office", f.office.SetError, f.office},
		{"expires", f.expires.SetError, f.expires},
	}
	if f.department != nil {
		fields = slices.Insert(fields, 4, struct {
			name  string
			set   func(string)
			focus focusable
		}{"department", f.department.SetError, f.department})
	}
	found := false
	for _, field := range fields {
		for _, e := range each(err) {
			if e.Field != field.name {
				continue
			}
			text := l.Field(e)
			if field.name == "code" && e.Code == app.CodeInvalid {
				text = f.s.t("approval.mismatch")
			}
			field.set(text)
			if !found {
				f.s.focus(field.focus)
			}
			found = true
			break
		}
	}
	return found
}

// each lists the refusals in an error.
func each(err error) []*app.Error {
	var many app.Errors
	if errors.As(err, &many) {
		return many
	}
	var one *app.Error
	if errors.As(err, &one) {
		return []*app.Error{one}
	}
	return nil
}
