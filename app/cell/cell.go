// Package cell writes texts into the cells of files that spreadsheets open, so
// that they are read as what they are and never as formulas.
package cell

import (
	"regexp"
	"strings"
	"unicode"
)

// Clean makes text fit for a file: valid UTF-8, line breaks of one kind, and
// no other control character than tab and line break.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && (unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF') {
			return -1
		}
		return r
	}, s)
}

// openers are the characters with which a spreadsheet, or one that folds wide
// and small forms, begins a formula (OWASP, CSV Injection).
const openers = "=+-@" + "＝＋－＠" + "﹦﹢﹣﹫" + "\u2212"

// Formula reports whether a spreadsheet would take the text for a formula:
// because of its first character, or of the first one that is no space and no
// quote, since both are dropped on the way by some programs.
func Formula(s string) bool {
	if strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\n") {
		return true
	}
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Pi, unicode.Pf) || strings.ContainsRune("'\"`´＇＂", r)
	})
	return s != "" && strings.ContainsRune(openers, []rune(s)[0])
}

// altered finds texts that a spreadsheet which opens a CSV makes into another
// value: leading zeros dropped, more digits than a number holds, digits with
// an exponent, two numbers taken for a day of the year (a house number, 12/3).
var altered = regexp.MustCompile(`^\s*(?:0[0-9]+(?:[.,][0-9]*)?|[0-9]{16,}|[0-9]+(?:[.,][0-9]+)?[eE][0-9]+|[0-9]{1,2}[./-][0-9]{1,4}|[0-9]{4}[./-][0-9]{1,2})\s*$`)

// Mark begins a CSV in UTF-8, by which spreadsheets know that it is.
const Mark = "\uFEFF"

// Quoted is a text as it stands in a CSV (RFC 4180), in quotes: read with another
// separator than it was written with, a text does not fall apart into cells of
// which one could be a formula. The text is clean.
func Quoted(s string) string {
	return `"` + strings.ReplaceAll(Guarded(s), `"`, `""`) + `"`
}

// Guarded is the text of a cell of a CSV: with an apostrophe before it where a
// spreadsheet would otherwise not leave it as it is.
func Guarded(s string) string {
	if Formula(s) || altered.MatchString(s) {
		return "'" + s
	}
	return s
}
