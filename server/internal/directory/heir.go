package directory

import (
	"context"

	"indagor/app"
)

// free makes sure that nobody depends on a user who stops being what he was:
// those who do go where the request says, or the request is refused with who
// they are.
func (s *Service) free(ctx context.Context, tx Tx, caller app.Caller, u app.User, newMediator, newAdmin app.ID, after app.User) error {
	if !u.Role.Administrative() {
		return nil
	}
	stillMediates := after.Enabled && app.PermMediate.Grant(after.Role).Reach != app.ReachNone && after.OperatorID != ""
	stillHeads := after.Enabled && after.Role == app.RoleAdmin && after.Department == u.Department
	heir, err := heirs(ctx, tx, u.ID, newMediator, newAdmin)
	if err != nil {
		return err
	}
	var stuck []string
	move := func(d app.User, field string, change func(*app.User) error) error {
		unfit := func(err error) error {
			if app.CodeOf(err) == app.CodeInternal {
				return err
			}
			return app.E(app.CodeDependantUnfit, "name", d.FullName()).At(field).Because(err)
		}
		// Read again: the same person may depend on both counts.
		d, err := tx.User(ctx, d.ID)
		if err != nil {
			return err
		}
		before := d
		if err := change(&d); err != nil {
			return unfit(err)
		}
		if err := s.check(ctx, tx, caller, d, before.Profile); err != nil {
			return unfit(err)
		}
		d.Updated = tx.Now()
		if err := put(tx, caller, d, before); err != nil {
			return err
		}
		return tx.Record(about(caller.Event(app.ClassAdmin, app.EventUserChanged), d, before, d))
	}
	if !stillMediates {
		ds, err := tx.UsersOfMediator(ctx, u.ID)
		if err != nil {
			return err
		}
		for _, d := range ds {
			if newMediator == "" {
				stuck = append(stuck, d.FullName())
				continue
			}
			if err := move(d, "new_mediator", func(d *app.User) error { replaceMediator(&d.Profile, u.ID, newMediator); return nil }); err != nil {
				return err
			}
		}
	}
	if !stillHeads {
		ds, err := tx.UsersOfAdmin(ctx, u.ID)
		if err != nil {
			return err
		}
		for _, d := range ds {
			if newAdmin == "" {
				stuck = append(stuck, d.FullName())
				continue
			}
			if err := move(d, "new_admin", func(d *app.User) error { _, err := fit(ctx, tx, d, heir, Terms{}); return err }); err != nil {
				return err
			}
		}
	}
	if len(stuck) > 0 {
		return app.E(app.CodeDependants, "count", itoa(len(stuck)), "names", names(stuck))
	}
	return nil
}

// heirs checks those to whom the dependants of a user go, where any are named,
// and returns the ADMIN among them. The user himself is no heir.
func heirs(ctx context.Context, tx Reader, leaving, mediator, admin app.ID) (a app.User, err error) {
	if mediator != "" {
		m, err := tx.User(ctx, mediator)
		switch {
		case err != nil && app.CodeOf(err) != app.CodeNotFound:
			return a, err
		case err != nil || mediator == leaving || m.OperatorID == "" || app.PermMediate.Grant(m.Role).Reach == app.ReachNone:
			return a, app.E(app.CodeProfileMediator).At("new_mediator")
		case !m.Enabled:
			return a, app.E(app.CodeProfileMediatorOff, "name", m.FullName()).At("new_mediator")
		}
	}
	if admin == "" {
		return a, nil
	}
	a, err = tx.User(ctx, admin)
	switch {
	case err != nil && app.CodeOf(err) != app.CodeNotFound:
		return a, err
	case err != nil || admin == leaving || a.Role != app.RoleAdmin:
		return a, app.E(app.CodeAdminAbsent).At("new_admin")
	case !a.Enabled:
		return a, app.E(app.CodeAdminDisabled).At("new_admin")
	}
	return a, nil
}

func replaceMediator(p *app.Profile, old, fresh app.ID) {
	swap := func(w *app.Way) {
		if w.Kind == app.WayMediator && w.Mediator == old {
			w.Mediator = fresh
		}
	}
	if p.Visure != nil {
		v := *p.Visure
		swap(&v.Way)
		p.Visure = &v
	}
	for _, b := range []**app.BulkProfile{&p.Enrichment, &p.Household} {
		if *b != nil {
			c := **b
			swap(&c.Way)
			*b = &c
		}
	}
}
