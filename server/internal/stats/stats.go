// Package stats counts the requests of the services for those who may know:
// by service, type, outcome, reason, department, user and time, over any
// period, beside the period before. It counts by the counters that the store
// maintains; an operator of public security, whom no counter knows, sees what
// stands in his own archive.
package stats

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

// Tx is what reading leaves behind.
type Tx interface {
	Record(app.Event) error
}

// Store is what is counted, and the way to leave the trace.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	// Counts counts requests by any dimension but weeks, in no order.
	Counts(ctx context.Context, s sight.Sight, by app.Dimension, f app.CountFilter) ([]app.Count, error)
	// OwnRequests counts what ended in a user's archive between two moments.
	OwnRequests(ctx context.Context, user app.ID, from, until time.Time) ([]app.OwnRequest, error)
	Departments(ctx context.Context) ([]app.Department, error)
	// UserNames gives the full names of those users that there are.
	UserNames(ctx context.Context, ids []app.ID) (map[app.ID]string, error)
}

// Limits of a question.
const (
	mostDays   = 3700 // of a period
	mostByDay  = 400  // of a period that is divided into days
	mostByWeek = 1500
)

// Query is what is asked.
type Query struct {
	By app.Dimension
	app.CountFilter
	Limit int // rows at most; 0: all
}

// Row is the requests of one key.
type Row struct {
	Key    string // a code word, an id, or the first day of the stretch
	Name   string // of a user or department; "" where there is none
	N      int64
	Before *int64 // in the period before; nil where stretches do not correspond
}

// Report is what is answered.
type Report struct {
	Query
	BeforeFrom, BeforeUntil app.Day // the period before, as long
	Total, Before           int64
	Rows                    []Row  // of time: in its order, without gaps; of others: most first
	RestRows                int    // left out because of the limit
	Rest                    int64  // requests in them
	Own                     bool   // counts only the caller's own
	UserName                string // of the user that was filtered by, where the caller sees requests of his
	DepartmentName          string // the same of the department
}

// Service counts for callers.
type Service struct {
	store Store
	zone  *time.Location
}

// New returns the service; days are those of the zone.
func New(store Store, zone *time.Location) *Service { return &Service{store, zone} }

// Read counts for the screen, and writes down that the caller looked.
func (s *Service) Read(ctx context.Context, caller app.Caller, q Query) (Report, error) {
	return s.report(ctx, caller, q, app.EventMonitorRead)
}

// Export counts for a file, and writes down that the caller took one.
func (s *Service) Export(ctx context.Context, caller app.Caller, q Query) (Report, error) {
	q.Limit = 0
	return s.report(ctx, caller, q, app.EventExported)
}

func (s *Service) report(ctx context.Context, caller app.Caller, q Query, kind app.EventKind) (Report, error) {
	from, until, err := check(q)
	if err != nil {
		return Report{}, err
	}
	days := int(until.Sub(from).Hours()/24) + 1
	before := q.CountFilter
	before.From, before.Until = day(from.AddDate(0, 0, -days)), day(from.AddDate(0, 0, -1))
	r := Report{Query: q, BeforeFrom: before.From, BeforeUntil: before.Until, Own: caller.User.Role.Operative()}
	if err := s.note(ctx, caller, q, kind); err != nil {
		return Report{}, err
	}
	now, err := s.count(ctx, caller, q.By, q.CountFilter)
	if err != nil {
		return Report{}, err
	}
	past, err := s.count(ctx, caller, q.By, before)
	if err != nil {
		return Report{}, err
	}
	r.Total, r.Before = total(now), total(past)
	if q.By.Time() {
		r.Rows = stretches(q.By, from, until, days, now, past)
	} else {
		r.Rows = ranked(now, past)
	}
	if q.Limit > 0 && len(r.Rows) > q.Limit {
		for _, row := range r.Rows[q.Limit:] {
			r.Rest += row.N
		}
		r.RestRows = len(r.Rows) - q.Limit
		r.Rows = r.Rows[:q.Limit]
	}
	if err := s.name(ctx, r.By, r.Rows); err != nil {
		return Report{}, err
	}
	// The name of somebody of whom nothing is seen is not told: that an id of
	// another department is one would be.
	if r.Total > 0 || r.Before > 0 {
		if r.UserName, err = s.nameOf(ctx, app.ByUser, q.User); err != nil {
			return Report{}, err
		}
		if r.DepartmentName, err = s.nameOf(ctx, app.ByDepartment, q.Department); err != nil {
			return Report{}, err
		}
	}
	return r, nil
}

// nameOf is the name of one user or department; "" where there is none.
func (s *Service) nameOf(ctx context.Context, by app.Dimension, id app.ID) (string, error) {
	if id == "" {
		return "", nil
	}
	row := []Row{{Key: string(id)}}
	err := s.name(ctx, by, row)
	return row[0].Name, err
}

