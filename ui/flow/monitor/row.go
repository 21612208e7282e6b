package monitor

import (
	"encoding/json"
	"slices"
	"time"

	"indagor/app"
	"indagor/sync/wire"
)

// Kind is one of the monitors.
type Kind string

// The monitors.
const (
	Activity Kind = "activity" // who asked what
	Accesses Kind = "accesses" // who signed in, from where
	History  Kind = "history"  // administrative acts
)

// Kinds lists the monitors.
var Kinds = []Kind{Activity, Accesses, History}

// Permission is the function under which the monitor is read.
func (k Kind) Permission() app.Permission {
	switch k {
	case Accesses:
		return app.PermMonitorAccess
	case History:
		return app.PermHistory
	}
	return app.PermMonitorActivity
}

// Signal is the kind of signal by which news of the monitor is announced.
func (k Kind) Signal() app.SignalKind {
	switch k {
	case Accesses:
		return app.SignalAccesses
	case History:
		return app.SignalHistory
	}
	return app.SignalActivity
}

// Events are the kinds of events by which the monitor can be narrowed, in the
// order in which they are offered. Who reads about one department only is not
// offered what belongs to none.
func (k Kind) Events(everywhere bool) []app.EventKind {
	classes := []app.Class{app.ClassActivity}
	switch k {
	case Accesses:
		classes = []app.Class{app.ClassAccess}
	case History:
		classes = []app.Class{app.ClassAdmin, app.ClassSystem}
	}
	var out []app.EventKind
	for _, s := range app.EventSpecs {
		if slices.Contains(classes, s.Class) && !s.Unlisted && (everywhere || !s.Nobodys) {
			out = append(out, s.Kind)
		}
	}
	return out
}

// Reasons are the codes by which refusals and failures are told apart, the
// more frequent first.
var Reasons = []app.Code{
	app.CodeFiscalCheck, app.CodeFiscalCode, app.CodePurposeOff, app.CodeTypeOff, app.CodeServiceOff, app.CodeOwnRecord, app.CodeApprovalRefused, app.CodeApprovalStale,
	app.CodeAnprDown, app.CodeAnprSlow, app.CodeAnprQuota, app.CodeOwnQuota, app.CodeAnprBusy, app.CodeAnprPaused,
	app.CodeAnprRefused, app.CodeAnprToken, app.CodeAnprFault, app.CodeAnprNonsense, app.CodeAnprInput, app.CodeAnprForbidden, app.CodeAnprOff,
}

// Row is an entry of any of the monitors; what its monitor does not tell is
// empty.
type Row struct {
	ID          app.ID
	At          time.Time
	Event       app.EventKind
	User        app.ID
	Username    string
	Role        app.Role
	Department  app.ID
	Workstation app.ID
	Address     string
	Service     app.Service
	Type        app.VisuraType
	Types       []app.VisuraType // those that a scheda is made of
	Purpose     string           // its name
	File        string
	Outcome     app.Outcome
	Code        app.Code
	Operation   string // the ANPR id of the operation
	Asked       int    // rows of a list that has ended
	Outcomes    map[app.Outcome]int
	Target      app.ID // whom or what an act is about
	TargetName  string
	Reason      string
	Before      json.RawMessage
	After       json.RawMessage
}

func fromActivity(i wire.ActivityItem) Row {
	return Row{
		ID: i.ID, At: i.At, Event: i.Kind, User: i.User, Username: i.Username, Department: i.Department, Workstation: i.Workstation,
		Service: i.Service, Type: i.Type, Types: i.Types, Purpose: i.PurposeName, File: i.File, Outcome: i.Outcome, Code: i.Code, Operation: i.Operation,
		Address: i.Address, Asked: i.Asked, Outcomes: i.Outcomes,
	}
}

func fromAccess(i wire.AccessItem) Row {
	return Row{
		ID: i.ID, At: i.At, Event: i.Kind, User: i.User, Username: i.Username, Role: i.Role,
		Workstation: i.Workstation, Address: i.Address, Code: i.Code,
	}
}

// FromHistory is the row of an administrative act.
func FromHistory(i wire.HistoryItem) Row {
	return Row{
		ID: i.ID, At: i.At, Event: i.Kind, User: i.User, Username: i.Username, Target: i.Target, TargetName: i.TargetName,
		Reason: i.Reason, Before: i.Before, After: i.After,
	}
}

// rows turns a page of any monitor into rows.
func rows[T any](page wire.List[T], err error, row func(T) Row) (wire.List[Row], error) {
	out := wire.List[Row]{Next: page.Next}
	for _, item := range page.Items {
		out.Items = append(out.Items, row(item))
	}
	return out, err
}
