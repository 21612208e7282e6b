package widget

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// Tab is one page of a TabStrip.
type Tab struct {
	ID      string
	Text    string
	Icon    theme.IconName
	Count   int               // shown after the text when not 0
	Content fyne.CanvasObject // may be nil when the strip stands alone
}

// TabStrip shows one of several contents. Tab reaches the strip, the arrows,
// Home and End switch at once. (Fyne's AppTabs cannot be reached by keyboard.)
type TabStrip struct {
	fwidget.BaseWidget
	Name       string // for assistive technology
	OnSelected func(id string)

	tabs    []Tab
	heads   []*tabHead
	current int
	focused bool
}

// NewTabStrip returns a strip that shows its first tab.
func NewTabStrip(name string, tabs ...Tab) *TabStrip {
	s := &TabStrip{Name: name, tabs: tabs}
	s.ExtendBaseWidget(s)
	for i := range tabs {
		h := &tabHead{strip: s, index: i}
		h.ExtendBaseWidget(h)
		s.heads = append(s.heads, h)
	}
	return s
}

func (s *TabStrip) inside() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, t := range s.tabs {
		if t.Content != nil {
			out = append(out, t.Content)
		}
	}
	return out
}

// Selected is the ID of the tab shown.
func (s *TabStrip) Selected() string {
	if s.current >= len(s.tabs) {
		return ""
	}
	return s.tabs[s.current].ID
}

// Select shows a tab; unknown IDs change nothing.
func (s *TabStrip) Select(id string) {
	for i, t := range s.tabs {
		if t.ID == id {
			s.show(i)
		}
	}
}

// SetCount changes the number after a tab's text.
func (s *TabStrip) SetCount(id string, n int) {
	for i := range s.tabs {
		if s.tabs[i].ID == id {
			s.tabs[i].Count = n
		}
	}
	s.Refresh()
}

func (s *TabStrip) show(i int) {
	i = min(max(i, 0), len(s.tabs)-1)
	if i == s.current || i < 0 {
		return
	}
	s.current = i
	s.Refresh()
	if s.OnSelected != nil {
		s.OnSelected(s.tabs[i].ID)
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (s *TabStrip) AccessibilityLabel() string { return s.Name }

// AccessibilityRole implements fyne.Accessible.
func (s *TabStrip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// FocusGained implements fyne.Focusable.
func (s *TabStrip) FocusGained() {
	s.focused = true
	if len(s.heads) > 0 {
		partIntoView(s, 0, s.heads[0].Size().Height)
	}
	s.Refresh()
}

// FocusLost implements fyne.Focusable.
func (s *TabStrip) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *TabStrip) TypedRune(r rune) { passRune(s, r) }

// TypedKey implements fyne.Focusable.
func (s *TabStrip) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyRight:
		s.show(s.current + 1)
	case fyne.KeyLeft:
		s.show(s.current - 1)
	case fyne.KeyHome:
		s.show(0)
	case fyne.KeyEnd:
		s.show(len(s.tabs) - 1)
	default:
		passKey(s, ev)
	}
}

const tabHeight = 36

// CreateRenderer implements fyne.Widget.
func (s *TabStrip) CreateRenderer() fyne.WidgetRenderer {
	rule := NewRule()
	objects := []fyne.CanvasObject{rule}
	for _, h := range s.heads {
		objects = append(objects, h)
	}
	contents := false
	for _, t := range s.tabs {
		if t.Content != nil {
			objects = append(objects, t.Content)
			contents = true
		}
	}
	return newPainter(&painter{
		of:      s,
		objects: objects,
		minSize: func() fyne.Size {
			size := fyne.NewSize(0, tabHeight)
			for _, h := range s.heads {
				size.Width += h.MinSize().Width
			}
			var most float32
			for _, t := range s.tabs {
				if t.Content != nil {
					m := t.Content.MinSize()
					size.Width = max(size.Width, m.Width)
					most = max(most, m.Height)
				}
			}
			if contents {
				size.Height += theme.Space12 + most
			}
			return size
		},
		layout: func(size fyne.Size) {
			x := float32(0)
			for _, h := range s.heads {
				w := h.MinSize().Width
				h.Move(fyne.NewPos(x, 0))
				h.Resize(fyne.NewSize(w, tabHeight))
				x += w
			}
			rule.Move(fyne.NewPos(0, tabHeight-1))
			rule.Resize(fyne.NewSize(size.Width, 1))
			top := tabHeight + theme.Space12
			for _, t := range s.tabs {
				if t.Content != nil {
					t.Content.Move(fyne.NewPos(0, top))
					t.Content.Resize(fyne.NewSize(size.Width, max(size.Height-top, 0)))
				}
			}
		},
		refresh: func() {
			for _, h := range s.heads {
				h.Refresh()
			}
			for i, t := range s.tabs {
				switch {
				case t.Content == nil:
				case i == s.current:
					t.Content.Show()
				default:
					t.Content.Hide()
				}
			}
		},
	})
}

