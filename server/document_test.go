package server_test

import (
	"strings"
	"testing"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestCheckDocument: whoever holds a document learns by its code whether it was
// made here and is unaltered, and nothing about anybody.
func TestCheckDocument(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-07")
		reader := w.At(w.Person(app.RoleStandard, w.Taxes, nil), "TRIBUTI-01")
		who := cast(t, "resident")
		v, err := clerk.Ask("document-1", wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: who.CF}, FileReference: "Prot. 9/2026"})
		if err != nil || v.Evidence == nil {
			t.Fatal(err)
		}
		code := v.Evidence.CheckCode
		ask := func(code, fiscalCode string) app.DocumentCheck {
			in := &wire.CheckDocumentInput{}
			in.Body.Code, in.Body.FiscalCode = code, fiscalCode
			return say(t, reader, wire.CheckDocument, in).Body
		}
		for _, text := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + " "} {
			c := ask(text, "")
			if !c.Genuine || c.Type != v.Type || c.Outcome != v.Outcome || c.FileReference != "Prot. 9/2026" || c.Operation != v.Evidence.Operation || !c.Ended.Equal(*v.Ended) || c.SameSubject != nil {
				t.Errorf("%q: %+v", text, c)
			}
		}
		if c := ask(code, strings.ToLower(who.CF)); c.SameSubject == nil || !*c.SameSubject {
			t.Errorf("the subject: %+v", c)
		}
		if c := ask(code, cast(t, "wife").CF); !c.Genuine || c.SameSubject == nil || *c.SameSubject {
			t.Errorf("another subject: %+v", c)
		}
		last := code[:len(code)-1]
		other := last + "A"
		if other == code {
			other = last + "B"
		}
		mac := strings.ReplaceAll(code, "-", "")[26:]
		for what, text := range map[string]string{"another sign": other, "cut": last, "nobody's": strings.ToUpper(string(app.NewID())) + mac, "no code": "%_'--", "only an id": string(v.ID)} {
			if c := ask(text, who.CF); c != (app.DocumentCheck{}) {
				t.Errorf("%s: %+v", what, c)
			}
		}

		// What is kept and what the document says must agree.
		second, err := clerk.Ask("document-2", wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: who.CF}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rawTables(t, w).db.Exec("UPDATE visure SET sealed = (SELECT sealed FROM visure WHERE id = $1) WHERE id = $2", v.ID, second.ID); err != nil {
			t.Fatal(err)
		}
		in := &wire.CheckDocumentInput{}
		in.Body.Code = second.Evidence.CheckCode
		if err := try(reader, wire.CheckDocument, in); app.CodeOf(err) == "" {
			t.Error("an answer put in another's place is genuine")
		}
	})
}
