package codicefiscale_test

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	cf "indagor/app/codicefiscale"
	"indagor/app/territory"
)

var load = sync.OnceValues(func() (*territory.Atlas, error) {
	return territory.Load(os.DirFS("../../assets/tables"))
})

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestCompute(t *testing.T) {
	for _, c := range []struct {
		surname, name string
		female        bool
		birth, place  string
		want          string // first fifteen characters, or all
	}{
		{"Rossi", "Mario", false, "1985-12-10", "A562", "RSSMRA85T10A562S"},
		{"ROSSI", "Gianfranco", false, "1985-12-10", "H501", "RSSGFR85T10H501"}, // 1st, 3rd, 4th consonant
		{"Fo", "Dario", false, "1926-03-24", "E970", "FOXDRA26C24"},
		{"Bo", "Al", false, "1970-01-01", "H501", "BOXLAX70A01"},
		{"Aiello", "Ia", true, "1970-01-01", "H501", "LLAIAX70A41"},
		{"D'Angelo", "Maria Rosa", true, "1962-06-30", "F839", "DNGMRS62H70F839"},
		{"De' Rossi", "Niccolò", false, "2001-02-28", "D612", "DRSNCL01B28D612"},
		{"Müller", "Jürgen", false, "1980-05-05", "Z112", "MLLJGN80E05Z112"},
		{"Weiß", "Søren", false, "1980-05-05", "Z107", "WSSSRN80E05Z107"},
		{"Nguyen", "", false, "1980-05-05", "Z251", "NGYXXX80E05Z251"},
	} {
		got, err := cf.Compute(cf.Identity{Surname: c.surname, Name: c.name, Female: c.female, Birth: day(c.birth), Place: c.place})
		if err != nil || !strings.HasPrefix(string(got), c.want) {
			t.Errorf("%s %s: %s %v, want %s", c.surname, c.name, got, err, c.want)
		}
		if err := cf.Check(string(got)); err != nil {
			t.Errorf("%s %s: %v", c.surname, c.name, err)
		}
	}
	for _, c := range []struct {
		id   cf.Identity
		want error
	}{
		{cf.Identity{Surname: "王", Birth: day("1980-01-01"), Place: "Z210"}, cf.ErrNames},
		{cf.Identity{Surname: "Rossi", Place: "H501"}, cf.ErrBirth},
		{cf.Identity{Surname: "Rossi", Birth: day("1899-12-31"), Place: "H501"}, cf.ErrBirth},
		{cf.Identity{Surname: "Rossi", Birth: day("1980-01-01"), Place: "H50"}, cf.ErrPlace},
		{cf.Identity{Surname: "Rossi", Birth: day("1980-01-01"), Place: "H5O1"}, cf.ErrPlace},
	} {
		if got, err := cf.Compute(c.id); !errors.Is(err, c.want) || got != "" {
			t.Errorf("%+v: %q %v, want %v", c.id, got, err, c.want)
		}
	}
}

func TestBirthDates(t *testing.T) {
	now := day("2026-11-23")
	for first, want := range map[string][]string{
		"RSSMRA85T10A562": {"1985-12-10"},
		"RSSMRA20A01A562": {"2020-01-01", "1920-01-01"}, // an infant is likelier than a centenarian
		"RSSMRA26S23A562": {"2026-11-23", "1926-11-23"}, // born today
		"RSSMRA26S24A562": {"1926-11-24"},
		"RSSMRA10S22A562": {"2010-11-22"}, // 116 and a day
		"RSSMRA11S24A562": {"2011-11-24", "1911-11-24"},
		"RSSMRA00B29H501": {"2000-02-29"},
	} {
		p := parse(t, withLetter(t, first))
		got := cf.BirthDates(p, now)
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", first, got, want)
			continue
		}
		for i := range got {
			if got[i].Format(time.DateOnly) != want[i] {
				t.Errorf("%s: %v, want %v", first, got, want)
			}
		}
	}
}

