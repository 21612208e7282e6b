package sim

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"indagor/app/codicefiscale"

	"pgregory.net/rapid"
)

func newTestSim(t testing.TB, cfg Config) *Sim {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var testDay = Date(20261118)

func TestIDPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		index := rapid.Uint64Range(0, idCount-1).Draw(t, "index")
		id := encodeID(seed, index)
		back, ok := decodeID(seed, id)
		if !ok || back != index {
			t.Fatalf("decodeID(%q) = %d, %v; want %d", id, back, ok, index)
		}
	})
	for _, bad := range []string{"", "AF41450A", "AF4145XAS", "af41450AS", "RE03592S1"} {
		if _, ok := decodeID(1, bad); ok {
			t.Errorf("decodeID(%q) accepted", bad)
		}
	}
}

func TestLayout(t *testing.T) {
	l := newLayout()
	if len(l.kind) != 100 {
		t.Fatalf("%d households in a block, want 100", len(l.kind))
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, 10_000_000).Draw(t, "i")
		house, slot := l.of(i)
		if got := l.index(house, slot); got != i || slot >= kindSize[l.kindOf(house)] {
			t.Fatalf("of(%d) = %d, %d; index gives %d", i, house, slot, got)
		}
	})
}

func TestDigitsInvert(t *testing.T) {
	s := newTestSim(t, Config{Seed: 5, Population: 3_000_000})
	p := s.people
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.IntRange(0, p.lastR).Draw(t, "r")
		slot := rapid.IntRange(0, maxMembers-1).Draw(t, "slot")
		name, day := p.digits(r, slot)
		if got, ok := p.digitsBack(name, day, slot); !ok || got != r {
			t.Fatalf("digitsBack = %d, %v; want %d", got, ok, r)
		}
		house := rapid.IntRange(0, p.houses-1).Draw(t, "house")
		sigma, r2 := p.split(house)
		if p.join(sigma, r2) != house {
			t.Fatalf("join(split(%d)) differs", house)
		}
		class := rapid.IntRange(0, maxMembers-1).Draw(t, "class")
		if got := p.classBack(p.classSurname(sigma, r2, class, -1), r2, class, false); got != sigma {
			t.Fatalf("classBack, Italian: %d, want %d", got, sigma)
		}
		if got := p.classBack(p.classSurname(sigma, r2, class, 0), r2, class, true); got != sigma {
			t.Fatalf("classBack, foreign: %d, want %d", got, sigma)
		}
	})
}

// TestFind is the promise of the population: everyone is found by his id and
// by his code, and is the same person each time.
func TestFind(t *testing.T) {
	for _, size := range []int{200, 200_000, 2_000_000} {
		s := newTestSim(t, Config{Seed: 42, Population: size})
		other := newTestSim(t, Config{Seed: 42, Population: size})
		rapid.Check(t, func(t *rapid.T) {
			i := rapid.IntRange(0, s.Len()-1).Draw(t, "i")
			p := s.Person(i)
			if p.Index != i {
				t.Fatalf("Person(%d).Index = %d", i, p.Index)
			}
			if !reflect.DeepEqual(p, other.Person(i)) {
				t.Fatalf("person %d differs between two simulators of one seed", i)
			}
			if got := s.ByID(p.IDANPR); got == nil || got.Index != i {
				t.Fatalf("ByID(%s) = %v, want %d", p.IDANPR, got, i)
			}
			if p.Second != "" {
				if got := s.ByID(p.Second); got == nil || got.Index != i {
					t.Fatalf("ByID(%s) = %v, want %d", p.Second, got, i)
				}
			}
			found := s.ByCF(p.CF)
			if len(found) != 1 || found[0].Index != i {
				t.Fatalf("ByCF(%s) = %d persons, want only %d", p.CF, len(found), i)
			}
			if err := codicefiscale.Check(p.CF); err != nil {
				t.Fatalf("%s: %v", p.CF, err)
			}
		})
	}
}

// TestCodesUnique goes through a whole small register.
func TestCodesUnique(t *testing.T) {
	s := newTestSim(t, Config{Seed: 3, Population: 20_000})
	codes, ids := make(map[string]int), make(map[string]int)
	omocodes := 0
	for p := range s.People(nil) {
		if j, twice := codes[p.CF]; twice {
			t.Errorf("%d and %d share %s", j, p.Index, p.CF)
		}
		codes[p.CF] = p.Index
		for _, id := range []string{p.IDANPR, p.Second} {
			if id == "" {
				continue
			}
			if j, twice := ids[id]; twice {
				t.Errorf("%d and %d share %s", j, p.Index, id)
			}
			ids[id] = p.Index
		}
		if parsed, err := codicefiscale.Parse(p.CF); err != nil {
			t.Errorf("%s: %v", p.CF, err)
		} else if parsed.Omocodia > 0 {
			omocodes++
		}
	}
	if omocodes == 0 {
		t.Error("no omocode at all, not even that of the cast")
	}
}

