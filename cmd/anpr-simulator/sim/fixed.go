package sim

import (
	"fmt"

	"indagor/app/codicefiscale"
)

// The fixed persons: the fictional subjects of ANPR's test environment, with
// the data its examples show, and a cast of our own. They are there whatever
// the seed; only the Comune "own" depends on the configuration.

const (
	own       = "own"       // cadastral code of the own Comune
	elsewhere = "elsewhere" // of a big city that is not it
	bologna   = "A944"
	milano    = "F205"
	torino    = "L219"
	pavullo   = "G393"
)

// fixedPerson is one of them as written down here.
type fixedPerson struct {
	key, special  string
	id, second    string
	cf            string // computed when empty
	validity      string // "1" when empty
	card          string
	surname, name string
	sex           string
	birth         Date
	noDay         bool
	noMonth       bool
	place         string
	role          role
	stays         []fixedStay
	registered    Date // day of birth when zero
	cancelled     Date
	dead          Date
	undated       bool
	deathPlace    string
	citizenship   []Citizenship // Italian when empty
	emigrated     Date
	father        *Ref
	mother        *Ref
	absent        bool // has a code and no position
}

type fixedStay struct {
	from    Date
	place   string // own, elsewhere, a cadastral code, or "abroad" for Paris
	species string
	street  string
	number  string
	cap     string
	stair   string
	inside  string
	home    int
	joined  Date // since when in the family, where the record contradicts itself
}

// fixedHousehold is a group of them. A union ties the first two.
type fixedHousehold struct {
	people []fixedPerson
	union  *fixedUnion
	child  bool // members with roleChild are children of the first two
}

type fixedUnion struct {
	civil bool
	start Date
	place string
	act   int
	end   UnionEnd
	ended Date
	court string
}

// home is a single residence from a day on.
func home(from Date, place, species, street, number string) []fixedStay {
	return []fixedStay{{from: from, place: place, species: species, street: street, number: number}}
}

// makeFixed builds the fixed persons.
func (p *population) makeFixed() error {
	p.fixedID = make(map[string]int)
	p.fixedCF = make(map[string][]int)
	for _, fh := range fixedHouseholds() {
		h := &household{}
		for i := range fh.people {
			f := &fh.people[i]
			if f.absent {
				continue
			}
			x := p.fixedPerson(f, len(p.fixed))
			h.members = append(h.members, x)
			for _, id := range []string{x.IDANPR, x.Second} {
				if id == "" {
					continue
				}
				if _, twice := p.fixedID[id]; twice {
					return fmt.Errorf("sim: fixed id %s is given twice", id)
				}
				p.fixedID[id] = x.Index
			}
			p.fixedCF[x.CF] = append(p.fixedCF[x.CF], x.Index)
			p.fixed = append(p.fixed, x)
			p.homes = append(p.homes, h)
		}
		if u := fh.union; u != nil {
			p.unite(h.members[0], h.members[1], u)
		}
		if fh.child {
			for _, m := range h.members {
				if m.role != roleChild {
					continue
				}
				for _, parent := range h.members[:2] {
					r := parent.ref()
					if parent.Female() {
						m.Mother = &r
					} else {
						m.Father = &r
					}
				}
			}
		}
	}
	return nil
}

func (p *population) fixedPerson(f *fixedPerson, index int) *Person {
	x := &Person{
		Index: index, IDANPR: f.id, Second: f.second, CF: f.code(), Validity: f.validity, Card: f.card,
		Surname: f.surname, Name: f.name, Sex: f.sex, Birth: f.birth, NoDay: f.noDay, NoMonth: f.noMonth,
		BirthPlace: p.placeAt(f.place, f.birth), Registered: f.registered, Cancelled: f.cancelled,
		Dead: f.dead, DeathDated: f.dead != 0 && !f.undated, Citizenships: f.citizenship, Emigrated: f.emigrated,
		Father: f.father, Mother: f.mother, role: f.role,
	}
	setDefault(&x.Validity, "1")
	setDefault(&x.Card, cardOf(index))
	if x.Registered == 0 {
		x.Registered = x.Birth
	}
	if len(x.Citizenships) == 0 {
		x.Citizenships = []Citizenship{{"ITALIA", "100", x.Birth}}
	}
	for _, r := range []*Ref{x.Father, x.Mother} {
		if r != nil {
			r.BirthPlace = p.comuneAt(r.BirthPlace.Belfiore, r.Birth)
		}
	}
	for _, st := range f.stays {
		x.Stays = append(x.Stays, p.fixedStay(st, index))
	}
	if x.Dead != 0 {
		x.DeathPlace = x.Stays[len(x.Stays)-1].Comune
		if f.deathPlace != "" {
			x.DeathPlace = p.comuneAt(f.deathPlace, x.Dead)
		}
	}
	return x
}

