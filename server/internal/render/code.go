package render

import (
	"fmt"

	"rsc.io/qr"
)

// qrCode draws the text as a QR code (ISO/IEC 18004, level M) in squares of
// ink, with the quiet zone inside the side.
func (s *sheet) qrCode(text string, x, y, side float64) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		s.err = fmt.Errorf("render: QR code: %w", err)
		return
	}
	const quietZone = 4
	module := side / float64(c.Size+2*quietZone)
	s.fill(white, x, y, side, side)
	s.pdf.SetFillColor(0, 0, 0)
	for row := range c.Size {
		for from := 0; from < c.Size; from++ {
			if !c.Black(from, row) {
				continue
			}
			until := from
			for until < c.Size && c.Black(until, row) {
				until++
			}
			s.pdf.Rect(x+float64(from+quietZone)*module, y+float64(row+quietZone)*module, float64(until-from)*module, module, "F")
			from = until
		}
	}
}
