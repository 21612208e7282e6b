package workstation

import (
	"context"
	"strings"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
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

// Filter says which workstations are listed; the zero Filter lists all.
type Filter struct {
	State  app.WorkstationState
	Search string
}

// View is what the register shows.
type View struct {
	list.State[Filter, app.Workstation, wire.WorkstationDetail]
	Names map[app.ID]string // of departments; must not be changed
}

// Register is the list with the detail beside it.
type Register struct {
	*list.Flow[Filter, app.Workstation, wire.WorkstationDetail]
	desk  Desk
	names names
}

// NewRegister returns a register that has loaded nothing.
func NewRegister(desk Desk, o list.Options) *Register {
	r := &Register{desk: desk}
	r.Flow = list.New(list.Config[Filter, app.Workstation, wire.WorkstationDetail]{
		Options: o, Read: r.read, ID: func(w app.Workstation) app.ID { return w.ID },
		Look: func(ctx context.Context, id app.ID) (wire.WorkstationDetail, bool, error) {
			d, err := desk.Workstation(ctx, id)
			return d, false, err
		},
		Check: func(f Filter) (Filter, app.Errors) {
			f.Search = strings.TrimSpace(f.Search)
			return f, nil
		},
	})
	return r
}

// View is what there is to show now.
func (r *Register) View() View { return View{r.State(), r.names.now()} }

func (r *Register) read(ctx context.Context, f Filter, page wire.Page) (wire.List[app.Workstation], bool, error) {
	if page.Cursor == "" {
		r.names.load(ctx, r.desk)
	}
	page.Search = f.Search
	rows, err := r.desk.Workstations(ctx, wire.WorkstationsInput{Page: page, WorkstationQuery: wire.WorkstationQuery{State: f.State}})
	return rows, false, err
}

// names are the names of the departments.
type names struct {
	mu    sync.Mutex
	names map[app.ID]string
}

func (n *names) now() map[app.ID]string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.names
}

func (n *names) load(ctx context.Context, desk Desk) {
	departments, err := desk.Departments(ctx)
	if err != nil {
		return // a department without its name is better than no list
	}
	names := make(map[app.ID]string, len(departments))
	for _, d := range departments {
		names[d.ID] = d.Name
	}
	n.mu.Lock()
	n.names = names
	n.mu.Unlock()
}

// took shows a workstation as an act has left it.
func (r *Register) took(d wire.WorkstationDetail, err error) error {
	if err == nil {
		r.Put(d.Workstation, d)
	}
	return err
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
