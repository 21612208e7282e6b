package sim

// household tells the whole story of a generated household.
func (p *population) household(house int) *household {
	s := p.sketch(house)
	c := choice{key: mix(p.seed^0x11fe, uint64(house))}
	h := &household{members: make([]*Person, s.size)}
	for i := range s.size {
		h.members[i] = p.person0(s, i, &c)
	}
	t := &teller{p: p, s: s, h: h, c: &c}
	t.residences()
	t.unions()
	t.parents()
	t.deaths()
	return h
}

// person0 makes a person with what the sketch already says.
func (p *population) person0(s *sketch, slot int, c *choice) *Person {
	m := &s.members[slot]
	at := position{s.house, slot}
	index := p.indexOf(s.house, slot)
	number := uint64(p.layout.index(s.house, slot))
	x := &Person{
		Index:      index,
		IDANPR:     encodeID(p.seed, number),
		CF:         p.code(m, at),
		Validity:   "1",
		Card:       cardOf(index),
		Surname:    m.surname,
		Name:       m.name,
		Sex:        "M",
		Birth:      m.birth,
		BirthPlace: p.placeAt(m.place, m.birth),
		Registered: m.birth,
		role:       m.role,
	}
	if m.female {
		x.Sex = "F"
	}
	if c.percent(2) {
		x.Validity = "9"
	}
	if c.below(1500) == 0 && s.kind <= kindFamily4 {
		x.Second = encodeID(p.seed, number+secondPosition)
	}
	italian := Citizenship{"ITALIA", "100", m.birth}
	if s.nation < 0 {
		x.Citizenships = []Citizenship{italian}
		return x
	}
	state, _ := p.atlas.State(p.words.nations[s.nation].state)
	x.Citizenships = []Citizenship{{state.Name, state.ISTAT, m.birth}}
	if m.role != roleChild {
		// Came some years before the story begins.
		arrival := max(s.start.Year()-c.between(1, 8), m.birth.Year()+1)
		x.Registered = c.day(arrival)
		if granted := arrival + 12; c.percent(15) && granted <= lastYear {
			italian.Since = c.day(granted)
			x.Citizenships = append(x.Citizenships, italian)
		}
	}
	return x
}

// teller writes the chapters of a household's story.
type teller struct {
	p *population
	s *sketch
	h *household
	c *choice
}

// Numbers of homes: who has the same one lives together. Those of persons who
// live alone are loner plus their slot.
const (
	homeFirst = iota
	homeSecond
	homeAbroad
	loner      = 10
	lonerLater = 20
)

// address draws a residence in a Comune.
func (t *teller) address(comune string, from Date, home int) Stay {
	street := streets[t.c.below(len(streets))]
	st := Stay{
		From: from, Kind: AddressResidence, home: home, Comune: t.p.comuneAt(comune, from),
		Species: street.species, Street: street.name, Number: itoa(t.c.between(1, 120)),
	}
	if t.c.percent(8) {
		st.Exponent = string(rune('A' + t.c.below(4)))
	}
	if t.c.percent(50) {
		st.Interior = itoa(t.c.between(1, 24))
		if t.c.percent(20) {
			st.Stair = string(rune('A' + t.c.below(3)))
		}
	}
	return st
}

// settled returns a Comune certain to be in being on a day.
func (t *teller) settled(comune string, day Date) string {
	if t.p.comuneAt(comune, day).Name == "" {
		return rome
	}
	return comune
}

