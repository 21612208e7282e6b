package app

import "time"

// Timer is the durable state of something that is done from time to time.
type Timer struct {
	Name   string
	Last   time.Time // when it was done last; when it was first thought of, where it never was
	Owner  string    // who is at it
	Lease  time.Time // until when the owner may be thought to be alive; zero: nobody is at it
	Failed int       // attempts since then that failed
	Retry  time.Time // not before, after a failure
}

// Digest is what one daily mail says (specification §8): counts, never a
// citizen, and nothing of users who are not monitored.
type Digest struct {
	Day        Day          `json:"day"`
	All        bool         `json:"all,omitempty"`        // of the whole body
	Department string       `json:"department,omitempty"` // name of the one department otherwise
	Late       bool         `json:"late,omitempty"`       // the server was not there when it was due
	Missing    *DayRange    `json:"missing,omitempty"`    // days before for which there is no mail
	Lines      []DigestLine `json:"lines,omitempty"`
	Checkpoint string       `json:"checkpoint"` // signed head of the open tree of the log
}

// DayRange is from one day to another, both included.
type DayRange struct {
	From  Day `json:"from"`
	Until Day `json:"until"`
}

// DigestLine are the requests of one user to one service.
type DigestLine struct {
	Department string          `json:"department"` // its name
	Name       string          `json:"name"`       // of the user
	Username   string          `json:"username"`
	Service    Service         `json:"service"`
	Outcomes   map[Outcome]int `json:"outcomes"`
}

// Total is how many requests the line counts.
func (l DigestLine) Total() int {
	n := 0
	for _, c := range l.Outcomes {
		n += c
	}
	return n
}

// Total is how many requests the mail counts.
func (d Digest) Total() int {
	n := 0
	for _, l := range d.Lines {
		n += l.Total()
	}
	return n
}

// Outcomes adds up the outcomes of all lines.
func (d Digest) Outcomes() map[Outcome]int {
	sum := map[Outcome]int{}
	for _, l := range d.Lines {
		for o, n := range l.Outcomes {
			sum[o] += n
		}
	}
	return sum
}

// RequestCount counts requests of one user to one service that ended in one
// way; user and department are those of when it happened.
type RequestCount struct {
	User       ID
	Department ID
	Service    Service
	Outcome    Outcome
	Count      int
}

// Mail is a daily mail to one recipient and where it stands.
type Mail struct {
	ID       ID
	Day      Day
	User     ID
	Name     string // of the recipient
	Address  string
	Role     Role
	State    MailState
	Attempts int
	Next     time.Time // of a waiting one: the next attempt; of one being sent: the end of the lease
	Owner    string    // who is sending it
	Planned  time.Time
	Begun    time.Time // since when it is being tried
	Ended    time.Time // sent or given up
	Code     Code      // why the last attempt failed
	Said     string    // what the mail server said, without secrets
	Digest   Digest
}

// MailState is where a mail stands.
type MailState string

// The states of a mail.
const (
	MailPlanned MailState = "planned"
	MailSending MailState = "sending"
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed" // to be tried again
	MailGivenUp MailState = "given_up"
)

// MailStates lists every state.
var MailStates = []MailState{MailPlanned, MailSending, MailSent, MailFailed, MailGivenUp}

// MailFilter narrows a list of mails; zero fields do not.
type MailFilter struct {
	Day    Day
	User   ID
	State  MailState
	Search string
	Limit  int
	Cursor string
}

// MailHealth tells TOP whether the daily mail arrives.
type MailHealth struct {
	Waiting int       // to be sent
	Late    int       // waiting for more than a day, or given up in the last week
	Since   time.Time // since when the oldest of the late is tried
	Code    Code      // why the latest failure
	Said    string
	LastDay Day // the last day for which mails were made
}
