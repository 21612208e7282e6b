package timer

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // as the server has it

	"indagor/app"
)

// memory keeps timers as the store does.
type memory struct {
	mu   sync.Mutex
	now  func() time.Time
	rows map[string]app.Timer
}

func (m *memory) Timer(_ context.Context, name string) (app.Timer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.get(name)
}

func (m *memory) get(name string) (app.Timer, error) {
	t, ok := m.rows[name]
	if !ok {
		return t, app.E(app.CodeNotFound)
	}
	return t, nil
}

func (m *memory) Write(_ context.Context, fn func(Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fn(memoryTx{m})
}

type memoryTx struct{ m *memory }

func (t memoryTx) Now() time.Time { return t.m.now() }
func (t memoryTx) LockTimer(_ context.Context, name string) (app.Timer, error) {
	return t.m.get(name)
}
func (t memoryTx) PutTimer(x app.Timer) error { t.m.rows[x.Name] = x; return nil }

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Daily is due once on each day, whatever the hour and however the clock is
// set in between.
func TestDaily(t *testing.T) {
	zone := rome(t)
	for _, begin := range []time.Time{time.Date(2026, 10, 20, 0, 0, 0, 0, zone), time.Date(2027, 3, 24, 0, 0, 0, 0, zone)} {
		for hour := range 24 {
			next := Daily(func() int { return hour }, zone)
			at := begin
			for day := range 10 {
				at = next(at)
				if day == 0 && hour == 0 {
					at = begin // the beginning itself is not after itself
					continue
				}
				want := begin.AddDate(0, 0, day)
				if at.In(zone).Format(time.DateOnly) != want.Format(time.DateOnly) {
					t.Fatalf("hour %d, day %d: %s", hour, day, at.In(zone))
				}
				if got := at.In(zone).Hour(); got != hour && !(got == 3 && hour == 2) {
					t.Errorf("hour %d: %s", hour, at.In(zone))
				}
			}
		}
	}
}

// A changed hour counts from the last time on.
func TestDailyMoved(t *testing.T) {
	zone := rome(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	for _, tt := range []struct {
		last time.Time
		hour int
		want time.Time
	}{
		{at(23, 6), 9, at(23, 9)}, {at(23, 9), 6, at(24, 6)}, {at(22, 9), 6, at(23, 6)}, {at(23, 6), 6, at(24, 6)}, {at(23, 6).Add(time.Second), 6, at(24, 6)},
	} {
		if got := Daily(func() int { return tt.hour }, zone)(tt.last); !got.Equal(tt.want) {
			t.Errorf("last %s, now at %d: %s, want %s", tt.last, tt.hour, got.In(zone), tt.want)
		}
	}
}

// What was due while nobody was there is done once when somebody is; what
// fails is tried again, ever later; a dead server's work is taken over when
// its lease ends, a living one's is not.
func TestLeases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{now: time.Now, rows: map[string]app.Timer{}}
		hourly := func(last time.Time) time.Time { return last.Add(time.Hour) }
		var ran []string
		var fail error
		runner := func(name string, run func(ctx context.Context) error) *Runner {
			return New(store, time.Second, time.Now, slog.New(slog.DiscardHandler), Task{Name: "work", Next: hourly, Run: func(ctx context.Context) error {
				ran = append(ran, name)
				return run(ctx)
			}})
		}
		a := runner("a", func(context.Context) error { return fail })
		look := func(r *Runner, want int) {
			t.Helper()
			err := r.Tick(t.Context())
			if fail == nil && err != nil {
				t.Fatal(err)
			}
			if len(ran) != want {
				t.Fatalf("done %v, want %d times", ran, want)
			}
		}
		if err := errors.Join(a.Begin(t.Context()), a.Begin(t.Context())); err != nil {
			t.Fatal(err)
		}
		look(a, 0)
		time.Sleep(5 * time.Hour)
		look(a, 1)
		look(a, 1)
		time.Sleep(time.Hour)
		fail = errors.New("no")
		look(a, 2)
		for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
			time.Sleep(wait - time.Second)
			look(a, 2+i)
			time.Sleep(time.Second)
			look(a, 3+i)
		}
		fail = nil
		time.Sleep(8 * time.Minute)
		look(a, 6)

		// b is killed at work: nothing of it is written down any more.
		time.Sleep(time.Hour)
		row := store.rows["work"]
		row.Owner, row.Lease = "b", time.Now().Add(lease)
		store.rows["work"] = row
		look(a, 6)
		time.Sleep(lease)
		look(a, 7)

		// c works for long and renews its lease; a waits.
		time.Sleep(time.Hour)
		release := make(chan struct{})
		c := runner("c", func(context.Context) error { <-release; return nil })
		done := make(chan error, 1)
		go func() { done <- c.Tick(t.Context()) }()
		time.Sleep(10 * lease)
		look(a, 8)
		close(release)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Minute)
		look(a, 8)

		// d loses its lease and is told to stop.
		time.Sleep(time.Hour)
		d := runner("d", func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) })
		go func() { done <- d.Tick(t.Context()) }()
		synctest.Wait()
		row = store.rows["work"]
		row.Owner = "e"
		store.rows["work"] = row
		if err := <-done; !errors.Is(err, errLost) {
			t.Errorf("without its lease: %v", err)
		}
		if store.rows["work"].Owner != "e" {
			t.Error("another's lease was given back")
		}
	})
}

// Run looks at once, at every poll and when hinted; a long task holds up no
// other; a server that stops gives its lease back and does not count a failure.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{now: time.Now, rows: map[string]app.Timer{}}
		var mu sync.Mutex
		polled := 0
		count := func() int { mu.Lock(); defer mu.Unlock(); return polled }
		r := New(store, time.Minute, time.Now, slog.New(slog.DiscardHandler),
			Task{Name: "long", Next: func(last time.Time) time.Time { return last.Add(time.Minute) }, Run: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			Task{Name: "poll", Run: func(context.Context) error { mu.Lock(); polled++; mu.Unlock(); return nil }},
		)
		if err := r.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() { r.Run(ctx); close(over) }()
		synctest.Wait()
		if count() != 1 {
			t.Errorf("looked %d times at the beginning", count())
		}
		time.Sleep(3*time.Minute + time.Second)
		if count() != 4 {
			t.Errorf("looked %d times in three minutes", count())
		}
		r.Hint()
		synctest.Wait()
		if count() != 5 {
			t.Errorf("looked %d times after a hint", count())
		}
		if store.rows["long"].Owner == "" {
			t.Error("the long task is not under way")
		}
		stop()
		<-over
		if x := store.rows["long"]; x.Owner != "" || !x.Lease.IsZero() || x.Failed != 0 {
			t.Errorf("left behind: %+v", x)
		}
	})
}
