package workstation

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Tokens is the page of the enrolment tokens.
type Tokens struct {
	*listing.Page[flow.TokenFilter, wire.Token, struct{}]
	Options
	t      func(string, ...string) string
	flow   *flow.Tokens
	start  *widget.Button // hidden while the form is open: one primary action a page
	form   *tokenForm
	secret bool // a secret is being shown: nothing else may take its place
	now    func() time.Time
}

// NewTokens returns the page.
func NewTokens(o Options) *Tokens {
	o.fill()
	l := o.Host.Language()
	s := &Tokens{Options: o, t: l.T, now: time.Now}
	s.flow = flow.NewTokens(o.Desk, o.Lists)
	s.start = widget.NewPrimary(s.t("tokens.issue"), theme.IconKey, s.issue)
	s.Page = listing.New(listing.Parts[flow.TokenFilter, wire.Token, struct{}]{
		Place: screen.Tokens, Host: o.Host, Flow: s.flow.Flow, Title: s.t("place.tokens"), Subtitle: s.t("tokens.subtitle"),
		CSV: s.t("tokens.file"),
		Words: listing.Words{
			Count: func(n int) string { return l.N("tokens.count", n) },
			First: func(n int) string { return l.T("tokens.count.more", "count", l.Number(n)) },
			Empty: s.t("tokens.none"), Filtered: s.t("tokens.none_filtered"),
		},
		Filter: [][]listing.Control[flow.TokenFilter]{{
			listing.Search("", s.t("tokens.search"), 280, func(f *flow.TokenFilter) *string { return &f.Search }),
		}},
		Columns: []widget.Column[wire.Token]{
			{ID: "label", Title: s.t("token.label"), Width: 130, Grow: true, Sortable: true, Text: func(t wire.Token) string { return t.Label }},
			{
				ID: "state", Title: s.t("token.state"), Width: 96, Sortable: true, Tone: s.tone,
				Text: func(t wire.Token) string { return s.t("token.state." + string(flow.StateOf(t, s.now()))) },
			},
			{ID: "uses", Title: s.t("token.uses"), Width: 84, Text: s.uses},
			{
				ID: "expires", Title: s.t("token.expires"), Width: 124, Sortable: true, Text: func(t wire.Token) string { return l.Moment(t.Expires) },
				Compare: func(a, b wire.Token) int { return a.Expires.Compare(b.Expires) },
			},
			{ID: "office", Title: s.t("workstation.office"), Width: 96, Grow: true, Sortable: true, Text: func(t wire.Token) string { return t.Office }},
			{ID: "by", Title: s.t("token.by"), Width: 84, Sortable: true, Text: func(t wire.Token) string { return t.By }},
		},
		Primary: s.start, Detail: s.detail, Rows: true, Do: o.Do, Draw: func(list.State[flow.TokenFilter, wire.Token, struct{}]) {
			if !s.Occupied() { // another row was opened
				s.form, s.secret = nil, false
				s.start.Show()
			}
		},
		Key: func(name fyne.KeyName, modifier fyne.KeyModifier) bool {
			if name != fyne.KeyN || modifier != fyne.KeyModifierControl {
				return false
			}
			s.issue()
			return true
		},
	})
	return s
}

func (s *Tokens) uses(t wire.Token) string {
	l := s.Host.Language()
	return s.t("token.used", "used", l.Number(t.Used), "of", l.Number(t.Uses))
}

func (s *Tokens) tone(t wire.Token) theme.Tone {
	if flow.StateOf(t, s.now()) == flow.TokenValid {
		return theme.Success
	}
	return theme.Quiet
}

// Hidden implements screen.Screen: a secret does not stay on a page that is
// left.
func (s *Tokens) Hidden() {
	if s.secret {
		s.Vacate()
	}
	s.Page.Hidden()
}

// leave closes what stands beside the list.
func (s *Tokens) leave() {
	s.Vacate()
	s.Focus()
}

