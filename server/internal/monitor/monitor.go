// Package monitor lets those who answer for the users read what they did, as
// far as their sight goes, and writes down that they read it.
//
// A reading is written down once: who goes on with it, by further pages or
// because something new was announced, reads the same in the same session and
// is not written down again before a quarter of an hour has passed.
package monitor

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"strconv"
	"sync"
	"time"

	"indagor/app"
	"indagor/server/internal/sight"
)

// Tx is what reading leaves behind.
type Tx interface {
	Record(app.Event) error
}

// Store is what is read, and the way to leave the trace.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	Activity(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error)
	Accesses(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error)
	History(ctx context.Context, s sight.Sight, f app.MonitorFilter) ([]app.Event, string, error)
	ActivityCount(ctx context.Context, s sight.Sight, f app.MonitorFilter, most int) (int, error)
	AccessCount(ctx context.Context, s sight.Sight, f app.MonitorFilter, most int) (int, error)
	HistoryCount(ctx context.Context, s sight.Sight, f app.MonitorFilter, most int) (int, error)
}

// Limits of reading.
const (
	sameReading = 15 * time.Minute // within it the same is not written down again
	exportMost  = 1_000_000        // rows of a file
	exportPage  = 1000             // rows read at once for a file
)

// Service reads for administrators.
type Service struct {
	store Store
	now   func() time.Time

	mu      sync.Mutex
	reading map[string]time.Time // when each reading under way was written down
}

// New returns the service.
func New(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, reading: map[string]time.Time{}}
}

// Activity lists who asked what, newest first.
func (s *Service) Activity(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error) {
	return read(ctx, s, caller, app.PermMonitorActivity, f, s.activity)
}

// Accesses lists who signed in, from where, newest first.
func (s *Service) Accesses(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error) {
	return read(ctx, s, caller, app.PermMonitorAccess, f, s.store.Accesses)
}

// History lists administrative acts, newest first.
func (s *Service) History(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error) {
	return read(ctx, s, caller, app.PermHistory, f, s.store.History)
}

// About lists the acts about one thing that the caller administers already.
func (s *Service) About(ctx context.Context, caller app.Caller, target app.ID) ([]app.Event, error) {
	es, _, err := s.store.History(ctx, sight.Of(caller, app.PermHistory), app.MonitorFilter{Target: target, Limit: 200})
	return es, err
}

// Of lists the acts about one user whom the caller administers already, newest
// first.
func (s *Service) Of(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error) {
	return read(ctx, s, caller, app.PermHistory, f, s.store.History)
}

// Export gives all rows of the monitor under the permission that the filter
// finds, newest first, after writing down who takes how many of them away.
// Too many are refused with CodeRowsMany. What happens from now on is not
// among them.
func (s *Service) Export(ctx context.Context, caller app.Caller, p app.Permission, f app.MonitorFilter) (iter.Seq2[app.Event, error], error) {
	list, count := s.activity, s.store.ActivityCount
	switch p {
	case app.PermMonitorAccess:
		list, count = s.store.Accesses, s.store.AccessCount
	case app.PermHistory:
		list, count = s.store.History, s.store.HistoryCount
	}
	if now := s.now(); f.Until.IsZero() || f.Until.After(now) {
		f.Until = now
	}
	f.Cursor, f.Limit = "", exportPage
	sees := sight.Of(caller, p)
	n, err := count(ctx, sees, f, exportMost+1)
	if err != nil {
		return nil, err
	}
	if n > exportMost {
		return nil, app.E(app.CodeRowsMany, "most", strconv.Itoa(exportMost))
	}
	if err := s.record(ctx, caller, app.EventExported, p, f, n); err != nil {
		return nil, err
	}
	return func(yield func(app.Event, error) bool) {
		for {
			es, next, err := list(ctx, sees, f)
			if err != nil {
				yield(app.Event{}, err)
				return
			}
			for _, e := range es {
				if !yield(e, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			f.Cursor = next
		}
	}, nil
}

// activity is the store's, in which a list as a whole has no outcome: its rows
// have one each, and its end tells how many have which.
func (s *Service) activity(ctx context.Context, sees sight.Sight, f app.MonitorFilter) ([]app.Event, string, error) {
	es, next, err := s.store.Activity(ctx, sees, f)
	for i := range es {
		if es[i].Kind == app.EventJobEnded {
			es[i].Outcome = ""
		}
	}
	return es, next, err
}

// read writes down who read, then reads: the trace of a reading, not of its
// rows.
func read(ctx context.Context, s *Service, caller app.Caller, p app.Permission, f app.MonitorFilter,
	list func(context.Context, sight.Sight, app.MonitorFilter) ([]app.Event, string, error),
) ([]app.Event, string, error) {
	same, err := filterJSON(p, f, 0)
	if err != nil {
		return nil, "", err
	}
	key := string(caller.Session) + string(same)
	if !s.goesOn(key) {
		if err := s.record(ctx, caller, app.EventMonitorRead, p, f, 0); err != nil {
			return nil, "", err
		}
		s.begun(key)
	}
	return list(ctx, sight.Of(caller, p), f)
}

// goesOn reports whether the reading was written down lately.
func (s *Service) goesOn(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.reading[key]
	return ok && s.now().Sub(at) < sameReading
}

// begun remembers that a reading was written down, and forgets those that have
// ended.
func (s *Service) begun(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for k, at := range s.reading {
		if now.Sub(at) >= sameReading {
			delete(s.reading, k)
		}
	}
	s.reading[key] = now
}

func (s *Service) record(ctx context.Context, caller app.Caller, kind app.EventKind, p app.Permission, f app.MonitorFilter, rows int) error {
	e := caller.Event(app.ClassSystem, kind)
	e.Reason, e.Target = string(p), cmp.Or(f.User, f.Target)
	var err error
	if e.After, err = filterJSON(p, f, rows); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx Tx) error { return tx.Record(e) })
}

// filterJSON is what was asked for, as it is written down. Of the words only
// that there were some is: one may search for a person.
func filterJSON(p app.Permission, f app.MonitorFilter, rows int) (json.RawMessage, error) {
	x := struct {
		Permission  app.Permission `json:"permission"`
		User        app.ID         `json:"user,omitempty"`
		Target      app.ID         `json:"target,omitempty"`
		Department  app.ID         `json:"department,omitempty"`
		Workstation app.ID         `json:"workstation,omitempty"`
		Kind        app.EventKind  `json:"kind,omitempty"`
		Service     app.Service    `json:"service,omitempty"`
		Type        app.VisuraType `json:"type,omitempty"`
		Outcome     app.Outcome    `json:"outcome,omitempty"`
		Code        app.Code       `json:"code,omitempty"`
		From        *time.Time     `json:"from,omitempty"`
		Until       *time.Time     `json:"until,omitempty"`
		Words       bool           `json:"words,omitempty"`
		Rows        int            `json:"rows,omitempty"`
	}{p, f.User, f.Target, f.Department, f.Workstation, f.Kind, f.Service, f.Type, f.Outcome, f.Code, nil, nil, f.Search != "", rows}
	if !f.From.IsZero() {
		x.From = &f.From
	}
	if !f.Until.IsZero() {
		x.Until = &f.Until
	}
	return json.Marshal(x)
}
