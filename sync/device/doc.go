// Package device is what makes a workstation this workstation: its key, and
// the look of the machine that it runs on.
//
// The identity is the key: a P-256 key, made at the first start and kept in
// the operating system's keyring, and so one for every operating-system user.
// Beside it the keyring keeps the key of the desktop's encrypted copy. Where
// the machine has no keyring both stand in a file under a passphrase, and only
// after the user was asked for it: nothing is ever kept in clear.
//
// The fingerprint is no identity, only a witness: salted digests of what the
// machine tells about itself, by which the server notices that a key has moved
// to another machine. The values themselves never leave this package.
package device
