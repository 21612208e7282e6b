package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/monitor"
)

var errAway = errors.New("server away")

// desk holds n entries of every monitor.
type desk struct {
	n       int
	asked   []string // the names of the monitors
	queries []wire.MonitorInput
	exports []wire.MonitorExportInput
	short   int // a page has so many rows at most; 0: as many as asked
	err     error
	out     bool // nobody is signed in
	reach   string
}

func id(i int) app.ID { return app.ID(fmt.Sprintf("e%03d", i)) }

func page[T any](d *desk, name string, in wire.MonitorInput, item func(app.ID) T) (wire.List[T], error) {
	d.asked, d.queries = append(d.asked, name), append(d.queries, in)
	var list wire.List[T]
	if d.err != nil {
		return list, d.err
	}
	from := 0
	if in.Cursor != "" {
		fmt.Sscan(in.Cursor, &from)
	}
	if d.short > 0 {
		in.Limit = min(in.Limit, d.short)
	}
	for i := from; i < min(from+in.Limit, d.n); i++ {
		list.Items = append(list.Items, item(id(i)))
	}
	if from+in.Limit < d.n {
		list.Next = fmt.Sprint(from + in.Limit)
	}
	return list, nil
}

func (d *desk) Activity(_ context.Context, in wire.MonitorInput) (wire.List[wire.ActivityItem], error) {
	return page(d, "activity", in, func(id app.ID) wire.ActivityItem {
		return wire.ActivityItem{ID: id, Kind: app.EventVisuraEnded, User: "u", Username: "l.bianchi", Department: "d", Workstation: "w", Service: "visure", Type: app.VisuraResidenza, PurposeName: "Notifica", File: "PROT 1", Outcome: app.OutcomeFailed, Code: app.CodeAnprDown, Operation: "op"}
	})
}

func (d *desk) Accesses(_ context.Context, in wire.MonitorInput) (wire.List[wire.AccessItem], error) {
	return page(d, "accesses", in, func(id app.ID) wire.AccessItem {
		return wire.AccessItem{ID: id, Kind: app.EventSignIn, User: "u", Username: "l.bianchi", Role: app.RoleStandardPS, Workstation: "w", Address: "10.0.0.7", Code: app.CodeCredentials}
	})
}

func (d *desk) History(_ context.Context, in wire.MonitorInput) (wire.List[wire.HistoryItem], error) {
	return page(d, "history", in, func(id app.ID) wire.HistoryItem {
		return wire.HistoryItem{ID: id, Kind: app.EventUserChanged, User: "u", Username: "m.rossi", Target: "t", TargetName: "Luca Bianchi", Reason: "r", Before: []byte(`{"office":"A"}`), After: []byte(`{"office":"B"}`)}
	})
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	return []app.Department{{ID: "d", Name: "Tributi"}}, nil
}

func (d *desk) Export(_ context.Context, kind monitor.Kind, in wire.MonitorExportInput, to io.Writer, _ func(int64)) (string, error) {
	d.exports = append(d.exports, in)
	_, err := io.WriteString(to, "rows of "+string(kind))
	return "file." + in.Format, err
}

func (d *desk) Names(context.Context) map[app.ID]string { return map[app.ID]string{"w": "ANAG-07"} }

func (d *desk) Session() (wire.Session, bool) {
	return wire.Session{Permissions: map[app.Permission]string{app.PermMonitorActivity: d.reach}}, !d.out
}

type stage struct {
	*testing.T
	*monitor.Flow
	desk   *desk
	later  []func()
	failed []error
}

