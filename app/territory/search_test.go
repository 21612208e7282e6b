package territory_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"indagor/app/territory"
)

func names(places []territory.Place) []string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = p.Name()
	}
	return out
}

func TestSearch(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		prefix, at string
		first      string // name of the first answer
		ceased     bool
	}{
		{"roma", "", "ROMA", false},
		{"ROMÀ", "", "ROMA", false},
		{"aquila", "", "AQUILA D'ARROSCIA", false},
		{"l'aquila", "", "L'AQUILA", false},
		{"laquila", "", "L'AQUILA", false},
		{"l aq", "", "L'AQUILA", false},
		{"forli'", "", "FORLÌ", false},
		{"bozen", "", "BOLZANO", false},
		{"reggio cal", "", "REGGIO DI CALABRIA", false},
		{"franc", "", "FRANCAVILLA AL MARE", false},
		{"francia", "", "FRANCIA", false},
		{"unione sov", "", "UNIONE DELLE REPUBBLICHE SOCIALISTE SOVIETICHE", true},
		{"unione sov", "1960-05-05", "UNIONE DELLE REPUBBLICHE SOCIALISTE SOVIETICHE", false},
		{"ronago", "", "UGGIATE CON RONAGO", false},
		{"ronago", "1990-01-01", "RONAGO", false},
		{"forl", "", "FORLÌ", false},
		{"s. giovanni rot", "", "SAN GIOVANNI ROTONDO", false},
		{"s.ang", "", "SANT'ANGELO A CUPOLO", false},
		{"cina", "", "REPUBBLICA POPOLARE CINESE", false},
		{"russia", "", "FEDERAZIONE RUSSA", false},
		{"girgenti", "", "GIRGENTI", true},
		{"girgenti", "1900-01-01", "GIRGENTI", false},
	} {
		var at time.Time
		if c.at != "" {
			at = day(c.at)
		}
		got := a.Search(c.prefix, at, 10)
		if len(got) == 0 || got[0].Name() != c.first || got[0].Ceased != c.ceased {
			t.Errorf("Search(%q, %s) = %v, want %s first, ceased %v", c.prefix, c.at, names(got), c.first, c.ceased)
		}
	}
}

func TestSearchShowsThePeriod(t *testing.T) {
	a := atlas(t)
	for at, province := range map[string]string{"1980-01-01": "MI", "2020-01-01": "MB"} {
		got := a.Search("monza", day(at), 1)
		if len(got) != 1 || got[0].Province() != province || got[0].Belfiore() != "F704" {
			t.Errorf("Monza in %s: %+v", at, got)
		}
	}
	got := a.Search("francia", time.Time{}, 1)
	if len(got) != 1 || !got[0].Foreign || got[0].Belfiore() != "Z110" || got[0].ISTAT() != "215" || got[0].Province() != "EE" || !got[0].Known() {
		t.Errorf("Francia: %+v", got)
	}
}

func TestSearchNothing(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		prefix string
		limit  int
	}{{"", 10}, {" ' ", 10}, {"roma", 0}, {"roma", -1}, {"qqqq", 10}} {
		if got := a.Search(c.prefix, time.Time{}, c.limit); len(got) != 0 {
			t.Errorf("Search(%q, %d) = %v", c.prefix, c.limit, names(got))
		}
	}
	if (territory.Place{}).Known() {
		t.Error("the zero place is known")
	}
}

// A ceased place that bears exactly the name asked for stays in a short answer.
func TestSearchKeepsExact(t *testing.T) {
	a := atlas(t)
	exact := func(places []territory.Place) bool {
		for _, p := range places {
			if p.Ceased && territory.Fold(p.Name()) == "SAN PIETRO" {
				return true
			}
		}
		return false
	}
	all := a.Search("san pietro", time.Time{}, 4000)
	if !exact(all) || all[9].Ceased {
		t.Fatalf("the tables no longer have a ceased San Pietro and ten others in being: %v", names(all))
	}
	if few := a.Search("san pietro", time.Time{}, 5); !exact(few) {
		t.Errorf("San Pietro is pushed out: %v", names(few))
	}
}

// Whatever is typed: at most limit answers, each once, those in being first,
// and each has a word that begins as asked.
func TestSearchProperties(t *testing.T) {
	a := atlas(t)
	states, comuni := a.States(), a.Search("a", time.Time{}, 4000)
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.OneOf(
			rapid.String(),
			rapid.StringMatching(`[a-z]{1,3}`),
			rapid.Custom(func(t *rapid.T) string {
				name := []rune(rapid.SampledFrom(comuni).Draw(t, "place").Name())
				return string(name[:rapid.IntRange(1, len(name)).Draw(t, "length")])
			}),
			rapid.Custom(func(t *rapid.T) string { return rapid.SampledFrom(states).Draw(t, "state").Name }),
		).Draw(t, "prefix")
		limit := rapid.IntRange(0, 30).Draw(t, "limit")
		at := time.Date(rapid.IntRange(1861, 2030).Draw(t, "year"), 6, 1, 0, 0, 0, 0, time.UTC)
		got := a.Search(prefix, at, limit)
		if len(got) > limit {
			t.Fatalf("%d answers of at most %d", len(got), limit)
		}
		seen := map[string]bool{}
		ceased := false
		for _, p := range got {
			id := p.Belfiore() + p.ISTAT() + p.Name()
			if seen[id] {
				t.Fatalf("%s twice", p.Name())
			}
			seen[id] = true
			if ceased && !p.Ceased {
				t.Fatalf("%s in being, after a ceased one", p.Name())
			}
			ceased = p.Ceased
		}
		if q := territory.Fold(prefix); q != "" && limit > 0 && len(got) == 0 {
			for _, p := range comuni {
				if strings.HasPrefix(territory.Fold(p.Name()), q) {
					t.Fatalf("%q does not find %s", prefix, p.Name())
				}
			}
		}
	})
}

// The search is called at every keystroke: even the worst, one letter, must
// take little. The limit is generous, for machines busy with other tests.
func TestSearchIsFast(t *testing.T) {
	a := atlas(t)
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			a.Search("s", time.Time{}, 20)
		}
	})
	if took := time.Duration(r.NsPerOp()); took > 10*time.Millisecond {
		t.Errorf("one letter takes %v", took)
	}
}

func BenchmarkSearch(b *testing.B) {
	a := atlas(b)
	for _, prefix := range []string{"s", "san", "reggio", "qqq"} {
		b.Run(prefix, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a.Search(prefix, time.Time{}, 20)
			}
		})
	}
}
