// Package modal shows a dialog over the window: a title, a body and the
// buttons that leave it. Tab stays within it, Esc closes it, and the focus
// goes back to where it was.
package modal

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fwidget "fyne.io/fyne/v2/widget"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Parts is what a dialog is made of.
type Parts struct {
	Title   string
	Icon    theme.IconName // empty: none
	Tone    theme.Tone
	Body    fyne.CanvasObject
	Buttons []fyne.CanvasObject // at the right, the primary last
	Width   float32             // 0 means 460
	First   func()              // puts the focus on the first field
	OnClose func()              // after it has been closed, however
	Sticky  bool                // Esc does not close it
}

// Dialog is a dialog on the screen.
type Dialog struct {
	parts  Parts
	canvas fyne.Canvas
	pop    *fwidget.PopUp
	all    *fyne.Container
	width  float32
	before fyne.Focusable
	onKey  func(*fyne.KeyEvent)
	onRune func(rune)
	open   bool
}

// Show shows a dialog.
func Show(c fyne.Canvas, parts Parts) *Dialog {
	d := &Dialog{parts: parts, canvas: c, open: true, before: c.Focused(), onKey: c.OnTypedKey(), onRune: c.OnTypedRune()}
	var column []fyne.CanvasObject
	if parts.Title != "" {
		title := widget.NewText(parts.Title)
		title.TextSize, title.Bold = theme.TextSection, true
		row := []fyne.CanvasObject{widget.Expand(title)}
		if parts.Icon != "" {
			row = append([]fyne.CanvasObject{widget.Sized(0, 22, widget.NewGlyphIn(parts.Icon, parts.Tone.Color()))}, row...)
		}
		column = append(column, widget.HBoxTop(theme.Space8, row...))
	}
	column = append(column, parts.Body)
	if len(parts.Buttons) > 0 {
		column = append(column, widget.HBox(theme.Space8, append([]fyne.CanvasObject{widget.Spacer()}, parts.Buttons...)...))
	}
	edge := widget.NewBox(theme.ColorRaised)
	edge.Line, edge.Radius = theme.ColorLine, 6
	d.all = container.New(layout.NewStackLayout(), edge, widget.Pad(theme.Space24, widget.VBox(theme.Space16, column...)))
	if d.width = parts.Width; d.width == 0 {
		d.width = 460
	}
	d.width = min(d.width, max(c.Size().Width-2*theme.Space16, 240))
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) {
		if ev.Name == fyne.KeyEscape && !d.parts.Sticky {
			d.Close()
		}
	})
	c.SetOnTypedRune(nil)
	d.pop = fwidget.NewModalPopUp(d.all, c)
	d.fit()
	d.pop.Show()
	if parts.First != nil {
		parts.First()
	}
	return d
}

// fit gives the dialog its width and the height that follows from it.
func (d *Dialog) fit() {
	d.all.Resize(fyne.NewSize(d.width, max(d.all.Size().Height, 60)))
	d.all.Refresh()
	d.pop.Resize(fyne.NewSize(d.width, d.all.MinSize().Height))
}

// Refresh fits the dialog to a body that has changed.
func (d *Dialog) Refresh() {
	if d.open {
		d.fit()
		d.pop.Refresh()
	}
}

// IsOpen tells whether the dialog is still there.
func (d *Dialog) IsOpen() bool { return d.open }

// Close closes the dialog.
func (d *Dialog) Close() {
	if !d.open {
		return
	}
	d.open = false
	d.canvas.SetOnTypedKey(d.onKey)
	d.canvas.SetOnTypedRune(d.onRune)
	d.pop.Hide()
	if d.before != nil && d.canvas.Overlays().Top() == nil {
		d.canvas.Focus(d.before)
	}
	if d.parts.OnClose != nil {
		d.parts.OnClose()
	}
}
