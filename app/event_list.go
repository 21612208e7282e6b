package app

import "encoding/json"

// ListEnd is what became of the rows of a list.
type ListEnd struct {
	Asked    int             // those that ANPR was asked about
	Outcomes map[Outcome]int // of all rows
}

// ListEnd is what the event tells of the rows of the list that it ends; ok is
// false where it ends none, or tells nothing.
func (e Event) ListEnd() (x ListEnd, ok bool) {
	if e.Kind != EventJobEnded || len(e.After) == 0 || json.Unmarshal(e.After, &x.Outcomes) != nil {
		return ListEnd{}, false
	}
	for o, n := range x.Outcomes {
		if o != OutcomeWrong && o != OutcomeLeftOut {
			x.Asked += n
		}
	}
	return x, true
}
