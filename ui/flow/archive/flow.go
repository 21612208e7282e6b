package archive

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/sync/wire"
)

// Desk is what the flow needs of the desktop's side towards the server. Its
// methods may be called from any goroutine.
type Desk interface {
	// Archive is a page of the user's archive, newest first; fromCache is true
	// where the server was away and the copy of this machine was read.
	Archive(ctx context.Context, q wire.ArchiveQuery) (page wire.List[wire.VisuraSummary], fromCache bool, err error)
	// Visura is one of the user's visure with its card.
	Visura(ctx context.Context, id app.ID) (v wire.Visura, fromCache bool, err error)
	// Document is the visura as a PDF with labels in the language, and the
	// file's name.
	Document(ctx context.Context, id app.ID, lang string) (content []byte, name string, err error)
	// Session is who is signed in; false when nobody is.
	Session() (wire.Session, bool)
}

// Config is what a Flow stands on. Desk is needed, the rest has defaults.
type Config struct {
	Desk Desk
	Now  func() time.Time // nil: time.Now
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

// Filter narrows the archive; what is empty does not. Days hold what was typed
// where it is no day, so that it can be refused.
type Filter struct {
	FiscalCode  string
	File        string
	Type        app.VisuraType
	Outcome     app.Outcome
	Purpose     app.ID
	From, Until app.Day
}

// The names of the inputs, as refusals carry them.
const (
	FieldFiscalCode = "fiscal_code"
	FieldFrom       = "from"
	FieldUntil      = "until"
)

// State is all that the screen shows.
type State struct {
	Filter  Filter
	Errors  app.Errors // refusals of the filter
	Rows    []wire.VisuraSummary
	More    bool // there are further pages
	Loading bool // the first page is on its way; Rows are still the old ones
	Reading bool // a further page is on its way
	Loaded  bool // an answer has come, be it empty
	Cached  bool // the rows are those of the copy on this machine
	Err     error
	Ref     string // with Err: names the failed call
	Away    bool   // with Err: the server was not reached

	Selected      app.ID // "" where none is
	Detail        wire.Visura
	DetailReady   bool // Detail is that of Selected
	DetailCached  bool
	DetailErr     error
	DetailRef     string // with DetailErr
	DetailAway    bool   // with DetailErr: the server was not reached, and this machine has no copy
	DetailLoading bool
}

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	config Config

	mu       sync.Mutex
	onChange func()
	onFail   func(error)
	user     app.ID
	state    State
	next     string
	list     int // counts the searches: what comes of an earlier one is dropped
	detail   int // counts the selections
}

