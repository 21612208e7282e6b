package widget

import (
	"fyne.io/fyne/v2"
)

func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	return fyne.CurrentApp().Driver().CanvasForObject(o)
}

// requestFocus gives the keyboard to o, if it stands on a canvas.
func requestFocus(o fyne.Focusable) {
	object, ok := o.(fyne.CanvasObject)
	if !ok {
		return
	}
	if c := canvasOf(object); c != nil && c.Focused() != o {
		c.Focus(o)
	}
}

// passKey hands a key that a focused widget does not use to the canvas, which
// Fyne would ask only if nothing had the focus.
func passKey(o fyne.CanvasObject, ev *fyne.KeyEvent) {
	if c := canvasOf(o); c != nil {
		if f := c.OnTypedKey(); f != nil {
			f(ev)
		}
	}
}

// passRune does for a character what passKey does for a key.
func passRune(o fyne.CanvasObject, r rune) {
	if c := canvasOf(o); c != nil {
		if f := c.OnTypedRune(); f != nil {
			f(r)
		}
	}
}

// passShortcut hands on a shortcut to those added to the canvas.
func passShortcut(o fyne.CanvasObject, s fyne.Shortcut) {
	passShortcutTo(canvasOf(o), s)
}

// passShortcutTo uses that the canvas of a window is Shortcutable, though
// fyne.Canvas does not say so. (That of the test driver is not.)
func passShortcutTo(c fyne.Canvas, s fyne.Shortcut) {
	if c, ok := c.(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// FocusOrder returns what Tab reaches on a canvas, in that order, and leaves
// nothing focused. It is for tests: Fyne's order is the order of children, and
// its Border lays out its centre first (use Frame instead).
func FocusOrder(c fyne.Canvas) []fyne.Focusable {
	var order []fyne.Focusable
	seen := map[fyne.Focusable]bool{}
	c.Unfocus()
	for {
		c.FocusNext()
		f := c.Focused()
		if f == nil || seen[f] {
			break
		}
		seen[f] = true
		order = append(order, f)
	}
	c.Unfocus()
	return order
}

// Name returns what a widget is called, for tests and assistive technology.
func Name(o any) string {
	if a, ok := o.(interface{ AccessibilityLabel() string }); ok {
		return a.AccessibilityLabel()
	}
	return ""
}
