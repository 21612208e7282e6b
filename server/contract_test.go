package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"indagor/app"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestOpenAPIDocument: the published document is OpenAPI 3.1, and tells a third
// party all that it needs of every operation.
func TestOpenAPIDocument(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	a := plain(t, "GET", w.URL+"/openapi.json", nil)
	if a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(a.body))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("version %s", doc.OpenAPI)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Error(err)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			what := method + " " + path
			if op.Summary == "" || op.OperationID == "" {
				t.Errorf("%s says nothing of itself", what)
			}
			problem := op.Responses.Map()["422"]
			if problem == nil || problem.Value.Content["application/problem+json"] == nil {
				t.Errorf("%s does not tell how it refuses", what)
			}
			if op.Extensions["x-access"] != "public" && (op.Security == nil || len(*op.Security) == 0) {
				t.Errorf("%s does not tell what it wants to see", what)
			}
			good := false
			for status := range op.Responses.Map() {
				good = good || strings.HasPrefix(status, "2")
			}
			if !good {
				t.Errorf("%s does not tell how it answers", what)
			}
		}
	}
	for _, name := range []string{"dpop", "session"} {
		if doc.Components.SecuritySchemes[name] == nil {
			t.Errorf("the scheme %s is missing", name)
		}
	}
}

// caller sends what our client would never send, with good proofs.
type caller struct {
	t     testing.TB
	w     *servertest.World
	c     *servertest.Client
	token string
}

func newCaller(t testing.TB, w *servertest.World, p servertest.Person, station string) caller {
	t.Helper()
	c := w.At(p, station)
	token := say(t, c, wire.SignIn, c.Credentials(p.Username, servertest.Password)).Body.Token
	c.SetToken(token)
	return caller{t, w, c, token}
}

func (x caller) send(e wire.Info, path, body string) answer {
	x.t.Helper()
	url := x.w.URL + path
	nonce := plain(x.t, "GET", x.w.URL+"/v1/server", nil).header.Get(wire.HeaderNonce)
	token := x.token
	if e.Access < wire.AccessSession {
		token = ""
	}
	bare, _, _ := strings.Cut(url, "?")
	proof, err := x.c.Signer.Proof(e.Method, bare, nonce, token, x.w.Now())
	if err != nil {
		x.t.Fatal(err)
	}
	h := map[string]string{"": body, wire.HeaderProof: proof, wire.HeaderIdempotency: string(app.NewID())}
	if token != "" {
		h["Authorization"] = "DPoP " + token
	}
	return plain(x.t, e.Method, url, h)
}

