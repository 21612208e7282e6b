package bulk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/bulk"
	"indagor/ui/flow/list"
)

// desk is a server with one job, whose states come one after the other.
type desk struct {
	bulk.Desk
	jobs   []wire.Job
	asked  []wire.JobQuery
	states []app.JobState
	rows   []wire.JobRow
	err    error
	said   []string
	job    wire.Job // what every job is like
	away   bool     // what is told comes from the copy

	settings map[string][]byte
	breaks   int64 // at which byte the line breaks
	received int64
	keys     []string
}

func (d *desk) say(format string, args ...any) { d.said = append(d.said, fmt.Sprintf(format, args...)) }

// Jobs looks through as many lists a page as are asked for, so that one of few
// that fit may be empty.
func (d *desk) Jobs(_ context.Context, q wire.JobQuery) (wire.List[wire.Job], bool, error) {
	d.asked = append(d.asked, q)
	from, _ := strconv.Atoi(q.Cursor)
	end := min(from+q.Limit, len(d.jobs))
	var page wire.List[wire.Job]
	for _, j := range d.jobs[from:end] {
		if strings.Contains(j.Name, q.Text) {
			page.Items = append(page.Items, j)
		}
	}
	if end < len(d.jobs) {
		page.Next = strconv.Itoa(end)
	}
	return page, d.away, d.err
}

func (d *desk) UserSetting(name string, into any) bool {
	return json.Unmarshal(d.settings[name], into) == nil
}

func (d *desk) SetUserSetting(name string, value any) (err error) {
	if d.settings == nil {
		d.settings = map[string][]byte{}
	}
	d.settings[name], err = json.Marshal(value)
	return err
}

func (d *desk) Job(_ context.Context, id app.ID, _ app.JobState, _ int) (wire.Job, bool, error) {
	if d.err != nil {
		return wire.Job{}, false, d.err
	}
	j := d.job
	j.ID, j.State = id, d.states[0]
	if len(d.states) > 1 {
		d.states = d.states[1:]
	}
	return j, d.away, nil
}

func (d *desk) CreateJob(_ context.Context, key string, draft wire.JobDraft) (wire.Job, error) {
	d.say("create %s %s %d", draft.Service, draft.Name, draft.Size)
	d.keys = append(d.keys, key)
	if d.err != nil {
		return wire.Job{}, d.err
	}
	return wire.Job{ID: "j", State: app.JobUploading, Size: draft.Size, Received: d.received}, nil
}

func (d *desk) SendJobPiece(_ context.Context, _ app.ID, p wire.JobPiece) (wire.Job, error) {
	d.say("piece %d+%d", p.At, len(p.Content))
	if d.breaks > 0 && p.At >= d.breaks {
		return wire.Job{}, errors.New("away")
	}
	d.received = p.At + int64(len(p.Content))
	j := wire.Job{ID: "j", State: app.JobUploading}
	if len(p.Content) < wire.JobPieceMost {
		j.State = app.JobReading
	}
	return j, nil
}

