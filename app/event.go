package app

import (
	"encoding/json"
	"time"
)

// Event is one entry of the log: who did what, when, from where, about whom,
// and how it ended (specification §9).
type Event struct {
	ID          ID              `json:"id"`
	At          time.Time       `json:"at"`
	Class       Class           `json:"class"`
	Kind        EventKind       `json:"kind"`
	Actor       Actor           `json:"actor"`
	Workstation ID              `json:"workstation,omitempty"`
	Key         string          `json:"key,omitempty"`     // thumbprint of the workstation's key
	Address     string          `json:"address,omitempty"` // network address of the caller
	Service     Service         `json:"service,omitempty"`
	Type        VisuraType      `json:"type,omitempty"`
	Types       []VisuraType    `json:"types,omitempty"` // with VisuraScheda: those that it is made of
	Visura      ID              `json:"visura,omitempty"`
	Purpose     ID              `json:"purpose,omitempty"`
	PurposeName string          `json:"purpose_name,omitempty"`
	File        string          `json:"file,omitempty"`    // file reference
	Subject     string          `json:"subject,omitempty"` // subject key, an HMAC: never a fiscal code
	Outcome     Outcome         `json:"outcome,omitempty"`
	Code        Code            `json:"code,omitempty"`
	Operation   string          `json:"operation,omitempty"` // idOperazioneANPR
	Mediator    ID              `json:"mediator,omitempty"`
	OperatorID  string          `json:"operator_id,omitempty"` // the ANPR operator id that answered for it
	Approval    ApprovalState   `json:"approval,omitempty"`    // what allowed it, where consent was needed
	Approver    ID              `json:"approver,omitempty"`    // who consented; none where silence did
	AskedAs     string          `json:"asked_as,omitempty"`    // userID shown to ANPR
	Calls       []Call          `json:"calls,omitempty"`
	Target      ID              `json:"target,omitempty"` // of an administrative act
	TargetDept  ID              `json:"target_department,omitempty"`
	TargetName  string          `json:"target_name,omitempty"`
	Before      json.RawMessage `json:"before,omitempty"`
	After       json.RawMessage `json:"after,omitempty"`
	Reason      string          `json:"reason,omitempty"`
}

// Actor is who did it, with the role, department and ADMIN that he had then.
type Actor struct {
	User       ID     `json:"user,omitempty"`
	Username   string `json:"username,omitempty"`
	Role       Role   `json:"role,omitempty"`
	Department ID     `json:"department,omitempty"`
	Admin      ID     `json:"admin,omitempty"`
}

// Call is the evidence of one call to an e-service of ANPR (circolare DAIT
// 73/2023; what the dossier lists to be kept per call).
type Call struct {
	Service     string    `json:"service"`
	Client      string    `json:"client_operation"` // idOperazioneClient
	Operation   string    `json:"operation,omitempty"`
	Status      int       `json:"status,omitempty"` // 0: no answer
	Code        string    `json:"code,omitempty"`
	Purpose     string    `json:"purpose_id,omitempty"`
	Voucher     string    `json:"voucher_jti,omitempty"`
	Tracking    string    `json:"tracking_jti,omitempty"`
	Transaction string    `json:"transaction,omitempty"` // GovWay-Transaction-ID
	At          time.Time `json:"at"`
	Millis      int64     `json:"ms"`
}

// Class says in which readable table an event stands, and so who may see it.
type Class string

// The classes of events.
const (
	ClassActivity Class = "activity" // use of the services
	ClassAccess   Class = "access"   // signing in and out, from where
	ClassAdmin    Class = "admin"    // administrative acts
	ClassSystem   Class = "system"   // what the server did by itself
)

// Sealed reports whether the event must be sealed to the custodians: all that
// a STANDARDPS user does but signing in and out (specification §2, §9).
func (e Event) Sealed() bool { return !e.Actor.Role.Monitored() && e.Class != ClassAccess }

// EventKind is what happened.
type EventKind string

