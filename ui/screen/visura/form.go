package visura

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	flow "indagor/ui/flow/visura"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// form is the page that is filled in.
type form struct {
	flow *flow.Flow
	l    *language.Language

	page     *widget.Page
	body     *fyne.Container // stack: the form, or why there is none
	column   *fyne.Container
	scroll   *fyne.Container
	by       *widget.ChipSet
	byCode   *fyne.Container
	byData   *fyne.Container
	code     *widget.CodeField
	beside   *beside
	surname  *widget.TextField
	name     *widget.TextField
	sex      *widget.Picker
	born     *widget.DateField
	place    *widget.Picker
	locality *widget.TextField
	abroad   *fyne.Container
	yesno    *widget.ChipSet // types that answer yes or no
	kind     *widget.ChipSet // types that give data
	says     *widget.Label   // what the type chosen tells, and does not
	stated   *stated         // what is to be verified, or from when on
	day      *widget.DateField
	purpose  *widget.Picker
	prefer   *widget.Button // makes the purpose a favourite, or no longer one
	file     *widget.TextField
	send     *widget.Button
	clear    *widget.Button // empties the form, or brings back what it emptied
	note     *widget.Label
	cleared  bool

	strip *strip // the requests that wait for consent

	inputs  []input // in the order in which they are read
	loading bool
}

// input is one input of the form by the names under which it is refused.
type input struct {
	fields   []string
	setError func(string)
	focus    func()
}

const (
	waysCode = "code"
	waysData = "identity"
)

func newForm(f *flow.Flow, l *language.Language) *form {
	s := &form{flow: f, l: l}
	s.strip = newStrip(f, l)
	s.makeWho()
	s.makeWhat()
	s.makeWhy()
	s.inputs = []input{
		{[]string{flow.FieldSubject, flow.FieldFiscalCode, flow.FieldIDANPR}, s.code.SetError, s.code.Focus},
		{[]string{flow.FieldSurname}, s.surname.SetError, s.surname.Focus},
		{[]string{flow.FieldName}, s.name.SetError, s.name.Focus},
		{[]string{flow.FieldSex}, s.sex.SetError, s.sex.Focus},
		{[]string{flow.FieldBirthDate}, s.born.SetError, s.born.Focus},
		{[]string{flow.FieldBirthPlace}, s.place.SetError, s.place.Focus},
		{[]string{flow.FieldLocality}, s.locality.SetError, s.locality.Focus},
		{[]string{flow.FieldType}, s.kind.SetError, func() { focus(s.kind) }},
		{[]string{flow.FieldSince}, s.stated.since.SetError, s.stated.since.Focus},
		{[]string{flow.FieldReference}, s.day.SetError, s.day.Focus},
		{[]string{flow.FieldPurpose}, s.purpose.SetError, s.purpose.Focus},
		{[]string{flow.FieldFile}, s.file.SetError, s.file.Focus},
	}
	s.inputs = append(s.inputs, s.stated.inputs()...)
	s.send = widget.NewPrimary(l.T("visura.send"), theme.IconSend, s.submit)
	s.clear = widget.NewButton(l.T("visura.clear"), func() {
		if !s.flow.Restore() {
			s.flow.Clear()
		}
	})
	s.note = quiet(l.T("visura.send.hint"))
	steps := widget.Panel(widget.VBox(theme.Space12,
		s.step("visura.who", "visura.who.hint", widget.VBox(theme.Space8, s.by, s.byCode, s.byData)),
		widget.NewRule(),
		s.step("visura.what", "visura.what.hint", widget.VBox(theme.Space8, s.yesno,
			widget.HBoxTop(theme.Space16, widget.Expand(s.kind), widget.Sized(130, 0, s.day)), s.says, s.stated.row)),
		widget.NewRule(),
		s.step("visura.why", "visura.why.hint", widget.HBoxTop(theme.Space16, widget.Expand(widget.VBox(0, s.purpose, widget.HBox(0, s.prefer, widget.Spacer()))), widget.Expand(s.file))),
	))
	foot := widget.HBox(theme.Space12, s.send, s.clear, widget.Expand(s.note))
	s.column = widget.VBox(theme.Space12, steps, foot)
	s.scroll = Scroll(s.column)
	s.body = container.NewStack(s.scroll)
	s.page = widget.NewPage(widget.PageParts{Title: l.T("visura.title"), Subtitle: l.T("visura.subtitle"), Body: s.body})
	return s
}

