package widget

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"indagor/ui/theme"
)

// chartPainter draws a chart: the boxes of all values in one picture, above it
// lines, labels, legend and what the cursor points at.
type chartPainter struct {
	c       *Chart
	back    *canvas.Rectangle
	boxes   *canvas.Raster
	lines   []*canvas.Rectangle
	labels  []*canvas.Text
	swatch  []*canvas.Raster
	mark    *canvas.Rectangle // around what is pointed at
	ring    *canvas.Rectangle
	tip     *canvas.Rectangle
	tips    []*canvas.Text
	nothing *statePane
	objects []fyne.CanvasObject
	width   float32
}

// CreateRenderer implements fyne.Widget.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer {
	r := &chartPainter{
		c: c, back: &canvas.Rectangle{}, mark: &canvas.Rectangle{}, ring: &canvas.Rectangle{}, tip: &canvas.Rectangle{},
		nothing: newStatePane(),
	}
	r.boxes = canvas.NewRaster(r.picture)
	r.update()
	return r
}

func (r *chartPainter) Destroy() {}

func (r *chartPainter) Objects() []fyne.CanvasObject { return r.objects }

func (r *chartPainter) MinSize() fyne.Size {
	legend := r.legendHeight(max(r.width, 240))
	if r.c.data.Kind == ChartBars && !r.c.empty() {
		return fyne.NewSize(240, legend+float32(len(r.c.data.Categories))*barStep+r.lineHeight()+theme.Space8)
	}
	return fyne.NewSize(240, legend+chartHeight)
}

func (r *chartPainter) lineHeight() float32 {
	return fyne.MeasureText("M", theme.TextSecondary, fyne.TextStyle{}).Height
}

const (
	swatchSide float32 = 14
	legendGap  float32 = 16
)

// legend gives the place of each series' name, and how high all are.
func (r *chartPainter) legend(width float32) (at []fyne.Position, height float32) {
	d := r.c.data
	if len(d.Series) < 2 {
		return nil, 0
	}
	x, y, line := float32(0), float32(0), r.lineHeight()+4
	for _, s := range d.Series {
		w := swatchSide + 6 + fyne.MeasureText(s.Name, theme.TextSecondary, fyne.TextStyle{}).Width
		if x > 0 && x+w > width {
			x, y = 0, y+line
		}
		at = append(at, fyne.NewPos(x, y))
		x += w + legendGap
	}
	return at, y + line + theme.Space8
}

func (r *chartPainter) legendHeight(width float32) float32 {
	_, h := r.legend(width)
	return h
}

func (r *chartPainter) Refresh() {
	r.update()
	r.Layout(r.c.BaseWidget.Size())
	canvas.Refresh(r.c)
}

// update takes in colours and what there is to show.
func (r *chartPainter) update() {
	paintBox(r.back, theme.ColorTransparent, "", 0, 0)
	paintRing(r.ring, r.c.focused, false)
	paintBox(r.mark, "", theme.ColorInk, 2, 2)
	paintBox(r.tip, theme.ColorRaised, theme.ColorBorder, 1, theme.Radius)
	if r.c.empty() {
		r.nothing.set(Empty(r.c.words.Empty, "", nil))
	} else {
		r.nothing.set(Ready())
	}
}

func (r *chartPainter) Layout(size fyne.Size) {
	r.width = size.Width
	r.objects = append(r.objects[:0], r.back)
	r.back.Resize(size)
	placeRing(r.ring, size)
	r.mark.Hidden, r.tip.Hidden = true, true
	if r.c.empty() {
		r.c.plot = chartPlot{}
		r.nothing.Resize(size)
		r.objects = append(r.objects, r.nothing, r.ring)
		return
	}
	lines, texts := 0, 0
	line := func(x, y, w, h float32, role fyne.ThemeColorName) {
		if lines == len(r.lines) {
			r.lines = append(r.lines, &canvas.Rectangle{})
		}
		l := r.lines[lines]
		lines++
		paintBox(l, role, "", 0, 0)
		l.Move(fyne.NewPos(x, y))
		l.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
		r.objects = append(r.objects, l)
	}
	text := func(s string, x, y float32, role fyne.ThemeColorName) fyne.Size {
		if texts == len(r.labels) {
			r.labels = append(r.labels, &canvas.Text{})
		}
		t := r.labels[texts]
		texts++
		setText(t, s, theme.TextSecondary, role)
		m := t.MinSize()
		t.Move(fyne.NewPos(x, y))
		t.Resize(m)
		r.objects = append(r.objects, t)
		return m
	}
	top := r.layoutLegend(size.Width, text)
	if r.c.data.Kind == ChartBars {
		r.layoutBars(size, top, line, text)
	} else {
		r.layoutColumns(size, top, line, text)
	}
	p := r.c.plot
	r.boxes.Move(p.at)
	r.boxes.Resize(p.size)
	r.objects = append(r.objects, r.boxes)
	r.boxes.Refresh()
	r.layoutTip(size)
	r.objects = append(r.objects, r.ring)
}

