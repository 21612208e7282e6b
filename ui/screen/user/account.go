package user

import (
	"errors"

	"fyne.io/fyne/v2"

	"indagor/app"
	flow "indagor/ui/flow/user"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// done tells how an act went and loads the list again.
func (s *Screen) done(err error, key string, u app.User) {
	if err != nil {
		s.Host.Fail(err)
	} else {
		s.Host.Toast(s.t(key, "name", u.FullName()))
	}
	s.load()
}

func (s *Screen) enable(u app.User) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("user.enable.title", "name", u.FullName()), Message: s.t("user.enable.text"),
		Verb: s.t("user.enable"), Cancel: s.t("shell.cancel"),
		OnConfirm: func(string) {
			s.Go(func() { s.done(s.flow.Enable(s.Context, u.ID), "user.enable.done", u) })
		},
	})
}

// disable asks, and where others depend on the person asks where they go.
func (s *Screen) disable(u app.User) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("user.disable.title", "name", u.FullName()), Message: s.t("user.disable.text"),
		Verb: s.t("user.disable"), Cancel: s.t("shell.cancel"), Danger: true,
		ReasonLabel: s.t("user.disable.reason"), ReasonHint: s.t("user.disable.reason.hint"),
		OnConfirm: func(reason string) {
			s.Go(func() {
				err := s.flow.Disable(s.Context, u.ID, reason, flow.Heirs{})
				if app.CodeOf(err) != app.CodeDependants {
					s.done(err, "user.disable.done", u)
					return
				}
				c, cerr := s.flow.Choices(s.Context)
				if cerr != nil {
					s.Host.Fail(cerr)
					return
				}
				s.Do(func() {
					s.heirs(parting{
						u: u, refusal: err, c: c, mediates: true, heads: u.Role == app.RoleAdmin,
						title: s.t("user.disable.title", "name", u.FullName()), text: s.t("user.heirs.text"),
						send: func(act func()) *widget.Button {
							return widget.NewButtonWith(widget.ButtonDanger, s.t("user.disable"), "", act)
						},
						act: func(heirs flow.Heirs) error { return s.flow.Disable(s.Context, u.ID, reason, heirs) },
						done: func() {
							s.Host.Toast(s.t("user.disable.done", "name", u.FullName()))
							s.load()
						},
						failed: s.Host.Fail,
						leave:  func(then func()) { then() },
					})
				})
			})
		},
	})
}

// people are choices of persons, without one of them.
func (s *Screen) people(c flow.Choices, us []app.User, without app.ID) []widget.Choice {
	var choices []widget.Choice
	for _, u := range us {
		if u.ID != without {
			choices = append(choices, widget.Choice{ID: string(u.ID), Text: u.FullName(), Secondary: c.Department(u.Department)})
		}
	}
	return choices
}

// picked is the person chosen in a picker that may be missing.
func picked(p *widget.Picker) app.ID {
	if p == nil {
		return ""
	}
	c, _ := p.Selected()
	return app.ID(c.ID)
}

// parting is an act that leaves others without a person on whom they depend.
type parting struct {
	u               app.User
	refusal         error // who they are
	c               flow.Choices
	mediates, heads bool // what he stops to be: their Mediator, their ADMIN
	title, text     string
	send            func(act func()) *widget.Button
	act             func(flow.Heirs) error // takes time
	done            func()                 // in the window, after it
	failed          func(error)            // in the window: the heirs are not to blame
	leave           func(then func())      // before the list is shown in its place
}

// heirs asks where those go who depend on the person.
func (s *Screen) heirs(p parting) {
	u, c := p.u, p.c
	say := s.Say(p.refusal)
	who := widget.NewText(say.What + " " + say.Means)
	var fields []fyne.CanvasObject
	picker := func(key, choose string, choices []widget.Choice) *widget.Picker {
		if len(choices) == 0 {
			return nil
		}
		p := widget.NewSelect(s.t(key), choices...)
		p.ReserveHelp, p.Placeholder = true, s.t(choose)
		fields = append(fields, p)
		return p
	}
	var mediator, admin *widget.Picker
	if p.mediates {
		mediator = picker("user.heirs.mediator", "user.mediator.choose", s.people(c, c.Mediators(), u.ID))
	}
	if p.heads {
		admin = picker("user.heirs.admin", "user.admin.choose", s.people(c, c.AdminsOf(""), u.ID))
	}
	var d *modal.Dialog
	var send *widget.Button
	submit := func() {
		heirs := flow.Heirs{Mediator: picked(mediator), Admin: picked(admin)}
		if heirs == (flow.Heirs{}) {
			for _, f := range []*widget.Picker{admin, mediator} {
				if f != nil {
					f.SetError(s.t("user.heirs.missing"))
				}
			}
			d.Refresh()
			return
		}
		send.SetBusy(true)
		s.Go(func() {
			err := p.act(heirs)
			s.Do(func() {
				send.SetBusy(false)
				switch {
				case err == nil:
					d.Close()
					p.done()
				case app.CodeOf(err) == app.CodeDependants: // some are still left
					say := s.Say(err)
					who.SetText(say.What + " " + say.Means)
					d.Refresh()
				case !s.blame(err, map[string]*widget.Picker{"new_mediator": mediator, "new_admin": admin}):
					d.Close()
					p.failed(err)
				}
			})
		})
	}
	// The refusal names the first of them; the list has them all.
	show := func(key string, f flow.Filter) fyne.CanvasObject {
		return widget.NewButtonWith(widget.ButtonQuiet, s.t(key), theme.IconPeople, func() {
			d.Close()
			p.leave(func() { s.Search(f) })
		})
	}
	var all []fyne.CanvasObject
	if p.mediates {
		all = append(all, show("user.heirs.mediated", flow.Filter{Mediator: u.ID}))
	}
	if p.heads {
		all = append(all, show("user.heirs.operators", flow.Filter{Admin: u.ID}))
	}
	whole := widget.Flow(theme.Space8, all...)
	cancel := widget.NewButton(s.t("shell.cancel"), func() { d.Close() })
	parts := modal.Parts{
		Title: p.title, Icon: theme.IconWarning, Tone: theme.Danger, Width: 520,
		Buttons: []fyne.CanvasObject{cancel}, First: func() { s.Host.Window().Canvas().Focus(cancel) },
	}
	if len(fields) == 0 { // nobody could take them
		parts.Body = widget.VBox(theme.Space12, who, whole, widget.NewText(say.Who))
	} else {
		send = p.send(submit)
		parts.Buttons = append(parts.Buttons, send)
		parts.Body = widget.VBox(theme.Space12, append([]fyne.CanvasObject{who, whole, widget.NewText(p.text)}, fields...)...)
		first := fields[0].(*widget.Picker)
		parts.First = func() { s.focus(first) }
	}
	d = modal.Show(s.Host.Window().Canvas(), parts)
}

