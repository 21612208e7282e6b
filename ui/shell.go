package ui

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"indagor/app"
	"indagor/app/language"
	"indagor/app/territory"
	"indagor/sync/wire"
	connectflow "indagor/ui/flow/connect"
	sessionflow "indagor/ui/flow/session"
	"indagor/ui/screen/connect"
	"indagor/ui/screen/session"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the shell stands on.
type Options struct {
	App      fyne.App
	Language *language.Language
	Settings *Settings
	Profile  string // folder of the profile
	Server   string // address given at the start; "" for the one remembered
	Atlas    *territory.Atlas
	// Address gives the form in which an address of a server is used, or an
	// error with desk.ErrAddress.
	Address func(text string) (string, error)
	// Open opens the desktop's other half.
	Open func(ctx context.Context, r Request) (Desk, error)
	// View shows a file with the system's viewer; nil for the real one.
	View func(path string) error
	Now  func() time.Time // nil for time.Now
	Log  *slog.Logger     // nil for none

	// Go runs what takes time, and Do what touches the window; nil for a
	// goroutine and fyne.Do. Tests run both at once.
	Go func(func())
	Do func(func())
	// After calls f once when the time has passed, and Every again and again,
	// unless stopped; nil for real time. In tests none passes by itself.
	After func(d time.Duration, f func()) (stop func())
	Every func(d time.Duration, f func()) (stop func())
}

// Shell is the window of the desktop.
type Shell struct {
	o        Options
	t        func(key string, params ...string) string
	ctx      context.Context // ends with the program
	stop     context.CancelFunc
	settings *Settings
	files    *documents

	window fyne.Window
	stage  *fyne.Container // what is shown: a page before the work, or the frame
	toasts *widget.ToastStack

	gate    *gate
	flow    *connectflow.Flow
	connect *connect.Screen
	signin  *session.SignIn
	info    wire.ServerInfo
	reason  *language.Sentence // why the last session ended
	proceed bool               // the person chose to sign in though the workstation waits

	work    *work         // nil where nobody is signed in
	lock    *session.Lock // nil where the screen is open
	touched time.Time     // when the person last did something
	watched any           // what the focus was when last looked at
}

