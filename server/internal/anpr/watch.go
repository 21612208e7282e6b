package anpr

import (
	"context"
	"sync"
	"time"

	"indagor/app"
)

// Behaviour is how an e-service last behaved.
type Behaviour struct {
	Answered time.Time // last time that it answered a question, well or with a refusal of the person
	Failed   time.Time // last time that it did not
	Code     app.Code  // why it did not
	Took     time.Duration
}

// Watch remembers how each e-service last behaved.
type Watch struct {
	next Register
	now  func() time.Time

	mu sync.Mutex
	of map[Service]Behaviour
}

// NewWatch wraps next; a nil now is time.Now.
func NewWatch(next Register, now func() time.Time) *Watch {
	if now == nil {
		now = time.Now
	}
	return &Watch{next: next, now: now, of: map[Service]Behaviour{}}
}

// Lookup asks next.
func (w *Watch) Lookup(ctx context.Context, r Request) (Answer, []Call, error) {
	a, calls, err := w.next.Lookup(ctx, r)
	var took time.Duration
	if len(calls) > 0 {
		took = calls[len(calls)-1].Duration
	}
	w.note(r.Service, took, err)
	return a, calls, err
}

// Seen gives the behaviour of the e-services asked so far.
func (w *Watch) Seen() map[Service]Behaviour {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make(map[Service]Behaviour, len(w.of))
	for s, b := range w.of {
		out[s] = b
	}
	return out
}

func (w *Watch) note(s Service, took time.Duration, err error) {
	code := app.CodeOf(err)
	switch code {
	case app.CodeCancelled, app.CodeInternal, app.CodeInvalid, app.CodeRequired, app.CodeDate, app.CodeFiscalCode:
		return // says nothing of the e-service
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.of[s]
	switch code {
	case "", app.CodeAnprInput:
		b.Answered, b.Took = w.now(), took
	default:
		b.Failed, b.Code = w.now(), code
	}
	w.of[s] = b
}
