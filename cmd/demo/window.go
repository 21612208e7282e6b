package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// needs are the programs of a display of our own, with the Debian packages
// that bring them.
var needs = []struct{ program, debian string }{
	{"Xvfb", "xvfb"}, {"dbus-daemon", "dbus"}, {"dbus-send", "dbus"}, {"gnome-keyring-daemon", "gnome-keyring"},
}

// openSession starts what a signed-in person's machine has, and is nobody
// else's: a session bus and a keyring. With ownDisplay every window has a
// display to itself, see startXvfb, and otherwise the person's.
func (s *stage) openSession(ctx context.Context, ownDisplay bool) error {
	for _, n := range needs {
		if _, err := exec.LookPath(n.program); err != nil {
			return fmt.Errorf("%s is missing: install the package %s", n.program, n.debian)
		}
	}
	if ownDisplay {
		s.session = []string{"WAYLAND_DISPLAY=", "XDG_SESSION_TYPE=x11", "LIBGL_ALWAYS_SOFTWARE=1"}
	} else {
		// What leads to the person's own display stands in his home.
		if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
			s.session = append(s.session, "XDG_RUNTIME_DIR="+dir)
		}
		if home, err := os.UserHomeDir(); err == nil && os.Getenv("XAUTHORITY") == "" {
			s.session = append(s.session, "XAUTHORITY="+filepath.Join(home, ".Xauthority"))
		}
	}
	bus, err := s.startBus(ctx)
	if err != nil {
		return err
	}
	s.session = append(s.session, "DBUS_SESSION_BUS_ADDRESS="+bus)
	return s.startKeyring(ctx)
}

// startXvfb starts a display under a number that it finds itself. There is one
// for every desktop, since nothing would keep two windows from covering each
// other.
func (s *stage) startXvfb(ctx context.Context, name string) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	p, err := s.launch("xvfb-"+name, s.environ(), nil, nil, []*os.File{w}, "Xvfb", "-displayfd", "3", "-screen", "0", "1440x900x24",
		"+extension", "GLX", "+render", "-noreset", "-nolisten", "tcp")
	w.Close()
	if err != nil {
		return "", err
	}
	number, err := firstLine(ctx, p, r)
	return ":" + number, err
}

// startBus starts a session bus.
func (s *stage) startBus(ctx context.Context) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	p, err := s.launch("dbus", s.environ(), nil, nil, []*os.File{w}, "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=3")
	w.Close()
	if err != nil {
		return "", err
	}
	return firstLine(ctx, p, r)
}

// firstLine is the first line that a process writes into the pipe.
func firstLine(ctx context.Context, p *process, r *os.File) (string, error) {
	lines := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(r).ReadString('\n')
		if err == nil {
			lines <- strings.TrimSpace(line)
		}
		close(lines)
	}()
	select {
	case line, ok := <-lines:
		if !ok {
			<-p.ended // it closed the pipe without a word
			return "", p.gone()
		}
		return line, nil
	case <-p.ended:
		return "", p.gone()
	case <-time.After(30 * time.Second):
		return "", fmt.Errorf("%s does not say where it is", p.name)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// startKeyring starts the keyring and opens it with a password that protects
// nothing: the whole home is thrown away with the folder.
func (s *stage) startKeyring(ctx context.Context) error {
	env := s.environ(append(s.session, "XDG_RUNTIME_DIR="+s.path("runtime"))...)
	p, err := s.launch("keyring", env, strings.NewReader("demo"), nil, nil, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	if err != nil {
		return err
	}
	return p.until(ctx, 30*time.Second, "its service on the bus", func(ctx context.Context) bool {
		text, err := output(ctx, env, "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
		return err == nil && strings.Contains(text, "boolean true")
	})
}

// openDesktop opens the desktop for whoever sits before the display.
func (s *stage) openDesktop(ctx context.Context, cast *seeded) error {
	program := s.program("indagor")
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("the desktop is not built: run make desktop (%w)", err)
	}
	if err := s.openSession(ctx, false); err != nil {
		return err
	}
	_, err := s.launch("desktop", s.environ(s.session...), nil, nil, nil, program, "--server", s.url, "--profile", s.path("desktop"),
		"--enrolment-token", cast.token)
	return err
}
