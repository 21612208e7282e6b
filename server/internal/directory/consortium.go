package directory

import (
	"context"
	"slices"
	"strings"

	"indagor/app"
)

// ConsortiumSummaries lists the groups of Comuni with the number of their users.
func (s *Service) ConsortiumSummaries(ctx context.Context) ([]app.ConsortiumSummary, error) {
	cs, err := s.store.Consortia(ctx)
	if err != nil {
		return nil, err
	}
	users, err := s.store.UsersOfGroups(ctx)
	if err != nil {
		return nil, err
	}
	n := map[app.ID]int{}
	for _, u := range users {
		for _, id := range u.Profile.Groups() {
			n[id]++
		}
	}
	out := make([]app.ConsortiumSummary, len(cs))
	for i, c := range cs {
		out[i] = app.ConsortiumSummary{Consortium: c, Users: n[c.ID]}
	}
	return out, nil
}

// ConsortiumDetail is one group of Comuni with its users.
func (s *Service) ConsortiumDetail(ctx context.Context, id app.ID) (app.ConsortiumDetail, error) {
	c, err := s.store.Consortium(ctx, id)
	if err != nil {
		return app.ConsortiumDetail{}, err
	}
	users, err := s.within(ctx, s.store, id)
	out := app.ConsortiumDetail{Consortium: c, Users: []app.Holder{}}
	for _, u := range users {
		out.Users = append(out.Users, u.Holder())
	}
	return out, err
}

// within are the users whose scope is the group.
func (s *Service) within(ctx context.Context, r Reader, id app.ID) ([]app.User, error) {
	users, err := r.UsersNaming(ctx, id)
	return keepIf(users, func(u app.User) bool { return slices.Contains(u.Profile.Groups(), id) }), err
}

// SaveConsortium makes a group of Comuni, where its version is 0, or changes
// it. A Comune that has ceased is replaced by the one of which it is a part
// today, where that is known; every Comune stands in the group once.
func (s *Service) SaveConsortium(ctx context.Context, caller app.Caller, c app.Consortium) (app.Consortium, error) {
	c.Name = strings.TrimSpace(c.Name)
	if err := named(c.ID, c.Name); err != nil {
		return c, err
	}
	var es app.Errors
	var today []string
	for i, istat := range c.Comuni {
		field := "comuni." + itoa(i)
		now, ok := s.atlas.Today(istat)
		former := s.atlas.ByISTAT(istat)
		switch {
		case ok && !slices.Contains(today, now.ISTAT):
			today = append(today, now.ISTAT)
		case ok: // stands there already
		case len(former) > 0:
			es = append(es, app.E(app.CodePlaceCeased, "name", former[len(former)-1].Name).At(field))
		default:
			es = append(es, app.E(app.CodePlaceUnknown).At(field))
		}
	}
	if err := es.Err(); err != nil {
		return c, err
	}
	if len(today) == 0 {
		return c, app.E(app.CodeRequired).At("comuni")
	}
	c.Comuni = today
	err := s.save(ctx, caller.Event(app.ClassAdmin, app.EventConsortium), func(tx Tx) (change, error) {
		all, err := tx.Consortia(ctx)
		if err != nil {
			return change{}, err
		}
		var before app.Consortium
		for _, o := range all {
			if o.ID == c.ID {
				before = o
			} else if strings.EqualFold(o.Name, c.Name) {
				return change{}, app.E(app.CodeTaken).At("name")
			}
		}
		if before.Version != c.Version {
			return change{}, app.E(app.CodeChanged).At("version")
		}
		if err := tx.PutConsortium(c); err != nil {
			return change{}, err
		}
		c.Version++
		return changed(c.ID, "", c.Name, before, before.Version, c), nil
	})
	return c, err
}

// DeleteConsortium deletes a group that is nobody's scope; otherwise the
// refusal says whose it is.
func (s *Service) DeleteConsortium(ctx context.Context, caller app.Caller, id app.ID, version int) error {
	return s.save(ctx, caller.Event(app.ClassAdmin, app.EventConsortiumDeleted), func(tx Tx) (change, error) {
		c, err := tx.Consortium(ctx, id)
		if err != nil {
			return change{}, err
		}
		if c.Version != version {
			return change{}, app.E(app.CodeChanged).At("version")
		}
		users, err := s.within(ctx, tx, id)
		if err != nil {
			return change{}, err
		}
		if len(users) > 0 {
			return change{}, usedBy(app.CodeUsedByUsers, app.FullNames(users))
		}
		return gone(id, "", c.Name, c), tx.DeleteConsortium(id, version)
	})
}
