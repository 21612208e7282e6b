// Package screentest shows one page in a window of Fyne's test driver and uses
// it as a person would: it types, presses keys and what bears a name, and
// reads what stands on the page. Only tests import it.
package screentest

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"indagor/app/language"
	"indagor/assets"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Stage is a page in a window. What takes time is kept until Run, so that a
// test sees the page also while something is under way.
type Stage struct {
	*testing.T
	Window fyne.Window

	page  screen.Screen
	later []func()
}

// New makes an empty stage in the appearance.
func New(t *testing.T, p theme.Preference) *Stage {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(theme.New(p))
	return &Stage{T: t}
}

// Italian is the language of the tests, in the zone of every body.
func Italian(t testing.TB) *language.Language {
	t.Helper()
	c, err := language.Load(assets.Translations)
	if err != nil {
		t.Fatal(err)
	}
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return c.In("it").Zoned(rome)
}

// Show puts the page into a window of the size and brings it into view.
func (s *Stage) Show(page screen.Screen, w, h float32) {
	s.page = page
	s.Window = test.NewTempWindow(s.T, container.NewStack(widget.NewBox(theme.ColorPage), page.Object()))
	s.Window.SetPadded(false)
	s.Window.Resize(fyne.NewSize(w, h))
	s.Window.Canvas().SetOnTypedKey(func(ev *fyne.KeyEvent) { page.Key(ev.Name, 0) })
	page.Shown()
}

// Go keeps what takes time until Run; flows are given it in the place of a
// goroutine.
func (s *Stage) Go(f func()) { s.later = append(s.later, f) }

// Waiting is how much waits for Run.
func (s *Stage) Waiting() int { return len(s.later) }

// Run runs what takes time, as often as there is more of it.
func (s *Stage) Run() {
	for len(s.later) > 0 {
		f := s.later[0]
		s.later = s.later[1:]
		f()
	}
}

// Typed types into whatever has the focus.
func (s *Stage) Typed(text string) {
	s.Helper()
	for _, r := range text {
		f := s.Window.Canvas().Focused()
		if f == nil {
			s.Fatal("nothing has the focus")
		}
		f.TypedRune(r)
	}
}

// Key presses a key where the focus is, or on the page.
func (s *Stage) Key(name fyne.KeyName) {
	if f := s.Window.Canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: name})
		return
	}
	s.page.Key(name, 0)
}

// Walk visits every visible object of the window, or of what lies over it,
// until a visit returns true.
func (s *Stage) Walk(visit func(o fyne.CanvasObject) bool) {
	var down func(o fyne.CanvasObject) bool
	down = func(o fyne.CanvasObject) bool {
		if o == nil || !o.Visible() {
			return false
		}
		if visit(o) {
			return true
		}
		var inner []fyne.CanvasObject
		switch x := o.(type) {
		case *fyne.Container:
			inner = x.Objects
		case *container.Scroll:
			inner = []fyne.CanvasObject{x.Content}
		case fyne.Widget:
			inner = test.WidgetRenderer(x).Objects()
		}
		for _, i := range inner {
			if down(i) {
				return true
			}
		}
		return false
	}
	if top := s.Window.Canvas().Overlays().Top(); top != nil && down(top) {
		return
	}
	down(s.Window.Canvas().Content())
}

// Has reports whether the text stands on the page.
func (s *Stage) Has(text string) bool {
	found := false
	s.Walk(func(o fyne.CanvasObject) bool {
		if l, ok := o.(*widget.Label); ok && l.Text == text {
			found = true
		}
		found = found || widget.Name(o) == text
		return found
	})
	return found
}

// Want fails for every text that does not stand on the page.
func (s *Stage) Want(texts ...string) {
	s.Helper()
	for _, text := range texts {
		if !s.Has(text) {
			s.Errorf("the page lacks %q", text)
		}
	}
}

// Lacks fails for every text that stands on the page.
func (s *Stage) Lacks(texts ...string) {
	s.Helper()
	for _, text := range texts {
		if s.Has(text) {
			s.Errorf("the page has %q", text)
		}
	}
}

// Press taps what is called so.
func (s *Stage) Press(name string) {
	s.Helper()
	done := false
	s.Walk(func(o fyne.CanvasObject) bool {
		if t, ok := o.(fyne.Tappable); ok && widget.Name(o) == name {
			t.Tapped(&fyne.PointEvent{})
			done = true
		}
		return done
	})
	if !done {
		s.Fatalf("nothing to press is called %q", name)
	}
}

// FocusOn moves the focus by Tab to what is called so.
func (s *Stage) FocusOn(name string) {
	s.Helper()
	for range 60 {
		s.Window.Canvas().FocusNext()
		if widget.Name(s.Window.Canvas().Focused()) == name {
			return
		}
	}
	s.Fatalf("Tab does not reach %q", name)
}
