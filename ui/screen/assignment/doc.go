// Package assignment is the page of assignments (legami): the ADMINs with how
// many operators each has, the operators, the history of both, and the preview
// of a move.
package assignment
