package territory

import (
	"sort"
	"strings"
	"time"
)

// index finds places by the beginning of any word of their names. Each name of
// each place gives one key per word: the rest of the name from that word on. So
// the prefix "REGGIO CAL" and the prefix "CALAB" both find Reggio di Calabria,
// each with one binary search.
type index struct {
	keys   []key
	groups []group
}

type key struct {
	text  string // folded, from a word to the end of the name
	group int32
	whole bool // begins at the first word of the name
}

// group is what one line of an answer shows: a cadastral code under one name,
// with the periods in which it bore it; or a state.
type group struct {
	rows  []int32 // into Atlas.comuni, oldest first; nil for a state
	state int32   // into Atlas.states where rows is nil
}

func buildIndex(comuni []Comune, translit []string, states []State) index {
	var x index
	type id struct{ code, name string }
	seen := make(map[id]int32, len(comuni))
	for i := range comuni {
		c := &comuni[i]
		code := c.Belfiore
		if code == "" {
			code = c.ISTAT
		}
		k := id{code, Fold(c.Name)}
		g, ok := seen[k]
		if !ok {
			g = int32(len(x.groups))
			seen[k] = g
			x.groups = append(x.groups, group{})
		}
		x.groups[g].rows = append(x.groups[g].rows, int32(i))
	}
	for i := range states {
		x.groups = append(x.groups, group{state: int32(i)})
	}
	// The order of the groups is the order of the answers: by name, then code.
	order := func(g *group) (string, string) {
		if g.rows == nil {
			return states[g.state].Name, states[g.state].ISTAT
		}
		c := &comuni[g.rows[len(g.rows)-1]]
		return c.Name, c.Belfiore + c.ISTAT
	}
	sort.SliceStable(x.groups, func(i, j int) bool {
		ni, ci := order(&x.groups[i])
		nj, cj := order(&x.groups[j])
		if ni != nj {
			return ni < nj
		}
		return ci < cj
	})
	for g := range x.groups {
		var texts []string
		if rows := x.groups[g].rows; rows != nil {
			for _, r := range rows {
				texts = addNames(texts, comuni[r].Name)
				texts = addNames(texts, comuni[r].OtherName)
				texts = addNames(texts, translit[r])
			}
		} else {
			texts = addNames(texts, states[x.groups[g].state].Name)
			texts = addNames(texts, states[x.groups[g].state].OtherName)
		}
		for _, t := range texts {
			x.keys = append(x.keys, key{t, int32(g), true})
			for i := 0; i < len(t); i++ {
				if t[i] == ' ' {
					x.keys = append(x.keys, key{t[i+1:], int32(g), false})
				}
			}
		}
	}
	sort.Slice(x.keys, func(i, j int) bool {
		if x.keys[i].text != x.keys[j].text {
			return x.keys[i].text < x.keys[j].text
		}
		return x.keys[i].group < x.keys[j].group
	})
	x.keys = append([]key(nil), x.keys...)
	return x
}

// addNames adds the folded forms of a name that are not there yet.
func addNames(texts []string, name string) []string {
	if name == "" {
		return texts
	}
	for _, t := range [...]string{Fold(name), foldJoined(name)} {
		if t != "" && !has(texts, t) {
			texts = append(texts, t)
		}
	}
	return texts
}

// Search finds the places of which some word begins with the prefix; case,
// accents, apostrophes and hyphens do not count. It answers at most limit
// places: first those in being on the day at (today's, if at is zero), then the
// ceased ones; among each, exact names first, then names that begin with the
// prefix, then the others, each by name. A ceased place whose whole name is the
// prefix is never pushed out by the limit. A Comune is shown as it was on the
// day, or in its period nearest to it.
//
// An empty prefix finds nothing. The call takes well under a millisecond and
// may be made at every keystroke.
func (a *Atlas) Search(prefix string, at time.Time, limit int) []Place {
	q := Fold(prefix)
	if q == "" || limit <= 0 {
		return nil
	}
	// "di " should no longer find "Diano": a space after a word ends it.
	if last := prefix[len(prefix)-1]; last == ' ' {
		q += " "
	}
	bare := strings.TrimSuffix(q, " ")
	x := &a.index
	first := sort.Search(len(x.keys), func(i int) bool { return x.keys[i].text >= bare })
	best := make(map[int32]uint8)
	for _, k := range x.keys[first:] {
		if !strings.HasPrefix(k.text, bare) {
			break
		}
		if k.text != bare && !strings.HasPrefix(k.text, q) {
			continue
		}
		tier := uint8(2)
		if k.whole {
			tier = 1
			if k.text == bare {
				tier = 0
			}
		}
		if old, ok := best[k.group]; !ok || tier < old {
			best[k.group] = tier
		}
	}
	// One number orders the answers: ceased, tier, place in the alphabet.
	ranks := make([]uint64, 0, len(best))
	for g, tier := range best {
		r := uint64(tier)<<32 | uint64(uint32(g))
		if !a.inBeing(&x.groups[g], at) {
			r |= 1 << 40
		}
		ranks = append(ranks, r)
	}
	sort.Slice(ranks, func(i, j int) bool { return ranks[i] < ranks[j] })
	if len(ranks) > limit {
		ranks = keepExact(ranks, limit)
	}
	out := make([]Place, len(ranks))
	for i, r := range ranks {
		out[i] = a.place(&x.groups[uint32(r)], at)
		out[i].Ceased = r>>40 == 1
	}
	return out
}

// keepExact cuts ordered ranks to the limit, giving the last places, up to half
// of them, to ceased places with exactly the name asked for.
func keepExact(ranks []uint64, limit int) []uint64 {
	var exact []uint64
	for _, r := range ranks[limit:] {
		if r>>32 == 1<<8 && len(exact) < limit/2 {
			exact = append(exact, r)
		}
	}
	return append(ranks[:limit-len(exact)], exact...)
}

func (a *Atlas) inBeing(g *group, at time.Time) bool {
	if g.rows == nil {
		s := &a.states[g.state]
		return !s.Ceased() || !at.IsZero() && s.During(at)
	}
	for _, r := range g.rows {
		c := &a.comuni[r]
		if at.IsZero() && !c.Ceased() || !at.IsZero() && c.During(at) {
			return true
		}
	}
	return false
}

func (a *Atlas) place(g *group, at time.Time) Place {
	if g.rows == nil {
		return Place{Foreign: true, State: a.states[g.state]}
	}
	if at.IsZero() {
		return Place{Comune: a.comuni[g.rows[len(g.rows)-1]]}
	}
	c, _ := a.at(g.rows, at)
	return Place{Comune: c}
}
