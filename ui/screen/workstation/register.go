// Package workstation shows the register of workstations and the enrolment
// tokens to those who administer them.
package workstation

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/workstation"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the screens stand on.
type Options struct {
	Host    screen.Host
	Desk    flow.Desk
	Context context.Context     // ends with the session
	Session func() wire.Session // who is signed in
	// Pending is told how many workstations wait, whenever the register knows.
	Pending func(n int)
	// Say says an error for people, also one that is no answer of the server.
	Say func(error) language.Sentence
	// Lost is told errors that nothing else shows: the session may be no more.
	Lost func(error)
	// Server is its address, for the words beside an enrolment token.
	Server string
	Go     func(func()) // runs what takes time; nil for a goroutine
	Do     func(func()) // shows its result; nil for fyne.Do
}

func (o *Options) fill() {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
	if o.Lost == nil {
		o.Lost = func(error) {}
	}
	if o.Pending == nil {
		o.Pending = func(int) {}
	}
}

// focusable is a field or table that Tab reaches.
type focusable interface{ Focusable() fyne.Focusable }

// focus gives the keyboard to a field. The canvas is asked, not the field: one
// that was never drawn knows no canvas.
func (o *Options) focus(f focusable) { o.Host.Window().Canvas().Focus(f.Focusable()) }

// everywhere tells whether the person administers the workstations of every
// department.
func (o *Options) everywhere() bool {
	return o.Session().Permissions[app.PermManageWorkstation] == app.ReachAll.String()
}

// Register is the page of the register.
type Register struct {
	Options
	t       func(string, ...string) string
	flow    *flow.Register
	page    *widget.Page
	table   *widget.Table[app.Workstation]
	filter  *widget.ChipSet
	search  *widget.TextField
	more    *widget.Button
	count   *widget.Label
	shown   bool
	wants   bool // the rows are to have the keyboard as soon as they are there
	quiet   bool // the selection is being set by the program
	detail  *detail
	form    *approval // open in the place of the detail
	drawn   *approval // the form that the pane shows
	sortBy  string
	sortOff bool // descending
}

// NewRegister returns the page.
func NewRegister(o Options) *Register {
	o.fill()
	s := &Register{Options: o, t: o.Host.Language().T}
	s.flow = flow.NewRegister(o.Desk, func() { s.Do(s.draw) })
	s.table = widget.NewTable(s.t("place.workstations"), s.columns()...)
	s.table.OnSelect = func(_ int, w app.Workstation) {
		if !s.quiet {
			s.open(w.ID)
		}
	}
	s.table.OnOpen = func(_ int, w app.Workstation) {
		s.open(w.ID)
		if flow.May(w, app.ActApprove) {
			s.approve()
		}
	}
	s.table.OnSort = func(column string, down bool) {
		s.sortBy, s.sortOff = column, down
		s.draw()
	}
	chips := []widget.Chip{{ID: "all", Text: s.t("workstations.all")}}
	for _, state := range []app.WorkstationState{app.WorkstationPending, app.WorkstationAuthorised, app.WorkstationSuspended, app.WorkstationRevoked} {
		chips = append(chips, widget.Chip{ID: string(state), Text: s.t("workstations.filter." + string(state))})
	}
	s.filter = widget.NewChipSet("", false, chips...)
	s.filter.SetSelected("all")
	s.filter.OnChanged = func([]string) { s.ask() }
	s.search = widget.NewTextField("")
	s.search.Placeholder = s.t("workstations.search")
	s.search.Refresh() // the icon draws the input, which must know its words by then
	s.search.SetIcon(theme.IconSearch)
	s.search.SetMaxLength(100)
	s.search.OnSubmitted = func(string) { s.ask() }
	s.search.OnChanged = func(text string) {
		if text == "" {
			s.ask()
		}
	}
	s.count = widget.NewSecondary("")
	s.more = widget.NewButton(s.t("list.more"), func() {
		s.more.SetBusy(true)
		s.Go(func() {
			s.flow.LoadMore(s.Context)
			s.Do(func() { s.more.SetBusy(false) })
		})
	})
	refresh := widget.NewButtonWith(widget.ButtonSecondary, s.t("list.refresh"), theme.IconRefresh, s.load)
	foot := widget.HBox(theme.Space8, widget.Expand(s.count), s.more)
	s.page = widget.NewPage(widget.PageParts{
		Title: s.t("place.workstations"), Subtitle: s.t("workstations.subtitle"),
		Actions: []fyne.CanvasObject{refresh},
		Filter:  widget.HBox(theme.Space12, widget.Expand(s.filter), widget.Sized(300, 0, s.search)),
		Body:    widget.Frame(nil, nil, s.table, nil, widget.PadXY(0, theme.Space8, foot)),
	})
	s.detail = newDetail(s)
	s.draw()
	return s
}

