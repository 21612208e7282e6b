package sheet

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"

	"indagor/app/cell"
)

// comma writes a CSV (RFC 4180, UTF-8 with byte order mark). Every text is in
// quotes (see cell.Quoted): that is why it is not encoding/csv that writes, which
// puts quotes only where its own separator asks for them.
type comma struct {
	w       *bufio.Writer
	sep     rune
	decimal string
	day     string
	moment  string
}

func newComma(w io.Writer, o Options) *comma {
	c := &comma{w: bufio.NewWriterSize(w, 32<<10), sep: ';', decimal: ",", day: "02/01/2006", moment: "02/01/2006 15:04:05"}
	if o.Comma != 0 && o.Comma != ';' {
		c.sep, c.decimal, c.day, c.moment = o.Comma, ".", time.DateOnly, time.DateTime
	}
	c.w.WriteString(cell.Mark) //nolint:errcheck // the writer keeps its first error and tells it at the next
	return c
}

func (c *comma) row(values []any) error {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteRune(c.sep)
		}
		switch v := v.(type) {
		case nil:
		case string:
			b.WriteString(cell.Quoted(v))
		case int64:
			b.WriteString(strconv.FormatInt(v, 10))
		case float64:
			b.WriteString(strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", c.decimal, 1))
		case day:
			b.WriteString(time.Time(v).Format(c.day))
		case time.Time:
			b.WriteString(v.Format(c.moment))
		}
	}
	b.WriteString("\r\n")
	_, err := c.w.WriteString(b.String())
	return err
}

func (c *comma) end() error { return c.w.Flush() }