func (d *desk) ReadJob(_ context.Context, id app.ID, how wire.JobReading) (wire.Job, error) {
	d.say("read %v", how.Mapping)
	return wire.Job{ID: id, State: app.JobReading}, d.err
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
	d.say("start %s %s %s %v", o.Purpose, o.FileReference, o.ReferenceDate, o.Fields)
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
	o := list.Options{Context: context.Background(), Go: func(f func()) { f() }, Lost: func(err error) { lost = append(lost, err) }}
	return bulk.New(o, d, app.ServiceEnrichment), &lost
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
	// It stays among the bad rows, though it is none any more.
	if s = f.State(); s.Busy || s.Fault != nil || s.Grade != "bad" || len(s.Rows) != 1 || s.Rows[0].Grade != "good" || s.Samples[1].Grade != "good" {
		t.Errorf("%+v", s)
	}
	f.Choose([]string{"surname"})
	f.Start("p", "Prot. 1", "2026-01-31")
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
	for _, want := range []string{"create enrichment x.csv 3", "piece 0+3", "correct 2 [y]", "start p Prot. 1 2026-01-31 [surname]", "delete"} {
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
	if s := f.Lists.State(); !errors.Is(s.Err, away) || s.Loading {
		t.Errorf("%+v", s)
	}
	f.Send("x.csv", []byte("cf\n"))
	if s := f.State(); !errors.Is(s.Fault, away) || s.Sending != "" {
		t.Errorf("%+v", s)
	}
	d.err = nil
	f.Look("j")
	d.err = away
	f.Start("p", "x", "")
	if s := f.State(); !errors.Is(s.Fault, away) || s.Busy || s.Open.State != app.JobReady {
		t.Errorf("%+v", s)
	}
	if len(*lost) != 4 { // the lists themselves twice, the sending, the start
		t.Errorf("%d errors told", len(*lost))
	}
}

// What comes after the person has gone elsewhere changes nothing.
func TestLateAnswersAreDropped(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}}
	var later []func()
	f := bulk.New(list.Options{Context: context.Background(), Go: func(do func()) { later = append(later, do) }, Lost: func(error) {}}, d, app.ServiceHousehold)
	f.Look("j")
	f.List()
	for _, do := range later {
		do()
	}
	if s := f.State(); s.Open != nil {
		t.Errorf("%+v", s)
	}
}

// A list that did not arrive goes on from where it broke off, under its key.
func TestSendingGoesOn(t *testing.T) {
	content := make([]byte, 2*wire.JobPieceMost+7)
	d := &desk{states: []app.JobState{app.JobReady}, breaks: wire.JobPieceMost}
	f, lost := newFlow(d)
	f.Send("x.csv", content)
	if s := f.State(); s.Fault == nil || s.Sending != "" || s.Open != nil || len(*lost) != 1 {
		t.Fatalf("%+v", s)
	}
	d.breaks, d.said = 0, nil
	f, _ = newFlow(d) // as after a restart
	f.Send("x.csv", content)
	if s := f.State(); s.Fault != nil || s.Open == nil || s.Open.State != app.JobReady {
		t.Errorf("%+v", s)
	}
	want := []string{fmt.Sprintf("create enrichment x.csv %d", len(content)), fmt.Sprintf("piece %d+%d", wire.JobPieceMost, wire.JobPieceMost), fmt.Sprintf("piece %d+7", 2*wire.JobPieceMost)}
	if !slices.Equal(d.said[:3], want) {
		t.Errorf("%q", d.said)
	}
	// Once it has arrived, the same file is another list; so is another file.
	d.received = 0
	f.Send("x.csv", content)
	content[0] = 1
	f.Send("x.csv", content)
	if k := d.keys; k[0] != k[1] || k[2] == k[1] || k[3] == k[2] {
		t.Errorf("keys %q", k)
	}
}

// many are lists of one an hour, the newest first, of which every third is of
// the TARI.
func many(n int) []wire.Job {
	var out []wire.Job
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for i := range n {
		name := "imu.csv"
		if i%3 == 0 {
			name = "tari.csv"
		}
		out = append(out, wire.Job{ID: app.ID(strconv.Itoa(i)), Name: name, Created: at.Add(-time.Duration(i) * time.Hour)})
	}
	return out
}

func TestListsGoOn(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}, jobs: many(120)}
	f, _ := newFlow(d)
	f.Show()
	f.Lists.More()
	if s := f.Lists.State(); len(s.Rows) != 100 || !s.More {
		t.Fatalf("%d lists, more %v", len(s.Rows), s.More)
	}
	// A signal renews the newest; what was read besides stays, and so does what
	// is looked at.
	f.Lists.Select("70")
	d.jobs[0].State = app.JobDone
	f.Heard("0")
	if s := f.Lists.State(); len(s.Rows) != 100 || s.Rows[0].State != app.JobDone || s.Selected != "70" {
		t.Errorf("%d lists, %+v", len(s.Rows), s.Rows[0])
	}
	f.Lists.More()
	f.Lists.More()
	if s := f.Lists.State(); len(s.Rows) != 120 || s.More {
		t.Errorf("%d lists, more %v", len(s.Rows), s.More)
	}
	f.Heard("0")
	if s := f.Lists.State(); len(s.Rows) != 120 || s.More {
		t.Errorf("%d lists, more %v", len(s.Rows), s.More)
	}
	f.Hide()
	d.jobs[0].State = app.JobStopped
	if f.Heard("0"); f.Lists.State().Rows[0].State != app.JobDone {
		t.Error("asked for while out of view")
	}
	for _, q := range d.asked {
		if q.Limit > 100 || q.Service != app.ServiceEnrichment {
			t.Errorf("asked %+v", q)
		}
	}
}

