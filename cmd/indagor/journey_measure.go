//go:build journey

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// bare runs a window with nothing but one word, which tells when it is painted
// and ends: what any program of this kind costs, to compare with. It reports
// whether it was asked for.
func (o *journeyOptions) bare(a fyne.App, log io.Writer) bool {
	if !o.Bare {
		return false
	}
	window := a.NewWindow("INDAGOR")
	window.SetContent(widget.NewLabelWithStyle("INDAGOR", fyne.TextAlignCenter, fyne.TextStyle{Bold: true}))
	window.Resize(fyne.NewSize(1280, 800))
	window.Show()
	go func() {
		w := &walker{ctx: context.Background(), window: window, patience: o.Patience, log: log}
		if err := w.painted(); err != nil {
			fmt.Fprintln(log, "indagor:", err)
		}
		fyne.Do(a.Quit)
	}()
	a.Run()
	return true
}

// painted waits until the window shows something and says so, with the memory
// that the program then has (resident set, KiB). Whoever started the program
// knows when that was.
func (w *walker) painted() error {
	until := time.Now().Add(w.patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(until) {
		shown := false
		var err error
		fyne.DoAndWait(func() {
			img, perr := picture(w.window)
			err = perr
			shown = perr == nil && !blank(img)
		})
		if shown {
			fmt.Fprintf(w.log, "painted %s\n", resident())
			return nil
		}
		if err != nil {
			canvas.Refresh(w.window.Content())
		}
		<-tick.C
	}
	return errors.New("the window is not painted")
}

// resident is the memory of this process as the system counts it.
func resident() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
