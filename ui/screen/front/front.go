// Package front lays out the pages that stand before the shell: the name of
// the product and of the body, and one card in the middle of the window.
package front

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Width is that of an ordinary card; Wide that of a card with a code to
// compare.
const (
	Width float32 = 440
	Wide  float32 = 560
)

// Page is a page before the shell.
type Page struct {
	all    *fyne.Container
	column *fyne.Container
	body   *widget.Label
	foot   *widget.Label
	card   *fyne.Container
	centre *centre
}

// New returns a page with an empty card; product is the name of the product.
func New(product string) *Page {
	name := widget.NewTitle(product)
	name.TextSize, name.Role, name.Align = theme.TextNumber, theme.ColorPrimary, fyne.TextAlignCenter
	name.Bold = true
	p := &Page{body: widget.NewText(""), foot: widget.NewText(""), card: container.New(layout.NewStackLayout()), centre: &centre{width: Width}}
	p.body.Align, p.body.Role = fyne.TextAlignCenter, theme.ColorQuiet
	p.foot.Align, p.foot.Role, p.foot.TextSize = fyne.TextAlignCenter, theme.ColorQuiet, theme.TextSecondary
	p.body.Hidden, p.foot.Hidden = true, true
	p.column = widget.VBox(theme.Space16, widget.VBox(theme.Space4, name, p.body), p.card, p.foot)
	p.all = container.New(layout.NewStackLayout(), widget.NewBox(theme.ColorPage), widget.NewScroll(container.New(p.centre, p.column)))
	return p
}

// Object is the whole page.
func (p *Page) Object() fyne.CanvasObject { return p.all }

// Set shows content in a card of the width, under the name of the body and
// over a quiet line; both may be empty.
func (p *Page) Set(width float32, body, foot string, content fyne.CanvasObject) {
	p.centre.width = width
	p.body.Hidden, p.foot.Hidden = body == "", foot == ""
	p.body.SetText(body)
	p.foot.SetText(foot)
	p.card.Objects = []fyne.CanvasObject{widget.PanelIn(theme.Space24, content)}
	p.Refresh()
}

// Refresh lays the page out again, after something in the card has changed
// its height.
func (p *Page) Refresh() {
	p.card.Refresh()
	p.column.Refresh()
	p.all.Refresh()
	if scroll, ok := p.all.Objects[1].(*container.Scroll); ok {
		scroll.Content.Refresh()
		scroll.Refresh()
	}
}

// centre sets one object of a given width a little above the middle.
type centre struct{ width float32 }

const margin = theme.Space16

func (l *centre) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(min(l.width, 360)+2*margin, o[0].MinSize().Height+2*margin)
}

func (l *centre) Layout(o []fyne.CanvasObject, size fyne.Size) {
	width := min(l.width, size.Width-2*margin)
	o[0].Resize(fyne.NewSize(width, o[0].Size().Height))
	height := o[0].MinSize().Height
	o[0].Move(fyne.NewPos((size.Width-width)/2, max((size.Height-height)*0.42, margin)))
	o[0].Resize(fyne.NewSize(width, height))
}
