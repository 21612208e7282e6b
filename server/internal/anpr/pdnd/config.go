package pdnd

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"indagor/server/internal/anpr"
)

// Config is what PDND and its catalogue gave to the body, and the world that a
// Client lives in.
type Config struct {
	TokenURL      string // as in "https://auth.interop.pagopa.it/token.oauth2"
	TokenAudience string // aud of the client assertion, as in "auth.interop.pagopa.it/client-assertion"
	ClientID      string // the id of the client, a UUID
	Key           crypto.Signer
	KeyID         string // kid that PDND showed for the public half of Key
	Services      map[anpr.Service]Endpoint

	RootCAs   *x509.CertPool    // more than the system's, for the test environment; nil: the system's
	Transport http.RoundTripper // nil: one of our own, with RootCAs
	PlainHTTP bool              // allow http:// also beyond this machine

	Now  func() time.Time // nil: time.Now
	Rand io.Reader        // nil: crypto/rand

	MaxBody      int64         // most bytes of an answer; 0: 4 MiB
	MaxPairs     int           // most pairs kept; 0: 1024
	TokenTimeout time.Duration // for one voucher; 0: 10 s
}

// Endpoint is one e-service. URL and Audience are independent: the audience
// lacks both the "-PDND" of the path and the operation, and mistaking that is
// the commonest error of all.
type Endpoint struct {
	URL       string // ".../v1" or ".../v1/anpr-service-e002"
	Audience  string // aud of the e-service in the catalogue
	PurposeID string // the purpose (finalità) of this e-service
}

const (
	operationPath  = "/anpr-service-e002"
	statusPath     = "/status"
	defaultMaxBody = 4 << 20
	defaultPairs   = 1024
	defaultToken   = 10 * time.Second
	minKeyBits     = 2048
)

// check reports everything that is wrong with the configuration.
func (c Config) check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, f := range []struct{ name, value string }{
		{"token audience", c.TokenAudience}, {"client id", c.ClientID}, {"key id", c.KeyID},
	} {
		if strings.TrimSpace(f.value) == "" {
			bad("%s is missing", f.name)
		}
	}
	if err := c.checkURL(c.TokenURL); err != nil {
		bad("token URL: %w", err)
	}
	switch {
	case c.Key == nil:
		bad("key is missing")
	default:
		pub, ok := c.Key.Public().(*rsa.PublicKey)
		if !ok {
			bad("key is %T, not RSA", c.Key.Public())
		} else if pub.N.BitLen() < minKeyBits {
			bad("key has %d bits, fewer than %d", pub.N.BitLen(), minKeyBits)
		}
	}
	for s, e := range c.Services {
		if !s.Known() {
			bad("%s: unknown e-service", s)
		}
		if err := c.checkURL(e.URL); err != nil {
			bad("%s: URL: %w", s, err)
		}
		switch {
		case strings.TrimSpace(e.Audience) == "":
			bad("%s: audience is missing", s)
		case strings.Contains(e.Audience, "-PDND"):
			bad("%s: audience %q must be without -PDND", s, e.Audience)
		case strings.HasSuffix(e.Audience, operationPath):
			bad("%s: audience %q must be without the operation", s, e.Audience)
		case !ascii(e.Audience):
			bad("%s: audience %q has characters that look like others (a long dash?)", s, e.Audience)
		}
		if strings.TrimSpace(e.PurposeID) == "" {
			bad("%s: purpose id is missing", s)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("pdnd: configuration: %w", err)
	}
	return nil
}

func (c Config) checkURL(raw string) error {
	if !ascii(raw) {
		return fmt.Errorf("%q has characters that look like others (a long dash?)", raw)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return err
	}
	switch {
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%q is not a plain absolute URL", u.Redacted())
	case u.Scheme == "https", u.Scheme == "http" && (c.PlainHTTP || loopback(u.Hostname())):
		return nil
	}
	return fmt.Errorf("%q is not https", u.Redacted())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
