package sim

import (
	"container/list"
	"sync"
	"time"
)

// lru remembers the most recently used values by string, up to a bound.
type lru[V any] struct {
	mu    sync.Mutex
	bound int
	order *list.List
	items map[string]*list.Element
}

type lruItem[V any] struct {
	key   string
	value V
}

func newLRU[V any](bound int) *lru[V] {
	return &lru[V]{bound: bound, order: list.New(), items: make(map[string]*list.Element)}
}

func (c *lru[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*lruItem[V]).value, true
}

func (c *lru[V]) put(key string, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok {
		e.Value.(*lruItem[V]).value = value
		c.order.MoveToFront(e)
		return
	}
	c.items[key] = c.order.PushFront(&lruItem[V]{key, value})
	if c.order.Len() > c.bound {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.items, oldest.Value.(*lruItem[V]).key)
	}
}

// replayGuard remembers identifiers until the tokens that carried them can no
// longer be accepted.
type replayGuard struct {
	mu      sync.Mutex
	until   map[string]int64   // identifier → minute from which it may be forgotten
	buckets map[int64][]string // the same by minute
	purged  int64
}

func newReplayGuard() *replayGuard {
	return &replayGuard{until: make(map[string]int64), buckets: make(map[int64][]string)}
}

// first reports whether the identifier is new, and keeps it until exp.
func (g *replayGuard) first(id string, exp, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	minute := now.Unix() / 60
	if minute != g.purged {
		g.purged = minute
		for m, ids := range g.buckets {
			if m <= minute {
				for _, old := range ids {
					delete(g.until, old)
				}
				delete(g.buckets, m)
			}
		}
	}
	if _, seen := g.until[id]; seen {
		return false
	}
	m := exp.Unix()/60 + 2
	g.until[id] = m
	g.buckets[m] = append(g.buckets[m], id)
	return true
}

// seenIDs remembers at least the latest n identifiers, in two generations.
type seenIDs struct {
	mu       sync.Mutex
	bound    int
	now, old map[string]struct{}
}

func newSeenIDs(n int) *seenIDs {
	return &seenIDs{bound: n, now: make(map[string]struct{})}
}

// add reports whether the identifier was seen before.
func (s *seenIDs) add(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.now[id]; ok {
		return true
	}
	_, seen := s.old[id]
	if len(s.now) >= s.bound {
		s.old, s.now = s.now, make(map[string]struct{})
	}
	s.now[id] = struct{}{}
	return seen
}
