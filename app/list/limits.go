package list

import (
	"errors"
	"io"
	"strconv"

	"indagor/app"
)

// Limits bound what a list may be. All must be positive.
type Limits struct {
	Bytes   int64 // of the input as it comes
	Rows    int   // records, the header not counted
	Columns int
	Cell    int // bytes of a cell's text; what is longer is cut and found fault with
	Record  int // bytes of a record; a longer one is skipped and found fault with
}

// Usual are the limits of a list that an office uploads.
var Usual = Limits{Bytes: 64 << 20, Rows: 200_000, Columns: 1024, Cell: 32 << 10, Record: 1 << 20}

// meter refuses an input at the first byte beyond the limit.
type meter struct {
	src  io.Reader
	left int64
	all  int64
}

func newMeter(src io.Reader, limit int64) *meter { return &meter{src: src, left: limit, all: limit} }

// Read reads no more than one byte beyond the limit.
func (m *meter) Read(p []byte) (int, error) {
	if m.left < 0 {
		return 0, TooBig(m.all)
	}
	if int64(len(p)) > m.left+1 {
		p = p[:m.left+1]
	}
	n, err := m.src.Read(p)
	m.left -= int64(n)
	if m.left < 0 {
		return 0, TooBig(m.all)
	}
	return n, err
}

// TooBig refuses an input of more than the bytes.
func TooBig(limit int64) *app.Error {
	return app.E(app.CodeListTooBig, "megabytes", strconv.FormatInt(max(limit>>20, 1), 10))
}

// TooManyRows refuses a list of more than the rows.
func TooManyRows(limit int) *app.Error {
	return app.E(app.CodeListRows, "most", strconv.Itoa(limit))
}

// TooManyColumns refuses a list of more than the columns.
func TooManyColumns(limit int) *app.Error {
	return app.E(app.CodeListColumns, "most", strconv.Itoa(limit))
}

// unreadable keeps a refusal as it is and wraps whatever else went wrong while
// reading, such as a connection that broke.
func unreadable(err error) error {
	var e *app.Error
	if errors.As(err, &e) {
		return e
	}
	return err
}
