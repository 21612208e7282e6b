package ui

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

// bonds are the assignments and the imports of the fake desktop.
type bonds struct {
	admins []wire.AdminLoad
	moved  []wire.RunMovesInput
}

func (b *bonds) Admins(context.Context) ([]wire.AdminLoad, error) { return b.admins, nil }

func (b *bonds) Assignments(context.Context, wire.AssignmentsInput) (wire.List[wire.Assignment], error) {
	return wire.List[wire.Assignment]{}, nil
}

func (b *bonds) PlanMoves(_ context.Context, in wire.PlanMovesInput) (wire.MovePlan, error) {
	p := wire.MovePlan{Admin: in.Body.Admin}
	for _, id := range in.Body.Operators {
		p.Moves = append(p.Moves, wire.PlannedMove{Operator: id, Version: 1})
	}
	return p, nil
}

func (b *bonds) RunMoves(_ context.Context, in wire.RunMovesInput) (int, error) {
	b.moved = append(b.moved, in)
	return len(in.Body.Operators), nil
}

func (b *bonds) PreviewUserImport(context.Context, []byte) (wire.UserImport, error) {
	return wire.UserImport{}, app.E(app.CodeListEmpty).At("content")
}

func (b *bonds) RunUserImport(context.Context, string, string, []byte, []int) (wire.UserImport, error) {
	return wire.UserImport{}, nil
}

func (b *bonds) UserAccess(context.Context, app.ID) (wire.UserAccess, error) {
	return wire.UserAccess{}, nil
}

func (b *bonds) UnlockUser(context.Context, app.ID) (wire.UserAccess, error) {
	return wire.UserAccess{}, nil
}

func (b *bonds) EndUserSession(context.Context, app.ID) (wire.UserAccess, error) {
	return wire.UserAccess{}, nil
}

func (b *bonds) UserHistory(context.Context, wire.UserHistoryInput) (wire.List[wire.HistoryItem], error) {
	return wire.List[wire.HistoryItem]{}, nil
}
