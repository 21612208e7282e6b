package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"

	"indagor/sync/proof"
)

// The times that a call may take.
const (
	connectTime = 5 * time.Second  // to reach the server, and again to agree on TLS
	shortTime   = 15 * time.Second // the answer to an ordinary call
	slowTime    = 30 * time.Second // the answer to a call that may take long, besides its own wait
	pauseTime   = 5 * time.Minute  // between two pieces of a file: a workbook is made whole before its first byte is sent
)

// maxAnswer is the size in bytes beyond which an answer is not read.
const maxAnswer = 64 << 20

// Options say which server to call, and how.
type Options struct {
	Server    string           // base address, as in "https://indagor.comune.example"
	CAFile    string           // PEM file of authorities to trust besides the system's; "" for none
	Signer    *proof.Signer    // the workstation's key; nil can only call public endpoints
	UserAgent string           // "" for "indagor"
	Now       func() time.Time // nil for time.Now
	Short     time.Duration    // time of an ordinary call; 0 for 15 s
	Pause     time.Duration    // the longest pause in a download; 0 for 5 min
}

// Client calls one server. It may be used by several goroutines.
type Client struct {
	base   string
	signer *proof.Signer
	now    func() time.Time
	short  time.Duration
	pause  time.Duration
	http   *http.Transport
	resty  *resty.Client

	mu    sync.Mutex
	token string
	nonce string
	skew  time.Duration // the server's clock minus this one
}

// ErrAddress is in the chain of every refusal of a server's address.
var ErrAddress = errors.New("client: the address of the server cannot be used")

// New returns a Client. It refuses, with ErrAddress in the chain, an address
// that is no http address and one of plain http, unless that is this very
// machine: passwords do not travel in clear. It calls nobody yet.
func New(o Options) (*Client, error) {
	base, err := Address(o.Server)
	if err != nil {
		return nil, err
	}
	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("client: authorities: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("client: no certificate in %s", o.CAFile)
		}
		tlsConfig.RootCAs = pool
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Short == 0 {
		o.Short = shortTime
	}
	if o.Pause == 0 {
		o.Pause = pauseTime
	}
	if o.UserAgent == "" {
		o.UserAgent = "indagor"
	}
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: connectTime}).DialContext,
		TLSHandshakeTimeout: connectTime,
		TLSClientConfig:     tlsConfig,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 4,
		IdleConnTimeout:     90 * time.Second,
	}
	r := resty.NewWithClient(&http.Client{Transport: t}).
		SetLogger(silent{}).
		SetDisableWarn(true).
		SetResponseBodyLimit(maxAnswer).
		SetHeader("User-Agent", o.UserAgent).
		// A redirected proof is a wrong proof, and a redirected password is
		// given to another: redirects are answers like others.
		SetRedirectPolicy(resty.RedirectPolicyFunc(func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}))
	return &Client{base: base, signer: o.Signer, now: o.Now, short: o.Short, pause: o.Pause, http: t, resty: r}, nil
}

// Address gives the form in which the address of a server is used and kept:
// scheme and host in lower case, no slash at the end. Its refusals have
// ErrAddress in the chain.
func Address(server string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(server))
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return "", fmt.Errorf("%w: it is not of the form https://server", ErrAddress)
	}
	switch u.Scheme = strings.ToLower(u.Scheme); {
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%w: it has more than scheme, host, port and path", ErrAddress)
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback(u.Hostname()):
	case u.Scheme == "http":
		return "", fmt.Errorf("%w: plain http is only for a server on this same machine", ErrAddress)
	default:
		return "", fmt.Errorf("%w: it is not of the form https://server", ErrAddress)
	}
	u.Host = strings.ToLower(u.Host)
	return strings.TrimRight(u.String(), "/"), nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// Server is the base address of the server.
func (c *Client) Server() string { return c.base }

// SetToken sets the token of the session for the calls from now on; "" is
// none. It is kept in memory only.
func (c *Client) SetToken(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token
}

// Close closes the connections that wait for a further call.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// state is what the next call must know of those before.
func (c *Client) state() (token, nonce string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token, c.nonce, c.now().Add(c.skew)
}

// learn keeps the nonce of an answer.
func (c *Client) learn(nonce string) {
	if nonce == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nonce = nonce
}

// adjust takes the server's clock from its answer; it reports whether that
// was to be had.
func (c *Client) adjust(date string) bool {
	t, err := http.ParseTime(date)
	if err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew = t.Sub(c.now())
	return true
}

// silent takes resty's log, which could quote a request.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
