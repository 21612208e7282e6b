// Package cache is the desktop's encrypted copy: the signed-in person's own
// archive, the reference tables and a few settings, so that the archive can be
// read while the server is away. It is a copy and nothing else: whoever loses
// it loses nothing.
//
// Values are sealed with XChaCha20-Poly1305, each bound to its place; keys are
// HMACs, so that the file names neither persons nor users nor visure, and
// tells no times. The data key comes from the operating system's keyring. With
// a wrong key, or none, nothing opens: what can then be done is [Reset].
//
// The lock on its file is also the check that the desktop runs once for a
// profile.
package cache
