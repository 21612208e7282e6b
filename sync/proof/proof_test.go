package proof

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"indagor/app"
)

var now = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

const window = time.Minute

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newSigner(t testing.TB) *Signer {
	t.Helper()
	s, err := NewSigner(newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRoundTrip(t *testing.T) {
	s := newSigner(t)
	p, err := s.Proof("POST", "https://Server.Example:443/v1/visure?wait=3#x", "n1", "token", now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Verify(p, now.Add(30*time.Second), window)
	if err != nil {
		t.Fatal(err)
	}
	if c.Method != "POST" || c.URL != "https://server.example/v1/visure" || c.Nonce != "n1" || len(c.ID) < 16 ||
		!c.Issued.Equal(now) || c.Thumbprint != s.Thumbprint() || !c.Key.IsPublic() {
		t.Errorf("claims %+v", c)
	}
	if err := c.Matches("POST", "HTTPS://SERVER.example/v1/visure?other=1", "token"); err != nil {
		t.Errorf("Matches: %v", err)
	}
	for name, err := range map[string]error{
		"method":   c.Matches("GET", "https://server.example/v1/visure", "token"),
		"path":     c.Matches("POST", "https://server.example/v1/visure/", "token"),
		"host":     c.Matches("POST", "https://server.example.org/v1/visure", "token"),
		"port":     c.Matches("POST", "https://server.example:444/v1/visure", "token"),
		"scheme":   c.Matches("POST", "http://server.example/v1/visure", "token"),
		"token":    c.Matches("POST", "https://server.example/v1/visure", "other"),
		"no token": c.Matches("POST", "https://server.example/v1/visure", ""),
		"address":  c.Matches("POST", "::", "token"),
	} {
		if app.CodeOf(err) != app.CodeProofInvalid {
			t.Errorf("another %s: %v", name, err)
		}
	}
	again, err := s.Proof("POST", "https://server.example/v1/visure", "n1", "token", now)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Verify(again, now, window)
	if err != nil {
		t.Fatal(err)
	}
	if c.ID == d.ID {
		t.Error("two proofs with one ID")
	}
}

func TestWindow(t *testing.T) {
	s := newSigner(t)
	p, err := s.Proof("GET", "https://h/", "", "", now)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   time.Duration
		want app.Code
	}{
		{0, ""},
		{window, ""},
		{-window, ""},
		{window + time.Second, app.CodeProofExpired},
		{-window - time.Second, app.CodeProofExpired},
		{24 * time.Hour, app.CodeProofExpired},
	} {
		if _, err := Verify(p, now.Add(c.at), window); app.CodeOf(err) != c.want {
			t.Errorf("after %v: %v, want %q", c.at, err, c.want)
		}
	}
}

// forge signs any header and payload, good or not.
func forge(t testing.TB, key *ecdsa.PrivateKey, header, payload any) string {
	t.Helper()
	part := func(v any) string {
		if s, ok := v.(string); ok {
			return base64.RawURLEncoding.EncodeToString([]byte(s))
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	input := part(header) + "." + part(payload)
	sum := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	sig := make([]byte, 64)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return input + "." + base64.RawURLEncoding.EncodeToString(sig)
}

type object = map[string]any

func jwk(t testing.TB, key any) object {
	t.Helper()
	b, err := jose.JSONWebKey{Key: key}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var o object
	if err := json.Unmarshal(b, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func with(o object, pairs ...any) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == nil {
			delete(out, pairs[i].(string))
		} else {
			out[pairs[i].(string)] = pairs[i+1]
		}
	}
	return out
}

func TestRefused(t *testing.T) {
	key := newKey(t)
	head := object{"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(t, &key.PublicKey)}
	body := object{"jti": "0123456789abcdef", "htm": "GET", "htu": "https://h/", "iat": now.Unix()}

	good := forge(t, key, head, body)
	if _, err := Verify(good, now, window); err != nil {
		t.Fatalf("the forge does not forge: %v", err)
	}
	if _, err := Verify(forge(t, key, head, with(body, "iat", float64(now.Unix())+0.5)), now, window); err != nil {
		t.Errorf("a fraction of a second: %v", err)
	}

	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	off := jwk(t, &key.PublicKey)
	off["y"] = base64.RawURLEncoding.EncodeToString(make([]byte, 32))

	hs, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: make([]byte, 32)}, (&jose.SignerOptions{}).WithType(Type))
	if err != nil {
		t.Fatal(err)
	}
	hsJWS, err := hs.Sign([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	hsProof, err := hsJWS.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"dpop+jwt","alg":"none"}`)) + "." + parts[1] + "."

	cases := map[string]string{
		"garbage":                "garbage",
		"two parts":              parts[0] + "." + parts[1],
		"alg none":               none,
		"alg none, signed":       forge(t, key, with(head, "alg", "none"), body),
		"alg HS256":              hsProof,
		"alg HS256, claimed":     forge(t, key, with(head, "alg", "HS256"), body),
		"alg RS256, claimed":     forge(t, key, with(head, "alg", "RS256"), body),
		"alg ES384, claimed":     forge(t, key, with(head, "alg", "ES384"), body),
		"no alg":                 forge(t, key, with(head, "alg", nil), body),
		"typ JWT":                forge(t, key, with(head, "typ", "JWT"), body),
		"typ number":             forge(t, key, with(head, "typ", 7), body),
		"no typ":                 forge(t, key, with(head, "typ", nil), body),
		"no jwk":                 forge(t, key, with(head, "jwk", nil), body),
		"private jwk":            forge(t, key, with(head, "jwk", jwk(t, key)), body),
		"symmetric jwk":          forge(t, key, with(head, "jwk", object{"kty": "oct", "k": "AAAA"}), body),
		"P-384 jwk":              forge(t, key, with(head, "jwk", jwk(t, &p384.PublicKey)), body),
		"RSA jwk":                forge(t, key, with(head, "jwk", jwk(t, &rsaKey.PublicKey)), body),
		"point off the curve":    forge(t, key, with(head, "jwk", off), body),
		"another's jwk":          forge(t, key, with(head, "jwk", jwk(t, &newKey(t).PublicKey)), body),
		"unknown crit":           forge(t, key, with(head, "crit", []string{"exp"}, "exp", 1), body),
		"header twice":           forge(t, key, `{"typ":"dpop+jwt","typ":"dpop+jwt","alg":"ES256"}`, body),
		"no jti":                 forge(t, key, head, with(body, "jti", nil)),
		"empty jti":              forge(t, key, head, with(body, "jti", "")),
		"no htm":                 forge(t, key, head, with(body, "htm", nil)),
		"no htu":                 forge(t, key, head, with(body, "htu", nil)),
		"no iat":                 forge(t, key, head, with(body, "iat", nil)),
		"iat text":               forge(t, key, head, with(body, "iat", "now")),
		"iat huge":               forge(t, key, head, with(body, "iat", 1e300)),
		"jti number":             forge(t, key, head, with(body, "jti", 7)),
		"jti long":               forge(t, key, head, with(body, "jti", strings.Repeat("x", maxID+1))),
		"nonce long":             forge(t, key, head, with(body, "nonce", strings.Repeat("x", maxNonce+1))),
		"htu long":               forge(t, key, head, with(body, "htu", "https://h/"+strings.Repeat("x", maxURL))),
		"body not an object":     forge(t, key, head, `[]`),
		"body claims in capital": forge(t, key, head, object{"JTI": "0123456789abcdef", "HTM": "GET", "HTU": "https://h/", "IAT": now.Unix()}),
		"body claim twice":       forge(t, key, head, `{"jti":"0123456789abcdef","htm":"GET","htm":"GET","htu":"https://h/","iat":1795339800}`),
		"oversized":              forge(t, key, head, with(body, "x", strings.Repeat("x", MaxSize))),
		"signature cut":          good[:len(good)-2],
		"other payload":          parts[0] + "." + strings.Split(forge(t, key, head, with(body, "htm", "PUT")), ".")[1] + "." + parts[2],
		"JSON serialisation":     `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
	}
	for name, p := range cases {
		if c, err := Verify(p, now, window); app.CodeOf(err) != app.CodeProofInvalid || c.ID != "" {
			t.Errorf("%s: %v, %+v", name, err, c)
		}
	}
	if _, err := Verify("", now, window); app.CodeOf(err) != app.CodeProofMissing {
		t.Errorf("no proof: %v", err)
	}
	if _, err := Verify(strings.Repeat("a", 1<<20), now, window); app.CodeOf(err) != app.CodeProofInvalid || len(err.Error()) > 300 {
		t.Errorf("a megabyte: %v", err)
	}
}

func TestSignerKeys(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]*ecdsa.PrivateKey{"nil": nil, "P-384": p384} {
		if _, err := NewSigner(k); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
	if _, err := newSigner(t).Proof("GET", "ftp://h/", "", "", now); err == nil {
		t.Error("a proof for ftp")
	}
}

func TestThumbprint(t *testing.T) {
	// The example key of RFC 9449 §4.2 and its thumbprint of §6.1.
	b := func(s string) *big.Int {
		raw, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return new(big.Int).SetBytes(raw)
	}
	got, err := thumbprint(jose.JSONWebKey{Key: &ecdsa.PublicKey{
		Curve: elliptic.P256(),
		X:     b("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs"),
		Y:     b("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"),
	}})
	if err != nil || got != "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRFCExample(t *testing.T) {
	// The proof of RFC 9449 §4.1, figure 1.
	const p = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6Ik" +
		"VDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCR" +
		"nMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JE" +
		"QSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIj" +
		"oiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwia" +
		"WF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg" +
		"4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
	c, err := Verify(p, time.Unix(1562262616, 0), window)
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "-BwC3ESc6acc2lTc" || c.Thumbprint != "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" {
		t.Errorf("%+v", c)
	}
	if err := c.Matches("POST", "https://server.example.com/token", ""); err != nil {
		t.Error(err)
	}
	if err := c.Matches("POST", "https://server.example.com/token", "token"); err == nil {
		t.Error("a token without ath is accepted")
	}
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"https://H.Example":               "https://h.example/",
		"HTTPS://h:443/":                  "https://h/",
		"http://h:80/a":                   "http://h/a",
		"http://h:443/a":                  "http://h:443/a",
		"https://h:/a":                    "https://h/a",
		"https://h/a?b=c#d":               "https://h/a",
		"https://h/%7euser/%2f/%c3%a0":    "https://h/~user/%2F/%C3%A0",
		"https://h/a/./b/../c":            "https://h/a/c",
		"https://h/a/..":                  "https://h/",
		"https://h/a/.":                   "https://h/a/",
		"https://h/../../x":               "https://h/x",
		"https://h/.well-known/x":         "https://h/.well-known/x",
		"https://h/%2e%2e/x":              "https://h/x",
		"https://[2001:DB8::1]:8443/v1/x": "https://[2001:db8::1]:8443/v1/x",
		"https://[::1]/":                  "https://[::1]/",
		"ftp://h/":                        "",
		"https://u:p@h/":                  "",
		"/v1/x":                           "",
		"https:h":                         "",
		"https://h/%zz":                   "",
		"":                                "",
	} {
		got, err := normalize(in)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
		if want == "" {
			continue
		}
		if again, err := normalize(got); again != got || err != nil {
			t.Errorf("%q twice: %q, %v", in, again, err)
		}
	}
}

func TestComparisonCode(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		c := ComparisonCode(newID())
		if len(c) != 9 || c[4] != '-' || strings.Trim(c, symbols+"-") != "" {
			t.Fatalf("%q", c)
		}
		if seen[c] {
			t.Fatalf("%q twice", c)
		}
		seen[c] = true
	}
	if a, b := ComparisonCode("x"), ComparisonCode("x"); a != b {
		t.Errorf("%q, %q", a, b)
	}
	// The code is part of what people write down: it never changes.
	if c := ComparisonCode("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"); c != wantCode {
		t.Errorf("%q, want %q", c, wantCode)
	}
}

const wantCode = "EQKK-6XJP"

func FuzzVerify(f *testing.F) {
	s := newSigner(f)
	p, err := s.Proof("GET", "https://h/a", "nonce", "token", now)
	if err != nil {
		f.Fatal(err)
	}
	key := newKey(f)
	f.Add(p)
	f.Add("a.b.c")
	f.Add(forge(f, key, object{"typ": "dpop+jwt", "alg": "none"}, object{}))
	f.Add(forge(f, key, object{"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(f, &key.PublicKey)}, object{"iat": -1}))
	f.Fuzz(func(t *testing.T, in string) {
		c, err := Verify(in, now, window)
		if err != nil {
			var e *app.Error
			if !errors.As(err, &e) {
				t.Fatalf("no code: %v", err)
			}
			return
		}
		if c.ID == "" || c.Method == "" || c.URL == "" || len(c.Thumbprint) != 43 {
			t.Fatalf("verified without claims: %+v", c)
		}
		c.Matches("GET", "https://h/a", "token")
	})
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"https://h/%7e/../x", "http://[::1]:80", "https://h/%2E%2e/%2f", "https://h//./a/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		a, err := normalize(in)
		if err != nil {
			return
		}
		b, err := normalize(a)
		if err != nil || a != b {
			t.Fatalf("%q: %q, then %q, %v", in, a, b, err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	s := newSigner(b)
	p, err := s.Proof("GET", "https://h.example/v1/visure", "nonce", "token", now)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := Verify(p, now, window)
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Matches("GET", "https://h.example/v1/visure", "token"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProof(b *testing.B) {
	s := newSigner(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Proof("GET", "https://h.example/v1/visure", "nonce", "token", now); err != nil {
			b.Fatal(err)
		}
	}
}
