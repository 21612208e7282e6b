package workstation

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"indagor/app"
)

// Query is a filter of the register in the terms of who asks: in days from
// today.
type Query struct {
	app.WorkstationFilter
	ExpiringDays int // authorised ones that expire within so many days, or have; 0 for all
	UnseenDays   int // not seen for so many days; 0 for all
}

// filter is the query as of now, as far as the caller reaches.
func (s *Service) filter(caller app.Caller, q Query) app.WorkstationFilter {
	f, now := q.WorkstationFilter, s.now()
	f.Within = within(caller)
	if q.ExpiringDays > 0 {
		f.Expiring = app.DayOf(now.In(s.zone).AddDate(0, 0, q.ExpiringDays))
	}
	if q.UnseenDays > 0 {
		f.Unseen = now.AddDate(0, 0, -q.UnseenDays)
	}
	return f
}

// List is a page of the register, as far as the caller reaches.
func (s *Service) List(ctx context.Context, caller app.Caller, q Query) ([]app.Workstation, string, error) {
	return s.store.Workstations(ctx, s.filter(caller, q))
}

// Values are what the register can be filtered by, as far as the caller
// reaches.
func (s *Service) Values(ctx context.Context, caller app.Caller) (app.WorkstationValues, error) {
	return s.store.WorkstationValues(ctx, within(caller))
}

// exportPage is how many workstations an export reads at once.
const exportPage = 200

// Export writes down that the register is exported, with its filter, and gives
// it row after row.
func (s *Service) Export(ctx context.Context, caller app.Caller, q Query) (iter.Seq2[app.Workstation, error], error) {
	f := s.filter(caller, q)
	said, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		e := caller.Event(app.ClassAdmin, app.EventRegisterExported)
		e.TargetDept, e.After = f.Within, said
		return tx.Record(e)
	})
	if err != nil {
		return nil, err
	}
	f.Limit, f.Cursor = exportPage, ""
	return func(yield func(app.Workstation, error) bool) {
		for {
			ws, next, err := s.store.Workstations(ctx, f)
			if err != nil {
				yield(app.Workstation{}, err)
				return
			}
			for _, w := range ws {
				if !yield(w, nil) {
					return
				}
			}
			if f.Cursor = next; next == "" {
				return
			}
		}
	}, nil
}

func within(caller app.Caller) app.ID {
	if app.PermManageWorkstation.Grant(caller.User.Role).Reach == app.ReachAll {
		return ""
	}
	return caller.User.Department
}

// reaches reports whether the caller administers the workstation. One that
// nobody approved yet belongs to no department: whoever may approve reaches it.
func reaches(caller app.Caller, w app.Workstation) bool {
	if w.Department == "" && w.State == app.WorkstationPending {
		return app.PermManageWorkstation.Grant(caller.User.Role).Reach != app.ReachNone
	}
	return app.PermManageWorkstation.AllowsDepartment(caller.User.Standing(), w.Department)
}

// Get returns one workstation, if the caller reaches it.
func (s *Service) Get(ctx context.Context, caller app.Caller, id app.ID) (app.Workstation, error) {
	w, err := s.store.Workstation(ctx, id)
	if err == nil && !reaches(caller, w) {
		return app.Workstation{}, app.E(app.CodeNotFound)
	}
	return w, err
}

// Approval is what an administrator states when approving.
type Approval struct {
	Name        string
	Responsible string
	Office      string
	Department  app.ID
	Expires     *app.Day
	Code        string // as read on the workstation: it chooses the key too
	Version     int
}

// SameCode compares comparison codes as people type them.
func SameCode(a, b string) bool {
	fold := func(s string) string { return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(s)) }
	return fold(a) == fold(b) && fold(a) != ""
}

// Approve authorises the workstation and the key whose code was read on it.
func (s *Service) Approve(ctx context.Context, caller app.Caller, id app.ID, a Approval) (app.Workstation, error) {
	department := a.Department
	if department == "" {
		department = caller.User.Department
	}
	if err := mayGive(caller, department); err != nil {
		return app.Workstation{}, err
	}
	if err := s.checkExpiry(a.Expires); err != nil {
		return app.Workstation{}, err
	}
	return s.alter(ctx, caller, id, app.EventApproved, "", func(tx Tx, w *app.Workstation) error {
		if err := present(ctx, tx, department); err != nil {
			return err
		}
		i := slices.IndexFunc(w.Keys, func(k app.WorkstationKey) bool { return SameCode(k.Code, a.Code) })
		if i < 0 {
			return app.E(app.CodeInvalid).At("code")
		}
		if w.Version != a.Version {
			return app.E(app.CodeChanged).At("version")
		}
		state, err := w.State.After(app.ActApprove)
		if err != nil {
			return err
		}
		keyState, err := w.Keys[i].State.After(app.ActApprove)
		if err != nil {
			return err
		}
		w.State, w.Alarm, w.Department, w.Office, w.Responsible, w.Expires = state, app.AlarmNone, department, strings.TrimSpace(a.Office), strings.TrimSpace(a.Responsible), a.Expires
		if w.Expires == nil {
			w.Expires = s.lastDay(tx.Now())
		}
		if name := strings.TrimSpace(a.Name); name != "" {
			w.Name = name
		}
		for field, value := range map[string]string{"office": w.Office, "responsible": w.Responsible} {
			if value == "" {
				return app.E(app.CodeRequired).At(field)
			}
		}
		w.Keys[i].State = keyState
		return tx.SetKeyState(w.Keys[i].Thumbprint, keyState)
	})
}

