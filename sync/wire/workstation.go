package wire

import (
	"time"

	"indagor/app"
)

// The operations about workstations.
var (
	RegisterWorkstation = Endpoint[RegisterInput, OwnWorkstationOutput]{
		ID: "register-workstation", Method: "POST", Path: "/v1/workstations", Access: AccessKey,
		Summary: "Ask for the registration of this workstation; repeated, it tells how the request stands",
	}
	GetOwnWorkstation = Endpoint[WaitInput, OwnWorkstationOutput]{
		ID: "get-own-workstation", Method: "GET", Path: "/v1/workstations/self", Access: AccessKey, Slow: true,
		Summary: "How the registration of this workstation stands; with wait, as soon as it changes",
	}
	ListWorkstations = Endpoint[WorkstationsInput, WorkstationsOutput]{
		ID: "list-workstations", Method: "GET", Path: "/v1/workstations", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "The register of workstations",
	}
	GetWorkstation = Endpoint[IDInput, WorkstationOutput]{
		ID: "get-workstation", Method: "GET", Path: "/v1/workstations/{id}", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "One workstation with its history",
	}
	ApproveWorkstation = Endpoint[ApproveInput, WorkstationOutput]{
		ID: "approve-workstation", Method: "POST", Path: "/v1/workstations/{id}/approve", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "Approve a workstation, or a further key of it",
	}
	SuspendWorkstation = Endpoint[WorkstationActInput, WorkstationOutput]{
		ID: "suspend-workstation", Method: "POST", Path: "/v1/workstations/{id}/suspend", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "Suspend a workstation",
	}
	RevokeWorkstation = Endpoint[WorkstationActInput, WorkstationOutput]{
		ID: "revoke-workstation", Method: "POST", Path: "/v1/workstations/{id}/revoke", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "Revoke a workstation for ever",
	}
	ListTokens = Endpoint[Page, TokensOutput]{
		ID: "list-enrolment-tokens", Method: "GET", Path: "/v1/enrolment-tokens", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "The enrolment tokens issued",
	}
	IssueToken = Endpoint[IssueTokenInput, IssuedTokenOutput]{
		ID: "issue-enrolment-token", Method: "POST", Path: "/v1/enrolment-tokens", Access: AccessUser, Status: 201,
		Permission: app.PermManageWorkstation, Summary: "Issue an enrolment token for many workstations",
	}
)

// RegisterInput presents a workstation. The key is that of the proof.
type RegisterInput struct {
	Body Registration
}

// Registration presents a workstation.
type Registration struct {
	Name        string          `json:"name" minLength:"1" maxLength:"100" doc:"Host name"`
	OSUser      string          `json:"os_user" maxLength:"100" doc:"Operating-system user who holds the key"`
	OS          string          `json:"os" maxLength:"100"`
	AppVersion  string          `json:"app_version" maxLength:"50"`
	Protocol    int             `json:"protocol" minimum:"1"`
	Fingerprint app.Fingerprint `json:"fingerprint" doc:"Component to hexadecimal HMAC-SHA256(fingerprint_salt, value)"`
	Token       string          `json:"enrolment_token,omitempty" maxLength:"100"`
}

// WaitInput asks for an answer at once, or as soon as something changes.
type WaitInput struct {
	Wait int    `query:"wait" minimum:"0" maximum:"55" doc:"Seconds to wait for a change"`
	Seen string `query:"seen" maxLength:"200" doc:"The mark of the answer already seen"`
}

// OwnWorkstationOutput tells a workstation how it stands.
type OwnWorkstationOutput struct{ Body OwnWorkstation }

// OwnWorkstation tells a workstation how it stands.
type OwnWorkstation struct {
	ID    app.ID               `json:"id"`
	Name  string               `json:"name"`
	State app.WorkstationState `json:"state" enum:"pending,authorised,suspended,revoked"`
	Code  string               `json:"code" doc:"Short code that the administrator sees too"`
	Alarm app.WorkstationAlarm `json:"alarm,omitempty"`
	Mark  string               `json:"mark" doc:"Changes whenever the rest does"`
}

// IDInput names a thing.
type IDInput struct {
	ID app.ID `path:"id" maxLength:"26"`
}

// WorkstationsInput filters the register.
type WorkstationsInput struct {
	Page
	State app.WorkstationState `query:"state" enum:"pending,authorised,suspended,revoked,"`
}

// WorkstationsOutput is a page of the register.
type WorkstationsOutput struct{ Body List[app.Workstation] }

// WorkstationOutput is one workstation with its history.
type WorkstationOutput struct{ Body WorkstationDetail }

// WorkstationDetail is one workstation with its history, newest first.
type WorkstationDetail struct {
	app.Workstation
	History []HistoryItem `json:"history" nullable:"false"`
}

// ApproveInput approves a workstation.
type ApproveInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body Approval
}

// Approval is what an administrator states when approving.
type Approval struct {
	Name        string   `json:"name,omitempty" maxLength:"100" doc:"Asset code, if other than the host name"`
	Responsible string   `json:"responsible" minLength:"1" maxLength:"100" doc:"Person responsible for the workstation"`
	Office      string   `json:"office" minLength:"1" maxLength:"100"`
	Department  app.ID   `json:"department,omitempty" doc:"An ADMIN's own is taken where absent"`
	Expires     *app.Day `json:"expires,omitempty"`
	Code        string   `json:"code" minLength:"1" maxLength:"20" doc:"The comparison code read on the workstation"`
	Version     int      `json:"version"`
}

// WorkstationActInput suspends or revokes.
type WorkstationActInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"300"`
	}
}

// Token is an enrolment token as issued; its secret is not in it.
type Token struct {
	ID         app.ID    `json:"id"`
	Label      string    `json:"label"`
	Department app.ID    `json:"department,omitempty"`
	Office     string    `json:"office"`
	Uses       int       `json:"uses" doc:"How many workstations it may authorise"`
	Used       int       `json:"used"`
	Expires    time.Time `json:"expires"`
	Issued     time.Time `json:"issued"`
	By         string    `json:"by"`
}

// TokensOutput is a page of tokens.
type TokensOutput struct{ Body List[Token] }

// IssueTokenInput asks for a token.
type IssueTokenInput struct {
	Body struct {
		Label       string `json:"label" minLength:"1" maxLength:"100"`
		Department  app.ID `json:"department,omitempty"`
		Office      string `json:"office" minLength:"1" maxLength:"100"`
		Responsible string `json:"responsible" minLength:"1" maxLength:"100"`
		Uses        int    `json:"uses" minimum:"1" maximum:"10000"`
		Hours       int    `json:"hours" minimum:"1" maximum:"8760" doc:"Hours until it expires"`
	}
}

// IssuedTokenOutput shows the secret, once.
type IssuedTokenOutput struct {
	Body struct {
		Token
		Secret string `json:"secret" doc:"Shown only now"`
	}
}
