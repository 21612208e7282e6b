package render

import (
	"bytes"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"indagor/app/language"
)

// Measures of a page, in millimetres.
const (
	pageWidth   = 210.0
	pageHeight  = 297.0
	marginSide  = 20.0
	marginTop   = 14.0
	footTop     = pageHeight - 38 // where the foot begins
	bandHeight  = 8.0             // training band
	labelWidth  = 58.0
	columnWidth = pageWidth - 2*marginSide
	valueWidth  = columnWidth - labelWidth
	qrSide      = 22.0
)

type colour struct{ r, g, b int }

// The colours of documents, as those of the screens in the light theme.
var (
	ink      = colour{0x17, 0x32, 0x4D}
	quiet    = colour{0x45, 0x5B, 0x71}
	line     = colour{0xD0, 0xD5, 0xDA}
	surface  = colour{0xF5, 0xF6, 0xF7}
	white    = colour{0xFF, 0xFF, 0xFF}
	primary  = colour{0x00, 0x66, 0xCC}
	training = colour{0x5A, 0x3E, 0xA6}
)

// pagesAlias stands for the number of pages until it is known. It is two
// characters of private use, which clean takes out of every other text.
const pagesAlias = "\uE000\uE001"

// sheet is a document being written from the top of the first page down.
type sheet struct {
	pdf  *fpdf.Fpdf
	lang *language.Language
	y    float64
	head func(first bool) // draws the top of a page and sets y
	foot func()
	err  error
}

func newSheet(lang *language.Language, made time.Time, title, author string) *sheet {
	pdf := fpdf.New("P", "mm", "A4", "")
	addFonts(pdf)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetTitle(title, true)
	pdf.SetAuthor(author, true)
	pdf.SetCreator("INDAGOR", true)
	pdf.SetProducer("INDAGOR", true)
	pdf.SetLang(lang.Name())
	pdf.SetMargins(marginSide, marginTop, marginSide)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCellMargin(0)
	pdf.AliasNbPages(pagesAlias)
	pdf.SetDisplayMode("fullwidth", "continuous")
	return &sheet{pdf: pdf, lang: lang}
}

// page ends the page, if there is one, and begins the next.
func (s *sheet) page() {
	first := s.pdf.PageNo() == 0
	if !first {
		s.foot()
	}
	s.pdf.AddPage()
	s.y = marginTop
	s.head(first)
}

