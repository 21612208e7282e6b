package sheet

import (
	"regexp"
	"strings"
	"unicode"
)

// clean makes text fit for a file: valid UTF-8, line breaks of one kind, and
// no other control character than tab and line break.
func clean(s string) string {
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

// formula reports whether a spreadsheet would take the text for a formula:
// because of its first character, or of the first one that is no space and no
// quote, since both are dropped on the way by some programs.
func formula(s string) bool {
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

// guarded is the text of a cell of a CSV: with an apostrophe before it where a
// spreadsheet would otherwise not leave it as it is.
func guarded(s string) string {
	if formula(s) || altered.MatchString(s) {
		return "'" + s
	}
	return s
}
