package ui

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"indagor/ui/screen/modal"
)

// documents are the files that were written for the system's viewer. They
// hold register data, so that they stand in a folder that only the person
// can read, and go with the program.
type documents struct {
	dir string
	mu  sync.Mutex
}

// newDocuments prepares the folder, and removes what a program that was ended
// by force has left in it.
func newDocuments(profile string) (*documents, error) {
	d := &documents{dir: filepath.Join(profile, "documents")}
	if err := d.remove(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *documents) remove() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return os.RemoveAll(d.dir)
}

// write writes a file that only the person can read and gives its path.
func (d *documents) write(name string, content []byte) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(d.dir, "")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, fileName(name))
	return path, os.WriteFile(path, content, 0o600)
}

// create makes a file that only the person can read, for what comes in pieces.
func (d *documents) create() (*os.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(d.dir, "")
	if err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(dir, "part"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

// fileName is a name without what a file system could take amiss.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name)
	if name = strings.Trim(name, ". "); name == "" {
		return "indagor.pdf"
	}
	return name
}

// view opens a file with the system's viewer and does not wait for it.
func view(path string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", path)
	default:
		cmd = exec.Command("xdg-open", path)
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait() //nolint:errcheck // a viewer may end as it likes
	return nil
}

// OpenDocument implements screen.Host.
func (s *Shell) OpenDocument(name string, content []byte) {
	path, err := s.files.write(name, content)
	if err != nil {
		s.o.Log.Warn("showing a document", "error", err)
		s.do(func() { s.warn(s.t("document.no_viewer")) })
		return
	}
	s.openFile(path)
}

// openFile shows a file with the system's program for it.
func (s *Shell) openFile(path string) {
	if err := s.o.View(path); err != nil {
		s.o.Log.Warn("showing a document", "error", err)
		s.do(func() { s.warn(s.t("document.no_viewer")) })
	}
}

// SaveDocument implements screen.Host.
func (s *Shell) SaveDocument(name string, content []byte, done func(kept bool)) {
	if done == nil {
		done = func(bool) {}
	}
	s.do(func() {
		s.save(name, func(to io.Writer) error {
			_, err := to.Write(content)
			return err
		}, done)
	})
}

// save lets the person choose where a file is kept, and writes it there. done
// is told whether it was.
func (s *Shell) save(name string, write func(io.Writer) error, done func(kept bool)) {
	d := dialog.NewFileSave(func(to fyne.URIWriteCloser, err error) {
		done(s.saved(to, err, write))
	}, s.window)
	d.SetFileName(fileName(name))
	if ext := filepath.Ext(name); ext != "" {
		d.SetFilter(storage.NewExtensionFileFilter([]string{ext}))
	}
	modal.ShowFiles(d, s.window)
}

// saved writes a file where the person chose to keep it and reports whether it
// is there; to is nil where the person gave up.
func (s *Shell) saved(to fyne.URIWriteCloser, err error, write func(io.Writer) error) bool {
	if to == nil && err == nil {
		return false
	}
	if err == nil {
		err = errors.Join(write(to), to.Close())
	}
	if err != nil {
		s.o.Log.Warn("saving a document", "error", err)
		s.warn(s.t("document.not_saved"))
		return false
	}
	s.Toast(s.t("document.saved", "name", to.URI().Name()))
	return true
}
