package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

// counted is what a request is counted under. The bucket is its day in the
// zone of the body, as yyyymmdd.
type counted struct {
	bucket     int64
	user       app.ID
	department app.ID
	role       app.Role
	service    app.Service
	kind       app.VisuraType
	outcome    app.Outcome
	code       app.Code
}

func (c counted) month() counted { c.bucket /= 100; return c }

// all is the same for everybody of the department.
func (c counted) all() counted { c.user = ""; return c }

func (c counted) compare(d counted) int {
	if c.bucket != d.bucket {
		return int(c.bucket - d.bucket)
	}
	return slices.Compare(c.words(), d.words())
}

func (c counted) words() []string {
	return []string{string(c.user), string(c.department), string(c.role), string(c.service), string(c.kind), string(c.outcome), string(c.code)}
}

// dayOf is the day of the moment as it is kept.
func dayOf(t time.Time, zone *time.Location) int64 {
	y, m, d := t.In(zone).Date()
	return int64(y*10000 + int(m)*100 + d)
}

// countedOf is what the event is counted under; ok is false where it is no
// request.
func countedOf(e app.Event, zone *time.Location) (c counted, ok bool) {
	if e.Class != app.ClassActivity || !slices.Contains(app.Requests, e.Kind) {
		return counted{}, false
	}
	return counted{dayOf(e.At, zone), e.Actor.User, e.Actor.Department, e.Actor.Role, e.Service, e.Type, e.Outcome, e.Code}, true
}

// countTable is a table of counters.
type countTable struct {
	name  string
	users bool // one counter for each user
	month bool
	add   *statement
	clear *statement
}

func newCountTable(name string, users, month bool) countTable {
	columns := "bucket, department, role, service, type, outcome, code"
	if users {
		columns = "bucket, user_id, department, role, service, type, outcome, code"
	}
	return countTable{
		name, users, month,
		register(name+" add", "INSERT INTO "+name+" ("+columns+", n) VALUES ("+numbers(strings.Count(columns, ",")+2)+") ON CONFLICT ("+columns+") DO UPDATE SET n = "+name+".n + excluded.n"),
		register(name+" clear", "DELETE FROM "+name),
	}
}

// countTables are in the order in which they are written.
var countTables = []countTable{
	newCountTable("counts_day", false, false),
	newCountTable("counts_month", false, true),
	newCountTable("counts_user_day", true, false),
	newCountTable("counts_user_month", true, true),
}

// key is what the table counts c under.
func (t countTable) key(c counted) counted {
	if !t.users {
		c = c.all()
	}
	if t.month {
		c = c.month()
	}
	return c
}

// put adds what was counted, always in the same order, so that no two
// transactions wait for each other.
func (t countTable) put(ctx context.Context, q querier, counts map[counted]int64) error {
	sums := map[counted]int64{}
	for c, n := range counts {
		sums[t.key(c)] += n
	}
	for _, c := range slices.SortedFunc(maps.Keys(sums), counted.compare) {
		args := []any{c.bucket}
		if t.users {
			args = append(args, c.user)
		}
		args = append(args, c.department, c.role, c.service, c.kind, c.outcome, c.code, sums[c])
		if _, err := exec(ctx, q, t.add, args...); err != nil {
			return err
		}
	}
	return nil
}

// putCounts adds what was counted to every table.
func putCounts(ctx context.Context, q querier, counts map[counted]int64) error {
	for _, t := range countTables {
		if err := t.put(ctx, q, counts); err != nil {
			return err
		}
	}
	return nil
}

// Counts counts the requests by the dimension, as far as the sight sees, by
// the maintained counters. Keys come in no order; days are "2026-11-23",
// months the first of them. Weeks are the caller's to make of days.
func (q queries) Counts(ctx context.Context, s sight.Sight, by app.Dimension, f app.CountFilter) ([]app.Count, error) {
	from, ok := f.From.Time()
	if !ok {
		return nil, app.E(app.CodeDate).At("from")
	}
	until, ok := f.Until.Time()
	if !ok {
		return nil, app.E(app.CodeDate).At("until")
	}
	users := s.Reach() == app.ReachOwn || f.User != "" || by == app.ByUser
	sums := map[string]int64{}
	for _, p := range spans(from, until, by != app.ByDay) {
		name := countTables[0].name
		for _, t := range countTables {
			if t.users == users && t.month == p.month {
				name = t.name
			}
		}
		stmt, args, err := countsOf(name, s, by, p, f)
		if err != nil {
			return nil, err
		}
		err = each(ctx, q.q, stmt, func(row scanner) error {
			var key string
			var n int64
			if err := row.Scan(&key, &n); err != nil {
				return err
			}
			switch by {
			case app.ByMonth:
				key = key[:4] + "-" + key[4:6] + "-01"
			case app.ByDay:
				key = key[:4] + "-" + key[4:6] + "-" + key[6:]
			}
			sums[key] += n
			return nil
		}, args...)
		if err != nil {
			return nil, err
		}
	}
	out := make([]app.Count, 0, len(sums))
	for key, n := range sums {
		out = append(out, app.Count{Key: key, N: n})
	}
	return out, nil
}

