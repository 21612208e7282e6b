package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"indagor/app"
	leaf "indagor/app/evidence"
	"indagor/server/internal/evidence"
	"indagor/server/internal/store"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// patrol is what a STANDARDPS user does in a day: he asks, is refused, asks of
// somebody who is not there, prints, searches, tries what he may not.
func patrol(t testing.TB, c *servertest.Client) (found wire.Visura) {
	t.Helper()
	v, err := c.Ask("patrol-found", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "deceased").CF}, FileReference: "Pattuglia 7"})
	if err != nil || v.Outcome != app.OutcomeFound {
		t.Fatalf("he asks: %v %s", err, v.Outcome)
	}
	if v, err := c.Ask("patrol-nobody", wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: cast(t, "unregistered").CF}, FileReference: "Pattuglia 7"}); err != nil || v.Outcome != app.OutcomeNotFound {
		t.Fatalf("he asks of nobody: %v %s", err, v.Outcome)
	}
	_, err = c.Ask("patrol-wrong", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: "RSSMRA80A01H501A"}, FileReference: "Pattuglia 7"})
	refusedAs(t, "a wrong code", err, app.CodeFiscalCheck, "subject.fiscal_code")
	say(t, c, wire.GetDocument, &wire.DocumentInput{ID: v.ID})
	say(t, c, wire.GetDocument, &wire.DocumentInput{ID: v.ID, Format: "xlsx"})
	say(t, c, wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{FiscalCode: cast(t, "deceased").CF}})
	refusedAs(t, "users", try(c, wire.ListUsers, &wire.UsersInput{}), app.CodeForbidden, "")
	refusedAs(t, "another's visura", try(c, wire.GetVisura, &wire.GetVisuraInput{ID: app.NewID()}), app.CodeNotFound, "")
	return v
}

// TestStandardPSUnseen: what a STANDARDPS user does stands in no table that
// anybody can read, and whole in the sealed tree, which two custodians open.
func TestStandardPSUnseen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		officer := w.Person(app.RoleStandardPS, w.Registry, nil)
		c := w.At(officer, "PATTUGLIA-01")
		v := patrol(t, c)
		admin := w.At(w.Admin, "ADMIN-01")

		// By the raw tables.
		raw := rawTables(t, w)
		mentions := func(text string) bool {
			return strings.Contains(text, string(officer.ID)) || strings.Contains(text, officer.Username) || strings.Contains(text, string(v.ID)) || strings.Contains(text, "Pattuglia 7")
		}
		if dump := raw.dump("activity"); mentions(dump) {
			t.Errorf("activity mentions him:\n%s", dump)
		}
		for _, table := range []string{"history", "access"} {
			for _, line := range strings.Split(raw.dump(table), "\n") {
				registered := strings.Contains(line, "user.created")
				signed := strings.Contains(line, "session.opened") || strings.Contains(line, "password.changed")
				if mentions(line) && !registered && !signed {
					t.Errorf("%s mentions him: %s", table, line)
				}
			}
		}
		var export bytes.Buffer
		if err := w.Server.Export(context.Background(), &export); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(export.String(), "\n") {
			if mentions(line) && !strings.Contains(line, "user.created") && !strings.Contains(line, "session.opened") && !strings.Contains(line, "password.changed") {
				t.Errorf("the export mentions him: %s", line)
			}
		}

		// By what administrators can ask.
		for who, c := range map[string]*servertest.Client{"TOP": w.Desk, "ADMIN": admin} {
			in := &wire.MonitorInput{}
			in.Limit = 500
			for _, filter := range []app.ID{"", officer.ID} {
				in.User = filter
				for _, item := range say(t, c, wire.ListActivity, in).Body.Items {
					t.Errorf("activity for %s, of %q: %+v", who, filter, item)
				}
			}
			in.User = ""
			for _, item := range say(t, c, wire.ListHistory, in).Body.Items {
				if item.User == officer.ID {
					t.Errorf("history for %s: %+v", who, item)
				}
			}
			for what, err := range map[string]error{
				"his visura": try(c, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID}), "his document": try(c, wire.GetDocument, &wire.DocumentInput{ID: v.ID}),
				"his sheet": try(c, wire.GetDocument, &wire.DocumentInput{ID: v.ID, Format: "xlsx"}), "an archive": try(c, wire.ListArchive, &wire.ArchiveInput{}),
			} {
				refusedAs(t, what+" for "+who, err, app.CodeForbidden, "")
			}
		}
		for _, a := range accesses(t, w, officer.ID) {
			if a.Kind != app.EventSignIn && a.Kind != app.EventPassword {
				t.Errorf("his accesses: %+v", a)
			}
		}

		// His archive is his own.
		if items := say(t, c, wire.ListArchive, &wire.ArchiveInput{}).Body.Items; len(items) != 2 {
			t.Errorf("his archive has %d", len(items))
		}
		other := w.At(w.Person(app.RoleStandardPS, w.Registry, nil), "PATTUGLIA-02")
		if items := say(t, other, wire.ListArchive, &wire.ArchiveInput{}).Body.Items; len(items) != 0 {
			t.Errorf("a colleague's archive has %d", len(items))
		}
		refusedAs(t, "a colleague", try(other, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID}), app.CodeNotFound, "")

		// Two custodians read it all, one alone nothing.
		var leaves []leaf.Leaf
		if err := aside(t, w).Read(context.Background(), func(view *store.View) (err error) {
			leaves, err = view.LogLeaves(context.Background(), leaf.Sealed, 0, 500)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var got []string
		sizes := map[int]bool{}
		for n, l := range leaves {
			sizes[len(l.Body)] = true
			a, b := w.Custodians[n%3], w.Custodians[(n+1)%3]
			e, err := evidence.Unseal(l.Body, a, b)
			if err != nil {
				t.Fatal(err)
			}
			if e.Actor.User != officer.ID || e.Actor.Department != w.Registry.ID || e.Workstation != c.Own.ID || e.Address == "" {
				t.Errorf("sealed: %+v", e)
			}
			got = append(got, strings.TrimSuffix(string(e.Kind)+" "+string(e.Outcome)+" "+string(e.Code), " "))
			if e.Kind == app.EventVisuraEnded && e.Outcome == app.OutcomeFound && (e.Visura != v.ID || e.Operation != v.Evidence.Operation || len(e.Calls) != 2 || e.File != "Pattuglia 7" || e.OperatorID != officer.OperatorID) {
				t.Errorf("sealed of the visura: %+v", e)
			}
			for _, id := range w.Custodians {
				if _, err := evidence.Unseal(l.Body, id, id); err == nil {
					t.Error("one custodian alone opened it")
				}
			}
		}
		want := []string{
			"visura.asked ", "visura.ended found", "visura.asked ", "visura.ended not_found", "visura.ended refused fiscal_code_check",
			"document.made ", "document.made ", "refused  forbidden",
		}
		for i := range want {
			want[i] = strings.TrimSuffix(want[i], " ")
		}
		for i := range got {
			got[i] = strings.TrimSpace(got[i])
		}
		if !slices.Equal(got, want) {
			t.Errorf("sealed events %q, want %q", got, want)
		}
		if len(sizes) != 1 {
			t.Errorf("the sizes of what is sealed tell it apart: %v", sizes)
		}
		if r, err := w.Server.Verify(context.Background()); err != nil || !r.Sound() {
			t.Errorf("log: %v %+v", err, r)
		}
	})
}

