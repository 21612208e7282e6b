package workstation

import (
	"context"
	"time"

	"indagor/app"
)

// remindPage is how many workstations are looked at in one transaction.
const remindPage = 200

// Remind tells those who administer the workstations that expire within the
// days of the settings, on the board, once for each workstation and last day:
// one that is extended is told again when its new last day comes near. Done
// twice, it tells nothing twice.
func (s *Service) Remind(ctx context.Context) error {
	days := s.settings().ReminderDays
	if days == 0 {
		return nil
	}
	now := s.now().In(s.zone)
	today := app.DayOf(now)
	f := app.WorkstationFilter{Expiring: app.DayOf(now.AddDate(0, 0, days)), Limit: remindPage}
	for {
		ws, next, err := s.store.Workstations(ctx, f)
		if err != nil {
			return err
		}
		err = s.store.Write(ctx, func(tx Tx) error {
			for _, w := range ws {
				if w.Expires == nil || w.Expired(today) {
					continue
				}
				if err := tx.Notify(s.reminder(w)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if f.Cursor = next; next == "" {
			return nil
		}
	}
}

// reminder is the notice that a workstation expires; it is shown until the last
// day is over.
func (s *Service) reminder(w app.Workstation) app.SystemNotice {
	last, _ := w.Expires.Time()
	over := time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, s.zone)
	return app.SystemNotice{
		Key: string(app.NoticeWorkstationExpiry) + "|" + string(w.ID) + "|" + string(*w.Expires), Kind: app.NoticeWorkstationExpiry,
		Params: map[string]string{"name": w.Name, "day": string(*w.Expires)}, Audience: app.Holders(app.PermManageWorkstation, w.Department), Expires: over,
	}
}
