// Package anpr is the port towards the national register of the resident
// population: what may be asked of it, what it answers, what is kept of every
// call as evidence, and the manners with which it is asked. Adapters (package
// pdnd for the REST e-services) speak a protocol and make exactly one call for
// one [Register.Lookup]; the manners are wrappers around any Register:
//
//	Watch        remembers how each e-service last behaved        (outermost)
//	Retry        asks again what may be asked again, as the table says
//	Bulkhead     a few calls at a time per e-service, people before jobs
//	Quota        the daily quota per e-service, with a share kept for people
//	Breaker      leaves alone an e-service that is down
//	Timeout      bounds one attempt                               (innermost)
//
// [Guard] puts them together in that order. The order matters: a waiting retry
// holds no slot of the bulkhead; quota and breaker are looked at when the slot
// is there, not when the request entered the queue; every attempt, also a
// repeated one, passes all the inner wrappers. The whole is bounded by the
// context of the caller, and the caller's going away stops it wherever it is.
package anpr
