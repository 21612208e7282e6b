package list

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
)

// Options are what every list stands on; all have defaults.
type Options struct {
	Context context.Context // ends with the session; nil: never
	// Go runs what takes time; nil: in a goroutine of its own.
	Go func(func())
	// Reference names the failed call in the server's log; nil: never known.
	Reference func(error) string
	// Away reports whether an error means that the server was not reached; nil:
	// never.
	Away func(error) bool
	// Lost is told every error that the state shows, from any goroutine: the
	// session may be no more.
	Lost func(error)
	// Page is how many rows a page has; 0: 100.
	Page int
}

// Config is what a Flow is made of. Read and ID are needed.
type Config[Q comparable, R, D any] struct {
	Options
	// Read reads a page of the list; its cursor is "" for the first. cached is
	// true where the server was away and the copy of this machine was read.
	Read func(ctx context.Context, filter Q, page wire.Page) (rows wire.List[R], cached bool, err error)
	ID   func(R) app.ID
	// Look reads the detail of a row; nil where the row is all there is.
	Look func(ctx context.Context, id app.ID) (detail D, cached bool, err error)
	// OnDemand leaves the detail of a row unread until Read: that it was read may
	// be written down.
	OnDemand bool
	// Stale reports whether a detail may have changed when the list has been
	// read again, by what the row now says; nil: always.
	Stale func(detail D, cached bool, row R) bool
	// Markable reports whether a row may be marked; nil: any.
	Markable func(R) bool
	// Check puts a filter into the form in which it is asked, or refuses it;
	// nil takes any.
	Check func(Q) (Q, app.Errors)
	// Ready reports whether there is anybody to read for; nil: always.
	Ready func() bool
}

// The rows of a page, and the most that the contract allows.
const (
	pageSize = 100
	mostRows = 500
)

// Flow is the presenter. Its methods may be called from any goroutine. Those
// with a context wait for the server, the others never do.
type Flow[Q comparable, R, D any] struct {
	config Config[Q, R, D]

	mu       sync.Mutex
	onChange func()
	onFail   func(error)
	state    State[Q, R, D]
	next     string
	answered Q    // the filter that the rows are the answer to
	pinned   bool // what is selected came from elsewhere, and need not be listed
	asked    int  // counts the questions for a first page: what comes of an earlier one is dropped
	looked   int  // counts the questions for a detail
}

