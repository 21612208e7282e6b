// Package monitor lets those who answer for the users read what they did, as
// far as their sight goes, and writes down that they read it.
package monitor

import (
	"cmp"
	"context"

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
}

// Service reads for administrators.
type Service struct{ store Store }

// New returns the service.
func New(store Store) *Service { return &Service{store} }

// Activity lists who asked what, newest first.
func (s *Service) Activity(ctx context.Context, caller app.Caller, f app.MonitorFilter) ([]app.Event, string, error) {
	return read(ctx, s, caller, app.PermMonitorActivity, f, s.store.Activity)
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

// read writes down who read, then reads: the trace of a page, not of its rows.
func read(ctx context.Context, s *Service, caller app.Caller, p app.Permission, f app.MonitorFilter,
	list func(context.Context, sight.Sight, app.MonitorFilter) ([]app.Event, string, error),
) ([]app.Event, string, error) {
	if f.Cursor == "" {
		e := caller.Event(app.ClassSystem, app.EventMonitorRead)
		e.Reason, e.Target = string(p), cmp.Or(f.User, f.Target)
		if err := s.store.Write(ctx, func(tx Tx) error { return tx.Record(e) }); err != nil {
			return nil, "", err
		}
	}
	return list(ctx, sight.Of(caller, p), f)
}
