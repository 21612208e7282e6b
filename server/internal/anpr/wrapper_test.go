package anpr

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
)

// script is a register that gives the prepared ends one after the other, the
// last one for ever.
type script struct {
	mu   sync.Mutex
	ends []error
	rate []RateLimit
	n    int
}

func (s *script) Lookup(_ context.Context, r Request) (Answer, []Call, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := min(s.n, len(s.ends)-1)
	id, _ := OperationID(r.OperationPrefix, r.Seq())
	s.n++
	c := Call{Service: r.Service, OperationID: id, Status: 200, Attempt: 1}
	if len(s.rate) > 0 {
		c.Rate = s.rate[min(s.n-1, len(s.rate)-1)]
	}
	err := s.ends[i]
	var f *Failure
	if errors.As(err, &f) {
		c.Status, c.Code = f.Status, f.Name
		if f.Source == FromToken {
			return Answer{}, nil, err
		}
	}
	if err != nil {
		return Answer{}, []Call{c}, err
	}
	return Answer{OperationID: "1", Outcome: Found}, []Call{c}, nil
}

func failed(code app.Code, source Source, status int, name string) error {
	return app.E(code).Because(&Failure{Source: source, Status: status, Name: name})
}

var (
	fault    = failed(app.CodeAnprFault, FromService, 500, NameFault)
	gateway  = failed(app.CodeAnprFault, FromService, 503, "GatewayError")
	busy     = failed(app.CodeAnprBusy, FromService, 429, NameTooMany)
	exceeded = failed(app.CodeAnprQuota, FromService, 429, NameLimitExceeded)
	interop  = failed(app.CodeAnprRefused, FromService, 400, NameInteroperability)
	down     = failed(app.CodeAnprDown, FromService, 0, "")
	slow     = failed(app.CodeAnprSlow, FromService, 0, "")
	token400 = failed(app.CodeAnprToken, FromToken, 400, "015-0008")
	token429 = failed(app.CodeAnprBusy, FromToken, 429, "")
)

func TestRetry(t *testing.T) {
	for _, c := range []struct {
		name  string
		ends  []error
		calls int // to the e-service
		took  time.Duration
		code  app.Code
	}{
		{"at once", []error{nil}, 1, 0, ""},
		{"fault passes", []error{fault, nil}, 2, 500 * time.Millisecond, ""},
		{"fault stays", []error{fault}, 2, 500 * time.Millisecond, app.CodeAnprFault},
		{"pair refused once", []error{interop, nil}, 2, 0, ""},
		{"pair refused twice", []error{interop}, 2, 0, app.CodeAnprRefused},
		{"quota", []error{exceeded, nil}, 1, 0, app.CodeAnprQuota},
		{"pressed", []error{busy}, 4, 250*time.Millisecond + 500*time.Millisecond + time.Second, app.CodeAnprBusy},
		{"gateway", []error{gateway}, 3, 500*time.Millisecond + time.Second, app.CodeAnprFault},
		{"down", []error{down, down, nil}, 3, 250*time.Millisecond + 500*time.Millisecond, ""},
		{"slow", []error{slow, nil}, 1, 0, app.CodeAnprSlow},
		{"token refused", []error{token400, nil}, 0, 0, app.CodeAnprToken},
		{"token pressed", []error{token429, nil}, 1, 500 * time.Millisecond, ""},
		{"two kinds", []error{interop, fault, nil}, 3, 500 * time.Millisecond, ""},
		{"every kind", []error{interop, fault, busy, gateway, nil}, 4, 1250*time.Millisecond - 500*time.Millisecond, app.CodeAnprFault},
		{"unknown", []error{errors.New("bug"), nil}, 1, 0, app.CodeInternal},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{ends: c.ends}
				start := time.Now()
				_, calls, err := Retry(s, Rules(), 4, func() float64 { return 0 }).Lookup(t.Context(), goodRequest())
				if app.CodeOf(err) != c.code {
					t.Errorf("got %v, want %q", err, c.code)
				}
				if len(calls) != c.calls {
					t.Errorf("%d calls, want %d", len(calls), c.calls)
				}
				ids := map[string]bool{}
				for i, call := range calls {
					if call.Attempt != i+1 {
						t.Errorf("call %d is numbered %d", i+1, call.Attempt)
					}
					ids[call.OperationID] = true
				}
				if len(ids) != len(calls) {
					t.Errorf("%d operation ids for %d calls", len(ids), len(calls))
				}
				if took := time.Since(start); took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
			})
		})
	}
}