// New returns a flow that has read nothing yet.
func New[Q comparable, R, D any](c Config[Q, R, D]) *Flow[Q, R, D] {
	if c.Context == nil {
		c.Context = context.Background()
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
	if c.Lost == nil {
		c.Lost = func(error) {}
	}
	if c.Page <= 0 {
		c.Page = pageSize
	}
	if c.Check == nil {
		c.Check = func(q Q) (Q, app.Errors) { return q, nil }
	}
	if c.Markable == nil {
		c.Markable = func(R) bool { return true }
	}
	if c.Ready == nil {
		c.Ready = func() bool { return true }
	}
	return &Flow[Q, R, D]{config: c, onChange: func() {}, onFail: func(error) {}, state: State[Q, R, D]{id: c.ID}}
}

// Watch names who is told that the state has changed, and of failures of what
// goes on beside it: a further page, a document. Both are called from any
// goroutine.
func (f *Flow[Q, R, D]) Watch(onChange func(), onFail func(error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange, f.onFail = onChange, onFail
}

// State is what there is to show now.
func (f *Flow[Q, R, D]) State() State[Q, R, D] {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

// ID names a row.
func (f *Flow[Q, R, D]) ID(r R) app.ID { return f.config.ID(r) }

// Changed tells the watcher, for what a page shows beside the list.
func (f *Flow[Q, R, D]) Changed() {
	f.mu.Lock()
	onChange := f.onChange
	f.mu.Unlock()
	onChange()
}

// Fail tells the watcher an error that has no place in the state.
func (f *Flow[Q, R, D]) Fail(err error) {
	f.mu.Lock()
	onFail := f.onFail
	f.mu.Unlock()
	onFail(err)
}

// Forget leaves nothing of what was read, as for another user.
func (f *Flow[Q, R, D]) Forget() {
	f.mu.Lock()
	f.state, f.next, f.pinned = State[Q, R, D]{id: f.config.ID}, "", false
	f.asked++
	f.looked++
	f.mu.Unlock()
	f.Changed()
}

// Open reads the list anew, keeping filter and selection, if there is anybody
// to read for.
func (f *Flow[Q, R, D]) Open() {
	if f.config.Ready() {
		f.Reload()
	}
}

// Search lists by a filter. One that is refused changes nothing but Errors. It
// reports whether the filter was taken.
func (f *Flow[Q, R, D]) Search(q Q) bool {
	q, es := f.config.Check(q)
	f.mu.Lock()
	f.state.Errors = es
	if len(es) == 0 {
		f.state.Filter = q
	}
	f.mu.Unlock()
	if len(es) > 0 {
		f.Changed()
		return false
	}
	f.Reload()
	return true
}

// question is one for a first page.
type question[Q any] struct {
	number int
	filter Q
	limit  int
}

func (f *Flow[Q, R, D]) ask(quiet bool) question[Q] {
	f.mu.Lock()
	f.asked++
	s := &f.state
	q := question[Q]{number: f.asked, filter: s.Filter, limit: f.config.Page}
	if s.Loaded && s.Filter == f.answered {
		// As many as there were, so that nothing goes out of view.
		q.limit = min(max(q.limit, len(s.Rows)), mostRows)
	}
	if !quiet || !s.Loaded {
		s.Loading, s.Err, s.Errors = true, nil, nil
	}
	s.Reading, s.Rest = false, nil
	s.More = s.More || f.next != ""
	f.mu.Unlock()
	f.Changed()
	return q
}

// Reload reads the first page again. The rows stay until it is there, and stay
// if it cannot be had.
func (f *Flow[Q, R, D]) Reload() { f.reload(false) }

// Refresh is Reload without a word that it goes on, for one that nobody asked
// for.
func (f *Flow[Q, R, D]) Refresh() { f.reload(true) }

func (f *Flow[Q, R, D]) reload(quiet bool) {
	q := f.ask(quiet)
	f.config.Go(func() { f.answer(f.config.Context, q) })
}

// Load is Reload that waits for the answer.
func (f *Flow[Q, R, D]) Load(ctx context.Context) { f.answer(ctx, f.ask(false)) }

func (f *Flow[Q, R, D]) answer(ctx context.Context, q question[Q]) {
	page, cached, err := f.config.Read(ctx, q.filter, wire.Page{Limit: q.limit})
	f.mu.Lock()
	if q.number != f.asked {
		f.mu.Unlock()
		return
	}
	s := &f.state
	same := s.Loaded && q.filter == f.answered
	s.Loading, s.Loaded, s.Err, s.Ref, s.Away = false, true, err, "", false
	if err != nil {
		s.Ref, s.Away = f.config.Reference(err), f.config.Away(err)
		if !same {
			s.Rows, f.next, s.More, s.Total, s.Cached = nil, "", false, 0, false
		}
	} else {
		s.Rows, f.next = f.joined(page, same)
		s.Cached = cached
		s.More, s.Total = f.next != "", page.Total
	}
	f.answered = q.filter
	f.settle()
	id, looked, again := s.Selected, f.looked, f.stale()
	f.mu.Unlock()
	f.Changed()
	if err != nil {
		f.config.Lost(err)
	}
	if again {
		f.look(ctx, id, looked)
	}
}

// stale reports whether the detail is to be read again. The lock is held.
func (f *Flow[Q, R, D]) stale() bool {
	s := &f.state
	if s.Selected == "" || f.config.Look == nil {
		return false
	}
	row, _ := s.Row()
	return s.DetailErr != nil || s.DetailReady && (f.config.Stale == nil || f.config.Stale(s.Detail, s.DetailCached, row))
}

// joined is a first page with the rows beyond it that were read before, where
// the page ends among them: who has scrolled far stays where he is. The lock is
// held.
func (f *Flow[Q, R, D]) joined(page wire.List[R], same bool) (rows []R, next string) {
	old, n := f.state.Rows, len(page.Items)
	if !same || page.Next == "" || n == 0 || len(old) <= n {
		return slices.Clip(page.Items), page.Next // what is appended must not reach into the reader's own
	}
	last := f.config.ID(page.Items[n-1])
	i := slices.IndexFunc(old, func(r R) bool { return f.config.ID(r) == last })
	if i < 0 {
		return slices.Clip(page.Items), page.Next
	}
	return slices.Concat(page.Items, old[i+1:]), f.next
}

// settle lets go of what is selected or marked and no longer listed. The lock
// is held.
func (f *Flow[Q, R, D]) settle() {
	s := &f.state
	listed := s.At(s.Selected) >= 0
	if s.Selected != "" && !listed && !f.pinned {
		f.unselect()
	}
	if listed {
		f.pinned = false
	}
	if len(s.Marked) > 0 {
		kept := map[app.ID]bool{}
		for _, r := range s.Rows {
			if id := f.config.ID(r); s.Marked[id] && f.config.Markable(r) {
				kept[id] = true
			}
		}
		s.Marked = kept
	}
}

// unselect closes the detail. The lock is held.
func (f *Flow[Q, R, D]) unselect() {
	f.looked++
	f.pinned = false
	var none D
	s := &f.state
	s.Selected, s.Detail, s.DetailReady, s.DetailCached, s.DetailErr, s.DetailLoading = "", none, false, false, nil, false
}

// Select looks at a row; "" closes the detail. A row that is not listed stays
// selected until it has been.
func (f *Flow[Q, R, D]) Select(id app.ID) {
	f.mu.Lock()
	s := &f.state
	if id == s.Selected && s.DetailErr == nil {
		f.mu.Unlock()
		return
	}
	f.unselect()
	s.Selected = id
	f.pinned = s.At(id) < 0
	read := id != "" && f.config.Look != nil && !f.config.OnDemand
	s.DetailLoading = read
	looked := f.looked
	f.mu.Unlock()
	f.Changed()
	if read {
		f.config.Go(func() { f.look(f.config.Context, id, looked) })
	}
}

// Read reads the detail of what is selected, again if need be.
func (f *Flow[Q, R, D]) Read() {
	f.mu.Lock()
	id := f.state.Selected
	if f.config.Look == nil || id == "" {
		f.mu.Unlock()
		return
	}
	f.looked++
	looked := f.looked
	f.state.DetailLoading = true
	f.mu.Unlock()
	f.Changed()
	f.config.Go(func() { f.look(f.config.Context, id, looked) })
}

// Look reads the detail of what is selected again, and waits for it.
func (f *Flow[Q, R, D]) Look(ctx context.Context) {
	f.mu.Lock()
	id, looked := f.state.Selected, f.looked
	f.mu.Unlock()
	if id != "" && f.config.Look != nil {
		f.look(ctx, id, looked)
	}
}

// look reads a detail, unless another is selected meanwhile.
func (f *Flow[Q, R, D]) look(ctx context.Context, id app.ID, looked int) {
	detail, cached, err := f.config.Look(ctx, id)
	f.mu.Lock()
	if looked != f.looked {
		f.mu.Unlock()
		return
	}
	s := &f.state
	s.DetailLoading, s.DetailErr, s.DetailRef, s.DetailAway = false, err, "", false
	if err != nil {
		s.DetailRef, s.DetailAway = f.config.Reference(err), f.config.Away(err)
		s.DetailReady = false
		s.DetailNumber++
	} else {
		f.take(detail)
		s.DetailCached = cached
	}
	f.mu.Unlock()
	f.Changed()
	if err != nil {
		f.config.Lost(err)
	}
}

// take shows a detail. One that says the same as before is not another one, so
// that a page need not be built anew. The lock is held.
func (f *Flow[Q, R, D]) take(detail D) {
	s := &f.state
	if !s.DetailReady || !reflect.DeepEqual(s.Detail, detail) {
		s.Detail = detail
		s.DetailNumber++
	}
	s.DetailReady, s.DetailErr, s.DetailLoading = true, nil, false
}
