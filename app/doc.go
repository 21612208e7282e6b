// Package app is the domain of INDAGOR: who the users are and what each may
// do, what a workstation and a visura are, what is written in the log. It
// holds types with their rules and imports nothing but the standard library,
// so that the server, the desktop and the tools share one meaning of every
// word. The words are those of the glossary in the product's specification.
package app
