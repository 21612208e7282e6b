package archive_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/archive"
)

var errAway = errors.New("server away")

const rossi = "RSSMRA61L03H501B"

// desk holds an archive of n visure in memory.
type desk struct {
	user    app.ID
	n       int
	queries []wire.ArchiveQuery
	read    []app.ID
	cached  bool
	err     error
	failed  error
	state   app.VisuraState
}

func id(i int) app.ID { return app.ID(fmt.Sprintf("v%03d", i)) }

func (d *desk) Archive(_ context.Context, q wire.ArchiveQuery) (wire.List[wire.VisuraSummary], bool, error) {
	d.queries = append(d.queries, q)
	if d.err != nil {
		return wire.List[wire.VisuraSummary]{}, false, d.err
	}
	from := 0
	if q.Cursor != "" {
		fmt.Sscan(q.Cursor, &from)
	}
	var page wire.List[wire.VisuraSummary]
	for i := from; i < min(from+q.Limit, d.n); i++ {
		page.Items = append(page.Items, wire.VisuraSummary{ID: id(i)})
	}
	if from+q.Limit < d.n {
		page.Next = fmt.Sprint(from + q.Limit)
	}
	return page, d.cached, nil
}

func (d *desk) Visura(_ context.Context, id app.ID) (wire.Visura, bool, error) {
	d.read = append(d.read, id)
	return wire.Visura{VisuraSummary: wire.VisuraSummary{ID: id, State: d.state}}, d.cached, d.failed
}

func (d *desk) Document(_ context.Context, id app.ID, format, lang string) ([]byte, string, error) {
	return []byte(string(id) + " " + lang), "visura." + format, d.failed
}

func (d *desk) ArchivePurposes() ([]app.Purpose, error) {
	return []app.Purpose{{ID: "p9", Name: "Zeta"}, {ID: "p1", Name: "as it was called"}, {ID: "p8", Name: "alfa"}}, d.err
}

func (d *desk) Session() (wire.Session, bool) {
	return wire.Session{User: app.User{ID: d.user}, Purposes: []app.Purpose{{ID: "p1"}}}, d.user != ""
}

type stage struct {
	*testing.T
	*archive.Flow
	desk   *desk
	later  []func()
	failed []error
}

func newStage(t *testing.T, d *desk) *stage {
	s := &stage{T: t, desk: d}
	s.Flow = archive.New(archive.Config{
		Desk: d, Page: 10, Now: func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) },
		Go: func(f func()) { s.later = append(s.later, f) }, Reference: func(error) string { return "k7m2" },
		Away: func(err error) bool { return errors.Is(err, errAway) },
	})
	s.Watch(func() {}, func(err error) { s.failed = append(s.failed, err) })
	return s
}

func (s *stage) run() {
	for len(s.later) > 0 {
		f := s.later[0]
		s.later = s.later[1:]
		f()
	}
}

func TestPages(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 25})
	s.Open()
	if st := s.State(); !st.Loading || st.Loaded {
		t.Errorf("%+v", st)
	}
	s.More() // nothing is known yet
	s.run()
	if st := s.State(); st.Loading || !st.Loaded || !st.More || len(st.Rows) != 10 {
		t.Errorf("%+v", st)
	}
	first := s.State().Rows
	s.More()
	s.More() // it is on its way
	if !s.State().Reading {
		t.Error("not reading")
	}
	s.run()
	s.More()
	s.run()
	st := s.State()
	if len(st.Rows) != 25 || st.More || st.Reading || st.Rows[24].ID != id(24) || len(first) != 10 {
		t.Errorf("%+v", st)
	}
	s.More()
	s.run()
	if len(s.desk.queries) != 3 {
		t.Errorf("%d queries", len(s.desk.queries))
	}
}

func TestPageFails(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 25})
	s.Open()
	s.run()
	s.desk.err = errAway
	s.More()
	s.run()
	if st := s.State(); len(st.Rows) != 10 || st.More || st.Err != nil || len(s.failed) != 1 {
		t.Errorf("%+v %v", st, s.failed)
	}
}

func TestSearch(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 3})
	s.Open()
	s.run()
	ok := s.Search(archive.Filter{Person: "rss mra 61l03 h501b", File: " 817 ", Type: app.VisuraResidenza, Outcome: app.OutcomeFound, Purpose: "p1", From: "2026-01-01", Until: "2026-11-23"})
	s.run()
	want := wire.ArchiveQuery{Person: rossi, File: "817", Type: app.VisuraResidenza, Outcome: app.OutcomeFound, Purpose: "p1", From: "2026-01-01", Until: "2026-11-23", Limit: 10}
	if got := s.desk.queries[1]; !ok || got != want {
		t.Errorf("%+v", got)
	}
	for _, tc := range []struct {
		filter archive.Filter
		want   string
	}{
		{archive.Filter{Person: "RSSMRA61L03H501X"}, "fiscal_code at person"},
		{archive.Filter{Person: "rossi RSSMRA61"}, "fiscal_code at person"},
		{archive.Filter{Person: "?"}, "fiscal_code at person"},
		{archive.Filter{From: "31/02", Until: "x"}, "date at from; date at until"},
		{archive.Filter{From: "2026-02-01", Until: "2026-01-01"}, "profile_period at until"},
	} {
		if s.Search(tc.filter) || s.State().Errors.Error() != tc.want {
			t.Errorf("%+v: %v", tc.filter, s.State().Errors)
		}
	}
	if len(s.later) > 0 || s.State().Filter.File != "817" || len(s.State().Rows) != 3 {
		t.Errorf("a refused filter changed something: %+v", s.State())
	}
}