// What narrows the lists is asked as it is; short pages are read on, and what
// is no person or no day is refused at its input.
func TestListsAreNarrowed(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}, jobs: many(120)}
	f, _ := newFlow(d)
	f.Show()
	if !f.Lists.Search(bulk.Filter{
		Person: " rssmra85t10a562s ", Text: " tari ", State: app.JobDone, Outcome: app.OutcomeDeceased, Purpose: "p", From: "2026-01-01", Until: "2026-11-23",
	}) {
		t.Fatal(f.Lists.State().Errors)
	}
	want := wire.JobQuery{Service: app.ServiceEnrichment, Person: "RSSMRA85T10A562S", Text: "tari", State: app.JobDone, Outcome: app.OutcomeDeceased, Purpose: "p", From: "2026-01-01", Until: "2026-11-23", Limit: 50}
	if d.asked[1] != want {
		t.Errorf("asked %+v", d.asked[1])
	}
	if s := f.Lists.State(); len(s.Rows) != 34 || !s.More || !s.Filtered() {
		t.Errorf("%d lists of two pages, more %v", len(s.Rows), s.More)
	}
	f.Lists.Search(bulk.Filter{Text: "nothing"})
	if s := f.Lists.State(); len(s.Rows) != 0 || s.More || !s.Loaded {
		t.Errorf("nothing was found: %d, more %v", len(s.Rows), s.More)
	}
	for _, x := range []struct {
		f    bulk.Filter
		want string
	}{
		{bulk.Filter{Person: "Rossi"}, "fiscal_code at person"},
		{bulk.Filter{Person: "RSSMRA85T10A562X"}, "fiscal_code_check at person"},
		{bulk.Filter{From: "31/02", Until: "x"}, "date at from; date at until"},
		{bulk.Filter{From: "2026-02-01", Until: "2026-01-01"}, "profile_period at until"},
	} {
		n := len(d.asked)
		if f.Lists.Search(x.f) || len(d.asked) != n {
			t.Errorf("%+v is asked", x.f)
		}
		if got := f.Lists.State().Errors.Error(); got != x.want {
			t.Errorf("%+v: %q, want %q", x.f, got, x.want)
		}
	}
	if !f.Lists.Search(bulk.Filter{Person: "aa1234567"}) || d.asked[len(d.asked)-1].Person != "AA1234567" {
		t.Errorf("an ANPR id: %+v", f.Lists.State().Errors)
	}
}

// Purposes by which lists can be narrowed are those that may be stated, and
// those that were.
func TestFormerPurposes(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}, jobs: []wire.Job{{ID: "1", Purpose: "p", PurposeName: "Tributi"}, {ID: "2", Purpose: "z", PurposeName: "Cessata"}, {ID: "3", Purpose: "q"}}}
	f, _ := newFlow(d)
	f.Show()
	f.Lists.Search(bulk.Filter{Text: "nothing"})
	if got := f.Purposes([]app.Purpose{{ID: "p", Name: "Tributi"}}); len(got) != 2 || got[1].ID != "z" {
		t.Errorf("%+v", got)
	}
}

