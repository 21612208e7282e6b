package render

import (
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
)

// part is a titled part of the document of a visura: rows of a label and a
// value, or the answer in statements. Rows without a value are left out.
type part struct {
	title      string
	rows       []row
	statements []statement

	// Where the part is one of several alike: what they are called together,
	// "" where it is not.
	alike string
}

// statement is a piece of the answer. Its label may be empty.
type statement struct {
	row
	weight weight
}

// weight says how much a statement matters.
type weight int

const (
	ordinary weight = iota
	decisive        // what decides the case
	grave           // what must not be overlooked; its label says it
)

// layout says what stands where in the document of a visura, whichever file it
// becomes.
type layout struct {
	lang *language.Language
	v    Visura
	made time.Time
}

// lay gives the parts of the document of a visura, in their order, made at the
// moment.
func lay(lang *language.Language, v Visura, made time.Time) []part {
	l := layout{lang, v, made}
	parts := []part{l.request(), l.answer()}
	if v.Card != nil && answers(v.Outcome) {
		for _, g := range v.Card.Groups {
			parts = append(parts, l.group(g))
		}
		parts = append(parts, l.warnings(v.Card.Warnings))
	}
	return append(parts, l.evidence())
}

// answers reports whether an outcome gives data of the register. All others
// show none, whatever they were handed: a withheld answer stays withheld.
func answers(o app.Outcome) bool { return o == app.OutcomeFound || o == app.OutcomeNoData }

func (l layout) request() part {
	v, t := l.v, l.lang.T
	rows := []row{{label: t("document.type"), value: t("visura.type." + string(v.Type))}}
	if id := v.Subject.Identity; id != nil {
		place := v.BirthPlace
		if place == "" {
			place = id.BirthPlace
		}
		if id.Locality != "" {
			place += ", " + id.Locality
		}
		sex := ""
		if id.Sex != "" {
			sex = t("sex." + id.Sex)
		}
		rows = append(rows,
			row{label: t("field.surname_name"), value: id.Surname + " " + id.Name},
			row{label: t("field.sex"), value: sex},
			l.day(t("field.birth_date"), id.BirthDate),
			row{label: t("field.birth_place"), value: place})
	}
	if spec, ok := v.Type.Spec(); ok {
		for _, x := range spec.Declares {
			rows = append(rows, l.day(t("declared.title")+": "+t("declared."+string(x.Input)), app.Day(v.Declared.Says(x.Input))))
		}
	}
	return part{title: t("document.request"), rows: append(rows,
		row{label: t("field.fiscal_code"), value: v.Subject.FiscalCode, code: true},
		row{label: t("field.id_anpr"), value: v.Subject.IDANPR, code: true},
		row{label: t("document.types"), value: l.lang.Types(v.Types)},
		l.day(t("document.since"), v.Since),
		l.day(t("document.reference_date"), v.ReferenceDate),
		row{label: t("document.purpose"), value: v.Purpose},
		row{label: t("document.file"), value: v.FileReference},
		l.moment(t("document.created"), v.Created),
	)}
}

// answer is what decides the case; where there is no answer, what happened.
func (l layout) answer() part {
	v, t := l.v, l.lang.T
	p := part{title: t("document.answer")}
	add := func(w weight, r row) { p.statements = append(p.statements, statement{r, w}) }
	if v.Outcome == app.OutcomeFound && v.Card != nil && len(v.Card.Answer) > 0 {
		for _, f := range v.Card.Answer {
			r := l.field(f)
			if r.value == "" {
				r.value = t("card.empty")
			}
			add(decisive, r)
		}
		if Deceased(v.Card) {
			add(grave, row{label: t("card.deceased"), value: t("card.deceased.text")})
		}
		return p
	}
	key := "outcome." + string(v.Outcome)
	add(decisive, row{value: t(key)})
	add(ordinary, row{value: t(key + ".text")})
	if v.Code != "" && (v.Outcome == app.OutcomeRefused || v.Outcome == app.OutcomeFailed) {
		s := l.lang.Refusal(v.Code, v.Params)
		add(ordinary, row{value: s.What})
		if s.Means != t(key+".text") {
			add(ordinary, row{value: s.Means})
		}
	}
	return p
}

