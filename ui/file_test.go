package ui

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"indagor/app"
	"indagor/ui/screen"
	"indagor/ui/screen/modal"
)

// TestFileDialogsOpen: Fyne's dialogs about files open in the window, for
// keeping a document and for choosing a file.
func TestFileDialogsOpen(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	for what, open := range map[string]func(){
		"keep":   func() { st.s.SaveDocument("visura.pdf", []byte("%PDF"), nil) },
		"choose": func() { modal.ChooseFile(st.s.window, 1<<20, []string{".csv"}, func(modal.File) {}) },
	} {
		open()
		top := st.canvas().Overlays().Top()
		if top == nil {
			t.Fatalf("%s: no dialog", what)
		}
		if size := st.canvas().Size(); top.Size().Width > size.Width || top.Size().Height > size.Height {
			t.Errorf("%s: %v does not fit %v", what, top.Size(), size)
		}
		st.canvas().Overlays().Remove(top)
	}
}

// taker is a page onto which files can be dropped.
type taker struct {
	screen.Screen
	got []modal.File
}

func (t *taker) MostBytes() int64     { return 4 }
func (t *taker) Take(file modal.File) { t.got = append(t.got, file) }

func TestFileIsDropped(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	path := filepath.Join(t.TempDir(), "elenco.csv")
	if err := os.WriteFile(path, []byte("codice"), 0o600); err != nil {
		t.Fatal(err)
	}
	there, nowhere := storage.NewFileURI(path), storage.NewFileURI(path+".away")
	st.s.dropped([]fyne.URI{there}) // nobody is signed in
	st.signIn()
	st.s.dropped([]fyne.URI{there}) // the page takes none
	page := &taker{Screen: st.s.work.screens[st.s.work.at]}
	st.s.work.screens[st.s.work.at] = page
	st.s.dropped(nil)
	st.s.dropped([]fyne.URI{there, nowhere})
	if len(page.got) != 1 || page.got[0].Name != "elenco.csv" || string(page.got[0].Content) != "codi" || page.got[0].Err != nil {
		t.Errorf("%+v", page.got)
	}
	st.s.dropped([]fyne.URI{nowhere})
	if len(page.got) != 2 || page.got[1].Err == nil {
		t.Errorf("a file that is away: %+v", page.got)
	}
}

// broken is a file that cannot be written.
type broken struct{ fyne.URIWriteCloser }

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

// TestKept: only what has been written counts as kept.
func TestKept(t *testing.T) {
	st := newStand(t, newFake(app.RoleTop))
	st.signIn()
	path := filepath.Join(t.TempDir(), "password.csv")
	open := func() fyne.URIWriteCloser {
		to, err := storage.Writer(storage.NewFileURI(path))
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	write := func(to io.Writer) error { _, err := to.Write([]byte("abcd")); return err }
	for what, c := range map[string]struct {
		to   fyne.URIWriteCloser
		err  error
		want bool
	}{
		"written": {open(), nil, true}, "given up": {nil, nil, false}, "no place": {nil, errors.New("denied"), false}, "full": {broken{open()}, nil, false},
	} {
		if got := st.s.saved(c.to, c.err, write); got != c.want {
			t.Errorf("%s: kept %v", what, got)
		}
	}
	var told []bool
	st.s.SaveDocument("password.csv", nil, func(kept bool) { told = append(told, kept) })
	if len(told) != 0 {
		t.Error("kept before a place was chosen")
	}
}
