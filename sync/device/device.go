package device

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"indagor/sync/proof"
)

// The errors of Open that a person can mend.
var (
	ErrNoKeyring     = errors.New("device: this machine has no keyring that works")
	ErrKeyringLocked = errors.New("device: the keyring is locked")
	ErrDamaged       = errors.New("device: what the keyring or the key file holds is no key of ours")
)

// Options say whose keys to open.
type Options struct {
	Server     string // address of the server, as client.Address gives it
	ProfileDir string // folder of the desktop's profile, where a key file would stand

	// Passphrase asks the person for the passphrase of the key file, and says
	// why it is needed. It is the visible fallback of a machine without a
	// keyring: where it is nil there is none, and Open gives ErrNoKeyring. Its
	// error ends Open.
	Passphrase func(context.Context, Need) (string, error)

	// KeyFile takes the key file even where there is a keyring: for a person
	// who cannot unlock his.
	KeyFile bool

	Ring    Ring    // nil for the operating system's
	Machine Machine // its zero for this machine
}

// Place is where the keys stand.
type Place string

// The places.
const (
	PlaceKeyring Place = "keyring"
	PlaceFile    Place = "file"
)

// Device is an opened workstation. It may be used by several goroutines.
type Device struct {
	signer  *proof.Signer
	data    []byte
	place   Place
	machine Machine
}

// Open opens the workstation's keys, and makes them the first time.
//
// A key file that is there is used; else the keyring; else, if there is a
// Passphrase to ask for, a new key file. A keyring that is there but locked is
// never passed over, since the workstation's registered key may be in it:
// Open gives ErrKeyringLocked. Unlocking may show a dialog of the system; when
// ctx ends first, Open does too.
func Open(ctx context.Context, o Options) (*Device, error) {
	if o.Server == "" || o.ProfileDir == "" {
		return nil, errors.New("device: server and profile folder are needed")
	}
	dir, err := filepath.Abs(o.ProfileDir)
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	o.ProfileDir = dir
	if o.Ring == nil {
		o.Ring = systemRing{}
	}
	o.Machine = o.Machine.or(This())

	file := keyFile{path: filepath.Join(dir, "device-"+short(o.Server)+".key"), server: o.Server}
	there, err := file.exists()
	if err != nil {
		return nil, err
	}
	var k keys
	place := PlaceKeyring
	if there || o.KeyFile {
		place = PlaceFile
		k, err = file.open(ctx, o.Passphrase)
	} else {
		k, err = openRing(ctx, o)
		if errors.Is(err, ErrNoKeyring) && o.Passphrase != nil {
			place = PlaceFile
			k, err = file.open(ctx, o.Passphrase)
		}
	}
	if err != nil {
		return nil, err
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), k.device)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	s, err := proof.NewSigner(private)
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	return &Device{signer: s, data: k.data, place: place, machine: o.Machine}, nil
}

// Signer makes the proofs of this workstation.
func (d *Device) Signer() *proof.Signer { return d.signer }

// DataKey is a copy of the 32-byte key of the desktop's encrypted copy.
func (d *Device) DataKey() []byte { return slices.Clone(d.data) }

// Code is the comparison code of the workstation's key.
func (d *Device) Code() string { return proof.ComparisonCode(d.signer.Thumbprint()) }

// Place says where the keys stand, for the person to see.
func (d *Device) Place() Place { return d.place }

// keys are the two secrets, 32 bytes each.
type keys struct {
	device []byte // scalar of the P-256 key, big-endian
	data   []byte
}

func newDeviceKey() ([]byte, error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	return k.Bytes()
}

func newDataKey() ([]byte, error) {
	b := make([]byte, 32)
	rand.Read(b)
	return b, nil
}

// openRing reads both keys from the keyring, making what is not there.
func openRing(ctx context.Context, o Options) (keys, error) {
	type result struct {
		keys keys
		err  error
	}
	done := make(chan result, 1)
	go func() { // keyrings know no context, and may wait for a person
		var r result
		if r.keys.device, r.err = ringKey(o.Ring, account("device", o), newDeviceKey); r.err == nil {
			r.keys.data, r.err = ringKey(o.Ring, account("data", o), newDataKey)
		}
		done <- r
	}()
	select {
	case r := <-done:
		return r.keys, r.err
	case <-ctx.Done():
		return keys{}, fmt.Errorf("device: keyring: %w", ctx.Err())
	}
}

// ringKey reads a key, or makes and keeps it. What was kept is read again: a
// keyring that only says that it kept it would give another workstation at
// every start.
func ringKey(r Ring, account string, generate func() ([]byte, error)) ([]byte, error) {
	text, err := r.Get(account)
	if errors.Is(err, ErrNotKept) {
		fresh, err := generate()
		if err != nil {
			return nil, err
		}
		if err := r.Set(account, base64.RawStdEncoding.EncodeToString(fresh)); err != nil {
			return nil, classify(err)
		}
		if text, err = r.Get(account); err != nil {
			return nil, classify(err)
		}
	} else if err != nil {
		return nil, classify(err)
	}
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(b) != 32 {
		return nil, ErrDamaged
	}
	return b, nil
}

// account names a secret in the keyring: readable for whoever looks into it,
// and bounded, since Windows takes 513 characters.
func account(what string, o Options) string {
	server := o.Server
	if len(server) > 200 {
		server = server[:200]
	}
	return what + " " + server + " " + short(o.Server+"\x00"+o.ProfileDir)
}

func short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
