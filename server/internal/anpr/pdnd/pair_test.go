package pdnd

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

func keyOf(user string) pairKey {
	return pairKey{anpr.C020, anpr.Actor{UserID: user, UserLocation: "PC", LoA: "LoA2"}}
}

func TestPairsShareOneMaking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int32
		p := newPairs(time.Now, time.Minute, 10, func(_ context.Context, k pairKey) (*pair, error) {
			made.Add(1)
			time.Sleep(time.Second)
			return &pair{tracking: k.who.UserID, until: time.Now().Add(pairLife)}, nil
		})
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				user := fmt.Sprint("u", i%4)
				got, err := p.get(t.Context(), keyOf(user))
				if err != nil || got.tracking != user {
					t.Errorf("%s got %v, %v", user, got, err)
				}
			})
		}
		wg.Wait()
		if n := made.Load(); n != 4 || p.len() != 4 {
			t.Errorf("%d made, %d kept for 4 users", n, p.len())
		}
		// Same person, another workstation or level or service: another pair.
		for _, k := range []pairKey{
			{anpr.C015, keyOf("u0").who},
			{anpr.C020, anpr.Actor{UserID: "u0", UserLocation: "PC2", LoA: "LoA2"}},
			{anpr.C020, anpr.Actor{UserID: "u0", UserLocation: "PC", LoA: "LoA3"}},
		} {
			if _, err := p.get(t.Context(), k); err != nil {
				t.Error(err)
			}
		}
		if n := made.Load(); n != 7 {
			t.Errorf("%d made, want 7", n)
		}
		for _, step := range []struct {
			wait time.Duration
			made int32
		}{{pairLife - 4*time.Second, 7}, {3 * time.Second, 8}} {
			time.Sleep(step.wait)
			if _, err := p.get(t.Context(), keyOf("u1")); err != nil {
				t.Error(err)
			}
			if n := made.Load(); n != step.made {
				t.Errorf("%d made after %v, want %d", n, step.wait, step.made)
			}
		}
	})
}

func TestPairsOutliveTheFirstCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPairs(time.Now, time.Minute, 10, func(ctx context.Context, _ pairKey) (*pair, error) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(10 * time.Second):
				return &pair{until: time.Now().Add(pairLife)}, nil
			}
		})
		first, leave := context.WithCancel(t.Context())
		errs := make(chan error)
		go func() { _, err := p.get(first, keyOf("u")); errs <- err }()
		synctest.Wait()
		second := make(chan error)
		go func() { _, err := p.get(t.Context(), keyOf("u")); second <- err }()
		synctest.Wait()
		leave()
		if err := <-errs; app.CodeOf(err) != app.CodeCancelled || !errors.Is(err, context.Canceled) {
			t.Errorf("the first: %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("the second: %v", err)
		}
		if p.len() != 1 {
			t.Error("nothing kept")
		}
	})
}

func TestPairsStopWithTheLastCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		p := newPairs(time.Now, time.Hour, 10, func(ctx context.Context, _ pairKey) (*pair, error) {
			<-ctx.Done()
			ended.Store(true)
			return nil, ctx.Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := p.get(ctx, keyOf("u")); app.CodeOf(err) != app.CodeAnprSlow {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		if !ended.Load() || len(p.flights) != 0 {
			t.Error("the making goes on for nobody")
		}
	})
}

func TestPairsKeepNoFailure(t *testing.T) {
	fail := true
	p := newPairs(time.Now, time.Minute, 10, func(context.Context, pairKey) (*pair, error) {
		if fail {
			return nil, app.E(app.CodeAnprToken)
		}
		return &pair{until: time.Now().Add(time.Hour)}, nil
	})
	if _, err := p.get(t.Context(), keyOf("u")); app.CodeOf(err) != app.CodeAnprToken {
		t.Error(err)
	}
	fail = false
	if _, err := p.get(t.Context(), keyOf("u")); err != nil {
		t.Error(err)
	}
}

func TestPairsAreBounded(t *testing.T) {
	made := 0
	p := newPairs(time.Now, time.Minute, 3, func(_ context.Context, k pairKey) (*pair, error) {
		made++
		return &pair{tracking: k.who.UserID, until: time.Now().Add(time.Hour)}, nil
	})
	for i := range 100 {
		if _, err := p.get(t.Context(), keyOf(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if p.len() != 3 || len(p.ready) != 3 || len(p.flights) != 0 {
		t.Errorf("%d kept, %d known", p.len(), len(p.ready))
	}
	for _, u := range []string{"97", "98", "99"} {
		if _, err := p.get(t.Context(), keyOf(u)); err != nil {
			t.Fatal(err)
		}
	}
	if made != 100 {
		t.Errorf("the newest were thrown away: %d made", made)
	}
}

func TestPairsDropOnlyTheRefusedOne(t *testing.T) {
	p := newPairs(time.Now, time.Minute, 3, func(context.Context, pairKey) (*pair, error) {
		return &pair{until: time.Now().Add(time.Hour)}, nil
	})
	k := keyOf("u")
	old, _ := p.get(t.Context(), k)
	p.drop(k, old)
	fresh, _ := p.get(t.Context(), k)
	if fresh == old {
		t.Fatal("the refused pair is still used")
	}
	p.drop(k, old) // a late refusal of the old one
	if again, _ := p.get(t.Context(), k); again != fresh {
		t.Error("the new pair was thrown away too")
	}
}

// TestClientNeverMixesPairs: many persons at once; the fake checks at every
// call that tracking token and voucher are a pair, and the journal that each
// person's calls carry one pair of his own.
func TestClientNeverMixesPairs(t *testing.T) {
	f := newFake(t)
	c := f.client()
	var wg sync.WaitGroup
	const people, calls = 6, 8
	for i := range people * calls {
		wg.Go(func() {
			r := testRequest(anpr.C020)
			r.Actor.UserID = fmt.Sprint("u", i%people)
			r.Seq = anpr.Count(i)
			_, made, err := c.Lookup(t.Context(), r)
			if err != nil || len(made) != 1 {
				t.Errorf("%v %v", made, err)
			}
		})
	}
	wg.Wait()
	if f.vouchers() != people {
		t.Errorf("%d vouchers for %d persons", f.vouchers(), people)
	}
	of := map[string]entry{}
	for _, e := range f.journal {
		if was, ok := of[e.user]; ok && (was.tracking != e.tracking || was.voucher != e.voucher) {
			t.Errorf("%s used two pairs", e.user)
		}
		of[e.user] = e
	}
	if len(of) != people || len(f.journal) != people*calls {
		t.Errorf("%d persons, %d calls", len(of), len(f.journal))
	}
}
