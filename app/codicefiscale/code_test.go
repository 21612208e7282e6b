package codicefiscale_test

import (
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	cf "indagor/app/codicefiscale"
)

func parse(t testing.TB, s string) cf.Parsed {
	t.Helper()
	p, err := cf.Parse(s)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return p
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in     string
		years  []int
		month  time.Month
		day    int
		female bool
		place  string
		omo    int
		canon  cf.Code
	}{
		// The example that the Agenzia delle Entrate and the manuals use.
		{"RSSMRA85T10A562S", []int{1985, 2085}, time.December, 10, false, "A562", 0, "RSSMRA85T10A562S"},
		{"rss mra 85t10 a562s", []int{1985, 2085}, time.December, 10, false, "A562", 0, "RSSMRA85T10A562S"},
		{"\tRSS-MRA.85T10\u00a0A562S\n", []int{1985, 2085}, time.December, 10, false, "A562", 0, "RSSMRA85T10A562S"},
		{"RSSMRA85T10A56NH", []int{1985, 2085}, time.December, 10, false, "A562", 1, "RSSMRA85T10A562S"},
		{"NRECLD90R50H501G", []int{1990, 2090}, time.October, 10, true, "H501", 0, "NRECLD90R50H501G"},
	} {
		p, err := cf.Parse(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if !slices.Equal(p.Years, c.years) || p.Month != c.month || p.Day != c.day || p.Female != c.female ||
			p.Place != c.place || p.Omocodia != c.omo || p.Canonical != c.canon || p.Provisional {
			t.Errorf("%q: %+v", c.in, p)
		}
	}
}

