package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/layout"

	"indagor/ui/theme"
)

// Spacer takes what room is left in an HBox or VBox.
func Spacer() fyne.CanvasObject { return layout.NewSpacer() }

func isSpacer(o fyne.CanvasObject) bool {
	s, ok := o.(layout.SpacerObject)
	return ok && (s.ExpandHorizontal() || s.ExpandVertical())
}

func visible(objects []fyne.CanvasObject) []fyne.CanvasObject {
	shown := make([]fyne.CanvasObject, 0, len(objects))
	for _, o := range objects {
		if o.Visible() {
			shown = append(shown, o)
		}
	}
	return shown
}

// VBox stacks objects, each as wide as the column. Unlike Fyne's VBox it
// asks for heights after it has set widths, so wrapped text gets its lines.
func VBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: columnLayout{gap}, Objects: objects}
}

type columnLayout struct{ gap float32 }

func (l columnLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, o := range visible(objects) {
		if i > 0 {
			size.Height += l.gap
		}
		if isSpacer(o) {
			continue
		}
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		size.Height += m.Height
	}
	return size
}

func (l columnLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	shown := visible(objects)
	spare, spacers := size.Height+l.gap, 0
	for _, o := range shown {
		spare -= l.gap
		if isSpacer(o) {
			spacers++
			continue
		}
		o.Resize(fyne.NewSize(size.Width, o.Size().Height))
		spare -= o.MinSize().Height
	}
	y := float32(0)
	for _, o := range shown {
		h := float32(0)
		if isSpacer(o) {
			h = max(spare, 0) / float32(spacers)
		} else {
			h = o.MinSize().Height
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + l.gap
	}
}

// HBox sets objects side by side at their least width, centred in height; a
// Spacer or an object made with Expand takes the rest.
func HBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: rowLayout{gap: gap}, Objects: objects}
}

// HBoxTop is HBox with its objects at the top.
func HBoxTop(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: rowLayout{gap: gap, top: true}, Objects: objects}
}

type rowLayout struct {
	gap float32
	top bool
}

func (l rowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, o := range visible(objects) {
		if i > 0 {
			size.Width += l.gap
		}
		if isSpacer(o) {
			continue
		}
		m := o.MinSize()
		size.Height = max(size.Height, m.Height)
		size.Width += m.Width
	}
	return size
}

func (l rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	shown := visible(objects)
	spare, takers := size.Width+l.gap, 0
	for _, o := range shown {
		spare -= l.gap
		switch {
		case isSpacer(o):
			takers++
		case expands(o):
			takers++
			spare -= o.MinSize().Width
		default:
			spare -= o.MinSize().Width
		}
	}
	x := float32(0)
	for _, o := range shown {
		m := o.MinSize()
		w, h := m.Width, m.Height
		if isSpacer(o) {
			w, h = max(spare, 0)/float32(takers), 0
		} else if expands(o) {
			w += max(spare, 0) / float32(takers)
			if w != o.Size().Width {
				o.Resize(fyne.NewSize(w, o.Size().Height))
				h = o.MinSize().Height
			}
		}
		y := float32(0)
		if !l.top {
			y = max((size.Height-h)/2, 0)
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		x += w + l.gap
	}
}

type expandLayout struct{}

// Expand marks an object to take the room that is left in an HBox.
func Expand(o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: expandLayout{}, Objects: []fyne.CanvasObject{o}}
}

func (expandLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (expandLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.Position{})
	o[0].Resize(size)
}

func expands(o fyne.CanvasObject) bool {
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = c.Layout.(expandLayout)
	return ok
}

// Flow sets objects side by side and goes on to the next line when the width
// is used up.
func Flow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gap: gap}, Objects: objects}
}

type flowLayout struct{ gap, width float32 }

func (l *flowLayout) place(objects []fyne.CanvasObject, width float32, put func(fyne.CanvasObject, fyne.Position, fyne.Size)) float32 {
	var x, y, line float32
	for _, o := range visible(objects) {
		m := o.MinSize()
		m.Width = min(m.Width, max(width, 1))
		if x > 0 && x+m.Width > width+0.5 {
			x, y, line = 0, y+line+l.gap, 0
		}
		if put != nil {
			put(o, fyne.NewPos(x, y), m)
		}
		x += m.Width + l.gap
		line = max(line, m.Height)
	}
	return y + line
}

func (l *flowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var widest, all float32
	for i, o := range visible(objects) {
		w := o.MinSize().Width
		widest = max(widest, w)
		all += w
		if i > 0 {
			all += l.gap
		}
	}
	width := l.width
	if width == 0 {
		width = all
	}
	return fyne.NewSize(widest, l.place(objects, width, nil))
}

func (l *flowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(objects, size.Width, func(o fyne.CanvasObject, p fyne.Position, s fyne.Size) {
		o.Move(p)
		o.Resize(s)
	})
}

// Grid sets objects into as many equal columns of at least minWidth as the
// width allows, row by row.
func Grid(minWidth, gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &columnsLayout{minWidth: minWidth, gap: gap}, Objects: objects}
}

