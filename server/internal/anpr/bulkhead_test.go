package anpr

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"indagor/app"
)

// door is a register whose calls wait until they are let go, one by one.
type door struct {
	mu       sync.Mutex
	inside   int
	most     int
	arrived  []string
	releases chan error
}

func newDoor() *door { return &door{releases: make(chan error)} }

func (d *door) Lookup(_ context.Context, r Request) (Answer, []Call, error) {
	d.mu.Lock()
	d.inside++
	d.most = max(d.most, d.inside)
	d.arrived = append(d.arrived, r.Motive)
	d.mu.Unlock()
	err := <-d.releases
	d.mu.Lock()
	d.inside--
	d.mu.Unlock()
	return Answer{}, []Call{{Status: 200}}, err
}

func (d *door) now() (inside int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.inside
}

func TestBulkheadLetsPeopleFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor()
		b := NewBulkhead(d, BulkheadOptions{Parallel: 2, Queue: 10}, nil)
		var wg sync.WaitGroup
		ask := func(name string, job bool) {
			wg.Go(func() {
				r := goodRequest()
				r.Motive, r.Reserve = name, job
				if _, _, err := b.Lookup(t.Context(), r); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
			synctest.Wait()
		}
		for _, n := range []string{"job1", "job2", "job3", "job4"} {
			ask(n, true)
		}
		ask("person1", false)
		ask("person2", false)
		if d.now() != 2 {
			t.Fatalf("%d inside", d.now())
		}
		for range 6 {
			d.releases <- nil
			synctest.Wait()
		}
		wg.Wait()
		want := []string{"job1", "job2", "person1", "person2", "job3", "job4"}
		if !slices.Equal(d.arrived, want) || d.most != 2 {
			t.Errorf("arrived %v, at most %d; want %v, 2", d.arrived, d.most, want)
		}
	})
}

func TestBulkheadQueueEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor()
		b := NewBulkhead(d, BulkheadOptions{Parallel: 1, Queue: 2}, nil)
		results := make(chan error, 10)
		ask := func(ctx context.Context) {
			go func() {
				_, _, err := b.Lookup(ctx, goodRequest())
				results <- err
			}()
			synctest.Wait()
		}
		ask(t.Context())
		late, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		ask(late)
		gone, leave := context.WithCancel(t.Context())
		ask(gone)
		ask(t.Context()) // the third in the queue
		if err := <-results; app.CodeOf(err) != app.CodeAnprBusy {
			t.Errorf("full queue: %v", err)
		}
		leave()
		if err := <-results; app.CodeOf(err) != app.CodeCancelled || !errors.Is(err, context.Canceled) {
			t.Errorf("gone: %v", err)
		}
		if err := <-results; app.CodeOf(err) != app.CodeAnprBusy {
			t.Errorf("late: %v", err)
		}
		// Nobody waits any more; the place is still one.
		ask(t.Context())
		d.releases <- nil
		d.releases <- nil
		for range 2 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		// Who is already gone does not even enter.
		_, _, err := b.Lookup(gone, goodRequest())
		if app.CodeOf(err) != app.CodeCancelled {
			t.Error(err)
		}
	})
}

func TestBulkheadHalvesAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor()
		b := NewBulkhead(d, BulkheadOptions{Parallel: 8, Queue: 100, Recover: 10 * time.Second}, nil)
		var wg sync.WaitGroup
		round := func(n int, err error) {
			for range n {
				wg.Go(func() { _, _, _ = b.Lookup(t.Context(), goodRequest()) })
			}
			synctest.Wait()
			time.Sleep(time.Millisecond) // the answers come later than the questions
			for range n {
				d.releases <- err
				synctest.Wait()
			}
			wg.Wait()
		}
		expect := func(want int) {
			t.Helper()
			if got := b.Parallel(C020); got != want {
				t.Fatalf("limit %d, want %d", got, want)
			}
		}
		expect(8)
		round(8, busy) // all were under way together: one halving
		expect(4)
		round(1, busy)
		expect(2)
		round(1, busy)
		round(1, busy)
		expect(1)
		round(5, nil)
		expect(1) // too early
		time.Sleep(10 * time.Second)
		round(1, nil)
		expect(2)
		round(2, nil)
		expect(3)
		for range 40 {
			round(1, nil)
		}
		expect(8)
		// What the token endpoint refuses says nothing of the e-service.
		round(1, token429)
		expect(8)
	})
}

func TestBulkheadKeepsServicesApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor()
		b := NewBulkhead(d, BulkheadOptions{Parallel: 1, Queue: 1}, nil)
		var wg sync.WaitGroup
		for _, s := range []Service{C015, C020, C021} {
			wg.Go(func() {
				r := goodRequest()
				r.Service = s
				_, _, _ = b.Lookup(t.Context(), r)
			})
		}
		synctest.Wait()
		if d.now() != 3 {
			t.Errorf("%d inside, want 3", d.now())
		}
		for range 3 {
			d.releases <- nil
		}
		wg.Wait()
	})
}
