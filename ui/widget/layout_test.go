package widget_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

func TestLabelWraps(t *testing.T) {
	app(t)
	text := "Accertamento della residenza su richiesta dell’ufficio elettorale"
	l := widget.NewText(text)
	below := widget.NewButton("Sotto", nil)
	c := stage(t, theme.Light, 160, 300, widget.VBox(0, l, below))
	one := fyne.MeasureText("x", theme.TextBody, fyne.TextStyle{}).Height
	if h := l.Size().Height; h < 3*one-1 {
		t.Errorf("%v high at 160 wide", h)
	}
	if below.Position().Y < l.Size().Height {
		t.Errorf("what follows stands at %v, the text is %v high", below.Position().Y, l.Size().Height)
	}
	var all []string
	for s := range shown(t, c) {
		if s != "Sotto" {
			if fyne.MeasureText(s, theme.TextBody, fyne.TextStyle{}).Width > 161 {
				t.Errorf("line %q is too wide", s)
			}
			all = append(all, strings.Fields(s)...)
		}
	}
	if len(all) != len(strings.Fields(text)) {
		t.Errorf("words lost: %q", all)
	}
}

func TestLabelTruncates(t *testing.T) {
	app(t)
	l := widget.NewTitle("Visure anagrafiche dell’ufficio")
	c := stage(t, theme.Light, 120, 60, widget.VBox(0, l))
	for s := range shown(t, c) {
		if !strings.HasSuffix(s, "…") || fyne.MeasureText(s, theme.TextTitle, fyne.TextStyle{Bold: true}).Width > 121 {
			t.Errorf("cut to %q", s)
		}
	}
	if l.AccessibilityLabel() != "Visure anagrafiche dell’ufficio" {
		t.Error("the name is cut too")
	}
}

func box(w, h float32) *widget.Box {
	b := widget.NewBox(theme.ColorInk)
	b.Min = fyne.NewSize(w, h)
	return b
}

func TestLayouts(t *testing.T) {
	app(t)
	a, b, d := box(100, 20), box(100, 30), box(100, 20)
	flow := widget.Flow(10, a, b, d)
	stage(t, theme.Light, 215, 200, widget.VBox(0, flow))
	if a.Position() != fyne.NewPos(0, 0) || b.Position() != fyne.NewPos(110, 0) || d.Position() != fyne.NewPos(0, 40) {
		t.Errorf("flow: %v %v %v", a.Position(), b.Position(), d.Position())
	}
	if flow.Size().Height != 60 {
		t.Errorf("flow is %v high", flow.Size().Height)
	}
	a, b, d = box(50, 20), box(50, 30), box(50, 20)
	stage(t, theme.Light, 300, 100, widget.HBox(10, a, widget.Expand(b), d))
	if b.Size().Width != 180 || d.Position().X != 250 {
		t.Errorf("row: middle %v wide, last at %v", b.Size().Width, d.Position().X)
	}
	a, b, d = box(50, 20), box(50, 30), box(50, 20)
	stage(t, theme.Light, 310, 100, widget.Grid(140, 10, a, b, d))
	if a.Size() != fyne.NewSize(150, 30) || b.Position() != fyne.NewPos(160, 0) || d.Position() != fyne.NewPos(0, 40) {
		t.Errorf("grid: %v, %v, %v", a.Size(), b.Position(), d.Position())
	}
	a, b, d = box(50, 20), box(50, 30), box(50, 20)
	b.Hide()
	stage(t, theme.Light, 100, 200, widget.VBox(10, a, b, widget.Spacer(), d))
	if d.Position().Y != 180 {
		t.Errorf("column: last at %v", d.Position().Y)
	}
}
