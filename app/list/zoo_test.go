package list_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"indagor/app"
	"indagor/app/list"
	"indagor/app/territory"
	"indagor/assets"
)

// now is the day of every test.
var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

var atlas = func() *territory.Atlas {
	a, err := territory.Load(assets.Tables())
	if err != nil {
		panic(err)
	}
	return a
}()

// rows reads everything.
func rows(t testing.TB, src io.Reader, limits list.Limits) (list.Format, []string, []list.Row, error) {
	t.Helper()
	r, err := list.NewReader(src, limits)
	if err != nil {
		return list.Format{}, nil, nil, err
	}
	var out []list.Row
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return r.Format(), r.Header(), out, nil
		}
		if err != nil {
			return r.Format(), r.Header(), out, err
		}
		out = append(out, row)
	}
}

func codes(fs []list.Finding) []app.Code {
	var out []app.Code
	for _, f := range fs {
		out = append(out, f.Code)
	}
	return out
}

func utf16of(s string, big, mark bool) string {
	var b bytes.Buffer
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	for _, u := range units {
		if big {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return b.String()
}

func latin(t testing.TB, s string) string {
	t.Helper()
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const plain = "Codice fiscale;Cognome;Via\r\nRSSMRA85T10A562S;Rossi;Via Nicolò 1\r\nNRECLD90R50H501G;Nerì;Piazza Città\r\n"

// The animals of the zoo are what offices really send.
func TestListReaderZoo(t *testing.T) {
	header := []string{"Codice fiscale", "Cognome", "Via"}
	first := []string{"RSSMRA85T10A562S", "Rossi", "Via Nicolò 1"}
	wide := strings.Repeat("c;", 299) + "codice fiscale\n" + strings.Repeat("x;", 299) + "RSSMRA85T10A562S\n"
	mixed := "Codice fiscale;Cognome\nRSSMRA85T10A562S;Nerì\nNRECLD90R50H501G;" + latin(t, "Forlì") + "\n"
	for _, animal := range []struct {
		name     string
		in       string
		encoding list.Encoding
		sep      string
		header   []string
		first    []string // cells of the first row
		count    int
		findings []app.Code // of all rows
		refused  app.Code
	}{
		{name: "plain", in: plain, encoding: list.UTF8, sep: ";", header: header, first: first, count: 2},
		{name: "with a mark", in: "\xef\xbb\xbf" + plain, encoding: list.UTF8, sep: ";", header: header, first: first, count: 2},
		{name: "UTF-16 LE", in: utf16of(plain, false, true), encoding: list.UTF16LE, sep: ";", header: header, first: first, count: 2},
		{name: "UTF-16 BE", in: utf16of(plain, true, true), encoding: list.UTF16BE, sep: ";", header: header, first: first, count: 2},
		{name: "UTF-16 LE without a mark", in: utf16of(plain, false, false), encoding: list.UTF16LE, sep: ";", header: header, first: first, count: 2},
		{name: "UTF-16 BE without a mark", in: utf16of(plain, true, false), encoding: list.UTF16BE, sep: ";", header: header, first: first, count: 2},
		{name: "Windows-1252", in: latin(t, plain), encoding: list.Latin, sep: ";", header: header, first: first, count: 2},
		{name: "mixed encodings", in: mixed, encoding: list.UTF8, sep: ";", header: header[:2], first: []string{"RSSMRA85T10A562S", "Nerì"}, count: 2, findings: []app.Code{app.CodeListEncoding}},
		{name: "Windows-1252 far behind the beginning", in: "Codice fiscale;Cognome\n" + strings.Repeat("RSSMRA85T10A562S;Rossi\n", 4000) + latin(t, "RSSMRA85T10A562S;Nerì\n"), encoding: list.Latin, sep: ";", header: header[:2], first: first[:2], count: 4001},
		{name: "commas", in: strings.ReplaceAll(plain, ";", ","), encoding: list.UTF8, sep: ",", header: header, first: first, count: 2},
		{name: "tabs", in: strings.ReplaceAll(plain, ";", "\t"), encoding: list.UTF8, sep: "\t", header: header, first: first, count: 2},
		{name: "bars", in: strings.ReplaceAll(plain, ";", "|"), encoding: list.UTF8, sep: "|", header: header, first: first, count: 2},
		{name: "old Macintosh", in: strings.ReplaceAll(plain, "\r\n", "\r"), encoding: list.UTF8, sep: ";", header: header, first: first, count: 2},
		{name: "mixed line ends", in: "Codice fiscale;Cognome\rRSSMRA85T10A562S;Rossi\nNRECLD90R50H501G;Neri\r\n\r\n", encoding: list.UTF8, sep: ";", header: header[:2], first: first[:2], count: 2},
		{name: "Excel names the separator", in: "sep=|\n" + strings.ReplaceAll(plain, ";", "|"), encoding: list.UTF8, sep: "|", header: header, first: first, count: 2},
		{name: "codes alone", in: "RSSMRA85T10A562S\nNRECLD90R50H501G\n", encoding: list.UTF8, first: []string{"RSSMRA85T10A562S"}, count: 2},
		{name: "one code", in: "RSSMRA85T10A562S", encoding: list.UTF8, first: []string{"RSSMRA85T10A562S"}, count: 1},
		{name: "names with commas in one column", in: "Persona\nRossi, Mario\nNeri\nBianchi\nVerdi\n", encoding: list.UTF8, first: []string{"Persona"}, count: 5},
		{name: "no header", in: "RSSMRA85T10A562S;Rossi\nNRECLD90R50H501G;Neri", encoding: list.UTF8, sep: ";", first: []string{"RSSMRA85T10A562S", "Rossi"}, count: 2},
		{name: "header only", in: "Codice fiscale;Cognome\n", encoding: list.UTF8, sep: ";", header: header[:2], count: 0},
		{name: "300 columns", in: wide, encoding: list.UTF8, sep: ";", header: strings.Split(strings.Repeat("c;", 299)+"codice fiscale", ";"), first: strings.Split(strings.Repeat("x;", 299)+"RSSMRA85T10A562S", ";"), count: 1},
		{name: "line break in a cell", in: "cf;nota\nRSSMRA85T10A562S;\"prima\nseconda \"\"riga\"\"\"\nNRECLD90R50H501G;x\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "nota"}, first: []string{"RSSMRA85T10A562S", "prima\nseconda \"riga\""}, count: 2},
		{name: "separators in quotes", in: "cf;nota\nRSSMRA85T10A562S;\"a;b\"\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "nota"}, first: []string{"RSSMRA85T10A562S", "a;b"}, count: 1},
		{name: "a quote that never closes", in: "cf;nota\nRSSMRA85T10A562S;\"aperta\nNRECLD90R50H501G;x\nRSSMRA85T10A562S;y\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "nota"}, first: []string{"RSSMRA85T10A562S", "aperta"}, count: 3, findings: []app.Code{app.CodeListQuotes}},
		{name: "a quote in the middle", in: "cf;nota\nRSSMRA85T10A562S;via \"Roma\" 3\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "nota"}, first: []string{"RSSMRA85T10A562S", "via \"Roma\" 3"}, count: 1},
		{name: "text behind a closed quote", in: "cf;nota;z\nRSSMRA85T10A562S;\"a\"b;c\nNRECLD90R50H501G;x;y\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "nota", "z"}, first: []string{"RSSMRA85T10A562S", "\"a\"b", "c"}, count: 2, findings: []app.Code{app.CodeListQuotes}},
		{name: "ragged", in: "cf;a;b\nRSSMRA85T10A562S;1\nNRECLD90R50H501G;1;2;3\nNRECLD90R50H501G;1;2;\nNRECLD90R50H501G;1;2\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "a", "b"}, first: []string{"RSSMRA85T10A562S", "1"}, count: 4, findings: []app.Code{app.CodeListRagged, app.CodeListRagged}},
		{name: "nulls", in: "cf;a\nRSSMRA85T10A562S;x\x00y\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "a"}, first: []string{"RSSMRA85T10A562S", "xy"}, count: 1, findings: []app.Code{app.CodeListNull}},
		{name: "empty rows between", in: "cf;a\n\n;\n \nRSSMRA85T10A562S;x\n;;;\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "a"}, first: []string{"RSSMRA85T10A562S", "x"}, count: 1},
		{name: "a huge line", in: "cf;a\n" + strings.Repeat("z", 3<<20) + "\nRSSMRA85T10A562S;x\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "a"}, count: 2, findings: []app.Code{app.CodeListLine}},
		{name: "a huge cell", in: "cf;a\nRSSMRA85T10A562S;" + strings.Repeat("è", 40_000) + "\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "a"}, first: []string{"RSSMRA85T10A562S", strings.Repeat("è", 16<<10)}, count: 1, findings: []app.Code{app.CodeListCell}},
		{name: "a row of too many columns", in: "cf;a\nRSSMRA85T10A562S;x" + strings.Repeat(";", 2000) + "\n", encoding: list.UTF8, sep: ";", header: []string{"cf", "a"}, count: 1, findings: []app.Code{app.CodeListColumns}},

		{name: "empty", in: "", refused: app.CodeListEmpty},
		{name: "blanks", in: "\xef\xbb\xbf\r\n \t\r\n", refused: app.CodeListEmpty},
		{name: "an empty UTF-16", in: "\xff\xfe", refused: app.CodeListEmpty},
		{name: "a spreadsheet by another name", in: "PK\x03\x04rest", refused: app.CodeListNotText},
		{name: "an old spreadsheet", in: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", refused: app.CodeListNotText},
		{name: "a PDF", in: "%PDF-1.7", refused: app.CodeListNotText},
		{name: "a program", in: strings.Repeat("\x01\x02\x7f\x03ELF\x05", 100), refused: app.CodeListNotText},
		{name: "a page", in: "<!DOCTYPE html><html>", refused: app.CodeListNotText},
		{name: "a header of 2000 columns", in: strings.Repeat("cf;", 2000) + "\n", refused: app.CodeListColumns},
	} {
		t.Run(animal.name, func(t *testing.T) {
			format, header, got, err := rows(t, strings.NewReader(animal.in), list.Usual)
			if code := app.CodeOf(err); code != animal.refused {
				t.Fatalf("refused as %q, want %q", code, animal.refused)
			}
			if animal.refused != "" {
				return
			}
			if format.Encoding != animal.encoding || format.Separator != animal.sep {
				t.Errorf("%+v", format)
			}
			if !slices.Equal(header, animal.header) {
				t.Errorf("header %q", header)
			}
			if len(got) != animal.count {
				t.Fatalf("%d rows, want %d", len(got), animal.count)
			}
			if animal.first != nil && !slices.Equal(got[0].Cells, animal.first) {
				t.Errorf("first row %.200q", got[0].Cells)
			}
			var found []app.Code
			for i, r := range got {
				found = append(found, codes(r.Findings)...)
				if r.Number != i+1 || r.Line < r.Number {
					t.Errorf("row %d has the number %d and the line %d", i+1, r.Number, r.Line)
				}
			}
			if !slices.Equal(found, animal.findings) {
				t.Errorf("findings %v, want %v", found, animal.findings)
			}
		})
	}
}

// Findings name where they are, also behind cells that run over lines.
func TestWhereFindingsAre(t *testing.T) {
	in := "cf;nota\nRSSMRA85T10A562S;\"uno\ndue\"\nNRECLD90R50H501G;a\x00b\n\nRSSMRA85T10A562S;\"x\nRSSMRA85T10A562S\n"
	_, _, got, err := rows(t, strings.NewReader(in), list.Usual)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ line, findings, at, column int }{{2, 0, 0, 0}, {4, 1, 4, 2}, {6, 1, 6, 0}, {7, 1, 7, 0}}
	if len(got) != len(want) {
		t.Fatalf("%d rows", len(got))
	}
	for i, w := range want {
		if got[i].Line != w.line || len(got[i].Findings) != w.findings {
			t.Errorf("row %d: line %d, %+v", i+1, got[i].Line, got[i].Findings)
		}
		if w.findings == 1 && (got[i].Findings[0].Line != w.at || got[i].Findings[0].Column != w.column) {
			t.Errorf("row %d: %+v", i+1, got[i].Findings)
		}
	}
}

// endless yields a list without end and counts what is taken.
type endless struct{ taken int64 }

func (e *endless) Read(p []byte) (int, error) {
	const line = "RSSMRA85T10A562S;Rossi\n"
	for i := range p {
		p[i] = line[(e.taken+int64(i))%int64(len(line))]
	}
	e.taken += int64(len(p))
	return len(p), nil
}

func TestTwoGigabytesAreRefusedUnread(t *testing.T) {
	limits := list.Usual
	limits.Rows = 1 << 30
	src := &endless{}
	_, _, got, err := rows(t, io.LimitReader(src, 2<<30), limits)
	if app.CodeOf(err) != app.CodeListTooBig {
		t.Fatalf("refused as %v after %d rows", err, len(got))
	}
	if src.taken > limits.Bytes+1 {
		t.Errorf("%d bytes taken, the limit is %d", src.taken, limits.Bytes)
	}
	limits.Rows = 1000
	src = &endless{}
	if _, _, got, err = rows(t, src, limits); app.CodeOf(err) != app.CodeListRows || len(got) != 1000 {
		t.Errorf("%d rows, %v", len(got), err)
	}
	if src.taken > 200<<10 {
		t.Errorf("%d bytes taken for 1000 rows", src.taken)
	}
}

// A connection that breaks is not a fault of the list.
func TestBrokenSource(t *testing.T) {
	gone := errors.New("connection reset")
	_, _, _, err := rows(t, io.MultiReader(strings.NewReader(strings.Repeat(plain, 2000)), broken{gone}), list.Usual)
	if !errors.Is(err, gone) || app.CodeOf(err) != app.CodeInternal {
		t.Errorf("%v", err)
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// What a person says of the format counts.
func TestReaderAs(t *testing.T) {
	r, err := list.NewReaderAs(strings.NewReader("a,b;c\nd,e;f\n"), list.Usual, list.Format{Separator: ",", Header: true})
	if err != nil {
		t.Fatal(err)
	}
	row, err := r.Read()
	if err != nil || !slices.Equal(r.Header(), []string{"a", "b;c"}) || !slices.Equal(row.Cells, []string{"d", "e;f"}) {
		t.Errorf("%q %q %v", r.Header(), row.Cells, err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(utf16of(plain, false, true)))
	f.Add([]byte("a;\"b\nc;\"\"\"d\n\"e\r\rf;\x00\xff"))
	f.Add([]byte("sep=,\n1,\"2\n3\",4"))
	limits := list.Limits{Bytes: 1 << 20, Rows: 500, Columns: 50, Cell: 100, Record: 2000}
	f.Fuzz(func(t *testing.T, in []byte) {
		_, header, got, err := rows(t, bytes.NewReader(in), limits)
		if err != nil && app.CodeOf(err) == app.CodeInternal {
			t.Fatalf("not a refusal: %v", err)
		}
		if len(header) > limits.Columns || len(got) > limits.Rows {
			t.Fatalf("%d columns, %d rows", len(header), len(got))
		}
		last := 0
		checker := list.NewChecker(list.Recognise(header, got), atlas, now)
		for i, r := range got {
			if r.Number != i+1 || r.Line <= last {
				t.Fatalf("row %d: number %d, line %d after %d", i+1, r.Number, r.Line, last)
			}
			last = r.Line
			if len(r.Cells) > limits.Columns {
				t.Fatalf("%d cells", len(r.Cells))
			}
			for _, c := range r.Cells {
				if len(c) > limits.Cell || strings.IndexByte(c, 0) >= 0 {
					t.Fatalf("cell %q", c)
				}
			}
			e := checker.Check(r)
			for _, f := range e.Findings {
				if f.Code == "" || f.Grade > e.Grade {
					t.Fatalf("%+v in a %v row", f, e.Grade)
				}
			}
		}
	})
}
