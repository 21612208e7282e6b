package pdnd

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// Client is the REST adapter. It makes exactly one call to the e-service for
// one Lookup, or none if there is no voucher; what may be asked again is left
// to the wrappers of package anpr. It is safe for concurrent use.
type Client struct {
	clientID string
	tokenURL *url.URL
	services map[anpr.Service]*service
	signer   *signer
	public   *rsa.PublicKey
	http     *http.Client
	maxBody  int64
	now      func() time.Time
	chance   chance
	pairs    *pairs
	clock    skew
}

// service is an Endpoint made ready.
type service struct {
	Endpoint
	call, status *url.URL
	claims       claims
}

// New makes a Client, or reports everything that is wrong with the
// configuration. It asks nothing of anybody.
func New(cfg Config) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	tokenURL, err := url.Parse(cfg.TokenURL)
	if err != nil {
		return nil, fmt.Errorf("pdnd: token URL: %w", err)
	}
	c := &Client{
		clientID: cfg.ClientID,
		tokenURL: tokenURL,
		services: make(map[anpr.Service]*service, len(cfg.Services)),
		signer:   newSigner(cfg.Key, cfg.KeyID),
		public:   cfg.Key.Public().(*rsa.PublicKey),
		maxBody:  cfg.MaxBody,
		now:      cfg.Now,
		chance:   chance{r: cfg.Rand},
	}
	for s, e := range cfg.Services {
		if c.services[s], err = newService(cfg, e); err != nil {
			return nil, fmt.Errorf("pdnd: %s: %w", s, err)
		}
	}
	if c.maxBody <= 0 {
		c.maxBody = defaultMaxBody
	}
	if c.now == nil {
		c.now = time.Now
	}
	transport := cfg.Transport
	if transport == nil {
		transport = newTransport(cfg.RootCAs)
	}
	c.http = &http.Client{
		Transport: transport,
		// Signed requests go where they were addressed.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	most, timeout := cfg.MaxPairs, cfg.TokenTimeout
	if most <= 0 {
		most = defaultPairs
	}
	if timeout <= 0 {
		timeout = defaultToken
	}
	c.pairs = newPairs(c.now, timeout, most, c.newPair)
	if err := c.selfTest(); err != nil {
		return nil, err
	}
	return c, nil
}

// selfTest signs and verifies once, so that a key that cannot sign is found
// when the server starts.
func (c *Client) selfTest() error {
	token, err := c.signer.sign([]byte(`{}`))
	if err != nil {
		return err
	}
	if _, err := verify(c.public, token); err != nil {
		return fmt.Errorf("pdnd: the key does not verify its own signature: %w", err)
	}
	return nil
}

func newService(cfg Config, e Endpoint) (*service, error) {
	base := strings.TrimSuffix(strings.TrimSuffix(e.URL, "/"), operationPath)
	call, err := url.Parse(base + operationPath)
	if err != nil {
		return nil, err
	}
	status, err := url.Parse(base + statusPath)
	if err != nil {
		return nil, err
	}
	return &service{Endpoint: e, call: call, status: status, claims: newClaims(cfg.ClientID, cfg.TokenAudience, e)}, nil
}

// Lookup asks one question. See [anpr.Register] for its promises.
func (c *Client) Lookup(ctx context.Context, r anpr.Request) (anpr.Answer, []anpr.Call, error) {
	svc := c.services[r.Service]
	if svc == nil {
		return anpr.Answer{}, nil, app.E(app.CodeAnprOff, "service", string(r.Service))
	}
	if err := r.Check(); err != nil {
		return anpr.Answer{}, nil, err
	}
	key := pairKey{r.Service, r.Actor}
	p, err := c.pairs.get(ctx, key)
	if err != nil {
		return anpr.Answer{}, nil, err
	}
	operationID, err := anpr.OperationID(r.OperationPrefix, r.Seq())
	if err != nil {
		return anpr.Answer{}, nil, err
	}
	body, err := marshal(r, operationID)
	if err != nil {
		return anpr.Answer{}, nil, err
	}
	header, err := c.signedHeader(svc, p, body)
	if err != nil {
		return anpr.Answer{}, nil, err
	}
	call := newCall(r.Service, svc, p)
	call.OperationID = operationID
	v := c.exchange(ctx, &call, http.MethodPost, svc.call, header, body, judge)
	call.OperationANPR = v.operation
	if v.err != nil {
		c.dropRefused(key, p, v.err)
		return anpr.Answer{}, []anpr.Call{call}, v.err
	}
	return v.answer, []anpr.Call{call}, nil
}

