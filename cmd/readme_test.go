package cmd_test

import (
	"encoding/base64"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"indagor/server"
	"indagor/sync/proof"
)

// block is the first fenced block of the README after a mark.
func block(t *testing.T, mark string) string {
	t.Helper()
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), mark)
	if !ok {
		t.Fatalf("the README has no %q", mark)
	}
	_, rest, _ = strings.Cut(rest, "```")
	_, rest, _ = strings.Cut(rest, "\n")
	text, _, ok := strings.Cut(rest, "```")
	if !ok || text == "" {
		t.Fatalf("the README has no block after %q", mark)
	}
	return text
}

func TestReadmeConfiguration(t *testing.T) {
	want, err := server.Default("/var/lib/indagor").Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if got := block(t, "<!-- config:"); strings.TrimSpace(got) != strings.TrimSpace(string(want)) {
		t.Errorf("the README's configuration is not the default one; it should be:\n%s", want)
	}
}

// The worked example is a proof that the server would accept.
func TestReadmeProof(t *testing.T) {
	compact := strings.ReplaceAll(block(t, "<!-- proof:"), "\n", "")
	c, err := proof.Verify(compact, time.Unix(1795680000, 0), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Matches("POST", "https://indagor.comune.example/v1/visure", "k3rqv5xw2o7yhtb4mzj6ucndsa7lgfpe5i2q3wxyz4abcdefghij"); err != nil {
		t.Error(err)
	}
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{c.Thumbprint, proof.ComparisonCode(c.Thumbprint), c.ID, c.Nonce, c.AccessHash} {
		if !strings.Contains(string(b), "`"+want+"`") && !strings.Contains(string(b), `"`+want+`"`) {
			t.Errorf("the README does not show %s", want)
		}
	}
	for i, name := range []string{"header ", "payload "} {
		part, err := base64.RawURLEncoding.DecodeString(strings.Split(compact, ".")[i])
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), string(part)) {
			t.Errorf("the %sof the proof is not the one shown", name)
		}
	}
}

// What the README calls a command of make is one.
func TestReadmeTargets(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("SKIPPED: make is not installed")
	}
	for _, target := range []string{"help", "demo", "journey", "test", "lint", "fmt", "bench", "fuzz", "server", "simulator", "desktop", "clean"} {
		cmd := exec.Command("make", "-n", "-q", "--no-print-directory", target)
		cmd.Dir = ".."
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), "No rule") || err != nil && cmd.ProcessState.ExitCode() == 2 {
			t.Errorf("make %s: %v\n%s", target, err, out)
		}
	}
}
