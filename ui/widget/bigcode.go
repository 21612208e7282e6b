package widget

import (
	"strings"

	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// BigCode shows a code that two people compare aloud: large, monospace, in
// groups.
type BigCode struct {
	fwidget.BaseWidget
	code  string
	group int
	flow  *fyne.Container
	all   *fyne.Container
}

// NewBigCode returns a code in groups of so many characters.
func NewBigCode(code string, group int) *BigCode {
	b := &BigCode{group: max(group, 1), flow: Flow(theme.Space24)}
	b.all = PanelIn(theme.Space16, b.flow)
	b.ExtendBaseWidget(b)
	b.SetCode(code)
	return b
}

// SetCode shows another code.
func (b *BigCode) SetCode(code string) {
	b.code = code
	b.flow.Objects = nil
	for _, g := range b.Groups() {
		b.flow.Objects = append(b.flow.Objects, newLabel(labelSpec{Text: g, TextSize: theme.TextBigCode, Monospace: true}))
	}
	b.flow.Refresh()
	b.Refresh()
}

// Code is the code shown.
func (b *BigCode) Code() string { return b.code }

// Groups is the code as it is read: without its separators, in groups.
func (b *BigCode) Groups() []string {
	runes := []rune(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, b.code))
	var groups []string
	for len(runes) > 0 {
		n := min(b.group, len(runes))
		groups = append(groups, string(runes[:n]))
		runes = runes[n:]
	}
	return groups
}

// AccessibilityLabel implements fyne.Accessible: the characters one by one.
func (b *BigCode) AccessibilityLabel() string {
	return strings.Join(strings.Split(strings.Join(b.Groups(), ""), ""), " ")
}

// AccessibilityRole implements fyne.Accessible.
func (b *BigCode) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (b *BigCode) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      b,
		objects: []fyne.CanvasObject{b.all},
		minSize: func() fyne.Size { return b.all.MinSize() },
		layout: func(s fyne.Size) {
			b.all.Resize(s)
			relayout(b.all)
		},
	})
}
