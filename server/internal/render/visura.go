package render

import (
	"context"
	"errors"
	"strconv"
	"time"

	"indagor/app"
	"indagor/app/language"
)

// Visura is what the document of one visura holds.
type Visura struct {
	Body Body

	Type          app.VisuraType
	Outcome       app.Outcome
	Code          app.Code          // why it was refused or failed
	Params        map[string]string // parameters of the code's sentence
	Subject       app.Subject       // as it was asked
	BirthPlace    string            // name of Subject.Identity.BirthPlace; its code where empty
	Types         []app.VisuraType  // of which it is made
	Since         app.Day           // of a history
	Declared      *app.Declared     // what was to be verified
	ReferenceDate app.Day
	Purpose       string
	FileReference string
	Created       time.Time
	Ended         time.Time // zero where it has not ended

	Card     *app.Card    // shown with the outcomes that give an answer only
	Evidence app.Evidence // what is empty is left out

	Operator    string
	Office      string
	Department  string
	Workstation string

	Training  bool   // made in a training environment: every page says so
	CheckCode string // code by which the document is checked
	CheckURL  string // what the QR code holds; the check code where empty
}

// ErrNotEnded says that a visura has no outcome yet, and so no document.
var ErrNotEnded = errors.New("render: the visura has not ended")

// Visura writes the document of a visura as a PDF, in the language. It fails
// where the visura has not ended (ErrNotEnded), the arms are no image (ErrArms), the check code does not fit a QR
// code, or the context has ended.
func (r *Renderer) Visura(ctx context.Context, lang *language.Language, v Visura) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if v.Outcome == "" {
		return nil, ErrNotEnded
	}
	arms, err := r.prepared(v.Body.Arms)
	if err != nil {
		return nil, err
	}
	lang = lang.Zoned(r.zone)
	made := r.now().In(r.zone)
	kind := lang.T("visura.type." + string(v.Type))
	s := newSheet(lang, made, lang.T("document.title")+" – "+kind, v.Body.Name)
	d := &visuraDocument{sheet: s, lang: lang, v: v, kind: kind, made: made, arms: arms}
	s.head, s.foot = d.head, d.foot
	s.page()
	d.request()
	d.answer()
	if v.Card != nil && answers(v.Outcome) {
		for _, g := range v.Card.Groups {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			d.group(g)
		}
		d.warnings(v.Card.Warnings)
	}
	d.evidence()
	return s.bytes()
}

// answers reports whether an outcome gives data of the register. All others
// show none, whatever they were handed: a withheld answer stays withheld.
func answers(o app.Outcome) bool { return o == app.OutcomeFound || o == app.OutcomeNoData }

type visuraDocument struct {
	*sheet
	lang *language.Language
	v    Visura
	kind string
	made time.Time
	arms *arms
}

func (d *visuraDocument) head(first bool) {
	if d.v.Training {
		d.band()
	}
	if !first {
		d.running(d.v.Body.Name + " · " + d.lang.T("document.title") + " · " + d.kind)
		return
	}
	d.letterhead(d.v.Body, d.arms, d.v.Department, d.v.Office)
	d.text(subtitle, d.lang.T("document.title"))
	d.text(heading, d.kind)
	d.y += 0.5
	d.text(subtitle, d.lang.T("document.subtitle"))
	if d.v.Training {
		d.y++
		st := style{sans, "B", 9, training, 4.4}
		d.text(st, d.lang.T("document.training.text"))
	}
	d.y += 5
}

func (d *visuraDocument) foot() {
	d.rule(footTop, line, 0.3)
	content := d.v.CheckURL
	if content == "" {
		content = d.v.CheckCode
	}
	width := columnWidth
	if content != "" {
		width -= qrSide + 6
		d.qrCode(content, pageWidth-marginSide-qrSide+2, footTop+2, qrSide)
	}
	y := footTop + 4
	if d.v.CheckCode != "" {
		y = d.lines(small, marginSide, y, []string{d.lang.T("document.check_code")})
		y = d.lines(style{mono, "", 10.5, ink, 5}, marginSide, y, d.wrap(style{mono, "", 10.5, ink, 5}, width, d.v.CheckCode))
		y = d.lines(small, marginSide, y+0.5, d.wrap(small, width, d.lang.T("document.check")))
	}
	y = d.lines(small, marginSide, y, d.wrap(small, width, d.lang.T("document.notice")))
	d.lines(small, marginSide, y+1.2, []string{d.lang.T("document.page", "page", strconv.Itoa(d.pdf.PageNo()), "pages", pagesAlias)})
	if d.v.Training {
		d.fill(training, 0, pageHeight-3, pageWidth, 3)
	}
}

func (d *visuraDocument) request() {
	v, t := d.v, d.lang.T
	rows := []row{{label: t("document.type"), value: d.kind}}
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
			row{label: t("field.birth_date"), value: d.lang.Day(id.BirthDate)},
			row{label: t("field.birth_place"), value: place})
	}
	if spec, ok := v.Type.Spec(); ok {
		for _, x := range spec.Declares {
			rows = append(rows, row{label: t("declared.title") + ": " + t("declared."+string(x.Input)), value: d.lang.Day(app.Day(v.Declared.Says(x.Input)))})
		}
	}
	d.table(t("document.request"), append(rows,
		row{label: t("field.fiscal_code"), value: v.Subject.FiscalCode, code: true},
		row{label: t("field.id_anpr"), value: v.Subject.IDANPR, code: true},
		row{label: t("document.types"), value: d.lang.Types(v.Types)},
		row{label: t("document.since"), value: d.lang.Day(v.Since)},
		row{label: t("document.reference_date"), value: d.lang.Day(v.ReferenceDate)},
		row{label: t("document.purpose"), value: v.Purpose},
		row{label: t("document.file"), value: v.FileReference},
		row{label: t("document.created"), value: d.moment(v.Created)},
	))
}

