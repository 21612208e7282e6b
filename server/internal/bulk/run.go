package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/server/internal/anpr"
)

// runner runs one job.
type runner struct {
	s    *Service
	t    *task
	j    Job
	day  time.Time
	own  string         // the operator's own fiscal code
	ask  []anpr.Service // the e-services of the columns
	left map[int][]app.StoredJobCall

	mu      sync.Mutex
	counts  app.JobCounts
	stats   map[anpr.Service]*stat
	failing int       // rows that failed one after the other
	looked  time.Time // when the operator's rules were looked at last
}

// stat is what one e-service did for a job since it began to run.
type stat struct {
	done, failed int
	marks        [rateOver]int // answers in each of the last seconds
	second       int64
	since        time.Time
}

// rateOver is over how many seconds a rate is measured.
const rateOver = 30

func (x *stat) count(now time.Time, good bool) {
	if !good {
		x.failed++
		return
	}
	x.done++
	x.advance(now)
	x.marks[x.second%rateOver]++
}

func (x *stat) advance(now time.Time) {
	s := now.Unix()
	for ; x.second < s; x.second++ {
		if s-x.second > rateOver {
			x.second = s - rateOver
		}
		x.marks[(x.second+1)%rateOver] = 0
	}
}

// rate is how many answers there were in a second, lately.
func (x *stat) rate(now time.Time) float64 {
	x.advance(now)
	n := 0
	for _, m := range x.marks {
		n += m
	}
	over := min(now.Sub(x.since).Seconds(), rateOver)
	if over < 1 {
		over = 1
	}
	return float64(n) / over
}

// batch is how many rows are taken from the store at a time, and columns in how
// many parts those of nuclei are laid out.
const (
	batch   = 100
	columns = 16
)

// batch is how many rows this job takes at a time.
func (r *runner) batch() int {
	if r.j.Service == app.ServiceHousehold {
		return columns * r.distance()
	}
	return batch
}

// distance is how far apart neighbours of the list are asked about: farther
// than calls are under way.
func (r *runner) distance() int { return max(16, 2*r.s.lanes.parallel(anpr.C021)) }

// apart orders rows so that neighbours of the list are far apart. Lists are
// often sorted by family, and of a family that is asked about side by side each
// member would cost a call; when the first is answered the others are met. Rows
// are laid out in lines of columns and taken column by column from the middle
// one, so that neighbours are as far apart also where two batches meet.
func apart(rows []app.StoredJobRow, distance int) []app.StoredJobRow {
	out := make([]app.StoredJobRow, 0, len(rows))
	across := columns
	if len(rows) < columns*distance {
		across = max((len(rows)+distance-1)/distance, 4) // a short list is laid out narrower
	}
	for i := range across {
		for at := (i + across/2) % across; at < len(rows); at += across {
			out = append(out, rows[at])
		}
	}
	return out
}

// run asks about the rows of a job until every row has its outcome, or until
// something stops it.
func (s *Service) run(t *task, id app.ID) {
	r, err := s.newRunner(t, id)
	if err == nil && r != nil {
		s.mu.Lock()
		t.runner = r
		s.mu.Unlock()
		err = s.guard(id, r.rows)
	}
	if r == nil && err == nil {
		return // it is not running any more
	}
	switch cause := context.Cause(t.ctx); {
	case cause != nil && (errors.Is(cause, errStopping) || errors.Is(cause, errPaused) || errors.Is(cause, errGivenUp)), s.ctx.Err() != nil:
	case cause != nil: // the server itself paused it
		err = s.suspend(id, cause)
		s.tell(s.ctx, "pausing a job", id, err)
	case err != nil:
		s.tell(s.ctx, "running a job", id, err)
		s.tell(s.ctx, "pausing a job", id, s.suspend(id, app.E(app.CodeInternal)))
	default:
		s.tell(s.ctx, "ending a job", id, s.finish(r))
	}
}

// suspend pauses a job by the server's own hand.
func (s *Service) suspend(id app.ID, why error) error {
	_, err := s.change(s.ctx, "", id, []app.JobState{app.JobRunning}, func(tx Tx, j *Job) error {
		j.State, j.Code, j.Params = app.JobPaused, app.CodeOf(why), nil
		var e *app.Error
		if errors.As(why, &e) {
			j.Params = e.Params
		}
		event := about(*j, j.Event)
		event.Kind, event.Code = app.EventJobPaused, j.Code
		return tx.Record(event)
	})
	return err
}

// finish ends a job of which every row has its outcome.
func (s *Service) finish(r *runner) error {
	_, err := s.change(s.ctx, "", r.j.ID, []app.JobState{app.JobRunning}, func(tx Tx, j *Job) error {
		if err := tx.CopyJobRows(j.ID); err != nil {
			return err
		}
		j.State, j.Ended = app.JobDone, tx.Now()
		if err := count(s.ctx, tx, j); err != nil {
			return err
		}
		e := about(*j, j.Event)
		e.Kind, e.Outcome = app.EventJobEnded, app.OutcomeFound
		r.mu.Lock()
		after, err := json.Marshal(r.counts.Outcomes)
		r.mu.Unlock()
		if err != nil {
			return err
		}
		e.After = after
		return tx.Record(e)
	})
	return err
}

// count keeps the counts of a job that has ended: lists tell them again and
// again, and to count many rows takes long.
func count(ctx context.Context, tx Tx, j *Job) error {
	c, err := tx.JobCounts(ctx, j.ID)
	j.Counts = &c
	return err
}

// counts are those of a job, as they were kept or as they are now.
func (s *Service) counts(ctx context.Context, j Job) (app.JobCounts, error) {
	if j.Counts != nil {
		return *j.Counts, nil
	}
	return s.store.JobCounts(ctx, j.ID)
}

