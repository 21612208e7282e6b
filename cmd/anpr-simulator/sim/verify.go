package sim

import "strings"

// checkVerify wants the group that the verification compares, and no group
// where nothing is compared.
func (x *exchange) checkVerify(r *Request) *koError {
	v := r.Verify
	if x.svc.check == "" {
		return nil
	}
	if v == nil {
		return must("i dati da verificare")
	}
	present := false
	switch x.svc.check {
	case "generalita":
		present = v.Generalita != nil
	case "datiDecesso":
		present = v.Decesso != nil
	case "matrimonio":
		present = v.Matrimonio != nil
	case "cittadinanza":
		present = v.Cittadinanza != nil && (v.Cittadinanza.Code != "" || v.Cittadinanza.State != "")
	case "residenza":
		present = v.Residenza != nil
		if present && !(v.Residenza.Address != nil && v.Residenza.Address.Comune != nil &&
			(v.Residenza.Address.Comune.Name != "" || v.Residenza.Address.Comune.ISTAT != "")) && v.Residenza.Abroad == nil {
			return must("il comune di residenza")
		}
	case "listaSoggetti":
		present = v.Soggetti != nil && len(v.Soggetti.Data) > 0
	case "statoCivile":
		present = v.StatoCivile != nil && v.StatoCivile.Code != ""
	case "vedovanza":
		present = v.Vedovanza != nil
	case "paternita":
		present = v.Paternita != nil && v.Paternita.Generalita != nil
	case "maternita":
		present = v.Maternita != nil && v.Maternita.Generalita != nil
	case "unioneCivile":
		present = v.Unione != nil
	}
	if !present {
		return must(x.svc.check)
	}
	if x.svc.code == "C031" && (v.Identifiers == nil || v.Identifiers.IDANPR == "") {
		return must("identificativi")
	}
	return nil
}

// verdict is the outcome of a comparison: S, N, or A when the register cannot
// tell.
type verdict string

const (
	matches  verdict = "S"
	differs  verdict = "N"
	cantTell verdict = "A"
)

func whether(b bool) verdict {
	if b {
		return matches
	}
	return differs
}

// verify compares declared data with the register. Everything declared must
// be right; what is not declared is not looked at.
func (x *exchange) verify(h hit, day Date, r *Request) Info {
	p, v := h.person, r.Verify
	info := Info{}
	var result verdict
	switch x.svc.code {
	case "C003":
		info.Key, result = "Verifica generalita", whether(saidGeneralita(v.Generalita, p.ref(), p.CF))
	case "C004":
		info.ID, info.Key, result = "1007", "Verifica dichiarazione morte", saidDeath(v.Decesso, p, day)
	case "C005":
		info.Key, result = "Verifica matrimonio", whether(saidMarriage(v.Matrimonio, p, day))
	case "C006":
		info.Key, result = "Verifica cittadinanza", whether(saidCitizenship(v.Cittadinanza, p, day))
	case "C007":
		return inVita(p, day)
	case "C008":
		info.Key, result = "Verifica residenza", saidResidence(v.Residenza, p, day)
	case "C009":
		info.Key, result = "Verifica stato famiglia", whether(saidFamily(v.Soggetti, h, day))
	case "C010":
		info.Key, result = "Verifica stato libero", whether(v.StatoCivile.Code == p.MaritalAt(day))
	case "C011":
		info.Key, result = "Verifica vedovanza", whether(saidWidowhood(v.Vedovanza, p, day))
	case "C012":
		info.Key, result = "Verifica paternita", saidParent(v.Paternita, p.Father)
	case "C013":
		info.Key, result = "Verifica maternita", saidParent(v.Maternita, p.Mother)
	case "C014":
		info.Key, result = "Verifica unione civile", whether(saidUnion(v.Unione, p, day))
	case "C031":
		id := p.IDANPR
		if h.second {
			id = p.Second
		}
		info.Key = "Verifica identificativo unico nazionale"
		result = whether(v.Identifiers.IDANPR == id && saidGeneralita(v.Generalita, p.ref(), p.CF))
	}
	info.Value = string(result)
	if result == differs {
		info.Detail = "Dato non corrispondente"
	}
	return info
}

// given compares one field if it is declared.
func given(said, is string) bool { return said == "" || same(said, is) }

