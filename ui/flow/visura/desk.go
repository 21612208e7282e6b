package visura

import (
	"context"
	"time"

	"indagor/app"
	"indagor/app/territory"
	"indagor/sync/wire"
)

// Desk is what the flow needs of the desktop's side towards the server. Its
// methods may be called from any goroutine.
type Desk interface {
	// Ask sends the request and returns when it has ended or waits for consent;
	// progress is told of every change meanwhile, from any goroutine, and not after Ask has
	// returned. With an error comes what is known of the visura: it has an ID
	// once the server has accepted it.
	Ask(ctx context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error)
	// Follow takes up again, in the same way, a visura that was asked before, to
	// its end.
	Follow(ctx context.Context, id app.ID, progress func(wire.Visura)) (wire.Visura, error)
	// Archive is a page of the user's archive, newest first.
	Archive(ctx context.Context, q wire.ArchiveQuery) (page wire.List[wire.VisuraSummary], fromCache bool, err error)
	// Withdraw gives up a visura that waits or is running and returns how it
	// ended.
	Withdraw(ctx context.Context, id app.ID) (wire.Visura, error)
	// Document is the visura as a document in the format, pdf or xlsx, with
	// labels in the language, and the file's name.
	Document(ctx context.Context, id app.ID, format, lang string) (content []byte, name string, err error)
	// Session is who is signed in; false when nobody is.
	Session() (wire.Session, bool)
}

// Habits is what is kept from one request for the next.
type Habits struct {
	Type          app.VisuraType
	Purpose       app.ID
	FileReference string
	Favourites    []app.ID // purposes that come first
}

// Memory keeps a user's habits beyond the run of the program. They hold no
// data about the persons asked for.
type Memory interface {
	Recall(user app.ID) Habits
	Remember(user app.ID, h Habits)
}

// Fault is what is known of an error beyond its code.
type Fault struct {
	Unreachable bool   // it is not known whether the server did it
	Reference   string // names the failed call in the server's log
}

// Config is what a Flow stands on. Desk and Atlas are needed, the rest has
// defaults.
type Config struct {
	Desk   Desk
	Atlas  func() *territory.Atlas // the tables of places, which may become newer ones
	Own    string                  // cadastral code of the own Comune, offered first; "" for none
	Memory Memory                  // nil: habits last as long as the program
	Now    func() time.Time        // nil: time.Now
	// Fault tells what an error of the Desk means; nil: nothing is known.
	Fault func(error) Fault
	// Go runs what takes time; nil: in a goroutine of its own.
	Go func(func())
	// Pause waits, or returns the error of a context that ends before; nil: by
	// the machine's clock.
	Pause func(ctx context.Context, d time.Duration) error
	// Every calls f again and again until stopped; nil: a time.Ticker.
	Every func(d time.Duration, f func()) (stop func())
}

func (c Config) complete() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Fault == nil {
		c.Fault = func(error) Fault { return Fault{} }
	}
	if c.Go == nil {
		c.Go = func(f func()) { go f() }
	}
	if c.Every == nil {
		c.Every = every
	}
	if c.Pause == nil {
		c.Pause = pause
	}
	return c
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func every(d time.Duration, f func()) (stop func()) {
	t := time.NewTicker(d)
	done := make(chan struct{})
	go func() {
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				f()
			}
		}
	}()
	return func() { close(done) }
}
