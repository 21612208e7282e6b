package ui

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/storage"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/territory"
	"indagor/sync/desk"
	"indagor/sync/wire"
	workstationflow "indagor/ui/flow/workstation"
	"indagor/ui/screen"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// work is all that belongs to one session.
type work struct {
	ctx    context.Context // ends with the session
	cancel context.CancelFunc
	desk   Desk
	first  wire.Session
	unsub  func()

	state   desk.State
	since   time.Time // since when the server is away
	anpr    wire.RegisterStatus
	number  int // of waiting workstations
	known   bool
	polled  time.Time
	polling bool
	again   bool // something changed while the server was being asked
	counts  map[screen.Place]int
	mail    wire.MailHealth

	board    []wire.Notice // the newest unread ones
	unreads  int
	boarded  bool                    // board is known
	told     map[app.ID]bool         // urgent notices that were told of
	rested   map[app.ID]app.JobState // lists that were told of
	boarding bool
	reboard  bool // something changed while the board was being asked for

	screens map[screen.Place]screen.Screen
	at      screen.Place
	page    *fyne.Container
	side    *widget.Sidebar
	header  *header
	status  *statusLine
	frame   fyne.CanvasObject
}

// session is the session as it is now.
func (w *work) session() wire.Session {
	if s, ok := w.desk.Session(); ok {
		w.first = s
	}
	return w.first
}

func (w *work) waiting() (int, bool) { return w.number, w.known }

func (w *work) close() {
	if sc := w.screens[w.at]; sc != nil {
		sc.Hidden()
	}
	w.unsub()
	w.cancel()
}

// enter shows the frame of the work and its first page.
func (s *Shell) enter() {
	d := s.gate.current()
	now, _ := d.Session()
	w := &work{
		desk: d, first: now, screens: map[screen.Place]screen.Screen{}, page: container.NewStack(),
		counts: map[screen.Place]int{}, state: d.State(),
	}
	w.ctx, w.cancel = context.WithCancel(s.ctx)
	s.work = w
	s.touch()
	s.title()
	w.side = widget.NewSidebar(s.t("shell.navigation"), s.navigation(w)...)
	w.side.OnSelected = func(id string) { s.goTo(screen.Place(id), nil) }
	w.header = newHeader(s, w)
	w.status = newStatusLine(s, w)
	s.fold(s.settings.Folded)
	top := w.header.all
	if s.info.Training {
		top = widget.VBox(0, s.band(), w.header.all)
	}
	w.frame = widget.Frame(top, w.side, w.page, nil, w.status.all)
	s.set(w.frame)
	s.goTo(screen.Home, nil)
	unsub := d.Subscribe(func(state desk.State) { s.do(func() { s.stands(w, state) }) })
	deaf := d.Hear(func(x wire.Signal) { s.do(func() { s.heard(w, x) }) })
	w.unsub = func() { unsub(); deaf() }
	s.poll()
	s.refreshBoard()
}

// band tells that a simulator answers in ANPR's place.
func (s *Shell) band() *fyne.Container {
	text := widget.NewText(s.t("shell.training"))
	text.Role, text.Bold, text.Align = theme.ColorOnTraining, true, fyne.TextAlignCenter
	return container.NewStack(widget.NewBox(theme.ColorTraining), widget.PadXY(theme.Space16, theme.Space4, text))
}

// stands takes in how the desktop stands.
func (s *Shell) stands(w *work, state desk.State) {
	if s.work != w {
		return
	}
	if !state.SignedIn {
		s.ended(state.Ended)
		return
	}
	before := w.state
	w.state = state
	switch {
	case state.Link == desk.Offline && (before.Link != desk.Offline || w.since.IsZero()):
		w.since = s.o.Now()
	case state.Link != desk.Offline && !w.since.IsZero():
		w.since = time.Time{}
		s.Toast(s.t("shell.online_again"))
		s.poll()
		s.refreshBoard()
	}
	w.header.refresh()
	w.status.refresh()
}

// about says which page that can refresh itself shows what a kind of signal is
// about; the others are a screen.Hearer.
var about = map[app.SignalKind]screen.Place{app.SignalUsers: screen.Users, app.SignalWorkstations: screen.Workstations}

// heard takes in a signal: the shell's own counts, and the page in view. A
// locked screen asks for nothing; when it opens, everything is asked again.
func (s *Shell) heard(w *work, x wire.Signal) {
	if s.work != w || s.lock != nil {
		return
	}
	if x.Kind == app.SignalResync || x.Kind == app.SignalWorkstations {
		s.poll()
	}
	if x.Kind == app.SignalResync || x.Kind == app.SignalNotice {
		s.refreshBoard()
	}
	if x.Kind == app.SignalJob {
		s.lookAtJob(w, x.ID)
	}
	if x.Kind == app.SignalApprovals && w.at != screen.Approvals { // the page counts for itself
		s.countApprovals(w)
	}
	switch sc := w.screens[w.at].(type) {
	case screen.Hearer:
		sc.Signalled(x.Kind, x.ID)
	case interface{ Refresh() }:
		if x.Kind == app.SignalResync || about[x.Kind] == w.at {
			sc.Refresh()
		}
	}
}

