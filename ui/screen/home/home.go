// Package home shows the first page after signing in: the quick action of the
// role, what waits, the last access, the workstation, and what happened to the
// account meanwhile.
package home

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/flow/board"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the page stands on.
type Options struct {
	Host    screen.Host
	Session func() wire.Session
	// Has tells whether the navigation has the page.
	Has func(screen.Place) bool
	// Waiting is how many workstations wait; known is false before the first
	// answer of the server.
	Waiting func() (n int, known bool)
	// Mail tells whether the daily mail arrives, to whom it concerns.
	Mail func() wire.MailHealth
	// Notices are the newest unread notices, and how many there are; known is
	// false before the first answer of the server. Nil where there is no board.
	Notices func() (newest []wire.Notice, n int, known bool)
	// Decode reads a fiscal code while it is typed.
	Decode func(text string) widget.CodeHint
	// Refresh asks the server again for what the page shows.
	Refresh func()
}

// Screen is the page.
type Screen struct {
	Options
	t      func(string, ...string) string
	all    *fyne.Container
	column *fyne.Container
	code   *widget.CodeField
	mail   *fyne.Container // the alarm, where there is one
	number *widget.Label
	text   *widget.Label
	board  *fyne.Container // the newest unread notices
	shown  string          // what the board says
}

// New returns the page.
func New(o Options) *Screen {
	s := &Screen{Options: o, t: o.Host.Language().T}
	s.column = widget.VBox(theme.Space16)
	s.all = container.NewStack(widget.NewScroll(widget.Pad(theme.Space16, s.column)))
	s.build()
	return s
}

// build lays the page out for who is signed in.
func (s *Screen) build() {
	session := s.Session()
	l := s.Host.Language()
	user := session.User
	who := s.t("home.role", "role", l.T("role."+string(user.Role)+".text"))
	if session.Department != "" {
		who = s.t("home.role_of", "role", l.T("role."+string(user.Role)+".text"), "department", session.Department)
	}
	parts := []fyne.CanvasObject{widget.VBox(0, widget.NewTitle(user.FullName()), widget.NewSecondary(who))}
	for _, n := range session.Notices {
		parts = append(parts, s.notice(n))
	}
	if last := session.LastAccess; last != nil && last.Failed > 0 {
		parts = append(parts, widget.NewNotice(widget.NoticeParts{
			Tone: theme.Warning, Title: l.N("home.failed", last.Failed), Text: l.N("home.failed.text", last.Failed),
		}))
	}
	s.mail = container.NewStack()
	parts = append(parts, s.mail)
	s.alarm()
	var cards []fyne.CanvasObject
	if s.Has(screen.Visure) {
		parts = append(parts, s.quick())
	}
	if s.Notices != nil && s.Has(screen.Board) {
		parts = append(parts, s.notices())
	}
	if s.Has(screen.Workstations) {
		cards = append(cards, s.waiting())
	}
	cards = append(cards, s.access(session), s.workstation(session))
	if user.Role.Operative() {
		cards = append(cards, s.profile(session))
	} else if s.Has(screen.Tokens) {
		cards = append(cards, s.tokens())
	}
	width := float32(360)
	if len(cards) == 3 {
		width = 300 // three side by side, where there is room
	}
	parts = append(parts, widget.Grid(width, theme.Space16, cards...))
	s.column.Objects = parts
	s.column.Refresh()
}

func (s *Screen) notice(n wire.SessionNotice) fyne.CanvasObject {
	return widget.NewNotice(widget.NoticeParts{
		Tone: theme.Warning, Title: s.t("home.notice." + n.Kind),
		Text:      s.t("home.notice."+n.Kind+".text", "when", s.Host.Language().Moment(n.At), "workstation", n.Workstation),
		CloseName: s.t("shell.close"), OnClose: func() { s.column.Refresh() },
	})
}

// card is a panel with a heading and an icon.
func card(icon theme.IconName, heading string, parts ...fyne.CanvasObject) fyne.CanvasObject {
	head := widget.HBox(theme.Space8, widget.NewGlyphIn(icon, theme.ColorPrimary), widget.Expand(widget.NewHeading(heading)))
	return widget.Panel(widget.VBox(theme.Space12, append([]fyne.CanvasObject{head}, parts...)...))
}

