package server_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

var rome = func() *time.Location {
	l, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return l
}()

// fetch gets a file.
func fetch[In any](t testing.TB, c *servertest.Client, e wire.Endpoint[In, wire.Download], in *In) (string, []byte) {
	t.Helper()
	var b bytes.Buffer
	name, err := client.Download(context.Background(), c.Client, e, in, &b, nil)
	if err != nil {
		t.Fatalf("%s: %v", e.ID, err)
	}
	return name, b.Bytes()
}

// csvOf reads a CSV as the server writes it.
func csvOf(t testing.TB, b []byte) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\uFEFF")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func counted(s wire.Statistics) map[string]int64 {
	out := map[string]int64{}
	for _, r := range s.Rows {
		out[r.Key] = r.N
	}
	return out
}

// TestStatistics: a clerk asks over two days, is moved, and asks again; each
// looker counts what is his to count.
func TestStatistics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		clock := newClock()
		w := servertest.Start(t, clocked(clock, dsn))
		clerk := w.Person(app.RoleStandard, w.Registry, nil)
		c := w.At(clerk, "ANAG-01")
		admin, taxAdmin := w.At(w.Admin, "ADMIN-01"), w.At(w.TaxAdmin, "ADMIN-02")
		ask := func(key string, kind app.VisuraType, who string) {
			t.Helper()
			if _, err := c.Ask("statistics-"+key, wire.VisuraRequest{Type: kind, Subject: app.Subject{FiscalCode: who}}); err != nil {
				t.Fatal(err)
			}
		}
		day := func() app.Day { return app.Day(clock.now().In(rome).Format(time.DateOnly)) }
		first := day()
		ask("1", app.VisuraResidenza, cast(t, "wife").CF)
		ask("2", app.VisuraResidenza, cast(t, "unregistered").CF)
		refusedAs(t, "a wrong code", func() error {
			_, err := c.Ask("statistics-3", wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: "RSSMRA80A01H501A"}})
			return err
		}(), app.CodeFiscalCheck, "subject.fiscal_code")
		clock.add(24 * time.Hour)
		c.Enter(clerk)
		w.Desk.Enter(w.Top)
		admin.Enter(w.Admin)
		taxAdmin.Enter(w.TaxAdmin)
		move := &wire.MoveInput{ID: clerk.ID}
		move.Body.Admin = w.TaxAdmin.ID
		say(t, w.Desk, wire.MoveOperator, move)
		c.Session = say(t, c, wire.GetSession, nil).Body
		second := day()
		ask("4", app.VisuraEsistenza, cast(t, "wife").CF)

		read := func(c *servertest.Client, by app.Dimension, from, until app.Day) wire.Statistics {
			t.Helper()
			return say(t, c, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: wire.StatisticsFilter{By: by, From: from, To: until}}).Body
		}
		for _, test := range []struct {
			who  string
			c    *servertest.Client
			by   app.Dimension
			want map[string]int64
		}{
			{"TOP", w.Desk, app.ByOutcome, map[string]int64{"found": 2, "not_found": 1, "refused": 1}},
			{"TOP", w.Desk, app.ByReason, map[string]int64{"": 3, "fiscal_code_check": 1}},
			{"TOP", w.Desk, app.ByDepartment, map[string]int64{string(w.Registry.ID): 3, string(w.Taxes.ID): 1}},
			{"TOP", w.Desk, app.ByDay, map[string]int64{string(first): 3, string(second): 1}},
			{"the former ADMIN", admin, app.ByType, map[string]int64{"residenza": 2, "generalita": 1}},
			{"the new ADMIN", taxAdmin, app.ByType, map[string]int64{"esistenza_in_vita": 1}},
			{"the new ADMIN", taxAdmin, app.ByUser, map[string]int64{string(clerk.ID): 1}},
			{"the clerk", c, app.ByService, map[string]int64{"visure": 4}},
		} {
			if d := cmp.Diff(test.want, counted(read(test.c, test.by, first, second))); d != "" {
				t.Errorf("%s, by %s: %s", test.who, test.by, d)
			}
		}
		if s := read(w.Desk, app.ByDay, second, second); s.Total != 1 || s.Before != 3 || s.BeforeFrom != first || s.BeforeUntil != first || *s.Rows[0].Before != 3 {
			t.Errorf("beside the day before: %+v", s)
		}
		if s := read(w.Desk, app.ByUser, first, second); s.Rows[0].Name != clerk.FullName() {
			t.Errorf("the clerk is called %q", s.Rows[0].Name)
		}

		// Files hold the same.
		in := &wire.StatisticsExportInput{StatisticsFilter: wire.StatisticsFilter{By: app.ByOutcome, From: first, To: second}, Format: "csv"}
		name, b := fetch(t, w.Desk, wire.ExportStatistics, in)
		if name != "statistiche-outcome-"+string(first)+"-"+string(second)+".csv" {
			t.Errorf("the file is called %q", name)
		}
		want := [][]string{{"Esito", "Richieste", "Quota %", "Periodo precedente", "Differenza"}, {"Trovato", "2", "50", "0", "2"}, {"Non trovato", "1", "25", "0", "1"}, {"Respinta", "1", "25", "0", "1"}}
		if rows := csvOf(t, b); len(rows) != len(want) || rows[1][1] != "2" || !cmp.Equal(rows[0], want[0]) || rows[2][2] != "25" {
			t.Errorf("CSV %q", rows)
		}
		in.Format = "xlsx"
		_, b = fetch(t, w.Desk, wire.ExportStatistics, in)
		f, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if rows, err := f.GetRows("Statistiche"); err != nil || len(rows) != 4 || rows[1][1] != "2" {
			t.Errorf("XLSX %q, %v", rows, err)
		}
		in.Format = "pdf"
		if _, b := fetch(t, w.Desk, wire.ExportStatistics, in); !bytes.HasPrefix(b, []byte("%PDF-")) {
			t.Errorf("PDF %.20q", b)
		}

		// Who looked and who took a file away stands in the history.
		page := &wire.MonitorInput{}
		page.Limit = 500
		traces := map[app.EventKind]int{}
		for _, item := range say(t, w.Desk, wire.ListHistory, page).Body.Items {
			if item.Reason == string(app.PermStatistics) {
				traces[item.Kind]++
			}
		}
		if traces[app.EventMonitorRead] != 9 || traces[app.EventExported] != 3 {
			t.Errorf("traces %v", traces)
		}
		if r, err := w.Server.Verify(context.Background()); err != nil || !r.Sound() {
			t.Errorf("log: %v %+v", err, r)
		}
	})
}