type tabHead struct {
	fwidget.BaseWidget
	strip   *TabStrip
	index   int
	hovered bool
}

func (h *tabHead) AccessibilityLabel() string { return h.strip.tabs[h.index].Text }

func (h *tabHead) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (h *tabHead) Tapped(*fyne.PointEvent) {
	requestFocus(h.strip)
	h.strip.show(h.index)
}

func (h *tabHead) Cursor() desktop.Cursor         { return desktop.PointerCursor }
func (h *tabHead) MouseIn(*desktop.MouseEvent)    { h.hovered = true; h.Refresh() }
func (h *tabHead) MouseMoved(*desktop.MouseEvent) {}
func (h *tabHead) MouseOut()                      { h.hovered = false; h.Refresh() }

func (h *tabHead) CreateRenderer() fyne.WidgetRenderer {
	hover, under, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	icon, text, badge := newImage(), &canvas.Text{}, NewBadge("")
	const side, gap = 12, 6
	bold := fyne.TextStyle{Bold: true}
	// The width is that of the bold text, so that nothing moves on selection.
	measure := func() fyne.Size { return fyne.MeasureText(h.strip.tabs[h.index].Text, theme.TextBody, bold) }
	return newPainter(&painter{
		of:      h,
		objects: []fyne.CanvasObject{hover, icon, text, badge, under, ring},
		minSize: func() fyne.Size {
			w := 2*side + measure().Width
			if h.strip.tabs[h.index].Icon != "" {
				w += theme.IconSize + gap
			}
			if badge.Visible() {
				w += badge.MinSize().Width + gap
			}
			return fyne.NewSize(w, tabHeight)
		},
		layout: func(s fyne.Size) {
			hover.Resize(fyne.NewSize(s.Width, s.Height-1))
			under.Move(fyne.NewPos(0, s.Height-3))
			under.Resize(fyne.NewSize(s.Width, 3))
			placeRingInside(ring, fyne.NewPos(0, 1), fyne.NewSize(s.Width, s.Height-4))
			x := float32(side)
			if h.strip.tabs[h.index].Icon != "" {
				icon.Move(fyne.NewPos(x, (s.Height-theme.IconSize)/2-1))
				icon.Resize(fyne.NewSquareSize(theme.IconSize))
				x += theme.IconSize + gap
			}
			m := measure()
			text.Move(fyne.NewPos(x, (s.Height-m.Height)/2-1))
			text.Resize(m)
			b := badge.MinSize()
			badge.Move(fyne.NewPos(x+m.Width+gap, (s.Height-b.Height)/2-1))
			badge.Resize(b)
		},
		refresh: func() {
			t, on := h.strip.tabs[h.index], h.strip.current == h.index
			ink, line := theme.ColorQuiet, theme.ColorTransparent
			if on {
				ink, line = theme.ColorInk, theme.ColorPrimary
			}
			over := theme.ColorTransparent
			if h.hovered {
				over = hoverRole
			}
			paintBox(hover, over, "", 0, 0)
			paintBox(under, line, "", 0, 0)
			paintRing(ring, on && h.strip.focused, false)
			setText(text, t.Text, theme.TextBody, ink)
			text.TextStyle.Bold = on
			paintIcon(icon, t.Icon, ink)
			badge.Text = strconv.Itoa(t.Count)
			badge.Hidden = t.Count == 0
			badge.Refresh()
		},
	})
}
