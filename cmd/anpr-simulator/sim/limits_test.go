package sim

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func (b *bench) simple(service string) *httptest.ResponseRecorder {
	return b.ask(service, byID("AF41450AS"), "", DateOf(b.clock.In(b.sim.rome)).String())
}

// TestQuota: the day is a day of Rome, of 23, 24 or 25 hours.
func TestQuota(t *testing.T) {
	for name, c := range map[string]struct {
		start string // UTC
		reset string // seconds to midnight in Rome
	}{
		"ordinary day":         {"2026-11-18T22:30:00Z", "1800"},
		"summer":               {"2026-07-01T20:00:00Z", "7200"},
		"the day of 23 hours":  {"2026-03-28T23:00:00Z", "82800"},
		"the day of 25 hours":  {"2026-10-24T22:00:00Z", "90000"},
		"last second of a day": {"2026-11-18T22:59:59Z", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, Config{Quota: 2, QuotaOf: map[string]int{"C020": 1}})
			start, err := time.Parse(time.RFC3339, c.start)
			if err != nil {
				t.Fatal(err)
			}
			*b.clock = start
			w := b.simple("C019")
			h := w.Header()
			if w.Code != 200 || h.Get("X-RateLimit-Limit") != "2" || h.Get("X-RateLimit-Remaining") != "1" || h.Get("X-RateLimit-Reset") != c.reset {
				t.Fatalf("%d %v, want reset %s", w.Code, h, c.reset)
			}
			// A refused call counts too.
			if w := b.ask("C019", byID("ZZ99999ZZ"), "", "2020-01-01"); w.Code != 404 || w.Header().Get("X-RateLimit-Remaining") != "0" {
				t.Fatalf("%d %v", w.Code, w.Header())
			}
			if w := b.simple("C019"); w.Code != 429 || titleOf(w) != "LimitExceeded" || w.Header().Get("X-RateLimit-Remaining") != "0" {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if w := b.simple("C020"); w.Code != 200 || w.Header().Get("X-RateLimit-Limit") != "1" {
				t.Fatalf("another e-service: %d %s", w.Code, w.Body)
			}
			reset, err := time.ParseDuration(c.reset + "s")
			if err != nil {
				t.Fatal(err)
			}
			*b.clock = start.Add(reset - time.Nanosecond)
			if w := b.simple("C019"); w.Code != 429 {
				t.Fatalf("just before midnight: %d %s", w.Code, w.Body)
			}
			*b.clock = start.Add(reset)
			if w := b.simple("C019"); w.Code != 200 || w.Header().Get("X-RateLimit-Remaining") != "1" {
				t.Fatalf("at midnight: %d %s", w.Code, w.Body)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		b := newBench(t, Config{Quota: -1})
		if w := b.simple("C019"); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}

func TestTokenLimit(t *testing.T) {
	b := newBench(t, Config{TokenLimit: 2, TokenInterval: 10 * time.Second})
	c := &testCall{service: "C020"}
	for i, want := range []struct {
		code      int
		remaining string
	}{{200, "1"}, {200, "0"}, {429, "0"}} {
		w := b.tokenRequest(c, "t")
		h := w.Header()
		if w.Code != want.code || h.Get("X-Rate-Limit-Limit") != "2" || h.Get("X-Rate-Limit-Remaining") != want.remaining || h.Get("X-Rate-Limit-Interval") != "10000" {
			t.Fatalf("request %d: %d %v", i, w.Code, h)
		}
	}
	*b.clock = b.clock.Add(5 * time.Second)
	if w := b.tokenRequest(c, "t"); w.Code != 200 {
		t.Fatalf("half an interval later: %d", w.Code)
	}
}

// TestConcurrency holds one call in the simulator by its latency and sends
// another.
func TestConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{MaxConcurrent: 1, Latency: time.Second, Clock: time.Now})
		*b.clock = time.Now()
		prepare := func() *http.Request {
			c := &testCall{service: "C019", body: b.body("C019", byID("AF41450AS"), "", "1999-12-31")}
			tracking := b.trackingToken(c)
			return b.operation(c, tracking, b.voucher(c, tracking))
		}
		first, second, third := prepare(), prepare(), prepare()
		slow, quick := httptest.NewRecorder(), httptest.NewRecorder()
		done := make(chan struct{})
		go func() {
			b.handler.ServeHTTP(slow, first)
			close(done)
		}()
		synctest.Wait()
		b.handler.ServeHTTP(quick, second)
		<-done
		if quick.Code != 429 || titleOf(quick) != "TooManyRequests" || slow.Code != 200 {
			t.Errorf("second call %d, first %d", quick.Code, slow.Code)
		}
		again := httptest.NewRecorder()
		b.handler.ServeHTTP(again, third)
		if again.Code != 200 {
			t.Errorf("alone again: %d %s", again.Code, again.Body)
		}
	})
}