func TestPlaceOf(t *testing.T) {
	a, err := load()
	if err != nil {
		t.Fatal(err)
	}
	now := day("2026-11-23")
	for _, c := range []struct {
		first, name string
		match       territory.Match
		foreign     bool
		ceased      bool
	}{
		{"RSSMRA85T10H501", "ROMA", territory.Certain, false, false},
		{"RSSMRA85T10HRLM", "ROMA", territory.Certain, false, false},  // omocodia undone
		{"RSSMRA85T10F704", "MONZA", territory.Certain, false, true},  // in the province of Milan, then
		{"RSSMRA85T10H521", "RONAGO", territory.Certain, false, true}, // merged in 2024
		{"RSSMRA50T10M435", "UGGIATE CON RONAGO", territory.Implausible, false, false},
		{"RSSMRA35E05A134", "ALBAREDO ARNABOLDI", territory.Plausible, false, true}, // while it was suppressed
		{"RSSMRA80E05Z110", "FRANCIA", territory.Certain, true, false},
		{"RSSMRA80E05Z135", "UNIONE DELLE REPUBBLICHE SOCIALISTE SOVIETICHE", territory.Certain, true, true},
		{"RSSMRA95E05Z135", "UNIONE DELLE REPUBBLICHE SOCIALISTE SOVIETICHE", territory.Plausible, true, true},
		{"RSSMRA85T10Y999", "", territory.Unknown, false, false},
		{"RSSMRA85T10Z999", "", territory.Unknown, false, false},
	} {
		place, match := cf.PlaceOf(parse(t, withLetter(t, c.first)), a, now)
		if match != c.match || place.Name() != c.name || place.Foreign != c.foreign || place.Ceased != c.ceased {
			t.Errorf("%s: %s %v foreign %v ceased %v", c.first, place.Name(), match, place.Foreign, place.Ceased)
		}
	}
	if place, match := cf.PlaceOf(parse(t, "12345678903"), a, now); match != territory.Unknown || place.Known() {
		t.Errorf("provisional: %v %v", place, match)
	}
}

func TestCompare(t *testing.T) {
	p := parse(t, "RSSMRA85T10A562S")
	base := cf.Identity{Surname: "Rossi", Name: "Mario", Birth: day("1985-12-10"), Place: "A562"}
	with := func(change func(*cf.Identity)) cf.Identity {
		id := base
		change(&id)
		return id
	}
	for what, c := range map[string]struct {
		id   cf.Identity
		want cf.Agreement
	}{
		"all": {base, cf.Agreement{cf.Certain, cf.Certain, cf.Certain, cf.Certain, cf.Certain}},
		"second name not counted": {
			with(func(i *cf.Identity) { i.Name = "Mario Luigi" }),
			cf.Agreement{cf.Certain, cf.Plausible, cf.Certain, cf.Certain, cf.Certain},
		},
		"surname of the husband added": {
			with(func(i *cf.Identity) { i.Surname = "Rossi-Bianchi" }),
			cf.Agreement{cf.Certain, cf.Certain, cf.Certain, cf.Certain, cf.Certain},
		},
		"another surname": {
			with(func(i *cf.Identity) { i.Surname = "Bianchi" }),
			cf.Agreement{cf.Wrong, cf.Certain, cf.Certain, cf.Certain, cf.Certain},
		},
		"exchanged names": {
			with(func(i *cf.Identity) { i.Surname, i.Name = i.Name, i.Surname }),
			cf.Agreement{cf.Plausible, cf.Plausible, cf.Certain, cf.Certain, cf.Certain},
		},
		"another day": {
			with(func(i *cf.Identity) { i.Birth = day("1985-12-11") }),
			cf.Agreement{cf.Certain, cf.Certain, cf.Wrong, cf.Certain, cf.Certain},
		},
		"another year": {
			with(func(i *cf.Identity) { i.Birth = day("1986-12-10") }),
			cf.Agreement{cf.Certain, cf.Certain, cf.Wrong, cf.Certain, cf.Certain},
		},
		"a woman": {
			with(func(i *cf.Identity) { i.Female = true }),
			cf.Agreement{cf.Certain, cf.Certain, cf.Certain, cf.Wrong, cf.Certain},
		},
		"another place": {
			with(func(i *cf.Identity) { i.Place = "H501" }),
			cf.Agreement{cf.Certain, cf.Certain, cf.Certain, cf.Certain, cf.Wrong},
		},
		"nothing": {cf.Identity{}, cf.Agreement{}},
	} {
		got := cf.Compare(p, c.id)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", what, got, c.want)
		}
	}
	if got := cf.Compare(p, with(func(i *cf.Identity) { i.Place = "H501" })).Overall(); got != cf.Wrong {
		t.Errorf("overall %v", got)
	}
	if got := (cf.Agreement{}).Overall(); got != cf.Unstated {
		t.Errorf("overall of nothing %v", got)
	}
	muller := parse(t, withLetter(t, "MLLRSL80E45Z112"))
	if got := cf.Compare(muller, cf.Identity{Surname: "Müller", Name: "Ursula"}); got.Surname != cf.Certain || got.Name != cf.Certain {
		t.Errorf("Müller: %+v", got)
	}
	// LÜ: LUX by the plain letter, LUE as passports write it.
	lu := parse(t, withLetter(t, "LUESNA80E45Z112"))
	if got := cf.Compare(lu, cf.Identity{Surname: "Lü", Name: "Sena"}); got.Surname != cf.Plausible {
		t.Errorf("Lü: %+v", got)
	}
	if got := cf.Compare(parse(t, "12345678903"), base); got != (cf.Agreement{}) {
		t.Errorf("provisional: %+v", got)
	}
}

