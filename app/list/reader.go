package list

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"indagor/app"
)

// spread is over how many lines a quoted cell may run. A quote still open
// after them was never meant as one.
const spread = 50

// Reader reads delimited text. It keeps one record in memory, and the lines
// over which a quote may run.
type Reader struct {
	limits Limits
	format Format
	header []string

	src     *bufio.Reader
	line    int      // the last line taken from src
	waiting []string // lines taken from src and given back
	rows    int
	settled bool // a cell beyond ASCII has been seen, or a mark
	failed  error
}

// NewReader looks at the beginning of a list and makes its reader. It refuses
// at once what is empty (app.CodeListEmpty) or no text (app.CodeListNotText)
// or has too many columns.
func NewReader(src io.Reader, limits Limits) (*Reader, error) {
	return open(src, limits, func(f Format) Format { return f })
}

// NewReaderAs is NewReader where a person has said how the list is written:
// the separator and whether it has a header are taken from the format.
func NewReaderAs(src io.Reader, limits Limits, format Format) (*Reader, error) {
	return open(src, limits, func(f Format) Format {
		f.Separator, f.Header = format.Separator, format.Header
		return f
	})
}

func open(src io.Reader, limits Limits, settle func(Format) Format) (*Reader, error) {
	raw := bufio.NewReaderSize(newMeter(src, limits.Bytes), sniffed)
	sample, err := raw.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	format, err := Sniff(sample)
	if err != nil {
		return nil, err
	}
	r := &Reader{limits: limits, format: settle(format)}
	switch format.Encoding {
	case UTF16LE, UTF16BE:
		r.from(transform.NewReader(raw, wide(format.Encoding).NewDecoder()))
	default:
		good, bad := wideBytes(sample)
		r.settled = good+bad > 0
		if format.Mark {
			_, _ = raw.Discard(3) // they have been peeked at
		}
		r.from(raw)
	}
	if format.skip {
		if _, err := r.physical(); err != nil {
			return nil, unreadable(err)
		}
	}
	if !r.format.Header {
		return r, nil
	}
	row, err := r.next()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = app.E(app.CodeListEmpty)
		}
		return nil, err
	}
	if len(row.Cells) > limits.Columns {
		return nil, TooManyColumns(limits.Columns)
	}
	r.header = row.Cells
	for len(r.header) > 1 && strings.TrimSpace(r.header[len(r.header)-1]) == "" {
		r.header = r.header[:len(r.header)-1] // lines that end with a separator
	}
	return r, nil
}