type columnsLayout struct{ minWidth, gap, width float32 }

func (l *columnsLayout) place(objects []fyne.CanvasObject, width float32, put bool) float32 {
	shown := visible(objects)
	n := min(max(int((width+l.gap)/(l.minWidth+l.gap)), 1), max(len(shown), 1))
	w := (width - float32(n-1)*l.gap) / float32(n)
	var y float32
	for start := 0; start < len(shown); start += n {
		row := shown[start:min(start+n, len(shown))]
		var h float32
		for _, o := range row {
			if put {
				o.Resize(fyne.NewSize(w, o.Size().Height))
			}
			h = max(h, o.MinSize().Height)
		}
		if put {
			for i, o := range row {
				o.Move(fyne.NewPos(float32(i)*(w+l.gap), y))
				o.Resize(fyne.NewSize(w, h))
			}
		}
		y += h + l.gap
	}
	return max(y-l.gap, 0)
}

func (l *columnsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := l.width
	if width == 0 {
		width = l.minWidth
	}
	return fyne.NewSize(l.minWidth, l.place(objects, width, false))
}

func (l *columnsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(objects, size.Width, true)
}

// Pad puts equal room around an object.
func Pad(by float32, o fyne.CanvasObject) *fyne.Container { return PadXY(by, by, o) }

// PadXY puts room at the sides and above and below an object.
func PadXY(x, y float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: padLayout{x, y}, Objects: []fyne.CanvasObject{o}}
}

type padLayout struct{ x, y float32 }

func (l padLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().AddWidthHeight(2*l.x, 2*l.y)
}

func (l padLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.NewPos(l.x, l.y))
	o[0].Resize(size.SubtractWidthHeight(2*l.x, 2*l.y))
}

// Sized gives an object a least width and height; 0 leaves its own.
func Sized(width, height float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: sizedLayout{width, height}, Objects: []fyne.CanvasObject{o}}
}

type sizedLayout struct{ width, height float32 }

func (l sizedLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().Max(fyne.NewSize(l.width, l.height))
}

func (l sizedLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.Position{})
	o[0].Resize(size)
}

// Frame sets a centre between four edges, any of them nil. Tab goes through it
// as it is read: top, left, centre, right, bottom.
func Frame(top, left, centre, right, bottom fyne.CanvasObject) *fyne.Container {
	l := frameLayout{top, left, centre, right, bottom}
	c := &fyne.Container{Layout: l}
	for _, o := range l {
		if o != nil {
			c.Objects = append(c.Objects, o)
		}
	}
	return c
}

type frameLayout [5]fyne.CanvasObject // top, left, centre, right, bottom

func (l frameLayout) shown(i int) (fyne.CanvasObject, bool) {
	return l[i], l[i] != nil && l[i].Visible()
}

func (l frameLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, i := range []int{1, 2, 3} {
		if o, ok := l.shown(i); ok {
			m := o.MinSize()
			size.Width += m.Width
			size.Height = max(size.Height, m.Height)
		}
	}
	for _, i := range []int{0, 4} {
		if o, ok := l.shown(i); ok {
			m := o.MinSize()
			size.Width = max(size.Width, m.Width)
			size.Height += m.Height
		}
	}
	return size
}

func (l frameLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	var top, bottom, left, right float32
	if o, ok := l.shown(0); ok {
		o.Resize(fyne.NewSize(size.Width, o.Size().Height))
		top = o.MinSize().Height
		o.Move(fyne.Position{})
		o.Resize(fyne.NewSize(size.Width, top))
	}
	if o, ok := l.shown(4); ok {
		o.Resize(fyne.NewSize(size.Width, o.Size().Height))
		bottom = o.MinSize().Height
		o.Move(fyne.NewPos(0, size.Height-bottom))
		o.Resize(fyne.NewSize(size.Width, bottom))
	}
	height := max(size.Height-top-bottom, 0)
	if o, ok := l.shown(1); ok {
		left = o.MinSize().Width
		o.Move(fyne.NewPos(0, top))
		o.Resize(fyne.NewSize(left, height))
	}
	if o, ok := l.shown(3); ok {
		right = o.MinSize().Width
		o.Move(fyne.NewPos(size.Width-right, top))
		o.Resize(fyne.NewSize(right, height))
	}
	if o, ok := l.shown(2); ok {
		o.Move(fyne.NewPos(left, top))
		o.Resize(fyne.NewSize(max(size.Width-left-right, 0), height))
	}
}

// Panel puts an object on a surface with a line around it.
func Panel(o fyne.CanvasObject) *fyne.Container { return PanelIn(theme.Space16, o) }

// PanelIn is Panel with its own inner room.
func PanelIn(inset float32, o fyne.CanvasObject) *fyne.Container {
	b := NewBox(theme.ColorSurface)
	b.Line, b.Radius = theme.ColorLine, theme.Radius
	return &fyne.Container{Layout: layout.NewStackLayout(), Objects: []fyne.CanvasObject{b, Pad(inset, o)}}
}

func stack(objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: layout.NewStackLayout(), Objects: objects}
}
