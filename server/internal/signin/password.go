package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"indagor/app"
)

// Cost is how dear a guess is (RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost is the second recommended choice of RFC 9106: 64 MiB, 3 passes.
var DefaultCost = Cost{Memory: 64 << 10, Time: 3, Threads: 4}

// Hasher makes and checks argon2id hashes in the PHC string form, no more at
// once than there are cores, since each takes its memory.
type Hasher struct {
	cost  Cost
	slots chan struct{}
	dummy string
}

// NewHasher returns a Hasher that makes hashes of the cost; it checks hashes
// of any cost.
func NewHasher(cost Cost) *Hasher {
	h := &Hasher{cost: cost, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	h.dummy = h.sum([]byte(app.NewSecret(20)), cost)
	return h
}

func (h *Hasher) sum(password []byte, c Cost) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	key := argon2.IDKey(password, salt, c.Time, c.Memory, c.Threads, 32)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func (h *Hasher) slot(ctx context.Context) (release func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Hash returns the PHC string of the password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	release, err := h.slot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return h.sum([]byte(password), h.cost), nil
}

// Check reports whether the password is that of the hash, and whether the hash
// is cheaper than those made now and should be made again. An empty hash costs
// as much as another and never agrees, so that the time taken does not tell
// whether a user exists.
func (h *Hasher) Check(ctx context.Context, hash, password string) (ok, stale bool, err error) {
	release, err := h.slot(ctx)
	if err != nil {
		return false, false, err
	}
	defer release()
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	c, salt, want, err := parsePHC(hash)
	if err != nil {
		return false, false, err
	}
	got := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, uint32(len(want)))
	same := subtle.ConstantTimeCompare(got, want) == 1
	return same && known, c != h.cost, nil
}

func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return c, nil, nil, fmt.Errorf("signin: not an argon2id hash")
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return c, nil, nil, fmt.Errorf("signin: argon2 version of the hash is not known")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil {
		return c, nil, nil, fmt.Errorf("signin: parameters of the hash: %w", err)
	}
	if c.Time == 0 || c.Threads == 0 || c.Memory > 1<<20 {
		return c, nil, nil, fmt.Errorf("signin: parameters of the hash out of range")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, fmt.Errorf("signin: salt of the hash: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) < 16 {
		return c, nil, nil, fmt.Errorf("signin: key of the hash is not valid")
	}
	return c, salt, key, nil
}

// checkNew refuses a password that the policy does not admit: too short, or
// made of the user's own name.
func (p Policy) checkNew(u app.User, password string) error {
	weak := app.E(app.CodePasswordWeak, "least", fmt.Sprint(p.MinLength)).At("new")
	if utf8.RuneCountInString(password) < p.MinLength {
		return weak
	}
	lower := strings.ToLower(password)
	for _, own := range []string{u.Username, u.Surname, u.FiscalCode} {
		if len(own) >= 4 && strings.Contains(lower, strings.ToLower(own)) {
			return weak
		}
	}
	distinct := map[rune]bool{}
	for _, r := range lower {
		distinct[r] = true
	}
	if len(distinct) < 5 {
		return weak
	}
	return nil
}
