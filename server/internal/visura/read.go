package visura

import (
	"encoding/json"
	"strings"

	"indagor/app"
)

// Text writes one value of a person's answer as the cards do: a text, or the
// key of a phrase of the catalogue which the text, if any, completes. Both are
// empty where the register has none. A path that begins with "residenza."
// speaks of the residence that counts.
func (s *Service) Text(f app.Field, subject json.RawMessage) (text, phrase string) {
	n := parseSubject(subject)
	if rest, ok := strings.CutPrefix(f.Path, "residenza."); ok {
		rs := n.list("residenza")
		if len(rs) == 0 {
			return "", ""
		}
		sortResidences("residenza", rs)
		n, f.Path = rs[0], rest
	}
	x, ok := s.field(f, n, []node{n})
	if !ok {
		return "", ""
	}
	return x.Value, x.Phrase
}

// Within reports whether a person is resident in one of the Comuni.
func (s *Service) Within(subject json.RawMessage, allowed []string) bool {
	return s.within(subject, allowed)
}
