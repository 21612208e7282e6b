package render

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"indagor/app"
	"indagor/app/language"
)

// Statistics is what the document of counted requests holds.
type Statistics struct {
	Body     Body
	Training bool

	By                      app.Dimension
	From, Until             app.Day
	BeforeFrom, BeforeUntil app.Day
	Filters                 []string // in words
	Own                     bool     // counts only what the maker himself asked
	Maker                   string   // who made it
	Total, Before           int64
	Rows                    []StatisticsRow
}

// StatisticsRow is how many requests have one thing in common.
type StatisticsRow struct {
	Key, Name string
	N         int64
	Before    *int64 // nil where nothing stands beside it
}

// Statistics writes counted requests as a PDF with a chart and a table, in the
// language. It fails where the arms are no image (ErrArms) or the context has
// ended.
func (r *Renderer) Statistics(ctx context.Context, lang *language.Language, v Statistics) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	arms, err := r.prepared(v.Body.Arms)
	if err != nil {
		return nil, err
	}
	lang = lang.Zoned(r.zone)
	made := r.now().In(r.zone)
	title := lang.T("statistics.title") + " – " + lang.T("statistics.by."+string(v.By))
	s := newSheet(lang, made, title, v.Body.Name)
	d := &statisticsDocument{sheet: s, v: v, made: made, arms: arms}
	s.head, s.foot = d.head, d.foot
	s.page()
	d.about()
	if err := d.chart(); err != nil {
		return nil, err
	}
	d.rows(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.bytes()
}

type statisticsDocument struct {
	*sheet
	v    Statistics
	made time.Time
	arms *arms
}

func (d *statisticsDocument) head(first bool) {
	t := d.lang.T
	if d.v.Training {
		d.band()
	}
	if !first {
		d.running(d.v.Body.Name + " · " + t("statistics.title") + " · " + d.lang.Period(d.v.From, d.v.Until))
		return
	}
	d.letterhead(d.v.Body, d.arms)
	d.text(subtitle, t("statistics.title")+" · "+t("statistics.by."+string(d.v.By)))
	d.text(heading, t("statistics.question."+string(d.v.By)))
	if d.v.Training {
		d.y++
		d.text(style{sans, "B", 9, training, 4.4}, t("document.training.text"))
	}
	d.y += 4
}

func (d *statisticsDocument) foot() {
	d.rule(footTop+16, line, 0.3)
	note := "statistics.all"
	if d.v.Own {
		note = "statistics.own"
	}
	y := d.lines(small, marginSide, footTop+18, d.wrap(small, columnWidth, d.lang.T(note)))
	d.lines(small, marginSide, y+1.2, []string{d.lang.T("document.page", "page", strconv.Itoa(d.pdf.PageNo()), "pages", pagesAlias)})
	if d.v.Training {
		d.fill(training, 0, pageHeight-3, pageWidth, 3)
	}
}

func (d *statisticsDocument) about() {
	t, v := d.lang.T, d.v
	filters := v.Filters
	if len(filters) == 0 {
		filters = []string{t("statistics.no_filter")}
	}
	rows := []row{{label: t("statistics.period"), value: d.lang.Period(v.From, v.Until)}}
	for i, f := range filters {
		label := ""
		if i == 0 {
			label = t("statistics.filters")
		}
		rows = append(rows, row{label: label, value: f})
	}
	d.table(t("statistics.total")+": "+d.lang.Number(int(v.Total)), append(rows,
		row{label: t("statistics.period_before"), value: d.lang.Period(v.BeforeFrom, v.BeforeUntil) + ": " + d.lang.Number(int(v.Before)) + " (" + d.lang.Difference(v.Total, v.Before) + ")"},
		row{label: t("statistics.made_by"), value: v.Maker},
		row{label: t("statistics.made"), value: d.lang.Moment(d.made)},
	))
}

// chart draws what the title asks.
func (d *statisticsDocument) chart() error {
	v := d.v
	if v.Total == 0 && v.Before == 0 {
		d.text(plain, d.lang.T("statistics.empty"))
		d.y += 4
		return nil
	}
	legend := []string{d.lang.Period(v.From, v.Until)}
	beside := !slices.ContainsFunc(v.Rows, func(r StatisticsRow) bool { return r.Before == nil })
	if beside {
		legend = append(legend, d.lang.Period(v.BeforeFrom, v.BeforeUntil))
	}
	bars := make([]bar, len(v.Rows))
	for i, r := range v.Rows {
		bars[i] = bar{label: d.shortened(d.lang.CountKey(v.By, r.Key, r.Name, true)), n: float64(r.N)}
		if beside {
			bars[i].before = float64(*r.Before)
		}
	}
	png, height, err := chart(bars, v.By.Time(), legend, func(f float64) string { return d.lang.Number(int(f)) })
	if err != nil {
		return err
	}
	high := columnWidth * float64(height) / chartWidth
	d.need(high + 4)
	options := fpdf.ImageOptions{ImageType: "PNG"}
	d.pdf.RegisterImageOptionsReader("chart", options, bytes.NewReader(png))
	d.pdf.ImageOptions("chart", marginSide, d.y, columnWidth, high, false, options, 0, "")
	d.y += high + 4
	return nil
}

// shortened is a label that leaves room for its bar.
func (d *statisticsDocument) shortened(label string) string {
	const most = 34
	if letters := []rune(clean(label)); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return clean(label)
}

// The columns of numbers, from the right edge, in millimetres.
const (
	numberWidth = 25.0
	numbersWide = 4
)

// rows writes the table below the chart.
func (d *statisticsDocument) rows(ctx context.Context) {
	if len(d.v.Rows) == 0 {
		return
	}
	t, v := d.lang.T, d.v
	width := columnWidth - numbersWide*numberWidth
	titles := func() {
		d.numbers(style{sans, "B", 9, ink, 4.4}, d.wrap(style{sans, "B", 9, ink, 4.4}, width-3, t("statistics.column."+string(v.By)))[:1],
			t("statistics.n"), t("statistics.share"), t("statistics.before.short"), t("statistics.difference"))
		d.rule(d.y, ink, 0.3)
		d.y += 0.6
	}
	d.need(30)
	titles()
	for _, r := range v.Rows {
		if ctx.Err() != nil {
			return
		}
		label := d.wrap(plain, width-3, d.lang.CountKey(v.By, r.Key, r.Name, false))
		if d.room() < float64(len(label))*plain.lead+2*rowPadding {
			d.page()
			titles()
		}
		before, difference := "", ""
		if r.Before != nil {
			before, difference = d.lang.Number(int(*r.Before)), d.lang.Difference(r.N, *r.Before)
		}
		d.numbers(plain, label, d.lang.Number(int(r.N)), d.lang.Percent(r.N, v.Total), before, difference)
		d.rule(d.y, line, 0.15)
	}
}

// numbers writes a row: the label's lines, and numbers that stand at the right
// of their columns.
func (d *statisticsDocument) numbers(st style, label []string, values ...string) {
	y := d.y + rowPadding
	below := d.lines(st, marginSide, y, label)
	d.use(st)
	for i, v := range values {
		d.pdf.SetXY(pageWidth-marginSide-float64(len(values)-i)*numberWidth, y)
		d.pdf.CellFormat(numberWidth, st.lead, clean(v), "", 0, "R", false, 0, "")
	}
	d.y = below + rowPadding
}

// room is more than on the pages of a look-up: the foot has no code.
func (d *statisticsDocument) room() float64 { return footTop + 12 - d.y }
