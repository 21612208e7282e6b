package statistics

import (
	"context"
	"io"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what the flow needs of the desktop's side towards the server. Its
// methods may be called from any goroutine.
type Desk interface {
	// Statistics counts requests.
	Statistics(ctx context.Context, in wire.StatisticsInput) (wire.Statistics, error)
	// ExportStatistics writes the same to the writer, as a file, and gives the
	// name that the server proposes for it.
	ExportStatistics(ctx context.Context, in wire.StatisticsExportInput, to io.Writer, received func(int64)) (name string, err error)
	// Consumption is how much of ANPR's quotas the body used.
	Consumption(ctx context.Context) (wire.Consumption, error)
	// Departments are those of the body.
	Departments(ctx context.Context) ([]app.Department, error)
	// Session is who is signed in; false when nobody is.
	Session() (wire.Session, bool)
}

// Config is what a Flow stands on. Desk is needed.
type Config struct {
	list.Options
	Desk Desk
	Now  func() time.Time // nil: time.Now
}

// Preset is a period that has a name. The empty one is the last thirty days.
type Preset string

// The presets.
const (
	Today     Preset = "today"
	ThisMonth Preset = "month"
	LastMonth Preset = "last_month"
	ThisYear  Preset = "year"
	LastYear  Preset = "last_year"
)

// Presets lists them as they are offered.
var Presets = []Preset{Today, ThisMonth, LastMonth, ThisYear, LastYear}

// Filter says what is counted; what is empty does not narrow. Days, where
// there are any, count and not the preset; they hold what was typed where it is
// no day, so that it can be refused.
type Filter struct {
	By          app.Dimension // "": by service
	Preset      Preset
	From, Until app.Day
	User        app.ID
	UserName    string // what he is called, with User
	Department  app.ID
	Service     app.Service
	Type        app.VisuraType
	Outcome     app.Outcome
}

// Dimension is by what is counted.
func (f Filter) Dimension() app.Dimension {
	if f.By == "" {
		return app.ByService
	}
	return f.By
}

// days is the period in days, itself within.
const days = 30

// period is the first and the last day that are counted.
func (f Filter) period(today time.Time) (from, until app.Day) {
	y, m, _ := today.Date()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	if f.From != "" || f.Until != "" {
		from, until = f.From, f.Until
		if until == "" {
			until = app.DayOf(today)
		}
		if t, ok := until.Time(); ok && from == "" {
			from = app.DayOf(t.AddDate(0, 0, 1-days))
		}
		return from, until
	}
	a, b := today.AddDate(0, 0, 1-days), today
	switch f.Preset {
	case Today:
		a = today
	case ThisMonth:
		a = day(y, m, 1)
	case LastMonth:
		a, b = day(y, m-1, 1), day(y, m, 0)
	case ThisYear:
		a = day(y, 1, 1)
	case LastYear:
		a, b = day(y-1, 1, 1), day(y-1, 12, 31)
	}
	return app.DayOf(a), app.DayOf(b)
}

// Row is how many requests have one thing in common.
type Row struct {
	wire.StatisticsRow
	By    app.Dimension
	Total int64 // of all rows
}

// State is all that the page shows.
type State struct {
	list.State[Filter, Row, struct{}]
	Report      wire.Statistics  // that the rows are of
	Counted     int              // counts how often a report has come
	Departments []app.Department // where the person counts for every one
	Consumption wire.Consumption // where the person answers for the body
}

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server but Export.
type Flow struct {
	*list.Flow[Filter, Row, struct{}]
	config Config

	mu          sync.Mutex
	report      wire.Statistics
	counted     int
	departments []app.Department
	consumption wire.Consumption
}

// New returns a flow that has read nothing yet.
func New(c Config) *Flow {
	if c.Context == nil {
		c.Context = context.Background()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Go == nil {
		c.Go = func(f func()) { go f() }
	}
	f := &Flow{config: c}
	f.Flow = list.New(list.Config[Filter, Row, struct{}]{
		Options: c.Options, Read: f.read, ID: func(r Row) app.ID { return app.ID("key " + r.Key) },
		Check: func(x Filter) (Filter, app.Errors) {
			if x.User == "" {
				x.UserName = ""
			}
			return x, list.Period(x.From, x.Until)
		},
	})
	return f
}

// State is what there is to show now.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return State{f.Flow.State(), f.report, f.counted, f.departments, f.consumption}
}

// Reach is how far the person counts.
func (f *Flow) Reach() string {
	s, _ := f.config.Desk.Session()
	return s.Permissions[app.PermStatistics]
}

// Everywhere reports whether the person counts for every department.
func (f *Flow) Everywhere() bool { return f.Reach() == app.ReachAll.String() }

// Own reports whether the person counts only the own requests.
func (f *Flow) Own() bool { return f.Reach() == app.ReachOwn.String() }

// Dimensions are those by which it makes sense for the person to count.
func (f *Flow) Dimensions() []app.Dimension {
	var out []app.Dimension
	for _, d := range app.Dimensions {
		if f.Own() && (d == app.ByDepartment || d == app.ByUser) || d == app.ByDepartment && !f.Everywhere() {
			continue
		}
		out = append(out, d)
	}
	return out
}

func (f *Flow) asked(x Filter) wire.StatisticsFilter {
	from, until := x.period(f.Today())
	return wire.StatisticsFilter{By: x.Dimension(), From: from, To: until, User: x.User, Department: x.Department, Service: x.Service, Type: x.Type, Outcome: x.Outcome}
}

// mostRows is how many rows are shown; a file has all.
const mostRows = 500

func (f *Flow) read(ctx context.Context, x Filter, _ wire.Page) (wire.List[Row], bool, error) {
	got, err := f.config.Desk.Statistics(ctx, wire.StatisticsInput{StatisticsFilter: f.asked(x), Limit: mostRows})
	if err != nil {
		return wire.List[Row]{}, false, err
	}
	f.mu.Lock()
	f.report = got
	f.counted++
	f.mu.Unlock()
	var out wire.List[Row]
	for _, r := range got.Rows {
		out.Items = append(out.Items, Row{r, got.By, got.Total})
	}
	return out, false, nil
}

// Open counts anew, keeping the filter, and reads what stands beside.
func (f *Flow) Open() {
	if _, ok := f.config.Desk.Session(); !ok {
		return
	}
	if f.Everywhere() {
		f.config.Go(func() {
			// Without them there is nothing to choose, and nothing at the foot.
			departments, _ := f.config.Desk.Departments(f.config.Context)
			consumption, _ := f.config.Desk.Consumption(f.config.Context)
			f.mu.Lock()
			f.departments, f.consumption = departments, consumption
			f.mu.Unlock()
			f.Changed()
		})
	}
	f.Reload()
}

// Export writes what the filter counts, in the format and the language.
func (f *Flow) Export(ctx context.Context, format, language string, x Filter, to io.Writer, received func(int64)) (string, error) {
	return f.config.Desk.ExportStatistics(ctx, wire.StatisticsExportInput{StatisticsFilter: f.asked(x), Format: format, Language: language}, to, received)
}

// Into is the filter that divides a row further: the requests of a department
// by user, those of a user by type. ok is false where there is nothing to
// divide.
func (f *Flow) Into(r Row) (x Filter, ok bool) {
	x = f.Flow.State().Filter
	switch r.By {
	case app.ByDepartment:
		x.Department, x.By = app.ID(r.Key), app.ByUser
	case app.ByUser:
		x.User, x.UserName, x.By = app.ID(r.Key), r.Name, app.ByType
	case app.ByService:
		x.Service, x.By = app.Service(r.Key), app.ByType
	case app.ByType:
		x.Type, x.By = app.VisuraType(r.Key), app.ByOutcome
	default:
		return x, false
	}
	return x, true
}

// Today is the day on which periods end, and against which two-digit years are
// read.
func (f *Flow) Today() time.Time {
	y, m, d := f.config.Now().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
