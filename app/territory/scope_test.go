package territory_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCurrent(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		code string
		want []string
	}{
		{"058091", []string{"058091"}},           // Roma
		{"015149", []string{"108033"}},           // Monza, from Milano to Monza e Brianza
		{"105023", []string{"091101"}},           // Villagrande Strisaili, back from Ogliastra to Nuoro
		{"013199", []string{"013256"}},           // Ronago, merged in 2024
		{"018002", []string{"018026"}},           // Albaredo Arnaboldi, merged in 2023
		{"092004", []string{"092004", "095005"}}, // two Comuni in turn; replaced below
		{"003809", nil},                          // no cadastral code
		{"999999", nil},
		{"", nil},
	} {
		got := a.Current(c.code)
		if c.code == "092004" {
			if len(got) != 2 {
				t.Errorf("Current(%s) = %v, want two codes", c.code, got)
			}
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Current(%s) = %v, want %v", c.code, got, c.want)
		}
	}
}

func TestCovers(t *testing.T) {
	a := atlas(t)
	ambiguous := a.Current("092004")
	if len(ambiguous) != 2 {
		t.Fatalf("092004 is no longer ambiguous: %v", ambiguous)
	}
	first := a.ByISTAT(ambiguous[0])
	name, province := first[len(first)-1].Name, first[len(first)-1].Province
	for _, c := range []struct {
		what                  string
		allowed               []string
		istat, name, province string
		want                  bool
	}{
		{"same code", []string{"058091"}, "058091", "", "", true},
		{"another code", []string{"058091"}, "015146", "", "", false},
		{"ceased code of the person", []string{"108033"}, "015149", "", "", true},
		{"ceased code of the scope", []string{"015149"}, "108033", "", "", true},
		{"ceased codes on both sides", []string{"015149"}, "015149", "", "", true},
		{"merged Comune", []string{"013256"}, "013199", "", "", true},
		{"both codes of an ambiguous one", ambiguous, "092004", "", "", true},
		{"one code of an ambiguous one", ambiguous[:1], "092004", "", "", false},
		{"ambiguous but named", ambiguous[:1], "092004", name, province, true},
		{"ambiguous and named otherwise", ambiguous[1:], "092004", name, province, false},
		{"ambiguous in the scope", []string{"092004"}, ambiguous[0], "", "", false},
		{"by name", []string{"058091"}, "", "Roma", "rm", true},
		{"by name with accent", []string{"040012"}, "", "FORLI'", "FO", true},
		{"by name with accent, today's province", []string{"040012"}, "", "Forlì", "FC", true},
		{"by second name", []string{"021008"}, "", "Bozen", "BZ", true},
		{"by both names", []string{"021008"}, "", "BOLZANO/BOZEN", "BZ", true},
		{"by earlier province", []string{"108033"}, "", "MONZA", "MI", true},
		{"name without province", []string{"058091"}, "", "ROMA", "", false},
		{"name in another province", []string{"058091"}, "", "ROMA", "MI", false},
		{"code wins over name", []string{"058091"}, "015146", "ROMA", "RM", false},
		{"nothing", []string{"058091"}, "", "", "", false},
		{"no scope", nil, "058091", "ROMA", "RM", false},
		{"unknown code", []string{"058091"}, "999999", "ROMA", "RM", false},
		{"unknown code in the scope", []string{"999999"}, "058091", "", "", false},
		{"code newer than the tables, named by the scope", []string{"118001"}, "118001", "", "", true},
		{"dead code without successor, in the scope", []string{"003809"}, "003809", "", "", false},
	} {
		if got := a.Covers(c.allowed, c.istat, c.name, c.province); got != c.want {
			t.Errorf("%s: Covers(%v, %q, %q, %q) = %v", c.what, c.allowed, c.istat, c.name, c.province, got)
		}
	}
}

// A scope covers all the codes that its Comuni ever had alone, and an empty
// scope nothing; arbitrary text never makes it panic.
func TestCoversProperties(t *testing.T) {
	a := atlas(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{6}`))
		code, name, province := text.Draw(t, "code"), rapid.String().Draw(t, "name"), rapid.String().Draw(t, "province")
		if a.Covers(nil, code, name, province) {
			t.Fatal("an empty scope covers something")
		}
		current := a.Current(code)
		if len(current) > 0 && !a.Covers(current, code, name, province) {
			t.Fatalf("%s is outside its own current codes %v", code, current)
		}
		for _, c := range current {
			if again := a.Current(c); len(again) != 1 || again[0] != c {
				t.Fatalf("%s is current for %s, but has current %v", c, code, again)
			}
		}
	})
}

func TestToday(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct{ code, name string }{
		{"036030", "PAVULLO NEL FRIGNANO"},
		{"018026", "CAMPOSPINOSO ALBAREDO"}, // another name
		{"018002", "CAMPOSPINOSO ALBAREDO"}, // merged into it
		{"025002", "SETTEVILLE"},
		{"030188", "RIVIGNANO TEOR"},
		{"030096", ""}, // Rivignano, merged before the table of mergers begins; Pagnacco had the code long ago
		{"000000", ""},
		{"", ""},
	} {
		got, ok := a.Today(c.code)
		if got.Name != c.name || ok != (c.name != "") || got.Ceased() {
			t.Errorf("Today(%s) = %+v, %t; want %q", c.code, got, ok, c.name)
		}
	}
}
