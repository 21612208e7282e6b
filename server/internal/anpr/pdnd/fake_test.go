package pdnd

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
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"indagor/server/internal/anpr"
)

const (
	testClient  = "11111111-2222-4333-8444-555555555555"
	testPurpose = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
	testKID     = "test-key"
	tokenAud    = "auth.uat.interop.pagopa.it/client-assertion"
)

var (
	clientKey = sync.OnceValue(newKey)
	pdndKey   = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

// wall is a clock set by hand.
type wall struct {
	mu sync.Mutex
	at time.Time
}

func newWall() *wall { return &wall{at: time.Unix(1795000000, 0)} }

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *wall) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// fake is PDND and ANPR in one server, with an independent reading of the
// tokens. It reports to the test everything that they would refuse.
type fake struct {
	t     testing.TB
	srv   *httptest.Server
	clock *wall

	mu        sync.Mutex
	tokens    int             // vouchers given
	ids       map[string]bool // jti seen, of every kind but the reused tracking
	journal   []entry         // questions that passed all checks
	statuses  int
	token     http.HandlerFunc // instead of a voucher, if set
	answer    http.HandlerFunc // the e-service, after the checks
	onRequest func(body []byte)
}

type entry struct{ operation, user, tracking, voucher string }

func newFake(t testing.TB) *fake {
	f := &fake{t: t, clock: newWall(), ids: map[string]bool{}}
	f.answer = func(w http.ResponseWriter, _ *http.Request) {
		f.write(w, 200, contentJSON, `{"idOperazioneANPR":"58370927","listaSoggetti":{"datiSoggetto":[{"identificativi":{"idANPR":"AF41450AS"}}]}}`)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token.oauth2", f.giveVoucher)
	mux.HandleFunc("POST /in/ANPR-PDND/{service}/v1/anpr-service-e002", f.serve)
	mux.HandleFunc("GET /in/ANPR-PDND/{service}/v1/status", f.status)
	f.srv = httptest.NewServer(mux)
	t.Cleanup(f.srv.Close)
	return f
}

func (f *fake) audience(s anpr.Service) string { return f.srv.URL + "/in/ANPR/" + string(s) + "/v1" }

func (f *fake) config() Config {
	cfg := Config{
		TokenURL: f.srv.URL + "/token.oauth2", TokenAudience: tokenAud, ClientID: testClient,
		Key: clientKey(), KeyID: testKID, Services: map[anpr.Service]Endpoint{}, Now: f.clock.now,
	}
	for _, s := range anpr.Services() {
		cfg.Services[s] = Endpoint{
			URL: f.srv.URL + "/in/ANPR-PDND/" + string(s) + "/v1/anpr-service-e002", Audience: f.audience(s), PurposeID: testPurpose + "-" + string(s),
		}
	}
	return cfg
}

func (f *fake) client(change ...func(*Config)) *Client {
	f.t.Helper()
	cfg := f.config()
	for _, c := range change {
		c(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(c.CloseIdleConnections)
	return c
}

func (f *fake) write(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("GovWay-Transaction-ID", "tx-1")
	w.Header().Set("GovWay-Message-ID", "msg-1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// read verifies a token with go-jose and gives its claims.
func (f *fake) read(what, compact string, pub *rsa.PublicKey) map[string]any {
	sig, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		f.t.Errorf("%s: %v", what, err)
		return nil
	}
	payload, err := sig.Verify(pub)
	if err != nil {
		f.t.Errorf("%s: %v", what, err)
		return nil
	}
	head, _, _ := strings.Cut(compact, ".")
	raw, _ := base64.RawURLEncoding.DecodeString(head)
	if pub == &clientKey().PublicKey && string(raw) != `{"alg":"RS256","kid":"test-key","typ":"JWT"}` {
		f.t.Errorf("%s: header %s", what, raw)
	}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	var claims map[string]any
	if err := d.Decode(&claims); err != nil {
		f.t.Errorf("%s: %v", what, err)
	}
	return claims
}

// exactly checks names and, where given, values of claims.
func (f *fake) exactly(what string, claims, want map[string]any) {
	names := slices.Sorted(maps.Keys(claims))
	if wanted := slices.Sorted(maps.Keys(want)); !slices.Equal(names, wanted) {
		f.t.Errorf("%s: claims %v, want %v", what, names, wanted)
	}
	for k, v := range want {
		if v != nil && fmt.Sprint(claims[k]) != fmt.Sprint(v) {
			f.t.Errorf("%s: %s = %v, want %v", what, k, claims[k], v)
		}
	}
}

func (f *fake) once(what string, jti any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := fmt.Sprint(jti)
	if len(id) != 36 || f.ids[id] {
		f.t.Errorf("%s: jti %q is not a fresh UUID", what, id)
	}
	f.ids[id] = true
}

func number(v any) int64 {
	n, _ := v.(json.Number)
	i, _ := n.Int64()
	return i
}

func (f *fake) giveVoucher(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		f.t.Error(err)
	}
	f.mu.Lock()
	f.tokens++
	override := f.token
	f.mu.Unlock()
	if override != nil {
		override(w, r)
		return
	}
	if r.PostForm.Get("client_id") != testClient || r.PostForm.Get("grant_type") != "client_credentials" ||
		r.PostForm.Get("client_assertion_type") != assertionType || len(r.PostForm) != 4 {
		f.t.Errorf("token form %v", r.PostForm)
	}
	claims := f.read("assertion", r.PostForm.Get("client_assertion"), &clientKey().PublicKey)
	iat := number(claims["iat"])
	f.exactly("assertion", claims, map[string]any{
		"iss": testClient, "sub": testClient, "aud": tokenAud, "jti": nil, "iat": f.clock.now().Unix(), "exp": iat + 120,
		"purposeId": nil, "digest": nil,
	})
	f.once("assertion", claims["jti"])
	digest, _ := claims["digest"].(map[string]any)
	f.exactly("assertion digest", digest, map[string]any{"alg": "SHA256", "value": nil})
	f.write(w, 200, contentJSON, `{"access_token":"`+f.newVoucher(claims["purposeId"], digest["value"], 600)+`","token_type":"Bearer","expires_in":600}`)
}

func (f *fake) newVoucher(purpose, digest any, life int64) string {
	iat := f.clock.now().Unix()
	id, err := (&chance{}).uuid()
	if err != nil {
		f.t.Error(err)
	}
	payload, err := json.Marshal(map[string]any{
		"jti": id, "iss": "uat.interop.pagopa.it", "iat": iat, "nbf": iat, "exp": iat + life, "client_id": testClient, "sub": testClient,
		"purposeId": purpose, "digest": map[string]any{"alg": "SHA256", "value": digest},
	})
	if err != nil {
		f.t.Error(err)
	}
	v, err := newSigner(pdndKey(), "pdnd").sign(payload)
	if err != nil {
		f.t.Error(err)
	}
	return v
}

// bound checks voucher and tracking token of a call, and gives both claims.
func (f *fake) bound(r *http.Request) (tracking, voucher map[string]any) {
	s := anpr.Service(r.PathValue("service"))
	compact := r.Header.Get("Agid-JWT-TrackingEvidence")
	tracking = f.read("tracking", compact, &clientKey().PublicKey)
	iat := number(tracking["iat"])
	f.exactly("tracking", tracking, map[string]any{
		"iss": testClient, "sub": testClient, "aud": f.audience(s), "purposeId": testPurpose + "-" + string(s),
		"dnonce": nil, "jti": nil, "iat": nil, "nbf": iat, "exp": iat + 600, "userID": nil, "userLocation": nil, "LoA": nil,
	})
	if n := fmt.Sprint(tracking["dnonce"]); len(n) != 13 || n[0] == '0' {
		f.t.Errorf("dnonce %q", n)
	}
	if age := f.clock.now().Unix() - iat; age < 0 || age >= 600 {
		f.t.Errorf("tracking token is %d seconds old", age)
	}
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		f.t.Errorf("Authorization %q", r.Header.Get("Authorization"))
	}
	voucher = f.read("voucher", bearer, &pdndKey().PublicKey)
	if exp := number(voucher["exp"]); f.clock.now().Unix() >= exp {
		f.t.Error("voucher has expired")
	}
	sum := sha256.Sum256([]byte(compact))
	digest, _ := voucher["digest"].(map[string]any)
	if digest["value"] != hex.EncodeToString(sum[:]) {
		f.t.Error("voucher and tracking token are not a pair")
	}
	return tracking, voucher
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	s := anpr.Service(r.PathValue("service"))
	tracking, voucher := f.bound(r)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller went away
	}
	sum := sha256.Sum256(body)
	digest := "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
	if r.Header.Get("Digest") != digest {
		f.t.Errorf("Digest %q for body %s", r.Header.Get("Digest"), body)
	}
	if r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Content-Encoding") != "" || r.ContentLength != int64(len(body)) {
		f.t.Errorf("headers %v", r.Header)
	}
	claims := f.read("signature", r.Header.Get("Agid-JWT-Signature"), &clientKey().PublicKey)
	iat := number(claims["iat"])
	f.exactly("signature", claims, map[string]any{
		"iss": testClient, "sub": testClient, "aud": f.audience(s), "jti": nil, "iat": nil, "nbf": iat, "exp": iat + 60,
		"signed_headers": "[map[digest:" + digest + "] map[content-type:application/json]]",
	})
	f.once("signature", claims["jti"])
	var q struct {
		ID   string `json:"idOperazioneClient"`
		Data struct {
			UseCase string `json:"casoUso"`
		} `json:"datiRichiesta"`
	}
	if err := json.Unmarshal(body, &q); err != nil || q.Data.UseCase != string(s) || len(q.ID) < 5 || len(q.ID) > 30 {
		f.t.Errorf("body %s: %v", body, err)
	}
	f.mu.Lock()
	f.journal = append(f.journal, entry{
		q.ID, fmt.Sprint(tracking["userID"]), fmt.Sprint(tracking["jti"]), fmt.Sprint(voucher["jti"]),
	})
	answer, watch := f.answer, f.onRequest
	f.mu.Unlock()
	if watch != nil {
		watch(body)
	}
	answer(w, r)
}

