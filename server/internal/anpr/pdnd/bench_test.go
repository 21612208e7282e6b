package pdnd

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"indagor/server/internal/anpr"
)

// quietServer gives vouchers and answers without checking anything: what is
// measured is our side.
func quietServer(b *testing.B) *Client {
	b.Helper()
	const answer = `{"idOperazioneANPR":"58370927","listaSoggetti":{"datiSoggetto":[{"identificativi":{"idANPR":"AF41450AS"}}]}}`
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentJSON)
		if r.URL.Path == "/token" {
			_, _ = io.WriteString(w, `{"access_token":"opaque","token_type":"Bearer","expires_in":600}`)
			return
		}
		_, _ = io.WriteString(w, answer)
	}))
	b.Cleanup(srv.Close)
	c, err := New(Config{
		TokenURL: srv.URL + "/token", TokenAudience: tokenAud, ClientID: testClient, Key: clientKey(), KeyID: testKID,
		Services: map[anpr.Service]Endpoint{anpr.C020: {URL: srv.URL + "/v1", Audience: "aud", PurposeID: testPurpose}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.CloseIdleConnections)
	return c
}

// BenchmarkLookup is a bare signed call, pair at hand.
func BenchmarkLookup(b *testing.B) {
	c := quietServer(b)
	r := testRequest(anpr.C020)
	r.Seq = func() int { return 0 }
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := c.Lookup(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLookupParallel is the same from many callers.
func BenchmarkLookupParallel(b *testing.B) {
	c := quietServer(b)
	var n atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		r := testRequest(anpr.C020)
		r.Seq = func() int { return int(n.Add(1) % 1000000) }
		for p.Next() {
			if _, _, err := c.Lookup(b.Context(), r); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkSign is one signature token.
func BenchmarkSign(b *testing.B) {
	s := newSigner(clientKey(), testKID)
	c := newClaims(testClient, tokenAud, Endpoint{Audience: "https://modipa.anpr.interno.it/x", PurposeID: testPurpose})
	payload := c.signaturePayload("c2b1a0f9-e8d7-4c6b-95a4-b3c2d1e0f9a8", 1795000000, bodyDigest([]byte("{}")))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.sign(payload); err != nil {
			b.Fatal(err)
		}
	}
}
