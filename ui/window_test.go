package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"indagor/ui/widget"
)

// texts lists what is to be read in the window, and what it is called.
func (st *stand) texts() []string {
	var out []string
	for _, o := range st.objects() {
		if t, ok := o.(*canvas.Text); ok {
			out = append(out, t.Text)
		}
		if name := widget.Name(o); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func (st *stand) objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	var visit func(o fyne.CanvasObject)
	visit = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		out = append(out, o)
		switch o := o.(type) {
		case *fyne.Container:
			for _, c := range o.Objects {
				visit(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(o).Objects() {
				visit(c)
			}
		}
	}
	visit(st.canvas().Content())
	for _, o := range st.canvas().Overlays().List() {
		visit(o)
	}
	return out
}

func (st *stand) shows(text string) bool {
	return slices.ContainsFunc(st.texts(), func(s string) bool { return strings.Contains(s, text) })
}

func (st *stand) expect(texts ...string) {
	st.t.Helper()
	for _, text := range texts {
		if !st.shows(text) {
			st.t.Fatalf("%q is not shown; there is %q", text, st.texts())
		}
	}
}

func (st *stand) absent(texts ...string) {
	st.t.Helper()
	for _, text := range texts {
		if st.shows(text) {
			st.t.Fatalf("%q is shown", text)
		}
	}
}

// field is the field with the label; the last one, which lies on top.
func (st *stand) field(label string) fyne.Focusable {
	st.t.Helper()
	objects := st.objects()
	for i := len(objects) - 1; i >= 0; i-- {
		if f, ok := objects[i].(interface {
			Focusable() fyne.Focusable
			SetError(string)
		}); ok && widget.Name(objects[i]) == label {
			return f.Focusable()
		}
	}
	st.t.Fatalf("no field is called %q", label)
	return nil
}

func (st *stand) write(label, text string) {
	st.t.Helper()
	f := st.field(label)
	st.canvas().Focus(f)
	f.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	for _, r := range text {
		f.TypedRune(r)
	}
}

// press presses the last button with the name.
func (st *stand) press(name string) {
	st.t.Helper()
	objects := st.objects()
	for i := len(objects) - 1; i >= 0; i-- {
		if b, ok := objects[i].(fyne.Tappable); ok && widget.Name(objects[i]) == name {
			b.Tapped(&fyne.PointEvent{})
			return
		}
	}
	st.t.Fatalf("no button is called %q", name)
}

// key gives a key to what has the focus, as the driver does.
func (st *stand) key(name fyne.KeyName) {
	if f := st.canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: name})
		return
	}
	st.canvas().OnTypedKey()(&fyne.KeyEvent{Name: name})
}

// control presses a shortcut of the window, which the test driver does not
// hand on.
func (st *stand) control(name fyne.KeyName) { st.s.key(name, fyne.KeyModifierControl) }

func (st *stand) signIn() {
	st.t.Helper()
	st.write("Nome utente", "m.rossi")
	st.write("Password", "giusta")
	st.key(fyne.KeyReturn)
	st.expect("Maria Rossi", "M. Rossi")
}

func (st *stand) focused() string {
	if f, ok := st.canvas().Focused().(fyne.CanvasObject); ok {
		return widget.Name(f)
	}
	return ""
}
