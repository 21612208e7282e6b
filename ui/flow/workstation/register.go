package workstation

import (
	"context"
	"io"
	"strconv"
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
	ChangeWorkstation(ctx context.Context, id app.ID, c wire.WorkstationChange) (wire.WorkstationDetail, error)
	ChangeWorkstations(ctx context.Context, c wire.WorkstationsChange) ([]wire.Outcome, error)
	WorkstationValues(ctx context.Context) (wire.WorkstationValues, error)
	ExportWorkstations(ctx context.Context, in wire.ExportWorkstationsInput, to io.Writer, received func(int64)) (name string, err error)
	Departments(ctx context.Context) ([]app.Department, error)
	Tokens(ctx context.Context, page wire.Page) (wire.List[wire.Token], error)
	IssueToken(ctx context.Context, ask TokenRequest) (wire.Token, string, error)
	WithdrawToken(ctx context.Context, id app.ID) (wire.Token, error)
}

// Filter says which workstations are listed; the zero Filter lists all.
type Filter struct {
	State      app.WorkstationState
	Department app.ID
	Office     string
	OS         string
	AppVersion string
	Expiring   string // days within which they expire, "" for all
	Unseen     string // days for which they have not been seen, "" for all
	Drift      string // "true" for those whose machine has changed
	Token      app.ID // those that came by an enrolment token
	TokenLabel string // what that token is called
	Search     string
}

// Query is the filter as it is asked.
func (f Filter) Query() wire.WorkstationQuery {
	days := func(text string) int {
		n, _ := strconv.Atoi(text) // the choices are ours
		return n
	}
	return wire.WorkstationQuery{
		State: f.State, Department: f.Department, Office: f.Office, OS: f.OS, AppVersion: f.AppVersion,
		Expiring: days(f.Expiring), Unseen: days(f.Unseen), Drift: f.Drift == "true", Token: f.Token,
	}
}

// The days that are offered for the filters.
var (
	ExpiringDays = []int{14, 30, 60, 90}
	UnseenDays   = []int{30, 60, 90, 180}
)

// View is what the register shows.
type View struct {
	list.State[Filter, app.Workstation, wire.WorkstationDetail]
	Names  map[app.ID]string      // of departments; must not be changed
	Values wire.WorkstationValues // by which the register can be filtered
}

// Register is the list with the detail beside it.
type Register struct {
	*list.Flow[Filter, app.Workstation, wire.WorkstationDetail]
	desk  Desk
	names names

	mu     sync.Mutex
	values wire.WorkstationValues
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
func (r *Register) View() View {
	r.mu.Lock()
	defer r.mu.Unlock()
	return View{r.State(), r.names.now(), r.values}
}

func (r *Register) read(ctx context.Context, f Filter, page wire.Page) (wire.List[app.Workstation], bool, error) {
	if page.Cursor == "" {
		r.names.load(ctx, r.desk)
		if values, err := r.desk.WorkstationValues(ctx); err == nil { // fewer choices are better than no list
			r.mu.Lock()
			r.values = values
			r.mu.Unlock()
		}
	}
	page.Search = f.Search
	rows, err := r.desk.Workstations(ctx, wire.WorkstationsInput{Page: page, WorkstationQuery: f.Query()})
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

// Change changes what the register says about a workstation.
func (r *Register) Change(ctx context.Context, id app.ID, c wire.WorkstationChange) error {
	return r.took(r.desk.ChangeWorkstation(ctx, id, c))
}

// Extend gives several workstations another last day, nil for none, and tells
// what came of each.
func (r *Register) Extend(ctx context.Context, ids []app.ID, expires *app.Day) ([]wire.Outcome, error) {
	return r.many(ctx, wire.WorkstationsChange{IDs: ids, Act: "extend", Expires: expires})
}

// SuspendAll suspends several workstations, and tells what came of each.
func (r *Register) SuspendAll(ctx context.Context, ids []app.ID, reason string) ([]wire.Outcome, error) {
	return r.many(ctx, wire.WorkstationsChange{IDs: ids, Act: "suspend", Reason: reason})
}

func (r *Register) many(ctx context.Context, c wire.WorkstationsChange) ([]wire.Outcome, error) {
	out, err := r.desk.ChangeWorkstations(ctx, c)
	r.Mark()
	r.Reload()
	return out, err
}

// Export gets the register as the filter shows it, as a table.
func (r *Register) Export(ctx context.Context, format, language string, to io.Writer, received func(int64)) (name string, err error) {
	f := r.State().Filter
	return r.desk.ExportWorkstations(ctx, wire.ExportWorkstationsInput{WorkstationQuery: f.Query(), Search: f.Search, Format: format, Language: language}, to, received)
}

// Expiring counts the authorised workstations that expire within so many days
// or have expired, up to 500.
func Expiring(ctx context.Context, desk Desk, days int) (int, error) {
	in := wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{Expiring: days}}
	in.Limit = 500
	list, err := desk.Workstations(ctx, in)
	return len(list.Items), err
}

// Waiting counts the workstations that wait for an approval, up to 500.
func Waiting(ctx context.Context, desk Desk) (int, error) {
	in := wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{State: app.WorkstationPending}}
	in.Limit = 500
	list, err := desk.Workstations(ctx, in)
	return len(list.Items), err
}