// code is the codice fiscale of a fixed person.
func (f *fixedPerson) code() string {
	if f.cf != "" {
		return f.cf
	}
	return computeCF(f.surname, f.name, f.sex == "F", f.birth, f.place)
}

func (p *population) fixedStay(f fixedStay, index int) Stay {
	st := Stay{
		From: f.from, Kind: AddressResidence, home: f.home, joined: f.joined,
		Species: f.species, Street: f.street, Number: f.number, CAP: f.cap, Stair: f.stair, Interior: f.inside,
	}
	switch f.place {
	case "abroad":
		city := foreignCities[0]
		state, _ := p.atlas.State(city.belfiore)
		st.Kind = AddressAbroad
		st.Comune = Place{city.belfiore, city.name, city.istat, "", state.Name}
		st.CAP, st.County = city.cap, city.county
		st.Consulate, st.ConsulateName = city.consulate, city.consulateName
		return st
	case own:
		st.Comune = p.comuneAt(p.body, f.from)
	case elsewhere:
		st.Comune = p.comuneAt(p.elsewhere(), f.from)
	default:
		st.Comune = p.comuneAt(f.place, f.from)
	}
	return st
}

// elsewhere is a big city that is not the own Comune.
func (p *population) elsewhere() string {
	if p.body == bologna {
		return torino
	}
	return bologna
}

func (p *population) unite(a, b *Person, f *fixedUnion) {
	place := f.place
	if place == own {
		place = p.body
	}
	u := Union{Civil: f.civil, Start: f.start, Place: p.comuneAt(place, f.start), Act: f.act, Number: f.act + 1000}
	if f.end == UnionDivorce {
		u.End, u.Ended, u.Court = f.end, f.ended, f.court
	}
	u.Partner = b.ref()
	a.Unions = []Union{u}
	u.Partner = a.ref()
	if f.end == UnionDeath {
		u.End, u.Ended = UnionDeath, a.Dead
	}
	b.Unions = []Union{u}
}

// Character is one of the fixed persons worth knowing.
type Character struct {
	Key     string `json:"key"`               // stable name for tests, "resident"
	CF      string `json:"codiceFiscale"`     //
	IDANPR  string `json:"idANPR,omitempty"`  // empty for who is not registered
	Second  string `json:"idANPR2,omitempty"` // other position of a duplicated person
	Surname string `json:"cognome"`
	Name    string `json:"nome"`
	Special string `json:"special"` // what is to be seen in him
}

// Cast lists the fixed persons in a stable order. They are in every simulator,
// whatever its seed and size. "Own Comune" is that of Config.Body.
func Cast() []Character {
	var out []Character
	for _, h := range fixedHouseholds() {
		for i := range h.people {
			f := &h.people[i]
			out = append(out, Character{f.key, f.code(), f.id, f.second, f.surname, f.name, f.special})
		}
	}
	return out
}

// CastMember returns the character with a key; it panics on an unknown one,
// which is a mistake in the caller's source.
func CastMember(key string) Character {
	for _, c := range Cast() {
		if c.Key == key {
			return c
		}
	}
	panic("sim: no character " + key)
}

// omocodeOf is the first variant of a code with one digit changed.
func omocodeOf(code string) string {
	return omocode(code, codicefiscale.Omocodes(codicefiscale.Code(code)), 1)
}