// detail is a token beside the list.
func (s *Tokens) detail(t wire.Token, _ list.State[flow.TokenFilter, wire.Token, struct{}]) listing.Detail {
	l := s.Host.Language()
	state := flow.StateOf(t, s.now())
	var buttons []fyne.CanvasObject
	if t.Used > 0 {
		buttons = append(buttons, widget.NewButtonWith(widget.ButtonSecondary, s.t("token.workstations"), theme.IconComputer, func() {
			s.Host.Go(screen.Workstations, flow.Filter{Token: t.ID, TokenLabel: t.Label})
		}))
	}
	if state == flow.TokenValid {
		buttons = append(buttons, widget.NewButtonWith(widget.ButtonDanger, s.t("token.withdraw"), "", func() { s.withdraw(t) }))
	}
	withdrawn := ""
	if t.Withdrawn != nil {
		withdrawn = s.t("token.withdrawn.by", "when", l.Moment(*t.Withdrawn), "who", t.WithdrawnBy)
	}
	return listing.Detail{
		Title: t.Label, Status: s.t("token.state." + string(state)), Tone: s.tone(t),
		Body: []fyne.CanvasObject{
			widget.Flow(theme.Space8, buttons...),
			widget.NewFields(t.Label, widget.FieldGroup{Fields: []widget.Field{
				{Label: s.t("workstation.department"), Value: s.flow.View().Names[t.Department]},
				{Label: s.t("workstation.office"), Value: t.Office},
				{Label: s.t("workstation.responsible"), Value: t.Responsible},
				{Label: s.t("token.uses"), Value: s.uses(t)},
				{Label: s.t("token.left"), Value: l.Number(max(t.Uses-t.Used, 0))},
				{Label: s.t("token.expires"), Value: l.Moment(t.Expires)},
				{Label: s.t("token.issued"), Value: l.Moment(t.Issued)},
				{Label: s.t("token.by"), Value: t.By},
				{Label: s.t("token.withdrawn"), Value: withdrawn},
			}}),
			widget.NewText(s.t("token.secret_gone")),
		},
	}
}

// withdraw asks before it ends a token.
func (s *Tokens) withdraw(t wire.Token) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("token.withdraw.title", "label", t.Label), Message: s.t("token.withdraw.text"), Verb: s.t("token.withdraw"), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) {
			s.Go(func() {
				if _, err := s.flow.Withdraw(s.Context, t.ID); err != nil {
					s.Host.Fail(err)
					return
				}
				s.Host.Toast(s.t("token.withdraw.done", "label", t.Label))
			})
		},
	})
}

func (s *Tokens) issue() {
	s.secret = false
	s.form = newTokenForm(s)
	s.start.Hide()
	s.Occupy(s.form.all, s.leave)
	s.focus(s.form.label)
}

// issued shows the secret, once.
func (s *Tokens) issued(t wire.Token, secret string) {
	s.form, s.secret = nil, true
	title := widget.NewText(s.t("token.done.title", "label", t.Label))
	title.TextSize, title.Bold = theme.TextSection, true
	code := widget.NewCode(secret)
	code.Wrap, code.Bold = true, true
	copied := widget.NewPrimary(s.t("token.copy"), theme.IconCopy, func() {
		fyne.CurrentApp().Clipboard().SetContent(secret)
		s.Host.Toast(s.t("shell.copied", "what", s.t("token.secret")))
	})
	command := "indagor --server " + s.Server + " --enrolment-token " + secret
	s.Occupy(widget.VBox(theme.Space16, title,
		widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.t("token.once.title"), Text: s.t("token.once.text")}),
		widget.VBox(theme.Space4, widget.NewSecondary(s.t("token.secret")), widget.PanelIn(theme.Space12, code)),
		widget.NewText(s.t("token.how")),
		widget.Flow(theme.Space8, copied, widget.NewButton(s.t("token.copy_command"), func() {
			fyne.CurrentApp().Clipboard().SetContent(command)
			s.Host.Toast(s.t("shell.copied", "what", s.t("token.command")))
		}), widget.NewButton(s.t("shell.close"), s.leave))), nil)
	s.Host.Window().Canvas().Focus(copied)
}

