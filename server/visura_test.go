package server_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

func cast(t testing.TB, key string) sim.Character {
	t.Helper()
	return sim.CastMember(key)
}

func TestLookup(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	for _, spec := range app.VisuraSpecs {
		t.Run(string(spec.Type), func(t *testing.T) {
			who := cast(t, "resident")
			v, err := clerk.Ask("key-"+string(spec.Type), wire.VisuraRequest{Type: spec.Type, Subject: app.Subject{FiscalCode: who.CF}})
			if err != nil {
				t.Fatal(err)
			}
			if v.Outcome != app.OutcomeFound || v.Card == nil || len(v.Card.Answer) == 0 || v.Evidence == nil || v.Evidence.Operation == "" {
				t.Fatalf("%+v", v)
			}
			t.Logf("%+v", *v.Card)
			doc, err := client.Call(context.Background(), clerk.Client, wire.GetDocument, &wire.DocumentInput{ID: v.ID})
			if err != nil || string(doc.Body[:5]) != "%PDF-" {
				t.Fatalf("document: %v", err)
			}
		})
	}
	page, err := client.Call(context.Background(), clerk.Client, wire.ListArchive, &wire.ArchiveInput{Body: wire.ArchiveQuery{FiscalCode: cast(t, "resident").CF}})
	if err != nil || len(page.Body.Items) != len(app.VisuraSpecs) {
		t.Fatalf("archive: %v, %d items", err, len(page.Body.Items))
	}
	r, err := w.Server.Verify(context.Background())
	if err != nil || !r.Sound() {
		t.Fatalf("log: %v %+v", err, r)
	}
}

// TestLookupIdempotent: the same request sent twice, also at the same moment,
// asks ANPR once; another request under the same key is refused.
func TestLookupIdempotent(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
	request := wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}
	asked := func() (n int) {
		for _, c := range w.Sim.Journal() {
			if c.Service == "C020" {
				n++
			}
		}
		return n
	}
	ids := make([]app.ID, 12)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			v, err := clerk.Ask("the-same-key", request)
			if err != nil {
				t.Error(err)
			}
			ids[i] = v.ID
		})
	}
	wg.Wait()
	for _, id := range ids[1:] {
		if id != ids[0] {
			t.Fatalf("several visure for one key: %v", ids)
		}
	}
	if n := asked(); n != 1 {
		t.Fatalf("C020 was asked %d times", n)
	}
	w.Restart()
	again := w.Connect(clerk.Signer)
	fresh := *clerk
	fresh.Client = again
	fresh.Enter(servertest.Person{User: clerk.Session.User, Password: servertest.Password})
	if v, err := fresh.Ask("the-same-key", request); err != nil || v.ID != ids[0] || v.Outcome != app.OutcomeFound {
		t.Fatalf("after a restart: %v %+v", err, v)
	}
	if n := asked(); n != 1 {
		t.Fatalf("C020 was asked %d times after the restart", n)
	}
	request.FileReference = "Prot. 999/2026"
	if _, err := fresh.Ask("the-same-key", request); app.CodeOf(err) != app.CodeIdempotency {
		t.Fatalf("another request under the same key: %v", err)
	}
	if _, err := fresh.Ask("another-key", request); err != nil || asked() != 2 {
		t.Fatalf("the same request under another key: %v, %d calls", err, asked())
	}
}

// TestScopeWithholds: of a person outside the scope nothing is delivered, kept
// or shown, whatever the reason, and the main e-service is not even asked.
func TestScopeWithholds(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	own := w.At(w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Visure.Scope = app.Scope{Kind: app.ScopeOwn} }), "ANAG-07")
	nation := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-08")
	group := &wire.SaveConsortiumInput{ID: app.NewID()}
	group.Body.Name, group.Body.Comuni = "Unione", []string{servertest.Own, "058091"}
	if _, err := client.Call(context.Background(), w.Desk.Client, wire.SaveConsortium, group); err != nil {
		t.Fatal(err)
	}
	grouped := w.At(w.Person(app.RoleStandard, w.Registry, func(u *app.User) {
		u.Profile.Visure.Scope = app.Scope{Kind: app.ScopeGroup, Group: group.ID}
	}), "ANAG-09")
	for _, c := range []struct {
		who    string
		inside bool
	}{{"resident", true}, {"wife", true}, {"elsewhere", false}, {"aire", false}, {"cancelled", false}, {"unregistered", false}} {
		for _, spec := range app.VisuraSpecs {
			t.Run(fmt.Sprint(c.who, "/", spec.Type), func(t *testing.T) {
				before := len(w.Sim.Journal())
				v, err := own.Ask("own-"+c.who+string(spec.Type), wire.VisuraRequest{Type: spec.Type, Subject: app.Subject{FiscalCode: cast(t, c.who).CF}})
				if err != nil {
					t.Fatal(err)
				}
				if c.inside {
					if v.Outcome != app.OutcomeFound || v.Card == nil {
						t.Fatalf("inside the scope: %+v", v)
					}
					return
				}
				if v.Outcome != app.OutcomeOutOfScope || v.Card != nil || v.SubjectName != "" || v.Evidence.Operation != "" || len(v.Params) != 0 {
					t.Fatalf("outside the scope: %+v", v)
				}
				for _, call := range w.Sim.Journal()[before:] {
					if call.Service == spec.Service && call.Service != "C020" {
						t.Fatalf("%s was asked about a person outside the scope", call.Service)
					}
				}
			})
		}
	}
	v, err := grouped.Ask("group-resident", wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
	if err != nil || v.Outcome != app.OutcomeFound {
		t.Fatalf("group: %v %+v", err, v)
	}
	for who, want := range map[string]app.Outcome{"elsewhere": app.OutcomeFound, "aire": app.OutcomeFound, "cancelled": app.OutcomeCancelled, "unregistered": app.OutcomeNotFound, "duplicate": app.OutcomeDuplicate, "deceased": app.OutcomeFound} {
		v, err := nation.Ask("nation-"+who, wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, who).CF}})
		if err != nil || v.Outcome != want {
			t.Errorf("%s in the whole country: %v, outcome %s, want %s", who, err, v.Outcome, want)
		}
	}
}
