package sim

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	noticeID = "Il D.M. Ministero dell'Interno 3 marzo 2023 (art.3 comma 3) prevede l'accesso ad ANPR esclusivamente con identificativo unico nazionale (ID ANPR), si  rappresenta pertanto l'urgenza di provvedere all'integrazione dei propri sistemi."

	textNotRegistered = "Soggetto non registrato in ANPR"
	textCancelled     = "Soggetto cancellato da ANPR"
)

func must(text string) *koError { return &koError{400, "EN148", "Devi specificare " + text} }

func wrong(text string) *koError { return &koError{400, "EN148", text} }

// answer is ANPR itself: the request is well formed and who asks is known.
func (x *exchange) answer(r *Request) (*answerOK, *koError) {
	if ko := x.admit(r); ko != nil {
		return nil, ko
	}
	day, err := ParseDate(r.Data.Reference)
	if err != nil {
		return nil, wrong("Data riferimento richiesta non valida")
	}
	if day > x.s.today(x.now) {
		return nil, wrong("Data riferimento richiesta maggiore della data corrente")
	}
	if ko := x.checkVerify(r); ko != nil {
		return nil, ko
	}
	hits, ko := x.search(r)
	if ko != nil {
		return nil, ko
	}
	out := &answerOK{Operation: x.call.OperationANPR, Subjects: subjects{Data: []*Soggetto{}}}
	cancelled := false
	found := false
	for _, h := range hits {
		switch {
		case h.person.Cancelled != 0 && h.person.Cancelled <= x.s.today(x.now):
			cancelled = true
		case h.person.KnownAt(day):
			found = true
			out.Subjects.Data = append(out.Subjects.Data, x.describe(h, day, r)...)
		}
	}
	if !found {
		if cancelled {
			return nil, &koError{404, "EN122", textCancelled}
		}
		return nil, &koError{404, "EN122", textNotRegistered}
	}
	if r.Criteria.IDANPR == "" && x.svc.code != "C030" {
		out.Anomalies = []Anomaly{{"EN148", "W", noticeID}}
	}
	return out, nil
}

// admit checks everything about a request but whom it is about.
func (x *exchange) admit(r *Request) *koError {
	if r.Data.UseCase != x.svc.code || x.voucher.service != x.svc {
		return wrong("Ente non abilitato o caso uso inesistente : " + r.Data.UseCase)
	}
	if !operationOK(r.Operation) {
		return wrong("idOperazioneClient non valido")
	}
	if !motiveOK(r.Data.Motive) {
		return wrong("motivoRichiesta non valido")
	}
	return nil
}

// operationOK: 1 to 30 letters and digits (E000Vocabolario.xsd,
// tipoIdOperazioneClient).
func operationOK(s string) bool {
	if len(s) < 1 || len(s) > 30 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// motiveOK: 1 to 240 characters of the safe set (tipoDato.xsd, tipoNoteBase).
func motiveOK(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 1 || n > 240 || strings.TrimSpace(s) == "" {
		return false
	}
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case c >= 0xC0 && c <= 0x17E && unicode.IsLetter(c):
		case strings.ContainsRune(`,.-'":; `, c):
		default:
			return false
		}
	}
	return true
}

// hit is a position found.
type hit struct {
	person *Person
	home   *household
	second bool // the other position of a duplicated person
}

// search finds the positions that the criteria name.
func (x *exchange) search(r *Request) ([]hit, *koError) {
	c := &r.Criteria
	names := c.Surname != "" || c.Name != "" || c.NoSurname != "" || c.NoName != "" || c.Sex != "" || c.Birth != nil
	ways := 0
	for _, used := range []bool{c.IDANPR != "", c.CF != "", names} {
		if used {
			ways++
		}
	}
	people := x.s.people
	switch {
	case ways == 0:
		return nil, must("un criterio di ricerca")
	case ways > 1:
		return nil, must("un solo criterio di ricerca")
	case c.IDANPR != "" && x.svc.code == "C030":
		return nil, must("codice fiscale oppure generalita")
	case c.IDANPR != "":
		p, h, second := people.byID(c.IDANPR)
		if p == nil {
			return nil, nil
		}
		return []hit{{p, h, second}}, nil
	case c.CF != "":
		if !cfShape(c.CF) {
			return nil, must("un codice fiscale valido")
		}
		return x.positions(people.byCF(strings.ToUpper(c.CF))), nil
	}
	if ko := completeNames(c); ko != nil {
		return nil, ko
	}
	return x.positions(people.byNames(c)), nil
}

