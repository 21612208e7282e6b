package visura

import (
	"context"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// mostWaiting is how many requests that wait are shown.
const mostWaiting = 4

// The times between two questions: what became of what waits, while the page
// is seen; and to a server that is away.
const (
	refreshEvery = 20 * time.Second
	againAfter   = 15 * time.Second
)

// under reports whether a request is under way or waits. The lock is held.
func (f *Flow) under() bool { return f.phase == PhaseRunning || f.phase == PhaseWaiting }

// await follows a request that waits for consent to its end. It may wait for
// days: a server that is away meanwhile is no end.
func (f *Flow) await(ctx context.Context, v wire.Visura, progress func(wire.Visura)) (wire.Visura, error) {
	for {
		progress(v)
		got, err := f.config.Desk.Follow(ctx, v.ID, progress)
		if err == nil || ctx.Err() != nil || !f.config.Fault(err).Unreachable {
			return got, err
		}
		if got.ID != "" {
			v = got
		}
		if perr := f.config.Pause(ctx, againAfter); perr != nil {
			return v, perr
		}
	}
}

// Attend begins to ask from time to time what became of what waits: the page
// is seen. Leave ends it.
func (f *Flow) Attend() {
	f.mu.Lock()
	watching := f.unwatch != nil
	if !watching {
		f.unwatch = f.config.Every(refreshEvery, func() {
			f.mu.Lock()
			some := len(f.pending) > 0
			f.mu.Unlock()
			if some {
				f.Refresh()
			}
		})
	}
	f.mu.Unlock()
	f.Refresh()
}

// Leave ends what Attend began.
func (f *Flow) Leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.unwatch != nil {
		f.unwatch()
		f.unwatch = nil
	}
}

// Refresh asks what waits for consent, where the profile needs it or something
// is known to wait.
func (f *Flow) Refresh() {
	s, ok := f.config.Desk.Session()
	f.mu.Lock()
	p := s.User.Profile.Visure
	if !ok || len(f.pending) == 0 && (p == nil || p.Approval.Kind == app.ApprovalNone || p.Approval.Kind == "") {
		f.mu.Unlock()
		return
	}
	f.asks++
	asks := f.asks
	f.mu.Unlock()
	f.config.Go(func() {
		page, cached, err := f.config.Desk.Archive(context.Background(), wire.ArchiveQuery{State: app.VisuraWaiting, Limit: mostWaiting})
		if err != nil || cached {
			return // what was known stays until the server is back
		}
		f.mu.Lock()
		current := asks == f.asks
		if current {
			f.pending, f.morePending = page.Items, page.Next != ""
		}
		f.mu.Unlock()
		if current {
			f.changed()
		}
	})
}

// Look shows a request that waits, and follows it. While another is under way
// it does nothing and reports false.
func (f *Flow) Look(x wire.VisuraSummary) bool {
	f.mu.Lock()
	if f.phase == PhaseRunning {
		f.mu.Unlock()
		return false
	}
	f.request0 = wire.VisuraRequest{Type: x.Type, Types: x.Types, Declared: x.Declared, Since: x.Since, Subject: x.Subject, ReferenceDate: x.ReferenceDate, Purpose: x.Purpose, FileReference: x.FileReference}
	f.form = formOf(f.request0, app.DayOf(f.config.Now()))
	f.visura, f.errs, f.before = wire.Visura{VisuraSummary: x}, nil, nil
	f.mu.Unlock()
	f.begun(func(ctx context.Context, progress func(wire.Visura)) (wire.Visura, error) {
		return f.await(ctx, wire.Visura{VisuraSummary: x}, progress)
	})
	return true
}

// Now is what the flow's clock shows.
func (f *Flow) Now() time.Time { return f.config.Now() }