func TestRetryRespectsOthers(t *testing.T) {
	asked := func(d time.Duration) error {
		return app.E(app.CodeAnprBusy).Because(&Failure{Source: FromService, Status: 429, RetryAfter: d})
	}
	t.Run("Retry-After", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, calls, err := Retry(&script{ends: []error{asked(7 * time.Second), nil}}, Rules(), 4, nil).Lookup(t.Context(), goodRequest())
			if err != nil || len(calls) != 2 || time.Since(start) != 7*time.Second {
				t.Errorf("%d calls after %v: %v", len(calls), time.Since(start), err)
			}
		})
	})
	t.Run("too long a wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, calls, err := Retry(&script{ends: []error{asked(time.Hour), nil}}, Rules(), 4, nil).Lookup(t.Context(), goodRequest())
			if app.CodeOf(err) != app.CodeAnprBusy || len(calls) != 1 || time.Since(start) != 0 {
				t.Errorf("%d calls after %v: %v", len(calls), time.Since(start), err)
			}
		})
	})
	t.Run("deadline before the next attempt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			start := time.Now()
			_, calls, err := Retry(&script{ends: []error{asked(5 * time.Second), nil}}, Rules(), 4, nil).Lookup(ctx, goodRequest())
			if app.CodeOf(err) != app.CodeAnprBusy || len(calls) != 1 || time.Since(start) != 0 {
				t.Errorf("%d calls after %v: %v", len(calls), time.Since(start), err)
			}
		})
	})
	t.Run("the caller goes", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, calls, err := Retry(&script{ends: []error{asked(5 * time.Second), nil}}, Rules(), 4, nil).Lookup(ctx, goodRequest())
			if app.CodeOf(err) != app.CodeCancelled || !errors.Is(err, context.Canceled) || len(calls) != 1 {
				t.Errorf("%d calls: %v", len(calls), err)
			}
		})
	})
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := Func(func(ctx context.Context, r Request) (Answer, []Call, error) {
			<-ctx.Done()
			return Answer{}, []Call{{}}, Broken(ctx, FromService, r.Service, ctx.Err())
		})
		start := time.Now()
		_, calls, err := Timeout(stuck, 20*time.Second).Lookup(t.Context(), goodRequest())
		if app.CodeOf(err) != app.CodeAnprSlow || len(calls) != 1 || time.Since(start) != 20*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := Timeout(stuck, time.Second).Lookup(ctx, goodRequest()); app.CodeOf(err) != app.CodeCancelled || !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var end atomic.Value
		set := func(err error) { end.Store([]error{err}) }
		asked := 0
		inner := Func(func(context.Context, Request) (Answer, []Call, error) {
			asked++
			return Answer{}, nil, end.Load().([]error)[0]
		})
		b := NewBreaker(inner, BreakerOptions{Rate: 0.5, Least: 4, Period: 30 * time.Second, Pause: 20 * time.Second}, nil)
		ask := func(s Service) app.Code {
			r := goodRequest()
			r.Service = s
			_, _, err := b.Lookup(t.Context(), r)
			return app.CodeOf(err)
		}
		// Refusals and callers that go away prove nothing against the register.
		for _, err := range []error{interop, exceeded, busy, token400, app.E(app.CodeCancelled)} {
			set(err)
			for range 10 {
				ask(C015)
			}
			if _, ok := b.Paused(C015); ok {
				t.Fatalf("paused after %v", err)
			}
		}
		set(down)
		for range 4 {
			if got := ask(C020); got != app.CodeAnprDown {
				t.Fatalf("got %q", got)
			}
		}
		asked = 0
		r := goodRequest()
		_, calls, err := b.Lookup(t.Context(), r)
		var e *app.Error
		if !errors.As(err, &e) || e.Code != app.CodeAnprPaused || e.Params["code"] != string(app.CodeAnprDown) || len(calls) != 0 || asked != 0 {
			t.Fatalf("got %v, asked %d", err, asked)
		}
		until, ok := b.Paused(C020)
		if !ok || time.Until(until) != 20*time.Second || e.Params["until"] != until.UTC().Format(time.RFC3339) {
			t.Errorf("paused until %v, %v; told %v", until, ok, e.Params)
		}
		if _, ok := b.Paused(C015); ok {
			t.Error("another e-service is paused too")
		}
		// After the pause one attempt goes; it fails, all wait again.
		time.Sleep(21 * time.Second)
		if got := ask(C020); got != app.CodeAnprDown {
			t.Errorf("trial: %q", got)
		}
		if got := ask(C020); got != app.CodeAnprPaused {
			t.Errorf("after a failed trial: %q", got)
		}
		// A trial whose caller goes away decides nothing: pause again, no lock.
		time.Sleep(21 * time.Second)
		set(app.E(app.CodeCancelled))
		ask(C020)
		if got := ask(C020); got != app.CodeAnprPaused {
			t.Errorf("after an undecided trial: %q", got)
		}
		time.Sleep(21 * time.Second)
		set(nil)
		for range 3 {
			if got := ask(C020); got != "" {
				t.Errorf("after recovery: %q", got)
			}
		}
	})
}

func TestBreakerSurvivesPanic(t *testing.T) {
	b := NewBreaker(Func(func(context.Context, Request) (Answer, []Call, error) { panic("boom") }),
		BreakerOptions{Rate: 0.5, Least: 1, Period: time.Minute, Pause: time.Minute}, nil)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_, _, _ = b.Lookup(t.Context(), goodRequest())
	}()
	if _, ok := b.Paused(C020); !ok {
		t.Error("a panic does not count as a failure")
	}
}
