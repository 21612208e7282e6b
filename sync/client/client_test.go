package client

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

func TestCallWritesAndReads(t *testing.T) {
	type got struct {
		method, path, query, key, protocol, kind, auth string
		body                                           string
	}
	var last got
	g := &gatekeeper{handler: func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		last = got{
			r.Method, r.URL.EscapedPath(), r.URL.Query().Encode(), r.Header.Get(wire.HeaderIdempotency),
			r.Header.Get(wire.HeaderProtocol), r.Header.Get("Content-Type"), r.Header.Get("Authorization"), string(b),
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/document"):
			w.Header().Set("Content-Type", "application/pdf")
			w.Header().Set("Content-Disposition", `attachment; filename="visura.pdf"`)
			w.Write([]byte("%PDF-1.7"))
		case r.Method == "DELETE" || strings.HasSuffix(r.URL.Path, "/confirm"):
			w.WriteHeader(http.StatusNoContent)
		case r.URL.Path == "/v1/visure":
			writeJSON(w, wire.Visura{VisuraSummary: wire.VisuraSummary{ID: "v1", State: app.VisuraRunning}})
		case r.URL.Path == "/v1/session":
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.WriteHeader(http.StatusCreated)
			io.WriteString(w, `{"token":"tk","user":{"id":"u1","username":"anna"},"new_field":{"a":[1]}}`)
		default:
			writeJSON(w, wire.List[wire.VisuraSummary]{Next: "n"})
		}
	}}
	c := start(t, g)
	c.SetToken("secret-token")
	ctx := t.Context()

	v, err := Call(ctx, c, wire.AskVisura, &wire.AskVisuraInput{Key: "12345678", Body: wire.VisuraRequest{Type: app.VisuraResidenza, FileReference: "prot. 1/2026"}})
	if err != nil {
		t.Fatal(err)
	}
	if last.method != "POST" || last.path != "/v1/visure" || last.query != "" || last.key != "12345678" || last.protocol != "1" ||
		last.kind != "application/json" || last.auth != "DPoP secret-token" || !strings.Contains(last.body, `"file_reference":"prot. 1/2026"`) {
		t.Errorf("ask: %+v", last)
	}
	if v.Body.ID != "v1" || v.Body.State != app.VisuraRunning {
		t.Errorf("ask: %+v", v)
	}

	if _, err := Call(ctx, c, wire.GetVisura, &wire.GetVisuraInput{ID: "a b/ü", Wait: 3}); err != nil {
		t.Fatal(err)
	}
	if last.path != "/v1/visure/a%20b%2F%C3%BC" || last.query != "wait=3" || last.body != "" {
		t.Errorf("get: %+v", last)
	}

	// An embedded struct, defaults whose zero is out of range, empty filters.
	if _, err := Call(ctx, c, wire.ListUsers, &wire.UsersInput{Page: wire.Page{Search: "rossi & figli"}}); err != nil {
		t.Fatal(err)
	}
	if last.query != "q=rossi+%26+figli" {
		t.Errorf("list: %+v", last)
	}
	if _, err := Call(ctx, c, wire.ListUsers, &wire.UsersInput{Page: wire.Page{Limit: 7, Cursor: "c"}, Enabled: "false"}); err != nil {
		t.Fatal(err)
	}
	if last.query != "cursor=c&enabled=false&limit=7" {
		t.Errorf("list: %+v", last)
	}
	if _, err := Call(ctx, c, wire.ListDepartments, nil); err != nil || last.query != "" || last.kind != "" {
		t.Errorf("no input: %v, %+v", err, last)
	}

	d, err := Call(ctx, c, wire.GetDocument, &wire.DocumentInput{ID: "v1", Language: "de"})
	if err != nil {
		t.Fatal(err)
	}
	if string(d.Body) != "%PDF-1.7" || d.ContentType != "application/pdf" || !strings.Contains(d.Disposition, "visura.pdf") || last.query != "language=de" {
		t.Errorf("document: %+v, %+v", d, last)
	}

	in := &wire.SignInInput{}
	in.Body.Username = "anna"
	s, err := Call(ctx, c, wire.SignIn, in)
	if err != nil {
		t.Fatal(err)
	}
	if s.Body.Token != "tk" || s.Body.User.Username != "anna" || last.auth != "" {
		t.Errorf("sign in: %+v, %+v", s.Body, last)
	}
	if g.last.AccessHash != "" {
		t.Error("the proof of a sign-in is bound to a former token")
	}
	if _, err := Call(ctx, c, wire.SignOut, nil); err != nil {
		t.Error(err)
	}
	if _, err := Call(ctx, c, wire.ConfirmPassword, new(wire.ConfirmInput)); err != nil {
		t.Error(err)
	}
}

