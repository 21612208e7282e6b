package user

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/user"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the page stands on.
type Options struct {
	Host    screen.Host
	Desk    flow.Desk
	Context context.Context     // ends with the session
	Session func() wire.Session // who is signed in
	// Say says an error for people, also one that is no answer of the server.
	Say func(error) language.Sentence
	// Decode reads a fiscal code while it is typed.
	Decode func(text string) widget.CodeHint
	// Lost is told errors that nothing else shows: the session may be no more.
	Lost func(error)
	Now  func() time.Time // nil for time.Now
	Go   func(func())     // runs what takes time; nil for a goroutine
	Do   func(func())     // shows its result; nil for fyne.Do
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
	if o.Lost == nil {
		o.Lost = func(error) {}
	}
}

// focusable is a field or table that Tab reaches.
type focusable interface{ Focusable() fyne.Focusable }

// focus gives the keyboard to a field. The canvas is asked, not the field: one
// that was never drawn knows no canvas.
func (o *Options) focus(f focusable) { o.Host.Window().Canvas().Focus(f.Focusable()) }

// caller is who is signed in. Whoever works here is enabled.
func (o *Options) caller() app.User {
	u := o.Session().User
	u.Enabled = true
	return u
}

// Screen is the page: the list with the detail beside it, or the editor in
// their place.
type Screen struct {
	Options
	t       func(string, ...string) string
	l       *language.Language
	flow    *flow.List
	all     *fyne.Container
	page    *widget.Page
	table   *widget.Table[app.User]
	roles   *widget.ChipSet
	states  *widget.ChipSet
	where   *widget.Picker  // nil for those who administer one department
	offered []widget.Choice // of where
	search  *widget.TextField
	more    *widget.Button
	count   *widget.Label

	choices flow.Choices // as drawn
	shown   bool
	wants   bool   // the rows are to have the keyboard as soon as they are there
	quiet   bool   // the selection is being set by the program
	listed  app.ID // whose detail is drawn
	drawn   string // what of him is drawn, so that a refresh that brings nothing new does not scroll
	secret  bool   // a secret is being shown: nothing else may take its place
	opening bool   // the editor is on its way
	editor  *editor
	sortBy  string
	sortOff bool // descending
}

// New returns the page.
func New(o Options) *Screen {
	o.fill()
	s := &Screen{Options: o, t: o.Host.Language().T, l: o.Host.Language()}
	s.flow = flow.NewList(o.Desk, s.caller, func() { s.Do(s.draw) })
	s.table = widget.NewTable(s.t("place.users"), s.columns()...)
	s.table.OnSelect = func(_ int, u app.User) {
		if !s.quiet {
			s.open(u.ID)
		}
	}
	s.table.OnOpen = func(_ int, u app.User) {
		s.open(u.ID)
		if flow.MayEdit(s.caller(), u) {
			s.edit(u.ID)
		}
	}
	s.table.OnSort = func(column string, down bool) {
		s.sortBy, s.sortOff = column, down
		s.draw()
	}
	s.count = widget.NewSecondary("")
	s.more = widget.NewButton(s.t("list.more"), func() {
		s.more.SetBusy(true)
		s.Go(func() {
			s.flow.LoadMore(s.Context)
			s.Do(func() { s.more.SetBusy(false) })
		})
	})
	s.page = widget.NewPage(widget.PageParts{
		Title: s.t("place.users"), Subtitle: s.t("users.subtitle"),
		Actions: []fyne.CanvasObject{widget.NewButtonWith(widget.ButtonSecondary, s.t("list.refresh"), theme.IconRefresh, s.load)},
		Primary: widget.NewPrimary(s.t("users.new"), theme.IconAdd, s.create),
		Filter:  s.filters(),
		Body:    widget.Frame(nil, nil, s.table, nil, widget.PadXY(0, theme.Space8, widget.HBox(theme.Space8, widget.Expand(s.count), s.more))),
	})
	s.all = container.NewStack(s.page)
	s.draw()
	return s
}

