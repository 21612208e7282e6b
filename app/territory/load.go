package territory

import (
	"fmt"
	"io/fs"
	"sort"
	"strings"
	"time"
)

// The files of a table set. All are tab separated with a heading line; the
// columns are those written by cmd/tablegen.
const (
	fileComuni  = "comuni.tsv"
	fileStates  = "states.tsv"
	fileRegions = "regions.tsv"
	fileCodes   = "codes.tsv"
	fileMergers = "mergers.tsv"
)

// Columns of each file, in order. [Load] refuses a file with other headings,
// so that an older or a newer layout is never read askew.
var (
	columnsComuni  = []string{"belfiore", "istat", "name", "other", "province", "region", "from", "to", "source", "transliterated"}
	columnsStates  = []string{"istat", "belfiore", "iso", "name", "other", "from", "to", "uses", "source"}
	columnsRegions = []string{"region", "name"}
	columnsCodes   = []string{"table", "code", "meaning"}
	columnsMergers = []string{"belfiore", "into"}
)

// Load reads the tables from the root of a file system and builds the atlas.
// It fails if a file is missing, has other columns than expected, or holds a
// line that cannot be read; the error names file and line.
func Load(tables fs.FS) (*Atlas, error) {
	a := &Atlas{
		belfiore: make(map[string][]int32, 10500),
		istat:    make(map[string][]int32, 12500),
		names:    make(map[string]string, 700),
		into:     make(map[string]string),
	}
	regions := make(map[string]string, 24)
	err := readTable(tables, fileRegions, columnsRegions, func(f []string) error {
		regions[f[0]] = f[1]
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.comuni = make([]Comune, 0, 20000)
	var translit []string
	days := dayReader{}
	err = readTable(tables, fileComuni, columnsComuni, func(f []string) error {
		c := Comune{Belfiore: f[0], ISTAT: f[1], Name: f[2], OtherName: f[3], Province: f[4], Region: regions[f[5]], Source: f[8]}
		if c.Name == "" || len(c.ISTAT) != 6 {
			return fmt.Errorf("name or ISTAT code missing")
		}
		var err error
		if c.From, err = days.read(f[6]); err != nil {
			return err
		}
		if c.To, err = days.read(f[7]); err != nil {
			return err
		}
		if n := len(a.comuni); n > 0 && continues(a.comuni[n-1], c) {
			a.comuni[n-1].To = c.To
			return nil
		}
		a.comuni = append(a.comuni, c)
		translit = append(translit, f[9])
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = readTable(tables, fileStates, columnsStates, func(f []string) error {
		s := State{
			ISTAT: f[0], Belfiore: f[1], ISO: f[2], Name: f[3], OtherName: f[4],
			Citizenship: strings.Contains(f[7], "C"), Birth: strings.Contains(f[7], "B"), Residence: strings.Contains(f[7], "R"),
			Source: f[8],
		}
		if s.Name == "" {
			return fmt.Errorf("name missing")
		}
		var err error
		if s.From, err = days.read(f[5]); err != nil {
			return err
		}
		s.To, err = days.read(f[6])
		if err != nil {
			return err
		}
		a.states = append(a.states, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = readTable(tables, fileCodes, columnsCodes, func(f []string) error {
		a.names[f[0]+"\t"+f[1]] = f[2]
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = readTable(tables, fileMergers, columnsMergers, func(f []string) error {
		a.into[f[0]] = f[1]
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.SliceStable(a.states, func(i, j int) bool { return a.states[i].Name < a.states[j].Name })
	for i, c := range a.comuni {
		if c.Belfiore != "" {
			a.belfiore[c.Belfiore] = append(a.belfiore[c.Belfiore], int32(i))
		}
		a.istat[c.ISTAT] = append(a.istat[c.ISTAT], int32(i))
	}
	a.index = buildIndex(a.comuni, translit, a.states)
	return a, nil
}

// continues reports whether next only prolongs c: the archive opens a new row
// for a mere change of boundary, which says nothing to us.
func continues(c, next Comune) bool {
	if c.To.IsZero() || !c.To.AddDate(0, 0, 1).Equal(next.From) {
		return false
	}
	c.From, c.To, next.From, next.To = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return c == next && c.Belfiore != ""
}

func readTable(tables fs.FS, name string, columns []string, row func([]string) error) error {
	data, err := fs.ReadFile(tables, name)
	if err != nil {
		return fmt.Errorf("territory: %w", err)
	}
	// One string for the whole file: the fields of every row share it.
	text := string(data)
	line := 0
	fields := make([]string, len(columns))
	for text != "" {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		line++
		if l == "" {
			continue
		}
		if !split(l, fields) {
			return fmt.Errorf("territory: %s:%d: %d columns expected", name, line, len(columns))
		}
		if line == 1 {
			for i, c := range columns {
				if fields[i] != c {
					return fmt.Errorf("territory: %s: column %d is %q, expected %q", name, i+1, fields[i], c)
				}
			}
			continue
		}
		if err := row(fields); err != nil {
			return fmt.Errorf("territory: %s:%d: %w", name, line, err)
		}
	}
	if line == 0 {
		return fmt.Errorf("territory: %s is empty", name)
	}
	return nil
}

// split cuts a line at its tabs into exactly len(fields) fields.
func split(line string, fields []string) bool {
	for i := range fields {
		at := strings.IndexByte(line, '\t')
		if last := i == len(fields)-1; last != (at < 0) {
			return false
		} else if last {
			fields[i] = line
			return true
		}
		fields[i], line = line[:at], line[at+1:]
	}
	return false
}

// dayReader reads days as YYYY-MM-DD, remembering those already seen: the
// archive has forty thousand dates but few different ones. An empty field is
// the zero time.
type dayReader map[string]time.Time

func (d dayReader) read(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, ok := d[s]; ok {
		return t, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a day", s)
	}
	d[s] = t
	return t, nil
}
