package directory

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"indagor/app"
)

// Departments lists the departments of the body.
func (s *Service) Departments(ctx context.Context) ([]app.Department, error) {
	return s.store.Departments(ctx)
}

// Purposes lists the purposes of the departments that the caller administers.
func (s *Service) Purposes(ctx context.Context, caller app.Caller) ([]app.Purpose, error) {
	if app.PermManageOperators.Grant(caller.User.Role).Reach == app.ReachAll {
		return s.store.Purposes(ctx, "")
	}
	return s.store.Purposes(ctx, caller.User.Department)
}

// Own lists the purposes that the caller may state himself.
func (s *Service) Own(ctx context.Context, caller app.Caller) ([]app.Purpose, error) {
	if len(caller.User.Profile.Purposes) == 0 {
		return nil, nil
	}
	all, err := s.store.Purposes(ctx, caller.User.Department)
	return slices.DeleteFunc(all, func(p app.Purpose) bool { return !slices.Contains(caller.User.Profile.Purposes, p.ID) }), err
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
// department: those whom a profile may name as Mediator.
func (s *Service) Mediators(ctx context.Context) ([]app.User, error) {
	var out []app.User
	on := true
	f := app.UserFilter{Enabled: &on, Limit: 500}
	for _, r := range app.Roles {
		if app.PermMediate.Grant(r).Reach != app.ReachNone {
			f.Roles = append(f.Roles, r)
		}
	}
	for {
		us, next, err := s.store.Users(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, u := range us {
			if u.OperatorID != "" {
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

// SaveDepartment makes or changes a department.
func (s *Service) SaveDepartment(ctx context.Context, caller app.Caller, d app.Department) (app.Department, error) {
	d.Name = strings.TrimSpace(d.Name)
	if err := named(d.ID, d.Name); err != nil {
		return d, err
	}
	return d, s.save(ctx, caller.Event(app.ClassAdmin, app.EventDepartment), d.ID, d.ID, d.Name, d, func(tx Tx) (any, error) {
		before, err := tx.Department(ctx, d.ID)
		return before, keep(err, func() error { return tx.PutDepartment(d) })
	})
}

// SavePurpose makes or changes a purpose.
func (s *Service) SavePurpose(ctx context.Context, caller app.Caller, p app.Purpose) (app.Purpose, error) {
	p.Name = strings.TrimSpace(p.Name)
	if err := named(p.ID, p.Name); err != nil {
		return p, err
	}
	return p, s.save(ctx, caller.Event(app.ClassAdmin, app.EventPurpose), p.ID, p.Department, p.Name, p, func(tx Tx) (any, error) {
		if _, err := tx.Department(ctx, p.Department); err != nil {
			return nil, app.E(app.CodeDepartmentAbsent).At("department").Because(err)
		}
		before, err := tx.Purpose(ctx, p.ID)
		return before, keep(err, func() error { return tx.PutPurpose(p) })
	})
}

// SaveConsortium makes or changes a group of Comuni.
func (s *Service) SaveConsortium(ctx context.Context, caller app.Caller, c app.Consortium) (app.Consortium, error) {
	c.Name = strings.TrimSpace(c.Name)
	if err := named(c.ID, c.Name); err != nil {
		return c, err
	}
	for i, istat := range c.Comuni {
		if len(s.atlas.ByISTAT(istat)) == 0 {
			return c, app.E(app.CodePlaceUnknown).At("comuni." + itoa(i))
		}
	}
	if len(c.Comuni) == 0 {
		return c, app.E(app.CodeRequired).At("comuni")
	}
	return c, s.save(ctx, caller.Event(app.ClassAdmin, app.EventConsortium), c.ID, "", c.Name, c, func(tx Tx) (any, error) {
		before, err := tx.Consortium(ctx, c.ID)
		return before, keep(err, func() error { return tx.PutConsortium(c) })
	})
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

// keep goes on where a thing is found or new, and not where reading failed.
func keep(err error, put func() error) error {
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return err
	}
	return put()
}

func (s *Service) save(ctx context.Context, e app.Event, id, department app.ID, name string, after any, put func(Tx) (any, error)) error {
	return s.store.Write(ctx, func(tx Tx) error {
		before, err := put(tx)
		if err != nil {
			return err
		}
		e.Target, e.TargetDept, e.TargetName = id, department, name
		if e.Before, err = json.Marshal(before); err != nil {
			return err
		}
		if e.After, err = json.Marshal(after); err != nil {
			return err
		}
		return tx.Record(e)
	})
}
