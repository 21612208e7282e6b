package listing

import (
	"maps"

	"fyne.io/fyne/v2"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// folded is the line below that a button shows and hides.
type folded struct {
	line  *fyne.Container
	grown func() // the lines have become higher or lower
}

// Fold is a button with a line of further controls below, for what a list is
// seldom narrowed by. The line is hidden until the button is pressed or one of
// its controls narrows the list; text is what the button says, given how many
// of them do.
func Fold[Q comparable](text func(open bool, used int) string, controls ...Control[Q]) Control[Q] {
	var objects []fyne.CanvasObject
	fields := map[string]func(string){}
	for _, c := range controls {
		objects = append(objects, c.parts...)
		maps.Copy(fields, c.fields)
	}
	f := &folded{line: widget.Flow(theme.Space8, objects...)}
	f.line.Hide()
	used := func() (n int) {
		for _, c := range controls {
			var q, none Q
			if c.read(&q); q != none {
				n++
			}
		}
		return n
	}
	b := widget.NewButtonWith(widget.ButtonSecondary, text(false, 0), theme.IconFilter, nil)
	say := func() {
		if now := text(f.line.Visible(), used()); now != b.Text {
			b.SetText(now)
		}
	}
	b.OnTapped = func() {
		f.line.Hidden = !f.line.Hidden
		say()
		f.grown()
	}
	return Control[Q]{
		parts: []fyne.CanvasObject{b}, folded: f, fields: fields,
		bind: func(ask func(bool)) {
			for _, c := range controls {
				c.bind(ask)
			}
		},
		read: func(q *Q) {
			for _, c := range controls {
				c.read(q)
			}
		},
		show: func(q Q) {
			for _, c := range controls {
				c.show(q)
			}
			if used() > 0 {
				f.line.Show()
			}
		},
		follow: func(Q) { say() },
	}
}
