package sheet

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"indagor/app"
)

// TestForm: a form is one sheet that fits the paper, with its values as what
// they are and no text that becomes a formula.
func TestForm(t *testing.T) {
	at := time.Date(2026, 11, 22, 8, 42, 7, 0, time.UTC)
	f := Form{
		Name: "Visura anagrafica", Columns: []float64{30, 52, 14}, Landscape: true,
		Head: "AMBIENTE DI PROVA", Running: "Comune di A & B", Foot: "1234-ABCD", Page: "pagina " + PageNumber + " di " + PageCount,
		Lines: []Line{
			{Title, []any{"Residenza"}},
			{Note, nil},
			{Heading, []any{"Richiesta"}},
			{Labelled, []any{"Data", app.Day("1961-07-03")}},
			{Labelled, []any{"Quando", at}},
			{Decisive, []any{"Pratica", "=1+1"}},
			{Labelled, []any{nil, "@SUM(A1)"}},
			{Titles, []any{"", "Nome", "Quanti"}},
			{Row, []any{"1", "+39 06", 3}},
		},
	}
	var b bytes.Buffer
	if err := WriteForm(t.Context(), &b, Options{Zone: rome}, f); err != nil {
		t.Fatal(err)
	}
	x := readXLSX(t, b.Bytes())
	if names := x.GetSheetList(); len(names) != 1 || names[0] != f.Name {
		t.Fatalf("sheets %q", names)
	}
	for cell, want := range map[string]string{
		"A1": "Residenza", "A2": "", "A3": "Richiesta", "B4": "03/07/1961", "B5": "22/11/2026 09:42:07", "B6": "=1+1", "A7": "", "B7": "@SUM(A1)", "A8": "", "C8": "Quanti", "B9": "+39 06", "C9": "3",
	} {
		got, err := x.GetCellValue(f.Name, cell)
		if err != nil || got != want {
			t.Errorf("%s is %q, want %q, %v", cell, got, want, err)
		}
		if formula, err := x.GetCellFormula(f.Name, cell); err != nil || formula != "" {
			t.Errorf("%s became the formula %q, %v", cell, formula, err)
		}
	}
	for cell, bold := range map[string]bool{"A1": true, "A3": true, "A4": false, "B4": false, "B6": true, "A6": false, "C8": true, "B9": false} {
		id, err := x.GetCellStyle(f.Name, cell)
		if err != nil {
			t.Fatal(err)
		}
		s, err := x.GetStyle(id)
		if err != nil || s.Font == nil || s.Font.Bold != bold {
			t.Errorf("%s: %+v, %v", cell, s, err)
		}
		if text := cell != "B4"; err == nil && text && s.NumFmt != numText {
			t.Errorf("%s would not stay text when edited: %+v", cell, s)
		}
	}
	if raw, err := x.GetRows(f.Name, excelize.Options{RawCellValue: true}); err != nil || raw[3][1] != "22465" || raw[8][2] != "3" {
		t.Errorf("as kept: %q, %v", raw, err)
	}
	for column, want := range map[string]float64{"A": 30, "B": 52, "C": 14} {
		if w, err := x.GetColWidth(f.Name, column); err != nil || w != want {
			t.Errorf("%s is %v wide, %v", column, w, err)
		}
	}
	layout, err := x.GetPageLayout(f.Name)
	if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		t.Errorf("layout %+v, %v", layout, err)
	}
	if props, err := x.GetSheetProps(f.Name); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("props %+v, %v", props, err)
	}
	margin, err := x.GetHeaderFooter(f.Name)
	if want := (excelize.HeaderFooterOptions{
		DifferentFirst: true, FirstHeader: "&CAMBIENTE DI PROVA", OddHeader: "&LComune di A && B",
		FirstFooter: "&L1234-ABCD&Rpagina &P di &N", OddFooter: "&L1234-ABCD&Rpagina &P di &N",
	}); err != nil || *margin != want {
		t.Errorf("margins %+v, %v", margin, err)
	}
	if p, err := x.GetDocProps(); err != nil || p.Creator != "INDAGOR" {
		t.Errorf("made by %+v, %v", p, err)
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	b.Reset()
	if err := WriteForm(ended, &b, Options{}, f); !errors.Is(err, context.Canceled) || b.Len() > 0 {
		t.Errorf("after its end: %v, %d bytes", err, b.Len())
	}
}
