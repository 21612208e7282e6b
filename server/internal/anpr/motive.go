package anpr

import (
	"strings"
	"unicode"
)

// MotiveMax is the most characters of a motive (tipoNoteBase of the ANPR data
// types).
const MotiveMax = 240

// Motive gives the text of a motive as it may be sent: only digits, letters
// (also accented ones, À to ž), space and the signs , . - ' " : ; because the
// pattern of tipoNoteBase has no others; no two spaces together, none at the
// ends, at most [MotiveMax] characters. "12345/2026" becomes "12345-2026".
// What has no equivalent becomes a space. The result may be empty, and
// Motive(Motive(s)) == Motive(s).
func Motive(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	n, space := 0, false
	put := func(r rune) bool {
		if r == ' ' {
			space = b.Len() > 0
			return true
		}
		if space {
			if n+2 > MotiveMax {
				return false
			}
			b.WriteByte(' ')
			n++
			space = false
		}
		if n+1 > MotiveMax {
			return false
		}
		b.WriteRune(r)
		n++
		return true
	}
	for _, r := range s {
		switch {
		case motiveSafe(r):
			if !put(r) {
				return b.String()
			}
		case unicode.Is(unicode.Mn, r):
			// A combining accent: the bare letter stays.
		default:
			for _, e := range motiveEquivalent(r) {
				if !put(e) {
					return b.String()
				}
			}
		}
	}
	return b.String()
}

func motiveSafe(r rune) bool {
	switch {
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
		return true
	case r >= 'À' && r <= 'ž': // includes × and ÷, as the pattern does
		return true
	}
	return strings.ContainsRune(` ,.-'":;`, r)
}

// motiveEquivalent is what stands for a sign outside the set.
func motiveEquivalent(r rune) string {
	switch r {
	case '/', '\\', '_', '|', '~', '‐', '‑', '‒', '–', '—', '―', '−':
		return "-"
	case '’', '‘', '‛', '`', '´', '′', 'ʼ':
		return "'"
	case '“', '”', '„', '«', '»', '″':
		return `"`
	case '°', 'º', 'ª', '…', '!', '?', '·':
		return "."
	case '&':
		return " e "
	case '€':
		return " EUR "
	case 'Ș':
		return "S"
	case 'ș':
		return "s"
	case 'Ț':
		return "T"
	case 'ț':
		return "t"
	}
	return " "
}