// bytes ends the document.
func (s *sheet) bytes() ([]byte, error) {
	s.foot()
	if s.err != nil {
		return nil, s.err
	}
	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// room is the height left on the page.
func (s *sheet) room() float64 { return footTop - 4 - s.y }

type style struct {
	family string
	weight string
	size   float64 // points
	colour colour
	lead   float64 // millimetres from line to line
}

var (
	plain     = style{sans, "", 9.5, ink, 4.4}
	code      = style{mono, "", 9.5, ink, 4.4}
	label     = style{sans, "", 9, quiet, 4.4}
	small     = style{sans, "", 8, quiet, 3.8}
	section   = style{sans, "B", 11.5, ink, 5.5}
	subtitle  = style{sans, "", 9, quiet, 4.4}
	heading   = style{sans, "B", 19, ink, 8.5}
	bodyName  = style{sans, "B", 14, ink, 6}
	large     = style{sans, "B", 14, ink, 6.4}
	largeCode = style{mono, "", 14, ink, 6.4}
)

func (s *sheet) use(st style) {
	s.pdf.SetFont(st.family, st.weight, st.size)
	s.pdf.SetTextColor(st.colour.r, st.colour.g, st.colour.b)
}

// wrap breaks a text into lines of the width.
func (s *sheet) wrap(st style, width float64, text string) []string {
	s.use(st)
	var out []string
	for _, l := range s.pdf.SplitText(clean(text), width) {
		out = append(out, strings.TrimSpace(l))
	}
	return out
}

// lines writes broken lines at x and moves nothing; it returns the y below.
func (s *sheet) lines(st style, x, y float64, lines []string) float64 {
	s.use(st)
	for _, l := range lines {
		s.pdf.SetXY(x, y)
		s.pdf.CellFormat(columnWidth, st.lead, l, "", 0, "L", false, 0, "")
		y += st.lead
	}
	return y
}

// text writes a paragraph over the column and moves below it.
func (s *sheet) text(st style, text string) {
	ls := s.wrap(st, columnWidth, text)
	s.need(float64(len(ls)) * st.lead)
	s.y = s.lines(st, marginSide, s.y, ls)
}

// need begins a new page where less than the height is left.
func (s *sheet) need(height float64) {
	if s.room() < height {
		s.page()
	}
}

func (s *sheet) rule(y float64, c colour, width float64) {
	s.pdf.SetDrawColor(c.r, c.g, c.b)
	s.pdf.SetLineWidth(width)
	s.pdf.Line(marginSide, y, pageWidth-marginSide, y)
}

func (s *sheet) fill(c colour, x, y, w, h float64) {
	s.pdf.SetFillColor(c.r, c.g, c.b)
	s.pdf.Rect(x, y, w, h, "F")
}

// row is one line of a two-column table.
type row struct {
	label string
	value string
	code  bool
	of    any // the value itself where it is a day (app.Day) or a moment (time.Time)
}

// padding above and below the text of a row.
const rowPadding = 0.75

type laid struct {
	label, value []string
	style        style
}

func (l laid) height() float64 {
	return float64(max(len(l.label), len(l.value)))*plain.lead + 2*rowPadding
}

func (s *sheet) fold(r row) laid {
	st := plain
	if r.code {
		st = code
	}
	return laid{s.wrap(label, labelWidth-4, r.label), s.wrap(st, valueWidth, r.value), st}
}

// table writes a titled table of two columns. A table that fits a page is not
// broken unless it is long; where it is broken, the next page repeats its
// title. Rows without a value are left out, and a table without rows.
func (s *sheet) table(title string, rows []row) {
	var ls []laid
	height := section.lead + 2
	for _, r := range rows {
		if !r.empty() {
			l := s.fold(r)
			ls = append(ls, l)
			height += l.height()
		}
	}
	if len(ls) == 0 {
		return
	}
	if height < (footTop-marginTop)/2 {
		s.need(height)
	} else {
		s.need(section.lead + 2 + min(ls[0].height(), 40))
	}
	s.tableTitle(title)
	for _, l := range ls {
		s.tableRow(title, l)
	}
	s.y += 4.5
}

func (s *sheet) tableTitle(title string) {
	s.y = s.lines(section, marginSide, s.y, s.wrap(section, columnWidth, title)[:1]) + 1
	s.rule(s.y, ink, 0.3)
	s.y++
}

func (s *sheet) tableRow(title string, l laid) {
	again := s.lang.T("document.group_continued", "title", title)
	if fresh := footTop - 60 - marginTop; l.height() > s.room() && l.height() < fresh {
		s.page()
		s.tableTitle(again)
	}
	// A value longer than a page goes on over the next ones.
	for {
		fits := max(int((s.room()-2*rowPadding)/plain.lead), 1)
		part := laid{l.label[:min(fits, len(l.label))], l.value[:min(fits, len(l.value))], l.style}
		s.lines(label, marginSide, s.y+rowPadding, part.label)
		s.lines(part.style, marginSide+labelWidth, s.y+rowPadding, part.value)
		s.y += part.height()
		s.rule(s.y, line, 0.15)
		l.label, l.value = l.label[len(part.label):], l.value[len(part.value):]
		if len(l.label)+len(l.value) == 0 {
			return
		}
		s.page()
		s.tableTitle(again)
	}
}

// clean makes a text safe to write: one line, no control or private
// characters, and a mark in the place of what the font's plane does not have.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cf, r):
			return -1
		case r == '\u2011':
			return '-'
		case r > 0xFFFF:
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