func TestFaults(t *testing.T) {
	for kind, want := range map[FaultKind]struct {
		status int
		title  string
	}{
		FaultTooMany: {429, "TooManyRequests"}, FaultLimit: {429, "LimitExceeded"}, FaultGW503: {503, "GatewayError"},
		FaultKO999: {400, "999 Operazione non effettuabile"}, FaultHTTP500: {500, "999 Operazione non effettuabile"}, FaultBrokenJSON: {200, "unreadable"},
	} {
		b := newBench(t, Config{Faults: []Fault{{Kind: kind, Service: "C019", Times: 1}}})
		if w := b.simple("C020"); w.Code != 200 {
			t.Errorf("%s of another e-service: %d %s", kind, w.Code, w.Body)
		}
		if w := b.simple("C019"); w.Code != want.status || titleOf(w) != want.title {
			t.Errorf("%s: %d %s", kind, w.Code, w.Body)
		}
		calls := b.sim.Journal()
		if got := calls[len(calls)-1].Fault; got != string(kind) {
			t.Errorf("%s: journal says %q", kind, got)
		}
		if w := b.simple("C019"); w.Code != 200 {
			t.Errorf("%s lasts longer than once: %d", kind, w.Code)
		}
	}
	t.Run("token", func(t *testing.T) {
		b := newBench(t, Config{Faults: []Fault{{Kind: FaultTokenDown, Times: 1}, {Kind: FaultToken429, Times: 2}}})
		c := &testCall{service: "C020"}
		for i, want := range []int{500, 429, 200} {
			if w := b.tokenRequest(c, "t"); w.Code != want {
				t.Errorf("request %d: %d, want %d", i, w.Code, want)
			}
		}
	})
	t.Run("wrong clock", func(t *testing.T) {
		b := newBench(t, Config{Faults: []Fault{{Kind: FaultWrongClock, Service: "C019", Delay: -time.Minute}}})
		w := b.simple("C019")
		if w.Code != 401 && w.Code != 400 {
			t.Errorf("a clock a minute behind: %d", w.Code)
		}
		date, err := http.ParseTime(w.Header().Get("Date"))
		if err != nil || b.clock.Sub(date) != time.Minute {
			t.Errorf("Date %s, %v", w.Header().Get("Date"), err)
		}
	})
	t.Run("slow", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Clock: time.Now, Faults: []Fault{{Kind: FaultSlow, Service: "C019", Delay: 3 * time.Second}}})
			*b.clock = time.Now()
			start := time.Now()
			w := b.ask("C019", byID("AF41450AS"), "", "1999-12-31")
			if took := time.Since(start); w.Code != 200 || took != 3*time.Second {
				t.Errorf("%d after %v", w.Code, took)
			}
			c := &testCall{service: "C019", body: b.body("C019", byID("AF41450AS"), "", "1999-12-31")}
			*b.clock = time.Now()
			tracking := b.trackingToken(c)
			r := b.operation(c, tracking, b.voucher(c, tracking))
			ctx, cancel := context.WithTimeout(r.Context(), time.Second)
			defer cancel()
			b.handler.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
			calls := b.sim.Journal()
			if last := calls[len(calls)-1]; last.Reason != "caller gone" {
				t.Errorf("journal of an abandoned call: %+v", last)
			}
		})
	})
	t.Run("cut", func(t *testing.T) {
		b := newBench(t, Config{Faults: []Fault{{Kind: FaultCut, Service: "C019", Times: 1}}})
		server := httptest.NewServer(b.handler)
		defer server.Close()
		c := &testCall{service: "C019", body: b.body("C019", byID("AF41450AS"), "", "2026-11-18")}
		tracking := b.trackingToken(c)
		r := b.operation(c, tracking, b.voucher(c, tracking))
		sent, err := http.NewRequest("POST", server.URL+Path("C019"), r.Body)
		if err != nil {
			t.Fatal(err)
		}
		sent.Header = r.Header
		answer, err := server.Client().Do(sent)
		if err != nil {
			return // cut before the header arrived
		}
		defer answer.Body.Close()
		if _, err := io.ReadAll(answer.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the whole body arrives: %v", err)
		}
	})
	t.Run("rate", func(t *testing.T) {
		hits := func(seed uint64) (out []bool) {
			f, err := newFaults(seed, []Fault{{Kind: FaultKO999, Rate: 0.25}})
			if err != nil {
				t.Fatal(err)
			}
			for range 4000 {
				out = append(out, len(f.draw("C020")) > 0)
			}
			return out
		}
		a, again, n := hits(1), hits(1), 0
		for i := range a {
			if a[i] != again[i] {
				t.Fatal("the same seed gives other faults")
			}
			if a[i] {
				n++
			}
		}
		if n < 900 || n > 1100 {
			t.Errorf("%d of 4000 hit, want about 1000", n)
		}
	})
}

