package widget

import (
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

const spinnerTurn = 900 * time.Millisecond

// Label is text without the padding of Fyne's own label: on one line, cut with
// an ellipsis, or wrapped into lines.
type Label struct {
	fwidget.BaseWidget
	Text      string
	TextSize  float32 // one of the theme's text sizes; 0 means theme.TextBody
	Role      fyne.ThemeColorName
	Bold      bool
	Monospace bool
	Align     fyne.TextAlign
	Wrap      bool // into as many lines as the width needs
	Truncate  bool // with an ellipsis, when not wrapped; else the width is a minimum
	MinLines  int  // keeps room, so that nothing jumps when the text comes

	lines []string
	width float32
}

// labelSpec is the look of a label.
type labelSpec struct {
	Text           string
	TextSize       float32
	Role           fyne.ThemeColorName
	Bold           bool
	Monospace      bool
	Align          fyne.TextAlign
	Wrap, Truncate bool
	MinLines       int
}

func newLabel(s labelSpec) *Label {
	l := &Label{
		Text: s.Text, TextSize: s.TextSize, Role: s.Role, Bold: s.Bold, Monospace: s.Monospace,
		Align: s.Align, Wrap: s.Wrap, Truncate: s.Truncate, MinLines: s.MinLines,
	}
	l.ExtendBaseWidget(l)
	return l
}

// NewLabel returns body text on one line.
func NewLabel(text string) *Label { return newLabel(labelSpec{Text: text}) }

// NewText returns body text that wraps.
func NewText(text string) *Label { return newLabel(labelSpec{Text: text, Wrap: true}) }

// NewTitle returns the title of a page.
func NewTitle(text string) *Label {
	return newLabel(labelSpec{Text: text, TextSize: theme.TextTitle, Bold: true, Truncate: true})
}

// NewHeading returns the heading of a section.
func NewHeading(text string) *Label {
	return newLabel(labelSpec{Text: text, TextSize: theme.TextSection, Bold: true, Truncate: true})
}

// NewSecondary returns small quiet text on one line.
func NewSecondary(text string) *Label {
	return newLabel(labelSpec{Text: text, TextSize: theme.TextSecondary, Role: theme.ColorQuiet})
}

// NewCode returns a code or identifier in monospace.
func NewCode(text string) *Label { return newLabel(labelSpec{Text: text, Monospace: true}) }

// NewNumber returns a large number as on the home page.
func NewNumber(text string) *Label {
	return newLabel(labelSpec{Text: text, TextSize: theme.TextNumber, Bold: true})
}

// SetText changes the text.
func (l *Label) SetText(text string) {
	if l.Text == text {
		return
	}
	l.Text = text
	l.Refresh()
}

// SetRole changes the colour.
func (l *Label) SetRole(role fyne.ThemeColorName) {
	if l.Role == role {
		return
	}
	l.Role = role
	l.Refresh()
}

// AccessibilityLabel implements fyne.Accessible.
func (l *Label) AccessibilityLabel() string { return l.Text }

// AccessibilityRole implements fyne.Accessible.
func (l *Label) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (l *Label) size() float32 {
	if l.TextSize > 0 {
		return l.TextSize
	}
	return theme.TextBody
}

func (l *Label) style() fyne.TextStyle { return fyne.TextStyle{Bold: l.Bold, Monospace: l.Monospace} }

// CreateRenderer implements fyne.Widget.
func (l *Label) CreateRenderer() fyne.WidgetRenderer {
	r := &labelPainter{l: l}
	r.update(l.BaseWidget.Size().Width)
	return r
}

type labelPainter struct {
	l     *Label
	texts []*canvas.Text
}

func (r *labelPainter) Destroy() {}

func (r *labelPainter) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(r.texts))
	for i, t := range r.texts {
		objects[i] = t
	}
	return objects
}

func (r *labelPainter) lineHeight() float32 {
	return fyne.MeasureText("Mg", r.l.size(), r.l.style()).Height
}

func (r *labelPainter) MinSize() fyne.Size {
	l := r.l
	height := r.lineHeight()
	switch {
	case l.Wrap:
		n := max(len(l.lines), l.MinLines, 1)
		return fyne.NewSize(24, float32(n)*height)
	case l.Truncate:
		return fyne.NewSize(min(fyne.MeasureText(l.Text, l.size(), l.style()).Width, 48), height)
	}
	var width float32
	for _, line := range l.lines {
		width = max(width, fyne.MeasureText(line, l.size(), l.style()).Width)
	}
	return fyne.NewSize(width, float32(max(len(l.lines), l.MinLines, 1))*height)
}

func (r *labelPainter) Layout(size fyne.Size) {
	if size.Width != r.l.width {
		r.update(size.Width)
	}
	h := r.lineHeight()
	y := float32(0)
	if spare := size.Height - h*float32(max(len(r.texts), r.l.MinLines)); spare > 0 && !r.l.Wrap {
		y = spare / 2
	}
	for _, t := range r.texts {
		t.Move(fyne.NewPos(0, y))
		t.Resize(fyne.NewSize(size.Width, h))
		y += h
	}
}

func (r *labelPainter) Refresh() {
	r.update(r.l.BaseWidget.Size().Width)
	r.Layout(r.l.BaseWidget.Size())
	canvas.Refresh(r.l)
}

func (r *labelPainter) update(width float32) {
	l := r.l
	l.width = width
	switch {
	case l.Wrap && width > 0:
		l.lines = wrap(l.Text, width, l.size(), l.style())
	case l.Truncate && width > 0:
		l.lines = []string{truncate(l.Text, width, l.size(), l.style())}
	default:
		l.lines = strings.Split(l.Text, "\n")
	}
	role := l.Role
	if role == "" {
		role = theme.ColorInk
	}
	ink := theme.Color(role)
	for len(r.texts) < len(l.lines) {
		r.texts = append(r.texts, canvas.NewText("", ink))
	}
	r.texts = r.texts[:len(l.lines)]
	for i, t := range r.texts {
		t.Text, t.Color, t.TextSize, t.TextStyle, t.Alignment = l.lines[i], ink, l.size(), l.style(), l.Align
	}
}

const ellipsis = "…"

// truncate cuts text to a width and marks the cut with an ellipsis.
func truncate(text string, width, size float32, style fyne.TextStyle) string {
	if text == "" || fyne.MeasureText(text, size, style).Width <= width+0.5 {
		return text
	}
	runes := []rune(text)
	lo, hi := 0, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if fyne.MeasureText(string(runes[:mid])+ellipsis, size, style).Width <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimRight(string(runes[:lo]), " ") + ellipsis
}

// wrap breaks text into lines of at most width, at spaces where it can.
func wrap(text string, width, size float32, style fyne.TextStyle) []string {
	var lines []string
	fits := func(s string) bool { return fyne.MeasureText(s, size, style).Width <= width+0.5 }
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for word := range strings.SplitSeq(paragraph, " ") {
			next := word
			if line != "" {
				next = line + " " + word
			}
			if fits(next) {
				line = next
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for !fits(word) && utf8.RuneCountInString(word) > 1 {
				runes := []rune(word)
				n := 1
				for n < len(runes) && fits(string(runes[:n+1])) {
					n++
				}
				if n == len(runes) {
					break
				}
				lines = append(lines, string(runes[:n]))
				word = string(runes[n:])
			}
			line = word
		}
		lines = append(lines, line)
	}
	return lines
}
