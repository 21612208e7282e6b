package ui

import (
	"context"

	"indagor/sync/wire"
	"indagor/ui/screen"
	"indagor/ui/screen/assignment"
)

// assignments makes the page of assignments.
func assignments(s *Shell, w *work) screen.Screen {
	return assignment.New(assignment.Options{Host: s, Desk: w.desk, Context: w.ctx, Say: s.Say, Lists: s.lists(w), Go: s.o.Go, Do: s.o.Do})
}

func (l *line) Admins(ctx context.Context) ([]wire.AdminLoad, error) {
	out, err := call(ctx, l, wire.ListAdmins, nil)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

func (l *line) Assignments(ctx context.Context, in wire.AssignmentsInput) (wire.List[wire.Assignment], error) {
	out, err := call(ctx, l, wire.ListAssignments, &in)
	if err != nil {
		return wire.List[wire.Assignment]{}, err
	}
	return out.Body, nil
}

func (l *line) PlanMoves(ctx context.Context, in wire.PlanMovesInput) (wire.MovePlan, error) {
	out, err := call(ctx, l, wire.PlanMoves, &in)
	if err != nil {
		return wire.MovePlan{}, err
	}
	return out.Body, nil
}

func (l *line) RunMoves(ctx context.Context, in wire.RunMovesInput) (int, error) {
	out, err := call(ctx, l, wire.RunMoves, &in)
	if err != nil {
		return 0, err
	}
	return out.Body.Moved, nil
}