// step sets the inputs of a step beside its name.
func (s *form) step(title, hint string, inputs fyne.CanvasObject) fyne.CanvasObject {
	head := widget.VBox(theme.Space4, widget.NewHeading(s.l.T(title)), quiet(s.l.T(hint)))
	return widget.HBoxTop(theme.Space16, widget.Sized(132, 0, head), widget.Expand(inputs))
}

func (s *form) edit(change func(*flow.Form)) {
	if !s.loading {
		s.flow.Edit(change)
		s.showCleared(s.flow.State().Cleared)
	}
}

func (s *form) makeWho() {
	l := s.l
	s.by = widget.NewChipSet("", false, widget.Chip{ID: waysCode, Text: l.T("visura.by.code")}, widget.Chip{ID: waysData, Text: l.T("visura.by.identity")})
	s.by.SetSelected(waysCode)
	s.by.OnChanged = func(ids []string) {
		s.edit(func(x *flow.Form) {
			x.By = flow.ByCode
			if ids[0] == waysData {
				x.By = flow.ByIdentity
			}
		})
		s.showWay(ids[0] == waysData)
		if ids[0] == waysData {
			s.surname.Focus()
		} else {
			s.code.Focus()
		}
	}
	s.beside = newBeside(l, func(code string) {
		s.code.SetText(code)
		s.code.Focus()
	})
	s.code = widget.NewCodeField(l.T("visura.code"), 20, func(text string) widget.CodeHint {
		r := s.flow.Read(text)
		s.beside.show(r)
		return hint(l, r)
	})
	s.code.Required = true
	s.code.Placeholder = l.T("visura.code.placeholder")
	s.code.OnChanged = func(text string) { s.edit(func(x *flow.Form) { x.Text = text }) }
	s.byCode = widget.HBoxTop(theme.Space16, widget.Sized(264, 0, s.code), widget.Expand(s.beside.box))

	s.surname = s.text("visura.surname", func(x *flow.Form, text string) { x.Identity.Surname = text })
	s.name = s.text("visura.name", func(x *flow.Form, text string) { x.Identity.Name = text })
	s.sex = widget.NewSelect(l.T("visura.sex"), widget.Choice{ID: "M", Text: l.T("sex.M")}, widget.Choice{ID: "F", Text: l.T("sex.F")})
	s.sex.Required, s.sex.ReserveHelp = true, true
	s.sex.OnChanged = func(c widget.Choice, ok bool) { s.edit(func(x *flow.Form) { x.Identity.Sex = c.ID }) }
	s.born = s.date("visura.birth_date", func(x *flow.Form, d app.Day) { x.Identity.BirthDate = d })
	s.place = widget.NewPicker(l.T("visura.birth_place"), s.places)
	s.place.Placeholder, s.place.SearchText, s.place.EmptyText = l.T("visura.birth_place.placeholder"), l.T("visura.birth_place.search"), l.T("visura.birth_place.empty")
	s.place.Required, s.place.ReserveHelp = true, true
	s.place.OnChanged = func(c widget.Choice, ok bool) {
		s.edit(func(x *flow.Form) { x.Identity.BirthPlace = c.ID })
		s.showAbroad(c.ID)
	}
	s.locality = s.text("visura.locality", func(x *flow.Form, text string) { x.Identity.Locality = text })
	s.locality.Required = false
	s.abroad = widget.Sized(170, 0, s.locality)
	s.abroad.Hide()
	s.byData = widget.VBox(theme.Space4,
		widget.HBoxTop(theme.Space12, widget.Expand(s.surname), widget.Expand(s.name), widget.Sized(140, 0, s.sex)),
		widget.HBoxTop(theme.Space12, widget.Sized(140, 0, s.born), widget.Expand(s.place), s.abroad))
	s.byData.Hide()
}

func (s *form) places(query string) []widget.Choice {
	var out []widget.Choice
	for _, p := range s.flow.Places(query) {
		out = append(out, s.choice(p))
	}
	return out
}

func (s *form) choice(p flow.Place) widget.Choice {
	second := p.Province
	if note := p.Note(s.l); note != "" {
		if second != "" {
			second += ", "
		}
		second += note
	}
	icon := theme.IconPlace
	if p.Foreign {
		icon = theme.IconBuilding
	}
	return widget.Choice{ID: p.Code, Text: p.Name, Secondary: second, Icon: icon}
}

