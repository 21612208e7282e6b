package visura

import (
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
)

// Row is one value with its label, in words.
type Row struct {
	Label string
	Value string
	Code  bool // monospace, copied as it is
}

// Block is a titled group of rows: of a person, or one member of a household.
type Block struct {
	Title    string
	Note     string // beside the title: how a member belongs to the household
	Number   int    // of a member; 0 elsewhere
	Deceased bool
	Person   string // fiscal code, or national id, of another person than the one asked about
	Rows     []Row
}

// Card is an answer in words.
type Card struct {
	Answer   []Row // what decides the case
	Deceased bool  // the person asked about is dead
	Members  bool  // the blocks are members of a household
	Blocks   []Block
	Missing  []string // what is lacking of what was asked, and why
	Warnings []string // what ANPR added
}

const (
	labelName  = "field.surname_name"
	labelBond  = "field.bond"
	labelDeath = "field.death_date"
	labelSex   = "field.sex"
	titleOf    = "card.member"

	titleCandidate = "card.candidate"
)

// CardOf says the card of a visura in words; false where there is none to be
// shown.
func CardOf(l *language.Language, v wire.Visura) (Card, bool) {
	if v.Card == nil || v.Outcome != app.OutcomeFound && v.Outcome != app.OutcomeDuplicate {
		return Card{}, false
	}
	c := Card{Warnings: v.Card.Warnings}
	for _, f := range v.Card.Answer {
		c.Answer = append(c.Answer, row(l, f))
		c.Deceased = c.Deceased || f.Phrase == "card.dead_since" || f.Phrase == "card.dead_unknown_date"
	}
	for _, g := range v.Card.Groups {
		b := Block{Title: l.Title(g)}
		member := g.Title == titleOf
		if member {
			c.Members = true
			b.Number = max(g.Number, 1)
		}
		for _, f := range g.Fields {
			r := row(l, f)
			switch {
			case f.Reason != "":
				c.Missing = append(c.Missing, b.Title+": "+r.Value)
			case strings.HasPrefix(f.Phrase, app.PhraseShort):
				c.Missing = append(c.Missing, r.Value)
			}
			switch {
			case member && f.Label == labelName:
				b.Title = r.Value
				continue
			case member && f.Label == labelBond:
				b.Note = r.Value
				continue
			case f.Label == labelDeath:
				b.Deceased = true
			}
			b.Rows = append(b.Rows, r)
		}
		b.Person = person(v, g)
		c.Deceased = c.Deceased || b.Deceased && !member
		c.Blocks = append(c.Blocks, b)
	}
	return c, true
}

// others are the groups of a card that are about another person.
var others = []string{titleOf, "card.spouse", "card.partner", "card.father", "card.mother", titleCandidate}

// person is the key by which the person of a group can be asked about; "" where
// it is the one of the visura, or none is given.
func person(v wire.Visura, g app.CardGroup) string {
	if !slices.Contains(others, g.Title) {
		return ""
	}
	labels := []string{"field.fiscal_code", "field.id_anpr"}
	if g.Title == titleCandidate { // their fiscal code may be the same
		labels = labels[1:]
	}
	for _, label := range labels {
		for _, f := range g.Fields {
			if f.Label != label || f.Value == "" {
				continue
			}
			if s := v.Subject; f.Value == s.FiscalCode || f.Value == s.IDANPR {
				return ""
			}
			return f.Value
		}
	}
	return ""
}

func row(l *language.Language, f app.CardField) Row {
	r := Row{Label: l.T(f.Label), Value: l.Value(f), Code: f.Code}
	if key := "sex." + f.Value; f.Label == labelSex && l.Has(key) {
		r.Value = l.T(key)
	}
	return r
}

// Requested is what was asked, in words.
func Requested(l *language.Language, v wire.VisuraSummary) []Row {
	rows := []Row{{Label: l.T("visura.subject"), Value: SubjectText(l, v.Subject, ""), Code: v.Subject.Identity == nil}}
	rows = append(rows,
		Row{Label: l.T("document.type"), Value: l.T("visura.type." + string(v.Type))},
		Row{Label: l.T("document.types"), Value: l.Types(v.Types)},
		Row{Label: l.T("document.since"), Value: l.Day(v.Since)},
		Row{Label: l.T("document.reference_date"), Value: l.Day(v.ReferenceDate)},
		Row{Label: l.T("document.purpose"), Value: v.PurposeName},
		Row{Label: l.T("document.file"), Value: v.FileReference},
	)
	if d := v.Declared; d != nil {
		spec, _ := v.Type.Spec()
		for _, x := range spec.Declares {
			rows = append(rows, Row{Label: l.T("declared." + string(x.Input)), Value: l.Day(app.Day(d.Says(x.Input)))})
		}
	}
	return slices.DeleteFunc(rows, func(r Row) bool { return r.Value == "" })
}

