package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"os"
	"time"
)

// Refusal is an error that the server gave. It wraps the *app.Error or the
// app.Errors.
type Refusal struct {
	Status     int           // HTTP status
	Reference  string        // names the call in the server's log; "" where it gave none
	RetryAfter time.Duration // when it may be tried again; 0 where the server did not say
	err        error
}

// Error gives the codes and the reference, for logs.
func (r *Refusal) Error() string {
	if r.Reference == "" {
		return r.err.Error()
	}
	return r.err.Error() + " [" + r.Reference + "]"
}

// Unwrap gives the domain's error.
func (r *Refusal) Unwrap() error { return r.err }

// Reference is the name under which the server's log knows the failed call;
// "" where there is none.
func Reference(err error) string {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Reference
	}
	return ""
}

// RetryAfter is how long the server asked to wait before trying again; 0
// where it did not say.
func RetryAfter(err error) time.Duration {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.RetryAfter
	}
	return 0
}

// Reason says why the server was not reached.
type Reason string

// The reasons.
const (
	ReasonNetwork     Reason = "network"     // no connection, or it broke
	ReasonTimeout     Reason = "timeout"     // no answer in time
	ReasonCertificate Reason = "certificate" // somebody answered whom this machine does not trust
	ReasonStranger    Reason = "stranger"    // somebody answered who does not speak the contract, as a proxy does before a server that is down
)

// Unreachable is the error of a call of which it is not known whether the
// server did it.
type Unreachable struct {
	Reason Reason
	cause  error
}

// ErrUnreachable is what errors.Is finds in every *Unreachable.
var ErrUnreachable = errors.New("client: the server cannot be reached")

// Error gives the reason and the cause, for logs.
func (u *Unreachable) Error() string {
	return ErrUnreachable.Error() + " (" + string(u.Reason) + "): " + u.cause.Error()
}

// Unwrap gives the cause.
func (u *Unreachable) Unwrap() error { return u.cause }

// Is makes errors.Is find ErrUnreachable.
func (u *Unreachable) Is(target error) bool { return target == ErrUnreachable }

// unreachable finds the reason in an error of the network.
func unreachable(err error) error {
	// The outermost error quotes the address with its query, in which a search
	// for a person may stand.
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	u := &Unreachable{Reason: ReasonNetwork, cause: err}
	var (
		netErr    net.Error
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &verify), errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid):
		u.Reason = ReasonCertificate
	case errors.As(err, &record):
		u.Reason = ReasonStranger
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &netErr) && netErr.Timeout():
		u.Reason = ReasonTimeout
	}
	return u
}
