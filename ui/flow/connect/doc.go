// Package connect is the way from a program that has just started to a server
// that knows its workstation: the server's address, the keys of the
// workstation, the registration, and the wait for an administrator who
// approves it. It knows nothing of windows: it has a State, and tells whoever
// draws it when that changes.
package connect
