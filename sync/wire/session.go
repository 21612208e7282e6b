package wire

import (
	"time"

	"indagor/app"
)

// The operations of signing in.
var (
	SignIn = Endpoint[SignInInput, SignInOutput]{
		ID: "sign-in", Method: "POST", Path: "/v1/session", Access: AccessKey, Status: 201,
		Summary: "Sign in from a registered workstation; the session is bound to the key of the proof",
	}
	GetSession = Endpoint[None, SessionOutput]{
		ID: "get-session", Method: "GET", Path: "/v1/session", Access: AccessSession,
		Summary: "Who is signed in, and what he may do",
	}
	SignOut = Endpoint[None, None]{
		ID: "sign-out", Method: "DELETE", Path: "/v1/session", Access: AccessSession, Status: 204,
		Summary: "End the session",
	}
	ChangePassword = Endpoint[ChangePasswordInput, SessionOutput]{
		ID: "change-password", Method: "POST", Path: "/v1/session/password", Access: AccessSession,
		Summary: "Change one's own password",
	}
	ConfirmPassword = Endpoint[ConfirmInput, None]{
		ID: "confirm-password", Method: "POST", Path: "/v1/session/confirm", Access: AccessSession, Status: 204,
		Summary: "Give the password again, before an operation that asks for a recent one",
	}
)

// SignInInput opens a session.
type SignInInput struct {
	Body Credentials
}

// Credentials open a session.
type Credentials struct {
	Username    string          `json:"username" minLength:"1" maxLength:"64"`
	Password    string          `json:"password" minLength:"1" maxLength:"1000"`
	Fingerprint app.Fingerprint `json:"fingerprint"`
	AppVersion  string          `json:"app_version" maxLength:"50"`
	TakeOver    bool            `json:"take_over,omitempty" doc:"End a live session elsewhere, where the body's policy allows it"`
}

// SignInOutput is the new session with its token.
type SignInOutput struct {
	Body struct {
		Token string `json:"token" doc:"For the header Authorization: DPoP <token>"`
		Session
	}
}

// SessionOutput is the session.
type SessionOutput struct{ Body Session }

// Session is who is signed in and what he may do.
type Session struct {
	User         app.User                  `json:"user"`
	Department   string                    `json:"department_name,omitempty"`
	Workstation  OwnWorkstation            `json:"workstation"`
	MustChange   bool                      `json:"must_change" doc:"Nothing works before the password is changed"`
	Permissions  map[app.Permission]string `json:"permissions" doc:"Function to reach: own, department, all"`
	Purposes     []app.Purpose             `json:"purposes" nullable:"false" doc:"Purposes that the user may state"`
	ScopeName    string                    `json:"scope_name,omitempty" doc:"Name of the group of Comuni, where the scope is one"`
	MediatorName string                    `json:"mediator_name,omitempty"`
	LastAccess   *LastAccess               `json:"last_access,omitempty"`
	Expires      time.Time                 `json:"expires"`
	Notices      []SessionNotice           `json:"notices" nullable:"false" doc:"What happened to the account meanwhile"`
}

// LastAccess is the sign-in before this one.
type LastAccess struct {
	At          time.Time `json:"at"`
	Workstation string    `json:"workstation"`
	Failed      int       `json:"failed" doc:"Refused sign-ins since then"`
}

// SessionNotice tells the user what happened to his account.
type SessionNotice struct {
	Kind        string    `json:"kind" enum:"refused_elsewhere,taken_over"`
	At          time.Time `json:"at"`
	Workstation string    `json:"workstation"`
}

// ChangePasswordInput changes the password.
type ChangePasswordInput struct {
	Body struct {
		Old string `json:"old" minLength:"1" maxLength:"1000"`
		New string `json:"new" minLength:"1" maxLength:"1000"`
	}
}

// ConfirmInput gives the password again.
type ConfirmInput struct {
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"1000"`
	}
}
