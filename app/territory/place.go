package territory

import "time"

// Comune is an Italian Comune as it was in one period: a change of name, of
// province or of code begins another period of the same cadastral code.
type Comune struct {
	Name      string    // official Italian name, upper case, with accents
	OtherName string    // name in a second official language, often empty
	Province  string    // two letters, "RM"
	Region    string    // name of the region; empty where the archive has none
	ISTAT     string    // six digits
	Belfiore  string    // cadastral code, "H501"; empty where there is none
	From      time.Time // first day, UTC midnight
	To        time.Time // last day included; zero while the period is open
	Source    string    // where the row comes from: "ANPR", "ISTAT", "AE", ...
}

// Ceased reports whether the period is over, as far as the tables know.
func (c Comune) Ceased() bool { return !c.To.IsZero() }

// During reports whether the period includes the day.
func (c Comune) During(day time.Time) bool { return within(c.From, c.To, day) }

// State is a foreign state or territory with its codes.
type State struct {
	Name        string    // upper case, as ANPR writes it
	OtherName   string    // the name used by ISTAT where it says more, else empty
	ISTAT       string    // three digits
	Belfiore    string    // cadastral code beginning with Z; empty for most territories
	ISO         string    // ISO 3166-1 alpha-3, may be empty
	From        time.Time // first day; zero where unknown
	To          time.Time // last day included; zero while open
	Citizenship bool      // may be stated as a citizenship
	Birth       bool      // may be stated as a place of birth
	Residence   bool      // may be stated as a place of residence
	Source      string
}

// Ceased reports whether the state has ended, as far as the tables know.
func (s State) Ceased() bool { return !s.To.IsZero() }

// During reports whether the state existed on the day.
func (s State) During(day time.Time) bool { return within(s.From, s.To, day) }

// Place is a Comune or a foreign state, as a search or a fiscal code names it.
type Place struct {
	Foreign bool   // State is set; otherwise Comune is
	Comune  Comune // one period of it
	State   State
	Ceased  bool // not in being, or not under this name, on the day asked for
}

// Known reports whether the place says anything at all.
func (p Place) Known() bool { return p.Comune.Name != "" || p.State.Name != "" }

// Name is the official name, upper case.
func (p Place) Name() string {
	if p.Foreign {
		return p.State.Name
	}
	return p.Comune.Name
}

// OtherName is the second name, or empty.
func (p Place) OtherName() string {
	if p.Foreign {
		return p.State.OtherName
	}
	return p.Comune.OtherName
}

// Province is the two-letter code of the province; "EE", as on Italian
// documents, for a foreign state.
func (p Place) Province() string {
	if p.Foreign {
		return "EE"
	}
	return p.Comune.Province
}

// Belfiore is the cadastral code, or empty.
func (p Place) Belfiore() string {
	if p.Foreign {
		return p.State.Belfiore
	}
	return p.Comune.Belfiore
}

// ISTAT is the code given by ISTAT: six digits for a Comune, three for a state.
func (p Place) ISTAT() string {
	if p.Foreign {
		return p.State.ISTAT
	}
	return p.Comune.ISTAT
}

// Period is the first and the last day; the last is zero while open.
func (p Place) Period() (from, to time.Time) {
	if p.Foreign {
		return p.State.From, p.State.To
	}
	return p.Comune.From, p.Comune.To
}

// Match says how far a code and a day agree.
type Match int

const (
	Unknown     Match = iota // the code is not in the tables: nothing can be said
	Implausible              // the code is known, but far from that day
	Plausible                // in a gap, in an overlap, or near a period of the code
	Certain                  // exactly one period of the code includes the day
)

// String names the match, for logs and tests.
func (m Match) String() string {
	switch m {
	case Implausible:
		return "implausible"
	case Plausible:
		return "plausible"
	case Certain:
		return "certain"
	}
	return "unknown"
}

// dayOf reduces an instant to the calendar day it shows, at UTC midnight.
func dayOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func within(from, to, day time.Time) bool {
	day = dayOf(day)
	return !day.Before(from) && (to.IsZero() || !day.After(to))
}
