package user

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/user"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// detail is a user in words; the row tells all of him.
func (s *Screen) detail(u app.User, st list.State[flow.Filter, app.User, app.User]) listing.Detail {
	if st.DetailReady {
		u = st.Detail
	}
	d := listing.Detail{Title: u.FullName(), Status: s.state(u), Tone: s.tone(u)}
	if row := s.actions(u); row != nil {
		d.Body = append(d.Body, row)
	}
	fields := widget.NewFields(u.FullName(), s.groups(u, s.choices)...)
	fields.OnCopy = func(f widget.Field) { s.Host.Toast(s.t("shell.copied", "what", f.Label)) }
	d.Body = append(d.Body, s.tabs(u, widget.NewText(flow.Says(s.l, u, s.choices)), fields)...)
	return d
}

func heading(text string) *widget.Label {
	title := widget.NewText(text)
	title.TextSize, title.Bold = theme.TextSection, true
	return title
}

func (s *Screen) groups(u app.User, c flow.Choices) []widget.FieldGroup {
	l := s.l
	orElse := func(text, key string) string {
		if text == "" {
			return s.t(key)
		}
		return text
	}
	assignment := []widget.Field{
		{Label: s.t("user.role"), Value: s.t("role."+string(u.Role)) + " · " + s.t("role."+string(u.Role)+".text")},
		{Label: s.t("user.department"), Value: c.Department(u.Department)},
		{Label: s.t("user.office"), Value: u.Office},
	}
	if u.Role.Operative() {
		assignment = append(assignment, widget.Field{Label: s.t("user.admin"), Value: s.person(c, u.Admin, "user.admin.other")})
	}
	groups := []widget.FieldGroup{
		{Heading: s.t("user.group.person"), Fields: []widget.Field{
			{Label: s.t("user.fiscal_code"), Value: u.FiscalCode, Monospace: true},
			{Label: s.t("user.email"), Value: u.Email},
			{Label: s.t("user.phone"), Value: u.Phone},
			{Label: s.t("user.staff_number"), Value: u.StaffNumber},
		}},
		{Heading: s.t("user.group.assignment"), Fields: assignment},
		{Heading: s.t("user.group.account"), Fields: []widget.Field{
			{Label: s.t("user.username"), Value: u.Username},
			{Label: s.t("user.operator_id"), Value: u.OperatorID, Monospace: true},
			{Label: s.t("user.validity"), Value: orElse(flow.Period(l, u), "user.validity.none")},
			{Label: s.t("user.access_hours"), Value: orElse(flow.Hours(l, u.Hours), "user.access_hours.none")},
			{Label: s.t("user.created"), Value: l.Moment(u.Created)},
			{Label: s.t("user.updated"), Value: l.Moment(u.Updated)},
		}},
	}
	rule := s.t("workstation.rule." + string(u.Profile.Workstations))
	profile := []widget.Field{{Label: s.t("user.workstations.rule"), Value: rule}}
	if ids := u.Profile.WorkstationID; len(ids) > 0 {
		profile = append(profile, widget.Field{Label: s.t("user.workstations.only"), Value: strings.Join(flow.Workstations(l, ids, c), ", ")})
	}
	for _, b := range []struct {
		label string
		bulk  *app.BulkProfile
	}{{s.t("user.enrichment"), u.Profile.Enrichment}, {s.t("user.household"), u.Profile.Household}} {
		if b.bulk != nil {
			profile = append(profile, widget.Field{Label: b.label, Value: s.t("user.bulk", "way", s.way(c, b.bulk.Way), "scope", s.t("scope."+string(b.bulk.Scope.Kind)))})
		}
	}
	if u.Role.Operative() {
		profile = append(profile, widget.Field{Label: s.t("user.purposes"), Value: strings.Join(c.PurposeNames(u.Profile.Purposes), ", ")})
	}
	groups = append(groups, widget.FieldGroup{Heading: s.t("user.group.profile"), Fields: profile})
	if v := u.Profile.Visure; v != nil {
		approval := s.t("approval." + string(v.Approval.Kind))
		if v.Approval.Kind == app.ApprovalTacit {
			approval = l.N("user.silence.value", v.Approval.Silence)
		}
		scope := s.t("scope." + string(v.Scope.Kind))
		if name := c.Group(v.Scope.Group); v.Scope.Kind == app.ScopeGroup && name != "" {
			scope += ": " + name
		}
		groups = append(groups, widget.FieldGroup{Heading: s.t("user.group.visure"), Fields: []widget.Field{
			{Label: s.t("user.types"), Value: strings.Join(flow.Types(l, v.Types), ", ")},
			{Label: s.t("user.way"), Value: s.way(c, v.Way)},
			{Label: s.t("user.scope"), Value: scope},
			{Label: s.t("user.approval"), Value: approval},
		}})
	}
	return groups
}

