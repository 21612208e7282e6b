package wire

// Protocol is the version of the contract that this program speaks. It grows
// by one with every change that an older program could notice.
//
//	1  2026-11: first contract.
const Protocol = 1

// OldestProtocol is the oldest version that the server still serves: a desktop
// one version older keeps working.
const OldestProtocol = 1

// Names of headers of the contract.
const (
	HeaderProof       = "DPoP"            // RFC 9449 proof of possession
	HeaderNonce       = "DPoP-Nonce"      // RFC 9449 §8: nonce for the next proof
	HeaderIdempotency = "Idempotency-Key" // repeatable writes
	HeaderProtocol    = "Indagor-Protocol"
	HeaderReference   = "Indagor-Reference" // names the request in the server's log
)
