package widget

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// NavItem is one page in the Sidebar.
type NavItem struct {
	ID    string
	Text  string
	Short string // for the folded form; empty: Text
	Icon  theme.IconName
	Count int // what waits there; 0 shows nothing
}

func (i NavItem) short() string {
	if i.Short != "" {
		return i.Short
	}
	return i.Text
}

// NavGroup is a run of items under a heading, which may be empty.
type NavGroup struct {
	Heading string
	Items   []NavItem
}

// Sidebar is the list of pages. Tab reaches it once; Up, Down, Home and End
// move, Enter or Space goes to the page. Folded it is narrow, with each name
// small under its icon, so no name is ever hidden.
type Sidebar struct {
	fwidget.BaseWidget
	Name       string
	OnSelected func(id string)

	groups   []NavGroup
	rows     []*navRow
	column   *fyne.Container
	scroll   *container.Scroll
	selected string
	cursor   int
	focused  bool
	folded   bool
}

// NewSidebar returns the list; nothing is selected yet.
func NewSidebar(name string, groups ...NavGroup) *Sidebar {
	s := &Sidebar{Name: name, column: VBox(2)}
	s.scroll = container.NewVScroll(PadXY(theme.Space8, theme.Space8, s.column))
	s.ExtendBaseWidget(s)
	s.SetGroups(groups...)
	return s
}

// SetGroups changes the items; selection and cursor stay on their pages.
func (s *Sidebar) SetGroups(groups ...NavGroup) {
	at := ""
	if s.cursor < len(s.rows) {
		at = s.rows[s.cursor].item.ID
	}
	s.groups, s.rows, s.column.Objects, s.cursor = groups, nil, nil, 0
	for g, group := range groups {
		if g > 0 {
			s.column.Objects = append(s.column.Objects, Sized(1, theme.Space8, NewBox("")))
		}
		if group.Heading != "" && !s.folded {
			h := newLabel(labelSpec{Text: group.Heading, TextSize: theme.TextSecondary, Role: theme.ColorQuiet, Bold: true, Truncate: true})
			s.column.Objects = append(s.column.Objects, PadXY(theme.Space8, theme.Space4, h))
		} else if g > 0 {
			s.column.Objects = append(s.column.Objects, NewRule())
		}
		for _, item := range group.Items {
			r := &navRow{bar: s, index: len(s.rows), item: item}
			r.ExtendBaseWidget(r)
			if item.ID == at {
				s.cursor = r.index
			}
			s.rows = append(s.rows, r)
			s.column.Objects = append(s.column.Objects, r)
		}
	}
	s.column.Refresh()
	s.scroll.Refresh()
	s.Refresh()
}

// SetCount changes the number beside an item.
func (s *Sidebar) SetCount(id string, n int) {
	for _, r := range s.rows {
		if r.item.ID == id {
			r.item.Count = n
			r.Refresh()
		}
	}
	for g := range s.groups {
		for i := range s.groups[g].Items {
			if s.groups[g].Items[i].ID == id {
				s.groups[g].Items[i].Count = n
			}
		}
	}
}

// Selected is the ID of the page shown.
func (s *Sidebar) Selected() string { return s.selected }

// SetSelected marks a page as shown without calling OnSelected.
func (s *Sidebar) SetSelected(id string) {
	s.selected = id
	for _, r := range s.rows {
		if r.item.ID == id {
			s.cursor = r.index
		}
	}
	s.Refresh()
}

// Folded tells whether the narrow form is shown.
func (s *Sidebar) Folded() bool { return s.folded }

// SetFolded switches between the wide and the narrow form.
func (s *Sidebar) SetFolded(folded bool) {
	if s.folded == folded {
		return
	}
	s.folded = folded
	s.SetGroups(s.groups...)
}

// Focus puts the focus on the list.
func (s *Sidebar) Focus() { requestFocus(s) }

