package listing

import (
	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Control is one input of the filter line, made by Search, Text, Code, Chips,
// Choice, Days, Only or Fold.
type Control[Q any] struct {
	parts  []fyne.CanvasObject // stand together
	label  bool                // a label stands above the input
	wide   bool                // takes the room that is left in its line
	below  bool                // stands in a line of its own while it is visible
	folded *folded             // stands in the line below
	bind   func(ask func(again bool))
	read   func(*Q)
	show   func(Q)
	follow func(Q)                 // told the filter that the list is asked by
	fields map[string]func(string) // by the names that refusals carry
	focus  func()
}

// filter is the lines of inputs.
type filter[Q comparable] struct {
	l        *language.Language
	controls []Control[Q]
	line     fyne.CanvasObject // nil: no inputs
	height   float32
	showing  bool // the inputs are being set by the program
}

func newFilter[Q comparable](l *language.Language, search string, lines [][]Control[Q], ask func(again bool), clear, grown func()) *filter[Q] {
	f := &filter[Q]{l: l}
	if len(lines) == 0 {
		return f
	}
	bound := func(again bool) {
		if !f.showing {
			ask(again)
		}
	}
	var column []fyne.CanvasObject
	for i, controls := range lines {
		var below []fyne.CanvasObject
		var row []fyne.CanvasObject
		label, wide := false, false
		for _, c := range controls {
			f.controls = append(f.controls, c)
			if c.bind != nil {
				c.bind(bound)
			}
			if c.below {
				below = append(below, c.parts...)
				continue
			}
			if c.folded != nil {
				c.folded.grown = grown
				below = append(below, c.folded.line)
			}
			object := c.parts[0]
			if len(c.parts) > 1 {
				object = widget.HBoxTop(theme.Space8, c.parts...)
			}
			if c.wide {
				object, wide = widget.Expand(object), true
			}
			label = label || c.label
			row = append(row, object)
		}
		if i == len(lines)-1 {
			row = append(row, f.buttons(search, label, func() { bound(true) }, clear))
		}
		if wide {
			column = append(column, widget.HBox(theme.Space12, row...))
		} else {
			column = append(column, widget.Flow(theme.Space8, row...))
		}
		column = append(column, below...)
	}
	f.line = widget.VBox(theme.Space8, column...)
	return f
}

func (f *filter[Q]) buttons(search string, label bool, ask, clear func()) fyne.CanvasObject {
	reset := widget.NewButtonWith(widget.ButtonQuiet, f.l.T("list.reset"), theme.IconClose, func() {
		clear()
		f.first()
	})
	row := widget.HBox(0, reset)
	if search != "" {
		row = widget.HBox(0, widget.NewButtonWith(widget.ButtonSecondary, search, theme.IconSearch, ask), reset)
	}
	if !label {
		return row
	}
	// Down to the inputs, whose labels stand above them.
	height := fyne.MeasureText("M", theme.TextSecondary, fyne.TextStyle{Bold: true}).Height + 3
	return widget.VBox(0, widget.Sized(1, height, widget.NewBox("")), row)
}

// now is what the inputs say; what none of them says stays.
func (f *filter[Q]) now(q Q) Q {
	for _, c := range f.controls {
		if c.read != nil {
			c.read(&q)
		}
	}
	return q
}

// show sets the inputs to a filter that came from elsewhere.
func (f *filter[Q]) show(q Q) {
	f.showing = true
	for _, c := range f.controls {
		if c.show != nil {
			c.show(q)
		}
	}
	f.showing = false
}

// follow shows what cannot be searched by and what the list is narrowed to
// besides the inputs, and reports whether the lines have become higher or
// lower.
func (f *filter[Q]) follow(q Q, errs app.Errors) bool {
	if f.line == nil {
		return false
	}
	texts := map[string]string{}
	for _, e := range errs {
		texts[e.Field] = f.l.Field(e)
	}
	for _, c := range f.controls {
		for field, set := range c.fields {
			set(texts[field])
		}
		if c.follow != nil {
			c.follow(q)
		}
	}
	before := f.height
	f.height = f.line.MinSize().Height
	return before != f.height
}

// first puts the cursor into the first input that has one; it reports whether
// there is any.
func (f *filter[Q]) first() bool {
	for _, c := range f.controls {
		if c.focus != nil {
			c.focus()
			return true
		}
	}
	return false
}