func (l layout) group(g app.CardGroup) part {
	p := part{title: l.lang.Title(g)}
	if g.Number > 0 {
		p.alike = l.lang.T(g.Title)
	}
	for _, f := range g.Fields {
		p.rows = append(p.rows, l.field(f))
	}
	return p
}

func (l layout) warnings(ws []string) part {
	p := part{title: l.lang.T("card.warnings")}
	for _, w := range ws {
		p.rows = append(p.rows, row{label: l.lang.T("card.warning"), value: w})
	}
	return p
}

func (l layout) evidence() part {
	v, e, t := l.v, l.v.Evidence, l.lang.T
	rows := []row{
		{label: t("document.operation"), value: e.Operation, code: true},
		{label: t("document.service"), value: l.service(e.Service)},
		l.exact(t("document.asked"), e.Asked),
		l.exact(t("document.answered"), e.Answered),
		l.exact(t("document.ended"), v.Ended),
		{label: t("document.operator"), value: first(v.Operator, e.Operator)},
		{label: t("document.mediator"), value: e.Mediator},
		{label: t("document.approval"), value: l.approval(e.Approval)},
		{label: t("document.workstation"), value: first(v.Workstation, e.Workstation)},
		l.moment(t("document.made"), l.made),
	}
	for _, p := range e.Parts {
		value := t("outcome." + string(p.Outcome))
		if p.Code != "" {
			value += ". " + l.lang.Refusal(p.Code, p.Params).What
		}
		if p.Operation != "" {
			value = p.Operation + ", " + value
		}
		rows = append(rows, row{label: t("document.part", "service", l.service(p.Service), "date", l.lang.Day(p.Date)), value: value})
	}
	return part{title: t("document.evidence"), rows: rows}
}

func (l layout) service(s string) string {
	if key := "anpr.service." + s; l.lang.Has(key) {
		return l.lang.T(key)
	}
	return s
}

// approval tells who consented to the look-up, or that silence did; nothing
// where no consent was needed.
func (l layout) approval(a *app.VisuraApproval) string {
	if a == nil || a.Decided == nil {
		return ""
	}
	return l.lang.Approval(*a)
}

// field is a field of the card.
func (l layout) field(f app.CardField) row {
	r := row{label: l.lang.T(f.Label), value: l.lang.Value(f), code: f.Code}
	if !f.Code && f.Phrase == "" && f.Reason == "" {
		r.of = whole(app.Day(f.Value))
	}
	return r
}

// day is a row of a day; what is no day stays what it is.
func (l layout) day(name string, d app.Day) row {
	return row{label: name, value: l.lang.Day(d), of: whole(d)}
}

// whole is the day where it is one, with day, month and year, and nil where it
// is other text.
func whole(d app.Day) any {
	if _, ok := d.Time(); ok {
		return d
	}
	return nil
}

// moment is a row of a moment; one of no value for the zero one.
func (l layout) moment(name string, t time.Time) row {
	if t.IsZero() {
		return row{label: name}
	}
	return row{label: name, value: l.lang.Moment(t), of: t}
}

// exact is a row of a moment to the second.
func (l layout) exact(name string, t time.Time) row {
	r := l.moment(name, t)
	if r.value != "" {
		r.value = l.lang.Exact(t)
	}
	return r
}

// empty reports whether a row has nothing to say.
func (r row) empty() bool { return strings.TrimSpace(r.value) == "" }

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// Deceased reports whether a card tells of the death of its person.
func Deceased(c *app.Card) bool {
	for _, f := range c.Answer {
		if f.Phrase == "card.dead_since" || f.Phrase == "card.dead_unknown_date" || (f.Label == "field.death_date" && f.Value != "") {
			return true
		}
	}
	for _, g := range c.Groups {
		for _, f := range g.Fields {
			if g.Title == "card.person" && f.Label == "field.death_date" && (f.Value != "" || f.Phrase != "") {
				return true
			}
		}
	}
	return false
}
