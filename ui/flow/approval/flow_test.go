package approval_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/approval"
)

var today = time.Date(2026, 11, 23, 10, 42, 0, 0, time.UTC)

var errAway = errors.New("server away")

// desk is a server with some requests.
type desk struct {
	rows    []wire.ApprovalItem
	asked   []wire.ApprovalsInput
	read    []app.ID
	decided [][]app.ID
	codes   map[app.ID]app.Code
	err     error
}

func (d *desk) Approvals(_ context.Context, in wire.ApprovalsInput) (wire.List[wire.ApprovalItem], error) {
	d.asked = append(d.asked, in)
	if d.err != nil {
		return wire.List[wire.ApprovalItem]{}, d.err
	}
	from := len(in.Cursor)
	to := min(from+in.Limit, len(d.rows))
	out := wire.List[wire.ApprovalItem]{Items: slices.Clone(d.rows[from:to])}
	if to < len(d.rows) {
		out.Next = fmt.Sprintf("%0*d", to, 0)
	}
	return out, nil
}

func (d *desk) CountApprovals(context.Context, int) (wire.ApprovalCount, error) {
	n := 0
	for _, r := range d.rows {
		if r.State == app.ApprovalWaiting {
			n++
		}
	}
	return wire.ApprovalCount{Waiting: n}, d.err
}

func (d *desk) Approval(_ context.Context, id app.ID) (wire.ApprovalDetail, error) {
	d.read = append(d.read, id)
	for _, r := range d.rows {
		if r.ID == id {
			return wire.ApprovalDetail{ApprovalItem: r, Subject: &app.Subject{FiscalCode: "RSSMRA61L03H501B"}}, d.err
		}
	}
	return wire.ApprovalDetail{}, app.E(app.CodeNotFound)
}

func (d *desk) DecideApprovals(_ context.Context, approve bool, ids []app.ID, _ string) ([]wire.DecidedItem, error) {
	d.decided = append(d.decided, ids)
	var out []wire.DecidedItem
	for _, id := range ids {
		out = append(out, wire.DecidedItem{ID: id, Code: d.codes[id]})
		for i := range d.rows {
			if d.rows[i].ID == id && d.codes[id] == "" {
				if d.rows[i].State = app.ApprovalRefused; approve {
					d.rows[i].State = app.ApprovalApproved
				}
			}
		}
	}
	return out, d.err
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d1", Name: "Tributi"}}, d.err
}

func (d *desk) Purposes(context.Context) ([]app.Purpose, error) {
	return []app.Purpose{{ID: "p1", Name: "Notifica"}}, d.err
}

type stage struct {
	*testing.T
	*approval.Flow
	desk   *desk
	later  []func()
	counts []int
	failed []error
}

func newStage(t *testing.T, n int) *stage {
	s := &stage{T: t, desk: &desk{codes: map[app.ID]app.Code{}}}
	for i := range n {
		s.desk.rows = append(s.desk.rows, wire.ApprovalItem{ID: app.ID(fmt.Sprint("r", i)), State: app.ApprovalWaiting})
	}
	s.Flow = approval.New(approval.Config{
		Desk: s.desk, Now: func() time.Time { return today }, Page: 3, Go: func(f func()) { s.later = append(s.later, f) },
		Away: func(err error) bool { return errors.Is(err, errAway) }, Counted: func(n int) { s.counts = append(s.counts, n) },
	})
	s.Watch(func() {}, func(err error) { s.failed = append(s.failed, err) })
	s.Open()
	s.run()
	return s
}

func (s *stage) run() {
	for len(s.later) > 0 {
		f := s.later[0]
		s.later = s.later[1:]
		f()
	}
}

func TestQueue(t *testing.T) {
	s := newStage(t, 5)
	st := s.State()
	if len(st.Rows) != 3 || !st.More || !st.Loaded || st.Count.Waiting != 5 || len(st.Departments) != 1 || !slices.Equal(s.counts, []int{5}) {
		t.Fatalf("opened: %+v, counts %v", st, s.counts)
	}
	s.More()
	s.More() // on its way already
	s.run()
	if st := s.State(); len(st.Rows) != 5 || st.More || len(s.desk.asked) != 2 {
		t.Fatalf("more: %d rows, %d questions", len(st.Rows), len(s.desk.asked))
	}
	s.Reload()
	s.run()
	if st := s.State(); len(st.Rows) != 5 {
		t.Errorf("a refresh shows %d rows", len(st.Rows))
	}
	s.Search(approval.Filter{Soon: true, Words: "  fasc.  1 ", Department: "d1", Username: "left over"})
	s.run()
	in := s.desk.asked[len(s.desk.asked)-1]
	if in.Search != "fasc. 1" || in.Department != "d1" || !in.DueBefore.Equal(today.Add(24*time.Hour)) || s.State().Filter.Username != "" {
		t.Errorf("asked %+v", in)
	}
	s.desk.err = errAway
	s.Reload()
	s.run()
	if st := s.State(); !st.Away || st.Err == nil || len(st.Rows) == 0 { // what was read stays
		t.Errorf("away: %+v", st)
	}
}