// positions adds the second position of duplicated persons, which comes first
// and says next to nothing.
func (x *exchange) positions(list []*Person) []hit {
	var out []hit
	for _, p := range list {
		_, h := x.s.people.person(p.Index)
		for _, m := range h.members {
			if m.Index == p.Index {
				p = m
			}
		}
		if p.Second != "" {
			out = append(out, hit{p, h, true})
		}
		out = append(out, hit{p, h, false})
	}
	return out
}

// cfShape: 11 to 16 letters and digits.
func cfShape(s string) bool {
	return len(s) >= 11 && len(s) <= 16 && operationOK(s)
}

// completeNames wants all the generalità (italia/anpr #5027).
func completeNames(c *Criteria) *koError {
	switch {
	case c.Surname == "" && c.NoSurname != "1":
		return must("cognome")
	case c.Name == "" && c.NoName != "1":
		return must("nome")
	case c.Sex != "M" && c.Sex != "F" && c.Sex != "N":
		return must("sesso")
	case c.Birth == nil || c.Birth.Date == "":
		return must("data di nascita")
	case c.Birth.Where == nil || c.Birth.Where.Comune == nil && c.Birth.Where.Abroad == nil:
		return must("luogo di nascita")
	}
	if _, err := ParseDate(c.Birth.Date); err != nil {
		return must("una data di nascita valida")
	}
	if m := c.Birth.Where.Comune; m != nil && m.ISTAT == "" && (m.Name == "" || m.Province == "") {
		return must("comune e provincia di nascita")
	}
	if a := c.Birth.Where.Abroad; a != nil && a.Code == "" && a.State == "" {
		return must("stato di nascita")
	}
	return nil
}

// byNames finds persons by names, sex, day and place of birth.
func (p *population) byNames(c *Criteria) []*Person {
	birth, err := ParseDate(c.Birth.Date)
	if err != nil {
		return nil
	}
	matches := func(x *Person) bool {
		return same(x.Surname, c.Surname) && same(x.Name, c.Name) && x.Sex == c.Sex && x.Birth == birth &&
			x.NoDay == (c.Birth.NoDay == "1") && x.NoMonth == (c.Birth.NoMonth == "1") &&
			declaredPlace(c.Birth.Where, x.BirthPlace)
	}
	var out []*Person
	for _, x := range p.fixed {
		if matches(x) {
			out = append(out, x)
		}
	}
	if c.Surname == "" || c.Name == "" || birth.Year() < 1900 || birth.Year() > 2099 || c.Sex == "N" {
		return out
	}
	for _, at := range p.findNames(c.Surname, c.Name, c.Sex == "F", birth) {
		if x := p.household(at.house).members[at.slot]; matches(x) {
			out = append(out, x)
		}
	}
	return out
}

// same compares names as ANPR writes them, whatever the case.
func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// declaredPlace compares what is said of a place with the place: every part
// that is given must be right.
func declaredPlace(said *Luogo, place Place) bool {
	if said == nil {
		return true
	}
	if m := said.Comune; m != nil {
		return !place.Foreign() && (m.Name == "" || same(m.Name, place.Name)) &&
			(m.ISTAT == "" || m.ISTAT == place.ISTAT) && (m.Province == "" || same(m.Province, place.Province))
	}
	if a := said.Abroad; a != nil {
		return place.Foreign() && (a.State == "" || same(a.State, place.State)) && (a.Code == "" || a.Code == place.ISTAT)
	}
	return true
}

