package server_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server"
	"indagor/server/internal/anpr"
	"indagor/server/internal/anpr/pdnd"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

const benchClerks = 16

// BenchmarkLookups sets look-ups through the server (national scope, known id,
// 16 clerks) against bare signed calls to the same simulator, in turns of the
// same run. "ratio" is look-ups per second through the server over bare calls
// per second; "added" is what the server adds to the time of one.
func BenchmarkLookups(b *testing.B) {
	w := servertest.Start(b, servertest.Options{Config: func(c *server.Config) { c.ANPR.Parallel = benchClerks }})
	var codes []string
	for p := range w.Sim.People(func(p *sim.Person) bool { return true }) {
		if codes = append(codes, p.CF); len(codes) == 64 {
			break
		}
	}
	clerks := make([]*servertest.Client, benchClerks)
	for i := range clerks {
		clerks[i] = w.At(w.Person(app.RoleStandard, w.Registry, nil), fmt.Sprintf("ANAG-%02d", i))
	}
	var key atomic.Int64
	ask := func(i int, n int64) error {
		v, err := clerks[i].Ask(fmt.Sprintf("bench-%08d", key.Add(1)), wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{FiscalCode: codes[n%int64(len(codes))]}})
		if err == nil && v.State != app.VisuraDone {
			err = fmt.Errorf("visura %s is %s", v.ID, v.State)
		}
		return err
	}
	ids := make([]string, len(codes))
	for n := range codes {
		if err := ask(0, int64(n)); err != nil {
			b.Fatal(err)
		}
		ids[n] = w.Sim.ByCF(codes[n])[0].IDANPR
	}
	bare := bareClient(b, w)
	var seq atomic.Int64
	call := func(i int, n int64) error {
		_, _, err := bare.Lookup(context.Background(), anpr.Request{
			Service: "C015", OperationPrefix: "bench", Seq: func() int { return int(seq.Add(1)) },
			Criteria: anpr.Criteria{IDANPR: ids[n%int64(len(ids))]}, ReferenceDate: time.Now(), Motive: "Prot. 1", Actor: anpr.Actor{UserID: fmt.Sprintf("clerk%d", i), UserLocation: "pc", LoA: "LoA2"},
		})
		return err
	}
	turn(b, call, 200) // vouchers
	turn(b, ask, 200)

	var bareTimes, serverTimes []time.Duration
	var bareTotal, serverTotal time.Duration
	calls := 0
	for b.Loop() {
		d, ts := turn(b, call, 800)
		bareTotal, bareTimes = bareTotal+d, append(bareTimes, ts...)
		d, ts = turn(b, ask, 800)
		serverTotal, serverTimes = serverTotal+d, append(serverTimes, ts...)
		calls += 800
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(calls)/bareTotal.Seconds(), "bare/s")
	b.ReportMetric(float64(calls)/serverTotal.Seconds(), "lookups/s")
	b.ReportMetric(bareTotal.Seconds()/serverTotal.Seconds(), "ratio")
	b.ReportMetric(ms(quantile(serverTimes, 0.5)-quantile(bareTimes, 0.5)), "p50-added-ms")
	b.ReportMetric(ms(quantile(serverTimes, 0.99)-quantile(bareTimes, 0.99)), "p99-added-ms")
}

// BenchmarkNoticeArrives takes the time from the moment at which an ADMIN sends a
// notice to that at which each of 100 signed-in users has been told of it. They
// are to be told within a second.
func BenchmarkNoticeArrives(b *testing.B) {
	w := servertest.Start(b, servertest.Options{})
	admin := w.At(w.Admin, "ADMIN-01")
	ears := make([]*ear, 100)
	for i := range ears {
		ears[i] = listen(b, w.At(w.Person(app.RoleStandard, w.Registry, nil), fmt.Sprintf("ANAG-%03d", i)).Client)
	}
	var times []time.Duration
	for b.Loop() {
		start := time.Now()
		n := post(b, admin, draft(w, "subito", app.Target{Department: w.Registry.ID}))
		for _, x := range ears {
			for x.next().ID != n.ID {
				continue // what is told of something else
			}
		}
		times = append(times, time.Since(start))
	}
	last := quantile(times, 1)
	b.ReportMetric(float64(quantile(times, 0.5).Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(last.Microseconds())/1000, "worst-ms")
	if last > time.Second {
		b.Errorf("a notice has taken %s to the last of %d users", last, len(ears))
	}
}

func quantile(ts []time.Duration, q float64) time.Duration {
	slices.Sort(ts)
	return ts[int(q*float64(len(ts)-1))]
}

// turn runs n calls by all clerks and tells how long it took, and each.
func turn(b *testing.B, do func(i int, n int64) error, n int64) (time.Duration, []time.Duration) {
	b.Helper()
	var next atomic.Int64
	times := make([][]time.Duration, benchClerks)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range benchClerks {
		wg.Go(func() {
			for {
				k := next.Add(1)
				if k > n {
					return
				}
				t := time.Now()
				if err := do(i, k); err != nil {
					b.Error(err)
					return
				}
				times[i] = append(times[i], time.Since(t))
			}
		})
	}
	wg.Wait()
	return time.Since(start), slices.Concat(times...)
}

// bareClient makes signed calls with nothing around them.
func bareClient(b *testing.B, w *servertest.World) *pdnd.Client {
	b.Helper()
	signer, _, err := pdnd.LoadKey(w.Config.ANPR.KeyFile)
	if err != nil {
		b.Fatal(err)
	}
	e := w.Config.ANPR.EServices["C015"]
	c, err := pdnd.New(pdnd.Config{
		TokenURL: w.Config.ANPR.TokenURL, TokenAudience: w.Config.ANPR.TokenAudience, ClientID: w.Config.ANPR.ClientID, Key: signer, KeyID: w.Config.ANPR.KeyID,
		Services: map[anpr.Service]pdnd.Endpoint{"C015": {URL: e.URL, Audience: e.Audience, PurposeID: e.PurposeID}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}
