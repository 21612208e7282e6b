package sheet

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"indagor/app/cell"
)

// Form is a sheet that is read and printed, not a table: lines of a label and a
// value, with headings, and small tables among them.
type Form struct {
	Name      string
	Columns   []float64 // widths, in characters of the spreadsheet's font
	Lines     []Line
	Landscape bool   // A4 lying; else standing. It is always as wide as one page
	Head      string // printed at the top of the first page; "" for nothing
	Running   string // printed at the top of the others
	Foot      string // printed at the bottom of every page, on the left
	Page      string // the number of a page in words, with PageNumber and PageCount in their places
}

// What stands in Form.Page for the numbers that the spreadsheet puts in.
const (
	PageNumber = "\uE000"
	PageCount  = "\uE001"
)

// Line is a row of a form: values as Write takes them, in the columns from the
// first.
type Line struct {
	Kind   Kind
	Values []any
}

// Kind is what a line is.
type Kind int

// The kinds of lines.
const (
	Labelled Kind = iota // a label, then values
	Decisive             // the same, and what the form is there for
	Title                // the largest
	Heading              // of a section
	Titles               // of the columns of a small table
	Row                  // of a small table: values only
	Note                 // small print, which may run over the columns to the right
)

// WriteForm writes a form as an XLSX. Values become cells as in Write.
func WriteForm(ctx context.Context, w io.Writer, o Options, f Form) error {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	o.Name = f.Name
	b, err := newBook(w, o, nil)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	defer b.close()
	if err := b.form(ctx, f); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

func (b *book) form(ctx context.Context, f Form) (err error) {
	if err := b.f.SetSheetName(b.f.GetSheetName(0), b.name); err != nil {
		return err
	}
	if err := b.paper(f); err != nil {
		return err
	}
	if b.stream, err = b.f.NewStreamWriter(b.name); err != nil {
		return err
	}
	for i, width := range f.Columns {
		if err := b.stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	styles := lineStyles{b: b, made: map[lineStyle]int{}}
	b.next = 1
	for _, l := range f.Lines {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells := make([]any, len(l.Values))
		for i, v := range l.Values {
			if v, err = plain(v, b.zone); err != nil {
				return err
			}
			if v == nil || v == "" {
				continue
			}
			id, err := styles.of(l.Kind, i, v)
			if err != nil {
				return err
			}
			if d, ok := v.(day); ok {
				v = time.Time(d)
			}
			cells[i] = excelize.Cell{StyleID: id, Value: v}
		}
		if err := b.put(cells); err != nil {
			return err
		}
	}
	return b.end()
}

// paper sets how the sheet is printed: A4, as wide as one page and as long as
// it takes.
func (b *book) paper(f Form) error {
	yes, standing, a4, wide, long := true, "portrait", 9, 1, 0
	if f.Landscape {
		standing = "landscape"
	}
	side, top, edge := 0.6, 0.8, 0.35 // inches
	foot := ""
	if f.Foot != "" {
		foot = "&L" + printed(f.Foot)
	}
	if f.Page != "" {
		foot += "&R" + strings.NewReplacer(PageNumber, "&P", PageCount, "&N").Replace(printed(f.Page))
	}
	margin := excelize.HeaderFooterOptions{DifferentFirst: true, FirstFooter: foot, OddFooter: foot}
	if f.Head != "" {
		margin.FirstHeader = "&C" + printed(f.Head)
	}
	if f.Running != "" {
		margin.OddHeader = "&L" + printed(f.Running)
	}
	if err := b.f.SetSheetProps(b.name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	if err := b.f.SetPageLayout(b.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &standing, FitToWidth: &wide, FitToHeight: &long}); err != nil {
		return err
	}
	if err := b.f.SetPageMargins(b.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &edge, Footer: &edge}); err != nil {
		return err
	}
	return b.f.SetHeaderFooter(b.name, &margin)
}

// printed is a text that the margin of a page takes as it is, no longer than
// that may be (255 characters with all its parts; ECMA-376, 18.3.1.46).
func printed(s string) string {
	const most = 100
	if r := []rune(cell.Clean(s)); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return strings.ReplaceAll(cell.Clean(s), "&", "&&")
}

// lineStyle is what decides how a cell of a form looks.
type lineStyle struct {
	kind  Kind
	label bool
	form  string // "" for text
}

// lineStyles makes the styles of a form, each once.
type lineStyles struct {
	b    *book
	made map[lineStyle]int
}

// The colours of documents, as render has them.
const (
	ink     = "17324D"
	quiet   = "455B71"
	hair    = "D0D5DA"
	surface = "F5F6F7"
)

func (s lineStyles) of(k Kind, column int, v any) (int, error) {
	want := lineStyle{kind: k, label: column == 0 && (k == Labelled || k == Decisive)}
	switch v.(type) {
	case day:
		want.form = "dd/mm/yyyy"
	case time.Time:
		want.form = "dd/mm/yyyy hh:mm:ss"
	case int64:
		want.form = "#,##0"
	case float64:
		want.form = "General"
	}
	if id, ok := s.made[want]; ok {
		return id, nil
	}
	style := excelize.Style{NumFmt: numText, Font: &excelize.Font{Color: ink, Size: 11}, Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "top", WrapText: true}}
	if want.form != "" {
		style.NumFmt, style.CustomNumFmt = 0, &want.form
	}
	under := []excelize.Border{{Type: "bottom", Color: hair, Style: 1}}
	switch k {
	case Labelled, Decisive, Row:
		style.Border = under
		switch {
		case want.label:
			style.Font.Color = quiet
		case k == Decisive:
			style.Font.Bold, style.Font.Size = true, 13
		}
	case Title:
		style.Font.Bold, style.Font.Size, style.Alignment.WrapText = true, 16, false
	case Heading:
		style.Font.Bold, style.Font.Size, style.Alignment.WrapText = true, 12, false
		style.Border = []excelize.Border{{Type: "bottom", Color: ink, Style: 1}}
	case Titles:
		style.Font.Bold, style.Border = true, under
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{surface}}
	case Note:
		style.Font.Color, style.Font.Size, style.Alignment.WrapText = quiet, 9, false
	}
	id, err := s.b.f.NewStyle(&style)
	if err == nil {
		s.made[want] = id
	}
	return id, err
}