// describe makes the items of datiSoggetto for one position.
func (x *exchange) describe(h hit, day Date, r *Request) []*Soggetto {
	p := h.person
	if x.svc.verification() {
		return []*Soggetto{{Info: []Info{x.verify(h, day, r)}}}
	}
	if h.second {
		s := &Soggetto{Identificativi: &Identificativi{p.Second}}
		if x.svc.groups&groupInVita != 0 {
			s.Info = []Info{inVita(p, day)}
		}
		return []*Soggetto{s}
	}
	if x.svc.groups&groupLegame != 0 {
		return familyAnswer(h, day)
	}
	return []*Soggetto{record(p, day, x.svc.groups)}
}

// familyAnswer is one item for each member. Of a dead person it is his own
// card without a tie; on the very day of death there is nobody (italia/anpr
// #4984).
func familyAnswer(h hit, day Date) []*Soggetto {
	p := h.person
	if p.Dead == day {
		return nil
	}
	links := h.home.familyAt(p, day)
	if len(links) == 0 {
		s := record(p, day, basic|groupDataDecesso)
		if p.Dead != 0 {
			s.Decesso = death(p)
		}
		return []*Soggetto{s}
	}
	out := make([]*Soggetto, len(links))
	for i, l := range links {
		out[i] = record(l.Person, day, basic)
		out[i].Legame = &Legame{Type: l.Type, Code: l.Code, Since: l.Since.String()}
		if l.Ordinal > 0 {
			out[i].Legame.Ordinal = itoa(l.Ordinal)
			out[i].Legame.TieFrom = l.Since.String()
		}
	}
	return out
}

// record fills the groups that an e-service gives.
func record(p *Person, day Date, groups group) *Soggetto {
	s := new(Soggetto)
	if groups&groupGeneralita != 0 {
		s.Generalita = generalita(p, day)
	}
	if groups&groupIdentificativi != 0 {
		s.Identificativi = &Identificativi{p.IDANPR}
	}
	if groups&groupStatoCivile != 0 {
		s.StatoCivile = &StatoCivile{Code: p.MaritalAt(day)}
	}
	if groups&groupCittadinanza != 0 {
		for _, c := range p.Citizenships {
			if c.Since <= day {
				s.Cittadinanza = append(s.Cittadinanza, Cittadinanza{c.State, c.ISTAT, c.Since.String()})
			}
		}
	}
	if groups&groupResidenza != 0 {
		if st := p.StayAt(day); st != nil {
			s.Residenza = []Residenza{residence(st)}
		}
	}
	unionGroups(s, p, day, groups)
	if groups&groupPaternita != 0 && p.Father != nil {
		s.Paternita = &Genitore{refGeneralita(p.Father)}
	}
	if groups&groupMaternita != 0 && p.Mother != nil {
		s.Maternita = &Genitore{refGeneralita(p.Mother)}
	}
	alive := p.AliveAt(day)
	if groups&groupDecesso != 0 && !alive {
		s.Decesso = death(p)
	}
	if groups&groupDataDecesso != 0 && !alive && p.DeathDated {
		s.Info = append(s.Info, Info{ID: "1015", Key: "Data decesso", Date: p.Dead.String()})
	}
	if groups&groupInVita != 0 {
		s.Info = append(s.Info, inVita(p, day))
	}
	return s
}

func inVita(p *Person, day Date) Info {
	return Info{ID: "1003", Key: "Verifica esistenza in vita", Value: yes(p.AliveAt(day))}
}

func yes(b bool) string {
	if b {
		return "S"
	}
	return "N"
}

