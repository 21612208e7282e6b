package directory

import (
	"context"
	"encoding/json"
	"slices"

	"indagor/app"
)

// Departments lists the departments of the body.
func (s *Service) Departments(ctx context.Context) ([]app.Department, error) {
	return s.store.Departments(ctx)
}

// Purposes lists the purposes of the departments that the caller administers,
// withdrawn ones included.
func (s *Service) Purposes(ctx context.Context, caller app.Caller) ([]app.Purpose, error) {
	if app.PermManageOperators.Grant(caller.User.Role).Reach == app.ReachAll {
		return s.store.Purposes(ctx, "")
	}
	return s.store.Purposes(ctx, caller.User.Department)
}

// Own lists the purposes that the caller may state himself; withdrawn ones are
// none of them.
func (s *Service) Own(ctx context.Context, caller app.Caller) ([]app.Purpose, error) {
	if len(caller.User.Profile.Purposes) == 0 {
		return nil, nil
	}
	all, err := s.store.Purposes(ctx, caller.User.Department)
	return slices.DeleteFunc(all, func(p app.Purpose) bool {
		return p.Withdrawn || !slices.Contains(caller.User.Profile.Purposes, p.ID)
	}), err
}

// Consortia lists the groups of Comuni.
func (s *Service) Consortia(ctx context.Context) ([]app.Consortium, error) {
	return s.store.Consortia(ctx)
}

// Name is the full name of a user, for whoever works with him: "" where he does
// not exist.
func (s *Service) Name(ctx context.Context, id app.ID) string {
	u, err := s.store.User(ctx, id)
	if err != nil {
		return ""
	}
	return u.FullName()
}

// Mediators lists the enabled administrators with an ANPR operator id, of any
// department, whom the body wants as Mediators: those whom a profile may name as Mediator.
func (s *Service) Mediators(ctx context.Context) ([]app.User, error) {
	var out []app.User
	on := true
	f := app.UserFilter{Enabled: &on, Limit: 500, Roles: s.wanted().Roles()}
	if len(f.Roles) == 0 {
		return nil, nil
	}
	for {
		us, next, err := s.store.Users(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, u := range us {
			if u.MayMediate(s.today(), s.wanted()) == nil {
				out = append(out, u)
			}
		}
		if f.Cursor = next; next == "" {
			return out, nil
		}
	}
}

// Department is one department.
func (s *Service) Department(ctx context.Context, id app.ID) (app.Department, error) {
	return s.store.Department(ctx, id)
}

// Consortium is one group of Comuni.
func (s *Service) Consortium(ctx context.Context, id app.ID) (app.Consortium, error) {
	return s.store.Consortium(ctx, id)
}

func named(id app.ID, name string) error {
	if !id.Valid() {
		return app.E(app.CodeMalformed).At("id")
	}
	if name == "" {
		return app.E(app.CodeRequired).At("name")
	}
	return nil
}

// change is one act on what the body consists of, as the log tells it.
type change struct {
	id, department app.ID
	name           string
	before, after  any // nil for none
}

// changed tells a save; version 0 is that of a thing that was not there.
func changed(id, department app.ID, name string, before any, version int, after any) change {
	if version == 0 {
		before = nil
	}
	return change{id, department, name, before, after}
}

// gone tells a deletion.
func gone(id, department app.ID, name string, before any) change {
	return change{id, department, name, before, nil}
}

// save does one act and records it, alone among the acts on the body.
func (s *Service) save(ctx context.Context, e app.Event, act func(Tx) (change, error)) error {
	return s.store.Write(ctx, func(tx Tx) error {
		if err := tx.HoldBody(); err != nil {
			return err
		}
		c, err := act(tx)
		if err != nil {
			return err
		}
		e := e
		e.Target, e.TargetDept, e.TargetName = c.id, c.department, c.name
		for into, what := range map[*json.RawMessage]any{&e.Before: c.before, &e.After: c.after} {
			if what == nil {
				continue
			}
			if *into, err = json.Marshal(what); err != nil {
				return err
			}
		}
		return tx.Record(e)
	})
}
