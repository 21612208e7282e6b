package desk

import (
	"errors"

	"indagor/sync/cache"
	"indagor/sync/client"
	"indagor/sync/device"
)

// Errors that are states of the desktop, not refusals of the server: they have
// no code of package app.
var (
	ErrUnreachable   = client.ErrUnreachable      // in the chain wherever the server was not reached
	ErrAddress       = client.ErrAddress          // the server's address cannot be used
	ErrNoKeyring     = device.ErrNoKeyring        // no keyring, and no passphrase to fall back to
	ErrKeyringLocked = device.ErrKeyringLocked    // the keyring is to be unlocked first
	ErrKeyDamaged    = device.ErrDamaged          // the key is no key
	ErrCopyInUse     = cache.ErrInUse             // the desktop already runs on this profile
	ErrCopyKey       = cache.ErrWrongKey          // the copy was sealed with another key
	ErrCopyDamaged   = cache.ErrDamaged           // the copy is damaged
	ErrLocked        = errors.New("desk: locked") // the screen is locked: Unlock first
)

// Need says why a passphrase is asked for.
type Need = device.Need

// Reason says why the server was not reached.
type Reason = client.Reason

// Reference is the name of a failed call in the server's log; "" where there
// is none.
func Reference(err error) string { return client.Reference(err) }

// ReasonOf says why the server was not reached; "" where err is something
// else.
func ReasonOf(err error) Reason {
	if u, ok := errors.AsType[*client.Unreachable](err); ok {
		return u.Reason
	}
	return ""
}