// quick is the way to a new visura with the fewest keys.
func (s *Screen) quick() fyne.CanvasObject {
	s.code = widget.NewCodeField(s.t("home.quick.field"), 16, s.Decode)
	s.code.TextField.Hint = s.t("home.quick.hint")
	open := func() {
		var with any
		if code := s.code.Text(); code != "" {
			with = code
		}
		s.Host.Go(screen.Visure, with)
	}
	s.code.OnSubmitted = func(string) { open() }
	button := widget.NewPrimary(s.t("home.quick"), theme.IconAdd, open)
	// The button stands beside the input, whose label is above it.
	row := widget.HBoxTop(theme.Space12, widget.Sized(440, 0, s.code),
		widget.VBox(0, widget.Sized(1, 19, widget.NewBox("")), button), widget.Spacer())
	return card(theme.IconSearch, s.t("home.quick.title"), row)
}

func (s *Screen) waiting() fyne.CanvasObject {
	s.number = widget.NewNumber("–")
	s.text = widget.NewText("")
	open := widget.NewButton(s.t("home.waiting.open"), func() { s.Host.Go(screen.Workstations, app.WorkstationPending) })
	s.count()
	return card(theme.IconComputer, s.t("home.waiting.title"), widget.HBox(theme.Space12, s.number, widget.Expand(s.text)),
		widget.HBox(0, open, widget.Spacer()))
}

// mostNotices is how many notices the page shows.
const mostNotices = 3

// notices are the newest unread ones of the board.
func (s *Screen) notices() fyne.CanvasObject {
	s.board = widget.VBox(theme.Space8)
	s.news()
	open := widget.NewButton(s.t("home.board.open"), func() { s.Host.Go(screen.Board, nil) })
	return card(theme.IconBoard, s.t("home.board.title"), s.board, widget.HBox(0, open, widget.Spacer()))
}

// short cuts a title to what fits into one line of a small window.
func short(title string) string {
	const most = 64
	if r := []rune(title); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return title
}

// news shows them as they are now.
func (s *Screen) news() {
	if s.board == nil {
		return
	}
	l := s.Host.Language()
	newest, n, known := s.Notices()
	newest = newest[:min(len(newest), mostNotices, n)]
	now := fmt.Sprint(n, known)
	for _, x := range newest {
		now += " " + string(x.ID)
	}
	if now == s.shown {
		return
	}
	s.shown = now
	s.board.Objects = nil
	for _, x := range newest {
		title, _ := board.Words(l, x)
		b := widget.NewButtonWith(widget.ButtonQuiet, short(title), theme.IconMail, func() { s.Host.Go(screen.Board, x.ID) })
		row := []fyne.CanvasObject{b}
		if x.Priority == app.PriorityHigh {
			row = append(row, widget.NewStatusDot(theme.Warning, s.t("board.priority.high.status")))
		}
		s.board.Add(widget.HBox(theme.Space8, append(row, widget.NewSecondary(l.Moment(x.Published)), widget.Spacer())...))
	}
	switch {
	case known && n == 0:
		s.board.Add(widget.NewText(s.t("home.board.none")))
	case n > len(newest):
		s.board.Add(widget.NewSecondary(l.N("home.board.more", n-len(newest))))
	}
	s.board.Refresh()
	s.column.Refresh()
}

// count shows how many workstations wait.
func (s *Screen) count() {
	if s.number == nil {
		return
	}
	n, known := s.Waiting()
	if !known {
		s.number.SetText("–")
		s.text.SetText(s.t("home.waiting.unknown"))
		return
	}
	l := s.Host.Language()
	s.number.SetText(l.Number(n))
	s.text.SetText(l.N("home.waiting.text", n))
}