// TestOmocodia forces a collision: two sketches with one base code cannot both
// keep it.
func TestOmocodia(t *testing.T) {
	s := newTestSim(t, Config{Seed: 1, Population: 2_000_000})
	p := s.people
	for house := range p.houses {
		if kindSize[p.layout.kindOf(house)] < 2 {
			continue
		}
		sk := p.sketch(house)
		for slot := range sk.size {
			base := p.baseCode(&sk.members[slot])
			at := p.find(base)
			if len(at) < 2 {
				continue
			}
			seen := make(map[string]bool)
			for _, x := range at {
				person := p.household(x.house).members[x.slot]
				if seen[person.CF] {
					t.Fatalf("%s given twice", person.CF)
				}
				seen[person.CF] = true
				if !codicefiscale.Code(person.CF).Equivalent(codicefiscale.Code(base)) {
					t.Fatalf("%s is no variant of %s", person.CF, base)
				}
				if found := s.ByCF(person.CF); len(found) != 1 || found[0].Index != person.Index {
					t.Fatalf("ByCF(%s) does not find %d alone", person.CF, person.Index)
				}
			}
			return
		}
	}
	t.Fatal("no two people with one base code in two million: the test shows nothing")
}

// TestCoherence looks at whole households.
func TestCoherence(t *testing.T) {
	s := newTestSim(t, Config{Seed: 7, Population: 1_000_000})
	kinds := make(map[kind]int)
	rapid.Check(t, func(t *rapid.T) {
		house := rapid.IntRange(0, s.people.houses-1).Draw(t, "house")
		kinds[s.people.layout.kindOf(house)]++
		checkHousehold(t, s, s.people.household(house))
	})
	for h := range 300 {
		checkHousehold(t, s, s.people.household(h))
	}
}

type fataler interface {
	Fatalf(string, ...any)
	Helper()
}

func checkHousehold(t fataler, s *Sim, h *household) {
	t.Helper()
	for i, p := range h.members {
		who := p.CF + " " + p.Surname + " " + p.Name
		if p.Birth > 20251231 || p.Birth < 19000101 {
			t.Fatalf("%s born %s", who, p.Birth)
		}
		if p.BirthPlace.Name == "" || p.BirthPlace.ISTAT == "" {
			t.Fatalf("%s has no place of birth: %+v", who, p.BirthPlace)
		}
		if !p.BirthPlace.Foreign() {
			if _, match := s.people.atlas.ComuneAt(p.BirthPlace.Belfiore, p.Birth.Time()); match.String() != "certain" && p.BirthPlace.Belfiore != rome {
				t.Fatalf("%s born on %s in %s: %v", who, p.Birth, p.BirthPlace.Name, match)
			}
		}
		if len(p.Citizenships) == 0 || len(p.Stays) == 0 {
			t.Fatalf("%s lacks citizenship or residence", who)
		}
		if p.Stays[0].From > p.Registered {
			t.Fatalf("%s is registered on %s and resides since %s", who, p.Registered, p.Stays[0].From)
		}
		for j, st := range p.Stays {
			if j > 0 && st.From <= p.Stays[j-1].From {
				t.Fatalf("%s: residences out of order: %s after %s", who, st.From, p.Stays[j-1].From)
			}
			if st.Comune.Name == "" {
				t.Fatalf("%s: residence without a place", who)
			}
			if p.Dead != 0 && st.From > p.Dead {
				t.Fatalf("%s moves after death", who)
			}
		}
		if p.Dead != 0 && p.Dead < p.Birth.yearsLater(18) {
			t.Fatalf("%s dies on %s, born on %s", who, p.Dead, p.Birth)
		}
		for _, u := range p.Unions {
			if u.Start < p.Birth.yearsLater(17) || u.End != UnionLasts && u.Ended <= u.Start {
				t.Fatalf("%s: union from %s to %s, born on %s", who, u.Start, u.Ended, p.Birth)
			}
			if q := s.Person(u.Partner.Index); u.Partner.Index >= 0 {
				if q.CF != u.Partner.CF || q.Unions[0].Partner.CF != p.CF || q.Unions[0].Start != u.Start {
					t.Fatalf("%s: the union is not mutual", who)
				}
				if u.Civil != (q.Sex == p.Sex) {
					t.Fatalf("%s: sexes do not fit the union", who)
				}
				if u.End == UnionDeath && q.Dead != u.Ended {
					t.Fatalf("%s is widowed on %s, the other died on %s", who, u.Ended, q.Dead)
				}
			}
		}
		for _, parent := range []*Ref{p.Father, p.Mother} {
			if parent == nil {
				continue
			}
			if gap := p.Birth.Year() - parent.Birth.Year(); gap < 15 || gap > 60 {
				t.Fatalf("%s born %s, parent born %s", who, p.Birth, parent.Birth)
			}
		}
		if p.role == roleChild {
			if (p.Father == nil || p.Surname != p.Father.Surname) && (p.Mother == nil || p.Surname != p.Mother.Surname) {
				t.Fatalf("%s has neither parent's surname", who)
			}
		}
		checkFamily(t, s, h, i)
	}
}

