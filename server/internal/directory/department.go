package directory

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"indagor/app"
)

// OfficeRename gives an office of a department another name.
type OfficeRename struct{ From, To string }

// mostOffice is the longest name of an office, in characters.
const mostOffice = 100

// DepartmentSummaries lists the departments with how much hangs on each.
func (s *Service) DepartmentSummaries(ctx context.Context) ([]app.DepartmentSummary, error) {
	ds, err := s.store.Departments(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := s.store.DepartmentCounts(ctx)
	if err != nil {
		return nil, err
	}
	ps, err := s.store.Purposes(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, p := range ps {
		if c := counts[p.Department]; !p.Withdrawn {
			c.Purposes++
			counts[p.Department] = c
		}
	}
	out := make([]app.DepartmentSummary, len(ds))
	for i, d := range ds {
		out[i] = app.DepartmentSummary{Department: d, DepartmentCounts: counts[d.ID]}
	}
	return out, nil
}

// DepartmentDetail is one department with its ADMINs, offices and purposes, and
// who is in them.
func (s *Service) DepartmentDetail(ctx context.Context, id app.ID) (app.DepartmentDetail, error) {
	d, err := s.store.Department(ctx, id)
	if err != nil {
		return app.DepartmentDetail{}, err
	}
	users, err := s.store.UsersOfDepartment(ctx, id)
	if err != nil {
		return app.DepartmentDetail{}, err
	}
	places, err := s.store.WorkstationsOfDepartment(ctx, id)
	if err != nil {
		return app.DepartmentDetail{}, err
	}
	purposes, err := s.store.Purposes(ctx, id)
	if err != nil {
		return app.DepartmentDetail{}, err
	}
	out := app.DepartmentDetail{Department: d, Heads: []app.Holder{}, OfficeUses: []app.OfficeUse{}, PurposeUses: []app.PurposeUse{}}
	for _, name := range d.Offices {
		out.OfficeUses = append(out.OfficeUses, app.OfficeUse{Name: name})
	}
	office := func(name string) *app.OfficeUse {
		for i := range out.OfficeUses {
			if out.OfficeUses[i].Name == name {
				return &out.OfficeUses[i]
			}
		}
		return &app.OfficeUse{}
	}
	for _, u := range users {
		if u.Role == app.RoleAdmin {
			out.Heads = append(out.Heads, u.Holder())
		}
		switch {
		case u.Role.Operative():
			out.Operators++
		case u.Role == app.RoleAdmin && u.Enabled:
			out.Admins++
		}
		office(u.Office).Users++
	}
	for _, w := range places {
		if w.State != app.WorkstationRevoked {
			out.Workstations++
			office(w.Office).Workstations++
		}
	}
	for _, p := range purposes {
		use := app.PurposeUse{Purpose: p}
		for _, u := range users {
			if !slices.Contains(u.Profile.Purposes, p.ID) {
				continue
			}
			use.Users++
			if !slices.ContainsFunc(purposes, func(o app.Purpose) bool {
				return o.ID != p.ID && !o.Withdrawn && slices.Contains(u.Profile.Purposes, o.ID)
			}) {
				use.Alone++
			}
		}
		if !p.Withdrawn {
			out.Purposes++
		}
		out.PurposeUses = append(out.PurposeUses, use)
	}
	return out, nil
}

// SaveDepartment makes a department, where its version is 0, or changes it.
// Who is in an office that is renamed follows; an office in which somebody is
// cannot be left out.
func (s *Service) SaveDepartment(ctx context.Context, caller app.Caller, d app.Department, renamed []OfficeRename) (app.Department, error) {
	d.Name = strings.TrimSpace(d.Name)
	d.Offices = slices.Clone(d.Offices)
	if err := named(d.ID, d.Name); err != nil {
		return d, err
	}
	if err := checkOffices(d.Offices); err != nil {
		return d, err
	}
	err := s.save(ctx, caller.Event(app.ClassAdmin, app.EventDepartment), func(tx Tx) (change, error) {
		all, err := tx.Departments(ctx)
		if err != nil {
			return change{}, err
		}
		var before app.Department
		for _, o := range all {
			if o.ID == d.ID {
				before = o
			} else if strings.EqualFold(o.Name, d.Name) {
				return change{}, app.E(app.CodeTaken).At("name")
			}
		}
		if before.Version != d.Version {
			return change{}, app.E(app.CodeChanged).At("version")
		}
		if err := s.moveOffices(ctx, tx, caller, before, d, renamed); err != nil {
			return change{}, err
		}
		if err := tx.PutDepartment(d); err != nil {
			return change{}, err
		}
		d.Version++
		return changed(d.ID, d.ID, d.Name, before, before.Version, d), nil
	})
	return d, err
}

// checkOffices trims the names of offices and refuses what is no name, or two
// of one name.
func checkOffices(offices []string) error {
	var es app.Errors
	for i := range offices {
		offices[i] = strings.TrimSpace(offices[i])
		field := "offices." + itoa(i)
		switch name := offices[i]; {
		case name == "":
			es = append(es, app.E(app.CodeRequired).At(field))
		case len([]rune(name)) > mostOffice:
			es = append(es, app.E(app.CodeTooLong, "most", strconv.Itoa(mostOffice)).At(field))
		case slices.ContainsFunc(offices[:i], func(o string) bool { return strings.EqualFold(o, name) }):
			es = append(es, app.E(app.CodeTaken).At(field))
		}
	}
	return es.Err()
}

// moveOffices renames the offices for those who are in them, and refuses where
// one is gone in which somebody or something is.
func (s *Service) moveOffices(ctx context.Context, tx Tx, caller app.Caller, before, after app.Department, renamed []OfficeRename) error {
	name := map[string]string{} // former name to the present one
	for i, r := range renamed {
		from, to := strings.TrimSpace(r.From), strings.TrimSpace(r.To)
		if !slices.Contains(before.Offices, from) || !slices.Contains(after.Offices, to) || name[from] != "" {
			return app.E(app.CodeInvalid).At("renamed." + itoa(i))
		}
		name[from] = to
	}
	gone := func(office string) bool {
		return name[office] == "" && slices.Contains(before.Offices, office) && !slices.Contains(after.Offices, office)
	}
	moved := func(office string) (string, bool) {
		to, ok := name[office]
		return to, ok && to != office
	}
	if len(before.Offices) == 0 {
		return nil
	}
	users, err := tx.UsersOfDepartment(ctx, before.ID)
	if err != nil {
		return err
	}
	places, err := tx.WorkstationsOfDepartment(ctx, before.ID)
	if err != nil {
		return err
	}
	var es app.Errors
	if in := keepIf(users, func(u app.User) bool { return gone(u.Office) }); len(in) > 0 {
		es = append(es, usedBy(app.CodeUsedByUsers, app.FullNames(in)).At("offices"))
	}
	if in := keepIf(places, func(w app.Workstation) bool { return w.State != app.WorkstationRevoked && gone(w.Office) }); len(in) > 0 {
		es = append(es, usedBy(app.CodeUsedByStations, placeNames(in)).At("offices"))
	}
	if err := es.Err(); err != nil {
		return err
	}
	for _, u := range users {
		to, ok := moved(u.Office)
		if !ok {
			continue
		}
		was := u
		u.Office, u.Updated = to, tx.Now()
		if err := tx.UpdateUser(u); err != nil {
			return err
		}
		u.Version++
		if err := tx.Record(about(caller.Event(app.ClassAdmin, app.EventUserChanged), u, was, u)); err != nil {
			return err
		}
	}
	for _, w := range places {
		to, ok := moved(w.Office)
		if !ok {
			continue
		}
		was := w
		w.Office = to
		if err := tx.UpdateWorkstation(w); err != nil {
			return err
		}
		w.Version++
		e := caller.Event(app.ClassAdmin, app.EventWorkstationChanged)
		e.Target, e.TargetDept, e.TargetName = w.ID, w.Department, w.Name
		if e.Before, err = json.Marshal(was); err != nil {
			return err
		}
		if e.After, err = json.Marshal(w); err != nil {
			return err
		}
		if err := tx.Record(e); err != nil {
			return err
		}
	}
	return tx.RenameTokenOffices(before.ID, name)
}

// DeleteDepartment deletes a department that nothing refers to; otherwise the
// refusals say what does. One to which an operator ever belonged stays, for
// what happened in it.
func (s *Service) DeleteDepartment(ctx context.Context, caller app.Caller, id app.ID, version int) error {
	return s.save(ctx, caller.Event(app.ClassAdmin, app.EventDepartmentDeleted), func(tx Tx) (change, error) {
		d, err := tx.Department(ctx, id)
		if err != nil {
			return change{}, err
		}
		if d.Version != version {
			return change{}, app.E(app.CodeChanged).At("version")
		}
		users, err := tx.UsersOfDepartment(ctx, id)
		if err != nil {
			return change{}, err
		}
		places, err := tx.WorkstationsOfDepartment(ctx, id)
		if err != nil {
			return change{}, err
		}
		purposes, err := tx.Purposes(ctx, id)
		if err != nil {
			return change{}, err
		}
		tokens, err := tx.TokensOfDepartment(ctx, id)
		if err != nil {
			return change{}, err
		}
		var es app.Errors
		if len(users) > 0 {
			es = append(es, usedBy(app.CodeUsedByUsers, app.FullNames(users)))
		}
		if len(places) > 0 {
			es = append(es, usedBy(app.CodeUsedByStations, placeNames(places)))
		}
		if len(purposes) > 0 {
			var all []string
			for _, p := range purposes {
				all = append(all, p.Name)
			}
			es = append(es, usedBy(app.CodeUsedByPurposes, all))
		}
		if len(tokens) > 0 {
			es = append(es, usedBy(app.CodeUsedByTokens, tokens))
		}
		if len(es) == 0 {
			past, err := tx.DepartmentHasPast(ctx, id)
			if err != nil {
				return change{}, err
			}
			if past {
				es = append(es, app.E(app.CodeUsedByPast))
			}
		}
		if err := es.Err(); err != nil {
			return change{}, err
		}
		return gone(id, id, d.Name, d), tx.DeleteDepartment(id, version)
	})
}

func keepIf[T any](all []T, is func(T) bool) []T {
	var out []T
	for _, x := range all {
		if is(x) {
			out = append(out, x)
		}
	}
	return out
}

// usedBy is the refusal that names who or what refers to a thing.
func usedBy(code app.Code, all []string) *app.Error {
	return app.E(code, "count", itoa(len(all)), "names", app.FirstNames(all))
}

func placeNames(ws []app.Workstation) []string {
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = w.Name
	}
	return out
}
