package widget

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"

	"indagor/ui/theme"
)

// patterns are how many patterns there are.
const patterns = 6

// inked tells for a place in a box of a series whether it has the series' full
// colour, else a paler one: solid, lying stripes, upright stripes, dots, slanted
// stripes, a chequer. A box keeps a full edge, so that its length can be read.
func inked(pattern, x, y int, scale float32) bool {
	u := func(n int) int { return max(int(float32(n)*scale), 1) } // in pixels
	switch pattern % patterns {
	case 1:
		return y%u(6) < u(3)
	case 2:
		return x%u(6) < u(3)
	case 3:
		return x%u(5) < u(3) && y%u(5) < u(3)
	case 4:
		return (x+y)%u(8) < u(4)
	case 5:
		return (x/u(4)+y/u(4))%2 == 0
	}
	return true
}

// pale is a colour between the series' and the ground.
func pale(c, ground color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	r2, g2, b2, _ := ground.RGBA()
	mix := func(a, b uint32) uint8 { return uint8((a*35 + b*65) / 100 >> 8) }
	return color.NRGBA{R: mix(r, r2), G: mix(g, g2), B: mix(b, b2), A: 0xff}
}

// role is the colour of a series.
func (d ChartData) role(series int) fyne.ThemeColorName {
	if r := d.Series[series].Role; r != "" {
		return r
	}
	return theme.Series[series%len(theme.Series)]
}

// paintSeries fills a box with colour and pattern of a series. A chart of one
// series has no need of patterns.
func paintSeries(img draw.Image, box image.Rectangle, role fyne.ThemeColorName, pattern int, scale float32) {
	full := theme.Color(role)
	weak := pale(full, theme.Color(theme.ColorSurface))
	edge := max(int(scale), 1)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			onEdge := x < box.Min.X+edge || x >= box.Max.X-edge || y < box.Min.Y+edge || y >= box.Max.Y-edge
			if onEdge || inked(pattern, x-box.Min.X, y-box.Min.Y, scale) {
				img.Set(x, y, full)
			} else {
				img.Set(x, y, weak)
			}
		}
	}
}
