package desk

import (
	"context"
	"errors"
	"mime"
	"net"
	"path"
	"strings"
	"time"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// Ask asks a visura and follows it to its end, or until it waits for consent;
// progress is told every state that it passes through, the last included, from
// the goroutine of the caller.
//
// A connection that breaks is taken up again, with the same idempotency key,
// so that ANPR is asked once. Where it stays broken longer than
// Options.Patience, or the server was not there to begin with, the error is an
// unreachable one; the visura that is returned with an error is as far as it
// was seen, and has an id once the server has accepted it: it can be followed
// again with Follow, and stands in the archive.
func (d *Desk) Ask(ctx context.Context, r wire.VisuraRequest, progress func(wire.Visura)) (wire.Visura, error) {
	if err := d.unlocked(); err != nil {
		return wire.Visura{}, err
	}
	user, err := d.user()
	if err != nil {
		return wire.Visura{}, err
	}
	in := &wire.AskVisuraInput{Key: app.NewSecret(16), Wait: 0, Body: r}
	var out *wire.VisuraOutput
	err = d.pursue(ctx, func(first bool) (bool, error) {
		var err error
		out, err = call(ctx, d, wire.AskVisura, in)
		return !(first && unsent(err)), err
	})
	if err != nil {
		return wire.Visura{}, err
	}
	if v := out.Body; v.State == app.VisuraWaiting {
		if progress != nil {
			progress(v)
		}
		return v, nil
	}
	return d.follow(ctx, user, out.Body, progress)
}

// Follow follows a visura that was asked before to its end, as Ask does; one
// that waits for consent is waited for.
func (d *Desk) Follow(ctx context.Context, id app.ID, progress func(wire.Visura)) (wire.Visura, error) {
	if err := d.unlocked(); err != nil {
		return wire.Visura{}, err
	}
	user, err := d.user()
	if err != nil {
		return wire.Visura{}, err
	}
	var out *wire.VisuraOutput
	err = d.pursue(ctx, func(first bool) (bool, error) {
		var err error
		out, err = call(ctx, d, wire.GetVisura, &wire.GetVisuraInput{ID: id})
		return !(first && unsent(err)), err
	})
	if err != nil {
		return wire.Visura{}, err
	}
	return d.follow(ctx, user, out.Body, progress)
}

func (d *Desk) follow(ctx context.Context, user app.ID, v wire.Visura, progress func(wire.Visura)) (wire.Visura, error) {
	tell := func() {
		if progress != nil {
			progress(v)
		}
	}
	tell()
	for v.State != app.VisuraDone {
		var out *wire.VisuraOutput
		err := d.pursue(ctx, func(bool) (bool, error) {
			var err error
			out, err = call(ctx, d, wire.GetVisura, &wire.GetVisuraInput{ID: v.ID, Wait: longPoll, Seen: len(v.Steps)})
			return true, err
		})
		if err != nil {
			return v, err
		}
		if out.Body.State == v.State && len(out.Body.Steps) == len(v.Steps) {
			if err := d.o.Sleep(ctx, 500*time.Millisecond); err != nil { // a server that does not wait
				return v, err
			}
			continue
		}
		v = out.Body
		tell()
	}
	d.keep(d.copy.PutVisura(user, v))
	return v, nil
}

// pursue repeats what does not reach the server, waiting a little longer each
// time, until Options.Patience is used up or do says to give up.
func (d *Desk) pursue(ctx context.Context, do func(first bool) (again bool, err error)) error {
	begun := d.o.Now()
	for n := 0; ; n++ {
		again, err := do(n == 0)
		if !errors.Is(err, client.ErrUnreachable) || !again {
			return err
		}
		if r := ReasonOf(err); r == client.ReasonCertificate || d.o.Now().Sub(begun) >= d.o.Patience {
			return err
		}
		if serr := d.o.Sleep(ctx, min(500*time.Millisecond<<min(n, 4), 5*time.Second)); serr != nil {
			return serr
		}
	}
}

// unsent reports whether the request surely never left this machine.
func unsent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial" && errors.Is(err, client.ErrUnreachable)
}

// Withdraw gives up a visura that waits or is running.
func (d *Desk) Withdraw(ctx context.Context, id app.ID) (wire.Visura, error) {
	out, err := Call(ctx, d, wire.WithdrawVisura, &wire.IDInput{ID: id})
	if err != nil {
		return wire.Visura{}, err
	}
	return out.Body, nil
}

// Document gets the visura as a document in the format ("pdf" or "xlsx"), with
// labels in the language ("" for Italian), and a name for its file.
func (d *Desk) Document(ctx context.Context, id app.ID, format, language string) (content []byte, name string, err error) {
	out, err := Call(ctx, d, wire.GetDocument, &wire.DocumentInput{ID: id, Format: format, Language: language})
	if err != nil {
		return nil, "", err
	}
	return out.Body, fileName(out.Disposition, "visura-"+string(id)+"."+format), nil
}

// fileName takes the name out of a Content-Disposition; never more than the
// last part of a path, and nothing that a file system would trip over.
func fileName(disposition, otherwise string) string {
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil {
		return otherwise
	}
	name := path.Base(strings.ReplaceAll(params["filename"], `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"/\|?*`, r) {
			return -1
		}
		return r
	}, name)
	if name = strings.Trim(name, ". "); name == "" || len(name) > 150 {
		return otherwise
	}
	return name
}
