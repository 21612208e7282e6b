package desk

import (
	"context"
	"errors"
	"time"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// longestOpening is how long the first round waits for the stream of signals.
const longestOpening = 2 * time.Second

// startSync brings the copy up to date, now and from time to time, until the
// session ends.
func (d *Desk) startSync() {
	ctx, end := context.WithCancel(d.ctx)
	d.mu.Lock()
	if d.session == nil || d.ctx.Err() != nil {
		d.mu.Unlock()
		end()
		return
	}
	if d.endSync != nil {
		d.endSync()
	}
	d.endSync = end
	number := d.number
	d.mu.Unlock()
	d.work.Go(func() {
		defer end()
		// What changes while the first round runs is told by the stream, if that
		// is open by then.
		listens := make(chan struct{})
		d.work.Go(func() { d.listen(ctx, number, listens) })
		select {
		case <-listens:
		case <-time.After(longestOpening):
		case <-ctx.Done():
		}
		for ctx.Err() == nil {
			wait := d.o.SyncEvery
			if err := d.Sync(ctx); errors.Is(err, client.ErrUnreachable) {
				wait = d.o.RetryEvery
			} else if err != nil && ctx.Err() == nil {
				d.log.Warn("synchronisation", "error", err)
			}
			timer := time.NewTimer(wait)
			select {
			case <-ctx.Done():
			case <-d.kick:
			case <-d.stale:
			case <-timer.C:
			}
			timer.Stop()
		}
	})
}

// Sync brings the copy up to date now: the reference tables, and what began or
// ended in the archive of who is signed in since the last time, and the lists
// of persons with their results. It runs by
// itself after a sign-in, every few minutes, and when the server is back.
func (d *Desk) Sync(ctx context.Context) error {
	d.syncing.Lock()
	defer d.syncing.Unlock()
	number := d.sessionNumber()
	s, open := d.Session()
	if !open {
		return app.E(app.CodeSessionMissing)
	}
	d.change(func(st *State) {
		if st.Link == Online {
			st.Link = Syncing
		}
	})
	select {
	case <-d.stale:
	default:
	}
	err := d.round(ctx, s)
	now := d.o.Now().UTC()
	if err == nil {
		d.keep(d.copy.SetSetting(s.User.ID, settingLastSync, now))
		select { // the server's return, if it woke us, has been served
		case <-d.kick:
		default:
		}
	}
	d.mu.Lock()
	if d.state.Link == Syncing {
		d.state.Link = Online
	}
	if err == nil && d.number == number && d.session != nil {
		d.state.LastSync = now.Round(0)
	}
	d.mu.Unlock()
	d.board.changed()
	return err
}

func (d *Desk) round(ctx context.Context, s wire.Session) error {
	if err := d.pullTables(ctx); err != nil {
		return err
	}
	d.readPlaces()
	if s.Permissions[app.PermArchive] == "" {
		return nil
	}
	if err := d.pullArchive(ctx, s.User.ID); err != nil {
		return err
	}
	if err := d.expire(ctx, s.User.ID); err != nil {
		return err
	}
	if err := d.pullCards(ctx, s.User.ID); err != nil {
		return err
	}
	return d.pullJobs(ctx, s.User.ID)
}

// freshen has a round of synchronisation begin soon.
func (d *Desk) freshen() {
	select {
	case d.stale <- struct{}{}:
	default:
	}
}

// pullTables gets the reference tables whose version is another.
func (d *Desk) pullTables(ctx context.Context) error {
	have, err := d.copy.Tables()
	if err != nil {
		return err
	}
	out, err := call(ctx, d, wire.ListTables, nil)
	if err != nil {
		return err
	}
	for _, t := range out.Body.Items {
		if v, ok := have[t.Name]; ok && v == t.Version {
			continue
		}
		content, err := call(ctx, d, wire.GetTable, &wire.TableInput{Name: t.Name})
		if err != nil {
			return err
		}
		if err := d.copy.PutTable(t, content.Body); err != nil {
			return err
		}
	}
	return nil
}

// overlap is by how much a round goes back before the newest time that the
// last one saw, for what was written down late.
const overlap = 2 * time.Minute

// pullArchive gets what changed in the archive. Times are the server's, as
// they stand in its answers: this machine's clock has no part in it.
func (d *Desk) pullArchive(ctx context.Context, user app.ID) error {
	mark, err := d.copy.Mark(user)
	if err != nil {
		return err
	}
	q := wire.ArchiveQuery{Limit: 500}
	if !mark.IsZero() {
		since := mark.Add(-overlap)
		q.Since = &since
	}
	newest := mark
	for {
		out, err := call(ctx, d, wire.ListArchive, &wire.ArchiveInput{Body: q})
		if err != nil {
			return err
		}
		for _, v := range out.Body.Items {
			if v.Created.After(newest) {
				newest = v.Created
			}
			if v.Ended != nil && v.Ended.After(newest) {
				newest = *v.Ended
			}
		}
		if err := d.copy.PutSummaries(user, out.Body.Items); err != nil {
			return err
		}
		if out.Body.Next == "" || out.Body.Next == q.Cursor {
			break
		}
		q.Cursor = out.Body.Next
	}
	if newest.Equal(mark) {
		return nil
	}
	return d.copy.SetMark(user, newest)
}

// expire takes out of the copy what the server keeps no longer.
func (d *Desk) expire(ctx context.Context, user app.ID) error {
	info, err := d.Server(ctx)
	if err != nil {
		return err
	}
	from, ok := info.ArchiveFrom.Time()
	if !ok {
		return nil
	}
	q := wire.ArchiveQuery{Limit: 500, Until: app.DayOf(from.AddDate(0, 0, -1))}
	for {
		page, err := d.copy.Search(user, q)
		if err != nil || len(page.Items) == 0 {
			return err
		}
		ids := make([]app.ID, len(page.Items))
		for i, v := range page.Items {
			ids[i] = v.ID
		}
		if err := d.copy.Drop(user, ids...); err != nil {
			return err
		}
	}
}

// cardsAtOnce is how many cards one round gets: the rest comes with the next.
const cardsAtOnce = 300

// pullCards gets the cards that the copy lacks, newest first, so that the
// archive can be read, not only listed, while the server is away.
func (d *Desk) pullCards(ctx context.Context, user app.ID) error {
	ids, err := d.copy.Lacking(user, cardsAtOnce)
	if err != nil {
		return err
	}
	for _, id := range ids {
		out, err := call(ctx, d, wire.GetVisura, &wire.GetVisuraInput{ID: id})
		switch {
		case app.CodeOf(err) == app.CodeNotFound:
			err = d.copy.Drop(user, id)
		case app.CodeOf(err) == app.CodeTooMany:
			return nil // the rest comes with the next round
		case err == nil:
			err = d.copy.PutVisura(user, out.Body)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