// blame shows errors at pickers; it reports whether one was to blame.
func (s *Screen) blame(err error, fields map[string]*widget.Picker) bool {
	found := false
	for _, e := range each(err) {
		if p := fields[e.Field]; p != nil {
			p.SetError(s.l.Field(e))
			found = true
		}
	}
	return found
}

func (s *Screen) reset(u app.User) {
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("user.reset.title", "name", u.FullName()), Message: s.t("user.reset.text"),
		Verb: s.t("user.reset"), Cancel: s.t("shell.cancel"), Danger: true,
		OnConfirm: func(string) {
			s.Go(func() {
				secret, err := s.flow.Reset(s.Context, u.ID)
				s.Do(func() {
					if err != nil {
						s.Host.Fail(err)
						return
					}
					s.stale()
					s.reveal(s.t("user.secret.reset", "name", u.FullName()), u, secret)
				})
			})
		},
	})
}

// move gives an operator to another ADMIN.
func (s *Screen) move(u app.User) {
	s.Go(func() {
		c, err := s.flow.Choices(s.Context)
		if err != nil {
			s.Host.Fail(err)
			return
		}
		s.Do(func() { s.moving(u, c) })
	})
}

func (s *Screen) moving(u app.User, c flow.Choices) {
	var d *modal.Dialog
	cancel := widget.NewButton(s.t("shell.cancel"), func() { d.Close() })
	parts := modal.Parts{
		Title: s.t("user.move.title", "name", u.FullName()), Icon: theme.IconSwap, Tone: theme.Information,
		Buttons: []fyne.CanvasObject{cancel}, First: func() { s.Host.Window().Canvas().Focus(cancel) },
	}
	choices := s.people(c, c.AdminsOf(""), u.Admin)
	if len(choices) == 0 {
		parts.Body = widget.NewText(s.t("user.move.none"))
		d = modal.Show(s.Host.Window().Canvas(), parts)
		return
	}
	p := widget.NewSelect(s.t("user.move.choice"), choices...)
	p.Required, p.ReserveHelp, p.Placeholder = true, true, s.t("user.admin.choose")
	wrong := widget.NewText("")
	wrong.Role = theme.ColorDanger
	wrong.Hide()
	var send *widget.Button
	send = widget.NewPrimary(s.t("user.move"), theme.IconSwap, func() {
		admin := picked(p)
		if admin == "" {
			p.SetError(s.l.Field(app.E(app.CodeRequired)))
			return
		}
		send.SetBusy(true)
		s.Go(func() {
			err := s.flow.Move(s.Context, u.ID, admin)
			s.Do(func() {
				send.SetBusy(false)
				switch {
				case err == nil:
					d.Close()
					s.Host.Toast(s.t("user.move.done", "name", u.FullName()))
					s.load()
				case s.blame(err, map[string]*widget.Picker{"admin": p}):
				case len(each(err)) > 0 && each(err)[0].Field != "": // the profile would not work there
					wrong.SetText(s.Say(err).String())
					wrong.Show()
					d.Refresh()
				default:
					d.Close()
					s.Host.Fail(err)
				}
			})
		})
	})
	parts.Buttons = append(parts.Buttons, send)
	text := "user.move.text"
	if u.Role == app.RoleStandardPS { // no former ADMIN sees what he did
		text = "user.move.ps"
	}
	parts.Body = widget.VBox(theme.Space12, widget.NewText(s.t(text)), p, wrong)
	parts.First = func() { s.focus(p) }
	d = modal.Show(s.Host.Window().Canvas(), parts)
}

// each lists the refusals in an error.
func each(err error) []*app.Error {
	var many app.Errors
	if errors.As(err, &many) {
		return many
	}
	var one *app.Error
	if errors.As(err, &one) {
		return []*app.Error{one}
	}
	return nil
}
