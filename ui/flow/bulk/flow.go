package bulk

import (
	"context"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// waitFor is how many seconds the server is asked to wait for a change of a job
// that runs: as often are its figures renewed.
const waitFor = 2

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	// Lists are one's own lists.
	Lists *list.Flow[Filter, wire.Job, struct{}]

	desk    Desk
	service app.Service
	ctx     context.Context
	run     func(func())
	lost    func(error)

	mu       sync.Mutex
	onChange func()
	state    State
	turn     int // counts what is looked at: what comes of an earlier look is dropped
	plans    int // counts the questions for a plan
	shown    bool
	occur    []app.Purpose // that were stated for lists
}

// New returns the presenter of one of the two services. Context, Go and Lost of
// the options are needed.
func New(o list.Options, d Desk, service app.Service) *Flow {
	f := &Flow{desk: d, service: service, ctx: o.Context, run: o.Go, lost: o.Lost, onChange: func() {}}
	if o.Page == 0 {
		o.Page = pageSize
	}
	f.Lists = list.New(list.Config[Filter, wire.Job, struct{}]{Options: o, Read: f.read, ID: func(j wire.Job) app.ID { return j.ID }, Check: check})
	for _, x := range app.JobFields[:4] {
		f.state.Fields = append(f.state.Fields, x.ID)
	}
	return f
}

// Service is the service of the page.
func (f *Flow) Service() app.Service { return f.service }

// Watch names who is told that the state has changed.
func (f *Flow) Watch(onChange func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange = onChange
}

// State is what there is to show now. What it points to must not be changed.
func (f *Flow) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

func (f *Flow) change(change func(*State)) {
	f.mu.Lock()
	change(&f.state)
	onChange := f.onChange
	f.mu.Unlock()
	onChange()
}

// still runs a change unless something else is looked at by now.
func (f *Flow) still(turn int, change func(*State)) bool {
	f.mu.Lock()
	ok := turn == f.turn
	f.mu.Unlock()
	if ok {
		f.change(change)
	}
	return ok
}

func (f *Flow) next() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn++
	return f.turn
}

// Show begins to renew what is shown; Hide ends it.
func (f *Flow) Show() {
	f.mu.Lock()
	f.shown = true
	open := f.state.Open
	f.mu.Unlock()
	if open != nil {
		f.Look(open.ID)
		return
	}
	f.List()
}

// Hide ends to renew what is shown.
func (f *Flow) Hide() {
	f.mu.Lock()
	f.shown = false
	f.turn++
	f.mu.Unlock()
}

// Look opens a list, and follows it while it changes.
func (f *Flow) Look(id app.ID) {
	turn := f.next()
	f.run(func() { f.follow(turn, id, "") })
}

// open shows a job, as the server tells it or as it stands in the copy; of
// another one nothing is left.
func (s *State) open(job wire.Job, copied bool) {
	if s.Open == nil || s.Open.ID != job.ID {
		s.Grade, s.Rows, s.Next, s.Samples, s.Plan = "", nil, 0, nil, nil
	}
	s.Open, s.Copied = &job, copied
}

// Heard renews what is shown, because the server has said that a job changed;
// "" stands for any. What the person is doing there stays.
func (f *Flow) Heard(id app.ID) {
	f.mu.Lock()
	open, copied, turn := f.state.Open, f.state.Copied, f.turn
	still := f.shown && !f.state.Busy && f.state.Sending == ""
	f.mu.Unlock()
	switch {
	case !still:
	case open == nil:
		f.Lists.Refresh()
	case id == "" || id == open.ID:
		f.run(func() {
			job, away, err := f.desk.Job(f.ctx, open.ID, "", 0)
			switch {
			case app.CodeOf(err) == app.CodeNotFound:
				f.mu.Lock()
				gone := turn == f.turn
				f.mu.Unlock()
				if gone {
					f.List()
				}
			case err != nil: // whoever does something next is told
			case !f.still(turn, func(s *State) { s.open(job, away) }):
			case job.State != open.State, copied && !away:
				f.follow(f.next(), job.ID, "")
			}
		})
	}
}

// follow renews a job until it rests.
func (f *Flow) follow(turn int, id app.ID, seen app.JobState) {
	for wait := 0; ; wait = waitFor {
		job, copied, err := f.desk.Job(f.ctx, id, seen, wait)
		if err != nil {
			if f.still(turn, func(s *State) { s.Fault, s.Busy = err, false }) {
				f.lost(err)
			}
			return
		}
		changed := job.State != seen
		if !f.still(turn, func(s *State) { s.open(job, copied); s.Busy = false }) || copied {
			return
		}
		seen = job.State
		if changed && job.State == app.JobReady {
			f.rows(turn, job.ID, 0)
			f.plan(turn, job)
		}
		switch job.State {
		case app.JobReading, app.JobRunning:
		default:
			return
		}
	}
}
