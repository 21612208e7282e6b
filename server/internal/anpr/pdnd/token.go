package pdnd

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// voucherMargin is how long before its end a voucher is no longer used.
const voucherMargin = 30 * time.Second

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// newPair makes a tracking token and asks PDND for the voucher bound to it.
func (c *Client) newPair(ctx context.Context, k pairKey) (*pair, error) {
	e := c.services[k.service]
	trackingID, err := c.chance.uuid()
	if err != nil {
		return nil, err
	}
	dnonce, err := c.chance.dnonce()
	if err != nil {
		return nil, err
	}
	assertionID, err := c.chance.uuid()
	if err != nil {
		return nil, err
	}
	start := c.now()
	tracking, err := c.signer.sign(e.claims.trackingPayload(trackingID, dnonce, start.Unix(), k.who))
	if err != nil {
		return nil, err
	}
	digest := trackingDigest(tracking)
	assertion, err := c.signer.sign(e.claims.assertionPayload(assertionID, start.Unix(), digest))
	if err != nil {
		return nil, err
	}
	v, err := c.voucher(ctx, k.service, e.PurposeID, assertion, digest)
	if err != nil {
		return nil, err
	}
	return &pair{
		tracking:   tracking,
		trackingID: trackingID,
		bearer:     "Bearer " + v.token,
		voucherID:  v.id,
		until:      start.Add(min(pairLife, v.life-voucherMargin)),
	}, nil
}

type voucher struct {
	token, id string
	life      time.Duration
}

// voucher exchanges an assertion for a voucher at the token endpoint (RFC 7523
// section 2.2).
func (c *Client) voucher(ctx context.Context, s anpr.Service, purpose, assertion, digest string) (voucher, error) {
	form := "client_id=" + url.QueryEscape(c.clientID) +
		"&client_assertion=" + assertion +
		"&client_assertion_type=" + url.QueryEscape(assertionType) +
		"&grant_type=client_credentials"
	header := http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"},
		"Accept":       {contentJSON},
		"User-Agent":   {userAgent},
	}
	got, err := c.send(ctx, http.MethodPost, c.tokenURL, header, []byte(form))
	if err != nil {
		return voucher{}, transportError(ctx, anpr.FromToken, s, got.status, err)
	}
	if got.status != http.StatusOK {
		return voucher{}, tokenRefusal(s, got)
	}
	var answer struct {
		Token   string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires int64  `json:"expires_in"`
	}
	f := &anpr.Failure{Source: anpr.FromToken, Status: got.status}
	if !isJSON(got.header.Get("Content-Type")) || json.Unmarshal(got.body, &answer) != nil {
		f.Err = errors.New("answer of the token endpoint is not the JSON expected")
		return voucher{}, app.E(app.CodeAnprNonsense, "service", string(s)).Because(f)
	}
	v := voucher{token: answer.Token, life: time.Duration(min(answer.Expires, 3600)) * time.Second}
	refuse := func(why string) (voucher, error) {
		f.Err = errors.New(why)
		return voucher{}, app.E(app.CodeAnprToken, "service", string(s)).Because(f)
	}
	switch {
	case !strings.EqualFold(answer.Type, "Bearer"):
		return refuse("voucher is not of type Bearer")
	case !ascii(v.token) || v.token == "":
		return refuse("voucher is empty or not a token")
	case v.life <= 0:
		return refuse("voucher is born expired")
	}
	p, ok := readVoucher(v.token)
	if !ok {
		return v, nil // opaque to us: allowed, it is addressed to ANPR
	}
	v.id = p.ID
	if p.Issued > 0 && p.Expires > 0 {
		v.life = min(v.life, time.Duration(p.Expires-p.Issued)*time.Second)
	}
	switch {
	case v.life <= 0:
		return refuse("voucher is born expired")
	case p.Digest.Value != "" && !strings.EqualFold(p.Digest.Value, digest):
		return refuse("voucher is bound to another tracking token")
	case p.Purpose != "" && p.Purpose != purpose:
		return refuse("voucher is for another purpose")
	}
	return v, nil
}

// voucherClaims is what is read of a voucher. Its signature is for ANPR to
// check; we got it from PDND over TLS.
type voucherClaims struct {
	ID      string `json:"jti"`
	Issued  int64  `json:"iat"`
	Expires int64  `json:"exp"`
	Purpose string `json:"purposeId"`
	Digest  struct {
		Value string `json:"value"`
	} `json:"digest"`
}

func readVoucher(token string) (c voucherClaims, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	return c, err == nil && json.Unmarshal(raw, &c) == nil
}

// tokenRefusal translates what the token endpoint says instead of a voucher.
func tokenRefusal(s anpr.Service, got received) error {
	f := &anpr.Failure{Source: anpr.FromToken, Status: got.status}
	var problem struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	if isJSON(got.header.Get("Content-Type")) && json.Unmarshal(got.body, &problem) == nil && len(problem.Errors) > 0 {
		f.Name = label(problem.Errors[0].Code)
	}
	code := app.CodeAnprNonsense
	switch {
	case got.status == http.StatusTooManyRequests:
		code = app.CodeAnprBusy
		f.RetryAfter = max(retryAfter(got.header, got.at), millis(got.header.Get("X-Rate-Limit-Interval")))
	case got.status >= 500:
		code = app.CodeAnprFault
	case got.status >= 400:
		code = app.CodeAnprToken
	default:
		f.Err = fmt.Errorf("status %d from the token endpoint", got.status)
	}
	return app.E(code, "service", string(s), "status", strconv.Itoa(got.status), "code", f.Name).Because(f)
}

// millis reads a number of milliseconds; 0 if it is not one.
func millis(s string) time.Duration {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > int64(time.Hour/time.Millisecond) {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}