func (s *form) makeWhat() {
	s.yesno = widget.NewChipSet(s.l.T("visura.yesno"), false)
	s.yesno.OnChanged = func(ids []string) {
		s.edit(func(x *flow.Form) { x.Type, x.Also = app.VisuraType(ids[0]), nil })
		s.showKind(s.flow.State().Form)
	}
	s.kind = widget.NewChipSet(s.l.T("visura.type"), true)
	s.kind.Required = true
	s.kind.OnChanged = func(ids []string) {
		s.edit(func(x *flow.Form) {
			chosen := make([]app.VisuraType, len(ids))
			for i, id := range ids {
				chosen[i] = app.VisuraType(id)
			}
			x.Choose(chosen)
		})
		s.showKind(s.flow.State().Form)
	}
	s.says = quiet("")
	s.stated = newStated(s)
	s.day = s.date("visura.reference_date", func(x *flow.Form, d app.Day) { x.ReferenceDate = d })
	s.day.Required = false
}

func (s *form) makeWhy() {
	s.purpose = widget.NewSelect(s.l.T("visura.purpose"))
	s.purpose.Placeholder, s.purpose.Required, s.purpose.ReserveHelp = s.l.T("visura.purpose.placeholder"), true, true
	s.purpose.OnChanged = func(c widget.Choice, ok bool) {
		s.edit(func(x *flow.Form) { x.Purpose = app.ID(c.ID) })
		s.showFavourite(app.ID(c.ID))
	}
	s.prefer = widget.NewButtonWith(widget.ButtonQuiet, s.l.T("visura.prefer"), theme.IconCheck, func() {
		id := s.flow.State().Form.Purpose
		s.flow.Prefer(id, !s.flow.Favourite(id))
		s.choices()
		s.load(s.flow.State())
	})
	s.prefer.Hide()
	s.file = s.text("visura.file", func(x *flow.Form, text string) { x.FileReference = text })
	s.file.Placeholder = s.l.T("visura.file.placeholder")
	s.file.SetMaxLength(120)
	s.code.OnSubmitted = func(string) { s.submit() }
}

func (s *form) text(label string, set func(*flow.Form, string)) *widget.TextField {
	f := widget.NewTextField(s.l.T(label))
	f.Required, f.ReserveHelp = true, true
	f.SetMaxLength(100)
	f.OnChanged = func(text string) { s.edit(func(x *flow.Form) { set(x, text) }) }
	f.OnSubmitted = func(string) { s.submit() }
	return f
}

func (s *form) date(label string, set func(*flow.Form, app.Day)) *widget.DateField {
	f := widget.NewDateField(s.l.T(label), s.l.Field(app.E(app.CodeDate)), s.flow.Today)
	f.Required, f.ReserveHelp, f.Placeholder = true, true, s.l.T("visura.date.placeholder")
	f.OnDate = func(time.Time, bool) {
		day := dayOf(f)
		s.edit(func(x *flow.Form) { set(x, day) })
	}
	f.OnSubmitted = func(string) { s.submit() }
	return f
}

// dayOf is what stands in a date field: a day, or what was typed instead.
func dayOf(f *widget.DateField) app.Day {
	if d, ok := f.Date(); ok {
		return app.DayOf(d)
	}
	return app.Day(f.Text())
}

func setDay(f *widget.DateField, d app.Day) {
	if dayOf(f) == d {
		return
	}
	if t, ok := d.Time(); ok {
		f.SetDate(t)
		return
	}
	f.SetText(string(d))
}

func setText(f *widget.TextField, text string) {
	if f.Text() != text {
		f.SetText(text)
	}
}

func (s *form) submit() {
	if s.flow.Send() {
		return
	}
	s.focusError()
}

// focusError puts the cursor into the first input that was refused.
func (s *form) focusError() {
	errs := s.flow.State().Errors
	for _, in := range s.inputs {
		for _, e := range errs {
			for _, name := range in.fields {
				if e.Field == name {
					in.focus()
					return
				}
			}
		}
	}
}

// first is the input with which the form begins.
func (s *form) first() {
	if s.byData.Visible() {
		s.surname.Focus()
		return
	}
	s.code.Focus()
}

func (s *form) showWay(identity bool) {
	if s.byData.Visible() == identity {
		return
	}
	s.byData.Hidden, s.byCode.Hidden = !identity, identity
	s.settle()
}

func (s *form) showAbroad(code string) {
	abroad := s.flow.PlaceOf(code).Foreign
	if s.abroad.Visible() == abroad {
		return
	}
	s.abroad.Hidden = !abroad
	s.settle()
}

