package app

import "time"

// VisuraApproval is TOP's consent (convalida) to one request, for the operator who
// asked: who decided is told by his office, never by his name, which stands in
// the log.
type VisuraApproval struct {
	Rule    ApprovalKind  `json:"rule" enum:"manual,tacit"`
	Silence int           `json:"silence_hours,omitempty" doc:"With rule tacit: hours without an answer after which it runs"`
	State   ApprovalState `json:"state" enum:"waiting,approved,tacit,refused,withdrawn"`
	Due     *time.Time    `json:"due,omitempty" doc:"With rule tacit: when it runs if nobody answers"`
	Decided *time.Time    `json:"decided,omitempty"`
	Office  string        `json:"office,omitempty" doc:"Office of who decided; absent where silence did"`
	Reason  string        `json:"reason,omitempty" doc:"Why it was refused, or what was remarked"`
}

// ApprovalState is where an approval stands.
type ApprovalState string

// The states of an approval; all but the first are final.
const (
	ApprovalWaiting   ApprovalState = "waiting"
	ApprovalApproved  ApprovalState = "approved"  // by TOP
	ApprovalSilent    ApprovalState = "tacit"     // by nobody's answer in time
	ApprovalRefused   ApprovalState = "refused"   // by TOP
	ApprovalWithdrawn ApprovalState = "withdrawn" // by the operator, before an answer
)

// ApprovalStates lists every state.
var ApprovalStates = []ApprovalState{ApprovalWaiting, ApprovalApproved, ApprovalSilent, ApprovalRefused, ApprovalWithdrawn}

// Given reports whether the request may run.
func (s ApprovalState) Given() bool { return s == ApprovalApproved || s == ApprovalSilent }

// ApprovalRun is where the run stands that an approval allows.
type ApprovalRun string

// The states of the run. It begins once: whoever takes it from ready to
// running runs it.
const (
	RunNone    ApprovalRun = ""        // not allowed yet
	RunReady   ApprovalRun = "ready"   // allowed, not begun
	RunRunning ApprovalRun = "running" // begun, until the lease ends
	RunEnded   ApprovalRun = "ended"   // ended, or never to be
)

// StoredApproval is an approval as it is kept beside its visura.
type StoredApproval struct {
	Visura      ID
	Origin      Origin
	Type        VisuraType
	Purpose     ID
	Rule        ApprovalKind
	State       ApprovalState
	Run         ApprovalRun
	Asked       time.Time
	Due         time.Time // zero: it waits for an answer
	Decided     time.Time
	Decider     ID
	DeciderName string // full name, then
	Reason      string
	Lease       time.Time // with RunRunning: until when the run must have ended
	Search      string    // what a search for words looks into
	Sealed      []byte    // the Visura, in lists
}

// Origin is from whom and where a request came that runs later: the log names
// him as he was when he asked.
type Origin struct {
	Actor           Actor  `json:"actor"`
	Workstation     ID     `json:"workstation"`
	WorkstationName string `json:"workstation_name"`
	WorkstationOK   bool   `json:"workstation_ok"`
	Key             string `json:"key"`
	Address         string `json:"address"`
}

// Origin is the caller as the origin of a request.
func (c Caller) Origin() Origin {
	return Origin{c.Actor(), c.Workstation, c.WorkstationName, c.WorkstationOK, c.Key, c.Address}
}

// Event begins an event of the request's operator.
func (o Origin) Event(class Class, kind EventKind) Event {
	return Event{Class: class, Kind: kind, Actor: o.Actor, Workstation: o.Workstation, Key: o.Key, Address: o.Address}
}

// ApprovalFilter narrows the queue of approvals; zero fields do not.
type ApprovalFilter struct {
	State      ApprovalState
	User       ID
	Department ID
	Type       VisuraType
	Purpose    ID
	Rule       ApprovalKind
	DueBefore  time.Time
	Search     string
	Limit      int
	Cursor     string
}

// ApprovalCount is what waits for an answer.
type ApprovalCount struct {
	Waiting int       // all that waits
	Soon    int       // of it, what runs by silence before the moment asked about
	Next    time.Time // when the next one runs by silence; zero where none does
}
