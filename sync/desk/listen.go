package desk

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// Hear has f told every signal of the server for who is signed in, also the
// resync with which each stream begins. Calls come one at a time from one
// goroutine, which they must not keep; after cancel at most one more comes.
// The session's end is told as a change of the state, see [Desk.Subscribe].
func (d *Desk) Hear(f func(wire.Signal)) (cancel func()) { return d.ears.add(f) }

// ears are those who hear signals.
type ears struct {
	mu  sync.Mutex
	all []*func(wire.Signal)
}

func (e *ears) add(f func(wire.Signal)) (cancel func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, &f)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.all = slices.DeleteFunc(slices.Clone(e.all), func(o *func(wire.Signal)) bool { return o == &f })
	}
}

func (e *ears) tell(s wire.Signal) {
	e.mu.Lock()
	all := slices.Clone(e.all)
	e.mu.Unlock()
	for _, f := range all {
		(*f)(s)
	}
}

// listen keeps the stream of signals open until the session of that number
// ends. A lost one is opened again after a time that doubles with every
// failure, and is never quite the same, so that a server which comes back does
// not meet all its desktops at once. Whether the first try succeeded or not,
// tried is closed after it.
func (d *Desk) listen(ctx context.Context, number int, tried chan<- struct{}) {
	first := sync.OnceFunc(func() { close(tried) })
	defer first()
	for failures := 0; ctx.Err() == nil; failures++ {
		opened := false
		err := d.client.Listen(ctx, func(s wire.Signal) {
			if !opened {
				opened, failures = true, 0
				d.live(number, true)
				d.reached()
			}
			d.heard(number, s)
			first()
		})
		d.live(number, false)
		first()
		if ctx.Err() != nil {
			return
		}
		_, refused := errors.AsType[*client.Refusal](err)
		switch code := app.CodeOf(err); {
		case refused && (code == app.CodeSessionEnded || code == app.CodeSessionTaken || code == app.CodeSessionMissing):
			d.end(number, code)
			return
		case refused && code == app.CodeNotFound:
			return // a server of an older version
		case refused:
			d.reached()
		case errors.Is(err, client.ErrUnreachable) && !opened:
			d.change(func(s *State) { s.Link = Offline })
		}
		d.log.Info("stream of signals", "opened", opened, "code", string(app.CodeOf(err)), "reason", string(ReasonOf(err)))
		wait := min(d.o.ListenAfter<<min(failures, 10), max(d.o.RetryEvery, d.o.ListenAfter))
		if sleep(ctx, wait/2+rand.N(wait)) != nil {
			return
		}
	}
}

// live notes whether signals come, for the session of that number.
func (d *Desk) live(number int, on bool) {
	d.mu.Lock()
	changed := d.number == number && d.session != nil && d.state.Live != on
	if changed {
		d.state.Live = on
	}
	d.mu.Unlock()
	if changed {
		d.board.changed()
	}
}

// heard does what the desktop itself does at a signal, and passes it on.
func (d *Desk) heard(number int, s wire.Signal) {
	switch s.Kind {
	case app.SignalSession:
		if s.Code != "" && s.Code != app.CodeMustChange { // of a password to be changed the next call tells
			d.end(number, s.Code)
		}
		return
	case app.SignalVisura, app.SignalResync:
		d.freshen()
	}
	d.ears.tell(s)
}