// checkFamily: everyone in a family sees the same family, at one address.
func checkFamily(t fataler, s *Sim, h *household, i int) {
	t.Helper()
	p := h.members[i]
	for _, day := range []Date{20100615, 20200101, testDay} {
		links := h.familyAt(p, day)
		if p.role == roleGuest && len(links) == 1 && links[0].Type == "4" {
			continue
		}
		heads := 0
		mine := false
		for _, l := range links {
			if l.Code == "1" {
				heads++
			}
			mine = mine || l.Person == p
			if l.Code == "99" {
				t.Fatalf("%s: no tie between %s and the head", day, l.Person.CF)
			}
			a, b := l.Person.StayAt(day), p.StayAt(day)
			if a.Street != b.Street || a.Number != b.Number || a.Comune != b.Comune {
				t.Fatalf("%s: %s and %s are a family at two addresses", day, p.CF, l.Person.CF)
			}
			other := h.familyAt(l.Person, day)
			if len(other) != len(links) {
				t.Fatalf("%s: %s sees %d members, %s sees %d", day, p.CF, len(links), l.Person.CF, len(other))
			}
		}
		alive := p.KnownAt(day) && p.AliveAt(day) && p.Cancelled == 0
		if alive != (len(links) > 0) || alive && (heads != 1 || !mine) {
			t.Fatalf("%s: family of %s has %d members, %d heads", day, p.CF, len(links), heads)
		}
	}
}

// TestVariety: every thing worth showing occurs, and the own Comune has its
// share.
func TestVariety(t *testing.T) {
	s := newTestSim(t, Config{Seed: 11, Population: 30_000})
	seen := make(map[string]int)
	total, here := 0, 0
	for p := range s.People(nil) {
		total++
		st := p.StayAt(testDay)
		if st != nil && st.Comune.ISTAT == "036030" {
			here++
		}
		seen["marital "+p.MaritalAt(testDay)]++
		for name, is := range map[string]bool{
			"AIRE": p.AbroadAt(testDay), "dead": p.Dead != 0, "dead without date": p.Dead != 0 && !p.DeathDated,
			"cancelled": p.Cancelled != 0, "duplicate": p.Second != "", "foreigner": p.Citizenships[0].ISTAT != "100",
			"naturalised": len(p.Citizenships) > 1, "born abroad": p.BirthPlace.Foreign(), "moved": len(p.Stays) > 2,
			"minor": p.Birth > 20081118, "convivenza": p.role == roleGuest, "not validated": p.Validity == "9",
			"born in a Comune that ceased": !p.BirthPlace.Foreign() && ceased(s, p.BirthPlace.Belfiore),
		} {
			if is {
				seen[name]++
			}
		}
		for _, l := range s.people.homesOf(p).familyAt(p, testDay) {
			seen["tie "+l.Type+"/"+l.Code]++
		}
	}
	for _, want := range []string{
		"marital 1", "marital 2", "marital 3", "marital 4", "marital 6", "marital 7", "marital 8",
		"AIRE", "dead", "dead without date", "cancelled", "duplicate", "foreigner", "naturalised", "born abroad", "moved",
		"minor", "convivenza", "not validated", "born in a Comune that ceased",
		"tie 3/1", "tie 3/2", "tie 3/3", "tie 3/6", "tie 3/23", "tie 3/28", "tie 4/1", "tie 4/2", "tie 5/1", "tie 5/2", "tie 5/3",
	} {
		if seen[want] == 0 {
			t.Errorf("nobody is %q", want)
		}
	}
	if share := float64(here) / float64(total); share < 0.34 || share > 0.46 {
		t.Errorf("%.0f%% live in the own Comune, want about 40%%", 100*share)
	}
	t.Logf("%d persons, %d in the own Comune: %v", total, here, seen)
}

func ceased(s *Sim, belfiore string) bool {
	periods := s.people.atlas.Comuni(belfiore)
	return periods[len(periods)-1].Ceased()
}

