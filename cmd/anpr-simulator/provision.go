package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"indagor/cmd/anpr-simulator/sim"

	"github.com/google/uuid"
	"github.com/pelletier/go-toml/v2"
)

type provisionCommand struct {
	Dir           string `help:"Where the files go." required:"" type:"path"`
	BaseURL       string `help:"Where the simulator will answer." default:"http://127.0.0.1:8091" name:"base-url"`
	ClientID      string `help:"Id of the client; a new one when empty." name:"client-id"`
	KeyID         string `help:"kid of the key." default:"demo-key-1" name:"key-id"`
	AudienceHost  string `help:"Scheme and host in the aud of the e-services." default:"https://modipa-val.anpr.interno.it"`
	TokenAudience string `help:"aud of the client assertion." default:"auth.uat.interop.pagopa.it/client-assertion"`
}

// The files that provision writes.
const (
	keyFile     = "client.key"
	clientsFile = "clients.json"
	configFile  = "anpr.toml"
)

// serverConfig is the part of a server's configuration that concerns ANPR.
type serverConfig struct {
	ANPR struct {
		TokenURL      string              `toml:"token_url"`
		TokenAudience string              `toml:"token_audience"`
		ClientID      string              `toml:"client_id"`
		KeyFile       string              `toml:"key_file"`
		KeyID         string              `toml:"key_id"`
		EServices     map[string]eservice `toml:"eservices"`
	} `toml:"anpr"`
}

type eservice struct {
	URL       string `toml:"url"`
	Audience  string `toml:"audience"`
	PurposeID string `toml:"purpose_id"`
}

func (c *provisionCommand) Run(con *console) error {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	key, err := writeKey(filepath.Join(c.Dir, keyFile))
	if err != nil {
		return err
	}
	id := c.ClientID
	if id == "" {
		id = uuid.NewString()
	}
	base := strings.TrimRight(c.BaseURL, "/")
	client := sim.Client{ID: id, Keys: map[string]*rsa.PublicKey{c.KeyID: &key.PublicKey}, Purposes: make(map[string]string)}
	var config serverConfig
	a := &config.ANPR
	a.TokenURL, a.TokenAudience = base+"/token.oauth2", c.TokenAudience
	a.ClientID, a.KeyID = id, c.KeyID
	a.KeyFile = filepath.Join(c.Dir, keyFile)
	a.EServices = make(map[string]eservice)
	for _, code := range sim.Services() {
		purpose := uuid.NewString()
		client.Purposes[purpose] = code
		a.EServices[code] = eservice{base + sim.Path(code), sim.Audience(c.AudienceHost, code), purpose}
	}
	if err := sim.WriteClients(filepath.Join(c.Dir, clientsFile), []sim.Client{client}); err != nil {
		return err
	}
	text, err := toml.Marshal(config)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Dir, configFile), text, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "client %s in %s: %s, %s, %s\n", id, c.Dir, keyFile, clientsFile, configFile)
	return nil
}

type keygenCommand struct {
	Out  string `help:"File of the private key, PEM PKCS#8; the public one goes beside it with .pub." required:"" type:"path"`
	Bits int    `help:"Length of the key." default:"2048"`
}

func (c *keygenCommand) Run(con *console) error {
	if c.Bits < 2048 {
		return fmt.Errorf("a key of %d bits is too short: PDND wants 2048", c.Bits)
	}
	key, err := rsa.GenerateKey(rand.Reader, c.Bits)
	if err != nil {
		return err
	}
	if err := savePrivate(c.Out, key); err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	if err := os.WriteFile(c.Out+".pub", public, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "wrote %s and %s.pub\n", c.Out, c.Out)
	return nil
}

// writeKey makes a key and saves its private half.
func writeKey(path string) (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return key, savePrivate(path, key)
}

func savePrivate(path string, key *rsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

type castCommand struct{}

func (c *castCommand) Run(con *console) error {
	enc := json.NewEncoder(con.out)
	enc.SetIndent("", "  ")
	return enc.Encode(sim.Cast())
}
