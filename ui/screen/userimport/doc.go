// Package userimport is the page on which users are registered from a CSV: the
// file, what would become of every row, the registration with its progress, and
// the one-time secrets, which are handed out once.
package userimport
