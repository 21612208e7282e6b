package wire

import (
	"encoding/json"
	"time"

	"indagor/app"
)

// The operations of monitoring.
var (
	ListActivity = Endpoint[MonitorInput, ActivityOutput]{
		ID: "list-activity", Method: "GET", Path: "/v1/activity", Access: AccessUser,
		Permission: app.PermMonitorActivity, Summary: "Who asked what, newest first",
	}
	ListAccesses = Endpoint[MonitorInput, AccessOutput]{
		ID: "list-accesses", Method: "GET", Path: "/v1/accesses", Access: AccessUser,
		Permission: app.PermMonitorAccess, Summary: "Who signed in, from where, newest first",
	}
	ExportActivity = Endpoint[MonitorExportInput, Download]{
		ID: "export-activity", Method: "GET", Path: "/v1/activity/export", Access: AccessUser,
		Permission: app.PermMonitorActivity, Summary: "Who asked what, all rows that the filter finds, as a table", Slow: true,
	}
	ExportAccesses = Endpoint[MonitorExportInput, Download]{
		ID: "export-accesses", Method: "GET", Path: "/v1/accesses/export", Access: AccessUser,
		Permission: app.PermMonitorAccess, Summary: "Who signed in, all rows that the filter finds, as a table", Slow: true,
	}
	ExportHistory = Endpoint[MonitorExportInput, Download]{
		ID: "export-history", Method: "GET", Path: "/v1/history/export", Access: AccessUser,
		Permission: app.PermHistory, Summary: "Administrative acts, all rows that the filter finds, as a table", Slow: true,
	}
	ListHistory = Endpoint[MonitorInput, HistoryOutput]{
		ID: "list-history", Method: "GET", Path: "/v1/history", Access: AccessUser,
		Permission: app.PermHistory, Summary: "Administrative acts, newest first",
	}
)

// MonitorFilter narrows a monitor; what a monitor does not tell does not narrow
// it.
type MonitorFilter struct {
	User        app.ID         `query:"user" maxLength:"26"`
	Department  app.ID         `query:"department" maxLength:"26" doc:"That the user had then"`
	Workstation app.ID         `query:"workstation" maxLength:"26"`
	Kind        app.EventKind  `query:"kind" maxLength:"60"`
	Service     app.Service    `query:"service" maxLength:"40"`
	Type        app.VisuraType `query:"type" maxLength:"40"`
	Outcome     app.Outcome    `query:"outcome" maxLength:"40"`
	Code        app.Code       `query:"reason" maxLength:"60" doc:"Code of what was refused or failed"`
	From        app.Day        `query:"from" maxLength:"10"`
	To          app.Day        `query:"until" maxLength:"10"`
}

// MonitorInput asks for a page of a monitor. A page may be shorter than asked
// for and not the last: where a filter finds little, each page looks through
// so many rows and no more.
type MonitorInput struct {
	Page
	MonitorFilter
}

// MonitorExportInput asks for all rows of a monitor as a file.
type MonitorExportInput struct {
	Search string `query:"q" maxLength:"100" doc:"Words to search"`
	MonitorFilter
	Format   string `query:"format" enum:"csv,xlsx" default:"xlsx"`
	Language string `query:"language" enum:"it,en,de," doc:"Italian where absent"`
}

// ActivityItem is one use of a service.
type ActivityItem struct {
	ID          app.ID           `json:"id"`
	At          time.Time        `json:"at"`
	Kind        app.EventKind    `json:"kind"`
	User        app.ID           `json:"user"`
	Username    string           `json:"username"`
	Department  app.ID           `json:"department,omitempty"`
	Workstation app.ID           `json:"workstation,omitempty"`
	Address     string           `json:"address,omitempty"`
	Service     app.Service      `json:"service,omitempty"`
	Type        app.VisuraType   `json:"type,omitempty"`
	Types       []app.VisuraType `json:"types,omitempty" nullable:"false" doc:"With type scheda: those that it is made of"`
	PurposeName string           `json:"purpose_name,omitempty"`
	File        string           `json:"file,omitempty"`
	Outcome     app.Outcome      `json:"outcome,omitempty" doc:"None of a list: its rows have one each"`
	Code        app.Code         `json:"code,omitempty"`
	Operation   string           `json:"operation,omitempty"`

	// Of a list that has ended.
	Asked    int                 `json:"asked,omitempty" doc:"Rows of a list that ANPR was asked about, where it has ended"`
	Outcomes map[app.Outcome]int `json:"outcomes,omitempty" doc:"How many of all its rows came to what"`
}

// ActivityOutput is a page of activity.
type ActivityOutput struct{ Body List[ActivityItem] }

// AccessItem is one sign-in, its refusal, or its end.
type AccessItem struct {
	ID          app.ID        `json:"id"`
	At          time.Time     `json:"at"`
	Kind        app.EventKind `json:"kind"`
	User        app.ID        `json:"user,omitempty"`
	Username    string        `json:"username,omitempty"`
	Role        app.Role      `json:"role,omitempty"`
	Workstation app.ID        `json:"workstation,omitempty"`
	Address     string        `json:"address,omitempty"`
	Code        app.Code      `json:"code,omitempty"`
}

// AccessOutput is a page of accesses.
type AccessOutput struct{ Body List[AccessItem] }

// HistoryItem is one administrative act.
type HistoryItem struct {
	ID         app.ID          `json:"id"`
	At         time.Time       `json:"at"`
	Kind       app.EventKind   `json:"kind"`
	User       app.ID          `json:"user,omitempty"`
	Username   string          `json:"username,omitempty"`
	Target     app.ID          `json:"target,omitempty"`
	TargetName string          `json:"target_name,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Before     json.RawMessage `json:"before,omitempty"`
	After      json.RawMessage `json:"after,omitempty"`
}

// HistoryOutput is a page of history.
type HistoryOutput struct{ Body List[HistoryItem] }
