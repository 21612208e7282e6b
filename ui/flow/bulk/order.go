package bulk

import (
	"context"
	"io"

	"indagor/app"
	"indagor/sync/wire"
)

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

// plan asks what the job needs; of several questions the last one counts.
func (f *Flow) plan(turn int, job wire.Job) {
	f.mu.Lock()
	f.plans++
	number := f.plans
	f.mu.Unlock()
	fields := f.chosen(job)
	if job.State != app.JobReady || f.service == app.ServiceEnrichment && len(fields) == 0 {
		f.still(turn, func(s *State) { s.Plan = nil })
		return
	}
	p, err := f.desk.PlanJob(f.ctx, job.ID, fields)
	f.mu.Lock()
	last := number == f.plans
	f.mu.Unlock()
	if err != nil || !last {
		return
	}
	f.still(turn, func(s *State) { s.Plan = &p })
}

// chosen are the columns as they are sent: nuclei have none, and a list that is
// asked again has those of the first time.
func (f *Flow) chosen(job wire.Job) []string {
	switch {
	case f.service != app.ServiceEnrichment:
		return nil
	case Fixed(job):
		return job.Fields
	}
	return f.State().Fields
}

// Start begins to ask about a day; "" is today.
func (f *Flow) Start(purpose app.ID, file string, day app.Day) {
	open := f.State().Open
	if open == nil {
		return
	}
	o := wire.JobOrder{Purpose: purpose, FileReference: file, ReferenceDate: day, Fields: f.chosen(*open)}
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
		f.Lists.Drop(open.ID)
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
		if f.still(turn, func(s *State) { s.open(job, false); s.Busy = false }) {
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