func (s *Sidebar) open(i int) {
	if i < 0 || i >= len(s.rows) {
		return
	}
	s.SetSelected(s.rows[i].item.ID)
	if s.OnSelected != nil {
		s.OnSelected(s.selected)
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (s *Sidebar) AccessibilityLabel() string { return s.Name }

// AccessibilityRole implements fyne.Accessible.
func (s *Sidebar) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// FocusGained implements fyne.Focusable.
func (s *Sidebar) FocusGained() { s.focused = true; s.Refresh() }

// FocusLost implements fyne.Focusable.
func (s *Sidebar) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *Sidebar) TypedRune(r rune) {
	if r != ' ' {
		passRune(s, r)
	}
}

// TypedKey implements fyne.Focusable.
func (s *Sidebar) TypedKey(ev *fyne.KeyEvent) {
	last := len(s.rows) - 1
	switch ev.Name {
	case fyne.KeyDown:
		s.cursor = min(s.cursor+1, max(last, 0))
	case fyne.KeyUp:
		s.cursor = max(s.cursor-1, 0)
	case fyne.KeyHome:
		s.cursor = 0
	case fyne.KeyEnd:
		s.cursor = max(last, 0)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		s.open(s.cursor)
		return
	default:
		passKey(s, ev)
		return
	}
	s.Refresh()
	s.reveal()
}

func (s *Sidebar) reveal() {
	if s.cursor >= len(s.rows) {
		return
	}
	r := s.rows[s.cursor]
	y, h := r.Position().Y, r.BaseWidget.Size().Height+2*theme.Space8
	switch view := s.scroll.Size().Height; {
	case y < s.scroll.Offset.Y:
		s.scroll.ScrollToOffset(fyne.NewPos(0, y))
	case y+h > s.scroll.Offset.Y+view:
		s.scroll.ScrollToOffset(fyne.NewPos(0, y+h-view))
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Sidebar) CreateRenderer() fyne.WidgetRenderer {
	fill, line := &canvas.Rectangle{}, &canvas.Rectangle{}
	return newPainter(&painter{
		of:      s,
		objects: []fyne.CanvasObject{fill, line, s.scroll},
		minSize: func() fyne.Size {
			if s.folded {
				return fyne.NewSize(theme.SidebarFolded, 120)
			}
			return fyne.NewSize(theme.SidebarWidth, 120)
		},
		layout: func(size fyne.Size) {
			fill.Resize(size)
			line.Move(fyne.NewPos(size.Width-1, 0))
			line.Resize(fyne.NewSize(1, size.Height))
			s.scroll.Resize(fyne.NewSize(size.Width-1, size.Height))
		},
		refresh: func() {
			paintBox(fill, theme.ColorSurface, "", 0, 0)
			paintBox(line, theme.ColorLine, "", 0, 0)
			for _, r := range s.rows {
				r.Refresh()
			}
		},
	})
}

type navRow struct {
	fwidget.BaseWidget
	bar     *Sidebar
	index   int
	item    NavItem
	hovered bool
}

func (r *navRow) AccessibilityLabel() string { return r.item.Text }

func (r *navRow) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleLink }

func (r *navRow) Tapped(*fyne.PointEvent) {
	requestFocus(r.bar)
	r.bar.open(r.index)
}

func (r *navRow) Cursor() desktop.Cursor         { return desktop.PointerCursor }
func (r *navRow) MouseIn(*desktop.MouseEvent)    { r.hovered = true; r.Refresh() }
func (r *navRow) MouseMoved(*desktop.MouseEvent) {}
func (r *navRow) MouseOut()                      { r.hovered = false; r.Refresh() }

func countText(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}

// fit puts words into the room that they have: a little smaller is better than
// cut.
func fit(text *canvas.Text, words string, size, room float32) {
	text.Text, text.TextSize = words, size
	for least := size * 0.85; text.MinSize().Width > room && text.TextSize > least; {
		text.TextSize = max(text.TextSize-0.5, least)
	}
	text.Text = truncate(words, room, text.TextSize, text.TextStyle)
	text.Resize(text.MinSize())
}

func (r *navRow) CreateRenderer() fyne.WidgetRenderer {
	fill, mark, ring := &canvas.Rectangle{}, &canvas.Rectangle{}, &canvas.Rectangle{}
	icon, text, badge := newImage(), &canvas.Text{}, NewBadge("")
	return newPainter(&painter{
		of:      r,
		objects: []fyne.CanvasObject{fill, mark, icon, text, badge, ring},
		minSize: func() fyne.Size {
			if r.bar.folded {
				return fyne.NewSize(theme.SidebarFolded-2*theme.Space8, 42)
			}
			return fyne.NewSize(120, 34)
		},
		layout: func(s fyne.Size) {
			fill.Resize(s)
			mark.Move(fyne.NewPos(0, 6))
			mark.Resize(fyne.NewSize(3, s.Height-12))
			placeRingInside(ring, fyne.Position{}, s)
			icon.Resize(fyne.NewSquareSize(theme.IconSize))
			b := badge.MinSize()
			badge.Resize(b)
			if r.bar.folded {
				fill.Move(fyne.NewPos(-theme.Space4, 0))
				fill.Resize(s.AddWidthHeight(2*theme.Space4, 0))
				placeRingInside(ring, fyne.NewPos(-theme.Space4, 0), fill.Size())
				mark.Move(fyne.NewPos(-theme.Space4, 6))
				icon.Move(fyne.NewPos((s.Width-theme.IconSize)/2, 5))
				// The name may use the margin: what the fold leaves is narrow.
				room := s.Width + 2*theme.Space8 - 4
				fit(text, r.item.short(), theme.TextFolded, room)
				m := text.Size()
				text.Move(fyne.NewPos((s.Width-m.Width)/2, s.Height-m.Height-3))
				badge.Move(fyne.NewPos(min(s.Width/2+4, s.Width+theme.Space4-b.Width), 0))
				return
			}
			icon.Move(fyne.NewPos(theme.Space12, (s.Height-theme.IconSize)/2))
			right := s.Width - theme.Space8
			if badge.Visible() {
				right -= b.Width
				badge.Move(fyne.NewPos(right, (s.Height-b.Height)/2))
			}
			x := theme.Space12 + theme.IconSize + 10
			fit(text, r.item.Text, theme.TextBody, right-x-theme.Space4)
			text.Move(fyne.NewPos(x, (s.Height-text.Size().Height)/2))
		},
		refresh: func() {
			on := r.bar.selected == r.item.ID
			ink, back, bar := theme.ColorInk, theme.ColorTransparent, theme.ColorTransparent
			glyph := theme.ColorQuiet
			switch {
			case on:
				back, bar, glyph = theme.ColorSelected, theme.ColorPrimary, theme.ColorPrimary
			case r.hovered:
				back = theme.ColorHovered
			}
			paintBox(fill, back, "", 0, theme.Radius)
			paintBox(mark, bar, "", 0, 1.5)
			paintRing(ring, r.bar.focused && r.bar.cursor == r.index, false)
			ring.CornerRadius = theme.Radius
			size := theme.TextBody
			if r.bar.folded {
				size = theme.TextFolded
			}
			setText(text, r.item.Text, size, ink)
			text.TextStyle.Bold = on
			paintIcon(icon, r.item.Icon, glyph)
			badge.Text = countText(r.item.Count)
			badge.Hidden = r.item.Count <= 0
			badge.Refresh()
		},
	})
}
