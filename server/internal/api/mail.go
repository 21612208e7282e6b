package api

import (
	"context"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// Mails is the daily mail.
type Mails interface {
	List(ctx context.Context, f app.MailFilter) ([]app.Mail, string, error)
	Get(ctx context.Context, id app.ID) (m app.Mail, subject, text string, err error)
	Retry(ctx context.Context, caller app.Caller, id app.ID) (app.Mail, error)
	Test(ctx context.Context, caller app.Caller) (said string, err error)
	Health(ctx context.Context) (app.MailHealth, error)
}

func (a *API) registerMails() {
	register(a, wire.ListMails, func(ctx context.Context, in *wire.MailsInput) (*wire.MailsOutput, error) {
		if in.Day != "" {
			if _, ok := in.Day.Time(); !ok {
				return nil, app.E(app.CodeDate).At("day")
			}
		}
		ms, next, err := a.Mails.List(ctx, app.MailFilter{Day: in.Day, User: in.User, State: in.State, Search: in.Search, Limit: in.Limit, Cursor: in.Cursor})
		items := make([]wire.MailItem, len(ms))
		for i, m := range ms {
			items[i] = mailItem(m)
		}
		return &wire.MailsOutput{Body: wire.List[wire.MailItem]{Items: items, Next: next}}, err
	})
	register(a, wire.GetMail, func(ctx context.Context, in *wire.IDInput) (*wire.MailOutput, error) { return a.mail(ctx, in.ID) })
	register(a, wire.RetryMail, func(ctx context.Context, in *wire.IDInput) (*wire.MailOutput, error) {
		if _, err := a.Mails.Retry(ctx, callerOf(ctx), in.ID); err != nil {
			return nil, err
		}
		return a.mail(ctx, in.ID)
	})
	register(a, wire.TestMail, func(ctx context.Context, _ *wire.None) (*wire.TestMailOutput, error) {
		caller := callerOf(ctx)
		said, err := a.Mails.Test(ctx, caller)
		if err != nil {
			return nil, err
		}
		out := &wire.TestMailOutput{}
		out.Body.Address, out.Body.Said = caller.User.Email, said
		return out, nil
	})
	register(a, wire.GetMailHealth, func(ctx context.Context, _ *wire.None) (*wire.MailHealthOutput, error) {
		h, err := a.Mails.Health(ctx)
		if err != nil {
			return nil, err
		}
		return &wire.MailHealthOutput{Body: wire.MailHealth{
			Configured: a.config.Facts().Mail.Server != "", Send: a.Settings.Current().Digest.Send,
			Waiting: h.Waiting, Late: h.Late, Since: given(h.Since), Code: h.Code, Said: h.Said, LastDay: h.LastDay,
		}}, nil
	})
}

func (a *API) mail(ctx context.Context, id app.ID) (*wire.MailOutput, error) {
	m, subject, text, err := a.Mails.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return &wire.MailOutput{Body: wire.MailDetail{MailItem: mailItem(m), Subject: subject, Text: text}}, nil
}

func mailItem(m app.Mail) wire.MailItem {
	x := wire.MailItem{
		ID: m.ID, Day: m.Day, User: m.User, Name: m.Name, Address: m.Address, Role: m.Role, State: m.State, Attempts: m.Attempts,
		Planned: m.Planned, Ended: given(m.Ended), Code: m.Code, Said: m.Said, Requests: m.Digest.Total(),
	}
	if m.State == app.MailPlanned || m.State == app.MailFailed {
		x.Next = given(m.Next)
	}
	return x
}

// given is the moment, or nil for none.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
