package pdnd

import (
	"container/list"
	"context"
	"sync"
	"time"

	"indagor/server/internal/anpr"
)

// pairLife is the longest use of a pair: ANPR refuses a tracking token of ten
// minutes, and the clocks may differ a little.
const pairLife = 9 * time.Minute

// pair is a tracking token and the voucher that holds its hash. Neither is
// ever used without the other.
type pair struct {
	tracking   string // compact JWS
	trackingID string // its jti
	bearer     string // value of the Authorization header
	voucherID  string // jti of the voucher; "" if it cannot be read
	until      time.Time
}

// pairKey says for whom and for what a pair is good. The service stands for
// its purpose and audience.
type pairKey struct {
	service anpr.Service
	who     anpr.Actor
}

// pairs keeps the pairs in use. Concurrent callers of one key share one
// making; different keys share nothing. When full, the oldest pair goes: all
// live equally long, so it is also the next to expire.
type pairs struct {
	make    func(ctx context.Context, k pairKey) (*pair, error)
	now     func() time.Time
	timeout time.Duration // of one making
	max     int

	mu      sync.Mutex
	ready   map[pairKey]*list.Element // of kept
	order   list.List                 // oldest first
	flights map[pairKey]*flight
}

// kept is an element of pairs.order.
type kept struct {
	key pairKey
	*pair
}

// flight is one making under way. pair and err are written before done closes.
type flight struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int // guarded by pairs.mu
	pair    *pair
	err     error
}

func newPairs(now func() time.Time, timeout time.Duration, most int, mk func(context.Context, pairKey) (*pair, error)) *pairs {
	return &pairs{
		make: mk, now: now, timeout: timeout, max: most,
		ready: map[pairKey]*list.Element{}, flights: map[pairKey]*flight{},
	}
}

// get gives a pair for the key: the one kept, the one being made, or a new
// one. The making does not end with the caller that began it, but with the
// last that waits for it.
func (p *pairs) get(ctx context.Context, k pairKey) (*pair, error) {
	p.mu.Lock()
	if e := p.ready[k]; e != nil {
		if got := e.Value.(kept).pair; p.now().Before(got.until) {
			p.mu.Unlock()
			return got, nil
		}
		p.remove(e)
	}
	f := p.flights[k]
	if f == nil {
		f = p.start(ctx, k)
	}
	f.waiters++
	p.mu.Unlock()

	select {
	case <-f.done:
		return f.pair, f.err
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		f.cancel()
		if p.flights[k] == f {
			delete(p.flights, k)
		}
	}
	return nil, anpr.Broken(ctx, anpr.FromToken, k.service, ctx.Err())
}

// start needs p.mu.
func (p *pairs) start(ctx context.Context, k pairKey) *flight {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.timeout)
	f := &flight{done: make(chan struct{}), cancel: cancel}
	p.flights[k] = f
	go func() {
		defer cancel()
		got, err := p.make(ctx, k)
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.flights[k] == f {
			delete(p.flights, k)
			if err == nil {
				p.keep(k, got)
			}
		}
		f.pair, f.err = got, err
		close(f.done)
	}()
	return f
}

// keep needs p.mu.
func (p *pairs) keep(k pairKey, got *pair) {
	if e := p.ready[k]; e != nil {
		p.remove(e)
	}
	for p.order.Len() >= p.max {
		p.remove(p.order.Front())
	}
	p.ready[k] = p.order.PushBack(kept{k, got})
}

// remove needs p.mu.
func (p *pairs) remove(e *list.Element) {
	delete(p.ready, p.order.Remove(e).(kept).key)
}

// drop throws away a pair that was refused, unless another took its place.
func (p *pairs) drop(k pairKey, refused *pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e := p.ready[k]; e != nil && e.Value.(kept).pair == refused {
		p.remove(e)
	}
}

// len gives the number of pairs kept.
func (p *pairs) len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.order.Len()
}
