package monitor

import (
	"context"
	"io"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what the flow needs of the desktop's side towards the server. Its
// methods may be called from any goroutine.
type Desk interface {
	// Activity, Accesses and History are pages of the monitors, newest first.
	Activity(ctx context.Context, in wire.MonitorInput) (wire.List[wire.ActivityItem], error)
	Accesses(ctx context.Context, in wire.MonitorInput) (wire.List[wire.AccessItem], error)
	History(ctx context.Context, in wire.MonitorInput) (wire.List[wire.HistoryItem], error)
	// Export writes all rows of the monitor that the filter finds to the writer,
	// as a file, and gives the name that the server proposes for it.
	Export(ctx context.Context, kind Kind, in wire.MonitorExportInput, to io.Writer, received func(int64)) (name string, err error)
	// Departments are those of the body.
	Departments(ctx context.Context) ([]app.Department, error)
	// Names are the names of the workstations, departments, users, purposes and
	// groups that the person may see: as many as could be had.
	Names(ctx context.Context) map[app.ID]string
	// Session is who is signed in; false when nobody is.
	Session() (wire.Session, bool)
}

// Config is what a Flow stands on. Kind and Desk are needed, the rest has
// defaults.
type Config struct {
	Kind    Kind
	Desk    Desk
	Context context.Context  // ends with the session; nil: never
	Now     func() time.Time // nil: time.Now
	// After calls f once when the time has passed; nil: by the machine's clock.
	After func(d time.Duration, f func()) (stop func())
	// Go runs what takes time; nil: in a goroutine of its own.
	Go func(func())
	// Reference names the failed call in the server's log; nil: never known.
	Reference func(error) string
	// Away reports whether an error means that the server was not reached; nil:
	// never.
	Away func(error) bool
	// Lost is told every error that the state shows: the session may be no more.
	Lost func(error)
	// Page is how many rows a page has; 0: 100.
	Page int
}

// Filter narrows the monitor; what is empty does not. Days hold what was typed
// where it is no day, so that it can be refused.
type Filter struct {
	Words       string
	User        app.ID // only what this user did
	Username    string // what he is called, with User
	From, Until app.Day

	Station     app.ID // only at this workstation
	StationName string // what it is called, with Station
	Department  app.ID // that the user had then
	Event       app.EventKind
	Service     app.Service
	Type        app.VisuraType
	Outcome     app.Outcome
	Code        app.Code // why it was refused or failed
}

// asked is the filter as the server is asked by it.
func (x Filter) asked() wire.MonitorFilter {
	return wire.MonitorFilter{
		User: x.User, Department: x.Department, Workstation: x.Station, Kind: x.Event, Service: x.Service, Type: x.Type, Outcome: x.Outcome,
		Code: x.Code, From: x.From, To: x.Until,
	}
}

// State is all that the screen shows.
type State struct {
	list.State[Filter, Row, struct{}]
	Names map[app.ID]string // of what the rows speak of; must not be changed
	Named int               // counts how often Names have come

	Departments []app.Department // where the person reads about every one
}

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	*list.Flow[Filter, Row, struct{}]
	config Config

	mu    sync.Mutex
	names map[app.ID]string
	named int

	departments []app.Department
	refreshed   time.Time // when a signal was last followed
	awaited     bool      // one that came too early is about to be
}

