package server_test

import (
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/sse"

	"indagor/app"
	"indagor/server"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// ear is somebody who listens.
type ear struct {
	t     testing.TB
	heard chan wire.Signal
	ended chan error
	stop  context.CancelFunc
}

// listen opens a stream for who is signed in and waits until it is open.
func listen(t testing.TB, c *client.Client) *ear {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	x := &ear{t: t, heard: make(chan wire.Signal, 1000), ended: make(chan error, 1), stop: cancel}
	go func() { x.ended <- c.Listen(ctx, func(s wire.Signal) { x.heard <- s }) }()
	t.Cleanup(cancel)
	if s := x.next(); s.Kind != app.SignalResync {
		t.Fatalf("a stream begins with %+v", s)
	}
	return x
}

// next is what is heard next.
func (x *ear) next() wire.Signal {
	x.t.Helper()
	select {
	case s := <-x.heard:
		return s
	case err := <-x.ended:
		x.t.Fatalf("the stream has ended: %v", err)
	case <-time.After(patience):
		x.t.Fatal("nothing is heard")
	}
	return wire.Signal{}
}

// until passes over what is heard before the kind.
func (x *ear) until(k app.SignalKind) (before []wire.Signal) {
	x.t.Helper()
	for {
		s := x.next()
		if s.Kind == k {
			return before
		}
		before = append(before, s)
	}
}

// over waits for the end, and fails unless the stream has said the reason.
func (x *ear) over(what string, why app.Code) {
	x.t.Helper()
	select {
	case err := <-x.ended:
		if !errors.Is(err, client.ErrUnreachable) {
			x.t.Errorf("%s: the stream ends with %v", what, err)
		}
	case <-time.After(patience):
		x.t.Fatalf("%s: the stream does not end", what)
	}
	var last wire.Signal
	for len(x.heard) > 0 {
		last = <-x.heard
	}
	if want := (wire.Signal{Kind: app.SignalSession, Code: why}); last != want && why != "" {
		x.t.Errorf("%s: last heard is %+v, want %+v", what, last, want)
	}
}

// TestSignalsArrive: whoever may see it hears of it within a second of its
// commit.
func TestSignalsArrive(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	top, admin := listen(t, w.Desk.Client), listen(t, w.At(w.Admin, "ADMIN-01").Client)
	other := listen(t, w.At(w.TaxAdmin, "ADMIN-02").Client)
	user := w.Person(app.RoleStandard, w.Registry, nil)
	top.until(app.SignalUsers)
	admin.until(app.SignalUsers)
	clerk := w.At(user, "ANAG-01")
	own := listen(t, clerk.Client)
	best := time.Hour
	for _, key := range []string{"signals-1", "signals-2", "signals-3", "signals-4", "signals-5"} {
		v, err := clerk.Ask(key, wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}})
		if err != nil {
			t.Fatal(err)
		}
		ended := time.Now()
		for range 2 { // begun, and ended
			if s := own.next(); s != (wire.Signal{Kind: app.SignalVisura, ID: v.ID}) {
				t.Errorf("%+v", s)
			}
		}
		best = min(best, time.Since(ended))
		top.until(app.SignalActivity)
		admin.until(app.SignalActivity)
	}
	if best > time.Second {
		t.Errorf("at best it took %v", best)
	}
	// The other department's ADMIN has heard nothing of all that.
	station := w.NewClient("NUOVA-01")
	say(t, station, wire.RegisterWorkstation, station.Registration("NUOVA-01", ""))
	for _, s := range other.until(app.SignalWorkstations) {
		t.Errorf("the other ADMIN hears %+v", s)
	}
}

