package list_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

type row struct {
	id   app.ID
	text string
}

type filter struct {
	words       string
	from, until app.Day
}

var errAway = errors.New("server away")

// source is a list of n rows, newest first.
type source struct {
	*testing.T
	*list.Flow[filter, row, string]
	rows   []row
	asked  []wire.Page
	words  []string
	read   []app.ID
	detail string
	cached bool
	err    error
	failed error // of a detail
	later  []func()
	told   int
	fails  []error
	lost   []error
	nobody bool
}

func id(i int) app.ID { return app.ID(fmt.Sprintf("r%04d", i)) }

func newSource(t *testing.T, n int) *source {
	s := &source{T: t, detail: "first"}
	for i := range n {
		s.rows = append(s.rows, row{id: id(i)})
	}
	s.Flow = list.New(list.Config[filter, row, string]{
		Options: list.Options{
			Go: func(f func()) { s.later = append(s.later, f) }, Page: 10, Reference: func(error) string { return "k7m2" },
			Away: func(err error) bool { return errors.Is(err, errAway) }, Lost: func(err error) { s.lost = append(s.lost, err) },
		},
		Read: s.page, ID: func(r row) app.ID { return r.id },
		Look: func(_ context.Context, id app.ID) (string, bool, error) {
			s.read = append(s.read, id)
			return s.detail + " " + string(id), s.cached, s.failed
		},
		Check: func(f filter) (filter, app.Errors) { return f, list.Period(f.from, f.until) },
		Ready: func() bool { return !s.nobody },
	})
	s.Watch(func() { s.told++ }, func(err error) { s.fails = append(s.fails, err) })
	return s
}

func (s *source) page(_ context.Context, f filter, p wire.Page) (wire.List[row], bool, error) {
	s.asked, s.words = append(s.asked, p), append(s.words, f.words)
	if s.err != nil {
		return wire.List[row]{}, false, s.err
	}
	from := 0
	for i, r := range s.rows {
		if string(r.id) == p.Cursor {
			from = i + 1
		}
	}
	to := min(from+p.Limit, len(s.rows))
	out := wire.List[row]{Items: s.rows[from:to]}
	if to < len(s.rows) {
		out.Next = string(s.rows[to-1].id)
	}
	return out, s.cached, nil
}

func (s *source) run() {
	for len(s.later) > 0 {
		f := s.later[0]
		s.later = s.later[1:]
		f()
	}
}

func (s *source) open() {
	s.Open()
	s.run()
}

func (s *source) want(rows int, more bool) {
	s.Helper()
	if st := s.State(); len(st.Rows) != rows || st.More != more || st.Loading || st.Reading {
		s.Errorf("%d rows, more %v, loading %v, reading %v; want %d, %v", len(st.Rows), st.More, st.Loading, st.Reading, rows, more)
	}
}

func TestPages(t *testing.T) {
	s := newSource(t, 25)
	s.Open()
	if st := s.State(); !st.Loading || st.Loaded {
		t.Errorf("%+v", st)
	}
	s.More() // nothing is known yet
	s.run()
	s.want(10, true)
	earlier := s.State()
	s.More()
	s.More() // it is on its way
	if !s.State().Reading {
		t.Error("not reading")
	}
	s.run()
	s.want(20, true)
	s.More()
	s.run()
	s.want(25, false)
	s.More()
	s.run()
	if len(s.asked) != 3 || len(earlier.Rows) != 10 || s.rows[10].id != id(10) {
		t.Errorf("%d questions, %d rows before", len(s.asked), len(earlier.Rows))
	}
	for i, r := range s.State().Rows {
		if r.id != id(i) {
			t.Fatalf("row %d is %s", i, r.id)
		}
	}
	if s.nobody = true; s.told == 0 {
		t.Error("nobody was told")
	}
	s.open()
	if len(s.asked) != 3 {
		t.Error("asked for nobody")
	}
}

func TestAllForAnOrder(t *testing.T) {
	s := newSource(t, 1700)
	s.open()
	s.All(1000)
	s.run()
	s.want(1010, true)
	s.All(5000)
	s.run()
	s.want(1700, false)
	if len(s.asked) != 5 {
		t.Errorf("%d questions", len(s.asked))
	}
}

func TestReloadKeepsRowsUntilTheAnswer(t *testing.T) {
	s := newSource(t, 25)
	s.open()
	s.More()
	s.run()
	s.Select(id(12))
	s.run()
	s.rows = append([]row{{id: "new"}}, s.rows...)
	s.Reload()
	if st := s.State(); len(st.Rows) != 20 || !st.Loading {
		t.Errorf("%+v", st)
	}
	s.run()
	s.want(20, true)
	if st := s.State(); st.Rows[0].id != "new" || st.Selected != id(12) || s.asked[2].Limit != 20 {
		t.Errorf("%+v, asked %+v", st.Rows[0], s.asked[2])
	}
	s.More()
	s.run()
	s.want(26, false)
}

