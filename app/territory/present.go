package territory

import (
	"slices"
	"strings"
	"time"
)

// Latest is the last day on which a Comune of the atlas began or ended: of two
// atlases the one with the later day knows more.
func (a *Atlas) Latest() time.Time {
	var latest time.Time
	for i := range a.comuni {
		for _, day := range []time.Time{a.comuni[i].From, a.comuni[i].To} {
			if day.After(latest) {
				latest = day
			}
		}
	}
	return latest
}

// Provinces lists the provinces that have Comuni in being, two letters each, in
// order.
func (a *Atlas) Provinces() []string {
	seen := map[string]bool{}
	var out []string
	for i := range a.comuni {
		if c := &a.comuni[i]; !c.Ceased() && c.Province != "" && !seen[c.Province] {
			seen[c.Province] = true
			out = append(out, c.Province)
		}
	}
	slices.Sort(out)
	return out
}

// InProvince lists the Comuni in being of the province, by name.
func (a *Atlas) InProvince(province string) []Comune {
	var out []Comune
	for i := range a.comuni {
		if c := &a.comuni[i]; !c.Ceased() && c.Province == province {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b Comune) int { return strings.Compare(Fold(a.Name), Fold(b.Name)) })
	return out
}
