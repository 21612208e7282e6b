package workstation

import (
	"context"
	"errors"
	"strings"

	"indagor/app"
)

// mayGive refuses a department to which the caller may not give a workstation.
func mayGive(caller app.Caller, department app.ID) error {
	if department == "" {
		return app.E(app.CodeRequired).At("department")
	}
	if !app.PermManageWorkstation.AllowsDepartment(caller.User.Standing(), department) {
		return app.E(app.CodeForbidden).At("department")
	}
	return nil
}

// present makes sure that the department is there, and stays.
func present(ctx context.Context, tx Tx, department app.ID) error {
	if err := tx.HoldBody(); err != nil {
		return err
	}
	_, err := tx.Department(ctx, department)
	if app.CodeOf(err) == app.CodeNotFound {
		return app.E(app.CodeDepartmentAbsent).At("department")
	}
	return err
}

// checkExpiry refuses a last day that is none, or over already.
func (s *Service) checkExpiry(day *app.Day) error {
	if day == nil {
		return nil
	}
	if _, ok := day.Time(); !ok {
		return app.E(app.CodeDate).At("expires")
	}
	if *day < app.DayOf(s.now().In(s.zone)) {
		return app.E(app.CodeDatePast).At("expires")
	}
	return nil
}

// Entry is what the register says about an approved workstation.
type Entry struct {
	Name        string
	Responsible string
	Office      string
	Department  app.ID
	Expires     *app.Day
	Version     int
}

// Change changes what the register says about a workstation that was approved.
// An expiry that stays as it is may be over.
func (s *Service) Change(ctx context.Context, caller app.Caller, id app.ID, n Entry) (app.Workstation, error) {
	n.Name, n.Responsible, n.Office = strings.TrimSpace(n.Name), strings.TrimSpace(n.Responsible), strings.TrimSpace(n.Office)
	var es app.Errors
	for _, f := range []struct{ field, value string }{{"name", n.Name}, {"responsible", n.Responsible}, {"office", n.Office}} {
		if f.value == "" {
			es = append(es, app.E(app.CodeRequired).At(f.field))
		}
	}
	if err := es.Err(); err != nil {
		return app.Workstation{}, err
	}
	return s.alter(ctx, caller, id, app.EventWorkstationChanged, "", func(tx Tx, w *app.Workstation) error {
		if w.Version != n.Version {
			return app.E(app.CodeChanged).At("version")
		}
		if _, err := w.State.After(app.ActChange); err != nil {
			return err
		}
		if n.Department != w.Department {
			if err := mayGive(caller, n.Department); err != nil {
				return err
			}
			if err := present(ctx, tx, n.Department); err != nil {
				return err
			}
		}
		if n.Expires != nil && (w.Expires == nil || *w.Expires != *n.Expires) {
			if err := s.checkExpiry(n.Expires); err != nil {
				return err
			}
		}
		w.Name, w.Responsible, w.Office, w.Department, w.Expires = n.Name, n.Responsible, n.Office, n.Department, n.Expires
		return nil
	})
}

// Outcome is what came of a change of one of several workstations.
type Outcome struct {
	ID   app.ID
	Name string
	Err  *app.Error // nil where it was done
}

// ExtendAll gives the workstations another last day, nil for none; each by
// itself.
func (s *Service) ExtendAll(ctx context.Context, caller app.Caller, ids []app.ID, expires *app.Day) ([]Outcome, error) {
	if err := s.checkExpiry(expires); err != nil {
		return nil, err
	}
	return each(ctx, ids, func(id app.ID) (app.Workstation, error) {
		return s.alter(ctx, caller, id, app.EventWorkstationChanged, "", func(_ Tx, w *app.Workstation) error {
			if _, err := w.State.After(app.ActChange); err != nil {
				return err
			}
			w.Expires = expires
			return nil
		})
	})
}

// SuspendAll suspends the workstations, each by itself.
func (s *Service) SuspendAll(ctx context.Context, caller app.Caller, ids []app.ID, reason string) ([]Outcome, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, app.E(app.CodeRequired).At("reason")
	}
	return each(ctx, ids, func(id app.ID) (app.Workstation, error) { return s.Suspend(ctx, caller, id, reason) })
}

// each does the act to every workstation, in order. What is no refusal ends
// it: what was done until then stays done, and is in the log.
func each(ctx context.Context, ids []app.ID, act func(app.ID) (app.Workstation, error)) ([]Outcome, error) {
	out := make([]Outcome, 0, len(ids))
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		w, err := act(id)
		o := Outcome{ID: id}
		if err == nil {
			o.Name = w.Name
		} else if !errors.As(err, &o.Err) {
			return out, err
		} else if o.Err.Code != app.CodeNotFound {
			o.Name = w.Name // the caller reaches it
		}
		out = append(out, o)
	}
	return out, nil
}
