package userimport

import (
	"strings"
	"time"
	"unicode"

	"indagor/sync/wire"
)

// Handout is a CSV of the one-time secrets of the rows that have one, for
// handing out: UTF-8 with byte order mark, semicolons, every text in quotes.
// Headings are those of surname, name, user name, e-mail, secret and until when
// it opens; when writes a moment.
func Handout(headings [6]string, rows []wire.UserImportRow, when func(time.Time) string) []byte {
	var b strings.Builder
	b.WriteString("\uFEFF")
	line := func(cells ...string) {
		for i, c := range cells {
			if i > 0 {
				b.WriteByte(';')
			}
			b.WriteString(`"` + strings.ReplaceAll(harmless(c), `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	line(headings[:]...)
	for _, r := range rows {
		if r.Secret == "" {
			continue
		}
		until := ""
		if r.Expires != nil {
			until = when(*r.Expires)
		}
		line(r.Surname, r.Name, r.Username, r.Email, r.Secret, until)
	}
	return []byte(b.String())
}

// openers are the characters with which a spreadsheet begins a formula (OWASP,
// CSV Injection), the wide and small forms of them included.
const openers = "=+-@" + "＝＋－＠" + "﹦﹢﹣﹫" + "\u2212"

// harmless is the text with an apostrophe before it where a spreadsheet would
// take it for a formula, without control characters.
func harmless(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	rest := strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("'\"`´＇＂", r)
	})
	if rest != "" && strings.ContainsRune(openers, []rune(rest)[0]) {
		return "'" + s
	}
	return s
}
