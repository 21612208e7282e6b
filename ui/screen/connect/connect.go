// Package connect shows the way from a started program to its server: the
// pages of package ui/flow/connect.
package connect

import (
	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	flow "indagor/ui/flow/connect"
	"indagor/ui/screen/front"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Flow is what the pages need of the way.
type Flow interface {
	SetAddress(text string)
	SetPassphrase(text string)
	Again()
	UseKeyFile()
	ForgetCopy()
	ChangeServer()
	Proceed()
}

// Options say what the pages stand on.
type Options struct {
	Language  *language.Language
	Flow      Flow
	Reference func(error) string // the name of a failure in the server's log
	Quit      func()
	Focus     func(fyne.Focusable) // gives the keyboard to a widget
	Copied    func()
}

// Screen shows one page at a time.
type Screen struct {
	o     Options
	t     func(key string, params ...string) string
	page  *front.Page
	state flow.State
	code  *widget.BigCode
	link  *widget.StatusDot
	first fyne.Focusable
	shown bool
	typed string // the address typed last
}

// New returns the pages; Show shows the one for a state.
func New(o Options) *Screen {
	return &Screen{o: o, t: o.Language.T, page: front.New(o.Language.T("shell.product"))}
}

// Object is the whole page.
func (s *Screen) Object() fyne.CanvasObject { return s.page.Object() }

// Focus puts the focus on the first thing of the page.
func (s *Screen) Focus() {
	if s.first != nil {
		s.o.Focus(s.first)
	}
}

// Show shows the page for the state.
func (s *Screen) Show(state flow.State) {
	same := s.shown && s.state.Step == state.Step && s.state.Trouble == state.Trouble && s.state.Need == state.Need &&
		s.state.Own == state.Own && s.state.Err == state.Err && s.state.First == state.First && s.state.Info.Body == state.Info.Body
	before := s.state
	s.state, s.shown = state, true
	if same && state.Step != flow.Passphrase {
		if before.Working != state.Working && state.Step == flow.Away {
			s.link.Set(s.awayTone(), s.awayWord())
		}
		return
	}
	s.first = nil
	switch state.Step {
	case flow.Address:
		s.address()
	case flow.Passphrase:
		s.passphrase()
	case flow.Blocked:
		s.blocked()
	case flow.Away:
		s.away()
	case flow.Refused:
		s.refused()
	case flow.Waiting:
		s.waiting()
	case flow.Stopped:
		s.stopped()
	default:
		s.opening()
	}
	s.Focus()
}

func (s *Screen) set(width float32, foot string, parts ...fyne.CanvasObject) {
	body := s.state.Info.Body
	s.page.Set(width, body, foot, widget.VBox(theme.Space16, parts...))
}

func (s *Screen) server() string {
	if s.state.Server == "" {
		return ""
	}
	return s.t("connect.server", "server", s.state.Server)
}

func (s *Screen) opening() {
	spin := widget.NewSpinner(theme.ColorPrimary)
	spin.Start()
	s.set(front.Width, s.server(), widget.HBox(theme.Space12, spin, widget.Expand(widget.NewText(s.t("connect.opening")))))
}

func (s *Screen) address() {
	field := widget.NewTextField(s.t("connect.address.field"))
	field.Placeholder, field.Hint, field.ReserveHelp = s.t("connect.address.placeholder"), s.t("connect.address.hint"), true
	send := func() {
		if field.Text() == "" {
			field.SetError(s.t("connect.address.missing"))
			s.o.Focus(field.Focusable())
			return
		}
		s.typed = field.Text()
		s.o.Flow.SetAddress(s.typed)
	}
	field.OnSubmitted = func(string) { send() }
	if s.state.Trouble == flow.TroubleAddress {
		field.SetText(s.typed)
		field.SetError(s.t("connect.address.wrong"))
	}
	s.first = field.Focusable()
	s.set(front.Width, "",
		widget.NewHeading(s.t("connect.address.title")), widget.NewText(s.t("connect.address.text")), field,
		widget.HBox(theme.Space8, widget.Spacer(), widget.NewPrimary(s.t("connect.continue"), "", send)))
}

func (s *Screen) passphrase() {
	fresh := s.state.Need == flow.NeedNew || s.state.Need == flow.NeedLonger
	reveal, hide := s.t("session.reveal"), s.t("session.hide")
	phrase := widget.NewPasswordField(s.t("connect.passphrase.field"), reveal, hide)
	again := widget.NewPasswordField(s.t("connect.passphrase.again"), reveal, hide)
	phrase.ReserveHelp, again.ReserveHelp = true, true
	title, text := "connect.passphrase.open.title", "connect.passphrase.open.text"
	if fresh {
		title, text = "connect.passphrase.new.title", "connect.passphrase.new.text"
		phrase.Hint = s.t("connect.passphrase.hint")
	}
	switch s.state.Need {
	case flow.NeedLonger:
		phrase.SetError(s.t("connect.passphrase.longer"))
	case flow.NeedAgain:
		phrase.SetError(s.t("connect.passphrase.wrong"))
	}
	send := func() {
		switch {
		case phrase.Text() == "":
			phrase.SetError(s.t("connect.passphrase.missing"))
			s.o.Focus(phrase.Focusable())
		case fresh && phrase.Text() != again.Text():
			again.SetError(s.t("connect.passphrase.different"))
			s.o.Focus(again.Focusable())
		default:
			s.o.Flow.SetPassphrase(phrase.Text())
		}
	}
	parts := []fyne.CanvasObject{widget.NewHeading(s.t(title)), widget.NewText(s.t(text)), phrase}
	phrase.OnSubmitted = func(string) { send() }
	if fresh {
		phrase.OnSubmitted = func(string) { s.o.Focus(again.Focusable()) }
		again.OnSubmitted = func(string) { send() }
		parts = append(parts, again)
	}
	s.first = phrase.Focusable()
	parts = append(parts, widget.HBox(theme.Space8, widget.Spacer(), widget.NewPrimary(s.t("connect.continue"), "", send)))
	s.set(front.Width, s.server(), parts...)
}

func (s *Screen) blocked() {
	key := "connect.blocked." + string(s.state.Trouble)
	if s.state.Trouble == flow.TroubleNone {
		key = "connect.blocked.other"
	}
	retry := widget.NewPrimary(s.t("connect.again"), "", s.o.Flow.Again)
	buttons := []fyne.CanvasObject{widget.Spacer()}
	switch s.state.Trouble {
	case flow.TroubleInUse:
		retry = widget.NewButton(s.t("connect.again"), s.o.Flow.Again)
		quit := widget.NewPrimary(s.t("connect.quit"), "", s.o.Quit)
		s.first = quit
		buttons = append(buttons, retry, quit)
	case flow.TroubleLocked, flow.TroubleNoKeyring:
		buttons = append(buttons, widget.NewButton(s.t("connect.use_file"), s.o.Flow.UseKeyFile), retry)
	case flow.TroubleDamaged, flow.TroubleWrongKey:
		buttons = append(buttons, widget.NewButton(s.t("connect.forget_copy"), s.o.Flow.ForgetCopy), retry)
	default:
		buttons = append(buttons, retry)
	}
	if s.first == nil {
		s.first = retry
	}
	s.set(front.Width, s.server(), s.told(theme.Warning, s.t(key+".title"), s.t(key+".text")), widget.HBox(theme.Space8, buttons...))
}

// told is what happened, with the icon of its tone.
func (s *Screen) told(tone theme.Tone, title string, texts ...string) fyne.CanvasObject {
	head := widget.NewText(title)
	head.TextSize, head.Bold = theme.TextSection, true
	column := []fyne.CanvasObject{head}
	for _, text := range texts {
		if text != "" {
			column = append(column, widget.NewText(text))
		}
	}
	icon := widget.NewGlyphIn(tone.Icon(), tone.Color())
	icon.Side = 24
	return widget.HBoxTop(theme.Space12, icon, widget.Expand(widget.VBox(theme.Space8, column...)))
}

func (s *Screen) awayTone() theme.Tone {
	if s.state.Working {
		return theme.Information
	}
	return theme.Quiet
}

func (s *Screen) awayWord() string {
	if s.state.Working {
		return s.t("connect.away.trying")
	}
	return s.t("connect.away.waiting")
}

func (s *Screen) away() {
	s.link = widget.NewStatusDot(s.awayTone(), s.awayWord())
	icon := widget.NewGlyphIn(theme.IconOffline, theme.ColorWarning)
	icon.Side = 24
	head := widget.NewText(s.t("connect.away.title"))
	head.TextSize, head.Bold = theme.TextSection, true
	key := "connect.away." + string(s.state.Trouble)
	retry := widget.NewPrimary(s.t("connect.again"), theme.IconRefresh, s.o.Flow.Again)
	buttons := []fyne.CanvasObject{widget.Spacer()}
	if s.state.First {
		buttons = append(buttons, widget.NewButton(s.t("connect.change"), s.o.Flow.ChangeServer))
	}
	s.first = retry
	s.set(front.Width, s.server(),
		widget.HBoxTop(theme.Space12, icon, widget.Expand(widget.VBox(theme.Space8, head, widget.NewText(s.t(key)), widget.NewText(s.t(key+".who")), s.link))),
		widget.HBox(theme.Space8, append(buttons, retry)...))
}

func (s *Screen) refused() {
	say := s.o.Language.Error(s.state.Err)
	panel := widget.NewErrorPanel(widget.ErrorParts{
		What: say.What, Means: say.Means, Who: say.Who, ReferenceLabel: s.t("shell.reference"), Reference: s.o.Reference(s.state.Err),
		CopyText: s.t("shell.copy"), OnCopied: s.o.Copied,
	})
	retry := widget.NewPrimary(s.t("connect.again"), theme.IconRefresh, s.o.Flow.Again)
	s.first = retry
	s.set(front.Wide, s.server(), widget.NewHeading(s.t("connect.refused.title")), panel,
		widget.HBox(theme.Space8, widget.Spacer(), widget.NewButton(s.t("connect.change"), s.o.Flow.ChangeServer), retry))
}

func (s *Screen) waiting() {
	s.code = widget.NewBigCode(s.state.Own.Code, 4)
	live := widget.NewSpinner(theme.ColorPrimary)
	live.Start()
	word := s.t("connect.waiting.live")
	if s.state.Trouble.Remote() {
		word = s.t("connect.waiting.away")
	}
	proceed := widget.NewButton(s.t("connect.waiting.proceed"), s.o.Flow.Proceed)
	s.first = nil
	free := widget.NewText(s.t("connect.waiting.free"))
	free.Role, free.TextSize = theme.ColorQuiet, theme.TextSecondary
	s.set(front.Wide, s.server(),
		widget.NewHeading(s.t("connect.waiting.title", "name", s.state.Own.Name)),
		widget.NewText(s.t("connect.waiting.text")),
		widget.VBox(theme.Space4, widget.NewSecondary(s.t("connect.waiting.code")), s.code),
		widget.NewText(s.t("connect.waiting.who")),
		widget.HBox(theme.Space8, live, widget.Expand(widget.NewText(word))),
		widget.NewRule(),
		widget.HBox(theme.Space12, widget.Expand(free), proceed))
}

func (s *Screen) stopped() {
	code := app.CodeWorkstationSuspended
	switch {
	case s.state.Own.State == app.WorkstationRevoked:
		code = app.CodeWorkstationRevoked
	case s.state.Own.Alarm == app.AlarmClone:
		code = app.CodeWorkstationCloned
	}
	say := s.o.Language.Refusal(code, nil)
	tone := theme.Warning
	if code != app.CodeWorkstationSuspended {
		tone = theme.Danger
	}
	var parts []fyne.CanvasObject
	drift := ""
	if s.state.Own.Alarm == app.AlarmDrift {
		drift = s.t("connect.stopped.drift")
	}
	parts = append(parts, s.told(tone, say.What, drift, say.Means, say.Who))
	if s.state.Own.Code != "" && code != app.CodeWorkstationRevoked {
		s.code = widget.NewBigCode(s.state.Own.Code, 4)
		parts = append(parts, widget.VBox(theme.Space4, widget.NewSecondary(s.t("connect.waiting.code")),
			s.code))
	}
	if s.state.Own.Name != "" {
		parts = append(parts, widget.NewSecondary(s.t("connect.stopped.name", "name", s.state.Own.Name)))
	}
	retry := widget.NewPrimary(s.t("connect.again"), theme.IconRefresh, s.o.Flow.Again)
	s.first = retry
	parts = append(parts, widget.HBox(theme.Space8, widget.Spacer(), retry))
	s.set(front.Wide, s.server(), parts...)
}
