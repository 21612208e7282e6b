package territory_test

import (
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"indagor/app/territory"
)

var load = sync.OnceValues(func() (*territory.Atlas, error) {
	return territory.Load(os.DirFS("../../assets/tables"))
})

func atlas(t testing.TB) *territory.Atlas {
	t.Helper()
	a, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestComuneAt(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		code, day string
		match     territory.Match
		name      string
		istat     string
	}{
		{"H501", "1990-10-10", territory.Certain, "ROMA", "058091"},
		{"F704", "2009-06-29", territory.Certain, "MONZA", "015149"},
		{"F704", "2020-01-01", territory.Certain, "MONZA", "108033"},
		{"D588", "1900-01-01", territory.Plausible, "", "016098"}, // the one overlap of the archive
		{"A134", "1935-05-05", territory.Plausible, "ALBAREDO ARNABOLDI", "018002"},
		{"M435", "2024-01-01", territory.Certain, "UGGIATE CON RONAGO", "013256"},
		{"M435", "2023-06-01", territory.Plausible, "UGGIATE CON RONAGO", "013256"},
		{"M435", "1950-06-01", territory.Implausible, "UGGIATE CON RONAGO", "013256"},
		{"H521", "2023-12-31", territory.Certain, "RONAGO", "013199"},
		{"H521", "2024-01-01", territory.Plausible, "RONAGO", "013199"},
		{"H521", "2026-01-01", territory.Implausible, "RONAGO", "013199"},
		{"Y999", "2020-01-01", territory.Unknown, "", ""},
		{"", "2020-01-01", territory.Unknown, "", ""},
		{"ND", "1900-01-01", territory.Unknown, "", ""},
	} {
		got, match := a.ComuneAt(c.code, day(c.day))
		if match != c.match {
			t.Errorf("ComuneAt(%s, %s) is %v, want %v", c.code, c.day, match, c.match)
		}
		if c.name != "" && got.Name != c.name || c.istat != "" && got.ISTAT != c.istat {
			t.Errorf("ComuneAt(%s, %s) = %s %s, want %s %s", c.code, c.day, got.Name, got.ISTAT, c.name, c.istat)
		}
	}
}

// The time of day and its zone must not move the day.
func TestComuneAtIgnoresClock(t *testing.T) {
	a := atlas(t)
	rome := time.FixedZone("CEST", 2*3600)
	if c, m := a.ComuneAt("H521", time.Date(2023, 12, 31, 23, 59, 0, 0, rome)); m != territory.Certain {
		t.Errorf("last minute of the last day: %v %v", c, m)
	}
}

func TestComuniJoinsEqualPeriods(t *testing.T) {
	periods := atlas(t).Comuni("H501")
	if len(periods) != 1 {
		t.Fatalf("Roma has %d periods: %v", len(periods), periods)
	}
	if !periods[0].From.Equal(day("1884-09-11")) || periods[0].Ceased() || periods[0].Region != "Lazio" || periods[0].Province != "RM" {
		t.Errorf("Roma: %+v", periods[0])
	}
}

func TestReturnedSlicesAreTheCallersOwn(t *testing.T) {
	a := atlas(t)
	a.Comuni("H501")[0].Name = "X"
	a.States()[0].Name = "X"
	if a.Comuni("H501")[0].Name != "ROMA" || a.States()[0].Name == "X" {
		t.Error("a caller can change the atlas")
	}
}

func TestByISTAT(t *testing.T) {
	a := atlas(t)
	names := map[string]bool{}
	for _, c := range a.ByISTAT("016098") {
		names[c.Name] = true
	}
	if !names["FILAGO"] || !names["MARNE"] {
		t.Errorf("016098 was %v", names)
	}
	if a.ByISTAT("999999") != nil {
		t.Error("unknown code has periods")
	}
}

func TestStates(t *testing.T) {
	a := atlas(t)
	f, ok := a.State("Z110")
	if !ok || f.Name != "FRANCIA" || f.ISTAT != "215" || !f.Birth || !f.Citizenship || !f.Residence || f.Ceased() {
		t.Errorf("Z110: %+v %v", f, ok)
	}
	if s, ok := a.StateByISTAT("215"); !ok || s != f {
		t.Errorf("215: %+v %v", s, ok)
	}
	ussr, ok := a.State("Z135")
	if !ok || !ussr.Ceased() || !ussr.During(day("1950-01-01")) || ussr.During(day("1991-12-26")) {
		t.Errorf("Z135: %+v %v", ussr, ok)
	}
	if g, ok := a.State("Z402"); !ok || g.Name != "GROENLANDIA" || g.ISTAT != "520" {
		t.Errorf("Z402: %+v %v", g, ok)
	}
	for _, code := range []string{"", "Z999", "H501"} {
		if s, ok := a.State(code); ok {
			t.Errorf("State(%q) = %+v", code, s)
		}
	}
	if s, ok := a.StateByISTAT(""); ok {
		t.Errorf("StateByISTAT of nothing = %+v", s)
	}
	seen := map[string]string{}
	for _, s := range a.States() {
		if s.Belfiore == "" {
			continue
		}
		if other, dup := seen[s.Belfiore]; dup {
			t.Errorf("%s is both %s and %s", s.Belfiore, other, s.Name)
		}
		seen[s.Belfiore] = s.Name
	}
	if len(seen) != 224 { // 208 of table 02, 16 added
		t.Errorf("%d states with a cadastral code", len(seen))
	}
}

