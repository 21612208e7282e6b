// Package vault seals what is kept at rest (answers of the register, lists and
// their results) with a data key from a file, and makes marks: values under
// which the same person is found again without being named.
//
// The file holds every data key that was ever used, so that what an older key
// sealed still opens, and one key for marks, which never changes, since marks
// are compared over the years. A copy of the database without the file tells
// nothing.
package vault

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// What is sealed is: "IGRV" and the version 1; 8 bytes id of the data key; 24
// bytes nonce; XChaCha20-Poly1305 of the plaintext. The additional data are
// all before the nonce, then the caller's.
const (
	magic      = "IGRV\x01"
	idSize     = 8
	headerSize = len(magic) + idSize
	// Overhead is how much longer than the plaintext a sealed value is, in bytes.
	Overhead = headerSize + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead
)

// The errors of Unseal. They never tell anything of the value.
var (
	ErrForm = errors.New("vault: not a sealed value")
	ErrKey  = errors.New("vault: sealed with a key that the file does not hold")
	ErrSeal = errors.New("vault: the sealed value was altered or belongs elsewhere")
)

// Vault seals and opens. It may be used by many goroutines; several programs
// may use one file, and only one at a time may rotate it.
type Vault struct {
	path string

	mu   sync.RWMutex
	keys keys
}

// keys is what the file holds.
type keys struct {
	mark  [32]byte
	data  map[[idSize]byte][]byte
	order [][idSize]byte // oldest first; the last one seals
}

// Open reads the vault's file; where there is none and create is set it makes
// it, readable by its owner only. On Unix it refuses a file that others can
// read.
func Open(path string, create bool) (*Vault, error) {
	v := &Vault{path: path}
	err := v.load()
	if errors.Is(err, fs.ErrNotExist) && create {
		fresh := keys{data: map[[idSize]byte][]byte{}}
		rand.Read(fresh.mark[:])
		fresh.add()
		// Link, not rename: of two programs that start at once one makes the
		// file and the other reads it.
		if err := write(path, fresh.text(), false); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("vault: %w", err)
		}
		err = v.load()
	}
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return v, nil
}

// Seal seals the plaintext. aad says where the value belongs (table, column,
// id): the same must be given to Unseal.
func (v *Vault) Seal(plaintext, aad []byte) []byte {
	v.mu.RLock()
	id := v.keys.order[len(v.keys.order)-1]
	key := v.keys.data[id]
	v.mu.RUnlock()
	out := make([]byte, 0, Overhead+len(plaintext))
	out = append(append(out, magic...), id[:]...)
	extra := additional(out, aad)
	var nonce [chacha20poly1305.NonceSizeX]byte
	rand.Read(nonce[:])
	out = append(out, nonce[:]...)
	return cipherOf(key).Seal(out, nonce[:], plaintext, extra)
}

// Unseal opens what Seal made with the same aad, whichever of the file's keys
// it was. The errors are ErrForm, ErrKey and ErrSeal.
func (v *Vault) Unseal(sealed, aad []byte) ([]byte, error) {
	if len(sealed) < Overhead || string(sealed[:len(magic)]) != magic {
		return nil, ErrForm
	}
	id := [idSize]byte(sealed[len(magic):headerSize])
	key := v.key(id)
	if key == nil {
		// Another program may have rotated the file.
		if err := v.load(); err != nil {
			return nil, fmt.Errorf("vault: %w", err)
		}
		if key = v.key(id); key == nil {
			return nil, ErrKey
		}
	}
	rest := sealed[headerSize:]
	out, err := cipherOf(key).Open(nil, rest[:chacha20poly1305.NonceSizeX], rest[chacha20poly1305.NonceSizeX:],
		additional(sealed[:headerSize:headerSize], aad))
	if err != nil {
		return nil, ErrSeal
	}
	return out, nil
}

// Rotate adds a fresh data key, which seals from now on.
func (v *Vault) Rotate() error {
	if err := v.load(); err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	id := v.keys.add()
	if err := write(v.path, v.keys.text(), true); err != nil {
		delete(v.keys.data, id)
		v.keys.order = v.keys.order[:len(v.keys.order)-1]
		return fmt.Errorf("vault: %w", err)
	}
	return nil
}

