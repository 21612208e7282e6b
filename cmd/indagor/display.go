package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// errDisplay is the end of a program that cannot draw a window.
var errDisplay = errors.New("no window can be opened: a display with OpenGL 2.1 or later is needed")

// show shows the window. Without any display GLFW panics: for us that is an
// error like another.
func show(window func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			if !strings.Contains(r.Error(), "GLFW") {
				panic(r)
			}
			err = errDisplay
		default:
			panic(r)
		}
	}()
	window()
	return nil
}

// displayPatience is how long a window may take to come, on a slow machine.
const displayPatience = 15 * time.Second

// watch ends the program where its window does not come: without OpenGL Fyne
// itself would stay alive, silent and unseen.
func watch(w fyne.Window, errs io.Writer) {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return // a driver without windows, as in tests
	}
	there := make(chan struct{})
	go func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		late := time.NewTimer(displayPatience)
		defer late.Stop()
		for {
			select {
			case <-there:
				return
			case <-late.C:
				fmt.Fprintln(errs, "indagor:", errDisplay)
				os.Exit(exitDisplay)
			case <-tick.C:
				fyne.Do(func() {
					native.RunNative(func(context any) {
						if drawn(context) {
							select {
							case <-there:
							default:
								close(there)
							}
						}
					})
				})
			}
		}
	}()
}

// drawn reports whether a native window stands behind the context, whose type
// depends on the system: its one field is the handle.
func drawn(context any) bool {
	v := reflect.ValueOf(context)
	for i := range v.NumField() {
		if f := v.Field(i); f.CanUint() && f.Uint() != 0 {
			return true
		}
	}
	return false
}
