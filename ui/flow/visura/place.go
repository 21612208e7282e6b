package visura

import (
	"strconv"
	"strings"
	"time"

	"indagor/app/language"
	"indagor/app/territory"
)

// Place is a Comune or a foreign state as the form shows it.
type Place struct {
	Code     string // cadastral code
	Name     string // upper case, as the tables write it
	Province string // two letters; "" for a foreign state
	Foreign  bool
	Ended    int    // the year in which it ended; 0 while it is in being
	Now      string // the name that the same Comune bears today, or its province, where that is another
}

// placeOf takes a place of the tables; whether it has ended is judged on the
// day now.
func placeOf(p territory.Place, atlas *territory.Atlas, now time.Time) Place {
	out := Place{Code: p.Belfiore(), Name: p.Name(), Foreign: p.Foreign}
	if !p.Foreign {
		out.Province = p.Province()
	}
	_, to := p.Period()
	if to.IsZero() || !to.Before(now) {
		return out
	}
	out.Ended = to.Year()
	if p.Foreign {
		return out
	}
	for _, c := range atlas.Comuni(out.Code) {
		if c.During(now) {
			out.Ended = 0
			switch {
			case c.Name != out.Name:
				out.Now = c.Name
			case c.Province != out.Province:
				out.Now = c.Province
			}
		}
	}
	return out
}

// String is the name with its province: "ROMA (RM)".
func (p Place) String() string {
	if p.Province == "" {
		return p.Name
	}
	return p.Name + " (" + p.Province + ")"
}

// Note is what must be known beside the name: that it is abroad, that it has
// ended, what it is called today. Often empty.
func (p Place) Note(l *language.Language) string {
	var parts []string
	if p.Foreign {
		parts = append(parts, l.T("visura.place.foreign"))
	}
	switch year := strconv.Itoa(p.Ended); {
	case p.Now != "":
		parts = append(parts, l.T("visura.place.now", "name", p.Now))
	case p.Ended == 0:
	case p.Foreign:
		parts = append(parts, l.T("visura.place.ended", "year", year))
	default:
		parts = append(parts, l.T("visura.place.ceased", "year", year))
	}
	return strings.Join(parts, ", ")
}

// mostPlaces is how many places a search answers.
const mostPlaces = 60

// Places finds the places of which some word begins with the query. With a
// birth date only those come that existed on that day, unless there are none:
// registers do not always keep to the days of the law.
func (f *Flow) Places(query string) []Place {
	f.mu.Lock()
	birth, known := f.form.Identity.BirthDate.Time()
	f.mu.Unlock()
	now := f.config.Now()
	at := now
	if known && !birth.After(now) {
		at = birth
	}
	var in, out []Place
	for _, p := range f.config.Atlas().Search(query, at, mostPlaces) {
		if p.Belfiore() == "" || p.Foreign && !p.State.Birth && !p.State.Ceased() {
			continue // nothing that the request could carry, or no place to be born in
		}
		if x := placeOf(p, f.config.Atlas(), now); known && p.Ceased {
			out = append(out, x)
		} else {
			in = append(in, x)
		}
	}
	if len(in) == 0 {
		return out
	}
	return in
}

// PlaceOf finds the place with a cadastral code as it was on the birth date of
// the form, or else today; Name is "" where no table has it.
func (f *Flow) PlaceOf(code string) Place {
	f.mu.Lock()
	day, known := f.form.Identity.BirthDate.Time()
	f.mu.Unlock()
	now := f.config.Now()
	if !known {
		day = now
	}
	if s, ok := f.config.Atlas().State(code); ok {
		return placeOf(territory.Place{Foreign: true, State: s}, f.config.Atlas(), now)
	}
	c, match := f.config.Atlas().ComuneAt(code, day)
	if match == territory.Unknown {
		return Place{Code: code}
	}
	return placeOf(territory.Place{Comune: c}, f.config.Atlas(), now)
}