// Stale reports whether the value was sealed with another key than the one
// that seals now, and should be sealed again.
func (v *Vault) Stale(sealed []byte) bool {
	if len(sealed) < headerSize {
		return true
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	id := v.keys.order[len(v.keys.order)-1]
	return string(sealed[:headerSize]) != magic+string(id[:])
}

// Mark is a value under which the same thing is found again, for one purpose:
// HMAC-SHA256 with a key derived for the purpose (HKDF, RFC 5869), as 52
// small letters and digits. Marks of different purposes cannot be compared.
func (v *Vault) Mark(purpose string, value []byte) string {
	v.mu.RLock()
	mark := v.keys.mark
	v.mu.RUnlock()
	key, err := hkdf.Key(sha256.New, mark[:], nil, "indagor mark "+purpose, sha256.Size)
	if err != nil {
		panic(err) // only for a length that is a constant here
	}
	h := hmac.New(sha256.New, key)
	h.Write(value)
	return markEncoding.EncodeToString(h.Sum(nil))
}

var markEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func (v *Vault) key(id [idSize]byte) []byte {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.keys.data[id]
}

// additional puts the header and the caller's data together; the header has a
// fixed length, so no two pairs give the same bytes.
func additional(header, aad []byte) []byte {
	out := make([]byte, 0, len(header)+len(aad))
	return append(append(out, header...), aad...)
}

func cipherOf(key []byte) interface {
	Seal(dst, nonce, plaintext, additionalData []byte) []byte
	Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error)
} {
	c, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // parse and add make keys of the right length only
	}
	return c
}

// firstLine is the first line of the file. After it come "mark <base64>" and,
// oldest first, "data <id in hexadecimal> <base64>".
const firstLine = "indagor vault 1"

func (k *keys) add() [idSize]byte {
	var id [idSize]byte
	key := make([]byte, chacha20poly1305.KeySize)
	rand.Read(id[:])
	rand.Read(key)
	k.data[id] = key
	k.order = append(k.order, id)
	return id
}

func (k *keys) text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nmark %s\n", firstLine, base64.StdEncoding.EncodeToString(k.mark[:]))
	for _, id := range k.order {
		fmt.Fprintf(&b, "data %x %s\n", id, base64.StdEncoding.EncodeToString(k.data[id]))
	}
	return []byte(b.String())
}

var errFile = errors.New("the file does not hold the keys of a vault")

func parse(text string) (keys, error) {
	k := keys{data: map[[idSize]byte][]byte{}}
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	if len(lines) < 3 || lines[0] != firstLine {
		return k, errFile
	}
	mark, ok := strings.CutPrefix(lines[1], "mark ")
	b, err := base64.StdEncoding.DecodeString(mark)
	if !ok || err != nil || len(b) != len(k.mark) {
		return k, errFile
	}
	copy(k.mark[:], b)
	for _, line := range lines[2:] {
		parts := strings.Split(line, " ")
		if len(parts) != 3 || parts[0] != "data" {
			return k, errFile
		}
		id, err1 := hex.DecodeString(parts[1])
		key, err2 := base64.StdEncoding.DecodeString(parts[2])
		if err1 != nil || err2 != nil || len(id) != idSize || len(key) != chacha20poly1305.KeySize || k.data[[idSize]byte(id)] != nil {
			return k, errFile
		}
		k.data[[idSize]byte(id)] = key
		k.order = append(k.order, [idSize]byte(id))
	}
	return k, nil
}

func (v *Vault) load() error {
	b, err := os.ReadFile(v.path)
	if err != nil {
		return err
	}
	if info, err := os.Stat(v.path); err != nil {
		return err
	} else if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others may read %s; its mode must be 0600", v.path)
	}
	k, err := parse(string(b))
	if err != nil {
		return err
	}
	v.mu.Lock()
	v.keys = k
	v.mu.Unlock()
	return nil
}

// write writes the whole file beside, waits for the disk and puts it in place;
// without over it refuses to replace another one.
func write(path string, text []byte, over bool) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already where it was renamed
	_, werr := f.Write(text)
	if err := errors.Join(werr, f.Sync(), f.Close()); err != nil {
		return err
	}
	if over {
		err = os.Rename(f.Name(), path)
	} else {
		err = os.Link(f.Name(), path)
	}
	if err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync() // not every system can
		dir.Close()
	}
	return nil
}
