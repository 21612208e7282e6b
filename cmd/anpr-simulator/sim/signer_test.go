package sim

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

var testKeys = sync.OnceValue(func() [3]*rsa.PrivateKey {
	var keys [3]*rsa.PrivateKey
	for i := range keys {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = k
	}
	return keys
})

const (
	testClient = "11111111-2222-4333-8444-555555555555"
	testKID    = "kid-1"
)

// bench is a simulator with one client and what that client needs to call it.
type bench struct {
	t       testing.TB
	sim     *Sim
	handler http.Handler
	clock   *time.Time
	n       int
}

// purposeOf is the purpose the test client has for an e-service.
func purposeOf(code string) string { return stableUUID("purpose", code) }

func newBench(t testing.TB, cfg Config) *bench {
	t.Helper()
	now := time.Date(2026, time.November, 18, 10, 30, 0, 0, time.UTC)
	b := &bench{t: t, clock: &now}
	keys := testKeys()
	purposes := make(map[string]string)
	for _, code := range Services() {
		purposes[purposeOf(code)] = code
	}
	cfg.Clients = []Client{{ID: testClient, Keys: map[string]*rsa.PublicKey{testKID: &keys[0].PublicKey}, Purposes: purposes}}
	cfg.Key = keys[1]
	if cfg.Clock == nil {
		cfg.Clock = func() time.Time { return *b.clock }
	}
	if cfg.Population == 0 {
		cfg.Population = 5_000
	}
	b.sim = newTestSim(t, cfg)
	b.handler = b.sim.Handler()
	return b
}

func (b *bench) id(kind string) string {
	b.n++
	return stableUUID(kind, fmt.Sprint(b.n))
}

type rsaKey = rsa.PrivateKey

type claims map[string]any

