package sheet

import (
	"context"
	"fmt"
	"io"
	"iter"
	"reflect"
	"time"

	"indagor/app"
	"indagor/app/cell"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// MediaType is the type of the file as HTTP names it.
func (f Format) MediaType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Column is one column of the table.
type Column struct {
	Title string
	Width float64 // in characters of the spreadsheet's font; 0: as the title wants
}

// Options say how a table is written.
type Options struct {
	Name  string         // of the sheet in the workbook; "" for "1"
	Zone  *time.Location // of moments; nil for UTC
	Comma rune           // separator of a CSV: ';' (also where zero) as Italian spreadsheets expect, or ','
	More  []Page         // further sheets of a workbook, after the table; a CSV has none
	Dir   string         // where a large XLSX waits until it is complete; "" for the system's folder
}

// Page is a small sheet of its own, such as a summary: rows of a title and
// values.
type Page struct {
	Name string
	Rows [][]any
}

// Write writes the rows under the columns' titles and returns how many there
// were. A value is nil, a text (any type whose kind is string), a whole number,
// a float64, a time.Time (zero: empty) or an app.Day (what is no whole day is
// written as text). It ends with the first error of the rows, the writer or
// the context. What a CSV had until then is written; of an XLSX nothing is
// written before the last row has come.
func Write(ctx context.Context, w io.Writer, f Format, o Options, columns []Column, rows iter.Seq2[[]any, error]) (int, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	var t table
	switch f {
	case CSV:
		t = newComma(w, o)
	case XLSX:
		x, err := newBook(w, o, columns)
		if err != nil {
			return 0, fmt.Errorf("sheet: %w", err)
		}
		defer x.close()
		t = x
	default:
		return 0, fmt.Errorf("sheet: no format %q", f)
	}
	titles := make([]any, len(columns))
	for i, c := range columns {
		titles[i] = c.Title
	}
	if err := t.row(titles); err != nil {
		return 0, fmt.Errorf("sheet: %w", err)
	}
	n := 0
	for values, err := range rows {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return n, err
		}
		if len(values) != len(columns) {
			return n, fmt.Errorf("sheet: a row of %d values under %d columns", len(values), len(columns))
		}
		cells := make([]any, len(values))
		for i, v := range values {
			if cells[i], err = plain(v, o.Zone); err != nil {
				return n, err
			}
		}
		if err := t.row(cells); err != nil {
			return n, fmt.Errorf("sheet: %w", err)
		}
		n++
	}
	if err := ctx.Err(); err != nil {
		return n, err
	}
	if err := t.end(); err != nil {
		return n, fmt.Errorf("sheet: %w", err)
	}
	return n, nil
}

// table is what is being written. Its rows have values as plain makes them.
type table interface {
	row(values []any) error
	end() error
}

// day is a day without a time, at midnight UTC.
type day time.Time

// plain brings a value to one of nil, string, int64, float64, time.Time in the
// zone, and day.
func plain(v any, zone *time.Location) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return cell.Clean(v), nil
	case time.Time:
		if v.IsZero() {
			return nil, nil
		}
		return v.In(zone), nil
	case app.Day:
		// Spreadsheets do not count days before 1900.
		if t, ok := v.Time(); ok && t.Year() >= 1900 {
			return day(t), nil
		}
		return cell.Clean(string(v)), nil
	}
	switch r := reflect.ValueOf(v); {
	case r.Kind() == reflect.String:
		return cell.Clean(r.String()), nil
	case r.CanInt():
		return r.Int(), nil
	case r.CanFloat():
		return r.Float(), nil
	}
	return nil, fmt.Errorf("sheet: a value of type %T", v)
}
