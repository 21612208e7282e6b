package board

import (
	"errors"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/board"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// form is the notice that is being written.
type form struct {
	s           *Sent
	l           *language.Language
	to          *widget.ChipSet
	roles       *widget.ChipSet
	departments *widget.ChipSet
	people      *widget.Picker
	stop        func() // keeps a search from being asked that is still waiting
	chosen      *fyne.Container
	count       *widget.StatusDot
	priority    *widget.ChipSet
	title, text *widget.TextField
	day         *widget.DateField
	preview     *fyne.Container
	send        *widget.Button
	all         *fyne.Container
}

// textLines is how many lines of the text are seen at once.
const textLines = 6

func newForm(s *Sent) *form {
	t := s.t
	f := &form{s: s, l: s.l, stop: func() {}}
	d := s.compose.State().Draft
	everybody := t("board.to.all")
	if !s.everywhere() {
		everybody = t("board.to.own")
	}
	ways := []widget.Chip{{ID: string(flow.ToAll), Text: everybody}, {ID: string(flow.ToRoles), Text: t("board.to.roles")}}
	if s.everywhere() {
		ways = append(ways, widget.Chip{ID: string(flow.ToDepartments), Text: t("board.to.departments")})
	} else if d.To == flow.ToDepartments {
		d.To = flow.ToAll
	}
	ways = append(ways, widget.Chip{ID: string(flow.ToPeople), Text: t("board.to.chosen")})
	f.to = widget.NewChipSet(t("board.form.to"), false, ways...)
	f.to.Required = true
	f.to.SetSelected(string(d.To))
	f.to.OnChanged = func(ids []string) {
		s.compose.Edit(func(d *flow.Draft) { d.To = flow.To(ids[0]) })
		f.fit()
	}
	f.roles = widget.NewChipSet(t("board.form.roles"), true)
	f.roles.SetChips(roleChips(t, s.everywhere())...)
	f.roles.SetSelected(texts(d.Roles)...)
	f.roles.OnChanged = func(ids []string) {
		s.compose.Edit(func(d *flow.Draft) { d.Roles = typed[app.Role](ids) })
	}
	f.departments = widget.NewChipSet(t("board.form.departments"), true)
	f.departments.OnChanged = func(ids []string) {
		s.compose.Edit(func(d *flow.Draft) { d.Departments = typed[app.ID](ids) })
	}
	f.people = widget.NewPickerLater(t("board.form.people"), f.find)
	f.people.Placeholder, f.people.SearchText, f.people.EmptyText = t("board.form.people.placeholder"), t("board.form.people.search"), t("board.form.people.empty")
	f.people.OnChanged = func(c widget.Choice, ok bool) {
		if ok {
			s.compose.Edit(func(d *flow.Draft) {
				d.People = append(slices.Clone(d.People), flow.Person{ID: app.ID(c.ID), Name: c.Text})
			})
			f.people.Clear()
			f.names()
		}
	}
	f.chosen = widget.Flow(theme.Space4)
	f.count = widget.NewStatusDot(theme.Quiet, t("board.form.counting"))
	f.priority = widget.NewChipSet(t("board.column.priority"), false,
		widget.Chip{ID: string(app.PriorityNormal), Text: t("board.priority.normal")}, widget.Chip{ID: string(app.PriorityHigh), Text: t("board.priority.high")})
	f.priority.Hint = t("board.form.priority.hint")
	f.priority.SetSelected(string(d.Priority))
	f.priority.OnChanged = func(ids []string) {
		s.compose.Edit(func(d *flow.Draft) { d.Priority = app.NoticePriority(ids[0]) })
		f.show()
	}
	f.title = widget.NewTextField(t("board.column.title"))
	f.title.Required = true
	f.title.SetMaxLength(app.MostNoticeTitle)
	f.title.SetText(d.Title)
	f.title.OnChanged = func(text string) {
		s.compose.Edit(func(d *flow.Draft) { d.Title = text })
		f.show()
	}
	f.text = widget.NewTextArea(t("board.form.text"), textLines)
	f.text.Required = true
	f.text.SetMaxLength(app.MostNoticeText)
	f.text.SetText(d.Text)
	f.text.OnChanged = func(text string) {
		s.compose.Edit(func(d *flow.Draft) { d.Text = text })
		f.show()
	}
	f.day = widget.NewDateField(t("sent.last_day"), s.l.Field(app.E(app.CodeDate)), widget.Ahead(s.Now))
	f.day.Required, f.day.Hint = true, t("board.form.last_day.hint")
	if at, ok := d.Until.Time(); ok {
		f.day.SetDate(at)
	} else {
		f.day.SetText(d.LastDay)
	}
	f.day.OnDate = func(at time.Time, ok bool) {
		s.compose.Edit(func(d *flow.Draft) {
			d.LastDay, d.Until = f.day.Text(), ""
			if ok {
				d.Until = app.DayOf(at)
			}
		})
	}
	f.preview = widget.VBox(theme.Space4)
	f.send = widget.NewPrimary(t("board.form.send"), theme.IconSend, f.submit)
	head := widget.NewText(t("board.write"))
	head.TextSize, head.Bold = theme.TextSection, true
	discard := widget.NewButtonWith(widget.ButtonQuiet, t("board.form.discard"), theme.IconDelete, func() {
		s.compose.Discard()
		s.leave()
	})
	f.all = widget.VBox(theme.Space12, head, f.to, f.roles, f.departments, f.people, f.chosen, f.count,
		f.title, f.text, f.day, f.priority,
		widget.Section(t("board.form.preview"), widget.PanelIn(theme.Space12, f.preview)),
		widget.Flow(theme.Space8, f.send, widget.NewButton(t("board.form.later"), s.close), discard))
	f.named()
	f.names()
	f.fit()
	f.show()
	return f
}

// roleChips are the roles to which a notice can be sent. An ADMIN's department
// has no TOP of its own.
func roleChips(t func(string, ...string) string, everywhere bool) []widget.Chip {
	var chips []widget.Chip
	for _, r := range app.Roles {
		if everywhere || r != app.RoleTop {
			chips = append(chips, widget.Chip{ID: string(r), Text: t("board.role." + string(r))})
		}
	}
	return chips
}

func texts[S ~string](xs []S) []string {
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = string(x)
	}
	return out
}