func (t *teller) residences() {
	s := t.s
	family := t.address(t.settled(s.comune, s.start), s.start, homeFirst)
	if s.kind == kindConvivenza {
		family.Interior, family.Stair = "", ""
	}

	// A third of the families move once; the story's end must not be in the
	// way, nor must emigration.
	var moved Stay
	if s.end == 0 && s.abroad == 0 && s.kind != kindConvivenza && t.c.percent(33) {
		if low := max(s.start.Year()+1, 1995); low <= lastYear {
			comune := s.comune
			if t.c.percent(40) {
				// Came from elsewhere: the family's Comune is where it lives now.
				before := t.p.somewhere(t.c)
				family = t.address(t.settled(before, s.start), s.start, homeFirst)
			}
			moved = t.address(comune, t.c.day(t.c.between(low, lastYear)), homeSecond)
		}
	}
	var away Stay
	if s.abroad != 0 {
		city := foreignCities[s.city]
		state, _ := t.p.atlas.State(city.belfiore)
		away = Stay{
			From: s.abroad, Kind: AddressAbroad, home: homeAbroad,
			Comune: Place{city.belfiore, city.name, city.istat, "", state.Name},
			CAP:    city.cap, County: city.county, Street: city.street, Number: itoa(t.c.between(1, 200)),
			Consulate: city.consulate, ConsulateName: city.consulateName,
		}
	}
	for i, m := range t.h.members {
		joined := s.start
		switch m.role {
		case roleChild:
			joined = m.Birth
		case roleParent:
			joined = t.c.day(t.c.between(min(s.start.Year()+1, 2020), lastYear))
		}
		if joined > m.Registered {
			// Before that, on one's own.
			comune := t.p.somewhere(t.c)
			if t.c.percent(50) {
				comune = s.comune
			}
			m.Stays = append(m.Stays, t.address(t.settled(comune, m.Registered), m.Registered, loner+i))
		}
		for _, st := range []Stay{family, moved, away} {
			if st.From == 0 {
				continue
			}
			// What the family left before the person came does not count.
			if next := t.next(st, moved, away); next != 0 && next <= joined {
				continue
			}
			st.From = max(st.From, joined)
			m.Stays = append(m.Stays, st)
		}
		if s.abroad != 0 {
			m.Emigrated = max(s.abroad, m.Registered)
		}
	}
	switch s.kind {
	case kindDivorced, kindDivorcedChild, kindUnionEnded:
		t.leaves(0)
	case kindGrown:
		t.leaves(2)
	case kindCancelled:
		t.h.members[0].Cancelled = s.end
	}
}

// next is when the stay is followed by another of the family.
func (t *teller) next(st, moved, away Stay) Date {
	switch {
	case st.home == homeFirst && moved.From != 0:
		return moved.From
	case st.home == homeFirst && away.From != 0:
		return away.From
	}
	return 0
}

// leaves moves a member to a home of his own at the story's end.
func (t *teller) leaves(slot int) {
	comune := t.s.comune
	if t.c.percent(40) {
		comune = t.p.somewhere(t.c)
	}
	m := t.h.members[slot]
	m.Stays = append(m.Stays, t.address(t.settled(comune, t.s.end), t.s.end, lonerLater+slot))
}

func (t *teller) unions() {
	s := t.s
	if s.size < 2 || t.h.members[1].role != roleSecond || s.kind == kindCohabiting {
		return
	}
	u := Union{
		Start: s.start, Place: t.p.comuneAt(t.settled(s.comune, s.start), s.start), Act: t.c.between(1, 400),
		Civil: s.kind == kindUnion || s.kind == kindUnionEnded || s.kind == kindUnionWidow,
	}
	switch s.kind {
	case kindDivorced, kindDivorcedChild, kindUnionEnded:
		u.End, u.Ended = UnionDivorce, s.end
		u.Court = "TRIBUNALE DI " + t.p.comuneAt(t.p.cities[t.c.below(len(t.p.cities))], s.end).Name
		u.Number = t.c.between(1, 3000)
	}
	a, b := t.h.members[0], t.h.members[1]
	u.Partner = b.ref()
	a.Unions = append(a.Unions, u)
	u.Partner = a.ref()
	b.Unions = append(b.Unions, u)
	if s.kind == kindWidow || s.kind == kindWidowChild || s.kind == kindUnionWidow {
		// The first of the two dies; for him the union lasts.
		w := &b.Unions[0]
		w.End, w.Ended = UnionDeath, s.end
	}
}