func (s *Screen) filters() fyne.CanvasObject {
	roles := []widget.Chip{{ID: "all", Text: s.t("users.all")}}
	caller := s.caller()
	for _, r := range app.PermEnableUsers.Grant(caller.Role).Over {
		roles = append(roles, widget.Chip{ID: string(r), Text: s.t("role." + string(r))})
	}
	s.roles = widget.NewChipSet("", false, roles...)
	s.roles.SetSelected("all")
	s.roles.OnChanged = func([]string) { s.ask() }
	s.states = widget.NewChipSet("", false, widget.Chip{ID: "all", Text: s.t("users.state.all")},
		widget.Chip{ID: "true", Text: s.t("users.state.true")}, widget.Chip{ID: "false", Text: s.t("users.state.false")})
	s.states.SetSelected("all")
	s.states.OnChanged = func([]string) { s.ask() }
	s.search = widget.NewTextField("")
	s.search.Placeholder = s.t("users.search")
	s.search.Refresh() // the icon draws the input, which must know its words by then
	s.search.SetIcon(theme.IconSearch)
	s.search.SetMaxLength(100)
	s.search.OnSubmitted = func(string) { s.ask() }
	s.search.OnChanged = func(text string) {
		if text == "" {
			s.ask()
		}
	}
	first := widget.HBox(theme.Space12, widget.Expand(s.roles), widget.Sized(260, 0, s.search))
	second := []fyne.CanvasObject{widget.Expand(s.states)}
	if s.everywhere() {
		s.where = widget.NewSelect("", widget.Choice{Text: s.t("users.departments.all")})
		s.where.Placeholder = s.t("users.departments.all")
		s.where.OnChanged = func(widget.Choice, bool) { s.ask() }
		second = append(second, widget.Sized(260, 0, s.where))
	}
	return widget.VBox(theme.Space8, first, widget.HBox(theme.Space12, second...))
}

// everywhere tells whether the person administers every department.
func (s *Screen) everywhere() bool { return flow.Choices{Caller: s.caller()}.Everywhere() }

func (s *Screen) columns() []widget.Column[app.User] {
	return []widget.Column[app.User]{
		{ID: "name", Title: s.t("user.full_name"), Width: 130, Grow: true, Sortable: true, Text: flow.ByName},
		{ID: "state", Title: s.t("user.state"), Width: 112, Sortable: true, Text: s.state, Tone: s.tone},
		{ID: "role", Title: s.t("user.role"), Width: 106, Sortable: true, Text: func(u app.User) string { return s.t("role." + string(u.Role)) }},
		{ID: "username", Title: s.t("user.username"), Width: 100, Sortable: true, Text: func(u app.User) string { return u.Username }},
		{ID: "where", Title: s.t("user.where"), Width: 120, Grow: true, Sortable: true, Text: s.place},
		{ID: "services", Title: s.t("user.services"), Width: 110, Grow: true, Text: func(u app.User) string { return flow.Services(s.l, u) }},
	}
}

// place is where a user works.
func (s *Screen) place(u app.User) string {
	var words []string
	if s.where != nil {
		if name := s.choices.Department(u.Department); name != "" {
			words = append(words, name)
		}
	}
	if u.Office != "" {
		words = append(words, u.Office)
	}
	return strings.Join(words, " · ")
}

// state is the state of the account in words.
func (s *Screen) state(u app.User) string {
	today := app.DayOf(s.Now())
	switch {
	case !u.Enabled:
		return s.t("user.state.off")
	case u.ValidFrom != nil && today < *u.ValidFrom:
		return s.t("user.state.early")
	case u.ValidUntil != nil && today > *u.ValidUntil:
		return s.t("user.state.late")
	}
	return s.t("user.state.on")
}

func (s *Screen) tone(u app.User) theme.Tone {
	today := app.DayOf(s.Now())
	switch {
	case !u.Enabled:
		return theme.Quiet
	case u.ValidFrom != nil && today < *u.ValidFrom, u.ValidUntil != nil && today > *u.ValidUntil:
		return theme.Warning
	}
	return theme.Success
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.all }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.shown = true
	if s.editor != nil {
		s.focus(s.editor.surname)
		return
	}
	s.wants = true
	s.load()
}

// Hidden implements screen.Screen: a secret does not stay on a page that is
// left.
func (s *Screen) Hidden() {
	s.shown, s.wants = false, false
	if s.secret {
		s.secret, s.listed = false, ""
		s.draw()
	}
}

// Refresh loads what is shown again if the list is in view; the shell calls it
// now and then.
func (s *Screen) Refresh() {
	if s.shown && s.editor == nil && !s.secret {
		s.Go(func() { s.rows() })
	}
}

// Key implements screen.Screen.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	if s.editor != nil {
		switch {
		case name == fyne.KeyEscape:
			s.editor.leave()
		case name == fyne.KeyReturn && modifier == fyne.KeyModifierControl:
			s.editor.submit()
		default:
			return name == fyne.KeyN && modifier == fyne.KeyModifierControl // not over what is being typed
		}
		return true
	}
	switch {
	case name == fyne.KeyF5:
		s.load()
	case name == fyne.KeyN && modifier == fyne.KeyModifierControl:
		s.create()
	case name == fyne.KeyF && modifier == fyne.KeyModifierControl:
		s.focus(s.search)
	case name == fyne.KeyEscape && !s.secret && s.flow.View().Selected != "":
		s.open("")
		s.rest()
	default:
		return false
	}
	return true
}

// rest gives the keyboard back to the rows without opening one.
func (s *Screen) rest() {
	s.quiet = true
	s.focus(s.table)
	s.table.Select(-1)
	s.quiet = false
}

