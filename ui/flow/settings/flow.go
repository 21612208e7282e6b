package settings

import (
	"context"
	"errors"
	"maps"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what the flow needs of the desktop. Its methods may be called from
// any goroutine.
type Desk interface {
	Settings(ctx context.Context) (wire.SettingsView, error)
	SaveSettings(ctx context.Context, s app.Settings) (wire.SettingsView, error)
	MailHealth(ctx context.Context) (wire.MailHealth, error)
	TestMail(ctx context.Context) (address, said string, err error)
}

// Config is what a Flow stands on. Desk is needed, the rest has defaults.
type Config struct {
	Desk      Desk
	Context   context.Context    // ends with the session; nil: never
	Go        func(func())       // runs what takes time; nil: in a goroutine of its own
	Reference func(error) string // names the failed call; nil: never known
	Away      func(error) bool   // the server was not reached; nil: never
	Lost      func(error)        // told of every error; nil: nobody
	Changed   func(int)          // told how many fields are typed otherwise than in force; nil: nobody
}

// State is all that the page shows.
type State struct {
	Fields  []Field
	Server  wire.ServerFacts
	Mail    wire.MailHealth
	Draft   Draft // must not be changed
	Changes []Change
	Errors  app.Errors // of what is typed, once saving was tried
	Loaded  bool
	Loading bool
	Err     error // why they could not be read
	Ref     string
	Away    bool
	Saving  bool
	// Overtaken says that another TOP had saved first; Both are the fields that
	// both changed: Before is the other's value, After what is typed here.
	Overtaken bool
	Both      []Change

	Testing bool
	Tested  *Tested
}

// Tested is how trying the mail server went.
type Tested struct {
	Address, Said string
	Err           error
}

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	config Config

	mu       sync.Mutex
	onChange func()
	onFail   func(error)
	onSaved  func()
	state    State
	inForce  Draft
	version  int
	asked    int
}

// New returns a flow that has read nothing yet.
func New(c Config) *Flow {
	if c.Context == nil {
		c.Context = context.Background()
	}
	if c.Go == nil {
		c.Go = func(f func()) { go f() }
	}
	if c.Reference == nil {
		c.Reference = func(error) string { return "" }
	}
	if c.Away == nil {
		c.Away = func(error) bool { return false }
	}
	if c.Lost == nil {
		c.Lost = func(error) {}
	}
	if c.Changed == nil {
		c.Changed = func(int) {}
	}
	nothing := func() {}
	return &Flow{config: c, onChange: nothing, onSaved: nothing, onFail: func(error) {}}
}

// Watch names who is told that the state has changed, of errors that have no
// place in it, and that something was saved. All are called from any goroutine.
func (f *Flow) Watch(onChange func(), onFail func(error), onSaved func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange, f.onFail, f.onSaved = onChange, onFail, onSaved
}

// State is what there is to show now.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

func (f *Flow) edit(change func(*State)) {
	f.mu.Lock()
	change(&f.state)
	f.state.Changes = changes(f.state.Fields, f.inForce, f.state.Draft)
	n, onChange := len(f.state.Changes), f.onChange
	f.mu.Unlock()
	f.config.Changed(n)
	onChange()
}

// Open reads what is in force. What was typed and not saved stays.
func (f *Flow) Open() {
	f.mu.Lock()
	f.asked++
	asked := f.asked
	f.mu.Unlock()
	f.edit(func(s *State) { s.Loading, s.Err = true, nil })
	f.config.Go(func() {
		view, err := f.config.Desk.Settings(f.config.Context)
		health, herr := wire.MailHealth{}, err
		if err == nil {
			health, herr = f.config.Desk.MailHealth(f.config.Context)
		}
		f.edit(func(s *State) {
			if asked != f.asked {
				return
			}
			s.Loading = false
			if err != nil {
				s.Err, s.Ref, s.Away = err, f.config.Reference(err), f.config.Away(err)
				return
			}
			if herr == nil {
				s.Mail = health
			}
			f.take(s, view)
		})
		if err != nil {
			f.config.Lost(err)
		}
	})
}