func TestPathNeedsItsParts(t *testing.T) {
	g := &gatekeeper{handler: func(w http.ResponseWriter, r *http.Request) { writeJSON(w, struct{}{}) }}
	c := start(t, g)
	c.SetToken("t")
	for _, id := range []app.ID{"", ".", ".."} {
		if _, err := Call(t.Context(), c, wire.GetVisura, &wire.GetVisuraInput{ID: id}); err == nil {
			t.Errorf("%q accepted", id)
		}
	}
	if _, err := Call(t.Context(), c, wire.GetVisura, nil); err == nil {
		t.Error("no input accepted")
	}
	if g.tries != 0 {
		t.Errorf("%d requests", g.tries)
	}
}

func TestNonce(t *testing.T) {
	g := &gatekeeper{nonce: "n1", handler: func(w http.ResponseWriter, r *http.Request) { writeJSON(w, wire.ServerInfo{Body: "X"}) }}
	c := start(t, g)
	for i, want := range []int{2, 3, 4} { // the first call is repeated, the others know the nonce
		if _, err := Call(t.Context(), c, wire.GetServer, nil); err != nil {
			t.Fatal(err)
		}
		if g.tries != want {
			t.Errorf("call %d: %d tries, want %d", i, g.tries, want)
		}
	}
	g.mu.Lock()
	g.nonce = "n2"
	g.mu.Unlock()
	if _, err := Call(t.Context(), c, wire.GetServer, nil); err != nil || g.tries != 6 {
		t.Errorf("%v after %d tries", err, g.tries)
	}
}

func TestNonceForEver(t *testing.T) {
	tries := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tries++
		w.Header().Set(wire.HeaderNonce, app.NewSecret(8))
		writeProblem(w, app.E(app.CodeNonceNeeded), "")
	}))
	defer s.Close()
	c, err := New(Options{Server: s.URL, Signer: newSigner(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Call(t.Context(), c, wire.GetServer, nil); app.CodeOf(err) != app.CodeNonceNeeded || tries != 2 {
		t.Errorf("%v after %d tries", err, tries)
	}
}

func TestWrongClock(t *testing.T) {
	g := &gatekeeper{skew: 3 * time.Hour, handler: func(w http.ResponseWriter, r *http.Request) { writeJSON(w, wire.ServerInfo{}) }}
	c := start(t, g)
	for range 2 {
		if _, err := Call(t.Context(), c, wire.GetServer, nil); err != nil {
			t.Fatal(err)
		}
	}
	if g.tries != 3 {
		t.Errorf("%d tries", g.tries)
	}
}

func TestReplayedByTheNetwork(t *testing.T) {
	var mu sync.Mutex
	tries := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		tries[r.Method+r.URL.Path]++
		if tries[r.Method+r.URL.Path] == 1 {
			writeProblem(w, app.E(app.CodeProofReplayed), "")
			return
		}
		writeJSON(w, struct{}{})
	}))
	defer s.Close()
	c, err := New(Options{Server: s.URL, Signer: newSigner(t)})
	if err != nil {
		t.Fatal(err)
	}
	c.SetToken("t")
	if _, err := Call(t.Context(), c, wire.GetServer, nil); err != nil {
		t.Error(err)
	}
	if _, err := Call(t.Context(), c, wire.AskVisura, &wire.AskVisuraInput{Key: "12345678"}); err != nil {
		t.Error(err)
	}
	if _, err := Call(t.Context(), c, wire.CreateUser, new(wire.CreateUserInput)); app.CodeOf(err) != app.CodeProofReplayed || tries["POST/v1/users"] != 1 {
		t.Errorf("a write was repeated: %v, %v", err, tries)
	}
}

func TestRefusals(t *testing.T) {
	var answer error
	g := &gatekeeper{handler: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7")
		writeProblem(w, answer, "ab12")
	}}
	c := start(t, g)
	c.SetToken("t")

	answer = app.E(app.CodeLocked, "minutes", "3").At("username")
	_, err := Call(t.Context(), c, wire.GetSession, nil)
	var e *app.Error
	if !errors.As(err, &e) || e.Code != app.CodeLocked || e.Params["minutes"] != "3" || e.Field != "username" {
		t.Errorf("%v", err)
	}
	if Reference(err) != "ab12" || RetryAfter(err) != 7*time.Second || errors.Is(err, ErrUnreachable) {
		t.Errorf("%q, %v", Reference(err), RetryAfter(err))
	}
	if !strings.Contains(err.Error(), "locked at username [ab12]") {
		t.Errorf("%q", err)
	}

	answer = app.Errors{app.E(app.CodeRequired).At("name"), app.E(app.CodeEmail).At("email")}
	_, err = Call(t.Context(), c, wire.GetSession, nil)
	var es app.Errors
	if !errors.As(err, &es) || len(es) != 2 || es[1].Field != "email" || Reference(err) != "ab12" {
		t.Errorf("%v", err)
	}

	c.SetToken("")
	before := g.tries
	if _, err = Call(t.Context(), c, wire.GetSession, nil); app.CodeOf(err) != app.CodeSessionMissing || g.tries != before {
		t.Errorf("no session: %v", err)
	}
	if Reference(nil) != "" || Reference(io.EOF) != "" || RetryAfter(io.EOF) != 0 {
		t.Error("a reference from nowhere")
	}
}