// An officer of public security counts his own archive, lists as well, and
// leaves nothing to be counted by others.
func TestStatisticsOfAnOfficer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn, Server: unpaced})
		c := w.At(w.Person(app.RoleStandardPS, w.Registry, bulkUser(app.ScopeNational)), "PATTUGLIA-01")
		before := rawTables(t, w).dump("counts_day", "counts_month", "counts_user_day", "counts_user_month")
		patrol(t, c)
		if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultKO999, Service: "C020"}}); err != nil {
			t.Fatal(err)
		}
		if v, err := c.Ask("patrol-fails", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}, FileReference: "Pattuglia 7"}); err != nil || v.Outcome != app.OutcomeFailed {
			t.Fatalf("%v %+v", err, v)
		}
		resident := cast(t, "resident").CF
		job := upload(t, c, app.ServiceEnrichment, "elenco.csv", "CF\n"+resident+"\n"+resident+"\n"+cast(t, "wife").CF+"\n"+cast(t, "unregistered").CF+"\nRSSMRA85T10A562X\n")
		say(t, c, wire.StartJob, order(c, job.ID, "surname"))
		if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone {
			t.Fatalf("%+v", job)
		}
		if after := rawTables(t, w).dump("counts_day", "counts_month", "counts_user_day", "counts_user_month"); after != before {
			t.Errorf("he is counted:\n%s", after)
		}
		today := app.Day(w.Now().In(rome).Format(time.DateOnly))
		period := wire.StatisticsFilter{From: today, To: today}
		for _, test := range []struct {
			by     app.Dimension
			narrow func(*wire.StatisticsFilter)
			want   map[string]int64
		}{
			{app.ByOutcome, nil, map[string]int64{"found": 3, "not_found": 2, "failed": 1}},
			{app.ByService, nil, map[string]int64{"visure": 3, "enrichment": 3}},
			{app.ByReason, nil, map[string]int64{"": 5, "anpr_fault": 1}},
			{app.ByOutcome, func(f *wire.StatisticsFilter) { f.Service = app.ServiceEnrichment }, map[string]int64{"found": 2, "not_found": 1}},
			{app.ByOutcome, func(f *wire.StatisticsFilter) { f.Service = app.ServiceVisure }, map[string]int64{"found": 1, "not_found": 1, "failed": 1}},
			{app.ByType, func(f *wire.StatisticsFilter) { f.Code = app.CodeAnprFault }, map[string]int64{string(app.VisuraResidenza): 1}},
			{app.ByDay, nil, map[string]int64{string(today): 6}},
		} {
			in := &wire.StatisticsInput{StatisticsFilter: period}
			in.By = test.by
			if test.narrow != nil {
				test.narrow(&in.StatisticsFilter)
			}
			if d := cmp.Diff(test.want, counted(say(t, c, wire.GetStatistics, in).Body)); d != "" {
				t.Errorf("by %s: %s", test.by, d)
			}
		}
		for _, by := range app.Dimensions {
			in := &wire.StatisticsInput{StatisticsFilter: period}
			in.By = by
			if s := say(t, c, wire.GetStatistics, in).Body; s.Total != 6 {
				t.Errorf("by %s he counts %d", by, s.Total)
			}
		}
		other := w.At(w.Person(app.RoleStandardPS, w.Registry, nil), "PATTUGLIA-02")
		in := &wire.StatisticsInput{StatisticsFilter: period}
		in.By, in.User = app.ByOutcome, c.Session.User.ID
		if s := say(t, other, wire.GetStatistics, in).Body; s.Total != 0 {
			t.Errorf("a colleague counts %d", s.Total)
		}
	})
}

