package device

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zalando/go-keyring"
)

// Service is the name under which our secrets stand in the keyring.
const Service = "indagor"

// ErrNotKept is what a Ring gives for an account that it does not hold.
var ErrNotKept = errors.New("device: not in the keyring")

// Ring is a keyring. Its secrets are short texts.
type Ring interface {
	Get(account string) (string, error) // ErrNotKept where it holds none
	Set(account, secret string) error
}

// systemRing is the operating system's: Credential Manager on Windows, the
// Secret Service on Linux.
type systemRing struct{}

func (systemRing) Get(account string) (string, error) {
	s, err := keyring.Get(Service, account)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNotKept
	}
	return s, err
}

func (systemRing) Set(account, secret string) error {
	return keyring.Set(Service, account, secret)
}

// classify tells a keyring that is locked from one that is not there. The
// library's errors have no types: a locked collection is the one whose
// unlocking the person (or the absence of anybody to ask) refused; anything
// else, no session bus, no service on it, no support, is as good as none.
func classify(err error) error {
	s := strings.ToLower(err.Error())
	if strings.Contains(s, "failed to unlock") || strings.Contains(s, "islocked") || strings.Contains(s, "is locked") {
		return fmt.Errorf("%w: %w", ErrKeyringLocked, err)
	}
	return fmt.Errorf("%w: %w", ErrNoKeyring, err)
}