func reason(err error) Reason {
	var u *Unreachable
	if errors.As(err, &u) && errors.Is(err, ErrUnreachable) {
		return u.Reason
	}
	return ""
}

func TestStrangers(t *testing.T) {
	var kind, body string
	status := 200
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Location", "https://elsewhere.example/")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	defer s.Close()
	c, err := New(Options{Server: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		status     int
		kind, body string
	}{
		{200, "text/html", "<html>"},
		{200, "application/json", "<html>"},
		{200, "application/json", ""},
		{502, "text/html", "Bad Gateway"},
		{500, "application/problem+json", "{}"},
		{503, "application/problem+json", "x"},
		{302, "text/html", ""},
		{404, "text/plain", ""},
	} {
		status, kind, body = x.status, x.kind, x.body
		if _, err := Call(t.Context(), c, wire.GetServer, nil); reason(err) != ReasonStranger {
			t.Errorf("%+v: %v", x, err)
		}
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	c, err := New(Options{Server: "http://" + address, Signer: newSigner(t)})
	if err != nil {
		t.Fatal(err)
	}
	c.SetToken("tok")
	_, err = Call(t.Context(), c, wire.ListUsers, &wire.UsersInput{Page: wire.Page{Search: "RSSMRA80A01H501U"}})
	if reason(err) != ReasonNetwork {
		t.Errorf("%v", err)
	}
	if strings.Contains(err.Error(), "RSSMRA") {
		t.Errorf("the error quotes the search: %v", err)
	}

	hang := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(hang)
	if c, err = New(Options{Server: s.URL, Short: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if _, err := Call(t.Context(), c, wire.GetServer, nil); reason(err) != ReasonTimeout {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Call(ctx, c, wire.GetServer, nil); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
	if _, err := Call(t.Context(), c, wire.RegisterWorkstation, nil); app.CodeOf(err) != app.CodeProofMissing {
		t.Errorf("without a key: %v", err)
	}
}

func TestTLS(t *testing.T) {
	g := &gatekeeper{t: t, nonce: "n", handler: func(w http.ResponseWriter, r *http.Request) { writeJSON(w, wire.ServerInfo{Body: "X"}) }}
	s := httptest.NewUnstartedServer(g)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()

	stranger, err := New(Options{Server: s.URL, Signer: newSigner(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Call(t.Context(), stranger, wire.GetServer, nil); reason(err) != ReasonCertificate {
		t.Errorf("unknown authority: %v", err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Server: s.URL + "/", CAFile: file, Signer: newSigner(t)})
	if err != nil {
		t.Fatal(err)
	}
	out, err := Call(t.Context(), c, wire.GetServer, nil)
	if err != nil || out.Body.Body != "X" {
		t.Errorf("%v, %+v", err, out)
	}
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Server: s.URL, CAFile: file}); err == nil {
		t.Error("a file without certificates is accepted")
	}
	if _, err := New(Options{Server: s.URL, CAFile: file + ".not"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"https://Indagor.Comune.example/": "https://indagor.comune.example",
		" HTTPS://h:8443/base/ ":          "https://h:8443/base",
		"http://localhost:8080":           "http://localhost:8080",
		"http://127.0.0.1:8080":           "http://127.0.0.1:8080",
		"http://[::1]:8080":               "http://[::1]:8080",
		"http://indagor.comune.example":   "",
		"http://10.0.0.1":                 "",
		"http://localhost.evil.example":   "",
		"http://127.0.0.1.evil.example":   "",
		"https://user:pass@h":             "",
		"https://h/?a=b":                  "",
		"https://h/#x":                    "",
		"ftp://h":                         "",
		"indagor.comune.example":          "",
		"https://":                        "",
		"https://:443":                    "",
		"":                                "",
		"https://h\x7f":                   "",
	} {
		got, err := Address(in)
		if got != want || (want == "") != errors.Is(err, ErrAddress) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	if _, err := New(Options{Server: "http://10.0.0.1"}); !errors.Is(err, ErrAddress) {
		t.Errorf("%v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	g := &gatekeeper{nonce: "n", handler: func(w http.ResponseWriter, r *http.Request) { writeJSON(w, wire.ServerInfo{}) }}
	c := start(t, g)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				if _, err := Call(t.Context(), c, wire.GetServer, nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if g.calls != 80 {
		t.Errorf("%d calls", g.calls)
	}
}

func BenchmarkCall(b *testing.B) {
	g := &gatekeeper{nonce: "n", handler: func(w http.ResponseWriter, r *http.Request) { writeJSON(w, wire.ServerInfo{}) }}
	c := start(b, g)
	for b.Loop() {
		if _, err := Call(b.Context(), c, wire.GetServer, nil); err != nil {
			b.Fatal(err)
		}
	}
}
