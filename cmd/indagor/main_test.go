package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2/driver"

	"indagor/assets"
	"indagor/sync/desk"
)

func TestVersion(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"--version"}, &out, &errs); code != exitFine || !strings.Contains(out.String(), version) {
		t.Errorf("code %d, %q, %q", code, out.String(), errs.String())
	}
}

func TestWrongFlags(t *testing.T) {
	for _, args := range [][]string{{"--nonsense"}, {"--theme", "pink"}, {"--language", "fr"}, {"--scale", "big"}} {
		var out, errs bytes.Buffer
		if code := run(args, &out, &errs); code != exitUsage || errs.Len() == 0 {
			t.Errorf("%v: code %d, %q", args, code, errs.String())
		}
	}
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"indagor.comune.example":            "https://indagor.comune.example",
		" https://Indagor.comune.example/ ": "https://indagor.comune.example",
		"http://127.0.0.1:8443":             "http://127.0.0.1:8443",
	} {
		if got, err := address(text); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "http://indagor.comune.example", "ftp://x"} {
		if got, err := address(text); !errors.Is(err, desk.ErrAddress) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestProfileIsOnlyForItsPerson(t *testing.T) {
	dir, err := profileDir(filepath.Join(t.TempDir(), "a", "b"))
	if err != nil || filepath.Base(dir) != "b" {
		t.Errorf("%q, %v", dir, err)
	}
}

// Every language of the product has the words of Fyne's own dialogs.
func TestWordsOfFyne(t *testing.T) {
	for _, name := range []string{"it", "en"} {
		if err := speak(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := assets.Fyne.ReadFile("fyne/de.json"); err == nil {
		t.Error("German words without a German catalogue")
	}
}

func TestDrawn(t *testing.T) {
	if drawn(driver.X11WindowContext{}) || drawn(driver.WindowsWindowContext{}) {
		t.Error("a window without a handle is drawn")
	}
	if !drawn(driver.X11WindowContext{WindowHandle: 7}) || !drawn(driver.WindowsWindowContext{HWND: 7}) {
		t.Error("a window with a handle is not drawn")
	}
}
