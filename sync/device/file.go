package device

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// Need says why a passphrase is asked for.
type Need string

// The needs.
const (
	NeedNew    Need = "new"    // there is no keyring: a passphrase is chosen for a key file
	NeedLonger Need = "longer" // the one chosen is shorter than MinPassphrase
	NeedOpen   Need = "open"   // the key file is to be opened
	NeedAgain  Need = "again"  // it was not that one
)

// MinPassphrase is the least length of a passphrase, in characters: unlike a
// password it can be tried at leisure by whoever has the file.
const MinPassphrase = 12

// Parameters of Argon2id (RFC 9106 §4, second recommended option).
const (
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 4
)

// keyFile is the file of both keys, for machines without a keyring:
//
//	magic 8 | time 4 | memory 4 | threads 1 | salt 16 | nonce 24 | sealed 64+16
//
// Numbers are big-endian. The sealing is XChaCha20-Poly1305 under Argon2id of
// the passphrase; all that stands before it, and the server, are its
// additional data.
type keyFile struct {
	path   string
	server string
}

const (
	fileMagic  = "INDAGOR\x01"
	headSize   = 8 + 4 + 4 + 1 + 16
	fileSize   = headSize + chacha20poly1305.NonceSizeX + 64 + chacha20poly1305.Overhead
	maxTime    = 64
	maxMemory  = 1 << 20 // KiB, 1 GiB
	maxThreads = 64
)

func (f keyFile) exists() (bool, error) {
	_, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("device: %w", err)
	}
	return true, nil
}

// open opens the file, or makes it; it asks until the passphrase is right or
// the asking fails.
func (f keyFile) open(ctx context.Context, ask func(context.Context, Need) (string, error)) (keys, error) {
	if ask == nil {
		return keys{}, fmt.Errorf("%w: the key file needs its passphrase", ErrNoKeyring)
	}
	raw, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return f.create(ctx, ask)
	}
	if err != nil {
		return keys{}, fmt.Errorf("device: %w", err)
	}
	for need := NeedOpen; ; need = NeedAgain {
		passphrase, err := ask(ctx, need)
		if err != nil {
			return keys{}, err
		}
		k, ok, err := f.unseal(raw, passphrase)
		if err != nil || ok {
			return k, err
		}
	}
}

func (f keyFile) create(ctx context.Context, ask func(context.Context, Need) (string, error)) (keys, error) {
	passphrase := ""
	for need := NeedNew; utf8.RuneCountInString(passphrase) < MinPassphrase; need = NeedLonger {
		var err error
		if passphrase, err = ask(ctx, need); err != nil {
			return keys{}, err
		}
	}
	var k keys
	var err error
	if k.device, err = newDeviceKey(); err != nil {
		return keys{}, err
	}
	if k.data, err = newDataKey(); err != nil {
		return keys{}, err
	}
	raw, err := f.seal(k, passphrase)
	if err != nil {
		return keys{}, err
	}
	if err := writeSecret(f.path, raw); err != nil {
		return keys{}, fmt.Errorf("device: %w", err)
	}
	return k, nil
}

func (f keyFile) seal(k keys, passphrase string) ([]byte, error) {
	var random [16 + chacha20poly1305.NonceSizeX]byte
	rand.Read(random[:])
	b := make([]byte, 0, fileSize)
	b = append(b, fileMagic...)
	b = binary.BigEndian.AppendUint32(b, argonTime)
	b = binary.BigEndian.AppendUint32(b, argonMemory)
	b = append(b, argonThreads)
	b = append(b, random[:16]...)
	head := bytes.Clone(b)
	aead, err := chacha20poly1305.NewX(argon2.IDKey([]byte(passphrase), random[:16], argonTime, argonMemory, argonThreads, 32))
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	nonce := random[16:]
	b = append(b, nonce...)
	return aead.Seal(b, nonce, append(bytes.Clone(k.device), k.data...), append(head, f.server...)), nil
}

// unseal opens the file; ok is false for another passphrase.
func (f keyFile) unseal(raw []byte, passphrase string) (k keys, ok bool, err error) {
	if len(raw) != fileSize || string(raw[:8]) != fileMagic {
		return keys{}, false, ErrDamaged
	}
	time := binary.BigEndian.Uint32(raw[8:])
	memory := binary.BigEndian.Uint32(raw[12:])
	threads := raw[16]
	if time < 1 || time > maxTime || memory < 8 || memory > maxMemory || threads < 1 || threads > maxThreads {
		return keys{}, false, ErrDamaged
	}
	aead, err := chacha20poly1305.NewX(argon2.IDKey([]byte(passphrase), raw[17:headSize], time, memory, threads, 32))
	if err != nil {
		return keys{}, false, fmt.Errorf("device: %w", err)
	}
	nonce, sealed := raw[headSize:headSize+chacha20poly1305.NonceSizeX], raw[headSize+chacha20poly1305.NonceSizeX:]
	plain, err := aead.Open(nil, nonce, sealed, append(bytes.Clone(raw[:headSize]), f.server...))
	if err != nil {
		return keys{}, false, nil
	}
	return keys{device: plain[:32], data: plain[32:]}, true, nil
}

// writeSecret writes a file that only its owner reads, whole or not at all.
func writeSecret(path string, content []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	t, err := os.CreateTemp(dir, ".key-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(t.Name()) // fails when it was renamed, as it should
	if _, err := t.Write(content); err != nil {
		t.Close()
		return err
	}
	if err := t.Sync(); err != nil {
		t.Close()
		return err
	}
	if err := t.Close(); err != nil {
		return err
	}
	return os.Rename(t.Name(), path)
}
