//go:build journey

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"indagor/ui"
)

// journeyOptions are the options of a program that walks by itself through its
// real window, as its script says, and then ends. The script is one command a
// line; "…" hold what has blanks, $NAME is taken from the environment, # begins
// a remark. Widgets are found by what a person reads on them, never by where
// they stand:
//
//	wait "text" [seconds]      wait until the text is shown
//	gone "text" [seconds]      wait until it is not
//	expect "text"              the text must be there, after at most two seconds
//	absent "text"              the text must not be there now
//	tap "label" [n]            press what bears the label (the n-th of several)
//	type "field" "text"        put the text in the place of what stands in the field
//	choose "field" "option"    pick an option of a field, chip of a set, row of a table
//	key Ctrl+N                 press a key; one character is typed
//	read "label" FILE          keep what stands at or after the label in a file
//	save-pdf "label" FILE      press, and keep the document that is then opened
//	save-file "label" FILE     the same of a file that was downloaded
//	shot FILE                  keep a picture of the window
//	theme light|dark|system    change the appearance
//	size 1024 700              change the size of the window
//	run PROGRAM ARG…           run a program and wait for it
//	painted                    wait until the window is painted; tell the memory in use
//	quit                       end here
type journeyOptions struct {
	Journey  string        `help:"Walk through the window as this script says, then end." type:"path" placeholder:"FILE"`
	Out      string        `help:"Folder of the pictures of a journey." default:"." type:"path" placeholder:"DIR"`
	Patience time.Duration `help:"How long a step of a journey may take." default:"30s"`

	Bare bool `help:"Open an empty window in the program's place, tell when it is painted, and end."`

	opened chan string `kong:"-"`
}

// viewer takes the documents of a journey instead of the system's viewer.
func (o *journeyOptions) viewer() func(path string) error {
	if o.Journey == "" {
		return nil
	}
	o.opened = make(chan string, 16)
	return func(path string) error {
		o.opened <- path
		return nil
	}
}

// step is one command of a script.
type step struct {
	line int
	verb string
	args []string
}

// String is the step as the log has it: what is typed into a password's field
// is not.
func (s step) String() string {
	args := quoted(s.args)
	if s.verb == "type" && len(args) > 1 && strings.Contains(strings.ToLower(args[0]), "password") {
		args[1] = "…"
	}
	return fmt.Sprintf("line %d: %s %s", s.line, s.verb, strings.Join(args, " "))
}

func quoted(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = fmt.Sprintf("%q", a)
	}
	return out
}

// parse reads a script.
func parse(r io.Reader, env func(string) string) ([]step, error) {
	var steps []step
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words, err := split(lines.Text(), env)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(words) > 0 {
			steps = append(steps, step{n, words[0], words[1:]})
		}
	}
	return steps, lines.Err()
}

// split reads the words of a line.
func split(line string, env func(string) string) ([]string, error) {
	var words []string
	var word strings.Builder
	in, quote := false, false
	for _, r := range line {
		switch {
		case r == '"':
			in, quote = true, !quote
		case quote || (r != ' ' && r != '\t' && r != '#'):
			in = true
			word.WriteRune(r)
		case r == '#' && in:
			word.WriteRune(r)
		default:
			if in {
				words = append(words, os.Expand(word.String(), env))
				word.Reset()
				in = false
			}
			if r == '#' {
				return words, nil
			}
		}
	}
	if quote {
		return nil, errors.New("a quotation mark is missing")
	}
	if in {
		words = append(words, os.Expand(word.String(), env))
	}
	return words, nil
}

// walk walks in the background; the outcome is asked for when the window has
// been closed.
func (o *journeyOptions) walk(shell *ui.Shell, log io.Writer) (outcome func() error) {
	if o.Journey == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var once sync.Once
	go func() {
		w := &walker{ctx: ctx, window: shell.Window(), out: o.Out, patience: o.Patience, opened: o.opened, log: log}
		done <- w.script(o.Journey)
		fyne.Do(shell.Quit)
	}()
	return func() error {
		once.Do(stop)
		select {
		case err := <-done:
			return err
		default:
			return errors.New("the window was closed before the journey had ended")
		}
	}
}

// walker walks through a window.
type walker struct {
	ctx      context.Context
	window   fyne.Window
	out      string
	patience time.Duration
	opened   chan string
	log      io.Writer
}

// script walks a whole script; where a step fails, the last picture shows why.
func (w *walker) script(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	steps, err := parse(f, os.Getenv)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.MkdirAll(w.out, 0o755); err != nil {
		return err
	}
	for _, s := range steps {
		if s.verb == "quit" {
			return nil
		}
		began := time.Now()
		if err := w.do(s); err != nil {
			last := "failed-" + filepath.Base(path) + ".png"
			err = fmt.Errorf("%s: %s: %w (see %s)", path, s, err, last)
			return errors.Join(err, w.shot(last))
		}
		fmt.Fprintf(w.log, "journey: %s (%s)\n", s, time.Since(began).Round(time.Millisecond))
	}
	return nil
}
