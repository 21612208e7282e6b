package app

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Notice (avviso) is one message on the board. It is read by whom its audience
// includes when he looks, not when it was sent: who joins later sees what is
// still valid, who goes no longer does. A person who was chosen by name stays
// chosen. Until it expires or is withdrawn it is valid.
type Notice struct {
	ID         ID                `json:"id"`
	Author     ID                `json:"author,omitempty" doc:"Absent where the server wrote it"`
	AuthorName string            `json:"author_name,omitempty"`
	Department ID                `json:"department,omitempty" doc:"Of the ADMIN who sent it, who reaches nobody else"`
	Kind       NoticeKind        `json:"kind,omitempty" doc:"Of what the server wrote: the reader has its sentences, made with params, in his own language"`
	Params     map[string]string `json:"params,omitempty"`
	Audience   Audience          `json:"audience" nullable:"false"`
	Priority   NoticePriority    `json:"priority" enum:"normal,high"`
	Title      string            `json:"title"`
	Text       string            `json:"text" doc:"Plain text; empty lines part paragraphs"`
	Published  time.Time         `json:"published"`
	Expires    time.Time         `json:"expires" doc:"From this moment on it is not shown"`
	Withdrawn  *time.Time        `json:"withdrawn,omitempty"`
	Key        string            `json:"-"` // what the server writes once: a second one of the key is not written
}

// Valid reports whether the notice is shown at the moment.
func (n Notice) Valid(now time.Time) bool { return n.Withdrawn == nil && now.Before(n.Expires) }

// NoticePriority says how urgent a notice is.
type NoticePriority string

// The priorities.
const (
	PriorityNormal NoticePriority = "normal"
	PriorityHigh   NoticePriority = "high" // told at once to whoever is signed in
)

// NoticeKind names what the server writes by itself. The sentences are the
// catalogues' "notice.<kind>.title" and "notice.<kind>.text".
type NoticeKind string

// NoticeKinds lists the kinds: the catalogues are checked against it.
var NoticeKinds = []NoticeKind{NoticeWorkstationExpiry}

// The kinds of notices that the server writes.
const (
	NoticeWorkstationExpiry NoticeKind = "workstation_expiry" // params name, day: the authorisation of a workstation ends
)

// Audience says for whom a notice is: everybody whom one of its parts fits.
type Audience []Target

// Target is a part of an audience: those whom every field fits that is not
// empty. One without any is everybody.
type Target struct {
	Role       Role `json:"role,omitempty" enum:"top,admin,standard,standardps," doc:"Everybody of this role"`
	Department ID   `json:"department,omitempty" maxLength:"26" doc:"Everybody of this department"`
	User       ID   `json:"user,omitempty" maxLength:"26" doc:"This user; the other fields are then empty"`
}

// Includes reports whether the audience includes the user.
func (a Audience) Includes(u User) bool {
	return slices.ContainsFunc(a, func(t Target) bool {
		if t.User != "" {
			return t.User == u.ID
		}
		return (t.Role == "" || t.Role == u.Role) && (t.Department == "" || t.Department == u.Department)
	})
}

// Holders is the audience of those who hold a function over a thing of the
// department, "" for a thing of none: those who reach everything, and those
// who reach the department.
func Holders(p Permission, department ID) Audience {
	var a Audience
	for _, r := range Roles {
		switch p.Grant(r).Reach {
		case ReachAll:
			a = append(a, Target{Role: r})
		case ReachDepartment:
			if department != "" {
				a = append(a, Target{Role: r, Department: department})
			}
		}
	}
	return a
}

// Limits of a notice, in characters, targets and time.
const (
	MostNoticeTitle   = 120
	MostNoticeText    = 4000
	MostNoticeTargets = 500
	LongestNotice     = 366 * 24 * time.Hour
)

// Check refuses what cannot be sent, naming every field.
func (n Notice) Check(now time.Time) Errors {
	var es Errors
	text := func(field, s string, most int, allowed string) {
		switch {
		case strings.TrimSpace(s) == "":
			es = append(es, E(CodeRequired).At(field))
		case len([]rune(s)) > most:
			es = append(es, E(CodeTooLong, "most", strconv.Itoa(most)).At(field))
		case strings.ContainsFunc(s, func(r rune) bool {
			return r == unicode.ReplacementChar || !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) && !strings.ContainsRune(allowed, r)
		}):
			es = append(es, E(CodeInvalid).At(field))
		}
	}
	text("title", n.Title, MostNoticeTitle, "")
	text("text", n.Text, MostNoticeText, "\n\t")
	if n.Priority != PriorityNormal && n.Priority != PriorityHigh {
		es = append(es, E(CodeInvalid).At("priority"))
	}
	switch {
	case n.Expires.IsZero():
		es = append(es, E(CodeRequired).At("last_day"))
	case !n.Expires.After(now):
		es = append(es, E(CodeNoticeExpiry).At("last_day"))
	case n.Expires.After(now.Add(LongestNotice)):
		es = append(es, E(CodeNoticeLong).At("last_day"))
	}
	switch {
	case len(n.Audience) == 0:
		es = append(es, E(CodeRequired).At("audience"))
	case len(n.Audience) > MostNoticeTargets:
		es = append(es, E(CodeNoticeTargets, "most", strconv.Itoa(MostNoticeTargets)).At("audience"))
	}
	for _, t := range n.Audience {
		if t.Role != "" && !slices.Contains(Roles, t.Role) || t.User != "" && (t.Role != "" || t.Department != "") {
			es = append(es, E(CodeInvalid).At("audience"))
			break
		}
	}
	return es
}

// SystemNotice is what the server writes on the board by itself. A service
// that writes one declares Notify(SystemNotice) error in its own transaction:
// the store's has it. It is written, and told to whom it is for, when the
// transaction commits; of several with one key only the first is written, so
// that a service may try again and again.
type SystemNotice struct {
	Key      string // what it is about, once and for all: "workstation_expiry|<id>|2026-12-07"
	Kind     NoticeKind
	Params   map[string]string // of its sentences; never a citizen's data
	Priority NoticePriority    // normal where empty
	Audience Audience          // often Holders(permission, department)
	Expires  time.Time
}

// ReceivedNotice is a notice as one of its readers has it: for whom else it is
// is not told.
type ReceivedNotice struct {
	Notice
	Read *time.Time // when he read it; nil: not yet
}

// SentNotice is a notice with how many it is for now, and how many of them
// have read it.
type SentNotice struct {
	Notice
	Recipients int
	Readers    int
}

// Receipt is one recipient of a notice, and when he read it.
type Receipt struct {
	User       ID
	Name       string
	Role       Role
	Department ID
	Read       *time.Time // nil: not yet
}

// NoticeFilter narrows a list of notices.
type NoticeFilter struct {
	Unread bool
	Search string
	Limit  int
	Cursor string
}

// ReceiptFilter narrows the recipients of a notice.
type ReceiptFilter struct {
	Read   *bool // only those who have, or have not; nil: all
	Search string
	Limit  int
	Cursor string
}
