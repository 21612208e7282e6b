package directory

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"indagor/app"
)

// Terms are what a move says of those whose profile does not fit where they
// go.
type Terms struct {
	Purposes       []app.ID // of the new department, for those who keep none of theirs
	Mediator       app.ID   // for those who reach ANPR through the ADMIN whom they leave
	AnyWorkstation bool     // those all of whose listed workstations stay behind may use any approved one
}

// Fit is what of a profile changes with a move.
type Fit struct {
	LostPurposes, GivenPurposes []string // by name
	LostOffice                  string
	LostWorkstations            []string
	LeftMediator                string // still the Mediator, though he is the ADMIN who is left
}

// Move is one operator of a planned move.
type Move struct {
	User     app.User // as he is; only with an id where he does not exist for the caller
	Admin    string   // the ADMIN whom he leaves
	After    app.User // as he would be
	Fit      Fit
	Refusals app.Errors // why he cannot go; none where he can
}

// Plan is what a move would do.
type Plan struct {
	Admin app.User // to whom they go
	Moves []Move
}

// MoveRequest moves operators to an ADMIN: those listed, or all those of From.
type MoveRequest struct {
	Admin     app.ID
	From      app.ID
	Operators []app.ID
	Versions  []int // with Operators, when the move is run: as the preview had them
	Terms     Terms
}

// fit brings what of an operator's profile belongs to the department that he
// leaves to what the new one has: purposes of the same name stay, the office
// where the new department has one so called, listed workstations where they
// belong to it.
func fit(ctx context.Context, r Reader, u *app.User, to app.User, t Terms) (Fit, error) {
	var f Fit
	left := u.Admin
	from := u.Department
	u.Admin, u.Department = to.ID, to.Department
	if slices.Contains(u.Profile.Mediators(), left) {
		if t.Mediator != "" {
			replaceMediator(&u.Profile, left, t.Mediator)
		} else if m, err := r.User(ctx, left); err == nil {
			f.LeftMediator = m.FullName()
		}
	}
	if from == to.Department {
		return f, nil
	}
	if err := fitPurposes(ctx, r, u, from, t, &f); err != nil {
		return f, err
	}
	if u.Office != "" {
		d, err := r.Department(ctx, to.Department)
		if err != nil {
			return f, err
		}
		if i := slices.IndexFunc(d.Offices, func(o string) bool { return strings.EqualFold(o, u.Office) }); i >= 0 {
			u.Office = d.Offices[i]
		} else {
			f.LostOffice, u.Office = u.Office, ""
		}
	}
	var kept []app.ID
	for _, id := range u.Profile.WorkstationID {
		w, err := r.Workstation(ctx, id)
		switch {
		case err == nil && w.Department == to.Department:
			kept = append(kept, id)
		case err == nil:
			f.LostWorkstations = append(f.LostWorkstations, w.Name)
		case app.CodeOf(err) != app.CodeNotFound:
			return f, err
		}
	}
	if len(kept) == 0 && len(u.Profile.WorkstationID) > 0 && !t.AnyWorkstation {
		// An empty list would let him work everywhere.
		return f, app.E(app.CodeListedElsewhere).At("profile.workstation_ids")
	}
	u.Profile.WorkstationID = kept
	return f, nil
}

func fitPurposes(ctx context.Context, r Reader, u *app.User, from app.ID, t Terms, f *Fit) error {
	fresh, err := r.Purposes(ctx, u.Department)
	if err != nil {
		return err
	}
	fresh = slices.DeleteFunc(fresh, func(p app.Purpose) bool { return p.Withdrawn })
	had, err := r.Purposes(ctx, from)
	if err != nil {
		return err
	}
	before := u.Profile.Purposes
	u.Profile.Purposes = samePurposes(before, had, fresh)
	for _, p := range had {
		if slices.Contains(before, p.ID) && !slices.ContainsFunc(fresh, func(n app.Purpose) bool { return strings.EqualFold(n.Name, p.Name) }) {
			f.LostPurposes = append(f.LostPurposes, p.Name)
		}
	}
	if len(u.Profile.Purposes) > 0 || len(before) == 0 {
		return nil
	}
	u.Profile.Purposes = slices.Clone(t.Purposes)
	for _, p := range fresh {
		if slices.Contains(t.Purposes, p.ID) {
			f.GivenPurposes = append(f.GivenPurposes, p.Name)
		}
	}
	return nil
}