// alarm tells that the daily mail does not arrive.
func (s *Screen) alarm() {
	late := 0
	var h wire.MailHealth
	if s.Mail != nil && s.Has(screen.Mails) {
		h = s.Mail()
		late = h.Late
	}
	if s.mail.Hidden = late == 0; s.mail.Hidden {
		s.mail.Objects = nil
		return
	}
	l := s.Host.Language()
	text := s.t("home.mail.text")
	if h.Code != "" {
		text = l.Refusal(h.Code, map[string]string{"said": h.Said}).What + " " + text
	}
	s.mail.Objects = []fyne.CanvasObject{widget.NewNotice(widget.NoticeParts{
		Tone: theme.Danger, Title: l.N("mails.late", late), Text: text, Action: s.t("home.mail.open"), OnAction: func() { s.Host.Go(screen.Mails, nil) },
	})}
	s.mail.Refresh()
}

func (s *Screen) access(session wire.Session) fyne.CanvasObject {
	last := session.LastAccess
	if last == nil {
		return card(theme.IconHistory, s.t("home.access.title"), widget.NewText(s.t("home.access.first")))
	}
	l := s.Host.Language()
	return card(theme.IconHistory, s.t("home.access.title"),
		widget.NewNumber(l.Time(last.At)), widget.NewText(s.t("home.access.text", "date", l.Date(last.At), "workstation", last.Workstation)))
}

func (s *Screen) workstation(session wire.Session) fyne.CanvasObject {
	own := session.Workstation
	tone := theme.Success
	text := s.t("home.workstation.authorised")
	if own.State != app.WorkstationAuthorised {
		tone, text = theme.Warning, s.t("home.workstation.pending")
	}
	return card(theme.IconComputer, s.t("home.workstation.title"), widget.NewNumber(own.Name),
		widget.NewStatusDot(tone, s.Host.Language().T("workstation.state."+string(own.State))), widget.NewText(text))
}

// profile says in words what the operator may do.
func (s *Screen) profile(session wire.Session) fyne.CanvasObject {
	l := s.Host.Language()
	p := session.User.Profile
	parts := []fyne.CanvasObject{}
	if v := p.Visure; v != nil {
		scope := l.T("scope." + string(v.Scope.Kind))
		if session.ScopeName != "" {
			scope = s.t("home.profile.group", "name", session.ScopeName)
		}
		way := l.T("way." + string(v.Way.Kind))
		if session.MediatorName != "" {
			way = s.t("home.profile.mediator", "name", session.MediatorName)
		}
		parts = append(parts, widget.NewFields(s.t("home.profile.title"), widget.FieldGroup{Fields: []widget.Field{
			{Label: s.t("home.profile.types"), Value: l.N("home.profile.types.count", len(v.Types))},
			{Label: s.t("home.profile.scope"), Value: scope},
			{Label: s.t("home.profile.way"), Value: way},
			{Label: s.t("home.profile.purposes"), Value: l.Number(len(session.Purposes))},
		}}))
	} else {
		parts = append(parts, widget.NewText(s.t("home.profile.none")))
	}
	return card(theme.IconPerson, s.t("home.profile.title"), parts...)
}

func (s *Screen) tokens() fyne.CanvasObject {
	return card(theme.IconKey, s.t("home.tokens.title"), widget.NewText(s.t("home.tokens.text")),
		widget.HBox(0, widget.NewButton(s.t("home.tokens.open"), func() { s.Host.Go(screen.Tokens, nil) }), widget.Spacer()))
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.all }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.count()
	s.news()
	if s.code != nil {
		s.code.SetText("")
		s.Host.Window().Canvas().Focus(s.code.Focusable())
	}
	if s.Refresh != nil {
		s.Refresh()
	}
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() {}

// Changed shows what the server has said meanwhile.
func (s *Screen) Changed() {
	s.count()
	s.alarm()
	s.column.Refresh()
	s.news()
}

// Key implements screen.Screen.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	switch {
	case name == fyne.KeyF5 && s.Refresh != nil:
		s.Refresh()
	case name == fyne.KeyF && modifier == fyne.KeyModifierControl && s.code != nil:
		s.Host.Window().Canvas().Focus(s.code.Focusable())
	default:
		return false
	}
	return true
}
