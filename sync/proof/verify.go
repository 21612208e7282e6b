package proof

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"

	"indagor/app"
)

// Type is the typ header of every proof (RFC 9449 §4.2).
const Type = "dpop+jwt"

// Limits of what Verify accepts, in bytes. They keep whoever has no key from
// making the server remember or parse much.
const (
	MaxSize  = 4096 // of a proof
	maxID    = 128  // of a jti, which the server remembers
	maxNonce = 256
	maxURL   = 2048
)

// Claims is what a verified proof says.
type Claims struct {
	Method     string // htm
	URL        string // htu, as it was sent
	ID         string // jti, which may be used once
	Nonce      string // "" where the proof has none
	AccessHash string // ath; "" where the proof goes with no token
	Issued     time.Time
	Thumbprint string // RFC 7638 of Key, SHA-256, base64url
	Key        jose.JSONWebKey
}

// payload is the JSON of a proof.
type payload struct {
	ID         string   `json:"jti"`
	Method     string   `json:"htm"`
	URL        string   `json:"htu"`
	Issued     *float64 `json:"iat"`
	Nonce      string   `json:"nonce,omitempty"`
	AccessHash string   `json:"ath,omitempty"`
}

// Verify checks a proof as RFC 9449 §4.3 says in 1 to 7 and 11: one compact
// JWS, of type dpop+jwt, signed with ES256 by the public P-256 key in its
// header, with all the claims that are required, issued within the window
// around now. What the request itself must agree with is checked by
// [Claims.Matches].
//
// The error is an *app.Error: CodeProofMissing for no proof, CodeProofExpired
// for a good proof issued outside the window, CodeProofInvalid for the rest.
func Verify(proof string, now time.Time, window time.Duration) (Claims, error) {
	if proof == "" {
		return Claims{}, app.E(app.CodeProofMissing)
	}
	if len(proof) > MaxSize {
		return Claims{}, invalid(fmt.Errorf("%d bytes", len(proof)))
	}
	jws, err := jose.ParseSignedCompact(proof, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return Claims{}, invalid(err)
	}
	// The header's own parser already refuses private keys; the type switch
	// below would too, since a private key is another type.
	head := jws.Signatures[0].Protected
	if typ, _ := head.ExtraHeaders[jose.HeaderType].(string); typ != Type {
		return Claims{}, invalid(errors.New("type of another thing"))
	}
	if head.JSONWebKey == nil {
		return Claims{}, invalid(errors.New("no key"))
	}
	key, ok := head.JSONWebKey.Key.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return Claims{}, invalid(errors.New("no public key of P-256"))
	}
	body, err := jws.Verify(key)
	if err != nil {
		return Claims{}, invalid(err)
	}
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return Claims{}, invalid(err)
	}
	switch {
	case p.ID == "" || p.Method == "" || p.URL == "" || p.Issued == nil:
		return Claims{}, invalid(errors.New("a claim is missing"))
	case len(p.ID) > maxID || len(p.Nonce) > maxNonce || len(p.URL) > maxURL || len(p.Method) > 16 || len(p.AccessHash) > 64:
		return Claims{}, invalid(errors.New("a claim is too long"))
	case !(math.Abs(*p.Issued) < 1e11): // beyond the year 5000, or not a number
		return Claims{}, invalid(errors.New("no date of issue"))
	}
	whole, part := math.Modf(*p.Issued)
	c := Claims{
		Method: p.Method, URL: p.URL, ID: p.ID, Nonce: p.Nonce, AccessHash: p.AccessHash,
		Issued: time.Unix(int64(whole), int64(part*1e9)).UTC(),
		Key:    jose.JSONWebKey{Key: key},
	}
	if d := now.Sub(c.Issued); d > window || d < -window {
		return Claims{}, app.E(app.CodeProofExpired)
	}
	if c.Thumbprint, err = thumbprint(c.Key); err != nil {
		return Claims{}, invalid(err)
	}
	return c, nil
}

// Matches checks the proof against the request that it came with (RFC 9449
// §4.3, 8, 9 and 12): its method, its URL as the client addressed it, and the
// access token in its Authorization header ("" for none; then the proof may
// not be one made for a token). URLs are compared as RFC 3986 §6.2.2 and
// §6.2.3 say, without query and fragment. The error is an *app.Error with
// CodeProofInvalid.
func (c Claims) Matches(method, url, accessToken string) error {
	if c.Method != method {
		return invalid(errors.New("another method"))
	}
	mine, err := normalize(url)
	if err != nil {
		return invalid(err)
	}
	stated, err := normalize(c.URL)
	if err != nil {
		return invalid(err)
	}
	if mine != stated {
		return invalid(errors.New("another address"))
	}
	hash := ""
	if accessToken != "" {
		hash = accessHash(accessToken)
	}
	if c.AccessHash != hash {
		return invalid(errors.New("another token"))
	}
	return nil
}

func invalid(cause error) error {
	// The parser's messages may quote what was sent: only their first words
	// are kept, so that no proof is written into a log whole.
	s, _, _ := strings.Cut(cause.Error(), "\n")
	if len(s) > 120 {
		s = s[:120]
	}
	return app.E(app.CodeProofInvalid).Because(errors.New(s))
}
