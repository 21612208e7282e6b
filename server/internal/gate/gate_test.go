package gate

import (
	"fmt"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func TestNonces(t *testing.T) {
	n := newNonces(NonceLife)
	s := n.make(start)
	for _, c := range []struct {
		after time.Duration
		good  bool
	}{{0, true}, {-time.Second, true}, {-2 * time.Second, false}, {NonceLife, true}, {NonceLife + 1, false}, {24 * time.Hour, false}} {
		if n.good(s, start.Add(c.after)) != c.good {
			t.Errorf("after %v: good is %t", c.after, !c.good)
		}
	}
	if n.make(start) == s {
		t.Error("the same nonce twice")
	}
	for i := range s {
		b := []byte(s)
		b[i] ^= 1
		if n.good(string(b), start) {
			// The last characters may hold bits that no byte has.
			if i != len(s)-1 {
				t.Errorf("changed at %d, still good", i)
			}
		}
	}
	for _, bad := range []string{"", "AAAA", s[:20], s + s} {
		if n.good(bad, start) {
			t.Errorf("%q is good", bad)
		}
	}
	if newNonces(NonceLife).good(s, start) {
		t.Error("good for another process")
	}
}

// TestReplays: at whatever moment an id is used, it is known as long as its
// nonce may be good, and after a while the memory of it is gone.
func TestReplays(t *testing.T) {
	for _, rhythm := range []time.Duration{time.Second, 7 * time.Second, time.Minute, NonceLife - 1, NonceLife, NonceLife + 1, 5 * time.Minute} {
		r := newReplays(NonceLife)
		used := map[string]time.Time{}
		for n := range 400 {
			now := start.Add(time.Duration(n) * rhythm)
			id := fmt.Sprint(n)
			if !r.fresh(id, now) {
				t.Fatalf("every %v: %s is no longer fresh", rhythm, id)
			}
			used[id] = now
			for id, at := range used {
				if now.Sub(at) > NonceLife {
					delete(used, id)
				} else if r.fresh(id, now) {
					t.Fatalf("every %v: an id was forgotten after %v", rhythm, now.Sub(at))
				}
			}
			if most := int(3*NonceLife/rhythm) + 3; len(r.young)+len(r.old) > most {
				t.Fatalf("every %v: %d ids are remembered", rhythm, len(r.young)+len(r.old))
			}
		}
	}
}

func TestRatesForgetTheOldest(t *testing.T) {
	r := newRates(Limits{PerSecond: 1, Burst: 1})
	if !r.allow("first", start) || r.allow("first", start) {
		t.Fatal("a burst of one is one")
	}
	for n := range mostRates {
		r.allow(fmt.Sprint(n), start)
	}
	if len(r.byKey) != mostRates || r.order.Len() != mostRates {
		t.Errorf("%d keys, %d in order", len(r.byKey), r.order.Len())
	}
	if !r.allow("first", start) {
		t.Error("the key seen longest ago was not forgotten")
	}
}
