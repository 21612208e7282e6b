package user

import (
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	flow "indagor/ui/flow/user"
	"indagor/ui/screen/listing"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// editor is the form of one user: left the person, right the profile, at the
// foot what he will be able to do.
type editor struct {
	s       *Screen
	c       flow.Choices
	draft   flow.Draft
	first   flow.Draft // as it was opened, to know whether anything would be lost
	page    *widget.Page
	scroll  *container.Scroll
	columns *fyne.Container
	says    *widget.Label
	send    *widget.Button
	filling bool // the fields are being filled by the program

	person
	profile
}

// create opens the editor for a new user.
func (s *Screen) create() { s.begin("") }

// edit opens the editor for a user who is there, read again first.
func (s *Screen) edit(id app.ID) { s.begin(id) }

func (s *Screen) begin(id app.ID) {
	if s.editor != nil || s.opening {
		return
	}
	s.opening = true
	s.Go(func() {
		c, err := s.flow.Choices(s.Context)
		var u app.User
		if err == nil && id != "" {
			u, err = s.Desk.User(s.Context, id)
		}
		s.Do(func() {
			s.opening = false
			if err != nil {
				s.Host.Fail(err)
				return
			}
			if s.Silence != nil {
				c.Silence = s.Silence()
			}
			draft := flow.NewDraft(c)
			if id != "" {
				draft = flow.DraftOf(u).Propose(c)
			}
			s.Vacate()
			s.editor = newEditor(s, c, draft)
			s.show(s.editor.page)
			s.editor.relayout() // the sentence knows its width now
			if s.shown {
				s.focus(s.editor.surname)
			}
		})
	})
}

// show puts the list or the editor into view.
func (s *Screen) show(o fyne.CanvasObject) {
	s.all.Objects = []fyne.CanvasObject{o}
	s.all.Refresh()
	if c, ok := s.Host.Window().Canvas().(interface{ EnsureMinSize() bool }); ok {
		c.EnsureMinSize() // until then no field could take the keyboard
	}
}

// close goes back to the list.
func (s *Screen) close() {
	s.editor = nil
	s.show(s.Page.Object())
	if s.shown {
		s.Focus()
	}
}

func newEditor(s *Screen, c flow.Choices, draft flow.Draft) *editor {
	e := &editor{s: s, c: c, draft: draft, filling: true}
	title, verb := s.t("user.new.title"), s.t("user.register")
	if draft.Before.ID != "" {
		title, verb = s.t("user.edit.title", "name", draft.Before.FullName()), s.t("user.save")
	}
	left := e.makePerson()
	right := e.makeProfile()
	e.columns = widget.Grid(350, theme.Space12, widget.Panel(left), widget.Panel(right))
	e.scroll = widget.NewScroll(listing.Pane(e.columns))
	e.says = widget.NewText("")
	e.says.MinLines = 3
	e.send = widget.NewPrimary(verb, theme.IconSave, e.submit)
	foot := widget.VBox(theme.Space4, widget.Sized(0, theme.Space4, widget.NewBox("")), widget.NewHeading(s.t("user.says")),
		widget.HBoxTop(theme.Space16, widget.Expand(e.says), widget.NewButton(s.t("shell.cancel"), e.leave), e.send))
	// What is scrolled ends above the foot, which has the page's own ground.
	bottom := container.NewStack(widget.NewBox(theme.ColorPage), foot)
	e.page = widget.NewPage(widget.PageParts{Title: title, Body: widget.Frame(nil, nil, e.scroll, nil, bottom)})
	e.filling = false
	e.changed()
	e.first = e.draft
	return e
}

// changed takes in what is typed and shows what follows from it.
func (e *editor) changed() {
	if e.filling {
		return
	}
	e.takePerson()
	e.takeProfile()
	e.arrange()
	e.says.SetText(flow.Says(e.s.l, e.draft.User(), e.c))
	e.relayout()
}

func (e *editor) relayout() {
	e.columns.Refresh()
	e.scroll.Refresh()
	e.page.Refresh()
}

// arrange shows the choices that there are, and hides those that are none.
func (e *editor) arrange() {
	e.filling = true
	defer func() { e.filling = false }()
	e.arrangePerson()
	e.arrangeProfile()
}

// leave goes back to the list; where something would be lost it asks first.
func (e *editor) leave() { e.leaving(func() {}) }

// leaving is leave, and does something then.
func (e *editor) leaving(then func()) {
	if e.send.Busy() {
		return
	}
	e.changed()
	if reflect.DeepEqual(e.draft, e.first) {
		e.s.close()
		then()
		return
	}
	s := e.s
	widget.Confirm(s.Host.Window().Canvas(), widget.Confirmation{
		Title: s.t("user.discard.title"), Message: s.t("user.discard.text"), Verb: s.t("user.discard"), Cancel: s.t("user.discard.stay"),
		Danger: true, OnConfirm: func(string) {
			s.close()
			then()
		},
	})
}

func (e *editor) submit() {
	if e.send.Busy() {
		return
	}
	e.changed()
	bad := !e.validFrom.Settle()
	if bad = !e.validUntil.Settle() || bad; bad {
		return
	}
	u, err := e.draft.Check()
	if err != nil {
		if !e.blame(err) {
			e.s.Host.Fail(err)
		}
		return
	}
	e.send.SetBusy(true)
	s := e.s
	s.Go(func() {
		saved, secret, err := s.flow.Save(s.Context, u, flow.Heirs{})
		s.Do(func() {
			e.send.SetBusy(false)
			switch {
			case app.CodeOf(err) == app.CodeDependants:
				e.part(u, err)
			case err != nil && !e.blame(err):
				s.Host.Fail(err) // what was typed stays
			case err != nil:
			case u.ID == "":
				s.close()
				s.reveal(s.t("user.secret.created", "name", saved.FullName()), saved, secret)
				s.load()
			default:
				e.saved(saved)
			}
		})
	})
}

func (e *editor) saved(u app.User) {
	e.s.close()
	e.s.Host.Toast(e.s.t("user.saved", "name", u.FullName()))
	e.s.load()
}

// part asks where those go who depend on what the person is no longer, and
// saves him with it.
func (e *editor) part(u app.User, refusal error) {
	s, before := e.s, e.draft.Before
	mediates, heads := flow.Quits(before, u, app.DayOf(s.Now()))
	s.heirs(parting{
		u: before, refusal: refusal, c: e.c, mediates: mediates, heads: heads,
		title: s.t("user.edit.title", "name", before.FullName()), text: s.t("user.heirs.save"),
		send: func(act func()) *widget.Button { return widget.NewPrimary(s.t("user.save"), theme.IconSave, act) },
		act: func(heirs flow.Heirs) error {
			_, _, err := s.flow.Save(s.Context, u, heirs)
			return err
		},
		done: func() { e.saved(u) },
		failed: func(err error) {
			if !e.blame(err) {
				s.Host.Fail(err)
			}
		},
		leave: e.leaving,
	})
}

// target is a field that can be blamed.
type target struct {
	name  string
	what  fyne.CanvasObject
	set   func(string)
	focus func() fyne.Focusable
}

func aim[F interface {
	fyne.CanvasObject
	SetError(string)
	focusable
}](name string, f F,
) target {
	return target{name, f, f.SetError, f.Focusable}
}

func aimChips(name string, c *widget.ChipSet) target {
	return target{name, c, c.SetError, func() fyne.Focusable { return c }}
}

// blame shows errors under their fields and puts the focus on the first; it
// reports whether all were told so. One whose field is not in view is for the
// caller to tell.
func (e *editor) blame(err error) bool {
	targets := append(e.personTargets(), e.profileTargets()...)
	told, all := false, len(each(err)) > 0
	for _, refusal := range each(err) {
		i := slices.IndexFunc(targets, func(t target) bool { return refusal.Field != "" && under(refusal.Field, t.name) && t.what.Visible() })
		if i < 0 {
			all = false
			continue
		}
		text := e.s.l.Field(refusal)
		if targets[i].name == "profile.visure.approval.silence_hours" && refusal.Code == app.CodeInvalid {
			text = e.s.t("user.silence.range")
		}
		targets[i].set(text)
	}
	for _, t := range targets { // in the order in which they are read
		blamed := slices.ContainsFunc(each(err), func(r *app.Error) bool { return r.Field != "" && under(r.Field, t.name) })
		if blamed && t.what.Visible() && !told {
			told = true
			e.s.Host.Window().Canvas().Focus(t.focus())
			e.reach(t.what)
		}
	}
	e.relayout()
	return all
}

// under reports whether a path of a refusal is the field's or below it.
func under(path, field string) bool {
	return path == field || len(path) > len(field) && path[:len(field)] == field && path[len(field)] == '.'
}

// reach scrolls so that the object is in view.
func (e *editor) reach(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	y := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(e.columns).Y
	top, height := e.scroll.Offset.Y, e.scroll.Size().Height
	if y < top || y+o.Size().Height > top+height {
		e.scroll.Offset.Y = max(0, min(y-theme.Space24, e.columns.MinSize().Height-height))
		e.scroll.Refresh()
	}
}

// pick makes a picker whose change the editor takes in.
func (e *editor) pick(key, choose, none string, choices ...widget.Choice) *widget.Picker {
	p := widget.NewSelect(e.s.t(key), choices...)
	p.Required, p.ReserveHelp = true, true
	p.Placeholder, p.EmptyText = e.s.t(choose), e.s.t(none)
	p.OnChanged = func(widget.Choice, bool) {
		e.changed()
		e.reach(p)
	}
	return p
}

// chips makes a set of chips whose change the editor takes in.
func (e *editor) chips(key string, several bool, chips ...widget.Chip) *widget.ChipSet {
	c := widget.NewChipSet(e.s.t(key), several, chips...)
	c.OnChanged = func([]string) {
		e.changed()
		e.reach(c)
	}
	return c
}

// one is the chip chosen of a set of which one is.
func one(c *widget.ChipSet) string {
	if ids := c.Selected(); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

func setVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
