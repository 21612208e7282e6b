package approval

import (
	"context"
	"slices"
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
	// Purposes are the purposes of the body's departments.
	Purposes(ctx context.Context) ([]app.Purpose, error)
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
	// Lost is told every error that the state shows: the session may be no more.
	Lost func(error)
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
	Purpose    app.ID
	Rule       app.ApprovalKind
}

// AllStates is the state of a Filter that shows requests in every one.
const AllStates = wire.AllApprovals

// Within is the time within which silence counts as near.
const Within = 24 * time.Hour

// State is all that the screen shows. Its Detail is nil until the person is
// read.
type State struct {
	list.State[Filter, wire.ApprovalItem, *wire.ApprovalDetail]
	Count       wire.ApprovalCount
	Counted     bool // Count is known
	Departments []app.Department
	Purposes    []app.Purpose
	Deciding    bool // an answer is on its way
	Outcome     Outcome
}

// Outcome is what came of the last answer to more than one request, or to one
// that another had decided.
type Outcome struct {
	Approve bool
	Done    int // decided as was said
	Others  int // decided before, otherwise or withdrawn
	Failed  int // for another reason
}

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server. Whom a request is about is read by Read alone: the
// server writes down that it was.
type Flow struct {
	*list.Flow[Filter, wire.ApprovalItem, *wire.ApprovalDetail]
	config Config

	mu          sync.Mutex
	count       wire.ApprovalCount
	counted     bool
	departments []app.Department
	purposes    []app.Purpose
	deciding    bool
	outcome     Outcome
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
	if c.Counted == nil {
		c.Counted = func(int) {}
	}
	f := &Flow{config: c}
	f.Flow = list.New(list.Config[Filter, wire.ApprovalItem, *wire.ApprovalDetail]{
		Options: list.Options{Context: c.Context, Go: c.Go, Reference: c.Reference, Away: c.Away, Lost: c.Lost, Page: c.Page},
		Read:    f.read, ID: func(r wire.ApprovalItem) app.ID { return r.ID }, Look: f.look, OnDemand: true, Check: f.check,
		Stale: func(d *wire.ApprovalDetail, _ bool, row wire.ApprovalItem) bool {
			return d != nil && d.State != row.State
		},
		Markable: func(r wire.ApprovalItem) bool { return r.State == app.ApprovalWaiting },
	})
	return f
}

// State is what there is to show now. Its rows must not be changed.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return State{f.Flow.State(), f.count, f.counted, f.departments, f.purposes, f.deciding, f.outcome}
}

// Now is what the flow's clock shows.
func (f *Flow) Now() time.Time { return f.config.Now() }

// Open reads the queue and the names of the departments and purposes, keeping
// filter and selection.
func (f *Flow) Open() {
	f.config.Go(func() {
		ds, err := f.config.Desk.Departments(f.config.Context)
		if err != nil {
			return // the filter by department is not offered
		}
		f.edit(func() { f.departments = ds })
	})
	f.config.Go(func() {
		ps, err := f.config.Desk.Purposes(f.config.Context)
		if err != nil {
			return // nor that by purpose
		}
		f.edit(func() { f.purposes = ps })
	})
	f.Reload()
}

// check puts a filter into the form in which the queue is searched. What came
// of an earlier answer is told no longer.
func (f *Flow) check(x Filter) (Filter, app.Errors) {
	x.Words = strings.Join(strings.Fields(x.Words), " ")
	if x.User == "" {
		x.Username = ""
	}
	f.mu.Lock()
	f.outcome = Outcome{}
	f.mu.Unlock()
	return x, nil
}

// read reads a page and, with the first, how many requests wait.
func (f *Flow) read(ctx context.Context, x Filter, page wire.Page) (wire.List[wire.ApprovalItem], bool, error) {
	page.Search = x.Words
	in := wire.ApprovalsInput{Page: page, State: x.State, User: x.User, Department: x.Department, Type: x.Type, Purpose: x.Purpose, Rule: x.Rule}
	if x.Soon {
		in.DueBefore = f.config.Now().Add(Within)
	}
	rows, err := f.config.Desk.Approvals(ctx, in)
	if err != nil || page.Cursor != "" {
		return rows, false, err
	}
	count, cerr := f.config.Desk.CountApprovals(ctx, int(Within/time.Hour))
	f.mu.Lock()
	if f.counted = cerr == nil; f.counted {
		f.count = count
	}
	f.mu.Unlock()
	if cerr == nil {
		f.config.Counted(count.Waiting)
	}
	return rows, false, nil
}

func (f *Flow) look(ctx context.Context, id app.ID) (*wire.ApprovalDetail, bool, error) {
	d, err := f.config.Desk.Approval(ctx, id)
	return &d, false, err
}

// Decidable are those of the ids that wait still, as far as is known.
func (f *Flow) Decidable(ids []app.ID) []app.ID {
	var out []app.ID
	for _, r := range f.State().Rows {
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
	if f.deciding || len(ids) == 0 {
		f.mu.Unlock()
		return false
	}
	f.deciding, f.outcome = true, Outcome{}
	f.mu.Unlock()
	f.Changed()
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
		f.edit(func() { f.deciding, f.outcome = false, out })
		if failed != nil {
			f.Fail(failed)
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
	f.Changed()
}