// sign makes a JWS as the client would; header overrides the usual one.
func (b *bench) sign(key *rsa.PrivateKey, header, c claims) string {
	b.t.Helper()
	h := claims{"alg": "RS256", "kid": testKID, "typ": "JWT"}
	merge(h, header)
	text, err := signJWS(key, h, c)
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

// drop, as a value, removes a claim.
var drop = new(int)

func merge(to, from claims) {
	for k, v := range from {
		if v == any(drop) {
			delete(to, k)
			continue
		}
		to[k] = v
	}
}

// call is one exchange in the making; tests spoil parts of it.
type testCall struct {
	service  string
	body     string
	tracking claims // changes to the claims
	assert   claims
	signing  claims
	header   [3]claims // of tracking, assertion, signature
	keyed    [3]*rsa.PrivateKey
	form     url.Values
	request  func(*http.Request)
	path     string
	method   string
}

func (b *bench) trackingToken(c *testCall) string {
	now := b.clock.Unix()
	t := claims{
		"iss": testClient, "sub": testClient, "aud": b.sim.Audience(c.service), "purposeId": purposeOf(c.service),
		"dnonce": "6528424213685", "jti": b.id("tracking"), "iat": now, "nbf": now, "exp": now + 600,
		"userID": "mrossi", "userLocation": "POLIZIALOCALE-PC07", "LoA": "LoA2",
	}
	merge(t, c.tracking)
	return b.sign(c.key(0), c.header[0], t)
}

func (c *testCall) key(i int) *rsa.PrivateKey {
	if c.keyed[i] != nil {
		return c.keyed[i]
	}
	return testKeys()[0]
}

// tokenRequest asks for a voucher bound to a tracking token.
func (b *bench) tokenRequest(c *testCall, tracking string) *httptest.ResponseRecorder {
	now := b.clock.Unix()
	sum := sha256.Sum256([]byte(tracking))
	a := claims{
		"iss": testClient, "sub": testClient, "aud": defaultTokenAudience, "jti": b.id("assertion"),
		"iat": now, "exp": now + 120, "purposeId": purposeOf(c.service),
		"digest": claims{"alg": "SHA256", "value": hex.EncodeToString(sum[:])},
	}
	merge(a, c.assert)
	form := url.Values{
		"client_id": {testClient}, "client_assertion": {b.sign(c.key(1), c.header[1], a)},
		"client_assertion_type": {assertionType}, "grant_type": {"client_credentials"},
	}
	for k, v := range c.form {
		form[k] = v
	}
	r := httptest.NewRequest("POST", "/token.oauth2", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

func (b *bench) voucher(c *testCall, tracking string) string {
	b.t.Helper()
	w := b.tokenRequest(c, tracking)
	if w.Code != 200 {
		b.t.Fatalf("token endpoint answers %d: %s", w.Code, w.Body)
	}
	var answer struct {
		Token   string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires int    `json:"expires_in"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Type != "Bearer" || answer.Expires != 600 {
		b.t.Fatalf("token answer %s: %v", w.Body, err)
	}
	return answer.Token
}

// operation makes the signed request of a call.
func (b *bench) operation(c *testCall, tracking, voucher string) *http.Request {
	now := b.clock.Unix()
	sum := sha256.Sum256([]byte(c.body))
	digest := "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
	s := claims{
		"iss": testClient, "sub": testClient, "aud": b.sim.Audience(c.service), "jti": b.id("signature"),
		"iat": now, "nbf": now, "exp": now + 60,
		"signed_headers": []claims{{"digest": digest}, {"content-type": "application/json"}},
	}
	merge(s, c.signing)
	method, path := "POST", Path(c.service)
	if c.method != "" {
		method = c.method
	}
	if c.path != "" {
		path = c.path
	}
	r := httptest.NewRequest(method, path, strings.NewReader(c.body))
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+voucher)
	r.Header.Set("Digest", digest)
	r.Header.Set("Agid-JWT-Signature", b.sign(c.key(2), c.header[2], s))
	r.Header.Set("Agid-JWT-TrackingEvidence", tracking)
	if c.request != nil {
		c.request(r)
	}
	return r
}

// do carries a whole call out: three tokens and the operation.
func (b *bench) do(c *testCall) *httptest.ResponseRecorder {
	b.t.Helper()
	tracking := b.trackingToken(c)
	r := b.operation(c, tracking, b.voucher(c, tracking))
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	return w
}

// body makes a request body as of the test day; criteria is JSON.
func (b *bench) body(service, criteria, verify, day string) string {
	b.n++
	if verify != "" {
		verify = `"verifica":` + verify + ","
	}
	return fmt.Sprintf(`{"idOperazioneClient":"PDL07%010d","criteriRicerca":%s,%s"datiRichiesta":{"dataRiferimentoRichiesta":%q,"motivoRichiesta":"Prot. 12345 del 18-11-2026","casoUso":%q}}`,
		b.n, criteria, verify, day, service)
}

func byID(id string) string   { return `{"idANPR":"` + id + `"}` }
func byCode(cf string) string { return `{"codiceFiscale":"` + cf + `"}` }

// ask is a whole valid call about a character.
func (b *bench) ask(service, criteria, verify, day string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(&testCall{service: service, body: b.body(service, criteria, verify, day)})
}

// answerOf decodes a 200.
func answerOf(t testing.TB, w *httptest.ResponseRecorder) *answerOK {
	t.Helper()
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	a := new(answerOK)
	dec := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
	dec.DisallowUnknownFields()
	if err := dec.Decode(a); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if _, err := dec.Token(); err != io.EOF {
		t.Fatalf("more than one value in %s", w.Body)
	}
	return a
}

// titleOf is the title of a gateway problem, or the code of a KO.
func titleOf(w *httptest.ResponseRecorder) string {
	var p struct {
		Title  string `json:"title"`
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
		KO []Anomaly `json:"listaErrori"`
	}
	if json.Unmarshal(w.Body.Bytes(), &p) != nil {
		return "unreadable"
	}
	switch {
	case len(p.KO) > 0:
		return p.KO[0].Code + " " + p.KO[0].Text
	case len(p.Errors) > 0:
		return p.Errors[0].Code
	}
	return p.Title
}
