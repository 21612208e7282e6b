package ui

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"indagor/app/language"
	"indagor/sync/desk"
	connectflow "indagor/ui/flow/connect"
	sessionflow "indagor/ui/flow/session"
	"indagor/ui/screen"
	"indagor/ui/screen/modal"
	"indagor/ui/screen/session"
	"indagor/ui/theme"
	"indagor/ui/widget"

	"indagor/app"
)

var _ screen.Host = (*Shell)(nil)

// Go implements screen.Host.
func (s *Shell) Go(to screen.Place, with any) { s.do(func() { s.goTo(to, with) }) }

// Toast implements screen.Host.
func (s *Shell) Toast(text string) {
	s.do(func() { s.toasts.Add(widget.Toast{Tone: theme.Success, Text: text}) })
}

// warn is a toast about something that did not work.
func (s *Shell) warn(text string) { s.toasts.Add(widget.Toast{Tone: theme.Warning, Text: text}) }

// Badge implements screen.Host.
func (s *Shell) Badge(p screen.Place, count int) {
	s.do(func() {
		if s.work != nil {
			s.work.count(p, count)
		}
	})
}

// Say says an error for people, also one that is no answer of the server.
func (s *Shell) Say(err error) language.Sentence {
	if trouble := remote(err); trouble != connectflow.TroubleNone {
		key := "connect.away." + string(trouble)
		return language.Sentence{What: s.t("connect.away.title"), Means: s.t(key), Who: s.t(key + ".who")}
	}
	return s.o.Language.Error(err)
}

func (s *Shell) reference(err error) string { return desk.Reference(err) }

// Fail implements screen.Host.
func (s *Shell) Fail(err error) {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, desk.ErrLocked) {
		return
	}
	s.do(func() {
		switch {
		case s.lost(err):
		case remote(err) != connectflow.TroubleNone && s.work != nil:
			s.warn(s.t("shell.not_done"))
		default:
			s.showError(err)
		}
	})
}

// lost goes back to the pages before the work where the error means that the
// session is no more, and reports whether it does.
func (s *Shell) lost(err error) bool {
	if s.work == nil || !sessionflow.Ended(err) {
		return false
	}
	s.ended(app.CodeOf(err))
	return true
}

// showError tells an error in a dialog.
func (s *Shell) showError(err error) {
	say := s.Say(err)
	var d *modal.Dialog
	leave := widget.NewPrimary(s.t("shell.close"), "", func() { d.Close() })
	d = modal.Show(s.window.Canvas(), modal.Parts{
		Body: widget.NewErrorPanel(widget.ErrorParts{
			What: say.What, Means: say.Means, Who: say.Who, ReferenceLabel: s.t("shell.reference"), Reference: s.reference(err),
			CopyText: s.t("shell.copy"), OnCopied: func() { s.Toast(s.t("shell.copied", "what", s.t("shell.reference"))) },
		}),
		Width: 520, Buttons: []fyne.CanvasObject{leave}, First: func() { s.window.Canvas().Focus(leave) },
	})
}

// confirm asks for the password before an operation that wants a recent one.
func (s *Shell) confirm(ctx context.Context) bool {
	return session.AskPassword(ctx, s.window.Canvas(), s.sessionOptions())
}
