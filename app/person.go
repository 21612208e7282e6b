package app

import (
	"slices"
	"strings"

	"indagor/app/territory"
)

// PersonWords are the words by which a person is found: those of the texts, in
// capitals and without accents, each once. Apostrophes and hyphens part words.
// A fiscal code and an ANPR id are a word each.
func PersonWords(texts ...string) []string {
	words := strings.Fields(territory.Fold(strings.Join(texts, " ")))
	slices.Sort(words)
	return slices.Compact(words)
}

// Words are those by which a visura about the subject is found; more is what
// the register told of the person.
func (s Subject) Words(more ...string) []string {
	texts := append(more, s.FiscalCode, s.IDANPR)
	if s.Identity != nil {
		texts = append(texts, s.Identity.Surname, s.Identity.Name)
	}
	return PersonWords(texts...)
}
