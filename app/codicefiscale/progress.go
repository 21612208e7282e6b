package codicefiscale

import (
	"strings"
	"time"
)

// Progress is what a text being typed already tells.
type Progress struct {
	Text        string // normalised
	Valid       bool   // nothing wrong so far: it is a code, or can still become one
	Complete    bool   // it is a code
	Provisional bool   // it is on the way to eleven digits
	BadAt       int    // first byte of Text with which it can no longer become a code; -1
	Kind        Kind   // what is wrong at BadAt

	Surname  string // up to three letters
	Name     string // up to three letters
	Years    []int  // once both digits are there
	Month    time.Month
	Day      int // once both digits are there
	Female   bool
	Place    string // once all four characters are there
	Expected byte   // the check character, once all before it are there
}

// Partial reads as much of a code as has been typed.
func Partial(s string) Progress {
	text := Normalize(s)
	if text == "" || !isDigit(text[0]) {
		return scan(text)
	}
	p := Progress{Text: text, Provisional: true, BadAt: -1}
	for i := range len(text) {
		if i >= provisional {
			return p.bad(i, Length)
		}
		if !isDigit(text[i]) {
			return p.bad(i, Character)
		}
	}
	if len(text) >= provisional-1 {
		p.Expected = luhn(text[:provisional-1])
	}
	if len(text) == provisional {
		if _, f := parseProvisional(text); f != nil {
			return p.bad(f.Position, f.Kind)
		}
		p.Complete = true
	}
	p.Valid = true
	return p
}

func (p Progress) bad(at int, kind Kind) Progress {
	p.BadAt, p.Kind, p.Valid, p.Complete = at, kind, false, false
	return p
}

func (p Progress) expected() byte {
	if p.Kind == CheckLetter {
		return p.Expected
	}
	return 0
}

// scan reads the beginning of a code of sixteen characters. Of several faults
// it reports the one that says most: a character out of place, then month and
// day, then too many characters, then the check letter, then the order of the
// letters of the names.
func scan(text string) Progress {
	p := Progress{Text: text, BadAt: -1}
	b := []byte(text[:min(len(text), length)])
	for i, c := range b {
		switch i {
		case 6, 7, 9, 10, 12, 13, 14:
			d, ok := digitOf(c)
			if !ok {
				return p.bad(i, Character)
			}
			b[i] = d
		default:
			if !isLetter(c) {
				return p.bad(i, Character)
			}
		}
		switch i {
		case 7:
			yy := int(b[6]-'0')*10 + int(b[7]-'0')
			p.Years = []int{1900 + yy, 2000 + yy}
		case 8:
			m := strings.IndexByte(monthLetters, c)
			if m < 0 {
				return p.bad(i, Month)
			}
			p.Month = time.Month(m + 1)
		case 9:
			if b[9] > '7' {
				return p.bad(i, Day)
			}
		case 10:
			if !p.readDay(int(b[9]-'0')*10 + int(b[10]-'0')) {
				return p.bad(i, Day)
			}
		case 14:
			p.Place = string(b[11:15])
			p.Expected = checkLetter(text)
		}
	}
	n := len(b)
	p.Surname = text[:min(n, 3)]
	if n > 3 {
		p.Name = text[3:min(n, 6)]
	}
	if len(text) > length {
		return p.bad(length, Length)
	}
	if n == length && text[15] != p.Expected {
		return p.bad(15, CheckLetter)
	}
	if at := groupFault(p.Surname); at >= 0 {
		return p.bad(at, Group)
	}
	if at := groupFault(p.Name); at >= 0 {
		return p.bad(3+at, Group)
	}
	p.Valid, p.Complete = true, n == length
	return p
}

// readDay takes the two digits of the day and drops the years in which that
// day does not exist (29 February).
func (p *Progress) readDay(d int) bool {
	p.Female = d > 40
	if p.Female {
		d -= 40
	}
	years := make([]int, 0, 2)
	for _, y := range p.Years {
		if d >= 1 && time.Date(y, p.Month, d, 0, 0, 0, 0, time.UTC).Month() == p.Month && d <= 31 {
			years = append(years, y)
		}
	}
	if len(years) == 0 {
		p.Female = false
		return false
	}
	p.Day, p.Years = d, years
	return true
}

// groupFault finds the letter that breaks the order of a group of letters, or
// -1: consonants come first, then vowels, then X as filling. So after a vowel
// only a vowel or X may stand, and after a filling X only X.
func groupFault(g string) int {
	vowel, filled := false, false
	for i := range len(g) {
		switch {
		case isVowel(g[i]):
			if filled {
				return i
			}
			vowel = true
		case vowel && g[i] != 'X':
			return i
		case vowel:
			filled = true
		}
	}
	return -1
}
