package pdnd

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// signer makes compact JWS (RFC 7515) with RS256 and one fixed header.
type signer struct {
	key  crypto.Signer
	head []byte // base64url(header) and the dot
	size int    // bytes of a signature
}

func newSigner(key crypto.Signer, kid string) *signer {
	header := append([]byte(`{"alg":"RS256","kid":`), quote(kid)...)
	header = append(header, `,"typ":"JWT"}`...)
	head := base64.RawURLEncoding.AppendEncode(nil, header)
	return &signer{key: key, head: append(head, '.'), size: key.Public().(*rsa.PublicKey).Size()}
}

// input appends to buf what is signed for the payload: both parts encoded,
// with the dot between.
func (s *signer) input(buf, payload []byte) []byte {
	buf = append(buf, s.head...)
	return base64.RawURLEncoding.AppendEncode(buf, payload)
}

// sign gives the compact JWS of the payload.
func (s *signer) sign(payload []byte) (string, error) {
	enc := base64.RawURLEncoding
	buf := make([]byte, 0, len(s.head)+enc.EncodedLen(len(payload))+1+enc.EncodedLen(s.size))
	buf = s.input(buf, payload)
	sum := sha256.Sum256(buf)
	sig, err := s.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("pdnd: signing: %w", err)
	}
	buf = append(buf, '.')
	return string(enc.AppendEncode(buf, sig)), nil
}

// errJWS is a token that is not one of ours.
var errJWS = errors.New("pdnd: not a valid RS256 token")

// verify checks a compact JWS with RS256 and gives its payload.
func verify(pub *rsa.PublicKey, compact string) ([]byte, error) {
	in, sig64, ok := cutLast(compact, '.')
	if !ok {
		return nil, errJWS
	}
	head64, payload64, ok := strings.Cut(in, ".")
	if !ok {
		return nil, errJWS
	}
	var head struct {
		Alg string `json:"alg"`
	}
	if raw, err := base64.RawURLEncoding.DecodeString(head64); err != nil || json.Unmarshal(raw, &head) != nil || head.Alg != "RS256" {
		return nil, errJWS
	}
	sig, err := base64.RawURLEncoding.DecodeString(sig64)
	if err != nil {
		return nil, errJWS
	}
	sum := sha256.Sum256([]byte(in))
	if err := rsa.VerifyPKCS1v15(pub, crypto.SHA256, sum[:], sig); err != nil {
		return nil, errJWS
	}
	return base64.RawURLEncoding.DecodeString(payload64)
}

func cutLast(s string, sep byte) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// trackingDigest is digest.value of the assertion and of the voucher: the
// lower-case hexadecimal SHA-256 of the compact tracking token.
func trackingDigest(compact string) string {
	sum := sha256.Sum256([]byte(compact))
	return hex.EncodeToString(sum[:])
}

// bodyDigest is the Digest header (RFC 3230) of these very bytes.
func bodyDigest(body []byte) string {
	const name = "SHA-256="
	sum := sha256.Sum256(body)
	buf := make([]byte, 0, len(name)+base64.StdEncoding.EncodedLen(len(sum)))
	return string(base64.StdEncoding.AppendEncode(append(buf, name...), sum[:]))
}

// quote gives s as a JSON string.
func quote(s string) []byte {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			plain = false
			break
		}
	}
	if plain {
		b := make([]byte, 0, len(s)+2)
		return append(append(append(b, '"'), s...), '"')
	}
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return b
}
