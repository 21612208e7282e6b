package user

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/user"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// person is the left of the editor.
type person struct {
	surname, name, username, email, phone, staff, office, operator *widget.TextField
	code                                                           *widget.CodeField
	role                                                           *widget.ChipSet
	department, admin                                              *widget.Picker // nil for those who administer one department
	offices                                                        *widget.Picker // in the place of office where the department names its offices
	validFrom, validUntil                                          *widget.DateField
	days                                                           *widget.ChipSet
	from, until                                                    *widget.TextField
}

func (e *editor) makePerson() fyne.CanvasObject {
	t, d := e.s.t, e.draft
	field := func(key, text string, required bool, most int, hint string) *widget.TextField {
		f := widget.NewTextField(t(key))
		f.Required, f.ReserveHelp = required, true
		if hint != "" {
			f.Hint = t(hint)
		}
		f.SetMaxLength(most)
		f.SetText(text)
		f.OnChanged = func(string) { e.changed() }
		f.OnSubmitted = func(string) { e.submit() }
		return f
	}
	e.surname = field("user.surname", d.Surname, true, 100, "")
	e.name = field("user.name", d.Name, true, 100, "")
	e.username = field("user.username", d.Username, true, 64, "user.username.hint")
	e.email = field("user.email", d.Email, true, 254, "")
	e.phone = field("user.phone", d.Phone, false, 40, "")
	e.staff = field("user.staff_number", d.StaffNumber, false, 40, "")
	e.office = field("user.office", d.Office, false, 100, "")
	e.operator = field("user.operator_id", d.OperatorID, false, 64, "user.operator_id.hint")
	e.operator.SetMonospace(true)
	e.code = widget.NewCodeField(t("user.fiscal_code"), 16, e.s.Decode)
	e.code.Required = true
	e.code.SetText(d.FiscalCode)
	e.code.OnChanged = func(string) { e.changed() }
	e.code.OnSubmitted = func(string) { e.submit() }

	var roles []widget.Chip
	for _, r := range e.c.Roles() {
		roles = append(roles, widget.Chip{ID: string(r), Text: t("role." + string(r))})
	}
	e.role = e.chips("user.role", false, roles...)
	e.role.Required = true
	e.role.SetSelected(string(d.Role))
	assignment := []fyne.CanvasObject{e.role}
	if e.c.Everywhere() {
		var choices []widget.Choice
		for _, x := range e.c.Departments {
			choices = append(choices, widget.Choice{ID: string(x.ID), Text: x.Name})
		}
		e.department = e.pick("user.department", "user.department.choose", "user.department.choose", choices...)
		e.department.SetSelectedID(string(d.Department))
		e.admin = e.pick("user.admin", "user.admin.choose", "user.admin.none")
		assignment = append(assignment, e.department, e.admin)
	}
	e.offices = e.pick("user.office", "user.office.choose", "user.office.choose")
	e.offices.Required = false
	e.offices.Hide() // until the department is looked at
	assignment = append(assignment, e.offices, e.office)

	date := func(key string, day *app.Day) *widget.DateField {
		f := widget.NewDateField(t(key), e.s.l.Field(app.E(app.CodeDate)), widget.Ahead(e.s.Now))
		f.Hint, f.ReserveHelp = t("user.date.hint"), true
		if day != nil {
			if at, ok := day.Time(); ok {
				f.SetDate(at)
			}
		}
		f.OnDate = func(time.Time, bool) { e.changed() }
		f.OnSubmitted = func(string) { e.submit() }
		return f
	}
	e.validFrom = date("user.valid_from", d.ValidFrom)
	e.validUntil = date("user.valid_until", d.ValidUntil)
	var days []widget.Chip
	for day := 1; day <= 7; day++ {
		days = append(days, widget.Chip{ID: strconv.Itoa(day), Text: flow.Day(e.s.l, day)})
	}
	e.days = e.chips("user.days", true, days...)
	e.days.Hint = t("user.days.hint")
	e.from = field("user.from", "", true, 5, "user.time.hint")
	e.until = field("user.until", "", true, 5, "")
	e.hours(d)

	return widget.VBox(theme.Space12,
		widget.Section(t("user.group.person"), widget.VBox(theme.Space4, pair(e.surname, e.name), e.code, e.email, pair(e.phone, e.staff))),
		widget.Section(t("user.group.assignment"), widget.VBox(theme.Space8, assignment...)),
		widget.Section(t("user.group.account"), widget.VBox(theme.Space4, e.username, e.operator, pair(e.validFrom, e.validUntil), e.days, pair(e.from, e.until))))
}