// take shows settings that were read, with what was typed on top of them. The
// lock is held.
func (f *Flow) take(s *State, view wire.SettingsView) {
	var codes []string
	for _, e := range view.Server.EServices {
		codes = append(codes, e.Code)
	}
	fresh := DraftOf(view.Settings)
	next := fresh
	if s.Loaded && f.version != view.Settings.Version {
		var both []Change
		next, both = rebase(s.Fields, f.inForce, s.Draft, fresh)
		if len(changes(s.Fields, f.inForce, s.Draft)) > 0 {
			s.Overtaken, s.Both = true, both
		}
	} else if s.Loaded {
		next = s.Draft
	}
	s.Fields, s.Server, s.Loaded, s.Err = Fields(codes), view.Server, true, nil
	f.inForce, f.version, s.Draft = fresh, view.Settings.Version, next
}

// Type takes in what a field says now.
func (f *Flow) Type(id, text string) {
	f.mu.Lock()
	same := f.state.Draft[id] == text
	f.mu.Unlock()
	if same {
		return
	}
	f.edit(func(s *State) {
		s.Draft = maps.Clone(s.Draft)
		s.Draft[id] = text
		if len(s.Errors) > 0 { // saving was tried: what is mended is seen at once
			_, s.Errors = s.Draft.Settings(f.version)
		}
		s.Tested = nil
	})
}

// Discard goes back to what is in force.
func (f *Flow) Discard() {
	f.edit(func(s *State) {
		s.Draft, s.Errors, s.Overtaken, s.Both = maps.Clone(f.inForce), nil, false, nil
	})
}

// Save saves what is typed, if it may be. Where another TOP has saved first,
// nothing is: his settings are read, and what was typed is laid upon them.
func (f *Flow) Save() {
	f.mu.Lock()
	if f.state.Saving || len(f.state.Changes) == 0 {
		f.mu.Unlock()
		return
	}
	next, es := f.state.Draft.Settings(f.version)
	f.mu.Unlock()
	if len(es) > 0 {
		f.edit(func(s *State) { s.Errors = es })
		return
	}
	f.edit(func(s *State) { s.Saving, s.Errors = true, nil })
	f.config.Go(func() {
		view, err := f.config.Desk.SaveSettings(f.config.Context, next)
		if app.CodeOf(err) == app.CodeChanged {
			fresh, rerr := f.config.Desk.Settings(f.config.Context)
			f.edit(func(s *State) {
				s.Saving = false
				if rerr == nil {
					f.take(s, fresh)
				}
			})
			f.failed(rerr)
			return
		}
		refused := refusals(err)
		f.edit(func(s *State) {
			s.Saving = false
			switch {
			case err == nil:
				s.Overtaken, s.Both = false, nil
				f.version = view.Settings.Version
				f.inForce = DraftOf(view.Settings)
				s.Draft = maps.Clone(f.inForce)
				s.Server = view.Server
			case refused != nil:
				s.Errors = refused
			}
		})
		if err == nil {
			f.mu.Lock()
			onSaved := f.onSaved
			f.mu.Unlock()
			onSaved()
		} else if refused == nil {
			f.failed(err)
		}
	})
}

func (f *Flow) failed(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	onFail := f.onFail
	f.mu.Unlock()
	onFail(err)
}

// refusals are the refusals of fields in an error; nil where it is none.
func refusals(err error) app.Errors {
	var many app.Errors
	if errors.As(err, &many) {
		return many
	}
	var one *app.Error
	if errors.As(err, &one) && one.Field != "" {
		return app.Errors{one}
	}
	return nil
}

// Test sends a mail to who is signed in, and keeps how it went.
func (f *Flow) Test() {
	f.mu.Lock()
	busy := f.state.Testing
	f.mu.Unlock()
	if busy {
		return
	}
	f.edit(func(s *State) { s.Testing, s.Tested = true, nil })
	f.config.Go(func() {
		address, said, err := f.config.Desk.TestMail(f.config.Context)
		f.edit(func(s *State) { s.Testing, s.Tested = false, &Tested{address, said, err} })
		if err != nil {
			f.config.Lost(err)
		}
	})
}
