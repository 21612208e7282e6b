package desk

import (
	"context"
	"errors"

	"indagor/app"
	"indagor/sync/cache"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// source is where the same is had from.
type source[T any] struct {
	server func() (T, error)
	keep   func(user app.ID, got T) error                // what the server told freshens the copy
	drop   func(user app.ID) error                       // what the server has no longer; nil where that cannot be
	copy   func(user app.ID) (got T, ok bool, err error) // ok is false where the copy does not hold it
}

// read gives what the server answers, or while it cannot be reached what the
// copy of who is signed in holds. Pages that follow a page of the copy come
// from the copy too, and those that follow one of the server's from the server
// alone.
func read[T any](d *Desk, cursor string, s source[T]) (got T, fromCopy bool, err error) {
	var none T
	if err := d.unlocked(); err != nil {
		return none, false, err
	}
	user, err := d.user()
	if err != nil {
		return none, false, err
	}
	if !cache.Own(cursor) {
		got, err = s.server()
		switch {
		case err == nil:
			d.keep(s.keep(user, got))
			return got, false, nil
		case app.CodeOf(err) == app.CodeNotFound && s.drop != nil:
			d.keep(s.drop(user)) // its time is over
			return none, false, err
		case !errors.Is(err, client.ErrUnreachable) || cursor != "":
			return none, false, err
		}
	}
	got, ok, cerr := s.copy(user)
	if cerr != nil || !ok {
		return none, false, errors.Join(err, cerr)
	}
	return got, true, nil
}

// Archive searches the archive of who is signed in: on the server, whose
// answer also freshens the copy, or in the copy while the server cannot be
// reached.
func (d *Desk) Archive(ctx context.Context, q wire.ArchiveQuery) (list wire.List[wire.VisuraSummary], fromCopy bool, err error) {
	return read(d, q.Cursor, source[wire.List[wire.VisuraSummary]]{
		server: func() (l wire.List[wire.VisuraSummary], err error) {
			out, err := call(ctx, d, wire.ListArchive, &wire.ArchiveInput{Body: q})
			if err == nil {
				l = out.Body
			}
			return l, err
		},
		keep: func(user app.ID, l wire.List[wire.VisuraSummary]) error { return d.copy.PutSummaries(user, l.Items) },
		copy: func(user app.ID) (wire.List[wire.VisuraSummary], bool, error) {
			l, err := d.copy.Search(user, q)
			return l, true, err
		},
	})
}

// ArchivePurposes are the purposes that occur in the archive of who is signed
// in, as far as the copy knows it.
func (d *Desk) ArchivePurposes() ([]app.Purpose, error) {
	if err := d.unlocked(); err != nil {
		return nil, err
	}
	user, err := d.user()
	if err != nil {
		return nil, err
	}
	return d.copy.Purposes(user)
}

// Visura gets one visura of who is signed in with its card: from the server,
// or from the copy while the server cannot be reached.
func (d *Desk) Visura(ctx context.Context, id app.ID) (v wire.Visura, fromCopy bool, err error) {
	return read(d, "", source[wire.Visura]{
		server: func() (v wire.Visura, err error) {
			out, err := call(ctx, d, wire.GetVisura, &wire.GetVisuraInput{ID: id})
			if err == nil {
				v = out.Body
			}
			return v, err
		},
		keep: d.copy.PutVisura,
		drop: func(user app.ID) error { return d.copy.Drop(user, id) },
		copy: func(user app.ID) (wire.Visura, bool, error) { return d.copy.Visura(user, id) },
	})
}
