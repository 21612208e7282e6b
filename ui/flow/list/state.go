package list

import (
	"slices"

	"indagor/app"
)

// State is all that a page of a list shows. Q is its filter, R a row, D the
// detail of one.
type State[Q comparable, R, D any] struct {
	Filter  Q
	Errors  app.Errors // refusals of a filter; Filter is still the one before
	Rows    []R        // must not be changed
	More    bool       // there are further pages
	Total   int        // how many rows all pages have; 0 where the server does not count them
	Loading bool       // the first page is on its way; Rows are still the old ones
	Reading bool       // a further page is on its way
	Loaded  bool       // an answer has come, be it empty
	Cached  bool       // rows are from the copy on this machine: the server was away
	// Err is why the first page could not be had. Rows of the same filter stay.
	Err  error
	Ref  string // with Err: names the failed call in the server's log
	Away bool   // with Err: the server was not reached
	// Rest is why a further page could not be had; More is then false, and
	// Resume tries again.
	Rest error

	Selected      app.ID // "" where none is
	Detail        D
	DetailReady   bool // Detail is that of Selected
	DetailCached  bool
	DetailErr     error
	DetailRef     string // with DetailErr
	DetailAway    bool   // with DetailErr: the server was not reached, and this machine has no copy
	DetailLoading bool
	DetailNumber  int // another one whenever there is another detail, or a failure, to be shown

	// Marked are the rows chosen for an act on many; must not be changed.
	Marked map[app.ID]bool

	id func(R) app.ID
}

// Row is the selected row; ok is false where none is, or it is not listed.
func (s State[Q, R, D]) Row() (row R, ok bool) {
	if i := s.At(s.Selected); i >= 0 {
		return s.Rows[i], true
	}
	return row, false
}

// At is the place of a row in Rows, -1 where it is not listed.
func (s State[Q, R, D]) At(id app.ID) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(s.Rows, func(r R) bool { return s.id(r) == id })
}

// Filtered reports whether a filter is set.
func (s State[Q, R, D]) Filtered() bool {
	var none Q
	return s.Filter != none
}

// MarkedRows are the marked rows that are listed, from top to bottom.
func (s State[Q, R, D]) MarkedRows() []R {
	var out []R
	for _, r := range s.Rows {
		if s.Marked[s.id(r)] {
			out = append(out, r)
		}
	}
	return out
}
