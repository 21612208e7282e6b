package visura

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// Phase is where the operator stands.
type Phase int

// The phases.
const (
	PhaseForm    Phase = iota // the form is filled in
	PhaseRunning              // a request is under way
	PhaseDone                 // it has ended, one way or another
	PhaseWaiting              // it waits for consent; other things may be done meanwhile
)

// State is all that the screen shows.
type State struct {
	Phase       Phase
	Form        Form
	Errors      app.Errors         // refusals of the form, in the order of its fields
	Cleared     bool               // the form was emptied and can be brought back
	Request     wire.VisuraRequest // what was sent last
	Visura      wire.Visura        // what is known of it; without ID while the server has not answered
	Err         error              // why there is no answer of the server
	Fault       Fault              // with Err
	Elapsed     time.Duration      // since it was sent
	Withdrawing bool
	Waiting     []wire.VisuraSummary // requests that wait for consent, the newest first
	MoreWaiting bool                 // there are others than these
}

// tick is how often the elapsed time is told anew.
const tick = 500 * time.Millisecond

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	config Config

	mu       sync.Mutex
	onChange func()
	onFail   func(error)
	user     app.ID
	form     Form
	before   *Form // what Clear emptied
	errs     app.Errors
	phase    Phase
	request0 wire.VisuraRequest
	visura   wire.Visura
	err      error
	fault    Fault
	started  time.Time
	elapsed  time.Duration
	withdraw bool
	run      int // counts the requests: what comes of an earlier one is dropped
	cancel   context.CancelFunc
	stop     func()
	habits   Habits

	pending     []wire.VisuraSummary // that wait for consent
	morePending bool
	asks        int    // counts the questions what waits
	unwatch     func() // ends the asking from time to time; nil: the page is not seen
}

// New returns a flow with an empty form.
func New(c Config) *Flow {
	f := &Flow{config: c.complete(), onChange: func() {}, onFail: func(error) {}}
	f.form = f.fresh()
	return f
}

// Watch names who is told that the state has changed, and of errors that
// belong to no page (a document that could not be had, a lost session). Both
// are called from any goroutine, never while the flow is locked.
func (f *Flow) Watch(onChange func(), onFail func(error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange, f.onFail = onChange, onFail
}

// State is what there is to show now.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return State{
		Phase: f.phase, Form: f.form, Errors: f.errs, Cleared: f.before != nil, Request: f.request0, Visura: f.visura,
		Err: f.err, Fault: f.fault, Elapsed: f.elapsed, Withdrawing: f.withdraw,
		Waiting: f.pending, MoreWaiting: f.morePending,
	}
}

// Session is who is signed in.
func (f *Flow) Session() (wire.Session, bool) { return f.config.Desk.Session() }

// Types are the types assigned to the user, the smallest answer first.
func (f *Flow) Types() []app.VisuraType {
	s, _ := f.config.Desk.Session()
	if s.User.Profile.Visure == nil {
		return nil
	}
	var out []app.VisuraType
	for _, spec := range app.VisuraSpecs {
		if slices.Contains(s.User.Profile.Visure.Types, spec.Type) {
			out = append(out, spec.Type)
		}
	}
	return out
}

// Open takes notice of who is signed in. Of another user nothing is left.
func (f *Flow) Open() {
	s, ok := f.config.Desk.Session()
	f.mu.Lock()
	if !ok || s.User.ID == f.user {
		f.mu.Unlock()
		return
	}
	f.drop()
	f.user = s.User.ID
	f.habits = Habits{}
	if f.config.Memory != nil {
		f.habits = f.config.Memory.Recall(f.user)
	}
	f.form, f.before, f.errs = f.fresh(), nil, nil
	f.phase, f.visura, f.err, f.request0 = PhaseForm, wire.Visura{}, nil, wire.VisuraRequest{}
	f.pending, f.morePending = nil, false
	f.mu.Unlock()
	f.changed()
}

// drop forgets a request under way. The lock is held.
func (f *Flow) drop() {
	f.run++
	if f.cancel != nil {
		f.cancel()
	}
	if f.stop != nil {
		f.stop()
	}
	f.cancel, f.stop, f.withdraw = nil, nil, false
}

