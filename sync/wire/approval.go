package wire

import (
	"time"

	"indagor/app"
)

// The operations of approval (convalida).
var (
	ListApprovals = Endpoint[ApprovalsInput, ApprovalsOutput]{
		ID: "list-approvals", Method: "GET", Path: "/v1/approvals", Access: AccessUser,
		Permission: app.PermApprove, Summary: "Requests that wait for consent by the time left before silence, or those in another state, newest first",
	}
	CountApprovals = Endpoint[CountApprovalsInput, CountApprovalsOutput]{
		ID: "count-approvals", Method: "GET", Path: "/v1/approvals/count", Access: AccessUser,
		Permission: app.PermApprove, Summary: "How many requests wait for consent, and what is about to run by silence",
	}
	GetApproval = Endpoint[IDInput, ApprovalOutput]{
		ID: "get-approval", Method: "GET", Path: "/v1/approvals/{id}", Access: AccessUser,
		Permission: app.PermApprove, Summary: "One request with the person whom it is about, while it waits. That it was read is logged",
	}
	DecideApprovals = Endpoint[DecideInput, DecideOutput]{
		ID: "decide-approvals", Method: "POST", Path: "/v1/approvals/decide", Access: AccessUser,
		Permission: app.PermApprove, Summary: "Approve or refuse requests, one or many; each has an outcome of its own",
	}
)

// ApprovalsInput filters the queue; what is absent does not filter, but for
// the state.
type ApprovalsInput struct {
	Page
	State      app.ApprovalState `query:"state" enum:"waiting,approved,tacit,refused,withdrawn,all," doc:"Waiting where absent"`
	User       app.ID            `query:"user" maxLength:"26"`
	Department app.ID            `query:"department" maxLength:"26"`
	Type       app.VisuraType    `query:"type" maxLength:"40"`
	Purpose    app.ID            `query:"purpose" maxLength:"26"`
	Rule       app.ApprovalKind  `query:"rule" enum:"manual,tacit,"`
	DueBefore  time.Time         `query:"due_before" doc:"Only what runs by silence before this moment"`
}

// AllApprovals is the state that names every state.
const AllApprovals app.ApprovalState = "all"

// ApprovalsOutput is a page of the queue.
type ApprovalsOutput struct{ Body List[ApprovalItem] }

// ApprovalItem is a request of the queue, for whoever decides. Nothing of it
// comes from the register.
type ApprovalItem struct {
	ID             app.ID            `json:"id" doc:"Of the visura"`
	User           app.ID            `json:"user"`
	Username       string            `json:"username"`
	Operator       string            `json:"operator" doc:"Full name, then"`
	Department     app.ID            `json:"department"`
	DepartmentName string            `json:"department_name" doc:"Its name, then"`
	Office         string            `json:"office,omitempty"`
	Type           app.VisuraType    `json:"type"`
	Types          []app.VisuraType  `json:"types,omitempty" nullable:"false" doc:"With type scheda: what is asked at once; all that applies where absent"`
	Whom           string            `json:"whom" doc:"The person, only hinted at"`
	ReferenceDate  app.Day           `json:"reference_date"`
	Purpose        app.ID            `json:"purpose"`
	PurposeName    string            `json:"purpose_name"`
	FileReference  string            `json:"file_reference"`
	Rule           app.ApprovalKind  `json:"rule" enum:"manual,tacit"`
	State          app.ApprovalState `json:"state" enum:"waiting,approved,tacit,refused,withdrawn"`
	Visura         app.VisuraState   `json:"visura,omitempty" enum:"waiting,running,done" doc:"Where the visura stands; absent where the archive no longer has it"`
	Asked          time.Time         `json:"asked"`
	Due            *time.Time        `json:"due,omitempty" doc:"When it runs if nobody answers"`
	Decided        *time.Time        `json:"decided,omitempty"`
	Decider        string            `json:"decider,omitempty" doc:"Full name of who decided, then"`
	Reason         string            `json:"reason,omitempty"`
}

// ApprovalOutput is one request.
type ApprovalOutput struct{ Body ApprovalDetail }

// ApprovalDetail is a request with all that is needed to decide.
type ApprovalDetail struct {
	ApprovalItem
	Subject     *app.Subject  `json:"subject,omitempty" doc:"The person as the operator stated him, while the request waits"`
	Declared    *app.Declared `json:"declared,omitempty" doc:"With a verification: what ANPR is to compare, while the request waits"`
	Since       app.Day       `json:"since,omitempty" doc:"With residenza_storica: from when on"`
	LegalBasis  string        `json:"legal_basis,omitempty" doc:"Of the purpose"`
	Workstation string        `json:"workstation"`
	Scope       app.Scope     `json:"scope" doc:"Of the operator's profile, now"`
}

// CountApprovalsInput says what is soon.
type CountApprovalsInput struct {
	Within int `query:"within_hours" minimum:"1" maximum:"8760" default:"24" doc:"What runs by silence within so many hours is counted apart"`
}

// CountApprovalsOutput counts what waits.
type CountApprovalsOutput struct{ Body ApprovalCount }

// ApprovalCount is what waits for an answer.
type ApprovalCount struct {
	Waiting int        `json:"waiting"`
	Soon    int        `json:"soon" doc:"Of these, what runs by silence within the hours asked"`
	Next    *time.Time `json:"next,omitempty" doc:"When the next one runs by silence"`
}

// DecideInput is an answer to requests.
type DecideInput struct {
	Body struct {
		Decision string   `json:"decision" enum:"approve,refuse"`
		IDs      []app.ID `json:"ids" minItems:"1" maxItems:"500" nullable:"false"`
		Reason   string   `json:"reason,omitempty" maxLength:"500" doc:"Required to refuse; the operator reads it"`
	}
}

// DecideOutput tells of each request what became of it, in the order given.
type DecideOutput struct{ Body List[DecidedItem] }

// DecidedItem is what became of one request.
type DecidedItem struct {
	ID    app.ID            `json:"id"`
	State app.ApprovalState `json:"state,omitempty" doc:"As it is now"`
	Code  app.Code          `json:"code,omitempty" doc:"Why it was not decided; absent where it was"`
}
