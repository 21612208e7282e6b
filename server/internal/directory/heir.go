package directory

import (
	"context"
	"slices"

	"indagor/app"
)

// free makes sure that nobody depends on a user who stops being what he was:
// those who do go where the request says, or the request is refused with who
// they are.
func (s *Service) free(ctx context.Context, tx Tx, caller app.Caller, u app.User, newMediator, newAdmin app.ID, after app.User) error {
	if !u.Role.Administrative() {
		return nil
	}
	stands := after.MayStand(s.today())
	stillMediates := after.MayMediate(s.today(), s.wanted()) == nil
	stillHeads := stands && after.Role == app.RoleAdmin && after.Department == u.Department
	heir, err := s.heirs(ctx, tx, u.ID, newMediator, newAdmin)
	if err != nil {
		return err
	}
	left, err := left(ctx, tx, u.ID, !stillMediates, !stillHeads)
	if err != nil {
		return err
	}
	var stuck []app.User
	for _, d := range left {
		if d.mediated && newMediator == "" || d.headed && newAdmin == "" {
			stuck = append(stuck, d.User)
		}
	}
	if len(stuck) > 0 {
		return app.E(app.CodeDependants, "count", itoa(len(stuck)), "names", app.FirstNames(app.FullNames(stuck)))
	}
	for _, d := range left {
		if err := s.inherit(ctx, tx, caller, d, u.ID, newMediator, heir); err != nil {
			return err
		}
	}
	return nil
}

// dependant is one who is left without his Mediator, his ADMIN or both.
type dependant struct {
	app.User
	mediated, headed bool
}

// left are those who depend on a user who no longer mediates, no longer heads
// or neither, each once.
func left(ctx context.Context, tx Tx, id app.ID, mediation, head bool) ([]dependant, error) {
	var out []dependant
	if mediation {
		ds, err := tx.UsersOfMediator(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, d := range ds {
			out = append(out, dependant{User: d, mediated: true})
		}
	}
	if head {
		ds, err := tx.UsersOfAdmin(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, d := range ds {
			if i := slices.IndexFunc(out, func(x dependant) bool { return x.ID == d.ID }); i >= 0 {
				out[i].headed = true
			} else {
				out = append(out, dependant{User: d, headed: true})
			}
		}
	}
	return out, nil
}

// inherit gives a dependant to the heirs, wholly: half moved he would still
// rely on whom he leaves.
func (s *Service) inherit(ctx context.Context, tx Tx, caller app.Caller, x dependant, leaving, mediator app.ID, admin app.User) error {
	field := "new_mediator"
	if x.headed {
		field = "new_admin"
	}
	unfit := func(err error) error {
		if app.CodeOf(err) == app.CodeInternal {
			return err
		}
		return app.E(app.CodeDependantUnfit, "name", x.FullName()).At(field).Because(err)
	}
	d := x.User
	if x.mediated {
		replaceMediator(&d.Profile, leaving, mediator)
	}
	if x.headed {
		if _, err := fit(ctx, tx, &d, admin, Terms{}); err != nil {
			return unfit(err)
		}
	}
	if err := s.check(ctx, tx, caller, d, x.Profile); err != nil {
		return unfit(err)
	}
	d.Updated = tx.Now()
	if err := put(tx, caller, d, x.User); err != nil {
		return err
	}
	return tx.Record(edited(caller, x.User, d))
}

// heirs checks those to whom the dependants of a user go, where any are named,
// and returns the ADMIN among them. The user himself is no heir.
func (s *Service) heirs(ctx context.Context, tx Reader, leaving, mediator, admin app.ID) (a app.User, err error) {
	if mediator != "" {
		m, err := tx.User(ctx, mediator)
		switch {
		case err != nil && app.CodeOf(err) != app.CodeNotFound:
			return a, err
		case err != nil || mediator == leaving:
			return a, app.E(app.CodeProfileMediator).At("new_mediator")
		}
		if e := m.MayMediate(s.today(), s.wanted()); e != nil {
			return a, e.At("new_mediator")
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
	case !a.MayStand(s.today()):
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