// What is removed goes from the list at once.
func TestRemovedGoesAtOnce(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobDone}, jobs: many(3)}
	f, _ := newFlow(d)
	f.Show()
	f.Look("1")
	d.jobs = slices.Delete(d.jobs, 1, 2)
	var seen []int
	f.Lists.Watch(func() { seen = append(seen, len(f.Lists.State().Rows)) }, func(error) {})
	f.Delete()
	if len(seen) == 0 || seen[0] != 2 || f.State().Open != nil {
		t.Errorf("%v", seen)
	}
}

// A signal renews the open list: its state, and what comes with another state.
func TestSignalsRenewTheOpenList(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}, rows: []wire.JobRow{{Number: 1, Grade: "good"}}}
	f, _ := newFlow(d)
	f.Show()
	f.Look("j")
	d.rows = nil
	if f.Heard("another"); len(f.State().Rows) != 1 {
		t.Error("renewed for another list")
	}
	if f.Heard("j"); len(f.State().Rows) != 1 {
		t.Error("the rows of a list in the same state were read again")
	}
	d.states = []app.JobState{app.JobDone}
	if f.Heard(""); f.State().Open.State != app.JobDone {
		t.Errorf("%+v", f.State().Open)
	}
	d.jobs, d.err = []wire.Job{{ID: "k"}}, app.E(app.CodeNotFound)
	if f.Heard("j"); f.State().Open != nil {
		t.Error("a list that is no more stays open")
	}
}

// While the server is away the lists of the copy are shown, and a list of it is
// not followed until the server is back.
func TestListsOfTheCopy(t *testing.T) {
	d := &desk{jobs: []wire.Job{{ID: "j"}}, states: []app.JobState{app.JobReady}, rows: []wire.JobRow{{Number: 1, Grade: "good"}}, away: true}
	f, lost := newFlow(d)
	f.Show()
	if st := f.Lists.State(); !st.Cached || len(st.Rows) != 1 {
		t.Errorf("%+v", st)
	}
	f.Look("j")
	if st := f.State(); st.Open == nil || !st.Copied || st.Rows != nil || st.Plan != nil || st.Fault != nil || len(*lost) != 0 {
		t.Errorf("%+v", st)
	}
	if f.Heard("j"); !f.State().Copied || f.State().Rows != nil {
		t.Errorf("%+v", f.State())
	}
	d.away = false
	if f.Heard("j"); f.State().Copied || len(f.State().Rows) != 1 || f.State().Plan == nil {
		t.Errorf("the server is back: %+v", f.State())
	}
	d.away = true
	f.Heard("j")
	if f.Leave(); f.State().Copied || f.State().Open != nil {
		t.Errorf("left: %+v", f.State())
	}
}

// A list that is asked again has the columns of the first time.
func TestRepeatedListKeepsItsColumns(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}, job: wire.Job{Repeats: "old", Fields: []string{"address"}, Mapping: []string{"fiscal_code"}}}
	f, _ := newFlow(d)
	f.Show()
	f.Look("j")
	if o := *f.State().Open; !bulk.Fixed(o) || bulk.Unmapped(o) {
		t.Errorf("%+v", o)
	}
	f.Start("p", "x", "")
	for _, want := range []string{"plan [address]", "start p x  [address]"} {
		if !slices.Contains(d.said, want) {
			t.Errorf("%q was not said: %q", want, d.said)
		}
	}
}

func TestColumns(t *testing.T) {
	d := &desk{states: []app.JobState{app.JobReady}, job: wire.Job{Mapping: []string{"surname", ""}}, rows: []wire.JobRow{{Number: 1, Cells: []string{"a"}}, {Number: 2, Cells: []string{"a", "b"}}}}
	f, _ := newFlow(d)
	f.Show()
	f.Look("j")
	s := f.State()
	if !bulk.Unmapped(*s.Open) || !slices.Equal(s.Column(0, 5), []string{"a"}) || !slices.Equal(s.Column(1, 5), []string{"b"}) || s.Column(2, 5) != nil {
		t.Errorf("%+v", s)
	}
	f.Read(wire.JobReading{Mapping: []string{"", "fiscal_code"}})
	if !slices.Contains(d.said, "read [ fiscal_code]") {
		t.Errorf("%q", d.said)
	}
}
