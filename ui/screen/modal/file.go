package modal

import (
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// File is a file that a person chose.
type File struct {
	Name    string
	Content []byte
	Err     error // why it could not be read
}

// ChooseFile lets the person choose a file whose name ends in one of the
// extensions, as in ".csv", and gives what it holds, up to most bytes. Nothing
// is given where the person gives up.
func ChooseFile(w fyne.Window, most int64, extensions []string, give func(File)) {
	d := dialog.NewFileOpen(func(from fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			give(File{Err: err})
		case from != nil:
			give(ReadFile(from, most))
		}
	}, w)
	d.SetFilter(storage.NewExtensionFileFilter(extensions))
	ShowFiles(d, w)
}

// ShowFiles shows a dialog about files, large enough to find one's way in. It
// has a size only after it is shown: before that Fyne's Resize panics.
func ShowFiles(d *dialog.FileDialog, w fyne.Window) {
	d.Show()
	size := w.Canvas().Size()
	d.Resize(fyne.NewSize(min(size.Width-80, 900), min(size.Height-80, 620)))
}

// ReadFile reads up to most bytes and closes the file.
func ReadFile(from fyne.URIReadCloser, most int64) File {
	defer from.Close()
	content, err := io.ReadAll(io.LimitReader(from, most))
	return File{Name: from.URI().Name(), Content: content, Err: err}
}