func (s *Register) columns() []widget.Column[app.Workstation] {
	l := s.Host.Language()
	// What tells workstations apart comes first: with a detail open the rest
	// is out of view.
	list := []widget.Column[app.Workstation]{
		{ID: "name", Title: s.t("workstation.name"), Width: 104, Grow: true, Sortable: true, Text: func(w app.Workstation) string { return w.Name }},
		{ID: "state", Title: s.t("workstation.state"), Width: 124, Sortable: true, Text: func(w app.Workstation) string { return s.state(w) }, Tone: tone},
		{ID: "office", Title: s.t("workstation.office"), Width: 92, Grow: true, Sortable: true, Text: func(w app.Workstation) string { return w.Office }},
		{ID: "seen", Title: s.t("workstation.seen"), Width: 124, Sortable: true, Text: func(w app.Workstation) string { return l.Moment(w.LastSeen) }},
		{ID: "responsible", Title: s.t("workstation.responsible"), Width: 100, Grow: true, Sortable: true, Text: func(w app.Workstation) string { return w.Responsible }},
	}
	if s.everywhere() {
		list = append(list, widget.Column[app.Workstation]{
			ID: "department", Title: s.t("workstation.department"), Width: 100, Grow: true,
			Text: func(w app.Workstation) string { return s.flow.View().Names[w.Department] },
		})
	}
	return list
}

// state is the state in words; a further key that waits is told too.
func (s *Register) state(w app.Workstation) string {
	if w.State == app.WorkstationAuthorised && flow.May(w, app.ActApprove) {
		return s.t("workstation.key_waits")
	}
	return s.t("workstation.state." + string(w.State))
}

func tone(w app.Workstation) theme.Tone {
	switch w.State {
	case app.WorkstationAuthorised:
		if flow.May(w, app.ActApprove) {
			return theme.Information
		}
		return theme.Success
	case app.WorkstationPending:
		return theme.Information
	case app.WorkstationSuspended:
		return theme.Warning
	}
	return theme.Quiet
}

// Object implements screen.Screen.
func (s *Register) Object() fyne.CanvasObject { return s.page }

// Shown implements screen.Screen.
func (s *Register) Shown() {
	s.shown, s.wants = true, true
	s.load()
}

// Hidden implements screen.Screen.
func (s *Register) Hidden() { s.shown, s.wants = false, false }

// Refresh loads what is shown again if the page is in view; the shell calls it
// now and then.
func (s *Register) Refresh() {
	if s.shown && s.form == nil {
		s.load()
	}
}

// Receive takes what another page hands over: a state to list only the
// workstations in it.
func (s *Register) Receive(with any) {
	if state, ok := with.(app.WorkstationState); ok {
		s.filter.SetSelected(string(state))
		s.ask()
	}
}

// Key implements screen.Screen.
func (s *Register) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	switch {
	case name == fyne.KeyF5:
		s.load()
	case name == fyne.KeyF && modifier == fyne.KeyModifierControl:
		s.focus(s.search)
	case name == fyne.KeyEscape && s.form != nil:
		s.close()
	case name == fyne.KeyEscape && s.flow.View().Selected != "":
		s.open("")
		s.rest()
	default:
		return false
	}
	return true
}

// rest gives the keyboard back to the rows without opening one.
func (s *Register) rest() {
	s.quiet = true
	s.focus(s.table)
	s.table.Select(-1)
	s.quiet = false
}

