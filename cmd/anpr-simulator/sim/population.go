package sim

import (
	"fmt"
	"strconv"
	"time"

	"indagor/app/codicefiscale"
	"indagor/app/territory"
)

// population is the register. The first persons are the fixed ones; after
// them come the generated ones, none of whom is kept.
type population struct {
	seed   uint64
	atlas  *territory.Atlas
	words  *lexicon
	layout *layout
	body   string // cadastral code of the own Comune
	houses int    // generated households
	count  int    // generated persons

	cities, living, all []string // cadastral codes: big cities, in being, ever

	// Constants of the numbering; see digits.
	codes, stride, strideBack, slotStep, lastR int

	fixed   []*Person
	homes   []*household // of the fixed persons
	fixedID map[string]int
	fixedCF map[string][]int
}

// Big cities, where more people live and are born.
var cityCodes = []string{
	"H501", "F205", "F839", "L219", "G273", "D969", "A944", "D612", "A662", "C351", "L736", "L781", "F158", "G224", "L424", "B157",
	"G337", "F257", "H223", "H199", "B354", "D643", "H294", "L682", "A271", "A345", "G942", "C352", "A952", "L378",
}

func newPopulation(seed uint64, wanted int, body string, atlas *territory.Atlas) (*population, error) {
	p := &population{seed: seed, atlas: atlas, words: newLexicon(), layout: newLayout()}
	for _, c := range atlas.ByISTAT(body) {
		if !c.Ceased() {
			p.body = c.Belfiore
		}
	}
	if p.body == "" {
		return nil, fmt.Errorf("sim: no Comune in being has ISTAT code %q", body)
	}
	for _, code := range cityCodes {
		if code != p.body {
			p.cities = append(p.cities, code)
		}
	}
	for letter := byte('A'); letter <= 'M'; letter++ {
		for n := range 1000 {
			code := string([]byte{letter, byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
			periods := atlas.Comuni(code)
			if len(periods) == 0 {
				continue
			}
			p.all = append(p.all, code)
			if last := periods[len(periods)-1]; !last.Ceased() && code != p.body {
				p.living = append(p.living, code)
			}
		}
	}
	if len(p.living) == 0 {
		return nil, fmt.Errorf("sim: the territorial tables have no Comune beside %s", body)
	}

	for p.count < wanted {
		p.houses++
		p.count = p.layout.index(p.houses, 0)
	}
	n := len(p.words.men)
	p.codes = n * yearDays
	p.slotStep = n / (maxMembers + 1)
	p.stride = p.codes*5/13 | 1
	for gcd(p.stride, p.codes) != 1 {
		p.stride += 2
	}
	p.strideBack = inverse(p.stride, p.codes)
	if p.houses > 0 {
		p.lastR = (p.houses - 1) / len(p.words.surnames)
	}
	if p.lastR >= p.codes {
		return nil, fmt.Errorf("sim: a population of %d is more than the %d households the names allow",
			wanted, p.codes*len(p.words.surnames))
	}
	return p, p.makeFixed()
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// inverse of a modulo m, both coprime.
func inverse(a, m int) int {
	t, next := 0, 1
	r, rest := m, a%m
	for rest != 0 {
		q := r / rest
		t, next = next, t-q*next
		r, rest = rest, r-q*rest
	}
	return (t%m + m) % m
}

// len is how many positions there are.
func (p *population) len() int { return len(p.fixed) + p.count }

// person returns one position and its household; nil outside the range.
func (p *population) person(i int) (*Person, *household) {
	if i < 0 || i >= p.len() {
		return nil, nil
	}
	if i < len(p.fixed) {
		return p.fixed[i], p.homes[i]
	}
	house, slot := p.layout.of(i - len(p.fixed))
	h := p.household(house)
	return h.members[slot], h
}

// indexOf is the index of a generated person in the register.
func (p *population) indexOf(house, slot int) int {
	return len(p.fixed) + p.layout.index(house, slot)
}

// byID finds a national id. second is true for the second position of a
// duplicated person.
func (p *population) byID(id string) (person *Person, home *household, second bool) {
	if i, ok := p.fixedID[id]; ok {
		person, home = p.person(i)
		return person, home, person.Second == id
	}
	n, ok := decodeID(p.seed, id)
	if !ok {
		return nil, nil, false
	}
	if n >= secondPosition {
		if n -= secondPosition; n >= uint64(p.count) {
			return nil, nil, false
		}
		person, home = p.person(len(p.fixed) + int(n))
		if person.Second != id {
			return nil, nil, false
		}
		return person, home, true
	}
	if n >= uint64(p.count) {
		return nil, nil, false
	}
	person, home = p.person(len(p.fixed) + int(n))
	return person, home, false
}

// byCF finds the persons with exactly this code; as a rule one or none.
func (p *population) byCF(code string) []*Person {
	var out []*Person
	for _, i := range p.fixedCF[code] {
		out = append(out, p.fixed[i])
	}
	parsed, err := codicefiscale.Parse(code)
	if err != nil || parsed.Provisional {
		return out
	}
	base := string(parsed.Canonical)
	for _, at := range p.find(base) {
		person := p.household(at.house).members[at.slot]
		if person.CF == code {
			out = append(out, person)
		}
	}
	return out
}

// position is a generated person's place in the numbering.
type position struct{ house, slot int }

// surnameClasses are the classes of surname each slot can have.
var surnameClasses = [maxMembers][]int{{0}, {0, 1}, {0, 1, 2}, {0, 1, 2, 3}, {0, 1, 2, 4}, {0, 1, 2, 5}}

// find lists the generated persons whose code without omocodia is the given
// one, in the order of their indexes.
func (p *population) find(base string) []position {
	parts, err := codicefiscale.Parse(base)
	if err != nil || parts.Provisional {
		return nil
	}
	day, ok := dayOf(NewDate(2000, int(parts.Month), parts.Day))
	if !ok {
		return nil
	}
	return p.locate(parts.Surname, parts.Name, parts.Female, day, func(m *sketchMember) bool {
		return p.baseCode(m) == base
	})
}

// findNames lists the generated persons of a name, sex and day of birth.
func (p *population) findNames(surname, name string, female bool, birth Date) []position {
	day, ok := dayOf(birth)
	if !ok {
		return nil
	}
	return p.locate(surnameLetters(surname), nameLetters(name), female, day, func(m *sketchMember) bool {
		return m.birth == birth && m.female == female && same(m.surname, surname) && same(m.name, name)
	})
}

// locate undoes the numbering: the letters of the surname give σ, first name
// and day of the year give r for each slot, and the few households that remain
// are sketched and looked at.
func (p *population) locate(surname, name string, female bool, day int, accept func(*sketchMember) bool) []position {
	index, foreign := p.words.manIndex, p.words.foreignMan
	if female {
		index, foreign = p.words.womanIndex, p.words.foreignWoman
	}
	var out []position
	try := func(name, sigma, slot int, abroad bool) {
		r, ok := p.digitsBack(name, day, slot)
		if !ok {
			return
		}
		for _, class := range surnameClasses[slot] {
			house := p.join(p.classBack(sigma, r, class, abroad), r)
			if house >= p.houses || kindSize[p.layout.kindOf(house)] <= slot {
				continue
			}
			if accept(&p.sketch(house).members[slot]) {
				out = addPosition(out, position{house, slot})
			}
		}
	}
	for slot := range maxMembers {
		for _, sigma := range p.words.surnameIndex[surname] {
			for _, n := range index[name] {
				try(n, sigma, slot, false)
			}
		}
		period := len(p.words.nations) * surnamesOfNation
		for _, j := range p.words.foreignIndex[surname] {
			for sigma := j; sigma < len(p.words.surnames); sigma += period {
				for _, k := range foreign[name] {
					for n := k; n < len(p.words.men); n += namesOfNation {
						try(n, sigma, slot, true)
					}
				}
			}
		}
	}
	return out
}

// addPosition keeps positions in order and without repetition.
func addPosition(list []position, at position) []position {
	i := 0
	for i < len(list) && (list[i].house < at.house || list[i].house == at.house && list[i].slot < at.slot) {
		i++
	}
	if i < len(list) && list[i] == at {
		return list
	}
	list = append(list, position{})
	copy(list[i+1:], list[i:])
	list[i] = at
	return list
}

// baseCode is the code of a sketched person without omocodia.
func (p *population) baseCode(m *sketchMember) string {
	return computeCF(m.surname, m.name, m.female, m.birth, m.place)
}

func computeCF(surname, name string, female bool, birth Date, place string) string {
	code, err := codicefiscale.Compute(codicefiscale.Identity{
		Surname: surname, Name: name, Female: female, Birth: birth.Time(), Place: place,
	})
	if err != nil {
		// The lists have letters, the births are of this century and the last.
		panic(fmt.Sprintf("sim: %s %s, %s, %s: %v", surname, name, birth, place, err))
	}
	return string(code)
}

// code is the code of a generated person: when several share the base, the
// Agenzia delle Entrate changes digits into letters for all but the first.
func (p *population) code(m *sketchMember, at position) string {
	base := p.baseCode(m)
	for rank, other := range p.find(base) {
		if other == at && rank > 0 {
			if variants := codicefiscale.Omocodes(codicefiscale.Code(base)); rank <= len(variants) {
				return omocode(base, variants, rank)
			}
		}
	}
	return base
}

// omocode picks the rank-th of the variants that differ from the base.
func omocode(base string, variants []codicefiscale.Code, rank int) string {
	for _, v := range variants {
		if string(v) == base {
			continue
		}
		if rank--; rank == 0 {
			return string(v)
		}
	}
	return base
}

// comuneAt is a Comune as it was on a day.
func (p *population) comuneAt(code string, day Date) Place {
	c, _ := p.atlas.ComuneAt(code, day.Time())
	return Place{Belfiore: code, Name: c.Name, ISTAT: c.ISTAT, Province: c.Province}
}

// placeAt is a place of birth: a Comune on a day, or a foreign state.
func (p *population) placeAt(code string, day Date) Place {
	if code[0] != 'Z' {
		return p.comuneAt(code, day)
	}
	state, _ := p.atlas.State(code)
	place := Place{Belfiore: code, Name: state.Name, ISTAT: state.ISTAT, State: state.Name}
	for _, city := range foreignCities {
		if city.belfiore == code {
			place.Name = city.name
		}
	}
	return place
}

// Person returns a position of the register by its number, from 0 to Len-1;
// nil outside. The person is the caller's own, unless he belongs to the fixed
// ones: treat all of them as read-only.
func (s *Sim) Person(i int) *Person {
	p, _ := s.people.person(i)
	return p
}

// Len is the number of persons in the register.
func (s *Sim) Len() int { return s.people.len() }

// ByCF returns the persons with exactly this codice fiscale, as a rule one or
// none.
func (s *Sim) ByCF(cf string) []*Person { return s.people.byCF(cf) }

// ByID returns the person with a national id, the second id of a duplicated
// person included, or nil.
func (s *Sim) ByID(id string) *Person {
	p, _, _ := s.people.byID(id)
	return p
}

// Family returns who lives with a person on a day, head of family first;
// empty if the person is dead or not registered then.
func (s *Sim) Family(p *Person, day Date) []Link {
	_, h := s.people.person(p.Index)
	if h == nil {
		return nil
	}
	for _, m := range h.members {
		if m.Index == p.Index {
			return h.familyAt(m, day)
		}
	}
	return nil
}

// People goes through the persons of the register that satisfy a predicate
// (nil: all), in order. Each step generates one household at most.
func (s *Sim) People(keep func(*Person) bool) func(yield func(*Person) bool) {
	return func(yield func(*Person) bool) {
		var h *household
		house := -1
		for i := range s.Len() {
			var p *Person
			if f := len(s.people.fixed); i < f {
				p = s.people.fixed[i]
			} else {
				n, slot := s.people.layout.of(i - f)
				if n != house {
					house, h = n, s.people.household(n)
				}
				p = h.members[slot]
			}
			if (keep == nil || keep(p)) && !yield(p) {
				return
			}
		}
	}
}

// today is the current day in Rome.
func (s *Sim) today(now time.Time) Date { return DateOf(now.In(s.rome)) }

func cardOf(index int) string { return strconv.Itoa(2_000_000 + index) }
