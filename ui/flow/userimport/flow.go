package userimport

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// Desk is what the import needs of the desktop.
type Desk interface {
	PreviewUserImport(ctx context.Context, content []byte) (wire.UserImport, error)
	// RunUserImport registers the users of some rows; key is repeated where the
	// same request is.
	RunUserImport(ctx context.Context, key, name string, content []byte, rows []int) (wire.UserImport, error)
}

// Step is how far the import has come.
type Step int

// The steps.
const (
	Choosing    Step = iota // no file yet
	Reading                 // the server is reading it
	Previewed               // every row's outcome is known
	Registering             // rows are being registered
	Ended                   // all, or as many as there was time for
)

// Grades by which the rows of a preview are narrowed.
const (
	GradeAll      = ""
	GradeGood     = "good"
	GradeDoubtful = "doubtful"
	GradeBad      = "bad"
)

// Outcomes of a row.
const (
	Create  = "create"
	Known   = "known"
	Failed  = "error"
	Created = "created"
)

// part is how many rows are registered by one call: a few seconds' work.
const part = 20

// mostContent is how long a file may be, in bytes, as the contract has it.
const mostContent = 4 << 20

// State is all that the page shows.
type State struct {
	Step    Step
	Name    string // of the file
	Import  wire.UserImport
	Grade   string // by which the rows are narrowed
	Total   int    // rows to be registered
	Done    int    // of them, those that were tried
	Left    time.Duration
	Stopped bool  // with Ended: not all were tried
	Err     error // of reading or of registering
	Handed  bool  // the secrets, all that there are so far, have been kept
}

// Kind says of a row whether it is good, doubtful or bad: one that is there
// already is good, and nothing is done.
func Kind(r wire.UserImportRow) string {
	if r.Outcome == Failed {
		return GradeBad
	}
	return r.Grade
}

// Rows are those of the grade that is chosen.
func (s State) Rows() []wire.UserImportRow {
	if s.Grade == GradeAll {
		return s.Import.Rows
	}
	return slices.DeleteFunc(slices.Clone(s.Import.Rows), func(r wire.UserImportRow) bool { return Kind(r) != s.Grade })
}

// Count counts the rows of a grade, or of an outcome.
func (s State) Count(what func(wire.UserImportRow) bool) int {
	n := 0
	for _, r := range s.Import.Rows {
		if what(r) {
			n++
		}
	}
	return n
}

// Creating counts the rows that will be registered.
func (s State) Creating() int {
	return s.Count(func(r wire.UserImportRow) bool { return r.Outcome == Create })
}

// Secrets are the rows whose one-time secret is known.
func (s State) Secrets() []wire.UserImportRow {
	return slices.DeleteFunc(slices.Clone(s.Import.Rows), func(r wire.UserImportRow) bool { return r.Secret == "" })
}

// Unkept reports whether secrets would be lost if the page were left.
func (s State) Unkept() bool { return !s.Handed && len(s.Secrets()) > 0 }

// Flow is the presenter. Its methods may be called from any goroutine; none
// waits for the server.
type Flow struct {
	desk Desk
	ctx  context.Context
	run  func(func())
	now  func() time.Time
	lost func(error)

	mu       sync.Mutex
	onChange func()
	state    State
	content  []byte
	key      string
	stop     bool
	asked    int // counts the files: what comes of an earlier one is dropped
}

// New returns an import of no file yet. run runs what takes time, lost is told
// every error.
func New(ctx context.Context, d Desk, run func(func()), now func() time.Time, lost func(error)) *Flow {
	return &Flow{desk: d, ctx: ctx, run: run, now: now, lost: lost, onChange: func() {}}
}

// Watch names who is told that the state has changed.
func (f *Flow) Watch(onChange func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange = onChange
}

// State is what there is to show now. Its rows must not be changed.
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

