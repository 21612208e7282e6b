package sim

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// digestClaim binds a voucher to a tracking token.
type digestClaim struct {
	Alg   string `json:"alg"`
	Value string `json:"value"`
}

// voucherClaims is the payload of the access token PDND grants.
type voucherClaims struct {
	JTI          string      `json:"jti"`
	Issuer       string      `json:"iss"`
	Audience     string      `json:"aud"`
	ClientID     string      `json:"client_id"`
	Subject      string      `json:"sub"`
	IssuedAt     int64       `json:"iat"`
	NotBefore    int64       `json:"nbf"`
	Expires      int64       `json:"exp"`
	PurposeID    string      `json:"purposeId"`
	Digest       digestClaim `json:"digest"`
	ProducerID   string      `json:"producerId"`
	ConsumerID   string      `json:"consumerId"`
	EServiceID   string      `json:"eserviceId"`
	DescriptorID string      `json:"descriptorId"`
}

type voucherHeader struct {
	Type string `json:"typ"`
	Alg  string `json:"alg"`
	Use  string `json:"use"`
	KID  string `json:"kid"`
}

const voucherKID = "anpr-simulator-voucher"

// problem is an RFC 7807 answer of PDND.
type problem struct {
	Title         string         `json:"title"`
	Type          string         `json:"type"`
	Status        int            `json:"status"`
	Detail        string         `json:"detail"`
	Errors        []problemError `json:"errors"`
	CorrelationID string         `json:"correlationId"`
}

type problemError struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// serveToken is the PDND token endpoint (RFC 6749 §4.4, RFC 7523).
func (s *Sim) serveToken(w http.ResponseWriter, r *http.Request) {
	now := s.cfg.Clock()
	call := Call{Time: now, Method: r.Method, Path: r.URL.Path, Service: ServiceToken}
	applied := s.faults.draw(ServiceToken)
	call.Fault = applied.names()
	now = now.Add(applied.shift())
	defer func() { s.journal.add(call) }()
	if !applied.wait(r.Context()) {
		return
	}
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))

	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		call.Status = http.StatusMethodNotAllowed
		s.writeProblem(w, &call, "Method not allowed", "Method not allowed", problemError{"015-0001", "Method not allowed"})
		return
	}
	switch {
	case applied.has(FaultTokenDown):
		call.Status = http.StatusInternalServerError
		s.writeProblem(w, &call, "The server encountered an unexpected condition.", "Unexpected error",
			problemError{"991-9991", "Unexpected error"})
		return
	case applied.has(FaultToken429):
		h := w.Header()
		h.Set("X-Rate-Limit-Limit", strconv.Itoa(max(s.cfg.TokenLimit, 1)))
		h.Set("X-Rate-Limit-Remaining", "0")
		h.Set("X-Rate-Limit-Interval", strconv.FormatInt(s.cfg.TokenInterval.Milliseconds(), 10))
		s.tooManyTokens(w, &call)
		return
	}
	form, err := readForm(w, r)
	if err != nil {
		s.refuseToken(w, &call, err)
		return
	}
	call.Client = form.Get("client_id")
	if limit, remaining, ok := s.tokens.take(call.Client, now); limit > 0 {
		h := w.Header()
		h.Set("X-Rate-Limit-Limit", strconv.Itoa(limit))
		h.Set("X-Rate-Limit-Remaining", strconv.Itoa(remaining))
		h.Set("X-Rate-Limit-Interval", strconv.FormatInt(s.cfg.TokenInterval.Milliseconds(), 10))
		if !ok {
			s.tooManyTokens(w, &call)
			return
		}
	}
	claims, err := s.grant(form, now, &call)
	if err != nil {
		s.refuseToken(w, &call, err)
		return
	}
	key, err := s.signingKey()
	if err != nil {
		s.refuseToken(w, &call, err)
		return
	}
	token, err := signJWS(key, voucherHeader{"at+jwt", "RS256", "sig", voucherKID}, claims)
	if err != nil {
		s.refuseToken(w, &call, err)
		return
	}
	call.Status = http.StatusOK
	call.VoucherJTI = claims.JTI
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache, no-store")
	body, _ := json.Marshal(struct {
		Token   string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires int    `json:"expires_in"`
	}{token, "Bearer", int(tokenLife / time.Second)})
	applied.send(w, http.StatusOK, body)
}

func (s *Sim) tooManyTokens(w http.ResponseWriter, call *Call) {
	call.Status = http.StatusTooManyRequests
	s.writeProblem(w, call, "Too Many Requests", "Too Many Requests", problemError{"015-0000", "Too Many Requests"})
}

