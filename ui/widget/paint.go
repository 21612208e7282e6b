package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// painter is a renderer made of functions.
type painter struct {
	of      fyne.Widget
	objects []fyne.CanvasObject
	layout  func(fyne.Size)
	minSize func() fyne.Size
	refresh func() // sets colours and texts; called once at the start
}

func newPainter(p *painter) *painter {
	if p.refresh != nil {
		p.refresh()
	}
	return p
}

func (p *painter) Destroy()                     {}
func (p *painter) Layout(size fyne.Size)        { p.layout(size) }
func (p *painter) MinSize() fyne.Size           { return p.minSize() }
func (p *painter) Objects() []fyne.CanvasObject { return p.objects }
func (p *painter) Refresh() {
	if p.refresh != nil {
		p.refresh()
	}
	p.layout(p.of.Size())
	canvas.Refresh(p.of)
}

// Box is a rectangle in the colours of roles.
type Box struct {
	fwidget.BaseWidget
	Fill, Line fyne.ThemeColorName // empty: none
	LineWidth  float32             // 0 means 1
	Radius     float32
	Min        fyne.Size
}

// NewBox returns a filled rectangle without an edge.
func NewBox(fill fyne.ThemeColorName) *Box {
	b := &Box{Fill: fill}
	b.ExtendBaseWidget(b)
	return b
}

// NewRule returns a horizontal line one pixel high.
func NewRule() *Box {
	b := NewBox(theme.ColorLine)
	b.Min = fyne.NewSize(1, 1)
	return b
}

// CreateRenderer implements fyne.Widget.
func (b *Box) CreateRenderer() fyne.WidgetRenderer {
	r := canvas.NewRectangle(theme.Color(theme.ColorTransparent))
	return newPainter(&painter{
		of:      b,
		objects: []fyne.CanvasObject{r},
		layout:  func(s fyne.Size) { r.Resize(s) },
		minSize: func() fyne.Size { return b.Min },
		refresh: func() { paintBox(r, b.Fill, b.Line, b.LineWidth, b.Radius) },
	})
}

func paintBox(r *canvas.Rectangle, fill, line fyne.ThemeColorName, width, radius float32) {
	if fill == "" {
		fill = theme.ColorTransparent
	}
	r.FillColor = theme.Color(fill)
	r.StrokeWidth = 0
	if line != "" {
		r.StrokeColor = theme.Color(line)
		r.StrokeWidth = max(width, 1)
	}
	r.CornerRadius = radius
}

// Glyph is an icon in the colour of a role. A word stands beside it, always.
type Glyph struct {
	fwidget.BaseWidget
	Icon theme.IconName // empty draws nothing but keeps the place
	Role fyne.ThemeColorName
	Side float32 // 0 means theme.IconSize
}

// NewGlyph returns an icon of theme.IconSize in ink.
func NewGlyph(icon theme.IconName) *Glyph { return NewGlyphIn(icon, theme.ColorInk) }

// NewGlyphIn returns an icon of theme.IconSize in the colour of a role.
func NewGlyphIn(icon theme.IconName, role fyne.ThemeColorName) *Glyph {
	g := &Glyph{Icon: icon, Role: role}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *Glyph) CreateRenderer() fyne.WidgetRenderer {
	img := newImage()
	side := func() float32 {
		if g.Side > 0 {
			return g.Side
		}
		return theme.IconSize
	}
	return newPainter(&painter{
		of:      g,
		objects: []fyne.CanvasObject{img},
		layout: func(s fyne.Size) {
			d := side()
			img.Resize(fyne.NewSquareSize(d))
			img.Move(fyne.NewPos((s.Width-d)/2, (s.Height-d)/2))
		},
		minSize: func() fyne.Size { return fyne.NewSquareSize(side()) },
		refresh: func() { paintIcon(img, g.Icon, g.Role) },
	})
}

func newImage() *canvas.Image {
	img := &canvas.Image{FillMode: canvas.ImageFillContain}
	img.Hide()
	return img
}

// paintIcon shows the icon, or hides the image when there is none.
func paintIcon(img *canvas.Image, icon theme.IconName, role fyne.ThemeColorName) {
	if icon == "" {
		img.Resource = nil
		img.Hide()
		return
	}
	if role == "" {
		role = theme.ColorInk
	}
	img.Resource = theme.IconIn(icon, role)
	img.Show()
	img.Refresh()
}

// Spinner turns while something is being waited for. It stands still when the
// user has switched animations off.
type Spinner struct {
	fwidget.BaseWidget
	Role fyne.ThemeColorName
	Side float32

	arc     *canvas.Arc
	anim    *fyne.Animation
	running bool
}

// NewSpinner returns a spinner that is not turning yet.
func NewSpinner(role fyne.ThemeColorName) *Spinner {
	s := &Spinner{Role: role, Side: theme.IconSize}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Spinner) CreateRenderer() fyne.WidgetRenderer {
	s.arc = canvas.NewArc(0, 270, 0.72, theme.Color(s.Role))
	return newPainter(&painter{
		of:      s,
		objects: []fyne.CanvasObject{s.arc},
		layout: func(size fyne.Size) {
			d := s.Side - 2
			s.arc.Resize(fyne.NewSquareSize(d))
			s.arc.Move(fyne.NewPos((size.Width-d)/2, (size.Height-d)/2))
		},
		minSize: func() fyne.Size { return fyne.NewSquareSize(s.Side) },
		refresh: func() { s.arc.FillColor = theme.Color(s.Role) },
	})
}

// Start makes the spinner turn.
func (s *Spinner) Start() {
	if s.running {
		return
	}
	s.running = true
	if !fyne.CurrentApp().Settings().ShowAnimations() {
		return
	}
	s.anim = fyne.NewAnimation(spinnerTurn, func(done float32) {
		if s.arc == nil {
			return
		}
		s.arc.StartAngle, s.arc.EndAngle = done*360, done*360+270
		s.arc.Refresh()
	})
	s.anim.Curve = fyne.AnimationLinear
	s.anim.RepeatCount = fyne.AnimationRepeatForever
	s.anim.Start()
}

// Stop ends the turning.
func (s *Spinner) Stop() {
	s.running = false
	if s.anim != nil {
		s.anim.Stop()
		s.anim = nil
	}
}
