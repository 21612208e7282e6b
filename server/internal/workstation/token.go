package workstation

import (
	"context"
	"strings"
	"time"

	"indagor/app"
)

// TokenRequest asks for an enrolment token.
type TokenRequest struct {
	Label       string
	Department  app.ID
	Office      string
	Responsible string
	Uses        int
	Life        time.Duration
}

// Issue makes an enrolment token and returns its secret, which is kept
// nowhere.
func (s *Service) Issue(ctx context.Context, caller app.Caller, r TokenRequest) (app.EnrolmentToken, string, error) {
	if r.Department == "" {
		r.Department = caller.User.Department
	}
	if err := mayGive(caller, r.Department); err != nil {
		return app.EnrolmentToken{}, "", err
	}
	return s.issue(ctx, caller.Event(app.ClassAdmin, app.EventToken), caller.User.FullName(), r)
}

// IssueFirst makes the token that the console prints for the first
// workstations of a new body. Its department is chosen at the first approval.
func (s *Service) IssueFirst(ctx context.Context, r TokenRequest) (app.EnrolmentToken, string, error) {
	return s.issue(ctx, app.Event{Class: app.ClassAdmin, Kind: app.EventToken}, "console", r)
}

func (s *Service) issue(ctx context.Context, e app.Event, by string, r TokenRequest) (app.EnrolmentToken, string, error) {
	secret := app.NewSecret(20)
	t := app.EnrolmentToken{
		ID: app.NewID(), Secret: app.HashSecret(secret), Label: strings.TrimSpace(r.Label), Department: r.Department,
		Office: strings.TrimSpace(r.Office), Responsible: strings.TrimSpace(r.Responsible), Uses: r.Uses, By: by,
	}
	err := s.store.Write(ctx, func(tx Tx) error {
		if t.Department != "" {
			if err := present(ctx, tx, t.Department); err != nil {
				return err
			}
		}
		t.Issued, t.Expires = tx.Now(), tx.Now().Add(r.Life)
		if err := tx.InsertToken(t); err != nil {
			return err
		}
		e.Target, e.TargetDept, e.TargetName = t.ID, t.Department, t.Label
		return tx.Record(e)
	})
	return t, secret, err
}

// Tokens lists the tokens that the caller administers.
func (s *Service) Tokens(ctx context.Context, caller app.Caller, search string, limit int, cursor string) ([]app.EnrolmentToken, string, error) {
	return s.store.Tokens(ctx, within(caller), search, limit, cursor)
}

// Withdraw ends a token that the caller administers; any other does not exist
// for him. One that has been withdrawn stays so. The workstations that came by
// it stay.
func (s *Service) Withdraw(ctx context.Context, caller app.Caller, id app.ID) (app.EnrolmentToken, error) {
	var t app.EnrolmentToken
	err := s.store.Write(ctx, func(tx Tx) error {
		var err error
		if t, err = tx.Token(ctx, id); err != nil {
			return err
		}
		if !app.PermManageWorkstation.AllowsDepartment(caller.User.Standing(), t.Department) {
			return app.E(app.CodeNotFound)
		}
		if !t.Withdrawn.IsZero() {
			return nil
		}
		if err := tx.WithdrawToken(id, caller.User.FullName()); err != nil {
			return err
		}
		t.Withdrawn, t.WithdrawnBy = tx.Now(), caller.User.FullName()
		e := caller.Event(app.ClassAdmin, app.EventTokenWithdrawn)
		e.Target, e.TargetDept, e.TargetName = t.ID, t.Department, t.Label
		return tx.Record(e)
	})
	return t, err
}
