package sim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Header names of the ModI patterns.
const (
	headerTracking  = "Agid-JWT-TrackingEvidence"
	headerSignature = "Agid-JWT-Signature"
	headerDigest    = "Digest"
)

// voucher is an access token whose signature was found to be ours.
type voucher struct {
	claims  voucherClaims
	service *service
	client  *client
}

// authenticate reads the voucher of a request. Every failure is one answer
// for the caller, 401.
func (s *Sim) authenticate(r *http.Request, now time.Time) (*voucher, error) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return nil, errors.New("voucher missing")
	}
	scheme, token, found := strings.Cut(values[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return nil, errors.New("voucher is not a bearer token")
	}
	v, known := s.vouchers.get(token)
	if !known {
		var err error
		if v, err = s.readVoucher(token); err != nil {
			return nil, err
		}
		s.vouchers.put(token, v)
	}
	if now.Unix() >= v.claims.Expires {
		return nil, errors.New("voucher expired")
	}
	if now.Add(s.cfg.Skew).Unix() < v.claims.NotBefore {
		return nil, errors.New("voucher not yet valid")
	}
	return v, nil
}

func (s *Sim) readVoucher(token string) (*voucher, error) {
	t, err := parseJWS(token)
	if err != nil {
		return nil, err
	}
	key, err := s.signingKey()
	if err != nil {
		return nil, err
	}
	if kid, _ := stringOf(t.header["kid"]); kid != voucherKID {
		return nil, errors.New("voucher of another authorization server")
	}
	if alg, _ := stringOf(t.header["alg"]); alg != "RS256" {
		return nil, errors.New("voucher alg")
	}
	if err := t.verifyWith(&key.PublicKey); err != nil {
		return nil, errors.New("voucher signature")
	}
	v := new(voucher)
	if err := remarshal(t.claims, &v.claims); err != nil {
		return nil, err
	}
	if v.claims.Issuer != s.cfg.Issuer {
		return nil, errors.New("voucher of another issuer")
	}
	if v.client = s.clients[v.claims.ClientID]; v.client == nil {
		return nil, errors.New("voucher of an unknown client")
	}
	if v.service = serviceByCode(v.client.Purposes[v.claims.PurposeID]); v.service == nil {
		return nil, errors.New("voucher of an unknown purpose")
	}
	return v, nil
}

func remarshal(claims map[string]json.RawMessage, to any) error {
	raw, err := json.Marshal(claims)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}

// trackingToken is a verified Agid-JWT-TrackingEvidence (AUDIT_REST_02).
type trackingToken struct {
	clientID string
	audience string
	purpose  string
	jti      string
	user     string
	location string
	loa      string
	iat, exp time.Time
	digest   string // lower-case hex SHA-256 of the compact form
}

// trackingTexts are the claims a tracking token needs as non-empty strings.
// dnonce may also be a number.
var trackingTexts = []string{"iss", "aud", "purposeId", "jti", "userID", "userLocation", "LoA"}

func (s *Sim) readTracking(compact string, keys *client) (*trackingToken, error) {
	t, err := parseJWS(compact)
	if err != nil {
		return nil, err
	}
	if err := t.verify(keys.Keys); err != nil {
		return nil, err
	}
	for _, name := range trackingTexts {
		if _, err := t.text(name); err != nil {
			return nil, err
		}
	}
	if err := checkNonce(t.claims["dnonce"]); err != nil {
		return nil, err
	}
	tt := &trackingToken{}
	tt.clientID, _ = t.text("iss")
	tt.audience, _ = t.text("aud")
	tt.purpose, _ = t.text("purposeId")
	tt.jti, _ = t.text("jti")
	tt.user, _ = t.text("userID")
	tt.location, _ = t.text("userLocation")
	tt.loa, _ = t.text("LoA")
	if _, present := t.claims["sub"]; present {
		if err := t.is("sub", tt.clientID); err != nil {
			return nil, err
		}
	}
	if tt.iat, err = t.instant("iat"); err != nil {
		return nil, err
	}
	if tt.exp, err = t.instant("exp"); err != nil {
		return nil, err
	}
	if _, present := t.claims["nbf"]; present {
		nbf, err := t.instant("nbf")
		if err != nil {
			return nil, err
		}
		if nbf.After(tt.iat) {
			tt.iat = nbf // not usable before either of them
		}
	}
	sum := sha256.Sum256([]byte(compact))
	tt.digest = hex.EncodeToString(sum[:])
	return tt, nil
}