// random is what chance makes: our ids, codes of keys, ANPR's own numbers of its
// answers, keys and hashes, what separates the parts of a mail.
var random = regexp.MustCompile(`\b[a-z2-7]{26}\b|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b|\boperation: [0-9]+|\bage1[a-z0-9]+|[A-Za-z0-9+/=]{40,}`)

// callsOf are the e-services that were asked for the user, by the export.
func callsOf(t testing.TB, export io.Reader, user app.ID) string {
	t.Helper()
	var out []string
	lines := json.NewDecoder(export)
	for {
		var line struct {
			Body []byte `json:"body"`
		}
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return strings.Join(out, " ")
		} else if err != nil {
			t.Fatal(err)
		}
		if len(line.Body) == 0 {
			continue
		}
		e, err := leaf.Parse(line.Body)
		if err != nil {
			t.Fatal(err)
		}
		if e.Actor.User == user && e.Kind == app.EventVisuraEnded {
			for _, c := range e.Calls {
				out = append(out, c.Service)
			}
			out = append(out, ";")
		}
	}
}

// difference are the rows that only one of the two has.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	var out []string
	for _, row := range x {
		if !slices.Contains(y, row) {
			out = append(out, "- "+row)
		}
	}
	for _, row := range y {
		if !slices.Contains(x, row) {
			out = append(out, "+ "+row)
		}
	}
	return strings.Join(out, "\n")
}

// TestOfficerLeavesQueueAlone: who asked as a clerk and is an officer by now
// changes nothing in TOP's queue.
func TestOfficerLeavesQueueAlone(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	p := w.Person(app.RoleStandard, w.Registry, needs(0))
	clerk := w.At(p, "ANAG-07")
	v := queued(t, clerk, "asked-as-a-clerk")
	u := say(t, w.Desk, wire.GetUser, named(clerk.Session.User.ID)).Body
	u.Role, u.Profile.Visure.Approval = app.RoleStandardPS, app.ApprovalRule{Kind: app.ApprovalNone}
	say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
	clerk.Enter(p)
	before := say(t, w.Desk, wire.GetApproval, named(v.ID)).Body
	refusedAs(t, "withdrawing", try(clerk, wire.WithdrawVisura, named(v.ID)), app.CodeApprovalStale, "")
	if after := say(t, w.Desk, wire.GetApproval, named(v.ID)).Body; !reflect.DeepEqual(after, before) {
		t.Errorf("%+v\n%+v", before, after)
	}
	answered(t, w.Desk, "approve", "", v.ID)
	if got := ended(t, clerk, v.ID); got.Outcome != app.OutcomeRefused || got.Code != app.CodeApprovalStale {
		t.Errorf("%+v", got)
	}
}
