package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/app"
	"indagor/sync/desk"
	"indagor/ui/screen"
	"indagor/ui/screen/session"
	"indagor/ui/theme"
	"indagor/ui/widget"

	"indagor/sync/wire"
)

// header is the line at the top: product and body, search, ANPR, the person.
type header struct {
	s      *Shell
	w      *work
	all    *fyne.Container
	search *widget.TextField
	anpr   *widget.StatusDot
	bell   *widget.Button
	unread *widget.Badge
	user   *widget.Button
}

func newHeader(s *Shell, w *work) *header {
	h := &header{s: s, w: w}
	menu := widget.NewIconButton(s.t("shell.fold"), theme.IconMenu, func() { s.fold(!w.side.Folded()) })
	product := widget.NewLabel(s.t("shell.product"))
	product.Bold, product.Role, product.TextSize = true, theme.ColorPrimary, theme.TextSection
	body := widget.NewLabel(s.info.Body)
	body.Truncate = true
	h.search = widget.NewTextField("")
	h.search.Placeholder = s.t("shell.search")
	if !w.has(screen.Visure) {
		h.search.Placeholder = s.t("shell.search.page")
	}
	h.search.Refresh() // the icon draws the input, which must know its words by then
	h.search.SetIcon(theme.IconSearch)
	h.search.SetMaxLength(60)
	h.search.OnSubmitted = func(text string) {
		if s.find(text) {
			h.search.SetText("")
			return
		}
		if text != "" {
			s.Toast(h.search.Placeholder)
		}
	}
	h.anpr = widget.NewStatusDot(theme.Quiet, s.t("anpr.unknown"))
	h.bell = widget.NewIconButton(s.t("board.bell.none"), theme.IconBell, func() { s.goTo(screen.Board, nil) })
	h.unread = widget.NewBadge("")
	h.unread.Hide()
	h.user = widget.NewButtonWith(widget.ButtonQuiet, short(w.session().User), theme.IconPerson, h.menu)
	row := widget.HBox(theme.Space12, menu, product, widget.Expand(body), widget.Sized(300, 0, h.search), widget.Spacer(), h.anpr, widget.HBox(2, h.bell, h.unread), h.user)
	rule := widget.NewRule()
	h.all = container.NewStack(widget.NewBox(theme.ColorSurface), widget.VBox(0, widget.PadXY(theme.Space12, theme.Space8, row), rule))
	return h
}

// short is a person as the header names him: "M. Rossi".
func short(u app.User) string {
	if u.Name == "" || u.Surname == "" {
		return u.FullName()
	}
	return string([]rune(u.Name)[:1]) + ". " + u.Surname
}

// refresh shows how ANPR stands.
func (h *header) refresh() {
	t := h.s.t
	if h.w.state.Link == desk.Offline {
		h.anpr.Set(theme.Quiet, t("anpr.offline"))
		h.all.Refresh()
		return
	}
	state := h.w.anpr.ANPR
	tone := theme.Quiet
	switch state {
	case "ok":
		tone = theme.Success
	case "degraded", "quota":
		tone = theme.Warning
	case "down":
		tone = theme.Danger
	case "":
		state = "unknown"
	}
	h.anpr.Set(tone, t("anpr."+state))
	h.all.Refresh()
}

// count shows how many notices are unread.
func (h *header) count(n int) {
	l := h.s.o.Language
	name := l.T("board.bell.none")
	if n > 0 {
		name = l.N("board.bell", n)
	}
	if h.bell.Name == name {
		return
	}
	h.bell.Name = name
	h.bell.Refresh()
	h.unread.Hidden = n == 0
	h.unread.SetText(l.Number(n))
	h.all.Refresh()
}

