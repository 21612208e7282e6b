package bulk

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"indagor/app"
	"indagor/app/list"
	"indagor/server/internal/anpr"
)

// View is a job for its operator.
type View struct {
	Job      Job
	Counts   app.JobCounts
	Plan     *Plan     // where it is ready
	Progress *Progress // where it runs
}

// Plan is what a job would ask, and how long it would take.
type Plan struct {
	Services []Need
	Calls    int
	Seconds  int       // of asking, the pauses not counted
	End      time.Time // with the pauses of quota and office hours; zero where nobody can tell
}

// Need is what a job needs of one e-service.
type Need struct {
	Service   anpr.Service
	Calls     int  // at most
	Limit     int  // the day's quota, where it is known: ANPR's or the body's own, whichever is less
	Remaining int  // what is left of it to jobs, rounded down to a twentieth of the limit
	Known     bool // quota and remainder
	PerSecond float64
}

// Progress is how a running job gets on.
type Progress struct {
	Services []Pace
	Seconds  int       // to the end, at the present rate; 0 where nobody can tell
	Waits    app.Code  // why it does not ask now; ""
	Until    time.Time // until when
}

// Pace is how one e-service gets on.
type Pace struct {
	Service   anpr.Service
	Done      int // questions answered since the job last began to run
	Failed    int // attempts that came to nothing
	PerSecond float64
	Waits     app.Code
	Until     time.Time
}

// Get returns one of the caller's own jobs, as soon as it has changed since
// the moment or when the time is over.
func (s *Service) Get(ctx context.Context, caller app.Caller, id app.ID, seen app.JobState, wait time.Duration) (View, error) {
	j, err := s.own(ctx, caller, id)
	if err == nil && wait > 0 && j.State == seen {
		if t := s.task(id); t != nil {
			end := time.NewTimer(wait)
			defer end.Stop()
			select {
			case <-t.done:
			case <-end.C:
			case <-ctx.Done():
			}
			j, err = s.own(ctx, caller, id)
		}
	}
	if err != nil {
		return View{}, err
	}
	return s.view(ctx, j, true)
}

func (s *Service) view(ctx context.Context, j Job, whole bool) (v View, err error) {
	v.Job = j
	t := s.task(j.ID)
	s.mu.Lock()
	var r *runner
	if t != nil {
		r = t.runner
	}
	s.mu.Unlock()
	if r != nil && j.State == app.JobRunning {
		v.Counts, v.Progress = r.progress()
		return v, nil
	}
	if v.Counts, err = s.counts(ctx, j); err != nil {
		return v, err
	}
	if whole && j.State == app.JobReady {
		v.Plan, err = s.plan(ctx, j, v.Counts)
	}
	return v, err
}

// progress is how the job gets on.
func (r *runner) progress() (app.JobCounts, *Progress) {
	now := r.s.now()
	p := &Progress{}
	r.mu.Lock()
	counts := r.counts
	counts.Outcomes = map[app.Outcome]int{}
	for o, n := range r.counts.Outcomes {
		counts.Outcomes[o] = n
	}
	slowest := math.Inf(1)
	for _, s := range r.services() {
		x := Pace{Service: s}
		if st := r.stats[s]; st != nil {
			x.Done, x.Failed, x.PerSecond = st.done, st.failed, st.rate(now)
			if slices.Contains(r.ask, s) {
				slowest = min(slowest, x.PerSecond)
			}
		}
		p.Services = append(p.Services, x)
	}
	r.mu.Unlock()
	for i := range p.Services {
		x := &p.Services[i]
		x.Waits, x.Until = r.s.lanes.waits(x.Service, r.j.whose())
		if x.Waits != "" && (p.Until.IsZero() || x.Until.After(p.Until)) {
			p.Waits, p.Until = x.Waits, x.Until
		}
	}
	if left := counts.Ask - counts.Done; left > 0 && slowest > 0 && !math.IsInf(slowest, 1) {
		p.Seconds = int(math.Ceil(float64(left) / slowest))
	}
	return counts, p
}

// services are those that the job may ask, in the order of asking.
func (r *runner) services() []anpr.Service {
	return needed(r.j, r.ask)
}

func needed(j Job, columns []anpr.Service) []anpr.Service {
	out := []anpr.Service{anpr.C030}
	if j.Allowed != nil && !slices.Contains(columns, anpr.C020) {
		out = append(out, anpr.C020)
	}
	return append(out, columns...)
}

// took is how long an answer takes where none has been timed yet.
const took = 500 * time.Millisecond

// jobShare is the part of the day's quota that jobs may use.
const jobShare = 0.8

