package app

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
)

// ID names a thing for ever. It is 128 random bits as 26 lower-case letters
// and digits: random rather than sequential, so that an id never tells how
// many others were made before it, or when.
type ID string

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID returns a fresh ID.
func NewID() ID {
	var b [16]byte
	rand.Read(b[:])
	return ID(idEncoding.EncodeToString(b[:]))
}

// Valid reports whether the id has the form that NewID gives.
func (id ID) Valid() bool {
	if len(id) != 26 {
		return false
	}
	for i := 0; i < len(id); i++ {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// HashSecret is the form in which tokens and secrets that NewSecret made are
// kept, to be recognised and never shown: SHA-256, hexadecimal. Passwords are
// another matter.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// NewSecret returns n random bytes as text fit for headers and links.
func NewSecret(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return idEncoding.EncodeToString(b)
}
