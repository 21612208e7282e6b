package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"

	"indagor/ui/theme"
)

// hoverRole is the veil over what is under the pointer.
const hoverRole = base.ColorNameHover

// placeRing lets the focus ring run just outside of a widget's edge.
func placeRing(ring *canvas.Rectangle, s fyne.Size) {
	const out = theme.FocusWidth
	ring.Move(fyne.NewPos(-out, -out))
	ring.Resize(s.AddWidthHeight(2*out, 2*out))
}

// placeRingInside keeps the ring within a widget that fills its place, where
// outside it would be cut.
func placeRingInside(ring *canvas.Rectangle, p fyne.Position, s fyne.Size) {
	const in = theme.FocusWidth / 2
	ring.Move(p.AddXY(in, in))
	ring.Resize(s.SubtractWidthHeight(2*in, 2*in))
}

// paintRing shows or hides the ring. Around a widget that is itself filled
// with a strong colour the ring is ink, to be told apart.
func paintRing(ring *canvas.Rectangle, focused, onStrong bool) {
	role := theme.ColorPrimary
	if onStrong {
		role = theme.ColorInk
	}
	paintBox(ring, "", role, theme.FocusWidth, theme.Radius+theme.FocusWidth)
	ring.Hidden = !focused
}

// squareRing is a ring of four plain bars, for places at the edge of a scroll
// container: there Fyne's software painter shifts a stroked rectangle.
type squareRing [4]*canvas.Rectangle

func newSquareRing() squareRing {
	var r squareRing
	for i := range r {
		r[i] = &canvas.Rectangle{}
		r[i].Hidden = true
	}
	return r
}

func (r squareRing) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r[0], r[1], r[2], r[3]}
}

func (r squareRing) hide() {
	for _, bar := range r {
		bar.Hidden = true
	}
}

func (r squareRing) show(p fyne.Position, s fyne.Size) {
	const d = theme.FocusWidth
	put := func(bar *canvas.Rectangle, x, y, w, h float32) {
		paintBox(bar, theme.ColorPrimary, "", 0, 0)
		bar.Hidden = false
		bar.Move(p.AddXY(x, y))
		bar.Resize(fyne.NewSize(max(w, 0), max(h, 0)))
	}
	put(r[0], 0, 0, s.Width, d)
	put(r[1], 0, s.Height-d, s.Width, d)
	put(r[2], 0, d, d, s.Height-2*d)
	put(r[3], s.Width-d, d, d, s.Height-2*d)
}
