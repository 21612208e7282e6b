package render

import (
	"bytes"

	"codeberg.org/go-pdf/fpdf"
)

// band tells at the top of a page that nothing in it is real.
func (s *sheet) band() {
	s.fill(training, 0, 0, pageWidth, bandHeight)
	s.lines(style{sans, "B", 10, white, bandHeight}, marginSide, 0, []string{s.lang.T("document.training")})
	s.y = marginTop + 2
}

// running is the line at the top of the pages after the first.
func (s *sheet) running(text string) {
	s.y = s.lines(small, marginSide, s.y, s.wrap(small, columnWidth, text))
	s.y++
	s.rule(s.y, line, 0.3)
	s.y += 5
}

// letterhead writes the body's coat of arms and name, and below the name the
// offices that are not empty.
func (s *sheet) letterhead(body Body, a *arms, offices ...string) {
	x, below := marginSide, s.y
	if a != nil {
		w, h := a.width, a.height
		scale := min(24/w, 18/h)
		w, h = w*scale, h*scale
		options := fpdf.ImageOptions{ImageType: "PNG"}
		s.pdf.RegisterImageOptionsReader("arms", options, bytes.NewReader(a.png))
		s.pdf.ImageOptions("arms", x, s.y, w, h, false, options, 0, "")
		x += w + 5
		below = s.y + h
	}
	width := pageWidth - marginSide - x
	names := s.wrap(bodyName, width, body.Name)
	var lines []string
	for _, o := range offices {
		if o != "" {
			lines = append(lines, s.wrap(subtitle, width, o)...)
		}
	}
	y := s.y
	if height := float64(len(names))*bodyName.lead + float64(len(lines))*subtitle.lead; below-s.y > height {
		y += (below - s.y - height) / 2
	}
	y = s.lines(bodyName, x, y, names)
	y = s.lines(subtitle, x, y, lines)
	s.y = max(y, below) + 3
	s.rule(s.y, primary, 0.6)
	s.y += 6
}