var identity = rapid.Custom(func(t *rapid.T) cf.Identity {
	name := rapid.StringMatching(`[A-Za-zàèéìòùüßŠ' -]{0,12}[A-Z][a-z]{0,8}`)
	return cf.Identity{
		Surname: name.Draw(t, "surname"), Name: name.Draw(t, "name"), Female: rapid.Bool().Draw(t, "female"),
		Birth: day("1900-01-01").AddDate(0, 0, rapid.IntRange(0, 73048).Draw(t, "days")),
		Place: rapid.StringMatching(`[A-MZ][0-9]{3}`).Draw(t, "place"),
	}
})

func computed(t *rapid.T) (cf.Identity, cf.Parsed) {
	id := identity.Draw(t, "identity")
	code, err := cf.Compute(id)
	if err != nil {
		t.Fatal(err)
	}
	p, err := cf.Parse(string(code))
	if err != nil {
		t.Fatalf("a computed code does not parse: %v", err)
	}
	return id, p
}

func TestComputeThenParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id, p := computed(t)
		if a := cf.Compare(p, id); a != (cf.Agreement{cf.Certain, cf.Certain, cf.Certain, cf.Certain, cf.Certain}) {
			t.Fatalf("the identity does not agree with its own code: %+v", a)
		}
		found := false
		for _, b := range cf.BirthDates(p, day("2100-01-01").AddDate(-80, 0, 0)) {
			found = found || b.Equal(id.Birth)
		}
		if !found && id.Birth.Before(day("2020-01-01")) && id.Birth.After(day("1905-01-01")) {
			t.Fatal("the birth date is not among the plausible ones")
		}
		if p.Omocodia != 0 || p.Canonical != p.Code {
			t.Fatalf("a computed code is an omocode: %+v", p)
		}
	})
}

func TestOmocodesAreEquivalent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p := computed(t)
		omo := rapid.SampledFrom(cf.Omocodes(p.Code)).Draw(t, "omocode")
		q, err := cf.Parse(string(omo))
		if err != nil {
			t.Fatal(err)
		}
		if !p.Code.Equivalent(omo) || q.Canonical != p.Code || q.Omocodia == 0 || q.Place != p.Place || q.Day != p.Day || q.Female != p.Female {
			t.Fatalf("omocode reads otherwise: %+v %+v", p, q)
		}
	})
}

// The tables of values are bijections, so one letter for another letter, or one
// digit for another digit, never goes unnoticed.
func TestSubstitutionsAreCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p := computed(t)
		b := []byte(p.Code)
		i := rapid.IntRange(0, 15).Draw(t, "position")
		alphabet := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		if b[i] >= '0' && b[i] <= '9' {
			alphabet = "0123456789"
		}
		c := rapid.SampledFrom([]byte(alphabet)).Draw(t, "character")
		if c == b[i] {
			t.Skip()
		}
		b[i] = c
		if cf.Check(string(b)) == nil {
			t.Fatalf("a substitution at %d goes unnoticed", i)
		}
	})
}

// Whatever is typed of a code is a beginning of it.
func TestPrefixesAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p := computed(t)
		n := rapid.IntRange(0, 16).Draw(t, "length")
		if got := cf.Partial(strings.ToLower(string(p.Code[:n]))); !got.Valid || got.Complete != (n == 16) {
			t.Fatalf("%d characters: %+v", n, got)
		}
	})
}
