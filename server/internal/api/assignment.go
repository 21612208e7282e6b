package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"indagor/app"
	"indagor/server/internal/directory"
	"indagor/sync/wire"
)

func (a *API) registerAssignments() {
	register(a, wire.ListAdmins, func(ctx context.Context, _ *wire.None) (*wire.AdminsOutput, error) {
		as, err := a.Directory.Admins(ctx)
		items := make([]wire.AdminLoad, len(as))
		for i, x := range as {
			u := x.User
			items[i] = wire.AdminLoad{ID: u.ID, Username: u.Username, Name: u.Name, Surname: u.Surname, Department: u.Department, Enabled: u.Enabled, Operators: x.Operators}
		}
		return &wire.AdminsOutput{Body: wire.List[wire.AdminLoad]{Items: items}}, err
	})
	register(a, wire.ListAssignments, func(ctx context.Context, in *wire.AssignmentsInput) (*wire.AssignmentsOutput, error) {
		as, names, next, err := a.Directory.Assignments(ctx, app.AssignmentFilter{Operator: in.Operator, Admin: in.Admin, Limit: in.Limit, Cursor: in.Cursor})
		items := make([]wire.Assignment, len(as))
		for i, x := range as {
			items[i] = wire.Assignment{
				Operator: x.Operator, OperatorName: names[x.Operator], Admin: x.Admin, AdminName: names[x.Admin], Department: x.Department,
				Since: x.Since, By: x.By, ByName: names[x.By],
			}
			if !x.Until.IsZero() {
				items[i].Until = &as[i].Until
			}
		}
		return &wire.AssignmentsOutput{Body: wire.List[wire.Assignment]{Items: items, Next: next}}, err
	})
	register(a, wire.PlanMoves, func(ctx context.Context, in *wire.PlanMovesInput) (*wire.PlanMovesOutput, error) {
		b := in.Body
		p, err := a.Directory.PlanMoves(ctx, callerOf(ctx), directory.MoveRequest{Admin: b.Admin, From: b.From, Operators: b.Operators, Terms: directory.Terms(b.Terms)})
		if err != nil {
			return nil, err
		}
		out := &wire.PlanMovesOutput{Body: wire.MovePlan{Admin: p.Admin.ID, AdminName: p.Admin.FullName(), Department: p.Admin.Department}}
		for _, m := range p.Moves {
			out.Body.Moves = append(out.Body.Moves, plannedMove(m))
		}
		return out, nil
	})
	register(a, wire.RunMoves, func(ctx context.Context, in *wire.RunMovesInput) (*wire.RunMovesOutput, error) {
		b := in.Body
		digest, err := digestOf(b)
		if err != nil {
			return nil, err
		}
		r := directory.MoveRequest{Admin: b.Admin, From: b.From, Terms: directory.Terms(b.Terms)}
		for _, o := range b.Operators {
			r.Operators, r.Versions = append(r.Operators, o.ID), append(r.Versions, o.Version)
		}
		done, err := a.Directory.RunMoves(ctx, callerOf(ctx), in.Key, digest, r)
		out := &wire.RunMovesOutput{}
		out.Body.Moved, out.Body.At = done.Moved, done.At
		return out, err
	})
}

// digestOf tells one request from another under the same key.
func digestOf(body any) (string, error) {
	b, err := json.Marshal(body)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

func plannedMove(m directory.Move) wire.PlannedMove {
	u := m.User
	return wire.PlannedMove{
		Operator: u.ID, Username: u.Username, Name: u.FullName(), Role: u.Role, Enabled: u.Enabled, Version: u.Version,
		Admin: u.Admin, AdminName: m.Admin, Department: u.Department,
		LostPurposes: filled(m.Fit.LostPurposes), GivenPurposes: filled(m.Fit.GivenPurposes), LostOffice: m.Fit.LostOffice,
		LostWorkstations: filled(m.Fit.LostWorkstations), LeftMediator: m.Fit.LeftMediator, Refusals: problemItems(m.Refusals),
	}
}

func problemItems(es app.Errors) []wire.ProblemItem {
	items := make([]wire.ProblemItem, len(es))
	for i, e := range es {
		items[i] = wire.ProblemItem{Code: e.Code, Field: e.Field, Params: e.Params}
	}
	return items
}
