package assets

import "embed"

// Fyne is the folder fyne with the words of the toolkit's own dialogs and
// menus, one file a language, as lang.AddTranslationsForLocale reads them.
//
//go:embed fyne
var Fyne embed.FS
