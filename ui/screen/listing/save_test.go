package listing_test

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/ui/screen/listing"
)

// TestSave: all that the filter lists is saved, also what was never read, as
// the columns show it and with nothing that a spreadsheet takes for a formula.
func TestSave(t *testing.T) {
	rows := some(1200)
	rows[1100].name = `=1+"2" Nome`
	s := newStage(t, rows, func(p *listing.Parts[filter, row, string]) { p.CSV, p.OnExport = "cose", nil })
	s.Run()
	s.Press("Esporta")
	lines := strings.Split(strings.TrimSuffix(s.file, "\r\n"), "\n")
	if s.fileErr != nil || len(lines) != 1202 || lines[0] != "cose.csv" || lines[1] != "\uFEFF\"Nome\";\"Misura\"\r" {
		t.Fatalf("%v, %d lines, %q", s.fileErr, len(lines), lines[:min(3, len(lines))])
	}
	if lines[2] != "\"Nome 00\";\"0\"\r" || lines[1102] != "\"'=1+\"\"2\"\" Nome\";\"0\"\r" {
		t.Errorf("%q, %q", lines[2], lines[1102])
	}
	if want := int64(len(s.file) - len("cose.csv\n")); s.received != want {
		t.Errorf("told of %d bytes, written %d", s.received, want)
	}
	if got := s.page.Table().Rows().Len(); got != 100 {
		t.Errorf("%d rows are shown after it", got)
	}
	s.FocusOn("Cerca una cosa")
	s.Typed("Nome 11")
	s.Key(fyne.KeyReturn)
	s.Run()
	s.Press("Esporta")
	if n := strings.Count(s.file, "\r\n"); s.fileErr != nil || n != 1+111 {
		t.Errorf("with a filter %d lines, %v", n, s.fileErr)
	}
	s.err = errors.New("gone")
	s.Press("Esporta")
	if !errors.Is(s.fileErr, s.err) {
		t.Errorf("what cannot be read: %v", s.fileErr)
	}
}
