package territory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Changes counts what [UpdateComuni] found different.
type Changes struct {
	Born    int // cadastral codes without an open period until now
	Altered int // another name, province or ISTAT code
	Ended   int // no longer in the list
}

// Columns of the list of Istat, by the beginning of their folded headings,
// which change in case and footnotes from one edition to the next.
var columnsISTAT = []string{
	"CODICE COMUNE FORMATO ALFANUMERICO", "DENOMINAZIONE IN ITALIANO", "DENOMINAZIONE ALTRA LINGUA",
	"CODICE REGIONE", "SIGLA AUTOMOBILISTICA", "CODICE CATASTALE",
}

// UpdateComuni brings the table file comuni.tsv up to date with the list of the
// Comuni in being that Istat publishes at a permanent address
// (Elenco-comuni-italiani.csv: semicolons, Latin-1). The list has no history:
// what differs ends the day before the given one, on which the list was true,
// and begins anew on it. The real day may be earlier; [Atlas.ComuneAt]
// tolerates this. It returns the new file.
//
// It refuses a list that would end more than a twentieth of the Comuni, as a
// file cut short would.
func UpdateComuni(table []byte, list io.Reader, day time.Time) ([]byte, Changes, error) {
	var done Changes
	var rows [][]string
	open := map[string][]int{}
	err := readRows(string(table), fileComuni, columnsComuni, func(f []string) error {
		if f[0] != "" && f[7] == "" {
			open[f[0]] = append(open[f[0]], len(rows))
		}
		rows = append(rows, append([]string(nil), f...))
		return nil
	})
	if err != nil {
		return nil, done, err
	}
	entries, err := readISTAT(list)
	if err != nil {
		return nil, done, fmt.Errorf("territory: list of Istat: %w", err)
	}
	today := dayOf(day).Format(time.DateOnly)
	before := dayOf(day).AddDate(0, 0, -1).Format(time.DateOnly)
	listed := make(map[string]bool, len(entries))
	for _, e := range entries {
		istat, name, other, region, province, code := e[0], strings.ToUpper(e[1]), strings.ToUpper(e[2]), e[3], e[4], e[5]
		listed[code] = true
		same := false
		for _, r := range open[code] {
			row := rows[r]
			if row[1] == istat && row[4] == province && sameName(row[2], name) {
				same = true
			}
		}
		if same {
			continue
		}
		if len(open[code]) == 0 {
			done.Born++
		} else {
			done.Altered++
		}
		for _, r := range open[code] {
			if rows[r][6] > before {
				return nil, done, fmt.Errorf("territory: %s changed on %s, after the day of the list", code, rows[r][6])
			}
			if other == "" && sameName(rows[r][2], name) {
				other = rows[r][3]
			}
			rows[r][7] = before
		}
		rows = append(rows, []string{code, istat, name, other, province, region, today, "", "ISTAT", ""})
	}
	for code, at := range open {
		if listed[code] {
			continue
		}
		done.Ended++
		for _, r := range at {
			rows[r][7] = max(before, rows[r][6])
		}
	}
	if done.Ended > max(3, len(open)/20) {
		return nil, done, fmt.Errorf("territory: %d of %d Comuni are not in the list: it is not whole", done.Ended, len(open))
	}
	sortRows(rows, 0, 6, 7, 1, 2)
	return write(columnsComuni, rows), done, nil
}

// sameName compares a name of the archive with one of Istat, who leaves out the
// second language that the archive sometimes joins to the first.
func sameName(ours, istat string) bool {
	o, i := Fold(ours), Fold(istat)
	return o == i || strings.HasPrefix(o, i+" ") && strings.ContainsAny(ours, "-/")
}

// readISTAT reads the list into the columns of columnsISTAT.
func readISTAT(list io.Reader) ([][]string, error) {
	data, err := io.ReadAll(list)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		latin := make([]rune, len(data))
		for i, b := range data {
			latin[i] = rune(b)
		}
		data = []byte(string(latin))
	}
	c := csv.NewReader(bytes.NewReader(data))
	c.Comma = ';'
	c.LazyQuotes = true
	c.FieldsPerRecord = -1
	records, err := c.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, errors.New("empty")
	}
	at := make([]int, len(columnsISTAT))
	for i, name := range columnsISTAT {
		at[i] = -1
		for j, h := range records[0] {
			if at[i] < 0 && strings.HasPrefix(Fold(h), name) {
				at[i] = j
			}
		}
		if at[i] < 0 {
			return nil, fmt.Errorf("no column %q", name)
		}
	}
	var out [][]string
	for n, r := range records[1:] {
		fields := make([]string, len(at))
		for i, j := range at {
			if j < len(r) {
				fields[i] = strings.Join(strings.Fields(r[j]), " ")
			}
		}
		if strings.Join(fields, "") == "" {
			continue // Istat leaves empty lines at the end
		}
		if len(fields[0]) != 6 || len(fields[5]) != 4 || fields[1] == "" {
			return nil, fmt.Errorf("row %d: code or name missing", n+2)
		}
		out = append(out, fields)
	}
	return out, nil
}
