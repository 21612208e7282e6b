package app

import "time"

// Credential is what the server keeps to recognise a user's password.
type Credential struct {
	Hash        string    // argon2id, PHC string form
	Set         time.Time // when it was chosen
	MustChange  bool      // a change is forced at the next sign-in
	SecretUntil time.Time // with a one-time secret: until when it opens; zero otherwise
}

// Session is a signed-in user on a workstation's key. One account has one live
// session at most.
type Session struct {
	ID          ID
	Token       string // SHA-256 of the token, hexadecimal: the token itself is kept nowhere
	User        ID
	Thumbprint  string // of the key to which the session is bound
	Workstation ID
	Address     string // network address from which it was opened
	Started     time.Time
	Expires     time.Time
	Confirmed   time.Time // when the password was last given
	Ended       time.Time // zero while it lives
	Reason      SessionEnd
}

// SessionEnd says why a session ended.
type SessionEnd string

// The ends of a session.
const (
	SessionClosed   SessionEnd = "closed"   // by its user
	SessionTaken    SessionEnd = "taken"    // by the same user elsewhere
	SessionReset    SessionEnd = "reset"    // password reset
	SessionDisabled SessionEnd = "disabled" // account disabled
	SessionStopped  SessionEnd = "stopped"  // workstation suspended or revoked
	SessionDropped  SessionEnd = "dropped"  // by an administrator
)

// AccountNotice tells a user what happened to his account.
type AccountNotice struct {
	User        ID
	Kind        string
	At          time.Time
	Workstation string
}

// Failures counts refused passwords under one mark.
type Failures struct {
	Count int
	Last  time.Time
	Until time.Time // locked until

	User        ID // whose account it is; "" for a name that nobody has
	Workstation ID // where the last was given
}

// EnrolmentToken lets an installer register workstations that are authorised
// at once.
type EnrolmentToken struct {
	ID          ID
	Secret      string // SHA-256 of the secret, hexadecimal
	Label       string
	Department  ID
	Office      string
	Responsible string
	Uses        int
	Used        int
	Expires     time.Time
	Issued      time.Time
	By          string
	Withdrawn   time.Time // zero while it may be used
	WithdrawnBy string
}

// Admission is a session with all that decides whether it is still good.
type Admission struct {
	Session     Session
	User        User
	Credential  Credential       // without the hash
	Workstation Workstation      // without keys and fingerprint
	Key         WorkstationState // of the key to which the session is bound
}
