package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"indagor/app"
	"indagor/sync/wire"
)

// huma makes its own errors (a body that does not fit its schema) through a
// package variable; this is the only place that sets it. The refused value,
// which huma would echo, is left out: it may be a fiscal code.
func init() {
	huma.NewErrorWithContext = func(c huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return schemaProblem(c, status, errs)
	}
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return schemaProblem(nil, status, errs)
	}
}

func schemaProblem(c huma.Context, status int, errs []error) *wire.Problem {
	p := &wire.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: app.CodeMalformed}
	if status >= 500 {
		p.Code = app.CodeInternal
	}
	var names inputNames
	if c != nil {
		p.Reference, _ = c.Context().Value(keyReference).(string)
		if op := c.Operation(); op != nil {
			names, _ = op.Metadata[metaNames].(inputNames)
		}
	}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, wire.ProblemItem{Code: app.CodeMalformed, Field: names.field(d.ErrorDetail().Location)})
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

// inputNames are the names that the input of an operation may have, at any
// depth. What else stands in a location was sent: a fiscal code may stand in
// the place of a name, too.
type inputNames map[string]bool

// metaNames is where an operation keeps its inputNames.
const metaNames = "names"

func namesOf(t reflect.Type) inputNames {
	names, seen := inputNames{"body": true}, map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(t.Elem())
		case reflect.Struct:
			if seen[t] {
				return
			}
			seen[t] = true
			for i := range t.NumField() {
				f := t.Field(i)
				for _, tag := range []string{"json", "path", "query", "header"} {
					if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" && name != "-" {
						names[name] = true
					}
				}
				walk(f.Type)
			}
		}
	}
	walk(t)
	return names
}

// field is the name of an input as the contract has it: "body.subject.list[2].x"
// is subject.list.2.x, as far as the contract knows it.
func (n inputNames) field(location string) string {
	for _, prefix := range []string{"body.", "query.", "path.", "header."} {
		if rest, ok := strings.CutPrefix(location, prefix); ok {
			location = rest
			break
		}
	}
	var known []string
	for _, part := range strings.Split(strings.NewReplacer("[", ".", "]", "").Replace(location), ".") {
		if _, err := strconv.ParseUint(part, 10, 16); err != nil && !n[part] {
			break
		}
		known = append(known, part)
	}
	return strings.Join(known, ".")
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
