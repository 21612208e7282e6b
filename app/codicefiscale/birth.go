package codicefiscale

import (
	"time"

	"indagor/app/territory"
)

// oldest is the age beyond which a birth date is not plausible, in years.
const oldest = 115

// BirthDates returns the birth dates a code may mean on the day now: not in
// the future, not more than 115 years ago; the most plausible first. When both
// centuries are possible the person is an infant or over a hundred, and there
// are far more of the former. Dates are UTC midnights. A provisional code, or
// one with no plausible date, has none.
func BirthDates(p Parsed, now time.Time) []time.Time {
	y, m, d := now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	var out []time.Time
	for i := len(p.Years) - 1; i >= 0; i-- {
		b := time.Date(p.Years[i], p.Month, p.Day, 0, 0, 0, 0, time.UTC)
		if !b.After(today) && !b.AddDate(oldest+1, 0, 0).Before(today) {
			out = append(out, b)
		}
	}
	return out
}

// PlaceOf looks up the place of birth in the tables, as it was on the day of
// birth, and says how far code and day agree. Of two possible birth dates the
// one that agrees better counts. Place.Ceased says whether it has ended by now.
//
// A foreign state that had ended before the birth is plausible, not wrong: the
// codes of states were given by habit long after changes of border.
func PlaceOf(p Parsed, a *territory.Atlas, now time.Time) (territory.Place, territory.Match) {
	if p.Place == "" {
		return territory.Place{}, territory.Unknown
	}
	dates := BirthDates(p, now)
	if p.Place[0] == 'Z' {
		s, ok := a.State(p.Place)
		if !ok {
			return territory.Place{}, territory.Unknown
		}
		place := territory.Place{Foreign: true, State: s, Ceased: !s.During(now)}
		for _, d := range dates {
			if s.During(d) {
				return place, territory.Certain
			}
		}
		return place, territory.Plausible
	}
	if len(dates) == 0 {
		// No date to go by: the present or last meaning of the code.
		c, m := a.ComuneAt(p.Place, now)
		if m == territory.Unknown {
			return territory.Place{}, m
		}
		return territory.Place{Comune: c, Ceased: !c.During(now)}, territory.Plausible
	}
	var best territory.Place
	match := territory.Unknown
	for _, d := range dates {
		if c, m := a.ComuneAt(p.Place, d); m > match {
			best, match = territory.Place{Comune: c, Ceased: !c.During(now)}, m
		}
	}
	return best, match
}
