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
	ChangeWorkstation = Endpoint[ChangeWorkstationInput, WorkstationOutput]{
		ID: "change-workstation", Method: "PUT", Path: "/v1/workstations/{id}", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "Change what the register says about an approved workstation: name, office, person responsible, department, expiry",
	}
	ChangeWorkstations = Endpoint[ChangeWorkstationsInput, OutcomesOutput]{
		ID: "change-workstations", Method: "POST", Path: "/v1/workstations/changes", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "Extend or suspend several workstations; tells the outcome for each",
	}
	ListWorkstationValues = Endpoint[None, WorkstationValuesOutput]{
		ID: "list-workstation-values", Method: "GET", Path: "/v1/workstations/values", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "What the register can be filtered by: offices, operating systems and application versions that occur in it",
	}
	ExportWorkstations = Endpoint[ExportWorkstationsInput, Download]{
		ID: "export-workstations", Method: "GET", Path: "/v1/workstations/export", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "The register as a table for spreadsheets, as the filter narrows it",
	}
	ListTokens = Endpoint[Page, TokensOutput]{
		ID: "list-enrolment-tokens", Method: "GET", Path: "/v1/enrolment-tokens", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "The enrolment tokens issued",
	}
	IssueToken = Endpoint[IssueTokenInput, IssuedTokenOutput]{
		ID: "issue-enrolment-token", Method: "POST", Path: "/v1/enrolment-tokens", Access: AccessUser, Status: 201,
		Permission: app.PermManageWorkstation, Summary: "Issue an enrolment token for many workstations",
	}
	WithdrawToken = Endpoint[IDInput, TokenOutput]{
		ID: "withdraw-enrolment-token", Method: "POST", Path: "/v1/enrolment-tokens/{id}/withdraw", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "Withdraw an enrolment token; the workstations that came by it stay",
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
	WorkstationQuery
}

// WorkstationQuery says which workstations of the register are meant. Words
// are searched in the name, the office, who is responsible, and the comparison
// codes.
type WorkstationQuery struct {
	State      app.WorkstationState `query:"state" enum:"pending,authorised,suspended,revoked,"`
	Department app.ID               `query:"department" maxLength:"26"`
	Office     string               `query:"office" maxLength:"100"`
	OS         string               `query:"os" maxLength:"100" doc:"A part of the operating system's name"`
	AppVersion string               `query:"app_version" maxLength:"50"`
	Expiring   int                  `query:"expiring" minimum:"0" maximum:"3650" doc:"Authorised ones that expire within so many days, or have expired; 0 for all"`
	Unseen     int                  `query:"unseen" minimum:"0" maximum:"3650" doc:"Not seen for so many days; 0 for all"`
	Drift      bool                 `query:"drift" doc:"Only those whose machine has changed, much or little"`
	Token      app.ID               `query:"token" maxLength:"26" doc:"Those that this enrolment token authorised"`
}

// ExportWorkstationsInput says what is exported, and how.
type ExportWorkstationsInput struct {
	WorkstationQuery
	Search   string `query:"q" maxLength:"100" doc:"Words to search"`
	Format   string `query:"format" enum:"csv,xlsx" default:"csv"`
	Language string `query:"language" enum:"it,en,de," doc:"Of the titles; Italian where absent"`
}

// WorkstationValuesOutput lists what the register can be filtered by.
type WorkstationValuesOutput struct{ Body WorkstationValues }

// WorkstationValues are the values that occur in the register, as far as the
// caller reaches.
type WorkstationValues struct {
	Offices     []string `json:"offices" nullable:"false"`
	OS          []string `json:"os" nullable:"false"`
	AppVersions []string `json:"app_versions" nullable:"false"`
}

// ChangeWorkstationInput changes what the register says about a workstation.
type ChangeWorkstationInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body WorkstationChange
}

// WorkstationChange is what the register is to say about a workstation.
type WorkstationChange struct {
	Name        string   `json:"name" minLength:"1" maxLength:"100"`
	Responsible string   `json:"responsible" minLength:"1" maxLength:"100" doc:"Person responsible for the workstation"`
	Office      string   `json:"office" minLength:"1" maxLength:"100"`
	Department  app.ID   `json:"department"`
	Expires     *app.Day `json:"expires,omitempty" doc:"Last day on which it works; absent for none"`
	Version     int      `json:"version"`
}

// ChangeWorkstationsInput changes several workstations, each by itself.
type ChangeWorkstationsInput struct {
	Body WorkstationsChange
}

// WorkstationsChange is one change of several workstations.
type WorkstationsChange struct {
	IDs     []app.ID `json:"ids" nullable:"false" minItems:"1" maxItems:"500"`
	Act     string   `json:"act" enum:"extend,suspend"`
	Expires *app.Day `json:"expires,omitempty" doc:"With extend: the new last day; absent for none"`
	Reason  string   `json:"reason,omitempty" maxLength:"300" doc:"With suspend: required"`
}

// OutcomesOutput tells what came of a change of several things.
type OutcomesOutput struct{ Body List[Outcome] }

// Outcome is what came of one of several changes, in the order in which they
// were asked for.
type Outcome struct {
	ID     app.ID            `json:"id"`
	Name   string            `json:"name,omitempty"`
	Code   app.Code          `json:"code,omitempty" doc:"Why it was refused; absent where it was done"`
	Params map[string]string `json:"params,omitempty"`
}

// Err is the refusal; nil where it was done.
func (o Outcome) Err() error {
	if o.Code == "" {
		return nil
	}
	return &app.Error{Code: o.Code, Params: o.Params}
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
	ID          app.ID     `json:"id"`
	Label       string     `json:"label"`
	Department  app.ID     `json:"department,omitempty"`
	Office      string     `json:"office"`
	Responsible string     `json:"responsible"`
	Uses        int        `json:"uses" doc:"How many workstations it may authorise"`
	Used        int        `json:"used"`
	Expires     time.Time  `json:"expires"`
	Issued      time.Time  `json:"issued"`
	By          string     `json:"by"`
	Withdrawn   *time.Time `json:"withdrawn,omitempty" doc:"Since when it authorises nothing any more"`
	WithdrawnBy string     `json:"withdrawn_by,omitempty"`
}

// TokenOutput is one token.
type TokenOutput struct{ Body Token }

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
