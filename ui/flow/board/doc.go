// Package board is the presenter of the board (bacheca), without a window: the
// notices that a person has received, those that were sent with who has read
// them, and the notice that is being written.
package board
