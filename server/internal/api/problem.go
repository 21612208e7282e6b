package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"indagor/app"
	"indagor/sync/wire"
)

// huma makes its own errors (a body that does not fit its schema) through a
// package variable; this is the only place that sets it. The refused value,
// which huma would echo, is left out: it may be a fiscal code.
func init() {
	huma.NewErrorWithContext = func(_ huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return schemaProblem(status, errs)
	}
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return schemaProblem(status, errs)
	}
}

func schemaProblem(status int, errs []error) *wire.Problem {
	p := &wire.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: app.CodeMalformed}
	if status >= 500 {
		p.Code = app.CodeInternal
	}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, wire.ProblemItem{Code: app.CodeMalformed, Field: field(d.ErrorDetail().Location)})
		}
	}
	if len(p.Errors) > 0 {
		p.Field = p.Errors[0].Field
	}
	if len(p.Errors) == 1 {
		p.Errors = nil
	}
	return p
}

// field is the name of an input as the contract has it: "body.subject.x" is
// subject.x.
func field(location string) string {
	for _, prefix := range []string{"body.", "query.", "path.", "header."} {
		if len(location) > len(prefix) && location[:len(prefix)] == prefix {
			return location[len(prefix):]
		}
	}
	return location
}

// problem translates an error for the caller. What is not fit for people is
// logged with a reference and shown only as that.
func (a *API) problem(ctx context.Context, operation string, err error) *wire.Problem {
	reference, _ := ctx.Value(keyReference).(string)
	p := &wire.Problem{Type: "about:blank", Reference: reference}
	var many app.Errors
	var one *app.Error
	switch {
	case errors.As(err, &many) && len(many) > 0:
		for _, e := range many {
			p.Errors = append(p.Errors, wire.ProblemItem{Code: e.Code, Field: e.Field, Params: e.Params})
		}
		p.Code, p.Field, p.Params = many[0].Code, many[0].Field, many[0].Params
	case errors.As(err, &one):
		p.Code, p.Field, p.Params = one.Code, one.Field, one.Params
	case errors.Is(err, context.Canceled):
		p.Code = app.CodeCancelled
	default:
		p.Code = app.CodeInternal
	}
	p.Status = wire.Status(p.Code.Kind())
	p.Title = http.StatusText(p.Status)
	if p.Status >= 500 {
		a.log.Error("request failed", "operation", operation, "code", string(p.Code), "reference", reference, "error", err)
	}
	return p
}

func (a *API) refuse(c huma.Context, err error) {
	p := a.problem(c.Context(), c.Operation().OperationID, err)
	if p.Code == app.CodeNonceNeeded {
		c.SetHeader("WWW-Authenticate", `DPoP error="use_dpop_nonce"`)
	} else if p.Status == http.StatusUnauthorized {
		c.SetHeader("WWW-Authenticate", `DPoP algs="ES256"`)
	}
	c.SetHeader("Content-Type", p.ContentType(""))
	c.SetStatus(p.Status)
	if err := json.NewEncoder(c.BodyWriter()).Encode(p); err != nil {
		a.log.Debug("a refusal could not be sent", "error", err)
	}
}

func writeProblem(w http.ResponseWriter, p *wire.Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the connection may be gone
}
