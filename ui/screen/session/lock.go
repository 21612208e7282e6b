package session

import (
	"context"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/ui/screen/front"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Lock is the page over a locked screen: nothing of the work is to be seen.
type Lock struct {
	Options
	page     *front.Page
	password *widget.TextField
	button   *widget.Button
	done     func()
	working  bool
}

// NewLock returns the page; name is that of the person who is signed in. done
// is called when the screen is open again, leave when another person is to sign in.
func NewLock(o Options, body, name string, done, leave func()) *Lock {
	o.fill()
	t := o.Language.T
	l := &Lock{Options: o, page: front.New(t("shell.product")), done: done}
	l.password = widget.NewPasswordField(t("session.password"), t("session.reveal"), t("session.hide"))
	l.password.ReserveHelp = true
	l.password.OnSubmitted = func(string) { l.send() }
	l.button = widget.NewPrimary(t("lock.unlock"), theme.IconLock, l.send)
	l.page.Set(front.Width, body, "", widget.VBox(theme.Space16,
		widget.NewHeading(t("lock.title")), widget.NewText(t("lock.text", "name", name)), l.password,
		widget.HBox(theme.Space8, widget.NewButton(t("shell.sign_out"), leave), widget.Spacer(), l.button)))
	return l
}

// Object is the whole page.
func (l *Lock) Object() fyne.CanvasObject { return l.page.Object() }

// Begin puts the focus on the password.
func (l *Lock) Begin() { l.focus(l.password) }

func (l *Lock) send() {
	if l.working {
		return
	}
	password := l.password.Text()
	if password == "" {
		l.password.SetError(l.Language.Field(app.E(app.CodeRequired)))
		l.focus(l.password)
		return
	}
	l.working = true
	l.button.SetBusy(true)
	l.Go(func() {
		err := l.Flow.Unlock(l.Context, password)
		l.Do(func() {
			l.working = false
			l.button.SetBusy(false)
			l.password.SetText("")
			if err == nil {
				l.done()
				return
			}
			l.password.SetError(wrong(l.Options, err))
			l.page.Refresh()
			l.focus(l.password)
		})
	})
}

// wrong says in one line why a password was not taken.
func wrong(o Options, err error) string {
	if app.CodeOf(err) == app.CodeCredentials {
		return o.Language.T("lock.wrong")
	}
	return sentence(o.Say(err))
}

// AskPassword asks in a dialog for the password, before an operation that
// wants a recent one, and waits for the answer. It is called on any goroutine
// but the window's, and reports whether the server has taken the password.
func AskPassword(ctx context.Context, canvas fyne.Canvas, o Options) bool {
	o.fill()
	answer := make(chan bool, 1)
	fyne.Do(func() { showAsk(canvas, o, answer) })
	select {
	case ok := <-answer:
		return ok
	case <-ctx.Done():
		return false
	}
}

func showAsk(canvas fyne.Canvas, o Options, answer chan<- bool) *modal.Dialog {
	t := o.Language.T
	field := widget.NewPasswordField(t("session.password"), t("session.reveal"), t("session.hide"))
	field.ReserveHelp = true
	var d *modal.Dialog
	var button *widget.Button
	done := false
	send := func() {
		if button.Busy() {
			return
		}
		password := field.Text()
		button.SetBusy(true)
		o.Go(func() {
			err := o.Flow.Confirm(o.Context, password)
			o.Do(func() {
				button.SetBusy(false)
				if err == nil {
					done = true
					d.Close()
					return
				}
				field.SetText("")
				if app.CodeOf(err) == app.CodeRequired {
					field.SetError(o.Language.Field(err))
				} else {
					field.SetError(wrong(o, err))
				}
				o.focus(field)
			})
		})
	}
	button = widget.NewPrimary(t("confirm.send"), "", send)
	field.OnSubmitted = func(string) { send() }
	d = modal.Show(canvas, modal.Parts{
		Title: t("confirm.title"), Icon: theme.IconKey, Tone: theme.Information, First: func() { o.focus(field) },
		Body:    widget.VBox(theme.Space12, widget.NewText(t("confirm.text")), field),
		Buttons: []fyne.CanvasObject{widget.NewButton(t("shell.cancel"), func() { d.Close() }), button},
		OnClose: func() { answer <- done },
	})
	return d
}