func (s *Screen) person(c flow.Choices, id app.ID, other string) string {
	if name := c.Person(id); name != "" || id == "" {
		return name
	}
	return s.t(other)
}

func (s *Screen) way(c flow.Choices, w app.Way) string {
	text := s.t("way." + string(w.Kind))
	if name := c.Person(w.Mediator); w.Kind == app.WayMediator && name != "" {
		text += ": " + name
	}
	return text
}

// actions are what the caller may do with the user; what he may not is absent.
func (s *Screen) actions(u app.User) fyne.CanvasObject {
	caller := s.caller()
	var row []fyne.CanvasObject
	if flow.MayEdit(caller, u) {
		row = append(row, widget.NewButtonWith(widget.ButtonSecondary, s.t("user.edit"), theme.IconEdit, func() { s.edit(u.ID) }))
	}
	if flow.May(app.PermResetPassword, caller, u) {
		row = append(row, widget.NewButton(s.t("user.reset"), func() { s.reset(u) }))
	}
	if flow.May(app.PermMoveOperators, caller, u) {
		row = append(row, widget.NewButton(s.t("user.move"), func() { s.move(u) }))
	}
	if flow.May(app.PermEnableUsers, caller, u) {
		if u.Enabled {
			row = append(row, widget.NewButtonWith(widget.ButtonDanger, s.t("user.disable"), "", func() { s.disable(u) }))
		} else {
			row = append(row, widget.NewButton(s.t("user.enable"), func() { s.enable(u) }))
		}
	}
	if len(row) == 0 {
		return nil
	}
	return widget.Flow(theme.Space8, row...)
}

// reveal shows a one-time secret, once, in the place of the detail.
func (s *Screen) reveal(title string, u app.User, secret wire.Secret) {
	if !s.shown { // the page was left meanwhile: the secret is not put on it
		s.Host.Toast(title)
		return
	}
	s.secret = true
	code := widget.NewCode(secret.Secret)
	code.TextSize, code.Bold, code.Wrap = theme.TextTitle, true, true
	copied := widget.NewPrimary(s.t("user.secret.copy"), theme.IconCopy, func() {
		fyne.CurrentApp().Clipboard().SetContent(secret.Secret)
		s.Host.Toast(s.t("shell.copied", "what", s.t("user.secret")))
	})
	s.Occupy(widget.VBox(theme.Space16, heading(title),
		widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.t("user.secret.once"), Text: s.t("user.secret.once.text")}),
		widget.VBox(theme.Space4, widget.NewSecondary(s.t("user.secret")), widget.PanelIn(theme.Space12, code)),
		widget.Flow(theme.Space8, copied, widget.NewButton(s.t("shell.close"), func() {
			s.Vacate()
			s.Focus()
		})),
		widget.NewText(s.t("user.secret.how", "username", u.Username)),
		widget.NewText(s.t("user.secret.until", "when", s.l.Moment(secret.Expires)))), nil)
	s.Host.Window().Canvas().Focus(copied)
}