// Who has scrolled further than a page may hold stays where he is.
func TestRefreshFarDown(t *testing.T) {
	s := newSource(t, 900)
	s.open()
	s.All(700)
	s.run()
	n := len(s.State().Rows)
	s.rows[3].text = "changed"
	s.Refresh()
	if s.State().Loading {
		t.Error("a quiet reading is told")
	}
	s.run()
	if st := s.State(); len(st.Rows) != n || st.Rows[3].text != "changed" || !st.More && n < 900 {
		t.Errorf("%d rows of %d", len(st.Rows), n)
	}
	s.rows = s.rows[600:] // nothing of the old is left in the first page
	s.Refresh()
	s.run()
	s.want(300, false)
}

func TestSearch(t *testing.T) {
	s := newSource(t, 25)
	s.open()
	s.More()
	s.run()
	s.Select(id(15))
	s.run()
	if s.Search(filter{from: "31/02", until: "x"}) || s.State().Errors.Error() != "date at from; date at until" {
		t.Errorf("%v", s.State().Errors)
	}
	if s.Search(filter{from: "2026-02-01", until: "2026-01-01"}) || s.State().Errors.Error() != "profile_period at until" {
		t.Errorf("%v", s.State().Errors)
	}
	if len(s.later) > 0 || s.State().Filtered() || len(s.State().Rows) != 20 {
		t.Error("a refused filter changed something")
	}
	if !s.Search(filter{words: "x"}) || !s.State().Filtered() || len(s.State().Errors) > 0 {
		t.Error("a good filter was refused")
	}
	s.run()
	s.want(10, true)
	if st := s.State(); st.Selected != "" || s.words[2] != "x" || s.asked[2].Limit != 10 {
		t.Errorf("selected %q, asked %q", st.Selected, s.words)
	}
}

func TestLateAnswersAreDropped(t *testing.T) {
	s := newSource(t, 3)
	s.Reload()
	slow := s.later
	s.later = nil
	s.Search(filter{words: "x"})
	s.run()
	s.rows = nil
	slow[0]()
	s.want(3, false)
	s.rows = newSource(t, 30).rows
	s.Reload()
	s.run()
	s.More()
	slow = s.later
	s.later = nil
	s.Reload()
	s.run()
	slow[0]() // a further page of the list before
	s.want(10, true)
	s.Select(id(0))
	slow = s.later
	s.later = nil
	s.Select(id(1))
	s.run()
	slow[0]()
	if st := s.State(); st.Detail != "first r0001" || !st.DetailReady {
		t.Errorf("%q", st.Detail)
	}
}

func TestFailures(t *testing.T) {
	s := newSource(t, 25)
	s.err = errAway
	s.open()
	if st := s.State(); st.Err == nil || !st.Away || st.Ref != "k7m2" || !st.Loaded {
		t.Errorf("%+v", st)
	}
	s.err = nil
	s.open()
	s.want(10, true)
	s.err = app.E(app.CodeTooMany)
	s.More()
	s.run()
	s.want(10, false)
	if st := s.State(); st.Rest == nil || st.Err != nil || len(s.fails) != 1 {
		t.Errorf("%+v", st)
	}
	s.More() // a drawing does not ask again by itself
	s.run()
	s.err = nil
	s.Resume()
	s.run()
	s.want(20, true)
	s.err = app.E(app.CodeTooMany)
	s.Reload() // the same list, not up to date
	s.run()
	s.want(20, true)
	if st := s.State(); app.CodeOf(st.Err) != app.CodeTooMany || st.Away {
		t.Errorf("%+v", st.Err)
	}
	s.Search(filter{words: "x"}) // another list: the rows are no answer to it
	s.run()
	s.want(0, false)
	if len(s.lost) != 4 {
		t.Errorf("%d errors told", len(s.lost))
	}
}

func TestDetail(t *testing.T) {
	s := newSource(t, 3)
	s.open()
	s.Select(id(2))
	if st := s.State(); !st.DetailLoading || st.DetailReady {
		t.Errorf("%+v", st)
	}
	s.run()
	if r, ok := s.State().Row(); !ok || r.id != id(2) {
		t.Errorf("%+v", r)
	}
	n := s.State().DetailNumber
	s.Select(id(2)) // is there already
	s.Reload()      // which reads the detail too
	s.run()
	if st := s.State(); len(s.read) != 2 || st.DetailNumber != n {
		t.Errorf("read %v, number %d after %d: nothing new is another detail", s.read, st.DetailNumber, n)
	}
	s.detail = "second"
	s.Refresh()
	s.run()
	if st := s.State(); st.Detail != "second r0002" || st.DetailNumber == n {
		t.Errorf("%+v", st)
	}
	s.rows = s.rows[:2]
	s.Reload()
	s.run()
	if st := s.State(); st.Selected != "" || st.DetailReady {
		t.Errorf("what is no longer listed is still looked at: %+v", st)
	}
	s.failed = errAway
	s.Select(id(0))
	s.run()
	if st := s.State(); !st.DetailAway || st.DetailRef != "k7m2" || st.DetailReady {
		t.Errorf("%+v", st)
	}
	s.failed = nil
	s.Select(id(0)) // tries again
	s.run()
	if st := s.State(); st.DetailErr != nil || !st.DetailReady {
		t.Errorf("%+v", st)
	}
	s.Select("elsewhere") // handed over from another page, and not in the list
	s.Reload()
	s.run()
	if st := s.State(); st.Selected != "elsewhere" || !st.DetailReady {
		t.Errorf("%+v", st)
	}
	s.Select("")
	s.Look(t.Context())
	if st := s.State(); st.Selected != "" || st.DetailReady {
		t.Errorf("%+v", st)
	}
}

