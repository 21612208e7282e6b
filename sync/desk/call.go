package desk

import (
	"context"
	"errors"
	"io"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// Call calls any endpoint of the contract for the person who is signed in.
// Where the server wants a recent password the person is asked for it
// (Options.Confirm), and the call is repeated once. Where the session has
// ended, the state says so and subscribers are told. ErrLocked while the
// screen is locked.
func Call[In, Out any](ctx context.Context, d *Desk, e wire.Endpoint[In, Out], in *In) (*Out, error) {
	if err := d.unlocked(); err != nil {
		return nil, err
	}
	var out *Out
	err := d.confirmed(ctx, func() (err error) {
		out, err = call(ctx, d, e, in)
		return err
	})
	return out, err
}

// confirmed runs an attempt; where the server wants a recent password the
// person is asked for it, and the attempt is made once more.
func (d *Desk) confirmed(ctx context.Context, attempt func() error) error {
	err := attempt()
	if app.CodeOf(err) != app.CodeConfirm || d.o.Confirm == nil {
		return err
	}
	if again := d.confirm(ctx, err); again != nil {
		return again
	}
	return attempt()
}

// confirm asks the person for the password and gives it to the server; the
// refusal stands where he gives up.
func (d *Desk) confirm(ctx context.Context, refusal error) error {
	d.asking.Lock() // one question at a time
	defer d.asking.Unlock()
	password, ok := d.o.Confirm(ctx)
	if !ok {
		return refusal
	}
	return d.ConfirmPassword(ctx, password)
}

func (d *Desk) unlocked() error {
	if d.State().Locked {
		return ErrLocked
	}
	return nil
}

// Download gets a file from an endpoint of the contract and writes it to w as
// it comes, as [client.Download] does; in all else it is as Call.
func Download[In any](ctx context.Context, d *Desk, e wire.Endpoint[In, wire.Download], in *In, w io.Writer, received func(int64)) (name string, err error) {
	if err := d.unlocked(); err != nil {
		return "", err
	}
	err = d.confirmed(ctx, func() (err error) {
		name, err = download(ctx, d, e, in, w, received)
		return err
	})
	return name, err
}

// download is to Download what call is to Call.
func download[In any](ctx context.Context, d *Desk, e wire.Endpoint[In, wire.Download], in *In, w io.Writer, received func(int64)) (name string, err error) {
	err = learn(d, e.Info(), func() (err error) {
		name, err = client.Download(ctx, d.client, e, in, w, received)
		return err
	})
	return name, err
}

// call calls, and learns from the answer how the server and the session stand.
func call[In, Out any](ctx context.Context, d *Desk, e wire.Endpoint[In, Out], in *In) (*Out, error) {
	var out *Out
	err := learn(d, e.Info(), func() (err error) {
		out, err = client.Call(ctx, d.client, e, in)
		return err
	})
	return out, err
}

// learn makes an attempt at an endpoint, and learns from how it ends how the
// server and the session stand.
func learn(d *Desk, e wire.Info, attempt func() error) error {
	d.mu.Lock()
	number := d.number
	d.mu.Unlock()
	err := attempt()
	_, refused := errors.AsType[*client.Refusal](err)
	switch {
	case err == nil || refused:
		d.reached()
	case errors.Is(err, client.ErrUnreachable):
		d.change(func(s *State) { s.Link = Offline })
		d.log.Info("server not reached", "operation", e.ID, "reason", string(ReasonOf(err)))
	}
	if access := e.Access; refused && (access == wire.AccessSession || access == wire.AccessUser) {
		switch code := app.CodeOf(err); code {
		case app.CodeSessionEnded, app.CodeSessionTaken, app.CodeSessionDropped, app.CodeSessionMissing:
			d.end(number, code)
		}
	}
	return err
}

// reached notes that the server answers; where it had been away, the
// synchronisation is woken.
func (d *Desk) reached() {
	back := false
	d.change(func(s *State) {
		if s.Link == Offline {
			s.Link, back = Online, true
		}
	})
	if back {
		select {
		case d.kick <- struct{}{}:
		default:
		}
	}
}
