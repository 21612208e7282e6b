package evidence

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Key is the Ed25519 key that signs the checkpoints.
type Key struct {
	signer   note.Signer
	verifier note.Verifier
	public   string
}

// OpenKey reads the key from the file, which holds on one line the private key
// as package note writes it. Where there is no file and create is set it makes
// a key with the name, which may hold neither spaces nor "+", and writes the
// file, readable by its owner only.
func OpenKey(path, name string, create bool) (*Key, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		private, _, err := note.GenerateKey(rand.Reader, name)
		if err != nil {
			return nil, fmt.Errorf("evidence: %w", err)
		}
		if b = []byte(private + "\n"); strings.ContainsAny(private, " \n") {
			return nil, errors.New("evidence: the name of the key has a space")
		}
		if err := writeNew(path, b); err != nil {
			return nil, fmt.Errorf("evidence: %w", err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return parseKey(string(bytes.TrimSpace(b)))
}

func parseKey(private string) (*Key, error) {
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, errors.New("evidence: the file holds no key for signing")
	}
	public, err := publicOf(private)
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return &Key{signer, verifier, public}, nil
}

// publicOf makes the verifier key from a private key that is known to be good:
// PRIVATE+KEY+<name>+<hash>+<base64 of the algorithm's byte and the seed>.
func publicOf(private string) (string, error) {
	parts := strings.SplitN(private, "+", 5)
	seed, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(parts) != 5 || len(seed) != 1+ed25519.SeedSize {
		return "", errors.New("evidence: the file holds no key for signing")
	}
	return note.NewEd25519VerifierKey(parts[2], ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey))
}

// Public is the verifier key, the text that an inspector needs.
func (k *Key) Public() string { return k.public }

// writeNew writes a file that does not exist yet and waits for the disk.
func writeNew(path string, b []byte) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(path)
		}
	}()
	if _, err := f.Write(b); err != nil {
		f.Close()
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync() // not every system can
		dir.Close()
	}
	return nil
}
