package widget

import (
	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// ErrorParts is what a person needs to know of a failure, in this order.
type ErrorParts struct {
	What  string // what happened
	Means string // what it means for the reader
	Who   string // who can mend it
	// Reference is what to tell him; CopyText is the button that copies it.
	ReferenceLabel string
	Reference      string
	CopyText       string
	OnCopied       func()
	Retry          string // empty: no button
	OnRetry        func()
}

// ErrorPanel says what went wrong. Never a stack, never a code alone.
type ErrorPanel struct {
	fwidget.BaseWidget
	parts ErrorParts
	all   *fyne.Container
}

// NewErrorPanel returns the panel.
func NewErrorPanel(parts ErrorParts) *ErrorPanel {
	p := &ErrorPanel{parts: parts}
	p.ExtendBaseWidget(p)
	texts := []fyne.CanvasObject{newLabel(labelSpec{Text: parts.What, TextSize: theme.TextSection, Bold: true, Wrap: true})}
	for _, s := range []string{parts.Means, parts.Who} {
		if s != "" {
			texts = append(texts, NewText(s))
		}
	}
	if parts.Reference != "" {
		row := []fyne.CanvasObject{NewSecondary(parts.ReferenceLabel), NewCode(parts.Reference)}
		if parts.CopyText != "" {
			row = append(row, NewButtonWith(ButtonQuiet, parts.CopyText, theme.IconCopy, p.copy))
		}
		texts = append(texts, HBox(theme.Space8, row...))
	}
	if parts.Retry != "" {
		texts = append(texts, HBox(theme.Space8, NewButtonWith(ButtonSecondary, parts.Retry, theme.IconRefresh, parts.OnRetry), Spacer()))
	}
	icon := NewGlyphIn(theme.IconError, theme.ColorDanger)
	icon.Side = 24
	p.all = Panel(HBoxTop(theme.Space12, icon, Expand(VBox(theme.Space8, texts...))))
	return p
}

func (p *ErrorPanel) inside() []fyne.CanvasObject { return []fyne.CanvasObject{p.all} }

func (p *ErrorPanel) copy() {
	fyne.CurrentApp().Clipboard().SetContent(p.parts.Reference)
	if p.parts.OnCopied != nil {
		p.parts.OnCopied()
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (p *ErrorPanel) AccessibilityLabel() string { return p.parts.What }

// AccessibilityRole implements fyne.Accessible.
func (p *ErrorPanel) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (p *ErrorPanel) CreateRenderer() fyne.WidgetRenderer {
	return newPainter(&painter{
		of:      p,
		objects: []fyne.CanvasObject{p.all},
		minSize: func() fyne.Size { return p.all.MinSize() },
		layout: func(s fyne.Size) {
			p.all.Resize(s)
			relayout(p.all)
		},
	})
}
