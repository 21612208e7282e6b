package territory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"
)

// Names of the official files that [Convert] reads.
const (
	OfficialComuni = "ANPR_archivio_comuni.csv"
	OfficialStates = "tab02_stati_esteri.csv"
)

// Convert turns the official files in src into the table files that [Load]
// reads, by name. The result depends on nothing but its input: the same files
// give the same bytes.
//
// Of src it takes the archive of the Comuni, the table of foreign states, and
// every code table named tabNN_*.csv, tipo_legame.csv or info_valore.csv.
// Additions, which may be nil, holds facts younger than the archive and
// common names, in files laid out as the result: comuni.tsv, ends.tsv,
// mergers.tsv, states.tsv, aliases.tsv.
// An addition that the official files already contain gives way to them, so the
// additions may stay when a newer archive comes.
func Convert(src, additions fs.FS) (map[string][]byte, error) {
	out := make(map[string][]byte)
	var err error
	steps := []struct {
		name string
		make func() ([]byte, error)
	}{
		{fileComuni, func() ([]byte, error) {
			f, err := src.Open(OfficialComuni)
			if err != nil {
				return nil, err
			}
			defer f.Close()
			return ConvertComuni(f, additions)
		}},
		{fileStates, func() ([]byte, error) { return convertStates(src, additions) }},
		{fileCodes, func() ([]byte, error) { return convertCodes(src) }},
		{fileRegions, func() ([]byte, error) { return write(columnsRegions, regions()), nil }},
		{fileMergers, func() ([]byte, error) {
			rows, err := addition(additions, fileMergers, columnsMergers)
			return write(columnsMergers, rows), err
		}},
		{fileAliases, func() ([]byte, error) {
			rows, err := addition(additions, fileAliases, columnsAliases)
			return write(columnsAliases, rows), err
		}},
	}
	for _, s := range steps {
		if out[s.name], err = s.make(); err != nil {
			return nil, fmt.Errorf("territory: making %s: %w", s.name, err)
		}
	}
	return out, nil
}

// ConvertComuni turns the official archive of the Comuni of ANPR, a CSV file in
// UTF-8 with its heading, into the table file comuni.tsv. Additions may be nil.
func ConvertComuni(archive io.Reader, additions fs.FS) ([]byte, error) {
	var rows [][]string
	open := map[string][]int{} // cadastral code → its open rows
	known := map[string]bool{} // cadastral code + ISTAT code + name
	err := readCSV(archive, []string{
		"DATAISTITUZIONE", "DATACESSAZIONE", "CODISTAT", "CODCATASTALE", "DENOMINAZIONE_IT",
		"DENOMTRASLITTERATA", "ALTRADENOMINAZIONE", "IDREGIONE", "SIGLAPROVINCIA", "FONTE",
	}, func(f []string) error {
		from, to, istat, code, name := f[0], f[1], f[2], f[3], f[4]
		if code == "ND" { // non disponibile: not a code
			code = ""
		}
		if to == "9999-12-31" {
			to = ""
		}
		for _, day := range []string{from, to} {
			if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
				return fmt.Errorf("%q is not a day", day)
			}
		}
		if len(istat) != 6 || name == "" || from == "" || code != "" && len(code) != 4 {
			return errors.New("code, name or day missing")
		}
		translit := f[5]
		if translit == name || Fold(translit) == Fold(name) {
			translit = ""
		}
		source, ok := map[string]string{"": "ANPR", "I": "ISTAT", "AE": "AE"}[f[9]]
		if !ok {
			source = f[9]
		}
		if code != "" && to == "" {
			open[code] = append(open[code], len(rows))
		}
		known[code+istat] = true
		known[code+istat+name] = true
		rows = append(rows, []string{code, istat, name, f[6], f[8], f[7], from, to, source, translit})
		return nil
	})
	if err != nil {
		return nil, err
	}
	ends, err := addition(additions, "ends.tsv", []string{"belfiore", "istat", "to"})
	if err != nil {
		return nil, err
	}
	for _, e := range ends {
		if !known[e[0]+e[1]] {
			return nil, fmt.Errorf("ends.tsv: %s with ISTAT code %s is not in the archive", e[0], e[1])
		}
		for _, r := range open[e[0]] {
			if rows[r][1] == e[1] && rows[r][6] <= e[2] {
				rows[r][7] = e[2]
			}
		}
	}
	more, err := addition(additions, fileComuni, columnsComuni)
	if err != nil {
		return nil, err
	}
	for _, m := range more {
		if !known[m[0]+m[1]+m[2]] {
			rows = append(rows, m)
		}
	}
	sortRows(rows, 0, 6, 7, 1, 2)
	return write(columnsComuni, rows), nil
}

