package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

type plainSealer struct{}

func (plainSealer) Seal(p, _ []byte) []byte              { return p }
func (plainSealer) Unseal(p, _ []byte) ([]byte, error)   { return p, nil }
func (plainSealer) Mark(purpose string, v []byte) string { return purpose + "|" + string(v) }

type plainWriter struct{}

func (plainWriter) Text(f app.Field, _ json.RawMessage) (string, string) { return f.Label, "" }
func (plainWriter) Within(json.RawMessage, []string) bool                { return true }

type noMembers struct{ Store }

func (noMembers) JobMember(context.Context, app.ID, string) (int, string, error) {
	return 0, "", app.E(app.CodeNotFound)
}

// places is a gauge with a number of places.
type places int

func (p places) Parallel(anpr.Service) int                      { return int(p) }
func (p places) Quota(anpr.Service) (int, int, time.Time, bool) { return 0, 0, time.Time{}, false }
func (p places) Own(anpr.Service) (int, int, time.Time)         { return 0, 0, time.Time{} }
func (p places) Took(anpr.Service) time.Duration                { return 0 }
func at(perSecond float64) func(time.Time) (float64, time.Time) {
	return func(time.Time) (float64, time.Time) { return perSecond, time.Time{} }
}

func TestLaneLeavesPlacesToPeople(t *testing.T) {
	for all, jobs := range map[int]int{1: 1, 2: 1, 4: 3, 8: 7, 10: 8, 20: 16} {
		if got := newLanes(Config{}, places(all), time.Now).parallel(anpr.C015); got != jobs {
			t.Errorf("of %d places jobs have %d, want %d", all, got, jobs)
		}
	}
	if got := newLanes(Config{Parallel: 2}, places(8), time.Now).parallel(anpr.C015); got != 2 {
		t.Errorf("%d", got)
	}
}

// Users take turns, however much one of them has to ask.
func TestLaneIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(Config{}, places(2), time.Now) // one place for jobs
		var mu sync.Mutex
		var order []app.ID
		var all sync.WaitGroup
		if err := l.enter(t.Context(), anpr.C015, whose{user: "first"}); err != nil {
			t.Fatal(err)
		}
		for user, n := range map[app.ID]int{"many": 20, "few": 3} {
			for range n {
				all.Go(func() {
					if err := l.enter(t.Context(), anpr.C015, whose{user: user}); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					order = append(order, user)
					mu.Unlock()
					l.leave(anpr.C015)
				})
			}
		}
		synctest.Wait()
		l.leave(anpr.C015)
		all.Wait()
		few := 0
		for _, u := range order[:6] {
			if u == "few" {
				few++
			}
		}
		if few != 3 || len(order) != 23 {
			t.Errorf("%v", order)
		}
	})
}

func TestLanePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(Config{Pace: at(4)}, places(9), time.Now)
		start := time.Now()
		for i := range 18 {
			s := []anpr.Service{anpr.C015, anpr.C020}[i%2] // each has the pace for itself
			if err := l.enter(t.Context(), s, whose{user: "u"}); err != nil {
				t.Fatal(err)
			}
			l.leave(s)
		}
		if took := time.Since(start); took < 2*time.Second || took > 2100*time.Millisecond {
			t.Errorf("9 calls of each at 4 a second took %v", took)
		}
	})
}

// Outside the hours nothing goes through, and then it does.
func TestLaneHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opens := time.Now().Add(3 * time.Hour)
		pace := func(now time.Time) (float64, time.Time) {
			if now.Before(opens) {
				return 0, opens
			}
			return math.Inf(1), time.Time{}
		}
		l := newLanes(Config{Pace: pace}, places(2), time.Now)
		if why, until := l.waits(anpr.C015, whose{user: "u"}); why != app.CodeJobHours || !until.Equal(opens) {
			t.Errorf("%v until %v", why, until)
		}
		if err := l.enter(t.Context(), anpr.C015, whose{user: "u"}); err != nil {
			t.Fatal(err)
		}
		if late := time.Since(opens); late < 0 || late > time.Second {
			t.Errorf("let through %v after the opening", late)
		}
	})
}

// A service that is down is asked less and less, and at once when it answers.
func TestLaneBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(Config{}, places(2), time.Now)
		var pauses []time.Duration
		for range 14 {
			before := time.Now()
			if err := l.enter(t.Context(), anpr.C015, whose{user: "u"}); err != nil {
				t.Fatal(err)
			}
			pauses = append(pauses, time.Since(before))
			l.failed(anpr.C015, app.CodeAnprDown, time.Time{})
			l.leave(anpr.C015)
		}
		if pauses[0] != 0 || pauses[1] != pauseLeast || pauses[3] != 4*pauseLeast || pauses[13] != pauseMost {
			t.Errorf("%v", pauses)
		}
		if why, until := l.waits(anpr.C015, whose{user: "u"}); why != app.CodeAnprDown || until.IsZero() {
			t.Errorf("%v until %v", why, until)
		}
		if err := l.enter(t.Context(), anpr.C015, whose{user: "u"}); err != nil {
			t.Fatal(err)
		}
		l.answered(anpr.C015)
		l.leave(anpr.C015)
		before := time.Now()
		if err := l.enter(t.Context(), anpr.C015, whose{user: "u"}); err != nil || time.Since(before) > 0 {
			t.Errorf("%v after an answer, %v", time.Since(before), err)
		}
		// The quota comes back at midnight, whatever the pauses.
		midnight := time.Now().Add(7 * time.Hour)
		l.failed(anpr.C015, app.CodeAnprQuota, midnight)
		l.leave(anpr.C015)
		if why, until := l.waits(anpr.C015, whose{user: "u"}); why != app.CodeAnprQuota || !until.Equal(midnight) {
			t.Errorf("%v until %v", why, until)
		}
		if err := l.enter(t.Context(), anpr.C015, whose{user: "u"}); err != nil || time.Now().Before(midnight) {
			t.Errorf("let through %v before midnight, %v", time.Until(midnight), err)
		}
	})
}