func (s *form) showCleared(on bool) {
	if s.cleared == on {
		return
	}
	s.cleared = on
	if on {
		s.clear.SetText(s.l.T("visura.restore"))
		s.note.SetText(s.l.T("visura.cleared"))
	} else {
		s.clear.SetText(s.l.T("visura.clear"))
		s.note.SetText(s.l.T("visura.send.hint"))
	}
	s.settle()
}

func (s *form) settle() {
	Settle(s.scroll)
	s.scroll.Refresh()
}

// choices takes what the profile of whoever is signed in offers.
func (s *form) choices() {
	chips := func(types []app.VisuraType) (out []widget.Chip) {
		for _, t := range types {
			out = append(out, widget.Chip{ID: string(t), Text: s.l.T("visura.type." + string(t))})
		}
		return out
	}
	verifications, answers := chips(s.flow.Verifications()), chips(s.flow.Answers())
	s.yesno.SetChips(verifications...)
	s.yesno.Hidden = len(verifications) == 0
	s.kind.SetChips(answers...)
	s.kind.Label = s.l.T("visura.type")
	if len(verifications) > 0 {
		s.kind.Label = s.l.T("visura.type.data")
	}
	var purposes []widget.Choice
	for _, p := range s.flow.Purposes() {
		second := p.LegalBasis
		if s.flow.Favourite(p.ID) {
			second = s.l.T("visura.favourite", "basis", p.LegalBasis)
		}
		purposes = append(purposes, widget.Choice{ID: string(p.ID), Text: p.Name, Secondary: second})
	}
	s.purpose.SetChoices(purposes...)
	shown := fyne.CanvasObject(s.scroll)
	if len(verifications)+len(answers) == 0 || len(purposes) == 0 {
		state := widget.Empty(s.l.T("visura.none"), "", nil)
		state.Detail = s.l.T("visura.none.detail")
		shown = widget.NewStatePane(state)
	}
	s.body.Objects = []fyne.CanvasObject{shown}
	s.body.Refresh()
}

// load shows the state of the flow: only what differs is touched, so that the
// cursor stays where it is.
func (s *form) load(st flow.State) {
	s.loading = true
	x := st.Form
	way := waysCode
	if x.By == flow.ByIdentity {
		way = waysData
	}
	s.by.SetSelected(way)
	s.showWay(x.By == flow.ByIdentity)
	setText(&s.code.TextField, x.Text)
	setText(s.surname, x.Identity.Surname)
	setText(s.name, x.Identity.Name)
	pick(s.sex, x.Identity.Sex)
	setDay(s.born, x.Identity.BirthDate)
	if c, ok := s.place.Selected(); x.Identity.BirthPlace == "" {
		s.place.Clear()
	} else if !ok || c.ID != x.Identity.BirthPlace {
		p := s.flow.PlaceOf(x.Identity.BirthPlace)
		if p.Name == "" {
			p.Name = p.Code
		}
		s.place.SetSelected(s.choice(p))
	}
	s.showAbroad(x.Identity.BirthPlace)
	setText(s.locality, x.Identity.Locality)
	s.showKind(x)
	setDay(s.day, x.ReferenceDate)
	pick(s.purpose, string(x.Purpose))
	s.showFavourite(x.Purpose)
	setText(s.file, x.FileReference)
	s.showCleared(st.Cleared)
	s.loading = false
	for _, in := range s.inputs {
		text := ""
		for _, name := range in.fields {
			for _, e := range st.Errors {
				if e.Field == name && text == "" {
					text = s.l.Field(e)
				}
			}
		}
		in.setError(text)
	}
}

// showFavourite shows what can be done with the purpose, where there are
// several to prefer one of.
func (s *form) showFavourite(id app.ID) {
	key := "visura.prefer"
	if s.flow.Favourite(id) {
		key = "visura.prefer.not"
	}
	hidden := id == "" || len(s.flow.Purposes()) < 2
	if s.prefer.Hidden == hidden && s.prefer.Text == s.l.T(key) {
		return
	}
	s.prefer.SetText(s.l.T(key))
	s.prefer.Hidden = hidden
	s.settle()
}

func pick(p *widget.Picker, id string) {
	if c, ok := p.Selected(); ok && c.ID == id {
		return
	}
	if id == "" || !p.SetSelectedID(id) {
		p.Clear()
	}
}

// focus puts the focus on an object, where it stands on a canvas.
func focus(o fyne.Focusable) {
	object, ok := o.(fyne.CanvasObject)
	if !ok {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(object); c != nil {
		c.Focus(o)
	}
}
