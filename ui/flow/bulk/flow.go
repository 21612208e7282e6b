package bulk

import (
	"context"
	"io"
	"slices"
	"sync"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what the page needs of the desktop.
type Desk interface {
	Jobs(ctx context.Context, service app.Service) ([]wire.Job, error)
	// Job gives a job as soon as it has another state than the one seen, or
	// after so many seconds.
	Job(ctx context.Context, id app.ID, seen app.JobState, wait int) (wire.Job, error)
	// SendJob makes a job of a list, and tells how many bytes have gone.
	SendJob(ctx context.Context, key string, service app.Service, name string, content []byte, sent func(int64)) (wire.Job, error)
	JobRows(ctx context.Context, id app.ID, grade string, after int) (rows []wire.JobRow, next int, err error)
	CorrectJobRow(ctx context.Context, id app.ID, number int, c wire.JobCorrection) (wire.JobRow, error)
	ReadJob(ctx context.Context, id app.ID, how wire.JobReading) (wire.Job, error)
	PlanJob(ctx context.Context, id app.ID, fields []string) (wire.JobPlan, error)
	StartJob(ctx context.Context, id app.ID, o wire.JobOrder) (wire.Job, error)
	PauseJob(ctx context.Context, id app.ID) (wire.Job, error)
	ResumeJob(ctx context.Context, id app.ID) (wire.Job, error)
	StopJob(ctx context.Context, id app.ID) (wire.Job, error)
	RetryJob(ctx context.Context, id app.ID) (wire.Job, error)
	RepeatJob(ctx context.Context, key string, id app.ID) (wire.Job, error)
	DeleteJob(ctx context.Context, id app.ID) error
	JobResult(ctx context.Context, in wire.JobResultInput, to io.Writer, received func(int64)) (name string, err error)
}

// waitFor is how many seconds the server is asked to wait for a change of a job
// that runs: as often are its figures renewed.
const waitFor = 2

// State is all that the page shows.
type State struct {
	Loading bool
	Jobs    []wire.Job // newest first
	Err     error      // of the list
	Open    *wire.Job  // the one that is looked at; nil: the list
	Sending string     // name of the file that is on its way; ""
	Sent    int64
	Size    int64
	Grade   string // by which the rows are narrowed
	Rows    []wire.JobRow
	Next    int // where the rows go on; 0: they do not
	Fields  []string
	Plan    *wire.JobPlan
	Busy    bool  // something was ordered and is not answered yet
	Fault   error // of what was ordered last
}

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	desk    Desk
	service app.Service
	ctx     context.Context
	run     func(func())
	lost    func(error)

	mu       sync.Mutex
	onChange func()
	state    State
	turn     int // counts what is looked at: what comes of an earlier look is dropped
	shown    bool
}

