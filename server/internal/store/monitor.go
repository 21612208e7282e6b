package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"indagor/app"
	"indagor/server/internal/sight"
)

// see is the one place where a Sight becomes SQL. What it sees is a matter of
// the actor's department and role when it happened.
func (w *where) see(s sight.Sight) {
	roles := s.Roles()
	switch {
	case s.Reach() == app.ReachNone || len(roles) == 0:
		w.and("FALSE")
		return
	case s.Reach() == app.ReachOwn:
		w.and("user_id = ?", s.User())
	case s.Reach() == app.ReachDepartment:
		w.and("department = ?", s.Department())
	}
	if len(roles) < len(app.Roles) {
		marks := make([]string, len(roles))
		args := make([]any, len(roles))
		for i, r := range roles {
			marks[i], args[i] = "?", r
		}
		w.and("role IN ("+strings.Join(marks, ", ")+")", args...)
	}
}

// stretch is how many rows a page of a monitor looks through for those that
// its filter wants, where no index finds them: with more to look through, the
// page ends there, short, and its cursor goes on. So no filter makes a page
// take long, however many rows there are.
var stretch = 10_000 // tests make it small

// monitorIndex is an index by which a monitor is read, newest first: that of
// one value of the filter, or of time alone.
type monitorIndex struct {
	name   string
	column string // "": of time alone
	value  string
	within string // what the index's rows have in common besides
}

// monitored is what a monitor is put together of, or one of several parts of
// it that have no row in common.
type monitored struct {
	table   string
	sight   where          // whom the caller sees
	base    []string       // conditions of every page
	indexes []monitorIndex // those that fit the filter, the narrowest first
	rest    []condition    // what the filter wants
	words   []string       // columns that are searched
}

type condition struct{ column, value string }

// index is the one to read by.
func (m monitored) index() monitorIndex { return m.indexes[0] }

// page reads a page of the monitor that has these parts.
func (q queries) page(ctx context.Context, f app.MonitorFilter, parts ...monitored) ([]app.Event, string, error) {
	found, stop, err := q.bounded(ctx, f, parts...)
	if err != nil {
		return nil, "", err
	}
	var rows []app.Event
	for i, m := range parts {
		more, err := list(ctx, q.q, m.table+" list", "SELECT "+eventColumns+" FROM "+m.table+by(m.index().name), found[i], newestFirst, f.Limit+1, scanEvent)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, more...)
	}
	if len(parts) > 1 {
		slices.SortFunc(rows, newer)
	}
	rows, next := page(rows, f.Limit, eventCursor)
	if next == "" && stop != nil {
		next = eventCursor(*stop).String()
	}
	return rows, next, nil
}

const newestFirst = " ORDER BY at DESC, id DESC"

// newer is the same order.
func newer(a, b app.Event) int {
	return cmp.Or(b.At.Compare(a.At), strings.Compare(string(b.ID), string(a.ID)))
}

// bounded gives the conditions of a page for each part, and where it stops if
// rows must be looked through and there are more than a stretch of them: then
// the part with most rows ends every part's look.
func (q queries) bounded(ctx context.Context, f app.MonitorFilter, parts ...monitored) (found []*where, stop *app.Event, err error) {
	for _, m := range parts {
		w, through, err := m.conditions(f)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, w)
		if !m.searches(f) {
			continue
		}
		s, args := dynamic(m.table+" stretch", "SELECT at, id FROM "+m.table+by(m.index().name), through, newestFirst+" LIMIT 1 OFFSET ?", stretch-1)
		end, err := one(ctx, q.q, s, func(row scanner) (e app.Event, err error) {
			var at int64
			err = row.Scan(&at, &e.ID)
			e.At = moment(at)
			return e, err
		}, args...)
		switch {
		case app.CodeOf(err) == app.CodeNotFound:
		case err != nil:
			return nil, nil, err
		case stop == nil || newer(end, *stop) < 0:
			stop = &end
		}
	}
	if stop != nil {
		for _, w := range found {
			w.and("(at, id) >= (?, ?)", micros(stop.At), stop.ID)
		}
	}
	return found, stop, nil
}

// count counts what the filter finds, at most most.
func (q queries) count(ctx context.Context, f app.MonitorFilter, most int, parts ...monitored) (int, error) {
	sum := 0
	for _, m := range parts {
		found, _, err := m.conditions(f)
		if err != nil {
			return 0, err
		}
		s, args := dynamic(m.table+" count", "SELECT count(*) FROM (SELECT 1 AS one FROM "+m.table+by(m.index().name), found, " LIMIT ?) AS found", most-sum)
		n, err := one(ctx, q.q, s, scanInt, args...)
		if err != nil {
			return 0, err
		}
		sum += int(n)
	}
	return sum, nil
}