func wide(e Encoding) encoding.Encoding {
	if e == UTF16BE {
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
}

func (r *Reader) from(src io.Reader) { r.src = bufio.NewReaderSize(src, sniffed) }

// Format tells how the list is written. The encoding may yet turn out to be
// mixed: rows say so.
func (r *Reader) Format() Format { return r.format }

// Header gives the names of the columns, nil where the list has none.
func (r *Reader) Header() []string { return r.header }

// Read gives the next row that holds anything, io.EOF after the last, or the
// refusal of the list.
func (r *Reader) Read() (Row, error) {
	if r.failed != nil {
		return Row{}, r.failed
	}
	row, err := r.next()
	if err == nil && r.rows >= r.limits.Rows {
		err = TooManyRows(r.limits.Rows)
	}
	if err != nil {
		r.failed = err
		return Row{}, err
	}
	r.rows++
	row.Number = r.rows
	if len(row.Cells) > r.limits.Columns {
		row.Cells = row.Cells[:r.limits.Columns]
		row.Findings = append(row.Findings, found(app.CodeListColumns, Bad, row.Line, 0, "most", TooManyColumns(r.limits.Columns).Params["most"]))
	}
	if row.Cells != nil {
		row.Findings = append(row.Findings, Ragged(row, len(r.header))...)
	}
	return row, nil
}

// next parts the next record into cells, passing over those that are empty.
func (r *Reader) next() (Row, error) {
	for {
		text, err := r.physical()
		if err != nil {
			return Row{}, unreadable(err)
		}
		row := Row{Line: r.line - len(r.waiting)}
		if text == tooLong {
			row.Findings = []Finding{found(app.CodeListLine, Bad, row.Line, 0)}
			return row, nil
		}
		cells, state := split(text, r.format.Separator, false)
		var ahead []string
		for state == splitOpen && len(ahead) < spread && len(text) < r.limits.Record {
			more, err := r.physical()
			if err != nil {
				break // it will be met again
			}
			ahead = append(ahead, more)
			if more == tooLong {
				break
			}
			text += "\n" + more
			cells, state = split(text, r.format.Separator, false)
		}
		if state != splitWhole {
			// Not a quoted cell after all: the first line stands alone, with its
			// quotes as they can be understood, and the others are read again.
			r.waiting = append(ahead, r.waiting...)
			text, _, _ = strings.Cut(text, "\n")
			cells, _ = split(text, r.format.Separator, true)
			row.Findings = append(row.Findings, found(app.CodeListQuotes, Doubtful, row.Line, 0))
		}
		if strings.Trim(text, " \t\f\x00\"\u00a0"+r.format.Separator) == "" {
			continue
		}
		for i, c := range cells {
			cells[i] = r.cell(&row, i+1, c)
		}
		row.Cells = cells
		return row, nil
	}
}

// cell gives the text of a cell: decoded, without zeros, within the limit.
func (r *Reader) cell(row *Row, column int, c string) string {
	ascii := true
	for i := range len(c) {
		if c[i] >= utf8.RuneSelf || c[i] == 0 {
			ascii = false
			break
		}
	}
	if !ascii {
		if strings.IndexByte(c, 0) >= 0 {
			c = strings.ReplaceAll(c, "\x00", "")
			row.Findings = append(row.Findings, found(app.CodeListNull, Good, row.Line, column))
		}
		c = r.decode(row, column, c)
	}
	if len(c) > r.limits.Cell {
		cut := r.limits.Cell
		for cut > 0 && !utf8.RuneStart(c[cut]) {
			cut--
		}
		c = c[:cut]
		row.Findings = append(row.Findings, found(app.CodeListCell, Bad, row.Line, column))
	}
	return c
}

// decode reads a cell as UTF-8 or, where that cannot be, as Windows-1252. A
// list in which both occur was put together from two: the cells that are not
// like its beginning are doubtful.
func (r *Reader) decode(row *Row, column int, c string) string {
	as := UTF8
	if !utf8.ValidString(c) {
		as = Latin
		if s, err := charmap.Windows1252.NewDecoder().String(c); err == nil {
			c = s
		}
	}
	if strings.IndexFunc(c, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return c
	}
	is := r.format.Encoding
	if is == UTF16LE || is == UTF16BE {
		is = UTF8 // as it comes here
	}
	if !r.settled {
		r.settled = true
		if !r.format.Mark && is == UTF8 && as == Latin {
			// The beginning was plain ASCII, which is either.
			r.format.Encoding, is = Latin, Latin
		}
	}
	if as != is || strings.ContainsRune(c, utf8.RuneError) {
		row.Findings = append(row.Findings, found(app.CodeListEncoding, Doubtful, row.Line, column))
	}
	return c
}

// tooLong stands for a line beyond the limit; a text cannot have its byte
// sequence, since lines are cut at line ends.
const tooLong = "\n"

// physical gives the next line without its end, which may be LF, CR LF or, as
// old Macintoshes wrote, CR alone.
func (r *Reader) physical() (string, error) {
	if len(r.waiting) > 0 {
		s := r.waiting[0]
		r.waiting = r.waiting[1:]
		return s, nil
	}
	var long []byte
	over := false
	for {
		if _, err := r.src.Peek(1); err != nil {
			if errors.Is(err, io.EOF) && (len(long) > 0 || over) {
				break
			}
			return "", err
		}
		chunk, _ := r.src.Peek(r.src.Buffered())
		end := bytes.IndexByte(chunk, '\n')
		look := chunk
		if end >= 0 {
			look = chunk[:end]
		}
		cr := bytes.IndexByte(look, '\r')
		if cr >= 0 {
			end = cr
		}
		if end < 0 {
			if !over {
				long = append(long, chunk...)
			}
			if len(long) > r.limits.Record {
				over, long = true, nil
			}
			_, _ = r.src.Discard(len(chunk))
			continue
		}
		if !over {
			long = append(long, chunk[:end]...)
		}
		_, _ = r.src.Discard(end + 1)
		if cr >= 0 {
			if b, err := r.src.Peek(1); err == nil && b[0] == '\n' {
				_, _ = r.src.Discard(1)
			}
		}
		break
	}
	r.line++
	if over || len(long) > r.limits.Record {
		return tooLong, nil
	}
	return string(long), nil
}
