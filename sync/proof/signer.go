package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// Signer makes proofs with one key. It may be used by several goroutines.
type Signer struct {
	signer     jose.Signer
	thumbprint string
}

// NewSigner returns the Signer of a P-256 key; any other key is refused.
func NewSigner(key *ecdsa.PrivateKey) (*Signer, error) {
	if key == nil || key.Curve != elliptic.P256() {
		return nil, errors.New("proof: the key is not of P-256")
	}
	opts := (&jose.SignerOptions{EmbedJWK: true}).WithType(Type)
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, opts)
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	t, err := thumbprint(jose.JSONWebKey{Key: &key.PublicKey})
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return &Signer{signer: s, thumbprint: t}, nil
}

// Thumbprint is the RFC 7638 thumbprint of the key: SHA-256, base64url
// without padding, 43 characters.
func (s *Signer) Thumbprint() string { return s.thumbprint }

// Proof makes a proof for one request: its HTTP method, its URL (query and
// fragment are left out), the nonce that the server gave last ("" for none),
// and the access token that goes with the request ("" for none). Every call
// gives another ID.
func (s *Signer) Proof(method, url, nonce, accessToken string, now time.Time) (string, error) {
	htu, err := normalize(url)
	if err != nil {
		return "", fmt.Errorf("proof: %w", err)
	}
	issued := float64(now.Unix())
	c := payload{ID: newID(), Method: method, URL: htu, Issued: &issued, Nonce: nonce}
	if accessToken != "" {
		c.AccessHash = accessHash(accessToken)
	}
	b, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("proof: %w", err)
	}
	jws, err := s.signer.Sign(b)
	if err != nil {
		return "", fmt.Errorf("proof: %w", err)
	}
	return jws.CompactSerialize()
}

// newID gives 128 random bits: RFC 9449 §4.2 asks for 96 at least.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// accessHash is the ath of RFC 9449 §4.2.
func accessHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func thumbprint(key jose.JSONWebKey) (string, error) {
	t, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(t), nil
}