// fresh is an empty form with the habits in it.
func (f *Flow) fresh() Form {
	x := Form{ReferenceDate: app.DayOf(f.config.Now()), Purpose: f.habits.Purpose, FileReference: f.habits.FileReference, Type: f.habits.Type}
	if f.config.Own != "" {
		x.Declared = &app.Declared{Comune: f.config.Own}
	}
	s, _ := f.config.Desk.Session()
	types, purposes := f.Types(), s.Purposes
	if !slices.Contains(types, x.Type) {
		x.Type = ""
	}
	x.Usual = x.Type != ""
	if len(types) == 1 {
		x.Type = types[0]
	}
	if !slices.ContainsFunc(purposes, func(p app.Purpose) bool { return p.ID == x.Purpose }) {
		x.Purpose = ""
	}
	if len(purposes) == 1 {
		x.Purpose = purposes[0].ID
	}
	return x
}

// Edit changes the form. The screen is not told: it knows.
func (f *Flow) Edit(change func(*Form)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.phase == PhaseForm {
		change(&f.form)
		if !f.form.subjectEmpty() {
			f.before = nil
		}
	}
}

// Read tells what a text in the field for a person is.
func (f *Flow) Read(text string) Reading { return read(text, f.config.Atlas(), f.config.Now()) }

// Clear empties the form; Restore brings back what stood in it. It reports
// whether there was anything to empty.
func (f *Flow) Clear() bool {
	f.mu.Lock()
	if f.phase != PhaseForm || f.form.subjectEmpty() {
		f.mu.Unlock()
		return false
	}
	old := f.form
	by := f.form.By
	f.form, f.before, f.errs = f.fresh(), &old, nil
	f.form.By = by
	f.mu.Unlock()
	f.changed()
	return true
}

// Restore undoes Clear; it reports whether there was anything to bring back.
func (f *Flow) Restore() bool {
	f.mu.Lock()
	if f.phase != PhaseForm || f.before == nil {
		f.mu.Unlock()
		return false
	}
	f.form, f.before, f.errs = *f.before, nil, nil
	f.mu.Unlock()
	f.changed()
	return true
}

// Send checks the form and sends the request. It reports false where the form
// was refused: State has the refusals.
func (f *Flow) Send() bool {
	s, _ := f.config.Desk.Session()
	f.mu.Lock()
	if f.phase != PhaseForm {
		f.mu.Unlock()
		return false
	}
	x := f.form
	f.mu.Unlock()
	r, errs := f.request(x, s)
	f.mu.Lock()
	f.errs = errs
	f.mu.Unlock()
	if len(errs) > 0 {
		f.changed()
		return false
	}
	f.start(r)
	return true
}

// Retry sends the same request once more, as a new one.
func (f *Flow) Retry() bool {
	f.mu.Lock()
	done, r := f.phase == PhaseDone, f.request0
	f.mu.Unlock()
	if !done {
		return false
	}
	f.start(r)
	return true
}

// Resume follows further a request that the server has accepted and then lost
// sight of this machine. Nothing is asked anew.
func (f *Flow) Resume() bool {
	f.mu.Lock()
	id := f.visura.ID
	can := f.phase == PhaseDone && f.err != nil && id != ""
	f.mu.Unlock()
	if !can {
		return false
	}
	f.begun(func(ctx context.Context, progress func(wire.Visura)) (wire.Visura, error) {
		return f.config.Desk.Follow(ctx, id, progress)
	})
	return true
}

func (f *Flow) start(r wire.VisuraRequest) {
	f.mu.Lock()
	f.habits.Type, f.habits.Purpose, f.habits.FileReference = r.Type, r.Purpose, r.FileReference
	user, habits := f.user, f.habits
	f.request0, f.visura, f.errs, f.before = r, wire.Visura{}, nil, nil
	f.mu.Unlock()
	if f.config.Memory != nil {
		f.config.Memory.Remember(user, habits)
	}
	f.begun(func(ctx context.Context, progress func(wire.Visura)) (wire.Visura, error) {
		v, err := f.config.Desk.Ask(ctx, r, progress)
		if err != nil || v.State != app.VisuraWaiting {
			return v, err
		}
		f.Refresh()
		return f.await(ctx, v, progress)
	})
}

