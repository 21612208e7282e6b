package sim

// Kinds of household. Each is a little story that the generator tells with
// names and dates of its own.
type kind uint8

const (
	kindSingle        kind = iota // never married
	kindCouple                    // married, no children
	kindFamily1                   // married, one child
	kindFamily2                   // two
	kindFamily3                   // three
	kindFamily4                   // four
	kindCohabiting                // unmarried, one child
	kindUnion                     // civil union
	kindWidow                     // one of a married couple has died
	kindWidowChild                // the same, with a child
	kindDivorced                  // two who no longer live together
	kindDivorcedChild             // the same; two children stay with the second
	kindSoleParent                // never married, one child
	kindThree                     // married, one child, a widowed parent
	kindDeadSingle                // died unmarried
	kindConvivenza                // six strangers in one institution
	kindCancelled                 // removed from the register
	kindUnionEnded                // civil union dissolved
	kindUnionWidow                // civil union ended by death
	kindGrown                     // two children, the elder has moved out
	kinds
)

// kindSize is how many people a household of a kind has, the dead included.
var kindSize = [kinds]int{1, 2, 3, 4, 5, 6, 3, 2, 2, 3, 2, 4, 2, 4, 1, 6, 1, 2, 2, 4}

// kindCount is how many of a hundred households are of a kind.
var kindCount = [kinds]int{22, 16, 10, 12, 3, 1, 5, 1, 9, 1, 3, 3, 4, 1, 2, 1, 1, 1, 1, 3}

const maxMembers = 6

// layout places households of all kinds in blocks of a hundred, so that both
// "which household is person i in" and its inverse are a division and a
// look-up.
type layout struct {
	kind    []kind // of the j-th household of a block
	first   []int  // index in the block of its first member
	owner   []int  // member index in the block → household
	persons int    // in a block
}

func newLayout() *layout {
	l := &layout{}
	var flat []kind
	for k, n := range kindCount {
		for range n {
			flat = append(flat, kind(k))
		}
	}
	// 37 is coprime to 100: every kind is spread over the block.
	for j := range flat {
		k := flat[j*37%len(flat)]
		l.kind = append(l.kind, k)
		l.first = append(l.first, l.persons)
		for range kindSize[k] {
			l.owner = append(l.owner, j)
		}
		l.persons += kindSize[k]
	}
	return l
}

// of finds the household and the slot of a generated person.
func (l *layout) of(index int) (house, slot int) {
	block, in := index/l.persons, index%l.persons
	j := l.owner[in]
	return block*len(l.kind) + j, in - l.first[j]
}

// index is the inverse of of.
func (l *layout) index(house, slot int) int {
	return house/len(l.kind)*l.persons + l.first[house%len(l.kind)] + slot
}

func (l *layout) kindOf(house int) kind { return l.kind[house%len(l.kind)] }

// Where a household lives.
type area uint8

const (
	areaOwn area = iota
	areaElsewhere
	areaAbroad
)

// sketch is the part of a household that the codici fiscali depend on.
type sketch struct {
	house   int
	kind    kind
	area    area
	nation  int // of foreign families; -1 for Italian ones
	comune  string
	start   Date // the adults begin to live together (or the single moves in)
	end     Date // death, divorce, departure: what ends the first chapter
	abroad  Date // the family leaves for abroad
	city    int  // where abroad
	size    int
	members [maxMembers]sketchMember
}

type sketchMember struct {
	role    role
	female  bool
	class   int // which surname of the household
	surname string
	name    string
	birth   Date
	place   string // cadastral code
}

// lastYear is the latest year of birth and of events in the population. It is
// fixed: the people do not depend on the day on which they are looked at.
const lastYear = 2025

// code digits: in every household of number h = r·S + (σ−shift(r)) mod S, the
// surname number σ and the remainder r are both visible in the codici fiscali:
// σ in the letters of the surname, r in the first name and in the day of the
// year, which for each slot are together an invertible function of r.

// shift scatters the surnames.
func (p *population) shift(r int) int {
	return int(mix(p.seed^0x5111, uint64(r)) % uint64(len(p.words.surnames)))
}

// split finds σ and r of a household.
func (p *population) split(house int) (sigma, r int) {
	s := len(p.words.surnames)
	r = house / s
	return (house%s + p.shift(r)) % s, r
}

// join is the inverse of split.
func (p *population) join(sigma, r int) int {
	s := len(p.words.surnames)
	return r*s + (sigma-p.shift(r)+s)%s
}

// classOffset tells how far from the household's surname another class of
// surname lies. Class 0 is the household's own.
func (p *population) classOffset(r, class int) int {
	if class == 0 {
		return 0
	}
	return int(mix(p.seed^0xc1a5, uint64(r)<<3|uint64(class)) >> 1 & 0x7fffffff)
}

// classSurname is the surname number of a class.
func (p *population) classSurname(sigma, r, class, nation int) int {
	off := p.classOffset(r, class)
	if off == 0 {
		return sigma
	}
	if nation >= 0 {
		base := sigma - sigma%surnamesOfNation
		return base + (sigma%surnamesOfNation+off)%surnamesOfNation
	}
	s := len(p.words.surnames)
	return (sigma + off) % s
}

// classBack is the inverse of classSurname.
func (p *population) classBack(sigma, r, class int, foreign bool) int {
	off := p.classOffset(r, class)
	if foreign {
		base := sigma - sigma%surnamesOfNation
		return base + ((sigma-off)%surnamesOfNation+surnamesOfNation)%surnamesOfNation
	}
	s := len(p.words.surnames)
	return ((sigma-off)%s + s) % s
}

const yearDays = 365

// digits turns r into a first-name number and a day of the year, in a way of
// its own for each slot. The names of two slots always differ.
func (p *population) digits(r, slot int) (name, day int) {
	n := len(p.words.men)
	code := (r*p.stride + slot*p.slotStep*yearDays) % p.codes
	name = code / yearDays
	day = (code%yearDays + p.dayShift(slot, name)) % yearDays
	return name % n, day
}

// digitsBack is the inverse of digits; ok is false when no household has them.
func (p *population) digitsBack(name, day, slot int) (r int, ok bool) {
	day = (day - p.dayShift(slot, name) + yearDays) % yearDays
	code := name*yearDays + day - slot*p.slotStep*yearDays
	code = (code%p.codes + p.codes) % p.codes
	r = int(uint64(code) * uint64(p.strideBack) % uint64(p.codes))
	return r, r <= p.lastR
}

func (p *population) dayShift(slot, name int) int {
	return int(mix(p.seed^0xda15, uint64(slot)<<16|uint64(name)) % yearDays)
}

var monthStart = [13]int{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// dateOf makes a date of a year and a day of a common year.
func dateOf(year, day int) Date {
	m := 1
	for day >= monthStart[m] {
		m++
	}
	return NewDate(year, m, day-monthStart[m-1]+1)
}

// dayOf is the inverse of dateOf for its day; 29 February has none.
func dayOf(d Date) (int, bool) {
	if d.Month() == 2 && d.Day() == 29 {
		return 0, false
	}
	return monthStart[d.Month()-1] + d.Day() - 1, true
}
