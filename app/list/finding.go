package list

import (
	"fmt"
	"strconv"

	"indagor/app"
)

// Grade says how far a row can be used.
type Grade int

// The grades, from the best.
const (
	Good     Grade = iota // it can be asked; a finding of this grade is only a remark
	Doubtful              // it can be asked, a person should look at it
	Bad                   // it cannot be asked
)

var gradeNames = [...]string{"good", "doubtful", "bad"}

// String is the word used in the contract.
func (g Grade) String() string {
	if g < 0 || int(g) >= len(gradeNames) {
		return fmt.Sprintf("grade %d", int(g))
	}
	return gradeNames[g]
}

// MarshalText writes the word used in the contract.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads the word used in the contract.
func (g *Grade) UnmarshalText(text []byte) error {
	for i, name := range gradeNames {
		if name == string(text) {
			*g = Grade(i)
			return nil
		}
	}
	return fmt.Errorf("list: no grade %q", text)
}

// Finding is what there is to say about a row. Its sentence is in the
// catalogues, as that of an error of the same code.
type Finding struct {
	Code        app.Code          `json:"code"`
	Grade       Grade             `json:"grade"`
	Line        int               `json:"line,omitempty"`   // from 1, of the file; of a sheet, the row
	Column      int               `json:"column,omitempty"` // from 1; 0 is the whole row
	Params      map[string]string `json:"params,omitempty"`
	Suggestions []string          `json:"suggestions,omitempty"` // what probably was meant in that cell, the likeliest first
}

// found makes a finding, with parameters as name, value pairs.
func found(code app.Code, grade Grade, line, column int, params ...string) Finding {
	return Finding{Code: code, Grade: grade, Line: line, Column: column, Params: app.E(code, params...).Params}
}

// Row is one record of a list, its cells as they came.
type Row struct {
	Number   int // from 1, the header not counted
	Line     int // where it begins, from 1
	Cells    []string
	Findings []Finding // of the reading alone
}

// Cell gives the text of a column counted from 0, "" where the row has none.
func (r Row) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return r.Cells[column]
}

// Source gives the rows of a list one after the other.
type Source interface {
	// Header gives the names of the columns, nil where the list has none.
	Header() []string
	// Read gives the next row, io.EOF after the last one, or the *app.Error
	// for which the list as a whole is refused.
	Read() (Row, error)
}

// Ragged finds fault with a row that has more or fewer cells than the header.
// Missing or surplus cells that hold nothing are no fault.
func Ragged(row Row, columns int) []Finding {
	n := len(row.Cells)
	if columns == 0 || n == columns {
		return nil
	}
	if n > columns {
		for i := columns; i < n; i++ {
			if row.Cells[i] != "" {
				return []Finding{found(app.CodeListRagged, Doubtful, row.Line, 0, "cells", strconv.Itoa(n), "columns", strconv.Itoa(columns))}
			}
		}
		return nil
	}
	return []Finding{found(app.CodeListRagged, Doubtful, row.Line, 0, "cells", strconv.Itoa(n), "columns", strconv.Itoa(columns))}
}