func newStage(t *testing.T, kind monitor.Kind, d *desk) *stage {
	s := &stage{T: t, desk: d}
	s.Flow = monitor.New(monitor.Config{
		Kind: kind, Desk: d, Page: 10, Now: func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) },
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

// Every kind asks its own endpoint and brings over all that it tells.
func TestKinds(t *testing.T) {
	for _, kind := range monitor.Kinds {
		s := newStage(t, kind, &desk{n: 1})
		s.Open()
		s.run()
		if len(s.desk.asked) != 1 || s.desk.asked[0] != string(kind) {
			t.Errorf("%s asked %v", kind, s.desk.asked)
		}
		if len(s.State().Rows) != 1 {
			t.Fatalf("%s: %d rows", kind, len(s.State().Rows))
		}
		r := s.State().Rows[0]
		if r.ID != id(0) || r.User != "u" || r.Username == "" || r.Event == "" {
			t.Errorf("%s: %+v", kind, r)
		}
		var good bool
		switch kind {
		case monitor.Activity:
			good = r.Department == "d" && r.Workstation == "w" && r.Service == "visure" && r.Type == app.VisuraResidenza && r.Purpose == "Notifica" &&
				r.File == "PROT 1" && r.Outcome == app.OutcomeFailed && r.Code == app.CodeAnprDown && r.Operation == "op"
		case monitor.Accesses:
			good = r.Role == app.RoleStandardPS && r.Workstation == "w" && r.Address == "10.0.0.7" && r.Code == app.CodeCredentials
		case monitor.History:
			good = r.Target == "t" && r.TargetName == "Luca Bianchi" && r.Reason == "r" && len(r.Changes()) == 1
		}
		if !good {
			t.Errorf("%s: %+v", kind, r)
		}
	}
}

// The kinds' permissions are those of their endpoints.
func TestPermissions(t *testing.T) {
	for kind, want := range map[monitor.Kind]app.Permission{
		monitor.Activity: wire.ListActivity.Permission, monitor.Accesses: wire.ListAccesses.Permission, monitor.History: wire.ListHistory.Permission,
	} {
		if got := kind.Permission(); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
	for reach, want := range map[string]bool{"all": true, "department": false, "": false} {
		if got := newStage(t, monitor.Activity, &desk{reach: reach}).Everywhere(); got != want {
			t.Errorf("reach %q: %v", reach, got)
		}
	}
}

// Each monitor is narrowed by exactly the kinds that can stand in it for the
// reader.
func TestEvents(t *testing.T) {
	place := map[app.Class]monitor.Kind{
		app.ClassActivity: monitor.Activity, app.ClassAccess: monitor.Accesses, app.ClassAdmin: monitor.History, app.ClassSystem: monitor.History,
	}
	for _, s := range app.EventSpecs {
		for _, k := range monitor.Kinds {
			for _, everywhere := range []bool{true, false} {
				want := place[s.Class] == k && !s.Unlisted && (everywhere || !s.Nobodys)
				if got := slices.Contains(k.Events(everywhere), s.Kind); got != want {
					t.Errorf("%s is offered in %s (everywhere %v): %v", s.Kind, k, everywhere, got)
				}
			}
		}
	}
	for kind, in := range map[app.EventKind]monitor.Kind{
		app.EventApprovalTacit: monitor.History, app.EventSessionDrop: monitor.History, app.EventJobDeleted: monitor.Activity, app.EventTokenWithdrawn: monitor.History,
	} {
		if !slices.Contains(in.Events(true), kind) {
			t.Errorf("%s is not offered in %s", kind, in)
		}
	}
	if !slices.Contains(monitor.Reasons, app.CodeOwnQuota) {
		t.Error("the body's own quota is no reason")
	}
}

func TestPages(t *testing.T) {
	s := newStage(t, monitor.Accesses, &desk{n: 25})
	s.Open()
	if st := s.State(); !st.Loading || st.Loaded {
		t.Errorf("%+v", st)
	}
	s.More() // nothing is known yet
	s.run()
	if st := s.State(); st.Loading || !st.Loaded || !st.More || len(st.Rows) != 10 || st.Names["w"] != "ANAG-07" || st.Named != 1 {
		t.Errorf("%+v", st)
	}
	earlier := s.State().Rows
	s.More()
	s.More() // it is on its way
	if !s.State().Reading {
		t.Error("not reading")
	}
	s.run()
	s.More()
	s.run()
	if st := s.State(); len(st.Rows) != 25 || st.More || st.Reading || st.Rows[24].ID != id(24) || len(earlier) != 10 {
		t.Errorf("%+v", st)
	}
	s.More()
	s.run()
	if len(s.desk.queries) != 3 {
		t.Errorf("%d queries", len(s.desk.queries))
	}
}

func TestPageFails(t *testing.T) {
	s := newStage(t, monitor.Activity, &desk{n: 25})
	s.Open()
	s.run()
	s.desk.err = errAway
	s.More()
	s.run()
	if st := s.State(); len(st.Rows) != 10 || st.More || st.Err != nil || len(s.failed) != 1 {
		t.Errorf("%+v %v", st, s.failed)
	}
	s.Reload()
	s.run()
	if st := s.State(); st.Err == nil || !st.Away || st.Ref != "k7m2" || len(st.Rows) != 10 {
		t.Errorf("%+v", st)
	}
	s.desk.err = nil
	s.Reload()
	s.run()
	if st := s.State(); st.Err != nil || len(st.Rows) != 10 || !st.More {
		t.Errorf("%+v", st)
	}
}

func TestSearch(t *testing.T) {
	s := newStage(t, monitor.History, &desk{n: 3})
	s.Open()
	s.run()
	ok := s.Search(monitor.Filter{Words: "  m.rossi   luca ", User: "u1", Username: "m.rossi", From: "2026-01-01", Until: "2026-11-23"})
	s.run()
	want := wire.MonitorInput{Page: wire.Page{Search: "m.rossi luca", Limit: 10}, MonitorFilter: wire.MonitorFilter{User: "u1", From: "2026-01-01", To: "2026-11-23"}}
	if got := s.desk.queries[1]; !ok || got != want {
		t.Errorf("%+v", got)
	}
	for _, tc := range []struct {
		filter monitor.Filter
		want   string
	}{
		{monitor.Filter{From: "31/02", Until: "x"}, "date at from; date at until"},
		{monitor.Filter{From: "2026-02-01", Until: "2026-01-01"}, "profile_period at until"},
	} {
		if s.Search(tc.filter) || s.State().Errors.Error() != tc.want {
			t.Errorf("%+v: %v", tc.filter, s.State().Errors)
		}
	}
	if len(s.later) > 0 || s.State().Filter.User != "u1" || len(s.State().Rows) != 3 {
		t.Errorf("a refused filter changed something: %+v", s.State())
	}
	s.Search(monitor.Filter{Username: "of nobody"})
	if got := s.State(); got.Filter != (monitor.Filter{}) || len(got.Errors) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestStaleAnswers(t *testing.T) {
	s := newStage(t, monitor.Activity, &desk{n: 3})
	s.Reload()
	slow := s.later
	s.later = nil
	s.Search(monitor.Filter{Words: "x"})
	s.run()
	s.desk.n = 0
	slow[0]()
	if len(s.State().Rows) != 3 {
		t.Error("an earlier search overwrote a later one")
	}
}

func TestSelection(t *testing.T) {
	s := newStage(t, monitor.Activity, &desk{n: 3})
	s.Open()
	s.run()
	if _, ok := s.State().Row(); ok {
		t.Error("something is selected")
	}
	s.Select(id(2))
	if r, ok := s.State().Row(); !ok || r.ID != id(2) {
		t.Errorf("%+v", r)
	}
	s.Reload()
	s.run()
	if s.State().Selected != id(2) {
		t.Error("the selection is lost")
	}
	s.desk.n = 2 // what is no longer in the list is no longer looked at
	s.Reload()
	s.run()
	if got := s.State().Selected; got != "" {
		t.Error(got)
	}
}

func TestNobodySignedIn(t *testing.T) {
	s := newStage(t, monitor.Activity, &desk{n: 3, out: true})
	s.Open()
	s.run()
	if len(s.desk.queries) != 0 {
		t.Error("asked with nobody signed in")
	}
}

// Where the server answers with short pages, they are put together until there
// is something to show.
func TestShortPages(t *testing.T) {
	d := &desk{n: 60, short: 10, reach: "all"}
	s := newStage(t, monitor.Activity, d)
	s.Open()
	s.run()
	if st := s.State(); len(st.Rows) < 10 || !st.More {
		t.Errorf("%d rows, more %v", len(st.Rows), st.More)
	}
	if len(d.queries) == 0 || d.queries[0].Cursor != "" {
		t.Errorf("%+v", d.queries)
	}
}

// Signals that come one after the other bring about one reading at once and
// one when they are over; none is lost, and none follows the session's end.
func TestHear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		d := &desk{n: 3, reach: "all"}
		f := monitor.New(monitor.Config{Kind: monitor.Activity, Desk: d, Page: 10, Context: ctx})
		readings := func() int { synctest.Wait(); return len(d.queries) }
		f.Open()
		before := readings()
		for range 5 {
			f.Hear()
			time.Sleep(100 * time.Millisecond)
		}
		if n := readings() - before; n != 1 {
			t.Errorf("%d readings at once", n)
		}
		d.n = 4 // news between the reading and the last signal
		f.Hear()
		time.Sleep(3 * time.Second)
		if n := readings() - before; n != 2 || len(f.State().Rows) != 4 {
			t.Errorf("%d readings when the signals are over, %d rows", n, len(f.State().Rows))
		}
		time.Sleep(time.Minute)
		if n := readings() - before; n != 2 {
			t.Errorf("%d readings with nothing new", n)
		}
		f.Hear()
		if n := readings() - before; n != 3 {
			t.Errorf("%d readings", n)
		}
		f.Hear()
		end()
		time.Sleep(time.Minute)
		if n := readings() - before; n != 3 {
			t.Errorf("%d readings after the end of the session", n)
		}
	})
}

func TestExport(t *testing.T) {
	d := &desk{n: 3, reach: "all"}
	s := newStage(t, monitor.Accesses, d)
	var b strings.Builder
	f := monitor.Filter{Words: "rossi", Department: "d", Event: app.EventSignIn, Station: "w", From: "2026-01-01"}
	name, err := s.Export(context.Background(), "csv", "it", f, &b, nil)
	want := wire.MonitorExportInput{Search: "rossi", Format: "csv", Language: "it", MonitorFilter: wire.MonitorFilter{Department: "d", Kind: app.EventSignIn, Workstation: "w", From: "2026-01-01"}}
	if err != nil || name != "file.csv" || b.String() != "rows of accesses" || d.exports[0] != want {
		t.Errorf("%q, %v, %q, %+v", name, err, b.String(), d.exports)
	}
}
