package anpr

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
)

// shelf is a QuotaStore in memory.
type shelf struct {
	mu    sync.Mutex
	kept  map[Service]Quota
	saves int
	err   error
}

func (s *shelf) SaveQuota(ctx context.Context, q Quota) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s.err != nil {
		return s.err
	}
	if s.kept == nil {
		s.kept = map[Service]Quota{}
	}
	s.kept[q.Service] = q
	s.saves++
	return nil
}

func (s *shelf) LoadQuotas(context.Context) ([]Quota, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Quota
	for _, q := range s.kept {
		out = append(out, q)
	}
	return out, s.err
}

type hands struct{ at time.Time }

func (h *hands) now() time.Time { return h.at }

func rome(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func quotas(t *testing.T, next Register, clock *hands, store QuotaStore) *Quotas {
	t.Helper()
	k, err := NewQuotas(next, QuotaOptions{Reserve: 0.2, Store: store, Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k
}

func ask(t *testing.T, r Register, job bool) error {
	t.Helper()
	q := goodRequest()
	q.Reserve = job
	_, _, err := r.Lookup(t.Context(), q)
	return err
}

func TestLimitExceededStopsUntilMidnight(t *testing.T) {
	for _, c := range []struct{ now, midnight string }{
		{"2026-11-18 10:00", "2026-11-19 00:00"},
		{"2026-11-18 23:59", "2026-11-19 00:00"},
		{"2026-03-29 01:00", "2026-03-30 00:00"}, // 23 hours: summer time begins
		{"2026-10-25 01:00", "2026-10-26 00:00"}, // 25 hours: summer time ends
		{"2026-12-31 12:00", "2027-01-01 00:00"},
	} {
		t.Run(c.now, func(t *testing.T) {
			clock := &hands{rome(t, c.now)}
			midnight := rome(t, c.midnight)
			store := &shelf{}
			s := &script{ends: []error{exceeded, nil}}
			k := quotas(t, s, clock, store)
			for i := range 3 {
				err := ask(t, k, false)
				var e *app.Error
				if !errors.As(err, &e) || e.Code != app.CodeAnprQuota || e.Params["until"] != midnight.UTC().Format(time.RFC3339) {
					t.Fatalf("question %d: %v %v", i, err, e.Params)
				}
			}
			if s.n != 1 {
				t.Fatalf("asked %d times, want once", s.n)
			}
			// The stop outlives a restart, and only that e-service is stopped.
			clock.at = midnight.Add(-time.Second)
			again := quotas(t, s, clock, store)
			if err := ask(t, again, false); app.CodeOf(err) != app.CodeAnprQuota || s.n != 1 {
				t.Fatalf("after a restart: %v, asked %d", err, s.n)
			}
			other := goodRequest()
			other.Service = C015
			if _, _, err := again.Lookup(t.Context(), other); err != nil {
				t.Fatalf("another e-service: %v", err)
			}
			clock.at = midnight
			if err := ask(t, again, false); err != nil {
				t.Fatalf("after midnight: %v", err)
			}
			if q := quotas(t, s, clock, store).Quota(C020); q.Stopped || q.Known {
				t.Errorf("yesterday's quota came back: %+v", q)
			}
		})
	}
}

func TestReserveIsForPeople(t *testing.T) {
	clock := &hands{rome(t, "2026-11-18 10:00")}
	s := &script{ends: []error{nil}}
	for n := 100; n >= 0; n-- {
		s.rate = append(s.rate, RateLimit{Known: true, Limit: 101, Remaining: n, Reset: 14 * time.Hour})
	}
	k := quotas(t, s, clock, nil)
	jobs, people := 0, 0
	for ask(t, k, true) == nil {
		jobs++
	}
	for ask(t, k, false) == nil {
		people++
	}
	// int(101*0.2) = 20 are kept: 81 for the job, 20 for people.
	if jobs != 81 || people != 20 {
		t.Errorf("%d for jobs, %d for people", jobs, people)
	}
	if q := k.Quota(C020); !q.Known || q.Limit != 101 || q.Remaining != 0 || !q.Reset.Equal(rome(t, "2026-11-19 00:00")) {
		t.Errorf("%+v", q)
	}
	if err := ask(t, k, false); app.CodeOf(err) != app.CodeAnprQuota {
		t.Errorf("an empty quota: %v", err)
	}
}

func TestQuotaFollowsHeaders(t *testing.T) {
	day := rome(t, "2026-11-18 10:00")
	midnight := rome(t, "2026-11-19 00:00")
	call := func(limit, remaining int, reset time.Duration) Call {
		return Call{Status: 200, Rate: RateLimit{Known: true, Limit: limit, Remaining: remaining, Reset: reset}}
	}
	for _, c := range []struct {
		name  string
		calls []Call
		want  Quota
	}{
		{"none", nil, Quota{}},
		{"one", []Call{call(100, 60, 14*time.Hour)}, Quota{Known: true, Limit: 100, Remaining: 60, Reset: midnight}},
		{"out of order", []Call{call(100, 60, 14*time.Hour), call(100, 62, 14*time.Hour)}, Quota{Known: true, Limit: 100, Remaining: 60, Reset: midnight}},
		{"raised", []Call{call(100, 60, 14*time.Hour), call(500, 460, 14*time.Hour)}, Quota{Known: true, Limit: 500, Remaining: 460, Reset: midnight}},
		{"without headers", []Call{call(100, 60, 14*time.Hour), {Status: 500}}, Quota{Known: true, Limit: 100, Remaining: 59, Reset: midnight}},
		{"without answer", []Call{call(100, 60, 14*time.Hour), {}}, Quota{Known: true, Limit: 100, Remaining: 60, Reset: midnight}},
		{"never below nothing", []Call{call(100, 0, 14*time.Hour), {Status: 500}}, Quota{Known: true, Limit: 100, Remaining: 0, Reset: midnight}},
		{"short window", []Call{call(10, 5, time.Minute)}, Quota{Known: true, Limit: 10, Remaining: 5, Reset: day.Add(time.Minute)}},
		{"no reset said", []Call{call(10, 5, 0)}, Quota{Known: true, Limit: 10, Remaining: 5, Reset: midnight}},
		{"reset after midnight", []Call{call(10, 5, 20*time.Hour)}, Quota{Known: true, Limit: 10, Remaining: 5, Reset: midnight}},
		{
			"stop stays",
			[]Call{{Status: 429, Code: NameLimitExceeded}, call(100, 3, time.Hour)},
			Quota{Known: true, Stopped: true, Limit: 100, Remaining: 3, Reset: midnight},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &account{}
			for _, x := range c.calls {
				a.count(x, day, midnight)
			}
			if !a.Reset.Equal(c.want.Reset) {
				t.Errorf("reset %v, want %v", a.Reset, c.want.Reset)
			}
			a.Reset, c.want.Reset = time.Time{}, time.Time{}
			if a.Quota != c.want {
				t.Errorf("got %+v, want %+v", a.Quota, c.want)
			}
		})
	}
}

func TestQuotaIsStoredSparingly(t *testing.T) {
	clock := &hands{rome(t, "2026-11-18 10:00")}
	s := &script{ends: []error{nil}}
	for n := 9999; n > 9000; n-- {
		s.rate = append(s.rate, RateLimit{Known: true, Limit: 10000, Remaining: n})
	}
	store := &shelf{}
	k := quotas(t, s, clock, store)
	for range 100 {
		if err := ask(t, k, false); err != nil {
			t.Fatal(err)
		}
		clock.at = clock.at.Add(time.Second)
	}
	if store.saves < 9 || store.saves > 11 {
		t.Errorf("%d saves in 100 seconds", store.saves)
	}
	store.err = errors.New("disk full")
	clock.at = clock.at.Add(time.Minute)
	if err := ask(t, k, false); err != nil {
		t.Errorf("a failing store fails the question: %v", err)
	}
	if k, _ := NewQuotas(s, QuotaOptions{Store: store}); k.Load(t.Context()) == nil {
		t.Error("a store that cannot be read was not reported")
	}
}

func TestQuotaStoppedEvenIfCallerLeft(t *testing.T) {
	clock := &hands{rome(t, "2026-11-18 10:00")}
	store := &shelf{}
	ctx, cancel := context.WithCancel(t.Context())
	s := &script{ends: []error{exceeded}}
	k := quotas(t, Func(func(ctx context.Context, r Request) (Answer, []Call, error) {
		defer cancel()
		return s.Lookup(ctx, r)
	}), clock, store)
	_, _, _ = k.Lookup(ctx, goodRequest())
	if !store.kept[C020].Stopped {
		t.Errorf("not stored: %+v", store.kept)
	}
}

func TestQuotaCountsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor()
		k := quotas(t, d, &hands{rome(t, "2026-11-18 10:00")}, nil)
		k.Count(t.Context(), Call{Service: C020, Status: 200, Rate: RateLimit{Known: true, Limit: 100, Remaining: 2}})
		done := make(chan error)
		for range 2 {
			go func() { done <- ask(t, k, false) }()
		}
		synctest.Wait()
		if err := ask(t, k, false); app.CodeOf(err) != app.CodeAnprQuota {
			t.Errorf("a third question for two places: %v", err)
		}
		for range 2 {
			d.releases <- nil
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if q := k.Quota(C020); q.Remaining != 0 {
			t.Errorf("%+v", q)
		}
	})
}

