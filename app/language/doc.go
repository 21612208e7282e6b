// Package language says things to people in their own language.
//
// A [Catalogue] is every sentence of the product in every language, read from
// JSON files, one folder a language. A [Language] is the catalogue seen by one
// person: it finds the sentence of a key, puts the parameters in, chooses the
// plural, writes dates, times and numbers as that language does, and turns an
// error of the domain into what happened, what it means and who can mend it.
//
// Nothing here is Italian or English by itself: the form of a date and the
// mark between thousands are sentences of the catalogue like all others
// ("format.date"), so a new language is a new folder and no code. Italian is
// the source: what another language does not say is said in Italian, and what
// no language says shows as its own key, so that a hole is seen and not hidden.
//
// The desktop and the server share this package, so that a refusal reads the
// same on the screen, in the PDF and in the mail.
package language
