package api

import (
	"context"

	"indagor/app"
	"indagor/server/internal/directory"
	"indagor/sync/wire"
)

func (a *API) registerAccounts() {
	register(a, wire.GetUserAccess, func(ctx context.Context, in *wire.IDInput) (*wire.UserAccessOutput, error) {
		return accessOutput(a.Directory.Access(ctx, callerOf(ctx), in.ID))
	})
	register(a, wire.UnlockUser, func(ctx context.Context, in *wire.IDInput) (*wire.UserAccessOutput, error) {
		return accessOutput(a.Directory.Unlock(ctx, callerOf(ctx), in.ID))
	})
	register(a, wire.EndUserSession, func(ctx context.Context, in *wire.IDInput) (*wire.UserAccessOutput, error) {
		return accessOutput(a.Directory.EndSession(ctx, callerOf(ctx), in.ID))
	})
	register(a, wire.ListUserHistory, func(ctx context.Context, in *wire.UserHistoryInput) (*wire.HistoryOutput, error) {
		if _, err := a.Directory.Get(ctx, callerOf(ctx), in.ID); err != nil {
			return nil, err
		}
		es, next, err := a.Monitor.Of(ctx, callerOf(ctx), app.MonitorFilter{Target: in.ID, Limit: in.Limit, Cursor: in.Cursor})
		return &wire.HistoryOutput{Body: wire.List[wire.HistoryItem]{Items: historyItems(es), Next: next}}, err
	})
}

func accessOutput(x directory.Access, err error) (*wire.UserAccessOutput, error) {
	out := &wire.UserAccessOutput{Body: wire.UserAccess{Locks: []wire.UserLock{}}}
	if s := x.Session; s != nil {
		out.Body.Session = &wire.UserSession{Started: moment(s.Started), Expires: moment(s.Expires), Workstation: s.Workstation, WorkstationName: x.Workstation, Address: s.Address}
	}
	for _, l := range x.Locks {
		out.Body.Locks = append(out.Body.Locks, wire.UserLock{
			Since: moment(l.Last), Until: l.Until, Refused: l.Count, Workstation: l.Failures.Workstation, WorkstationName: l.Workstation,
		})
	}
	if !x.SecretUntil.IsZero() {
		out.Body.SecretExpires = &x.SecretUntil
	}
	return out, err
}