// The body's own limit counts what was sent, leaves jobs only what is above
// the reserve, and is told of by its own code.
func TestOwnLimit(t *testing.T) {
	clock := &hands{rome(t, "2026-11-24 10:00")}
	limit, sent := 10, true
	next := Func(func(_ context.Context, r Request) (Answer, []Call, error) {
		if !sent {
			return Answer{}, nil, app.E(app.CodeAnprPaused)
		}
		return Answer{}, []Call{{Service: r.Service, Status: 200}}, nil
	})
	store := &shelf{}
	k, err := NewQuotas(next, QuotaOptions{Reserve: 0.2, Own: func(Service) int { return limit }, Store: store, Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(r Request) app.Code {
		r.Service = "C020"
		_, _, err := k.Lookup(t.Context(), r)
		return app.CodeOf(err)
	}
	for range 8 {
		if code := ask(Request{Reserve: true}); code != "" {
			t.Fatalf("a job within the limit: %s", code)
		}
	}
	sent = false
	if code := ask(Request{}); code != app.CodeAnprPaused {
		t.Fatalf("what is never sent: %s", code)
	}
	sent = true
	for what, want := range map[string]struct {
		r    Request
		code app.Code
	}{"a job in the reserve": {Request{Reserve: true}, app.CodeOwnQuota}, "one who is apart": {Request{Apart: true}, ""}} {
		if code := ask(want.r); code != want.code {
			t.Errorf("%s: %s", what, code)
		}
	}
	for i, want := range []app.Code{"", "", app.CodeOwnQuota} {
		if code := ask(Request{}); code != want {
			t.Errorf("person %d: %q, want %q", i, code, want)
		}
	}
	limit = 0
	if code := ask(Request{}); code != "" {
		t.Errorf("no limit: %s", code)
	}
	limit = 11
	if code := ask(Request{}); code != app.CodeOwnQuota {
		t.Errorf("what was asked without a limit counts: %q", code)
	}
	if err := k.Flush(t.Context()); err != nil || store.kept["C020"].Used != 11 {
		t.Errorf("stored: %v, %+v", err, store.kept["C020"])
	}
	clock.at = rome(t, "2026-11-25 00:00")
	if code := ask(Request{}); code != "" {
		t.Errorf("the next day: %s", code)
	}
}
