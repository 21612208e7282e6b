package gate

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// mostRates bounds the memory of the limiters: the keys seen longest ago are
// forgotten first, and with them nothing but their patience.
const mostRates = 10_000

// rates keeps one limiter per key.
type rates struct {
	limits Limits

	mu    sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of *keyRate, newest first
}

type keyRate struct {
	key     string
	limiter *rate.Limiter
}

func newRates(l Limits) *rates {
	return &rates{limits: l, byKey: map[string]*list.Element{}, order: list.New()}
}

func (r *rates) allow(key string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.byKey[key]
	if !ok {
		e = r.order.PushFront(&keyRate{key, rate.NewLimiter(rate.Limit(r.limits.PerSecond), r.limits.Burst)})
		r.byKey[key] = e
		if r.order.Len() > mostRates {
			last := r.order.Back()
			delete(r.byKey, last.Value.(*keyRate).key)
			r.order.Remove(last)
		}
	}
	r.order.MoveToFront(e)
	return e.Value.(*keyRate).limiter.AllowN(now, 1)
}
