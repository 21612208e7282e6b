// Package board shows the board (bacheca): what was received, what was sent
// with who has read it, and the form in which a notice is written.
package board
