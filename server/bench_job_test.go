package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"indagor/app"
	"indagor/server"
	"indagor/server/internal/anpr"
	"indagor/server/servertest"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// slow answers every question with one fixed person after the latency: what is
// measured is the server, not the simulator beside it nor the signatures of
// PDND, which have benchmarks of their own. What it took is added up: a timer
// of a busy machine is late, and that is not the server's doing.
type slow struct {
	latency time.Duration
	calls   atomic.Int64
	took    atomic.Int64
}

func (s *slow) mean() time.Duration { return time.Duration(s.took.Load() / max(s.calls.Load(), 1)) }

func (s *slow) register() anpr.Register {
	latency := s.latency
	person := json.RawMessage(`{"identificativi":{"idANPR":"AA0000001"},"generalita":{"codiceFiscale":{"codFiscale":"RSSMRA85T10A562S"},"cognome":"ROSSI","nome":"MARIO","sesso":"M","dataNascita":"1985-12-10"}}`)
	return anpr.Func(func(ctx context.Context, r anpr.Request) (anpr.Answer, []anpr.Call, error) {
		id, err := anpr.OperationID(r.OperationPrefix, r.Seq())
		if err != nil {
			return anpr.Answer{}, nil, err
		}
		start := time.Now()
		if latency > 0 {
			after := time.NewTimer(latency)
			defer after.Stop()
			select {
			case <-after.C:
			case <-ctx.Done():
				return anpr.Answer{}, nil, ctx.Err()
			}
		}
		s.calls.Add(1)
		s.took.Add(int64(time.Since(start)))
		call := anpr.Call{Service: r.Service, OperationID: id, OperationANPR: id, Status: 200, Started: start, Duration: time.Since(start), Attempt: 1}
		return anpr.Answer{OperationID: id, Outcome: anpr.Found, Subjects: []json.RawMessage{person}}, []anpr.Call{call}, nil
	})
}

// benchParallel is how many calls of a job are under way in the benchmarks:
// one place of the five is left to people.
const benchParallel = 4

// What the benchmarks of lists must reach: the share of the rows that latency
// and parallelism allow, the memory of 100,000 rows against that of 10,000, and
// a person's look-up beside a list against one without.
const (
	leastOfLimit  = 0.9
	mostMemory    = 1.2
	mostBesideJob = 2.0
)

func benchWorld(b *testing.B, latency time.Duration) (*servertest.World, *servertest.Client, *slow) {
	s := &slow{latency: latency}
	w := servertest.Start(b, servertest.Options{
		Config: func(c *server.Config) { c.ANPR.Parallel = benchParallel + 1 },
		Server: func(o *server.Options) { o.Jobs, o.Register = -1, s.register() },
	})
	return w, w.At(w.Person(app.RoleStandard, w.Registry, bulkUser(app.ScopeNational)), "SPORTELLO-01"), s
}

// benchList is a list of so many persons who are known by their ANPR ids.
func benchList(rows int) string {
	var l strings.Builder
	l.WriteString("id anpr;nota\n")
	for i := range rows {
		fmt.Fprintf(&l, "AB%07d;riga %d\n", i, i)
	}
	return l.String()
}

// BenchmarkJob sets the rows per second of a job against what the latency of
// ANPR allows: as many calls under way as may be, none waiting for the server.
func BenchmarkJob(b *testing.B) {
	for _, latency := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond, 200 * time.Millisecond} {
		b.Run(fmt.Sprint("latency=", latency), func(b *testing.B) {
			_, c, away := benchWorld(b, latency)
			rows := int(benchParallel / latency.Seconds() * 6)
			list := benchList(rows)
			var rate float64
			for b.Loop() {
				b.StopTimer()
				job := upload(b, c, app.ServiceEnrichment, "x.csv", list)
				b.StartTimer()
				start := time.Now()
				say(b, c, wire.StartJob, order(c, job.ID, "surname", "name"))
				if job = awaitJob(b, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Done != rows {
					b.Fatalf("%+v", job)
				}
				rate = float64(rows) / time.Since(start).Seconds()
			}
			b.ReportMetric(rate, "rows/s")
			share := rate / (benchParallel / away.mean().Seconds())
			b.ReportMetric(share, "of-limit")
			b.ReportMetric(rate/(benchParallel/latency.Seconds()), "of-nominal")
			if share < leastOfLimit {
				b.Errorf("%.2f of what the latency allows, want %.2f", share, leastOfLimit)
			}
		})
	}
}