// Calls that were under way together end in any order: an answer among
// failures neither opens the lane nor hides why it is closed.
func TestLaneMixedEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(Config{}, places(9), time.Now)
		midnight := time.Now().Add(7 * time.Hour)
		l.failed(anpr.C015, app.CodeAnprSlow, time.Time{})
		l.answered(anpr.C015)
		l.failed(anpr.C015, app.CodeAnprSlow, time.Time{})
		l.failed(anpr.C015, app.CodeAnprQuota, midnight)
		l.answered(anpr.C015)
		l.failed(anpr.C015, app.CodeAnprSlow, time.Time{})
		if why, until := l.waits(anpr.C015, whose{user: "u"}); why != app.CodeAnprQuota || !until.Equal(midnight) {
			t.Errorf("%v until %v", why, until)
		}
		if err := l.enter(t.Context(), anpr.C015, whose{user: "u"}); err != nil || time.Now().Before(midnight) {
			t.Errorf("let through %v before midnight, %v", time.Until(midnight), err)
		}
		l.answered(anpr.C015)
		if why, _ := l.waits(anpr.C015, whose{user: "u"}); why != "" {
			t.Errorf("still %v", why)
		}
	})
}

// limited is a gauge of a body that has a limit of its own.
type limited struct {
	places
	left *atomic.Int64
}

func (g limited) Own(anpr.Service) (int, int, time.Time) { return 100, int(g.left.Load()), time.Time{} }

// At the body's own limit wait those who count towards it, until midnight or
// until the body raises it; the others go through.
func TestLaneOwnLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left atomic.Int64
		l := newLanes(Config{}, limited{9, &left}, time.Now)
		midnight := time.Now().Add(7 * time.Hour)
		l.reached(anpr.C015, midnight)
		if why, until := l.waits(anpr.C015, whose{user: "clerk"}); why != app.CodeOwnQuota || !until.Equal(midnight) {
			t.Errorf("%v until %v", why, until)
		}
		if why, _ := l.waits(anpr.C015, whose{"officer", true}); why != "" {
			t.Errorf("the officer waits for %v", why)
		}
		in := make(chan time.Time, 2)
		for range 2 {
			go func() {
				if err := l.enter(t.Context(), anpr.C015, whose{user: "clerk"}); err != nil {
					t.Error(err)
				}
				in <- time.Now()
			}()
			synctest.Wait()
		}
		before := time.Now()
		if err := l.enter(t.Context(), anpr.C015, whose{"officer", true}); err != nil || time.Now().After(before) {
			t.Errorf("the officer waited %v, %v", time.Since(before), err)
		}
		<-time.After(time.Hour)
		left.Store(1)
		if raised := time.Now(); (<-in).Sub(raised) > time.Second {
			t.Error("a raised limit is not seen")
		}
		<-in
	})
}

// Who gives up leaves nothing behind.
func TestLaneGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(Config{}, places(2), time.Now)
		if err := l.enter(t.Context(), anpr.C015, whose{user: "a"}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error, 1)
		go func() { done <- l.enter(ctx, anpr.C015, whose{user: "b"}) }()
		synctest.Wait()
		cancel(errPaused)
		if err := <-done; !errors.Is(err, errPaused) {
			t.Errorf("%v", err)
		}
		l.leave(anpr.C015)
		if err := l.enter(t.Context(), anpr.C015, whose{user: "c"}); err != nil {
			t.Fatal(err)
		}
		if x := l.of[anpr.C015]; x.inside != 1 || len(x.turns) != 0 || len(x.queues) != 0 {
			t.Errorf("%+v", x)
		}
	})
}

// The plan counts the days of which the quota is spent.
func TestPlanEnds(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	hours := func(at time.Time) (float64, time.Time) {
		if h := at.Hour(); h < 8 || h >= 18 {
			return 0, at
		}
		return 10, time.Time{}
	}
	for _, c := range []struct {
		what string
		pace func(time.Time) (float64, time.Time)
		need Need
		want time.Time
	}{
		{"at once", nil, Need{Calls: 100, PerSecond: 10}, now.Add(10 * time.Second)},
		{"by the pace", at(1), Need{Calls: 7200, PerSecond: 10}, now.Add(2 * time.Hour)},
		{"over the night", hours, Need{Calls: 36_000*9 + 36_000, PerSecond: 100}, time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)},
		{"four days of quota", nil, Need{Calls: 30_000, PerSecond: 100, Known: true, Limit: 10_000, Remaining: 6_000}, time.Date(2026, 11, 26, 0, 1, 20, 0, time.UTC)},
		{"never", at(0.0001), Need{Calls: 1_000_000, PerSecond: 10}, time.Time{}},
	} {
		s := &Service{config: Config{Zone: time.UTC, Pace: c.pace}}
		if got := s.ends(now, []Need{c.need}, midnight); got.Sub(c.want).Abs() > time.Minute {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}
