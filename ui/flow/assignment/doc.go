// Package assignment is TOP's work on assignments (legami), without a window:
// which operators belong to which ADMIN, since when, and moving them. A move is
// previewed by the server, which says what of every profile would change and
// who cannot go, and is then run as it was previewed: everybody or nobody.
package assignment
