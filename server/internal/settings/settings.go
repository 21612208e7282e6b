// Package settings holds what TOP decides while the server runs
// (specification §5, §7): the other services take it from [Service.Current]
// whenever they need it, so that a change works at the next request.
package settings

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"indagor/app"
)

// Tx is what saving changes.
type Tx interface {
	Now() time.Time
	Record(app.Event) error
	LockSettings(ctx context.Context, defaults app.Settings) (app.Settings, error)
	PutSettings(app.Settings) error
	HoldBody() error
	UsersOfMediatorRole(ctx context.Context, role app.Role) ([]app.User, error)
}

// Store is what is read, and the way to change it.
type Store interface {
	Write(ctx context.Context, fn func(Tx) error) error
	Settings(ctx context.Context, defaults app.Settings) (app.Settings, error)
}

// Register tells what the register of ANPR allows.
type Register interface {
	// Services are the e-services that the body may call.
	Services() []string
	// Limit is the daily limit of an e-service, where ANPR has said it.
	Limit(service string) (limit int, known bool)
}

// Service holds the settings.
type Service struct {
	store    Store
	register Register
	defaults app.Settings

	current atomic.Pointer[app.Settings]
	saving  sync.Mutex
}

// New reads the settings. Where TOP has not decided, defaults hold: those of
// the configuration.
func New(ctx context.Context, store Store, register Register, defaults app.Settings) (*Service, error) {
	s := &Service{store: store, register: register, defaults: defaults}
	now, err := store.Settings(ctx, defaults)
	if err != nil {
		return nil, err
	}
	s.current.Store(&now)
	return s, nil
}

// Current are the settings in force. They must not be changed by the caller.
func (s *Service) Current() app.Settings { return *s.current.Load() }

// Save replaces the settings, if nobody else has saved since the caller read
// them; it writes down what changed. Settings that change nothing are no act.
func (s *Service) Save(ctx context.Context, caller app.Caller, next app.Settings) (app.Settings, error) {
	next = next.Clone()
	if h := next.Services.OfficeHours; h != nil {
		slices.Sort(h.Days)
		h.Days = slices.Compact(h.Days)
	}
	if err := append(next.Check(), s.checkQuotas(next)...).Err(); err != nil {
		return next, err
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	err := s.store.Write(ctx, func(tx Tx) error {
		// Who depends on whom stays meanwhile.
		if err := tx.HoldBody(); err != nil {
			return err
		}
		before, err := tx.LockSettings(ctx, s.defaults)
		if err != nil {
			return err
		}
		if before.Version != next.Version {
			return app.E(app.CodeChanged).At("version")
		}
		if err := s.freed(ctx, tx, before.Services.Mediators, next.Services.Mediators); err != nil {
			return err
		}
		e := caller.Event(app.ClassAdmin, app.EventSettings)
		if e.Before, e.After, err = app.SettingChanges(before, next); err != nil || e.After == nil {
			return err
		}
		saved := next
		saved.Version++
		if err := tx.PutSettings(saved); err != nil {
			return err
		}
		return tx.Record(e)
	})
	if err != nil {
		return next, err
	}
	// What is in force is what the database has, whoever wrote it.
	now, err := s.store.Settings(ctx, s.defaults)
	if err != nil {
		return next, err
	}
	s.current.Store(&now)
	return now, nil
}

// freed refuses a rule of Mediators that excludes some on whom users depend,
// with who they are: where they go is said one by one, or by disabling the
// Mediator.
func (s *Service) freed(ctx context.Context, tx Tx, before, next app.MediatorRule) error {
	if before == next {
		return nil
	}
	var stuck []string
	for _, r := range app.MediatorsAll.Roles() {
		if slices.Contains(next.Roles(), r) {
			continue
		}
		us, err := tx.UsersOfMediatorRole(ctx, r)
		if err != nil {
			return err
		}
		stuck = append(stuck, app.FullNames(us)...)
	}
	slices.Sort(stuck)
	if stuck = slices.Compact(stuck); len(stuck) > 0 {
		return app.E(app.CodeMediatorsNeeded, "count", strconv.Itoa(len(stuck)), "names", app.FirstNames(stuck)).At("services.mediators")
	}
	return nil
}

// checkQuotas refuses a limit for what the body may not call, and one above
// ANPR's.
func (s *Service) checkQuotas(next app.Settings) (es app.Errors) {
	for _, code := range slices.Sorted(maps.Keys(next.Services.Quotas)) {
		field := "services.quotas." + code
		if !slices.Contains(s.register.Services(), code) {
			es = append(es, app.E(app.CodeInvalid).At(strings.TrimSuffix(field, "."+code)))
			continue
		}
		if most, known := s.register.Limit(code); known && next.Services.Quotas[code] > most {
			es = append(es, app.E(app.CodeQuotaOver, "most", strconv.Itoa(most)).At(field))
		}
	}
	return es
}
