package sim

// Place is where something happened: a Comune under the name it bore then, or
// a locality abroad.
type Place struct {
	Belfiore string // cadastral code of the Comune or of the state
	Name     string // of the Comune, or of the locality
	ISTAT    string // six digits for a Comune, three for a state
	Province string // two letters; empty abroad
	State    string // name of the state; empty in Italy
}

// Foreign reports whether the place is abroad.
func (p Place) Foreign() bool { return p.State != "" }

// Ref is what one person's record says of another.
type Ref struct {
	Index         int // in the register, or -1
	Surname, Name string
	Sex           string
	Birth         Date
	BirthPlace    Place
	CF            string // may be empty
	Validity      string // "1" or "9"
	Card          string
}

// Kinds of address, tab25.
const (
	AddressResidence = "1"
	AddressAbroad    = "4"
)

// Stay is a residence from a day on.
type Stay struct {
	From Date
	Kind string // AddressResidence or AddressAbroad
	home int    // who shares it lives in the same family
	// joined, when set, is since when the record says the person is in the
	// family, which may contradict From.
	joined Date

	Comune   Place // where registered; for abroad, the locality and state
	CAP      string
	Species  string // VIA, PIAZZA, ...
	Street   string
	Number   string
	Exponent string
	Stair    string
	Interior string

	Consulate     string // code, abroad only
	ConsulateName string
	County        string
}

// Union is a marriage or a civil union.
type Union struct {
	Civil   bool
	Partner Ref
	Start   Date
	Place   Place
	Act     int
	End     UnionEnd
	Ended   Date // zero while it lasts; the day of death when the partner died
	Court   string
	Number  int
}

// UnionEnd tells how a union ended.
type UnionEnd int

const (
	UnionLasts UnionEnd = iota
	UnionDeath          // of the partner
	UnionDivorce
)

// Citizenship of a state from a day on.
type Citizenship struct {
	State string // name
	ISTAT string // three digits
	Since Date
}

// Person is one position of the register: everything ANPR knows.
type Person struct {
	Index         int
	IDANPR        string
	Second        string // id of a second position under the same code, or empty
	CF            string
	Validity      string // "1" validated by the Agenzia delle Entrate, "9" not
	Card          string // idSchedaSoggettoANPR
	Surname, Name string
	Sex           string // "M" or "F"
	Birth         Date
	NoDay         bool // day of birth unknown
	NoMonth       bool // day and month of birth unknown
	BirthPlace    Place
	Registered    Date // since when in the register
	Cancelled     Date // removed for a reason other than death; zero if not
	Dead          Date // day of death, zero for the living
	DeathDated    bool // whether the record gives that day
	DeathPlace    Place
	Citizenships  []Citizenship
	Stays         []Stay  // oldest first
	Unions        []Union // oldest first
	Father        *Ref
	Mother        *Ref
	Emigrated     Date // since when in AIRE, zero if not

	role role
}

// role is the place of a member in a household.
type role uint8

const (
	roleFirst  role = iota // first adult
	roleSecond             // his partner, or who was
	roleChild              // of the two
	roleParent             // of the first adult
	roleGuest              // member of a convivenza, responsible if the first
)

// Female reports whether the person is a woman.
func (p *Person) Female() bool { return p.Sex == "F" }

// AliveAt reports whether the person lives on a day, as far as the register
// can know: a death is visible from the day after.
func (p *Person) AliveAt(day Date) bool { return p.Dead == 0 || day <= p.Dead }

// KnownAt reports whether the register holds the person on a day.
func (p *Person) KnownAt(day Date) bool { return day >= p.Registered }

// AbroadAt reports whether the person is in AIRE on a day.
func (p *Person) AbroadAt(day Date) bool { return p.Emigrated != 0 && day >= p.Emigrated }