// TestStandardPSUnheard: what a STANDARDPS user does causes no signal to TOP
// and ADMIN at all; he hears of his own.
func TestStandardPSUnheard(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	officer := w.At(w.Person(app.RoleStandardPS, w.Registry, nil), "PATTUGLIA-01")
	clerk, adminDesk := w.Person(app.RoleStandard, w.Registry, nil), w.At(w.Admin, "ADMIN-01")
	own, top, admin := listen(t, officer.Client), listen(t, w.Desk.Client), listen(t, adminDesk.Client)
	patrol(t, officer)
	own.until(app.SignalVisura)
	// Whatever the patrol caused stands before this in their queues.
	station := w.NewClient("NUOVA-01")
	say(t, station, wire.RegisterWorkstation, station.Registration("NUOVA-01", ""))
	for _, s := range admin.until(app.SignalWorkstations) {
		t.Errorf("ADMIN hears %+v", s)
	}
	for _, s := range top.until(app.SignalWorkstations) {
		if s.Kind != app.SignalHistory { // of the workstation
			t.Errorf("TOP hears %+v", s)
		}
	}
	// That he signs in and out, TOP may know.
	say(t, officer, wire.SignOut, nil)
	top.until(app.SignalAccesses)
	own.over("signed out", app.CodeSessionEnded)
	// The ears work: a clerk's activity is heard.
	if _, err := w.At(clerk, "ANAG-01").Ask("heard-clerk", wire.VisuraRequest{Type: app.VisuraEsistenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}}); err != nil {
		t.Fatal(err)
	}
	admin.until(app.SignalActivity)
	top.until(app.SignalActivity)
}

// TestStreamEndsWithTheSession: in whatever way the session ends, the stream
// says why and ends at once, long before the next heartbeat.
func TestStreamEndsWithTheSession(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	for what, x := range map[string]struct {
		do  func(c *servertest.Client, p servertest.Person)
		why app.Code
	}{
		"signed out": {func(c *servertest.Client, _ servertest.Person) { say(t, c, wire.SignOut, nil) }, app.CodeSessionEnded},
		"taken over": {func(_ *servertest.Client, p servertest.Person) {
			elsewhere := w.Station("ALTRA-" + p.Username)
			in := elsewhere.Credentials(p.Username, p.Password)
			in.Body.TakeOver = true
			say(t, elsewhere, wire.SignIn, in)
		}, app.CodeSessionTaken},
		"reset": {func(_ *servertest.Client, p servertest.Person) {
			say(t, w.Desk, wire.ResetPassword, named(p.ID))
		}, app.CodeSessionEnded},
		"disabled": {func(_ *servertest.Client, p servertest.Person) {
			say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: p.ID})
		}, app.CodeSessionEnded},
		"suspended": {func(c *servertest.Client, _ servertest.Person) {
			in := &wire.WorkstationActInput{ID: c.Own.ID}
			in.Body.Reason = "controllo"
			say(t, w.Desk, wire.SuspendWorkstation, in)
		}, app.CodeWorkstationSuspended},
		"revoked": {func(c *servertest.Client, _ servertest.Person) {
			in := &wire.WorkstationActInput{ID: c.Own.ID}
			in.Body.Reason = "dismessa"
			say(t, w.Desk, wire.RevokeWorkstation, in)
		}, app.CodeWorkstationRevoked},
		"not listed": {func(_ *servertest.Client, p servertest.Person) {
			u := p.User
			u.Profile.WorkstationID = []app.ID{w.Desk.Own.ID}
			say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: u.ID, Body: u})
		}, app.CodeWorkstationNotListed},
	} {
		t.Run(what, func(t *testing.T) {
			p := w.Person(app.RoleStandard, w.Registry, nil)
			c := w.At(p, "ANAG-"+p.Username)
			own := listen(t, c.Client)
			began := time.Now()
			x.do(c, p)
			own.over(what, x.why)
			if took := time.Since(began); took > wire.SignalHeartbeat*time.Second/2 {
				t.Errorf("after %v", took)
			}
		})
	}
}

// TestStreamNeedsASession: every role may listen; nobody without a session in
// which he may work.
func TestStreamNeedsASession(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	for _, role := range []app.Role{app.RoleStandard, app.RoleStandardPS, app.RoleAdmin} {
		listen(t, w.At(w.Person(role, w.Registry, nil), "POSTO-"+string(role)).Client)
	}
	listen(t, w.Desk.Client)
	never := func(s wire.Signal) { t.Errorf("heard %+v", s) }

	p := w.Person(app.RoleStandard, w.Registry, nil)
	c := w.Station("ANAG-09")
	refusedAs(t, "without a session", c.Listen(t.Context(), never), app.CodeSessionMissing, "")
	c.SetToken("nobody's")
	refusedAs(t, "with no session's token", c.Listen(t.Context(), never), app.CodeSessionEnded, "")
	out := say(t, c, wire.SignIn, c.Credentials(p.Username, p.Secret()))
	c.SetToken(out.Body.Token)
	refusedAs(t, "before the password is changed", c.Listen(t.Context(), never), app.CodeMustChange, "")
	thief := w.Station("ALTROVE-01")
	thief.SetToken(out.Body.Token)
	refusedAs(t, "with another's token", thief.Listen(t.Context(), never), app.CodeSessionEnded, "")
	if a := plain(t, "GET", w.URL+wire.Listen.Path, nil); a.status != http.StatusUnauthorized || a.problem.Code != app.CodeSessionMissing {
		t.Errorf("without anything: %d %s", a.status, a.body)
	}
}

