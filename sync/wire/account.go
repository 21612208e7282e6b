package wire

import (
	"time"

	"indagor/app"
)

// The operations about how an account stands towards signing in, and about
// what was done to it.
var (
	GetUserAccess = Endpoint[IDInput, UserAccessOutput]{
		ID: "get-user-access", Method: "GET", Path: "/v1/users/{id}/access", Access: AccessUser,
		Permission: app.PermEnableUsers, Summary: "How an account stands: its live session, what locks it",
	}
	UnlockUser = Endpoint[IDInput, UserAccessOutput]{
		ID: "unlock-user", Method: "POST", Path: "/v1/users/{id}/unlock", Access: AccessUser,
		Permission: app.PermEnableUsers, Summary: "Let a user sign in again who gave too many wrong passwords",
	}
	EndUserSession = Endpoint[IDInput, UserAccessOutput]{
		ID: "end-user-session", Method: "POST", Path: "/v1/users/{id}/end-session", Access: AccessUser,
		Permission: app.PermEnableUsers, Summary: "End a user's live session",
	}
	ListUserHistory = Endpoint[UserHistoryInput, HistoryOutput]{
		ID: "list-user-history", Method: "GET", Path: "/v1/users/{id}/history", Access: AccessUser,
		Permission: app.PermHistory, Summary: "Every act about one user, newest first: who, when, before, after",
	}
)

// UserAccess is how an account stands towards signing in.
type UserAccess struct {
	Session       *UserSession `json:"session,omitempty" doc:"The live session"`
	Locks         []UserLock   `json:"locks" nullable:"false" doc:"Where the user cannot sign in now, since too many passwords were refused"`
	SecretExpires *time.Time   `json:"secret_expires,omitempty" doc:"With a one-time secret that was not changed yet: until when it opens"`
}

// UserSession is the live session of a user: to those who do not monitor
// accesses, only that there is one.
type UserSession struct {
	Started         *time.Time `json:"started,omitempty"`
	Expires         *time.Time `json:"expires,omitempty"`
	Workstation     app.ID     `json:"workstation,omitempty"`
	WorkstationName string     `json:"workstation_name,omitempty"`
	Address         string     `json:"address,omitempty" doc:"Network address from which it was opened"`
}

// UserLock keeps a user out for a while: to those who do not monitor accesses,
// only until when.
type UserLock struct {
	Since           *time.Time `json:"since,omitempty"`
	Until           time.Time  `json:"until"`
	Refused         int        `json:"refused,omitempty" doc:"Passwords refused one after another"`
	Workstation     app.ID     `json:"workstation,omitempty"`
	WorkstationName string     `json:"workstation_name,omitempty"`
}

// UserAccessOutput is how an account stands.
type UserAccessOutput struct{ Body UserAccess }

// UserHistoryInput asks for the history of one user.
type UserHistoryInput struct {
	ID     app.ID `path:"id" maxLength:"26"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Cursor string `query:"cursor" maxLength:"400" doc:"next of the page before"`
}
