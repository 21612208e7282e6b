package app

import (
	"errors"
	"strings"
)

// Error is an error fit for people: a stable code, the parameters of its
// sentence and, where one input is to blame, the name of that field. The
// sentence itself is in the catalogues (key "error.<code>") and is chosen
// where the person is; an Error never holds the refused value.
//
// Every other error is internal: it is logged with a reference, and the person
// reads only the reference.
type Error struct {
	Code   Code
	Field  string            // path of the input to blame, as in "profile.visure.types"
	Params map[string]string // parameters of the sentence
	cause  error
}

// E returns an Error with the code and the parameters, given as name, value
// pairs.
func E(code Code, params ...string) *Error {
	e := &Error{Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if e.Params == nil {
			e.Params = map[string]string{}
		}
		e.Params[params[i]] = params[i+1]
	}
	return e
}

// At returns a copy of the error that blames the field.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Because returns a copy of the error that keeps its internal cause for the
// log. The cause is never shown to a person.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error gives the code and the field, for logs.
func (e *Error) Error() string {
	s := string(e.Code)
	if e.Field != "" {
		s += " at " + e.Field
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the internal cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is compare codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && (t.Field == "" || t.Field == e.Field)
}

// Errors is several refusals of one input, in the order of the fields.
type Errors []*Error

// Error lists the codes, for logs.
func (es Errors) Error() string {
	parts := make([]string, len(es))
	for i, e := range es {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "; ")
}

// Err returns nil when there is no refusal, the single one, or all of them.
func (es Errors) Err() error {
	switch len(es) {
	case 0:
		return nil
	case 1:
		return es[0]
	}
	return es
}

// Unwrap lets errors.Is and errors.As look at each refusal.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// CodeOf returns the code that a person would be shown for err: its own code,
// or CodeInternal. It is "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
