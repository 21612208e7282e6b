package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"indagor/app"
)

// Link says how the desktop stands with the server.
type Link string

// The links.
const (
	Online  Link = "online"
	Offline Link = "offline" // the last call did not reach the server
	Syncing Link = "syncing" // online, and bringing the copy up to date
)

// State is what the window shows of the desktop's standing.
type State struct {
	Link     Link
	Live     bool      // signals come as things happen: there is no need to ask again and again
	LastSync time.Time // end of the last complete synchronisation for who is signed in; zero for never
	SignedIn bool
	Locked   bool
	Ended    app.Code // why the last session ended, where it was not signed out; until the next sign-in
}

// State is how the desktop stands now.
func (d *Desk) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

// change changes the state and tells the subscribers.
func (d *Desk) change(f func(*State)) {
	d.mu.Lock()
	f(&d.state)
	d.mu.Unlock()
	d.board.changed()
}

// Subscribe has f told the state now and after every change; of changes that
// follow each other fast only the last is told. Calls come one at a time from
// one goroutine, which they must not keep; after cancel at most one more
// comes.
func (d *Desk) Subscribe(f func(State)) (cancel func()) {
	return d.board.subscribe(f)
}

// board tells subscribers.
type board struct {
	wake chan struct{}
	mu   sync.Mutex
	subs []*subscriber
}

type subscriber struct {
	f    func(State)
	last State
	told bool
}

func (b *board) changed() {
	select {
	case b.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (b *board) subscribe(f func(State)) (cancel func()) {
	s := &subscriber{f: f}
	b.mu.Lock()
	b.subs = append(b.subs, s)
	b.mu.Unlock()
	b.changed()
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.subs = slices.DeleteFunc(slices.Clone(b.subs), func(o *subscriber) bool { return o == s })
	}
}

func (b *board) run(ctx context.Context, now func() State) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.wake:
		}
		b.mu.Lock()
		subs := slices.Clone(b.subs)
		b.mu.Unlock()
		state := now()
		for _, s := range subs { // only this goroutine touches last and told
			if !s.told || s.last != state {
				s.last, s.told = state, true
				s.f(state)
			}
		}
	}
}