// samePurposes are those of the new department's (fresh) that are called as
// those which the user could state in the old one.
func samePurposes(ids []app.ID, old, fresh []app.Purpose) []app.ID {
	var out []app.ID
	for _, o := range old {
		if !slices.Contains(ids, o.ID) {
			continue
		}
		for _, f := range fresh {
			if strings.EqualFold(f.Name, o.Name) {
				out = append(out, f.ID)
			}
		}
	}
	return out
}

// Move assigns an operator to another ADMIN, and so to his department. The
// purposes that the new department does not have are taken away with the old
// ones; a profile that could not work any more is refused.
func (s *Service) Move(ctx context.Context, caller app.Caller, id, admin app.ID) (app.User, error) {
	return s.alter(ctx, caller, administered(ctx, caller, app.PermMoveOperators, id), func(tx Tx, u *app.User) (app.Event, error) {
		e := caller.Event(app.ClassAdmin, app.EventUserMoved)
		before := *u
		a, err := s.target(ctx, tx, admin)
		if err != nil {
			return e, err
		}
		if _, err := fit(ctx, tx, u, a, Terms{}); err != nil {
			return e, err
		}
		if err := s.check(ctx, tx, caller, *u, before.Profile); err != nil {
			return e, err
		}
		return about(e, *u, before, *u), nil
	})
}

// target is the ADMIN to whom operators are moved.
func (s *Service) target(ctx context.Context, r Reader, id app.ID) (app.User, error) {
	a, err := r.User(ctx, id)
	switch {
	case err != nil && app.CodeOf(err) != app.CodeNotFound:
		return a, err
	case err != nil || a.Role != app.RoleAdmin:
		return app.User{}, app.E(app.CodeAdminAbsent).At("admin")
	case !a.MayStand(s.today()):
		return app.User{}, app.E(app.CodeAdminDisabled).At("admin")
	}
	return a, nil
}

// PlanMoves tells what a move would do, and changes nothing.
func (s *Service) PlanMoves(ctx context.Context, caller app.Caller, r MoveRequest) (Plan, error) {
	return s.plan(ctx, s.store, caller, r)
}

func (s *Service) plan(ctx context.Context, r Reader, caller app.Caller, in MoveRequest) (Plan, error) {
	var p Plan
	var err error
	if p.Admin, err = s.target(ctx, r, in.Admin); err != nil {
		return p, err
	}
	if m := in.Terms.Mediator; m != "" {
		if _, err := s.heirs(ctx, r, "", m, ""); err != nil {
			e, ok := err.(*app.Error)
			if !ok {
				return p, err
			}
			return p, e.At("terms.mediator")
		}
	}
	ids := in.Operators
	if len(ids) == 0 && in.From != "" {
		us, err := r.UsersOfAdmin(ctx, in.From)
		if err != nil {
			return p, err
		}
		for _, u := range us {
			ids = append(ids, u.ID)
		}
	}
	if len(ids) == 0 {
		return p, app.E(app.CodeRequired).At("operators")
	}
	names := map[app.ID]string{}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return p, app.E(app.CodeInvalid).At("operators." + itoa(i))
		}
		m, err := s.move(ctx, r, caller, id, p.Admin, in.Terms)
		if err != nil {
			return p, err
		}
		if of := m.User.Admin; of != "" {
			if _, ok := names[of]; !ok {
				a, err := r.User(ctx, of)
				if err != nil && app.CodeOf(err) != app.CodeNotFound {
					return p, err
				}
				names[of] = a.FullName()
			}
			m.Admin = names[of]
		}
		p.Moves = append(p.Moves, m)
	}
	return p, nil
}

// move plans the move of one operator.
func (s *Service) move(ctx context.Context, r Reader, caller app.Caller, id app.ID, to app.User, t Terms) (Move, error) {
	u, err := r.User(ctx, id)
	if err == nil {
		err = may(app.PermMoveOperators, caller, u)
	}
	m := Move{User: u}
	if err == nil && u.Admin == to.ID {
		err = app.E(app.CodeHere)
	}
	if err == nil {
		m.After = u
		if m.Fit, err = fit(ctx, r, &m.After, to, t); err == nil {
			err = s.check(ctx, r, caller, m.After, u.Profile)
			if !u.Enabled && app.CodeOf(err) != app.CodeInternal {
				err = nil // an account that does not work is looked at when it is enabled
			}
		}
	}
	var many app.Errors
	var one *app.Error
	switch e := err.(type) {
	case nil:
		return m, nil
	case app.Errors:
		many = e
	case *app.Error:
		one = e
	default:
		return m, err
	}
	if one != nil {
		many = app.Errors{one}
		if one.Code == app.CodeNotFound {
			m.User = app.User{ID: id}
		}
	}
	m.Refusals = many
	return m, nil
}

