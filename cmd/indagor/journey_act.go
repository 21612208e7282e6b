//go:build journey

package main

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"indagor/ui/theme"
	"indagor/ui/widget"
)

// do does one step.
func (w *walker) do(s step) error {
	arg := func(i int) string {
		if i < len(s.args) {
			return s.args[i]
		}
		return ""
	}
	least := map[string]int{
		"wait": 1, "gone": 1, "expect": 1, "absent": 1, "tap": 1, "type": 2, "choose": 2, "key": 1, "read": 2,
		"save-pdf": 2, "save-file": 2, "shot": 1, "theme": 1, "size": 2, "run": 1, "painted": 0,
	}
	n, known := least[s.verb]
	if !known {
		return errors.New("no such command")
	}
	if len(s.args) < n {
		return fmt.Errorf("%d arguments are needed", n)
	}
	switch s.verb {
	case "wait":
		return w.until(w.time(arg(1)), fmt.Sprintf("%q does not appear", arg(0)), func() bool { return shows(w.look(false), arg(0)) })
	case "gone":
		return w.until(w.time(arg(1)), fmt.Sprintf("%q does not go", arg(0)), func() bool { return !shows(w.look(false), arg(0)) })
	case "expect":
		return w.until(2*time.Second, fmt.Sprintf("%q is not there", arg(0)), func() bool { return shows(w.look(false), arg(0)) })
	case "absent":
		return w.until(0, fmt.Sprintf("%q is there", arg(0)), func() bool { return !shows(w.look(false), arg(0)) })
	case "tap":
		return w.tap(arg(0), arg(1))
	case "type":
		return w.write(arg(0), arg(1))
	case "choose":
		return w.choose(arg(0), arg(1))
	case "key":
		return w.key(arg(0))
	case "read":
		return w.read(arg(0), arg(1))
	case "save-pdf", "save-file":
		return w.document(arg(0), arg(1))
	case "painted":
		return w.painted()
	case "shot":
		return w.shot(arg(0))
	case "theme":
		fyne.DoAndWait(func() { fyne.CurrentApp().Settings().SetTheme(theme.New(theme.ParsePreference(arg(0)))) })
		return nil
	case "size":
		return w.resize(arg(0), arg(1))
	}
	cmd := exec.CommandContext(w.ctx, s.args[0], s.args[1:]...)
	cmd.Stdout, cmd.Stderr = w.log, w.log
	return cmd.Run()
}

// time is a time given in seconds, or the usual patience.
func (w *walker) time(seconds string) time.Duration {
	if n, err := strconv.Atoi(seconds); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	return w.patience
}

func (w *walker) look(reachable bool) []node { return look(w.window.Canvas(), reachable) }

// until waits until the condition holds; it is judged on the window's
// goroutine.
func (w *walker) until(patience time.Duration, otherwise string, holds func() bool) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for {
		var ok bool
		fyne.DoAndWait(func() { ok = holds() })
		if ok {
			return nil
		}
		select {
		case <-w.ctx.Done():
			return w.ctx.Err()
		case <-late.C:
			return errors.New(otherwise)
		case <-tick.C:
		}
	}
}

// tap presses what bears the label, as soon as it can be pressed.
func (w *walker) tap(label, which string) error {
	n, err := strconv.Atoi(which)
	if err != nil {
		n = 1
	}
	return w.until(w.patience, fmt.Sprintf("nothing to press is called %q", label), func() bool {
		nodes := w.look(true)
		var found []node
		for _, candidate := range named(nodes, label) {
			if _, ok := target(nodes, candidate); ok {
				found = append(found, candidate)
			}
		}
		return len(found) >= n && w.press(nodes, found[n-1])
	})
}

// press presses a node and reports whether it could.
func (w *walker) press(nodes []node, n node) bool {
	reveal(nodes, n)
	t, ok := target(nodes, n)
	if !ok {
		return false
	}
	if d, ok := t.object.(fyne.Disableable); ok && d.Disabled() {
		return false
	}
	if b, ok := t.object.(interface{ Busy() bool }); ok && b.Busy() {
		return false
	}
	ev := fyne.PointEvent{AbsolutePosition: n.middle(), Position: n.middle().Subtract(t.at)}
	if m, ok := t.object.(desktop.Mouseable); ok {
		at := &desktop.MouseEvent{PointEvent: ev, Button: desktop.MouseButtonPrimary}
		m.MouseDown(at)
		m.MouseUp(at)
	}
	if f, ok := t.object.(fyne.Focusable); ok {
		w.window.Canvas().Focus(f)
	}
	t.object.(fyne.Tappable).Tapped(&ev)
	return true
}

// write puts a text in the place of what stands in a field.
func (w *walker) write(label, text string) error {
	return w.until(w.patience, fmt.Sprintf("no field is called %q", label), func() bool {
		nodes := w.look(true)
		n, f, ok := field(nodes, label)
		if !ok {
			return false
		}
		reveal(nodes, n)
		w.window.Canvas().Focus(f)
		if s, ok := f.(fyne.Shortcutable); ok {
			s.TypedShortcut(&fyne.ShortcutSelectAll{})
		}
		if text == "" {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
		}
		for _, r := range text {
			f.TypedRune(r)
		}
		return true
	})
}

// choose picks an option of a field, a chip of a set, or a row of a table.
func (w *walker) choose(label, option string) error {
	var opened *widget.Picker
	return w.until(w.patience, fmt.Sprintf("%q has no %q", label, option), func() bool {
		nodes := w.look(true)
		if opened != nil && opened.IsOpen() { // the list lies over the window
			for _, n := range named(nodes, option) {
				if w.press(nodes, n) {
					return true
				}
			}
			return false
		}
		for _, n := range named(nodes, label) {
			if p, ok := n.object.(*widget.Picker); ok {
				reveal(nodes, n)
				w.window.Canvas().Focus(p.Focusable())
				p.Open(option)
				opened = p
				return false
			}
			for _, inner := range named(within(nodes, n.object), option) {
				if w.press(nodes, inner) {
					return true
				}
			}
		}
		return false
	})
}

