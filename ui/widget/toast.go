package widget

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Toast is a short message that goes by itself, such as "copied", with perhaps
// a way to undo what has just been done.
type Toast struct {
	Tone     theme.Tone
	Text     string
	Action   string
	OnAction func()
	For      time.Duration // 0 means 6 seconds
}

const (
	toastTime  = 6 * time.Second
	toastMost  = 4
	toastWidth = 340
)

// ToastStack shows toasts at the bottom right of what it lies over. Put it
// over the content of the window in a stack layout: it takes no clicks but on
// its toasts. (An overlay of the canvas would take all clicks and the focus.)
type ToastStack struct {
	fwidget.BaseWidget
	// After calls f in the main goroutine when the time has passed, unless
	// stopped. It is there for tests; by default it is a timer.
	After func(d time.Duration, f func()) (stop func())

	closeName string
	shown     []*toast
}

// NewToastStack returns an empty stack; closeName is what the button that
// closes a toast is called.
func NewToastStack(closeName string) *ToastStack {
	s := &ToastStack{closeName: closeName}
	s.After = func(d time.Duration, f func()) func() {
		t := time.AfterFunc(d, func() { fyne.Do(f) })
		return func() { t.Stop() }
	}
	s.ExtendBaseWidget(s)
	return s
}

// Add shows a toast below the others; beyond four the oldest goes.
func (s *ToastStack) Add(t Toast) {
	if t.For == 0 {
		t.For = toastTime
	}
	n := &toast{text: t.Text}
	n.ExtendBaseWidget(n)
	label := NewText(t.Text)
	row := []fyne.CanvasObject{NewGlyphIn(t.Tone.Icon(), t.Tone.Color()), Expand(label)}
	if t.Tone.Icon() == "" {
		row = row[1:]
	}
	if t.Action != "" {
		row = append(row, NewButtonWith(ButtonQuiet, t.Action, "", func() {
			s.remove(n)
			if t.OnAction != nil {
				t.OnAction()
			}
		}))
	}
	row = append(row, NewIconButton(s.closeName, theme.IconClose, func() { s.remove(n) }))
	box := NewBox(theme.ColorRaised)
	box.Line, box.Radius = theme.ColorBorder, theme.Radius
	n.body = HBox(theme.Space8, row...)
	n.all = stack(box, PadXY(theme.Space12, theme.Space4, n.body))
	n.stop = s.After(t.For, func() { s.remove(n) })
	s.shown = append(s.shown, n)
	if len(s.shown) > toastMost {
		s.remove(s.shown[0])
		return
	}
	s.Refresh()
}

// Len is how many toasts are shown.
func (s *ToastStack) Len() int { return len(s.shown) }

func (s *ToastStack) remove(n *toast) {
	i := slices.Index(s.shown, n)
	if i < 0 {
		return
	}
	n.stop()
	if c := canvasOf(s); c != nil && c.Focused() != nil {
		for _, o := range n.body.Objects {
			if f, ok := o.(fyne.Focusable); ok && c.Focused() == f {
				c.Unfocus()
			}
		}
	}
	s.shown = slices.Delete(s.shown, i, i+1)
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *ToastStack) CreateRenderer() fyne.WidgetRenderer {
	p := &painter{of: s, minSize: func() fyne.Size { return fyne.Size{} }}
	p.layout = func(size fyne.Size) {
		width := min(size.Width-2*theme.Space16, toastWidth)
		y := size.Height - theme.Space16
		for i := len(s.shown) - 1; i >= 0; i-- {
			n := s.shown[i]
			n.Resize(fyne.NewSize(width, n.BaseWidget.Size().Height))
			h := n.MinSize().Height
			y -= h
			n.Move(fyne.NewPos(size.Width-width-theme.Space16, y))
			n.Resize(fyne.NewSize(width, h))
			y -= theme.Space8
		}
	}
	p.refresh = func() {
		p.objects = p.objects[:0]
		for _, n := range s.shown {
			p.objects = append(p.objects, n)
		}
	}
	return newPainter(p)
}

type toast struct {
	fwidget.BaseWidget
	text string
	body *fyne.Container
	all  *fyne.Container
	stop func()
}

func (t *toast) AccessibilityLabel() string { return t.text }

func (t *toast) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (t *toast) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      t,
		objects: []fyne.CanvasObject{t.all},
		minSize: func() fyne.Size { return t.all.MinSize() },
		layout: func(s fyne.Size) {
			t.all.Resize(s)
			relayout(t.all)
		},
	})
}