func TestParseLeapDay(t *testing.T) {
	for yy, years := range map[string][]int{"00": {2000}, "04": {1904, 2004}, "01": nil, "96": {1996, 2096}} {
		first := "RSSMRA" + yy + "B29H501"
		var p cf.Parsed
		var err error
		for c := 'A'; c <= 'Z'; c++ {
			if p, err = cf.Parse(first + string(c)); err == nil {
				break
			}
		}
		if years == nil {
			var f *cf.Fault
			if !errors.As(err, &f) || f.Kind != cf.Day || f.Position != 10 {
				t.Errorf("29 February of a common year: %v", err)
			}
			continue
		}
		if err != nil || !slices.Equal(p.Years, years) {
			t.Errorf("29 February %s: %v %v, want %v", yy, p.Years, err, years)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		in   string
		kind cf.Kind
		at   int
		want byte
	}{
		{"", cf.Empty, -1, 0},
		{" - . ", cf.Empty, -1, 0},
		{"RSSMRA85T10A562", cf.Length, 15, 0},
		{"RSSMRA85T10A562SS", cf.Length, 16, 0},
		{"1234567890", cf.Length, 10, 0},
		{"RSS", cf.Length, 3, 0},
		{"RSSSMRA85T10A562S", cf.Length, 16, 0},
		{"RSS/MRA85T10A562S", cf.Character, 3, 0},
		{"RSSMRA85T10A562T", cf.CheckLetter, 15, 'S'},
		{"RSSMRA85T10A5624", cf.Character, 15, 0},
		{"R5SMRA85T10A562S", cf.Character, 1, 0},
		{"RSSMRA8AT10A562S", cf.Character, 7, 0},
		{"RSSMRA85X10A562S", cf.Month, 8, 0},
		{"RSSMRA85T00A562S", cf.Day, 10, 0},
		{"RSSMRA85T32A562S", cf.Day, 10, 0},
		{"RSSMRA85T40A562S", cf.Day, 10, 0},
		{"RSSMRA85T72A562S", cf.Day, 10, 0},
		{"RSSMRA85T90A562S", cf.Day, 9, 0},
		{"RSSMRA85D31A562S", cf.Day, 10, 0},
		{"RSSMRÀ85T10A562S", cf.Character, 5, 0},
		{"12345678901", cf.CheckDigit, 10, '3'},
		{"0000000000A", cf.Character, 10, 0},
		{"00000000000", cf.Character, 0, 0},
	} {
		_, err := cf.Parse(c.in)
		var f *cf.Fault
		if !errors.As(err, &f) {
			t.Errorf("%q is accepted", c.in)
			continue
		}
		if f.Kind != c.kind || f.Position != c.at || f.Expected != c.want {
			t.Errorf("%q: %v at %d expected %q, want %v at %d expected %q", c.in, f.Kind, f.Position, f.Expected, c.kind, c.at, c.want)
		}
		if len(c.in) > 5 && strings.Contains(err.Error(), c.in[:4]) {
			t.Errorf("the error shows the code: %v", err)
		}
	}
}

// Letters that no surname or name gives are refused even with a right check
// letter.
func TestGroups(t *testing.T) {
	for group, ok := range map[string]bool{
		"RSS": true, "RSO": true, "ROI": true, "FOX": true, "AOI": true, "AXX": true, "BXX": true, "XXX": true, "OAX": true,
		"ROS": false, "AIB": false, "ARS": false, "AXO": false, "RAR": false,
	} {
		code := group + "MRA85T10A562"
		err := cf.Check(withLetter(t, code))
		var f *cf.Fault
		if ok && err != nil {
			t.Errorf("%s: %v", group, err)
		}
		if !ok && (!errors.As(err, &f) || f.Kind != cf.Group) {
			t.Errorf("%s: %v, want a fault of the group", group, err)
		}
	}
}

// withLetter appends the check letter that Parse expects.
func withLetter(t testing.TB, first string) string {
	t.Helper()
	p := cf.Partial(first)
	if p.Expected == 0 {
		t.Fatalf("no check letter for %q", first)
	}
	return first + string(p.Expected)
}

func TestProvisional(t *testing.T) {
	p := parse(t, "12345678903")
	if !p.Provisional || p.Canonical != "12345678903" || p.Place != "" || p.Years != nil {
		t.Errorf("%+v", p)
	}
	if got := cf.BirthDates(p, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); got != nil {
		t.Errorf("birth dates %v", got)
	}
	if cf.Omocodes("12345678903") != nil {
		t.Error("a provisional code has omocodes")
	}
}

func TestOmocodes(t *testing.T) {
	const code = cf.Code("RSSMRA85T10A562S")
	all := cf.Omocodes(code)
	if len(all) != 127 {
		t.Fatalf("%d omocodes", len(all))
	}
	if all[0] != "RSSMRA85T10A56NH" || all[1][13] != 'S' || all[6][6] != 'U' || all[7][13:15] != "SN" {
		t.Errorf("not from the right: %v", all[:8])
	}
	if last := all[126]; last[:15] != "RSSMRAURTMLARSN" {
		// 8→U 5→R 1→M 0→L 5→R 6→S 2→N
		t.Errorf("all seven replaced: %s", last)
	}
	seen := map[cf.Code]bool{code: true}
	for _, o := range all {
		if seen[o] {
			t.Errorf("%s twice", o)
		}
		seen[o] = true
	}
	if again := cf.Omocodes(all[40]); !slices.Equal(again, all) {
		t.Error("the omocodes of an omocode differ")
	}
	if cf.Omocodes("RSSMRA85T10A562T") != nil || cf.Omocodes("") != nil {
		t.Error("a malformed code has omocodes")
	}
}

func TestEquivalent(t *testing.T) {
	const a, omo, other = cf.Code("RSSMRA85T10A562S"), cf.Code("RSSMRA85T10A56NH"), cf.Code("NRECLD90R50H501G")
	if !a.Equivalent(omo) || !omo.Equivalent(a) || !a.Equivalent(a) || a.Equivalent(other) {
		t.Error("omocodia")
	}
	if a.Equivalent("RSSMRA85T10A562T") || cf.Code("x").Equivalent("y") || !cf.Code("x").Equivalent("x") {
		t.Error("malformed codes")
	}
}

func TestSuggestions(t *testing.T) {
	const right = cf.Code("RSSMRA85T10A562S")
	for what, wrong := range map[string]string{
		"letter O for digit 0":   "RSSMRA85T1OA562S",
		"digit 0 for a letter":   "RSSMRA85T10A562S"[:5] + "4" + "85T10A562S",
		"digit 5 for S":          "R5SMRA85T10A562S",
		"swapped neighbours":     "RSSMAR85T10A562S",
		"swapped across a digit": "RSSMRA8T510A562S",
		"one character twice":    "RSSSMRA85T10A562S",
		"check letter missing":   "RSSMRA85T10A562",
		"check letter wrong":     "RSSMRA85T10A562X",
		"month misread":          "RSSMRA85710A562S",
	} {
		_, err := cf.Parse(wrong)
		var f *cf.Fault
		if !errors.As(err, &f) {
			t.Errorf("%s: accepted", what)
			continue
		}
		if !slices.Contains(f.Suggestions, right) {
			t.Errorf("%s: suggestions %v for %s", what, f.Suggestions, wrong)
		}
		if len(f.Suggestions) > 8 {
			t.Errorf("%s: %d suggestions", what, len(f.Suggestions))
		}
	}
}

// The fictional persons of the official test environment.
func TestSubjectsOfTheTestEnvironment(t *testing.T) {
	f, err := os.Open("../../../shared/anpr/tables/soggetti_test_collaudo.csv")
	if err != nil {
		t.Skipf("NOT CHECKED against the subjects of the test environment: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if err := cf.Check(row[1]); err != nil {
			t.Errorf("%s (%s): %v", row[1], row[2], err)
		}
	}
	t.Logf("%d codes checked", len(rows)-1)
}

func TestPartial(t *testing.T) {
	const code = "RSSMRA85T10A562S"
	for n := range len(code) + 1 {
		p := cf.Partial(code[:n])
		if !p.Valid || p.BadAt != -1 || p.Complete != (n == 16) || p.Kind != cf.None {
			t.Errorf("%q: %+v", code[:n], p)
		}
		if n >= 8 != (p.Years != nil) || n >= 11 != (p.Day == 10) || n >= 15 != (p.Place == "A562") || n >= 15 != (p.Expected == 'S') {
			t.Errorf("%q: %+v", code[:n], p)
		}
	}
	for in, at := range map[string]int{
		"RSSMRA85T10A562T": 15, "RSSMRA85T10A562SX": 16, "RSSMRA85T4": -1, "RSSMRA85T40": 10, "RSSMRA85T8": 9, "RSSMRA85B30": 10,
		"RSSMRA85F": 8, "RO": -1, "ROS": 2, "RSSMAR": 5, "R1": 1, "1234567890A": 10, "123456789012": 11, "12345678904": 10, "é": 0,
	} {
		if p := cf.Partial(in); p.BadAt != at || p.Valid != (at < 0) {
			t.Errorf("%q: bad at %d (%v), want %d", in, p.BadAt, p.Kind, at)
		}
	}
	if p := cf.Partial("1234567890"); !p.Provisional || p.Expected != '3' || p.Complete {
		t.Errorf("provisional: %+v", p)
	}
	if p := cf.Partial("12345678903"); !p.Complete {
		t.Errorf("provisional: %+v", p)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "RSSMRA85T10A562S", "RSSMRA85T10A56NH", "12345678903", "rss mra 85t10 a562t", "RSSMRÀ85T10A562S", "\xff\xfe", "RSSMRA00B29H501X"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := cf.Parse(s)
		progress := cf.Partial(s)
		if (err == nil) != progress.Complete {
			t.Fatalf("Parse says %v, Partial complete %v", err, progress.Complete)
		}
		if err != nil {
			var fault *cf.Fault
			if !errors.As(err, &fault) || fault.Kind == cf.None {
				t.Fatalf("not a fault: %v", err)
			}
			if fault.Position >= len(progress.Text)+1 {
				t.Fatalf("position %d in %d bytes", fault.Position, len(progress.Text))
			}
			for _, c := range fault.Suggestions {
				if cf.Check(string(c)) != nil {
					t.Fatal("a suggestion is not a code")
				}
			}
			return
		}
		again, err := cf.Parse(string(p.Code))
		if err != nil || again.Canonical != p.Canonical {
			t.Fatalf("the parsed code does not parse to itself: %v", err)
		}
		if c, err := cf.Parse(string(p.Canonical)); err != nil || c.Omocodia != 0 || c.Place != p.Place || !slices.Equal(c.Years, p.Years) {
			t.Fatalf("canonical: %v", err)
		}
	})
}
