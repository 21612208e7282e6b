// Package workstation shows the register of workstations and the enrolment
// tokens to those who administer them.
package workstation

import (
	"cmp"
	"context"
	"maps"
	"reflect"
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

// Options say what the screens stand on.
type Options struct {
	Host    screen.Host
	Desk    flow.Desk
	Context context.Context     // ends with the session
	Session func() wire.Session // who is signed in
	// Pending is told how many workstations wait, whenever the register knows.
	Pending func(n int)
	Lists   list.Options // what every list stands on
	// Server is its address, for the words beside an enrolment token.
	Server string
	Now    func() time.Time // nil for time.Now
	Go     func(func())     // runs what takes time; nil for a goroutine
	Do     func(func())     // shows its result; nil for fyne.Do
}

func (o *Options) fill() {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
	if o.Now == nil {
		o.Now = time.Now
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
	*listing.Page[flow.Filter, app.Workstation, wire.WorkstationDetail]
	Options
	t     func(string, ...string) string
	flow  *flow.Register
	names map[app.ID]string // of departments, as drawn
	form  *approval         // open in the place of the detail

	values                                wire.WorkstationValues // as drawn
	departments, offices, systems, builds func(...widget.Choice) // offer them in the filter line; departments nil for those who administer one
}

// NewRegister returns the page.
func NewRegister(o Options) *Register {
	o.fill()
	l := o.Host.Language()
	s := &Register{Options: o, t: l.T}
	s.flow = flow.NewRegister(o.Desk, o.Lists)
	var chips []widget.Chip
	for _, state := range []app.WorkstationState{app.WorkstationPending, app.WorkstationAuthorised, app.WorkstationSuspended, app.WorkstationRevoked} {
		chips = append(chips, widget.Chip{ID: string(state), Text: s.t("workstations.filter." + string(state))})
	}
	s.Page = listing.New(listing.Parts[flow.Filter, app.Workstation, wire.WorkstationDetail]{
		Place: screen.Workstations, Host: o.Host, Flow: s.flow.Flow, Title: s.t("place.workstations"), Subtitle: s.t("workstations.subtitle"),
		Words: listing.Words{
			Count: func(n int) string { return l.N("workstations.count", n) },
			First: func(n int) string { return l.T("workstations.count.more", "count", l.Number(n)) },
			Empty: s.t("workstations.none"), Filtered: s.t("workstations.none_filtered"),
		},
		Columns: s.columns(),
		Filter: [][]listing.Control[flow.Filter]{{
			listing.Chips(s.t("workstations.all"), func(f *flow.Filter) *app.WorkstationState { return &f.State }, chips...),
			listing.Search("", s.t("workstations.search"), 240, func(f *flow.Filter) *string { return &f.Search }),
		}, s.narrow()},
		Actions: []fyne.CanvasObject{
			widget.NewButtonWith(widget.ButtonSecondary, s.t("workstations.export.csv"), theme.IconDownload, func() { s.export("csv") }),
			widget.NewButton(s.t("workstations.export.xlsx"), func() { s.export("xlsx") }),
		},
		Acts: s.acts, Detail: s.detail, Early: true, Rows: true, Do: o.Do, Draw: s.draw,
		OnOpen: func(w app.Workstation) {
			if flow.May(w, app.ActApprove) {
				s.approve(w)
			}
		},
	})
	return s
}

func (s *Register) columns() []widget.Column[app.Workstation] {
	l := s.Host.Language()
	// What tells workstations apart comes first: with a detail open the rest
	// is out of view.
	list := []widget.Column[app.Workstation]{
		{ID: "name", Title: s.t("workstation.name"), Width: 104, Grow: true, Sortable: true, Text: func(w app.Workstation) string { return w.Name }},
		{ID: "state", Title: s.t("workstation.state"), Width: 124, Sortable: true, Text: func(w app.Workstation) string { return s.state(w) }, Tone: s.tone},
		{ID: "office", Title: s.t("workstation.office"), Width: 92, Grow: true, Sortable: true, Text: func(w app.Workstation) string { return w.Office }},
		{ID: "seen", Title: s.t("workstation.seen"), Width: 124, Sortable: true, Text: func(w app.Workstation) string { return l.Moment(w.LastSeen) }, Compare: func(a, b app.Workstation) int { return a.LastSeen.Compare(b.LastSeen) }},
		{ID: "responsible", Title: s.t("workstation.responsible"), Width: 100, Grow: true, Sortable: true, Text: func(w app.Workstation) string { return w.Responsible }},
		{ID: "expires", Title: s.t("workstation.expires"), Width: 100, Sortable: true, Text: s.lastDay, Compare: func(a, b app.Workstation) int { return cmp.Compare(ending(a), ending(b)) }},
		{ID: "os", Title: s.t("workstation.os"), Width: 110, Sortable: true, Text: func(w app.Workstation) string { return w.OS }},
		{ID: "version", Title: s.t("workstation.version.short"), Width: 76, Sortable: true, Text: func(w app.Workstation) string { return w.AppVersion }},
	}
	if s.everywhere() {
		list = append(list, widget.Column[app.Workstation]{
			ID: "department", Title: s.t("workstation.department"), Width: 100, Grow: true, Sortable: true,
			Text: func(w app.Workstation) string { return s.names[w.Department] },
		})
	}
	return list
}

// state is the state in words; a further key that waits is told too.
func (s *Register) state(w app.Workstation) string {
	switch {
	case w.State == app.WorkstationAuthorised && s.expired(w):
		return s.t("workstation.expired")
	case w.State == app.WorkstationAuthorised && flow.May(w, app.ActApprove):
		return s.t("workstation.key_waits")
	}
	return s.t("workstation.state." + string(w.State))
}

// expired reports whether the last day of a workstation is over.
func (s *Register) expired(w app.Workstation) bool { return w.Expired(app.DayOf(s.Now())) }

func (s *Register) tone(w app.Workstation) theme.Tone {
	switch w.State {
	case app.WorkstationAuthorised:
		if s.expired(w) {
			return theme.Warning
		}
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

// Shown implements screen.Screen.
func (s *Register) Shown() {
	s.Page.Shown()
	s.count()
}

// Receive takes what another page hands over: a state, or a filter, to list
// only the workstations that it means.
func (s *Register) Receive(with any) {
	switch with := with.(type) {
	case app.WorkstationState:
		s.Search(flow.Filter{State: with})
	case flow.Filter:
		s.Search(with)
	}
}

// count tells how many workstations wait.
func (s *Register) count() {
	s.Go(func() {
		if n, err := flow.Waiting(s.Context, s.Desk); err == nil {
			s.Pending(n)
		}
		if n, err := flow.Expiring(s.Context, s.Desk, soon); err == nil {
			s.Do(func() { s.SetFoot(s.ending(n)) })
		}
	})
}

// load reads list and detail again after an act.
func (s *Register) load() {
	s.Reload()
	s.count()
}

// draw takes in the names of the departments.
func (s *Register) draw(list.State[flow.Filter, app.Workstation, wire.WorkstationDetail]) {
	v := s.flow.View()
	if !reflect.DeepEqual(v.Values, s.values) {
		s.values = v.Values
		s.offices(choices(v.Values.Offices)...)
		s.systems(choices(v.Values.OS)...)
		s.builds(choices(v.Values.AppVersions)...)
	}
	if maps.Equal(v.Names, s.names) {
		return
	}
	s.names = v.Names
	if s.departments != nil {
		s.departments(departmentChoices(v.Names)...)
	}
	s.Renew()
}

func (s *Register) approve(w app.Workstation) {
	s.form = newApproval(s, w, s.names)
	s.Occupy(s.form.all, s.close)
	s.focus(s.form.code)
}

// close goes back from the form to the detail.
func (s *Register) close() {
	s.form = nil
	s.Vacate()
	s.Focus()
}
