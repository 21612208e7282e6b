package server_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// sheetOf gets the document of a visura as a workbook and reads it back.
func sheetOf(t testing.TB, c *servertest.Client, v wire.Visura, language string) (*excelize.File, [][]string) {
	t.Helper()
	doc := say(t, c, wire.GetDocument, &wire.DocumentInput{ID: v.ID, Format: "xlsx", Language: language})
	pdf := say(t, c, wire.GetDocument, &wire.DocumentInput{ID: v.ID})
	if doc.ContentType != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" || pdf.ContentType != "application/pdf" {
		t.Errorf("the documents are %s and %s", doc.ContentType, pdf.ContentType)
	}
	if name := strings.Replace(doc.Disposition, ".xlsx", ".pdf", 1); name == doc.Disposition || name != pdf.Disposition {
		t.Errorf("the documents are called %s and %s", doc.Disposition, pdf.Disposition)
	}
	f, err := excelize.OpenReader(bytes.NewReader(doc.Body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if n := len(f.GetSheetList()); n != 1 {
		t.Errorf("%d sheets", n)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return f, rows
}

// beside is what stands beside a label.
func beside(rows [][]string, name string) string {
	for _, r := range rows {
		if len(r) == 2 && r[0] == name {
			return r[1]
		}
	}
	return ""
}

// italianDay is a day as the sheet shows it.
func italianDay(t testing.TB, d app.Day) string {
	t.Helper()
	at, ok := d.Time()
	if !ok {
		t.Fatalf("%q is no day", d)
	}
	return at.Format("02/01/2006")
}

// TestDocumentSheet: a visura is had as a sheet too, which says what the PDF
// says, has the same check code, and is written down as it is.
func TestDocumentSheet(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	const hostile = "=HYPERLINK(\"http://x.example\";\"y\")"
	who := cast(t, "resident")
	v, err := clerk.Ask("sheet-first", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: who.CF}, FileReference: hostile})
	if err != nil || v.Outcome != app.OutcomeFound {
		t.Fatalf("%v %s", err, v.Outcome)
	}
	f, rows := sheetOf(t, clerk, v, "")
	if rows[0][0] != w.Config.Body.Name {
		t.Errorf("the body is %q", rows[0])
	}
	for name, want := range map[string]string{
		"Tipo di visura": "Residenza", "Codice fiscale": who.CF, "Finalità": v.PurposeName, "Riferimento pratica": hostile,
		"Identificativo operazione ANPR": v.Evidence.Operation, "Operatore": v.Evidence.Operator, "Postazione": v.Evidence.Workstation, "Codice di controllo": v.Evidence.CheckCode,
		"Alla data del": italianDay(t, v.ReferenceDate), "Indirizzo": v.Card.Answer[0].Value,
	} {
		if got := beside(rows, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	page := f.GetSheetName(0)
	for i, r := range rows {
		for j := range r {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			if formula, err := f.GetCellFormula(page, at); err != nil || formula != "" {
				t.Errorf("%s is the formula %q, %v", at, formula, err)
			}
		}
	}
	for n, signed := range []string{"+39 06", "-5", "@SUM(A1)"} {
		x, err := clerk.Ask(fmt.Sprint("sheet-sign-", n), wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: who.CF}, FileReference: signed})
		if err != nil {
			t.Fatal(err)
		}
		f, rows := sheetOf(t, clerk, x, "")
		i := slices.IndexFunc(rows, func(r []string) bool { return len(r) == 2 && r[0] == "Riferimento pratica" })
		if i < 0 || rows[i][1] != signed {
			t.Fatalf("%q: %q", signed, rows)
		}
		at := fmt.Sprint("B", i+1)
		if kind, err := f.GetCellType(f.GetSheetName(0), at); err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%q is of type %v, %v", signed, kind, err)
		}
	}
	if _, english := sheetOf(t, clerk, v, "en"); beside(english, "Check code") != v.Evidence.CheckCode {
		t.Errorf("in English: %q", english)
	}

	// The code stands for the sheet as for the PDF, at the console too.
	in := &wire.CheckDocumentInput{}
	in.Body.Code = beside(rows, "Codice di controllo")
	if c := say(t, clerk, wire.CheckDocument, in).Body; !c.Genuine || c.FileReference != hostile {
		t.Errorf("the check says %+v", c)
	}
	if c, err := w.Server.CheckDocument(t.Context(), in.Body.Code, who.CF); err != nil || !c.Genuine || c.SameSubject == nil || !*c.SameSubject {
		t.Errorf("the console says %+v, %v", c, err)
	}

	var formats []string
	for _, e := range w.Readable() {
		if e.Kind == app.EventDocument && e.Visura == v.ID {
			formats = append(formats, string(e.After))
		}
	}
	if want := []string{`{"format":"xlsx"}`, `{"format":"pdf"}`, `{"format":"xlsx"}`, `{"format":"pdf"}`}; !slices.Equal(formats, want) {
		t.Errorf("the log says %q", formats)
	}
	refusedAs(t, "another format", try(clerk, wire.GetDocument, &wire.DocumentInput{ID: v.ID, Format: "csv"}), app.CodeMalformed, "format")
}

// TestDocumentSheetOfOthers: a household is a table, and what gave no answer
// says so.
func TestDocumentSheetOfOthers(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	v, err := clerk.Ask("sheet-family", wire.VisuraRequest{Type: app.VisuraFamiglia, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
	if err != nil || v.Outcome != app.OutcomeFound {
		t.Fatalf("%v %s", err, v.Outcome)
	}
	_, rows := sheetOf(t, clerk, v, "")
	at := slices.IndexFunc(rows, func(r []string) bool { return slices.Contains(r, "Rapporto di parentela") })
	if at < 0 || len(v.Card.Groups) < 2 || len(rows) < at+1+len(v.Card.Groups) {
		t.Fatalf("no table: %q", rows)
	}
	code := slices.Index(rows[at], "Codice fiscale")
	for i, g := range v.Card.Groups {
		row := rows[at+1+i]
		want := ""
		for _, x := range g.Fields {
			if x.Label == "field.fiscal_code" {
				want = x.Value
			}
		}
		if row[0] != fmt.Sprintf("Componente %d", i+1) || row[code] != want || want == "" {
			t.Errorf("member %d: %q, want %s", i+1, row, want)
		}
	}

	v, err = clerk.Ask("sheet-nobody", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "unregistered").CF}})
	if err != nil || v.Outcome != app.OutcomeNotFound {
		t.Fatalf("%v %s", err, v.Outcome)
	}
	if _, rows := sheetOf(t, clerk, v, ""); beside(rows, "Esito") != "Nessuna persona trovata" || beside(rows, "Codice di controllo") != v.Evidence.CheckCode {
		t.Errorf("of nobody: %q", rows)
	}
	me := w.At(w.Person(app.RoleStandard, w.Registry, scoped(app.Scope{Kind: app.ScopeOwn})), "ANAG-08")
	v, err = me.Ask("sheet-elsewhere", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "elsewhere").CF}})
	if err != nil || v.Outcome != app.OutcomeOutOfScope {
		t.Fatalf("%v %s", err, v.Outcome)
	}
	if _, rows := sheetOf(t, me, v, ""); beside(rows, "Identificativo operazione ANPR") != "" || beside(rows, "Indirizzo") != "" || beside(rows, "Esito") == "" {
		t.Errorf("of one out of scope: %q", rows)
	}
}
