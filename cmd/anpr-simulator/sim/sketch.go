package sim

import "indagor/app/territory"

// sketch draws the outline of a household: who is in it, their births and the
// dates that shape their lives.
func (p *population) sketch(house int) *sketch {
	c := choice{key: mix(p.seed, uint64(house))}
	k := p.layout.kindOf(house)
	sigma, r := p.split(house)
	s := &sketch{house: house, kind: k, size: kindSize[k], nation: -1}

	switch n := c.below(100); {
	case n < 40:
		s.area = areaOwn
	case n < 47 && k <= kindFamily3:
		s.area = areaAbroad
	default:
		s.area = areaElsewhere
	}
	if c.percent(9) && s.area != areaAbroad && k != kindConvivenza {
		s.nation = p.words.nationOf(sigma)
	}
	s.comune = p.body
	if s.area != areaOwn {
		s.comune = p.somewhere(&c)
	}
	s.city = c.below(len(foreignCities))
	p.years(s, &c)
	for i := range s.size {
		m := &s.members[i]
		name, day := p.digits(r, i)
		m.birth = dateOf(int(m.birth), day) // until here it held the year alone
		m.name = p.words.name(name, m.female, s.nation)
		m.surname = p.words.surname(p.classSurname(sigma, r, m.class, s.nation), s.nation)
	}
	p.events(s, &c)
	for i := range s.size {
		m := &s.members[i]
		switch {
		case s.nation >= 0 && m.role != roleChild:
			m.place = p.words.nations[s.nation].state
		case s.abroad != 0 && m.birth >= s.abroad:
			m.place = foreignCities[s.city].belfiore
		default:
			m.place = p.birthPlace(&c, s.comune, m.birth)
		}
	}
	return s
}

// years chooses roles, sexes, surname classes and years of birth.
func (p *population) years(s *sketch, c *choice) {
	set := func(slot int, r role, female bool, class, year int) {
		s.members[slot] = sketchMember{role: r, female: female, class: class, birth: Date(year)}
	}
	low, high := 1935, 1994
	switch s.kind {
	case kindSingle:
		low, high = 1935, 2004
	case kindCouple:
		low, high = 1935, 1995
	case kindFamily1, kindFamily2, kindCohabiting, kindSoleParent:
		low, high = 1962, 1994
	case kindFamily3, kindDivorcedChild:
		low, high = 1962, 1988
	case kindFamily4:
		low, high = 1962, 1984
	case kindUnion, kindUnionEnded, kindUnionWidow:
		low, high = 1955, 1992
	case kindWidow:
		low, high = 1930, 1965
	case kindWidowChild, kindThree:
		low, high = 1960, 1985
	case kindDivorced:
		low, high = 1945, 1990
	case kindDeadSingle:
		low, high = 1920, 1975
	case kindCancelled, kindConvivenza:
		low, high = 1945, 1995
	case kindGrown:
		low, high = 1958, 1972
	}
	first := c.percent(50)
	year := c.between(low, high)
	if s.kind == kindConvivenza {
		for i := range s.size {
			set(i, roleGuest, first, i, c.between(low, high))
		}
		return
	}
	set(0, roleFirst, first, 0, year)
	adults := 1
	youngest := year // of the adults
	switch s.kind {
	case kindSingle, kindDeadSingle, kindCancelled:
		return
	case kindSoleParent:
	default:
		second := year + c.between(-6, 6)
		female := !first
		if s.kind == kindUnion || s.kind == kindUnionEnded || s.kind == kindUnionWidow {
			female = first
		}
		set(1, roleSecond, female, 1, second)
		adults = 2
		youngest = max(year, second)
	}
	children := s.size - adults
	if s.kind == kindThree {
		children--
	}
	if children == 0 {
		return
	}
	// The first child comes when the younger parent is 20 to 31, and early
	// enough for the others and for what happens later.
	latest := lastYear - 4*(children-1)
	switch s.kind {
	case kindWidowChild, kindDivorcedChild:
		latest -= 3
	case kindGrown:
		latest = youngest + 22
	}
	child := youngest + 20 + c.below(min(12, latest-youngest-20+1))
	// The children bear the father's surname, one family in ten the mother's.
	class := 0
	if adults == 2 && first != c.percent(10) {
		class = 1
	}
	for i := range children {
		set(adults+i, roleChild, c.percent(50), class, child)
		child += c.between(2, 4)
	}
	if s.kind == kindThree {
		female := c.percent(80)
		class := 0
		if female {
			class = 2
		}
		set(s.size-1, roleParent, female, class, max(year-c.between(22, 30), 1925))
	}
}

