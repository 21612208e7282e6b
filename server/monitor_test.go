package server_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// readings are the traces of reading the monitor that is under the permission.
func readings(t testing.TB, w *servertest.World, kind app.EventKind, p app.Permission) (out []wire.HistoryItem) {
	t.Helper()
	in := &wire.MonitorInput{MonitorFilter: wire.MonitorFilter{Kind: kind}}
	in.Limit = 500
	for _, item := range say(t, w.Desk, wire.ListHistory, in).Body.Items {
		if item.Reason == string(p) {
			out = append(out, item)
		}
	}
	return out
}

// A reading is written down once, and again after a quarter of an hour, with
// another filter, or by another person; that its address carries a cursor does
// not hide it.
func TestAReadingIsWrittenDownOnce(t *testing.T) {
	clock := newClock()
	w := servertest.Start(t, clocked(clock, ""))
	admin := w.At(w.Admin, "ADMIN-01")
	c := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01")
	for i := range 3 {
		if _, err := c.Ask("reading-"+string(rune('a'+i))+"-0", wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}}); err != nil {
			t.Fatal(err)
		}
	}
	count := func() int { return len(readings(t, w, app.EventMonitorRead, app.PermMonitorActivity)) }
	page := &wire.MonitorInput{}
	page.Limit = 1
	first := say(t, admin, wire.ListActivity, page).Body
	page.Cursor = first.Next
	say(t, admin, wire.ListActivity, page)
	page.Cursor = ""
	say(t, admin, wire.ListActivity, page)
	if n := count(); n != 1 {
		t.Errorf("one reading is written down %d times", n)
	}
	page.Outcome = app.OutcomeFound
	say(t, admin, wire.ListActivity, page)
	if n := count(); n != 2 {
		t.Errorf("with another filter there are %d", n)
	}
	clock.add(15 * time.Minute)
	say(t, admin, wire.ListActivity, page)
	if n := count(); n != 3 {
		t.Errorf("after a quarter of an hour there are %d", n)
	}
	other := &wire.MonitorInput{}
	other.Cursor = first.Next
	say(t, w.Desk, wire.ListActivity, other)
	if n := count(); n != 4 {
		t.Errorf("a reading that begins with a further page is hidden: %d", n)
	}
}

// What is taken away is all that the filter finds, whole and as it was seen,
// and it is written down who took how much.
func TestMonitorExports(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	c := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01")
	files := []string{"=1+1", "0012", "Prot. 7/2026"}
	for i, file := range files {
		if _, err := c.Ask("export-"+string(rune('a'+i))+"-00", wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "wife").CF}, FileReference: file}); err != nil {
			t.Fatal(err)
		}
	}
	in := &wire.MonitorExportInput{MonitorFilter: wire.MonitorFilter{Outcome: app.OutcomeFound}, Format: "csv"}
	name, b := fetch(t, w.Desk, wire.ExportActivity, in)
	rows := csvOf(t, b)
	if len(rows) != 4 || name[:9] != "attivita-" {
		t.Fatalf("%s: %q", name, rows)
	}
	at := -1
	for i, title := range rows[0] {
		if title == "Pratica" {
			at = i
		}
	}
	if at < 0 || rows[3][at] != "'=1+1" || rows[2][at] != "'0012" || rows[1][at] != "Prot. 7/2026" || rows[1][1] != c.Session.User.Username || rows[1][2] != w.Registry.Name {
		t.Errorf("CSV %q", rows)
	}
	in.Format = "xlsx"
	_, b = fetch(t, w.Desk, wire.ExportActivity, in)
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet, err := f.GetRows(f.GetSheetName(0))
	if err != nil || len(sheet) != 4 || sheet[3][at] != "=1+1" || sheet[2][at] != "0012" {
		t.Errorf("XLSX %q, %v", sheet, err)
	}
	traces := readings(t, w, app.EventExported, app.PermMonitorActivity)
	if len(traces) != 2 {
		t.Fatalf("%d traces", len(traces))
	}
	var what struct {
		Rows    int
		Outcome app.Outcome
	}
	if err := json.Unmarshal(traces[0].After, &what); err != nil || what.Rows != 3 || what.Outcome != app.OutcomeFound {
		t.Errorf("the trace says %s, %v", traces[0].After, err)
	}
	for _, e := range []wire.Endpoint[wire.MonitorExportInput, wire.Download]{wire.ExportAccesses, wire.ExportHistory} {
		if _, b := fetch(t, w.Desk, e, &wire.MonitorExportInput{Format: "csv"}); len(csvOf(t, b)) < 3 {
			t.Errorf("%s: %q", e.ID, b)
		}
	}
	bad := &wire.MonitorExportInput{MonitorFilter: wire.MonitorFilter{From: "2026-02-30"}}
	refusedAs(t, "a day that is none", try(w.Desk, wire.ExportActivity, bad), app.CodeDate, "from")
}

