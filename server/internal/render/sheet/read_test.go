package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"indagor/app"
	"indagor/app/list"
)

// workbook makes a workbook and lets change fill its first sheet.
func workbook(t testing.TB, change func(f *excelize.File, sheet string)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	change(f, f.GetSheetName(0))
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readAll(book []byte, limits list.Limits) (header []string, rows []list.Row, err error) {
	r, err := NewReader(bytes.NewReader(book), int64(len(book)), limits)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return r.Header(), rows, nil
		}
		if err != nil {
			return r.Header(), rows, err
		}
		rows = append(rows, row)
	}
}

const code = "RSSMRA85T10A562S"

// parts makes an archive of the parts.
func parts(t testing.TB, contents map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range contents {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func bare(sheet, shared string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="x" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="t/worksheet" Target="s.xml"/><Relationship Id="b" Type="t/sharedStrings" Target="/xl/shared.xml"/></Relationships>`,
		"xl/s.xml":                   sheet, "xl/shared.xml": shared,
	}
}

// The spreadsheets of the zoo; those of text are in package list.
func TestListReaderZoo(t *testing.T) {
	set := func(f *excelize.File, sheet, at string, v any) {
		t.Helper()
		if err := f.SetCellValue(sheet, at, v); err != nil {
			t.Fatal(err)
		}
	}
	titled := func(f *excelize.File, sheet string) {
		set(f, sheet, "A1", "Codice fiscale")
		set(f, sheet, "B1", "Data di nascita")
	}
	born := time.Date(1985, 12, 10, 0, 0, 0, 0, time.UTC)
	for _, animal := range []struct {
		name     string
		book     []byte
		header   []string
		rows     [][]string
		findings []app.Code
		refused  app.Code
	}{
		{
			name: "dates of several formats", header: []string{"Codice fiscale", "Data di nascita"},
			rows: [][]string{{code, "10/12/1985"}, {code, "10/12/1985"}, {code, "31391"}, {code, "10/12/1985 06:00:00"}},
			book: workbook(t, func(f *excelize.File, s string) {
				titled(f, s)
				american, reckoned := "mm/dd/yy", `[$-410]d mmmm yyyy`
				for i, style := range []excelize.Style{{NumFmt: 14}, {CustomNumFmt: &american}, {NumFmt: 1}, {CustomNumFmt: &reckoned}} {
					id, err := f.NewStyle(&style)
					if err != nil {
						t.Fatal(err)
					}
					at := fmt.Sprintf("B%d", i+2)
					set(f, s, fmt.Sprintf("A%d", i+2), code)
					set(f, s, at, 31391)
					if i == 3 {
						set(f, s, at, 31391.25)
					}
					if err := f.SetCellStyle(s, at, at, id); err != nil {
						t.Fatal(err)
					}
				}
			}),
		},
		{
			name: "a date that the library writes", header: []string{"Codice fiscale", "Data di nascita"}, rows: [][]string{{code, "10/12/1985"}},
			book: workbook(t, func(f *excelize.File, s string) { titled(f, s); set(f, s, "A2", code); set(f, s, "B2", born) }),
		},
		{
			name: "formulas", header: []string{"Codice fiscale", "Data di nascita"}, rows: [][]string{{code, ""}, {"=cmd|'/c calc'!A0", ""}}, findings: []app.Code{app.CodeListFormula},
			book: workbook(t, func(f *excelize.File, s string) {
				titled(f, s)
				set(f, s, "A2", code)
				if err := f.SetCellFormula(s, "B2", "TODAY()"); err != nil {
					t.Fatal(err)
				}
				set(f, s, "A3", "=cmd|'/c calc'!A0")
			}),
		},
		{
			name: "the result of a formula", header: []string{"cf"}, rows: [][]string{{code}},
			book: parts(t, bare(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>cf</t></is></c></row><row r="2"><c r="A2" t="str"><f>UPPER("x")</f><v>`+code+`</v></c></row></sheetData></worksheet>`, "")),
		},
		{
			name: "gaps, numbers and truth", header: []string{"cf", "importo", "", "x"}, rows: [][]string{{code, "12.5", "", "VERO"}, {"12345678903", "", "", ""}},
			book: workbook(t, func(f *excelize.File, s string) {
				set(f, s, "A1", "cf")
				set(f, s, "B1", "importo")
				set(f, s, "D1", "x")
				set(f, s, "A4", code)
				set(f, s, "B4", 12.5)
				set(f, s, "D4", true)
				set(f, s, "A6", 12345678903)
			}),
		},
		{
			name: "no header", rows: [][]string{{code, "a"}, {code, "b"}},
			book: workbook(t, func(f *excelize.File, s string) {
				for i, v := range []string{"a", "b"} {
					set(f, s, fmt.Sprintf("A%d", i+1), code)
					set(f, s, fmt.Sprintf("B%d", i+1), v)
				}
			}),
		},
		{
			name: "a hidden sheet first", header: []string{"cf"}, rows: [][]string{{code}},
			book: workbook(t, func(f *excelize.File, s string) {
				set(f, s, "A1", "altro")
				if _, err := f.NewSheet("Elenco"); err != nil {
					t.Fatal(err)
				}
				set(f, "Elenco", "A1", "cf")
				set(f, "Elenco", "A2", code)
				f.SetActiveSheet(1)
				if err := f.SetSheetVisible(s, false); err != nil {
					t.Fatal(err)
				}
			}),
		},
		{
			name: "300 columns", header: strings.Split(strings.Repeat("c,", 299)+"cf", ","), rows: [][]string{strings.Split(strings.Repeat("x,", 299)+code, ",")},
			book: workbook(t, func(f *excelize.File, s string) {
				for i := range 300 {
					at, _ := excelize.CoordinatesToCellName(i+1, 1)
					below, _ := excelize.CoordinatesToCellName(i+1, 2)
					set(f, s, at, map[bool]string{true: "cf", false: "c"}[i == 299])
					set(f, s, below, map[bool]string{true: code, false: "x"}[i == 299])
				}
			}),
		},
		{name: "header only", header: []string{"Codice fiscale", "Data di nascita"}, book: workbook(t, titled)},
		{name: "rich text", header: []string{"cf"}, rows: [][]string{{"RSSMRA85T10A562S"}}, book: parts(t, bare(
			`<worksheet><sheetData><row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row></sheetData></worksheet>`,
			`<sst><si><t>cf</t></si><si><r><t>RSSMRA</t></r><r><t>85T10A562S</t></r><rPh><t>x</t></rPh></si></sst>`))},

		{name: "empty", book: workbook(t, func(*excelize.File, string) {}), refused: app.CodeListEmpty},
		{name: "nothing", book: nil, refused: app.CodeListEmpty},
		{name: "no workbook", book: parts(t, map[string]string{"a.txt": "x"}), refused: app.CodeListBroken},
		{name: "half of one", book: workbook(t, titled)[:2000], refused: app.CodeListBroken},
		{name: "broken XML", book: parts(t, bare(`<worksheet><sheetData><row><c t="s"><v>0</v>`, "")), refused: app.CodeListBroken},
		{name: "an old one", book: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)), refused: app.CodeListNotText},
		{name: "a protected one", book: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600) + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"), refused: app.CodeListProtected},
		{name: "a bomb of cells", book: parts(t, bare("<worksheet><sheetData>"+strings.Repeat(`<row><c t="n"><v>1</v></c></row>`, 600_000)+"</sheetData></worksheet>", "")), refused: app.CodeListBomb},
		{name: "a bomb of strings", book: parts(t, bare("<worksheet/>", "<sst>"+strings.Repeat(`<si><t>aaaaaaaaaaaaaaaaaaaaaaaaaaa</t></si>`, 400_000)+"</sst>")), refused: app.CodeListBomb},
		{name: "one text without end", book: parts(t, bare(`<worksheet><sheetData><row><c t="str"><v>`+strings.Repeat("a", 2<<20), "")), refused: app.CodeListBomb},
		{name: "one shared text without end", book: parts(t, bare("<worksheet/>", "<sst><si><t>"+strings.Repeat("a", 2<<20))), refused: app.CodeListBomb},
		{name: "an attribute without end", book: parts(t, bare(`<worksheet><sheetData><row r="`+strings.Repeat("1", 2<<20), "")), refused: app.CodeListBomb},
		{name: "a comment without end", book: parts(t, bare(`<worksheet><!-- `+strings.Repeat("a", 2<<20), "")), refused: app.CodeListBomb},
		{name: "2000 columns", book: parts(t, bare(`<worksheet><sheetData><row><c r="BXX1" t="str"><v>x</v></c></row></sheetData></worksheet>`, "")), refused: app.CodeListColumns},
		{name: "entities", book: parts(t, bare(`<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`, "")), refused: app.CodeListBroken},
	} {
		t.Run(animal.name, func(t *testing.T) {
			header, got, err := readAll(animal.book, list.Usual)
			if c := app.CodeOf(err); c != animal.refused {
				t.Fatalf("refused as %q (%v), want %q", c, err, animal.refused)
			}
			if animal.refused != "" {
				return
			}
			if !slices.Equal(header, animal.header) {
				t.Errorf("header %q", header)
			}
			var found []app.Code
			if len(got) != len(animal.rows) {
				t.Fatalf("%d rows: %+v", len(got), got)
			}
			for i, r := range got {
				if !slices.Equal(r.Cells, animal.rows[i]) {
					t.Errorf("row %d: %.300q, want %.300q", i+1, r.Cells, animal.rows[i])
				}
				for _, f := range r.Findings {
					found = append(found, f.Code)
				}
			}
			if !slices.Equal(found, animal.findings) {
				t.Errorf("findings %v", found)
			}
		})
	}
}

