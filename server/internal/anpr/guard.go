package anpr

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"indagor/app"
)

// Options of a Guarded register. Zero fields take the values of [Defaults].
type Options struct {
	Rules    []Rule
	Attempts int // most attempts of one lookup
	Timeout  time.Duration
	Breaker  BreakerOptions
	Bulkhead BulkheadOptions
	Reserve  float64           // share of the daily quota kept for people; below 0: none
	Own      func(Service) int // requests a day that the body allows itself, 0: no limit of its own; nil: none
	Store    QuotaStore
	Zone     *time.Location
	Now      func() time.Time
	Chance   func() float64
	Log      *slog.Logger
}

// Defaults gives the values in use where nothing else is configured.
func Defaults() Options {
	return Options{
		Rules:    Rules(),
		Attempts: 4,
		Timeout:  20 * time.Second,
		Breaker:  BreakerOptions{Rate: 0.5, Least: 10, Period: 30 * time.Second, Pause: 30 * time.Second},
		Bulkhead: BulkheadOptions{Parallel: 4, Queue: 1000, Recover: 10 * time.Second},
		Reserve:  0.2,
	}
}

// Guarded is a register with the manners of the package around it.
type Guarded struct {
	inner    Register
	now      func() time.Time
	watch    *Watch
	bulkhead *Bulkhead
	quotas   *Quotas
	breaker  *Breaker
}

// Guard puts the wrappers around r, in the order of the package comment, and
// takes back the stored quotas.
func Guard(ctx context.Context, r Register, o Options) (*Guarded, error) {
	o = o.filled()
	g := &Guarded{inner: r, now: o.Now}
	g.breaker = NewBreaker(Timeout(r, o.Timeout), o.Breaker, o.Now)
	quotas, err := NewQuotas(g.breaker, QuotaOptions{
		Reserve: max(o.Reserve, 0), Own: o.Own, Store: o.Store, Zone: o.Zone, Now: o.Now, Log: o.Log,
	})
	if err != nil {
		return nil, err
	}
	if err := quotas.Load(ctx); err != nil {
		return nil, err
	}
	g.quotas = quotas
	g.bulkhead = NewBulkhead(quotas, o.Bulkhead, o.Now)
	g.watch = NewWatch(Retry(g.bulkhead, o.Rules, o.Attempts, o.Chance), o.Now)
	return g, nil
}

func (o Options) filled() Options {
	d := Defaults()
	if o.Rules == nil {
		o.Rules = d.Rules
	}
	if o.Attempts == 0 {
		o.Attempts = d.Attempts
	}
	if o.Timeout == 0 {
		o.Timeout = d.Timeout
	}
	if o.Breaker == (BreakerOptions{}) {
		o.Breaker = d.Breaker
	}
	if o.Bulkhead == (BulkheadOptions{}) {
		o.Bulkhead = d.Bulkhead
	}
	if o.Reserve == 0 {
		o.Reserve = d.Reserve
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Lookup checks the request and asks.
func (g *Guarded) Lookup(ctx context.Context, r Request) (Answer, []Call, error) {
	if err := r.Check(); err != nil {
		return Answer{}, nil, err
	}
	return g.watch.Lookup(ctx, r)
}

// Condition says in a word how an e-service is.
type Condition string

// The conditions, the worst first.
const (
	Paused    Condition = "paused"    // down, left alone for a while
	Exhausted Condition = "exhausted" // daily quota gone
	Troubled  Condition = "troubled"  // the last question went wrong
	Slowed    Condition = "slowed"    // fewer calls at a time: ANPR was pressed
	Well      Condition = "well"
	Unasked   Condition = "unasked" // nothing known yet
)

// State is the health of one e-service as seen from here.
type State struct {
	Condition Condition
	Behaviour
	Until    time.Time // end of Paused or Exhausted
	Parallel int       // calls that may be under way
	Quota    Quota
}

// Health tells the state of every e-service asked so far, and of those whose
// quota is known, without asking anything of ANPR.
func (g *Guarded) Health(context.Context) map[Service]State {
	out := map[Service]State{}
	for s, b := range g.watch.Seen() {
		out[s] = State{Behaviour: b}
	}
	for _, s := range services {
		b, seen := out[s]
		q := g.quotas.Quota(s)
		if !seen && !q.Known && !q.Stopped {
			continue
		}
		b.Quota, b.Parallel = q, g.bulkhead.Parallel(s)
		b.Condition, b.Until = g.condition(s, b)
		out[s] = b
	}
	return out
}

func (g *Guarded) condition(s Service, b State) (Condition, time.Time) {
	if until, ok := g.breaker.Paused(s); ok {
		return Paused, until
	}
	switch {
	case b.Quota.Stopped, b.Quota.Known && b.Quota.Remaining == 0:
		return Exhausted, b.Quota.Reset
	case b.Failed.After(b.Answered):
		return Troubled, time.Time{}
	case b.Parallel < g.bulkhead.o.Parallel:
		return Slowed, time.Time{}
	case b.Answered.IsZero():
		return Unasked, time.Time{}
	}
	return Well, time.Time{}
}

// Told is the daily limit of an e-service as administrators may be told it;
// 0 where it is not known.
func (g *Guarded) Told(s Service) int { return g.quotas.Quota(s).Told }

// Quota tells the daily quota of an e-service: limit and remaining requests,
// the end of the window, and whether ANPR has said them in this window. A
// service that was stopped has nothing remaining.
func (g *Guarded) Quota(s Service) (limit, remaining int, reset time.Time, known bool) {
	q := g.quotas.Quota(s)
	if q.Stopped {
		return q.Limit, 0, q.Reset, true
	}
	return q.Limit, q.Remaining, q.Reset, q.Known
}

// Own tells the limit a day that the body sets itself, 0 where it has none, and
// what of it is left to jobs until the moment.
func (g *Guarded) Own(s Service) (limit, left int, until time.Time) { return g.quotas.Own(s) }

// Flush stores what is counted of the quotas, before the server stops.
func (g *Guarded) Flush(ctx context.Context) error { return g.quotas.Flush(ctx) }

// Skew tells how far our clock is ahead of ANPR's, if the register knows.
func (g *Guarded) Skew() (ahead time.Duration, known bool) {
	if s, ok := g.inner.(Skewer); ok {
		return s.Skew()
	}
	return 0, false
}

// Probe asks the e-service whether it is there, past the wrappers, in the name
// of who, and takes account of the answer. The error is CodeAnprOff when the
// register cannot be probed.
func (g *Guarded) Probe(ctx context.Context, s Service, who Actor) (Call, error) {
	p, ok := g.inner.(Prober)
	if !ok {
		return Call{}, app.E(app.CodeAnprOff, "service", string(s)).Because(errors.ErrUnsupported)
	}
	if err := who.Check(); err != nil {
		return Call{}, err
	}
	c, err := p.Probe(ctx, s, who)
	if c.Status != 0 {
		g.quotas.Count(ctx, c)
	}
	g.watch.note(s, c.Duration, err)
	return c, err
}

// Parallel tells how many calls to an e-service may be under way now.
func (g *Guarded) Parallel(s Service) int { return g.bulkhead.Parallel(s) }

// Took tells how long the last answer of an e-service took; 0 where it has
// given none.
func (g *Guarded) Took(s Service) time.Duration { return g.watch.Seen()[s].Took }
