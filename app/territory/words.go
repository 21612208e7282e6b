package territory

import (
	"slices"
	"strings"
)

// Words are the words of the texts by which a person is found: folded, each
// once, in order. Apostrophes and hyphens part words; a fiscal code and an ANPR
// id are a word each.
func Words(texts ...string) []string {
	words := strings.Fields(Fold(strings.Join(texts, " ")))
	slices.Sort(words)
	return slices.Compact(words)
}
