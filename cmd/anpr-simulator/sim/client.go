package sim

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// Client is one client of the PDND back office: the identity of a Comune.
type Client struct {
	// ID is the client id, a UUID.
	ID string
	// Keys are the public keys the Comune uploaded, by kid. RSA, 2048 bits
	// at least.
	Keys map[string]*rsa.PublicKey
	// Purposes maps a purpose id to the code of the one e-service it is for.
	Purposes map[string]string
}

// client is a Client with what PDND would add.
type client struct {
	Client
	consumer string // consumerId in the vouchers
}

func newClient(c Client) (*client, error) {
	if c.ID == "" {
		return nil, errors.New("sim: a client has no id")
	}
	for kid, key := range c.Keys {
		if key == nil || key.N.BitLen() < 2048 {
			return nil, fmt.Errorf("sim: client %s: key %q is missing or shorter than 2048 bits", c.ID, kid)
		}
	}
	for purpose, code := range c.Purposes {
		if serviceByCode(code) == nil {
			return nil, fmt.Errorf("sim: client %s: purpose %s is for %q, which is no known e-service", c.ID, purpose, code)
		}
	}
	return &client{Client: c, consumer: stableUUID("consumer", c.ID)}, nil
}

// clientsFile is the form of Client on disk.
type clientsFile struct {
	Clients []clientEntry `json:"clients"`
}

type clientEntry struct {
	ID       string            `json:"id"`
	Keys     map[string]string `json:"keys"`     // kid → PEM, PKIX public key
	Purposes map[string]string `json:"purposes"` // purpose id → code of e-service
}

// ReadClients reads a file of clients as WriteClients leaves it.
func ReadClients(path string) ([]Client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file clientsFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	clients := make([]Client, 0, len(file.Clients))
	for _, e := range file.Clients {
		c := Client{ID: e.ID, Keys: make(map[string]*rsa.PublicKey), Purposes: e.Purposes}
		for kid, text := range e.Keys {
			block, _ := pem.Decode([]byte(text))
			if block == nil {
				return nil, fmt.Errorf("%s: client %s: key %q is not PEM", path, e.ID, kid)
			}
			key, err := x509.ParsePKIXPublicKey(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("%s: client %s: key %q: %w", path, e.ID, kid, err)
			}
			public, ok := key.(*rsa.PublicKey)
			if !ok {
				return nil, fmt.Errorf("%s: client %s: key %q is not RSA", path, e.ID, kid)
			}
			c.Keys[kid] = public
		}
		clients = append(clients, c)
	}
	return clients, nil
}

// WriteClients writes clients to a file that only its owner may read.
func WriteClients(path string, clients []Client) error {
	var file clientsFile
	for _, c := range clients {
		e := clientEntry{ID: c.ID, Keys: make(map[string]string), Purposes: c.Purposes}
		for kid, key := range c.Keys {
			der, err := x509.MarshalPKIXPublicKey(key)
			if err != nil {
				return err
			}
			e.Keys[kid] = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		}
		file.Clients = append(file.Clients, e)
	}
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}
