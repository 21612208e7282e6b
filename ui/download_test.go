package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
)

func TestDownloadIsOpened(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	st.s.Download(func(_ context.Context, to io.Writer, received func(int64)) (string, error) {
		io.WriteString(to, "due righe")
		received(9)
		return "attività:2026.csv", nil
	})
	st.expect("File pronto", "attività-2026.csv · 1 kB", "Salva il file")
	var seen string
	st.s.o.View = func(path string) error {
		b, err := os.ReadFile(path)
		seen = filepath.Base(path) + " " + string(b)
		return err
	}
	st.press("Apri il file")
	if seen != "attività-2026.csv due righe" {
		t.Errorf("the viewer was given %q", seen)
	}
	st.absent("File pronto")
}

func TestDownloadFails(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	st.s.Download(func(_ context.Context, to io.Writer, _ func(int64)) (string, error) {
		io.WriteString(to, "half")
		return "", app.E(app.CodeForbidden)
	})
	st.absent("File pronto", "Preparazione del file")
	st.expect(st.s.o.Language.Error(app.E(app.CodeForbidden)).What)
	left, err := filepath.Glob(filepath.Join(st.s.files.dir, "*", "*"))
	if err != nil || len(left) != 0 {
		t.Errorf("the half of a file is kept: %v, %v", left, err)
	}
}

func TestDownloadCancelled(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	var work func()
	st.s.o.Go = func(f func()) { work = f }
	var ended error
	st.s.Download(func(ctx context.Context, _ io.Writer, _ func(int64)) (string, error) {
		ended = ctx.Err()
		return "", ctx.Err()
	})
	st.expect("Preparazione del file")
	st.key(fyne.KeyEscape)
	work()
	if !errors.Is(ended, context.Canceled) {
		t.Errorf("it went on: %v", ended)
	}
	st.absent("Preparazione del file", "File pronto")
}
