// Package screen says what a screen is to the shell, and what the shell is to
// a screen. The screens themselves live in the folders below, one area each.
package screen

import (
	"context"
	"io"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/app/language"
	"indagor/ui/screen/modal"
)

// Screen is one page of the shell.
type Screen interface {
	// Object is the whole page; always the same one.
	Object() fyne.CanvasObject
	// Shown is called on the window's goroutine whenever the page comes into
	// view: it focuses its first field and refreshes what may have changed.
	Shown()
	// Hidden is called when the page goes out of view.
	Hidden()
	// Key handles a shortcut of the page (Ctrl+N, Ctrl+F, F5, Ctrl+P, Esc) and
	// reports whether it did.
	Key(name fyne.KeyName, modifier fyne.KeyModifier) bool
}

// Hearer is a screen that wants to know when something on the server has
// changed. It is told on the window's goroutine, and only while it is in view:
// [Screen].Shown refreshes what came meanwhile.
type Hearer interface {
	// Signalled tells the kind, and the id of the user's own thing where the
	// kind is about one. After app.SignalResync anything may have changed.
	Signalled(kind app.SignalKind, id app.ID)
}

// Taker is a screen onto which a file can be dropped. It is called on the
// window's goroutine, and only while it is in view.
type Taker interface {
	// MostBytes is how much of a file is read.
	MostBytes() int64
	Take(modal.File)
}

// Place names a page of the shell.
type Place string

// The pages.
const (
	Home         Place = "home"
	Visure       Place = "visure"
	Enrichment   Place = "enrichment"
	Household    Place = "household"
	Archive      Place = "archive"
	Board        Place = "board"
	Sent         Place = "sent" // notices
	Approvals    Place = "approvals"
	Users        Place = "users"
	Assignments  Place = "assignments"
	Workstations Place = "workstations"
	Tokens       Place = "tokens"
	Departments  Place = "departments"
	Groups       Place = "groups"
	Activity     Place = "activity"
	Accesses     Place = "accesses"
	History      Place = "history"
	Statistics   Place = "statistics"
	Mails        Place = "mails"
	Settings     Place = "settings"
)

// Host is the shell as a screen sees it. Its methods may be called from any
// goroutine.
type Host interface {
	Window() fyne.Window
	Language() *language.Language
	// Go shows another page; what is handed to it, or nil.
	Go(to Place, with any)
	// Toast tells something that passes, in the user's language.
	Toast(text string)
	// Fail tells an error in a dialog: what happened, what it means, who can
	// mend it, the reference for whoever can. A lost session or a server that
	// is away is dealt with by the shell itself.
	Fail(err error)
	// OpenDocument shows a document with the system's viewer.
	OpenDocument(name string, content []byte)
	// SaveDocument lets the user choose where to keep a document. done, where
	// there is one, is told once whether it was written: not where the user
	// gave up or the file failed, which the shell tells itself.
	SaveDocument(name string, content []byte, done func(kept bool))
	// Badge sets the count beside the page's word in the navigation; 0 hides it.
	Badge(p Place, count int)
}

// Downloader is the shell as a screen sees it that gets files from the server.
type Downloader interface {
	// Download runs get, which writes a file to a place of the person's own
	// and proposes its name, and shows how many bytes have come, with a way to
	// cancel. Of the whole file the person then chooses whether to keep it or
	// to open it. An error is told as by Fail; nothing is told of what the
	// person cancelled. May be called from any goroutine.
	Download(get func(ctx context.Context, to io.Writer, received func(bytes int64)) (name string, err error))
}