func (s *Service) newRunner(t *task, id app.ID) (*runner, error) {
	stored, err := s.store.Job(t.ctx, id)
	if err != nil {
		return nil, err
	}
	j, err := s.open(stored)
	if err != nil || j.State != app.JobRunning {
		return nil, err
	}
	r := &runner{s: s, t: t, j: j, left: map[int][]app.StoredJobCall{}, stats: map[anpr.Service]*stat{}}
	if r.day, _ = j.Day.Time(); r.day.IsZero() {
		return nil, app.E(app.CodeDate)
	}
	if r.counts, err = s.store.JobCounts(t.ctx, id); err != nil {
		return nil, err
	}
	calls, err := s.store.JobCalls(t.ctx, id)
	if err != nil {
		return nil, err
	}
	for _, c := range calls {
		r.left[c.Number] = append(r.left[c.Number], c)
	}
	u, err := s.store.User(t.ctx, j.User)
	if err != nil {
		return nil, err
	}
	if p, err := codicefiscale.Parse(u.FiscalCode); err == nil {
		r.own = string(p.Code)
	}
	r.ask = asked(j)
	return r, nil
}

// asked are the e-services that give the columns of a job.
func asked(j Job) []anpr.Service {
	if j.Service == app.ServiceHousehold {
		return []anpr.Service{anpr.C021}
	}
	var out []anpr.Service
	seen := map[string]bool{}
	for _, f := range app.JobFields {
		for _, id := range j.Order.Fields {
			if f.ID == id && !seen[f.Service] {
				seen[f.Service] = true
				out = append(out, anpr.Service(f.Service))
			}
		}
	}
	return out
}

// window is how many rows are under way at once: enough that each e-service
// has its places filled while other rows wait for the disk or for another
// e-service.
func (r *runner) window() int {
	n := 8
	for _, s := range append([]anpr.Service{anpr.C030, anpr.C020}, r.ask...) {
		n += 3 * r.s.lanes.parallel(s)
	}
	return min(n, 128)
}

// rows asks about every row that has no outcome.
func (r *runner) rows() error {
	places := make(chan struct{}, r.window())
	var under sync.WaitGroup
	defer under.Wait()
	for after := 0; ; {
		if r.t.ctx.Err() != nil {
			return nil
		}
		if r.may(true) != nil {
			return nil
		}
		rows, err := r.s.store.JobRowsToAsk(r.t.ctx, r.j.ID, after, r.batch())
		if err != nil {
			if r.t.ctx.Err() != nil {
				return nil
			}
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		after = rows[len(rows)-1].Number
		if r.j.Service == app.ServiceHousehold {
			rows = apart(rows, r.distance())
		}
		for _, row := range rows {
			select {
			case places <- struct{}{}:
			case <-r.t.ctx.Done():
				return nil
			}
			under.Add(1)
			go func() {
				defer func() { <-places; under.Done() }()
				r.one(row)
			}()
		}
	}
}

// rulesFor is how long what the rules said is good: a lane may open after hours.
const rulesFor = time.Second

// may looks whether the operator may go on asking, and stops the job where he
// may not.
func (r *runner) may(always bool) error {
	now := r.s.now()
	r.mu.Lock()
	fresh := !always && now.Sub(r.looked).Abs() < rulesFor
	if !fresh {
		r.looked = now
	}
	r.mu.Unlock()
	if fresh {
		return nil
	}
	err := r.s.still(r.t.ctx, r.j)
	if err != nil && r.t.ctx.Err() == nil {
		r.t.cancel(err)
	}
	return err
}

// mostFailing is how many rows may fail one after the other before the job is
// paused: then it is not the rows.
const mostFailing = 20

// ofRegister reports whether a row failed because ANPR did not answer as it
// should, whatever the row.
func ofRegister(c app.Code) bool {
	return c == app.CodeAnprSlow || c == app.CodeAnprFault || c == app.CodeAnprNonsense
}

// one asks about one row and writes what it came to.
func (r *runner) one(row app.StoredJobRow) {
	x := &asking{r: r, row: row, stored: r.left[row.Number]}
	var res result
	err := r.s.guard(r.j.ID, func() (err error) { res, err = x.ask(); return err })
	if err != nil && app.CodeOf(err) == app.CodeInternal || r.stopped(err) {
		if err != nil && !r.stopped(err) {
			r.s.tell(r.t.ctx, "asking about a row", r.j.ID, err)
			r.t.cancel(app.E(app.CodeInternal).Because(err))
		}
		return
	}
	if err != nil {
		res = x.failure(err)
	}
	if err := r.s.guard(r.j.ID, func() error { return x.end(res) }); err != nil {
		r.s.tell(r.s.ctx, "writing a row", r.j.ID, err)
		r.t.cancel(app.E(app.CodeInternal).Because(err))
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.Done++
	r.counts.Outcomes[res.Outcome]++
	if res.changed {
		r.counts.Changed++
	}
	switch {
	case res.Outcome != app.OutcomeFailed:
		r.failing = 0
	case !ofRegister(res.Code): // for a reason of its own
	default:
		if r.failing++; r.failing >= mostFailing {
			r.t.cancel(app.E(res.Code))
		}
	}
}

// stopped reports whether the row was left because the job stops.
func (r *runner) stopped(err error) bool {
	return err != nil && (r.t.ctx.Err() != nil || r.s.ctx.Err() != nil) &&
		(errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(r.t.ctx)) || app.CodeOf(err) == app.CodeCancelled)
}

func (r *runner) count(s anpr.Service, good bool) {
	now := r.s.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	x := r.stats[s]
	if x == nil {
		x = &stat{since: now, second: now.Unix()}
		r.stats[s] = x
	}
	x.count(now, good)
}