func typed[S ~string](xs []string) []S {
	out := make([]S, len(xs))
	for i, x := range xs {
		out[i] = S(x)
	}
	return out
}

// most is how many people the search proposes at once.
const most = 30

// pause is how long typing must rest before the server is asked.
const pause = 250 * time.Millisecond

// find asks the server for the people of the words: at once for none, else when
// typing rests.
func (f *form) find(query string, found func([]widget.Choice)) {
	f.stop()
	f.stop = func() {}
	ask := func() {
		f.s.compose.Search(query, most, func(people []wire.Addressee, err error) {
			f.s.Do(func() {
				if err != nil {
					f.s.Host.Fail(err)
				}
				found(f.choices(people))
			})
		})
	}
	if query == "" {
		ask()
		return
	}
	f.stop = f.s.After(pause, ask)
}

func (f *form) choices(people []wire.Addressee) []widget.Choice {
	var out []widget.Choice
	names := f.s.flow.Names()
	for _, p := range people {
		detail := f.s.t("board.role." + string(p.Role))
		if d := names[p.Department]; d != "" {
			detail = d
		}
		out = append(out, widget.Choice{ID: string(p.ID), Text: p.Name, Secondary: detail})
	}
	return out
}

// named shows the departments, whose names may have come meanwhile.
func (f *form) named() {
	var chips []widget.Chip
	for id, name := range f.s.flow.Names() {
		chips = append(chips, widget.Chip{ID: string(id), Text: name})
	}
	slices.SortFunc(chips, func(a, b widget.Chip) int { return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)) })
	f.departments.SetChips(chips...)
	f.departments.SetSelected(texts(f.s.compose.State().Departments)...)
}