// Chosen gives the plan for the columns that the operator thinks of.
func (s *Service) Chosen(ctx context.Context, caller app.Caller, id app.ID, chosen []string) (*Plan, error) {
	j, err := s.own(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if j.State != app.JobReady {
		return nil, app.E(app.CodeJobState)
	}
	if j.Service == app.ServiceEnrichment {
		if j.Order.Fields, err = fields(chosen); err != nil {
			return nil, err
		}
	}
	if p := profile(caller.User, j.Service); p != nil && p.Scope.Kind == app.ScopeOwn {
		j.Allowed = s.config.Own
	}
	counts, err := s.store.JobCounts(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.plan(ctx, j, counts)
}

func (s *Service) plan(ctx context.Context, j Job, counts app.JobCounts) (*Plan, error) {
	unknown, err := s.store.JobUnknown(ctx, j.ID, s.now())
	if err != nil {
		return nil, err
	}
	if j.Service == app.ServiceEnrichment && len(j.Order.Fields) == 0 {
		j.Order.Fields = []string{app.JobFields[0].ID}
	}
	p := &Plan{}
	now := s.now()
	pace, _ := s.config.pace(now)
	slowest := 0.0
	var until time.Time
	for _, service := range needed(j, asked(j)) {
		n := Need{Service: service, Calls: counts.Ask}
		if service == anpr.C030 {
			n.Calls = unknown
		}
		limit, remaining, reset, known := s.gauge.Quota(service)
		if known && limit > 0 {
			step := max(limit/20, 1)
			n.Limit, n.Known = limit, true
			n.Remaining = max(remaining-int(float64(limit)*(1-jobShare)), 0) / step * step
			until = reset
		}
		if own, left, end := s.gauge.Own(service); own > 0 && !j.whose().apart {
			if !n.Known || own < n.Limit {
				n.Limit = own
			}
			if left = max(left, 0); !n.Known || left < n.Remaining {
				n.Remaining, until = left, end
			}
			n.Known = true
		}
		each := s.gauge.Took(service)
		if each <= 0 {
			each = took
		}
		n.PerSecond = float64(s.lanes.parallel(service)) / each.Seconds()
		rate := n.PerSecond
		if pace > 0 {
			rate = min(rate, pace)
		}
		slowest = max(slowest, float64(n.Calls)/rate)
		p.Services = append(p.Services, n)
		p.Calls += n.Calls
	}
	p.Seconds = int(math.Ceil(slowest))
	p.End = s.ends(now, p.Services, until)
	return p, nil
}

// The end is looked for in steps of a quarter of an hour, for at most so many
// days.
const (
	planStep = 15 * time.Minute
	planDays = 120
)

// ends tells when the e-services will have answered, at the pace that holds at
// each time, with the days of which the quota is spent. It is zero where that
// is too far away.
func (s *Service) ends(now time.Time, needs []Need, reset time.Time) time.Time {
	zone := s.config.Zone
	left, today := make([]float64, len(needs)), make([]float64, len(needs))
	for i, n := range needs {
		left[i], today[i] = float64(n.Calls), math.Inf(1)
		if n.Known {
			today[i] = float64(n.Remaining)
		}
	}
	day := now.In(zone).YearDay()
	for at := now; at.Before(now.AddDate(0, 0, planDays)); at = at.Add(planStep) {
		if d := at.In(zone).YearDay(); d != day && at.After(reset) {
			day = d
			for i, n := range needs {
				if n.Known {
					today[i] = float64(n.Limit) * jobShare
				}
			}
		}
		pace, _ := s.config.pace(at)
		longest, rest := 0.0, 0.0
		for i, n := range needs {
			rate := min(n.PerSecond, pace)
			can := min(rate*planStep.Seconds(), today[i], left[i])
			left[i] -= can
			today[i] -= can
			rest += left[i]
			if can > 0 {
				longest = max(longest, can/rate)
			}
		}
		if rest < 1 {
			return at.Add(time.Duration(longest * float64(time.Second)))
		}
	}
	return time.Time{}
}

// Row is a row for its operator.
type Row struct {
	Number   int
	Line     int
	Cells    []string
	Was      []string // as they came, where he corrected them
	Grade    string
	LeftOut  bool
	First    int
	Findings []list.Finding
	Done     bool
	Outcome  app.Outcome
	Code     app.Code
	Changed  bool
}

func (s *Service) row(ctx context.Context, from rowReader, r app.StoredJobRow) (Row, error) {
	in, err := s.openInput(r)
	if err != nil {
		return Row{}, err
	}
	out := Row{
		Number: r.Number, Line: in.Line, Cells: in.Cells, Was: in.Was, Grade: r.Grade, LeftOut: r.LeftOut, First: r.First,
		Findings: in.Findings, Done: r.Done, Outcome: r.Outcome, Changed: r.Changed,
	}
	for i, f := range out.Findings { // the first may be another by now
		if f.Code == app.CodeListDuplicate && r.First > 0 {
			line, err := s.lineOf(ctx, from, r.Job, r.First)
			if err != nil {
				return Row{}, err
			}
			out.Findings[i].Params = map[string]string{"row": strconv.Itoa(line)}
		}
	}
	if r.Done && len(r.Result) > 0 {
		res, err := s.openResult(r)
		if err != nil {
			return Row{}, err
		}
		out.Code = res.Code
	}
	return out, nil
}

// rowReader reads the rows of jobs.
type rowReader interface {
	JobRow(ctx context.Context, job app.ID, number int) (app.StoredJobRow, error)
}

// lineOf is the line of the file in which a row stands: what people are told,
// since they see the file.
func (s *Service) lineOf(ctx context.Context, from rowReader, job app.ID, number int) (int, error) {
	r, err := from.JobRow(ctx, job, number)
	if err != nil {
		return 0, err
	}
	in, err := s.openInput(r)
	return in.Line, err
}

// Rows lists rows of one of the caller's own jobs. next is the number after
// which the following page begins, 0 where there is none.
func (s *Service) Rows(ctx context.Context, caller app.Caller, f app.JobRowFilter) (rows []Row, next int, err error) {
	if _, err := s.own(ctx, caller, f.Job); err != nil {
		return nil, 0, err
	}
	limit := f.Limit
	f.Limit++
	stored, err := s.store.JobRows(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	if len(stored) > limit {
		stored = stored[:limit]
		next = stored[limit-1].Number
	}
	rows = make([]Row, len(stored))
	for i, r := range stored {
		if rows[i], err = s.row(ctx, s.store, r); err != nil {
			return nil, 0, err
		}
	}
	return rows, next, nil
}
