package screentest

import (
	"fyne.io/fyne/v2"

	"indagor/app/language"
	"indagor/ui/screen"
)

// Host is a shell that remembers what it was told. A test that needs more of it
// embeds it.
type Host struct {
	Stage  *Stage // in whose window the page stands; nil: in none
	Words  *language.Language
	Toasts []string
	Failed []error
}

var _ screen.Host = (*Host)(nil)

// Window implements screen.Host.
func (h *Host) Window() fyne.Window {
	if h.Stage == nil {
		return nil
	}
	return h.Stage.Window
}

// Language implements screen.Host.
func (h *Host) Language() *language.Language { return h.Words }

// Go implements screen.Host.
func (h *Host) Go(screen.Place, any) {}

// Toast implements screen.Host.
func (h *Host) Toast(text string) { h.Toasts = append(h.Toasts, text) }

// Fail implements screen.Host.
func (h *Host) Fail(err error) { h.Failed = append(h.Failed, err) }

// OpenDocument implements screen.Host.
func (h *Host) OpenDocument(string, []byte) {}

// SaveDocument implements screen.Host.
func (h *Host) SaveDocument(string, []byte, func(bool)) {}

// Badge implements screen.Host.
func (h *Host) Badge(screen.Place, int) {}