func TestStatisticsRefusals(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	for _, test := range []struct {
		in    wire.StatisticsFilter
		code  app.Code
		field string
	}{
		{wire.StatisticsFilter{To: "2026-01-01"}, app.CodeRequired, "from"},
		{wire.StatisticsFilter{From: "2026-01-01"}, app.CodeRequired, "until"},
		{wire.StatisticsFilter{From: "2026-02-30", To: "2026-03-01"}, app.CodeDate, "from"},
		{wire.StatisticsFilter{From: "2026-03-02", To: "2026-03-01"}, app.CodeInvalid, "until"},
		{wire.StatisticsFilter{By: app.ByDay, From: "2025-01-01", To: "2026-12-31"}, app.CodePeriodLong, "from"},
		{wire.StatisticsFilter{By: app.ByWeek, From: "2016-01-01", To: "2026-12-31"}, app.CodePeriodLong, "from"},
		{wire.StatisticsFilter{From: "1990-01-01", To: "2026-12-31"}, app.CodePeriodLong, "from"},
		{wire.StatisticsFilter{By: "colour", From: "2026-01-01", To: "2026-12-31"}, app.CodeMalformed, "by"},
	} {
		refusedAs(t, string(test.in.By)+" "+string(test.in.From)+" "+string(test.in.To), try(w.Desk, wire.GetStatistics, &wire.StatisticsInput{StatisticsFilter: test.in}), test.code, test.field)
		err := func() error {
			_, err := client.Download(context.Background(), w.Desk.Client, wire.ExportStatistics, &wire.StatisticsExportInput{StatisticsFilter: test.in}, new(bytes.Buffer), nil)
			return err
		}()
		refusedAs(t, "the file", err, test.code, test.field)
	}
}
