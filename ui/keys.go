package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"indagor/ui/screen"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

// shortcuts are the letters that Ctrl makes a shortcut of the window.
var shortcuts = [...]fyne.KeyName{fyne.KeyN, fyne.KeyF, fyne.KeyP, fyne.KeyK, fyne.KeyL, fyne.KeyReturn}

// keys makes the keys of the window those of the shell. Widgets hand on what
// they do not use, so that it works wherever the focus is.
func (s *Shell) keys() {
	c := s.window.Canvas()
	for _, name := range shortcuts {
		shortcut := &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierControl}
		c.RemoveShortcut(shortcut)
		c.AddShortcut(shortcut, func(fyne.Shortcut) { s.key(name, fyne.KeyModifierControl) })
	}
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) { s.key(ev.Name, 0) })
	c.SetOnTypedRune(func(r rune) {
		s.touch()
		if r == '?' && s.work != nil && s.lock == nil {
			s.help()
		}
	})
	if d, ok := c.(desktop.Canvas); ok {
		d.SetOnKeyDown(func(*fyne.KeyEvent) { s.touch() })
	}
}

// key gives a key to the page in view, then to the shell.
func (s *Shell) key(name fyne.KeyName, modifier fyne.KeyModifier) {
	s.touch()
	w := s.work
	if w == nil || s.lock != nil || s.window.Canvas().Overlays().Top() != nil {
		return
	}
	if sc := w.screens[w.at]; sc != nil && sc.Key(name, modifier) {
		return
	}
	control := modifier == fyne.KeyModifierControl
	switch {
	case name == fyne.KeyF5:
		s.poll()
	case control && name == fyne.KeyK:
		w.header.search.Focus()
	case control && name == fyne.KeyN:
		s.goTo(screen.Visure, nil)
	case control && name == fyne.KeyL:
		s.lockScreen()
	case name == fyne.KeyF1:
		s.help()
	}
}

// help shows the keys.
func (s *Shell) help() {
	keys := []string{"ctrl_k", "ctrl_n", "ctrl_f", "f5", "ctrl_p", "ctrl_l", "esc", "enter", "arrows", "space", "ctrl_c", "tab", "question"}
	var fields []widget.Field
	for _, k := range keys {
		if k == "ctrl_n" || k == "ctrl_p" {
			if s.work == nil || !s.work.has(screen.Visure) {
				continue
			}
		}
		fields = append(fields, widget.Field{Label: s.t("keys." + k + ".key"), Value: s.t("keys." + k)})
	}
	var d *modal.Dialog
	leave := widget.NewPrimary(s.t("shell.close"), "", func() { d.Close() })
	d = modal.Show(s.window.Canvas(), modal.Parts{
		Title: s.t("keys.title"), Icon: theme.IconHelp, Tone: theme.Information, Width: 520,
		Body: widget.NewFields(s.t("keys.title"), widget.FieldGroup{Fields: fields}), Buttons: []fyne.CanvasObject{leave},
		First: func() { s.window.Canvas().Focus(leave) },
	})
}
