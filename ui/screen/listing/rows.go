package listing

import (
	"cmp"
	"slices"
	"strings"

	"indagor/ui/flow/list"
	"indagor/ui/widget"
)

// near is how close to the end of what has been read a row is drawn when the
// next page is fetched.
const near = 20

// mostSorted is how many rows are read for an order among all of them: more than
// a body has users or workstations. Of a longer list those that have been read
// are ordered.
const mostSorted = 25_000

// paged is the rows read so far; drawing one near the end asks for more.
type paged[R any] struct {
	rows []R
	more func()
}

func (p paged[R]) Len() int { return len(p.rows) }

func (p paged[R]) Row(i int) R {
	if i >= len(p.rows)-near {
		p.more()
	}
	return p.rows[i]
}

// sort is what a click on a column does: an order among all rows needs all of
// them.
func (p *Page[Q, R, D]) sort() {
	if st := p.flow.State(); st.More && len(st.Rows) < mostSorted {
		p.flow.All(mostSorted)
	}
	p.Renew()
}

// column is the one by which the rows are sorted.
func (p *Page[Q, R, D]) column() (c widget.Column[R], down, ok bool) {
	id, down := p.table.Sort()
	i := slices.IndexFunc(p.parts.Columns, func(c widget.Column[R]) bool { return c.ID == id && c.Sortable })
	if i < 0 {
		return c, false, false
	}
	return p.parts.Columns[i], down, true
}

// arrange puts the rows into the order of the table. While more of them are
// being read for that, they stay as they come.
func (p *Page[Q, R, D]) arrange(st list.State[Q, R, D]) {
	p.sorted = st.Rows
	c, down, ok := p.column()
	if !ok || st.More && len(st.Rows) < mostSorted {
		return
	}
	p.sorted = slices.Clone(st.Rows)
	compare := c.Compare
	if compare == nil {
		texts := make(map[string]string, len(st.Rows))
		fold := func(r R) string {
			t := c.Text(r)
			f, ok := texts[t]
			if !ok {
				f = strings.ToLower(t)
				texts[t] = f
			}
			return f
		}
		compare = func(a, b R) int { return cmp.Compare(fold(a), fold(b)) }
	}
	slices.SortStableFunc(p.sorted, func(a, b R) int {
		if down {
			return compare(b, a)
		}
		return compare(a, b)
	})
}

// ordered says what there is to say of the order.
func (p *Page[Q, R, D]) ordered(st list.State[Q, R, D]) string {
	if _, _, ok := p.column(); !ok || !st.More {
		return ""
	}
	if len(st.Rows) < mostSorted {
		return p.l.T("list.sorting", "count", p.l.Number(len(st.Rows)))
	}
	return p.l.T("list.sorted.first", "count", p.l.Number(len(st.Rows)))
}
