package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// streaming answers with the text and ends, or goes on until the caller goes.
func streaming(text string, goesOn bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		fmt.Fprint(w, text)
		w.(http.Flusher).Flush()
		if goesOn {
			<-r.Context().Done()
		}
	}
}

func TestListen(t *testing.T) {
	g := &gatekeeper{nonce: "n"}
	g.handler = streaming(": begin\nretry: 3000\nid: 7\ndata: {\"kind\":\"resync\"}\n\nevent: message\ndata:{\"kind\":\"visura\",\ndata: \"id\":\"v1\"}\r\n\r\n: .\n\ndata: {\"kind\":\"session\",\"code\":\"session_ended\",\"more\":1}\n\ndata: {\"kind\":\"lost\"}", false)
	c := start(t, g)
	c.SetToken("token")
	var got []wire.Signal
	err := c.Listen(t.Context(), func(s wire.Signal) { got = append(got, s) })
	if u, ok := errors.AsType[*Unreachable](err); !ok || u.Reason != ReasonNetwork {
		t.Errorf("%v", err)
	}
	want := []wire.Signal{{Kind: app.SignalResync}, {Kind: app.SignalVisura, ID: "v1"}, {Kind: app.SignalSession, Code: app.CodeSessionEnded}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v", got)
	}
	if g.calls != 1 || g.tries != 2 || g.last.Method != "GET" || g.last.AccessHash == "" {
		t.Errorf("%d of %d, %+v", g.calls, g.tries, g.last)
	}
}

func TestListenFails(t *testing.T) {
	for name, x := range map[string]struct {
		handler http.HandlerFunc
		code    app.Code
		reason  Reason
	}{
		"refused":      {func(w http.ResponseWriter, _ *http.Request) { writeProblem(w, app.E(app.CodeSessionTaken), "r") }, app.CodeSessionTaken, ""},
		"no stream":    {func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 1) }, "", ReasonStranger},
		"proxy":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "", ReasonStranger},
		"nonsense":     {streaming("data: {kind}\n\n", true), "", ReasonStranger},
		"endless line": {streaming("data: "+strings.Repeat("x", mostLine), true), "", ReasonNetwork},
		"endless data": {streaming(strings.Repeat("data: "+strings.Repeat("x", mostLine/2)+"\n", 3), true), "", ReasonNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, &gatekeeper{nonce: "n", handler: x.handler})
			c.SetToken("token")
			err := c.Listen(t.Context(), func(s wire.Signal) { t.Errorf("heard %+v", s) })
			u, _ := errors.AsType[*Unreachable](err)
			if x.code != "" && app.CodeOf(err) != x.code || x.reason != "" && (u == nil || u.Reason != x.reason) {
				t.Errorf("%v", err)
			}
		})
	}
	c := start(t, &gatekeeper{nonce: "n", handler: streaming("data: {\"kind\":\"users\"}\n\n", true)})
	if err := c.Listen(t.Context(), nil); app.CodeOf(err) != app.CodeSessionMissing {
		t.Errorf("without a session: %v", err)
	}
	c.SetToken("token")
	ctx, cancel := context.WithCancel(t.Context())
	if err := c.Listen(ctx, func(wire.Signal) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestListenToSilence: a stream that says nothing, not even that it is there,
// is given up; heartbeats keep it.
func TestListenToSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		ctx, end := context.WithCancelCause(t.Context())
		watch := time.AfterFunc(quiet, func() { end(errQuiet); r.CloseWithError(errQuiet) })
		go func() {
			for range 10 {
				time.Sleep(wire.SignalHeartbeat * time.Second)
				fmt.Fprint(w, ": .\n\n")
			}
		}()
		began := time.Now()
		err := events(r, func() { watch.Reset(quiet) }, func([]byte) error { return nil })
		if err := broken(t.Context(), ctx, err); time.Since(began) != 10*wire.SignalHeartbeat*time.Second+quiet {
			t.Errorf("given up after %v: %v", time.Since(began), err)
		} else if u, ok := errors.AsType[*Unreachable](err); !ok || u.Reason != ReasonTimeout {
			t.Errorf("%v", err)
		}
	})
}

func FuzzEvents(f *testing.F) {
	f.Add("data: {\"kind\":\"users\"}\n\n")
	f.Add(": .\n\ndata\ndata:\n\nid: 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		err := events(strings.NewReader(text), func() {}, func(data []byte) error {
			n++
			if len(data) > mostLine {
				t.Error("too long")
			}
			return nil
		})
		if err == nil && n > strings.Count(text, "\n") {
			t.Errorf("%d events of %q", n, text)
		}
	})
}