// New makes the window; Show shows it and begins.
func New(o Options) (*Shell, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.View == nil {
		o.View = view
	}
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
	if o.After == nil {
		o.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	if o.Every == nil {
		o.Every = every
	}
	s := &Shell{o: o, t: o.Language.T, settings: o.Settings, touched: o.Now()}
	s.ctx, s.stop = context.WithCancel(context.Background())
	var err error
	if s.files, err = newDocuments(o.Profile); err != nil {
		return nil, err
	}
	s.o.App.Settings().SetTheme(theme.New(theme.ParsePreference(s.settings.Theme)))

	s.gate = &gate{o: &s.o, confirm: s.confirm, remember: s.remember}
	server, known := o.Server, o.Server != "" && o.Server == s.settings.Server
	if server == "" {
		server, known = s.settings.Server, s.settings.Server != ""
	}
	s.flow = connectflow.New(connectflow.Options{
		Desk: s.gate, Server: server, Known: known, Changed: func(state connectflow.State) { s.do(func() { s.connecting(state) }) },
	})
	s.connect = connect.New(connect.Options{
		Language: o.Language, Flow: way{s.flow, s}, Reference: s.reference, Quit: s.Quit, Focus: s.focus,
		Copied: func() { s.Toast(s.t("shell.copied", "what", s.t("shell.reference"))) },
	})
	s.signin = session.NewSignIn(s.sessionOptions(), s.signedIn)

	s.window = o.App.NewWindow(s.t("shell.product"))
	s.stage = container.NewStack()
	s.toasts = widget.NewToastStack(s.t("shell.close"))
	s.toasts.After = s.after
	s.window.SetPadded(false)
	// Toasts stand above the status line.
	toasts := widget.Frame(nil, nil, s.toasts, nil, widget.Sized(0, statusHeight, widget.NewBox(theme.ColorTransparent)))
	s.window.SetContent(container.NewStack(newBackdrop(s.touch), s.stage, toasts))
	width, height := s.settings.Width, s.settings.Height
	if width < 640 || height < 480 {
		width, height = 1280, 800
	}
	s.window.Resize(fyne.NewSize(width, height))
	s.window.SetCloseIntercept(s.Quit)
	s.window.SetOnDropped(func(_ fyne.Position, files []fyne.URI) { s.dropped(files) })
	s.keys()
	return s, nil
}

// way tells the shell too when the person goes on without an approval.
type way struct {
	*connectflow.Flow
	s *Shell
}

func (w way) Proceed() {
	w.s.proceed = true
	w.Flow.Proceed()
}

func (s *Shell) sessionOptions() session.Options {
	return session.Options{Language: s.o.Language, Flow: sessionflow.New(current{s.gate}), Context: s.ctx, Say: s.Say, Focus: s.focus, Go: s.o.Go, Do: s.o.Do}
}

// current is the session of the desk that is open.
type current struct{ g *gate }

func (c current) SignIn(ctx context.Context, user, password string, takeOver bool) (wire.Session, error) {
	if d := c.g.current(); d != nil {
		return d.SignIn(ctx, user, password, takeOver)
	}
	return wire.Session{}, errNotOpen
}

func (c current) ChangePassword(ctx context.Context, old, fresh string) (wire.Session, error) {
	if d := c.g.current(); d != nil {
		return d.ChangePassword(ctx, old, fresh)
	}
	return wire.Session{}, errNotOpen
}

func (c current) ConfirmPassword(ctx context.Context, password string) error {
	if d := c.g.current(); d != nil {
		return d.ConfirmPassword(ctx, password)
	}
	return errNotOpen
}

func (c current) Unlock(ctx context.Context, password string) error {
	if d := c.g.current(); d != nil {
		return d.Unlock(ctx, password)
	}
	return errNotOpen
}

func (c current) SignOut(ctx context.Context) error {
	if d := c.g.current(); d != nil {
		return d.SignOut(ctx)
	}
	return nil
}

// Show shows the window and begins to connect. The caller then runs the
// application.
func (s *Shell) Show() {
	s.connecting(s.flow.State())
	s.window.Show()
	s.reach()
	go s.clock()
}

// Window is the window of the shell.
func (s *Shell) Window() fyne.Window { return s.window }

// Language is the language of the person.
func (s *Shell) Language() *language.Language { return s.o.Language }

// focus gives the keyboard to a widget of the window.
func (s *Shell) focus(f fyne.Focusable) { s.window.Canvas().Focus(f) }

// do runs f on the window's goroutine.
func (s *Shell) do(f func()) { s.o.Do(f) }

// reach goes to the server in the background, and from there to sign-in.
func (s *Shell) reach() {
	s.proceed = false
	s.o.Go(func() {
		err := s.flow.Run(s.ctx)
		s.do(func() {
			switch {
			case err == nil:
				s.signIn()
			case s.ctx.Err() == nil:
				s.Fail(err)
			}
		})
	})
}

func (s *Shell) set(o fyne.CanvasObject) {
	s.stage.Objects = []fyne.CanvasObject{o}
	s.stage.Refresh()
	s.settle()
}

// settle makes the canvas know its new objects at once, as it otherwise would
// with the next picture: until then no field could take the keyboard.
func (s *Shell) settle() {
	if c, ok := s.window.Canvas().(interface{ EnsureMinSize() bool }); ok {
		c.EnsureMinSize()
	}
}

// connecting shows a page of connecting.
func (s *Shell) connecting(state connectflow.State) {
	if s.work != nil || state.Step == connectflow.Ready {
		return
	}
	s.info = state.Info
	s.closeDialogs()
	if len(s.stage.Objects) == 0 || s.stage.Objects[0] != s.connect.Object() {
		s.set(s.connect.Object())
	}
	s.connect.Show(state)
}

// signIn shows the page for signing in.
func (s *Shell) signIn() {
	state := s.flow.State()
	s.info = state.Info
	s.closeDialogs()
	user := ""
	if d := s.gate.current(); d != nil {
		user = d.LastUsername()
	}
	s.title()
	s.set(s.signin.Object())
	s.signin.Show(s.info.Body, s.t("session.foot", "name", state.Own.Name, "state", s.t("workstation.state."+string(state.Own.State))), user, s.reason)
	s.reason = nil
}

func (s *Shell) title() {
	title := s.t("shell.product")
	if s.info.Body != "" {
		title = s.t("shell.title", "body", s.info.Body)
	}
	s.window.SetTitle(title)
}

// signedIn goes on after signing in: to the work, or to a new password first.
func (s *Shell) signedIn(got wire.Session) {
	if !got.MustChange {
		s.enter()
		return
	}
	page := session.NewForcedChange(s.sessionOptions(), got, s.info, func(wire.Session) {
		s.enter()
		s.Toast(s.t("password.changed"))
	}, s.signOut)
	s.set(page.Object())
	page.Begin()
}

// signOut ends the session and goes back to sign-in.
func (s *Shell) signOut() {
	s.reason = nil
	s.o.Go(func() {
		if err := s.gate.current().SignOut(s.ctx); err != nil {
			s.o.Log.Info("signing out", "error", err)
		}
		s.do(func() {
			s.leave()
			s.signIn()
		})
	})
}

// ended goes back to the pages before the work, because the session is no
// more; code says why.
func (s *Shell) ended(code app.Code) {
	if s.work == nil {
		return
	}
	if code == "" {
		s.leave()
		s.signIn()
		return
	}
	if !stopped(code) { // the page of a stopped workstation says it itself
		say := s.o.Language.Refusal(code, nil)
		s.reason = &say
	}
	proceeded := s.proceed
	s.leave()
	if proceeded && !stopped(code) {
		s.signIn()
		return
	}
	// The workstation may have been stopped, or the server be away: whoever
	// asks is told.
	s.reach()
}

// stopped reports whether a code is about the workstation.
func stopped(code app.Code) bool {
	switch code {
	case app.CodeWorkstationSuspended, app.CodeWorkstationRevoked, app.CodeWorkstationCloned:
		return true
	}
	return false
}

// leave drops all that belongs to the session.
func (s *Shell) leave() {
	if s.work == nil {
		return
	}
	w := s.work
	s.work, s.lock = nil, nil
	w.close()
	s.closeDialogs()
}

// Quit ends the program.
func (s *Shell) Quit() {
	if s.ctx.Err() != nil {
		return
	}
	size := s.window.Canvas().Size()
	s.settings.Width, s.settings.Height = size.Width, size.Height
	if err := s.settings.Save(); err != nil {
		s.o.Log.Warn("keeping the settings", "error", err)
	}
	s.window.Hide()
	s.closeDialogs()
	s.o.Go(func() {
		// A session that is not signed out would keep its person from signing in elsewhere.
		if d := s.gate.current(); d != nil {
			ctx, cancel := context.WithTimeout(s.ctx, 3*time.Second)
			if err := d.SignOut(ctx); err != nil {
				s.o.Log.Info("signing out", "error", err)
			}
			cancel()
		}
		s.stop()
		s.do(func() { s.o.App.Quit() })
	})
}

// Close gives up what the shell holds, after the application has ended.
func (s *Shell) Close() error {
	s.stop()
	return errors.Join(s.gate.Close(), s.files.remove())
}

// remember keeps the address of a server that has answered.
func (s *Shell) remember(server string) error {
	done := make(chan error, 1)
	s.do(func() {
		if s.settings.Server == server {
			done <- nil
			return
		}
		s.settings.Server = server
		done <- s.settings.Save()
	})
	select {
	case err := <-done:
		if errors.Is(err, fs.ErrPermission) {
			s.o.Log.Warn("keeping the settings", "error", err)
			return nil // a read-only profile asks again at the next start
		}
		return err
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// closeDialogs closes whatever lies over the window.
func (s *Shell) closeDialogs() {
	overlays := s.window.Canvas().Overlays()
	for top := overlays.Top(); top != nil; top = overlays.Top() {
		overlays.Remove(top)
	}
	s.keys()
}

// backdrop lies behind everything and sees the mouse move, wherever it is:
// Fyne asks every object under the pointer for its cursor, from the back to
// the front, so that this one answers first and is overruled by all others.
type backdrop struct {
	widget.Box
	moved func()
}

func newBackdrop(moved func()) *backdrop {
	b := &backdrop{moved: moved}
	b.Fill = theme.ColorPage
	b.ExtendBaseWidget(b)
	return b
}

// Cursor implements desktop.Cursorable.
func (b *backdrop) Cursor() desktop.Cursor {
	b.moved()
	return desktop.DefaultCursor
}