// StayAt is the residence on a day, or nil. A dead person keeps the last one.
func (p *Person) StayAt(day Date) *Stay {
	for i := len(p.Stays) - 1; i >= 0; i-- {
		if p.Stays[i].From <= day {
			return &p.Stays[i]
		}
	}
	return nil
}

// UnionAt is the latest union begun by a day, or nil.
func (p *Person) UnionAt(day Date) *Union {
	for i := len(p.Unions) - 1; i >= 0; i-- {
		if p.Unions[i].Start <= day {
			return &p.Unions[i]
		}
	}
	return nil
}

// overAt reports whether the union has ended by a day; a partner's death is
// visible from the day after.
func (u *Union) overAt(day Date) bool {
	switch u.End {
	case UnionDeath:
		return day > u.Ended
	case UnionDivorce:
		return day >= u.Ended
	}
	return false
}

// MaritalAt is the marital status on a day, a code of tab01.
func (p *Person) MaritalAt(day Date) string {
	u := p.UnionAt(day)
	switch {
	case u == nil:
		return "1"
	case !u.overAt(day) && u.Civil:
		return "6"
	case !u.overAt(day):
		return "2"
	case u.End == UnionDeath && u.Civil:
		return "7"
	case u.End == UnionDeath:
		return "3"
	case u.Civil:
		return "8"
	}
	return "4"
}

// ref is what others' records say of the person.
func (p *Person) ref() Ref {
	return Ref{p.Index, p.Surname, p.Name, p.Sex, p.Birth, p.BirthPlace, p.CF, p.Validity, p.Card}
}

// Link is one member of a family as a certificate lists them.
type Link struct {
	Person  *Person
	Type    string // tipoLegame: 3 family, 4 convivenza, 5 family in AIRE
	Code    string // codiceLegame: tab05, or tab06 for a convivenza
	Since   Date   // in this family
	Ordinal int    // progressivoComponente
}

// household is a set of people generated together.
type household struct {
	members []*Person
}

// familyAt lists the family of one member on a day, head first. It is empty
// when the person has no residence then, or is dead. Of a convivenza it lists
// that person alone.
func (h *household) familyAt(p *Person, day Date) []Link {
	if !p.KnownAt(day) || !p.AliveAt(day) || p.Cancelled != 0 {
		return nil
	}
	stay := p.StayAt(day)
	if stay == nil {
		return nil
	}
	if p.role == roleGuest {
		code := "2"
		if h.members[0] == p {
			code = "1"
		}
		return []Link{{Person: p, Type: "4", Code: code, Since: stay.From}}
	}
	kind := "3"
	if stay.Kind == AddressAbroad {
		kind = "5"
	}
	var together []*Person
	for _, m := range h.members {
		if !m.KnownAt(day) || !m.AliveAt(day) || m.Cancelled != 0 {
			continue
		}
		if s := m.StayAt(day); s != nil && s.home == stay.home {
			together = append(together, m)
		}
	}
	// The head is the first adult, or else his partner, the eldest child,
	// the parent.
	head := together[0]
	links := make([]Link, len(together))
	for i, m := range together {
		st := m.StayAt(day)
		since := st.From
		if st.joined != 0 {
			since = st.joined
		}
		links[i] = Link{Person: m, Type: kind, Since: since, Ordinal: i + 1, Code: relation(head, m, day)}
	}
	return links
}

// relation is the code in tab05 of a member towards the head of the family.
func relation(head, m *Person, day Date) string {
	if head == m {
		return "1"
	}
	switch head.role {
	case roleFirst:
		switch m.role {
		case roleSecond:
			switch head.MaritalAt(day) {
			case "2":
				return "2"
			case "6":
				return "28"
			}
			return "23"
		case roleChild:
			return "3"
		case roleParent:
			return "6"
		}
	case roleSecond:
		switch m.role {
		case roleChild:
			return "3"
		case roleParent:
			return "17"
		}
	case roleChild:
		switch m.role {
		case roleChild:
			return "9"
		case roleParent:
			return "7"
		}
	}
	return "99"
}
