package server_test

import (
	"testing"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestStatusFollowsProbesOnly: how ANPR stands is learnt by the server's own
// probes; no look-up moves it, so that nobody's can be told from it. Every
// probe is in the log, as every other call.
func TestStatusFollowsProbesOnly(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01")
	status := func(want string) {
		t.Helper()
		if got := say(t, clerk, wire.GetStatus, &wire.None{}).Body.ANPR; got != want {
			t.Errorf("ANPR is %q, want %q", got, want)
		}
	}
	status("unknown")
	if _, err := clerk.Ask("status-found", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}); err != nil {
		t.Fatal(err)
	}
	status("unknown")
	if _, err := w.Server.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	status("ok")
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultGW503}}); err != nil {
		t.Fatal(err)
	}
	if v, err := clerk.Ask("status-failed", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "elsewhere").CF}}); err != nil || v.Outcome != app.OutcomeFailed {
		t.Fatalf("%v %s", err, v.Outcome)
	}
	status("ok")
	if _, err := w.Server.Probe(t.Context()); err == nil {
		t.Fatal("the probe of a register that fails succeeds")
	}
	status("degraded")
	probes := 0
	for _, e := range w.Readable() {
		if e.Kind == app.EventProbed && len(e.Calls) == 1 {
			probes++
		}
	}
	if probes != 2 {
		t.Errorf("%d probes in the log", probes)
	}
}

func TestStatusWithoutRegister(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Config: func(c *server.Config) { c.ANPR.TokenURL = "" }})
	if got := say(t, w.Desk, wire.GetStatus, &wire.None{}).Body.ANPR; got != "off" {
		t.Errorf("ANPR is %q", got)
	}
}
