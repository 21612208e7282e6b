package codicefiscale

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Identity is what a fiscal code is computed from.
type Identity struct {
	Surname string // at birth; spaces, apostrophes and accents do not count
	Name    string // all the names of the act of birth
	Female  bool
	Birth   time.Time // the calendar day it shows counts
	Place   string    // cadastral code of the Comune or state of birth
}

// Errors of [Compute].
var (
	ErrNames = errors.New("codice fiscale: neither surname nor name has letters")
	ErrBirth = errors.New("codice fiscale: birth date missing or not between 1900 and 2099")
	ErrPlace = errors.New("codice fiscale: place of birth is not a cadastral code")
)

// Compute derives the code that the law prescribes for an identity, without
// omocodia. Only the Agenzia delle Entrate attributes codes: the one it gave
// may differ. It returns ErrNames, ErrBirth or ErrPlace.
func Compute(in Identity) (Code, error) {
	surname, name := letters(in.Surname), letters(in.Name)
	if surname == "" && name == "" {
		return "", ErrNames
	}
	if y := in.Birth.Year(); in.Birth.IsZero() || y < 1900 || y > 2099 {
		return "", ErrBirth
	}
	place := Normalize(in.Place)
	if !isPlace(place) {
		return "", ErrPlace
	}
	first := surnameGroup(surname) + nameGroup(name) + birthGroup(in.Birth, in.Female) + place
	return Code(first + string(checkLetter(first))), nil
}

func isPlace(s string) bool {
	return len(s) == 4 && isLetter(s[0]) && isDigit(s[1]) && isDigit(s[2]) && isDigit(s[3])
}

func birthGroup(birth time.Time, female bool) string {
	y, m, d := birth.Date()
	if female {
		d += 40
	}
	return string([]byte{
		byte('0' + y/10%10), byte('0' + y%10), monthLetters[m-1], byte('0' + d/10), byte('0' + d%10),
	})
}

// surnameGroup takes the consonants in order, then the vowels, then X.
func surnameGroup(s string) string {
	c, v := sift(s)
	return (c + v + "XXX")[:3]
}

// nameGroup is surnameGroup, but of four or more consonants it takes the
// first, the third and the fourth.
func nameGroup(s string) string {
	c, v := sift(s)
	if len(c) >= 4 {
		return string([]byte{c[0], c[2], c[3]})
	}
	return (c + v + "XXX")[:3]
}

// sift parts consonants from vowels, keeping their order.
func sift(s string) (consonants, vowels string) {
	var c, v strings.Builder
	for i := range len(s) {
		if isVowel(s[i]) {
			v.WriteByte(s[i])
		} else {
			c.WriteByte(s[i])
		}
	}
	return c.String(), v.String()
}

// whole gives the plain form of letters that Unicode does not decompose.
var whole = map[rune]string{
	'ß': "SS", 'Æ': "AE", 'Œ': "OE", 'Ø': "O", 'Đ': "D", 'Ð': "D", 'Ł': "L", 'Þ': "TH",
	'Ħ': "H", 'Ŧ': "T", 'Ŋ': "N", 'Ĳ': "IJ", 'ı': "I", 'ẞ': "SS", 'Ə': "A",
}

// german gives the other way of writing letters with Umlaut or ring without
// marks, used in passports (ICAO 9303) and in some registers.
var german = map[rune]string{'Ä': "AE", 'Ö': "OE", 'Ü': "UE", 'Å': "AA", 'Ø': "OE"}

// letters reduces a name to A–Z: upper case, marks removed, everything else
// dropped.
func letters(s string) string { return reduce(s, nil) }

func reduce(s string, first map[rune]string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		r = unicode.ToUpper(r)
		if t, ok := first[r]; ok {
			b.WriteString(t)
			continue
		}
		if t, ok := whole[r]; ok {
			b.WriteString(t)
			continue
		}
		for _, d := range norm.NFKD.String(string(r)) {
			if d >= 'A' && d <= 'Z' {
				b.WriteRune(d)
			}
		}
	}
	return b.String()
}