// dropped hands the first of the files to the page in view, if it takes any.
func (s *Shell) dropped(files []fyne.URI) {
	if s.work == nil || s.lock != nil || len(files) == 0 {
		return
	}
	page, ok := s.work.screens[s.work.at].(screen.Taker)
	if !ok {
		return
	}
	from, err := storage.Reader(files[0])
	if err != nil {
		page.Take(modal.File{Err: err})
		return
	}
	page.Take(modal.ReadFile(from, page.MostBytes()))
}

// goTo shows a page; with is handed to it.
func (s *Shell) goTo(to screen.Place, with any) {
	w := s.work
	if w == nil || s.lock != nil || !w.has(to) {
		return
	}
	sc := w.screens[to]
	if sc == nil {
		for _, p := range places() {
			if p.id == to {
				sc = p.make(s, w)
			}
		}
		w.screens[to] = sc
	}
	if to != w.at {
		if old := w.screens[w.at]; old != nil {
			old.Hidden()
		}
	}
	w.at = to
	w.side.SetSelected(string(to))
	w.page.Objects = []fyne.CanvasObject{sc.Object()}
	w.page.Refresh()
	s.settle()
	sc.Shown()
	if r, ok := sc.(interface{ Receive(with any) }); ok && with != nil {
		r.Receive(with)
	}
}

// fold makes the sidebar narrow or wide.
func (s *Shell) fold(folded bool) {
	s.settings.Folded = folded
	s.work.side.SetFolded(folded)
	if s.work.frame != nil {
		s.work.frame.Refresh()
	}
}

// The times between two questions to the server.
const (
	pollEvery = 20 * time.Second
	anprEvery = time.Minute
)

// poll asks the server how ANPR stands and what waits.
func (s *Shell) poll() {
	w := s.work
	if w == nil || s.lock != nil {
		return
	}
	if w.polling {
		w.again = true
		return
	}
	w.polling, w.polled = true, s.o.Now()
	manages := w.has(screen.Workstations)
	s.countApprovals(w)
	s.lookAtMail(w)
	s.o.Go(func() {
		anpr, err := w.desk.Status(w.ctx)
		info, ierr := w.desk.Server(w.ctx) // TOP may have changed the policy
		n, counted := 0, false
		if manages {
			var cerr error
			n, cerr = workstationflow.Waiting(w.ctx, w.desk)
			counted = cerr == nil
		}
		s.do(func() {
			w.polling = false
			if w.again {
				w.again = false
				defer s.poll()
			}
			if s.work != w {
				return
			}
			if s.lost(err) {
				return
			}
			if ierr == nil {
				s.info = info
			}
			if err == nil {
				w.anpr = anpr
				w.header.refresh()
			}
			if counted {
				s.pending(w, n)
			}
			if r, ok := w.screens[w.at].(interface{ Refresh() }); ok && manages && !w.state.Live {
				r.Refresh()
			}
		})
	})
}

// pending takes in how many workstations wait.
func (s *Shell) pending(w *work, n int) {
	if s.work != w {
		return
	}
	w.number, w.known = n, true
	w.count(screen.Workstations, n)
	if h, ok := w.screens[screen.Home].(interface{ Changed() }); ok {
		h.Changed()
	}
}

func (w *work) count(p screen.Place, n int) {
	w.counts[p] = n
	w.side.SetCount(string(p), n)
}

// decode reads a fiscal code for a field in which it is typed.
func (s *Shell) decode(text string) widget.CodeHint {
	if text == "" {
		return widget.CodeHint{}
	}
	p := codicefiscale.Partial(text)
	switch {
	case !p.Valid:
		return widget.CodeHint{State: widget.HintBad, Text: s.o.Language.Field(app.E(app.CodeFiscalCode))}
	case !p.Complete:
		return widget.CodeHint{Text: s.o.Language.N("shell.code.missing", 16-len(p.Text))}
	}
	return widget.CodeHint{State: widget.HintGood, Text: s.t("shell.code.complete")}
}

// find takes what was typed into the search field of the header: a fiscal
// code, the beginning of the name of a page, or else words of whoever was asked
// about.
func (s *Shell) find(text string) bool {
	w := s.work
	text = strings.TrimSpace(text)
	if w == nil || text == "" {
		return false
	}
	if code := codicefiscale.Normalize(text); codicefiscale.Check(code) == nil && w.has(screen.Visure) {
		s.goTo(screen.Visure, code)
		return true
	}
	for _, p := range w.allowed() {
		if strings.HasPrefix(strings.ToLower(s.t("place."+string(p.id))), strings.ToLower(text)) {
			s.goTo(p.id, nil)
			return true
		}
	}
	if w.has(screen.Archive) && len(territory.Words(text)) > 0 {
		s.goTo(screen.Archive, text)
		return true
	}
	return false
}
