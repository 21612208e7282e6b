package directory

import (
	"context"
	"slices"
	"strings"

	"indagor/app"
)

// SavePurpose makes a purpose, where its version is 0, or changes it. One that
// is withdrawn stays where it stands and is no longer to be stated. A purpose
// that profiles name stays in its department.
func (s *Service) SavePurpose(ctx context.Context, caller app.Caller, p app.Purpose) (app.Purpose, error) {
	p.Name, p.LegalBasis = strings.TrimSpace(p.Name), strings.TrimSpace(p.LegalBasis)
	if err := named(p.ID, p.Name); err != nil {
		return p, err
	}
	err := s.save(ctx, caller.Event(app.ClassAdmin, app.EventPurpose), func(tx Tx) (change, error) {
		if _, err := tx.Department(ctx, p.Department); app.CodeOf(err) == app.CodeNotFound {
			return change{}, app.E(app.CodeDepartmentAbsent).At("department")
		} else if err != nil {
			return change{}, err
		}
		before, err := tx.Purpose(ctx, p.ID)
		if err != nil && app.CodeOf(err) != app.CodeNotFound {
			return change{}, err
		}
		if before.Version != p.Version {
			return change{}, app.E(app.CodeChanged).At("version")
		}
		others, err := tx.Purposes(ctx, p.Department)
		if err != nil {
			return change{}, err
		}
		for _, o := range others {
			if o.ID != p.ID && strings.EqualFold(o.Name, p.Name) {
				return change{}, app.E(app.CodeTaken).At("name")
			}
		}
		if before.Version > 0 && before.Department != p.Department {
			if users, err := s.stating(ctx, tx, before.ID); err != nil {
				return change{}, err
			} else if len(users) > 0 {
				return change{}, usedBy(app.CodeUsedByUsers, app.FullNames(users)).At("department")
			}
		}
		if err := tx.PutPurpose(p); err != nil {
			return change{}, err
		}
		p.Version++
		return changed(p.ID, p.Department, p.Name, before, before.Version, p), nil
	})
	return p, err
}

// DeletePurpose deletes a purpose that no profile names; otherwise the refusal
// says whose do. What was asked under it keeps its name.
func (s *Service) DeletePurpose(ctx context.Context, caller app.Caller, id app.ID, version int) error {
	return s.save(ctx, caller.Event(app.ClassAdmin, app.EventPurposeDeleted), func(tx Tx) (change, error) {
		p, err := tx.Purpose(ctx, id)
		if err != nil {
			return change{}, err
		}
		if p.Version != version {
			return change{}, app.E(app.CodeChanged).At("version")
		}
		users, err := s.stating(ctx, tx, id)
		if err != nil {
			return change{}, err
		}
		if len(users) > 0 {
			return change{}, usedBy(app.CodeUsedByUsers, app.FullNames(users))
		}
		return gone(id, p.Department, p.Name, p), tx.DeletePurpose(id, version)
	})
}

// stating are the users in whose profile the purpose stands.
func (s *Service) stating(ctx context.Context, r Reader, id app.ID) ([]app.User, error) {
	users, err := r.UsersNaming(ctx, id)
	return keepIf(users, func(u app.User) bool { return slices.Contains(u.Profile.Purposes, id) }), err
}