// TestNoValueIsEchoed: whatever is refused, wherever it stood, the refusal does
// not repeat it, is a problem, and names the request in the log.
func TestNoValueIsEchoed(t *testing.T) {
	var log logBuffer
	w := servertest.Start(t, servertest.Options{Server: func(o *server.Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}})
	clerk := newCaller(t, w, w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01")
	top := caller{t, w, w.Desk, ""}
	top.token = say(t, w.Desk, wire.SignIn, w.Desk.Credentials(w.Top.Username, servertest.Password)).Body.Token
	w.Desk.SetToken(top.token)
	const secret = "RSSMRA80A01H501X" // shaped as a fiscal code, with a wrong check letter
	purpose := clerk.c.Session.Purposes[0].ID
	draft, err := json.Marshal(w.Draft(app.RoleStandard, w.Registry, nil))
	if err != nil {
		t.Fatal(err)
	}
	user := func(field string, v any) string {
		var m map[string]any
		if err := json.Unmarshal(draft, &m); err != nil {
			t.Fatal(err)
		}
		m[field] = v
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	ask := func(subject, rest string) string {
		return fmt.Sprintf(`{"type":"residenza","subject":%s,"purpose":%q,"file_reference":"Prot. 1"%s}`, subject, purpose, rest)
	}
	for _, c := range []struct {
		what   string
		by     caller
		e      wire.Info
		path   string
		body   string
		status int
	}{
		{"a wrong code", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"fiscal_code":"`+secret+`"}`, ""), 422},
		{"a code in the place of a subject", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`"`+secret+`"`, ""), 422},
		{"a code in the place of an identity", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"identity":"`+secret+`"}`, ""), 422},
		{"a code as an ANPR id", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"id_anpr":"`+secret+`"}`, ""), 422},
		{"a code as sex", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"identity":{"surname":"A","name":"B","sex":"`+secret+`","birth_date":"1980-01-01","birth_place":"H501"}}`, ""), 422},
		{"a code as a date", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"identity":{"surname":"A","name":"B","sex":"M","birth_date":"`+secret+`","birth_place":"H501"}}`, ""), 422},
		{"a code as a place", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"identity":{"surname":"A","name":"B","sex":"M","birth_date":"1980-01-01","birth_place":"`+secret+`"}}`, ""), 422},
		{"a code as a type", clerk, wire.AskVisura.Info(), "/v1/visure", strings.Replace(ask(`{"id_anpr":"CS00001ST"}`, ""), "residenza", secret, 1), 422},
		{"a code as a reference date", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"id_anpr":"CS00001ST"}`, `,"reference_date":"`+secret+`"`), 422},
		{"a code as the name of a field", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"id_anpr":"CS00001ST"}`, `,"`+secret+`":1`), 422},
		{"a code as the name of a field, in small letters", clerk, wire.AskVisura.Info(), "/v1/visure", ask(`{"id_anpr":"CS00001ST"}`, `,"`+strings.ToLower(secret)+`":1`), 422},
		{"no JSON", clerk, wire.AskVisura.Info(), "/v1/visure", `{"subject":` + secret, 400},
		{"only a code", clerk, wire.AskVisura.Info(), "/v1/visure", `"` + secret + `"`, 422},
		{"a code as a number", clerk, wire.AskVisura.Info(), "/v1/visure?wait=" + secret, ask(`{"id_anpr":"CS00001ST"}`, ""), 422},
		{"a code as an id", clerk, wire.GetVisura.Info(), "/v1/visure/" + secret, "", 404},
		{"a code as a long id", clerk, wire.GetVisura.Info(), "/v1/visure/" + secret + secret, "", 422},
		{"a code as a table", clerk, wire.GetTable.Info(), "/v1/tables/" + secret, "", 404},
		{"a code as an address", clerk, wire.GetTable.Info(), "/v1/" + secret, "", 404},
		{"a code as a method", clerk, wire.Info{Method: "PATCH", Access: wire.AccessUser}, "/v1/visure/" + secret, "", 404},
		{"a long code in the archive", clerk, wire.ListArchive.Info(), "/v1/archive/search", `{"fiscal_code":"` + secret + secret + `"}`, 422},
		{"a wrong code in the archive", clerk, wire.ListArchive.Info(), "/v1/archive/search", `{"fiscal_code":"` + secret + `"}`, 422},
		{"a long code in the lists", clerk, wire.ListJobs.Info(), "/v1/jobs/search", `{"person":"` + strings.Repeat(secret, 8) + `"}`, 422},
		{"a wrong code in the lists", clerk, wire.ListJobs.Info(), "/v1/jobs/search", `{"person":"` + secret + `"}`, 422},
		{"a code as a state of lists", clerk, wire.ListJobs.Info(), "/v1/jobs/search", `{"state":"` + secret + `"}`, 422},
		{"a code as a cursor of lists", clerk, wire.ListJobs.Info(), "/v1/jobs/search", `{"cursor":"` + secret + `"}`, 422},
		{"a code as a cursor", clerk, wire.ListArchive.Info(), "/v1/archive/search", `{"cursor":"` + secret + `"}`, 422},
		{"a code as a user's", top, wire.CreateUser.Info(), "/v1/users", user("fiscal_code", secret), 422},
		{"a code as a role", top, wire.CreateUser.Info(), "/v1/users", user("role", secret), 422},
		{"a code as an e-mail", top, wire.CreateUser.Info(), "/v1/users", user("email", secret), 422},
		{"a code as a user name", top, wire.CreateUser.Info(), "/v1/users", user("username", secret+" "+secret), 422},
		{"a code as a Comune", top, wire.SaveConsortium.Info(), "/v1/groups/" + string(app.NewID()), `{"name":"Unione","comuni":["` + secret + `"]}`, 422},
		{"a code as the id of a department", top, wire.SaveDepartment.Info(), "/v1/departments/" + secret, `{"name":"Scuola"}`, 422},
		{"a code as a function", top, wire.CheckPermission.Info(), "/v1/permissions/check", `{"permission":"` + secret + `"}`, 422},
		{"a code as a filter", top, wire.ListUsers.Info(), "/v1/users?role=" + secret, "", 422},
		{"a code as a day", top, wire.ListActivity.Info(), "/v1/activity?from=2026-" + secret[:5], "", 422},
		{"a code as a component's name", clerk, wire.SignIn.Info(), "/v1/session", `{"username":"a","password":"b","app_version":"1","fingerprint":{"` + secret + `":1}}`, 422},
		{"a code as a password", clerk, wire.SignIn.Info(), "/v1/session", `{"username":"` + secret + `","password":"` + secret + `","app_version":"1","fingerprint":{}}`, 403},
	} {
		a := c.by.send(c.e, c.path, c.body)
		if a.status != c.status {
			t.Errorf("%s: %d %s, want %d", c.what, a.status, a.body, c.status)
		}
		if folded := strings.ToUpper(a.body + fmt.Sprint(a.header)); strings.Contains(folded, secret) {
			t.Errorf("%s is repeated: %s", c.what, a.body)
		}
		if p := a.problem; p.Code == "" || p.Status != a.status || p.Title == "" || p.Reference == "" || p.Reference != a.header.Get(wire.HeaderReference) {
			t.Errorf("%s is no whole problem: %s", c.what, a.body)
		}
	}
	if text := log.String(); strings.Contains(strings.ToUpper(text), secret) {
		t.Errorf("the server's own log repeats it:\n%s", text)
	}
}

