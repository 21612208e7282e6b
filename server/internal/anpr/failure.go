package anpr

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"indagor/app"
)

// Source is the side that failed.
type Source string

// The sources.
const (
	FromService Source = "service" // ANPR or its gateway
	FromToken   Source = "token"   // the authorisation server of PDND
)

// The names of failures on which somebody decides: codes of ANPR anomalies and
// titles of the gateway's problems.
const (
	NameNoResult         = "EN122"
	NameCatchAll         = "EN148"
	NameFault            = "999"
	NameInteroperability = "InteroperabilityInvalidRequest"
	NameLimitExceeded    = "LimitExceeded"
	NameTooMany          = "TooManyRequests"
)

// Failure is the technical side of an error of a [Register]: what was
// answered, for the retry rules and the log. It holds no personal data.
type Failure struct {
	Source     Source
	Status     int           // HTTP status; 0 when no answer came
	Name       string        // anomaly code, title of the problem or PDND error code
	RetryAfter time.Duration // wait asked by the other side; 0 if none
	Err        error         // what broke, if no answer came
}

// Error names the failure.
func (f *Failure) Error() string {
	s := string(f.Source)
	if f.Status != 0 {
		s += " " + strconv.Itoa(f.Status)
	}
	if f.Name != "" {
		s += " " + f.Name
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

// Unwrap gives what broke.
func (f *Failure) Unwrap() error { return f.Err }

// Broken translates what a transport said when no answer came: CodeCancelled
// if the caller went away, CodeAnprSlow if time ran out, CodeAnprDown
// otherwise. err must not tell more than addresses.
func Broken(ctx context.Context, source Source, s Service, err error) *app.Error {
	f := &Failure{Source: source, Err: err}
	var slow interface{ Timeout() bool }
	switch {
	case ctx.Err() == context.Canceled:
		f.Err = fmt.Errorf("%w: %w", context.Canceled, err)
		return app.E(app.CodeCancelled).Because(f)
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return app.E(app.CodeAnprSlow, "service", string(s)).Because(f)
	}
	return app.E(app.CodeAnprDown, "service", string(s)).Because(f)
}

// gone is the error of a caller that went away, or whose time ran out, while
// its request was waiting; late is the code for the second.
func gone(ctx context.Context, s Service, late app.Code) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return app.E(app.CodeCancelled).Because(ctx.Err())
	}
	return app.E(late, "service", string(s)).Because(ctx.Err())
}
