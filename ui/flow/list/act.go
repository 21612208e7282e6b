package list

import (
	"maps"
	"slices"

	"indagor/app"
)

// Put shows a row as an act has left it, with its detail if that is looked at.
// It comes first where it is not listed.
func (f *Flow[Q, R, D]) Put(r R, detail D) {
	f.mu.Lock()
	s, id := &f.state, f.config.ID(r)
	rows := slices.Clone(s.Rows)
	if i := s.At(id); i >= 0 {
		rows[i] = r
	} else {
		rows = slices.Insert(rows, 0, r)
		f.counted(1)
	}
	s.Rows = rows
	if s.Selected == id && f.config.Look != nil {
		f.looked++
		f.take(detail)
	}
	f.mu.Unlock()
	f.Changed()
}

// PutFirst is Put for what an act has made; it is selected.
func (f *Flow[Q, R, D]) PutFirst(r R, detail D) {
	f.mu.Lock()
	f.asked++ // an answer that is on its way does not know it yet
	f.unselect()
	s := &f.state
	s.Loading, s.Selected, f.pinned = false, f.config.ID(r), true
	f.mu.Unlock()
	f.Put(r, detail)
}

// Drop takes out a row that is no more.
func (f *Flow[Q, R, D]) Drop(id app.ID) {
	f.mu.Lock()
	s := &f.state
	was := len(s.Rows)
	s.Rows = slices.DeleteFunc(slices.Clone(s.Rows), func(r R) bool { return f.config.ID(r) == id })
	f.counted(len(s.Rows) - was)
	f.settle()
	f.mu.Unlock()
	f.Changed()
}

// counted keeps the number of all rows true for what an act has put in or
// taken out. f.mu is held.
func (f *Flow[Q, R, D]) counted(more int) {
	if f.state.Total > 0 {
		f.state.Total += more
	}
}

// Mark makes exactly these the marked rows, as far as they may be.
func (f *Flow[Q, R, D]) Mark(ids ...app.ID) {
	marked := make(map[app.ID]bool, len(ids))
	for _, id := range ids {
		marked[id] = true
	}
	f.mu.Lock()
	if len(marked) > 0 {
		for _, r := range f.state.Rows {
			if id := f.config.ID(r); marked[id] && !f.config.Markable(r) {
				delete(marked, id)
			}
		}
	}
	same := maps.Equal(marked, f.state.Marked)
	f.state.Marked = marked
	f.mu.Unlock()
	if !same {
		f.Changed()
	}
}
