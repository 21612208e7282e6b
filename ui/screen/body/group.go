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

// Groups is the page of the groups of Comuni.
type Groups struct {
	*listing.Page[flow.Filter, app.ConsortiumSummary, app.ConsortiumDetail]
	Options
	flow  *flow.Groups
	start *widget.Button // hidden while the form is open: one primary action a page
}

// NewGroups returns the page.
func NewGroups(o Options) *Groups {
	o.fill()
	l := o.Host.Language()
	s := &Groups{Options: o, flow: flow.NewGroups(o.Desk, o.Atlas, o.Lists)}
	s.start = widget.NewPrimary(s.t("groups.new"), theme.IconAdd, func() { s.edit(app.ConsortiumDetail{}) })
	s.Page = listing.New(listing.Parts[flow.Filter, app.ConsortiumSummary, app.ConsortiumDetail]{
		Place: screen.Groups, Host: o.Host, Flow: s.flow.Flow, Title: s.t("place.groups"), Subtitle: s.t("groups.subtitle"),
		CSV: s.t("groups.file"),
		Words: listing.Words{
			Count: func(n int) string { return l.N("groups.count", n) },
			Empty: s.t("groups.none"), Filtered: s.t("groups.none_filtered"),
		},
		Columns: []widget.Column[app.ConsortiumSummary]{
			{ID: "name", Title: s.t("group.name"), Width: 180, Grow: true, Sortable: true, Text: func(c app.ConsortiumSummary) string { return c.Name }},
			{
				ID: "comuni", Title: s.t("group.members"), Width: 90, Sortable: true, Text: func(c app.ConsortiumSummary) string { return l.Number(len(c.Comuni)) },
				Compare: func(a, b app.ConsortiumSummary) int { return len(a.Comuni) - len(b.Comuni) },
			},
			{
				ID: "users", Title: s.t("group.users"), Width: 90, Sortable: true, Text: func(c app.ConsortiumSummary) string { return l.Number(c.Users) },
				Compare: func(a, b app.ConsortiumSummary) int { return a.Users - b.Users },
			},
			{ID: "which", Title: s.t("group.which"), Width: 220, Grow: true, Text: func(c app.ConsortiumSummary) string { return s.which(c.Comuni) }},
		},
		Filter: [][]listing.Control[flow.Filter]{{
			listing.Search("", s.t("groups.search"), 280, func(f *flow.Filter) *string { return &f.Search }),
		}},
		Primary: s.start, Detail: s.detail, Rows: true, Do: o.Do,
		Draw: func(list.State[flow.Filter, app.ConsortiumSummary, app.ConsortiumDetail]) {
			s.start.Hidden = s.Occupied()
		},
		Key: func(name fyne.KeyName, modifier fyne.KeyModifier) bool {
			if name != fyne.KeyN || modifier != fyne.KeyModifierControl {
				return false
			}
			if !s.Occupied() { // not over what is being typed
				s.edit(app.ConsortiumDetail{})
			}
			return true
		},
	})
	return s
}

// which names the first Comuni of a group.
func (s *Groups) which(codes []string) string {
	const most = 6
	cs := s.flow.Comuni(codes)
	var names []string
	for i, c := range cs {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

func (s *Groups) detail(_ app.ConsortiumSummary, st list.State[flow.Filter, app.ConsortiumSummary, app.ConsortiumDetail]) listing.Detail {
	c, l := st.Detail, s.Host.Language()
	out := listing.Detail{Title: c.Name}
	buttons := []fyne.CanvasObject{widget.NewButtonWith(widget.ButtonSecondary, s.t("group.edit"), theme.IconEdit, func() { s.edit(c) })}
	if len(c.Users) == 0 {
		buttons = append(buttons, widget.NewButtonWith(widget.ButtonDanger, s.t("group.delete"), "", func() { s.remove(c.Consortium) }))
	}
	out.Body = []fyne.CanvasObject{widget.Flow(theme.Space8, buttons...)}
	draft := s.flow.Draft(c)
	if len(draft.Became) > 0 {
		out.Body = append(out.Body, widget.NewNotice(widget.NoticeParts{Tone: theme.Warning, Title: s.t("group.ceased"), Text: s.became(draft)}))
	}
	var order []string
	by := map[string][]string{}
	for _, x := range draft.Comuni {
		if by[x.Province] == nil {
			order = append(order, x.Province)
		}
		by[x.Province] = append(by[x.Province], x.Name)
	}
	var fields []widget.Field
	for _, p := range order {
		fields = append(fields, widget.Field{Label: s.t("group.province", "code", p, "count", l.Number(len(by[p]))), Value: strings.Join(by[p], ", ")})
	}
	shown := widget.NewFields(c.Name, widget.FieldGroup{Heading: l.N("group.comuni", len(draft.Comuni)), Fields: fields})
	shown.OnCopy = func(f widget.Field) { s.Host.Toast(s.t("shell.copied", "what", f.Label)) }
	out.Body = append(out.Body, shown, widget.Section(s.t("group.users"), s.users(c)))
	return out
}

// became tells which Comuni have been replaced by those of today.
func (s *Groups) became(d flow.GroupDraft) string {
	var lines []string
	for _, b := range d.Became {
		lines = append(lines, s.t("group.became", "former", b.Former.Name, "present", b.Present.Name))
	}
	return strings.Join(lines, "\n")
}

// mostHolders is how many users of a group are named in its detail.
const mostHolders = 100

func (s *Groups) users(c app.ConsortiumDetail) fyne.CanvasObject {
	if len(c.Users) == 0 {
		return widget.NewSecondary(s.t("group.users.none"))
	}
	l := s.Host.Language()
	column := []fyne.CanvasObject{widget.NewText(l.N("group.users.scope", len(c.Users)))}
	for i, u := range c.Users {
		if i == mostHolders {
			column = append(column, widget.NewSecondary(l.N("group.users.more", len(c.Users)-mostHolders)))
			break
		}
		what := []string{s.t("role." + string(u.Role))}
		if name := s.flow.Department(u.Department); name != "" {
			what = append(what, name)
		}
		if !u.Enabled {
			what = append(what, s.t("user.state.off"))
		}
		column = append(column, widget.VBox(0, widget.NewText(u.Name), widget.NewSecondary(strings.Join(what, " · "))))
	}
	return widget.VBox(theme.Space8, column...)
}

func (s *Groups) remove(c app.Consortium) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("group.delete.title", "name", c.Name), Message: s.t("group.delete.text"), Verb: s.t("group.delete"), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) {
			s.Go(func() {
				if err := s.flow.Delete(s.Context, c); err != nil {
					s.Host.Fail(err)
					return
				}
				s.Host.Toast(s.t("group.deleted", "name", c.Name))
			})
		},
	})
}

// leave goes back from the form to the detail.
func (s *Groups) leave() {
	s.Vacate()
	s.start.Show()
	s.Focus()
}
