package monitor

import (
	"indagor/app"
	"indagor/app/language"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/monitor"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Screen is the page of a monitor.
type Screen struct {
	*listing.Page[flow.Filter, flow.Row, struct{}]
	host  screen.Host
	flow  *flow.Flow
	l     *language.Language
	kind  string
	words words
	named int // the names that the page was drawn with
}

var _ screen.Screen = (*Screen)(nil)

// New builds the page of the flow's kind. It must be called on the window's
// goroutine.
func New(host screen.Host, f *flow.Flow) *Screen {
	l := host.Language()
	s := &Screen{host: host, flow: f, l: l, kind: string(f.Kind()), words: words{l: l}}
	s.Page = listing.New(listing.Parts[flow.Filter, flow.Row, struct{}]{
		Place: screen.Place(s.kind), Host: host, Flow: f.Flow,
		Title: l.T("place." + s.kind), Subtitle: l.T("monitor.subtitle." + s.kind), Name: l.T("monitor.list." + s.kind),
		Words: listing.Words{
			Count: func(n int) string { return l.N("monitor.count."+s.kind, n) },
			First: func(n int) string { return l.T("monitor.count.more."+s.kind, "count", l.Number(n)) },
			Empty: l.T("monitor.empty." + s.kind), Filtered: l.T("monitor.empty.filtered." + s.kind),
		},
		Columns: s.columns(), Filter: s.filters(), Search: l.T("monitor.search"), Open: f.Open, Detail: s.detail, Draw: s.draw,
	})
	return s
}

// filters are the inputs that narrow the list; Enter applies them. That only
// one user is shown stands below them, for as long as it is so.
func (s *Screen) filters() [][]listing.Control[flow.Filter] {
	return [][]listing.Control[flow.Filter]{{
		listing.Search(s.l.T("monitor.words."+s.kind), s.l.T("monitor.words.placeholder"), 260, func(f *flow.Filter) *string { return &f.Words }),
		listing.Days(s.l, s.flow.Today, func(f *flow.Filter) *app.Day { return &f.From }, func(f *flow.Filter) *app.Day { return &f.Until }),
		listing.Only(theme.IconPerson, func(f flow.Filter) string {
			if f.User == "" {
				return ""
			}
			return s.l.T("monitor.only", "user", f.Username)
		}, func(f *flow.Filter) { f.User, f.Username = "", "" }),
	}}
}

// one shows only what a user did, within the filters in force.
func (s *Screen) one(id app.ID, name string) {
	f := s.flow.State().Filter
	f.User, f.Username = id, name
	s.Search(f)
}

// draw takes in the names of what the rows speak of.
func (s *Screen) draw(list.State[flow.Filter, flow.Row, struct{}]) {
	st := s.flow.State()
	if s.named != st.Named {
		s.named, s.words.names = st.Named, st.Names
		s.Renew()
	}
}

// columns are those of the kind. What tells entries apart comes first: with a
// detail open the rest is out of view.
func (s *Screen) columns() []widget.Column[flow.Row] {
	column := func(id string, width float32, grow bool, text func(flow.Row) string) widget.Column[flow.Row] {
		return widget.Column[flow.Row]{ID: id, Title: s.l.T("monitor.column." + id), Width: width, Grow: grow, Text: text}
	}
	at := column("at", 126, false, func(r flow.Row) string { return s.l.Moment(r.At) })
	user := column("user", 140, true, func(r flow.Row) string { return s.words.who(r) })
	what := func(width float32) widget.Column[flow.Row] {
		return column("what", width, true, func(r flow.Row) string { return s.words.what(r) })
	}
	reason := column("reason", 150, true, func(r flow.Row) string { return s.words.reason(r) })
	switch s.flow.Kind() {
	case flow.Accesses:
		event := what(196)
		event.Tone, event.Icon = accessTone, accessIcon
		return []widget.Column[flow.Row]{
			at, user, event,
			column("role", 98, false, func(r flow.Row) string { return s.words.role(r) }),
			column("address", 116, false, func(r flow.Row) string { return r.Address }),
			reason,
		}
	case flow.History:
		return []widget.Column[flow.Row]{
			at, user, what(176),
			column("target", 140, true, func(r flow.Row) string { return r.TargetName }),
			reason,
		}
	}
	outcome := column("outcome", 186, true, func(r flow.Row) string { return s.words.outcome(r) })
	outcome.Tone, outcome.Icon = outcomeTone, outcomeIcon
	return []widget.Column[flow.Row]{
		at, user, what(136), outcome,
		column("purpose", 136, true, func(r flow.Row) string { return r.Purpose }),
		column("file", 132, false, func(r flow.Row) string { return r.File }),
		column("workstation", 96, false, func(r flow.Row) string { return s.words.workstation(r) }),
	}
}

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	foot := s.l.T("monitor.foot." + s.kind)
	if !s.flow.Everywhere() {
		foot = s.l.T("monitor.foot.department") + " " + foot
	}
	s.SetFoot(foot)
	s.Page.Shown()
}

// Receive takes what another page hands over: an app.User, to show only what
// he did; a string is words to be searched for. Anything else changes nothing.
func (s *Screen) Receive(with any) {
	f := flow.Filter{}
	switch x := with.(type) {
	case app.User:
		f.User, f.Username = x.ID, x.Username
	case string:
		f.Words = x
	default:
		return
	}
	s.Search(f)
}
