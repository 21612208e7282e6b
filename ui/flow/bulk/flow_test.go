package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/bulk"
)

// desk is a server with one job, whose states come one after the other.
type desk struct {
	bulk.Desk
	jobs   []wire.Job
	states []app.JobState
	rows   []wire.JobRow
	err    error
	said   []string
}

func (d *desk) say(format string, args ...any) { d.said = append(d.said, fmt.Sprintf(format, args...)) }

func (d *desk) Jobs(context.Context, app.Service) ([]wire.Job, error) { return d.jobs, d.err }

func (d *desk) Job(_ context.Context, id app.ID, _ app.JobState, _ int) (wire.Job, error) {
	if d.err != nil {
		return wire.Job{}, d.err
	}
	j := wire.Job{ID: id, State: d.states[0]}
	if len(d.states) > 1 {
		d.states = d.states[1:]
	}
	return j, nil
}

func (d *desk) SendJob(_ context.Context, _ string, s app.Service, name string, content []byte, sent func(int64)) (wire.Job, error) {
	d.say("send %s %s", s, name)
	if d.err != nil {
		return wire.Job{}, d.err
	}
	sent(int64(len(content)))
	return wire.Job{ID: "j", State: app.JobReading}, nil
}

func (d *desk) JobRows(_ context.Context, _ app.ID, grade string, after int) ([]wire.JobRow, int, error) {
	var out []wire.JobRow
	for _, r := range d.rows {
		if r.Number > after && (grade == "" || r.Grade == grade) {
			out = append(out, r)
		}
	}
	if len(out) > 2 {
		return out[:2], out[1].Number, nil
	}
	return out, 0, nil
}

func (d *desk) PlanJob(_ context.Context, _ app.ID, fields []string) (wire.JobPlan, error) {
	d.say("plan %v", fields)
	return wire.JobPlan{Calls: len(fields)}, nil
}

func (d *desk) StartJob(_ context.Context, id app.ID, o wire.JobOrder) (wire.Job, error) {
	d.say("start %s %s %v", o.Purpose, o.FileReference, o.Fields)
	d.states = []app.JobState{app.JobRunning, app.JobRunning, app.JobDone}
	return wire.Job{ID: id, State: app.JobRunning}, d.err
}

func (d *desk) CorrectJobRow(_ context.Context, _ app.ID, n int, c wire.JobCorrection) (wire.JobRow, error) {
	d.say("correct %d %v", n, c.Cells)
	return wire.JobRow{Number: n, Grade: "good", Cells: c.Cells}, d.err
}

func (d *desk) DeleteJob(context.Context, app.ID) error { d.say("delete"); return d.err }

func (d *desk) JobResult(_ context.Context, in wire.JobResultInput, to io.Writer, _ func(int64)) (string, error) {
	_, err := io.WriteString(to, in.Format)
	return "x.csv", err
}

func newFlow(d *desk) (*bulk.Flow, *[]error) {
	var lost []error
	return bulk.New(context.Background(), d, app.ServiceEnrichment, func(f func()) { f() }, func(err error) { lost = append(lost, err) }), &lost
}

func TestFromTheFileToTheResult(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReading, app.JobReady}, rows: []wire.JobRow{{Number: 1, Grade: "good"}, {Number: 2, Grade: "bad"}, {Number: 3, Grade: "good"}}}
	f, lost := newFlow(d)
	var seen []app.JobState
	f.Watch(func() {
		if o := f.State().Open; o != nil && (len(seen) == 0 || seen[len(seen)-1] != o.State) {
			seen = append(seen, o.State)
		}
	})
	f.Show()
	f.Send("x.csv", []byte("cf\n"))
	s := f.State()
	if s.Open == nil || s.Open.State != app.JobReady || len(s.Rows) != 2 || s.Next != 2 || s.Plan == nil || s.Plan.Calls != 4 {
		t.Fatalf("%+v", s)
	}
	f.More()
	if s = f.State(); len(s.Rows) != 3 || s.Next != 0 {
		t.Errorf("%+v", s)
	}
	f.Narrow("bad")
	if s = f.State(); len(s.Rows) != 1 || s.Rows[0].Number != 2 {
		t.Errorf("%+v", s.Rows)
	}
	f.Correct(2, wire.JobCorrection{Cells: []string{"y"}})
	if s = f.State(); s.Busy || s.Fault != nil {
		t.Errorf("%+v", s)
	}
	f.Choose([]string{"surname"})
	f.Start("p", "Prot. 1")
	if s = f.State(); s.Open.State != app.JobDone || s.Busy {
		t.Errorf("%+v", s)
	}
	if !slices.Equal(seen, []app.JobState{app.JobReading, app.JobReady, app.JobRunning, app.JobDone}) {
		t.Errorf("seen %v", seen)
	}
	var b writer
	if name, err := f.Result(context.Background(), "xlsx", "it", false, &b, nil); name != "x.csv" || err != nil || string(b) != "xlsx" {
		t.Errorf("%q %v %q", name, err, b)
	}
	f.Delete()
	if s = f.State(); s.Open != nil {
		t.Errorf("%+v", s)
	}
	for _, want := range []string{"send enrichment x.csv", "correct 2 [y]", "start p Prot. 1 [surname]", "delete"} {
		if !slices.Contains(d.said, want) {
			t.Errorf("%q was not said: %q", want, d.said)
		}
	}
	if len(*lost) > 0 {
		t.Errorf("%v", *lost)
	}
}

type writer []byte

func (w *writer) Write(b []byte) (int, error) { *w = append(*w, b...); return len(b), nil }

func TestErrorsAreTold(t *testing.T) {
	away := errors.New("away")
	d := &desk{err: away, states: []app.JobState{app.JobReady}}
	f, lost := newFlow(d)
	f.Show()
	if s := f.State(); !errors.Is(s.Err, away) || s.Loading {
		t.Errorf("%+v", s)
	}
	f.Send("x.csv", []byte("cf\n"))
	if s := f.State(); !errors.Is(s.Fault, away) || s.Sending != "" {
		t.Errorf("%+v", s)
	}
	d.err = nil
	f.Look("j")
	d.err = away
	f.Start("p", "x")
	if s := f.State(); !errors.Is(s.Fault, away) || s.Busy || s.Open.State != app.JobReady {
		t.Errorf("%+v", s)
	}
	if len(*lost) != 3 {
		t.Errorf("%d errors told", len(*lost))
	}
}

// What comes after the person has gone elsewhere changes nothing.
func TestLateAnswersAreDropped(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}}
	var later []func()
	f := bulk.New(context.Background(), d, app.ServiceHousehold, func(do func()) { later = append(later, do) }, func(error) {})
	f.Look("j")
	f.List()
	for _, do := range later {
		do()
	}
	if s := f.State(); s.Open != nil || s.Loading {
		t.Errorf("%+v", s)
	}
}
