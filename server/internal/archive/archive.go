// Package archive ages what the services obtained: what is older than the
// body's retention is deleted, and that is written down (specification §6).
// The log is not part of it and is never shortened.
package archive

import (
	"context"
	"encoding/json"
	"time"

	"indagor/app"
)

// Tx is what ageing changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	ExpireVisure(ctx context.Context, before time.Time, monitored bool, most int) (int, error)
	ForgetKnownIDs(ctx context.Context) error
}

// Store is the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
}

// Service ages the archive.
type Service struct {
	store     Store
	retention func() app.RetentionSettings
	zone      *time.Location
	now       func() time.Time
}

// New returns the service; retention gives what the body decided, zone is the
// body's.
func New(store Store, retention func() app.RetentionSettings, zone *time.Location, now func() time.Time) *Service {
	return &Service{store, retention, zone, now}
}

// batch is how many rows go at once: others write in between.
const batch = 200

// Since is the beginning of what is kept for so many days, a midnight of the
// body; the zero time where all is kept.
func (s *Service) Since(days int) time.Time {
	if days == 0 {
		return time.Time{}
	}
	y, m, d := s.now().In(s.zone).Date()
	return time.Date(y, m, d-days, 0, 0, 0, 0, s.zone)
}

// Expire deletes what is older than the retention, and the ANPR ids whose time
// is over. It may be interrupted and done again at any time.
func (s *Service) Expire(ctx context.Context) error {
	if err := s.store.Write(ctx, func(tx Tx) error { return tx.ForgetKnownIDs(ctx) }); err != nil {
		return err
	}
	before := s.Since(s.retention().Visure)
	if before.IsZero() {
		return nil
	}
	// What may be read of it comes first, and does not wait for the rest: when
	// it stands in the log must not tell how much the rest was.
	for _, monitored := range []bool{true, false} {
		if err := s.visure(ctx, before, monitored); err != nil {
			return err
		}
	}
	return nil
}

// visure deletes the visure of one sort, batch after batch, and writes each
// batch down: readably, or sealed to the custodians where nobody else may
// learn that there were any.
func (s *Service) visure(ctx context.Context, before time.Time, monitored bool) error {
	for {
		n := 0
		err := s.store.Write(ctx, func(tx Tx) (err error) {
			if n, err = tx.ExpireVisure(ctx, before, monitored, batch); err != nil || n == 0 {
				return err
			}
			e := app.Event{Class: app.ClassSystem, Kind: app.EventExpired, Service: app.ServiceVisure}
			if !monitored {
				e.Actor.Role = app.RoleStandardPS
			}
			if e.After, err = json.Marshal(map[string]any{"expired": n, "until": app.DayOf(before.In(s.zone).AddDate(0, 0, -1))}); err != nil {
				return err
			}
			return tx.Record(e)
		})
		if err != nil || n < batch {
			return err
		}
	}
}
