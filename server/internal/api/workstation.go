package api

import (
	"context"
	"time"

	"indagor/app"
	"indagor/server/internal/workstation"
	"indagor/sync/wire"
)

func ownWorkstation(o workstation.Own) wire.OwnWorkstation {
	return wire.OwnWorkstation{ID: o.Workstation.ID, Name: o.Workstation.Name, State: o.State(), Code: o.Key.Code, Alarm: o.Workstation.Alarm, Mark: o.Mark()}
}

func (a *API) registerWorkstations() {
	register(a, wire.RegisterWorkstation, func(ctx context.Context, in *wire.RegisterInput) (*wire.OwnWorkstationOutput, error) {
		b := in.Body
		if b.Protocol < wire.OldestProtocol {
			return nil, app.E(app.CodeProtocol).At("protocol")
		}
		o, err := a.Workstations.Register(ctx, workstation.Card{
			Key: thumbprintOf(ctx), Address: addressOf(ctx), Name: b.Name, OSUser: b.OSUser, OS: b.OS,
			Version: b.AppVersion, Fingerprint: b.Fingerprint, Token: b.Token,
		})
		return &wire.OwnWorkstationOutput{Body: ownOr(o, err)}, err
	})
	register(a, wire.GetOwnWorkstation, func(ctx context.Context, in *wire.WaitInput) (*wire.OwnWorkstationOutput, error) {
		o, err := a.Workstations.Self(ctx, thumbprintOf(ctx), in.Seen, time.Duration(in.Wait)*time.Second)
		return &wire.OwnWorkstationOutput{Body: ownOr(o, err)}, err
	})
	register(a, wire.ListWorkstations, func(ctx context.Context, in *wire.WorkstationsInput) (*wire.WorkstationsOutput, error) {
		ws, next, err := a.Workstations.List(ctx, callerOf(ctx), app.WorkstationFilter{State: in.State, Search: in.Search, Limit: in.Limit, Cursor: in.Cursor})
		return &wire.WorkstationsOutput{Body: wire.List[app.Workstation]{Items: filled(ws), Next: next}}, err
	})
	detail := func(ctx context.Context, w app.Workstation, err error) (*wire.WorkstationOutput, error) {
		if err != nil {
			return nil, err
		}
		es, err := a.Monitor.About(ctx, callerOf(ctx), w.ID)
		return &wire.WorkstationOutput{Body: wire.WorkstationDetail{Workstation: w, History: historyItems(es)}}, err
	}
	register(a, wire.GetWorkstation, func(ctx context.Context, in *wire.IDInput) (*wire.WorkstationOutput, error) {
		w, err := a.Workstations.Get(ctx, callerOf(ctx), in.ID)
		return detail(ctx, w, err)
	})
	register(a, wire.ApproveWorkstation, func(ctx context.Context, in *wire.ApproveInput) (*wire.WorkstationOutput, error) {
		b := in.Body
		w, err := a.Workstations.Approve(ctx, callerOf(ctx), in.ID, workstation.Approval{
			Name: b.Name, Responsible: b.Responsible, Office: b.Office,
			Department: b.Department, Expires: b.Expires, Code: b.Code, Version: b.Version,
		})
		return detail(ctx, w, err)
	})
	register(a, wire.SuspendWorkstation, func(ctx context.Context, in *wire.WorkstationActInput) (*wire.WorkstationOutput, error) {
		w, err := a.Workstations.Suspend(ctx, callerOf(ctx), in.ID, in.Body.Reason)
		return detail(ctx, w, err)
	})
	register(a, wire.RevokeWorkstation, func(ctx context.Context, in *wire.WorkstationActInput) (*wire.WorkstationOutput, error) {
		w, err := a.Workstations.Revoke(ctx, callerOf(ctx), in.ID, in.Body.Reason)
		return detail(ctx, w, err)
	})
	register(a, wire.ListTokens, func(ctx context.Context, in *wire.Page) (*wire.TokensOutput, error) {
		ts, next, err := a.Workstations.Tokens(ctx, callerOf(ctx), in.Limit, in.Cursor)
		items := make([]wire.Token, len(ts))
		for i, t := range ts {
			items[i] = token(t)
		}
		return &wire.TokensOutput{Body: wire.List[wire.Token]{Items: items, Next: next}}, err
	})
	register(a, wire.IssueToken, func(ctx context.Context, in *wire.IssueTokenInput) (*wire.IssuedTokenOutput, error) {
		b := in.Body
		t, secret, err := a.Workstations.Issue(ctx, callerOf(ctx), workstation.TokenRequest{
			Label: b.Label, Department: b.Department, Office: b.Office,
			Responsible: b.Responsible, Uses: b.Uses, Life: time.Duration(b.Hours) * time.Hour,
		})
		out := &wire.IssuedTokenOutput{}
		out.Body.Token, out.Body.Secret = token(t), secret
		return out, err
	})
}

func ownOr(o workstation.Own, err error) wire.OwnWorkstation {
	if err != nil {
		return wire.OwnWorkstation{}
	}
	return ownWorkstation(o)
}

func token(t app.EnrolmentToken) wire.Token {
	return wire.Token{ID: t.ID, Label: t.Label, Department: t.Department, Office: t.Office, Uses: t.Uses, Used: t.Used, Expires: t.Expires, Issued: t.Issued, By: t.By}
}

// filled is the list that JSON writes as [] where there is nothing.
func filled[T any](xs []T) []T {
	if xs == nil {
		return []T{}
	}
	return xs
}