// hours puts the access hours of the draft into the fields.
func (e *editor) hours(d flow.Draft) {
	var chosen []string
	for _, day := range d.Days {
		chosen = append(chosen, strconv.Itoa(day))
	}
	e.days.SetSelected(chosen...)
	e.from.SetText(d.From)
	e.until.SetText(d.Until)
}

// pair sets two fields side by side.
func pair(a, b fyne.CanvasObject) *fyne.Container { return widget.Grid(130, theme.Space12, a, b) }

func (e *editor) takePerson() {
	d := &e.draft
	d.Surname, d.Name, d.FiscalCode, d.Email = e.surname.Text(), e.name.Text(), e.code.Text(), e.email.Text()
	d.Phone, d.StaffNumber, d.Office = e.phone.Text(), e.staff.Text(), e.office.Text()
	if e.offices.Visible() {
		d.Office = string(picked(e.offices))
	}
	d.Username, d.OperatorID = e.username.Text(), e.operator.Text()
	d.Role = app.Role(one(e.role))
	if e.department != nil {
		d.Department, d.Admin = picked(e.department), picked(e.admin)
	}
	d.ValidFrom, d.ValidUntil = dayIn(e.validFrom), dayIn(e.validUntil)
	d.Days = nil
	for _, id := range e.days.Selected() {
		if n, err := strconv.Atoi(id); err == nil {
			d.Days = append(d.Days, n)
		}
	}
	d.From, d.Until = "", ""
	if len(d.Days) > 0 {
		d.From, d.Until = e.from.Text(), e.until.Text()
	}
}

func dayIn(f *widget.DateField) *app.Day {
	at, ok := f.Date()
	if !ok {
		return nil
	}
	day := app.DayOf(at)
	return &day
}

func (e *editor) arrangePerson() {
	hours := len(e.draft.Days) > 0
	setVisible(e.from, hours)
	setVisible(e.until, hours)
	e.explainRole()
	e.arrangeOffice()
	if e.admin == nil {
		return
	}
	setVisible(e.admin, e.draft.Role.Operative())
	var choices []widget.Choice
	for _, a := range e.c.AdminsOf(e.draft.Department) {
		if e.draft.Department != "" && a.ID != e.draft.Before.ID {
			choices = append(choices, widget.Choice{ID: string(a.ID), Text: a.FullName()})
		}
	}
	e.admin.SetChoices(choices...)
	switch {
	case e.admin.SetSelectedID(string(e.draft.Admin)):
	case len(choices) == 1: // there is nobody else
		e.admin.SetSelectedID(choices[0].ID)
	default:
		e.admin.Clear()
	}
	e.draft.Admin = picked(e.admin)
}

// explainRole says what the chosen role means.
func (e *editor) explainRole() { e.explain(e.role, "role.") }

// arrangeOffice offers the offices of the department where it names any;
// otherwise the office is typed. The one that he has stays a choice.
func (e *editor) arrangeOffice() {
	d := &e.draft
	names := e.c.Offices(d.Department)
	setVisible(e.offices, len(names) > 0)
	setVisible(e.office, len(names) == 0)
	if len(names) == 0 {
		if e.office.Text() != d.Office {
			e.office.SetText(d.Office)
		}
		return
	}
	choices := make([]widget.Choice, len(names))
	for i, name := range names {
		choices[i] = widget.Choice{ID: name, Text: name}
	}
	if has := d.Before.Office; has != "" && d.Department == d.Before.Department && !slices.Contains(names, has) {
		choices = append(choices, widget.Choice{ID: has, Text: has})
	}
	e.offices.SetChoices(choices...)
	if !e.offices.SetSelectedID(d.Office) {
		e.offices.Clear()
	}
	d.Office = string(picked(e.offices))
}

func (e *editor) personTargets() []target {
	ts := []target{
		aim("surname", e.surname), aim("name", e.name), aim("fiscal_code", e.code), aim("email", e.email), aim("phone", e.phone),
		aim("staff_number", e.staff), aimChips("role", e.role),
	}
	if e.department != nil {
		ts = append(ts, aim("department", e.department), aim("admin", e.admin))
	}
	ts = append(ts, aim("office", e.offices), aim("office", e.office), aim("username", e.username), aim("operator_id", e.operator),
		aim("valid_from", e.validFrom), aim("valid_until", e.validUntil))
	return append(ts, aim("hours", e.until), aimChips("hours", e.days))
}
