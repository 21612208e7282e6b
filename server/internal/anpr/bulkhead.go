package anpr

import (
	"container/list"
	"context"
	"sync"
	"time"

	"indagor/app"
)

// BulkheadOptions bounds the calls under way per e-service.
type BulkheadOptions struct {
	Parallel int           // most calls at a time
	Queue    int           // most waiting requests; beyond it CodeAnprBusy
	Recover  time.Duration // quiet time before a halved limit grows again
}

// Bulkhead lets a few requests at a time through to each e-service; the others
// wait in order of arrival, those of people before those of jobs
// ([Request.Reserve]). The limit halves when ANPR says TooManyRequests, once
// for all the calls that were then under way, and grows again by one for every
// round of good answers, not before Recover has passed. Who cannot wait any
// longer gets CodeAnprBusy.
type Bulkhead struct {
	next Register
	o    BulkheadOptions
	now  func() time.Time

	mu sync.Mutex
	of map[Service]*gate
}

// gate is the bulkhead of one e-service, guarded by Bulkhead.mu.
type gate struct {
	limit, inside int
	good          int       // good answers since the limit last changed
	cut           time.Time // when it was last halved
	people, jobs  list.List // of chan struct{}, closed when the place is given
}

// NewBulkhead wraps next; a nil now is time.Now.
func NewBulkhead(next Register, o BulkheadOptions, now func() time.Time) *Bulkhead {
	if now == nil {
		now = time.Now
	}
	o.Parallel = max(o.Parallel, 1)
	return &Bulkhead{next: next, o: o, now: now, of: map[Service]*gate{}}
}

// Lookup waits for a place and asks next.
func (b *Bulkhead) Lookup(ctx context.Context, r Request) (Answer, []Call, error) {
	if err := b.enter(ctx, r); err != nil {
		return Answer{}, nil, err
	}
	start, busy, good := b.now(), false, false
	defer func() { b.leave(r.Service, start, busy, good) }()
	a, calls, err := b.next.Lookup(ctx, r)
	busy = isBusy(err)
	good = err == nil
	return a, calls, err
}

// Parallel tells how many calls to the e-service may be under way now.
func (b *Bulkhead) Parallel(s Service) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.gate(s).limit
}

// gate needs b.mu.
func (b *Bulkhead) gate(s Service) *gate {
	g := b.of[s]
	if g == nil {
		g = &gate{limit: b.o.Parallel}
		b.of[s] = g
	}
	return g
}

func (b *Bulkhead) enter(ctx context.Context, r Request) error {
	if ctx.Err() != nil {
		return gone(ctx, r.Service, app.CodeAnprBusy)
	}
	b.mu.Lock()
	g := b.gate(r.Service)
	queue := &g.people
	if r.Reserve {
		queue = &g.jobs
	}
	waiting := g.people.Len() + g.jobs.Len()
	if g.inside < g.limit && waiting == 0 {
		g.inside++
		b.mu.Unlock()
		return nil
	}
	if waiting >= b.o.Queue {
		b.mu.Unlock()
		return app.E(app.CodeAnprBusy, "service", string(r.Service))
	}
	place := make(chan struct{})
	e := queue.PushBack(place)
	b.mu.Unlock()

	select {
	case <-place:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-place: // given in the same moment: it goes to the next
		g.inside--
		g.admit()
	default:
		queue.Remove(e)
	}
	return gone(ctx, r.Service, app.CodeAnprBusy)
}

func (b *Bulkhead) leave(s Service, start time.Time, busy, good bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	g := b.gate(s)
	g.inside--
	now := b.now()
	switch {
	case busy && !start.Before(g.cut):
		g.limit = max(g.limit/2, 1)
		g.good, g.cut = 0, now
	case good && g.limit < b.o.Parallel:
		if g.good++; g.good >= g.limit && now.Sub(g.cut) >= b.o.Recover {
			g.limit++
			g.good = 0
		}
	}
	g.admit()
}

// admit gives the free places, to people first.
func (g *gate) admit() {
	for g.inside < g.limit {
		queue := &g.people
		if queue.Len() == 0 {
			queue = &g.jobs
		}
		e := queue.Front()
		if e == nil {
			return
		}
		close(queue.Remove(e).(chan struct{}))
		g.inside++
	}
}
