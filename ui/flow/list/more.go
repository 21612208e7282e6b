package list

import (
	"context"

	"indagor/sync/wire"
)

// More reads the next page, if there is one and it is not on its way already.
// Drawing calls it for rows near the end, so that it must not be told at once.
func (f *Flow[Q, R, D]) More() {
	if q, ok := f.askMore(f.config.Page); ok {
		f.config.Go(func() {
			f.Changed()
			f.answerMore(f.config.Context, q)
		})
	}
}

// Resume reads the next page again that could not be had.
func (f *Flow[Q, R, D]) Resume() {
	f.mu.Lock()
	f.state.More = f.next != ""
	f.mu.Unlock()
	f.More()
}

// LoadMore is More that waits for the answer.
func (f *Flow[Q, R, D]) LoadMore(ctx context.Context) {
	if q, ok := f.askMore(f.config.Page); ok {
		f.answerMore(ctx, q)
	}
}

// All reads further pages until there are none or so many rows are listed, as
// an order of all of them needs it.
func (f *Flow[Q, R, D]) All(most int) {
	f.config.Go(func() {
		for {
			f.mu.Lock()
			enough := len(f.state.Rows) >= most
			f.mu.Unlock()
			if enough {
				return
			}
			q, ok := f.askMore(mostRows)
			if !ok || !f.answerMore(f.config.Context, q) {
				return
			}
		}
	})
}

// following is a question for a further page.
type following[Q any] struct {
	number int
	filter Q
	page   wire.Page
}

func (f *Flow[Q, R, D]) askMore(limit int) (q following[Q], ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &f.state
	if !s.More || s.Reading || s.Loading {
		return q, false
	}
	s.Reading, s.Rest = true, nil
	return following[Q]{f.asked, s.Filter, wire.Page{Limit: limit, Cursor: f.next}}, true
}

// answerMore reports whether the page has come.
func (f *Flow[Q, R, D]) answerMore(ctx context.Context, q following[Q]) bool {
	page, cached, err := f.config.Read(ctx, q.filter, q.page)
	f.mu.Lock()
	if q.number != f.asked {
		f.mu.Unlock()
		return false
	}
	s := &f.state
	s.Reading = false
	if err != nil {
		// What is there stays.
		s.More, s.Rest = false, err
	} else {
		// Earlier states keep their shorter view of the same rows.
		s.Rows = append(s.Rows, page.Items...)
		f.next, s.More = page.Next, page.Next != ""
		s.Cached = s.Cached || cached
	}
	f.mu.Unlock()
	f.Changed()
	if err != nil {
		f.config.Lost(err)
		f.Fail(err)
	}
	return err == nil
}
