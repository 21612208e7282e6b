package api

import (
	"context"
	"time"

	"indagor/app"
	"indagor/server/internal/visura"
	"indagor/sync/wire"
)

func (a *API) registerApprovals() {
	register(a, wire.ListApprovals, func(ctx context.Context, in *wire.ApprovalsInput) (*wire.ApprovalsOutput, error) {
		f := app.ApprovalFilter{
			State: in.State, User: in.User, Department: in.Department, Type: in.Type, Purpose: in.Purpose, Rule: in.Rule, DueBefore: in.DueBefore,
			Search: in.Search, Limit: in.Limit, Cursor: in.Cursor,
		}
		switch f.State {
		case "":
			f.State = app.ApprovalWaiting
		case wire.AllApprovals:
			f.State = ""
		}
		ps, next, err := a.Approvals.Queue(ctx, callerOf(ctx), f)
		items := make([]wire.ApprovalItem, len(ps))
		for i, p := range ps {
			items[i] = approvalItem(p)
		}
		return &wire.ApprovalsOutput{Body: wire.List[wire.ApprovalItem]{Items: items, Next: next}}, err
	})
	register(a, wire.CountApprovals, func(ctx context.Context, in *wire.CountApprovalsInput) (*wire.CountApprovalsOutput, error) {
		c, err := a.Approvals.Waiting(ctx, callerOf(ctx), time.Duration(in.Within)*time.Hour)
		return &wire.CountApprovalsOutput{Body: wire.ApprovalCount{Waiting: c.Waiting, Soon: c.Soon, Next: moment(c.Next)}}, err
	})
	register(a, wire.GetApproval, func(ctx context.Context, in *wire.IDInput) (*wire.ApprovalOutput, error) {
		p, err := a.Approvals.Pending(ctx, callerOf(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		d := wire.ApprovalDetail{ApprovalItem: approvalItem(p), LegalBasis: p.LegalBasis, Workstation: p.Approval.Origin.WorkstationName, Scope: p.Scope, Since: p.Visura.Since}
		if p.Subject != (app.Subject{}) {
			// What is stated of a person tells of him as his name does.
			d.Subject, d.Declared = &p.Subject, p.Visura.Declared
		}
		return &wire.ApprovalOutput{Body: d}, nil
	})
	register(a, wire.DecideApprovals, func(ctx context.Context, in *wire.DecideInput) (*wire.DecideOutput, error) {
		b := in.Body
		ds, err := a.Approvals.Decide(ctx, callerOf(ctx), visura.Decision{Approve: b.Decision == "approve", IDs: b.IDs, Reason: b.Reason})
		if err != nil {
			return nil, err
		}
		items := make([]wire.DecidedItem, len(ds))
		for i, d := range ds {
			items[i] = wire.DecidedItem{ID: d.ID, State: d.State, Code: d.Code}
		}
		return &wire.DecideOutput{Body: wire.List[wire.DecidedItem]{Items: items}}, nil
	})
}

func approvalItem(p visura.Pending) wire.ApprovalItem {
	s, v := p.Approval, p.Visura
	return wire.ApprovalItem{
		ID: s.Visura, User: s.Origin.Actor.User, Username: s.Origin.Actor.Username, Operator: v.Operator, Department: s.Origin.Actor.Department, DepartmentName: v.Department,
		Office: v.Office, Type: s.Type, Types: v.Types, Whom: visura.Initials(v.Subject), ReferenceDate: v.ReferenceDate, Purpose: s.Purpose, PurposeName: v.PurposeName, FileReference: v.FileReference,
		Rule: s.Rule, State: s.State, Visura: v.State, Asked: s.Asked, Due: moment(s.Due), Decided: moment(s.Decided), Decider: s.DeciderName, Reason: s.Reason,
	}
}

// moment is the time; nil for the zero one.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
