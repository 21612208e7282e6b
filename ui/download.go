package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"indagor/app/language"
	"indagor/ui/screen"
	"indagor/ui/screen/modal"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

var _ screen.Downloader = (*Shell)(nil)

// tellEvery is the least time between two words about how much has come.
const tellEvery = 200 * time.Millisecond

// Download implements screen.Downloader.
func (s *Shell) Download(get func(ctx context.Context, to io.Writer, received func(int64)) (string, error)) {
	s.do(func() {
		w := s.work
		if w == nil {
			return
		}
		ctx, cancel := context.WithCancel(w.ctx)
		spinner, text := widget.NewSpinner(theme.ColorInk), widget.NewText(s.t("download.wait"))
		spinner.Start()
		var d *modal.Dialog
		stop := widget.NewButton(s.t("shell.cancel"), func() { d.Close() })
		d = modal.Show(s.window.Canvas(), modal.Parts{
			Title: s.t("download.title"), Body: widget.HBox(theme.Space12, widget.Sized(18, 18, spinner), widget.Expand(text)),
			Buttons: []fyne.CanvasObject{stop}, First: func() { s.window.Canvas().Focus(stop) },
			OnClose: func() { spinner.Stop(); cancel() },
		})
		told := s.o.Now()
		received := func(n int64) {
			if now := s.o.Now(); now.Sub(told) >= tellEvery {
				told = now
				s.do(func() {
					if d.IsOpen() {
						text.SetText(s.t("download.received", "size", fileSize(s.o.Language, n)))
						d.Refresh()
					}
				})
			}
		}
		s.o.Go(func() {
			name, path, err := s.fetch(ctx, get, received)
			s.do(func() {
				given := !d.IsOpen() // up
				d.Close()
				switch {
				case s.work != w || given:
				case errors.Is(err, errNotKept):
					s.o.Log.Warn("keeping a download", "error", err)
					s.warn(s.t("download.not_kept"))
				case err != nil:
					s.Fail(err)
				default:
					s.ready(name, path)
				}
			})
		})
	})
}

// errNotKept says that this machine could not write what came.
var errNotKept = errors.New("ui: the file could not be written")

// fetch gets the file into the documents' folder and gives its name and path.
func (s *Shell) fetch(ctx context.Context, get func(context.Context, io.Writer, func(int64)) (string, error), received func(int64)) (name, path string, err error) {
	f, err := s.files.create()
	if err != nil {
		return "", "", errors.Join(errNotKept, err)
	}
	keep := &keeper{f: f}
	name, err = get(ctx, keep, received)
	err = errors.Join(err, keep.err)
	if cerr := f.Close(); cerr != nil && err == nil {
		err = errors.Join(errNotKept, cerr)
	}
	if err == nil {
		name = fileName(name)
		path = filepath.Join(filepath.Dir(f.Name()), name)
		if rerr := os.Rename(f.Name(), path); rerr != nil {
			err = errors.Join(errNotKept, rerr)
		}
	}
	if err != nil {
		os.RemoveAll(filepath.Dir(f.Name())) //nolint:errcheck // it goes with the program at the latest
		return "", "", err
	}
	return name, path, nil
}

// keeper tells the errors of writing from those of the network.
type keeper struct {
	f   *os.File
	err error
}

func (k *keeper) Write(b []byte) (int, error) {
	n, err := k.f.Write(b)
	if err != nil {
		k.err = errors.Join(errNotKept, err)
	}
	return n, err
}

// ready asks what to do with a file that has come.
func (s *Shell) ready(name, path string) {
	size := int64(0)
	if info, err := os.Stat(path); err == nil {
		size = info.Size()
	}
	var d *modal.Dialog
	leave := widget.NewButton(s.t("shell.close"), func() { d.Close() })
	open := widget.NewButton(s.t("download.open"), func() { d.Close(); s.openFile(path) })
	save := widget.NewPrimary(s.t("download.save"), theme.IconSave, func() {
		d.Close()
		s.save(name, func(to io.Writer) error {
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = io.Copy(to, f)
			return err
		}, func(bool) {})
	})
	d = modal.Show(s.window.Canvas(), modal.Parts{
		Title: s.t("download.ready"), Body: widget.NewText(name + " · " + fileSize(s.o.Language, size)),
		Buttons: []fyne.CanvasObject{leave, open, save}, First: func() { s.window.Canvas().Focus(save) },
	})
}

// fileSize is a number of bytes for people.
func fileSize(l *language.Language, n int64) string {
	return l.Number(int((n+1023)/1024)) + " kB"
}