// The end of a list tells how many of its rows were asked about and what they
// came to, in the page and in the file; a list has no outcome of its own.
func TestListsInTheMonitor(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	list := "CF\n" + cast(t, "wife").CF + "\n" + cast(t, "unregistered").CF + "\nRSSMRA85T10A562X\n"
	job := upload(t, c, app.ServiceEnrichment, "elenco.csv", list)
	say(t, c, wire.StartJob, order(c, job.ID, "surname"))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone {
		t.Fatalf("%+v", job)
	}
	in := &wire.MonitorInput{}
	in.Limit, in.Kind = 100, app.EventJobEnded
	items := say(t, w.Desk, wire.ListActivity, in).Body.Items
	if len(items) != 1 {
		t.Fatalf("%d lists", len(items))
	}
	want := map[app.Outcome]int{app.OutcomeFound: 1, app.OutcomeNotFound: 1, app.OutcomeWrong: 1}
	if x := items[0]; x.Asked != 2 || !maps.Equal(x.Outcomes, want) || x.Outcome != "" || x.Address == "" || x.Service != app.ServiceEnrichment {
		t.Errorf("%+v", x)
	}
	in.Outcome = app.OutcomeFound
	if n := len(say(t, w.Desk, wire.ListActivity, in).Body.Items); n != 0 {
		t.Errorf("%d lists were found", n)
	}
	_, b := fetch(t, w.Desk, wire.ExportActivity, &wire.MonitorExportInput{MonitorFilter: wire.MonitorFilter{Kind: app.EventJobEnded}, Format: "csv"})
	file := table{t, csvOf(t, b)}
	for title, want := range map[string]string{"Righe chieste": "2", "Esiti delle righe": "Dati trovati 1; Nessuna persona trovata 1; Riga errata 1", "Esito": ""} {
		if got := file.cell(0, title); got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
}

// What the table says of kinds holds for what the server writes: the class of
// each, and that what is nobody's has no department.
func TestEventsStandWhereTheTableSays(t *testing.T) {
	m := servertest.NewMail(t, servertest.MailOptions{})
	at := newClock()
	w := servertest.Start(t, mailed(at, "", m))
	patrol(t, w.At(w.Person(app.RoleStandardPS, w.Registry, nil), "PATTUGLIA-01"))
	at.add(48 * time.Hour)
	tick(t, w)
	seen := map[app.EventKind]bool{}
	for _, e := range w.Readable() {
		seen[e.Kind] = true
		spec, ok := e.Kind.Spec()
		if !ok || spec.Class != e.Class {
			t.Errorf("%s stands in %s", e.Kind, e.Class)
		}
		if spec.Nobodys && (e.Actor.User != "" || e.Actor.Department != "" || e.TargetDept != "") {
			t.Errorf("%s is of %+v, about %q", e.Kind, e.Actor, e.TargetDept)
		}
	}
	for _, kind := range []app.EventKind{app.EventBodyInit, app.EventDigest, app.EventSignIn, app.EventUserCreated} {
		if !seen[kind] {
			t.Errorf("%s was not written", kind)
		}
	}
}
