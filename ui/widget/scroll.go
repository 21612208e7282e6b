package widget

import (
	"weak"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/ui/theme"
)

// scrolls are those made by NewScroll that still exist.
var scrolls []weak.Pointer[container.Scroll]

// NewScroll returns a vertical scroll in which whatever Tab reaches comes into
// view; Fyne's own leaves it where it is.
func NewScroll(content fyne.CanvasObject) *container.Scroll {
	kept := scrolls[:0]
	for _, p := range scrolls {
		if p.Value() != nil {
			kept = append(kept, p)
		}
	}
	s := container.NewVScroll(content)
	scrolls = append(kept, weak.Make(s))
	return s
}

// whole is a widget made of others, which a search for one of them must enter.
type whole interface{ inside() []fyne.CanvasObject }

func holds(o, wanted fyne.CanvasObject) bool {
	if o == wanted {
		return true
	}
	var inner []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		inner = o.Objects
	case whole:
		inner = o.inside()
	}
	for _, i := range inner {
		if holds(i, wanted) {
			return true
		}
	}
	return false
}

// comeIntoView scrolls as little as needed to show a widget that has got the
// focus, with what belongs to it.
func comeIntoView(o fyne.CanvasObject) { partIntoView(o, 0, o.Size().Height) }

// partIntoView does it for a part of a widget.
func partIntoView(o fyne.CanvasObject, from, height float32) {
	c := canvasOf(o)
	if c == nil {
		return
	}
	driver := fyne.CurrentApp().Driver()
	for _, p := range scrolls {
		s := p.Value()
		if s == nil || s.Content == nil || canvasOf(s) != c || !holds(s.Content, o) {
			continue
		}
		const room = theme.Space8
		top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(s.Content).Y + from
		offset, view := s.Offset.Y, s.Size().Height
		switch {
		case top-room < offset || height > view:
			offset = top - room
		case top+height+room > offset+view:
			offset = top + height + room - view
		}
		offset = max(min(offset, s.Content.MinSize().Height-view), 0)
		if offset != s.Offset.Y {
			s.ScrollToOffset(fyne.NewPos(s.Offset.X, offset))
		}
	}
}