// TestStreamsOfOneSession: one more than a session may have ends the oldest.
func TestStreamsOfOneSession(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	var ears []*ear
	for range 4 {
		ears = append(ears, listen(t, w.Desk.Client))
	}
	ears[0].over("the oldest", "")
	w.Person(app.RoleStandard, w.Registry, nil)
	for _, x := range ears[1:] {
		x.until(app.SignalUsers)
	}
}

// TestStreamSeesWhatAnotherProcessDid: at each heartbeat it is looked whether
// the hearer may still listen, since the console is another process.
func TestStreamSeesWhatAnotherProcessDid(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Server: func(o *server.Options) { o.Beat = 20 * time.Millisecond }})
	p := w.Person(app.RoleStandard, w.Registry, nil)
	x := listen(t, w.At(p, "ANAG-01").Client)
	raw := rawTables(t, w)
	if _, err := raw.db.Exec("UPDATE sessions SET ended = 1, reason = 'disabled' WHERE user_id = $1", p.ID); err != nil {
		t.Fatal(err)
	}
	x.over("ended by another process", app.CodeSessionEnded)
}

// TestStreamOutlivesTheTimesOfACall: neither the time to read a request nor
// that to write an answer, nor that of one message, ends a stream, over
// HTTP/1.1 and HTTP/2.
func TestStreamOutlivesTheTimesOfACall(t *testing.T) {
	const short = time.Second
	was := sse.WriteTimeout
	sse.WriteTimeout = short
	t.Cleanup(func() { sse.WriteTimeout = was })
	for _, two := range []bool{false, true} {
		w := servertest.Start(t, servertest.Options{Server: func(o *server.Options) { o.Beat = short }})
		s := httptest.NewUnstartedServer(w.Server.Handler())
		s.Config.ReadTimeout, s.Config.WriteTimeout = short, short
		s.EnableHTTP2 = two
		s.StartTLS()
		file := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		out := say(t, w.Desk, wire.SignIn, w.Desk.Credentials(w.Top.Username, w.Top.Password))
		w.Desk.SetToken(out.Body.Token)
		c, err := client.New(client.Options{Server: s.URL, CAFile: file, Signer: w.Desk.Signer})
		if err != nil {
			t.Fatal(err)
		}
		c.SetToken(out.Body.Token)
		x := listen(t, c)
		select {
		case err := <-x.ended:
			t.Errorf("HTTP/2 %t: the stream has ended: %v", two, err)
		case <-time.After(3 * short): // the times of a call pass, for real
		}
		w.Person(app.RoleStandard, w.Registry, nil)
		x.until(app.SignalUsers)
		w.Server.EndStreams()
		x.over("the server stops", "")
		c.Close()
		s.Close()
	}
}

// TestShutdownEndsStreams: a server that stops does not wait for those who
// listen.
func TestShutdownEndsStreams(t *testing.T) {
	w := servertest.Start(t, servertest.Options{Config: func(c *server.Config) { c.Server.Addr = "127.0.0.1:0" }})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- w.Server.Run(ctx, func(addr string) { ready <- addr }) }()
	c, err := client.New(client.Options{Server: "http://" + <-ready, Signer: w.Desk.Signer})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	out := say(t, w.Desk, wire.SignIn, w.Desk.Credentials(w.Top.Username, w.Top.Password))
	c.SetToken(out.Body.Token)
	x := listen(t, c)
	stop()
	x.over("the server stops", "")
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second): // half of the patience that it has with calls
		t.Fatal("the server waits for who listens")
	}
}
