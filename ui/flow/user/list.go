package user

import (
	"context"
	"strings"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what the directory needs of the desktop.
type Desk interface {
	Users(ctx context.Context, in wire.UsersInput) (wire.List[app.User], error)
	User(ctx context.Context, id app.ID) (app.User, error)
	CreateUser(ctx context.Context, u app.User) (app.User, wire.Secret, error)
	UpdateUser(ctx context.Context, u app.User, heirs Heirs) (app.User, error)
	EnableUser(ctx context.Context, id app.ID) (app.User, error)
	DisableUser(ctx context.Context, id app.ID, reason string, heirs Heirs) (app.User, error)
	ResetPassword(ctx context.Context, id app.ID) (wire.Secret, error)
	MoveOperator(ctx context.Context, id, admin app.ID) (app.User, error)
	Mediators(ctx context.Context) ([]wire.Mediator, error)
	Departments(ctx context.Context) ([]app.Department, error)
	Purposes(ctx context.Context) ([]app.Purpose, error)
	Consortia(ctx context.Context) ([]app.Consortium, error)
	Workstations(ctx context.Context, in wire.WorkstationsInput) (wire.List[app.Workstation], error)
}

// Heirs are those to whom the people go who depend on a user that is disabled
// or is no longer what they depend on.
type Heirs struct {
	Mediator app.ID // "" where nobody is to go to another Mediator
	Admin    app.ID // "" where nobody is to go to another ADMIN
}

// Filter says which users are listed; the zero Filter lists all.
type Filter struct {
	Role         app.Role
	State        app.AccountState
	Service      app.Service
	Department   app.ID
	Office       string
	Mediator     app.ID
	Admin        app.ID
	Way          app.WayKind
	Workstations app.WorkstationRule
	Search       string
}

// View is what the directory shows.
type View struct {
	list.State[Filter, app.User, app.User]
	Choices Choices // for the names of what users refer to
}

// List is the list with the detail beside it.
type List struct {
	*list.Flow[Filter, app.User, app.User]
	desk   Desk
	caller func() app.User

	mu      sync.Mutex
	choices Choices
}

// NewList returns a list that has loaded nothing. caller is who is signed in.
func NewList(desk Desk, caller func() app.User, o list.Options) *List {
	l := &List{desk: desk, caller: caller, choices: Choices{Caller: caller()}}
	l.Flow = list.New(list.Config[Filter, app.User, app.User]{
		Options: o, Read: l.read, ID: func(u app.User) app.ID { return u.ID },
		Look: func(ctx context.Context, id app.ID) (app.User, bool, error) {
			u, err := desk.User(ctx, id)
			return u, false, err
		},
		Check: func(f Filter) (Filter, app.Errors) {
			f.Search = strings.TrimSpace(f.Search)
			return f, nil
		},
	})
	return l
}

// View is what there is to show now.
func (l *List) View() View {
	l.mu.Lock()
	defer l.mu.Unlock()
	return View{l.State(), l.choices}
}

func (l *List) read(ctx context.Context, f Filter, page wire.Page) (wire.List[app.User], bool, error) {
	page.Search = f.Search
	users, err := l.desk.Users(ctx, wire.UsersInput{
		Page: page, Role: f.Role, State: f.State, Service: f.Service, Department: f.Department, Office: f.Office, Mediator: f.Mediator, Admin: f.Admin, Way: f.Way,
		Workstations: f.Workstations,
	})
	return users, false, err
}

// Choices loads what a profile can be made of, which also gives their names to
// what the list shows.
func (l *List) Choices(ctx context.Context) (Choices, error) {
	c, err := LoadChoices(ctx, l.desk, l.caller())
	if err == nil {
		l.mu.Lock()
		l.choices = c
		l.mu.Unlock()
		l.Changed()
	}
	return c, err
}

// took shows a user as an act has left him.
func (l *List) took(u app.User, err error) (app.User, error) {
	if err == nil {
		l.Put(u, u)
	}
	return u, err
}

// Save registers a new user, with the one-time secret, or changes one who is
// there, without. Those who depend on what he is no longer go to the heirs; it
// is refused with app.CodeDependants where an heir is missing.
func (l *List) Save(ctx context.Context, u app.User, heirs Heirs) (app.User, wire.Secret, error) {
	if u.ID != "" {
		u, err := l.took(l.desk.UpdateUser(ctx, u, heirs))
		return u, wire.Secret{}, err
	}
	u, secret, err := l.desk.CreateUser(ctx, u)
	if err == nil {
		l.PutFirst(u, u)
	}
	return u, secret, err
}

// Enable lets the account work again.
func (l *List) Enable(ctx context.Context, id app.ID) error {
	_, err := l.took(l.desk.EnableUser(ctx, id))
	return err
}

// Disable stops the account; those who depend on it go to the heirs. It is
// refused with app.CodeDependants where an heir is missing.
func (l *List) Disable(ctx context.Context, id app.ID, reason string, heirs Heirs) error {
	_, err := l.took(l.desk.DisableUser(ctx, id, reason, heirs))
	return err
}

// Reset brings the account back to its initial state and gives the one-time
// secret, which is shown once and kept nowhere.
func (l *List) Reset(ctx context.Context, id app.ID) (wire.Secret, error) {
	return l.desk.ResetPassword(ctx, id)
}

// Move gives an operator to another ADMIN, and so to his department.
func (l *List) Move(ctx context.Context, id, admin app.ID) error {
	_, err := l.took(l.desk.MoveOperator(ctx, id, admin))
	return err
}
