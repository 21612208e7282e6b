package visura

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// node is a part of an answer as it was received.
type node map[string]any

func parseSubject(raw json.RawMessage) node {
	var n node
	if err := json.Unmarshal(raw, &n); err != nil {
		return node{}
	}
	return n
}

// at follows a dotted path; nil where it leads nowhere.
func (n node) at(path string) any {
	var x any = map[string]any(n)
	if path == "" {
		return x
	}
	for _, part := range strings.Split(path, ".") {
		m, ok := x.(map[string]any)
		if !ok {
			return nil
		}
		x = m[part]
	}
	return x
}

func (n node) text(path string) string {
	switch x := n.at(path).(type) {
	case string:
		return strings.TrimSpace(x)
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.0f", x), ".")
	}
	return ""
}

func (n node) group(path string) node {
	m, _ := n.at(path).(map[string]any)
	return m
}

func (n node) list(path string) []node {
	xs, _ := n.at(path).([]any)
	var out []node
	for _, x := range xs {
		if m, ok := x.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func (n node) id() string         { return n.text("identificativi.idANPR") }
func (n node) fiscalCode() string { return n.text("generalita.codiceFiscale.codFiscale") }

// info is the item of infoSoggettoEnte with the id.
func (n node) info(id string) node {
	for _, x := range n.list("infoSoggettoEnte") {
		if x.text("id") == id {
			return x
		}
	}
	return nil
}

func (n node) fullName() string {
	return strings.TrimSpace(n.text("cognome") + " " + n.text("nome"))
}

// nameOf is the name of the subject that was asked about, as the register
// writes it.
func nameOf(subjects []json.RawMessage, id string) string {
	for _, raw := range subjects {
		s := parseSubject(raw)
		if name := s.group("generalita").fullName(); name != "" && (len(subjects) == 1 || s.id() == id) {
			return name
		}
	}
	return ""
}

// card lays the answer out as the type's row of the table says. It is nil
// where there is nothing to show.
func (s *Service) card(v app.Visura) *app.Card {
	spec, ok := v.Type.Spec()
	if ok && len(v.Parts) > 0 && v.Outcome == app.OutcomeFound {
		return s.partsCard(v, spec)
	}
	if v.Outcome == app.OutcomeDuplicate && v.Service == string(anpr.C030) {
		return s.candidates(v)
	}
	if !ok || len(v.Answer) == 0 || v.Outcome != app.OutcomeFound && v.Outcome != app.OutcomeDuplicate {
		return nil
	}
	subjects := make([]node, len(v.Answer))
	for i, raw := range v.Answer {
		subjects[i] = parseSubject(raw)
	}
	c := &app.Card{Answer: []app.CardField{}, Groups: []app.CardGroup{}, Warnings: v.Warnings}
	if v.Outcome == app.OutcomeFound {
		for _, f := range spec.Answer {
			if x, ok := s.field(f, subjects[0], subjects); ok {
				c.Answer = append(c.Answer, x)
			}
		}
	}
	for i, subject := range subjects {
		for _, g := range spec.Groups {
			number := 0
			if len(subjects) > 1 {
				number = i + 1
			}
			s.group(c, g, subject, subjects, number)
		}
	}
	return c
}

// candidates lists the positions among which C030 could not choose: each can be
// asked about by its national id, which is a look-up of its own.
func (s *Service) candidates(v app.Visura) *app.Card {
	c := &app.Card{Answer: []app.CardField{}, Groups: []app.CardGroup{}, Warnings: v.Warnings}
	for i, raw := range v.Answer {
		s.group(c, app.Candidate, parseSubject(raw), nil, i+1)
	}
	if len(c.Groups) == 0 {
		return nil
	}
	return c
}

func (s *Service) group(c *app.Card, g app.Group, subject node, subjects []node, number int) {
	elements := []node{subject}
	if g.Each != "" {
		elements = subject.list(g.Each)
		sortResidences(g.Each, elements)
	}
	for i, e := range elements {
		out := app.CardGroup{Title: g.Title, Number: number, Fields: []app.CardField{}}
		if g.Each != "" && len(elements) > 1 {
			out.Number = i + 1
		}
		for _, f := range g.Fields {
			if x, ok := s.field(f, e, subjects); ok {
				out.Fields = append(out.Fields, x)
			}
		}
		if len(out.Fields) > 0 {
			c.Groups = append(c.Groups, out)
		}
	}
}

// field writes one value; ok is false where the register has none.
func (s *Service) field(f app.Field, n node, subjects []node) (x app.CardField, ok bool) {
	x.Label = f.Label
	switch f.Format {
	case app.FormatCode:
		x.Value, x.Code = n.text(f.Path), true
	case app.FormatDate:
		x.Value = date(n, f.Path)
	case app.FormatTable:
		x.Phrase, x.Value = s.meaning(f.Table, n.text(f.Path))
	case app.FormatPhrase:
		if code := n.text(f.Path); code != "" {
			x.Phrase = f.Table + "." + code
		}
	case app.FormatPlace:
		x.Value = place(n.group(f.Path))
	case app.FormatName:
		x.Value = n.group(f.Path).fullName()
	case app.FormatAddress:
		x.Value = address(n, f.Path)
	case app.FormatBond:
		x.Phrase, x.Value = s.bond(n.group(f.Path))
	case app.FormatInfo:
		x.Value = n.info(f.Path).text("valoreData")
	case app.FormatCount:
		x.Phrase, x.Value = "card.members", fmt.Sprint(len(subjects))
	case app.FormatStates:
		var states []string
		for _, c := range n.list(f.Path) {
			states = append(states, c.text("descrizioneStato"))
		}
		x.Value = strings.Join(states, ", ")
	case app.FormatAlive:
		x.Phrase, x.Value = alive(n)
	case app.FormatDeath:
		x.Phrase, x.Value = death(n)
	case app.FormatVerdict:
		x.Phrase = verdict(n)
	case app.FormatFree:
		x.Phrase = free(n.group(f.Path))
	case app.FormatAct:
		x.Value = act(n.group(f.Path))
	case app.FormatCourt:
		x.Phrase, x.Value = s.court(n.group(f.Path))
	default:
		x.Value = n.text(f.Path)
	}
	return x, x.Value != "" || x.Phrase != ""
}

// alive reads the items 1003 and 1015 of infoSoggettoEnte.
func alive(n node) (phrase, value string) {
	dead := n.info("1015").text("valoreData")
	switch v := n.info("1003").text("valore"); {
	case dead != "":
		return "card.dead_since", dead
	case v == "N":
		return "card.dead_unknown_date", ""
	case v == "S":
		return "card.alive", ""
	}
	return "card.alive_unknown", ""
}

// unknownCode is the phrase about a code that its table does not have.
const unknownCode = "card.code_unknown"

// meaning is what a code of an ANPR table means; of a code that the table does
// not have it is said that nobody knows it.
func (s *Service) meaning(table, code string) (phrase, value string) {
	if code == "" {
		return "", ""
	}
	if name, ok := s.atlas.Name(table, code); ok {
		return "", name
	}
	return unknownCode, code
}

// bond is the relationship of a legameSoggetto group; its table depends on the
// kind of bond (dossier, eservices §3).
func (s *Service) bond(n node) (phrase, value string) {
	table := "tab05"
	if n.text("tipoLegame") == "4" {
		table = "tab06"
	}
	return s.meaning(table, n.text("codiceLegame"))
}

// date gives a day as the contract writes days; where the register does not
// know the day or the month, what it knows.
func date(n node, path string) string {
	iso := n.text(path)
	in := node(n)
	if i := strings.LastIndex(path, "."); i >= 0 {
		in = n.group(path[:i])
	}
	t, err := time.Parse(time.DateOnly, iso)
	switch {
	case err != nil:
		return iso
	case in.text("senzaGiornoMese") == "1":
		return t.Format("2006")
	case in.text("senzaGiorno") == "1":
		return t.Format("01/2006")
	}
	return iso
}

func place(n node) string {
	if c := n.group("comune"); c != nil {
		name := c.text("nomeComune")
		if p := c.text("siglaProvinciaIstat"); p != "" {
			name += " (" + p + ")"
		}
		return name
	}
	if l := n.group("localita"); l != nil {
		return join(", ", l.text("descrizioneLocalita"), l.text("provinciaContea"), l.text("descrizioneStato"))
	}
	return n.text("luogoEccezionale")
}

func join(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// residenceOrder is the order in which residences count (dossier, eservices
// §3): residence, revised street names, correction, abroad, then the rest.
var residenceOrder = map[string]int{"1": 0, "10": 1, "11": 2, "4": 3}

func residenceRank(n node) int {
	if r, ok := residenceOrder[n.text("tipoIndirizzo")]; ok {
		return r
	}
	return 4
}

func sortResidences(path string, ns []node) {
	if path != "residenza" {
		return
	}
	for i := 1; i < len(ns); i++ {
		for j := i; j > 0 && residenceRank(ns[j]) < residenceRank(ns[j-1]); j-- {
			ns[j], ns[j-1] = ns[j-1], ns[j]
		}
	}
}

// address writes an Italian or foreign address; a path names a list of which
// the first that counts is taken.
func address(n node, path string) string {
	if path != "" {
		rs := n.list(path)
		if len(rs) == 0 {
			return ""
		}
		sortResidences("residenza", rs)
		n = rs[0]
	}
	if a := n.group("indirizzo"); a != nil {
		return italian(a)
	}
	e := n.group("localitaEstera").group("indirizzoEstero")
	return join(", ", join(" ", e.text("toponimo.denominazione"), e.text("toponimo.numeroCivico")),
		join(" ", e.text("cap"), e.text("localita.descrizioneLocalita")), e.text("localita.provinciaContea"), e.text("localita.descrizioneStato"))
}

func italian(a node) string {
	n := a.group("numeroCivico")
	in := n.group("civicoInterno")
	number := join("/", n.text("numero"), n.text("lettera"), n.text("esponente1"))
	if m := n.text("metrico"); m != "" && number == "" {
		number = "km " + m
	}
	if number == "" && n.text("progSNC") != "" {
		number = "SNC"
	}
	var inside []string
	for _, p := range []struct{ label, path string }{{"corte", "corte"}, {"scala", "scala"}, {"piano", "piano"}, {"interno", "interno1"}, {"isolato", "isolato"}} {
		if t := in.text(p.path); t != "" {
			inside = append(inside, p.label+" "+t)
		}
	}
	return join(", ", join(" ", a.text("toponimo.specie"), a.text("toponimo.denominazioneToponimo")), number, strings.Join(inside, ", "), a.text("frazione"),
		join(" ", a.text("cap"), place(a)))
}

// within reports whether the subject is resident in the allowed Comuni: by the
// residence that counts, ceased codes brought to current ones. Whoever lives
// abroad, or has no residence, is not (dossier §4).
func (s *Service) within(raw json.RawMessage, allowed []string) bool {
	rs := parseSubject(raw).list("residenza")
	sortResidences("residenza", rs)
	if len(rs) == 0 || residenceRank(rs[0]) > 2 {
		return false
	}
	c := rs[0].group("indirizzo").group("comune")
	return s.atlas.Covers(allowed, c.text("codiceIstat"), c.text("nomeComune"), c.text("siglaProvinciaIstat"))
}
