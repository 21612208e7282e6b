package body

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/territory"
	flow "indagor/ui/flow/body"
	"indagor/ui/flow/list"
	"indagor/ui/screen"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// Options say what the pages stand on.
type Options struct {
	Host    screen.Host
	Desk    flow.Desk
	Context context.Context // ends with the session
	Atlas   func() *territory.Atlas
	Lists   list.Options // what every list stands on
	Go      func(func()) // runs what takes time; nil for a goroutine
	Do      func(func()) // shows its result; nil for fyne.Do
}

func (o *Options) fill() {
	if o.Go == nil {
		o.Go = func(f func()) { go f() }
	}
	if o.Do == nil {
		o.Do = fyne.Do
	}
}

// focusable is a field or table that Tab reaches.
type focusable interface{ Focusable() fyne.Focusable }

// focus gives the keyboard to a field. The canvas is asked, not the field: one
// that was never drawn knows no canvas.
func (o *Options) focus(f focusable) { o.Host.Window().Canvas().Focus(f.Focusable()) }

func (o *Options) t(key string, pairs ...string) string { return o.Host.Language().T(key, pairs...) }

// blamed is a field that can be blamed.
type blamed struct {
	name string
	set  func(string)
	to   focusable // nil where there is nothing to type
}

// blame shows refusals at their fields and puts the focus on the first; it
// reports whether all were told so.
func (o *Options) blame(err error, fields ...blamed) bool {
	var many app.Errors
	var one *app.Error
	switch {
	case errors.As(err, &many):
	case errors.As(err, &one):
		many = app.Errors{one}
	}
	all, focused := len(many) > 0, false
	for _, e := range many {
		i := slices.IndexFunc(fields, func(f blamed) bool { return f.name == e.Field })
		if i < 0 { // one of a list, told at the list
			i = slices.IndexFunc(fields, func(f blamed) bool { return strings.HasPrefix(e.Field, f.name+".") })
		}
		if i < 0 {
			all = false
			continue
		}
		fields[i].set(o.Host.Language().Field(e))
		if !focused && fields[i].to != nil {
			focused = true
			o.focus(fields[i].to)
		}
	}
	return all
}

// form is a column of inputs with its buttons, in the place of a detail.
func (o *Options) form(title string, send *widget.Button, leave func(), parts ...fyne.CanvasObject) *fyne.Container {
	head := widget.NewText(title)
	head.TextSize, head.Bold = theme.TextSection, true
	column := append([]fyne.CanvasObject{head}, parts...)
	return widget.VBox(theme.Space12, append(column, widget.HBox(theme.Space8, widget.Spacer(), widget.NewButton(o.t("shell.cancel"), leave), send))...)
}

// mistake is a line that says what is wrong with something that has no field.
type mistake struct{ *widget.Label }

func newMistake() mistake {
	m := mistake{widget.NewText("")}
	m.Role = theme.ColorDanger
	m.Hide()
	return m
}

func (m mistake) set(text string) {
	m.SetText(text)
	m.Hidden = text == ""
	m.Refresh()
}

func area(label string, lines int) *widget.TextField { return widget.NewTextArea(label, lines) }
