package bulk

import (
	"context"
	"encoding/json"
	"time"

	"indagor/app"
)

// expired is how many jobs are looked for at a time.
const expired = 50

// Expire removes the jobs that are older than the body keeps them, with their
// lists and results, and writes down how many went: readably, or sealed to the
// custodians where nobody else may learn that there were any. Those that are
// under way stay.
func (s *Service) Expire(ctx context.Context, keep app.RetentionSettings) error {
	for service, days := range map[app.Service]int{app.ServiceEnrichment: keep.Enrichment, app.ServiceHousehold: keep.Household} {
		if days == 0 {
			continue
		}
		before := s.now().AddDate(0, 0, -days)
		if err := s.expire(ctx, service, before); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) expire(ctx context.Context, service app.Service, before time.Time) error {
	for {
		old, err := s.store.JobsOld(ctx, service, before, expired)
		if err != nil || len(old) == 0 {
			return err
		}
		went := map[app.Role]int{}
		for _, stored := range old {
			j, err := s.open(stored)
			if err != nil {
				return err
			}
			if j.Role.Monitored() {
				went[""]++
			} else {
				went[app.RoleStandardPS]++
			}
		}
		if err := s.store.Write(ctx, func(tx Tx) error {
			for _, stored := range old {
				if err := tx.DeleteJob(stored.ID); err != nil {
					return err
				}
			}
			for _, role := range []app.Role{"", app.RoleStandardPS} {
				if went[role] == 0 {
					continue
				}
				after, err := json.Marshal(map[string]any{"expired": went[role], "until": app.DayOf(before.In(s.config.Zone))})
				if err != nil {
					return err
				}
				if err := tx.Record(app.Event{Class: app.ClassSystem, Kind: app.EventExpired, Actor: app.Actor{Role: role}, Service: service, After: after}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
}