func TestParseFault(t *testing.T) {
	for text, want := range map[string]Fault{
		"gw503":             {Kind: FaultGW503},
		"ko999:C021":        {Kind: FaultKO999, Service: "C021"},
		"slow:C020:0.1:3s":  {Kind: FaultSlow, Service: "C020", Rate: 0.1, Delay: 3 * time.Second},
		"wrong_clock:::-5m": {Kind: FaultWrongClock, Delay: -5 * time.Minute},
		"token_down":        {Kind: FaultTokenDown},
		"slow:token::1s":    {Kind: FaultSlow, Service: "token", Delay: time.Second},
	} {
		if got, err := ParseFault(text); err != nil || got != want {
			t.Errorf("ParseFault(%q) = %+v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "fire", "slow", "slow:C020", "ko999:C999", "ko999:C020:2", "ko999:C020:NaN", "ko999:C020:x", "token_down:C020", "ko999:token", "slow:C020:1:3s:4", "wrong_clock"} {
		if f, err := ParseFault(bad); err == nil {
			t.Errorf("ParseFault(%q) = %+v", bad, f)
		}
	}
	if _, err := New(Config{Faults: []Fault{{Kind: "fire"}}}); err == nil {
		t.Error("New takes an unknown fault")
	}
}

func TestJournal(t *testing.T) {
	var out bytes.Buffer
	b := newBench(t, Config{Journal: &out})
	c := &testCall{service: "C030"}
	c.body = `{"idOperazioneClient":"PDL1","criteriRicerca":{"codiceFiscale":"STTSGT90A01H501J"},"datiRichiesta":{"dataRiferimentoRichiesta":"2026-11-18","motivoRichiesta":"Prot. 7","casoUso":"C030"}}`
	w := b.do(c)
	b.do(c)
	calls := b.sim.Journal()
	if len(calls) != 4 {
		t.Fatalf("%d calls, want 4", len(calls))
	}
	token, call, again := calls[0], calls[1], calls[3]
	if token.Service != ServiceToken || token.Status != 200 || token.Client != testClient || token.Purpose != purposeOf("C030") {
		t.Errorf("token call %+v", token)
	}
	answer := answerOf(t, w)
	want := Call{
		Time: *b.clock, Method: "POST", Path: Path("C030"), Service: "C030", Client: testClient, Purpose: purposeOf("C030"),
		User: "mrossi", Location: "POLIZIALOCALE-PC07", LoA: "LoA2", OperationClient: "PDL1", KeyKind: "codiceFiscale", Key: "STTSGT90A01H501J",
		ReferenceDate: "2026-11-18", Motive: "Prot. 7", Status: 200, Subjects: 1, OperationANPR: answer.Operation,
		Transaction: w.Header().Get("GovWay-Transaction-ID"), VoucherJTI: token.VoucherJTI, TrackingJTI: call.TrackingJTI,
	}
	if call != want || call.TrackingJTI == "" || call.VoucherJTI == "" {
		t.Errorf("call %+v\nwant %+v", call, want)
	}
	if call.Repeated || !again.Repeated {
		t.Errorf("repeated: %v, then %v; want false, true", call.Repeated, again.Repeated)
	}
	lines := 0
	for scan := bufio.NewScanner(&out); scan.Scan(); lines++ {
		var got Call
		if err := json.Unmarshal(scan.Bytes(), &got); err != nil || got.Path != calls[lines].Path || got.Transaction != calls[lines].Transaction {
			t.Errorf("line %d: %s, %v", lines, scan.Bytes(), err)
		}
	}
	if lines != len(calls) {
		t.Errorf("%d lines, want %d", lines, len(calls))
	}
	t.Run("bounded", func(t *testing.T) {
		j := newJournal(nil, 3)
		for i := range 5 {
			j.add(Call{Status: i})
		}
		s := &Sim{journal: j}
		got := s.Journal()
		if len(got) != 3 || got[0].Status != 2 || got[2].Status != 4 {
			t.Errorf("journal %+v", got)
		}
	})
}

func TestControl(t *testing.T) {
	b := newBench(t, Config{Control: true})
	do := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		return w
	}
	if w := do("POST", "/_sim/faults", `[{"kind":"slow","service":"C020","rate":0.5,"delay":"2s","times":3}]`); w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if got := b.sim.faults.get(); len(got) != 1 || got[0] != (Fault{FaultSlow, "C020", 0.5, 2 * time.Second, 3}) {
		t.Errorf("faults %+v", got)
	}
	for _, bad := range []string{`[{"kind":"fire"}]`, `{}`, `[{"kind":"slow","delay":"x"}]`, `[{"kind":"gw503","color":"red"}]`} {
		if w := do("POST", "/_sim/faults", bad); w.Code != 400 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
	if w := do("GET", "/_sim/faults", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"delay": "2s"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	var cast []Character
	if w := do("GET", "/_sim/cast", ""); json.Unmarshal(w.Body.Bytes(), &cast) != nil || len(cast) != len(Cast()) {
		t.Errorf("cast of %d", len(cast))
	}
	b.simple("C019")
	var calls []Call
	if w := do("GET", "/_sim/journal", ""); json.Unmarshal(w.Body.Bytes(), &calls) != nil || len(calls) != 2 {
		t.Errorf("journal of %d", len(calls))
	}
	closed := newBench(t, Config{})
	for _, path := range []string{"/_sim/faults", "/_sim/journal", "/_sim/cast"} {
		w := httptest.NewRecorder()
		closed.handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 404 || titleOf(w) != "NotFound" {
			t.Errorf("%s without Control: %d", path, w.Code)
		}
	}
}

func TestClientsFile(t *testing.T) {
	path := t.TempDir() + "/clients.json"
	b := newBench(t, Config{})
	want := b.sim.cfg.Clients
	if err := WriteClients(path, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadClients(path)
	if err != nil || len(got) != 1 || got[0].ID != testClient || !got[0].Keys[testKID].Equal(want[0].Keys[testKID]) || got[0].Purposes[purposeOf("C020")] != "C020" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := New(Config{Clients: []Client{{ID: "x", Purposes: map[string]string{"p": "C999"}}}}); err == nil {
		t.Error("a purpose for an unknown e-service is accepted")
	}
}

func FuzzRequest(f *testing.F) {
	b := newBench(f, Config{})
	for _, body := range everyService(b, "2026-11-18") {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"idOperazioneClient":null}`))
	f.Add([]byte(strings.Repeat("[", 100)))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := decodeRequest(body)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("refused without a word")
			}
			return
		}
		// What is accepted can be answered, whatever it says.
		svc := serviceByCode(r.Data.UseCase)
		if svc == nil {
			svc = serviceByCode("C020")
		}
		x := &exchange{s: b.sim, svc: svc, now: *b.clock, voucher: &voucher{service: svc}}
		answer, ko := x.answer(r)
		if (answer == nil) == (ko == nil) {
			t.Errorf("answer %v, error %v", answer, ko)
		}
		if answer != nil {
			if _, err := json.Marshal(answer); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzJWS(f *testing.F) {
	b := newBench(f, Config{})
	f.Add(b.trackingToken(&testCall{service: "C020"}))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, compact string) {
		token, err := parseJWS(compact)
		if err == nil && (token.header == nil || token.claims == nil) {
			t.Error("no error and no token")
		}
	})
}

// BenchmarkCall is the simulator's own part of a signed call with a reused
// pair of tokens; the client's signature is made beforehand.
func BenchmarkCall(b *testing.B) {
	s := newBench(b, Config{Population: 1_000_000, Quota: -1, JournalKeep: -1})
	c := &testCall{service: "C020"}
	tracking := s.trackingToken(c)
	voucher := s.voucher(c, tracking)
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		c.body = s.body("C020", byID(s.sim.Person(i*7919%s.sim.Len()).IDANPR), "", "2026-11-18")
		r := s.operation(c, tracking, voucher)
		w := httptest.NewRecorder()
		b.StartTimer()
		s.handler.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 404 {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}
