package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
)

// Shortcuts that a field does not use must reach the window, or Ctrl+K would
// work only while no field has the focus. The canvas here is built as those of
// windows are; the test driver's own hides its shortcuts.
func TestShortcutsGoOn(t *testing.T) {
	c := software.NewCanvas()
	ctrlK := &desktop.CustomShortcut{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierControl}
	n := 0
	c.AddShortcut(ctrlK, func(fyne.Shortcut) { n++ })
	passShortcutTo(c, ctrlK)
	passShortcutTo(c, &desktop.CustomShortcut{KeyName: fyne.KeyN, Modifier: fyne.KeyModifierControl})
	passShortcutTo(nil, ctrlK)
	if n != 1 {
		t.Errorf("Ctrl+K reached the window %d times", n)
	}
}
