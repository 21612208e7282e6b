package codicefiscale

import (
	"strings"
	"unicode"
)

// Verdict says how far one part of a code agrees with a statement.
type Verdict int

const (
	Unstated  Verdict = iota // the identity, or a provisional code, says nothing about it
	Wrong                    // they contradict each other
	Plausible                // they agree by a usual exception to the rule
	Certain                  // they agree by the rule
)

// String names the verdict, for logs and tests.
func (v Verdict) String() string {
	return [...]string{"unstated", "wrong", "plausible", "certain"}[v&3]
}

// Agreement is the comparison of a code with an identity, part by part.
type Agreement struct {
	Surname, Name, Birth, Sex, Place Verdict
}

// Overall is the worst verdict among the parts that are stated; Unstated when
// none is.
func (a Agreement) Overall() Verdict {
	worst := Unstated
	for _, v := range [...]Verdict{a.Surname, a.Name, a.Birth, a.Sex, a.Place} {
		if v != Unstated && (worst == Unstated || v < worst) {
			worst = v
		}
	}
	return worst
}

// Compare tells which parts of a code agree with an identity. Empty fields of
// the identity are not compared; the sex is compared whenever the birth date
// is stated, since the code writes both in one number.
//
// Plausible are: a name of which only the first, or a surname of which only
// some leading words were counted; letters with marks written out as in
// passports (Ü as UE); a name treated by the rule for surnames, as old codes
// often were; surname and name exchanged (both are then plausible).
func Compare(p Parsed, id Identity) Agreement {
	var a Agreement
	if p.Provisional {
		return a
	}
	if letters(id.Surname) != "" {
		a.Surname = Wrong
		if surnameGroup(letters(id.Surname)) == p.Surname {
			a.Surname = Certain
		} else if reads(p.Surname, id.Surname, surnameGroup) {
			a.Surname = Plausible
		}
	}
	if letters(id.Name) != "" {
		a.Name = Wrong
		if nameGroup(letters(id.Name)) == p.Name {
			a.Name = Certain
		} else if reads(p.Name, id.Name, nameGroup) || reads(p.Name, id.Name, surnameGroup) {
			a.Name = Plausible
		}
	}
	if a.Surname == Wrong && a.Name == Wrong &&
		surnameGroup(letters(id.Name)) == p.Surname && nameGroup(letters(id.Surname)) == p.Name {
		a.Surname, a.Name = Plausible, Plausible
	}
	if !id.Birth.IsZero() {
		y, m, d := id.Birth.Date()
		a.Birth, a.Sex = Wrong, Wrong
		if m == p.Month && d == p.Day {
			for _, py := range p.Years {
				if y == py {
					a.Birth = Certain
				}
			}
		}
		if p.Female == id.Female {
			a.Sex = Certain
		}
	}
	if place := Normalize(id.Place); place != "" {
		a.Place = Wrong
		if place == p.Place {
			a.Place = Certain
		}
	}
	return a
}

// reads reports whether a usual way of reading a name gives the group: its
// first words only, or its marked letters written out.
func reads(group, name string, rule func(string) string) bool {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == ',' || r == '/' })
	for n := 1; n <= len(words); n++ {
		head := strings.Join(words[:n], " ")
		if rule(letters(head)) == group || rule(reduce(head, german)) == group {
			return true
		}
	}
	return false
}