// Open takes a file and has it previewed.
func (f *Flow) Open(name string, content []byte) {
	f.mu.Lock()
	f.asked++
	number := f.asked
	f.content, f.key, f.stop = content, string(app.NewID()), false
	f.mu.Unlock()
	if len(content) > mostContent {
		f.change(func(s *State) {
			*s = State{Name: name, Err: app.E(app.CodeListTooBig, "megabytes", strconv.Itoa(mostContent>>20)).At("content")}
		})
		return
	}
	f.change(func(s *State) { *s = State{Step: Reading, Name: name} })
	f.run(func() {
		got, err := f.desk.PreviewUserImport(f.ctx, content)
		f.mu.Lock()
		stale := number != f.asked
		f.mu.Unlock()
		if stale {
			return
		}
		f.change(func(s *State) {
			if s.Err = err; err != nil {
				s.Step = Choosing
				return
			}
			s.Step, s.Import = Previewed, got
			s.Total = s.Creating()
		})
		if err != nil {
			f.lost(err)
		}
	})
}

// Again lets another file be chosen.
func (f *Flow) Again() {
	f.mu.Lock()
	f.asked++
	f.mu.Unlock()
	f.change(func(s *State) { *s = State{} })
}

// Narrow shows the rows of one grade.
func (f *Flow) Narrow(grade string) { f.change(func(s *State) { s.Grade = grade }) }

// Stop ends the registration after the rows that are on their way.
func (f *Flow) Stop() {
	f.mu.Lock()
	f.stop = true
	f.mu.Unlock()
}

// Register registers the rows that can be, part by part. After a failure it
// goes on where it was: what had been registered is recognised.
func (f *Flow) Register() {
	f.mu.Lock()
	s := f.state
	var todo []int
	for _, r := range s.Import.Rows {
		if r.Outcome == Create {
			todo = append(todo, r.Number)
		}
	}
	f.stop = false
	content, name, key := f.content, s.Name, f.key
	f.mu.Unlock()
	if s.Step != Previewed && s.Step != Ended || len(todo) == 0 {
		return
	}
	f.change(func(s *State) { s.Step, s.Err, s.Stopped, s.Left, s.Handed = Registering, nil, false, 0, false })
	f.run(func() {
		began, all := f.now(), len(todo)
		for len(todo) > 0 {
			f.mu.Lock()
			stop := f.stop
			f.mu.Unlock()
			if stop {
				f.change(func(s *State) { s.Step, s.Stopped = Ended, true })
				return
			}
			rows := todo[:min(part, len(todo))]
			got, err := f.desk.RunUserImport(f.ctx, key+"-"+strconv.Itoa(rows[0]), name, content, rows)
			if err != nil {
				f.change(func(s *State) { s.Step, s.Stopped, s.Err = Ended, true, err })
				f.lost(err)
				return
			}
			broke := len(got.Rows) < len(rows)
			rows = rows[:min(len(got.Rows), len(rows))]
			todo = todo[len(rows):]
			took := f.now().Sub(began)
			f.change(func(s *State) {
				s.take(got.Rows)
				s.Done += len(rows)
				if broke {
					s.Step, s.Stopped, s.Err = Ended, true, app.E(app.CodeInternal)
					return
				}
				s.Left = took / time.Duration(all-len(todo)) * time.Duration(len(todo))
			})
			if broke {
				return
			}
		}
		f.change(func(s *State) { s.Step, s.Left = Ended, 0 })
	})
}

// take puts what became of rows in the place of what was to become of them.
func (s *State) take(rows []wire.UserImportRow) {
	all := slices.Clone(s.Import.Rows)
	for _, r := range rows {
		if i := slices.IndexFunc(all, func(x wire.UserImportRow) bool { return x.Number == r.Number }); i >= 0 {
			all[i] = r
		}
	}
	s.Import.Rows = all
}

// Handed notes that the secrets have been kept.
func (f *Flow) Handed() { f.change(func(s *State) { s.Handed = true }) }
