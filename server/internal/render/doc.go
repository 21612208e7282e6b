// Package render writes documents for people, in the language of the reader,
// of what the other packages know: PDF files, and what spreadsheets are laid out
// from.
//
// A document is A4, in an open font that travels inside the program, so that
// it looks the same everywhere and writes every name of the register. Its text
// is selectable in the order in which it is read. The same input at the same
// moment gives the same bytes.
package render