// Probe asks GET /status of an e-service, in the name of who. The call has no
// operation id.
func (c *Client) Probe(ctx context.Context, s anpr.Service, who anpr.Actor) (anpr.Call, error) {
	svc := c.services[s]
	if svc == nil {
		return anpr.Call{Service: s}, app.E(app.CodeAnprOff, "service", string(s))
	}
	if err := who.Check(); err != nil {
		return anpr.Call{Service: s}, err
	}
	key := pairKey{s, who}
	p, err := c.pairs.get(ctx, key)
	if err != nil {
		return anpr.Call{Service: s}, err
	}
	call := newCall(s, svc, p)
	v := c.exchange(ctx, &call, http.MethodGet, svc.status, trackedHeader(p), nil, judgeStatus)
	if v.err != nil {
		c.dropRefused(key, p, v.err)
		return call, v.err
	}
	return call, nil
}

// Services tells which e-services are configured, and with which purpose.
func (c *Client) Services() map[anpr.Service]string {
	out := make(map[anpr.Service]string, len(c.services))
	for s, e := range c.services {
		out[s] = e.PurposeID
	}
	return out
}

// CloseIdleConnections closes the connections that nobody uses.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

func newCall(s anpr.Service, svc *service, p *pair) anpr.Call {
	return anpr.Call{
		Service: s, PurposeID: svc.PurposeID, VoucherID: p.voucherID, TrackingID: p.trackingID, Attempt: 1,
	}
}

// trackedHeader is the headers of every call.
func trackedHeader(p *pair) http.Header {
	return http.Header{
		"Accept":                    {contentJSON},
		"User-Agent":                {userAgent},
		"Authorization":             {p.bearer},
		"Agid-JWT-TrackingEvidence": {p.tracking},
	}
}

// signedHeader is the headers of a call with a body.
func (c *Client) signedHeader(svc *service, p *pair, body []byte) (http.Header, error) {
	id, err := c.chance.uuid()
	if err != nil {
		return nil, err
	}
	digest := bodyDigest(body)
	signature, err := c.signer.sign(svc.claims.signaturePayload(id, c.now().Unix(), digest))
	if err != nil {
		return nil, err
	}
	h := trackedHeader(p)
	h["Content-Type"] = []string{contentJSON}
	h["Digest"] = []string{digest}
	h["Agid-JWT-Signature"] = []string{signature}
	return h, nil
}

// exchange makes the call and fills in its evidence.
func (c *Client) exchange(ctx context.Context, call *anpr.Call, method string, u *url.URL, header http.Header, body []byte,
	read func(anpr.Service, int, string, []byte) verdict,
) verdict {
	call.Started = c.now()
	got, err := c.send(ctx, method, u, header, body)
	call.Duration = c.now().Sub(call.Started)
	call.Status = got.status
	if got.header != nil {
		call.TransactionID = got.header.Get("GovWay-Transaction-ID")
		call.MessageID = got.header.Get("GovWay-Message-ID")
		call.Rate = rateLimit(got.header)
	}
	if err != nil {
		broken := transportError(ctx, anpr.FromService, call.Service, got.status, err)
		call.Code = string(broken.Code)
		return verdict{err: broken}
	}
	v := read(call.Service, got.status, got.header.Get("Content-Type"), got.body)
	call.Code, call.TitleOrText = v.code, v.text
	if v.err == nil {
		return v
	}
	if call.Code == "" {
		call.Code = string(v.err.Code)
	}
	if call.TransactionID != "" {
		v.err.Params["transaction"] = call.TransactionID
	}
	var f *anpr.Failure
	if errors.As(v.err, &f) {
		f.RetryAfter = retryAfter(got.header, got.at)
	}
	if v.err.Code == app.CodeAnprQuota && call.Rate.Reset > 0 {
		v.err.Params["until"] = got.at.Add(call.Rate.Reset).UTC().Format(time.RFC3339)
	}
	return v
}

// dropRefused throws the pair away when it may be what was refused, so that
// the next attempt makes a new one.
func (c *Client) dropRefused(k pairKey, p *pair, err error) {
	var f *anpr.Failure
	if errors.As(err, &f) && (f.Status == http.StatusUnauthorized || f.Name == anpr.NameInteroperability) {
		c.pairs.drop(k, p)
	}
}
