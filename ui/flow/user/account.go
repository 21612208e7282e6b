package user

import (
	"context"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
)

// AccountDesk is what there is to read and do of how an account stands.
type AccountDesk interface {
	// UserAccess is the live session and what locks the account; the two others
	// change it and tell how it stands then.
	UserAccess(ctx context.Context, id app.ID) (wire.UserAccess, error)
	UnlockUser(ctx context.Context, id app.ID) (wire.UserAccess, error)
	EndUserSession(ctx context.Context, id app.ID) (wire.UserAccess, error)
	// UserHistory is a page of the acts about the user, newest first.
	UserHistory(ctx context.Context, in wire.UserHistoryInput) (wire.List[wire.HistoryItem], error)
	// Names are the names of what the acts speak of: as many as could be had.
	Names(ctx context.Context) map[app.ID]string
}

// Standing is what an account's page shows besides the user himself.
type Standing struct {
	User app.ID

	Access        wire.UserAccess
	AccessReady   bool
	AccessReading bool
	AccessErr     error

	Acts        []wire.HistoryItem // newest first; must not be changed
	ActsReady   bool
	ActsReading bool
	ActsErr     error
	More        bool // there are older acts
	Names       map[app.ID]string
}

// Account reads how the account of one user stands, when it is asked for. Its
// methods may be called from any goroutine; none waits for the server.
type Account struct {
	desk AccountDesk
	ctx  context.Context
	run  func(func())
	lost func(error)

	mu       sync.Mutex
	onChange func()
	state    Standing
	next     string
}

// NewAccount returns an Account of nobody. run runs what takes time, lost is
// told every error.
func NewAccount(ctx context.Context, d AccountDesk, run func(func()), lost func(error)) *Account {
	return &Account{desk: d, ctx: ctx, run: run, lost: lost, onChange: func() {}}
}

// Watch names who is told that the state has changed, from any goroutine.
func (a *Account) Watch(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.onChange = f
}

// State is what there is to show now.
func (a *Account) State() Standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state
}

// Of turns to a user; what was read of another is forgotten.
func (a *Account) Of(user app.ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state.User != user {
		a.state, a.next = Standing{User: user, Names: a.state.Names}, ""
	}
}

// change changes what is known of the user, unless another is looked at by now.
func (a *Account) change(user app.ID, f func(*Standing)) {
	a.mu.Lock()
	same := a.state.User == user
	if same {
		f(&a.state)
	}
	onChange := a.onChange
	a.mu.Unlock()
	if same {
		onChange()
	}
}

func (a *Account) access(ask func(context.Context, app.ID) (wire.UserAccess, error)) {
	user := a.State().User
	a.change(user, func(s *Standing) { s.AccessReading, s.AccessErr = true, nil })
	a.run(func() {
		got, err := ask(a.ctx, user)
		a.change(user, func(s *Standing) {
			if s.AccessReading, s.AccessErr = false, err; err == nil {
				s.Access, s.AccessReady = got, true
			}
		})
		if err != nil {
			a.lost(err)
		}
	})
}

// ReadAccess reads the live session and the locks.
func (a *Account) ReadAccess() { a.access(a.desk.UserAccess) }

// Unlock lifts the locks.
func (a *Account) Unlock() { a.act(a.desk.UnlockUser) }

// EndSession ends the live session.
func (a *Account) EndSession() { a.act(a.desk.EndUserSession) }

// act is an access that is itself an act about the user.
func (a *Account) act(do func(context.Context, app.ID) (wire.UserAccess, error)) {
	a.access(func(ctx context.Context, user app.ID) (wire.UserAccess, error) {
		got, err := do(ctx, user)
		if err == nil && a.State().User == user {
			a.Stale()
		}
		return got, err
	})
}

// Stale notes that there are newer acts than were read.
func (a *Account) Stale() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state.ActsReady = false
}

// mostActs is how many acts a page of the history has.
const mostActs = 30

// ReadActs reads the newest acts about the user.
func (a *Account) ReadActs() { a.acts("") }

// MoreActs reads the next older ones.
func (a *Account) MoreActs() {
	a.mu.Lock()
	next := a.next
	a.mu.Unlock()
	if next != "" {
		a.acts(next)
	}
}

func (a *Account) acts(cursor string) {
	st := a.State()
	if st.ActsReading {
		return
	}
	a.change(st.User, func(s *Standing) { s.ActsReading, s.ActsErr = true, nil })
	a.run(func() {
		names := st.Names
		if names == nil {
			names = a.desk.Names(a.ctx)
		}
		got, err := a.desk.UserHistory(a.ctx, wire.UserHistoryInput{ID: st.User, Limit: mostActs, Cursor: cursor})
		a.change(st.User, func(s *Standing) {
			s.Names = names
			if s.ActsReading, s.ActsErr = false, err; err != nil {
				return
			}
			if cursor == "" {
				s.Acts = nil
			}
			s.Acts = append(s.Acts[:len(s.Acts):len(s.Acts)], got.Items...)
			s.ActsReady, s.More, a.next = true, got.Next != "", got.Next
		})
		if err != nil {
			a.lost(err)
		}
	})
}
