package bulk

import (
	"indagor/app"
	"indagor/sync/wire"
)

// List shows one's own lists.
func (f *Flow) List() {
	turn := f.next()
	f.change(func(s *State) { s.Open, s.Rows, s.Plan, s.Fault, s.Loading, s.Err = nil, nil, nil, nil, true, nil })
	f.renew(turn)
}

// renew reads the newest lists; those read before that are older stay.
func (f *Flow) renew(turn int) {
	f.run(func() {
		page, err := f.desk.Jobs(f.ctx, f.service, "")
		if !f.still(turn, func(s *State) {
			if s.Loading, s.Err = false, err; err == nil {
				s.take(page)
			}
		}) {
			return
		}
		if err != nil {
			f.lost(err)
		}
	})
}

// take puts the newest lists in the place of those that were.
func (s *State) take(page wire.List[wire.Job]) {
	n := len(page.Items)
	var older []wire.Job
	if page.Next != "" {
		for _, j := range s.Jobs {
			if j.Created.Before(page.Items[n-1].Created) {
				older = append(older, j)
			}
		}
	}
	if len(older) == 0 {
		s.Jobs, s.NextJobs = page.Items, page.Next
		return
	}
	s.Jobs = append(page.Items[:n:n], older...)
}

// MoreJobs reads the lists that follow, if there are any and they are not on
// their way already. Drawing calls it.
func (f *Flow) MoreJobs() {
	f.mu.Lock()
	cursor, turn := f.state.NextJobs, f.turn
	idle := cursor != "" && !f.reading && !f.state.Loading
	f.reading = f.reading || idle
	f.mu.Unlock()
	if !idle {
		return
	}
	f.run(func() {
		page, err := f.desk.Jobs(f.ctx, f.service, cursor)
		f.mu.Lock()
		f.reading = false
		f.mu.Unlock()
		if !f.still(turn, func(s *State) {
			switch {
			case err != nil:
				s.NextJobs, s.Fault = "", err // F5 begins again
			case s.NextJobs == cursor:
				s.Jobs, s.NextJobs = append(s.Jobs[:len(s.Jobs):len(s.Jobs)], page.Items...), page.Next
			}
		}) {
			return
		}
		if err != nil {
			f.lost(err)
		}
	})
}

// forget takes out of the list what is no more.
func (s *State) forget(id app.ID) {
	var left []wire.Job
	for _, j := range s.Jobs {
		if j.ID != id {
			left = append(left, j)
		}
	}
	s.Jobs = left
}
