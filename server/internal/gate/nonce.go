package gate

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"
)

// nonces makes and recognises the server's nonces (RFC 9449 §8): a random
// serial and the time of its making under a key that this process alone has.
// After a restart no old nonce is good, and so no old proof.
type nonces struct {
	key  [32]byte
	life time.Duration
}

func newNonces(life time.Duration) *nonces {
	n := &nonces{life: life}
	rand.Read(n.key[:])
	return n
}

func (n *nonces) make(now time.Time) string {
	var b [8 + 8 + 16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixNano()))
	rand.Read(b[8:16])
	copy(b[16:], n.sum(b[:16]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (n *nonces) good(s string, now time.Time) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 32 || !hmac.Equal(b[16:], n.sum(b[:16])) {
		return false
	}
	age := now.Sub(time.Unix(0, int64(binary.BigEndian.Uint64(b[:8]))))
	return age >= -time.Second && age <= n.life
}

func (n *nonces) sum(b []byte) []byte {
	m := hmac.New(sha256.New, n.key[:])
	m.Write(b)
	return m.Sum(nil)[:16]
}

// replays remembers the ids of the proofs that were used, for as long as their
// nonces are good: two generations, each as long as a nonce lives.
type replays struct {
	mu         sync.Mutex
	young, old map[string]struct{}
	turned     time.Time
	life       time.Duration
}

func newReplays(life time.Duration) *replays {
	return &replays{young: map[string]struct{}{}, old: map[string]struct{}{}, life: life}
}

// fresh notes the id and reports whether it was not used before.
func (r *replays) fresh(id string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.turned) > r.life {
		if now.Sub(r.turned) > 2*r.life {
			r.old = map[string]struct{}{}
		} else {
			r.old = r.young
		}
		r.young, r.turned = map[string]struct{}{}, now
	}
	if _, used := r.young[id]; used {
		return false
	}
	if _, used := r.old[id]; used {
		return false
	}
	r.young[id] = struct{}{}
	return true
}