// check refuses a question that makes no sense or too much work.
func check(q Query) (from, until time.Time, err error) {
	var ok bool
	for _, d := range []struct {
		field string
		day   app.Day
		into  *time.Time
	}{{"from", q.From, &from}, {"until", q.Until, &until}} {
		if d.day == "" {
			return from, until, app.E(app.CodeRequired).At(d.field)
		}
		if *d.into, ok = d.day.Time(); !ok {
			return from, until, app.E(app.CodeDate).At(d.field)
		}
	}
	if until.Before(from) {
		return from, until, app.E(app.CodeInvalid).At("until")
	}
	if !slices.Contains(app.Dimensions, q.By) {
		return from, until, app.E(app.CodeInvalid).At("by")
	}
	most := map[app.Dimension]int{app.ByDay: mostByDay, app.ByWeek: mostByWeek}[q.By]
	if most == 0 {
		most = mostDays
	}
	if until.Sub(from) > time.Duration(most-1)*24*time.Hour {
		return from, until, app.E(app.CodePeriodLong, "days", strconv.Itoa(most)).At("from")
	}
	return from, until, nil
}

// note writes down who looked at whose numbers. One's own are not written
// down, as one's own archive is not; that a file was made of them is.
func (s *Service) note(ctx context.Context, caller app.Caller, q Query, kind app.EventKind) error {
	if caller.User.Role.Operative() && kind == app.EventMonitorRead {
		return nil
	}
	filter, err := json.Marshal(struct {
		By         app.Dimension  `json:"by"`
		From       app.Day        `json:"from"`
		Until      app.Day        `json:"until"`
		Department app.ID         `json:"department,omitempty"`
		Service    app.Service    `json:"service,omitempty"`
		Type       app.VisuraType `json:"type,omitempty"`
		Outcome    app.Outcome    `json:"outcome,omitempty"`
		Code       app.Code       `json:"code,omitempty"`
	}{q.By, q.From, q.Until, q.Department, q.Service, q.Type, q.Outcome, q.Code})
	if err != nil {
		return err
	}
	e := caller.Event(app.ClassSystem, kind)
	e.Reason, e.Target, e.After = string(app.PermStatistics), q.User, filter
	return s.store.Write(ctx, func(tx Tx) error { return tx.Record(e) })
}

// count counts by the dimension, as far as the caller may see.
func (s *Service) count(ctx context.Context, caller app.Caller, by app.Dimension, f app.CountFilter) (map[string]int64, error) {
	if !caller.User.Role.Monitored() {
		return s.own(ctx, caller, by, f)
	}
	basis := by
	if by == app.ByWeek {
		basis = app.ByDay
	}
	counts, err := s.store.Counts(ctx, sight.Of(caller, app.PermStatistics), basis, f)
	if err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(counts))
	for _, c := range counts {
		out[c.Key] += c.N
	}
	return out, nil
}

// own counts the archive of the caller himself, whatever was asked about
// others.
func (s *Service) own(ctx context.Context, caller app.Caller, by app.Dimension, f app.CountFilter) (map[string]int64, error) {
	out := map[string]int64{}
	u := caller.User
	if sight.Of(caller, app.PermStatistics).User() != u.ID || f.User != "" && f.User != u.ID || f.Department != "" && f.Department != u.Department {
		return out, nil
	}
	from, until, err := app.Between(f.From, f.Until, s.zone)
	if err != nil {
		return nil, err
	}
	requests, err := s.store.OwnRequests(ctx, u.ID, from, until)
	if err != nil {
		return nil, err
	}
	for _, r := range requests {
		if f.Service != "" && f.Service != r.Service || f.Type != "" && f.Type != r.Type || f.Outcome != "" && f.Outcome != r.Outcome || f.Code != "" && f.Code != r.Code {
			continue
		}
		d := day(r.At.In(s.zone))
		switch by {
		case app.ByService:
			out[string(r.Service)] += r.N
		case app.ByUser:
			out[string(u.ID)] += r.N
		case app.ByDepartment:
			out[string(u.Department)] += r.N
		case app.ByType:
			out[string(r.Type)] += r.N
		case app.ByOutcome:
			out[string(r.Outcome)] += r.N
		case app.ByReason:
			out[string(r.Code)] += r.N
		case app.ByMonth:
			out[string(d[:8])+"01"] += r.N
		default:
			out[string(d)] += r.N
		}
	}
	return out, nil
}

// name gives users and departments their names.
func (s *Service) name(ctx context.Context, by app.Dimension, rows []Row) error {
	names := map[app.ID]string{}
	switch by {
	case app.ByUser:
		ids := make([]app.ID, 0, len(rows))
		for _, r := range rows {
			ids = append(ids, app.ID(r.Key))
		}
		var err error
		if names, err = s.store.UserNames(ctx, ids); err != nil {
			return err
		}
	case app.ByDepartment:
		departments, err := s.store.Departments(ctx)
		if err != nil {
			return err
		}
		for _, d := range departments {
			names[d.ID] = d.Name
		}
	default:
		return nil
	}
	for i := range rows {
		rows[i].Name = names[app.ID(rows[i].Key)]
	}
	return nil
}