func TestActsShowAtOnce(t *testing.T) {
	s := newSource(t, 3)
	s.open()
	s.Select(id(1))
	s.run()
	before := s.State().Rows
	s.Put(row{id(1), "changed"}, "fresh")
	if st := s.State(); st.Rows[1].text != "changed" || st.Detail != "fresh" || before[1].text != "" {
		t.Errorf("%+v", st)
	}
	s.Reload()
	slow := s.later
	s.later = nil
	s.PutFirst(row{id: "made"}, "made")
	for _, f := range slow {
		f() // does not know it yet
	}
	if st := s.State(); len(st.Rows) != 4 || st.Rows[0].id != "made" || st.Selected != "made" || st.Detail != "made" {
		t.Errorf("%+v", st)
	}
	s.Forget()
	if st := s.State(); len(st.Rows) != 0 || st.Selected != "" || st.Loaded {
		t.Errorf("%+v", st)
	}
}

func TestMarks(t *testing.T) {
	s := newSource(t, 5)
	s.open()
	s.Mark(id(3), id(1))
	told := s.told
	s.Mark(id(1), id(3))
	if s.told != told {
		t.Error("the same marks are told")
	}
	if got := s.State().MarkedRows(); len(got) != 2 || got[0].id != id(1) || got[1].id != id(3) {
		t.Errorf("%v", got)
	}
	s.rows = s.rows[:3]
	s.Reload()
	s.run()
	if st := s.State(); len(st.Marked) != 1 || !st.Marked[id(1)] {
		t.Errorf("%v", st.Marked)
	}
	s.Mark()
	if len(s.State().Marked) != 0 {
		t.Error("still marked")
	}
}

// What is read on demand is not read by looking at a row, and read again only
// where the row says something new.
func TestOnDemand(t *testing.T) {
	s := newSource(t, 3)
	read := 0
	f := list.New(list.Config[filter, row, string]{
		Options: list.Options{Go: func(f func()) { f() }}, Read: s.page, ID: func(r row) app.ID { return r.id }, OnDemand: true,
		Look: func(_ context.Context, id app.ID) (string, bool, error) {
			read++
			return s.rows[0].text, false, nil
		},
		Stale:    func(detail string, _ bool, row row) bool { return detail != row.text },
		Markable: func(r row) bool { return r.text == "" },
	})
	f.Open()
	f.Read() // nothing is selected
	f.Select(id(0))
	f.Reload()
	if read != 0 || f.State().DetailReady {
		t.Fatal("read without being asked to")
	}
	f.Read()
	f.Reload()
	if read != 1 || !f.State().DetailReady {
		t.Errorf("read %d times", read)
	}
	f.Mark(id(0), id(1))
	s.rows = []row{{id(0), "decided"}, s.rows[1], s.rows[2]}
	f.Reload()
	if st := f.State(); read != 2 || st.Detail != "decided" || len(st.Marked) != 1 || !st.Marked[id(1)] {
		t.Errorf("read %d times, marked %v", read, st.Marked)
	}
	f.Mark(id(0), id(2))
	if st := f.State(); len(st.Marked) != 1 || !st.Marked[id(2)] {
		t.Errorf("marked %v", st.Marked)
	}
}

// A list is as quick at its end as at its beginning.
func BenchmarkThreeHundredThousandRows(b *testing.B) {
	const n = 300_000
	rows := make([]row, n)
	for i := range rows {
		rows[i].id = id(i)
	}
	for b.Loop() {
		f := list.New(list.Config[filter, row, struct{}]{
			Options: list.Options{Go: func(f func()) { f() }},
			ID:      func(r row) app.ID { return r.id },
			Read: func(_ context.Context, _ filter, p wire.Page) (wire.List[row], bool, error) {
				from := 0
				fmt.Sscan(p.Cursor, &from)
				to := min(from+p.Limit, n)
				page := wire.List[row]{Items: rows[from:to]}
				if to < n {
					page.Next = fmt.Sprint(to)
				}
				return page, false, nil
			},
		})
		for f.Open(); f.State().More; {
			f.More()
		}
		if got := len(f.State().Rows); got != n {
			b.Fatal(got)
		}
	}
}
