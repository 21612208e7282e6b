// Package monitor is what an administrator reads about others, without a
// window: who asked what, who signed in, and which administrative acts were
// done. The three are one presenter, told apart by their Kind: the same filter,
// the same pages as one scrolls, the same row that is looked at.
//
// The server writes down every time that a first page is read, so nothing here
// reads by itself.
package monitor
