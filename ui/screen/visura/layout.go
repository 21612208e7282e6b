package visura

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Scroll puts content into a vertical scroll whose height is that of the
// content at the width it really has: texts that wrap know their lines only
// then. It reaches a little beyond its place on every side, so that the focus
// rings at its edges are not cut; the content stays in line with what stands
// above it.
func Scroll(content fyne.CanvasObject) *fyne.Container {
	inner := widget.VBox(0, content)
	return &fyne.Container{Layout: scrollLayout{}, Objects: []fyne.CanvasObject{widget.NewScroll(widget.Pad(theme.Space4, inner))}}
}

type scrollLayout struct{}

func (scrollLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (scrollLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	s := o[0].(*container.Scroll)
	s.Move(fyne.NewPos(-theme.Space4, -theme.Space4))
	s.Resize(size.AddWidthHeight(2*theme.Space4, 2*theme.Space4))
	for range 2 {
		s.Content.Resize(fyne.NewSize(size.Width+2*theme.Space4, s.Content.MinSize().Height))
		Settle(s.Content)
	}
	s.Refresh()
}

// Settle lays out containers again all the way down, for what has been shown,
// hidden or exchanged inside them.
func Settle(o fyne.CanvasObject) {
	c, ok := o.(*fyne.Container)
	if !ok || !c.Visible() {
		return
	}
	if c.Layout != nil {
		c.Layout.Layout(c.Objects, c.Size())
	}
	for _, inner := range c.Objects {
		Settle(inner)
	}
}

// Beside sets a pane at the right of the main content, wide enough for a
// fiscal code on one line.
func Beside(main, pane fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: besideLayout{}, Objects: []fyne.CanvasObject{main, widget.PanelIn(theme.Space12, pane)}}
}

type besideLayout struct{}

func (besideLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	if !o[1].Visible() {
		return a
	}
	return fyne.NewSize(a.Width+theme.Space12+b.Width, max(a.Height, b.Height))
}

func (besideLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.Position{})
	if !o[1].Visible() {
		o[0].Resize(s)
		return
	}
	width := min(max(s.Width*0.38, 340), 420, s.Width/2)
	o[0].Resize(fyne.NewSize(s.Width-width-theme.Space12, s.Height))
	o[1].Move(fyne.NewPos(s.Width-width, 0))
	o[1].Resize(fyne.NewSize(width, s.Height))
}

// halves shows the wide object where there is room for two columns, else the
// narrow one: columns alike for every member of a list, for the eye to run
// down.
func halves(narrow, wide fyne.CanvasObject) *fyne.Container {
	wide.Hide()
	return &fyne.Container{Layout: halvesLayout{}, Objects: []fyne.CanvasObject{narrow, wide}}
}

const halvesWidth = 572

type halvesLayout struct{}

func (halvesLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[0].MinSize()
	if o[1].Visible() {
		m.Height = o[1].MinSize().Height
	}
	return m
}

func (halvesLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	shown, hidden := o[0], o[1]
	if s.Width >= halvesWidth {
		shown, hidden = hidden, shown
	}
	hidden.Hide()
	shown.Show()
	shown.Move(fyne.Position{})
	shown.Resize(s)
}

// columns sets objects into as many equal columns as have at least the width
// given, and into one where there is less room than that.
func columns(least float32, objects ...fyne.CanvasObject) *fyne.Container {
	l := &columnsLayout{least: least}
	return &fyne.Container{Layout: l, Objects: objects}
}

type columnsLayout struct{ least, width float32 }

func (l *columnsLayout) place(objects []fyne.CanvasObject, width float32, put bool) float32 {
	const gap = theme.Space12
	n := min(max(int((width+gap)/(l.least+gap)), 1), max(len(objects), 1))
	each := (width - float32(n-1)*gap) / float32(n)
	y := float32(0)
	for start := 0; start < len(objects); start += n {
		row := objects[start:min(start+n, len(objects))]
		height := float32(0)
		for _, o := range row {
			if put {
				o.Resize(fyne.NewSize(each, o.Size().Height))
			}
			height = max(height, o.MinSize().Height)
		}
		for i, o := range row {
			if put {
				o.Move(fyne.NewPos(float32(i)*(each+gap), y))
				o.Resize(fyne.NewSize(each, height))
			}
		}
		y += height + gap
	}
	return max(y-gap, 0)
}

func (l *columnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, l.place(objects, max(l.width, 1), false))
}

func (l *columnsLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	l.place(objects, s.Width, true)
}
