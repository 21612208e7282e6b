// Package widget holds the desktop's own widgets, made where Fyne's fall short
// for clerks who work by keyboard all day.
//
// What all of them share:
//
//   - They are complete by keyboard. Tab reaches each once, in reading order;
//     inside a group (chips, tabs, list, table) the arrows move; Enter and
//     Space act. What has the focus wears a visible ring.
//   - A key or shortcut that a widget does not use goes on to the canvas, so
//     the window's own keys (Esc, F5, Ctrl+K) work wherever the focus is. Fyne
//     alone would swallow them.
//   - Meaning is never told by colour alone: a tone has an icon and a word.
//   - Each interactive widget tells its name through AccessibilityLabel.
//   - They hold no text of their own: every word shown is given by the caller.
//   - They must be used from Fyne's main goroutine only, as all of Fyne.
package widget
