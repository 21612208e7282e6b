package ui

import (
	"context"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	approvalflow "indagor/ui/flow/approval"
	"indagor/ui/screen"
)

func (l *line) Approvals(ctx context.Context, in wire.ApprovalsInput) (wire.List[wire.ApprovalItem], error) {
	out, err := call(ctx, l, wire.ListApprovals, &in)
	if err != nil {
		return wire.List[wire.ApprovalItem]{}, err
	}
	return out.Body, nil
}

func (l *line) CountApprovals(ctx context.Context, within int) (wire.ApprovalCount, error) {
	out, err := call(ctx, l, wire.CountApprovals, &wire.CountApprovalsInput{Within: within})
	if err != nil {
		return wire.ApprovalCount{}, err
	}
	return out.Body, nil
}

func (l *line) Approval(ctx context.Context, id app.ID) (wire.ApprovalDetail, error) {
	out, err := call(ctx, l, wire.GetApproval, &wire.IDInput{ID: id})
	if err != nil {
		return wire.ApprovalDetail{}, err
	}
	return out.Body, nil
}

func (l *line) DecideApprovals(ctx context.Context, approve bool, ids []app.ID, reason string) ([]wire.DecidedItem, error) {
	in := &wire.DecideInput{}
	in.Body.Decision, in.Body.IDs, in.Body.Reason = "refuse", ids, reason
	if approve {
		in.Body.Decision = "approve"
	}
	out, err := call(ctx, l, wire.DecideApprovals, in)
	if err != nil {
		return nil, err
	}
	return out.Body.Items, nil
}

// countApprovals asks how many requests wait for consent, for the badge.
func (s *Shell) countApprovals(w *work) {
	if !w.has(screen.Approvals) {
		return
	}
	s.o.Go(func() {
		c, err := w.desk.CountApprovals(w.ctx, int(approvalflow.Within/time.Hour))
		if err != nil {
			return // the badge stays as it was
		}
		s.do(func() {
			if s.work == w {
				w.count(screen.Approvals, c.Waiting)
			}
		})
	})
}

// every calls f again and again until stopped.
func every(d time.Duration, f func()) (stop func()) {
	t := time.NewTicker(d)
	done := make(chan struct{})
	go func() {
		defer t.Stop()
		for {
			select {
			case <-done:
				return
			case <-t.C:
				f()
			}
		}
	}()
	return func() { close(done) }
}
