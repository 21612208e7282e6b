package server_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// A list is read again as its operator says: separator and header each by
// itself, of a workbook the header too. Where that cannot be, the list stays.
func TestJobIsReadAsTold(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	p := w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational))
	c := w.At(p, "SPORTELLO-01")
	code := cast(t, "resident").CF
	read := func(job wire.Job, how wire.JobReading) (wire.Job, []wire.JobRow) {
		t.Helper()
		say(t, c, wire.ReadJob, &wire.ReadJobInput{ID: job.ID, Body: how})
		job = awaitJob(t, c, job.ID, app.JobReading)
		return job, say(t, c, wire.ListJobRows, &wire.JobRowsInput{ID: job.ID}).Body.Items
	}
	yes, no, pipe, none := true, false, "|", ""

	job := upload(t, c, app.ServiceEnrichment, "x.csv", "chi;nota\n"+code+";a|b\n"+code+";c|d\n")
	job, rows := read(job, wire.JobReading{Header: &no})
	if len(rows) != 3 || len(job.Header) != 0 || job.Format.Header || job.Format.Separator != ";" || rows[0].Cells[0] != "chi" {
		t.Errorf("without a header: %+v %+v", job, rows)
	}
	job, rows = read(job, wire.JobReading{Separator: &pipe})
	if job.Format.Separator != "|" || job.Format.Header || len(rows) != 3 || !slices.Equal(rows[1].Cells, []string{code + ";a", "b"}) {
		t.Errorf("with another separator: %+v %+v", job, rows)
	}
	job, rows = read(job, wire.JobReading{Separator: &none, Header: &yes})
	if job.Format.Separator != "" || !slices.Equal(job.Header, []string{"chi;nota"}) || len(rows) != 2 {
		t.Errorf("as one column: %+v %+v", job, rows)
	}

	var b bytes.Buffer
	book := excelize.NewFile()
	for i, cells := range [][]any{{"Persona", "Nota"}, {code, "a"}, {code, "b"}} {
		if err := book.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	sheet := upload(t, c, app.ServiceEnrichment, "x.xlsx", b.String())
	if len(sheet.Header) != 2 || sheet.Counts.Rows != 2 {
		t.Fatalf("%+v", sheet)
	}
	sheet, rows = read(sheet, wire.JobReading{Header: &no, Mapping: []string{"fiscal_code"}})
	if len(sheet.Header) != 0 || len(rows) != 3 || rows[0].Number != 1 || rows[0].Line != 1 || rows[0].Cells[0] != "Persona" || rows[2].Number != 3 || rows[2].First != 2 {
		t.Errorf("a workbook without a header: %+v %+v", sheet, rows)
	}
	if sheet, rows = read(sheet, wire.JobReading{Mapping: []string{"", "fiscal_code"}}); len(sheet.Header) != 0 || len(rows) != 3 {
		t.Errorf("what was told of the header is forgotten: %+v", sheet)
	}
	if sheet, rows = read(sheet, wire.JobReading{Header: &yes}); !slices.Equal(sheet.Header, []string{"Persona", "Nota"}) || len(rows) != 2 || rows[1].Line != 3 {
		t.Errorf("a workbook with a header: %+v %+v", sheet, rows)
	}
	bare := upload(t, c, app.ServiceEnrichment, "y.csv", code+"\n"+code+"\n")
	if bare, rows = read(bare, wire.JobReading{Header: &yes}); len(rows) != 1 || bare.Header[0] != code {
		t.Errorf("the first row as a header: %+v %+v", bare, rows)
	}

	// One row cannot be a header and a list.
	one := upload(t, c, app.ServiceEnrichment, "z.csv", code+";"+strings.Repeat("x", 10)+"\n")
	one, rows = read(one, wire.JobReading{Header: &yes})
	if one.State != app.JobReady || one.Code != app.CodeListNoRows || len(rows) != 1 || one.Mapping[0] != "fiscal_code" {
		t.Errorf("what cannot be read so is lost: %+v %+v", one, rows)
	}
	if one, rows = read(one, wire.JobReading{Mapping: []string{"fiscal_code"}}); one.Code != "" || len(rows) != 1 {
		t.Errorf("%+v %+v", one, rows)
	}
}

// Where a person is named again is told by the line of the file, which is what
// its reader sees.
func TestJobTellsLines(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	c := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01")
	resident, wife := cast(t, "resident").CF, cast(t, "wife").CF
	job := upload(t, c, app.ServiceHousehold, "x.csv", "nota;cf\nuno;"+resident+"\n\ndue;"+resident+"\ntre;"+wife+"\n")
	rows := say(t, c, wire.ListJobRows, &wire.JobRowsInput{ID: job.ID}).Body.Items
	again := rows[1]
	if again.First != 1 || len(again.Findings) != 1 || again.Findings[0].Code != app.CodeListDuplicate || again.Findings[0].Params["row"] != "2" || again.Line != 4 {
		t.Fatalf("%+v", rows)
	}
	// A correction that changes nothing tells the same.
	same := say(t, c, wire.CorrectJobRow, &wire.CorrectJobRowInput{ID: job.ID, Number: 2, Body: wire.JobCorrection{Cells: again.Cells}}).Body
	if len(same.Findings) != 1 || same.Findings[0].Params["row"] != "2" {
		t.Errorf("%+v", same)
	}
	say(t, c, wire.StartJob, order(c, job.ID))
	if job = awaitJob(t, c, job.ID, app.JobRunning); job.State != app.JobDone {
		t.Fatalf("%+v", job)
	}
	got := strings.Join(slices.Concat(result(t, c, &wire.JobResultInput{ID: job.ID}).rows...), " | ")
	if !strings.Contains(got, "La persona è già alla riga 2 dell'elenco.") {
		t.Error(got)
	}
}
