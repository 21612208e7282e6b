package assets

import "embed"

// Mail is the folder mail with the forms of the mails: for each a text part
// and an HTML part, whose words are in the translations.
//
//go:embed mail
var Mail embed.FS
