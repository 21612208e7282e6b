package ui

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
	mailflow "indagor/ui/flow/mail"
	settingsflow "indagor/ui/flow/settings"
	"indagor/ui/screen"
	"indagor/ui/screen/mail"
	"indagor/ui/screen/settings"
)

// settingsPage makes the page of the body's settings.
func settingsPage(s *Shell, w *work) screen.Screen {
	return settings.New(s, settingsflow.New(settingsflow.Config{
		Desk: w.desk, Context: w.ctx, Go: s.o.Go, Reference: s.reference, Away: s.away, Lost: s.tellLost,
		Changed: func(n int) { s.Badge(screen.Settings, n) },
	}))
}

// mailsPage makes the page of the daily mails.
func mailsPage(s *Shell, w *work) screen.Screen {
	return mail.New(mail.Options{
		Host: s, Flow: mailflow.New(w.desk, s.lists(w)), Context: w.ctx, Now: s.o.Now, Go: s.o.Go, Do: s.o.Do,
	})
}

// lookAtMail asks whether the daily mail arrives, for the badge and Home.
func (s *Shell) lookAtMail(w *work) {
	if !w.has(screen.Mails) {
		return
	}
	s.o.Go(func() {
		h, err := w.desk.MailHealth(w.ctx)
		if err != nil {
			return // what is shown stays as it was
		}
		s.do(func() {
			if s.work != w {
				return
			}
			w.mail = h
			w.count(screen.Mails, h.Late)
			if p, ok := w.screens[screen.Home].(interface{ Changed() }); ok {
				p.Changed()
			}
		})
	})
}

func (l *line) Settings(ctx context.Context) (wire.SettingsView, error) {
	out, err := call(ctx, l, wire.GetSettings, nil)
	if err != nil {
		return wire.SettingsView{}, err
	}
	return out.Body, nil
}

func (l *line) SaveSettings(ctx context.Context, s app.Settings) (wire.SettingsView, error) {
	out, err := call(ctx, l, wire.SaveSettings, &wire.SaveSettingsInput{Body: s})
	if err != nil {
		return wire.SettingsView{}, err
	}
	return out.Body, nil
}

func (l *line) MailHealth(ctx context.Context) (wire.MailHealth, error) {
	out, err := call(ctx, l, wire.GetMailHealth, nil)
	if err != nil {
		return wire.MailHealth{}, err
	}
	return out.Body, nil
}

func (l *line) TestMail(ctx context.Context) (address, said string, err error) {
	out, err := call(ctx, l, wire.TestMail, nil)
	if err != nil {
		return "", "", err
	}
	return out.Body.Address, out.Body.Said, nil
}

func (l *line) Mails(ctx context.Context, in wire.MailsInput) (wire.List[wire.MailItem], error) {
	out, err := call(ctx, l, wire.ListMails, &in)
	if err != nil {
		return wire.List[wire.MailItem]{}, err
	}
	return out.Body, nil
}

func mailDetail(out *wire.MailOutput, err error) (wire.MailDetail, error) {
	if err != nil {
		return wire.MailDetail{}, err
	}
	return out.Body, nil
}

func (l *line) Mail(ctx context.Context, id app.ID) (wire.MailDetail, error) {
	return mailDetail(call(ctx, l, wire.GetMail, &wire.IDInput{ID: id}))
}

func (l *line) RetryMail(ctx context.Context, id app.ID) (wire.MailDetail, error) {
	return mailDetail(call(ctx, l, wire.RetryMail, &wire.IDInput{ID: id}))
}
