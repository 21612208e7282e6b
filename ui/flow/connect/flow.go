package connect

import (
	"context"
	"errors"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what connecting needs of the desktop.
type Desk interface {
	// Address gives the form in which an address is used and kept, or an error
	// whose trouble is TroubleAddress.
	Address(text string) (string, error)
	// Open opens the keys and the copy that belong to the server. ask is
	// called when a passphrase is needed; keyFile takes a key file even where
	// there is a keyring. It may be called again after an error.
	Open(ctx context.Context, server string, keyFile bool, ask func(context.Context, Need) (string, error)) error
	// Reset forgets a copy that its key does not open.
	Reset() error
	// Close gives up what Open has opened.
	Close() error
	// Remember keeps the address for the next start.
	Remember(server string) error
	// Trouble judges an error of any of these methods; TroubleNone where it is
	// an answer.
	Trouble(err error) Trouble

	Server(ctx context.Context) (wire.ServerInfo, error)
	Register(ctx context.Context) (wire.OwnWorkstation, error)
	// WaitWorkstation answers as soon as the answer is another than the one
	// with the mark, or when the server has waited long enough.
	WaitWorkstation(ctx context.Context, seen string) (wire.OwnWorkstation, error)
}

// Options say how to connect.
type Options struct {
	Desk    Desk
	Server  string                               // "" where it must be asked for
	Known   bool                                 // the server was reached at an earlier start
	Changed func(State)                          // called after each change, on the goroutine of Run
	After   func(time.Duration) <-chan time.Time // nil for time.After
}

// Flow is one program's way to its server.
type Flow struct {
	desk    Desk
	changed func(State)
	after   func(time.Duration) <-chan time.Time
	in      chan command
	opened  bool
	keyFile bool

	mu    sync.Mutex
	state State
}

type command struct {
	kind verb
	text string
}

type verb int

const (
	again verb = iota
	address
	passphrase
	useFile
	change
	proceed
	reset
)

// New returns a Flow that has not begun.
func New(o Options) *Flow {
	if o.After == nil {
		o.After = time.After
	}
	if o.Changed == nil {
		o.Changed = func(State) {}
	}
	return &Flow{
		desk: o.Desk, changed: o.Changed, after: o.After, in: make(chan command, 8),
		state: State{Step: Opening, Server: o.Server, First: !o.Known},
	}
}

// State is what there is to show.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

// SetAddress gives the address that was asked for.
func (f *Flow) SetAddress(text string) { f.send(command{address, text}) }

// SetPassphrase gives the passphrase that was asked for.
func (f *Flow) SetPassphrase(text string) { f.send(command{passphrase, text}) }

// Again tries again at once.
func (f *Flow) Again() { f.send(command{kind: again}) }

// UseKeyFile keeps the keys in a file instead of the keyring.
func (f *Flow) UseKeyFile() { f.send(command{kind: useFile}) }

// ForgetCopy makes a new copy in place of one that does not open.
func (f *Flow) ForgetCopy() { f.send(command{kind: reset}) }

// ChangeServer goes back to the address.
func (f *Flow) ChangeServer() { f.send(command{kind: change}) }

// Proceed goes on to sign-in though the workstation is not approved yet: users
// with a free workstation may.
func (f *Flow) Proceed() { f.send(command{kind: proceed}) }

func (f *Flow) send(c command) {
	select {
	case f.in <- c:
	default: // nobody listens and enough is waiting: a further press says nothing new
	}
}

func (f *Flow) set(edit func(*State)) {
	f.mu.Lock()
	edit(&f.state)
	s := f.state
	f.mu.Unlock()
	f.changed(s)
}

// Run goes the whole way and returns nil when sign-in can begin, or the
// context's error. It is called again when a session has ended: then the keys
// are open already and only the server is asked.
func (f *Flow) Run(ctx context.Context) error {
	f.drain()
	for {
		if err := f.open(ctx); err != nil {
			return err
		}
		done, err := f.register(ctx)
		if done || err != nil {
			return err
		}
	}
}

// drain forgets what was pressed on a page that is gone.
func (f *Flow) drain() {
	for {
		select {
		case <-f.in:
		default:
			return
		}
	}
}

// next waits for one of the commands.
func (f *Flow) next(ctx context.Context, of ...verb) (command, error) {
	for {
		select {
		case <-ctx.Done():
			return command{}, ctx.Err()
		case c := <-f.in:
			for _, k := range of {
				if c.kind == k {
					return c, nil
				}
			}
		}
	}
}

// open goes as far as opened keys.
func (f *Flow) open(ctx context.Context) error {
	for !f.opened {
		server := f.State().Server
		if server == "" {
			f.set(func(s *State) { s.Step, s.Working = Address, false })
			c, err := f.next(ctx, address)
			if err != nil {
				return err
			}
			if server, err = f.desk.Address(c.text); err != nil {
				f.set(func(s *State) { s.Trouble, s.Server = TroubleAddress, "" })
				continue
			}
			f.set(func(s *State) { s.Server, s.Trouble = server, TroubleNone })
		}
		f.set(func(s *State) { s.Step, s.Working, s.Trouble, s.Err = Opening, true, TroubleNone, nil })
		err := f.desk.Open(ctx, server, f.keyFile, f.ask)
		if err == nil {
			f.opened = true
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		trouble := f.desk.Trouble(err)
		if trouble == TroubleAddress {
			f.set(func(s *State) { s.Trouble, s.Server = TroubleAddress, "" })
			continue
		}
		f.set(func(s *State) { s.Step, s.Working, s.Trouble, s.Err = Blocked, false, trouble, err })
		c, err := f.next(ctx, again, useFile, reset, change)
		if err != nil {
			return err
		}
		switch c.kind {
		case useFile:
			f.keyFile = true
		case change:
			f.set(func(s *State) { s.Server, s.Trouble = "", TroubleNone })
		case reset:
			if err := f.desk.Reset(); err != nil {
				f.set(func(s *State) { s.Err = err })
			}
		}
	}
	return nil
}

func (f *Flow) ask(ctx context.Context, need Need) (string, error) {
	f.set(func(s *State) { s.Step, s.Need, s.Working = Passphrase, need, false })
	c, err := f.next(ctx, passphrase)
	if err != nil {
		return "", err
	}
	f.set(func(s *State) { s.Working = true })
	return c.text, nil
}

// Pauses between two attempts by itself.
const (
	firstPause = 2 * time.Second
	mostPause  = 30 * time.Second
)

// register goes from opened keys to a workstation that may sign in; done is
// false where the user wants another server.
func (f *Flow) register(ctx context.Context) (done bool, err error) {
	pause := firstPause
	for {
		f.set(func(s *State) { s.Working = true })
		own, err := f.ring(ctx)
		if err == nil {
			return f.stand(ctx, own)
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		trouble := f.desk.Trouble(err)
		var wait <-chan time.Time
		if trouble.Remote() {
			f.set(func(s *State) { s.Step, s.Trouble, s.Err, s.Working = Away, trouble, nil, false })
			wait = f.after(pause)
			pause = min(2*pause, mostPause)
		} else if own, ok := stopped(err, f.State().Own); ok {
			return f.stand(ctx, own)
		} else {
			f.set(func(s *State) { s.Step, s.Trouble, s.Err, s.Working = Refused, TroubleNone, err, false })
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-wait:
		case c := <-f.in:
			if c.kind == change {
				return false, f.leave()
			}
		}
	}
}

// leave gives up the server, to ask for another address.
func (f *Flow) leave() error {
	err := f.desk.Close()
	f.opened = false
	f.set(func(s *State) { *s = State{Step: Address, First: true} })
	return err
}

func (f *Flow) ring(ctx context.Context) (wire.OwnWorkstation, error) {
	info, err := f.desk.Server(ctx)
	if err != nil {
		return wire.OwnWorkstation{}, err
	}
	f.set(func(s *State) { s.Info = info })
	own, err := f.desk.Register(ctx)
	if err != nil {
		return own, err
	}
	// The address is worth keeping once a server of ours has answered there.
	return own, f.desk.Remember(f.State().Server)
}

// stopped reads the refusals that mean a state of the workstation.
func stopped(err error, own wire.OwnWorkstation) (wire.OwnWorkstation, bool) {
	switch app.CodeOf(err) {
	case app.CodeWorkstationSuspended:
		own.State = app.WorkstationSuspended
	case app.CodeWorkstationCloned:
		own.State, own.Alarm = app.WorkstationSuspended, app.AlarmClone
	case app.CodeWorkstationRevoked:
		own.State = app.WorkstationRevoked
	default:
		return own, false
	}
	return own, true
}

// stand shows how the workstation stands until sign-in can begin.
func (f *Flow) stand(ctx context.Context, own wire.OwnWorkstation) (done bool, err error) {
	pause := firstPause
	for {
		step := Stopped
		switch own.State {
		case app.WorkstationAuthorised:
			step = Ready
		case app.WorkstationPending:
			step = Waiting
		}
		f.set(func(s *State) {
			s.Step, s.Own, s.Working, s.Err, s.First = step, own, false, nil, false
			s.Trouble = TroubleNone
		})
		if step == Ready {
			return true, nil
		}
		c, next, err := f.watch(ctx, own.Mark)
		switch {
		case ctx.Err() != nil:
			return false, ctx.Err()
		case c != nil && c.kind == proceed && step == Waiting:
			return true, nil
		case c != nil && c.kind == change:
			return false, f.leave()
		case c != nil && c.kind == again:
			// A revoked workstation may have been registered anew, and after a
			// restart of the server a mark may be old: ask from the beginning.
			return false, nil
		case c != nil:
		case err == nil:
			own, pause = next, firstPause
		default:
			if changed, ok := stopped(err, own); ok {
				own = changed
			} else if trouble := f.desk.Trouble(err); trouble.Remote() {
				f.set(func(s *State) { s.Trouble = trouble })
			}
			select {
			case <-ctx.Done():
				return false, ctx.Err()
			case <-f.after(pause):
				pause = min(2*pause, mostPause)
			case c := <-f.in:
				f.send(c) // the next round deals with it
			}
		}
	}
}

// watch waits for a change of the workstation or for a command.
func (f *Flow) watch(ctx context.Context, mark string) (*command, wire.OwnWorkstation, error) {
	type answer struct {
		own wire.OwnWorkstation
		err error
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	got := make(chan answer, 1)
	go func() {
		own, err := f.desk.WaitWorkstation(inner, mark)
		got <- answer{own, err}
	}()
	select {
	case a := <-got:
		return nil, a.own, a.err
	case c := <-f.in:
		return &c, wire.OwnWorkstation{}, nil
	case <-ctx.Done():
		return nil, wire.OwnWorkstation{}, errors.Join(ctx.Err())
	}
}