func TestStaleAnswers(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 3})
	s.Open()
	slow := s.later
	s.later = nil
	s.Search(archive.Filter{File: "x"})
	s.run()
	s.desk.n = 0
	slow[0]()
	if len(s.State().Rows) != 3 {
		t.Error("an earlier search overwrote a later one")
	}
	s.Select(id(0))
	slow = s.later
	s.later = nil
	s.Select(id(1))
	s.run()
	slow[0]()
	if st := s.State(); st.Detail.ID != id(1) || st.Selected != id(1) || !st.DetailReady {
		t.Errorf("%+v", st)
	}
}

func TestDetail(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 3, state: app.VisuraDone})
	s.Open()
	s.run()
	s.Select(id(2))
	if st := s.State(); !st.DetailLoading || st.DetailReady {
		t.Errorf("%+v", st)
	}
	s.run()
	s.Select(id(2)) // is there already
	s.Reload()
	s.run()
	if st := s.State(); !st.DetailReady || st.Detail.ID != id(2) || len(s.desk.read) != 1 {
		t.Errorf("%+v %v", st, s.desk.read)
	}
	// What is no longer in the list is no longer looked at.
	s.desk.n = 2
	s.Reload()
	s.run()
	if st := s.State(); st.Selected != "" || st.DetailReady {
		t.Errorf("%+v", st)
	}
	// What still runs is read again with the list.
	s.desk.state = app.VisuraRunning
	s.Select(id(1))
	s.run()
	s.desk.state = app.VisuraDone
	s.Reload()
	s.run()
	if st := s.State(); st.Detail.State != app.VisuraDone {
		t.Errorf("%+v", st)
	}
	s.desk.failed = errAway
	s.Select(id(0))
	s.run()
	if st := s.State(); st.DetailErr == nil || !st.DetailAway || st.DetailRef != "k7m2" || st.DetailReady {
		t.Errorf("%+v", st)
	}
	s.desk.failed = nil
	s.Select(id(0)) // tries again
	s.run()
	if st := s.State(); st.DetailErr != nil || !st.DetailReady {
		t.Errorf("%+v", st)
	}
}

func TestCachedAndFailed(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 3, cached: true})
	s.Open()
	s.run()
	if st := s.State(); !st.Cached || len(st.Rows) != 3 {
		t.Errorf("%+v", st)
	}
	s.desk.cached = false
	s.Reload()
	s.run()
	if s.State().Cached {
		t.Error("still cached")
	}
	s.desk.err = errAway
	s.Reload()
	s.run()
	if st := s.State(); st.Err == nil || !st.Away || st.Ref != "k7m2" || len(st.Rows) != 3 {
		t.Errorf("%+v", st)
	}
	s.desk.err = nil
	s.Reload()
	s.run()
	if st := s.State(); st.Err != nil || len(st.Rows) != 3 {
		t.Errorf("%+v", st)
	}
}

func TestAnotherUser(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 3})
	s.Open()
	s.run()
	s.Search(archive.Filter{File: "x"})
	s.run()
	s.Select(id(1))
	s.run()
	s.desk.user = "u2"
	s.Open()
	if st := s.State(); len(st.Rows) != 0 || st.Filter != (archive.Filter{}) || st.Selected != "" || st.Loaded {
		t.Errorf("%+v", st)
	}
	s.run()
	if got := s.desk.queries[len(s.desk.queries)-1]; got.File != "" {
		t.Errorf("%+v", got)
	}
	s.desk.user = ""
	before := len(s.desk.queries)
	s.Open()
	s.run()
	if len(s.desk.queries) != before {
		t.Error("asked with nobody signed in")
	}
}

func TestDocument(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 3})
	s.Open()
	s.run()
	s.Document("pdf", "it", func(_ string, content []byte) {
		if content != nil {
			t.Error("a document of nothing")
		}
	})
	s.Select(id(1))
	s.run()
	got := ""
	s.Document("pdf", "it", func(name string, content []byte) { got = name + " " + string(content) })
	s.run()
	if got != "visura.pdf v001 it" {
		t.Error(got)
	}
	s.desk.failed = errAway
	s.Document("pdf", "it", func(_ string, content []byte) {
		if content != nil {
			t.Error("content with an error")
		}
	})
	s.run()
	if len(s.failed) != 1 {
		t.Error(s.failed)
	}
}

// TestPurposes: what was stated once can be narrowed to, after what may be
// stated now; of another user's archive nothing is offered.
func TestPurposes(t *testing.T) {
	s := newStage(t, &desk{user: "u1", n: 3})
	ids := func() (out []app.ID) {
		for _, p := range s.Purposes() {
			out = append(out, p.ID)
		}
		return out
	}
	s.Open()
	if got := ids(); !slices.Equal(got, []app.ID{"p1"}) {
		t.Error(got)
	}
	s.run()
	if got := ids(); !slices.Equal(got, []app.ID{"p1", "p8", "p9"}) {
		t.Error(got)
	}
	s.desk.user, s.desk.err = "u2", errAway
	if got := ids(); !slices.Equal(got, []app.ID{"p1"}) {
		t.Error(got)
	}
	s.Open()
	s.run()
	if got := ids(); !slices.Equal(got, []app.ID{"p1"}) {
		t.Error(got)
	}
}

func TestIsPerson(t *testing.T) {
	for text, want := range map[string]bool{
		"rossi": true, "D'Alò Mario": true, "rss mra 61l03 h501b": true, "AF41450AS": true, "rossi AF41450AS": true,
		"": false, "?": false, "PROT 2026/12": false, "RSSMRA61L03H501X": false,
	} {
		if archive.IsPerson(text) != want {
			t.Errorf("%q", text)
		}
	}
}