// TestLateAnswers: what comes of an earlier question is dropped.
func TestLateAnswers(t *testing.T) {
	s := newStage(t, 2)
	s.Search(approval.Filter{Words: "a"})
	s.desk.rows = s.desk.rows[:1]
	s.Search(approval.Filter{Words: "b"})
	s.later[1]()
	s.later[0]()
	if st := s.State(); len(st.Rows) != 1 || st.Loading {
		t.Errorf("%+v", st)
	}
}

// TestReadOnPurpose: to look at a row does not read whom it is about.
func TestReadOnPurpose(t *testing.T) {
	s := newStage(t, 2)
	s.Select("r0")
	s.run()
	if len(s.desk.read) != 0 || s.State().Detail != nil {
		t.Fatal("selecting a row reads the person")
	}
	s.Read()
	s.run()
	if st := s.State(); st.Detail == nil || st.Detail.Subject == nil || !slices.Equal(s.desk.read, []app.ID{"r0"}) {
		t.Fatalf("read: %+v", st)
	}
	s.Select("r1")
	if s.State().Detail != nil {
		t.Error("the detail of another stays")
	}
	s.Read()
	s.Select("r0") // before the answer
	s.run()
	if s.State().Detail != nil {
		t.Error("a late detail is shown")
	}
}

func TestDecide(t *testing.T) {
	s := newStage(t, 3)
	s.desk.rows[1].State = app.ApprovalSilent
	s.Reload()
	s.run()
	s.desk.codes["r2"] = app.CodeApprovalDecided
	if !s.Decide(true, []app.ID{"r0", "r1", "r2", "unknown"}, "") {
		t.Fatal("nothing was decided")
	}
	if s.Decide(false, []app.ID{"r0"}, "twice") {
		t.Error("two answers at once")
	}
	s.run()
	if st := s.State(); st.Deciding || st.Outcome != (approval.Outcome{Approve: true, Done: 1, Others: 1}) {
		t.Errorf("%+v", st.Outcome)
	}
	if want := [][]app.ID{{"r0", "r2"}}; !slices.EqualFunc(s.desk.decided, want, slices.Equal) {
		t.Errorf("decided %v", s.desk.decided)
	}
	if s.Decide(true, []app.ID{"r0", "r1"}, "") {
		t.Error("what was decided is decided again")
	}
	s.desk.codes["r2"] = app.CodeInternal
	s.Decide(false, []app.ID{"r2"}, "motivo")
	s.run()
	if st := s.State(); st.Outcome.Failed != 1 {
		t.Errorf("%+v", st.Outcome)
	}
	s.desk.err = errAway
	s.Decide(false, []app.ID{"r2"}, "motivo")
	s.run()
	if len(s.failed) != 1 || s.State().Deciding {
		t.Errorf("away: %v", s.failed)
	}
}

func TestLeft(t *testing.T) {
	due := today.Add(3 * time.Hour)
	for what, c := range map[string]struct {
		r     wire.ApprovalItem
		share float64
		left  time.Duration
		ok    bool
	}{
		"a quarter gone":         {wire.ApprovalItem{State: app.ApprovalWaiting, Asked: today.Add(-time.Hour), Due: &due}, 0.75, 3 * time.Hour, true},
		"over":                   {wire.ApprovalItem{State: app.ApprovalWaiting, Asked: today.Add(-2 * time.Hour), Due: &today}, 0, 0, true},
		"asked by a clock ahead": {wire.ApprovalItem{State: app.ApprovalWaiting, Asked: today.Add(time.Hour), Due: &due}, 1, 3 * time.Hour, true},
		"by hand":                {wire.ApprovalItem{State: app.ApprovalWaiting, Asked: today}, 0, 0, false},
		"decided":                {wire.ApprovalItem{State: app.ApprovalRefused, Asked: today, Due: &due}, 0, 0, false},
	} {
		if share, left, ok := approval.Left(c.r, today); share != c.share || left != c.left || ok != c.ok {
			t.Errorf("%s: %v %v %t", what, share, left, ok)
		}
	}
}
