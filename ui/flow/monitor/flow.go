package monitor

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what the flow needs of the desktop's side towards the server. Its
// methods may be called from any goroutine.
type Desk interface {
	// Activity, Accesses and History are pages of the monitors, newest first.
	Activity(ctx context.Context, in wire.MonitorInput) (wire.List[wire.ActivityItem], error)
	Accesses(ctx context.Context, in wire.MonitorInput) (wire.List[wire.AccessItem], error)
	History(ctx context.Context, in wire.MonitorInput) (wire.List[wire.HistoryItem], error)
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
	// Go runs what takes time; nil: in a goroutine of its own.
	Go func(func())
	// Reference names the failed call in the server's log; nil: never known.
	Reference func(error) string
	// Away reports whether an error means that the server was not reached; nil:
	// never.
	Away func(error) bool
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
}

// The names of the inputs, as refusals carry them.
const (
	FieldFrom  = "from"
	FieldUntil = "until"
)

// State is all that the screen shows.
type State struct {
	Filter  Filter
	Errors  app.Errors // refusals of the filter
	Rows    []Row
	More    bool // there are further pages
	Loading bool // the first page is on its way; Rows are still the old ones
	Reading bool // a further page is on its way
	Loaded  bool // an answer has come, be it empty
	Err     error
	Ref     string            // with Err: names the failed call
	Away    bool              // with Err: the server was not reached
	Names   map[app.ID]string // of what the rows speak of; must not be changed
	Named   int               // counts how often Names have come

	Selected app.ID // "" where none is
}

// Row is the one that is selected; ok is false where none is.
func (s State) Row() (row Row, ok bool) {
	i := slices.IndexFunc(s.Rows, func(r Row) bool { return r.ID == s.Selected })
	if s.Selected == "" || i < 0 {
		return row, false
	}
	return s.Rows[i], true
}

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	config Config

	mu       sync.Mutex
	onChange func()
	onFail   func(error)
	state    State
	next     string
	list     int // counts the searches: what comes of an earlier one is dropped
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
	if c.Reference == nil {
		c.Reference = func(error) string { return "" }
	}
	if c.Away == nil {
		c.Away = func(error) bool { return false }
	}
	if c.Page <= 0 {
		c.Page = 100
	}
	return &Flow{config: c, onChange: func() {}, onFail: func(error) {}}
}

// Kind is the monitor that the flow reads.
func (f *Flow) Kind() Kind { return f.config.Kind }

// Everywhere reports whether the person reads about every department, and not
// only about the own one.
func (f *Flow) Everywhere() bool {
	s, _ := f.config.Desk.Session()
	return s.Permissions[f.config.Kind.Permission()] == app.ReachAll.String()
}

// Watch names who is told that the state has changed, and of errors that have
// no place of their own in it. Both are called from any goroutine.
func (f *Flow) Watch(onChange func(), onFail func(error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange, f.onFail = onChange, onFail
}

// State is what there is to show now. Its rows must not be changed.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

// Search filters the monitor. A filter that cannot be searched by is refused:
// State has the refusals, and the rows stay. It reports whether it was taken.
func (f *Flow) Search(x Filter) bool {
	x.Words = strings.Join(strings.Fields(x.Words), " ")
	if x.User == "" {
		x.Username = ""
	}
	var es app.Errors
	for _, in := range []struct {
		field string
		day   app.Day
	}{{FieldFrom, x.From}, {FieldUntil, x.Until}} {
		if _, ok := in.day.Time(); in.day != "" && !ok {
			es = append(es, app.E(app.CodeDate).At(in.field))
		}
	}
	if len(es) == 0 && x.From != "" && x.Until != "" && x.From > x.Until {
		es = append(es, app.E(app.CodeProfilePeriod).At(FieldUntil))
	}
	f.mu.Lock()
	f.state.Errors = es
	if len(es) == 0 {
		f.state.Filter = x
	}
	f.mu.Unlock()
	if len(es) > 0 {
		f.changed()
		return false
	}
	f.Reload()
	return true
}

func (f *Flow) query(cursor string) wire.MonitorInput {
	x := f.state.Filter
	return wire.MonitorInput{
		Page: wire.Page{Search: x.Words, Limit: f.config.Page, Cursor: cursor}, User: x.User, From: x.From, To: x.Until,
	}
}

func (f *Flow) page(in wire.MonitorInput) (wire.List[Row], error) {
	switch f.config.Kind {
	case Accesses:
		page, err := f.config.Desk.Accesses(f.config.Context, in)
		return rows(page, err, fromAccess)
	case History:
		page, err := f.config.Desk.History(f.config.Context, in)
		return rows(page, err, fromHistory)
	}
	page, err := f.config.Desk.Activity(f.config.Context, in)
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
		f.mu.Lock()
		f.state.Names = names
		f.state.Named++
		f.mu.Unlock()
		f.changed()
	})
	f.Reload()
}

// Reload reads the first page again. The rows stay until it is there.
func (f *Flow) Reload() {
	f.mu.Lock()
	f.list++
	list, q := f.list, f.query("")
	f.state.Loading, f.state.Reading, f.state.Err, f.state.Errors = true, false, nil, nil
	f.mu.Unlock()
	f.changed()
	f.config.Go(func() {
		page, err := f.page(q)
		f.mu.Lock()
		if list != f.list {
			f.mu.Unlock()
			return
		}
		f.state.Loading, f.state.Loaded = false, true
		if err != nil {
			f.state.Err, f.state.Ref, f.state.Away = err, f.config.Reference(err), f.config.Away(err)
			f.state.Rows, f.next, f.state.More = nil, "", false
		} else {
			f.state.Rows, f.next, f.state.More = page.Items, page.Next, page.Next != ""
		}
		if _, ok := f.state.Row(); !ok {
			f.state.Selected = ""
		}
		f.mu.Unlock()
		f.changed()
	})
}

// More reads the next page, if there is one and it is not on its way already.
func (f *Flow) More() {
	f.mu.Lock()
	if !f.state.More || f.state.Reading || f.state.Loading {
		f.mu.Unlock()
		return
	}
	f.state.Reading = true
	list, q := f.list, f.query(f.next)
	f.mu.Unlock()
	f.config.Go(func() {
		page, err := f.page(q)
		f.mu.Lock()
		if list != f.list {
			f.mu.Unlock()
			return
		}
		f.state.Reading = false
		onFail := f.onFail
		if err == nil {
			f.state.Rows = append(slices.Clip(f.state.Rows), page.Items...)
			f.next, f.state.More = page.Next, page.Next != ""
		} else {
			f.state.More = false // what is there stays; F5 reads again
		}
		f.mu.Unlock()
		f.changed()
		if err != nil {
			onFail(err)
		}
	})
}

// Select looks at a row of the list; "" closes the detail.
func (f *Flow) Select(id app.ID) {
	f.mu.Lock()
	same := id == f.state.Selected
	f.state.Selected = id
	f.mu.Unlock()
	if !same {
		f.changed()
	}
}

func (f *Flow) changed() {
	f.mu.Lock()
	onChange := f.onChange
	f.mu.Unlock()
	onChange()
}

// Today is the day that two-digit years of the filter are read against.
func (f *Flow) Today() time.Time {
	y, m, d := f.config.Now().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
