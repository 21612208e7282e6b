package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

var export = wire.Endpoint[wire.Page, wire.Download]{ID: "export", Method: "GET", Path: "/v1/export", Access: wire.AccessUser}

// piecewise answers with a file whose pieces the test hands in; closing the
// channel ends the file, and "break" breaks the connection.
func piecewise(pieces chan string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="attivita.csv"`)
		for {
			select {
			case <-r.Context().Done():
				return
			case p, ok := <-pieces:
				switch {
				case !ok:
					return
				case p == "break":
					panic(http.ErrAbortHandler)
				}
				io.WriteString(w, p)
				w.(http.Flusher).Flush()
			}
		}
	}
}

func TestDownload(t *testing.T) {
	pieces := make(chan string, 8)
	g := &gatekeeper{handler: piecewise(pieces), nonce: "n1"} // the first try has no nonce
	c := start(t, g)
	c.SetToken("t")
	pieces <- "one"
	var b bytes.Buffer
	var told []int64
	name, err := Download(t.Context(), c, export, &wire.Page{Search: "x"}, &b, func(n int64) {
		if told = append(told, n); len(told) == 1 {
			pieces <- "two"
			close(pieces)
		}
	})
	if err != nil || name != "attivita.csv" || b.String() != "onetwo" || len(told) != 2 || told[1] != 6 {
		t.Errorf("%q, %v, %q, %v", name, err, b.String(), told)
	}
	if g.tries != 2 {
		t.Errorf("%d tries", g.tries)
	}
}

func TestDownloadFails(t *testing.T) {
	run := func(t *testing.T, g *gatekeeper, ctx context.Context, o func(*Client), w io.Writer, received func(int64)) error {
		t.Helper()
		c := start(t, g)
		c.SetToken("t")
		if o != nil {
			o(c)
		}
		name, err := Download(ctx, c, export, nil, w, received)
		if err == nil || name != "" {
			t.Fatalf("%q, %v", name, err)
		}
		return err
	}
	t.Run("refused", func(t *testing.T) {
		err := run(t, &gatekeeper{handler: func(w http.ResponseWriter, _ *http.Request) { writeProblem(w, app.E(app.CodeForbidden), "ref7") }}, t.Context(), nil, io.Discard, nil)
		if app.CodeOf(err) != app.CodeForbidden || Reference(err) != "ref7" {
			t.Error(err)
		}
	})
	t.Run("broken off", func(t *testing.T) {
		pieces := make(chan string, 2)
		pieces <- "half"
		pieces <- "break"
		if err := run(t, &gatekeeper{handler: piecewise(pieces)}, t.Context(), nil, io.Discard, nil); !errors.Is(err, ErrUnreachable) {
			t.Error(err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		pieces := make(chan string, 1)
		pieces <- "half"
		ctx, cancel := context.WithCancel(t.Context())
		if err := run(t, &gatekeeper{handler: piecewise(pieces)}, ctx, nil, io.Discard, func(int64) { cancel() }); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("silent", func(t *testing.T) {
		pieces := make(chan string, 1)
		pieces <- "half"
		err := run(t, &gatekeeper{handler: piecewise(pieces)}, t.Context(), func(c *Client) { c.pause = 50 * time.Millisecond }, io.Discard, nil)
		if u, ok := errors.AsType[*Unreachable](err); !ok || u.Reason != ReasonTimeout {
			t.Error(err)
		}
	})
	t.Run("nowhere to write", func(t *testing.T) {
		pieces := make(chan string, 1)
		pieces <- "half"
		full := errors.New("disk full")
		if err := run(t, &gatekeeper{handler: piecewise(pieces)}, t.Context(), nil, failing{full}, nil); !errors.Is(err, full) {
			t.Error(err)
		}
	})
	t.Run("no file", func(t *testing.T) {
		g := &gatekeeper{handler: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>"+strings.Repeat(" ", 100)) }}
		if err := run(t, g, t.Context(), nil, io.Discard, nil); !errors.Is(err, ErrUnreachable) {
			t.Error(err)
		}
	})
	t.Run("no session", func(t *testing.T) {
		g := &gatekeeper{handler: piecewise(nil)}
		if err := run(t, g, t.Context(), func(c *Client) { c.SetToken("") }, io.Discard, nil); app.CodeOf(err) != app.CodeSessionMissing || g.tries != 0 {
			t.Error(err)
		}
	})
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
