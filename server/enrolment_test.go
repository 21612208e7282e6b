package server_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

func TestEnrolmentToken(t *testing.T) {
	at := newClock()
	w := servertest.Start(t, clocked(at, ""))
	issue := &wire.IssueTokenInput{}
	issue.Body.Label, issue.Body.Department, issue.Body.Office, issue.Body.Responsible, issue.Body.Uses, issue.Body.Hours = "lotto 1", w.Taxes.ID, "Sportello", "Verdi", 2, 1
	token := say(t, w.Desk, wire.IssueToken, issue).Body
	enrol := func(name, secret string) (wire.OwnWorkstation, error) {
		c := w.NewClient(name)
		out, err := client.Call(context.Background(), c.Client, wire.RegisterWorkstation, c.Registration(name, secret))
		if err != nil {
			return wire.OwnWorkstation{}, err
		}
		return out.Body, nil
	}
	_, err := enrol("PC-A", "non-esiste")
	refusedAs(t, "unknown token", err, app.CodeTokenUnknown, "enrolment_token")
	for i := range 2 {
		own, err := enrol(fmt.Sprint("PC-B", i), token.Secret)
		if err != nil || own.State != app.WorkstationAuthorised {
			t.Fatalf("use %d: %v %s", i, err, own.State)
		}
		if d := detail(t, w.Desk, own.ID); d.Department != w.Taxes.ID || d.Office != "Sportello" || d.Responsible != "Verdi" || d.History[0].Reason != "lotto 1" {
			t.Errorf("authorised by token: %+v", d.Workstation)
		}
	}
	_, err = enrol("PC-C", token.Secret)
	refusedAs(t, "spent token", err, app.CodeTokenSpent, "enrolment_token")

	// A machine that has shown itself before its token came is authorised by
	// it all the same, by another key of another operating-system user.
	token = say(t, w.Desk, wire.IssueToken, issue).Body
	first := w.NewClient("PC-D")
	present(t, first, "PC-D")
	if own, err := enrol("PC-D", token.Secret); err != nil || own.State != app.WorkstationAuthorised || own.ID != first.Own.ID {
		t.Errorf("token on a machine that waited: %v %+v", err, own)
	}
	if own := present(t, first, "PC-D"); own.State != app.WorkstationPending {
		t.Errorf("the key that nobody vouched for is %s", own.State)
	}
	// So is its own key, when the installer comes later.
	late := w.NewClient("PC-E")
	present(t, late, "PC-E")
	if own := say(t, late, wire.RegisterWorkstation, late.Registration("PC-E", token.Secret)).Body; own.State != app.WorkstationAuthorised {
		t.Errorf("token for a key that waited: %s", own.State)
	}
	// It speaks for its own department's machines only, and lifts no suspension.
	token = say(t, w.Desk, wire.IssueToken, issue).Body
	for what, d := range map[string]app.ID{"another department": w.Registry.ID, "its own, suspended": w.Taxes.ID} {
		pc := w.NewClient(what)
		present(t, pc, what)
		approve(t, w.Desk, pc, d)
		if d == w.Taxes.ID {
			say(t, w.Desk, wire.SuspendWorkstation, suspension(pc.Own.ID))
		}
		if own, err := enrol(what, token.Secret); err != nil || own.State == app.WorkstationAuthorised || own.ID != pc.Own.ID {
			t.Errorf("token on a machine of %s: %v %s", what, err, own.State)
		}
	}
	at.add(time.Hour + time.Second)
	_, err = enrol("PC-F", token.Secret)
	refusedAs(t, "expired token", err, app.CodeTokenSpent, "enrolment_token")
	for _, x := range say(t, w.Desk, wire.ListTokens, &wire.Page{}).Body.Items {
		if x.ID == token.ID && x.Used != 0 {
			t.Errorf("a refused registration spent the token: %d", x.Used)
		}
	}
}

func TestApproveOnConsole(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	pc := w.NewClient("CED-01")
	present(t, pc, "CED-01")
	if _, err := w.Server.Workstations.ApproveOnConsole(context.Background(), "2222-2222", "Rossi", "CED"); app.CodeOf(err) != app.CodeNotFound {
		t.Errorf("another code: %v", err)
	}
	if _, err := w.Server.Workstations.ApproveOnConsole(context.Background(), pc.Own.Code, "Rossi", "CED"); err != nil {
		t.Fatal(err)
	}
	say(t, w.Desk, wire.SignOut, &wire.None{})
	pc.Enter(w.Top)
	d := detail(t, pc, pc.Own.ID)
	if d.State != app.WorkstationAuthorised || d.Responsible != "Rossi" || d.History[0].Kind != app.EventApproved || d.History[0].Reason != "console" {
		t.Errorf("%+v", d)
	}

	// The administrators' only workstation, suspended by mistake, comes back
	// from there too; a revoked one does not.
	act := func(e wire.Endpoint[wire.WorkstationActInput, wire.WorkstationOutput]) {
		in := &wire.WorkstationActInput{ID: pc.Own.ID}
		in.Body.Reason = "prova"
		say(t, pc, e, in)
	}
	act(wire.SuspendWorkstation)
	refusedAs(t, "suspended", pc.Try(&w.Top), app.CodeWorkstationSuspended, "")
	if _, err := w.Server.Workstations.ApproveOnConsole(context.Background(), pc.Own.Code, "Rossi", "CED"); err != nil {
		t.Fatal(err)
	}
	pc.Enter(w.Top)
	act(wire.RevokeWorkstation)
	if _, err := w.Server.Workstations.ApproveOnConsole(context.Background(), pc.Own.Code, "Rossi", "CED"); app.CodeOf(err) != app.CodeNotFound {
		t.Errorf("revoked: %v", err)
	}
}

func firstToken(t testing.TB, w *servertest.World) string {
	t.Helper()
	_, secret, err := w.Server.FirstToken(context.Background(), 1, time.Hour, "CED")
	if err != nil {
		t.Fatal(err)
	}
	return secret
}
