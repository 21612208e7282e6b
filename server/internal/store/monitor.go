package store

import (
	"context"
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

func (w *where) monitor(f app.MonitorFilter) error {
	if f.User != "" {
		w.and("user_id = ?", f.User)
	}
	if !f.From.IsZero() {
		w.and("at >= ?", micros(f.From))
	}
	if !f.Until.IsZero() {
		w.and("at < ?", micros(f.Until))
	}
	return w.before("at", f.Cursor)
}

func eventCursor(e app.Event) cursor {
	return cursor{strconv.FormatInt(micros(e.At), 10), string(e.ID)}
}

// Activity lists who asked what and how it ended, newest first, as far as the
// sight sees. That something was begun stands in the log, not here: its end
// tells it again. So do the single rows of a list: its job is told.
func (q queries) Activity(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error) {
	var w where
	w.see(s)
	w.and("kind NOT IN (?, ?, ?)", app.EventVisuraAsked, app.EventApprovalRequested, app.EventJobRow)
	for _, word := range strings.Fields(f.Search) {
		w.and(`(LOWER(username) LIKE LOWER(?) ESCAPE '\' OR LOWER(file) LIKE LOWER(?) ESCAPE '\')`, like(word), like(word))
	}
	if err := w.monitor(f); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "activity list", "SELECT "+eventColumns+" FROM activity", &w, " ORDER BY at DESC, id DESC", f.Limit+1, scanEvent)
	rows, next := page(rows, f.Limit, eventCursor)
	return rows, next, err
}

// Accesses lists who signed in, from where, newest first, as far as the sight
// sees. Attempts under unknown names have no actor; they are seen by whoever
// sees everybody.
func (q queries) Accesses(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error) {
	var w where
	w.see(s)
	for _, word := range strings.Fields(f.Search) {
		w.and(`LOWER(username) LIKE LOWER(?) ESCAPE '\'`, like(word))
	}
	if err := w.monitor(f); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "access list", "SELECT "+eventColumns+" FROM access", &w, " ORDER BY at DESC, id DESC", f.Limit+1, scanEvent)
	rows, next := page(rows, f.Limit, eventCursor)
	return rows, next, err
}

// History lists administrative acts, newest first, as far as the sight sees: a
// department's own are those of its actors and those about its things. What
// happened to one thing before it belonged to any department, as the
// registration of a workstation, is seen by whoever asks about that thing.
func (q queries) History(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error) {
	var w where
	if s.Reach() == app.ReachDepartment {
		if f.Target != "" {
			w.and("(department = ? OR target_department IN (?, ''))", s.Department(), s.Department())
		} else {
			w.and("(department = ? OR target_department = ?)", s.Department(), s.Department())
		}
	} else {
		w.see(s)
	}
	if f.Target != "" {
		w.and("target = ?", f.Target)
		w.and("kind <> ?", app.EventMonitorRead) // that somebody read about it is no act on it
	}
	for _, word := range strings.Fields(f.Search) {
		w.and(`(LOWER(username) LIKE LOWER(?) ESCAPE '\' OR LOWER(target_name) LIKE LOWER(?) ESCAPE '\')`, like(word), like(word))
	}
	if err := w.monitor(f); err != nil {
		return nil, "", err
	}
	rows, err := list(ctx, q.q, "history list", "SELECT "+eventColumns+" FROM history", &w, " ORDER BY at DESC, id DESC", f.Limit+1, scanEvent)
	rows, next := page(rows, f.Limit, eventCursor)
	return rows, next, err
}
