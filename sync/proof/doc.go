// Package proof makes and verifies proofs of possession (DPoP, RFC 9449): a
// short signed statement, sent with every request, that the sender holds the
// private half of a key. A session token bound to that key is worth nothing to
// whoever steals it.
//
// Everything here is a pure function of its input and of the moment given to
// it: no network, no store, no clock. What needs memory is the server's
// affair: that an ID was not seen before, that the nonce is one of its own,
// that the thumbprint is one it knows.
//
// Keys are P-256 and signatures ES256, and nothing else: with one algorithm
// there is none to be confused with.
package proof
