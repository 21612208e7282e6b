package app

// SignalKind says what may have changed for whoever hears a signal.
type SignalKind string

// The kinds of signals.
const (
	SignalSession      SignalKind = "session"      // the hearer's own session may have ended
	SignalNotice       SignalKind = "notice"       // a notice for the hearer came or went
	SignalWorkstations SignalKind = "workstations" // the register of workstations, as far as he manages it
	SignalUsers        SignalKind = "users"        // the users whom he administers
	SignalActivity     SignalKind = "activity"     // the activity that he monitors
	SignalAccesses     SignalKind = "accesses"     // the accesses that he monitors
	SignalHistory      SignalKind = "history"      // the acts that he may read
	SignalVisura       SignalKind = "visura"       // the state of a visura of his own
	SignalApprovals    SignalKind = "approvals"    // the queue of what waits for consent
	SignalJob          SignalKind = "job"          // the progress of a job of his own
	SignalResync       SignalKind = "resync"       // signals may have been missed: whatever he holds may be old
)

// SignalKinds lists every kind.
var SignalKinds = []SignalKind{
	SignalSession, SignalNotice, SignalWorkstations, SignalUsers, SignalActivity, SignalAccesses, SignalHistory,
	SignalVisura, SignalApprovals, SignalJob, SignalResync,
}

// Signal tells signed-in users that something of theirs may have changed. It
// says nothing of what: they ask by the ordinary ways, which decide what they
// may see. Whom it is for is said by the fields below ID, each of which, where
// it is not empty, must fit the hearer; one that names nobody is for nobody.
type Signal struct {
	Kind SignalKind
	ID   ID // of the hearer's own thing; "" for the kinds about lists

	User        ID         // this user
	Workstation ID         // whoever is signed in there
	Permission  Permission // those who hold the function, over Department where it reaches one
	Department  ID         // with Permission: of the thing; "" is a thing of none, and only those hear who reach everything
	Audience    Audience   // whom it includes
}
