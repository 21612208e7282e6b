package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// results looks into the results of the lists: both forms say the same, every
// row has its outcome, and what ANPR knows of the resident stands in his.
func (s *stage) results() error {
	for _, r := range []struct {
		name string
		look func(table) error
	}{{"rivestizione", lookEnriched}, {"nuclei", lookHouseholds}} {
		text, err := readCSV(s.path(r.name + ".csv"))
		if err != nil {
			return err
		}
		book, err := readXLSX(s.path(r.name + ".xlsx"))
		if err != nil {
			return err
		}
		if err := sameTable(text, book); err != nil {
			return fmt.Errorf("%s.csv and %s.xlsx: %w", r.name, r.name, err)
		}
		for form, t := range map[string]table{".csv": text, ".xlsx": book} {
			if err := r.look(t); err != nil {
				return fmt.Errorf("%s%s: %w", r.name, form, err)
			}
		}
		s.say("%s: %d lines, %s", r.name, len(text)-1, text.summary("Esito"))
	}
	return nil
}

// lookEnriched looks into a rivestizione: one line for each row, in its order.
func lookEnriched(t table) error {
	if err := t.complete(func(string) int { return 1 }); err != nil {
		return err
	}
	for code, want := range map[string]map[string]string{
		resident:      {"Esito": "Dati trovati", "Cognome": "BELLACQUA", "Nome": "ENRICO", "Data di nascita": "12/04/1978"},
		confusedCode:  {"immobile": "13"},
		"12345678901": {"Esito": "Riga errata"},
	} {
		if err := t.expect(code, want); err != nil {
			return err
		}
	}
	if line := t.find("immobile", "13"); t.value(line, "Esito") == "Riga errata" {
		return errors.New("the corrected row was not asked")
	}
	if detail := t.value(t.find("immobile", "8"), "Dettaglio"); detail == "" {
		return errors.New("nothing says why a wrong row is wrong")
	}
	return nil
}

// family is how many members the resident's household has.
const family = 5

// lookHouseholds looks into nuclei: one line for each member.
func lookHouseholds(t table) error {
	if err := t.complete(func(immobile string) int { return -1 }); err != nil {
		return err
	}
	n := 0
	for i := range t[1:] {
		if t.value(i+1, "immobile") == "1" {
			if n++; t.value(i+1, "Cognome del componente") == "" || t.value(i+1, "Legame del componente") == "" || t.value(i+1, "Chiave del nucleo") == "" {
				return fmt.Errorf("line %d tells no member", i+1)
			}
		}
	}
	if n != family {
		return fmt.Errorf("the resident's household has %d lines, not %d", n, family)
	}
	return t.expect(confusedCode, map[string]string{"Esito": "Riga errata"})
}

// table is a result: titles, then lines.
type table [][]string

// column finds the last column of a title: what was found stands behind what
// the list has.
func (t table) column(title string) int {
	for i := len(t[0]) - 1; i >= 0; i-- {
		if t[0][i] == title {
			return i
		}
	}
	return -1
}

func (t table) value(line int, title string) string {
	c := t.column(title)
	if line < 0 || c < 0 || c >= len(t[line]) {
		return ""
	}
	return t[line][c]
}

// find is the first line with a value, -1 where there is none.
func (t table) find(title, value string) int {
	for i := range t[1:] {
		if t.value(i+1, title) == value {
			return i + 1
		}
	}
	return -1
}

// expect looks for what stands in the line of a code.
func (t table) expect(code string, want map[string]string) error {
	for i, line := range t[1:] {
		if line[0] != code {
			continue
		}
		for title, value := range want {
			if got := t.value(i+1, title); got != value {
				return fmt.Errorf("%s: %q is %q, not %q", code, title, got, value)
			}
		}
		return nil
	}
	return fmt.Errorf("no line of %s", code)
}

