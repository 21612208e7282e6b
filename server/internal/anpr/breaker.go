package anpr

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"indagor/app"
)

// BreakerOptions says when an e-service is left alone: when at least Least
// attempts of the last Period ended, and the share Rate of them in failures.
// After Pause a single attempt may try; it decides whether all others may.
type BreakerOptions struct {
	Rate   float64
	Least  uint
	Period time.Duration
	Pause  time.Duration
}

// Breaker leaves alone an e-service that is down or talks nonsense:
// unreachable, slow, faulty or unintelligible answers count as failures. Every
// other answer, also a refusal, proves that it is there. What is kept back is
// CodeAnprPaused with "until" and "code", the code of the last failure.
type Breaker struct {
	next Register
	o    BreakerOptions
	now  func() time.Time

	mu sync.Mutex
	of map[Service]*fuse
}

// fuse is the breaker of one e-service.
type fuse struct {
	circuitbreaker.CircuitBreaker[any]
	last app.Code // guarded by Breaker.mu
}

// NewBreaker wraps next; a nil now is time.Now, and only labels errors: the
// pauses are measured by failsafe's own clock.
func NewBreaker(next Register, o BreakerOptions, now func() time.Time) *Breaker {
	if now == nil {
		now = time.Now
	}
	return &Breaker{next: next, o: o, now: now, of: map[Service]*fuse{}}
}

// Lookup asks next unless the e-service is left alone.
func (b *Breaker) Lookup(ctx context.Context, r Request) (Answer, []Call, error) {
	f := b.fuse(r.Service)
	if !f.TryAcquirePermit() {
		b.mu.Lock()
		last := f.last
		b.mu.Unlock()
		return Answer{}, nil, app.E(app.CodeAnprPaused, "service", string(r.Service), "code", string(last),
			"until", b.now().Add(f.RemainingDelay()).UTC().Format(time.RFC3339))
	}
	trial := f.IsHalfOpen()
	done := false
	defer func() {
		if !done { // a panic below must not keep the permit
			f.RecordFailure()
		}
	}()
	a, calls, err := b.next.Lookup(ctx, r)
	done = true
	switch code := app.CodeOf(err); code {
	case app.CodeAnprDown, app.CodeAnprSlow, app.CodeAnprFault, app.CodeAnprNonsense:
		b.mu.Lock()
		f.last = code
		b.mu.Unlock()
		f.RecordFailure()
	case app.CodeCancelled, app.CodeInternal, app.CodeInvalid, app.CodeRequired:
		// Nothing was learnt. An undecided trial pauses again: failsafe
		// takes its permit back only with a verdict.
		if trial && f.IsHalfOpen() {
			f.RecordFailure()
		}
	default:
		f.RecordSuccess()
	}
	return a, calls, err
}

func (b *Breaker) fuse(s Service) *fuse {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.of[s]
	if f == nil {
		f = &fuse{CircuitBreaker: circuitbreaker.NewBuilder[any]().
			WithFailureRateThreshold(b.o.Rate, b.o.Least, b.o.Period).
			WithSuccessThreshold(1).
			WithDelay(b.o.Pause).
			Build()}
		b.of[s] = f
	}
	return f
}

// Paused tells until when the e-service is left alone; ok is false when it is
// not.
func (b *Breaker) Paused(s Service) (until time.Time, ok bool) {
	f := b.fuse(s)
	if !f.IsOpen() {
		return time.Time{}, false
	}
	d := f.RemainingDelay()
	return b.now().Add(d), d > 0
}

// isBusy reports whether ANPR said that too much was asked at once.
func isBusy(err error) bool {
	var f *Failure
	return errors.As(err, &f) && f.Source == FromService && app.CodeOf(err) == app.CodeAnprBusy
}