func convertStates(src, additions fs.FS) ([]byte, error) {
	f, err := src.Open(OfficialStates)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows [][]string
	byISTAT := map[string]int{}
	belfiore := map[string]bool{}
	err = readCSV(f, []string{
		"DENOMINAZIONE", "DENOMINAZIONEISTAT", "DATAINIZIOVALIDITA", "DATAFINEVALIDITA",
		"CODISO3166_1_ALPHA3", "CODAT", "CODISTAT", "CITTADINANZA", "NASCITA", "RESIDENZA", "FONTE",
	}, func(f []string) error {
		name, other := f[0], strings.TrimRight(f[1], "*")
		if name == "" {
			name, other = strings.ToUpper(other), ""
		}
		if Fold(name) == Fold(other) {
			other = ""
		}
		from, err := italianDay(f[2])
		if err != nil {
			return err
		}
		to, err := italianDay(f[3])
		if err != nil {
			return err
		}
		if from == "1900-01-01" { // the table's way of saying "always"
			from = ""
		}
		if to == "9999-12-31" {
			to = ""
		}
		uses := ""
		for i, letter := range []string{"C", "B", "R"} {
			if f[7+i] == "S" {
				uses += letter
			}
		}
		byISTAT[f[6]] = len(rows)
		belfiore[f[5]] = true
		rows = append(rows, []string{f[6], f[5], f[4], name, other, from, to, uses, f[10]})
		return nil
	})
	if err != nil {
		return nil, err
	}
	more, err := addition(additions, fileStates, columnsStates)
	if err != nil {
		return nil, err
	}
	for _, m := range more {
		if belfiore[m[1]] {
			continue
		}
		if m[0] == "" {
			rows = append(rows, m)
			continue
		}
		// The table has the territory but not its cadastral code.
		i, ok := byISTAT[m[0]]
		if !ok || rows[i][1] != "" {
			return nil, fmt.Errorf("states.tsv: no territory %s without cadastral code", m[0])
		}
		rows[i][1], rows[i][8] = m[1], rows[i][8]+"+"+m[8]
	}
	sortRows(rows, 0, 1)
	return write(columnsStates, rows), nil
}

// convertCodes gathers the code tables into one file.
func convertCodes(src fs.FS) ([]byte, error) {
	files, err := fs.Glob(src, "*.csv")
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, file := range files {
		table, ok := tableOf(file)
		if !ok {
			continue
		}
		columns := []string{"codice", "descrizione"}
		if table == "tab40" {
			columns = []string{"codice_consolato", "rango", "sede"}
		}
		f, err := src.Open(file)
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		err = readCSV(f, columns, func(f []string) error {
			meaning := f[1]
			if len(f) == 3 {
				meaning = strings.Trim(f[1]+", "+f[2], ", ")
			}
			if f[0] == "" || seen[f[0]] {
				return nil
			}
			seen[f[0]] = true
			rows = append(rows, []string{table, f[0], meaning})
			return nil
		})
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if len(rows) == 0 {
		return nil, errors.New("no code tables")
	}
	sortRows(rows, 0, 1)
	return write(columnsCodes, rows), nil
}

// tableOf gives the name of a code table from that of its file.
func tableOf(file string) (string, bool) {
	base := strings.TrimSuffix(path.Base(file), ".csv")
	switch {
	case base == "tipo_legame" || base == "info_valore":
		return base, true
	case strings.HasPrefix(base, "tab") && len(base) > 5 && base[5] == '_' && base+".csv" != OfficialStates:
		return base[:5], true
	}
	return "", false
}

// readCSV reads the named columns of a CSV file with heading, passing over a
// byte order mark. Tabs and line ends inside a field become spaces.
func readCSV(r io.Reader, columns []string, row func([]string) error) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	heading, err := c.Read()
	if err != nil {
		return err
	}
	at := make([]int, len(columns))
	for i, name := range columns {
		at[i] = -1
		for j, h := range heading {
			if strings.TrimSpace(h) == name {
				at[i] = j
			}
		}
		if at[i] < 0 {
			return fmt.Errorf("no column %q", name)
		}
	}
	fields := make([]string, len(columns))
	for {
		record, err := c.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for i, j := range at {
			fields[i] = strings.Join(strings.Fields(record[j]), " ")
		}
		if err := row(fields); err != nil {
			line, _ := c.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// addition reads one of the additional files; none if it is not there.
func addition(additions fs.FS, name string, columns []string) ([][]string, error) {
	if additions == nil {
		return nil, nil
	}
	if _, err := fs.Stat(additions, name); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var rows [][]string
	err := readTable(additions, name, columns, func(f []string) error {
		rows = append(rows, append([]string(nil), f...))
		return nil
	})
	return rows, err
}

// italianDay turns DD/MM/YYYY into YYYY-MM-DD; empty stays empty.
func italianDay(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	t, err := time.Parse("02/01/2006", s)
	if err != nil {
		return "", fmt.Errorf("%q is not a day", s)
	}
	return t.Format(time.DateOnly), nil
}

func sortRows(rows [][]string, columns ...int) {
	sort.SliceStable(rows, func(i, j int) bool {
		for _, c := range columns {
			if rows[i][c] != rows[j][c] {
				return rows[i][c] < rows[j][c]
			}
		}
		return false
	})
}

func write(columns []string, rows [][]string) []byte {
	var b bytes.Buffer
	for _, r := range append([][]string{columns}, rows...) {
		b.WriteString(strings.Join(r, "\t"))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// regions are the codes that ISTAT gives to the regions of Italy.
func regions() [][]string {
	names := []string{
		"Piemonte", "Valle d'Aosta", "Lombardia", "Trentino-Alto Adige", "Veneto", "Friuli-Venezia Giulia",
		"Liguria", "Emilia-Romagna", "Toscana", "Umbria", "Marche", "Lazio", "Abruzzo", "Molise", "Campania",
		"Puglia", "Basilicata", "Calabria", "Sicilia", "Sardegna",
	}
	rows := make([][]string, len(names))
	for i, n := range names {
		rows[i] = []string{fmt.Sprintf("%02d", i+1), n}
	}
	return rows
}
