// Package list is the presenter of every list of the desktop, without a
// window: a first page, further pages by cursor, the states in between, what is
// selected with its detail, what is marked. What differs from list to list is
// its filter, its rows, and the detail of one of them.
package list
