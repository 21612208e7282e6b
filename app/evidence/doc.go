// Package evidence holds the formats of the log and the checks that anyone can
// make on it, with no server: an inspector who has an export, the checkpoints
// that were mailed and the server's public key needs nothing else.
//
// # Trees
//
// The log is two Merkle trees as in RFC 6962 §2.1 (SHA-256; a leaf is hashed
// after the byte 0x00, a node after 0x01). The open tree holds the events that
// administrators may read; a leaf is the canonical form of an event. The
// sealed tree holds what STANDARDPS users did; a leaf is opaque here. They are
// two so that the size of the open one, which is mailed, tells nothing of the
// other.
//
// # Canonical form of an event, version 1
//
// The byte 0x01, then one JSON object (RFC 8259) in UTF-8, without spaces or
// line ends, with its members in this order:
//
//	id at class kind actor workstation key address service type types visura
//	purpose purpose_name file subject outcome code operation mediator
//	operator_id asked_as calls target target_department target_name before
//	after reason
//
// actor is an object with user username role department admin. types is an
// array of strings. calls is an array of objects with service client_operation operation status code
// purpose_id voucher_jti tracking_jti transaction at ms. before and after are
// documents of any form, as they were given but for the white space between
// their parts; all other members are strings, but status and ms, which are
// integers in decimal.
//
// A member is left out when it is the empty string, the number 0, an object
// without members or an empty array; id, at, class and kind of the event and
// service, client_operation, at and ms of a call are always there. Times are
// UTC with six decimals: 2026-11-22T08:30:00.000000Z.
//
// In strings, the quotation mark and the backslash are written \" and \\, the
// control characters \b \t \n \f \r so, the others below U+0020 as \u00xx with
// small letters, every other character as itself. What is not UTF-8 and the
// character U+0000 have been replaced by U+FFFD before.
//
// # Checkpoints
//
// A checkpoint is a signed note (golang.org/x/mod/sumdb/note, C2SP
// signed-note, Ed25519) whose text follows C2SP tlog-checkpoint:
//
//	<origin>/<tree>
//	<number of leaves, decimal>
//	<root, base64>
//	time <moment of signing, as above>
package evidence
