package user

import (
	"context"
	"reflect"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/user"
	importflow "indagor/ui/flow/userimport"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/screen/userimport"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Desk is what the page needs of the desktop.
type Desk interface {
	flow.Desk
	importflow.Desk
	flow.AccountDesk
}

// Options say what the page stands on.
type Options struct {
	Host    screen.Host
	Desk    Desk
	Context context.Context     // ends with the session
	Session func() wire.Session // who is signed in
	// Say says an error for people, also one that is no answer of the server.
	Say func(error) language.Sentence
	// Decode reads a fiscal code while it is typed.
	Decode func(text string) widget.CodeHint
	// Silence is how many hours of silence the body proposes; nil: the
	// product's.
	Silence func() int
	Lists   list.Options     // what every list stands on
	Now     func() time.Time // nil for time.Now
	Go      func(func())     // runs what takes time; nil for a goroutine
	Do      func(func())     // shows its result; nil for fyne.Do
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
	*listing.Page[flow.Filter, app.User, app.User]
	Options
	t    func(string, ...string) string
	l    *language.Language
	flow *flow.List
	all  *fyne.Container

	where, offices, mediators, admins func(...widget.Choice) // offer them in the filter line; where nil for those who administer one department

	choices flow.Choices // as drawn
	shown   bool
	secret  bool // a secret is being shown: nothing else may take its place
	opening bool // the editor is on its way
	editor  *editor
	list    *userimport.Screen // users are being imported; nil: none are

	account *flow.Account       // of the user in the detail
	of      app.User            // whom the detail shows
	tab     string              // the part of the detail in view
	acted   int                 // the version of the user whose acts were read
	profile []fyne.CanvasObject // the part that needs no reading
	room    *fyne.Container     // where the part stands
}

// New returns the page.
func New(o Options) *Screen {
	o.fill()
	s := &Screen{Options: o, t: o.Host.Language().T, l: o.Host.Language()}
	lost := o.Lists.Lost
	if lost == nil {
		lost = func(error) {}
	}
	s.account = flow.NewAccount(o.Context, o.Desk, o.Go, lost)
	s.account.Watch(func() { o.Do(s.stand) })
	s.flow = flow.NewList(o.Desk, s.caller, o.Lists)
	s.choices = s.flow.View().Choices
	s.Page = listing.New(listing.Parts[flow.Filter, app.User, app.User]{
		Place: screen.Users, Host: o.Host, Flow: s.flow.Flow, Title: s.t("place.users"), Subtitle: s.t("users.subtitle"),
		CSV: s.t("users.file"),
		Words: listing.Words{
			Count: func(n int) string { return s.l.N("users.count", n) },
			First: func(n int) string { return s.l.T("users.count.more", "count", s.l.Number(n)) },
			Empty: s.t("users.none"), Filtered: s.t("users.none_filtered"),
		},
		Actions: []fyne.CanvasObject{widget.NewButtonWith(widget.ButtonSecondary, s.t("users.import"), theme.IconUpload, s.importing)},
		Columns: s.columns(), Filter: s.filters(), Primary: widget.NewPrimary(s.t("users.new"), theme.IconAdd, s.create),
		OnReload: func() { o.Do(s.stale) }, Detail: s.detail, Early: true, Rows: true, Do: o.Do, Draw: s.draw,
		Open: func() {
			s.flow.Open()
			s.names()
		},
		OnOpen: func(u app.User) {
			if flow.MayEdit(s.caller(), u) {
				s.edit(u.ID)
			}
		},
		Key: func(name fyne.KeyName, modifier fyne.KeyModifier) bool {
			if name != fyne.KeyN || modifier != fyne.KeyModifierControl {
				return false
			}
			s.create()
			return true
		},
	})
	s.all = container.NewStack(s.Page.Object())
	return s
}

func (s *Screen) filters() [][]listing.Control[flow.Filter] {
	var roles []widget.Chip
	for _, r := range app.PermEnableUsers.Grant(s.caller().Role).Over {
		roles = append(roles, widget.Chip{ID: string(r), Text: s.t("role." + string(r))})
	}
	first := []listing.Control[flow.Filter]{
		listing.Chips(s.t("users.all"), func(f *flow.Filter) *app.Role { return &f.Role }, roles...),
		listing.Search("", s.t("users.search"), 260, func(f *flow.Filter) *string { return &f.Search }),
	}
	second := s.narrow()
	return [][]listing.Control[flow.Filter]{first, second}
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
		{ID: "services", Title: s.t("user.services"), Width: 110, Grow: true, Sortable: true, Text: func(u app.User) string { return flow.Services(s.l, u) }},
	}
}

// place is where a user works.
func (s *Screen) place(u app.User) string {
	var words []string
	if s.everywhere() {
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
	if s.list != nil {
		s.list.Focus()
		return
	}
	if s.editor != nil {
		s.focus(s.editor.surname)
		return
	}
	s.Page.Shown()
}

// Hidden implements screen.Screen: a secret does not stay on a page that is
// left.
func (s *Screen) Hidden() {
	s.shown = false
	if s.secret {
		s.Vacate()
	}
	s.Page.Hidden()
}

// Refresh reads what is shown again if the list is in view; the shell calls it
// now and then.
func (s *Screen) Refresh() {
	if s.editor == nil && s.list == nil {
		s.Page.Refresh()
	}
}

// Key implements screen.Screen.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	if s.list != nil {
		if name == fyne.KeyEscape {
			s.list.Leave()
		}
		return name == fyne.KeyEscape
	}
	if s.editor == nil {
		return s.Page.Key(name, modifier)
	}
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

// load reads list and detail again, and the names of what they refer to.
func (s *Screen) load() {
	s.Reload()
	s.names()
}

func (s *Screen) names() {
	s.Go(func() {
		if _, err := s.flow.Choices(s.Context); err != nil && s.Lists.Lost != nil {
			s.Lists.Lost(err) // a department without its name is better than no list
		}
	})
}

// draw takes in the names of what users refer to.
func (s *Screen) draw(list.State[flow.Filter, app.User, app.User]) {
	s.secret = s.secret && s.Occupied() // another row was opened
	now := s.flow.View().Choices
	if reflect.DeepEqual(now, s.choices) {
		return
	}
	s.choices = now
	s.offer()
	s.Renew()
}