// homesOf is the household of a person, for the tests.
func (p *population) homesOf(x *Person) *household {
	_, h := p.person(x.Index)
	for i, m := range h.members {
		if m.Index == x.Index {
			h.members[i] = x
		}
	}
	return h
}

func TestCast(t *testing.T) {
	for _, seed := range []uint64{0, 1, 99} {
		s := newTestSim(t, Config{Seed: seed, Population: 500_000})
		keys := make(map[string]bool)
		for _, c := range Cast() {
			if keys[c.Key] || c.Key == "" || c.Special == "" {
				t.Errorf("character %q: key repeated or nothing said", c.Key)
			}
			keys[c.Key] = true
			parsed, err := codicefiscale.Parse(c.CF)
			if err != nil {
				t.Errorf("%s: %s: %v", c.Key, c.CF, err)
				continue
			}
			if at := s.people.find(string(parsed.Canonical)); len(at) != 0 {
				t.Errorf("%s: the code %s is also that of generated persons %v", c.Key, c.CF, at)
			}
			found := s.ByCF(c.CF)
			if c.IDANPR == "" {
				if len(found) != 0 {
					t.Errorf("%s should not be registered", c.Key)
				}
				continue
			}
			if len(found) != 1 || found[0].IDANPR != c.IDANPR || found[0].Second != c.Second {
				t.Errorf("%s: ByCF(%s) = %v", c.Key, c.CF, found)
				continue
			}
			p := s.ByID(c.IDANPR)
			if p != found[0] {
				t.Errorf("%s: ByID and ByCF differ", c.Key)
			}
			if n, ok := decodeID(seed, c.IDANPR); ok && n < uint64(s.people.count) {
				t.Errorf("%s: the id %s is also that of a generated person", c.Key, c.IDANPR)
			}
			if c.Key == "marca" {
				continue // her code says another sex, on purpose
			}
			if want := computeCF(p.Surname, p.Name, p.Female(), p.Birth, p.BirthPlace.Belfiore); want != string(parsed.Canonical) {
				t.Errorf("%s: names and birth give %s, the code is %s", c.Key, want, c.CF)
			}
		}
	}
}

// TestLazyStart: a register of millions is not made at the start.
func TestLazyStart(t *testing.T) {
	allocations := func(population int) float64 {
		return testing.AllocsPerRun(3, func() {
			if _, err := New(Config{Seed: 1, Population: population}); err != nil {
				t.Fatal(err)
			}
		})
	}
	small, large := allocations(1_000), allocations(20_000_000)
	if large > small*1.01+100 {
		t.Errorf("New allocates %.0f times for a thousand persons, %.0f for twenty million", small, large)
	}
	s := newTestSim(t, Config{Seed: 1, Population: 20_000_000})
	if s.Len() < 20_000_000 {
		t.Fatalf("Len = %d", s.Len())
	}
	last := s.Person(s.Len() - 1)
	if got := s.ByCF(last.CF); len(got) != 1 || got[0].Index != last.Index {
		t.Errorf("the last of twenty million is not found by code")
	}
	if _, err := New(Config{Population: 2_000_000_000}); err == nil {
		t.Error("a population beyond the names is accepted")
	}
	if _, err := New(Config{Body: "999999"}); err == nil {
		t.Error("an unknown own Comune is accepted")
	}
}

func TestDate(t *testing.T) {
	for _, bad := range []string{"", "2026-1-1", "2026-13-01", "2026-02-29", "0000-01-01", "2026/01/01", "2026-04-31", "20260101xx"} {
		if d, err := ParseDate(bad); err == nil {
			t.Errorf("ParseDate(%q) = %v", bad, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		day := DateOf(time.Unix(rapid.Int64Range(-3e9, 4e9).Draw(t, "seconds"), 0).UTC())
		if back, err := ParseDate(day.String()); err != nil || back != day || DateOf(day.Time()) != day {
			t.Fatalf("%v does not come back: %v, %v", day, back, err)
		}
		raw, _ := json.Marshal(day)
		var again Date
		if err := json.Unmarshal(raw, &again); err != nil || again != day {
			t.Fatalf("JSON of %v gives %v, %v", day, again, err)
		}
	})
}

func BenchmarkPerson(b *testing.B) {
	s := newTestSim(b, Config{Seed: 1, Population: 2_000_000})
	for i := 0; b.Loop(); i++ {
		s.Person(i * 7919 % s.Len())
	}
}

func BenchmarkByCF(b *testing.B) {
	s := newTestSim(b, Config{Seed: 1, Population: 2_000_000})
	var codes []string
	for i := range 1000 {
		codes = append(codes, s.Person(i*7919%s.Len()).CF)
	}
	for i := 0; b.Loop(); i++ {
		s.ByCF(codes[i%len(codes)])
	}
}
