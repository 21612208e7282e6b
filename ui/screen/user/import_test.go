package user_test

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/theme"
)

func (d *desk) PreviewUserImport(context.Context, []byte) (wire.UserImport, error) {
	return wire.UserImport{}, app.E(app.CodeListEmpty).At("content")
}

func (d *desk) RunUserImport(context.Context, string, string, []byte, []int) (wire.UserImport, error) {
	return wire.UserImport{}, app.E(app.CodeListEmpty).At("content")
}

// TestImportOpens: the import takes the place of the list and leaves it as it
// was.
func TestImportOpens(t *testing.T) {
	s := newStage(t, theme.Light, 1064, 700)
	s.Press("Importa…")
	s.Want("Importare utenti da un file", "Scegli il file")
	s.Lacks("Nuovo utente")
	s.Key(fyne.KeyEscape)
	if s.Has("Importare utenti da un file") {
		s.Press("Annulla")
	}
	s.Want("Nuovo utente")
}
