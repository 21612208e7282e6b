package approval

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
	// Approvals is a page of the queue.
	Approvals(ctx context.Context, in wire.ApprovalsInput) (wire.List[wire.ApprovalItem], error)
	// CountApprovals counts what waits, and what runs by silence within the hours.
	CountApprovals(ctx context.Context, within int) (wire.ApprovalCount, error)
	// Approval is one request with the person whom it is about; that it was
	// read is logged.
	Approval(ctx context.Context, id app.ID) (wire.ApprovalDetail, error)
	// DecideApprovals answers requests and tells what became of each.
	DecideApprovals(ctx context.Context, approve bool, ids []app.ID, reason string) ([]wire.DecidedItem, error)
	// Departments are the departments of the body.
	Departments(ctx context.Context) ([]app.Department, error)
}

// Config is what a Flow stands on. Desk is needed, the rest has defaults.
type Config struct {
	Desk    Desk
	Context context.Context  // ends with the session; nil: never
	Now     func() time.Time // nil: time.Now
	Go      func(func())     // runs what takes time; nil: in a goroutine of its own
	// Reference names the failed call in the server's log; nil: never known.
	Reference func(error) string
	// Away reports whether an error means that the server was not reached; nil:
	// never.
	Away func(error) bool
	// Counted is told how many requests wait; nil: nobody.
	Counted func(int)
	Page    int // rows of a page; 0: 100
}

// Filter narrows the queue; what is empty does not, but for the state.
type Filter struct {
	State      app.ApprovalState // "": waiting
	Soon       bool              // of what waits only what runs by silence within Within
	Words      string
	User       app.ID
	Username   string // what he is called, with User
	Department app.ID
	Type       app.VisuraType
	Rule       app.ApprovalKind
}

// Within is the time within which silence counts as near.
const Within = 24 * time.Hour

// State is all that the screen shows.
type State struct {
	Filter      Filter
	Rows        []wire.ApprovalItem
	More        bool // there are further pages
	Loading     bool // the first page is on its way; Rows are still the old ones
	Reading     bool // a further page is on its way
	Loaded      bool // an answer has come, be it empty
	Err         error
	Ref         string // with Err: names the failed call
	Away        bool   // with Err: the server was not reached
	Count       wire.ApprovalCount
	Counted     bool // Count is known
	Departments []app.Department

	Selected  app.ID // "" where none is
	Detail    *wire.ApprovalDetail
	DetailErr error

	Deciding bool // an answer is on its way
	Outcome  Outcome
}

// Outcome is what came of the last answer to more than one request, or to one
// that another had decided.
type Outcome struct {
	Approve bool
	Done    int // decided as was said
	Others  int // decided before, otherwise or withdrawn
	Failed  int // for another reason
}