// New returns a flow that has read nothing yet.
func New(c Config) *Flow {
	if c.Context == nil {
		c.Context = context.Background()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.After == nil {
		c.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	if c.Go == nil {
		c.Go = func(f func()) { go f() }
	}
	f := &Flow{config: c}
	f.Flow = list.New(list.Config[Filter, Row, struct{}]{
		Options: list.Options{Context: c.Context, Go: c.Go, Reference: c.Reference, Away: c.Away, Lost: c.Lost, Page: c.Page},
		Read:    f.read, ID: func(r Row) app.ID { return r.ID }, Check: check,
	})
	return f
}

// Kind is the monitor that the flow reads.
func (f *Flow) Kind() Kind { return f.config.Kind }

// Everywhere reports whether the person reads about every department, and not
// only about the own one.
func (f *Flow) Everywhere() bool {
	s, _ := f.config.Desk.Session()
	return s.Permissions[f.config.Kind.Permission()] == app.ReachAll.String()
}

// State is what there is to show now.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return State{f.Flow.State(), f.names, f.named, f.departments}
}

// check puts a filter into the form in which a monitor is searched.
func check(x Filter) (Filter, app.Errors) {
	x.Words = strings.Join(strings.Fields(x.Words), " ")
	if x.User == "" {
		x.Username = ""
	}
	if x.Station == "" {
		x.StationName = ""
	}
	return x, list.Period(x.From, x.Until)
}

func (f *Flow) read(ctx context.Context, x Filter, page wire.Page) (wire.List[Row], bool, error) {
	page.Search = x.Words
	return list.Fill(page, func(page wire.Page) (wire.List[Row], bool, error) {
		got, err := f.page(ctx, wire.MonitorInput{Page: page, MonitorFilter: x.asked()})
		return got, false, err
	})
}

// Export writes all that the filter in force finds, in the format and in the
// language of the names.
func (f *Flow) Export(ctx context.Context, format, language string, x Filter, to io.Writer, received func(int64)) (string, error) {
	return f.config.Desk.Export(ctx, f.config.Kind, wire.MonitorExportInput{Search: x.Words, MonitorFilter: x.asked(), Format: format, Language: language}, to, received)
}

// between is the least time between two refreshes that signals bring about;
// what comes meanwhile is seen at one that follows when it is over.
const between = 3 * time.Second

// Hear reads again, without a word, where something new was announced: at once,
// or a little later where the last time was just now. The server takes it for
// the same reading.
func (f *Flow) Hear() {
	if f.early() {
		return
	}
	f.catchUp()
}

// early reports whether the last refresh was just now, and then sees to it that
// one follows.
func (f *Flow) early() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.config.Now()
	wait := f.refreshed.Add(between).Sub(now)
	switch {
	case wait <= 0:
		f.refreshed = now
	case !f.awaited:
		f.awaited = true
		f.config.After(wait, func() {
			f.mu.Lock()
			f.awaited, f.refreshed = false, f.config.Now()
			f.mu.Unlock()
			f.catchUp()
		})
	}
	return wait > 0
}

// catchUp reads again, if there still is a session.
func (f *Flow) catchUp() {
	if _, ok := f.config.Desk.Session(); ok && f.config.Context.Err() == nil {
		f.Refresh()
	}
}

func (f *Flow) page(ctx context.Context, in wire.MonitorInput) (wire.List[Row], error) {
	switch f.config.Kind {
	case Accesses:
		page, err := f.config.Desk.Accesses(ctx, in)
		return rows(page, err, fromAccess)
	case History:
		page, err := f.config.Desk.History(ctx, in)
		return rows(page, err, FromHistory)
	}
	page, err := f.config.Desk.Activity(ctx, in)
	return rows(page, err, fromActivity)
}

// Open reads the monitor and the names of what it speaks of, keeping filter
// and selection.
func (f *Flow) Open() {
	if _, ok := f.config.Desk.Session(); !ok {
		return
	}
	f.config.Go(func() {
		names := f.config.Desk.Names(f.config.Context)
		var departments []app.Department
		if f.Everywhere() {
			// Without them there is nothing to choose; the rows are there.
			departments, _ = f.config.Desk.Departments(f.config.Context)
		}
		f.mu.Lock()
		f.departments = departments
		f.names = names
		f.named++
		f.mu.Unlock()
		f.Changed()
	})
	f.Reload()
}

// Today is the day that two-digit years of the filter are read against.
func (f *Flow) Today() time.Time {
	y, m, d := f.config.Now().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
