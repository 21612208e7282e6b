package assignment

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what the page needs of the desktop.
type Desk interface {
	Users(ctx context.Context, in wire.UsersInput) (wire.List[app.User], error)
	Departments(ctx context.Context) ([]app.Department, error)
	Purposes(ctx context.Context) ([]app.Purpose, error)
	Mediators(ctx context.Context) ([]wire.Mediator, error)
	// Admins is every ADMIN with how many operators he has.
	Admins(ctx context.Context) ([]wire.AdminLoad, error)
	// Assignments is a page of the history of assignments, newest first.
	Assignments(ctx context.Context, in wire.AssignmentsInput) (wire.List[wire.Assignment], error)
	// PlanMoves tells what a move would do.
	PlanMoves(ctx context.Context, in wire.PlanMovesInput) (wire.MovePlan, error)
	// RunMoves moves the operators and tells how many there were.
	RunMoves(ctx context.Context, in wire.RunMovesInput) (int, error)
}

// Filter says which operators are listed; the zero Filter lists all.
type Filter struct {
	Admin  app.ID
	Role   app.Role
	Search string
}

// Names are what the departments and ADMINs are called.
type Names struct {
	Departments map[app.ID]string
	Admins      []wire.AdminLoad
}

// Admin is the full name of an ADMIN, "" where he is not known.
func (n Names) Admin(id app.ID) string {
	for _, a := range n.Admins {
		if a.ID == id {
			return FullName(a)
		}
	}
	return ""
}

// FullName is the ADMIN's name as it is written.
func FullName(a wire.AdminLoad) string { return app.User{Name: a.Name, Surname: a.Surname}.FullName() }

// ReadNames reads the names and the counts of operators.
func ReadNames(ctx context.Context, d Desk) (Names, error) {
	n := Names{Departments: map[app.ID]string{}}
	var err error
	if n.Admins, err = d.Admins(ctx); err != nil {
		return n, err
	}
	ds, err := d.Departments(ctx)
	for _, x := range ds {
		n.Departments[x.ID] = x.Name
	}
	return n, err
}

// Operators is the list of operators; its detail is an operator's history.
type Operators = list.Flow[Filter, app.User, []wire.Assignment]

// mostSpans is how many assignments of one operator are shown.
const mostSpans = 100

// NewOperators returns a list that has read nothing.
func NewOperators(d Desk, o list.Options) *Operators {
	return list.New(list.Config[Filter, app.User, []wire.Assignment]{
		Options: o, ID: func(u app.User) app.ID { return u.ID },
		Read: func(ctx context.Context, f Filter, page wire.Page) (wire.List[app.User], bool, error) {
			page.Search = f.Search
			us, err := d.Users(ctx, wire.UsersInput{Page: page, Assigned: true, Admin: f.Admin, Role: f.Role})
			return us, false, err
		},
		Look: func(ctx context.Context, id app.ID) ([]wire.Assignment, bool, error) {
			l, err := d.Assignments(ctx, wire.AssignmentsInput{Operator: id, Limit: mostSpans})
			return l.Items, false, err
		},
	})
}

// Span says which assignments of the history are listed.
type Span struct{ Admin app.ID }

// History is the list of assignments, newest first.
type History = list.Flow[Span, wire.Assignment, struct{}]

// NewHistory returns a list that has read nothing.
func NewHistory(d Desk, o list.Options) *History {
	return list.New(list.Config[Span, wire.Assignment, struct{}]{
		Options: o, ID: func(a wire.Assignment) app.ID { return app.ID(string(a.Operator) + a.Since.String()) },
		Read: func(ctx context.Context, s Span, page wire.Page) (wire.List[wire.Assignment], bool, error) {
			l, err := d.Assignments(ctx, wire.AssignmentsInput{Admin: s.Admin, Limit: page.Limit, Cursor: page.Cursor})
			return l, false, err
		},
	})
}
