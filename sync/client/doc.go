// Package client calls the server: one function, generic over the table of
// endpoints of package wire, so that a call cannot be written that the
// contract does not have.
//
// It writes requests and reads answers by the tags that the server reads and
// writes them by, proves possession of the workstation's key with every call,
// and gives back the domain's own errors. It decides nothing and remembers
// nothing but the session's token, the server's latest nonce and how far this
// machine's clock is from the server's.
//
// A call that did not reach the server, or whose answer did not come back,
// gives an [Unreachable]; a call that the server refused gives a [Refusal].
package client