// complete reports what is missing: titles of the list, an outcome in a line, a
// row. lines is how many lines a row must have; less than 0 is one or more.
func (t table) complete(lines func(immobile string) int) error {
	if len(t) < 2 {
		return errors.New("it has no lines")
	}
	titles := strings.Split(badHeader, ";")
	if len(t[0]) < len(titles) || !slices.Equal(t[0][:len(titles)], titles) {
		return fmt.Errorf("the titles are %q", t[0])
	}
	count := map[string]int{}
	for i, line := range t[1:] {
		outcome := t.value(i+1, "Esito")
		if outcome == "" || outcome == "Ancora da chiedere" || outcome == "Risposta non ottenuta" {
			return fmt.Errorf("line %d, %q: outcome %q", i+1, line[0], outcome)
		}
		count[line[len(titles)-1]]++
	}
	rows := 0
	for i, r := range badRows {
		cells := strings.Split(r.row, ";")
		number := ""
		if len(cells) == len(titles) {
			number = cells[len(cells)-1]
		}
		rows++
		switch n, want := count[number], lines(number); {
		case n == 0, want >= 0 && number != "" && n != want:
			return fmt.Errorf("row %d, %s, has %d lines", i+1, r.what, n)
		}
	}
	if rows > len(t)-1 {
		return fmt.Errorf("%d lines for %d rows", len(t)-1, rows)
	}
	return nil
}

// summary counts the values of a column.
func (t table) summary(title string) string {
	count := map[string]int{}
	var order []string
	for i := range t[1:] {
		v := t.value(i+1, title)
		if count[v]++; count[v] == 1 {
			order = append(order, v)
		}
	}
	slices.Sort(order)
	for i, v := range order {
		order[i] = fmt.Sprintf("%s %d", v, count[v])
	}
	return strings.Join(order, ", ")
}

// sameTable compares a CSV with a workbook, whose days, which are numbers there,
// it brings into the form of the CSV.
func sameTable(text, book table) error {
	if len(text) != len(book) {
		return fmt.Errorf("%d and %d lines", len(text), len(book))
	}
	for i, line := range text {
		for len(book[i]) < len(line) {
			book[i] = append(book[i], "")
		}
		for k, x := range line {
			y := book[i][k]
			if day, err := time.Parse("02/01/2006", x); err == nil && y == strconv.Itoa(int(day.Sub(firstDay)/(24*time.Hour))) {
				book[i][k] = x
				continue
			}
			// A text that a spreadsheet would reckon is marked in the CSV.
			if x != y && strings.TrimPrefix(x, "'") != y {
				return fmt.Errorf("line %d, %s: %q and %q", i, text[0][k], x, y)
			}
		}
	}
	return nil
}

// firstDay is that from which spreadsheets count.
var firstDay = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

func readCSV(path string) (table, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma = ';'
	return r.ReadAll()
}

// readXLSX reads the first sheet of a workbook, as far as the server writes
// one.
func readXLSX(path string) (table, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	part := func(name string, into any) error {
		f, err := z.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if err != nil {
			return err
		}
		return xml.Unmarshal(b, into)
	}
	var sheet struct {
		Rows []struct {
			Cells []struct {
				At     string `xml:"r,attr"`
				Kind   string `xml:"t,attr"`
				Value  string `xml:"v"`
				Inline string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := part("xl/worksheets/sheet1.xml", &sheet); err != nil {
		return nil, err
	}
	var shared struct {
		Texts []string `xml:"si>t"`
	}
	_ = part("xl/sharedStrings.xml", &shared) // there is none where all texts stand in their cells
	var out table
	for _, r := range sheet.Rows {
		var line []string
		for _, c := range r.Cells {
			at := 0
			for _, letter := range strings.TrimRight(c.At, "0123456789") {
				at = at*26 + int(letter-'A') + 1
			}
			for len(line) < at {
				line = append(line, "")
			}
			text := c.Value + c.Inline
			if c.Kind == "s" {
				n := 0
				if _, err := fmt.Sscan(c.Value, &n); err != nil || n >= len(shared.Texts) {
					return nil, fmt.Errorf("%s: the text of %s is missing", path, c.At)
				}
				text = shared.Texts[n]
			}
			line[at-1] = text
		}
		out = append(out, line)
	}
	return out, nil
}
