// Package timer does what must be done from time to time: schedules and leases
// that survive a restart, so that what was due while the server was away is
// done when it is back, once, by one server.
//
// A task's durable state is when it was done last; when it is due next follows
// from that by its rule, which may change meanwhile. Who does it holds a lease
// and renews it; when he dies the lease runs out and another does it again, so
// a task must not mind being done twice.
package timer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"indagor/app"
)

// Tx is what keeping time changes.
type Tx interface {
	Now() time.Time
	// LockTimer is Timer; others wait until the transaction ends.
	LockTimer(ctx context.Context, name string) (app.Timer, error)
	PutTimer(app.Timer) error
}

// Store keeps the timers.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	// Timer gives the durable state; CodeNotFound where there is none yet.
	Timer(ctx context.Context, name string) (app.Timer, error)
}

// Task is something done from time to time.
type Task struct {
	Name string
	// Next is when it is due after it was done at last. nil: it looks at every
	// poll by itself whether there is anything to do, and keeps leases of its
	// own.
	Next func(last time.Time) time.Time
	Run  func(ctx context.Context) error
}

// Daily is the rule "every day at the hour in the zone", where the day has that
// hour twice or not at all as well: once. The hour may change.
func Daily(hour func() int, zone *time.Location) func(time.Time) time.Time {
	return func(last time.Time) time.Time {
		h := hour()
		for day := last.In(zone); ; day = time.Date(day.Year(), day.Month(), day.Day()+1, 12, 0, 0, 0, zone) {
			if at := At(app.DayOf(day), h, zone); at.After(last) {
				return at
			}
		}
	}
}

// At is the hour of the day in the zone; where the clock jumps over it, the
// moment of the jump's end.
func At(d app.Day, hour int, zone *time.Location) time.Time {
	t, _ := d.Time()
	at := time.Date(t.Year(), t.Month(), t.Day(), hour, 0, 0, 0, zone)
	for at.Hour() < hour && app.DayOf(at) == d {
		at = at.Add(time.Hour)
	}
	return at
}

const (
	lease   = 2 * time.Minute
	longest = time.Hour // between two attempts of a task that fails
)

// Runner does the tasks.
type Runner struct {
	store Store
	tasks []Task
	poll  time.Duration
	owner string
	now   func() time.Time
	log   *slog.Logger

	hint chan struct{}
}

// New returns a Runner that looks every poll. Begin must be called first.
func New(store Store, poll time.Duration, now func() time.Time, log *slog.Logger, tasks ...Task) *Runner {
	return &Runner{store: store, tasks: tasks, poll: poll, owner: string(app.NewID()), now: now, log: log, hint: make(chan struct{}, 1)}
}

// Begin makes the timers that there are not yet: from now on they run, whether
// or not this server does.
func (r *Runner) Begin(ctx context.Context) error {
	for _, t := range r.tasks {
		if t.Next == nil {
			continue
		}
		_, err := r.store.Timer(ctx, t.Name)
		if app.CodeOf(err) == app.CodeNotFound {
			err = r.store.Write(ctx, func(tx Tx) error {
				if _, err := tx.LockTimer(ctx, t.Name); app.CodeOf(err) != app.CodeNotFound {
					return err
				}
				return tx.PutTimer(app.Timer{Name: t.Name, Last: tx.Now()})
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Run does what is due until the context ends, and returns when all of it has
// ended. A task that takes long holds up no other.
func (r *Runner) Run(ctx context.Context) {
	looks := make([]chan struct{}, len(r.tasks))
	var all sync.WaitGroup
	for i, t := range r.tasks {
		looks[i] = make(chan struct{}, 1)
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case <-looks[i]:
				}
				if err := r.look(ctx, t); err != nil && ctx.Err() == nil {
					r.log.Error("what is done from time to time failed", "task", t.Name, "error", err)
				}
			}
		})
	}
	tick := time.NewTicker(r.poll)
	defer tick.Stop()
	for {
		for _, look := range looks {
			select {
			case look <- struct{}{}:
			default: // it is at it
			}
		}
		select {
		case <-ctx.Done():
			all.Wait()
			return
		case <-tick.C:
		case <-r.hint:
		}
	}
}

// Hint makes the Runner look at once: something may be due.
func (r *Runner) Hint() {
	select {
	case r.hint <- struct{}{}:
	default:
	}
}

// Tick does what is due now, one task after another in their order, and
// returns when it is done.
func (r *Runner) Tick(ctx context.Context) error {
	var errs []error
	for _, t := range r.tasks {
		if err := r.look(ctx, t); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", t.Name, err))
		}
	}
	return errors.Join(errs...)
}

// due is when the task is to be done.
func due(t Task, x app.Timer) time.Time {
	at := t.Next(x.Last)
	if x.Retry.After(at) {
		at = x.Retry
	}
	if x.Lease.After(at) {
		at = x.Lease
	}
	return at
}

// look does the task if it is due and nobody else is at it.
func (r *Runner) look(ctx context.Context, t Task) error {
	if t.Next == nil {
		return t.Run(ctx)
	}
	x, err := r.store.Timer(ctx, t.Name)
	if err != nil || r.now().Before(due(t, x)) {
		return err
	}
	mine := false
	err = r.store.Write(ctx, func(tx Tx) error {
		mine = false
		x, err := tx.LockTimer(ctx, t.Name)
		if err != nil || tx.Now().Before(due(t, x)) {
			return err
		}
		x.Owner, x.Lease, mine = r.owner, tx.Now().Add(lease), true
		return tx.PutTimer(x)
	})
	if err != nil || !mine {
		return err
	}
	done, lost := context.WithCancelCause(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		r.keep(done, t.Name, lost)
	}()
	began := r.now()
	err = t.Run(done)
	lost(nil)
	<-kept
	if err == nil {
		err = context.Cause(ctx)
	}
	return errors.Join(err, r.end(context.WithoutCancel(ctx), t.Name, began, err))
}

// keep renews the lease until the context ends, and ends it when the lease is
// another's.
func (r *Runner) keep(ctx context.Context, name string, lost context.CancelCauseFunc) {
	tick := time.NewTicker(lease / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.mine(ctx, name, func(tx Tx, x app.Timer) error {
			x.Lease = tx.Now().Add(lease)
			return tx.PutTimer(x)
		}); errors.Is(err, errLost) {
			lost(err)
			return
		}
	}
}

var errLost = errors.New("timer: the lease is another's")

// mine changes a timer whose lease is this Runner's.
func (r *Runner) mine(ctx context.Context, name string, fn func(Tx, app.Timer) error) error {
	return r.store.Write(ctx, func(tx Tx) error {
		x, err := tx.LockTimer(ctx, name)
		if err == nil && x.Owner != r.owner {
			err = errLost
		}
		if err != nil {
			return err
		}
		return fn(tx, x)
	})
}

// end writes down how it went and gives the lease back.
func (r *Runner) end(ctx context.Context, name string, began time.Time, failure error) error {
	return r.mine(ctx, name, func(tx Tx, x app.Timer) error {
		x.Owner, x.Lease = "", time.Time{}
		switch {
		case failure == nil:
			x.Last, x.Failed, x.Retry = began, 0, time.Time{}
		case errors.Is(failure, context.Canceled): // the server stops: the next one goes on
		default:
			x.Retry = tx.Now().Add(min(time.Minute<<min(x.Failed, 10), longest))
			x.Failed++
		}
		return tx.PutTimer(x)
	})
}