// names shows who was chosen; a tap takes somebody away.
func (f *form) names() {
	f.chosen.Objects = nil
	for _, p := range f.s.compose.State().Draft.People {
		f.chosen.Add(widget.NewButtonWith(widget.ButtonQuiet, p.Name, theme.IconClose, func() {
			f.s.compose.Edit(func(d *flow.Draft) {
				d.People = slices.DeleteFunc(slices.Clone(d.People), func(x flow.Person) bool { return x.ID == p.ID })
			})
			f.names()
		}))
	}
	f.resize()
}

// fit shows the inputs of the way in which the audience is chosen.
func (f *form) fit() {
	to := f.s.compose.State().To
	f.roles.Hidden, f.departments.Hidden = to != flow.ToRoles, to != flow.ToDepartments
	f.people.Hidden, f.chosen.Hidden = to != flow.ToPeople, to != flow.ToPeople
	f.resize()
}

func (f *form) resize() {
	if f.all != nil {
		f.all.Refresh()
	}
}

// follow shows what the server has said meanwhile.
func (f *form) follow() {
	st := f.s.compose.State()
	tone, text := theme.Information, ""
	switch {
	case st.Refused != nil:
		tone, text = theme.Danger, f.s.t("board.form.gone")
	case len(st.Audience()) == 0:
		tone, text = theme.Quiet, f.s.t("board.form.nobody")
	case !st.Counted:
		tone, text = theme.Quiet, f.s.t("board.form.counting")
	case st.Count == 0:
		tone, text = theme.Warning, f.s.t("board.form.zero")
	default:
		text = f.l.N("board.form.count", st.Count)
	}
	f.count.Set(tone, text)
	f.resize()
}

// show shows the notice as it will be read.
func (f *form) show() {
	d := f.s.compose.State().Draft
	title := widget.NewText(strings.TrimSpace(d.Title))
	title.Bold = true
	if title.Text == "" {
		title.SetText(f.s.t("board.form.no_title"))
	}
	parts := []fyne.CanvasObject{title}
	if d.Priority == app.PriorityHigh {
		parts = append(parts, widget.NewStatusDot(theme.Warning, f.s.t("board.priority.high.status")))
	}
	f.preview.Objects = append(parts, widget.NewSecondary(author(f.s.t, f.s.Session().User.FullName())), widget.NewText(strings.TrimSpace(d.Text)))
	f.preview.Refresh()
	f.resize()
}

func (f *form) focus() {
	if w := f.s.Host.Window(); w != nil {
		w.Canvas().Focus(f.title.Focusable())
	}
}

func (f *form) submit() {
	if f.send.Busy() {
		return
	}
	f.send.SetBusy(true)
	f.s.Go(func() {
		n, err := f.s.compose.Send(f.s.Context)
		f.s.Do(func() {
			f.send.SetBusy(false)
			switch {
			case err == nil:
				if f.s.form == f {
					f.s.leave()
				}
				f.s.flow.PutFirst(n, flow.Receipts{})
				f.s.flow.Refresh()
				f.s.Host.Toast(f.l.N("board.form.sent", n.Recipients))
			case !f.blame(err):
				f.s.Host.Fail(err)
			}
		})
	})
}

// blame shows errors at their fields; it reports whether a field was to blame.
func (f *form) blame(err error) bool {
	fields := map[string]struct {
		set   func(string)
		focus fyne.Focusable
	}{
		"audience": {f.to.SetError, f.to}, "title": {f.title.SetError, f.title.Focusable()}, "text": {f.text.SetError, f.text.Focusable()},
		"last_day": {f.day.SetError, f.day.Focusable()}, "priority": {f.priority.SetError, f.priority},
	}
	var es app.Errors
	var one *app.Error
	if !errors.As(err, &es) {
		if !errors.As(err, &one) {
			return false
		}
		es = app.Errors{one}
	}
	found := false
	for _, e := range es {
		field, ok := fields[e.Field]
		if !ok {
			continue
		}
		text := f.l.Field(e)
		if e.Field == "audience" && e.Code == app.CodeNotFound {
			text = f.s.t("board.form.gone")
		}
		field.set(text)
		if w := f.s.Host.Window(); w != nil && !found {
			w.Canvas().Focus(field.focus)
		}
		found = true
	}
	f.resize()
	return found
}
