package pdnd

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

const (
	contentJSON = "application/json"
	userAgent   = "INDAGOR"
)

// newTransport keeps enough idle connections for all the calls that may be
// under way, so that a call does not pay for a TLS handshake.
func newTransport(roots *x509.CertPool) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSClientConfig:       &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   10 * time.Second,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// errTooLong is an answer beyond Config.MaxBody.
var errTooLong = errors.New("answer is too long")

// received is an HTTP answer, read whole.
type received struct {
	status int
	header http.Header
	body   []byte
	at     time.Time
}

// send makes one HTTP exchange. Beside an error, status and header may be set:
// the answer began and did not end. The header names are sent as given.
func (c *Client) send(ctx context.Context, method string, u *url.URL, header http.Header, body []byte) (received, error) {
	req := (&http.Request{
		Method: method, URL: u, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if body != nil {
		req.ContentLength = int64(len(body))
		req.Body = io.NopCloser(bytes.NewReader(body))
		// Used by the transport only if nothing of the request was sent.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	start := c.now()
	resp, err := c.http.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return received{at: c.now()}, err
	}
	defer resp.Body.Close()
	got := received{status: resp.StatusCode, header: resp.Header, at: c.now()}
	c.clock.note(start, got.at, resp.Header.Get("Date"))
	got.body, err = c.read(resp)
	return got, err
}

func (c *Client) read(resp *http.Response) ([]byte, error) {
	var b bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= c.maxBody {
		b.Grow(int(n) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(resp.Body, c.maxBody+1)); err != nil {
		return nil, fmt.Errorf("answer broken off: %w", err)
	}
	if int64(b.Len()) > c.maxBody {
		return nil, errTooLong
	}
	return b.Bytes(), nil
}

// transportError translates the error of send.
func transportError(ctx context.Context, source anpr.Source, s anpr.Service, status int, err error) *app.Error {
	if errors.Is(err, errTooLong) {
		return app.E(app.CodeAnprNonsense, "service", string(s), "status", strconv.Itoa(status)).
			Because(&anpr.Failure{Source: source, Status: status, Err: err})
	}
	return anpr.Broken(ctx, source, s, err)
}

// retryAfter reads Retry-After, in seconds or as a date (RFC 9110 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if v == "" {
		return 0
	}
	if n, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(n, 0), 86400)) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(t.Sub(now), 0)
	}
	return 0
}

// rateLimit reads the X-RateLimit headers of GovWay; Limit and Remaining must
// both be there. After the number there may be the windows of the policy.
func rateLimit(h http.Header) anpr.RateLimit {
	limit, ok1 := leading(h.Get("X-RateLimit-Limit"))
	remaining, ok2 := leading(h.Get("X-RateLimit-Remaining"))
	if !ok1 || !ok2 || limit == 0 {
		return anpr.RateLimit{}
	}
	r := anpr.RateLimit{Known: true, Limit: limit, Remaining: remaining}
	if reset, ok := leading(h.Get("X-RateLimit-Reset")); ok {
		r.Reset = time.Duration(min(reset, 86400)) * time.Second
	}
	return r
}

// leading reads the number at the beginning of a header, before , or ;
func leading(v string) (int, bool) {
	if i := strings.IndexAny(v, ",;"); i >= 0 {
		v = v[:i]
	}
	n, err := strconv.Atoi(strings.TrimSpace(v))
	return n, err == nil && n >= 0
}
