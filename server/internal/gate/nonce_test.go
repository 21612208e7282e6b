package gate

import (
	"fmt"
	"testing"
	"time"
)

func TestNonces(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	n, other := newNonces(NonceLife), newNonces(NonceLife)
	s := n.make(start)
	for _, c := range []struct {
		name  string
		nonce string
		at    time.Time
		good  bool
	}{
		{"fresh", s, start, true},
		{"at the end of its life", s, start.Add(NonceLife), true},
		{"over", s, start.Add(NonceLife + time.Second), false},
		{"from the future", s, start.Add(-2 * time.Second), false},
		{"of another process", other.make(start), start, false},
		{"one bit changed", s[:10] + string(s[10]^1) + s[11:], start, false},
		{"empty", "", start, false},
		{"short", s[:20], start, false},
	} {
		if got := n.good(c.nonce, c.at); got != c.good {
			t.Errorf("%s: good is %v", c.name, got)
		}
	}
	if n.make(start) == s {
		t.Error("two nonces of one moment are equal")
	}
}

// TestReplays: an id is fresh once for as long as a nonce lives, however many
// others come between, and is forgotten some time after.
func TestReplays(t *testing.T) {
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for step := time.Second; step <= NonceLife; step *= 3 {
		r := newReplays(NonceLife)
		if !r.fresh("id", start) {
			t.Fatal("a new id is not fresh")
		}
		for n, at := 0, start.Add(step); !at.After(start.Add(NonceLife)); n, at = n+1, at.Add(step) {
			r.fresh(fmt.Sprint("other", n), at)
			if r.fresh("id", at) {
				t.Fatalf("steps of %v: the id is fresh again after %v", step, at.Sub(start))
			}
		}
		r.fresh("later", start.Add(3*NonceLife))
		r.fresh("later still", start.Add(5*NonceLife))
		if len(r.young)+len(r.old) > 2 {
			t.Errorf("%d ids are remembered for ever", len(r.young)+len(r.old))
		}
	}
}

func TestRatesForgetTheOldest(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	r := newRates(Limits{PerSecond: 1, Burst: 2})
	if !r.allow("a", now) || !r.allow("a", now) || r.allow("a", now) {
		t.Fatal("the burst is not two")
	}
	if !r.allow("b", now) {
		t.Fatal("one key's use counts for another")
	}
	if !r.allow("a", now.Add(time.Second)) {
		t.Fatal("patience does not come back")
	}
	for i := range mostRates + 10 {
		r.allow(fmt.Sprint(i), now)
	}
	if r.order.Len() != mostRates || len(r.byKey) != mostRates {
		t.Fatalf("%d keys are remembered", r.order.Len())
	}
}
