package server

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
	"indagor/server/internal/anpr/pdnd"
	"indagor/server/internal/store"
)

// newRegister builds the way to ANPR that the configuration describes; none
// where no token endpoint is given. A register in the place of PDND's takes
// its manners from here.
func newRegister(ctx context.Context, c Config, db *store.DB, zone *time.Location, own func(anpr.Service) int, instead anpr.Register, now func() time.Time, log *slog.Logger) (*anpr.Guarded, error) {
	if c.ANPR.TokenURL == "" {
		return nil, nil
	}
	key, warning, err := pdnd.LoadKey(c.ANPR.KeyFile)
	if err != nil {
		return nil, err
	}
	if warning != "" {
		log.Warn("key of the PDND client", "warning", warning)
	}
	p := pdnd.Config{
		TokenURL: c.ANPR.TokenURL, TokenAudience: c.ANPR.TokenAudience, ClientID: c.ANPR.ClientID, Key: key, KeyID: c.ANPR.KeyID,
		Services: map[anpr.Service]pdnd.Endpoint{}, Now: now,
	}
	for code, e := range c.ANPR.EServices {
		p.Services[anpr.Service(code)] = pdnd.Endpoint{URL: e.URL, Audience: e.Audience, PurposeID: e.PurposeID}
	}
	if c.ANPR.CAFile != "" {
		if p.RootCAs, err = x509.SystemCertPool(); err != nil {
			return nil, err
		}
		pem, err := os.ReadFile(c.ANPR.CAFile)
		if err != nil {
			return nil, err
		}
		if !p.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("anpr.ca_file: no certificate in %s", c.ANPR.CAFile)
		}
	}
	client := instead
	if client == nil {
		if client, err = pdnd.New(p); err != nil {
			return nil, err
		}
	}
	o := anpr.Defaults()
	o.Bulkhead.Parallel = c.ANPR.Parallel
	o.Timeout = time.Duration(c.ANPR.Timeout)
	o.Store, o.Own, o.Zone, o.Now, o.Log = quotaStore{db}, own, zone, now, log
	return anpr.Guard(ctx, client, o)
}

// absent answers in the register's place where no way to ANPR is configured.
var absent = anpr.Func(func(context.Context, anpr.Request) (anpr.Answer, []anpr.Call, error) {
	return anpr.Answer{}, nil, app.E(app.CodeAnprOff)
})

// registerState tells in one word how ANPR stands, and since when. It knows
// only of the server's own probes: were it moved by look-ups, those of users
// whom nobody monitors would move it too, for everybody to see.
type registerState struct {
	now func() time.Time

	mu    sync.Mutex
	word  string
	since time.Time
}

// State is the word: ok, degraded, down, quota, off, or unknown.
func (r *registerState) State() (string, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.word, r.since
}

// set changes the word.
func (r *registerState) set(word string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if word != r.word {
		r.word, r.since = word, r.now()
	}
}

// wordOf is the word for the outcome of a probe.
func wordOf(err error) string {
	switch app.CodeOf(err) {
	case "":
		return "ok"
	case app.CodeAnprDown, app.CodeAnprSlow, app.CodeAnprPaused:
		return "down"
	case app.CodeAnprQuota:
		return "quota"
	}
	return "degraded"
}

// probeEvery is how often ANPR is asked whether it is there.
const probeEvery = 5 * time.Minute

// probe asks ANPR whether it is there, in the server's own name, and writes the
// call down as every other.
func (s *Server) probe(ctx context.Context) (anpr.Call, error) {
	call, err := s.register.Probe(ctx, "C030", anpr.Actor{UserID: "indagor-server", UserLocation: s.host, LoA: "LoA1"})
	if ctx.Err() == nil {
		s.state.set(wordOf(err))
	}
	if call.Status == 0 && call.TrackingID == "" {
		return call, err
	}
	e := app.Event{Class: app.ClassSystem, Kind: app.EventProbed, Code: app.CodeOf(err), Calls: []app.Call{{
		Service: string(call.Service), Status: call.Status, Code: call.Code, Purpose: call.PurposeID, Voucher: call.VoucherID,
		Tracking: call.TrackingID, Transaction: call.TransactionID, At: call.Started, Millis: call.Duration.Milliseconds(),
	}}}
	if werr := s.db.Write(ctx, func(tx *store.Tx) error { return tx.Record(e) }); werr != nil && err == nil {
		err = werr
	}
	return call, err
}