// searches reports whether rows must be looked through that the index has and
// the filter does not want.
func (m monitored) searches(f app.MonitorFilter) bool {
	return f.Search != "" || slices.ContainsFunc(m.rest, m.beyond)
}

// beyond reports whether the condition is one that the index does not know.
func (m monitored) beyond(c condition) bool {
	i := m.index()
	return c.value != "" && (c.column != i.column || c.value != i.value)
}

// conditions are those of the rows that the filter finds, and those of the
// rows that are looked through. Both hold only what the caller sees: a cursor
// tells where a row stands.
func (m monitored) conditions(f app.MonitorFilter) (found, through *where, err error) {
	var w where
	w.conds, w.values = slices.Clone(m.sight.conds), slices.Clone(m.sight.values)
	for _, c := range m.base {
		w.and(c)
	}
	i := m.index()
	if i.within != "" {
		w.and(i.within)
	}
	if i.column != "" {
		w.and(i.column+" = ?", i.value)
	}
	if !f.From.IsZero() {
		w.and("at >= ?", micros(f.From))
	}
	if !f.Until.IsZero() {
		w.and("at < ?", micros(f.Until))
	}
	if err := w.before("at", f.Cursor); err != nil {
		return nil, nil, err
	}
	through = &where{slices.Clone(w.conds), slices.Clone(w.values)}
	for _, c := range m.rest {
		if m.beyond(c) {
			w.and(c.column+" = ?", c.value)
		}
	}
	for _, word := range strings.Fields(f.Search) {
		parts, args := make([]string, len(m.words)), make([]any, len(m.words))
		for i, column := range m.words {
			parts[i], args[i] = "LOWER("+column+`) LIKE LOWER(?) ESCAPE '\'`, like(word)
		}
		w.and(strings.Join(parts, " OR "), args...)
	}
	return &w, through, nil
}

func eventCursor(e app.Event) cursor {
	return cursor{strconv.FormatInt(micros(e.At), 10), string(e.ID)}
}

// fitting are the indexes of the values that there are.
func fitting(indexes ...monitorIndex) []monitorIndex {
	return slices.DeleteFunc(indexes, func(i monitorIndex) bool { return i.column != "" && i.value == "" })
}

// shown are the kinds of the activity that its monitor shows, as its indexes
// say it.
var shown = func() string {
	var kinds []string
	for _, s := range app.EventSpecs {
		if s.Unlisted {
			kinds = append(kinds, "'"+string(s.Kind)+"'")
		}
	}
	return "kind NOT IN (" + strings.Join(kinds, ", ") + ")"
}()

// activityOf says how the activity is read.
func activityOf(s sight.Sight, f app.MonitorFilter) monitored {
	m := monitored{
		table: "activity", base: []string{shown}, words: []string{"username", "file"},
		rest: []condition{
			{"user_id", string(f.User)},
			{"department", string(f.Department)},
			{"workstation", string(f.Workstation)},
			{"kind", string(f.Kind)},
			{"service", string(f.Service)},
			{"type", string(f.Type)},
			{"outcome", string(f.Outcome)},
			{"code", string(f.Code)},
		},
	}
	if f.Outcome != "" {
		m.base = append(m.base, "kind <> 'job.ended'") // a list has many
	}
	m.sight.see(s)
	unless := func(value, common string) string { // the index has only what is not common
		if value == common {
			return ""
		}
		return value
	}
	user := monitorIndex{"activity_user_page_idx", "user_id", string(f.User), ""}
	if s.Reach() == app.ReachDepartment {
		// By any other index the rows of other departments would be looked
		// through too.
		m.indexes = fitting(user, monitorIndex{"activity_department_page_idx", "department", string(s.Department()), ""})
		return m
	}
	m.indexes = fitting(
		user,
		monitorIndex{"activity_code_page_idx", "code", string(f.Code), "code <> ''"},
		monitorIndex{"activity_workstation_page_idx", "workstation", string(f.Workstation), ""},
		monitorIndex{"activity_outcome_page_idx", "outcome", unless(string(f.Outcome), string(app.OutcomeFound)), "outcome <> 'found'"},
		monitorIndex{"activity_service_page_idx", "service", unless(string(f.Service), string(app.ServiceVisure)), "service <> 'visure'"},
		monitorIndex{"activity_kind_page_idx", "kind", unless(string(f.Kind), string(app.EventVisuraEnded)), "kind <> 'visura.ended'"},
		monitorIndex{"activity_department_page_idx", "department", string(f.Department), ""},
		monitorIndex{"activity_type_page_idx", "type", string(f.Type), ""},
		monitorIndex{name: "activity_page_idx"},
	)
	return m
}

