package wire

import (
	"time"

	"indagor/app"
)

// The operations about the server itself.
var (
	GetServer = Endpoint[None, ServerOutput]{
		ID: "get-server", Method: "GET", Path: "/v1/server", Access: AccessPublic,
		Summary: "The body that this server serves, and what a client must know before it registers",
	}
	GetStatus = Endpoint[None, StatusOutput]{
		ID: "get-status", Method: "GET", Path: "/v1/status", Access: AccessUser,
		Summary: "Whether ANPR answers",
	}
	ListTables = Endpoint[None, TablesOutput]{
		ID: "list-tables", Method: "GET", Path: "/v1/tables", Access: AccessUser,
		Summary: "The reference tables with their versions",
	}
	GetTable = Endpoint[TableInput, TableOutput]{
		ID: "get-table", Method: "GET", Path: "/v1/tables/{name}", Access: AccessUser,
		Summary: "One reference table",
	}
)

// ServerOutput describes the server.
type ServerOutput struct{ Body ServerInfo }

// ServerInfo describes the server.
type ServerInfo struct {
	Body           string         `json:"body" doc:"Name of the body"`
	ISTAT          string         `json:"istat_code"`
	Belfiore       string         `json:"belfiore_code"`
	Version        string         `json:"version"`
	Protocol       int            `json:"protocol" doc:"Version of the contract"`
	OldestProtocol int            `json:"oldest_protocol"`
	Salt           string         `json:"fingerprint_salt" doc:"Key of the digests of a fingerprint: HMAC-SHA256(salt, component)"`
	Training       bool           `json:"training" doc:"Whether a simulator answers in ANPR's place"`
	Password       PasswordPolicy `json:"password"`
	Idle           int            `json:"idle_seconds" doc:"After so long without use the desktop locks itself"`
	ArchiveFrom    app.Day        `json:"archive_from,omitempty" doc:"The first day of which visure are kept; absent: all are. Copies kept elsewhere must not go further back"`
	Silence        int            `json:"silence_hours" doc:"Silence that is proposed for a profile with tacit approval"`
}

// PasswordPolicy is what a new password must satisfy.
type PasswordPolicy struct {
	MinLength int `json:"min_length"`
	Reuse     int `json:"reuse" doc:"So many former passwords may not be used again"`
	MaxAge    int `json:"max_age_days" doc:"After so many days a change is forced; 0: never"`
}

// StatusOutput tells how the register stands.
type StatusOutput struct{ Body RegisterStatus }

// RegisterStatus tells how the register stands.
type RegisterStatus struct {
	ANPR  string    `json:"anpr" enum:"ok,degraded,down,quota,off,unknown"`
	Since time.Time `json:"since"`
	Now   time.Time `json:"now" doc:"The server's clock"`
}

// TablesOutput lists the reference tables.
type TablesOutput struct{ Body List[TableInfo] }

// TableInfo names a reference table and its version.
type TableInfo struct {
	Name    string `json:"name"`
	Version string `json:"version" doc:"Digest of the content"`
	Size    int    `json:"size"`
}

// TableInput names a table.
type TableInput struct {
	Name string `path:"name" maxLength:"100"`
}

// TableOutput is the content of a table.
type TableOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// CheckPermission answers whether the caller may exercise a function over a
// user, by the same decision that the gate takes.
var CheckPermission = Endpoint[CheckInput, CheckOutput]{
	ID: "check-permission", Method: "POST", Path: "/v1/permissions/check", Access: AccessUser,
	Summary: "Whether the caller may exercise a function, over whom",
}

// CheckInput names a function and, where it is about a user, the user.
type CheckInput struct {
	Body struct {
		Permission app.Permission `json:"permission"`
		User       app.ID         `json:"user,omitempty"`
	}
}

// CheckOutput is the decision.
type CheckOutput struct {
	Body struct {
		Allowed bool   `json:"allowed"`
		Reach   string `json:"reach" enum:"none,own,department,all"`
	}
}