// New returns a flow that has read nothing yet.
func New(c Config) *Flow {
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

// Purposes are those that the user may state.
func (f *Flow) Purposes() []app.Purpose {
	s, _ := f.config.Desk.Session()
	return s.Purposes
}

// Open reads the archive anew, keeping filter and selection. Of another user
// nothing is left.
func (f *Flow) Open() {
	s, ok := f.config.Desk.Session()
	if !ok {
		return
	}
	f.mu.Lock()
	if s.User.ID != f.user {
		f.user = s.User.ID
		f.state, f.next = State{}, ""
		f.list++
		f.detail++
	}
	f.mu.Unlock()
	f.Reload()
}

// Search filters the archive. A filter that cannot be searched by is refused:
// State has the refusals, and the rows stay. It reports whether it was taken.
func (f *Flow) Search(x Filter) bool {
	x.FiscalCode, x.File = codicefiscale.Normalize(x.FiscalCode), strings.TrimSpace(x.File)
	var es app.Errors
	if x.FiscalCode != "" && codicefiscale.Check(x.FiscalCode) != nil {
		es = append(es, app.E(app.CodeFiscalCode).At(FieldFiscalCode))
	}
	for field, day := range map[string]app.Day{FieldFrom: x.From, FieldUntil: x.Until} {
		if _, ok := day.Time(); day != "" && !ok {
			es = append(es, app.E(app.CodeDate).At(field))
		}
	}
	if len(es) == 0 && x.From != "" && x.Until != "" && x.From > x.Until {
		es = append(es, app.E(app.CodeProfilePeriod).At(FieldUntil))
	}
	slices.SortFunc(es, func(a, b *app.Error) int { return strings.Compare(a.Field, b.Field) })
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

func (f *Flow) query(cursor string) wire.ArchiveQuery {
	x := f.state.Filter
	return wire.ArchiveQuery{
		FiscalCode: x.FiscalCode, File: x.File, Type: x.Type, Outcome: x.Outcome, Purpose: x.Purpose,
		From: x.From, Until: x.Until, Limit: f.config.Page, Cursor: cursor,
	}
}

// Reload reads the first page again. The rows stay until it is there.
func (f *Flow) Reload() {
	f.mu.Lock()
	f.list++
	list, q := f.list, f.query("")
	f.state.Loading, f.state.Reading, f.state.Err, f.state.Errors = true, false, nil, nil
	again := app.ID("")
	if f.state.DetailErr != nil || f.state.DetailReady && (f.state.DetailCached || f.state.Detail.State == app.VisuraRunning) {
		again = f.state.Selected // it may have changed
	}
	detail := f.detail
	f.mu.Unlock()
	f.changed()
	if again != "" {
		f.read(again, detail)
	}
	f.config.Go(func() {
		page, cached, err := f.config.Desk.Archive(context.Background(), q)
		f.mu.Lock()
		if list != f.list {
			f.mu.Unlock()
			return
		}
		f.state.Loading, f.state.Loaded = false, true
		if err != nil {
			f.state.Err, f.state.Ref, f.state.Away = err, f.config.Reference(err), f.config.Away(err)
			f.state.Rows, f.next, f.state.More, f.state.Cached = nil, "", false, false
		} else {
			f.state.Rows, f.next, f.state.More, f.state.Cached = page.Items, page.Next, page.Next != "", cached
		}
		gone := f.state.Selected != "" && !slices.ContainsFunc(f.state.Rows, func(r wire.VisuraSummary) bool { return r.ID == f.state.Selected })
		if gone {
			f.clearDetail()
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
		page, cached, err := f.config.Desk.Archive(context.Background(), q)
		f.mu.Lock()
		if list != f.list {
			f.mu.Unlock()
			return
		}
		f.state.Reading = false
		onFail := f.onFail
		if err != nil {
			// What is there stays; F5 reads again.
			f.state.More = false
		} else {
			f.state.Rows = append(slices.Clip(f.state.Rows), page.Items...)
			f.next, f.state.More = page.Next, page.Next != ""
			f.state.Cached = f.state.Cached || cached
		}
		f.mu.Unlock()
		f.changed()
		if err != nil {
			onFail(err)
		}
	})
}

// clearDetail closes the detail. The lock is held.
func (f *Flow) clearDetail() {
	f.detail++
	f.state.Selected, f.state.Detail, f.state.DetailReady, f.state.DetailErr, f.state.DetailLoading = "", wire.Visura{}, false, nil, false
}

// Select reads a visura of the list; "" closes the detail.
func (f *Flow) Select(id app.ID) {
	f.mu.Lock()
	if id == f.state.Selected && f.state.DetailErr == nil {
		f.mu.Unlock()
		return
	}
	f.clearDetail()
	f.state.Selected = id
	f.state.DetailLoading = id != ""
	detail := f.detail
	f.mu.Unlock()
	f.changed()
	if id != "" {
		f.read(id, detail)
	}
}

// read fetches a visura for the detail, unless another is selected meanwhile.
func (f *Flow) read(id app.ID, detail int) {
	f.config.Go(func() {
		v, cached, err := f.config.Desk.Visura(context.Background(), id)
		f.mu.Lock()
		if detail != f.detail {
			f.mu.Unlock()
			return
		}
		f.state.DetailLoading = false
		f.state.Detail, f.state.DetailReady, f.state.DetailCached, f.state.DetailErr = v, err == nil, cached, err
		f.state.DetailRef, f.state.DetailAway = "", false
		if err != nil {
			f.state.DetailRef, f.state.DetailAway = f.config.Reference(err), f.config.Away(err)
		}
		f.mu.Unlock()
		f.changed()
	})
}

// Document fetches the visura that is looked at as a PDF and hands it to then,
// from any goroutine; an error goes to whom Watch named, and then is called
// with none.
func (f *Flow) Document(lang string, then func(name string, content []byte)) {
	f.mu.Lock()
	id, onFail := f.state.Selected, f.onFail
	f.mu.Unlock()
	if id == "" {
		then("", nil)
		return
	}
	f.config.Go(func() {
		content, name, err := f.config.Desk.Document(context.Background(), id, lang)
		if err != nil {
			then("", nil)
			onFail(err)
			return
		}
		then(name, content)
	})
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