func (r *chartPainter) layoutLegend(width float32, text func(string, float32, float32, fyne.ThemeColorName) fyne.Size) float32 {
	places, height := r.legend(width)
	for i, at := range places {
		if i == len(r.swatch) {
			r.swatch = append(r.swatch, canvas.NewRaster(func(w, h int) image.Image {
				img := image.NewNRGBA(image.Rect(0, 0, w, h))
				if i < len(r.c.data.Series) {
					paintSeries(img, img.Bounds(), r.c.data.role(i), i, float32(w)/swatchSide)
				}
				return img
			}))
		}
		s := r.swatch[i]
		s.Move(at.AddXY(0, (r.lineHeight()-swatchSide)/2))
		s.Resize(fyne.NewSquareSize(swatchSide))
		s.Refresh()
		r.objects = append(r.objects, s)
		text(r.c.data.Series[i].Name, at.X+swatchSide+6, at.Y, theme.ColorInk)
	}
	return height
}

func (r *chartPainter) layoutColumns(size fyne.Size, top float32, line func(x, y, w, h float32, role fyne.ThemeColorName), text func(string, float32, float32, fyne.ThemeColorName) fyne.Size) {
	d := r.c.data
	h := r.lineHeight()
	upper := top + h/2
	bottom := size.Height - h - theme.Space4
	marks := ticks(d.top(), int((bottom-upper)/chartTickGap))
	left := float32(0)
	for _, m := range marks {
		left = max(left, fyne.MeasureText(r.c.words.Number(m), theme.TextSecondary, fyne.TextStyle{}).Width)
	}
	left += theme.Space8
	p := chartPlot{kind: ChartColumns, at: fyne.NewPos(left, upper), size: fyne.NewSize(max(size.Width-left, 1), max(bottom-upper, 1)), top: marks[len(marks)-1]}
	p.step = p.size.Width / float32(len(d.Categories))
	p.thick = min(max(p.step*0.7, 1), columnMost)
	r.c.plot = p
	for _, m := range marks {
		y := p.at.Y + p.size.Height - p.length(m)
		role := theme.ColorLine
		if m == 0 {
			role = theme.ColorBorder
		}
		line(left, y, p.size.Width, 1, role)
		s := r.c.words.Number(m)
		text(s, left-theme.Space8-fyne.MeasureText(s, theme.TextSecondary, fyne.TextStyle{}).Width, y-h/2, theme.ColorQuiet)
	}
	need := float32(0)
	for _, s := range d.Categories {
		need = max(need, fyne.MeasureText(s, theme.TextSecondary, fyne.TextStyle{}).Width)
	}
	for i := 0; i < len(d.Categories); i += every(need+theme.Space8, p.step) {
		w := fyne.MeasureText(d.Categories[i], theme.TextSecondary, fyne.TextStyle{}).Width
		x := left + (float32(i)+0.5)*p.step - w/2
		text(d.Categories[i], min(max(x, 0), size.Width-w), bottom+theme.Space4, theme.ColorQuiet)
	}
}

