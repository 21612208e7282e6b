package sheet

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"indagor/app"
	"indagor/app/cell"
)

var rome = func() *time.Location {
	l, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return l
}()

func rowsOf(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func write(t testing.TB, f Format, o Options, columns []Column, rows iter.Seq2[[]any, error]) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(context.Background(), &b, f, o, columns, rows); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readCSV reads with the standard library what was written.
func readCSV(t testing.TB, b []byte, comma rune) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(b), "\uFEFF")
	if !ok {
		t.Fatal("no byte order mark")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func readXLSX(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestExportNeutralisesFormulas(t *testing.T) {
	hostile := []string{
		"=1+1", "+39 06 123", "-5", "-", "@SUM(A1)", "=cmd|' /C calc'!A0", `=HYPERLINK("http://x.example","y")`,
		"\t=1+1", "\tx", "\r=1+1", "\nx", "  =1+1", "\u00a0=1+1", "'=1+1", `"=1+1`, `" '=1+1`, "“=1+1”", "«=1»", "\u200b=1+1", "\ufeff=1+1",
		"＝1+1", "＋1", "－1", "＠A1", "﹦1", "﹢1", "﹣1", "﹫A1", " ＝1", "\u22125",
		"\x01=1", "\x00\x1f@A1", // control characters do not hide the first
	}
	calm := []string{"Rossi", "D'Angelo", "Prot. 123/2026", "a=b", "1+1", "RSSMRA61L03H501S", "a;=1+1", "x,=1+1", "riga\ncon a capo", `dice "sì"`, "", "3", "12:30"}
	numberLike := []string{"007", "058091", "-5", "12E5", "1234567890123456", "12/3", "1.5", "3-10", "12/2026"}

	var rows [][]any
	for _, list := range [][]string{hostile, calm, numberLike} {
		for _, s := range list {
			rows = append(rows, []any{s, int64(-5), -1.5})
		}
	}
	columns := []Column{{Title: "=Titolo"}, {Title: "Intero"}, {Title: "Decimale"}}

	for _, sep := range []rune{';', ','} {
		t.Run("csv"+string(sep), func(t *testing.T) {
			b := write(t, CSV, Options{Comma: sep}, columns, rowsOf(rows...))
			got := readCSV(t, b, sep)
			if got[0][0] != "'=Titolo" {
				t.Errorf("title %q", got[0][0])
			}
			for i, row := range got[1:] {
				want := cell.Clean(rows[i][0].(string))
				if i < len(hostile) || i >= len(hostile)+len(calm) {
					want = "'" + want
				}
				if row[0] != want {
					t.Errorf("%q is written %q, want %q", rows[i][0], row[0], want)
				}
				// Written as numbers, they stay numbers.
				if row[1] != "-5" || strings.Replace(row[2], ",", ".", 1) != "-1.5" {
					t.Errorf("numbers are written %q", row[1:])
				}
			}
			// Whoever reads with the other separator finds no formula either.
			other := csv.NewReader(bytes.NewReader(b[len("\uFEFF"):]))
			other.Comma, other.FieldsPerRecord, other.LazyQuotes = map[rune]rune{';': ',', ',': ';'}[sep], -1, true
			all, err := other.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range all {
				for _, text := range row[:1] {
					if cell.Formula(strings.TrimLeft(text, `"`)) && !strings.HasPrefix(text, `'`) && !strings.HasPrefix(text, `"'`) {
						t.Errorf("with another separator a cell is %q", text)
					}
				}
			}
		})
	}
	t.Run("xlsx", func(t *testing.T) {
		f := readXLSX(t, write(t, XLSX, Options{Name: "Prova"}, columns, rowsOf(rows...)))
		for i, r := range rows {
			at := fmt.Sprint("A", i+2)
			value, err := f.GetCellValue("Prova", at)
			if err != nil {
				t.Fatal(err)
			}
			if value != cell.Clean(r[0].(string)) {
				t.Errorf("%q is read %q", r[0], value)
			}
			if formula, err := f.GetCellFormula("Prova", at); err != nil || formula != "" {
				t.Errorf("%q became the formula %q, %v", r[0], formula, err)
			}
			if kind, err := f.GetCellType("Prova", at); r[0] != "" && (err != nil || (kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString)) {
				t.Errorf("%q is of type %v, %v", r[0], kind, err)
			}
			id, err := f.GetCellStyle("Prova", at)
			if err != nil {
				t.Fatal(err)
			}
			if s, err := f.GetStyle(id); r[0] != "" && (err != nil || s.NumFmt != numText) {
				t.Errorf("%q would not stay text when edited: %+v, %v", r[0], s, err)
			}
			for _, n := range []string{"B", "C"} {
				kind, err := f.GetCellType("Prova", fmt.Sprint(n, i+2))
				if err != nil || (kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber) {
					t.Errorf("a number is of type %v, %v", kind, err)
				}
			}
		}
	})
}

func TestValues(t *testing.T) {
	at := time.Date(2026, 10, 25, 0, 30, 5, 0, time.UTC) // 02:30:05 in Rome, in the hour that comes twice
	columns := []Column{{Title: "Quando"}, {Title: "Giorno"}, {Title: "Nato"}, {Title: "Quanti"}, {Title: "Quota"}, {Title: "Tipo"}, {Title: "Niente"}}
	row := []any{at, app.Day("1961-07-03"), app.Day("1899-01-02"), 1234567, 0.25, app.VisuraResidenza, nil}
	titles := []string{"Quando", "Giorno", "Nato", "Quanti", "Quota", "Tipo", "Niente"}
	for _, test := range []struct {
		sep  rune
		want []string
	}{
		{0, []string{"25/10/2026 02:30:05", "03/07/1961", "1899-01-02", "1234567", "0,25", "residenza", ""}},
		{',', []string{"2026-10-25 02:30:05", "1961-07-03", "1899-01-02", "1234567", "0.25", "residenza", ""}},
	} {
		sep := test.sep
		if sep == 0 {
			sep = ';'
		}
		got := readCSV(t, write(t, CSV, Options{Zone: rome, Comma: test.sep}, columns, rowsOf(row)), sep)
		if d := cmp.Diff([][]string{titles, test.want}, got); d != "" {
			t.Errorf("separator %q: %s", sep, d)
		}
	}
	f := readXLSX(t, write(t, XLSX, Options{Zone: rome}, columns, rowsOf(row, make([]any, len(columns)))))
	got, err := f.GetRows("1")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{titles, {"25/10/2026 02:30:05", "03/07/1961", "1899-01-02", "1,234,567", "0.25", "residenza"}}, got); d != "" {
		t.Error(d)
	}
	raw, err := f.GetRows("1", excelize.Options{RawCellValue: true})
	if err != nil || !strings.HasPrefix(raw[1][0], "46320.") || raw[1][1] != "22465" || raw[1][3] != "1234567" {
		t.Errorf("as kept: %q, %v", raw[1], err)
	}
	panes, err := f.GetPanes("1")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	if w, err := f.GetColWidth("1", "A"); err != nil || w < widthLeast {
		t.Errorf("width %v, %v", w, err)
	}
}

func TestRefusals(t *testing.T) {
	ctx, columns := context.Background(), []Column{{Title: "a"}}
	broken := errors.New("broken")
	for _, f := range []Format{CSV, XLSX} {
		var b bytes.Buffer
		n, err := Write(ctx, &b, f, Options{}, columns, func(yield func([]any, error) bool) {
			_ = yield([]any{"x"}, nil) && yield(nil, broken)
		})
		if n != 1 || !errors.Is(err, broken) {
			t.Errorf("%s: %d, %v", f, n, err)
		}
		if f == XLSX && b.Len() > 0 {
			t.Error("a broken XLSX was written")
		}
		if _, err := Write(ctx, &b, f, Options{}, columns, rowsOf([]any{"x", "y"})); err == nil {
			t.Error("a row too long was written")
		}
		if _, err := Write(ctx, &b, f, Options{}, columns, rowsOf([]any{struct{}{}})); err == nil {
			t.Error("a value of no known type was written")
		}
		ended, cancel := context.WithCancel(ctx)
		if n, err := Write(ended, &b, f, Options{}, columns, func(yield func([]any, error) bool) {
			for yield([]any{"x"}, nil) {
				cancel()
			}
		}); n != 1 || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: after its end %d rows, %v", f, n, err)
		}
	}
	if _, err := Write(ctx, new(bytes.Buffer), "pdf", Options{}, columns, rowsOf()); err == nil {
		t.Error("a format that there is not was written")
	}
}

