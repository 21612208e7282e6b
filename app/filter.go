package app

import "time"

// UserFilter narrows a list of users; zero fields do not.
type UserFilter struct {
	Within     ID     // the department to which the caller's reach is limited
	Roles      []Role // those whom the caller administers
	Department ID
	Office     string
	Assigned   bool // only those who are assigned to an ADMIN: the operators
	Admin      ID   // those assigned to this ADMIN
	Mediator   ID   // those who rely on this Mediator
	Service    Service
	Way        WayKind // to ANPR: with Service, of that service
	Rule       WorkstationRule
	State      AccountState
	Enabled    *bool
	Now        time.Time // with State
	Today      Day       // with State: in the zone of the body
	Search     string
	Limit      int
	Cursor     string
}

// AccountState says how an account stands; an account may stand in several
// ways at once.
type AccountState string

// The states of an account.
const (
	AccountWorks    AccountState = "enabled"  // enabled, and within its period
	AccountDisabled AccountState = "disabled" // by an administrator
	AccountFuture   AccountState = "future"   // enabled, before its first day
	AccountExpired  AccountState = "expired"  // enabled, after its last day
	AccountSecret   AccountState = "secret"   // its one-time secret has not been changed
	AccountLocked   AccountState = "locked"   // by refused passwords, somewhere
)

// AccountStates lists the states of an account.
var AccountStates = []AccountState{AccountWorks, AccountDisabled, AccountFuture, AccountExpired, AccountSecret, AccountLocked}

// AssignmentFilter narrows the history of assignments.
type AssignmentFilter struct {
	Operator ID
	Admin    ID
	Limit    int
	Cursor   string
}

// WorkstationFilter narrows the register of workstations; zero fields do not.
type WorkstationFilter struct {
	Within     ID
	State      WorkstationState
	Department ID
	Office     string
	OS         string // a part of its name
	AppVersion string
	Expiring   Day       // authorised ones of which this or an earlier day is the last
	Unseen     time.Time // not seen since
	Drift      bool      // the machine has changed, much or little
	Token      ID        // authorised by the enrolment token
	Search     string    // words of the name, the office, who is responsible, or a comparison code
	Limit      int
	Cursor     string
}

// ArchiveFilter narrows one user's archive.
type ArchiveFilter struct {
	User       ID
	SubjectKey string
	Marks      []string // all of which the visura has
	File       string
	Type       VisuraType
	State      VisuraState
	Outcome    Outcome
	Purpose    ID
	From       time.Time
	Until      time.Time
	Since      time.Time // changed since; then the order is that of the changes
	Limit      int
	Cursor     string
}

// MonitorFilter narrows a monitor. What a monitor does not tell does not
// narrow it.
type MonitorFilter struct {
	User        ID
	Target      ID
	Department  ID // that the actor had then
	Workstation ID
	Kind        EventKind
	Service     Service
	Type        VisuraType
	Outcome     Outcome
	Code        Code
	From        time.Time
	Until       time.Time
	Search      string
	Limit       int
	Cursor      string
}
