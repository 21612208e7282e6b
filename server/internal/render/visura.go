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
	d := &visuraDocument{sheet: s, v: v, kind: kind, arms: arms}
	s.head, s.foot = d.head, d.foot
	s.page()
	for _, p := range lay(lang, v, made) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p.statements != nil {
			d.answer(p)
		} else {
			d.table(p.title, p.rows)
		}
	}
	return s.bytes()
}

type visuraDocument struct {
	*sheet
	v    Visura
	kind string
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

// answer writes what decides the case, large, on a panel of its own.
func (d *visuraDocument) answer(p part) {
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
	for i, x := range p.statements {
		switch x.weight {
		case decisive:
			st, gap := large, min(float64(i), 1)*2.5
			if x.code {
				st = largeCode
			}
			add(label, gap, x.label)
			add(st, 0, x.value)
		case grave:
			add(style{sans, "B", 10, ink, 4.8}, 3, x.label)
			add(plain, 0, x.value)
		default:
			add(plain, 1, x.value)
		}
	}
	title := p.title
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
