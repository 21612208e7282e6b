package pdnd

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

func TestTransportFailures(t *testing.T) {
	t.Run("refused", func(t *testing.T) {
		f := newFake(t)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		nowhere := "http://" + l.Addr().String()
		l.Close()
		c := f.client(func(cfg *Config) {
			cfg.Services[anpr.C020] = Endpoint{URL: nowhere + "/v1", Audience: f.audience(anpr.C020), PurposeID: testPurpose + "-C020"}
		})
		_, calls, err := c.Lookup(t.Context(), testRequest(anpr.C020))
		if app.CodeOf(err) != app.CodeAnprDown || len(calls) != 1 || calls[0].Status != 0 || calls[0].Code != "anpr_unreachable" || calls[0].OperationID == "" {
			t.Errorf("%+v %v", calls, err)
		}
		c = f.client(func(cfg *Config) { cfg.TokenURL = nowhere })
		_, calls, err = c.Lookup(t.Context(), testRequest(anpr.C020))
		if app.CodeOf(err) != app.CodeAnprDown || len(calls) != 0 {
			t.Errorf("%+v %v", calls, err)
		}
	})
	t.Run("unknown authority", func(t *testing.T) {
		f := newFake(t)
		tls := httptest.NewUnstartedServer(http.NotFoundHandler())
		tls.Config.ErrorLog = log.New(io.Discard, "", 0)
		tls.StartTLS()
		defer tls.Close()
		c := f.client(func(cfg *Config) {
			cfg.Services[anpr.C020] = Endpoint{URL: tls.URL + "/v1", Audience: f.audience(anpr.C020), PurposeID: testPurpose + "-C020"}
		})
		if _, _, err := c.Lookup(t.Context(), testRequest(anpr.C020)); app.CodeOf(err) != app.CodeAnprDown {
			t.Error(err)
		}
	})
	t.Run("broken off", func(t *testing.T) {
		f := newFake(t)
		c := f.client()
		f.answer = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentJSON)
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"idOperazioneANPR"`))
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			panic(http.ErrAbortHandler)
		}
		_, calls, err := c.Lookup(t.Context(), testRequest(anpr.C020))
		if app.CodeOf(err) != app.CodeAnprDown || len(calls) != 1 || calls[0].Status != 200 {
			t.Errorf("%+v %v", calls, err)
		}
	})
	for _, c := range []struct {
		name string
		code app.Code
		is   error
		end  func(context.CancelFunc) context.CancelFunc
	}{
		{"slow", app.CodeAnprSlow, context.DeadlineExceeded, nil},
		{"the caller goes", app.CodeCancelled, context.Canceled, func(cancel context.CancelFunc) context.CancelFunc { return cancel }},
	} {
		for _, where := range []string{"service", "token"} {
			t.Run(c.name+" at the "+where, func(t *testing.T) {
				f := newFake(t)
				cl := f.client()
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				if c.end != nil {
					ctx, cancel = context.WithCancel(t.Context())
				}
				defer cancel()
				release := make(chan struct{})
				defer close(release)
				stuck := func(_ http.ResponseWriter, r *http.Request) {
					if c.end != nil {
						cancel()
					}
					select {
					case <-r.Context().Done():
					case <-release:
					}
				}
				want := 1
				if f.answer = stuck; where == "token" {
					f.token, want = stuck, 0
				}
				_, calls, err := cl.Lookup(ctx, testRequest(anpr.C020))
				if app.CodeOf(err) != c.code || !errors.Is(err, c.is) || len(calls) != want {
					t.Errorf("%+v %v", calls, err)
				}
				if want == 1 && (calls[0].Status != 0 || calls[0].Code != string(c.code)) {
					t.Errorf("evidence %+v", calls[0])
				}
			})
		}
	}
	t.Run("slow voucher", func(t *testing.T) {
		f := newFake(t)
		release := make(chan struct{})
		f.token = func(http.ResponseWriter, *http.Request) { <-release }
		defer close(release)
		c := f.client(func(cfg *Config) { cfg.TokenTimeout = 20 * time.Millisecond })
		if _, calls, err := c.Lookup(t.Context(), testRequest(anpr.C020)); app.CodeOf(err) != app.CodeAnprSlow || len(calls) != 0 {
			t.Errorf("%+v %v", calls, err)
		}
	})
}