// EvidenceRows is what proves that the look-up took place, in words.
func EvidenceRows(l *language.Language, v wire.Visura) []Row {
	e := v.Evidence
	if e == nil {
		return nil
	}
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return l.Exact(t)
	}
	service := e.Service
	if key := "anpr.service." + service; l.Has(key) {
		service = l.T(key)
	}
	rows := []Row{
		{Label: l.T("document.operation"), Value: e.Operation, Code: true},
		{Label: l.T("document.service"), Value: service},
		{Label: l.T("document.asked"), Value: moment(e.Asked)},
		{Label: l.T("document.answered"), Value: moment(e.Answered)},
		{Label: l.T("document.operator"), Value: e.Operator},
		{Label: l.T("document.workstation"), Value: e.Workstation},
		{Label: l.T("document.mediator"), Value: e.Mediator},
		{Label: l.T("document.approval"), Value: approved(l, e.Approval)},
		{Label: l.T("document.check_code"), Value: e.CheckCode, Code: true},
	}
	for _, p := range e.Parts {
		service := p.Service
		if key := "anpr.service." + service; l.Has(key) {
			service = l.T(key)
		}
		rows = append(rows, Row{Label: l.T("document.part", "service", service, "date", l.Day(p.Date)), Value: join(p.Operation, l.T("outcome."+string(p.Outcome)), why(l, p))})
	}
	return slices.DeleteFunc(rows, func(r Row) bool { return r.Value == "" })
}

// why tells why a part failed; "" where it did not.
func why(l *language.Language, p app.EvidencePart) string {
	if p.Code == "" {
		return ""
	}
	return l.Refusal(p.Code, p.Params).What
}

func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// approved tells who consented, or that silence did; "" where no consent was
// needed.
func approved(l *language.Language, a *app.VisuraApproval) string {
	if a == nil || a.Decided == nil {
		return ""
	}
	return l.Approval(*a)
}

// SubjectText names a person: as the register writes him where that is known,
// or else as he was asked for.
func SubjectText(l *language.Language, s app.Subject, registered string) string {
	switch {
	case registered != "":
		return registered
	case s.Identity != nil:
		name := strings.ToUpper(strings.TrimSpace(s.Identity.Surname + " " + s.Identity.Name))
		return l.T("visura.subject.born", "name", name, "date", l.Day(s.Identity.BirthDate))
	}
	return s.FiscalCode + s.IDANPR
}

// Text is a visura as it is copied: request, answer and evidence, a line a
// value.
func Text(l *language.Language, v wire.Visura) string {
	var b strings.Builder
	section := func(title string, rows []Row) {
		if len(rows) == 0 {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(title + "\n")
		for _, r := range rows {
			b.WriteString(r.Label + ": " + r.Value + "\n")
		}
	}
	section(l.T("document.request"), Requested(l, v.VisuraSummary))
	if c, ok := CardOf(l, v); ok {
		section(l.T("document.answer"), c.Answer)
		for _, x := range c.Blocks {
			title := x.Title
			if x.Note != "" {
				title += " — " + x.Note
			}
			section(title, x.Rows)
		}
		for _, w := range c.Warnings {
			section(l.T("card.warnings"), []Row{{Label: l.T("card.warning"), Value: w}})
		}
	} else {
		section(l.T("document.answer"), []Row{{Label: l.T("visura.outcome"), Value: l.T("outcome." + string(v.Outcome))}})
	}
	section(l.T("document.evidence"), EvidenceRows(l, v))
	return b.String()
}

// Again is the request that would ask the same of the same person.
func Again(v wire.VisuraSummary) wire.VisuraRequest {
	return wire.VisuraRequest{Type: v.Type, Types: v.Types, Declared: v.Declared, Since: v.Since, Subject: v.Subject, Purpose: v.Purpose, FileReference: v.FileReference}
}

// DisplayName is the name as the register writes it, where the operator may
// see it: not of somebody whose data were withheld.
func DisplayName(v wire.VisuraSummary) string {
	switch v.Outcome {
	case app.OutcomeOutOfScope, app.OutcomeRefused:
		return ""
	}
	return v.SubjectName
}

// Summary is the request last sent, as far as it is known: from the server, or
// as the form had it.
func (f *Flow) Summary() wire.VisuraSummary {
	s := f.State()
	if s.Visura.ID != "" {
		return s.Visura.VisuraSummary
	}
	r := s.Request
	out := wire.VisuraSummary{Type: r.Type, Subject: r.Subject, ReferenceDate: r.ReferenceDate, Purpose: r.Purpose, FileReference: r.FileReference}
	for _, p := range f.Purposes() {
		if p.ID == r.Purpose {
			out.PurposeName = p.Name
		}
	}
	return out
}
