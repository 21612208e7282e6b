package pdnd

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"sync"
)

// chance draws the ids of tokens.
type chance struct {
	mu sync.Mutex // guards a source that is not ours
	r  io.Reader  // nil: crypto/rand
}

func (c *chance) read(b []byte) error {
	if c.r == nil {
		rand.Read(b) // never fails
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := io.ReadFull(c.r, b); err != nil {
		return fmt.Errorf("pdnd: randomness: %w", err)
	}
	return nil
}

// uuid draws a version 4 UUID (RFC 9562).
func (c *chance) uuid() (string, error) {
	var raw [16]byte
	if err := c.read(raw[:]); err != nil {
		return "", err
	}
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80
	var b [36]byte
	hex.Encode(b[:8], raw[:4])
	hex.Encode(b[9:13], raw[4:6])
	hex.Encode(b[14:18], raw[6:8])
	hex.Encode(b[19:23], raw[8:10])
	hex.Encode(b[24:], raw[10:])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:]), nil
}

// dnonce draws a number of 13 digits (AUDIT_REST_02).
func (c *chance) dnonce() (string, error) {
	var raw [8]byte
	if err := c.read(raw[:]); err != nil {
		return "", err
	}
	const low, count = 1_000_000_000_000, 9_000_000_000_000
	return strconv.FormatUint(low+binary.BigEndian.Uint64(raw[:])%count, 10), nil
}
