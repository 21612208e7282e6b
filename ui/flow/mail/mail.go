// Package mail is the presenter of the daily mails as TOP looks after them: the
// list with its filters, what one says, sending it again, trying the mail
// server. It has no windows in it.
package mail

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/list"
)

// Desk is what the list needs of the desktop. Its methods may be called from
// any goroutine.
type Desk interface {
	Mails(ctx context.Context, in wire.MailsInput) (wire.List[wire.MailItem], error)
	Mail(ctx context.Context, id app.ID) (wire.MailDetail, error)
	RetryMail(ctx context.Context, id app.ID) (wire.MailDetail, error)
	TestMail(ctx context.Context) (address, said string, err error)
}

// Filter narrows the list.
type Filter struct {
	State  app.MailState
	Day    app.Day
	Search string
}

// Flow is the list.
type Flow struct {
	*list.Flow[Filter, wire.MailItem, wire.MailDetail]
	desk Desk
}

// New returns a list that has read nothing yet.
func New(desk Desk, o list.Options) *Flow {
	f := &Flow{desk: desk}
	f.Flow = list.New(list.Config[Filter, wire.MailItem, wire.MailDetail]{
		Options: o, ID: func(m wire.MailItem) app.ID { return m.ID },
		Read: func(ctx context.Context, q Filter, page wire.Page) (wire.List[wire.MailItem], bool, error) {
			page.Search = q.Search
			rows, err := desk.Mails(ctx, wire.MailsInput{Page: page, Day: q.Day, State: q.State})
			return rows, false, err
		},
		Look: func(ctx context.Context, id app.ID) (wire.MailDetail, bool, error) {
			d, err := desk.Mail(ctx, id)
			return d, false, err
		},
	})
	return f
}

// Stuck reports whether the mail can be sent again by hand.
func Stuck(s app.MailState) bool { return s == app.MailFailed || s == app.MailGivenUp }

// Retry has the mail sent again, now.
func (f *Flow) Retry(ctx context.Context, id app.ID) error {
	d, err := f.desk.RetryMail(ctx, id)
	if err == nil {
		f.Put(d.MailItem, d)
	}
	return err
}

// Test sends a mail to who is signed in; it gives the address and what the mail
// server said.
func (f *Flow) Test(ctx context.Context) (address, said string, err error) {
	return f.desk.TestMail(ctx)
}