// BenchmarkJobMemory sets the peak of the memory in use with a list of 100,000
// rows against that with 10,000, from the upload to the end of the CSV. A
// workbook is told apart: what writes it holds 16 MB before it takes to a file.
func BenchmarkJobMemory(b *testing.B) {
	_, c, _ := benchWorld(b, 0)
	peak := func(do func()) float64 {
		runtime.GC()
		stop, most := make(chan struct{}), make(chan uint64)
		go func() {
			live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
			top := uint64(0)
			every := time.NewTicker(2 * time.Millisecond)
			defer every.Stop()
			for {
				select {
				case <-every.C:
					metrics.Read(live)
					top = max(top, live[0].Value.Uint64())
				case <-stop:
					most <- top
					return
				}
			}
		}()
		do()
		close(stop)
		return float64(<-most) / (1 << 20)
	}
	fetch := func(job wire.Job, format string) {
		if _, err := client.Download(context.Background(), c.Client, wire.GetJobResult, &wire.JobResultInput{ID: job.ID, Format: format}, io.Discard, nil); err != nil {
			b.Fatal(err)
		}
	}
	peaks, books, rate := map[int]float64{}, map[int]float64{}, 0.0
	for _, rows := range []int{10_000, 100_000} {
		list := benchList(rows)
		var job wire.Job
		peaks[rows] = peak(func() {
			job = upload(b, c, app.ServiceEnrichment, "x.csv", list)
			start := time.Now()
			say(b, c, wire.StartJob, order(c, job.ID, "surname", "name"))
			if job = awaitJob(b, c, job.ID, app.JobRunning); job.State != app.JobDone || job.Counts.Done != rows {
				b.Fatalf("%+v", job)
			}
			rate = float64(rows) / time.Since(start).Seconds()
			fetch(job, "csv")
		}) - float64(len(list))/(1<<20) // the list as a whole is the benchmark's, not the server's
		books[rows] = peak(func() { fetch(job, "xlsx") })
	}
	for b.Loop() {
		// The work is done above, once.
	}
	for rows := range peaks {
		b.ReportMetric(peaks[rows], fmt.Sprintf("MB/%d-rows", rows))
		b.ReportMetric(books[rows], fmt.Sprintf("MB/%d-rows-xlsx", rows))
	}
	b.ReportMetric(rate, "rows/s")
	ratio := peaks[100_000] / peaks[10_000]
	b.ReportMetric(ratio, "ratio")
	if ratio > mostMemory {
		b.Errorf("a list of ten times the rows takes %.2f times the memory, want %.1f at the most", ratio, mostMemory)
	}
}

// BenchmarkBesideJob sets the 99th percentile of a person's look-ups while a
// job runs against that without.
func BenchmarkBesideJob(b *testing.B) {
	const latency = 50 * time.Millisecond
	w, c, _ := benchWorld(b, latency)
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01")
	n := 0
	p99 := func() time.Duration {
		var took []time.Duration
		for range 150 {
			n++
			start := time.Now()
			v, err := clerk.Ask(fmt.Sprintf("beside-%08d", n), wire.VisuraRequest{Type: app.VisuraGeneralita, Subject: app.Subject{IDANPR: fmt.Sprintf("BB%07d", n)}})
			if err != nil || v.State != app.VisuraDone {
				b.Fatal(v, err)
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		return took[len(took)*99/100]
	}
	alone := p99()
	job := upload(b, c, app.ServiceEnrichment, "x.csv", benchList(20_000))
	say(b, c, wire.StartJob, order(c, job.ID, "surname"))
	beside := p99()
	if job = say(b, c, wire.GetJob, &wire.GetJobInput{ID: job.ID}).Body; job.State != app.JobRunning || job.Counts.Done == 0 {
		b.Fatalf("the job did not run beside: %+v", job.Counts)
	}
	say(b, c, wire.StopJob, named(job.ID))
	for b.Loop() {
		// The work is done above, once.
	}
	b.ReportMetric(float64(alone.Milliseconds()), "ms-alone")
	b.ReportMetric(float64(beside.Milliseconds()), "ms-beside")
	ratio := float64(beside) / float64(alone)
	b.ReportMetric(ratio, "ratio")
	if ratio > mostBesideJob {
		b.Errorf("a person waits %.2f times as long while a list runs, want %.1f at the most", ratio, mostBesideJob)
	}
}
