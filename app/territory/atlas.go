package territory

import "time"

// Atlas is a set of tables in memory. It is immutable after [Load] and safe for
// concurrent use. Every slice it returns is the caller's own.
type Atlas struct {
	comuni   []Comune // as in the file: by cadastral code, then by day
	states   []State  // by name
	belfiore map[string][]int32
	istat    map[string][]int32
	names    map[string]string // table TAB code → meaning
	into     map[string]string // cadastral code → that of the Comune it was merged into
	index    index
}

// near is how far outside the periods of a code a day may fall and still be
// plausible: registers recorded births late, and the first and last days in
// the archive are those of the law, not always of the practice.
const near = 366 * 24 * time.Hour

func (a *Atlas) pick(rows []int32) []Comune {
	if len(rows) == 0 {
		return nil
	}
	out := make([]Comune, len(rows))
	for i, r := range rows {
		out[i] = a.comuni[r]
	}
	return out
}

// Comuni returns all the periods of a cadastral code, oldest first; none for
// an unknown code. Consecutive periods that differ in nothing are one.
func (a *Atlas) Comuni(belfiore string) []Comune { return a.pick(a.belfiore[belfiore]) }

// ByISTAT returns all the periods in which a six-digit ISTAT code was in use.
// Some codes were given again: the periods may belong to different Comuni.
func (a *Atlas) ByISTAT(code string) []Comune { return a.pick(a.istat[code]) }

// ComuneAt finds what a cadastral code meant on a day.
//
// Certain: one period includes the day. Plausible: two periods do (the later
// one is returned), or none does but the day falls between two periods of the
// code, or within a year of its first or last (the nearest one is returned).
// Implausible: the code is known, but its periods are far from the day (the
// nearest one is returned). Unknown: no such code, and the Comune is empty.
func (a *Atlas) ComuneAt(belfiore string, day time.Time) (Comune, Match) {
	return a.at(a.belfiore[belfiore], day)
}

func (a *Atlas) at(rows []int32, day time.Time) (Comune, Match) {
	if len(rows) == 0 {
		return Comune{}, Unknown
	}
	day = dayOf(day)
	var hit, best int32 = -1, -1
	hits := 0
	var distance time.Duration
	before, after := false, false
	for _, r := range rows {
		c := &a.comuni[r]
		if c.During(day) {
			hits++
			if hit < 0 || c.From.After(a.comuni[hit].From) {
				hit = r
			}
			continue
		}
		var d time.Duration
		if day.Before(c.From) {
			d = c.From.Sub(day)
			after = true
		} else {
			d = day.Sub(c.To)
			before = true
		}
		if best < 0 || d < distance {
			best, distance = r, d
		}
	}
	switch {
	case hits == 1:
		return a.comuni[hit], Certain
	case hits > 1:
		return a.comuni[hit], Plausible
	case before && after || distance <= near:
		return a.comuni[best], Plausible
	}
	return a.comuni[best], Implausible
}

// State finds a foreign state by its cadastral code ("Z110").
func (a *Atlas) State(belfiore string) (State, bool) {
	if belfiore == "" {
		return State{}, false
	}
	return a.findState(func(s *State) bool { return s.Belfiore == belfiore })
}

// StateByISTAT finds a foreign state by its three-digit ISTAT code ("215").
func (a *Atlas) StateByISTAT(code string) (State, bool) {
	if code == "" {
		return State{}, false
	}
	return a.findState(func(s *State) bool { return s.ISTAT == code })
}

// findState prefers a state that has not ended.
func (a *Atlas) findState(is func(*State) bool) (State, bool) {
	var found *State
	for i := range a.states {
		if s := &a.states[i]; is(s) && (found == nil || found.Ceased() && !s.Ceased()) {
			found = s
		}
	}
	if found == nil {
		return State{}, false
	}
	return *found, true
}

// States returns all the foreign states and territories by name, the ended
// ones included, with the codes that are not states at all (stateless,
// not attributable) as the official table has them.
func (a *Atlas) States() []State { return append([]State(nil), a.states...) }

// Name tells the meaning, in Italian, of a code in a table of ANPR:
// Name("tab01", "2") is "Coniugato/a". Tables go by their number ("tab05") or
// by their name ("tipo_legame", "info_valore"). Leading zeros of the code do
// not count when the code as given is not in the table.
func (a *Atlas) Name(table, code string) (string, bool) {
	if n, ok := a.names[table+"\t"+code]; ok {
		return n, true
	}
	short := code
	for len(short) > 1 && short[0] == '0' {
		short = short[1:]
	}
	n, ok := a.names[table+"\t"+short]
	return n, ok
}