// menu is the menu of the person.
func (h *header) menu() {
	s := h.s
	now := theme.ParsePreference(s.settings.Theme)
	choose := func(p theme.Preference, key string) *fyne.MenuItem {
		item := fyne.NewMenuItem(s.t(key), func() { s.setTheme(p) })
		item.Checked = now == p
		return item
	}
	menu := fyne.NewMenu("",
		choose(theme.Light, "menu.theme.light"), choose(theme.Dark, "menu.theme.dark"), choose(theme.System, "menu.theme.system"),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(s.t("menu.keys"), s.help),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(s.t("menu.lock"), s.lockScreen),
		fyne.NewMenuItem(s.t("menu.password"), s.changePassword),
		fyne.NewMenuItem(s.t("shell.sign_out"), s.signOut),
	)
	pop := fwidget.NewPopUpMenu(menu, s.window.Canvas())
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(h.user)
	size := pop.MinSize()
	pop.ShowAtPosition(fyne.NewPos(min(at.X, s.window.Canvas().Size().Width-size.Width-theme.Space8), at.Y+h.user.Size().Height+2))
	s.window.Canvas().Focus(pop)
}

func (s *Shell) setTheme(p theme.Preference) {
	s.settings.Theme = string(p)
	s.o.App.Settings().SetTheme(theme.New(p))
	if err := s.settings.Save(); err != nil {
		s.o.Log.Warn("keeping the settings", "error", err)
	}
}

func (s *Shell) changePassword() {
	if s.work == nil {
		return
	}
	session.ShowChange(s.window.Canvas(), s.sessionOptions(), s.info.Password, s.work.session().User.Username, func(wire.Session) {
		s.Toast(s.t("password.changed"))
	})
}

// statusHeight is about the height of the status line.
const statusHeight = 28

// statusLine is the line at the bottom.
type statusLine struct {
	s      *Shell
	w      *work
	all    *fyne.Container
	place  *widget.StatusDot
	access *widget.Label
	link   *widget.StatusDot
	shown  string
}

func newStatusLine(s *Shell, w *work) *statusLine {
	own := w.session().Workstation
	tone := theme.Success
	if own.State != app.WorkstationAuthorised {
		tone = theme.Warning
	}
	l := &statusLine{
		s: s, w: w,
		place:  widget.NewStatusDot(tone, s.t("status.workstation", "name", own.Name, "state", s.t("workstation.state."+string(own.State)))),
		access: widget.NewSecondary(""), link: widget.NewStatusDot(theme.Quiet, ""),
	}
	if last := w.session().LastAccess; last != nil {
		l.access.SetText(s.t("status.access", "when", s.o.Language.Moment(last.At), "workstation", last.Workstation))
	} else {
		l.access.SetText(s.t("status.access.first"))
	}
	l.access.Truncate = true
	row := widget.HBox(theme.Space16, l.place, widget.Expand(l.access), l.link)
	l.all = container.NewStack(widget.NewBox(theme.ColorSurface), widget.VBox(0, widget.NewRule(), widget.PadXY(theme.Space16, 5, row)))
	l.refresh()
	return l
}

// refresh shows how the desktop stands with the server; it is called every
// second.
func (l *statusLine) refresh() {
	tone, text := l.judge()
	if text == l.shown && l.link.Tone == tone {
		return
	}
	l.shown = text
	l.link.Set(tone, text)
	l.all.Refresh()
}

func (l *statusLine) judge() (theme.Tone, string) {
	s, state := l.s, l.w.state
	switch {
	case state.Link == desk.Offline && !l.w.since.IsZero():
		return theme.Warning, s.t("status.offline", "when", s.o.Language.Time(l.w.since))
	case state.Link == desk.Offline:
		return theme.Warning, s.t("status.away")
	case state.Link == desk.Syncing:
		return theme.Information, s.t("status.syncing")
	case state.LastSync.IsZero():
		return theme.Success, s.t("status.online")
	}
	return theme.Success, s.t("status.synced", "ago", s.o.Language.Duration(s.o.Now().Sub(state.LastSync)))
}