func (r *chartPainter) layoutBars(size fyne.Size, top float32, line func(x, y, w, h float32, role fyne.ThemeColorName), text func(string, float32, float32, fyne.ThemeColorName) fyne.Size) {
	d := r.c.data
	h := r.lineHeight()
	measure := func(s string) float32 { return fyne.MeasureText(s, theme.TextSecondary, fyne.TextStyle{}).Width }
	left, right := float32(0), float32(0)
	for i, s := range d.Categories {
		left = max(left, measure(s))
		right = max(right, measure(r.c.words.Number(d.sum(i))))
	}
	left = min(left, size.Width*0.4) + theme.Space8
	right += theme.Space8
	room := max(size.Width-left-right, 1)
	marks := ticks(d.top(), int(room/chartTickWide))
	p := chartPlot{kind: ChartBars, at: fyne.NewPos(left, top), size: fyne.NewSize(room, float32(len(d.Categories))*barStep), top: marks[len(marks)-1], step: barStep, thick: barThick}
	r.c.plot = p
	for _, m := range marks {
		x := left + p.length(m)
		role := theme.ColorLine
		if m == 0 {
			role = theme.ColorBorder
		}
		line(x, top, 1, p.size.Height, role)
		s := r.c.words.Number(m)
		w := measure(s)
		text(s, min(x-w/2, size.Width-w), top+p.size.Height+theme.Space4, theme.ColorQuiet)
	}
	for i, s := range d.Categories {
		y := top + float32(i)*barStep + (barStep-h)/2
		s = truncate(s, left-theme.Space8, theme.TextSecondary, fyne.TextStyle{})
		text(s, left-theme.Space8-measure(s), y, theme.ColorInk)
		text(r.c.words.Number(d.sum(i)), left+p.length(d.sum(i))+6, y, theme.ColorInk)
	}
}

// layoutTip shows what is pointed at, in figures, beside it.
func (r *chartPainter) layoutTip(size fyne.Size) {
	point, ok := r.c.pointed()
	if !ok {
		return
	}
	at, box := r.c.plot.box(r.c.data, point)
	const out = 2
	r.mark.Hidden, r.tip.Hidden = false, false
	r.mark.Move(at.SubtractXY(out, out))
	r.mark.Resize(box.AddWidthHeight(2*out, 2*out))
	r.objects = append(r.objects, r.mark, r.tip)
	lines := r.c.tell(point)
	h := fyne.MeasureText("M", theme.TextBody, fyne.TextStyle{Bold: true}).Height
	width := float32(0)
	for len(r.tips) < len(lines) {
		r.tips = append(r.tips, &canvas.Text{})
	}
	for i, s := range lines {
		r.tips[i].TextStyle = fyne.TextStyle{Bold: i == 0}
		setText(r.tips[i], truncate(s, max(size.Width-2*theme.Space8, 40), theme.TextBody, r.tips[i].TextStyle), theme.TextBody, theme.ColorInk)
		width = max(width, r.tips[i].MinSize().Width)
	}
	tip := fyne.NewSize(width+2*theme.Space8, float32(len(lines))*h+2*theme.Space4)
	x, y := at.X+box.Width/2-tip.Width/2, at.Y-tip.Height-theme.Space8
	if r.c.data.Kind == ChartBars {
		x, y = at.X+box.Width+theme.Space8, at.Y+box.Height/2-tip.Height/2
	}
	if y < 0 {
		y = min(at.Y+theme.Space8, size.Height-tip.Height)
		x = at.X + box.Width + theme.Space8
		if x+tip.Width > size.Width {
			x = at.X - tip.Width - theme.Space8
		}
	}
	x, y = min(max(x, 0), max(size.Width-tip.Width, 0)), min(max(y, 0), max(size.Height-tip.Height, 0))
	r.tip.Move(fyne.NewPos(x, y))
	r.tip.Resize(tip)
	for i := range lines {
		t := r.tips[i]
		t.Move(fyne.NewPos(x+theme.Space8, y+theme.Space4+float32(i)*h))
		t.Resize(t.MinSize())
		r.objects = append(r.objects, t)
	}
}

// picture draws the boxes of all values, w by h pixels.
func (r *chartPainter) picture(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	c := r.c
	p := c.plot
	if p.size.Width <= 0 || c.empty() {
		return img
	}
	scale := float32(w) / p.size.Width
	p.at = fyne.Position{}
	for i := range c.data.Categories {
		for s := range c.data.Series {
			if c.data.value(i, s) == 0 {
				continue
			}
			at, box := p.box(c.data, chartPoint{i, s})
			pixel := func(v float32) int { return int(v*scale + 0.5) }
			paintSeries(img, image.Rect(pixel(at.X), pixel(at.Y), max(pixel(at.X+box.Width), pixel(at.X)+1), max(pixel(at.Y+box.Height), pixel(at.Y)+1)).Intersect(img.Bounds()), c.data.role(s), s, scale)
		}
	}
	return img
}
