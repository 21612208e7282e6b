package widget

import (
	"fyne.io/fyne/v2"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
)

// NewMenuButton returns a secondary button that opens a menu below it. With one
// choice there is no menu: the button does it.
func NewMenuButton(text string, icon theme.IconName, choices []Choice, pick func(id string)) *Button {
	b := NewButtonWith(ButtonSecondary, text, icon, nil)
	b.OnTapped = func() {
		if len(choices) == 1 {
			pick(choices[0].ID)
			return
		}
		c := canvasOf(b)
		if c == nil {
			return
		}
		var items []*fyne.MenuItem
		for _, choice := range choices {
			items = append(items, fyne.NewMenuItem(choice.Text, func() { pick(choice.ID) }))
		}
		pop := fwidget.NewPopUpMenu(fyne.NewMenu("", items...), c)
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
		pop.ShowAtPosition(fyne.NewPos(max(min(at.X, c.Size().Width-pop.MinSize().Width-theme.Space8), 0), at.Y+b.Size().Height+2))
		c.Focus(pop)
	}
	return b
}