// logBuffer keeps what is logged from many goroutines.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// TestOtherPrograms: what older and newer programs may send.
func TestOtherPrograms(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	p := w.Person(app.RoleStandard, w.Registry, nil)
	x := newCaller(t, w, p, "ANAG-01")
	fingerprint, err := json.Marshal(x.c.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	// Bodies have an end.
	big := fmt.Sprintf(`{"permission":"board.read","user":%q}`, strings.Repeat("a", 1<<20))
	if a := x.send(wire.CheckPermission.Info(), "/v1/permissions/check", big); a.status != http.StatusRequestEntityTooLarge || a.problem.Reference == "" {
		t.Errorf("over a mebibyte: %d %.200s", a.status, a.body)
	}
	if a := plain(t, "POST", w.URL+"/v1/session", map[string]string{"": big}); a.status != 401 {
		t.Errorf("over a mebibyte from nobody: %d", a.status)
	}

	credentials := fmt.Sprintf(`"username":%q,"password":%q,"app_version":"0.1","fingerprint":%s`, p.Username, servertest.Password, fingerprint)
	// Without the fields that came later.
	if a := x.send(wire.SignIn.Info(), "/v1/session", "{"+credentials+"}"); a.status != 201 {
		t.Errorf("without optional fields: %d %s", a.status, a.body)
	}
	// A field that this server does not know is refused, never ignored: it might
	// be a condition.
	if a := x.send(wire.SignIn.Info(), "/v1/session", "{"+credentials+`,"one_time_code":"123456"}`); a.status != 422 || a.problem.Code != app.CodeMalformed {
		t.Errorf("with an unknown field: %d %s", a.status, a.body)
	}
	registration := func(protocol int) string {
		return fmt.Sprintf(`{"name":"PC","os_user":"u","os":"linux","app_version":"0","protocol":%d,"fingerprint":%s}`, protocol, fingerprint)
	}
	for protocol, want := range map[int]int{wire.OldestProtocol - 1: 422, wire.OldestProtocol: 200, wire.Protocol + 1: 200} {
		if a := x.send(wire.RegisterWorkstation.Info(), "/v1/workstations", registration(protocol)); a.status != want {
			t.Errorf("protocol %d: %d %s", protocol, a.status, a.body)
		}
	}

	// Answers are for nobody's cache, and for no browser.
	a := plain(t, "GET", w.URL+"/v1/server", nil)
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") || a.header.Get(wire.HeaderNonce) == "" {
		t.Errorf("headers: %v", a.header)
	}
	if strings.Contains(a.body, "$schema") {
		t.Errorf("get-server: %s", a.body)
	}
}
