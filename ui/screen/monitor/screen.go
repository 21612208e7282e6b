package monitor

import (
	"context"
	"io"

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
	files screen.Downloader
	flow  *flow.Flow
	l     *language.Language
	kind  string
	words words
	named int // the names that the page was drawn with

	departments func(...widget.Choice) // sets what can be chosen; nil: nothing
}

// Host is the shell as this page sees it.
type Host interface {
	screen.Host
	screen.Downloader
}

var (
	_ screen.Screen = (*Screen)(nil)
	_ screen.Hearer = (*Screen)(nil)
)

// New builds the page of the flow's kind. It must be called on the window's
// goroutine.
func New(host Host, f *flow.Flow) *Screen {
	l := host.Language()
	s := &Screen{host: host, files: host, flow: f, l: l, kind: string(f.Kind()), words: words{l: l}}
	s.Page = listing.New(listing.Parts[flow.Filter, flow.Row, struct{}]{
		Place: screen.Place(s.kind), Host: host, Flow: f.Flow,
		Title: l.T("place." + s.kind), Subtitle: l.T("monitor.subtitle." + s.kind), Name: l.T("monitor.list." + s.kind),
		Words: listing.Words{
			Count: func(n int) string { return l.N("monitor.count."+s.kind, n) },
			First: func(n int) string { return l.T("monitor.count.more."+s.kind, "count", l.Number(n)) },
			Empty: l.T("monitor.empty." + s.kind), Filtered: l.T("monitor.empty.filtered." + s.kind),
		},
		Columns: s.columns(), Filter: s.filters(), Search: l.T("monitor.search"), Open: f.Open, Detail: s.detail, Draw: s.draw,
		Export: []widget.Choice{{ID: "xlsx", Text: l.T("list.export.xlsx")}, {ID: "csv", Text: l.T("list.export.csv")}}, OnExport: s.export,
	})
	return s
}

// filters are the inputs that narrow the list; Enter applies them. That only
// one user or workstation is shown stands below them, for as long as it is so.
func (s *Screen) filters() [][]listing.Control[flow.Filter] {
	l := s.l
	type control = listing.Control[flow.Filter]
	words := listing.Search(l.T("monitor.words."+s.kind), l.T("monitor.words.placeholder"), 200, func(f *flow.Filter) *string { return &f.Words })
	days := listing.Days(l, s.flow.Today, func(f *flow.Filter) *app.Day { return &f.From }, func(f *flow.Filter) *app.Day { return &f.Until })
	event, _ := listing.Choice(l.T("monitor.column.what"), l.T("monitor.every"), 150, func(f *flow.Filter) *app.EventKind { return &f.Event }, choices(l, "event.", s.flow.Kind().Events(s.flow.Everywhere()))...)
	first := []control{words, days, event}
	var second []control
	if s.flow.Kind() == flow.Activity {
		service, _ := listing.Choice(l.T("monitor.column.service"), l.T("monitor.every"), 124, func(f *flow.Filter) *app.Service { return &f.Service },
			choices(l, "service.", []app.Service{app.ServiceVisure, app.ServiceEnrichment, app.ServiceHousehold})...)
		var types []app.VisuraType
		for _, spec := range app.VisuraSpecs {
			types = append(types, spec.Type)
		}
		kind, _ := listing.Choice(l.T("monitor.column.type"), l.T("monitor.every"), 132, func(f *flow.Filter) *app.VisuraType { return &f.Type }, choices(l, "visura.type.", types)...)
		outcome, _ := listing.Choice(l.T("monitor.column.outcome"), l.T("monitor.every"), 132, func(f *flow.Filter) *app.Outcome { return &f.Outcome }, choices(l, "outcome.", app.Outcomes)...)
		var reasons []widget.Choice
		for _, c := range flow.Reasons {
			reasons = append(reasons, widget.Choice{ID: string(c), Text: s.words.code(c)})
		}
		reason, _ := listing.Choice(l.T("monitor.column.reason"), l.T("monitor.every"), 140, func(f *flow.Filter) *app.Code { return &f.Code }, reasons...)
		second = append(second, service, kind, outcome, reason)
	}
	if s.flow.Everywhere() && s.flow.Kind() != flow.History {
		department, set := listing.Choice(l.T("monitor.column.department"), l.T("monitor.every"), 132, func(f *flow.Filter) *app.ID { return &f.Department })
		s.departments = set
		first = append(first, department)
	}
	lines := [][]control{first}
	if len(second) > 0 {
		lines = append(lines, second)
	}
	last := len(lines) - 1
	lines[last] = append(lines[last], listing.Only(theme.IconPerson, func(f flow.Filter) string {
		if f.User == "" {
			return ""
		}
		return l.T("monitor.only", "user", f.Username)
	}, func(f *flow.Filter) { f.User, f.Username = "", "" }), listing.Only(theme.IconComputer, func(f flow.Filter) string {
		if f.Station == "" {
			return ""
		}
		return l.T("monitor.only", "user", f.StationName)
	}, func(f *flow.Filter) { f.Station, f.StationName = "", "" }))
	return lines
}

// choices are values with their words.
func choices[S ~string](l *language.Language, prefix string, values []S) []widget.Choice {
	out := make([]widget.Choice, len(values))
	for i, v := range values {
		out[i] = widget.Choice{ID: string(v), Text: l.T(prefix + string(v))}
	}
	return out
}

// export saves all that the filter finds.
func (s *Screen) export(format string, f flow.Filter) {
	s.files.Download(func(ctx context.Context, to io.Writer, received func(int64)) (string, error) {
		return s.flow.Export(ctx, format, s.l.Name(), f, to, received)
	})
}

// Signalled implements screen.Hearer.
func (s *Screen) Signalled(kind app.SignalKind, _ app.ID) {
	if kind == s.flow.Kind().Signal() || kind == app.SignalResync {
		s.flow.Hear()
	}
}

// at shows only what happened at a workstation, within the filters in force.
func (s *Screen) at(id app.ID, name string) {
	f := s.flow.State().Filter
	f.Station, f.StationName = id, name
	s.Search(f)
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
		if s.departments != nil {
			all := make([]widget.Choice, len(st.Departments))
			for i, d := range st.Departments {
				all[i] = widget.Choice{ID: string(d.ID), Text: d.Name}
			}
			s.departments(all...)
		}
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
