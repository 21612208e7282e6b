package anpr

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"indagor/app"
)

// Rule says how often a kind of failure may be asked again. Zero fields match
// anything; the first rule that matches decides; what no rule matches is not
// asked again.
type Rule struct {
	Source Source
	Status int
	Name   string
	Code   app.Code
	Times  int           // further attempts for this rule within one lookup
	Wait   time.Duration // before the first of them; doubles each time
}

func (r Rule) matches(code app.Code, f *Failure) bool {
	return (r.Source == "" || r.Source == f.Source) && (r.Status == 0 || r.Status == f.Status) &&
		(r.Name == "" || r.Name == f.Name) && (r.Code == "" || r.Code == code)
}

// Rules is the table of what may be asked again. Look-ups change nothing, so
// asking twice is always safe; it is not always polite. A lost quota is never
// asked again, nor is what was too slow: the person has already waited, and a
// register that is late is not helped by a second question.
func Rules() []Rule {
	return []Rule{
		// "Operazione non effettuabile": a fault of ANPR, mostly passing.
		{Source: FromService, Name: NameFault, Times: 1, Wait: time.Second},
		// Tokens refused: the adapter has thrown the pair away, one more try with a new one.
		{Source: FromService, Name: NameInteroperability, Times: 1},
		{Source: FromService, Status: 401, Times: 1},
		{Source: FromService, Name: NameLimitExceeded, Times: 0},
		{Source: FromService, Status: 429, Times: 3, Wait: 500 * time.Millisecond},
		{Source: FromService, Status: 502, Times: 2, Wait: time.Second},
		{Source: FromService, Status: 503, Times: 2, Wait: time.Second},
		{Source: FromService, Status: 504, Times: 2, Wait: time.Second},
		{Source: FromToken, Status: 429, Times: 2, Wait: time.Second},
		{Source: FromToken, Code: app.CodeAnprFault, Times: 2, Wait: time.Second},
		{Code: app.CodeAnprDown, Times: 2, Wait: 500 * time.Millisecond},
	}
}

// retryWaitMax is the longest wait that is waited; if more is asked, the
// lookup ends with the failure.
const retryWaitMax = 30 * time.Second

type retry struct {
	next  Register
	rules []Rule
	most  int
	rand  func() float64
}

// Retry asks next again as the rules say, at most `most` attempts in all, with
// growing waits of which half is left to chance, never less than what the
// other side asked and never beyond the deadline of the context. chance gives
// numbers in [0,1) and must be safe for concurrent use; nil is math/rand.
func Retry(next Register, rules []Rule, most int, chance func() float64) Register {
	if chance == nil {
		chance = rand.Float64
	}
	return &retry{next: next, rules: rules, most: max(most, 1), rand: chance}
}

func (r *retry) Lookup(ctx context.Context, q Request) (Answer, []Call, error) {
	var (
		all  []Call
		used = make([]int, len(r.rules))
	)
	for attempt := 1; ; attempt++ {
		a, calls, err := r.next.Lookup(ctx, q)
		for i := range calls {
			calls[i].Attempt = len(all) + i + 1
		}
		if all == nil {
			all = calls
		} else {
			all = append(all, calls...)
		}
		if err == nil || attempt >= r.most {
			return a, all, err
		}
		wait, again := r.wait(err, used)
		if !again || !sleep(ctx, wait) {
			if errors.Is(ctx.Err(), context.Canceled) {
				err = gone(ctx, q.Service, app.CodeAnprSlow)
			}
			return a, all, err
		}
	}
}

// wait finds the rule of the failure, counts it in used and gives the wait.
func (r *retry) wait(err error, used []int) (time.Duration, bool) {
	var f *Failure
	if !errors.As(err, &f) {
		return 0, false
	}
	code := app.CodeOf(err)
	for i, rule := range r.rules {
		if !rule.matches(code, f) {
			continue
		}
		if used[i] >= rule.Times {
			return 0, false
		}
		w := rule.Wait << used[i]
		w = w/2 + time.Duration(float64(w/2)*r.rand())
		w = max(w, f.RetryAfter)
		used[i]++
		return w, w <= retryWaitMax
	}
	return 0, false
}

// sleep waits d; false if the context ends before, or would.
func sleep(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= d {
		return false
	}
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