// inUserOrder reads the months of all users in the order of the users: faster
// than to sort them, and with nothing looked up beside the index.
var inUserOrder = by("counts_user_month_user_id_idx")

// countsOf is the question for one span of buckets to one table.
func countsOf(table string, s sight.Sight, by app.Dimension, p span, f app.CountFilter) (*statement, []any, error) {
	column, ok := map[app.Dimension]string{
		app.ByService: "service", app.ByUser: "user_id", app.ByDepartment: "department", app.ByType: "type", app.ByOutcome: "outcome",
		app.ByReason: "code", app.ByDay: "bucket", app.ByMonth: "bucket",
	}[by]
	if !ok {
		return nil, nil, fmt.Errorf("store: no counters by %q", by)
	}
	var w where
	w.see(s)
	w.and("bucket BETWEEN ? AND ?", p.from, p.until)
	for _, c := range []struct{ column, value string }{
		{"user_id", string(f.User)},
		{"department", string(f.Department)},
		{"service", string(f.Service)},
		{"type", string(f.Type)},
		{"outcome", string(f.Outcome)},
		{"code", string(f.Code)},
	} {
		if c.value != "" {
			w.and(c.column+" = ?", c.value)
		}
	}
	from := table
	if table == "counts_user_month" && by == app.ByUser && s.Reach() == app.ReachAll && f.User == "" && f.Department == "" {
		from += inUserOrder
	}
	stmt, args := dynamic("counts", "SELECT CAST("+column+" AS TEXT), CAST(SUM(n) AS BIGINT) FROM "+from, &w, " GROUP BY "+column)
	return stmt, args, nil
}

// span is a stretch of buckets, both ends within.
type span struct {
	month       bool
	from, until int64
}

// spans divides the days from to until into whole months, where they are
// wanted, and the days before and after them.
func spans(from, until time.Time, months bool) []span {
	days := func(a, b time.Time) span { return span{false, dayOf(a, time.UTC), dayOf(b, time.UTC)} }
	first := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	if first.Before(from) {
		first = first.AddDate(0, 1, 0)
	}
	end := until.AddDate(0, 0, 1)                                     // the day after
	end = time.Date(end.Year(), end.Month(), 1, 0, 0, 0, 0, time.UTC) // the month that is not whole
	switch {
	case until.Before(from):
		return nil
	case !months || !first.Before(end):
		return []span{days(from, until)}
	}
	var out []span
	if from.Before(first) {
		out = append(out, days(from, first.AddDate(0, 0, -1)))
	}
	out = append(out, span{true, dayOf(first, time.UTC) / 100, dayOf(end.AddDate(0, 0, -1), time.UTC) / 100})
	if !end.After(until) {
		out = append(out, days(end, until))
	}
	return out
}

// OwnRequests counts what ended in a user's own archive from one moment until
// before another: visure one by one, and of lists the rows that were asked
// about, all at the moment at which the list ended. Why a row failed stands
// sealed in its list.
func (q queries) OwnRequests(ctx context.Context, user app.ID, from, until time.Time) ([]app.OwnRequest, error) {
	return all(ctx, q.q, ownRequests, func(row scanner) (r app.OwnRequest, err error) {
		var at int64
		err = row.Scan(&at, &r.Service, &r.Type, &r.Outcome, &r.Code, &r.N)
		r.At = moment(at)
		return r, err
	}, user, from, until)
}

var ownRequests = register("own requests", `SELECT ended, 'visure', type, outcome, code, 1 FROM visure WHERE user_id = $1 AND outcome <> '' AND ended >= $2 AND ended < $3
	UNION ALL
	SELECT j.updated, j.service, '', r.outcome, '', COUNT(*) FROM jobs j JOIN job_rows r ON r.job = j.id
	WHERE j.user_id = $1 AND j.state IN ('done', 'stopped') AND j.updated >= $2 AND j.updated < $3
	AND r.done = 1 AND r.first = 0 AND r.outcome NOT IN ('wrong_row', 'left_out', 'withdrawn')
	GROUP BY j.updated, j.service, r.outcome`)
