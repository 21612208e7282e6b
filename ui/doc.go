// Package ui is the shell of the desktop: the window with its navigation,
// header and status line, the pages that stand before the work (connecting,
// signing in, the locked screen), and what every screen leans on: errors,
// toasts, documents, keys. What the pages of an area show is the matter of the
// packages below ui/screen; which of them there are stands in one table
// (place.go).
//
// Everything here belongs to Fyne's main goroutine, but for the methods of
// screen.Host, which may be called from any.
package ui
