package app

import "slices"

// EventSpec says where the events of one kind stand.
type EventSpec struct {
	Kind  EventKind
	Class Class
	// Unlisted events stand in the log, but in no monitor: that something was
	// begun is told again by its end, and the rows of a list by the list.
	Unlisted bool
	// Nobodys have no actor and are about nobody's thing: no department's ADMIN
	// ever finds one.
	Nobodys bool
}

// EventSpecs is the table of all kinds, in the order in which a monitor offers
// those of its class. The log takes no event of a kind in another class, and
// the monitors are narrowed by what it says.
var EventSpecs = []EventSpec{
	{Kind: EventVisuraAsked, Class: ClassActivity, Unlisted: true},
	{Kind: EventApprovalRequested, Class: ClassActivity, Unlisted: true},
	{Kind: EventJobRow, Class: ClassActivity, Unlisted: true},
	{Kind: EventVisuraEnded, Class: ClassActivity},
	{Kind: EventDocument, Class: ClassActivity},
	{Kind: EventJobStarted, Class: ClassActivity},
	{Kind: EventJobEnded, Class: ClassActivity},
	{Kind: EventJobPaused, Class: ClassActivity},
	{Kind: EventJobResumed, Class: ClassActivity},
	{Kind: EventJobStopped, Class: ClassActivity},
	{Kind: EventJobRefused, Class: ClassActivity},
	{Kind: EventJobResult, Class: ClassActivity},
	{Kind: EventJobCopied, Class: ClassActivity},
	{Kind: EventJobDeleted, Class: ClassActivity},

	{Kind: EventSignIn, Class: ClassAccess},
	{Kind: EventSignInFailed, Class: ClassAccess},
	{Kind: EventSignOut, Class: ClassAccess},
	{Kind: EventTakenOver, Class: ClassAccess},
	{Kind: EventPassword, Class: ClassAccess},
	{Kind: EventConfirm, Class: ClassAccess},

	{Kind: EventUserCreated, Class: ClassAdmin},
	{Kind: EventUserChanged, Class: ClassAdmin},
	{Kind: EventUserEnabled, Class: ClassAdmin},
	{Kind: EventUserDisabled, Class: ClassAdmin},
	{Kind: EventPasswordReset, Class: ClassAdmin},
	{Kind: EventUnlocked, Class: ClassAdmin},
	{Kind: EventSessionDrop, Class: ClassAdmin},
	{Kind: EventUserMoved, Class: ClassAdmin},
	{Kind: EventUserLeft, Class: ClassAdmin},
	{Kind: EventRegistered, Class: ClassAdmin},
	{Kind: EventKeyAdded, Class: ClassAdmin},
	{Kind: EventApproved, Class: ClassAdmin},
	{Kind: EventWorkstationChanged, Class: ClassAdmin},
	{Kind: EventSuspended, Class: ClassAdmin},
	{Kind: EventRevoked, Class: ClassAdmin},
	{Kind: EventDrift, Class: ClassAdmin},
	{Kind: EventAlarm, Class: ClassAdmin},
	{Kind: EventRegisterExported, Class: ClassAdmin},
	{Kind: EventToken, Class: ClassAdmin},
	{Kind: EventTokenWithdrawn, Class: ClassAdmin},
	{Kind: EventApprovalApproved, Class: ClassAdmin},
	{Kind: EventApprovalRefused, Class: ClassAdmin},
	{Kind: EventApprovalTacit, Class: ClassSystem},
	{Kind: EventApprovalRead, Class: ClassAdmin},
	{Kind: EventNoticeSent, Class: ClassAdmin},
	{Kind: EventNoticeWithdrawn, Class: ClassAdmin},
	{Kind: EventDepartment, Class: ClassAdmin},
	{Kind: EventDepartmentDeleted, Class: ClassAdmin},
	{Kind: EventPurpose, Class: ClassAdmin},
	{Kind: EventPurposeDeleted, Class: ClassAdmin},
	{Kind: EventConsortium, Class: ClassAdmin},
	{Kind: EventConsortiumDeleted, Class: ClassAdmin},
	{Kind: EventSettings, Class: ClassAdmin},
	{Kind: EventRefused, Class: ClassAdmin},
	{Kind: EventMonitorRead, Class: ClassSystem},
	{Kind: EventExported, Class: ClassSystem},
	{Kind: EventDigest, Class: ClassSystem, Nobodys: true},
	{Kind: EventMailRetry, Class: ClassAdmin},
	{Kind: EventMailTest, Class: ClassAdmin},
	{Kind: EventExpired, Class: ClassSystem, Nobodys: true},
	{Kind: EventTables, Class: ClassSystem, Nobodys: true},
	{Kind: EventProbed, Class: ClassSystem, Nobodys: true},
	{Kind: EventBodyInit, Class: ClassSystem, Nobodys: true},
	{Kind: EventServerStarted, Class: ClassSystem, Nobodys: true},
	{Kind: EventServerStopped, Class: ClassSystem, Nobodys: true},
}

// Spec is the kind's place in the table; false where it has none.
func (k EventKind) Spec() (EventSpec, bool) {
	i := slices.IndexFunc(EventSpecs, func(s EventSpec) bool { return s.Kind == k })
	if i < 0 {
		return EventSpec{}, false
	}
	return EventSpecs[i], true
}

// Unlisted reports whether events of the kind stand in no monitor.
func (k EventKind) Unlisted() bool {
	s, _ := k.Spec()
	return s.Unlisted
}
