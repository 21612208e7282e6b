package digest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"indagor/app"
)

const (
	leaseFor  = 10 * time.Minute // longer than one attempt may take
	giveUp    = 5 * 24 * time.Hour
	firstWait = time.Minute
	mostWait  = 4 * time.Hour
	atOnce    = 50
	// After so many lines that broke one after another the server is ill.
	mostBroken = 3
)

// Broken reports whether nothing more can be sent on the line after the error.
func Broken(err error) bool {
	switch app.CodeOf(err) {
	case app.CodeMailSender, app.CodeMailRecipient, app.CodeMailRefused, app.CodeMailBusy:
		return false
	}
	return true
}

// final reports whether the same mail to the same address would be refused
// again: what is wrong with this server or its way to the other one can be
// mended without touching the mail.
func final(err error) bool {
	code := app.CodeOf(err)
	return code == app.CodeMailRecipient || code == app.CodeMailRefused
}

// Deliver sends the mails that are due. A mail that cannot be sent is put off,
// and holds up no other. The error is never the mail server's.
func (s *Service) Deliver(ctx context.Context) error {
	if s.post == nil {
		return nil
	}
	for ctx.Err() == nil {
		due, err := s.store.MailsDue(ctx, s.now(), atOnce)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := s.batch(ctx, due); err != nil {
			return err
		}
	}
	return nil
}

// batch sends mails over one line, or over a new one after it broke.
func (s *Service) batch(ctx context.Context, due []app.ID) error {
	var line Line
	defer func() {
		if line != nil {
			line.Close()
		}
	}()
	broken := 0 // lines, one after another
	for i, id := range due {
		if ctx.Err() != nil {
			return nil
		}
		if line == nil {
			var err error
			if line, err = s.post.Open(ctx); err != nil {
				line = nil
				if ctx.Err() != nil {
					return nil // the server stops: what was not begun stays due
				}
				s.log.Warn("the mail server cannot be used", "code", string(app.CodeOf(err)))
				return s.putOff(ctx, due[i:], err)
			}
		}
		m, ok, err := s.lease(ctx, id)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		said, failure, err := s.send(ctx, line, m)
		if err != nil {
			return err
		}
		if err := s.end(ctx, m, said, failure); err != nil {
			return err
		}
		if failure == nil || !Broken(failure) {
			broken = 0
			continue
		}
		line.Close()
		line = nil
		if broken++; broken == mostBroken {
			return s.putOff(ctx, due[i+1:], failure)
		}
	}
	return nil
}

// putOff writes down for each of the mails that the server could not be used.
func (s *Service) putOff(ctx context.Context, ids []app.ID, failure error) error {
	for _, id := range ids {
		m, ok, err := s.lease(ctx, id)
		if err == nil && ok {
			err = s.end(ctx, m, "", failure)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) lease(ctx context.Context, id app.ID) (m app.Mail, ok bool, err error) {
	err = s.store.Write(ctx, func(tx Tx) (err error) {
		m, ok, err = tx.LeaseMail(ctx, id, s.owner, tx.Now().Add(leaseFor))
		return err
	})
	return m, ok, err
}

// send hands one mail to the server. failure is the mail server's, err ours.
func (s *Service) send(ctx context.Context, line Line, m app.Mail) (said string, failure, err error) {
	subject, text, html, err := s.printer.Digest(m)
	if err != nil {
		return "", nil, err
	}
	said, failure = line.Send(ctx, Letter{
		MessageID: s.messageID(m), Date: m.Planned.In(s.config.Zone), Name: m.Name, Address: m.Address, Subject: subject, Text: text, HTML: html,
	})
	return said, failure, nil
}

// messageID is the same for every copy of one recipient's mail of one day.
func (s *Service) messageID(m app.Mail) string {
	sum := sha256.Sum256([]byte("digest|" + string(m.User) + "|" + string(m.Day)))
	return "digest." + string(m.Day) + "." + hex.EncodeToString(sum[:12]) + "@" + s.post.Domain()
}

// end writes down how an attempt went.
func (s *Service) end(ctx context.Context, m app.Mail, said string, failure error) error {
	// That it was sent must be written down also when the server stops.
	ctx = context.WithoutCancel(ctx)
	return s.store.Write(ctx, func(tx Tx) error {
		next := m
		next.Said, next.Code, next.Next, next.Ended = said, "", time.Time{}, time.Time{}
		switch {
		case failure == nil:
			next.State, next.Ended = app.MailSent, tx.Now()
		default:
			next.Code, next.Said = app.CodeOf(failure), saidBy(failure)
			wait := s.wait(m.Attempts)
			if final(failure) || tx.Now().Add(wait).Sub(m.Begun) > giveUp {
				next.State, next.Ended = app.MailGivenUp, tx.Now()
			} else {
				next.State, next.Next = app.MailFailed, tx.Now().Add(wait)
			}
		}
		_, err := tx.EndMail(next)
		return err
	})
}

// wait is how long to wait after so many attempts: twice as long each time, up
// to a bound, a fifth more or less so that many servers do not come together.
func (s *Service) wait(attempts int) time.Duration {
	w := min(firstWait<<min(max(attempts-1, 0), 20), mostWait)
	return time.Duration(float64(w) * (0.8 + 0.4*s.config.Chance()))
}

// saidBy is what the mail server said about the failure.
func saidBy(err error) string {
	var e *app.Error
	if errors.As(err, &e) {
		return e.Params["said"]
	}
	return ""
}
