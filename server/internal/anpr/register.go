package anpr

import (
	"context"
	"time"
)

// Register answers questions about persons.
//
// Lookup gives the answer and the evidence of every HTTP call made to an
// e-service for it, in order; the calls are given also beside an error. No
// calls beside an error means that nothing reached an e-service: the voucher
// was not obtained, or a wrapper kept the request back. Not found, cancelled
// and duplicate are answers, not errors.
//
// An error holds an *app.Error: CodeAnpr* for what ANPR, PDND or the wrappers
// refused, CodeCancelled when the caller went away (errors.Is context.Canceled
// holds too), and what [Request.Check] says for a request that cannot be sent;
// any other error is a fault of this program.
// Its parameters, where known: "service"; "code", the code or title received;
// "status"; "text", what ANPR said and must be shown (only with CodeAnprInput
// and CodeAnprForbidden); "transaction", the id that the help desk asks for;
// "until", RFC 3339, the time when asking again makes sense. They hold no
// personal data. Below it there is a *[Failure] where something was answered.
//
// A Register is safe for concurrent use.
type Register interface {
	Lookup(ctx context.Context, r Request) (Answer, []Call, error)
}

// Prober can ask an e-service whether it is there (GET /status). The call is
// made in somebody's name, as every other, and is evidence as every other.
type Prober interface {
	Probe(ctx context.Context, s Service, who Actor) (Call, error)
}

// Skewer knows how far the clock of the other side is from ours: positive
// when ours is ahead. It does not know before the first answer with a Date.
type Skewer interface {
	Skew() (ahead time.Duration, known bool)
}

// Func makes a Register of a function.
type Func func(ctx context.Context, r Request) (Answer, []Call, error)

// Lookup calls the function.
func (f Func) Lookup(ctx context.Context, r Request) (Answer, []Call, error) { return f(ctx, r) }