// New returns the presenter of one of the two services. run runs what takes
// time, lost is told every error.
func New(ctx context.Context, d Desk, service app.Service, run func(func()), lost func(error)) *Flow {
	f := &Flow{desk: d, service: service, ctx: ctx, run: run, lost: lost, onChange: func() {}}
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

// List shows one's own lists.
func (f *Flow) List() {
	turn := f.next()
	f.change(func(s *State) { s.Open, s.Rows, s.Plan, s.Fault, s.Loading, s.Err = nil, nil, nil, nil, true, nil })
	f.run(func() {
		jobs, err := f.desk.Jobs(f.ctx, f.service)
		if !f.still(turn, func(s *State) {
			s.Loading, s.Err = false, err
			if err == nil {
				s.Jobs = jobs
			}
		}) {
			return
		}
		if err != nil {
			f.lost(err)
		}
	})
}

// Look opens a list, and follows it while it changes.
func (f *Flow) Look(id app.ID) {
	turn := f.next()
	f.run(func() { f.follow(turn, id, "") })
}

// follow renews a job until it rests.
func (f *Flow) follow(turn int, id app.ID, seen app.JobState) {
	for wait := 0; ; wait = waitFor {
		job, err := f.desk.Job(f.ctx, id, seen, wait)
		if err != nil {
			if f.still(turn, func(s *State) { s.Fault, s.Loading, s.Busy = err, false, false }) {
				f.lost(err)
			}
			return
		}
		changed := job.State != seen
		if !f.still(turn, func(s *State) { s.Open, s.Loading, s.Busy = &job, false, false }) {
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

// Send takes a file and has the server read it.
func (f *Flow) Send(name string, content []byte) {
	turn := f.next()
	f.change(func(s *State) {
		*s = State{Jobs: s.Jobs, Fields: s.Fields, Sending: name, Size: int64(len(content))}
	})
	f.run(func() {
		job, err := f.desk.SendJob(f.ctx, string(app.NewID()), f.service, name, content, func(n int64) {
			f.still(turn, func(s *State) { s.Sent = n })
		})
		if !f.still(turn, func(s *State) {
			if s.Sending, s.Fault = "", err; err == nil {
				s.Open = &job
			}
		}) {
			return
		}
		if err != nil {
			f.lost(err)
			return
		}
		f.follow(turn, job.ID, "")
	})
}

// Narrow shows the rows of one grade; "" shows all.
func (f *Flow) Narrow(grade string) {
	f.mu.Lock()
	open, turn := f.state.Open, f.turn
	f.mu.Unlock()
	if open == nil {
		return
	}
	f.change(func(s *State) { s.Grade, s.Rows, s.Next = grade, nil, 0 })
	f.run(func() { f.rows(turn, open.ID, 0) })
}

// More fetches the rows that follow.
func (f *Flow) More() {
	f.mu.Lock()
	open, turn, next := f.state.Open, f.turn, f.state.Next
	f.mu.Unlock()
	if open != nil && next > 0 {
		f.run(func() { f.rows(turn, open.ID, next) })
	}
}

func (f *Flow) rows(turn int, id app.ID, after int) {
	grade := f.State().Grade
	rows, next, err := f.desk.JobRows(f.ctx, id, grade, after)
	if !f.still(turn, func(s *State) {
		switch {
		case err != nil:
			s.Fault = err
		case s.Grade != grade:
		case after == 0:
			s.Rows, s.Next = rows, next
		case after == s.Next:
			s.Rows, s.Next = append(slices.Clone(s.Rows), rows...), next
		}
	}) {
		return
	}
	if err != nil {
		f.lost(err)
	}
}

// Choose chooses the columns to add, and asks what they need.
func (f *Flow) Choose(fields []string) {
	f.change(func(s *State) { s.Fields = fields })
	f.mu.Lock()
	open, turn := f.state.Open, f.turn
	f.mu.Unlock()
	if open != nil {
		f.run(func() { f.plan(turn, *open) })
	}
}

func (f *Flow) plan(turn int, job wire.Job) {
	fields := f.chosen()
	if job.State != app.JobReady || f.service == app.ServiceEnrichment && len(fields) == 0 {
		f.still(turn, func(s *State) { s.Plan = nil })
		return
	}
	p, err := f.desk.PlanJob(f.ctx, job.ID, fields)
	f.still(turn, func(s *State) {
		if err == nil {
			s.Plan = &p
		}
	})
}

// chosen are the columns as they are sent: nuclei have none.
func (f *Flow) chosen() []string {
	if f.service != app.ServiceEnrichment {
		return nil
	}
	return f.State().Fields
}

// Correct corrects a row in its place, or leaves it out.
func (f *Flow) Correct(number int, c wire.JobCorrection) {
	f.act(func(id app.ID) (wire.Job, error) {
		row, err := f.desk.CorrectJobRow(f.ctx, id, number, c)
		if err != nil {
			return wire.Job{}, err
		}
		f.change(func(s *State) {
			s.Rows = slices.Clone(s.Rows)
			for i, r := range s.Rows {
				if r.Number == number {
					s.Rows[i] = row
				}
			}
		})
		return f.desk.Job(f.ctx, id, "", 0)
	})
}

// Map tells what the columns mean, and has the list read again.
func (f *Flow) Map(mapping []string) {
	f.act(func(id app.ID) (wire.Job, error) { return f.desk.ReadJob(f.ctx, id, wire.JobReading{Mapping: mapping}) })
}

// Start begins to ask.
func (f *Flow) Start(purpose app.ID, file string) {
	o := wire.JobOrder{Purpose: purpose, FileReference: file, Fields: f.chosen()}
	f.act(func(id app.ID) (wire.Job, error) { return f.desk.StartJob(f.ctx, id, o) })
}

// Pause, Resume, Stop and Retry order what their names say.
func (f *Flow) Pause() {
	f.act(func(id app.ID) (wire.Job, error) { return f.desk.PauseJob(f.ctx, id) })
}

// Resume goes on with a paused job.
func (f *Flow) Resume() {
	f.act(func(id app.ID) (wire.Job, error) { return f.desk.ResumeJob(f.ctx, id) })
}

// Stop gives the job up.
func (f *Flow) Stop() { f.act(func(id app.ID) (wire.Job, error) { return f.desk.StopJob(f.ctx, id) }) }

// Retry asks again about what failed.
func (f *Flow) Retry() {
	f.act(func(id app.ID) (wire.Job, error) { return f.desk.RetryJob(f.ctx, id) })
}

// Repeat makes a job that asks the same list again, and opens it.
func (f *Flow) Repeat() {
	key := string(app.NewID())
	f.act(func(id app.ID) (wire.Job, error) { return f.desk.RepeatJob(f.ctx, key, id) })
}

// Delete removes the job and shows the list.
func (f *Flow) Delete() {
	f.mu.Lock()
	open := f.state.Open
	f.mu.Unlock()
	if open == nil {
		return
	}
	f.change(func(s *State) { s.Busy, s.Fault = true, nil })
	f.run(func() {
		err := f.desk.DeleteJob(f.ctx, open.ID)
		f.change(func(s *State) { s.Busy, s.Fault = false, err })
		if err != nil {
			f.lost(err)
			return
		}
		f.List()
	})
}

// act orders something about the open job, and follows what comes of it.
func (f *Flow) act(do func(app.ID) (wire.Job, error)) {
	f.mu.Lock()
	open := f.state.Open
	busy := f.state.Busy
	f.mu.Unlock()
	if open == nil || busy {
		return
	}
	turn := f.next()
	f.change(func(s *State) { s.Busy, s.Fault = true, nil })
	f.run(func() {
		job, err := do(open.ID)
		if err != nil {
			if f.still(turn, func(s *State) { s.Busy, s.Fault = false, err }) {
				f.lost(err)
			}
			return
		}
		if f.still(turn, func(s *State) { s.Open, s.Busy = &job, false }) {
			f.follow(turn, job.ID, "")
		}
	})
}

// Result fetches the result of the open job.
func (f *Flow) Result(ctx context.Context, format, language string, changed bool, to io.Writer, received func(int64)) (string, error) {
	open := f.State().Open
	if open == nil {
		return "", app.E(app.CodeNotFound)
	}
	return f.desk.JobResult(ctx, wire.JobResultInput{ID: open.ID, Format: format, Language: language, Changed: changed}, to, received)
}
