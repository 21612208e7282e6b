package session

import (
	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/session"
	"indagor/ui/screen/front"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// change is the fields of a new password with the rules beside them.
type change struct {
	Options
	policy          wire.PasswordPolicy
	username        string
	old, new, again *widget.TextField
	rules           []*widget.StatusDot
	refusal         *fyne.Container
	button          *widget.Button
	all             *fyne.Container
	done            func(wire.Session)
	fit             func() // after the height has changed
	working         bool
}

func newChange(o Options, policy wire.PasswordPolicy, username string, done func(wire.Session)) *change {
	t := o.Language.T
	c := &change{Options: o, policy: policy, username: username, done: done, fit: func() {}}
	field := func(key string) *widget.TextField {
		f := widget.NewPasswordField(t(key), t("session.reveal"), t("session.hide"))
		f.ReserveHelp = true
		f.OnChanged = func(string) { c.judge() }
		return f
	}
	c.old, c.new, c.again = field("password.old"), field("password.new"), field("password.again")
	c.old.OnSubmitted = func(string) { c.focus(c.new) }
	c.new.OnSubmitted = func(string) { c.focus(c.again) }
	c.again.OnSubmitted = func(string) { c.send() }
	c.button = widget.NewPrimary(t("password.change"), "", c.send)
	c.refusal = widget.VBox(0)
	c.refusal.Hidden = true
	list := []fyne.CanvasObject{widget.NewSecondary(t("password.rules"))}
	for range flow.Rules(policy, flow.NewPassword{}) {
		dot := widget.NewStatusDot(theme.Quiet, "")
		c.rules = append(c.rules, dot)
		list = append(list, dot)
	}
	c.all = widget.VBox(theme.Space12, c.refusal, widget.VBox(theme.Space4, c.old, c.new, c.again), widget.VBox(6, list...))
	c.judge()
	return c
}

func (c *change) typed() flow.NewPassword {
	return flow.NewPassword{Username: c.username, Old: c.old.Text(), New: c.new.Text(), Again: c.again.Text()}
}

// judge shows how the password stands before each rule.
func (c *change) judge() {
	for i, r := range flow.Rules(c.policy, c.typed()) {
		dot, tone := c.rules[i], theme.Quiet
		dot.Icon = theme.IconCircleOutline
		word := c.Language.N("password.rule."+r.ID, r.N)
		switch r.Verdict {
		case flow.Met:
			tone, dot.Icon = theme.Success, theme.IconCheckCircle
		case flow.Unmet:
			tone, dot.Icon = theme.Danger, theme.IconError
		}
		dot.Set(tone, word)
	}
}

func (c *change) send() {
	if c.working {
		return
	}
	p := c.typed()
	for _, f := range []*widget.TextField{c.old, c.new, c.again} {
		if f.Text() == "" {
			f.SetError(c.Language.Field(app.E(app.CodeRequired)))
			c.focus(f)
			return
		}
	}
	if !flow.Ready(c.policy, p) {
		if p.New != p.Again {
			c.again.SetError(c.Language.T("password.different"))
			c.focus(c.again)
			return
		}
		c.new.SetError(c.Language.T("password.unmet"))
		c.focus(c.new)
		return
	}
	c.working = true
	c.button.SetBusy(true)
	c.Go(func() {
		s, err := c.Flow.Change(c.Context, p)
		c.Do(func() { c.got(s, err) })
	})
}

func (c *change) got(s wire.Session, err error) {
	c.working = false
	c.button.SetBusy(false)
	if err == nil {
		c.done(s)
		return
	}
	switch app.CodeOf(err) {
	case app.CodeCredentials:
		c.old.SetError(c.Language.T("password.old_wrong"))
		c.focus(c.old)
	case app.CodePasswordWeak, app.CodePasswordReuse:
		c.new.SetError(c.Language.Field(err))
		c.focus(c.new)
	default:
		say := c.Say(err)
		c.refusal.Objects = []fyne.CanvasObject{widget.NewNotice(widget.NoticeParts{Tone: theme.Danger, Title: say.What, Text: joined(say.Means, say.Who)})}
		c.refusal.Hidden = false
		c.all.Refresh()
		c.fit()
	}
}

// ForcedChange is the page on which a password must be changed before anything
// else.
type ForcedChange struct {
	page *front.Page
	form *change
}

// NewForcedChange returns the page for the session; done is called with the
// session as it is then, leave when the person gives up.
func NewForcedChange(o Options, s wire.Session, info wire.ServerInfo, done func(wire.Session), leave func()) *ForcedChange {
	o.fill()
	t := o.Language.T
	f := &ForcedChange{page: front.New(t("shell.product"))}
	f.form = newChange(o, info.Password, s.User.Username, done)
	f.form.fit = f.page.Refresh
	f.page.Set(front.Width, info.Body, t("password.user", "name", s.User.FullName()), widget.VBox(theme.Space16,
		widget.NewHeading(t("password.forced.title")), widget.NewText(t("password.forced.text")), f.form.all,
		widget.HBox(theme.Space8, widget.Spacer(), widget.NewButton(t("shell.sign_out"), leave), f.form.button)))
	return f
}

// Object is the whole page.
func (f *ForcedChange) Object() fyne.CanvasObject { return f.page.Object() }

// Begin puts the focus on the first field.
func (f *ForcedChange) Begin() { f.form.focus(f.form.old) }

// ShowChange asks in a dialog for a new password.
func ShowChange(canvas fyne.Canvas, o Options, policy wire.PasswordPolicy, username string, done func(wire.Session)) *modal.Dialog {
	o.fill()
	var d *modal.Dialog
	form := newChange(o, policy, username, func(s wire.Session) {
		d.Close()
		done(s)
	})
	form.fit = func() { d.Refresh() }
	d = modal.Show(canvas, modal.Parts{
		Title: o.Language.T("password.title"), Body: form.all, First: func() { form.focus(form.old) },
		Buttons: []fyne.CanvasObject{widget.NewButton(o.Language.T("shell.cancel"), func() { d.Close() }), form.button},
	})
	return d
}

// sentence is one line out of what an error says.
func sentence(s language.Sentence) string { return joined(s.What, s.Who) }