// The kinds of events.
const (
	EventVisuraAsked  EventKind = "visura.asked" // written before ANPR is called
	EventVisuraEnded  EventKind = "visura.ended" // with every outcome
	EventJobStarted   EventKind = "job.started"  // written before ANPR is asked about the first row
	EventJobRow       EventKind = "job.row"      // one row of a list has its outcome
	EventJobEnded     EventKind = "job.ended"    // all of them
	EventJobPaused    EventKind = "job.paused"
	EventJobResumed   EventKind = "job.resumed"
	EventJobStopped   EventKind = "job.stopped"
	EventJobRefused   EventKind = "job.refused"
	EventJobDeleted   EventKind = "job.deleted"
	EventJobResult    EventKind = "job.result"    // its result was taken
	EventJobCopied    EventKind = "job.copied"    // its result was taken into a desktop's own copy
	EventRefused      EventKind = "refused"       // the gate refused the caller
	EventDocument     EventKind = "document.made" // a document of a visura was made; after says in which format
	EventSignIn       EventKind = "session.opened"
	EventSignInFailed EventKind = "session.refused"
	EventSignOut      EventKind = "session.closed"
	EventTakenOver    EventKind = "session.taken_over"
	EventPassword     EventKind = "password.changed"
	EventConfirm      EventKind = "password.confirmed"

	EventUserCreated   EventKind = "user.created"
	EventUserChanged   EventKind = "user.changed"
	EventUserEnabled   EventKind = "user.enabled"
	EventUserDisabled  EventKind = "user.disabled"
	EventPasswordReset EventKind = "user.password_reset"
	EventUserMoved     EventKind = "user.moved"
	EventUserLeft      EventKind = "user.left" // for the department that he belongs to no more
	EventUnlocked      EventKind = "user.unlocked"
	EventSessionDrop   EventKind = "user.session_ended"
	EventDepartment    EventKind = "department.saved"
	EventPurpose       EventKind = "purpose.saved"
	EventConsortium    EventKind = "group.saved"

	EventDepartmentDeleted EventKind = "department.deleted"
	EventPurposeDeleted    EventKind = "purpose.deleted"
	EventConsortiumDeleted EventKind = "group.deleted"

	EventWorkstationChanged EventKind = "workstation.changed"
	EventRegisterExported   EventKind = "workstation.exported"
	EventTokenWithdrawn     EventKind = "enrolment_token.withdrawn"

	EventToken         EventKind = "enrolment_token.issued"
	EventRegistered    EventKind = "workstation.registered"
	EventKeyAdded      EventKind = "workstation.key_added"
	EventApproved      EventKind = "workstation.approved"
	EventSuspended     EventKind = "workstation.suspended"
	EventRevoked       EventKind = "workstation.revoked"
	EventDrift         EventKind = "workstation.drift"
	EventAlarm         EventKind = "workstation.alarm"
	EventBodyInit      EventKind = "body.initialised"
	EventServerStarted EventKind = "server.started"
	EventServerStopped EventKind = "server.stopped"
	EventMonitorRead   EventKind = "monitor.read"
	EventExported      EventKind = "monitor.exported" // a list or statistics were taken away as a file
	EventProbed        EventKind = "anpr.probed"
	EventTables        EventKind = "tables.imported"
	EventSettings      EventKind = "settings.changed"
	EventExpired       EventKind = "archive.expired" // what was older than the retention is gone

	EventNoticeSent      EventKind = "notice.sent"
	EventNoticeWithdrawn EventKind = "notice.withdrawn"

	EventApprovalRequested EventKind = "approval.requested" // a visura waits for consent
	EventApprovalApproved  EventKind = "approval.approved"
	EventApprovalTacit     EventKind = "approval.tacit" // nobody answered in time
	EventApprovalRefused   EventKind = "approval.refused"
	EventApprovalRead      EventKind = "approval.read"  // TOP read about whom a request is
	EventDigest            EventKind = "digest.planned" // the mails of a day were made
	EventMailRetry         EventKind = "digest.retried"
	EventMailTest          EventKind = "mail.tested"
)
