package pdnd

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"runtime"
)

// LoadKey reads an RSA private key of at least 2048 bits from a PEM file, as
// PKCS#8 or PKCS#1, not encrypted. warning, if not empty, says that others on
// the machine may read the file.
func LoadKey(path string) (key *rsa.PrivateKey, warning string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", fmt.Errorf("pdnd: key: %w", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("pdnd: key: %w", err)
	}
	key, err = ParseKey(data)
	if err != nil {
		return nil, "", fmt.Errorf("%w (file %s)", err, path)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o037 != 0 {
		warning = fmt.Sprintf("key file %s has mode %04o: others may read it, 0600 or 0640 is enough", path, mode)
	}
	return key, warning, nil
}

// ParseKey reads the first private key of a PEM text. See [LoadKey]. Its
// errors never hold key material.
func ParseKey(data []byte) (*rsa.PrivateKey, error) {
	for {
		var block *pem.Block
		block, data = pem.Decode(data)
		if block == nil {
			return nil, errors.New("pdnd: key: no private key in PEM form")
		}
		var parsed any
		var err error
		switch {
		case block.Type == "ENCRYPTED PRIVATE KEY", block.Headers["DEK-Info"] != "":
			return nil, errors.New("pdnd: key: the key is encrypted, it must be stored in the clear and protected by the mode of its file")
		case block.Type == "PRIVATE KEY":
			parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case block.Type == "RSA PRIVATE KEY":
			parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		default:
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("pdnd: key: unreadable %s", block.Type)
		}
		key, ok := parsed.(*rsa.PrivateKey)
		switch {
		case !ok:
			return nil, fmt.Errorf("pdnd: key: %T is not an RSA key", parsed)
		case key.N.BitLen() < minKeyBits:
			return nil, fmt.Errorf("pdnd: key: %d bits, fewer than %d", key.N.BitLen(), minKeyBits)
		}
		return key, nil
	}
}
