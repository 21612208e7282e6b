package sheet

import (
	"archive/zip"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// book writes an XLSX. The library keeps the rows in a file once they are
// more than 16 MB, and makes the archive when the last has come.
type book struct {
	f       *excelize.File
	name    string
	columns []Column
	more    []Page
	zone    *time.Location
	style   struct{ head, text, number, day, moment int }

	sheets int
	stream *excelize.StreamWriter
	titles []any
	next   int // row, 1-based, of the open sheet
}

// mostRows is how many rows a sheet has, its titles among them; what is more
// goes on in a further sheet.
var mostRows = excelize.TotalRows

const (
	widthLeast = 10
	widthMost  = 80
)

func newBook(w io.Writer, o Options, columns []Column) (_ *book, err error) {
	f := excelize.NewFile(excelize.Options{TmpDir: o.Dir})
	b := &book{f: f, name: o.Name, columns: columns, more: o.More, zone: o.Zone}
	if b.name == "" {
		b.name = "1"
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "INDAGOR", LastModifiedBy: "INDAGOR"}); err != nil {
		return nil, err
	}
	// The library would write the whole archive into memory first.
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	dayForm, momentForm := "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss"
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&b.style.head, excelize.Style{
			NumFmt: numText, Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"17324D"}},
		}},
		{&b.style.text, excelize.Style{NumFmt: numText}},
		{&b.style.number, excelize.Style{NumFmt: numWhole}},
		{&b.style.day, excelize.Style{CustomNumFmt: &dayForm}},
		{&b.style.moment, excelize.Style{CustomNumFmt: &momentForm}},
	} {
		if *s.into, err = f.NewStyle(&s.style); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Formats of cells that every spreadsheet knows by number (ECMA-376, 18.8.30).
const (
	numWhole = 3  // #,##0
	numText  = 49 // @: what is typed into the cell stays text
)

// open begins a sheet with the titles.
func (b *book) open() (err error) {
	b.sheets++
	name := b.name
	if b.sheets == 1 {
		err = b.f.SetSheetName(b.f.GetSheetName(0), name)
	} else {
		name += " " + strconv.Itoa(b.sheets)
		_, err = b.f.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if b.stream, err = b.f.NewStreamWriter(name); err != nil {
		return err
	}
	for i, c := range b.columns {
		width := c.Width
		if width == 0 {
			width = float64(utf8.RuneCountInString(c.Title)) + 3
		}
		if err := b.stream.SetColWidth(i+1, i+1, min(max(width, widthLeast), widthMost)); err != nil {
			return err
		}
	}
	if err := b.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	b.next = 1
	return b.put(b.titles)
}

func (b *book) row(values []any) error {
	switch {
	case b.stream == nil:
		b.titles = make([]any, len(values))
		for i, v := range values {
			b.titles[i] = excelize.Cell{StyleID: b.style.head, Value: v}
		}
		return b.open()
	case b.next > mostRows:
		if err := b.stream.Flush(); err != nil {
			return err
		}
		if err := b.open(); err != nil {
			return err
		}
	}
	return b.put(b.styled(values))
}

// styled gives the values the style of what they are.
func (b *book) styled(values []any) []any {
	cells := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case string:
			if v != "" {
				cells[i] = excelize.Cell{StyleID: b.style.text, Value: v}
			}
		case int64:
			cells[i] = excelize.Cell{StyleID: b.style.number, Value: v}
		case float64:
			cells[i] = v
		case day:
			cells[i] = excelize.Cell{StyleID: b.style.day, Value: time.Time(v)}
		default:
			if v != nil {
				cells[i] = excelize.Cell{StyleID: b.style.moment, Value: v}
			}
		}
	}
	return cells
}

// page adds a sheet of its own.
func (b *book) page(p Page) error {
	if _, err := b.f.NewSheet(p.Name); err != nil {
		return err
	}
	var err error
	if b.stream, err = b.f.NewStreamWriter(p.Name); err != nil {
		return err
	}
	if err := b.stream.SetColWidth(1, 2, 40); err != nil {
		return err
	}
	b.next = 1
	for _, values := range p.Rows {
		cells := make([]any, len(values))
		for i, v := range values {
			if cells[i], err = plain(v, b.zone); err != nil {
				return err
			}
		}
		if err := b.put(b.styled(cells)); err != nil {
			return err
		}
	}
	return b.stream.Flush()
}

func (b *book) put(cells []any) error {
	at, err := excelize.CoordinatesToCellName(1, b.next)
	if err != nil {
		return err
	}
	b.next++
	return b.stream.SetRow(at, cells)
}

func (b *book) end() error {
	if err := b.stream.Flush(); err != nil {
		return err
	}
	for _, p := range b.more {
		if err := b.page(p); err != nil {
			return err
		}
	}
	return b.f.Write(io.Discard) // into the archive of newBook
}

func (b *book) close() { b.f.Close() }
