package visura

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// stated are the inputs of what ANPR is to verify, and of the beginning of a
// history. Only those of the type chosen are seen.
type stated struct {
	f       *form
	row     *fyne.Container
	comune  *widget.Picker
	state   *widget.Picker
	status  *widget.Picker
	date    *widget.DateField
	surname *widget.TextField
	name    *widget.TextField
	since   *widget.DateField
	shown   string
}

func newStated(f *form) *stated {
	l := f.l
	x := &stated{f: f, row: widget.Flow(theme.Space12)}
	x.comune = widget.NewPicker(l.T("declared.comune"), func(query string) []widget.Choice {
		var out []widget.Choice
		for _, p := range f.flow.Comuni(query) {
			out = append(out, f.choice(p))
		}
		return out
	})
	x.comune.Placeholder, x.comune.SearchText, x.comune.EmptyText = l.T("visura.birth_place.placeholder"), l.T("visura.birth_place.search"), l.T("visura.birth_place.empty")
	x.state = widget.NewSelect(l.T("declared.state"), choices(f.flow.Citizenships(l.T("state.italy")))...)
	x.status = widget.NewSelect(l.T("declared.civil_status"), choices(f.flow.CivilStatuses())...)
	for p, set := range map[*widget.Picker]func(*app.Declared, string){
		x.comune: func(d *app.Declared, id string) { d.Comune = id },
		x.state:  func(d *app.Declared, id string) { d.State = id },
		x.status: func(d *app.Declared, id string) { d.CivilStatus = id },
	} {
		p.Required, p.ReserveHelp = true, true
		p.OnChanged = func(c widget.Choice, _ bool) { x.edit(func(d *app.Declared) { set(d, c.ID) }) }
	}
	x.surname = x.text("declared.surname", func(d *app.Declared, text string) { d.Surname = text })
	x.name = x.text("declared.name", func(d *app.Declared, text string) { d.Name = text })
	x.date = x.day("declared.date", func(day app.Day) { x.edit(func(d *app.Declared) { d.Date = day }) })
	x.since = x.day("visura.since", func(day app.Day) { f.edit(func(form *flow.Form) { form.Since = day }) })
	x.row.Hide()
	return x
}

func choices(list []flow.Choice) []widget.Choice {
	out := make([]widget.Choice, len(list))
	for i, c := range list {
		out[i] = widget.Choice{ID: c.Code, Text: c.Name}
	}
	return out
}

func (x *stated) text(label string, set func(*app.Declared, string)) *widget.TextField {
	f := widget.NewTextField(x.f.l.T(label))
	f.Required, f.ReserveHelp = true, true
	f.SetMaxLength(100)
	f.OnChanged = func(text string) { x.edit(func(d *app.Declared) { set(d, text) }) }
	f.OnSubmitted = func(string) { x.f.submit() }
	return f
}

func (x *stated) day(label string, set func(app.Day)) *widget.DateField {
	f := widget.NewDateField(x.f.l.T(label), x.f.l.Field(app.E(app.CodeDate)), x.f.flow.Today)
	f.Required, f.ReserveHelp, f.Placeholder = true, true, x.f.l.T("visura.date.placeholder")
	f.OnDate = func(time.Time, bool) { set(dayOf(f)) }
	f.OnSubmitted = func(string) { x.f.submit() }
	return f
}

func (x *stated) edit(change func(*app.Declared)) {
	x.f.edit(func(form *flow.Form) {
		d := app.Declared{}
		if form.Declared != nil {
			d = *form.Declared
		}
		change(&d)
		form.Declared = &d
	})
}

// inputs are the inputs by the names under which they are refused.
func (x *stated) inputs() []input {
	of := func(i app.Input, set func(string), focus func()) input {
		return input{[]string{flow.FieldDeclared + string(i)}, set, focus}
	}
	return []input{
		of(app.InputComune, x.comune.SetError, x.comune.Focus), of(app.InputState, x.state.SetError, x.state.Focus),
		of(app.InputCivilStatus, x.status.SetError, x.status.Focus), of(app.InputSurname, x.surname.SetError, x.surname.Focus),
		of(app.InputName, x.name.SetError, x.name.Focus), of(app.InputDate, x.date.SetError, x.date.Focus),
	}
}

// show puts the inputs of the form's type into the row, in the order of the
// table, with what the form holds.
func (x *stated) show(form flow.Form) {
	var names []string
	var row []fyne.CanvasObject
	add := func(i app.Input, optional bool) {
		names = append(names, string(i))
		switch i {
		case app.InputComune:
			row = append(row, widget.Sized(260, 0, x.comune))
		case app.InputState:
			row = append(row, widget.Sized(220, 0, x.state))
		case app.InputCivilStatus:
			row = append(row, widget.Sized(260, 0, x.status))
		case app.InputSurname:
			row = append(row, widget.Sized(190, 0, x.surname))
		case app.InputName:
			row = append(row, widget.Sized(190, 0, x.name))
		case app.InputDate:
			x.date.Required = !optional
			row = append(row, widget.Sized(140, 0, x.date))
		}
	}
	for _, d := range form.Inputs() {
		add(d.Input, d.Optional)
	}
	if form.History() {
		names = append(names, "since")
		row = append(row, widget.Sized(140, 0, x.since))
	}
	d := form.Declared
	x.place(d.Of(app.InputComune))
	pick(x.state, d.Of(app.InputState))
	pick(x.status, d.Of(app.InputCivilStatus))
	setText(x.surname, d.Of(app.InputSurname))
	setText(x.name, d.Of(app.InputName))
	setDay(x.date, app.Day(d.Of(app.InputDate)))
	setDay(x.since, form.Since)
	if now := strings.Join(names, " ") + string(form.Type); now != x.shown {
		x.shown = now
		x.row.Objects = row
		x.row.Hidden = len(row) == 0
		x.row.Refresh()
		x.f.settle()
	}
}

// place shows the Comune with the cadastral code.
func (x *stated) place(code string) {
	c, ok := x.comune.Selected()
	switch {
	case code == "":
		x.comune.Clear()
	case !ok || c.ID != code:
		p := x.f.flow.ComuneOf(code)
		if p.Name == "" {
			p.Name = p.Code
		}
		x.comune.SetSelected(x.f.choice(p))
	}
}

// showKind shows which types are chosen, what they tell, and their inputs.
func (s *form) showKind(x flow.Form) {
	before := s.loading
	s.loading = true
	defer func() { s.loading = before }()
	var ids []string
	for _, t := range x.Chosen() {
		ids = append(ids, string(t))
	}
	s.yesno.SetSelected(ids...)
	s.kind.SetSelected(ids...)
	s.kind.SetError("")
	text := ""
	switch key := "visura.type." + string(x.Type) + ".text"; {
	case len(ids) > 1:
		text = s.l.N("visura.several", len(ids))
	case len(ids) == 1 && s.l.Has(key):
		text = s.l.T(key)
	}
	if text != s.says.Text {
		s.says.SetText(text)
		s.says.Hidden = text == ""
		s.settle()
	}
	s.stated.show(x)
}