// ask lists by what the filter line says.
func (s *Register) ask() {
	state := app.WorkstationState("")
	if chosen := s.filter.Selected(); len(chosen) == 1 && chosen[0] != "all" {
		state = app.WorkstationState(chosen[0])
	}
	if s.flow.Filter(state, s.search.Text()) {
		s.load()
	}
}

func (s *Register) load() {
	s.Go(func() {
		s.flow.Load(s.Context)
		s.flow.Look(s.Context)
		if err := s.flow.View().Err; err != nil {
			s.Lost(err)
		}
		if n, err := flow.Waiting(s.Context, s.Desk); err == nil {
			s.Pending(n)
		}
	})
}

func (s *Register) open(id app.ID) {
	s.form = nil
	s.flow.Select(id)
	if id != "" {
		s.Go(func() { s.flow.Look(s.Context) })
	}
}

func (s *Register) approve() {
	v := s.flow.View()
	if v.Detail == nil {
		i := slices.IndexFunc(v.Rows, func(w app.Workstation) bool { return w.ID == v.Selected })
		if i < 0 {
			return
		}
		v.Detail = &wire.WorkstationDetail{Workstation: v.Rows[i]}
	}
	s.form = newApproval(s, v.Detail.Workstation, v.Names)
	s.draw()
	s.focus(s.form.code)
}

// close goes back from the form to the detail.
func (s *Register) close() {
	s.form = nil
	s.draw()
	s.focus(s.table)
}

// pane leaves room for the scroll bar beside what stands in a detail.
func pane(o fyne.CanvasObject) fyne.CanvasObject {
	return widget.Frame(nil, nil, o, widget.Sized(theme.Space12, 0, widget.NewBox("")), nil)
}

// draw shows what the flow knows.
func (s *Register) draw() {
	v := s.flow.View()
	s.sort(v.Rows)
	switch {
	case v.Loading && len(v.Rows) == 0:
		s.table.SetState(widget.Loading(s.t("list.loading")))
	case v.Err != nil && len(v.Rows) == 0:
		s.table.SetState(widget.Failed(s.t("list.failed"), s.Say(v.Err).What, s.t("list.again"), s.load))
	case len(v.Rows) == 0 && v.Filtered:
		s.table.SetState(widget.Empty(s.t("workstations.none_filtered"), s.t("list.clear"), s.clear))
	case len(v.Rows) == 0:
		s.table.SetState(widget.Empty(s.t("workstations.none"), "", nil))
	default:
		s.table.SetState(widget.Ready())
	}
	s.quiet = true
	s.table.UpdateRows(widget.SliceRows[app.Workstation](v.Rows))
	at := slices.IndexFunc(v.Rows, func(w app.Workstation) bool { return w.ID == v.Selected })
	if at != s.table.Selected() {
		s.table.Select(at)
	}
	s.quiet = false
	s.more.Hidden = !v.More
	s.count.SetText(s.Host.Language().N("workstations.count", len(v.Rows)))
	switch {
	case v.Selected == "":
		s.page.SetDetail(nil)
		s.detail.id = ""
	case s.form != nil:
		if s.drawn != s.form { // what is being typed stays where it is
			s.page.SetDetail(pane(s.form.all))
			s.detail.id = ""
		}
	default:
		s.detail.show(v)
	}
	s.page.Refresh()
	s.drawn = s.form
	if s.wants && len(v.Rows) > 0 {
		s.wants = false
		s.focus(s.table)
	}
}

func (s *Register) clear() {
	s.filter.SetSelected("all")
	s.search.SetText("")
	s.ask()
}

func (s *Register) sort(rows []app.Workstation) {
	if s.sortBy == "" {
		return
	}
	slices.SortStableFunc(rows, func(a, b app.Workstation) int {
		c := 0
		switch s.sortBy {
		case "name":
			c = strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		case "state":
			c = strings.Compare(s.state(a), s.state(b))
		case "office":
			c = strings.Compare(strings.ToLower(a.Office), strings.ToLower(b.Office))
		case "responsible":
			c = strings.Compare(strings.ToLower(a.Responsible), strings.ToLower(b.Responsible))
		case "seen":
			c = a.LastSeen.Compare(b.LastSeen)
		}
		if s.sortOff {
			c = -c
		}
		return c
	})
}
