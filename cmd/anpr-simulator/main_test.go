package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indagor/cmd/anpr-simulator/sim"

	"github.com/pelletier/go-toml/v2"
)

func TestProvisionAndServe(t *testing.T) {
	dir := t.TempDir()
	if err := run(t.Context(), []string{"provision", "--dir", dir, "--base-url", "http://127.0.0.1:9/"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	var config serverConfig
	text, err := os.ReadFile(filepath.Join(dir, configFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := toml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	a := config.ANPR
	if a.TokenURL != "http://127.0.0.1:9/token.oauth2" || len(a.EServices) != len(sim.Services()) {
		t.Errorf("configuration %+v", a)
	}
	clients, err := sim.ReadClients(filepath.Join(dir, clientsFile))
	if err != nil || len(clients) != 1 || clients[0].ID != a.ClientID {
		t.Fatalf("clients %+v, %v", clients, err)
	}
	for code, e := range a.EServices {
		if clients[0].Purposes[e.PurposeID] != code || e.URL != "http://127.0.0.1:9"+sim.Path(code) || strings.Contains(e.Audience, "-PDND") {
			t.Errorf("%s: %+v", code, e)
		}
	}
	raw, err := os.ReadFile(a.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(raw)
	if block == nil || block.Type != "PRIVATE KEY" {
		t.Fatal("the key is not PEM PKCS#8")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !clients[0].Keys[a.KeyID].Equal(key.(*rsa.PrivateKey).Public()) {
		t.Error("the clients file has another key")
	}

	journal := filepath.Join(dir, "journal.jsonl")
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{
			"serve", "--addr", "127.0.0.1:0", "--population", "1000", "--clients", filepath.Join(dir, clientsFile),
			"--journal", journal, "--control", "--quota", "100", "--quota", "C020=7", "--fault", "gw503:C021",
		}, in)
		in.Close()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("no line: %v", <-ended)
	}
	url, found := strings.CutPrefix(lines.Text(), "listening on ")
	if !found {
		t.Fatalf("first line %q", lines.Text())
	}
	go io.Copy(io.Discard, out)
	for path, want := range map[string]int{sim.StatusPath("C020"): 401, sim.StatusPath("C021"): 503, "/nowhere": 404, "/_sim/cast": 200} {
		answer, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, answer.StatusCode, want)
		}
		if limit := answer.Header.Get("X-RateLimit-Limit"); path == sim.StatusPath("C020") && limit != "7" {
			t.Errorf("quota of C020 is %s", limit)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stop: %v", err)
	}
	lineCount, err := os.ReadFile(journal)
	if err != nil || bytes.Count(lineCount, []byte("\n")) != 3 {
		t.Errorf("journal %q, %v", lineCount, err)
	}
}

func TestCommands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	if err := run(t.Context(), []string{"keygen", "--out", path}, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + ".pub"} {
		if raw, err := os.ReadFile(name); err != nil {
			t.Error(err)
		} else if block, _ := pem.Decode(raw); block == nil {
			t.Errorf("%s is not PEM", name)
		}
	}
	var out bytes.Buffer
	var cast []sim.Character
	if err := run(t.Context(), []string{"cast"}, &out); err != nil || json.Unmarshal(out.Bytes(), &cast) != nil || len(cast) == 0 {
		t.Errorf("cast: %v, %s", err, out.Bytes())
	}
	for _, bad := range [][]string{
		{"serve", "--fault", "fire"},
		{"serve", "--quota", "many"},
		{"serve", "--quota", "C999=1"},
		{"serve", "--tls-cert", "x"},
		{"serve", "--body", "999999"},
		{"serve", "--clients", path + ".none"},
		{"keygen", "--out", path, "--bits", "1024"},
		{"dance"},
	} {
		if err := run(t.Context(), bad, io.Discard); err == nil {
			t.Errorf("%v succeeds", bad)
		}
	}
}