// events chooses the dates of the story.
func (p *population) events(s *sketch, c *choice) {
	a := s.members[0].birth.Year()
	b := a
	if s.size > 1 && s.members[1].role == roleSecond {
		b = s.members[1].birth.Year()
	}
	adult := max(a, b) + 18
	firstChild, lastChild := 0, 0
	for i := range s.size {
		if s.members[i].role == roleChild {
			y := s.members[i].birth.Year()
			if firstChild == 0 {
				firstChild = y
			}
			lastChild = y
		}
	}
	switch s.kind {
	case kindUnion, kindUnionEnded, kindUnionWidow:
		// Civil unions exist since law 76 of 2016.
		s.start = c.day(max(adult, c.between(2017, 2021)))
	case kindSingle, kindDeadSingle, kindCancelled:
		s.start = c.day(min(adult+c.below(12), lastYear-2))
	case kindConvivenza:
		s.start = c.day(c.between(2015, 2024))
	case kindDivorced:
		s.start = c.day(min(adult+c.below(14), 2018))
	default:
		if firstChild != 0 {
			s.start = c.day(max(adult, firstChild-1-c.below(5)))
		} else {
			s.start = c.day(min(adult+2+c.below(14), lastYear-2))
		}
	}
	after := s.start.Year() + 1
	switch s.kind {
	case kindWidow:
		low := max(after+4, 1995)
		s.end = c.day(min(low+c.below(30), lastYear))
	case kindWidowChild:
		s.end = c.day(min(max(after, lastChild+1)+c.below(10), lastYear))
	case kindDivorced:
		s.end = c.day(min(after+1+c.below(14), lastYear))
	case kindDivorcedChild:
		s.end = c.day(min(lastChild+1+c.below(10), lastYear))
	case kindUnionEnded, kindUnionWidow:
		s.end = c.day(min(after+c.below(4), lastYear))
	case kindDeadSingle:
		s.end = c.day(max(after, c.between(2000, lastYear)))
	case kindCancelled:
		s.end = c.day(max(after, c.between(2015, lastYear)))
	case kindGrown:
		s.end = c.day(min(firstChild+c.between(20, 24), lastYear))
	}
	if s.area == areaAbroad {
		s.abroad = c.day(min(max(after, 1990)+c.below(30), lastYear-1))
	}
}

// somewhere draws a Comune in being: half of them a city.
func (p *population) somewhere(c *choice) string {
	if c.percent(50) {
		return p.cities[c.below(len(p.cities))]
	}
	return p.living[c.below(len(p.living))]
}

// birthPlace draws where somebody of a Comune was born: there, in a city, or
// anywhere, also in a Comune that has ceased since.
func (p *population) birthPlace(c *choice, home string, day Date) string {
	for range 8 {
		var code string
		switch n := c.below(100); {
		case n < 50:
			code = home
		case n < 80:
			code = p.cities[c.below(len(p.cities))]
		default:
			code = p.all[c.below(len(p.all))]
		}
		if _, match := p.atlas.ComuneAt(code, day.Time()); match == territory.Certain {
			return code
		}
	}
	return rome
}

const rome = "H501"

// foreignCity is where Italians abroad live.
type foreignCity struct {
	belfiore, istat          string // of the state
	name, county, cap        string
	consulate, consulateName string
	street                   string
}

var foreignCities = []foreignCity{
	{"Z110", "215", "PARIGI", "ILE DE FRANCE", "75001", "2290103", "PARIGI", "RUE DE RIVOLI"},
	{"Z112", "216", "MONACO DI BAVIERA", "BAVIERA", "80331", "2300603", "MONACO DI BAVIERA", "SENDLINGER STRASSE"},
	{"Z114", "219", "LONDRA", "GREATER LONDON", "WC1A 1AA", "2310103", "LONDRA", "HIGH HOLBORN"},
	{"Z103", "206", "BRUXELLES", "BRUXELLES CAPITALE", "1000", "2230100", "BRUXELLES", "RUE DE LA LOI"},
	{"Z133", "241", "ZURIGO", "ZURIGO", "8001", "2500603", "ZURIGO", "BAHNHOFSTRASSE"},
	{"Z600", "602", "BUENOS AIRES", "CAPITAL FEDERAL", "C1043", "2600103", "BUENOS AIRES", "CALLE FLORIDA"},
	{"Z602", "605", "SAN PAOLO", "SAN PAOLO", "01310-100", "2630203", "SAN PAOLO", "AVENIDA PAULISTA"},
	{"Z404", "536", "NEW YORK", "NEW YORK", "10003", "2810703", "NEW YORK", "EAST 14TH STREET"},
	{"Z700", "701", "MELBOURNE", "VICTORIA", "3000", "3020203", "MELBOURNE", "COLLINS STREET"},
}
