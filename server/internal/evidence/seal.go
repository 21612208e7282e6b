package evidence

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"

	"indagor/app"
	"indagor/app/evidence"
)

// A sealed event is, in this order (numbers are big-endian):
//
//	8 bytes   "IGRSEAL" and the version, 1
//	8 bytes   hour of the event, 3600 s units since 1970 UTC
//	1 byte    how many custodians there are, n
//	for each pair (i, j), i < j, in ascending order: 2 bytes length, then the
//	          content key encrypted by age to custodian j, that encrypted by
//	          age to custodian i
//	24 bytes  nonce
//	rest      XChaCha20-Poly1305 of the padded event with the content key (32
//	          bytes) and all that precedes the nonce as additional data
//
// The padded event is 4 bytes of length, the canonical form and zeros up to a
// multiple of 4 KiB.
const (
	sealMagic  = "IGRSEAL\x01"
	sealBucket = 4096
	sealHeader = len(sealMagic) + 8 + 1
	mostPadded = 1 << 24
)

var (
	errSealed = errors.New("evidence: not a sealed event")
	errUnseal = errors.New("evidence: these two keys do not open the sealed event")
)

// Sealer seals events to the custodians. It cannot open what it has sealed.
type Sealer struct {
	custodians []age.Recipient
	rand       io.Reader
}

// NewSealer returns a Sealer to at least two and at most 16 custodians, all
// different.
func NewSealer(custodians []age.Recipient, random io.Reader) (*Sealer, error) {
	if len(custodians) < 2 || len(custodians) > 16 {
		return nil, fmt.Errorf("evidence: %d custodians; two are needed to open what is sealed, so there must be from 2 to 16", len(custodians))
	}
	seen := map[string]bool{}
	for _, c := range custodians {
		name, ok := c.(fmt.Stringer)
		if !ok {
			continue
		}
		if seen[name.String()] {
			return nil, errors.New("evidence: the same custodian stands twice among the custodians")
		}
		seen[name.String()] = true
	}
	if random == nil {
		random = rand.Reader
	}
	return &Sealer{custodians, random}, nil
}

// Seal seals the canonical form of an event of the hour.
func (s *Sealer) Seal(hour int64, canonical []byte) ([]byte, error) {
	if len(canonical)+4 > mostPadded {
		return nil, errors.New("evidence: the event is too long to be sealed")
	}
	var key [chacha20poly1305.KeySize]byte
	var nonce [chacha20poly1305.NonceSizeX]byte
	if _, err := io.ReadFull(s.rand, key[:]); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(s.rand, nonce[:]); err != nil {
		return nil, err
	}
	defer clear(key[:])
	blob := make([]byte, 0, 4*sealBucket)
	blob = append(blob, sealMagic...)
	blob = binary.BigEndian.AppendUint64(blob, uint64(hour))
	blob = append(blob, byte(len(s.custodians)))
	for i := range s.custodians {
		for j := i + 1; j < len(s.custodians); j++ {
			inner, err := encrypt(s.custodians[j], key[:])
			if err != nil {
				return nil, err
			}
			outer, err := encrypt(s.custodians[i], inner)
			if err != nil {
				return nil, err
			}
			blob = binary.BigEndian.AppendUint16(blob, uint16(len(outer)))
			blob = append(blob, outer...)
		}
	}
	padded := make([]byte, (4+len(canonical)+sealBucket-1)/sealBucket*sealBucket)
	binary.BigEndian.PutUint32(padded, uint32(len(canonical)))
	copy(padded[4:], canonical)
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, err
	}
	header := blob
	blob = append(blob, nonce[:]...)
	return aead.Seal(blob, nonce[:], padded, header), nil
}

func encrypt(to age.Recipient, plain []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		return nil, fmt.Errorf("evidence: seal: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("evidence: seal: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("evidence: seal: %w", err)
	}
	if b.Len() > 1<<16-1 {
		return nil, errors.New("evidence: seal: the custodian's key makes too long an envelope")
	}
	return b.Bytes(), nil
}

// envelope is a sealed event taken apart.
type envelope struct {
	hour   int64
	pairs  [][]byte
	header []byte
	nonce  []byte
	text   []byte
}

func parseEnvelope(blob []byte) (envelope, error) {
	var e envelope
	if len(blob) < sealHeader || string(blob[:len(sealMagic)]) != sealMagic {
		return e, errSealed
	}
	e.hour = int64(binary.BigEndian.Uint64(blob[len(sealMagic):]))
	n := int(blob[sealHeader-1])
	if n < 2 || n > 16 {
		return e, errSealed
	}
	at := sealHeader
	for range n * (n - 1) / 2 {
		if len(blob) < at+2 {
			return e, errSealed
		}
		size := int(binary.BigEndian.Uint16(blob[at:]))
		if at += 2; len(blob) < at+size {
			return e, errSealed
		}
		e.pairs = append(e.pairs, blob[at:at+size])
		at += size
	}
	e.header = blob[:at]
	if len(blob) < at+chacha20poly1305.NonceSizeX+sealBucket+chacha20poly1305.Overhead {
		return e, errSealed
	}
	e.nonce = blob[at : at+chacha20poly1305.NonceSizeX]
	e.text = blob[at+chacha20poly1305.NonceSizeX:]
	if (len(e.text)-chacha20poly1305.Overhead)%sealBucket != 0 {
		return e, errSealed
	}
	return e, nil
}

// Unseal opens a sealed event with the keys of two different custodians, in
// any order. It needs nothing of the server.
func Unseal(blob []byte, a, b age.Identity) (app.Event, error) {
	env, err := parseEnvelope(blob)
	if err != nil {
		return app.Event{}, err
	}
	for _, pair := range env.pairs {
		for _, ids := range [][2]age.Identity{{a, b}, {b, a}} {
			inner, err := decrypt(ids[0], pair)
			if err != nil {
				continue
			}
			key, err := decrypt(ids[1], inner)
			if err != nil || len(key) != chacha20poly1305.KeySize {
				continue
			}
			return env.open(key)
		}
	}
	return app.Event{}, errUnseal
}

func decrypt(id age.Identity, b []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(b), id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func (e envelope) open(key []byte) (app.Event, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return app.Event{}, err
	}
	padded, err := aead.Open(nil, e.nonce, e.text, e.header)
	if err != nil {
		return app.Event{}, errSealed
	}
	n := int64(binary.BigEndian.Uint32(padded))
	if n > int64(len(padded)-4) {
		return app.Event{}, errSealed
	}
	ev, err := evidence.Parse(padded[4 : 4+n])
	if err != nil {
		return app.Event{}, err
	}
	if ev.At.Unix()/3600 != e.hour {
		return app.Event{}, errSealed
	}
	return ev, nil
}
