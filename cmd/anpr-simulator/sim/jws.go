package sim

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxToken is the longest JWS that is looked at.
const maxToken = 16 << 10

// jws is a compact JWS taken apart. Its signature is not yet checked.
type jws struct {
	header    map[string]json.RawMessage
	claims    map[string]json.RawMessage
	signed    string // header.payload, as received
	signature []byte
}

var errToken = errors.New("malformed token")

// parseJWS takes a compact JWS apart. It accepts only objects without repeated
// names and base64url without padding (RFC 7515).
func parseJWS(compact string) (*jws, error) {
	if len(compact) > maxToken {
		return nil, errToken
	}
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return nil, errToken
	}
	t := &jws{signed: compact[:len(parts[0])+1+len(parts[1])]}
	var err error
	if t.header, err = decodePart(parts[0]); err != nil {
		return nil, err
	}
	if t.claims, err = decodePart(parts[1]); err != nil {
		return nil, err
	}
	if t.signature, err = base64.RawURLEncoding.Strict().DecodeString(parts[2]); err != nil {
		return nil, errToken
	}
	return t, nil
}

func decodePart(part string) (map[string]json.RawMessage, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil, errToken
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	open, err := dec.Token()
	if err != nil || open != json.Delim('{') {
		return nil, errToken
	}
	object := make(map[string]json.RawMessage, 12)
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, errToken
		}
		key, _ := name.(string)
		if _, twice := object[key]; twice {
			return nil, errToken
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, errToken
		}
		object[key] = value
	}
	if _, err := dec.Token(); err != nil {
		return nil, errToken
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errToken
	}
	return object, nil
}

// verify checks the header and the signature against the keys of a client:
// RS256, typ JWT, known kid.
func (t *jws) verify(keys map[string]*rsa.PublicKey) error {
	if alg, _ := stringOf(t.header["alg"]); alg != "RS256" {
		return fmt.Errorf("alg %q", alg)
	}
	if typ, _ := stringOf(t.header["typ"]); typ != "JWT" {
		return fmt.Errorf("typ %q", typ)
	}
	if _, present := t.header["crit"]; present {
		return errors.New("crit header")
	}
	kid, _ := stringOf(t.header["kid"])
	key := keys[kid]
	if key == nil {
		return errors.New("unknown kid")
	}
	return t.verifyWith(key)
}

func (t *jws) verifyWith(key *rsa.PublicKey) error {
	sum := sha256.Sum256([]byte(t.signed))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], t.signature)
}

// text returns a claim that must be a non-empty string.
func (t *jws) text(name string) (string, error) {
	s, ok := stringOf(t.claims[name])
	if !ok || strings.TrimSpace(s) == "" {
		return "", fmt.Errorf("claim %s missing, empty or not a string", name)
	}
	return s, nil
}

// is checks that a claim is the given string.
func (t *jws) is(name, want string) error {
	if got, err := t.text(name); err != nil {
		return err
	} else if got != want {
		return fmt.Errorf("claim %s has another value", name)
	}
	return nil
}

// instant returns a claim that must be an integer of seconds.
func (t *jws) instant(name string) (time.Time, error) {
	n, ok := integerOf(t.claims[name])
	if !ok {
		return time.Time{}, fmt.Errorf("claim %s missing or not an integer", name)
	}
	return time.Unix(n, 0), nil
}

// times checks iat, exp and, when present, nbf against the clock. What is read
// is the instant of issue and of expiry.
func (t *jws) times(now time.Time, skew time.Duration) (iat, exp time.Time, err error) {
	if iat, err = t.instant("iat"); err != nil {
		return
	}
	if exp, err = t.instant("exp"); err != nil {
		return
	}
	switch {
	case iat.After(now.Add(skew)):
		err = errors.New("created in the future")
	case !exp.After(iat):
		err = errors.New("exp not after iat")
	case !exp.After(now):
		err = errors.New("expired")
	}
	if err != nil {
		return
	}
	if _, present := t.claims["nbf"]; present {
		nbf, e := t.instant("nbf")
		if e != nil {
			err = e
		} else if nbf.After(now.Add(skew)) {
			err = errors.New("nbf in the future")
		}
	}
	return
}

func stringOf(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return "", false
	}
	return s, true
}

func integerOf(raw json.RawMessage) (int64, bool) {
	if len(raw) == 0 || len(raw) > 18 {
		return 0, false
	}
	for i, c := range raw {
		if (c < '0' || c > '9') && (c != '-' || i != 0) {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	return n, err == nil
}

// signJWS makes a compact RS256 JWS.
func signJWS(key *rsa.PrivateKey, header, claims any) (string, error) {
	h, err := json.Marshal(header)
	if err != nil {
		return "", err
	}
	c, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed := base64.RawURLEncoding.EncodeToString(h) + "." + base64.RawURLEncoding.EncodeToString(c)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}