func TestGoesOnInAnotherSheet(t *testing.T) {
	defer func(n int) { mostRows = n }(mostRows)
	mostRows = 3
	f := readXLSX(t, write(t, XLSX, Options{Name: "Attività"}, []Column{{Title: "n"}}, rowsOf([]any{1}, []any{2}, []any{3}, []any{4}, []any{5})))
	got := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		got[name] = rows
	}
	want := map[string][][]string{"Attività": {{"n"}, {"1"}, {"2"}}, "Attività 2": {{"n"}, {"3"}, {"4"}}, "Attività 3": {{"n"}, {"5"}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// countingWriter forgets what it is given.
type countingWriter struct{ n int64 }

func (w *countingWriter) Write(b []byte) (int, error) { w.n += int64(len(b)); return len(b), nil }

// What is held at once must not grow with the table.
func TestFlatMemory(t *testing.T) {
	const rows = 150_000
	for _, f := range []Format{CSV, XLSX} {
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var most uint64
		w := new(countingWriter)
		n, err := Write(context.Background(), w, f, Options{Dir: t.TempDir()}, []Column{{Title: "a"}, {Title: "b"}, {Title: "c"}, {Title: "d"}}, func(yield func([]any, error) bool) {
			for i := range rows {
				if !yield([]any{"RSSMRA61L03H501S", fmt.Sprintf("Prot. %d/2026 con qualche parola in più perché la riga sia lunga", i), i, time.Unix(int64(i), 0)}, nil) {
					return
				}
				if i%30_000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					most = max(most, now.HeapAlloc)
				}
			}
		})
		if err != nil || n != rows {
			t.Fatal(n, err)
		}
		if grown := int64(most) - int64(before.HeapAlloc); grown > 48<<20 {
			t.Errorf("%s: %d MB held while %d rows were written", f, grown>>20, n)
		}
		if w.n < 1<<20 {
			t.Errorf("%s: only %d bytes", f, w.n)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range []Format{CSV, XLSX} {
		b.Run(string(f), func(b *testing.B) {
			w := new(countingWriter)
			n, err := Write(context.Background(), w, f, Options{Dir: b.TempDir()}, []Column{{Title: "a"}, {Title: "b"}, {Title: "c"}}, func(yield func([]any, error) bool) {
				for i := range b.N {
					if !yield([]any{"RSSMRA61L03H501S", i, time.Unix(int64(i), 0)}, nil) {
						return
					}
				}
			})
			if err != nil || n != b.N {
				b.Fatal(n, err)
			}
		})
	}
}
