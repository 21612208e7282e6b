// Package pdnd asks the ANPR e-services over PDND: it is the adapter of port
// anpr for the REST services of family E002.
//
// Every call carries three signed tokens (RS256), as the ModI patterns
// AUDIT_REST_02 and INTEGRITY_REST_02 and the PDND voucher want:
//
//	Agid-JWT-TrackingEvidence  who asks, from where, how sure we are of him
//	the voucher                got from PDND with a client assertion that holds
//	                           the SHA-256 of that very tracking token
//	Agid-JWT-Signature         the Digest of the body and the content type
//
// ANPR compares the hash in the voucher with the tracking token it receives, so
// the two are kept together as a pair, are used together for at most nine
// minutes, and are never shared between persons or workstations. The signature
// token is new at every call. A GET carries neither Digest nor signature token.
package pdnd