// Row is the one that is selected; ok is false where none is.
func (s State) Row() (row wire.ApprovalItem, ok bool) {
	i := slices.IndexFunc(s.Rows, func(r wire.ApprovalItem) bool { return r.ID == s.Selected })
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
	look     int // counts the selections
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
	if c.Counted == nil {
		c.Counted = func(int) {}
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

// Now is what the flow's clock shows.
func (f *Flow) Now() time.Time { return f.config.Now() }

// Open reads the queue and the names of the departments, keeping filter and
// selection.
func (f *Flow) Open() {
	f.config.Go(func() {
		ds, err := f.config.Desk.Departments(f.config.Context)
		if err != nil {
			return // the filter by department is not offered
		}
		f.edit(func() { f.state.Departments = ds })
	})
	f.Reload()
}

// Search filters the queue.
func (f *Flow) Search(x Filter) {
	x.Words = strings.Join(strings.Fields(x.Words), " ")
	if x.User == "" {
		x.Username = ""
	}
	f.mu.Lock()
	f.state.Filter, f.state.Outcome = x, Outcome{}
	f.mu.Unlock()
	f.Reload()
}

func (f *Flow) query(cursor string) wire.ApprovalsInput {
	x := f.state.Filter
	in := wire.ApprovalsInput{
		Page: wire.Page{Search: x.Words, Limit: f.config.Page, Cursor: cursor}, State: x.State, User: x.User, Department: x.Department, Type: x.Type, Rule: x.Rule,
	}
	if x.Soon {
		in.DueBefore = f.config.Now().Add(Within)
	}
	return in
}

// Reload reads the first pages again, as many rows as are shown, and what
// waits. The rows stay until they are there.
func (f *Flow) Reload() {
	f.mu.Lock()
	f.list++
	list, q := f.list, f.query("")
	q.Limit = min(max(q.Limit, len(f.state.Rows)), 500)
	f.state.Loading, f.state.Reading, f.state.Err = true, false, nil
	f.mu.Unlock()
	f.changed()
	f.config.Go(func() {
		page, err := f.config.Desk.Approvals(f.config.Context, q)
		count, cerr := wire.ApprovalCount{}, err
		if err == nil {
			count, cerr = f.config.Desk.CountApprovals(f.config.Context, int(Within/time.Hour))
		}
		again := app.ID("")
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
		if f.state.Counted = cerr == nil; cerr == nil {
			f.state.Count = count
		}
		if row, ok := f.state.Row(); !ok {
			f.unselect()
		} else if f.state.Detail != nil && f.state.Detail.State != row.State {
			again = row.ID
		}
		f.mu.Unlock()
		if cerr == nil {
			f.config.Counted(count.Waiting)
		}
		f.changed()
		if again != "" {
			f.read(again)
		}
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
		page, err := f.config.Desk.Approvals(f.config.Context, q)
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

// unselect closes the detail. The lock is held.
func (f *Flow) unselect() {
	f.look++
	f.state.Selected, f.state.Detail, f.state.DetailErr = "", nil, nil
}

// Select looks at a row of the queue, without reading whom it is about; "" at
// none.
func (f *Flow) Select(id app.ID) {
	f.mu.Lock()
	if id == f.state.Selected {
		f.mu.Unlock()
		return
	}
	f.unselect()
	f.state.Selected = id
	f.mu.Unlock()
	f.changed()
}

// Read reads whom the selected request is about. The server writes down that
// it was read, so that this is a step of its own.
func (f *Flow) Read() {
	f.mu.Lock()
	id := f.state.Selected
	f.mu.Unlock()
	if id != "" {
		f.read(id)
	}
}

func (f *Flow) read(id app.ID) {
	f.mu.Lock()
	f.look++
	look := f.look
	f.mu.Unlock()
	f.config.Go(func() {
		d, err := f.config.Desk.Approval(f.config.Context, id)
		f.edit(func() {
			if look != f.look {
				return
			}
			if f.state.DetailErr = err; err == nil {
				f.state.Detail = &d
			}
		})
	})
}

// Decidable are those of the ids that wait still, as far as is known.
func (f *Flow) Decidable(ids []app.ID) []app.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []app.ID
	for _, r := range f.state.Rows {
		if r.State == app.ApprovalWaiting && slices.Contains(ids, r.ID) {
			out = append(out, r.ID)
		}
	}
	return out
}

// mostAtOnce is how many requests one call decides.
const mostAtOnce = 500

// Decide approves or refuses requests and reads the queue again. It reports
// false where an answer is on its way already or there is nothing to decide.
func (f *Flow) Decide(approve bool, ids []app.ID, reason string) bool {
	ids = f.Decidable(ids)
	f.mu.Lock()
	if f.state.Deciding || len(ids) == 0 {
		f.mu.Unlock()
		return false
	}
	f.state.Deciding, f.state.Outcome = true, Outcome{}
	f.mu.Unlock()
	f.changed()
	f.config.Go(func() {
		out := Outcome{Approve: approve}
		var failed error
		for part := range slices.Chunk(ids, mostAtOnce) {
			items, err := f.config.Desk.DecideApprovals(f.config.Context, approve, part, reason)
			if err != nil {
				failed = err
				break
			}
			for _, x := range items {
				switch x.Code {
				case "":
					out.Done++
				case app.CodeApprovalDecided, app.CodeNotFound:
					out.Others++
				default:
					out.Failed++
				}
			}
		}
		f.mu.Lock()
		f.state.Deciding, f.state.Outcome = false, out
		onFail := f.onFail
		f.mu.Unlock()
		f.changed()
		if failed != nil {
			onFail(failed)
		}
		f.Reload()
	})
	return true
}

// Left is how much of the time before silence is left of a request, from 1 to
// 0, and how long that is; ok is false where no silence ends it.
func Left(r wire.ApprovalItem, now time.Time) (share float64, left time.Duration, ok bool) {
	if r.Due == nil || r.State != app.ApprovalWaiting {
		return 0, 0, false
	}
	whole := r.Due.Sub(r.Asked)
	left = max(r.Due.Sub(now), 0)
	if whole <= 0 {
		return 0, left, true
	}
	return min(float64(left)/float64(whole), 1), left, true
}

func (f *Flow) edit(change func()) {
	f.mu.Lock()
	change()
	f.mu.Unlock()
	f.changed()
}

func (f *Flow) changed() {
	f.mu.Lock()
	onChange := f.onChange
	f.mu.Unlock()
	onChange()
}
