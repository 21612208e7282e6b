// Package session shows signing in, the change of a password, the locked
// screen, and the question for the password before an operation that asks for
// a recent one.
package session

import (
	"context"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/session"
	"indagor/ui/screen/front"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Flow is what the pages need of the session.
type Flow interface {
	SignIn(ctx context.Context, user, password string, takeOver bool) flow.SignedIn
	Change(ctx context.Context, p flow.NewPassword) (wire.Session, error)
	Confirm(ctx context.Context, password string) error
	Unlock(ctx context.Context, password string) error
}

// Options say what the pages stand on.
type Options struct {
	Language *language.Language
	Flow     Flow
	Context  context.Context // ends with the program
	// Say says an error for people, also one that is no refusal of the
	// server, such as its being away.
	Say func(error) language.Sentence
	// Focus gives the keyboard to a field; nil for nobody.
	Focus func(fyne.Focusable)
	// Go runs what takes time, and Do then shows its result; nil for a
	// goroutine and fyne.Do.
	Go func(func())
	Do func(func())
}

func (o *Options) fill() {
	if o.Focus == nil {
		o.Focus = func(fyne.Focusable) {}
	}
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
}

// focus puts the cursor into a field. The canvas is asked, not the field: a
// field that was never drawn knows no canvas.
func (o *Options) focus(f *widget.TextField) { o.Focus(f.Focusable()) }

// SignIn is the page on which a person signs in.
type SignIn struct {
	Options
	page      *front.Page
	body      string
	foot      string
	reason    *language.Sentence
	refusal   *language.Sentence
	elsewhere bool
	notice    *fyne.Container
	user      *widget.TextField
	password  *widget.TextField
	button    *widget.Button
	takeOver  *widget.Button
	done      func(wire.Session)
	working   bool
}

// NewSignIn returns the page; done is called with the session.
func NewSignIn(o Options, done func(wire.Session)) *SignIn {
	o.fill()
	t := o.Language.T
	s := &SignIn{Options: o, page: front.New(t("shell.product")), done: done}
	s.user = widget.NewTextField(t("session.username"))
	s.password = widget.NewPasswordField(t("session.password"), t("session.reveal"), t("session.hide"))
	s.user.ReserveHelp, s.password.ReserveHelp = true, true
	s.user.OnSubmitted = func(string) {
		if s.password.Text() == "" {
			s.focus(s.password)
			return
		}
		s.send(false)
	}
	s.password.OnSubmitted = func(string) { s.send(false) }
	s.button = widget.NewPrimary(t("session.sign_in"), theme.IconLogin, func() { s.send(false) })
	s.takeOver = widget.NewButton(t("session.take_over"), func() { s.send(true) })
	s.notice = widget.VBox(theme.Space8)
	return s
}

// Object is the whole page.
func (s *SignIn) Object() fyne.CanvasObject { return s.page.Object() }

// Show shows the page for a new person: body is the name of the body, foot a
// quiet line about the workstation, user the name that signed in last, reason
// why the last session ended, nil where it was signed out.
func (s *SignIn) Show(body, foot, user string, reason *language.Sentence) {
	s.body, s.foot, s.reason, s.refusal, s.elsewhere = body, foot, reason, nil, false
	s.user.SetText(user)
	s.password.SetText("")
	s.user.SetError("")
	s.password.SetError("")
	s.draw()
	if user == "" {
		s.focus(s.user)
	} else {
		s.focus(s.password)
	}
}

func (s *SignIn) draw() {
	t := s.Language.T
	s.notice.Objects = nil
	say := func(tone theme.Tone, title, text string) {
		s.notice.Objects = append(s.notice.Objects, widget.NewNotice(widget.NoticeParts{Tone: tone, Title: title, Text: text}))
	}
	if s.reason != nil {
		say(theme.Information, s.reason.What, joined(s.reason.Means, s.reason.Who))
	}
	if s.refusal != nil {
		tone := theme.Danger
		if s.elsewhere {
			tone = theme.Warning
		}
		say(tone, s.refusal.What, joined(s.refusal.Means, s.refusal.Who))
	}
	if s.elsewhere {
		s.notice.Objects = append(s.notice.Objects, widget.HBox(theme.Space8, widget.Spacer(), s.takeOver))
	}
	parts := []fyne.CanvasObject{widget.NewHeading(t("session.title"))}
	if len(s.notice.Objects) > 0 {
		parts = append(parts, s.notice)
	}
	parts = append(parts, widget.VBox(theme.Space4, s.user, s.password), widget.HBox(theme.Space8, widget.Spacer(), s.button))
	s.page.Set(front.Width, s.body, s.foot, widget.VBox(theme.Space16, parts...))
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

func (s *SignIn) send(takeOver bool) {
	if s.working {
		return
	}
	user, password := s.user.Text(), s.password.Text()
	if user == "" || password == "" {
		s.got(s.Flow.SignIn(s.Context, user, password, takeOver)) // it asks nobody
		return
	}
	s.working = true
	s.button.SetBusy(true)
	s.takeOver.SetBusy(true)
	s.Go(func() {
		r := s.Flow.SignIn(s.Context, user, password, takeOver)
		s.Do(func() { s.got(r) })
	})
}

func (s *SignIn) got(r flow.SignedIn) {
	s.working = false
	s.button.SetBusy(false)
	s.takeOver.SetBusy(false)
	if len(r.Missing) > 0 {
		for i := len(r.Missing) - 1; i >= 0; i-- {
			f := s.user
			if r.Missing[i] == "password" {
				f = s.password
			}
			f.SetError(s.Language.Field(app.E(app.CodeRequired)))
			s.focus(f)
		}
		return
	}
	if r.Err == nil {
		s.password.SetText("")
		s.done(r.Session)
		return
	}
	say := s.Say(r.Err)
	s.refusal, s.elsewhere = &say, r.Elsewhere
	if r.Forget {
		s.password.SetText("")
	}
	s.draw()
	if r.Elsewhere {
		s.Focus(s.takeOver)
		return
	}
	s.focus(s.password)
}
