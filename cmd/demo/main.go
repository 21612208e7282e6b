// Command demo brings the whole product up on one machine, for whoever wants
// to see it: a simulator in ANPR's place, a server of a fictional Comune with
// users of every role, and the desktop. "make demo" builds everything and
// runs it.
//
// On a machine with a display it opens the desktop and leaves everything
// running until Ctrl+C. Without one, or with --journey, it makes a display of
// its own, walks the main job through the real window, and leaves pictures,
// the document, ANPR's journal and the verified log behind.
//
// Everything stands in one folder (out/demo); nothing of the user's home is
// read or written. The passwords are printed and known to everybody: they are
// those of fictional people who may look at fictional people.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	out        string
	bin        string
	population int
	seed       uint64
	walks      bool // the journey
	serverOnly bool
	measure    int // starts of the desktop to measure; 0: none
}

func main() {
	var o options
	flag.StringVar(&o.out, "out", filepath.Join("out", "demo"), "folder of everything that the demonstration writes; an earlier one is replaced")
	flag.StringVar(&o.bin, "bin", "bin", "folder of the programs")
	flag.IntVar(&o.population, "population", 100_000, "synthetic people whom the simulator knows")
	flag.Uint64Var(&o.seed, "seed", 1, "number that makes the people")
	flag.BoolVar(&o.walks, "journey", false, "walk the main job through a window of our own, then end; so too where there is no display")
	flag.BoolVar(&o.serverOnly, "server-only", false, "no desktop: leave simulator and server running until Ctrl+C")
	flag.IntVar(&o.measure, "measure", 0, "measure so many starts of the desktop against an empty window, then end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

// run plays the demonstration.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	if o.measure < 0 {
		return errRuns
	}
	start := time.Now()
	o.walks = o.walks || !o.serverOnly && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == ""
	s, err := newStage(o, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.strike()) }()

	s.say("Setting up %s in %s", bodyName, s.dir)
	if err := s.startMail(ctx); err != nil {
		return err
	}
	if err := s.startSimulator(ctx); err != nil {
		return err
	}
	secrets, err := s.initServer(ctx)
	if err != nil {
		return err
	}
	if err := s.startServer(ctx); err != nil {
		return err
	}
	s.say("Registering departments, purposes and users through the server's own contract")
	cast, err := seed(ctx, s.url, secrets)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	if err := s.publish(cast); err != nil {
		return err
	}
	s.say("Ready after %s: %s", time.Since(start).Round(100*time.Millisecond), s.url)

	switch {
	case o.measure > 0:
		return s.measure(ctx, cast, o.measure)
	case o.serverOnly:
		s.say("Press Ctrl+C to end.")
		return s.wait(ctx)
	case o.walks:
		if err := s.journey(ctx, cast); err != nil {
			return err
		}
		s.say("All of it took %s; see %s", time.Since(start).Round(100*time.Millisecond), s.dir)
		return nil
	}
	if err := s.openDesktop(ctx, cast); err != nil {
		return err
	}
	s.say("The desktop is open. Press Ctrl+C here to end everything.")
	return s.wait(ctx)
}
