package digest

import (
	"context"
	"time"

	"indagor/app"
)

// List lists mails, those of the newest day first. It is for TOP.
func (s *Service) List(ctx context.Context, f app.MailFilter) ([]app.Mail, string, error) {
	return s.store.Mails(ctx, f)
}

// Get gives one mail with its subject and text. It is for TOP.
func (s *Service) Get(ctx context.Context, id app.ID) (m app.Mail, subject, text string, err error) {
	if m, err = s.store.Mail(ctx, id); err != nil {
		return m, "", "", err
	}
	subject, text, _, err = s.printer.Digest(m)
	return m, subject, text, err
}

// Retry lets a mail that did not arrive be sent now, to the address that its
// recipient has now.
func (s *Service) Retry(ctx context.Context, caller app.Caller, id app.ID) (app.Mail, error) {
	if s.post == nil {
		return app.Mail{}, app.E(app.CodeMailOff)
	}
	m, err := s.store.Mail(ctx, id)
	if err != nil {
		return m, err
	}
	u, err := s.store.User(ctx, m.User)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return m, err
	}
	if err == nil && u.Email != "" {
		m.Name, m.Address = u.FullName(), u.Email
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		ok, err := tx.MailAgain(id, m.Name, m.Address)
		if err != nil {
			return err
		}
		if !ok {
			return app.E(app.CodeMailState)
		}
		e := caller.Event(app.ClassAdmin, app.EventMailRetry)
		e.Target, e.TargetName, e.Reason = m.User, m.Name, string(m.Day)
		return tx.Record(e)
	})
	if err != nil {
		return m, err
	}
	s.config.Wake()
	return s.store.Mail(ctx, id)
}

// Test sends a mail to the caller himself, now, and tells what the server said.
func (s *Service) Test(ctx context.Context, caller app.Caller) (said string, err error) {
	if s.post == nil {
		return "", app.E(app.CodeMailOff)
	}
	u := caller.User
	said, failure := s.test(ctx, u)
	err = s.store.Write(context.WithoutCancel(ctx), func(tx Tx) error {
		e := caller.Event(app.ClassAdmin, app.EventMailTest)
		e.Target, e.TargetName, e.Code = u.ID, u.FullName(), app.CodeOf(failure)
		return tx.Record(e)
	})
	if err != nil {
		return "", err
	}
	return said, failure
}

// testTime is how long trying the mail server may take: somebody waits.
const testTime = 45 * time.Second

func (s *Service) test(ctx context.Context, u app.User) (said string, err error) {
	ctx, cancel := context.WithTimeout(ctx, testTime)
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = app.E(app.CodeMailSlow).Because(err)
		}
		cancel()
	}()
	subject, text, html, err := s.printer.Test(u.FullName(), s.now())
	if err != nil {
		return "", err
	}
	line, err := s.post.Open(ctx)
	if err != nil {
		return "", err
	}
	defer line.Close()
	return line.Send(ctx, Letter{
		MessageID: "test." + string(app.NewID()) + "@" + s.post.Domain(), Date: s.now().In(s.config.Zone),
		Name: u.FullName(), Address: u.Email, Subject: subject, Text: text, HTML: html,
	})
}

const (
	lateAfter   = 24 * time.Hour
	rememberFor = 7 * 24 * time.Hour
)

// Health tells TOP whether the daily mail arrives.
func (s *Service) Health(ctx context.Context) (h app.MailHealth, err error) {
	if h.LastDay, err = s.store.DigestLast(ctx); err != nil {
		return h, err
	}
	if h.Waiting, err = s.store.MailsWaiting(ctx); err != nil {
		return h, err
	}
	now := s.now()
	late, err := s.store.MailsLate(ctx, now.Add(-lateAfter), now.Add(-rememberFor))
	if err != nil || len(late) == 0 {
		return h, err
	}
	worst := late[0]
	h.Late, h.Since, h.Code, h.Said = len(late), worst.Begun, worst.Code, worst.Said
	return h, nil
}
