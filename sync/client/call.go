package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"indagor/app"
	"indagor/sync/wire"
)

// Call calls one endpoint. In is nil where there is nothing to say. The
// answer is never nil where the error is.
//
// Errors: a *Refusal, which wraps the *app.Error or the app.Errors of the
// server; an *Unreachable; the context's own error where it ended first;
// app.CodeSessionMissing, without asking anybody, where the endpoint wants a
// session and there is none.
//
// A call is repeated by itself only where the server has refused to look at
// it, so that it is done at most once: when it wants a fresh nonce (RFC 9449
// §8), and when this machine's clock is so wrong that the server's must be
// taken. A call that may be repeated without harm (GET, or with an
// Idempotency-Key) is also repeated when the network layer has sent its proof
// twice.
func Call[In, Out any](ctx context.Context, c *Client, e wire.Endpoint[In, Out], in *In) (*Out, error) {
	info := e.Info()
	req, err := encode(info, in)
	if err != nil {
		return nil, err
	}
	res, err := c.send(ctx, info, req, c.once)
	if err != nil {
		return nil, err
	}
	out := new(Out)
	if err := decode(res, out); err != nil {
		return nil, &Unreachable{Reason: ReasonStranger, cause: err}
	}
	return out, nil
}

// send sends the request by once until the server has looked at it.
func (c *Client) send(ctx context.Context, info wire.Info, req *request, once func(context.Context, wire.Info, *request) (*resty.Response, error)) (*resty.Response, error) {
	nonce, clock, replay := true, true, true // what has not been mended yet
	for {
		res, err := once(ctx, info, req)
		if err != nil {
			return nil, err
		}
		if res.IsSuccess() {
			return res, nil
		}
		err = refusal(res)
		switch code := app.CodeOf(err); {
		case res.StatusCode() != http.StatusUnauthorized:
			return nil, err
		case code == app.CodeNonceNeeded && nonce && res.Header().Get(wire.HeaderNonce) != "":
			nonce = false
		case code == app.CodeProofExpired && clock && c.adjust(res.Header().Get("Date")):
			clock = false
		case code == app.CodeProofReplayed && replay && req.repeatable(info):
			replay = false
		default:
			return nil, err
		}
	}
}

// once sends the request, and gives whatever answer comes from a server that
// speaks the contract.
func (c *Client) once(ctx context.Context, info wire.Info, req *request) (*resty.Response, error) {
	limit := c.short
	if info.Slow {
		limit = max(c.short, slowTime) + time.Duration(req.wait)*time.Second
	}
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, address, err := c.prepare(bounded, info, req)
	if err != nil {
		return nil, err
	}
	res, err := r.Execute(info.Method, address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("client: %s: %w", info.ID, ctx.Err())
		}
		return nil, unreachable(err)
	}
	c.learn(res.Header().Get(wire.HeaderNonce))
	return res, nil
}

// prepare signs the request; the answer's time is the context's.
func (c *Client) prepare(ctx context.Context, info wire.Info, req *request) (*resty.Request, string, error) {
	token, nonce, now := c.state()
	r := c.resty.R().SetContext(ctx).
		SetHeader(wire.HeaderProtocol, strconv.Itoa(wire.Protocol)).
		SetHeader("Accept", "application/json, application/problem+json, */*;q=0.5").
		SetQueryParamsFromValues(req.query)
	for name, v := range req.header {
		r.SetHeader(name, v)
	}
	if req.body != nil {
		r.SetHeader("Content-Type", "application/json").SetBody(req.body)
	}
	switch info.Access {
	case wire.AccessSession, wire.AccessUser:
		if token == "" {
			return nil, "", app.E(app.CodeSessionMissing)
		}
		r.SetHeader("Authorization", "DPoP "+token)
	default:
		token = ""
	}
	address := c.base + req.path
	if c.signer != nil {
		p, err := c.signer.Proof(info.Method, address, nonce, token, now)
		if err != nil {
			return nil, "", err
		}
		r.SetHeader(wire.HeaderProof, p)
	} else if info.Access != wire.AccessPublic {
		return nil, "", app.E(app.CodeProofMissing)
	}
	return r, address, nil
}

// refusal reads the error in an answer.
func refusal(res *resty.Response) error {
	kind, _, _ := mime.ParseMediaType(res.Header().Get("Content-Type"))
	var p wire.Problem
	if kind != "application/problem+json" || json.Unmarshal(res.Body(), &p) != nil || p.Code == "" {
		return &Unreachable{Reason: ReasonStranger, cause: errors.New("status " + strconv.Itoa(res.StatusCode()))}
	}
	f := &Refusal{Status: res.StatusCode(), Reference: p.Reference, err: p.AsError()}
	if f.Reference == "" {
		f.Reference = res.Header().Get(wire.HeaderReference)
	}
	if s, err := strconv.Atoi(strings.TrimSpace(res.Header().Get("Retry-After"))); err == nil && s > 0 && s <= 86400 {
		f.RetryAfter = time.Duration(s) * time.Second
	}
	return f
}
