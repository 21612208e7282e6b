package cache

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// magic begins every value; its last byte is the version of the format.
const magic = "iXc\x01"

// box seals values and hides keys.
type box struct {
	aead  cipher.AEAD
	index []byte
}

func newBox(key []byte) (*box, error) {
	if len(key) != chacha20poly1305.KeySize {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrWrongKey, len(key))
	}
	seal, err := hkdf.Key(sha256.New, key, nil, "indagor cache values", chacha20poly1305.KeySize)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	index, err := hkdf.Key(sha256.New, key, nil, "indagor cache keys", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	aead, err := chacha20poly1305.NewX(seal)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	return &box{aead, index}, nil
}

// keySize is the length of a hidden key: 128 bits never meet by chance.
const keySize = 16

// key is the key under which a name stands in a place.
func (b *box) key(place, name string) []byte {
	h := hmac.New(sha256.New, b.index)
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(place))))
	h.Write([]byte(place))
	h.Write([]byte(name))
	return h.Sum(nil)[:keySize]
}

// bound is the additional data of a value: version of the format, place and
// key, so that no value passes for another.
func bound(place string, key []byte) []byte {
	b := append(make([]byte, 0, len(magic)+4+len(place)+len(key)), magic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(place)))
	return append(append(b, place...), key...)
}

// seal gives magic, nonce and sealed value.
func (b *box) seal(value []byte, place string, key []byte) []byte {
	out := make([]byte, len(magic)+chacha20poly1305.NonceSizeX, len(magic)+chacha20poly1305.NonceSizeX+len(value)+chacha20poly1305.Overhead)
	copy(out, magic)
	nonce := out[len(magic):]
	rand.Read(nonce)
	return b.aead.Seal(out, nonce, value, bound(place, key))
}

// open gives the value, or ErrDamaged.
func (b *box) open(sealed []byte, place string, key []byte) ([]byte, error) {
	const head = len(magic) + chacha20poly1305.NonceSizeX
	if len(sealed) < head+chacha20poly1305.Overhead || string(sealed[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: no value of ours", ErrDamaged)
	}
	v, err := b.aead.Open(nil, sealed[len(magic):head], sealed[head:], bound(place, key))
	if err != nil {
		return nil, fmt.Errorf("%w: a value was changed", ErrDamaged)
	}
	return v, nil
}