// keyNames are the names of keys that are not their own.
var keyNames = map[string]fyne.KeyName{
	"enter": fyne.KeyReturn, "return": fyne.KeyReturn, "esc": fyne.KeyEscape, "escape": fyne.KeyEscape,
	"space": fyne.KeySpace, "up": fyne.KeyUp, "down": fyne.KeyDown, "left": fyne.KeyLeft, "right": fyne.KeyRight, "home": fyne.KeyHome,
	"end": fyne.KeyEnd, "pageup": fyne.KeyPageUp, "pagedown": fyne.KeyPageDown, "delete": fyne.KeyDelete, "backspace": fyne.KeyBackspace,
}

// key presses a key, with modifiers or without.
func (w *walker) key(text string) error {
	parts := strings.Split(text, "+")
	if text == "+" {
		parts = []string{"+"}
	}
	last := parts[len(parts)-1]
	var modifier fyne.KeyModifier
	for _, m := range parts[:len(parts)-1] {
		switch strings.ToLower(m) {
		case "ctrl":
			modifier |= fyne.KeyModifierControl
		case "shift":
			modifier |= fyne.KeyModifierShift
		case "alt":
			modifier |= fyne.KeyModifierAlt
		default:
			return fmt.Errorf("no modifier is called %q", m)
		}
	}
	name, ok := keyNames[strings.ToLower(last)]
	if !ok {
		name = fyne.KeyName(strings.ToUpper(last))
	}
	fyne.DoAndWait(func() {
		c := w.window.Canvas()
		focused := c.Focused()
		switch {
		case strings.EqualFold(last, "tab") && modifier == fyne.KeyModifierShift:
			c.FocusPrevious()
		case strings.EqualFold(last, "tab"):
			c.FocusNext()
		case modifier != 0:
			shortcut := &desktop.CustomShortcut{KeyName: name, Modifier: modifier}
			if f, ok := focused.(fyne.Shortcutable); ok {
				f.TypedShortcut(shortcut)
			} else if s, ok := c.(fyne.Shortcutable); ok {
				s.TypedShortcut(shortcut)
			}
		case !ok && len([]rune(last)) == 1:
			if focused != nil {
				focused.TypedRune([]rune(last)[0])
			} else if f := c.OnTypedRune(); f != nil {
				f([]rune(last)[0])
			}
		case focused != nil:
			focused.TypedKey(&fyne.KeyEvent{Name: name})
		default:
			if f := c.OnTypedKey(); f != nil {
				f(&fyne.KeyEvent{Name: name})
			}
		}
	})
	return nil
}

// read keeps in a file what stands at or after a label: the value of a field,
// a code, or the next text.
func (w *walker) read(label, file string) error {
	text := ""
	err := w.until(w.patience, fmt.Sprintf("nothing is to be read after %q", label), func() bool {
		nodes := w.look(false)
		found := named(nodes, label)
		if len(found) == 0 {
			return false
		}
		after := false
		for _, n := range nodes {
			if n.object == found[0].object {
				after = true
			}
			if !after {
				continue
			}
			if t, ok := value(n); ok && t != "" && t != label {
				text = t
				return true
			}
		}
		return false
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.out, file), []byte(text+"\n"), 0o600)
}

// value is what an object says.
func value(n node) (string, bool) {
	switch o := n.object.(type) {
	case interface{ Code() string }:
		return o.Code(), true
	case interface {
		Text() string
		SetText(string)
	}:
		return o.Text(), true
	case *widget.Label:
		return o.Text, true
	}
	return n.text, n.text != ""
}

// document presses and keeps the document that is then opened.
func (w *walker) document(label, file string) error {
	if err := w.tap(label, ""); err != nil {
		return err
	}
	late := time.NewTimer(w.patience)
	defer late.Stop()
	select {
	case <-w.ctx.Done():
		return w.ctx.Err()
	case <-late.C:
		return errors.New("no document was opened")
	case path := <-w.opened:
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(w.out, file), content, 0o600)
	}
}

// settled is how long a page may take from being there to being painted.
const settled = 400 * time.Millisecond

// shot keeps a picture of the window, as soon as it stands still: two pictures
// after each other are alike, after a new page has had the time to be painted.
// What turns while it waits never stands still, and is taken as it is.
func (w *walker) shot(file string) error {
	begun := time.Now()
	var last []byte
	var failure error
	still := func() bool {
		img, err := picture(w.window)
		var now bytes.Buffer
		if failure = err; err == nil {
			failure = png.Encode(&now, img)
		}
		same := len(last) > 0 && bytes.Equal(last, now.Bytes())
		last = now.Bytes()
		return same && time.Since(begun) > settled
	}
	if err := w.until(1500*time.Millisecond, "", still); err != nil && w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	if failure != nil {
		return fmt.Errorf("no picture of the window: %w", failure)
	}
	return os.WriteFile(filepath.Join(w.out, file), last, 0o644)
}

// resize changes the size of the window and waits until it has it.
func (w *walker) resize(width, height string) error {
	x, err := strconv.Atoi(width)
	if err != nil {
		return err
	}
	y, err := strconv.Atoi(height)
	if err != nil {
		return err
	}
	size := fyne.NewSize(float32(x), float32(y))
	fyne.DoAndWait(func() { w.window.Resize(size) })
	return w.until(w.patience, "the window does not take the size", func() bool { return w.window.Canvas().Size() == size })
}