func TestName(t *testing.T) {
	a := atlas(t)
	for _, c := range [][3]string{
		{"tab01", "2", "Coniugato/a"},
		{"tab05", "1", "Intestatario Scheda"},
		{"tab05", "01", "Intestatario Scheda"},
		{"tipo_legame", "3", "Famiglia residente in Italia"},
		{"info_valore", "A", "Impossibile determinare"},
		{"tab40", "2200100", "AMBASCIATA D'ITALIA, TIRANA"},
		{"tab09", "0", "Non applicabile (es: condizione non professionale)"},
	} {
		if got, ok := a.Name(c[0], c[1]); !ok || got != c[2] {
			t.Errorf("Name(%s, %s) = %q %v, want %q", c[0], c[1], got, ok, c[2])
		}
	}
	for _, c := range [][2]string{{"tab01", "77"}, {"tab01", ""}, {"tab99", "1"}, {"", ""}} {
		if got, ok := a.Name(c[0], c[1]); ok {
			t.Errorf("Name(%s, %s) = %q", c[0], c[1], got)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Forlì": "FORLI", "FORLI'": "FORLI", "forli\u0300": "FORLI", "L'Aquila": "L AQUILA", "L’AQUILA": "L AQUILA",
		"Antey-Saint-André": "ANTEY SAINT ANDRE", "  St.  Andrä ": "ST ANDRA", "WEINSTRAßE": "WEINSTRASSE",
		"OBČINA ŠTEVERJAN": "OBCINA STEVERJAN", "": "", "'-.": "",
	} {
		if got := territory.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		f := territory.Fold(s)
		if territory.Fold(f) != f {
			t.Fatalf("Fold is not idempotent: %q", f)
		}
		if strings.Trim(f, " ") != f || strings.Contains(f, "  ") {
			t.Fatalf("stray spaces in %q", f)
		}
	})
}

// Every name of the archive must fold to letters, digits and spaces with
// nothing lost: each letter with a mark must be known to Fold.
func TestFoldKnowsTheArchive(t *testing.T) {
	data, err := os.ReadFile("../../assets/tables/comuni.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(data), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) < 10 {
			continue
		}
		letters := func(s string) int {
			n := 0
			for _, r := range s {
				if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > 0x7F {
					n++
				}
			}
			return n
		}
		if got, want := letters(territory.Fold(f[2])), letters(f[2]); got < want {
			t.Errorf("Fold(%q) = %q loses letters", f[2], territory.Fold(f[2]))
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	whole := func() fstest.MapFS {
		m := fstest.MapFS{}
		for _, name := range []string{"comuni.tsv", "states.tsv", "regions.tsv", "codes.tsv", "mergers.tsv", "aliases.tsv"} {
			data, err := fs.ReadFile(os.DirFS("../../assets/tables"), name)
			if err != nil {
				t.Fatal(err)
			}
			if name == "comuni.tsv" {
				data = data[:strings.Index(string(data), "\nA002")+1]
			}
			m[name] = &fstest.MapFile{Data: data}
		}
		return m
	}
	if _, err := territory.Load(whole()); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(fstest.MapFS){
		"missing file":   func(m fstest.MapFS) { delete(m, "states.tsv") },
		"empty file":     func(m fstest.MapFS) { m["codes.tsv"].Data = nil },
		"other heading":  func(m fstest.MapFS) { m["regions.tsv"].Data = []byte("code\tname\n") },
		"column missing": func(m fstest.MapFS) { m["mergers.tsv"].Data = []byte("belfiore\tinto\nA001\n") },
		"column more":    func(m fstest.MapFS) { m["mergers.tsv"].Data = []byte("belfiore\tinto\nA001\tA002\tA003\n") },
		"no day": func(m fstest.MapFS) {
			m["comuni.tsv"].Data = append(m["comuni.tsv"].Data, "A002\t123456\tX\t\tRM\t12\t1900-02-30\t\tANPR\t\n"...)
		},
		"short code": func(m fstest.MapFS) {
			m["comuni.tsv"].Data = append(m["comuni.tsv"].Data, "A002\t12345\tX\t\tRM\t12\t1900-02-03\t\tANPR\t\n"...)
		},
	} {
		m := whole()
		spoil(m)
		if _, err := territory.Load(m); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

// BenchmarkLoad also reports what an atlas keeps in memory.
func BenchmarkLoad(b *testing.B) {
	tables := os.DirFS("../../assets/tables")
	b.ReportAllocs()
	var a *territory.Atlas
	for b.Loop() {
		var err error
		if a, err = territory.Load(tables); err != nil {
			b.Fatal(err)
		}
	}
	var with, without runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&with)
	runtime.KeepAlive(a)
	a = nil //nolint:ineffassign // so that the collector may take it
	runtime.GC()
	runtime.ReadMemStats(&without)
	b.ReportMetric(float64(with.HeapAlloc-without.HeapAlloc)/(1<<20), "MiB-kept")
}
