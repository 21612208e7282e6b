package server_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"indagor/app"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/client"
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

// TestCheckList: so it is with the result of a list, whose summary has body,
// request and code.
func TestCheckList(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: unpaced})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeOwn)), "ANAG-07")
	reader := w.At(w.Person(app.RoleStandard, w.Taxes, nil), "TRIBUTI-01")
	job := upload(t, clerk, app.ServiceEnrichment, "tari.csv", fmt.Sprintf("cf\n%s\n%s\nsbagliato\n", cast(t, "resident").CF, cast(t, "elsewhere").CF))
	ask := func(code string) app.DocumentCheck {
		in := &wire.CheckDocumentInput{}
		in.Body.Code = code
		return say(t, reader, wire.CheckDocument, in).Body
	}
	say(t, clerk, wire.StartJob, order(clerk, job.ID, "surname"))
	if job = awaitJob(t, clerk, job.ID, app.JobRunning); job.State != app.JobDone {
		t.Fatalf("%+v", job)
	}
	var b bytes.Buffer
	if _, err := client.Download(context.Background(), clerk.Client, wire.GetJobResult, &wire.JobResultInput{ID: job.ID, Format: "xlsx"}, &b, nil); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	page, err := z.Open("xl/worksheets/sheet2.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(page)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range regexp.MustCompile(`<t[^>]*>([^<]*)</t>`).FindAllStringSubmatch(string(xml), -1) {
		texts = append(texts, m[1])
	}
	summary := strings.Join(texts, "|")
	for _, want := range []string{"Ente|" + w.Config.Body.Name, "Ambito territoriale|Residenti nel proprio Comune", "Riferimento della pratica|Prot. 77/2026", "Codice di controllo|", "Non residente nell&#39;ambito"} {
		if !strings.Contains(summary, want) {
			t.Errorf("the summary lacks %q: %s", want, summary)
		}
	}
	_, code, _ := strings.Cut(summary, "Codice di controllo|")
	code, _, _ = strings.Cut(code, "|")
	c := ask(strings.ToLower(code))
	if !c.Genuine || c.List == nil || c.List.Service != app.ServiceEnrichment || c.List.State != app.JobDone || c.List.Rows != 3 || c.FileReference != "Prot. 77/2026" || c.Type != "" {
		t.Fatalf("%+v %+v", c, c.List)
	}
	if c.List.Outcomes[app.OutcomeFound] != 1 || c.List.Outcomes[app.OutcomeOutOfScope] != 1 || c.List.Outcomes[app.OutcomeWrong] != 1 {
		t.Errorf("%v", c.List.Outcomes)
	}
	other := code[:len(code)-1] + map[bool]string{true: "1", false: "0"}[strings.HasSuffix(code, "0")]
	if c := ask(other); c != (app.DocumentCheck{}) {
		t.Errorf("another sign: %+v", c)
	}
	say(t, clerk, wire.DeleteJob, named(job.ID))
	if c := ask(code); c != (app.DocumentCheck{}) {
		t.Errorf("deleted: %+v", c)
	}
	if left, _ := filepath.Glob(filepath.Join(w.Config.Data, "waiting", "*")); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	if info, err := os.Stat(filepath.Join(w.Config.Data, "waiting")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
}
