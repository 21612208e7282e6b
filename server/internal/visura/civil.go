package visura

import (
	"slices"
	"strconv"

	"indagor/app"
)

// verdict reads the answer of a verification: one item of infoSoggettoEnte with
// S, N or A for each group that was compared; no where one of them is no.
func verdict(n node) string {
	out := "card.verdict.unknown"
	for _, x := range n.list("infoSoggettoEnte") {
		switch x.text("valore") {
		case "N":
			return "card.verdict.no"
		case "A":
			return "card.verdict.unknown"
		case "S":
			out = "card.verdict.yes"
		}
	}
	return out
}

// free reads a statoCivile group.
func free(n node) string {
	switch code := n.text("statoCivile"); {
	case n.text("statoCivileND") == "S", code == "", code == "9", code == "5":
		return "card.free_unknown"
	case slices.Contains(app.FreeStatus, code):
		return "card.free"
	}
	return "card.not_free"
}

// death reads datiDecesso and the item 1015 of infoSoggettoEnte: either may be
// missing (dossier, eservices C016).
func death(n node) (phrase, value string) {
	if at := date(n, "datiDecesso.dataEvento"); at != "" {
		return "card.dead_since", at
	}
	if at := n.info("1015").text("valoreData"); at != "" {
		return "card.dead_since", at
	}
	return "card.dead_unknown_date", ""
}

// act writes the act of an event: the one of the Comune's registers, or that of
// the national archive of the civil status.
func act(n node) string {
	labelled := func(label, value string) string {
		if value == "" {
			return ""
		}
		return label + " " + value
	}
	a := n.group("attoEventoANPR").group("atto")
	if a == nil {
		a = n.group("attoEvento")
	}
	if a == nil {
		s := n.group("attoEventoANPR").group("attoANSC")
		return join(", ", s.text("idANSC"), labelled("n.", s.text("numeroComunale")), s.text("anno"), place(node{"comune": s.at("comuneRegistrazione")}))
	}
	return join(", ", labelled("n.", a.text("numeroAtto")), labelled("parte", a.text("parte")), labelled("serie", a.text("serie")),
		labelled("vol.", a.text("volume")), labelled("uff.", a.text("ufficioMunicipio")), a.text("anno"), place(node{"comune": a.at("comuneRegistrazione")}))
}

// court writes a judgment: whose, its number and day. Which kind of court it
// was is left out where the code is not known, unless nothing else is.
func (s *Service) court(n node) (phrase, value string) {
	number, day := n.text("numero"), n.text("data")
	if number != "" {
		number = "n. " + number
	}
	if t, ok := app.Day(day).Time(); ok {
		day = t.Format("02/01/2006")
	}
	unknown, kind := s.meaning("tab32", n.text("tipoTribunale"))
	rest := join(", ", n.text("autorita"), number, day)
	switch {
	case unknown == "":
		return "", join(", ", kind, rest)
	case rest == "":
		return unknown, kind
	}
	return "", rest
}

// partsCard lays out a visura that is made of several answers.
func (s *Service) partsCard(v app.Visura, spec app.VisuraSpec) *app.Card {
	c := &app.Card{Answer: []app.CardField{}, Groups: []app.CardGroup{}, Warnings: v.Warnings}
	if spec.History {
		s.historyCard(c, v)
		return c
	}
	for _, p := range v.Parts {
		one := s.card(app.Visura{Type: p.Type, Outcome: p.Outcome, Answer: p.Answer})
		if one == nil {
			c.Groups = append(c.Groups, app.CardGroup{Title: "visura.type." + string(p.Type), Fields: without(p)})
			continue
		}
		if spec, _ := p.Type.Spec(); !spec.Members {
			c.Answer = append(c.Answer, one.Answer...)
		}
		for _, g := range one.Groups {
			same := func(x app.CardGroup) bool { return x.Title == g.Title && x.Number == g.Number }
			if !slices.ContainsFunc(c.Groups, same) { // person and civil status come with several answers
				c.Groups = append(c.Groups, g)
			}
		}
	}
	return c
}

// without tells of a part that has no data, and why where it failed.
func without(p app.VisuraPart) []app.CardField {
	fields := []app.CardField{{Label: "field.outcome", Phrase: "outcome." + string(p.Outcome)}}
	if p.Code != "" {
		fields = append(fields, app.CardField{Label: "field.reason", Reason: p.Code, Params: p.Params})
	}
	return fields
}

// historyCard is one group for each residence, the latest first, then what ANPR
// said of the time before, then the person.
func (s *Service) historyCard(c *app.Card, v app.Visura) {
	spec, _ := app.VisuraResidenza.Spec()
	n := 0
	for _, p := range v.Parts {
		if p.Outcome != app.OutcomeFound {
			c.Groups = append(c.Groups, app.CardGroup{Title: "card.history_end", Fields: append([]app.CardField{{Label: "field.reference_date", Value: string(p.Date)}}, without(p)...)})
			continue
		}
		rs := parseSubject(p.Answer[0]).list("residenza")
		sortResidences("residenza", rs)
		if len(rs) == 0 {
			continue
		}
		n++
		g := app.CardGroup{Title: "card.residence", Number: n, Fields: []app.CardField{}}
		for _, f := range spec.Groups[0].Fields {
			if x, ok := s.field(f, rs[0], nil); ok {
				g.Fields = append(g.Fields, x)
			}
			if f.Label == "field.residence_since" && p.Until != "" {
				g.Fields = append(g.Fields, app.CardField{Label: "field.residence_until", Value: string(p.Until)})
			}
		}
		c.Groups = append(c.Groups, g)
	}
	if v.Short != "" {
		c.Groups = append(c.Groups, app.CardGroup{Title: "card.history_end", Fields: []app.CardField{
			{Label: "field.short", Phrase: app.PhraseShort + string(v.Short), Value: string(v.ShortOf)},
		}})
	}
	c.Answer = append(c.Answer, app.CardField{Label: "field.residences", Phrase: "card.residences", Value: strconv.Itoa(n)})
	if first := v.Parts[0]; len(first.Answer) > 0 {
		s.group(c, spec.Groups[1], parseSubject(first.Answer[0]), nil, 0)
	}
}
