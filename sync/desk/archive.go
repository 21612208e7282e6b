package desk

import (
	"context"
	"errors"

	"indagor/app"
	"indagor/sync/cache"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// Archive searches the archive of who is signed in: on the server, whose
// answer also freshens the copy, or in the copy while the server cannot be
// reached. Pages that follow a page of the copy come from the copy too.
func (d *Desk) Archive(ctx context.Context, q wire.ArchiveQuery) (list wire.List[wire.VisuraSummary], fromCopy bool, err error) {
	if err := d.unlocked(); err != nil {
		return list, false, err
	}
	s, open := d.Session()
	if !open {
		return list, false, app.E(app.CodeSessionMissing)
	}
	if cache.Own(q.Cursor) {
		list, err = d.copy.Search(s.User.ID, q)
		return list, true, err
	}
	out, err := call(ctx, d, wire.ListArchive, &wire.ArchiveInput{Body: q})
	if err == nil {
		d.keep(d.copy.PutSummaries(s.User.ID, out.Body.Items))
		return out.Body, false, nil
	}
	if !errors.Is(err, client.ErrUnreachable) || q.Cursor != "" {
		return list, false, err
	}
	list, cerr := d.copy.Search(s.User.ID, q)
	if cerr != nil {
		return list, false, errors.Join(err, cerr)
	}
	return list, true, nil
}

// ArchivePurposes are the purposes that occur in the archive of who is signed
// in, as far as the copy knows it.
func (d *Desk) ArchivePurposes() ([]app.Purpose, error) {
	if err := d.unlocked(); err != nil {
		return nil, err
	}
	s, open := d.Session()
	if !open {
		return nil, app.E(app.CodeSessionMissing)
	}
	return d.copy.Purposes(s.User.ID)
}

// Visura gets one visura of who is signed in with its card: from the server,
// or from the copy while the server cannot be reached.
func (d *Desk) Visura(ctx context.Context, id app.ID) (v wire.Visura, fromCopy bool, err error) {
	if err := d.unlocked(); err != nil {
		return v, false, err
	}
	s, open := d.Session()
	if !open {
		return v, false, app.E(app.CodeSessionMissing)
	}
	out, err := call(ctx, d, wire.GetVisura, &wire.GetVisuraInput{ID: id})
	switch {
	case err == nil:
		d.keep(d.copy.PutVisura(s.User.ID, out.Body))
		return out.Body, false, nil
	case app.CodeOf(err) == app.CodeNotFound:
		d.keep(d.copy.Drop(s.User.ID, id)) // its time is over
		return v, false, err
	case !errors.Is(err, client.ErrUnreachable):
		return v, false, err
	}
	kept, ok, cerr := d.copy.Visura(s.User.ID, id)
	if cerr != nil {
		return v, false, errors.Join(err, cerr)
	}
	if !ok {
		return v, false, err
	}
	return kept, true, nil
}
