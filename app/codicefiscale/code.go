package codicefiscale

import (
	"strings"
	"time"
	"unicode"
)

// Code is a fiscal code as it is stored and compared: upper case, no spaces.
// Sixteen characters, or eleven digits for a provisional one.
type Code string

const (
	length      = 16
	provisional = 11

	monthLetters = "ABCDEHLMPRST"
	omoLetters   = "LMNPQRSTUV" // for the digits 0 to 9
)

// digitPositions are the seven places of digits, from the right, the order in
// which the law substitutes them.
var digitPositions = [7]int{14, 13, 12, 10, 9, 7, 6}

// Normalize takes out what people put between the characters (spaces of every
// kind, hyphens, dots, invisible marks) and raises ASCII letters. Anything else
// stays, to be refused by [Parse] at its position.
func Normalize(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), r == '-', r == '.':
			return -1
		}
		return r
	}, s)
}

// Parsed is what a well-formed code says.
type Parsed struct {
	Code        Code
	Provisional bool   // eleven digits: nothing below but Canonical is set
	Surname     string // three letters
	Name        string // three letters
	Years       []int  // possible years of birth, one or two, oldest first
	Month       time.Month
	Day         int // of the month, the 40 added for women taken off
	Female      bool
	Place       string // cadastral code, omocodia undone
	Omocodia    int    // digits replaced by letters
	Canonical   Code   // omocodia undone, with its own check letter
}

// Parse reads a fiscal code, in whatever case and spacing. The error, if any,
// is a [*Fault].
//
// It checks length, kinds of characters, month, day (which must exist in a
// possible year), check letter, and that the letters of surname and name are
// in the order in which the law takes them. It does not look the place up: see
// [PlaceOf].
func Parse(s string) (Parsed, error) {
	text := Normalize(s)
	p, fault := parse(text)
	if fault != nil {
		fault.Suggestions = suggest(text, fault)
		return Parsed{}, fault
	}
	return p, nil
}

// Check reports the first thing wrong with a code, as [Parse] does.
func Check(s string) error {
	_, err := Parse(s)
	return err
}

// parse works on normalised text and makes no suggestions.
func parse(text string) (Parsed, *Fault) {
	if text == "" {
		return Parsed{}, &Fault{Kind: Empty, Position: -1}
	}
	if len(text) == provisional && isDigit(text[0]) {
		return parseProvisional(text)
	}
	pr := scan(text)
	if pr.BadAt >= 0 && pr.Kind != CheckLetter && pr.Kind != Group && pr.Kind != Length {
		return Parsed{}, &Fault{Kind: pr.Kind, Position: pr.BadAt}
	}
	if len(text) != length {
		return Parsed{}, &Fault{Kind: Length, Position: min(len(text), length)}
	}
	if pr.BadAt >= 0 {
		return Parsed{}, &Fault{Kind: pr.Kind, Position: pr.BadAt, Expected: pr.expected()}
	}
	p := Parsed{
		Code: Code(text), Surname: text[0:3], Name: text[3:6],
		Years: pr.Years, Month: pr.Month, Day: pr.Day, Female: pr.Female,
		Place: pr.Place, Canonical: canonical(text),
	}
	for _, i := range digitPositions {
		if !isDigit(text[i]) {
			p.Omocodia++
		}
	}
	return p, nil
}

func parseProvisional(text string) (Parsed, *Fault) {
	zero := true
	for i := range len(text) {
		if !isDigit(text[i]) {
			return Parsed{}, &Fault{Kind: Character, Position: i}
		}
		zero = zero && text[i] == '0'
	}
	if zero {
		return Parsed{}, &Fault{Kind: Character, Position: 0}
	}
	if want := luhn(text[:10]); want != text[10] {
		return Parsed{}, &Fault{Kind: CheckDigit, Position: 10, Expected: want}
	}
	return Parsed{Code: Code(text), Provisional: true, Canonical: Code(text)}, nil
}

// luhn is the check digit of the partita IVA and of provisional codes: every
// second digit is doubled, the sum brought to the next ten.
func luhn(digits string) byte {
	sum := 0
	for i := range len(digits) {
		d := int(digits[i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// oddValues are the values of the characters in the odd places (first, third,
// ...), indexed by letter; a digit has the value of the letter of its rank.
// D.M. 23 December 1976, art. 5.
var oddValues = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// checkLetter computes the sixteenth character from the first fifteen, which
// must be upper-case letters or digits.
func checkLetter(first string) byte {
	sum := 0
	for i := range length - 1 {
		v := int(first[i] - 'A')
		if isDigit(first[i]) {
			v = int(first[i] - '0')
		}
		if i%2 == 0 {
			v = oddValues[v]
		}
		sum += v
	}
	return byte('A' + sum%26)
}

// canonical undoes the omocodia of a well-formed code of sixteen characters.
func canonical(text string) Code {
	b := []byte(text[:length-1])
	for _, i := range digitPositions {
		if d, ok := digitOf(b[i]); ok {
			b[i] = d
		}
	}
	return Code(append(b, checkLetter(string(b))))
}

// digitOf reads a digit or the letter that stands for it.
func digitOf(c byte) (byte, bool) {
	if isDigit(c) {
		return c, true
	}
	if i := strings.IndexByte(omoLetters, c); i >= 0 {
		return byte('0' + i), true
	}
	return 0, false
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }
func isVowel(c byte) bool  { return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U' }

// Equivalent reports whether two codes are the same person's code but for
// omocodia: the same after undoing it. Malformed codes are equivalent only to
// themselves.
//
// Mind that the law makes omocodes to tell persons apart: equivalent codes
// belong to persons with the same birth data and like names, not to one person.
func (c Code) Equivalent(d Code) bool {
	if c == d {
		return true
	}
	p, f := parse(string(c))
	q, g := parse(string(d))
	return f == nil && g == nil && p.Canonical == q.Canonical
}

// Omocodes returns the 127 variants that omocodia can make of a code: one
// digit replaced, then two, up to all seven, and among as many always the
// rightmost digits first, since the law (D.M. 23 December 1976, art. 6)
// replaces "one or more digits beginning from the one on the right". The code
// itself, freed of omocodia, is not among them. A malformed or provisional
// code has none.
func Omocodes(c Code) []Code {
	p, fault := parse(string(c))
	if fault != nil || p.Provisional {
		return nil
	}
	out := make([]Code, 0, 127)
	var chosen []int
	var choose func(from, left int)
	choose = func(from, left int) {
		if left == 0 {
			b := []byte(p.Canonical[:length-1])
			for _, i := range chosen {
				b[i] = omoLetters[b[i]-'0']
			}
			out = append(out, Code(append(b, checkLetter(string(b)))))
			return
		}
		for k := from; k <= len(digitPositions)-left; k++ {
			chosen = append(chosen, digitPositions[k])
			choose(k+1, left-1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	for n := 1; n <= len(digitPositions); n++ {
		choose(0, n)
	}
	return out
}