// unionGroups fills what is known of the last marriage or civil union valid at
// the date (italia/anpr #4298).
func unionGroups(s *Soggetto, p *Person, day Date, groups group) {
	u := p.UnionAt(day)
	if u == nil {
		return
	}
	over := u.overAt(day)
	if u.Civil {
		if groups&groupUnione != 0 {
			s.Unione = civilUnion(u, over)
		}
		return
	}
	if groups&groupMatrimonio != 0 {
		spouse := u.Partner
		s.Matrimonio = &Matrimonio{refGeneralita(&spouse), event(u.Start, u.Place, "2", "A", u.Act)}
	}
	if groups&groupVedovanza != 0 && over && u.End == UnionDeath {
		s.Vedovanza = &Vedovanza{&Evento{Date: u.Ended.String(), Where: where(u.Place)}}
	}
	if groups&groupAnnullamento != 0 && over && u.End == UnionDivorce {
		s.Annullamento = &Annullamento{"1", judgment(u)}
	}
}

func civilUnion(u *Union, over bool) *UnioneCivile {
	out := &UnioneCivile{Partner: refGeneralita(&u.Partner), Event: event(u.Start, u.Place, "1", "", u.Act)}
	if over {
		switch u.End {
		case UnionDeath:
			out.End = &Scioglimento{Motive: "98", Event: &Evento{Date: u.Ended.String(), Where: where(u.Place)}}
		case UnionDivorce:
			out.End = &Scioglimento{Motive: "3", Judgment: judgment(u)}
		}
	}
	return out
}

func judgment(u *Union) *Sentenza {
	return &Sentenza{Date: u.Ended.String(), Number: itoa(u.Number), Court: "1", Authority: u.Court, Valid: u.Ended.String()}
}

func event(day Date, place Place, part, series string, number int) *Evento {
	e := &Evento{Date: day.String(), Where: where(place)}
	if !place.Foreign() && number > 0 {
		e.Act = &AttoANPR{&Atto{where(place).Comune, itoa(day.Year()), part, series, itoa(number)}}
	}
	return e
}

func death(p *Person) *Evento {
	if !p.DeathDated {
		return &Evento{Where: where(p.DeathPlace)}
	}
	return event(p.Dead, p.DeathPlace, "1", "", int(mix(17, uint64(p.Index))%300)+1)
}

func where(p Place) *Luogo {
	if p.Foreign() {
		return &Luogo{Abroad: &Localita{Name: p.Name, State: p.State, Code: p.ISTAT}}
	}
	return &Luogo{Comune: &Comune{p.Name, p.ISTAT, p.Province}}
}

func generalita(p *Person, day Date) *Generalita {
	ref := p.ref()
	g := refGeneralita(&ref)
	if p.NoDay {
		g.NoDay = "1"
	}
	if p.NoMonth {
		g.NoMonth = "1"
	}
	if p.AbroadAt(day) {
		g.AIRE = "S"
		g.LeftIn = itoa(p.Emigrated.Year())
	}
	return g
}

func refGeneralita(r *Ref) *Generalita {
	g := &Generalita{
		Surname: r.Surname, Name: r.Name, Sex: r.Sex, Birth: r.Birth.String(), Where: where(r.BirthPlace), Card: r.Card,
	}
	if r.CF != "" {
		g.CF = &CodiceFiscale{r.CF, r.Validity}
	}
	return g
}

func residence(st *Stay) Residenza {
	if st.Kind == AddressAbroad {
		return Residenza{
			Kind: st.Kind, From: st.From.String(),
			Abroad: &EsteroConsole{
				&IndirizzoEstero{
					st.CAP,
					&Localita{st.Comune.Name, st.Comune.State, st.Comune.ISTAT, st.County},
					&ToponimoEstero{st.Street, st.Number},
				},
				&Consolato{st.Consulate, st.ConsulateName},
			},
		}
	}
	number := &Civico{Number: st.Number, Exponent: st.Exponent}
	if st.Stair != "" || st.Interior != "" {
		number.Inside = &Interno{st.Stair, st.Interior}
	}
	return Residenza{
		Kind: st.Kind, From: st.From.String(),
		Address: &Indirizzo{
			st.CAP, where(st.Comune).Comune, &Toponimo{st.Species, "1", st.Street}, number,
		},
	}
}
