package ui

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

func standing(out *wire.UserAccessOutput, err error) (wire.UserAccess, error) {
	if err != nil {
		return wire.UserAccess{}, err
	}
	return out.Body, nil
}

func (l *line) UserAccess(ctx context.Context, id app.ID) (wire.UserAccess, error) {
	return standing(call(ctx, l, wire.GetUserAccess, &wire.IDInput{ID: id}))
}

func (l *line) UnlockUser(ctx context.Context, id app.ID) (wire.UserAccess, error) {
	return standing(call(ctx, l, wire.UnlockUser, &wire.IDInput{ID: id}))
}

func (l *line) EndUserSession(ctx context.Context, id app.ID) (wire.UserAccess, error) {
	return standing(call(ctx, l, wire.EndUserSession, &wire.IDInput{ID: id}))
}

func (l *line) UserHistory(ctx context.Context, in wire.UserHistoryInput) (wire.List[wire.HistoryItem], error) {
	out, err := call(ctx, l, wire.ListUserHistory, &in)
	if err != nil {
		return wire.List[wire.HistoryItem]{}, err
	}
	return out.Body, nil
}