func (f *fake) status(w http.ResponseWriter, r *http.Request) {
	f.bound(r)
	if r.Header.Get("Digest") != "" || r.Header.Get("Agid-JWT-Signature") != "" || r.Header.Get("Content-Type") != "" {
		f.t.Errorf("a GET with %v", r.Header)
	}
	f.mu.Lock()
	f.statuses++
	answer := f.answer
	f.mu.Unlock()
	answer(w, r)
}

func (f *fake) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fake) vouchers() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tokens
}

const testCode = "STTSGT90A01H501J" // of a fictional test person

func testRequest(s anpr.Service) anpr.Request {
	r := anpr.Request{
		Service:         s,
		OperationPrefix: "PDL01202611181006400",
		Seq:             anpr.Count(1),
		Criteria:        anpr.Criteria{IDANPR: "AF41450AS"},
		ReferenceDate:   time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC),
		Motive:          "Prot. 12345 del 18/11/2026",
		Actor:           anpr.Actor{UserID: "mrossi", UserLocation: "POLIZIALOCALE-PC07", LoA: "LoA2"},
	}
	if !s.ByID() {
		r.Criteria = anpr.Criteria{FiscalCode: testCode}
	}
	return r
}

// dossier finds a file of the ANPR dossier, kept beside the repository, or
// skips the test.
func dossier(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for parent := filepath.Dir(dir); parent != dir; dir, parent = parent, filepath.Dir(parent) {
		p := filepath.Join(parent, "shared", "anpr", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("ANPR DOSSIER NOT FOUND beside the repository: %s is NOT checked", name)
	return ""
}

func readDossier(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(dossier(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
