// Package assets holds what the two programs carry inside them: the sentences
// for people, in every language. It imports nothing of ours.
package assets

import "embed"

// Translations is the folder translations, with one folder a language and in
// it JSON files of sentences.
//
//go:embed translations
var Translations embed.FS