// accessesOf says how the accesses are read. Attempts under unknown names have
// no actor; they are seen by whoever sees everybody.
func accessesOf(s sight.Sight, f app.MonitorFilter) monitored {
	m := monitored{
		table: "access", words: []string{"username", "address"},
		rest: []condition{{"user_id", string(f.User)}, {"department", string(f.Department)}, {"workstation", string(f.Workstation)}, {"kind", string(f.Kind)}, {"code", string(f.Code)}},
		indexes: fitting(
			monitorIndex{"access_user_page_idx", "user_id", string(f.User), ""},
			monitorIndex{"access_workstation_page_idx", "workstation", string(f.Workstation), ""},
			monitorIndex{"access_kind_page_idx", "kind", string(f.Kind), ""},
			monitorIndex{"access_department_page_idx", "department", string(f.Department), ""},
			monitorIndex{name: "access_page_idx"},
		),
	}
	m.sight.see(s)
	return m
}

// historyOf says how the administrative acts are read: a department's own are
// those of its actors and, as a second part, what others did about its things,
// each by an index of its own: so a small department's page reads nothing of
// the large ones. What happened to one thing before it belonged to any
// department, as the registration of a workstation, is seen by whoever asks
// about that thing.
func historyOf(s sight.Sight, f app.MonitorFilter) []monitored {
	m := monitored{
		table: "history", words: []string{"username", "target_name"},
		rest: []condition{{"user_id", string(f.User)}, {"target", string(f.Target)}, {"department", string(f.Department)}, {"workstation", string(f.Workstation)}, {"kind", string(f.Kind)}},
	}
	user := monitorIndex{"history_user_page_idx", "user_id", string(f.User), ""}
	target := monitorIndex{"history_target_page_idx", "target", string(f.Target), ""}
	if f.Target != "" {
		m.base = append(m.base, "kind <> 'monitor.read'", "kind <> 'monitor.exported'") // that somebody read about it is no act on it
	}
	own := string(s.Department())
	switch {
	case s.Reach() == app.ReachDepartment && f.Target != "":
		m.sight.and("(department = ? OR target_department IN (?, ''))", own, own)
		m.indexes = []monitorIndex{target}
	case s.Reach() == app.ReachDepartment:
		others := m
		others.sight.and("target_department = ?", own)
		m.sight.and("department = ?", own)
		m.indexes = fitting(user, monitorIndex{"history_department_page_idx", "department", own, ""})
		others.indexes = []monitorIndex{{"history_target_department_page_idx", "target_department", own, "target_department <> department"}}
		return []monitored{m, others}
	default:
		m.sight.see(s)
		m.indexes = fitting(
			target,
			user,
			monitorIndex{"history_kind_page_idx", "kind", string(f.Kind), ""},
			monitorIndex{"history_department_page_idx", "department", string(f.Department), ""},
			monitorIndex{name: "history_page_idx"},
		)
	}
	return []monitored{m}
}

// Activity lists who asked what and how it ended, newest first, as far as the
// sight sees. A page may be shorter than asked, even empty, and not the last:
// it is the last where the cursor is empty.
func (q queries) Activity(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error) {
	return q.page(ctx, f, activityOf(s, f))
}

// ActivityCount counts what Activity would list, at most most.
func (q queries) ActivityCount(ctx context.Context, s sight.Sight, f app.MonitorFilter, most int) (int, error) {
	return q.count(ctx, f, most, activityOf(s, f))
}

// Accesses lists who signed in, from where, newest first, as far as the sight
// sees; pages are as those of Activity.
func (q queries) Accesses(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error) {
	return q.page(ctx, f, accessesOf(s, f))
}

// AccessCount counts what Accesses would list, at most most.
func (q queries) AccessCount(ctx context.Context, s sight.Sight, f app.MonitorFilter, most int) (int, error) {
	return q.count(ctx, f, most, accessesOf(s, f))
}

// History lists administrative acts, newest first, as far as the sight sees;
// pages are as those of Activity.
func (q queries) History(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error) {
	return q.page(ctx, f, historyOf(s, f)...)
}

// HistoryCount counts what History would list, at most most.
func (q queries) HistoryCount(ctx context.Context, s sight.Sight, f app.MonitorFilter, most int) (int, error) {
	return q.count(ctx, f, most, historyOf(s, f)...)
}
