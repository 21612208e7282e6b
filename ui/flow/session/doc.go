// Package session is what a person does with a session before and beside the
// work itself: signing in, choosing a new password, giving the password again
// before an operation that asks for a recent one, and opening the locked
// screen. It has no windows in it.
package session
