package user

import (
	"context"
	"slices"
	"strings"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what the directory needs of the desktop.
type Desk interface {
	Users(ctx context.Context, in wire.UsersInput) (wire.List[app.User], error)
	User(ctx context.Context, id app.ID) (app.User, error)
	CreateUser(ctx context.Context, u app.User) (app.User, wire.Secret, error)
	UpdateUser(ctx context.Context, u app.User) (app.User, error)
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

// Heirs are those to whom the people go who depend on a user that is disabled.
type Heirs struct {
	Mediator app.ID // "" where nobody is to go to another Mediator
	Admin    app.ID // "" where nobody is to go to another ADMIN
}

// Filter says which users are listed; the zero Filter lists all.
type Filter struct {
	Role       app.Role
	Enabled    string // "true", "false" or "" for both
	Department app.ID
	Search     string
}

// View is what the directory shows.
type View struct {
	Rows     []app.User
	More     bool // there are further rows: LoadMore
	Loading  bool // the first page is on its way
	Err      error
	Filtered bool
	Selected app.ID
	User     *app.User // the selected one, once he is there
	Failed   error     // why he is not
	Choices  Choices   // for the names of what users refer to
}

// List is the list with the detail beside it.
type List struct {
	desk    Desk
	caller  func() app.User
	changed func()

	mu     sync.Mutex
	filter Filter
	asked  int // number of the question
	looked int // number of the look at a user
	next   string
	loaded bool
	view   View
}

const pageSize = 100

// NewList returns a list that has loaded nothing. caller is who is signed in;
// changed is called, on any goroutine, whenever View gives something else.
func NewList(desk Desk, caller func() app.User, changed func()) *List {
	return &List{desk: desk, caller: caller, changed: changed, view: View{Choices: Choices{Caller: caller()}}}
}

// View is what there is to show now.
func (l *List) View() View {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.view
	v.Rows = slices.Clone(v.Rows)
	return v
}

func (l *List) edit(f func()) {
	l.mu.Lock()
	f()
	l.mu.Unlock()
	l.changed()
}

// Filter changes what is listed; Load then loads it. It reports whether it is
// something else than before.
func (l *List) Filter(f Filter) bool {
	f.Search = strings.TrimSpace(f.Search)
	l.mu.Lock()
	same := l.filter == f
	l.mu.Unlock()
	if same {
		return false
	}
	l.edit(func() {
		l.filter = f
		l.asked++
		l.view.Rows, l.view.More, l.view.Err, l.next, l.loaded = nil, false, nil, "", false
		l.view.Loading, l.view.Filtered = true, f != Filter{}
	})
	return true
}

func (l *List) input(limit int) wire.UsersInput {
	in := wire.UsersInput{Role: l.filter.Role, Department: l.filter.Department, Enabled: l.filter.Enabled}
	in.Search, in.Limit = l.filter.Search, limit
	return in
}

// Load loads the first page, or the same rows again: what is shown stays until
// the answer is there.
func (l *List) Load(ctx context.Context) {
	l.mu.Lock()
	l.asked++
	asked, in := l.asked, l.input(min(max(pageSize, len(l.view.Rows)), 500))
	l.view.Loading = !l.loaded
	l.mu.Unlock()
	l.changed()
	list, err := l.desk.Users(ctx, in)
	l.edit(func() {
		if asked != l.asked {
			return
		}
		l.view.Loading, l.view.Err = false, err
		if err == nil {
			l.view.Rows, l.next, l.view.More, l.loaded = list.Items, list.Next, list.Next != "", true
		}
	})
}

// LoadMore loads the page after those shown.
func (l *List) LoadMore(ctx context.Context) {
	l.mu.Lock()
	asked, in := l.asked, l.input(pageSize)
	in.Cursor = l.next
	more := l.view.More
	l.mu.Unlock()
	if !more {
		return
	}
	list, err := l.desk.Users(ctx, in)
	l.edit(func() {
		if asked != l.asked || in.Cursor != l.next {
			return
		}
		if l.view.Err = err; err == nil {
			l.view.Rows = append(l.view.Rows, list.Items...)
			l.next, l.view.More = list.Next, list.Next != ""
		}
	})
}

// Choices loads what a profile can be made of, which also gives their names to
// what the list shows.
func (l *List) Choices(ctx context.Context) (Choices, error) {
	c, err := LoadChoices(ctx, l.desk, l.caller())
	if err == nil {
		l.edit(func() { l.view.Choices = c })
	}
	return c, err
}

// Select says whose detail is shown; "" for nobody's. Look then loads it.
func (l *List) Select(id app.ID) {
	l.edit(func() {
		l.looked++
		l.view.Selected, l.view.Failed = id, nil
		if l.view.User != nil && l.view.User.ID != id {
			l.view.User = nil
		}
	})
}

// Look loads the selected user.
func (l *List) Look(ctx context.Context) {
	l.mu.Lock()
	l.looked++
	looked, id := l.looked, l.view.Selected
	l.mu.Unlock()
	if id == "" {
		return
	}
	u, err := l.desk.User(ctx, id)
	l.edit(func() {
		if looked != l.looked {
			return
		}
		if l.view.Failed = err; err == nil {
			l.view.User = &u
		}
	})
}

// took shows a user as an act has left him.
func (l *List) took(u app.User, err error) (app.User, error) {
	if err != nil {
		return u, err
	}
	l.edit(func() {
		if l.view.Selected == u.ID {
			l.looked++
			l.view.User, l.view.Failed = &u, nil
		}
		for i := range l.view.Rows {
			if l.view.Rows[i].ID == u.ID {
				l.view.Rows[i] = u
			}
		}
	})
	return u, nil
}

// Save registers a new user, with the one-time secret, or changes one who is
// there, without.
func (l *List) Save(ctx context.Context, u app.User) (app.User, wire.Secret, error) {
	if u.ID != "" {
		u, err := l.took(l.desk.UpdateUser(ctx, u))
		return u, wire.Secret{}, err
	}
	u, secret, err := l.desk.CreateUser(ctx, u)
	if err == nil {
		l.edit(func() {
			l.asked++
			l.looked++
			l.view.Rows = append([]app.User{u}, l.view.Rows...)
			l.view.Selected, l.view.User, l.view.Failed, l.view.Loading = u.ID, &u, nil, false
		})
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
