package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/proof"
	"indagor/sync/wire"
)

func newSigner(t testing.TB) *proof.Signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := proof.NewSigner(k)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// gatekeeper is a server that looks at proofs as the real one does.
type gatekeeper struct {
	t       testing.TB
	nonce   string // "" wants none
	skew    time.Duration
	handler http.HandlerFunc

	mu    sync.Mutex
	seen  map[string]bool
	calls int // that reached the handler
	tries int
	last  proof.Claims
}

func (g *gatekeeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.tries++
	nonce := g.nonce
	now := time.Now().Add(g.skew)
	g.mu.Unlock()
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	if nonce != "" {
		w.Header().Set(wire.HeaderNonce, nonce)
	}
	c, err := proof.Verify(r.Header.Get(wire.HeaderProof), now, 30*time.Second)
	if err == nil {
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "DPoP ")
		err = c.Matches(r.Method, scheme+"://"+r.Host+r.URL.EscapedPath(), token)
	}
	if err == nil && c.Nonce != nonce {
		err = app.E(app.CodeNonceNeeded)
	}
	g.mu.Lock()
	if err == nil && g.seen[c.ID] {
		err = app.E(app.CodeProofReplayed)
	}
	if err == nil {
		if g.seen == nil {
			g.seen = map[string]bool{}
		}
		g.seen[c.ID] = true
		g.calls++
		g.last = c
	}
	g.mu.Unlock()
	if err != nil {
		writeProblem(w, err, "ref-gate")
		return
	}
	g.handler(w, r)
}

func writeProblem(w http.ResponseWriter, err error, reference string) {
	p := wire.Problem{Type: "about:blank", Reference: reference}
	var many app.Errors
	var one *app.Error
	switch {
	case errors.As(err, &many):
		for _, e := range many {
			p.Errors = append(p.Errors, wire.ProblemItem{Code: e.Code, Field: e.Field, Params: e.Params})
		}
		one = many[0]
	case errors.As(err, &one):
	}
	p.Code, p.Field, p.Params = one.Code, one.Field, one.Params
	p.Status = wire.Status(one.Code.Kind())
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func start(t testing.TB, g *gatekeeper) *Client {
	t.Helper()
	g.t = t
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	c, err := New(Options{Server: s.URL, Signer: newSigner(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
