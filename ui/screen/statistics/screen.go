package statistics

import (
	"context"
	"io"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/ui/flow/list"
	flow "indagor/ui/flow/statistics"
	"indagor/ui/screen"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Host is the shell as this page sees it.
type Host interface {
	screen.Host
	screen.Downloader
}

// Screen is the page of statistics.
type Screen struct {
	*listing.Page[flow.Filter, flow.Row, struct{}]
	host     Host
	flow     *flow.Flow
	l        *language.Language
	question *widget.Label
	chart    *widget.Chart
	counted  int // the report that is drawn
	known    int // the departments that can be chosen

	departments func(...widget.Choice) // sets what can be chosen; nil: nothing
}

var _ screen.Screen = (*Screen)(nil)

const (
	chartHeight = 176
	mostBars    = 5 // that have room
)

// New builds the page. It must be called on the window's goroutine.
func New(host Host, f *flow.Flow) *Screen {
	l := host.Language()
	s := &Screen{host: host, flow: f, l: l, question: widget.NewHeading("")}
	s.chart = widget.NewChart(widget.ChartWords{
		Number: l.Number, Share: func(part, of int) string { return l.Percent(int64(part), int64(of)) }, Total: l.T("statistics.total"), Empty: l.T("statistics.empty"),
	})
	s.chart.OnCopied = func(string) { host.Toast(l.T("list.copied")) }
	above := widget.VBox(theme.Space8, s.question, widget.Sized(0, chartHeight, s.chart), widget.Sized(1, theme.Space4, widget.NewBox("")))
	s.Page = listing.New(listing.Parts[flow.Filter, flow.Row, struct{}]{
		Place: screen.Statistics, Host: host, Flow: f.Flow, Title: l.T("place.statistics"),
		Words:   listing.Words{Count: func(int) string { return s.total() }, Empty: l.T("statistics.empty"), Filtered: l.T("statistics.empty")},
		Columns: s.columns(), Filter: s.filters(), Search: l.T("statistics.count"), Above: above, Open: f.Open, Draw: s.draw, OnOpen: s.into,
		Export: []widget.Choice{
			{ID: "xlsx", Text: l.T("list.export.xlsx")}, {ID: "csv", Text: l.T("list.export.csv")}, {ID: "pdf", Text: l.T("list.export.pdf")},
		}, OnExport: s.export,
	})
	return s
}

// filters are the inputs that say what is counted.
func (s *Screen) filters() [][]listing.Control[flow.Filter] {
	l := s.l
	type control = listing.Control[flow.Filter]
	var dimensions []app.Dimension
	for _, d := range s.flow.Dimensions() {
		if d != app.ByService { // the one that is taken where none is
			dimensions = append(dimensions, d)
		}
	}
	by, _ := listing.Choice(l.T("statistics.by"), l.T("statistics.by.service"), 160, func(f *flow.Filter) *app.Dimension { return &f.By }, choices(l, "statistics.by.", dimensions)...)
	preset, _ := listing.Choice(l.T("statistics.period"), l.T("statistics.preset"), 160, func(f *flow.Filter) *flow.Preset { return &f.Preset }, choices(l, "statistics.preset.", flow.Presets)...)
	days := listing.Days(l, s.flow.Today, func(f *flow.Filter) *app.Day { return &f.From }, func(f *flow.Filter) *app.Day { return &f.Until })
	every := l.T("monitor.every")
	service, _ := listing.Choice(l.T("statistics.column.service"), every, 132, func(f *flow.Filter) *app.Service { return &f.Service },
		choices(l, "service.", []app.Service{app.ServiceVisure, app.ServiceEnrichment, app.ServiceHousehold})...)
	var types []app.VisuraType
	for _, spec := range app.VisuraSpecs {
		types = append(types, spec.Type)
	}
	kind, _ := listing.Choice(l.T("statistics.column.type"), every, 132, func(f *flow.Filter) *app.VisuraType { return &f.Type }, choices(l, "visura.type.", types)...)
	outcome, _ := listing.Choice(l.T("statistics.column.outcome"), every, 132, func(f *flow.Filter) *app.Outcome { return &f.Outcome }, choices(l, "outcome.", app.RequestOutcomes)...)
	first, second := []control{by, preset, days}, []control{service, kind, outcome}
	if s.flow.Everywhere() {
		department, set := listing.Choice(l.T("statistics.column.department"), every, 132, func(f *flow.Filter) *app.ID { return &f.Department })
		s.departments = set
		second = append(second, department)
	}
	return [][]control{first, append(second, listing.Only(theme.IconPerson, func(f flow.Filter) string {
		if f.User == "" {
			return ""
		}
		return l.T("monitor.only", "user", f.UserName)
	}, func(f *flow.Filter) { f.User, f.UserName = "", "" }))}
}

// choices are values with their words.
func choices[S ~string](l *language.Language, prefix string, values []S) []widget.Choice {
	out := make([]widget.Choice, len(values))
	for i, v := range values {
		out[i] = widget.Choice{ID: string(v), Text: l.T(prefix + string(v))}
	}
	return out
}

// columns are those of every dimension.
func (s *Screen) columns() []widget.Column[flow.Row] {
	l := s.l
	number := func(id, title string, text func(flow.Row) string, value func(flow.Row) int64) widget.Column[flow.Row] {
		return widget.Column[flow.Row]{
			ID: id, Title: l.T("statistics." + title), Width: 112, Align: fyne.TextAlignTrailing, Sortable: true, Text: text,
			Compare: func(a, b flow.Row) int { return int(value(a) - value(b)) },
		}
	}
	before := func(r flow.Row) int64 {
		if r.Before == nil {
			return 0
		}
		return *r.Before
	}
	share := number("share", "share", func(r flow.Row) string { return l.Percent(r.N, r.Total) }, func(r flow.Row) int64 { return r.N })
	share.Bar = func(r flow.Row) (float64, bool) { return float64(r.N) / float64(max(r.Total, 1)), r.Total > 0 }
	return []widget.Column[flow.Row]{
		{ID: "key", Title: l.T("statistics.what"), Width: 220, Grow: true, Sortable: true, Text: func(r flow.Row) string { return l.CountKey(r.By, r.Key, r.Name, false) }},
		number("n", "n", func(r flow.Row) string { return l.Number(int(r.N)) }, func(r flow.Row) int64 { return r.N }),
		share,
		number("before", "before.short", func(r flow.Row) string {
			if r.Before == nil {
				return "–"
			}
			return l.Number(int(*r.Before))
		}, before),
		number("difference", "difference", func(r flow.Row) string {
			if r.Before == nil {
				return "–"
			}
			return l.Difference(r.N, *r.Before)
		}, func(r flow.Row) int64 { return r.N - before(r) }),
	}
}

// total says all that was counted, beside the period before.
func (s *Screen) total() string {
	r := s.flow.State().Report
	if r.From == "" {
		return ""
	}
	return s.l.N("statistics.sum", int(r.Total), "period", s.l.Period(r.From, r.Until), "difference", s.l.Difference(r.Total, r.Before))
}

// draw shows what was counted in the chart, and what stands beside.
func (s *Screen) draw(list.State[flow.Filter, flow.Row, struct{}]) {
	st := s.flow.State()
	if s.departments != nil && s.known != len(st.Departments) {
		s.known = len(st.Departments)
		all := make([]widget.Choice, len(st.Departments))
		for i, d := range st.Departments {
			all[i] = widget.Choice{ID: string(d.ID), Text: d.Name}
		}
		s.departments(all...)
	}
	if s.Page != nil {
		s.SetFoot(s.foot(st))
	}
	if s.counted == st.Counted && s.counted > 0 {
		return
	}
	s.counted = st.Counted
	r := st.Report
	by := r.By
	if by == "" {
		by = st.Filter.Dimension()
	}
	s.question.SetText(s.l.T("statistics.question." + string(by)))
	data := widget.ChartData{Name: s.question.Text, Kind: widget.ChartBars, Series: []widget.ChartSeries{{Name: s.l.T("statistics.n")}}}
	rows := r.Rows
	if by.Time() {
		data.Kind = widget.ChartColumns
	} else if len(rows) > mostBars {
		rows = rows[:mostBars]
	}
	for _, row := range rows {
		data.Categories = append(data.Categories, s.l.CountKey(by, row.Key, row.Name, true))
		data.Full = append(data.Full, s.l.CountKey(by, row.Key, row.Name, false))
		data.Series[0].Values = append(data.Series[0].Values, int(row.N))
	}
	s.chart.SetData(data)
}

// foot says whose requests are counted, and how much of ANPR's quotas the body
// used.
func (s *Screen) foot(st flow.State) string {
	own := "all"
	switch {
	case s.flow.Own():
		own = "own"
	case !s.flow.Everywhere():
		own = "department"
	}
	parts := []string{s.l.T("statistics.foot." + own)}
	if st.Report.RestRows > 0 {
		parts = append(parts, s.l.N("statistics.rest", st.Report.RestRows)+": "+s.l.Number(int(st.Report.Rest))+".")
	}
	if c := st.Consumption; c.At != nil && len(c.Services) > 0 {
		var used []string
		for _, x := range c.Services {
			if x.Percent > 0 {
				used = append(used, x.Service+" "+strconv.Itoa(x.Percent)+" %")
			}
		}
		if len(used) == 0 {
			used = []string{s.l.T("statistics.consumption.little")}
		}
		parts = append(parts, s.l.T("statistics.consumption", "at", s.l.Moment(*c.At), "services", strings.Join(used, ", ")))
	}
	return strings.Join(parts, " ")
}

// into divides a row further.
func (s *Screen) into(r flow.Row) {
	if x, ok := s.flow.Into(r); ok {
		s.Search(x)
	}
}

// export saves what is counted.
func (s *Screen) export(format string, f flow.Filter) {
	s.host.Download(func(ctx context.Context, to io.Writer, received func(int64)) (string, error) {
		return s.flow.Export(ctx, format, s.l.Name(), f, to, received)
	})
}

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.SetFoot(s.foot(s.flow.State()))
	s.Page.Shown()
}

// Receive takes an app.User from another page, to count only his requests.
func (s *Screen) Receive(with any) {
	if u, ok := with.(app.User); ok {
		s.Search(flow.Filter{By: app.ByType, User: u.ID, UserName: u.FullName()})
	}
}
