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
		ws, next, err := a.Workstations.List(ctx, callerOf(ctx), workstationQuery(in.WorkstationQuery, in.Page))
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
	register(a, wire.ChangeWorkstation, func(ctx context.Context, in *wire.ChangeWorkstationInput) (*wire.WorkstationOutput, error) {
		w, err := a.Workstations.Change(ctx, callerOf(ctx), in.ID, workstation.Entry(in.Body))
		return detail(ctx, w, err)
	})
	register(a, wire.ChangeWorkstations, func(ctx context.Context, in *wire.ChangeWorkstationsInput) (*wire.OutcomesOutput, error) {
		b := in.Body
		var done []workstation.Outcome
		var err error
		if b.Act == "suspend" {
			done, err = a.Workstations.SuspendAll(ctx, callerOf(ctx), b.IDs, b.Reason)
		} else {
			done, err = a.Workstations.ExtendAll(ctx, callerOf(ctx), b.IDs, b.Expires)
		}
		out := &wire.OutcomesOutput{Body: wire.List[wire.Outcome]{Items: []wire.Outcome{}}}
		for _, o := range done {
			item := wire.Outcome{ID: o.ID, Name: o.Name}
			if o.Err != nil {
				item.Code, item.Params = o.Err.Code, o.Err.Params
			}
			out.Body.Items = append(out.Body.Items, item)
		}
		return out, err
	})
	register(a, wire.ListWorkstationValues, func(ctx context.Context, _ *wire.None) (*wire.WorkstationValuesOutput, error) {
		v, err := a.Workstations.Values(ctx, callerOf(ctx))
		return &wire.WorkstationValuesOutput{Body: wire.WorkstationValues{Offices: filled(v.Offices), OS: filled(v.OS), AppVersions: filled(v.AppVersions)}}, err
	})
	registerDownload(a, wire.ExportWorkstations, func(ctx context.Context, in *wire.ExportWorkstationsInput) (app.File, error) {
		rows, err := a.Workstations.Export(ctx, callerOf(ctx), workstationQuery(in.WorkstationQuery, wire.Page{Search: in.Search}))
		if err != nil {
			return app.File{}, err
		}
		names := map[app.ID]string{}
		ds, err := a.Directory.Departments(ctx)
		for _, d := range ds {
			names[d.ID] = d.Name
		}
		return a.Registers.Workstations(in.Language, in.Format, names, rows), err
	})
	a.registerTokens()
}

func workstationQuery(q wire.WorkstationQuery, p wire.Page) workstation.Query {
	return workstation.Query{
		WorkstationFilter: app.WorkstationFilter{
			State: q.State, Department: q.Department, Office: q.Office, OS: q.OS, AppVersion: q.AppVersion, Drift: q.Drift, Token: q.Token,
			Search: p.Search, Limit: p.Limit, Cursor: p.Cursor,
		},
		ExpiringDays: q.Expiring, UnseenDays: q.Unseen,
	}
}

func (a *API) registerTokens() {
	register(a, wire.ListTokens, func(ctx context.Context, in *wire.Page) (*wire.TokensOutput, error) {
		ts, next, err := a.Workstations.Tokens(ctx, callerOf(ctx), in.Search, in.Limit, in.Cursor)
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
	register(a, wire.WithdrawToken, func(ctx context.Context, in *wire.IDInput) (*wire.TokenOutput, error) {
		t, err := a.Workstations.Withdraw(ctx, callerOf(ctx), in.ID)
		return &wire.TokenOutput{Body: token(t)}, err
	})
}

func ownOr(o workstation.Own, err error) wire.OwnWorkstation {
	if err != nil {
		return wire.OwnWorkstation{}
	}
	return ownWorkstation(o)
}

func token(t app.EnrolmentToken) wire.Token {
	w := wire.Token{
		ID: t.ID, Label: t.Label, Department: t.Department, Office: t.Office, Responsible: t.Responsible, Uses: t.Uses, Used: t.Used,
		Expires: t.Expires, Issued: t.Issued, By: t.By, WithdrawnBy: t.WithdrawnBy,
	}
	if !t.Withdrawn.IsZero() {
		w.Withdrawn = &t.Withdrawn
	}
	return w
}

// filled is the list that JSON writes as [] where there is nothing.
func filled[T any](xs []T) []T {
	if xs == nil {
		return []T{}
	}
	return xs
}