// refuseToken gives PDND's one answer to every bad request; the journal keeps
// the reason.
func (s *Sim) refuseToken(w http.ResponseWriter, call *Call, reason error) {
	call.Status = http.StatusBadRequest
	call.Reason = reason.Error()
	s.writeProblem(w, call, "The request contains bad syntax or cannot be fulfilled.", "Bad request",
		problemError{"015-0008", "Unable to generate a token for the given request"})
}

func (s *Sim) writeProblem(w http.ResponseWriter, call *Call, title, detail string, e problemError) {
	call.Code = e.Code
	body, _ := json.Marshal(problem{title, "about:blank", call.Status, detail, []problemError{e}, s.uuid()})
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(call.Status)
	w.Write(body)
}

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, errors.New("not a form")
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4*maxToken)
	if err := r.ParseForm(); err != nil {
		return nil, errors.New("unreadable form")
	}
	for name, values := range r.PostForm {
		if len(values) != 1 {
			return nil, fmt.Errorf("%s repeated", name)
		}
	}
	return r.PostForm, nil
}

// assertionClaims are exactly the claims a client assertion must have: since
// PDND's check became strict one more, such as nbf, is refused.
var assertionClaims = []string{"iss", "sub", "aud", "jti", "iat", "exp", "purposeId", "digest"}

// grant checks a token request and makes the claims of the voucher.
func (s *Sim) grant(form url.Values, now time.Time, call *Call) (*voucherClaims, error) {
	if form.Get("grant_type") != "client_credentials" {
		return nil, errors.New("grant_type")
	}
	if form.Get("client_assertion_type") != assertionType {
		return nil, errors.New("client_assertion_type")
	}
	t, err := parseJWS(form.Get("client_assertion"))
	if err != nil {
		return nil, err
	}
	id, err := t.text("sub")
	if err != nil {
		return nil, err
	}
	c := s.clients[id]
	if c == nil {
		return nil, errors.New("unknown client")
	}
	if given := form.Get("client_id"); given != "" && given != id {
		return nil, errors.New("client_id differs from sub")
	}
	call.Client = id
	if err := t.verify(c.Keys); err != nil {
		return nil, err
	}
	for _, name := range assertionClaims {
		if _, present := t.claims[name]; !present {
			return nil, fmt.Errorf("claim %s missing", name)
		}
	}
	if len(t.claims) != len(assertionClaims) {
		return nil, errors.New("claims beyond the allowed ones")
	}
	if err := t.is("iss", id); err != nil {
		return nil, err
	}
	if err := t.is("aud", s.cfg.TokenAudience); err != nil {
		return nil, err
	}
	_, exp, err := t.times(now, s.cfg.Skew)
	if err != nil {
		return nil, err
	}
	jti, err := t.text("jti")
	if err != nil {
		return nil, err
	}
	purpose, err := t.text("purposeId")
	if err != nil {
		return nil, err
	}
	call.Purpose = purpose
	code := c.Purposes[purpose]
	if code == "" {
		return nil, errors.New("unknown purpose")
	}
	digest, err := readDigest(t.claims["digest"])
	if err != nil {
		return nil, err
	}
	if !s.replays.first("assertion\x00"+id+"\x00"+jti, exp, now) {
		return nil, errors.New("jti already used")
	}
	return &voucherClaims{
		JTI:          s.uuid(),
		Issuer:       s.cfg.Issuer,
		Audience:     s.Audience(code),
		ClientID:     id,
		Subject:      id,
		IssuedAt:     now.Unix(),
		NotBefore:    now.Unix(),
		Expires:      now.Add(tokenLife).Unix(),
		PurposeID:    purpose,
		Digest:       digest,
		ProducerID:   stableUUID("producer", "ANPR"),
		ConsumerID:   c.consumer,
		EServiceID:   stableUUID("eservice", code),
		DescriptorID: stableUUID("descriptor", code),
	}, nil
}

// readDigest reads {alg, value}: SHA256 without a hyphen and 64 hexadecimal
// digits of either case.
func readDigest(raw json.RawMessage) (digestClaim, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || len(fields) != 2 {
		return digestClaim{}, errors.New("digest is not {alg, value}")
	}
	alg, _ := stringOf(fields["alg"])
	value, _ := stringOf(fields["value"])
	if alg != "SHA256" {
		return digestClaim{}, errors.New("digest.alg")
	}
	if b, err := hex.DecodeString(value); err != nil || len(b) != 32 {
		return digestClaim{}, errors.New("digest.value")
	}
	return digestClaim{alg, strings.ToLower(value)}, nil
}
