package sim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultKind names a way in which the other side may misbehave.
type FaultKind string

const (
	FaultSlow       FaultKind = "slow"        // answers after Delay
	FaultTooMany    FaultKind = "too_many"    // 429 TooManyRequests
	FaultLimit      FaultKind = "limit"       // 429 LimitExceeded
	FaultGW503      FaultKind = "gw503"       // 503 GatewayError
	FaultKO999      FaultKind = "ko999"       // 400 with ANPR's code 999
	FaultHTTP500    FaultKind = "http500"     // 500 with ANPR's code 999
	FaultBrokenJSON FaultKind = "broken_json" // the status is right, the body is half
	FaultCut        FaultKind = "cut"         // the connection ends in the middle of the body
	FaultTokenDown  FaultKind = "token_down"  // the token endpoint answers 500
	FaultToken429   FaultKind = "token_429"   // the token endpoint answers 429
	FaultWrongClock FaultKind = "wrong_clock" // the other side's clock is off by Delay
)

// ServiceToken stands for the token endpoint where the code of an e-service is
// expected.
const ServiceToken = "token"

// Fault asks for trouble.
type Fault struct {
	Kind FaultKind
	// Service is the code of an e-service or ServiceToken; empty or "*"
	// means every one to which the kind applies.
	Service string
	// Rate is the share of calls hit, over 0 and up to 1; 0 means every one.
	Rate float64
	// Delay is the wait of slow and the error of wrong_clock, which may be
	// negative (the other side is behind).
	Delay time.Duration
	// Times is how many calls are hit before the fault is over; 0 means no
	// end.
	Times int
}

func (f Fault) String() string {
	parts := []string{string(f.Kind), f.Service, strconv.FormatFloat(f.Rate, 'g', -1, 64), f.Delay.String()}
	return strings.Join(parts, ":")
}

// ParseFault reads "kind[:service][:rate][:delay]", such as "slow:C020:0.1:3s".
// A part may be left empty; delay is a Go duration.
func ParseFault(text string) (Fault, error) {
	parts := strings.Split(text, ":")
	f := Fault{Kind: FaultKind(parts[0])}
	var err error
	if len(parts) > 4 {
		return Fault{}, fmt.Errorf("fault %q has too many parts", text)
	}
	if len(parts) > 1 {
		f.Service = parts[1]
	}
	if len(parts) > 2 && parts[2] != "" {
		if f.Rate, err = strconv.ParseFloat(parts[2], 64); err != nil {
			return Fault{}, fmt.Errorf("fault %q: rate: %w", text, err)
		}
	}
	if len(parts) > 3 && parts[3] != "" {
		if f.Delay, err = time.ParseDuration(parts[3]); err != nil {
			return Fault{}, fmt.Errorf("fault %q: delay: %w", text, err)
		}
	}
	return f, f.check()
}

func (f Fault) tokenOnly() bool { return f.Kind == FaultTokenDown || f.Kind == FaultToken429 }

func (f Fault) check() error {
	switch f.Kind {
	case FaultSlow:
		if f.Delay <= 0 {
			return errors.New("fault slow needs a delay")
		}
	case FaultWrongClock:
		if f.Delay == 0 {
			return errors.New("fault wrong_clock needs a delay")
		}
	case FaultTooMany, FaultLimit, FaultGW503, FaultKO999, FaultHTTP500, FaultBrokenJSON, FaultCut,
		FaultTokenDown, FaultToken429:
	default:
		return fmt.Errorf("unknown fault %q", f.Kind)
	}
	if !(f.Rate >= 0 && f.Rate <= 1) {
		return fmt.Errorf("fault %s: rate %v is not between 0 and 1", f.Kind, f.Rate)
	}
	if f.Times < 0 {
		return fmt.Errorf("fault %s: times %d is negative", f.Kind, f.Times)
	}
	switch {
	case f.Service == "" || f.Service == "*":
	case f.Service == ServiceToken:
		switch f.Kind {
		case FaultSlow, FaultBrokenJSON, FaultCut, FaultWrongClock, FaultTokenDown, FaultToken429:
		default:
			return fmt.Errorf("fault %s does not apply to the token endpoint", f.Kind)
		}
	case f.tokenOnly():
		return fmt.Errorf("fault %s applies to the token endpoint only", f.Kind)
	case serviceByCode(f.Service) == nil:
		return fmt.Errorf("fault %s: unknown e-service %q", f.Kind, f.Service)
	}
	return nil
}

// hits reports whether the fault concerns the e-service or token endpoint.
func (f Fault) hits(service string) bool {
	if f.Service == service {
		return true
	}
	if f.Service != "" && f.Service != "*" {
		return false
	}
	return f.tokenOnly() == (service == ServiceToken)
}

// faults is the list in force. Which calls are hit depends on the seed and on
// the order of the calls only.
type faults struct {
	seed uint64
	mu   sync.Mutex
	list []faultState
}

type faultState struct {
	Fault
	calls, done int
}

func newFaults(seed uint64, list []Fault) (*faults, error) {
	f := &faults{seed: seed}
	return f, f.set(list)
}

func (f *faults) set(list []Fault) error {
	states := make([]faultState, len(list))
	for i, one := range list {
		if err := one.check(); err != nil {
			return fmt.Errorf("sim: %w", err)
		}
		states[i].Fault = one
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = states
	return nil
}

func (f *faults) get() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Fault, len(f.list))
	for i := range f.list {
		out[i] = f.list[i].Fault
	}
	return out
}

// draw decides which faults hit one call.
func (f *faults) draw(service string) applied {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out applied
	for i := range f.list {
		s := &f.list[i]
		if !s.hits(service) || s.Times > 0 && s.done >= s.Times {
			continue
		}
		s.calls++
		if s.Rate > 0 && s.Rate < 1 {
			if float64(mix(f.seed^uint64(i+1)<<32, uint64(s.calls))>>11)/(1<<53) >= s.Rate {
				continue
			}
		}
		s.done++
		out = append(out, s.Fault)
	}
	return out
}

// SetFaults replaces the faults in force. It fails, changing nothing, when one
// of them makes no sense.
func (s *Sim) SetFaults(list []Fault) error { return s.faults.set(list) }

// applied are the faults that hit one call.
type applied []Fault

func (a applied) has(kind FaultKind) bool {
	for _, f := range a {
		if f.Kind == kind {
			return true
		}
	}
	return false
}

func (a applied) names() string {
	if len(a) == 0 {
		return ""
	}
	names := make([]string, len(a))
	for i, f := range a {
		names[i] = string(f.Kind)
	}
	return strings.Join(names, ",")
}

// shift is how far off the clock is.
func (a applied) shift() (d time.Duration) {
	for _, f := range a {
		if f.Kind == FaultWrongClock {
			d += f.Delay
		}
	}
	return d
}

// wait spends the delay of slow; false means the caller left meanwhile.
func (a applied) wait(ctx context.Context) bool {
	var d time.Duration
	for _, f := range a {
		if f.Kind == FaultSlow {
			d += f.Delay
		}
	}
	return pause(ctx, d)
}

func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// send writes an answer, whole or as the faults want it.
func (a applied) send(w http.ResponseWriter, status int, body []byte) {
	switch {
	case a.has(FaultCut):
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		w.Write(body[:len(body)/2])
		// What cannot be flushed is cut all the same.
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case a.has(FaultBrokenJSON):
		body = body[:len(body)/2]
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}
