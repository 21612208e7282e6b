package list

import (
	"slices"
	"strings"

	"indagor/app"
)

// Purposes are those by which an archive can be narrowed: those that the user
// may state, then those that he stated once and that occur in it.
func Purposes(stated, occur []app.Purpose) []app.Purpose {
	out := slices.Clone(stated)
	var former []app.Purpose
	for _, p := range occur {
		if !slices.ContainsFunc(out, func(x app.Purpose) bool { return x.ID == p.ID }) {
			former = append(former, p)
		}
	}
	slices.SortStableFunc(former, func(a, b app.Purpose) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return append(out, former...)
}
