// Package sim is a strict stand-in for the three parties a municipal server
// meets when it asks something of ANPR: the PDND authorization server that
// grants vouchers, the GovWay gateway that checks the ModI tokens, and the
// register itself.
//
// It is strict on purpose. Whatever PDND or GovWay would refuse is refused
// here with the same status, headers and body, so that a client which works
// against the simulator has a right to expect the real thing to answer. The
// rules come from the ModI guidelines (AgID, patterns AUDIT_REST_02,
// INTEGRITY_REST_02), from the interface description of the PDND token
// endpoint and from the OpenAPI files of the ANPR e-services (family E002).
//
// Behind the gateway stands a synthetic population. Nobody in it exists. It
// has no tables: every person is a pure function of a seed and an index, and
// both the national id and the codice fiscale can be turned back into that
// index, so a register of millions of people costs nothing to start. A small
// cast of fixed persons (see Cast) is there whatever the seed.
//
// The package is for tests, demonstrations and benchmarks; neither product
// links it.
package sim