// ask lists by what the filter line says.
func (s *Screen) ask() {
	f := flow.Filter{Search: s.search.Text()}
	if chosen := s.roles.Selected(); len(chosen) == 1 && chosen[0] != "all" {
		f.Role = app.Role(chosen[0])
	}
	if chosen := s.states.Selected(); len(chosen) == 1 && chosen[0] != "all" {
		f.Enabled = chosen[0]
	}
	if s.where != nil {
		if c, ok := s.where.Selected(); ok {
			f.Department = app.ID(c.ID)
		}
	}
	if s.flow.Filter(f) {
		s.load()
	}
}

// load loads the rows, and the names of what they refer to.
func (s *Screen) load() {
	s.Go(func() {
		if !s.rows() {
			return
		}
		if _, err := s.flow.Choices(s.Context); err != nil {
			s.Lost(err) // a department without its name is better than no list
		}
	})
}

// rows loads the rows and the selected user, and reports whether they came.
func (s *Screen) rows() bool {
	s.flow.Load(s.Context)
	s.flow.Look(s.Context)
	err := s.flow.View().Err
	if err != nil {
		s.Lost(err)
	}
	return err == nil
}

func (s *Screen) open(id app.ID) {
	s.secret = false
	s.flow.Select(id)
	if id != "" {
		s.Go(func() { s.flow.Look(s.Context) })
	}
}

// pane leaves room beside what stands in a detail: for the scroll bar, and for
// the ring of what has the focus, which the edge would cut.
func pane(o fyne.CanvasObject) fyne.CanvasObject {
	room := func(width, height float32) fyne.CanvasObject { return widget.Sized(width, height, widget.NewBox("")) }
	return widget.Frame(room(0, 2), room(theme.Space4, 0), o, room(theme.Space12, 0), room(0, theme.Space4))
}

// draw shows what the flow knows.
func (s *Screen) draw() {
	v := s.flow.View()
	s.choices = v.Choices
	s.sort(v.Rows)
	switch {
	case v.Loading && len(v.Rows) == 0:
		s.table.SetState(widget.Loading(s.t("list.loading")))
	case v.Err != nil && len(v.Rows) == 0:
		s.table.SetState(widget.Failed(s.t("list.failed"), s.Say(v.Err).What, s.t("list.again"), s.load))
	case len(v.Rows) == 0 && v.Filtered:
		s.table.SetState(widget.Empty(s.t("users.none_filtered"), s.t("list.clear"), s.clear))
	case len(v.Rows) == 0:
		s.table.SetState(widget.Empty(s.t("users.none"), "", nil))
	default:
		s.table.SetState(widget.Ready())
	}
	s.quiet = true
	s.table.UpdateRows(widget.SliceRows[app.User](v.Rows))
	at := slices.IndexFunc(v.Rows, func(u app.User) bool { return u.ID == v.Selected })
	if at != s.table.Selected() {
		s.table.Select(at)
	}
	s.quiet = false
	s.more.Hidden = !v.More
	s.count.SetText(s.l.N("users.count", len(v.Rows)))
	s.departments(v.Choices)
	switch {
	case s.secret: // nothing takes its place
	case v.Selected == "":
		s.page.SetDetail(nil)
		s.listed = ""
	default:
		s.detail(v)
	}
	s.page.Refresh()
	if s.wants && len(v.Rows) > 0 && s.editor == nil {
		s.wants = false
		s.focus(s.table)
	}
}

// departments offers the departments in the filter line.
func (s *Screen) departments(c flow.Choices) {
	if s.where == nil || len(c.Departments) == 0 {
		return
	}
	choices := []widget.Choice{{Text: s.t("users.departments.all")}}
	for _, d := range c.Departments {
		choices = append(choices, widget.Choice{ID: string(d.ID), Text: d.Name})
	}
	if slices.Equal(choices, s.offered) {
		return
	}
	s.offered = choices
	s.where.SetChoices(choices...)
}

func (s *Screen) clear() {
	s.roles.SetSelected("all")
	s.states.SetSelected("all")
	if s.where != nil {
		s.where.Clear()
	}
	s.search.SetText("")
	s.ask()
}

func (s *Screen) sort(rows []app.User) {
	fold := func(text string) string { return strings.ToLower(text) }
	keys := map[string]func(app.User) string{
		"name": flow.ByName, "state": s.state, "role": func(u app.User) string { return string(u.Role) },
		"username": func(u app.User) string { return u.Username }, "where": s.place,
	}
	key := keys[s.sortBy]
	if key == nil {
		return
	}
	slices.SortStableFunc(rows, func(a, b app.User) int {
		c := cmp.Compare(fold(key(a)), fold(key(b)))
		if s.sortOff {
			c = -c
		}
		return c
	})
}
