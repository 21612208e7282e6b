package pdnd

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"indagor/server/internal/anpr"
)

func goodConfig() Config {
	return Config{
		TokenURL: "https://auth.uat.interop.pagopa.it/token.oauth2", TokenAudience: tokenAud,
		ClientID: testClient, Key: clientKey(), KeyID: testKID,
		Services: map[anpr.Service]Endpoint{anpr.C020: {
			URL:       "https://modipa-val.anpr.interno.it/govway/rest/in/MinInternoPortaANPR-PDND/C020-servizioAccertamentoResidenza/v1",
			Audience:  "https://modipa-val.anpr.interno.it/govway/rest/in/MinInternoPortaANPR/C020-servizioAccertamentoResidenza/v1",
			PurposeID: testPurpose,
		}},
	}
}

func TestConfig(t *testing.T) {
	endpoint := func(change func(*Endpoint)) func(*Config) {
		return func(c *Config) {
			e := c.Services[anpr.C020]
			change(&e)
			c.Services[anpr.C020] = e
		}
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*Config)
		says   string
	}{
		{"good", func(*Config) {}, ""},
		{"whole URL", endpoint(func(e *Endpoint) { e.URL += "/anpr-service-e002" }), ""},
		{"loopback", func(c *Config) { c.TokenURL = "http://127.0.0.1:8080/token.oauth2" }, ""},
		{"no https", func(c *Config) { c.TokenURL = "http://auth.example/token.oauth2" }, "not https"},
		{"allowed", func(c *Config) { c.TokenURL, c.PlainHTTP = "http://auth.example/token.oauth2", true }, ""},
		{"relative", func(c *Config) { c.TokenURL = "/token.oauth2" }, "absolute"},
		{"empty URL", func(c *Config) { c.TokenURL = "" }, "absolute"},
		{"user in URL", func(c *Config) { c.TokenURL = "https://u:secret@x/" }, "absolute"},
		{"audience", func(c *Config) { c.TokenAudience = "" }, "token audience"},
		{"client", func(c *Config) { c.ClientID = " " }, "client id"},
		{"kid", func(c *Config) { c.KeyID = "" }, "key id"},
		{"no key", func(c *Config) { c.Key = nil }, "key is missing"},
		{"EC key", func(c *Config) { c.Key = ec }, "not RSA"},
		{"unknown", func(c *Config) { c.Services["C027"] = c.Services[anpr.C020] }, "C027"},
		{"-PDND", endpoint(func(e *Endpoint) { e.Audience = e.URL }), "without -PDND"},
		{"operation", endpoint(func(e *Endpoint) { e.Audience += "/anpr-service-e002" }), "without the operation"},
		{"no aud", endpoint(func(e *Endpoint) { e.Audience = "" }), "audience is missing"},
		{"en dash", endpoint(func(e *Endpoint) { e.URL = strings.Replace(e.URL, "C020-", "C020–", 1) }), "long dash"},
		{"en dash in aud", endpoint(func(e *Endpoint) { e.Audience = strings.Replace(e.Audience, "C020-", "C020–", 1) }), "long dash"},
		{"no purpose", endpoint(func(e *Endpoint) { e.PurposeID = "" }), "purpose id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := goodConfig()
			c.change(&cfg)
			cl, err := New(cfg)
			if c.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				svc := cl.services[anpr.C020]
				if !strings.HasSuffix(svc.call.Path, "/v1/anpr-service-e002") || !strings.HasSuffix(svc.status.Path, "/v1/status") {
					t.Errorf("%s %s", svc.call, svc.status)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestLoadKey(t *testing.T) {
	key := clientKey()
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecBytes, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GODEBUG", "rsa1024min=0")
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	asPEM := func(kind string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}) }
	certificate := asPEM("CERTIFICATE", []byte("x"))
	for _, c := range []struct {
		name string
		data []byte
		says string
	}{
		{"PKCS#8", asPEM("PRIVATE KEY", pkcs8), ""},
		{"PKCS#1", asPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), ""},
		{"after a certificate", append(certificate, asPEM("PRIVATE KEY", pkcs8)...), ""},
		{"short", asPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short)), "1024 bits"},
		{"EC", asPEM("PRIVATE KEY", ecBytes), "not an RSA key"},
		{"encrypted", asPEM("ENCRYPTED PRIVATE KEY", pkcs8), "encrypted"},
		{"old encryption", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "x"}, Bytes: pkcs8}), "encrypted"},
		{"broken", asPEM("PRIVATE KEY", pkcs8[:100]), "unreadable"},
		{"certificate", certificate, "no private key"},
		{"empty", nil, "no private key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key.pem")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			got, warning, err := LoadKey(path)
			switch {
			case c.says != "":
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want %q", err, c.says)
				}
			case err != nil || warning != "" || !got.Equal(key):
				t.Errorf("%v %q", err, warning)
			}
			if runtime.GOOS == "windows" || c.says != "" {
				return
			}
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
			if _, warning, err := LoadKey(path); err != nil || !strings.Contains(warning, "0644") {
				t.Errorf("%v %q", err, warning)
			}
		})
	}
	if _, _, err := LoadKey(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestChance(t *testing.T) {
	c := &chance{r: bytes.NewReader(bytes.Repeat([]byte{0xff}, 24))}
	id, err := c.uuid()
	if err != nil || id != "ffffffff-ffff-4fff-bfff-ffffffffffff" {
		t.Errorf("%s %v", id, err)
	}
	n, err := c.dnonce()
	if err != nil || len(n) != 13 {
		t.Errorf("%s %v", n, err)
	}
	if _, err := c.uuid(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	seen := map[string]bool{}
	for range 1000 {
		id, err := (&chance{}).uuid()
		if err != nil || len(id) != 36 || id[14] != '4' || seen[id] {
			t.Fatalf("%s %v", id, err)
		}
		seen[id] = true
		if n, _ := (&chance{}).dnonce(); len(n) != 13 || n[0] == '0' {
			t.Fatalf("dnonce %s", n)
		}
	}
}

func TestHeaders(t *testing.T) {
	now := time.Unix(1795000000, 0)
	for _, c := range []struct {
		value string
		want  time.Duration
	}{
		{"", 0},
		{"7", 7 * time.Second},
		{"-1", 0},
		{"x", 0},
		{"999999999", 24 * time.Hour},
		{now.Add(time.Minute).UTC().Format(http.TimeFormat), time.Minute},
		{now.Add(-time.Minute).UTC().Format(http.TimeFormat), 0},
	} {
		if got := retryAfter(http.Header{"Retry-After": {c.value}}, now); got != c.want {
			t.Errorf("Retry-After %q: %v, want %v", c.value, got, c.want)
		}
	}
	for _, c := range []struct {
		limit, remaining, reset string
		want                    anpr.RateLimit
	}{
		{"", "", "", anpr.RateLimit{}},
		{"100", "", "", anpr.RateLimit{}},
		{"0", "0", "", anpr.RateLimit{}},
		{"x", "1", "", anpr.RateLimit{}},
		{"100", "-1", "", anpr.RateLimit{}},
		{"100", "7", "", anpr.RateLimit{Known: true, Limit: 100, Remaining: 7}},
		{"100;w=1", "7", "60", anpr.RateLimit{Known: true, Limit: 100, Remaining: 7, Reset: time.Minute}},
	} {
		h := http.Header{}
		h.Set("X-RateLimit-Limit", c.limit)
		h.Set("X-RateLimit-Remaining", c.remaining)
		h.Set("X-RateLimit-Reset", c.reset)
		if got := rateLimit(h); got != c.want {
			t.Errorf("%v: %+v, want %+v", c, got, c.want)
		}
	}
	for _, c := range []struct {
		s    string
		want time.Duration
	}{{"", 0}, {"1500", 1500 * time.Millisecond}, {"-1", 0}, {"99999999999", 0}} {
		if got := millis(c.s); got != c.want {
			t.Errorf("millis(%q) = %v", c.s, got)
		}
	}
}

func TestSkew(t *testing.T) {
	var s skew
	start := time.Unix(1795000000, 0)
	s.note(start, start.Add(time.Second), "nonsense")
	if s.known.Load() {
		t.Error("known from nonsense")
	}
	s.note(start, start.Add(time.Second), start.Add(-time.Minute).UTC().Format(http.TimeFormat))
	if got := time.Duration(s.ahead.Load()); got != time.Minute || !s.known.Load() {
		t.Errorf("ahead %v", got)
	}
}
