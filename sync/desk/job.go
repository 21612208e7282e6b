package desk

import (
	"context"
	"errors"
	"io"

	"indagor/app"
	"indagor/sync/client"
	"indagor/sync/wire"
)

// Jobs searches the lists of persons of who is signed in: on the server, or in
// the copy while the server cannot be reached.
func (d *Desk) Jobs(ctx context.Context, q wire.JobQuery) (list wire.List[wire.Job], fromCopy bool, err error) {
	return read(d, q.Cursor, source[wire.List[wire.Job]]{
		server: func() (l wire.List[wire.Job], err error) {
			out, err := call(ctx, d, wire.ListJobs, &wire.JobsInput{Body: q})
			if err == nil {
				l = out.Body
			}
			return l, err
		},
		keep: func(user app.ID, l wire.List[wire.Job]) error { return d.keepJobs(user, l.Items...) },
		copy: func(user app.ID) (wire.List[wire.Job], bool, error) {
			l, err := d.copy.Jobs(user, q)
			return l, true, err
		},
	})
}

// Job gets one list of persons of who is signed in: from the server, as soon as
// it has another state than the one seen or after so many seconds, or from the
// copy while the server cannot be reached.
func (d *Desk) Job(ctx context.Context, id app.ID, seen app.JobState, wait int) (job wire.Job, fromCopy bool, err error) {
	return read(d, "", source[wire.Job]{
		server: func() (j wire.Job, err error) {
			out, err := call(ctx, d, wire.GetJob, &wire.GetJobInput{ID: id, Seen: seen, Wait: wait})
			if err == nil {
				j = out.Body
			}
			return j, err
		},
		keep: func(user app.ID, j wire.Job) error { return d.keepJobs(user, j) },
		drop: func(user app.ID) error { return d.copy.DropJob(user, id) },
		copy: func(user app.ID) (wire.Job, bool, error) { return d.copy.Job(user, id) },
	})
}

// keepJobs freshens the copy; where it lacks the result of a list that has
// ended, that is fetched soon.
func (d *Desk) keepJobs(user app.ID, jobs ...wire.Job) error {
	lacking, err := d.copy.PutJobs(user, jobs...)
	if lacking {
		d.freshen()
	}
	return err
}

// JobResult writes the result of a list of persons to w, and gives the name of
// the file: from the server, or, as CSV and whole, from the copy while the
// server cannot be reached.
func (d *Desk) JobResult(ctx context.Context, in wire.JobResultInput, w io.Writer, received func(int64)) (name string, err error) {
	counted := &counter{w: w}
	name, err = Download(ctx, d, wire.GetJobResult, &in, counted, received)
	if err == nil || !errors.Is(err, client.ErrUnreachable) || counted.n > 0 || in.Format == "xlsx" || in.Changed {
		return name, err
	}
	user, uerr := d.user()
	if uerr != nil {
		return "", uerr
	}
	name, ok, cerr := d.copy.Result(user, in.ID, counted)
	if cerr != nil || !ok {
		return "", errors.Join(err, cerr)
	}
	if received != nil {
		received(counted.n)
	}
	return name, nil
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// mostJobs is how many lists a page holds at most, by the contract.
const mostJobs = 100

// pullJobs gets the lists of persons as they stand, and the results that the
// copy lacks, newest first. One with which the server has trouble does not keep
// the others from coming.
func (d *Desk) pullJobs(ctx context.Context, user app.ID) error {
	var all []wire.Job
	for q := (wire.JobQuery{Limit: mostJobs}); ; {
		out, err := call(ctx, d, wire.ListJobs, &wire.JobsInput{Body: q})
		if err != nil {
			return err
		}
		all = append(all, out.Body.Items...)
		if out.Body.Next == "" || out.Body.Next == q.Cursor {
			break
		}
		q.Cursor = out.Body.Next
	}
	if err := d.copy.SetJobs(user, all); err != nil {
		return err
	}
	lacking, err := d.copy.LackingResults(user)
	if err != nil {
		return err
	}
	for _, j := range lacking {
		err := d.copy.PutResult(user, j, func(w io.Writer) (string, error) {
			return download(ctx, d, wire.GetJobResult, &wire.JobResultInput{ID: j.ID, Copy: true}, w, nil)
		})
		switch {
		case app.CodeOf(err) == app.CodeNotFound:
			err = d.copy.DropJob(user, j.ID)
		case app.CodeOf(err) == app.CodeTooMany:
			return nil // the rest comes with the next round
		case app.CodeOf(err) == app.CodeInternal:
			d.log.Warn("result of a list not copied", "reference", Reference(err))
			err = nil // of this one alone
		}
		if err != nil {
			return err
		}
	}
	return nil
}
