package language

import (
	"strconv"
	"strings"

	"indagor/app"
)

// Value writes the value of a field of a card: the register's own words, the
// sentence of a reason, or the phrase with its value put in, in the plural form
// where the phrase counts. Days are written as the language writes them; a
// field with no value is empty. A phrase that the catalogue lacks is one of a
// code that nobody knows.
func (l *Language) Value(f app.CardField) string {
	if f.Code {
		return f.Value
	}
	if f.Reason != "" {
		return l.Refusal(f.Reason, f.Params).What
	}
	value := l.Day(app.Day(f.Value))
	if f.Phrase == "" {
		return value
	}
	if !l.Has(f.Phrase) {
		return l.T("card.code_unknown", "value", f.Phrase[strings.LastIndex(f.Phrase, ".")+1:])
	}
	if n, err := strconv.Atoi(f.Value); err == nil && l.catalogue.counts(f.Phrase) {
		return l.N(f.Phrase, n, "value", l.Number(n))
	}
	return l.T(f.Phrase, "value", value)
}

// Title writes the title of a group of a card, with its number where the group
// is one of several alike.
func (l *Language) Title(g app.CardGroup) string {
	title := l.T(g.Title)
	if g.Number > 0 {
		return l.T("card.numbered", "title", title, "n", strconv.Itoa(g.Number))
	}
	return title
}

// Types writes the types of which a visura is made.
func (l *Language) Types(types []app.VisuraType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = l.T("visura.type." + string(t))
	}
	return strings.Join(names, ", ")
}