// tokenForm is what is stated when a token is issued.
type tokenForm struct {
	s                          *Tokens
	label, office, responsible *widget.TextField
	uses, hours                *widget.TextField
	department                 *widget.Picker
	send                       *widget.Button
	all                        *fyne.Container
}

func newTokenForm(s *Tokens) *tokenForm {
	t := s.t
	f := &tokenForm{s: s}
	field := func(key, text, hint string) *widget.TextField {
		w := widget.NewTextField(t(key))
		w.Required, w.ReserveHelp = true, true
		if hint != "" {
			w.Hint = t(hint)
		}
		w.SetMaxLength(100)
		w.SetText(text)
		w.OnSubmitted = func(string) { f.submit() }
		return w
	}
	f.label = field("token.label", "", "token.label.hint")
	f.responsible = field("workstation.responsible", "", "")
	f.office = field("workstation.office", "", "")
	f.uses = field("token.form.uses", "1", "token.form.uses.hint")
	f.hours = field("token.form.hours", "72", "token.form.hours.hint")
	fields := []fyne.CanvasObject{f.label, f.responsible, f.office}
	if s.everywhere() {
		f.department = departmentPicker(t, s.flow.View().Names, s.Session().User.Department)
		fields = append(fields, f.department)
	}
	fields = append(fields, widget.Grid(130, theme.Space12, f.uses, f.hours))
	f.send = widget.NewPrimary(t("tokens.issue"), theme.IconKey, f.submit)
	title := widget.NewText(t("tokens.issue"))
	title.TextSize, title.Bold = theme.TextSection, true
	f.all = widget.VBox(theme.Space12, title, widget.NewText(t("token.form.text")), widget.VBox(theme.Space4, fields...),
		widget.HBox(theme.Space8, widget.Spacer(), widget.NewButton(t("shell.cancel"), s.leave), f.send))
	return f
}

func (f *tokenForm) submit() {
	if f.send.Busy() {
		return
	}
	form := flow.TokenForm{Label: f.label.Text(), Office: f.office.Text(), Responsible: f.responsible.Text(), Uses: f.uses.Text(), Hours: f.hours.Text()}
	if f.department != nil {
		if c, ok := f.department.Selected(); ok {
			form.Department = app.ID(c.ID)
		}
	}
	r, err := form.Check(f.department != nil)
	if err != nil {
		f.blame(err)
		return
	}
	f.send.SetBusy(true)
	f.s.Go(func() {
		token, secret, err := f.s.flow.Issue(f.s.Context, r)
		f.s.Do(func() {
			f.send.SetBusy(false)
			switch {
			case err == nil:
				f.s.issued(token, secret)
			case !f.blame(err):
				f.s.Host.Fail(err)
			}
		})
	})
}

// blame shows errors under their fields; it reports whether a field was to
// blame.
func (f *tokenForm) blame(err error) bool {
	fields := map[string]interface {
		SetError(string)
		focusable
	}{"label": f.label, "office": f.office, "responsible": f.responsible, "uses": f.uses, "hours": f.hours}
	if f.department != nil {
		fields["department"] = f.department
	}
	found := false
	for _, e := range each(err) {
		field, ok := fields[e.Field]
		if !ok {
			continue
		}
		text := f.s.Host.Language().Field(e)
		if most := e.Params["most"]; e.Code == app.CodeInvalid && most != "" {
			n, _ := strconv.Atoi(most) // our own number, from Check
			text = f.s.t("token.form.range", "most", f.s.Host.Language().Number(n))
		}
		field.SetError(text)
		if !found {
			f.s.focus(field)
		}
		found = true
	}
	return found
}
