package anpr

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
)

// probed is a script that can be probed and knows its clock.
type probed struct {
	script
	call Call
	err  error
}

func (p *probed) Probe(context.Context, Service, Actor) (Call, error) { return p.call, p.err }
func (p *probed) Skew() (time.Duration, bool)                         { return time.Second, true }

func guarded(t *testing.T, r Register, o Options) *Guarded {
	t.Helper()
	g, err := Guard(t.Context(), r, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGuard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{ends: []error{busy, nil}, rate: []RateLimit{{}, {Known: true, Limit: 100, Remaining: 70}}}
		g := guarded(t, s, Options{})
		if h := g.Health(t.Context()); len(h) != 0 {
			t.Errorf("health before any question: %v", h)
		}
		a, calls, err := g.Lookup(t.Context(), goodRequest())
		if err != nil || a.Outcome != Found || len(calls) != 2 || calls[1].Attempt != 2 {
			t.Fatalf("%+v %+v %v", a, calls, err)
		}
		h := g.Health(t.Context())[C020]
		if h.Condition != Slowed || h.Parallel != 2 || h.Quota.Remaining != 70 {
			t.Errorf("%+v", h)
		}
		if limit, remaining, _, known := g.Quota(C020); limit != 100 || remaining != 70 || !known {
			t.Errorf("quota %d %d %v", limit, remaining, known)
		}
		if _, known := g.Skew(); known {
			t.Error("a script knows its clock")
		}
		if _, err := g.Probe(t.Context(), C020, goodRequest().Actor); app.CodeOf(err) != app.CodeAnprOff {
			t.Errorf("probe: %v", err)
		}
		bad := goodRequest()
		bad.Motive = ""
		if _, _, err := g.Lookup(t.Context(), bad); app.CodeOf(err) != app.CodeRequired || s.n != 2 {
			t.Errorf("a bad request went out: %v", err)
		}
	})
}

func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{ends: []error{nil}}
		g := guarded(t, s, Options{Breaker: BreakerOptions{Rate: 0.5, Least: 3, Period: time.Minute, Pause: time.Minute}})
		lookup := func(end error) {
			s.ends = []error{end}
			time.Sleep(time.Second)
			_, _, _ = g.Lookup(t.Context(), goodRequest())
		}
		expect := func(want Condition) State {
			t.Helper()
			got := g.Health(t.Context())[C020]
			if got.Condition != want {
				t.Fatalf("got %+v, want %s", got, want)
			}
			return got
		}
		lookup(nil)
		expect(Well)
		lookup(slow)
		if got := expect(Troubled); got.Code != app.CodeAnprSlow || !got.Failed.After(got.Answered) {
			t.Errorf("%+v", got)
		}
		lookup(slow)
		if got := expect(Paused); time.Until(got.Until) != time.Minute {
			t.Errorf("%+v", got)
		}
		time.Sleep(time.Minute)
		lookup(nil)
		expect(Well)
		lookup(exceeded)
		if got := expect(Exhausted); !got.Until.After(time.Now()) {
			t.Errorf("%+v", got)
		}
		if _, remaining, _, known := g.Quota(C020); remaining != 0 || !known {
			t.Errorf("quota of a stopped service: %d %v", remaining, known)
		}
	})
}

func TestProbe(t *testing.T) {
	p := &probed{script: script{ends: []error{nil}}, call: Call{Service: C020, Status: 200, Rate: RateLimit{Known: true, Limit: 9, Remaining: 8}}}
	g := guarded(t, p, Options{})
	if _, err := g.Probe(t.Context(), C020, Actor{}); app.CodeOf(err) != app.CodeRequired {
		t.Errorf("nobody's probe: %v", err)
	}
	if c, err := g.Probe(t.Context(), C020, goodRequest().Actor); err != nil || c.Status != 200 {
		t.Errorf("%+v %v", c, err)
	}
	if h := g.Health(t.Context())[C020]; h.Condition != Well || h.Quota.Remaining != 8 {
		t.Errorf("%+v", h)
	}
	p.err, p.call = gateway, Call{Service: C020, Status: 503}
	if _, err := g.Probe(t.Context(), C020, goodRequest().Actor); app.CodeOf(err) != app.CodeAnprFault {
		t.Errorf("probe: %v", err)
	}
	if h := g.Health(t.Context())[C020]; h.Condition != Troubled || h.Quota.Remaining != 7 {
		t.Errorf("%+v", h)
	}
	if ahead, known := g.Skew(); ahead != time.Second || !known {
		t.Errorf("skew %v %v", ahead, known)
	}
}

// TestGuardStopsWithTheCaller: wherever a request is, its caller's going away
// ends it, and the places are free again.
func TestGuardStopsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := Func(func(ctx context.Context, r Request) (Answer, []Call, error) {
			<-ctx.Done()
			return Answer{}, []Call{{Service: r.Service}}, Broken(ctx, FromService, r.Service, ctx.Err())
		})
		g := guarded(t, stuck, Options{Bulkhead: BulkheadOptions{Parallel: 2, Queue: 10}})
		ctx, cancel := context.WithCancel(t.Context())
		ends := make(chan error)
		for range 6 {
			go func() {
				_, _, err := g.Lookup(ctx, goodRequest())
				ends <- err
			}()
		}
		synctest.Wait()
		cancel()
		for range 6 {
			if err := <-ends; app.CodeOf(err) != app.CodeCancelled || !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
		if g.bulkhead.of[C020].inside != 0 || g.quotas.of[C020].away != 0 {
			t.Error("places are lost")
		}
		if h := g.Health(t.Context()); h[C020].Condition == Troubled {
			t.Errorf("a caller that left counts against the register: %+v", h[C020])
		}
	})
}

func TestGuardReportsStore(t *testing.T) {
	if _, err := Guard(t.Context(), &script{}, Options{Store: &shelf{err: errors.New("no database")}}); err == nil {
		t.Error("a store that cannot be read was not reported")
	}
}
