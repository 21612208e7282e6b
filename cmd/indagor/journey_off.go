//go:build !journey

package main

import (
	"io"

	"fyne.io/fyne/v2"

	"indagor/ui"
)

// journeyOptions are the options of a program that walks by itself; the one
// that is shipped does not.
type journeyOptions struct{}

// bare would run an empty window in the program's place, to compare with.
func (journeyOptions) bare(fyne.App, io.Writer) bool { return false }

// viewer is what opens documents; nil for the system's own.
func (journeyOptions) viewer() func(path string) error { return nil }

// walk does nothing here; its result is asked for when the window is closed.
func (journeyOptions) walk(*ui.Shell, io.Writer) (outcome func() error) {
	return func() error { return nil }
}
