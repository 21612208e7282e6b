package wire

import (
	"net/http"

	"indagor/app"
)

// Problem is an error answer (RFC 9457). Code is stable; Detail is its English
// sentence for whoever reads a log. The refused value never stands in it.
type Problem struct {
	Type      string            `json:"type" doc:"Always about:blank"`
	Title     string            `json:"title" doc:"The HTTP status in words"`
	Status    int               `json:"status"`
	Code      app.Code          `json:"code" doc:"Stable code of the refusal; the caller has its sentence in its own language"`
	Field     string            `json:"field,omitempty" doc:"The input to blame"`
	Params    map[string]string `json:"params,omitempty" doc:"Parameters of the sentence"`
	Errors    []ProblemItem     `json:"errors,omitempty" doc:"Every refusal, where there are several"`
	Reference string            `json:"reference,omitempty" doc:"Names this request in the server's log"`
}

// ProblemItem is one of several refusals of one input.
type ProblemItem struct {
	Code   app.Code          `json:"code"`
	Field  string            `json:"field,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

// Error makes a Problem an error of the client.
func (p *Problem) Error() string { return string(p.Code) }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// AsError gives the domain's error back.
func (p *Problem) AsError() error {
	if len(p.Errors) > 1 {
		es := make(app.Errors, len(p.Errors))
		for i, it := range p.Errors {
			es[i] = &app.Error{Code: it.Code, Field: it.Field, Params: it.Params}
		}
		return es
	}
	return &app.Error{Code: p.Code, Field: p.Field, Params: p.Params}
}

// Status is the one table from kind of answer to HTTP status.
func Status(k app.Kind) int {
	switch k {
	case app.KindInvalid:
		return http.StatusUnprocessableEntity
	case app.KindUnknownUser:
		return http.StatusUnauthorized
	case app.KindForbidden:
		return http.StatusForbidden
	case app.KindNotFound:
		return http.StatusNotFound
	case app.KindConflict:
		return http.StatusConflict
	case app.KindTooMany:
		return http.StatusTooManyRequests
	case app.KindUpstream:
		return http.StatusBadGateway
	case app.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