func (t *teller) parents() {
	a := t.h.members[0]
	for _, m := range t.h.members {
		switch m.role {
		case roleChild:
			for _, adult := range t.h.members {
				if adult.role != roleFirst && adult.role != roleSecond {
					continue
				}
				r := adult.ref()
				if adult.Female() {
					m.Mother = &r
				} else {
					m.Father = &r
				}
			}
		case roleFirst:
			if t.s.kind == kindThree {
				r := t.h.members[t.s.size-1].ref()
				if r.Sex == "F" {
					m.Mother = &r
					m.Father = t.ancestor(m, false)
				} else {
					m.Father = &r
					m.Mother = t.ancestor(m, true)
				}
				continue
			}
			m.Father, m.Mother = t.ancestor(m, false), t.ancestor(m, true)
		default:
			m.Father, m.Mother = t.ancestor(m, false), t.ancestor(m, true)
		}
	}
	if t.s.kind != kindThree {
		return
	}
	// The parent who lives with them lost his partner.
	parent := t.h.members[t.s.size-1]
	lost := a.Father
	if !parent.Female() {
		lost = a.Mother
	}
	start := t.c.day(a.Birth.Year() - 1)
	died := t.c.day(t.c.between(a.Birth.Year()+10, lastYear))
	parent.Unions = append(parent.Unions, Union{
		Partner: *lost, Start: start, Place: parent.BirthPlace, Act: t.c.between(1, 300), End: UnionDeath, Ended: died,
	})
}

// ancestor is a parent who has no position of his own: the register knows his
// names, not his code.
func (t *teller) ancestor(child *Person, female bool) *Ref {
	year := child.Birth.Year() - t.c.between(20, 38)
	r := &Ref{Index: -1, Sex: "M", Surname: child.Surname, Birth: t.c.day(year)}
	nation := t.s.nation
	words := t.p.words
	if female {
		r.Sex = "F"
		r.Surname = words.surname(t.c.below(len(words.surnames)), nation)
	}
	r.Name = words.name(t.c.below(len(words.men)), female, nation)
	r.BirthPlace = child.BirthPlace
	if !child.BirthPlace.Foreign() {
		place := t.p.birthPlace(t.c, child.BirthPlace.Belfiore, r.Birth)
		r.BirthPlace = t.p.comuneAt(place, r.Birth)
	}
	return r
}

func (t *teller) deaths() {
	switch t.s.kind {
	case kindWidow, kindWidowChild, kindUnionWidow, kindDeadSingle:
	default:
		return
	}
	m := t.h.members[0]
	m.Dead = t.s.end
	m.DeathDated = !t.c.percent(8)
	last := m.StayAt(m.Dead)
	m.DeathPlace = last.Comune
	for len(m.Stays) > 1 && m.Stays[len(m.Stays)-1].From > m.Dead {
		m.Stays = m.Stays[:len(m.Stays)-1]
	}
}

type street struct{ species, name string }

var streets = []street{
	{"VIA", "ROMA"},
	{"VIA", "GIUSEPPE GARIBALDI"},
	{"VIA", "GIUSEPPE MAZZINI"},
	{"PIAZZA", "CAVOUR"},
	{"VIA", "DANTE ALIGHIERI"},
	{"VIA", "GIUSEPPE VERDI"},
	{"VIALE", "DELLA LIBERTA'"},
	{"VIA", "GUGLIELMO MARCONI"},
	{"VIA", "ALESSANDRO MANZONI"},
	{"PIAZZA", "DELLA REPUBBLICA"},
	{"VIA", "GIACOMO MATTEOTTI"},
	{"VIA", "ANTONIO GRAMSCI"},
	{"VIA", "AMERIGO VESPUCCI"},
	{"VIA", "CRISTOFORO COLOMBO"},
	{"VIA", "XX SETTEMBRE"},
	{"CORSO", "VITTORIO EMANUELE II"},
	{"VIA", "GALILEO GALILEI"},
	{"VIA", "LEONARDO DA VINCI"},
	{"VIA", "DELLE SCUOLE"},
	{"VIA", "DELLA CHIESA"},
	{"VICOLO", "STRETTO"},
	{"VIA", "MONTE GRAPPA"},
	{"VIA", "PIAVE"},
	{"VIA", "QUATTRO NOVEMBRE"},
	{"VIALE", "EUROPA"},
	{"VIA", "DEI MILLE"},
	{"VIA", "ALDO MORO"},
	{"LARGO", "DELLA STAZIONE"},
	{"VIA", "SAN GIOVANNI BOSCO"},
	{"VIA", "FRATELLI CERVI"},
	{"STRADA", "PROVINCIALE"},
	{"VIA", "DEL POZZO"},
	{"VIA", "LUDOVICO ARIOSTO"},
	{"VIA", "TORQUATO TASSO"},
	{"VIA", "UGO FOSCOLO"},
	{"VIA", "GIACOMO LEOPARDI"},
}