// begun shows that something is under way, and does it.
func (f *Flow) begun(do func(context.Context, func(wire.Visura)) (wire.Visura, error)) {
	ctx, cancel := context.WithCancel(context.Background())
	f.mu.Lock()
	f.drop()
	run := f.run
	f.phase, f.err, f.fault = PhaseRunning, nil, Fault{}
	f.started, f.elapsed, f.cancel = f.config.Now(), 0, cancel
	f.stop = f.config.Every(tick, func() { f.ticked(run) })
	f.mu.Unlock()
	f.changed()
	f.config.Go(func() {
		v, err := do(ctx, func(v wire.Visura) { f.progress(run, v) })
		f.ended(run, v, err)
	})
}

func (f *Flow) ticked(run int) {
	f.mu.Lock()
	current := run == f.run && f.phase == PhaseRunning
	if current {
		f.elapsed = f.config.Now().Sub(f.started)
	}
	f.mu.Unlock()
	if current {
		f.changed()
	}
}

func (f *Flow) progress(run int, v wire.Visura) {
	f.mu.Lock()
	current := run == f.run && f.under()
	if current {
		f.visura, f.elapsed = v, f.config.Now().Sub(f.started)
		f.phase = PhaseRunning
		if v.State == app.VisuraWaiting {
			f.phase = PhaseWaiting
		}
	}
	f.mu.Unlock()
	if current {
		f.changed()
	}
}

// ended takes the end of a request. A refusal of single inputs, and a lost
// session, lead back to the form, which has kept everything.
func (f *Flow) ended(run int, v wire.Visura, err error) {
	f.mu.Lock()
	if run != f.run || !f.under() {
		f.mu.Unlock()
		return
	}
	waited := f.visura.Approval != nil || v.Approval != nil
	f.elapsed = f.config.Now().Sub(f.started)
	f.drop()
	f.phase = PhaseDone
	var fail error
	switch errs := inputs(err); {
	case err == nil:
		f.visura = v
	case len(errs) > 0:
		f.phase, f.errs = PhaseForm, errs
	case app.CodeOf(err).Kind() == app.KindUnknownUser:
		f.phase, fail = PhaseForm, err
	default:
		f.err, f.fault = err, f.config.Fault(err)
		if v.ID != "" {
			f.visura = v
		}
	}
	onFail := f.onFail
	f.mu.Unlock()
	f.changed()
	if waited {
		f.Refresh()
	}
	if fail != nil {
		onFail(fail)
	}
}

// inputs gives the refusals where an error blames nothing but inputs that can
// be corrected.
func inputs(err error) app.Errors {
	var es app.Errors
	if !errors.As(err, &es) {
		var e *app.Error
		if !errors.As(err, &e) {
			return nil
		}
		es = app.Errors{e}
	}
	for _, e := range es {
		if e.Field == "" || e.Code.Kind() != app.KindInvalid {
			return nil
		}
	}
	return es
}

// Cancel gives up the request under way. Where the server does not know it
// yet, the waiting for it ends.
func (f *Flow) Cancel() bool {
	f.mu.Lock()
	if !f.under() || f.withdraw {
		f.mu.Unlock()
		return false
	}
	run, id := f.run, f.visura.ID
	if id == "" {
		f.drop()
		f.phase, f.err, f.fault = PhaseDone, app.E(app.CodeCancelled), Fault{}
		f.mu.Unlock()
		f.changed()
		return true
	}
	f.withdraw = true
	f.mu.Unlock()
	f.changed()
	f.config.Go(func() {
		v, err := f.config.Desk.Withdraw(context.Background(), id)
		if err == nil && v.State == app.VisuraDone {
			f.ended(run, v, nil)
			return
		}
		f.mu.Lock()
		current := run == f.run && f.under()
		if current {
			f.withdraw = false
		}
		onFail := f.onFail
		f.mu.Unlock()
		if current {
			f.changed()
		}
		if current && err != nil {
			onFail(err)
		}
	})
	return true
}

// Document fetches the visura shown as a document in the format and hands it to
// then, from any goroutine; an error goes to whom Watch named, and then is
// called with none.
func (f *Flow) Document(format, lang string, then func(name string, content []byte)) {
	f.mu.Lock()
	id := f.visura.ID
	onFail := f.onFail
	f.mu.Unlock()
	if id == "" {
		then("", nil)
		return
	}
	f.config.Go(func() {
		content, name, err := f.config.Desk.Document(context.Background(), id, format, lang)
		if err != nil {
			then("", nil)
			onFail(err)
			return
		}
		then(name, content)
	})
}

func (f *Flow) changed() {
	f.mu.Lock()
	onChange := f.onChange
	f.mu.Unlock()
	onChange()
}
