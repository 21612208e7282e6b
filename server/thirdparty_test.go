package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// TestThirdParty: a client in another language, written from /openapi.json and
// the README alone, registers, is approved by the code that it shows, signs
// in, asks a visura and keeps its PDF.
func TestThirdParty(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("node is not installed: .ci/prepare installs it")
		}
		t.Skip("SKIPPED: node is not installed")
	}
	w := servertest.Start(t, servertest.Options{})
	p := w.Person(app.RoleStandard, w.Registry, nil)
	pdf := filepath.Join(t.TempDir(), "visura.pdf")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, "testdata/thirdparty/client.mjs", "--server", w.URL, "--username", p.Username, "--fiscal-code", cast(t, "resident").CF,
		"--type", string(app.VisuraResidenza), "--file", "Prot. 77/2026", "--pdf", pdf, "--machine", "terza-parte")
	cmd.Dir = "servertest"
	cmd.Env = append(os.Environ(), "INDAGOR_CLIENT_SECRET="+p.Secret(), "INDAGOR_CLIENT_NEW_PASSWORD="+servertest.Password)
	var out bytes.Buffer
	cmd.Stdout = &out
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	// It says its comparison code, and waits for whoever approves it.
	var said bytes.Buffer
	code := ""
	shown := regexp.MustCompile(`comparison code (\S+)`)
	for b := make([]byte, 256); code == ""; {
		n, err := errs.Read(b)
		said.Write(b[:n])
		if m := shown.FindSubmatch(said.Bytes()); m != nil {
			code = string(m[1])
		} else if err != nil {
			t.Fatalf("no comparison code: %s", said.String())
		}
	}
	page, err := client.Call(ctx, w.Desk.Client, wire.ListWorkstations, &wire.WorkstationsInput{WorkstationQuery: wire.WorkstationQuery{State: app.WorkstationPending}})
	if err != nil || len(page.Body.Items) != 1 {
		t.Fatalf("waiting workstations: %v, %+v", err, page)
	}
	station := page.Body.Items[0]
	if station.Keys[0].Code != code {
		t.Fatalf("the workstation shows %s, the administrator sees %s", code, station.Keys[0].Code)
	}
	approve := &wire.ApproveInput{ID: station.ID, Body: wire.Approval{Responsible: "Bianchi", Office: "Anagrafe", Department: w.Registry.ID, Code: code, Version: station.Version}}
	if _, err := client.Call(ctx, w.Desk.Client, wire.ApproveWorkstation, approve); err != nil {
		t.Fatal(err)
	}

	_, _ = said.ReadFrom(errs)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	var v wire.Visura
	if err := json.Unmarshal(out.Bytes(), &v); err != nil || v.Outcome != app.OutcomeFound || v.Card == nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if b, err := os.ReadFile(pdf); err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Fatalf("document: %v", err)
	}
}
