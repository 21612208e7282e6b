package wire

import "indagor/app"

// Listen is the stream of signals.
var Listen = Endpoint[None, Signal]{
	ID: "listen", Method: "GET", Path: "/v1/events", Access: AccessUser,
	Summary: "Server-Sent Events: what has changed for the caller, as it happens. The data of each event is a signal, " +
		"which says what to ask for again by the ordinary operations and never anything else. The first one is a resync. " +
		"A comment comes every 15 seconds. Before the stream ends with the session, a signal of the kind session says why",
}

// Signal says what may have changed for whoever hears it. Kinds that a client
// does not know are to be passed over.
type Signal struct {
	Kind app.SignalKind `json:"kind" doc:"session: the caller's own has ended, see code; notice, workstations, users, activity, accesses, history, approvals: what the caller reads of them; visura, job: his own, see id; resync: signals may have been missed, ask for everything that is in view"`
	ID   app.ID         `json:"id,omitempty" doc:"The caller's own thing that changed, where the kind is about one"`
	Code app.Code       `json:"code,omitempty" doc:"With session: why it has ended"`
}

// Times of the stream of signals, in seconds.
const (
	SignalHeartbeat = 15 // after so long without a signal there is a comment
	SignalRetry     = 3  // a client that lost the stream waits about so long
)
