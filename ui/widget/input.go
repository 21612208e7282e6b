package widget

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fwidget "fyne.io/fyne/v2/widget"
)

// input is Fyne's entry with what fields need: a filter on what is typed and
// pasted, a greatest length, a say in the keys, and keys and shortcuts passed
// on when it does not use them.
type input struct {
	fwidget.Entry
	name      func() string
	filter    func(string) string       // on every text that comes in; nil keeps all
	maxLength int                       // in runes; 0 means no limit
	onKey     func(*fyne.KeyEvent) bool // true: used
	onFocus   func(bool)
	takesTab  bool
	hasFocus  bool
}

func newInput() *input {
	e := &input{}
	e.Wrapping = fyne.TextWrapOff
	e.ExtendBaseWidget(e)
	return e
}

// AccessibilityLabel implements fyne.Accessible.
func (e *input) AccessibilityLabel() string {
	if e.name != nil {
		return e.name()
	}
	return ""
}

// AccessibilityRole implements fyne.Accessible.
func (e *input) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// AcceptsTab implements fyne.Tabbable. Several lines too leave Tab to the
// order of the page: a clerk must get out by keyboard.
func (e *input) AcceptsTab() bool { return e.takesTab }

func (e *input) FocusGained() {
	e.hasFocus = true
	e.Entry.FocusGained()
	if e.onFocus != nil {
		e.onFocus(true)
	}
}

func (e *input) FocusLost() {
	e.hasFocus = false
	e.Entry.FocusLost()
	if e.onFocus != nil {
		e.onFocus(false)
	}
}

// room is how many runes may still come in, replacing what is selected.
func (e *input) room() int {
	if e.maxLength <= 0 {
		return int(^uint(0) >> 1)
	}
	return max(e.maxLength-utf8.RuneCountInString(e.Text)+utf8.RuneCountInString(e.SelectedText()), 0)
}

func (e *input) TypedRune(r rune) {
	if r == ' ' && e.Text == "" && !e.MultiLine && !e.Password {
		// A Space that pressed a button arrives here as a character too when
		// what the button opened has taken the focus.
		return
	}
	text := string(r)
	if e.filter != nil {
		text = e.filter(text)
	}
	for _, r := range text {
		if e.room() == 0 {
			return
		}
		e.Entry.TypedRune(r)
	}
}

func (e *input) TypedKey(ev *fyne.KeyEvent) {
	if e.onKey != nil && e.onKey(ev) {
		return
	}
	switch ev.Name {
	case fyne.KeyEscape, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6,
		fyne.KeyF7, fyne.KeyF8, fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12:
		passKey(e, ev)
	default:
		e.Entry.TypedKey(ev)
	}
}

func (e *input) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutPaste:
		e.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: filtered{s.Clipboard, e}, Secondary: s.Secondary})
	case *desktop.CustomShortcut:
		switch s.KeyName {
		case fyne.KeyLeft, fyne.KeyRight, fyne.KeyBackspace, fyne.KeyDelete:
			e.Entry.TypedShortcut(s)
		default:
			passShortcut(e, s)
		}
	case *fyne.ShortcutCopy, *fyne.ShortcutCut:
		// A password must not reach the clipboard.
		if !e.Password {
			e.Entry.TypedShortcut(s)
		}
	default:
		e.Entry.TypedShortcut(s)
	}
}

// filtered is a clipboard seen through the filter and the room of an input.
type filtered struct {
	fyne.Clipboard
	e *input
}

func (f filtered) Content() string {
	text := f.Clipboard.Content()
	if !f.e.MultiLine {
		text = strings.TrimSpace(text)
	}
	if f.e.filter != nil {
		text = f.e.filter(text)
	}
	if runes := []rune(text); len(runes) > f.e.room() {
		text = string(runes[:f.e.room()])
	}
	return text
}
