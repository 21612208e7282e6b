package device

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The tests of this file run themselves again inside a session bus of their
// own, with a real keyring daemon on it.
const insideVariable = "INDAGOR_TEST_KEYRING"

// inside runs the named test again on a fresh session bus after the shell
// command, with an empty home.
func inside(t *testing.T, mode, command string) {
	t.Helper()
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "bash"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("SKIPPED: %s is not installed, so no real keyring was tried (apt-get install dbus gnome-keyring)", program)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "dbus-run-session", "--", "bash", "-c",
		command+`; exec "$0" -test.run '^`+t.Name()+`$' -test.v`, self)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DISPLAY=") && !strings.HasPrefix(v, "WAYLAND_DISPLAY=") && !strings.HasPrefix(v, "DBUS_") {
			c.Env = append(c.Env, v)
		}
	}
	c.Env = append(c.Env, "HOME="+home, "XDG_DATA_HOME="+home+"/data", "XDG_RUNTIME_DIR="+home+"/run",
		"XDG_CONFIG_HOME="+home+"/config", "XDG_CACHE_HOME="+home+"/cache", insideVariable+"="+mode)
	if err := os.Mkdir(home+"/run", 0o700); err != nil {
		t.Fatal(err)
	}
	c.WaitDelay = 5 * time.Second // the daemon may keep the output open
	out, err := c.CombinedOutput()
	if !strings.Contains(string(out), "--- PASS: "+t.Name()) || err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestRealKeyring(t *testing.T) {
	if os.Getenv(insideVariable) != "open" {
		inside(t, "open", `echo -n pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1`)
		return
	}
	o := Options{Server: server, ProfileDir: t.TempDir()}
	a, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if a.Signer().Thumbprint() != b.Signer().Thumbprint() || a.Place() != PlaceKeyring {
		t.Error("another key the second time")
	}
	if _, err := (systemRing{}).Get("nobody"); !errors.Is(err, ErrNotKept) {
		t.Errorf("%v", err)
	}
}

func TestRealKeyringLocked(t *testing.T) {
	if os.Getenv(insideVariable) != "locked" {
		inside(t, "locked", `gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1`)
		return
	}
	if _, err := Open(t.Context(), Options{Server: server, ProfileDir: t.TempDir()}); !errors.Is(err, ErrKeyringLocked) {
		t.Fatalf("%v", err)
	}
}

func TestRealBusWithoutKeyring(t *testing.T) {
	if os.Getenv(insideVariable) != "none" {
		inside(t, "none", `export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus`)
		return
	}
	if _, err := Open(t.Context(), Options{Server: server, ProfileDir: t.TempDir()}); !errors.Is(err, ErrNoKeyring) {
		t.Fatalf("%v", err)
	}
}
