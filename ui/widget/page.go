package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// PageParts is what a page is made of; all but Title and Body may be missing.
type PageParts struct {
	Title    string
	Subtitle string
	Actions  []fyne.CanvasObject // beside the title, before the primary one
	Primary  *Button             // the one primary action, at the right
	Notice   fyne.CanvasObject   // between title and filters
	Filter   fyne.CanvasObject   // the filter line
	Body     fyne.CanvasObject   // usually a Table
	Detail   fyne.CanvasObject   // beside the body, never over it
}

// Page sets out a page: title with its one primary action, a filter line, a
// list, and the detail of what is selected beside it. Tab goes in this order.
type Page struct {
	fwidget.BaseWidget
	title    *Label
	subtitle *Label
	notice   *fyne.Container
	detail   *container.Scroll
	pane     *fyne.Container
	frame    *fyne.Container
}

// NewPage sets out a page.
func NewPage(parts PageParts) *Page {
	p := &Page{title: NewTitle(parts.Title), subtitle: NewSecondary(parts.Subtitle)}
	p.subtitle.Truncate = true
	p.subtitle.Hidden = parts.Subtitle == ""
	head := append([]fyne.CanvasObject{Expand(VBox(0, p.title, p.subtitle))}, parts.Actions...)
	if parts.Primary != nil {
		head = append(head, parts.Primary)
	}
	p.notice = stack()
	top := VBox(theme.Space12, Sized(0, theme.InputHeight, HBox(theme.Space8, head...)), p.notice)
	if parts.Filter != nil {
		top.Objects = append(top.Objects, parts.Filter)
	}
	p.detail = NewScroll(VBox(0))
	p.pane = PanelIn(theme.Space12, p.detail)
	body := parts.Body
	if body == nil {
		body = VBox(0)
	}
	beside := &fyne.Container{Layout: besideLayout{}, Objects: []fyne.CanvasObject{body, p.pane}}
	p.frame = Pad(theme.Space16, Frame(&fyne.Container{Layout: bottomGap{theme.Space12}, Objects: []fyne.CanvasObject{top}}, nil, beside, nil, nil))
	p.ExtendBaseWidget(p)
	p.SetNotice(parts.Notice)
	p.SetDetail(parts.Detail)
	return p
}

// SetTitle changes the title.
func (p *Page) SetTitle(text string) { p.title.SetText(text) }

// SetSubtitle changes the line below the title; empty takes it away.
func (p *Page) SetSubtitle(text string) {
	p.subtitle.Hidden = text == ""
	p.subtitle.SetText(text)
	p.Refresh()
}

// SetNotice shows something between title and filters; nil takes it away.
func (p *Page) SetNotice(o fyne.CanvasObject) {
	p.notice.Objects = nil
	if o != nil {
		p.notice.Objects = []fyne.CanvasObject{o}
	}
	p.notice.Hidden = o == nil
	p.Refresh()
}

// SetDetail shows the detail of what is selected, from its top; nil closes the
// pane and gives its room to the list.
func (p *Page) SetDetail(o fyne.CanvasObject) {
	p.pane.Hidden = o == nil
	if o == nil {
		o = VBox(0)
	}
	p.detail.Content = o
	p.detail.Offset = fyne.Position{}
	p.detail.Refresh()
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Page) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      p,
		objects: []fyne.CanvasObject{p.frame},
		minSize: func() fyne.Size { return p.frame.MinSize() },
		layout: func(s fyne.Size) {
			p.frame.Resize(s)
			relayout(p.frame)
		},
	})
}

// relayout lays out containers again all the way down, for what has been
// shown, hidden or exchanged inside them.
func relayout(c *fyne.Container) {
	if c.Layout != nil {
		c.Layout.Layout(c.Objects, c.Size())
	}
	for _, o := range c.Objects {
		if inner, ok := o.(*fyne.Container); ok && inner.Visible() {
			relayout(inner)
		}
	}
}

type bottomGap struct{ gap float32 }

func (l bottomGap) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().AddWidthHeight(0, l.gap)
}

func (l bottomGap) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.Position{})
	o[0].Resize(s.SubtractWidthHeight(0, l.gap))
}

// besideLayout sets a detail at the right of a list, which keeps at least half.
type besideLayout struct{}

func (besideLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	size := o[0].MinSize()
	if o[1].Visible() {
		m := o[1].MinSize()
		size = fyne.NewSize(size.Width+theme.Space12+m.Width, max(size.Height, m.Height))
	}
	return size
}

func (besideLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	if !o[1].Visible() {
		o[0].Move(fyne.Position{})
		o[0].Resize(s)
		return
	}
	width := min(max(s.Width*0.38, 340), 440, s.Width/2) // a fiscal code stands on one line
	o[0].Move(fyne.Position{})
	o[0].Resize(fyne.NewSize(s.Width-width-theme.Space12, s.Height))
	o[1].Move(fyne.NewPos(s.Width-width, 0))
	o[1].Resize(fyne.NewSize(width, s.Height))
}

// Section sets a heading, perhaps with actions at its right, over content.
func Section(heading string, body fyne.CanvasObject, actions ...fyne.CanvasObject) *fyne.Container {
	head := append([]fyne.CanvasObject{Expand(NewHeading(heading))}, actions...)
	return VBox(theme.Space8, HBox(theme.Space8, head...), body)
}
