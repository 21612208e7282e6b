package workstation

import (
	"context"
	"slices"
	"strings"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what the register needs of the desktop.
type Desk interface {
	Workstations(ctx context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error)
	Workstation(ctx context.Context, id app.ID) (wire.WorkstationDetail, error)
	ApproveWorkstation(ctx context.Context, id app.ID, a wire.Approval) (wire.WorkstationDetail, error)
	SuspendWorkstation(ctx context.Context, id app.ID, reason string) (wire.WorkstationDetail, error)
	RevokeWorkstation(ctx context.Context, id app.ID, reason string) (wire.WorkstationDetail, error)
	Departments(ctx context.Context) ([]app.Department, error)
	Tokens(ctx context.Context, page wire.Page) (wire.List[wire.Token], error)
	IssueToken(ctx context.Context, ask TokenRequest) (wire.Token, string, error)
}

// View is what the register shows.
type View struct {
	Rows     []app.Workstation
	More     bool // there are further rows: LoadMore
	Loading  bool // the first page is on its way
	Err      error
	Filtered bool // a filter or search is set
	Selected app.ID
	Detail   *wire.WorkstationDetail // of the selected row, once it is there
	Failed   error                   // why the detail is not
	Names    map[app.ID]string       // names of departments
}

// Register is the list with the detail beside it.
type Register struct {
	desk    Desk
	changed func()

	mu     sync.Mutex
	state  app.WorkstationState
	search string
	asked  int // number of the question
	looked int // number of the look at a detail
	next   string
	loaded bool
	view   View
}

const pageSize = 100

// NewRegister returns a register that has loaded nothing. changed is called,
// on any goroutine, whenever View gives something else.
func NewRegister(desk Desk, changed func()) *Register {
	return &Register{desk: desk, changed: changed, view: View{Names: map[app.ID]string{}}}
}

// View is what there is to show now.
func (r *Register) View() View {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := r.view
	v.Rows = slices.Clone(v.Rows)
	return v
}

func (r *Register) edit(f func()) {
	r.mu.Lock()
	f()
	r.mu.Unlock()
	r.changed()
}

// Filter changes what is listed; Load then loads it. It reports whether it is
// something else than before.
func (r *Register) Filter(state app.WorkstationState, search string) bool {
	search = strings.TrimSpace(search)
	r.mu.Lock()
	same := r.state == state && r.search == search
	r.mu.Unlock()
	if same {
		return false
	}
	r.edit(func() {
		r.state, r.search = state, search
		r.asked++
		r.view.Rows, r.view.More, r.view.Err, r.next, r.loaded = nil, false, nil, "", false
		r.view.Loading, r.view.Filtered = true, state != "" || search != ""
	})
	return true
}

// Load loads the first page, or the same rows again: what is shown stays until
// the answer is there.
func (r *Register) Load(ctx context.Context) {
	r.mu.Lock()
	r.asked++
	asked, in := r.asked, wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{State: r.state}}
	in.Search, in.Limit = r.search, min(max(pageSize, len(r.view.Rows)), 500)
	r.view.Loading = !r.loaded
	r.mu.Unlock()
	r.changed()
	r.departments(ctx)
	list, err := r.desk.Workstations(ctx, in)
	r.edit(func() {
		if asked != r.asked {
			return
		}
		r.view.Loading, r.view.Err = false, err
		if err == nil {
			r.view.Rows, r.next, r.view.More, r.loaded = list.Items, list.Next, list.Next != "", true
		}
	})
}

// LoadMore loads the page after those shown.
func (r *Register) LoadMore(ctx context.Context) {
	r.mu.Lock()
	asked, in := r.asked, wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{State: r.state}}
	in.Search, in.Limit, in.Cursor = r.search, pageSize, r.next
	more := r.view.More
	r.mu.Unlock()
	if !more {
		return
	}
	list, err := r.desk.Workstations(ctx, in)
	r.edit(func() {
		if asked != r.asked || in.Cursor != r.next {
			return
		}
		if r.view.Err = err; err == nil {
			r.view.Rows = append(r.view.Rows, list.Items...)
			r.next, r.view.More = list.Next, list.Next != ""
		}
	})
}

func (r *Register) departments(ctx context.Context) {
	list, err := r.desk.Departments(ctx)
	if err != nil {
		return // a department without its name is better than no list
	}
	names := make(map[app.ID]string, len(list))
	for _, d := range list {
		names[d.ID] = d.Name
	}
	r.edit(func() { r.view.Names = names })
}

// Select says whose detail is shown; "" for nobody's. Look then loads it.
func (r *Register) Select(id app.ID) {
	r.edit(func() {
		r.looked++
		r.view.Selected, r.view.Failed = id, nil
		if r.view.Detail != nil && r.view.Detail.ID != id {
			r.view.Detail = nil
		}
	})
}

// Look loads the detail of the selected workstation.
func (r *Register) Look(ctx context.Context) {
	r.mu.Lock()
	r.looked++
	looked, id := r.looked, r.view.Selected
	r.mu.Unlock()
	if id == "" {
		return
	}
	d, err := r.desk.Workstation(ctx, id)
	r.edit(func() {
		if looked != r.looked {
			return
		}
		if r.view.Failed = err; err == nil {
			r.view.Detail = &d
		}
	})
}

// took shows a workstation as an act has left it.
func (r *Register) took(d wire.WorkstationDetail, err error) error {
	if err != nil {
		return err
	}
	r.edit(func() {
		if r.view.Selected == d.ID {
			r.looked++
			r.view.Detail, r.view.Failed = &d, nil
		}
		for i := range r.view.Rows {
			if r.view.Rows[i].ID == d.ID {
				r.view.Rows[i] = d.Workstation
			}
		}
	})
	return nil
}

// Approve approves a workstation or a further key of it.
func (r *Register) Approve(ctx context.Context, id app.ID, a wire.Approval) error {
	return r.took(r.desk.ApproveWorkstation(ctx, id, a))
}

// Suspend suspends a workstation.
func (r *Register) Suspend(ctx context.Context, id app.ID, reason string) error {
	return r.took(r.desk.SuspendWorkstation(ctx, id, reason))
}

// Revoke revokes a workstation for ever.
func (r *Register) Revoke(ctx context.Context, id app.ID, reason string) error {
	return r.took(r.desk.RevokeWorkstation(ctx, id, reason))
}

// Waiting counts the workstations that wait for an approval, up to 500.
func Waiting(ctx context.Context, desk Desk) (int, error) {
	in := wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{State: app.WorkstationPending}}
	in.Limit = 500
	list, err := desk.Workstations(ctx, in)
	return len(list.Items), err
}