// A summary stands on a sheet behind the table.
func TestPages(t *testing.T) {
	book := write(t, XLSX, Options{Name: "Elenco", More: []Page{{Name: "Riepilogo", Rows: [][]any{{"Righe", 2}, {"Giorno", app.Day("1985-12-10")}}}}}, []Column{{Title: "cf"}}, rowsOf([]any{code}))
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Elenco", "Riepilogo"}) {
		t.Errorf("sheets %q", got)
	}
	for at, want := range map[string]string{"A1": "Righe", "B1": "2", "B2": "10/12/1985"} {
		if v, err := f.GetCellValue("Riepilogo", at); err != nil || v != want {
			t.Errorf("%s is %q, %v, want %q", at, v, err, want)
		}
	}
	if _, rows, err := readAll(book, list.Usual); err != nil || len(rows) != 1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// What we write we read again, the numbers of lines as a spreadsheet shows them.
func TestWrittenAndRead(t *testing.T) {
	book := write(t, XLSX, Options{}, []Column{{Title: "cf"}, {Title: "nascita"}, {Title: "n"}}, rowsOf([]any{code, app.Day("1985-12-10"), 3}, []any{"=1+1", nil, -2.5}))
	header, rows, err := readAll(book, list.Usual)
	if err != nil || !slices.Equal(header, []string{"cf", "nascita", "n"}) || len(rows) != 2 {
		t.Fatalf("%q %d %v", header, len(rows), err)
	}
	if !slices.Equal(rows[0].Cells, []string{code, "10/12/1985", "3"}) || !slices.Equal(rows[1].Cells, []string{"=1+1", "", "-2.5"}) || rows[1].Line != 3 || rows[1].Number != 2 {
		t.Errorf("%+v", rows)
	}
	few := list.Usual
	few.Rows = 1
	if _, got, err := readAll(book, few); app.CodeOf(err) != app.CodeListRows || len(got) != 1 {
		t.Errorf("%d rows, %v", len(got), err)
	}
	few = list.Usual
	few.Bytes = 100
	if _, _, err := readAll(book, few); app.CodeOf(err) != app.CodeListTooBig {
		t.Errorf("%v", err)
	}
}

func FuzzSheetReader(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>31391</v></c></row></sheetData></worksheet>`, `<sst><si><t>cf</t></si></sst>`)
	f.Add(`<row><c t="d"><v>2</v></c><c t="b"><v>7</v></c><c><v>1e300</v></c></row>`, `<si>`)
	limits := list.Limits{Bytes: 1 << 20, Rows: 100, Columns: 30, Cell: 200, Record: 1000}
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		_, rows, err := readAll(parts(t, bare(sheet, shared)), limits)
		if err != nil && app.CodeOf(err) == app.CodeInternal {
			t.Fatalf("not a refusal: %v", err)
		}
		for _, r := range rows {
			if len(r.Cells) > limits.Columns {
				t.Fatalf("%d cells", len(r.Cells))
			}
			for _, c := range r.Cells {
				if len(c) > limits.Cell {
					t.Fatalf("a cell of %d bytes", len(c))
				}
			}
		}
	})
}
