package visura

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/app"
	"indagor/sync/wire"
	flow "indagor/ui/flow/visura"
	"indagor/ui/screen"
)

// Screen is the page of the visure.
type Screen struct {
	host    screen.Host
	flow    *flow.Flow
	form    *form
	request *request
	all     *fyne.Container
	visible bool
	phase   flow.Phase
}

var (
	_ screen.Screen = (*Screen)(nil)
	_ screen.Hearer = (*Screen)(nil)
)

// New builds the page. It must be called on the window's goroutine.
func New(host screen.Host, f *flow.Flow) *Screen {
	s := &Screen{host: host, flow: f, form: newForm(f, host.Language()), request: newRequest(host, f)}
	s.request.page.Hide()
	s.all = container.NewStack(s.form.page, s.request.page)
	s.form.choices()
	s.form.load(f.State())
	f.Watch(func() { fyne.Do(s.refresh) }, host.Fail)
	return s
}

// Object implements screen.Screen.
func (s *Screen) Object() fyne.CanvasObject { return s.all }

// Shown implements screen.Screen.
func (s *Screen) Shown() {
	s.visible = true
	s.flow.Open()
	s.flow.Attend()
	s.form.choices()
	s.refresh()
	s.focus()
}

// Hidden implements screen.Screen.
func (s *Screen) Hidden() {
	s.visible = false
	s.flow.Leave()
}

// Signalled implements screen.Hearer.
func (s *Screen) Signalled(kind app.SignalKind, _ app.ID) {
	if kind == app.SignalVisura || kind == app.SignalResync {
		s.flow.Refresh()
	}
}

// Receive takes what another page hands over: a string is the fiscal code or
// ANPR id of a person, a wire.VisuraRequest a request to be made again.
// Anything else changes nothing.
func (s *Screen) Receive(with any) {
	taken := true
	switch x := with.(type) {
	case string:
		taken = s.flow.Prefill(x)
	case wire.VisuraRequest:
		taken = s.flow.Repeat(x)
	}
	if !taken {
		s.host.Toast(s.host.Language().T("visura.busy"))
	}
}

// Key implements screen.Screen: Ctrl+N begins anew, Ctrl+Enter sends, Ctrl+P
// opens the document, Esc gives up a request, leaves an answer, empties the
// form, and brings back what it emptied.
func (s *Screen) Key(name fyne.KeyName, modifier fyne.KeyModifier) bool {
	phase := s.flow.State().Phase
	control := modifier == fyne.KeyModifierControl
	switch {
	case control && name == fyne.KeyN:
		if !s.flow.New() {
			s.host.Toast(s.host.Language().T("visura.busy"))
		} else if phase == flow.PhaseForm {
			s.form.first()
		}
	case control && (name == fyne.KeyReturn || name == fyne.KeyEnter) && phase == flow.PhaseForm:
		s.form.submit()
	case control && name == fyne.KeyP && phase == flow.PhaseDone:
		s.request.openDocument()
	case modifier == 0 && name == fyne.KeyEscape:
		switch phase {
		case flow.PhaseRunning:
			return s.flow.Cancel()
		case flow.PhaseDone:
			return s.flow.Back()
		case flow.PhaseWaiting:
			return s.flow.New()
		}
		done := s.flow.Clear() || s.flow.Restore()
		if done {
			s.form.first()
		}
		return done
	default:
		return false
	}
	return true
}

// refresh shows the state of the flow. It runs on the window's goroutine.
func (s *Screen) refresh() {
	st := s.flow.State()
	n := len(st.Waiting)
	s.host.Badge(screen.Visure, n)
	if st.Phase == flow.PhaseForm {
		s.form.load(st)
		s.form.waits(st)
	} else {
		s.request.load(st)
	}
	s.form.page.Hidden = st.Phase != flow.PhaseForm
	s.request.page.Hidden = st.Phase == flow.PhaseForm
	if s.phase == st.Phase {
		return
	}
	s.phase = st.Phase
	s.all.Refresh()
	if s.visible {
		s.focus()
	}
}

// focus puts the focus where the next key most likely belongs. Of a request
// nothing has it: a second Enter, pressed too quickly, must not cancel the
// request or leave its answer.
func (s *Screen) focus() {
	switch st := s.flow.State(); {
	case st.Phase != flow.PhaseForm:
		if c := fyne.CurrentApp().Driver().CanvasForObject(s.all); c != nil {
			c.Unfocus()
		}
	case len(st.Errors) > 0:
		s.form.focusError()
	default:
		s.form.first()
	}
}