// MoveResult is what a move has done.
type MoveResult struct {
	Moved int       `json:"moved"`
	At    time.Time `json:"at"`
}

// RunMoves moves operators as a preview said: all of them or, where one of them
// cannot go or has changed since, nobody. A second request under the key gives
// the first one's answer.
func (s *Service) RunMoves(ctx context.Context, caller app.Caller, key, digest string, in MoveRequest) (MoveResult, error) {
	var out MoveResult
	err := s.write(ctx, func(tx Tx) error {
		known, answer, err := tx.Repeat(ctx, caller.User.ID, "move|"+key)
		switch {
		case err == nil && known != digest:
			return app.E(app.CodeIdempotency)
		case err == nil:
			return json.Unmarshal([]byte(answer), &out)
		case app.CodeOf(err) != app.CodeNotFound:
			return err
		}
		if err := s.same(ctx, tx, in); err != nil {
			return err
		}
		p, err := s.plan(ctx, tx, caller, in)
		if err != nil {
			return err
		}
		var es app.Errors
		for i, m := range p.Moves {
			at := "operators." + itoa(i)
			for _, e := range m.Refusals {
				es = append(es, e.At(strings.TrimSuffix(at+"."+e.Field, ".")))
			}
			if len(m.Refusals) == 0 && m.User.Version != in.Versions[i] {
				es = append(es, app.E(app.CodeChanged).At(at))
			}
		}
		if err := es.Err(); err != nil {
			return err
		}
		for _, m := range p.Moves {
			m.After.Updated = tx.Now()
			if err := put(tx, caller, m.After, m.User); err != nil {
				return err
			}
			if err := tx.Record(about(caller.Event(app.ClassAdmin, app.EventUserMoved), m.After, m.User, m.After)); err != nil {
				return err
			}
		}
		out = MoveResult{len(p.Moves), tx.Now()}
		kept, err := json.Marshal(out)
		if err != nil {
			return err
		}
		return tx.KeepRepeat(caller.User.ID, "move|"+key, digest, string(kept))
	})
	return out, err
}

// same refuses a move of all operators of an ADMIN who are not those of the
// preview any more.
func (s *Service) same(ctx context.Context, r Reader, in MoveRequest) error {
	if len(in.Operators) == 0 || len(in.Versions) != len(in.Operators) {
		return app.E(app.CodeRequired).At("operators")
	}
	if in.From == "" {
		return nil
	}
	us, err := r.UsersOfAdmin(ctx, in.From)
	if err != nil {
		return err
	}
	now := make([]app.ID, len(us))
	for i, u := range us {
		now[i] = u.ID
	}
	then := slices.Sorted(slices.Values(in.Operators))
	if slices.Sort(now); !slices.Equal(now, then) {
		return app.E(app.CodeChanged).At("from")
	}
	return nil
}

// Admins lists every ADMIN with how many operators he has.
func (s *Service) Admins(ctx context.Context) ([]app.AdminLoad, error) {
	return s.store.AdminsWithOperators(ctx)
}

// Assignments lists who was assigned to whom, the newest first, with the names
// that the people have today.
func (s *Service) Assignments(ctx context.Context, f app.AssignmentFilter) (as []app.Assignment, names map[app.ID]string, next string, err error) {
	if as, next, err = s.store.Assignments(ctx, f); err != nil {
		return nil, nil, "", err
	}
	names = map[app.ID]string{}
	for _, a := range as {
		for _, id := range []app.ID{a.Operator, a.Admin, a.By} {
			if _, ok := names[id]; ok || id == "" {
				continue
			}
			u, err := s.store.User(ctx, id)
			if err != nil && app.CodeOf(err) != app.CodeNotFound {
				return nil, nil, "", err
			}
			names[id] = cmp.Or(u.FullName(), u.Username)
		}
	}
	return as, names, next, nil
}
