package statistics_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
	"indagor/ui/flow/statistics"
)

var now = time.Date(2026, 3, 15, 10, 0, 0, 0, time.UTC)

type desk struct {
	asked  []wire.StatisticsInput
	files  []wire.StatisticsExportInput
	reach  app.Reach
	err    error
	beside int // questions for what stands beside
}

func (d *desk) Statistics(_ context.Context, in wire.StatisticsInput) (wire.Statistics, error) {
	d.asked = append(d.asked, in)
	return wire.Statistics{By: in.By, From: in.From, Until: in.To, Total: 5, Rows: []wire.StatisticsRow{{Key: "", N: 3}, {Key: "d1", Name: "Tributi", N: 2}}}, d.err
}

func (d *desk) ExportStatistics(_ context.Context, in wire.StatisticsExportInput, to io.Writer, _ func(int64)) (string, error) {
	d.files = append(d.files, in)
	_, err := io.WriteString(to, "numbers")
	return "file." + in.Format, err
}

func (d *desk) Consumption(context.Context) (wire.Consumption, error) {
	d.beside++
	return wire.Consumption{Services: []wire.ConsumptionService{{Service: "C020", Percent: 35}}}, nil
}

func (d *desk) Departments(context.Context) ([]app.Department, error) {
	d.beside++
	return []app.Department{{ID: "d1", Name: "Tributi"}}, nil
}

func (d *desk) Session() (wire.Session, bool) {
	return wire.Session{Permissions: map[app.Permission]string{app.PermStatistics: d.reach.String()}}, true
}

func newFlow(d *desk) *statistics.Flow {
	return statistics.New(statistics.Config{Options: list.Options{Go: func(f func()) { f() }}, Desk: d, Now: func() time.Time { return now }})
}

func TestPeriods(t *testing.T) {
	for _, test := range []struct {
		filter      statistics.Filter
		from, until app.Day
	}{
		{statistics.Filter{}, "2026-02-14", "2026-03-15"},
		{statistics.Filter{Preset: statistics.Today}, "2026-03-15", "2026-03-15"},
		{statistics.Filter{Preset: statistics.ThisMonth}, "2026-03-01", "2026-03-15"},
		{statistics.Filter{Preset: statistics.LastMonth}, "2026-02-01", "2026-02-28"},
		{statistics.Filter{Preset: statistics.ThisYear}, "2026-01-01", "2026-03-15"},
		{statistics.Filter{Preset: statistics.LastYear}, "2025-01-01", "2025-12-31"},
		{statistics.Filter{Preset: statistics.Today, From: "2026-01-02"}, "2026-01-02", "2026-03-15"},
		{statistics.Filter{Until: "2026-01-30"}, "2026-01-01", "2026-01-30"},
		{statistics.Filter{From: "2024-02-01", Until: "2024-02-29"}, "2024-02-01", "2024-02-29"},
	} {
		d := &desk{reach: app.ReachAll}
		f := newFlow(d)
		if !f.Search(test.filter) {
			t.Fatalf("%+v was refused", test.filter)
		}
		if got := d.asked[0]; got.From != test.from || got.To != test.until || got.By != app.ByService {
			t.Errorf("%+v asks for %s to %s by %s", test.filter, got.From, got.To, got.By)
		}
	}
}

func TestRefusals(t *testing.T) {
	d := &desk{reach: app.ReachAll}
	f := newFlow(d)
	if f.Search(statistics.Filter{From: "31/02"}) || f.Search(statistics.Filter{From: "2026-03-02", Until: "2026-03-01"}) || len(d.asked) > 0 {
		t.Errorf("asked %+v", d.asked)
	}
	d.err = errors.New("away")
	f.Open()
	if st := f.State(); st.Err == nil || len(st.Rows) > 0 || st.Counted > 0 {
		t.Errorf("%+v", st)
	}
}

// What is offered and asked for follows how far the person counts.
func TestReach(t *testing.T) {
	for reach, want := range map[app.Reach]struct {
		department, user bool
		beside           int
	}{app.ReachAll: {true, true, 2}, app.ReachDepartment: {false, true, 0}, app.ReachOwn: {false, false, 0}} {
		d := &desk{reach: reach}
		f := newFlow(d)
		f.Open()
		by := f.Dimensions()
		if slices.Contains(by, app.ByDepartment) != want.department || slices.Contains(by, app.ByUser) != want.user || d.beside != want.beside {
			t.Errorf("%s: %v, %d", reach, by, d.beside)
		}
		if st := f.State(); len(st.Rows) != 2 || st.Rows[0].Total != 5 || st.Report.Total != 5 || (len(st.Departments) > 0) != want.department {
			t.Errorf("%s: %+v", reach, st)
		}
	}
}

func TestInto(t *testing.T) {
	d := &desk{reach: app.ReachAll}
	f := newFlow(d)
	f.Search(statistics.Filter{By: app.ByDepartment, Preset: statistics.LastYear})
	x, ok := f.Into(f.State().Rows[1])
	if !ok || x.Department != "d1" || x.By != app.ByUser || x.Preset != statistics.LastYear {
		t.Errorf("%+v", x)
	}
	f.Search(x)
	if got := d.asked[1]; got.Department != "d1" || got.By != app.ByUser {
		t.Errorf("%+v", got)
	}
	f.Search(statistics.Filter{By: app.ByMonth})
	if _, ok := f.Into(f.State().Rows[0]); ok {
		t.Error("a month was divided")
	}
}

func TestExport(t *testing.T) {
	d := &desk{reach: app.ReachOwn}
	f := newFlow(d)
	var b strings.Builder
	name, err := f.Export(context.Background(), "pdf", "it", statistics.Filter{By: app.ByDay, Type: app.VisuraResidenza}, &b, nil)
	if err != nil || name != "file.pdf" || b.String() != "numbers" || d.files[0].By != app.ByDay || d.files[0].Type != app.VisuraResidenza || d.files[0].From != "2026-02-14" || d.files[0].Language != "it" {
		t.Errorf("%q, %v, %q, %+v", name, err, b.String(), d.files)
	}
}