func saidGeneralita(g *Generalita, r Ref, cf string) bool {
	if g == nil {
		return true
	}
	return (g.CF == nil || given(g.CF.Code, cf)) && given(g.Surname, r.Surname) && given(g.Name, r.Name) &&
		given(g.Sex, r.Sex) && given(g.Birth, r.Birth.String()) && declaredPlace(g.Where, r.BirthPlace) && given(g.Card, r.Card)
}

func saidDeath(e *Evento, p *Person, day Date) verdict {
	if p.AliveAt(day) {
		return differs
	}
	if !p.DeathDated && e.Date != "" {
		return cantTell
	}
	return whether((e.Date == "" || e.Date == p.Dead.String()) && declaredPlace(e.Where, p.DeathPlace))
}

func saidEvent(e *Evento, day Date, place Place) bool {
	return e == nil || given(e.Date, day.String()) && declaredPlace(e.Where, place)
}

func saidMarriage(m *Matrimonio, p *Person, day Date) bool {
	u := p.UnionAt(day)
	return u != nil && !u.Civil && !u.overAt(day) &&
		saidGeneralita(m.Spouse, u.Partner, u.Partner.CF) && saidEvent(m.Event, u.Start, u.Place)
}

func saidUnion(m *UnioneCivile, p *Person, day Date) bool {
	u := p.UnionAt(day)
	return u != nil && u.Civil && !u.overAt(day) &&
		saidGeneralita(m.Partner, u.Partner, u.Partner.CF) && saidEvent(m.Event, u.Start, u.Place)
}

func saidWidowhood(w *Vedovanza, p *Person, day Date) bool {
	u := p.UnionAt(day)
	return u != nil && !u.Civil && u.End == UnionDeath && u.overAt(day) && (w.Death == nil || saidEvent(w.Death, u.Ended, u.Place))
}

func saidCitizenship(c *Cittadinanza, p *Person, day Date) bool {
	for _, own := range p.Citizenships {
		if own.Since <= day && given(c.Code, own.ISTAT) && given(c.State, own.State) {
			return true
		}
	}
	return false
}

func saidResidence(r *Residenza, p *Person, day Date) verdict {
	st := p.StayAt(day)
	if st == nil {
		return cantTell
	}
	if r.Kind != "" && r.Kind != st.Kind {
		return differs
	}
	if r.Abroad != nil {
		if st.Kind != AddressAbroad {
			return differs
		}
		a := r.Abroad.Address
		return whether(a == nil || a.Place == nil || given(a.Place.Name, st.Comune.Name) &&
			given(a.Place.State, st.Comune.State) && given(a.Place.Code, st.Comune.ISTAT))
	}
	if st.Kind == AddressAbroad {
		return differs
	}
	a := r.Address
	right := declaredPlace(&Luogo{Comune: a.Comune}, st.Comune) && (st.CAP == "" || given(a.CAP, st.CAP)) &&
		given(r.From, st.From.String())
	if a.Street != nil {
		right = right && given(a.Street.Species, st.Species) && given(a.Street.Name, st.Street)
	}
	if a.Number != nil {
		right = right && given(a.Number.Number, st.Number) && given(a.Number.Exponent, st.Exponent)
		if in := a.Number.Inside; in != nil {
			right = right && given(in.Stair, st.Stair) && given(in.Interior, st.Interior)
		}
	}
	return whether(right)
}

// saidParent is strict: an incomplete record on either side is no match
// (italia/anpr #5131); no record at all cannot tell.
func saidParent(said *Genitore, is *Ref) verdict {
	if is == nil {
		return cantTell
	}
	g := said.Generalita
	if strings.TrimSpace(g.Surname) == "" || strings.TrimSpace(g.Name) == "" {
		return differs
	}
	return whether(saidGeneralita(g, *is, is.CF))
}

// saidFamily compares a declared family with the real one: the same people,
// each with the declared tie if one is declared.
func saidFamily(said *VerifyMembers, h hit, day Date) bool {
	links := h.home.familyAt(h.person, day)
	if len(links) != len(said.Data) {
		return false
	}
	used := make([]bool, len(links))
next:
	for _, d := range said.Data {
		for i, l := range links {
			if used[i] || !saidGeneralita(d.Generalita, l.Person.ref(), l.Person.CF) {
				continue
			}
			if d.Legame != nil && !(given(d.Legame.Type, l.Type) && given(d.Legame.Code, l.Code)) {
				continue
			}
			used[i] = true
			continue next
		}
		return false
	}
	return true
}
