package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"indagor/ui/screen/session"
)

// touch notes that the person has done something.
func (s *Shell) touch() { s.touched = s.o.Now() }

// clock lets a second pass, again and again.
func (s *Shell) clock() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-t.C:
			s.do(s.tick)
		}
	}
}

// after calls f in the window when the time has passed, unless stopped.
func (s *Shell) after(d time.Duration, f func()) (stop func()) {
	return s.o.After(d, func() { s.do(f) })
}

// tick does what is done every second: the ages in the status line, the
// questions to the server, the lock of a screen that nobody uses.
func (s *Shell) tick() {
	w := s.work
	if w == nil {
		return
	}
	s.watch()
	w.status.refresh()
	now := s.o.Now()
	every := anprEvery
	if w.known && !w.state.Live {
		every = pollEvery
	}
	if now.Sub(w.polled) >= every {
		s.poll()
		if !w.state.Live {
			s.refreshBoard()
		}
	}
	if idle := time.Duration(s.info.Idle) * time.Second; idle > 0 && s.lock == nil && now.Sub(s.touched) >= idle {
		s.lockScreen()
	}
}

// watch notices typing in a field, which Fyne tells nobody but the field: the
// cursor has moved, or the focus.
func (s *Shell) watch() {
	type look struct {
		focused fyne.Focusable
		at      int
		overlay fyne.CanvasObject
	}
	c := s.window.Canvas()
	l := look{focused: c.Focused(), overlay: c.Overlays().Top()}
	if e, ok := l.focused.(interface{ CursorTextOffset() int }); ok {
		l.at = e.CursorTextOffset()
	}
	if s.watched != nil && s.watched != any(l) {
		s.touch()
	}
	s.watched = l
}

// lockScreen hides the work until the password is given again.
func (s *Shell) lockScreen() {
	w := s.work
	if w == nil || s.lock != nil {
		return
	}
	s.closeDialogs()
	w.desk.Lock()
	user := w.session().User
	s.lock = session.NewLock(s.sessionOptions(), s.info.Body, user.FullName(), s.unlocked, s.signOut)
	s.window.Canvas().Unfocus()
	s.set(s.lock.Object())
	s.lock.Begin()
}

// unlocked shows the work again as it was.
func (s *Shell) unlocked() {
	w := s.work
	if w == nil || s.lock == nil {
		return
	}
	s.lock = nil
	s.touch()
	s.set(w.frame)
	if sc := w.screens[w.at]; sc != nil {
		sc.Shown()
	}
	s.poll()
	s.refreshBoard()
}
