package sim

import (
	"math"
	"sync"
	"time"
)

// quotas counts the calls of each client to each e-service in a day of Rome.
// Every call counts, whatever its outcome.
type quotas struct {
	mu       sync.Mutex
	limit    int
	override map[string]int
	day      int // yyyymmdd of the counts
	counts   map[quotaKey]int
}

type quotaKey struct{ client, service string }

func newQuotas(limit int, override map[string]int) *quotas {
	own := make(map[string]int, len(override))
	for code, n := range override {
		own[code] = n
	}
	return &quotas{limit: limit, override: own, counts: make(map[quotaKey]int)}
}

func (q *quotas) limitOf(service string) int {
	if n, ok := q.override[service]; ok {
		return n
	}
	return q.limit
}

// allowance is what the X-RateLimit headers say.
type allowance struct {
	limit, remaining int
	reset            int // seconds to midnight
}

// take counts one call. ok is false when the day's quota is gone. An empty
// client counts nothing: the answer is only the state of a fresh day.
func (q *quotas) take(client, service string, local time.Time) (a allowance, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	y, m, d := local.Date()
	if day := y*10000 + int(m)*100 + d; day != q.day {
		q.day = day
		clear(q.counts)
	}
	// Midnight by the calendar, so that the days of 23 and 25 hours are right.
	midnight := time.Date(y, m, d+1, 0, 0, 0, 0, local.Location())
	a.reset = int(math.Ceil(midnight.Sub(local).Seconds()))
	a.limit = q.limitOf(service)
	if a.limit < 0 {
		a.limit, a.remaining = math.MaxInt32, math.MaxInt32
		return a, true
	}
	key := quotaKey{client, service}
	used := q.counts[key]
	if client == "" {
		a.remaining = a.limit
		return a, true
	}
	if used >= a.limit {
		return a, false
	}
	q.counts[key] = used + 1
	a.remaining = a.limit - used - 1
	return a, true
}

// buckets is PDND's limit on vouchers: each client has limit tokens that come
// back evenly during the interval.
type buckets struct {
	mu       sync.Mutex
	limit    int
	interval time.Duration
	levels   map[string]*bucket
}

type bucket struct {
	level float64
	at    time.Time
}

func newBuckets(limit int, interval time.Duration) *buckets {
	return &buckets{limit: limit, interval: interval, levels: make(map[string]*bucket)}
}

// take asks for one voucher. A limit of 0 means that there is none.
func (b *buckets) take(client string, now time.Time) (limit, remaining int, ok bool) {
	if b.limit <= 0 {
		return 0, 0, true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.levels[client]
	if l == nil {
		if len(b.levels) >= 10_000 {
			clear(b.levels)
		}
		l = &bucket{level: float64(b.limit), at: now}
		b.levels[client] = l
	}
	if passed := now.Sub(l.at); passed > 0 {
		l.level = min(float64(b.limit), l.level+float64(b.limit)*passed.Seconds()/b.interval.Seconds())
		l.at = now
	}
	if l.level < 1 {
		return b.limit, 0, false
	}
	l.level--
	return b.limit, int(l.level), true
}