// checkNonce accepts 13 digits, as string or as number.
func checkNonce(raw json.RawMessage) error {
	digits, ok := stringOf(raw)
	if !ok {
		digits = string(raw)
	}
	if len(digits) != 13 {
		return errors.New("dnonce is not 13 digits")
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return errors.New("dnonce is not 13 digits")
		}
	}
	return nil
}

// checkTracking verifies the tracking token of a request and its tie to the
// voucher.
func (s *Sim) checkTracking(r *http.Request, v *voucher, svc *service, now time.Time, call *Call) error {
	values := r.Header.Values(headerTracking)
	if len(values) != 1 {
		return errors.New("tracking token missing or repeated")
	}
	key := v.claims.ClientID + "\x00" + values[0]
	t, known := s.tracking.get(key)
	if !known {
		var err error
		if t, err = s.readTracking(values[0], v.client); err != nil {
			return fmt.Errorf("tracking: %w", err)
		}
		s.tracking.put(key, t)
	}
	call.User, call.Location, call.LoA, call.TrackingJTI = t.user, t.location, t.loa, t.jti
	switch {
	case t.clientID != v.claims.ClientID:
		return errors.New("tracking: iss is not the client of the voucher")
	case t.audience != s.Audience(svc.code):
		return errors.New("tracking: aud")
	case t.purpose != v.claims.PurposeID:
		return errors.New("tracking: purposeId is not the voucher's")
	case t.digest != v.claims.Digest.Value:
		return errors.New("tracking: digest of the voucher does not match")
	case t.iat.After(now.Add(s.cfg.Skew)):
		return errors.New("tracking: token creato nel futuro")
	case now.Sub(t.iat) > tokenLife:
		return errors.New("tracking: token creato da troppo tempo")
	case !t.exp.After(now):
		return errors.New("tracking: expired")
	case !t.exp.After(t.iat):
		return errors.New("tracking: exp not after iat")
	}
	return nil
}

// checkSignature verifies Digest and Agid-JWT-Signature (INTEGRITY_REST_02).
// Unlike the tracking token a signature token is good for one call.
func (s *Sim) checkSignature(r *http.Request, body []byte, v *voucher, svc *service, now time.Time) error {
	digests := r.Header.Values(headerDigest)
	if len(digests) != 1 {
		return errors.New("Digest header missing or repeated")
	}
	sum := sha256.Sum256(body)
	if digests[0] != "SHA-256="+base64.StdEncoding.EncodeToString(sum[:]) {
		return errors.New("Digest header is not that of the body")
	}
	values := r.Header.Values(headerSignature)
	if len(values) != 1 {
		return errors.New("signature token missing or repeated")
	}
	t, err := parseJWS(values[0])
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	if err := t.verify(v.client.Keys); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	for _, name := range []string{"iss", "sub"} {
		if err := t.is(name, v.claims.ClientID); err != nil {
			return fmt.Errorf("signature: %w", err)
		}
	}
	if err := t.is("aud", s.Audience(svc.code)); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	iat, exp, err := t.times(now, s.cfg.Skew)
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	if now.Sub(iat) > tokenLife {
		return errors.New("signature: token creato da troppo tempo")
	}
	jti, err := t.text("jti")
	if err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	if err := checkSignedHeaders(t.claims["signed_headers"], r.Header); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	if !s.replays.first("signature\x00"+v.claims.ClientID+"\x00"+jti, later(exp, iat.Add(tokenLife)), now) {
		return errors.New("signature: jti already used")
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// checkSignedHeaders wants an array of objects of one member each, named in
// lower case, equal to the headers received; digest and content-type must be
// there, and content-encoding too when it is sent.
func checkSignedHeaders(raw json.RawMessage, header http.Header) error {
	var list []map[string]json.RawMessage
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return errors.New("signed_headers is not an array of objects")
	}
	seen := make(map[string]bool, 3)
	for _, entry := range list {
		if len(entry) != 1 {
			return errors.New("signed_headers: an entry is not of one member")
		}
		for name, raw := range entry {
			value, ok := stringOf(raw)
			got := header.Values(name)
			if !ok || name != strings.ToLower(name) || seen[name] || len(got) != 1 || got[0] != value {
				return fmt.Errorf("signed_headers: %s does not match", name)
			}
			seen[name] = true
		}
	}
	if !seen["digest"] || !seen["content-type"] {
		return errors.New("signed_headers without digest or content-type")
	}
	if header.Get("Content-Encoding") != "" && !seen["content-encoding"] {
		return errors.New("signed_headers without content-encoding")
	}
	return nil
}
