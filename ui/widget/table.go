package widget

import (
	"strings"

	"fyne.io/fyne/v2"

	"indagor/ui/theme"
)

// Rows is what a Table shows. Row is called for visible rows only, once for
// each drawing, and must be quick.
type Rows[T any] interface {
	Len() int
	Row(i int) T
}

// SliceRows is Rows over a slice.
type SliceRows[T any] []T

// Len implements Rows.
func (s SliceRows[T]) Len() int { return len(s) }

// Row implements Rows.
func (s SliceRows[T]) Row(i int) T { return s[i] }

// Column is one column of a Table.
type Column[T any] struct {
	ID        string
	Title     string
	Width     float32 // at the start; 0 means 120
	Grow      bool    // takes a share of the width that is left
	Align     fyne.TextAlign
	Monospace bool
	Sortable  bool
	Text      func(T) string
	// Compare orders rows by the column, for whoever sorts them; nil: by Text.
	Compare func(a, b T) int
	// Icon and Tone are optional. A tone colours text and icon and, without
	// Icon, brings its own icon.
	Icon func(T) theme.IconName
	Tone func(T) theme.Tone
	Bold func(T) bool // optional
	// Bar is optional: a share from 0 to 1, drawn as a bar below the text in
	// the row's tone; ok is false where there is none.
	Bar func(T) (share float64, ok bool)
}

// Table shows rows of any type, 30 pixels high, as many as there are: only the
// visible ones exist as objects.
//
// By keyboard: Tab reaches the header, then the rows. In the header Left and
// Right move, Enter or Space sorts, + and − change the width. In the rows Up,
// Down, PageUp, PageDown, Home and End move, Enter opens, Ctrl+C copies the
// marked rows or, where there are none, the row; with Multiple, Space marks, Shift with a movement marks on the way, and
// Ctrl+A marks all. By mouse: click selects, double click opens, a header
// click sorts, a drag on the edge of a header changes the width.
//
// It is drawn inside a scroll container and not on Fyne's own Table, whose
// selection is a cell, whose rows are separated by the padding of the theme,
// and which leaves cells blank after some scrolls (fyne #3918).
type Table[T any] struct {
	grid
	// OnSelect is called when another row becomes the selected one.
	OnSelect func(i int, row T)
	// OnOpen is called for Enter and double click.
	OnOpen func(i int, row T)

	rows    Rows[T]
	columns []Column[T]
}

// NewTable returns an empty table; name says to assistive technology and tests
// what it lists.
func NewTable[T any](name string, columns ...Column[T]) *Table[T] {
	t := &Table[T]{columns: columns, rows: SliceRows[T](nil)}
	for _, c := range columns {
		if c.Width <= 0 {
			c.Width = 120
		}
		t.cols = append(t.cols, gridColumn{
			id: c.ID, title: c.Title, width: c.Width, grow: c.Grow, align: c.Align,
			mono: c.Monospace, sortable: c.Sortable,
		})
	}
	t.fill = t.fillRow
	t.length = func() int { return t.rows.Len() }
	t.changed = func(i int) {
		if t.OnSelect != nil {
			t.OnSelect(i, t.rows.Row(i))
		}
	}
	t.open = func(i int) {
		if t.OnOpen != nil {
			t.OnOpen(i, t.rows.Row(i))
		}
	}
	t.init(name, t)
	return t
}

// Columns are the columns as they were given.
func (t *Table[T]) Columns() []Column[T] { return t.columns }

// SetRows shows other rows from the top, with nothing selected or marked.
func (t *Table[T]) SetRows(rows Rows[T]) {
	t.rows = rows
	t.reset()
}

// UpdateRows shows rows of which those before are still at their places, as
// when a list loads progressively: selection and position stay.
func (t *Table[T]) UpdateRows(rows Rows[T]) {
	t.rows = rows
	t.update()
}

// Rows is what is shown.
func (t *Table[T]) Rows() Rows[T] { return t.rows }

// SelectedRow is the selected row; ok is false if there is none.
func (t *Table[T]) SelectedRow() (row T, ok bool) {
	if t.current < 0 || t.current >= t.rows.Len() {
		return row, false
	}
	return t.rows.Row(t.current), true
}

// MarkedRows lists the marked rows from top to bottom.
func (t *Table[T]) MarkedRows() []T {
	var rows []T
	for _, i := range t.Marked() {
		rows = append(rows, t.rows.Row(i))
	}
	return rows
}

func (t *Table[T]) fillRow(i int, cells []gridCell) {
	row := t.rows.Row(i)
	for k, c := range t.columns {
		cell := gridCell{}
		if c.Text != nil {
			cell.text = c.Text(row)
		}
		if c.Tone != nil {
			cell.tone = c.Tone(row)
			cell.icon = cell.tone.Icon()
		}
		cell.bold = c.Bold != nil && c.Bold(row)
		if c.Icon != nil {
			cell.icon = c.Icon(row)
		}
		if c.Bar != nil {
			cell.share, cell.bar = c.Bar(row)
		}
		cells[k] = cell
	}
}

// copied is what Ctrl+C copies: the marked rows, a line each, or the selected
// one.
func (g *grid) copied() string {
	rows := g.Marked()
	if len(rows) == 0 && g.current >= 0 {
		rows = []int{g.current}
	}
	texts := make([]string, len(rows))
	for k, i := range rows {
		texts[k] = g.rowText(i)
	}
	return strings.Join(texts, "\n")
}

// rowText is a row as Ctrl+C copies it: its texts, with tabs between.
func (g *grid) rowText(i int) string {
	cells := make([]gridCell, len(g.cols))
	g.fill(i, cells)
	texts := make([]string, len(cells))
	for k, c := range cells {
		texts[k] = strings.Map(func(r rune) rune {
			if r == '\t' || r == '\n' || r == '\r' {
				return ' '
			}
			return r
		}, c.text)
	}
	return strings.Join(texts, "\t")
}