// answer writes what decides the case, large, on a panel of its own.
func (d *visuraDocument) answer() {
	const inset = 6.0
	type piece struct {
		style style
		line  string
		gap   float64 // above
	}
	var pieces []piece
	add := func(st style, gap float64, text string) {
		if text == "" {
			return
		}
		for _, l := range d.wrap(st, columnWidth-2*inset, text) {
			pieces = append(pieces, piece{st, l, gap})
			gap = 0
		}
	}
	v := d.v
	if v.Outcome == app.OutcomeFound && v.Card != nil && len(v.Card.Answer) > 0 {
		for i, f := range v.Card.Answer {
			st, gap := large, min(float64(i), 1)*2.5
			if f.Code {
				st = largeCode
			}
			value := d.lang.Value(f)
			if value == "" {
				value = d.lang.T("card.empty")
			}
			add(label, gap, d.lang.T(f.Label))
			add(st, 0, value)
		}
		if Deceased(v.Card) {
			add(style{sans, "B", 10, ink, 4.8}, 3, d.lang.T("card.deceased"))
			add(plain, 0, d.lang.T("card.deceased.text"))
		}
	} else {
		key := "outcome." + string(v.Outcome)
		add(large, 0, d.lang.T(key))
		add(plain, 1, d.lang.T(key+".text"))
		if v.Code != "" && (v.Outcome == app.OutcomeRefused || v.Outcome == app.OutcomeFailed) {
			s := d.lang.Refusal(v.Code, v.Params)
			add(plain, 1.5, s.What)
			if s.Means != d.lang.T(key+".text") {
				add(plain, 0, s.Means)
			}
		}
	}
	title := d.lang.T("document.answer")
	for again := false; len(pieces) > 0; again = true {
		height, fits := 9.0, 0
		for _, p := range pieces {
			if height+p.gap+p.style.lead > footTop-4-marginTop-30 {
				break
			}
			height += p.gap + p.style.lead
			fits++
		}
		d.need(section.lead + 3 + height)
		if again {
			d.tableTitle(d.lang.T("document.group_continued", "title", title))
		} else {
			d.tableTitle(title)
		}
		d.y++
		d.fill(surface, marginSide, d.y, columnWidth, height)
		d.fill(primary, marginSide, d.y, 1.2, height)
		y := d.y + 4.5
		for _, p := range pieces[:fits] {
			y = d.lines(p.style, marginSide+inset, y+p.gap, []string{p.line})
		}
		pieces = pieces[fits:]
		d.y += height + 6
	}
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

func (d *visuraDocument) group(g app.CardGroup) {
	rows := make([]row, 0, len(g.Fields))
	for _, f := range g.Fields {
		rows = append(rows, row{d.lang.T(f.Label), d.lang.Value(f), f.Code})
	}
	d.table(d.lang.Title(g), rows)
}

func (d *visuraDocument) warnings(ws []string) {
	rows := make([]row, 0, len(ws))
	for _, w := range ws {
		rows = append(rows, row{label: d.lang.T("card.warning"), value: w})
	}
	d.table(d.lang.T("card.warnings"), rows)
}

func (d *visuraDocument) evidence() {
	v, e, t := d.v, d.v.Evidence, d.lang.T
	service := e.Service
	if key := "anpr.service." + e.Service; d.lang.Has(key) {
		service = t(key)
	}
	var parts []row
	for _, p := range e.Parts {
		service := p.Service
		if key := "anpr.service." + p.Service; d.lang.Has(key) {
			service = t(key)
		}
		value := t("outcome." + string(p.Outcome))
		if p.Code != "" {
			value += ". " + d.lang.Refusal(p.Code, p.Params).What
		}
		if p.Operation != "" {
			value = p.Operation + ", " + value
		}
		parts = append(parts, row{label: t("document.part", "service", service, "date", d.lang.Day(p.Date)), value: value})
	}
	d.table(t("document.evidence"), append([]row{
		{label: t("document.operation"), value: e.Operation, code: true},
		{label: t("document.service"), value: service},
		{label: t("document.asked"), value: d.exact(e.Asked)},
		{label: t("document.answered"), value: d.exact(e.Answered)},
		{label: t("document.ended"), value: d.exact(v.Ended)},
		{label: t("document.operator"), value: first(v.Operator, e.Operator)},
		{label: t("document.mediator"), value: e.Mediator},
		{label: t("document.approval"), value: d.approval(e.Approval)},
		{label: t("document.workstation"), value: first(v.Workstation, e.Workstation)},
		{label: t("document.made"), value: d.moment(d.made)},
	}, parts...))
}

// approval tells who consented to the look-up, or that silence did; nothing
// where no consent was needed.
func (d *visuraDocument) approval(a *app.VisuraApproval) string {
	if a == nil || a.Decided == nil {
		return ""
	}
	return d.lang.Approval(*a)
}

// moment writes a moment; nothing for the zero one.
func (d *visuraDocument) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return d.lang.Moment(t)
}

// exact writes a moment to the second; nothing for the zero one.
func (d *visuraDocument) exact(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return d.lang.Exact(t)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