// Suspend stops the workstation until it is approved again; its sessions end.
func (s *Service) Suspend(ctx context.Context, caller app.Caller, id app.ID, reason string) (app.Workstation, error) {
	return s.stop(ctx, caller, id, app.ActSuspend, app.EventSuspended, reason)
}

// Revoke stops the workstation for ever; its sessions end.
func (s *Service) Revoke(ctx context.Context, caller app.Caller, id app.ID, reason string) (app.Workstation, error) {
	return s.stop(ctx, caller, id, app.ActRevoke, app.EventRevoked, reason)
}

func (s *Service) stop(ctx context.Context, caller app.Caller, id app.ID, act app.WorkstationAct, kind app.EventKind, reason string) (app.Workstation, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return app.Workstation{}, app.E(app.CodeRequired).At("reason")
	}
	return s.alter(ctx, caller, id, kind, reason, func(tx Tx, w *app.Workstation) error {
		state, err := w.State.After(act)
		if err != nil {
			return err
		}
		w.State = state
		return tx.EndSessionsAt(w.ID, app.SessionStopped)
	})
}

// alter changes one workstation that the caller reaches and records it with
// what it was before and after.
func (s *Service) alter(ctx context.Context, caller app.Caller, id app.ID, kind app.EventKind, reason string, fn func(Tx, *app.Workstation) error) (app.Workstation, error) {
	var w app.Workstation
	err := s.store.Write(ctx, func(tx Tx) error {
		var err error
		if w, err = tx.Workstation(ctx, id); err != nil {
			return err
		}
		if !reaches(caller, w) {
			return app.E(app.CodeNotFound)
		}
		before, err := json.Marshal(w)
		if err != nil {
			return err
		}
		if err := fn(tx, &w); err != nil {
			return err
		}
		if err := tx.UpdateWorkstation(w); err != nil {
			return err
		}
		w.Version++
		after, err := json.Marshal(w)
		if err != nil {
			return err
		}
		e := caller.Event(app.ClassAdmin, kind)
		e.Target, e.TargetDept, e.TargetName, e.Before, e.After, e.Reason = w.ID, w.Department, w.Name, before, after, reason
		return tx.Record(e)
	})
	if err == nil {
		s.stir()
	}
	return w, err
}

// ApproveOnConsole authorises the workstation that shows the code, for the
// server's own console: the first one of a new body, or the administrators'
// only one where it was suspended.
func (s *Service) ApproveOnConsole(ctx context.Context, code, responsible, office string) (app.Workstation, error) {
	var found app.Workstation
	cursor := ""
	for {
		ws, next, err := s.store.Workstations(ctx, app.WorkstationFilter{Limit: 200, Cursor: cursor})
		if err != nil {
			return found, err
		}
		for _, w := range ws {
			if slices.ContainsFunc(w.Keys, func(k app.WorkstationKey) bool {
				return w.State != app.WorkstationRevoked && k.State != app.WorkstationRevoked && SameCode(k.Code, code)
			}) {
				found = w
			}
		}
		if next == "" || found.ID != "" {
			break
		}
		cursor = next
	}
	if found.ID == "" {
		return found, app.E(app.CodeNotFound).At("code")
	}
	err := s.store.Write(ctx, func(tx Tx) error {
		w, err := tx.Workstation(ctx, found.ID)
		if err != nil {
			return err
		}
		for i, k := range w.Keys {
			if SameCode(k.Code, code) {
				w.Keys[i].State = app.WorkstationAuthorised
				if err := tx.SetKeyState(k.Thumbprint, app.WorkstationAuthorised); err != nil {
					return err
				}
			}
		}
		w.State, w.Alarm, w.Responsible, w.Office = app.WorkstationAuthorised, app.AlarmNone, responsible, office
		if err := tx.UpdateWorkstation(w); err != nil {
			return err
		}
		found = w
		return tx.Record(app.Event{Class: app.ClassAdmin, Kind: app.EventApproved, Target: w.ID, TargetName: w.Name, Reason: "console"})
	})
	if err == nil {
		s.stir()
	}
	return found, err
}
