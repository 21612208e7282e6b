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
