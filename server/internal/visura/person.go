package visura

import (
	"strings"

	"indagor/app"
)

// marks are those of words in the archive of one user: no two users' marks can
// be compared, so that they do not tell who asked about the same person.
func (s *Service) marks(user app.ID, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = s.sealer.Mark("person in the archive of "+string(user), []byte(w))
	}
	return out
}

// told is what the register told, in an answer that is kept, of the person who
// was asked about: the fiscal code and the ANPR id.
func told(v app.Visura) (code, id string) {
	answers := append([]app.VisuraPart{{Outcome: v.Outcome, Answer: v.Answer}}, v.Parts...)
	for _, p := range answers {
		if p.Outcome != app.OutcomeFound {
			continue
		}
		for _, raw := range p.Answer {
			x := parseSubject(raw)
			c, i := strings.ToUpper(x.fiscalCode()), strings.ToUpper(x.id())
			is := c != "" && c == v.Subject.FiscalCode || i != "" && i == v.Subject.IDANPR
			if name := x.group("generalita").fullName(); v.SubjectName != "" && name != "" {
				is = is || name == v.SubjectName
			} else {
				is = is || len(p.Answer) == 1
			}
			if !is {
				continue
			}
			if code == "" {
				code = c
			}
			if id == "" {
				id = i
			}
		}
	}
	return code, id
}
