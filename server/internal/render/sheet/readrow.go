package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"indagor/app"
	"indagor/app/list"
)

// peeked is how many rows are looked at to tell whether the first is a header.
const peeked = 50

// begin reads the first rows and tells whether they have a header.
func (r *Reader) begin() error {
	var below [][]string
	for len(r.waiting) < peeked {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(r.waiting) > 0 {
			below = append(below, row.Cells)
		}
		r.waiting = append(r.waiting, row)
	}
	if len(r.waiting) == 0 {
		return app.E(app.CodeListEmpty)
	}
	if first := r.waiting[0]; list.IsHeader(first.Cells, below) {
		r.header, r.waiting = first.Cells, r.waiting[1:]
		for len(r.header) > 1 && strings.TrimSpace(r.header[len(r.header)-1]) == "" {
			r.header = r.header[:len(r.header)-1]
		}
	}
	return nil
}

// Header gives the names of the columns, nil where the sheet has none.
func (r *Reader) Header() []string { return r.header }

// Read gives the next row that holds anything, io.EOF after the last, or the
// refusal of the workbook.
func (r *Reader) Read() (list.Row, error) {
	if r.err != nil {
		return list.Row{}, r.err
	}
	var row list.Row
	if len(r.waiting) > 0 {
		row, r.waiting = r.waiting[0], r.waiting[1:]
	} else if row, r.err = r.next(); r.err != nil {
		return list.Row{}, r.err
	}
	if r.read >= r.limits.Rows {
		r.err = list.TooManyRows(r.limits.Rows)
		return list.Row{}, r.err
	}
	r.read++
	row.Number = r.read
	// A sheet does not write the empty cells at the end of a row.
	for len(row.Cells) < len(r.header) {
		row.Cells = append(row.Cells, "")
	}
	row.Findings = append(row.Findings, list.Ragged(row, len(r.header))...)
	return row, nil
}

// Close lets the archive go.
func (r *Reader) Close() error { return r.sheet.Close() }

// next reads the next row that holds anything.
func (r *Reader) next() (list.Row, error) {
	for {
		t, err := r.dec.RawToken()
		if errors.Is(err, io.EOF) {
			return list.Row{}, io.EOF
		}
		if err != nil {
			return list.Row{}, broken(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "row" {
			continue
		}
		r.line++ // rows without a number follow one another
		if n, err := strconv.Atoi(attr(e, "r")); err == nil && n > 0 {
			r.line = n
		}
		row := list.Row{Line: r.line}
		if err := r.cells(&row); err != nil {
			return list.Row{}, err
		}
		for _, c := range row.Cells {
			if strings.TrimSpace(c) != "" {
				return row, nil
			}
		}
	}
}

// cells reads the cells of a row up to its end.
func (r *Reader) cells(row *list.Row) error {
	column := 0
	for {
		t, err := r.dec.RawToken()
		if err != nil {
			return broken(err)
		}
		switch t := t.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				for len(row.Cells) > 0 && row.Cells[len(row.Cells)-1] == "" {
					row.Cells = row.Cells[:len(row.Cells)-1]
				}
				return nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			column++
			if n := columnOf(attr(t, "r")); n > 0 {
				column = n
			}
			value, formula, err := r.cell(t)
			if err != nil {
				return err
			}
			if column > r.limits.Columns {
				if value == "" {
					continue
				}
				return list.TooManyColumns(r.limits.Columns)
			}
			if formula && value == "" {
				row.Findings = append(row.Findings, list.Finding{Code: app.CodeListFormula, Grade: list.Doubtful, Line: row.Line, Column: column})
			}
			if len(value) > r.limits.Cell {
				cut := r.limits.Cell
				for cut > 0 && !utf8.RuneStart(value[cut]) {
					cut--
				}
				value = value[:cut]
				row.Findings = append(row.Findings, list.Finding{Code: app.CodeListCell, Grade: list.Bad, Line: row.Line, Column: column})
			}
			for len(row.Cells) < column {
				row.Cells = append(row.Cells, "")
			}
			row.Cells[column-1] = value
		}
	}
}

// columnOf reads the letters of a cell's name: 1 for A.
func columnOf(name string) int {
	n := 0
	for i := 0; i < len(name) && i < 4; i++ {
		c := name[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n
}

// cell reads one cell up to its end.
func (r *Reader) cell(e xml.StartElement) (value string, formula bool, err error) {
	kind, style := attr(e, "t"), 0
	if n, err := strconv.Atoi(attr(e, "s")); err == nil {
		style = n
	}
	var b strings.Builder
	reading := false
	for {
		t, err := r.dec.RawToken()
		if err != nil {
			return "", false, broken(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				reading = true
			case "is":
				s, err := r.inside(r.dec, "is")
				if err != nil {
					return "", false, err
				}
				b.WriteString(s)
			case "f":
				formula = true
			}
		case xml.CharData:
			if reading && b.Len() <= r.limits.Cell {
				b.Write(t)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "v":
				reading = false
			case "c":
				return strings.ReplaceAll(r.meaning(kind, style, b.String()), "\x00", ""), formula, nil
			}
		}
	}
}

// meaning is what a stored value says to people.
func (r *Reader) meaning(kind string, style int, v string) string {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n >= 0 && n < len(r.strings) {
			return r.strings[n]
		}
		return ""
	case "b":
		return map[string]string{"1": "VERO", "0": "FALSO"}[strings.TrimSpace(v)]
	case "e":
		return "" // an error, as #N/D, says nothing of a person
	case "str", "inlineStr":
		return v
	case "d":
		if t, err := time.Parse(time.DateOnly, v[:min(len(v), 10)]); err == nil {
			return t.Format("02/01/2006")
		}
		return v
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return v
	}
	if style >= 0 && style < len(r.dates) && r.dates[style] && n >= 0 && n < 2_958_466 {
		return dayOf(n + r.base)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// dayOf is the day of a spreadsheet's count, which takes 1900 for a leap year.
func dayOf(n float64) string {
	days := int(math.Floor(n))
	if days < 60 {
		days++
	}
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	if rest := n - math.Floor(n); rest > 0 {
		return day.Add(time.Duration(math.Round(rest*86400)) * time.Second).Format("02/01/2006 15:04:05")
	}
	return day.Format("02/01/2006")
}
