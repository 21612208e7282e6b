package wire

import (
	"time"

	"indagor/app"
)

// The operations about assignments (legami).
var (
	ListAdmins = Endpoint[None, AdminsOutput]{
		ID: "list-admins", Method: "GET", Path: "/v1/admins", Access: AccessUser,
		Permission: app.PermMoveOperators, Summary: "Every ADMIN with how many operators are assigned to him",
	}
	ListAssignments = Endpoint[AssignmentsInput, AssignmentsOutput]{
		ID: "list-assignments", Method: "GET", Path: "/v1/assignments", Access: AccessUser,
		Permission: app.PermMoveOperators, Summary: "Who was assigned to which ADMIN, from when to when, by whom, newest first",
	}
	PlanMoves = Endpoint[PlanMovesInput, PlanMovesOutput]{
		ID: "plan-moves", Method: "POST", Path: "/v1/assignments/preview", Access: AccessUser,
		Permission: app.PermMoveOperators, Summary: "What moving operators to an ADMIN would do; changes nothing",
	}
	RunMoves = Endpoint[RunMovesInput, RunMovesOutput]{
		ID: "run-moves", Method: "POST", Path: "/v1/assignments", Access: AccessUser,
		Permission: app.PermMoveOperators, Summary: "Move operators to an ADMIN as previewed: all of them, or nobody",
	}
)

// AdminLoad is an ADMIN with his operators counted.
type AdminLoad struct {
	ID         app.ID `json:"id"`
	Username   string `json:"username"`
	Name       string `json:"name"`
	Surname    string `json:"surname"`
	Department app.ID `json:"department"`
	Enabled    bool   `json:"enabled"`
	Operators  int    `json:"operators" doc:"Those assigned to him, enabled or not"`
}

// AdminsOutput lists the ADMINs.
type AdminsOutput struct{ Body List[AdminLoad] }

// AssignmentsInput filters the history of assignments.
type AssignmentsInput struct {
	Operator app.ID `query:"operator" maxLength:"26"`
	Admin    app.ID `query:"admin" maxLength:"26"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Cursor   string `query:"cursor" maxLength:"400" doc:"next of the page before"`
}

// Assignment is one assignment of an operator. What he did while it lasted is
// seen by its department for ever.
type Assignment struct {
	Operator     app.ID     `json:"operator"`
	OperatorName string     `json:"operator_name,omitempty"`
	Admin        app.ID     `json:"admin"`
	AdminName    string     `json:"admin_name,omitempty"`
	Department   app.ID     `json:"department"`
	Since        time.Time  `json:"since"`
	Until        *time.Time `json:"until,omitempty" doc:"Absent while it lasts"`
	By           app.ID     `json:"by,omitempty" doc:"Who made it; absent on the server's console"`
	ByName       string     `json:"by_name,omitempty"`
}

// AssignmentsOutput is a page of the history of assignments.
type AssignmentsOutput struct{ Body List[Assignment] }

// MoveTerms say what becomes of those whose profile does not fit where they
// go.
type MoveTerms struct {
	Purposes       []app.ID `json:"purposes,omitempty" nullable:"false" maxItems:"200" doc:"Purposes of the new department, given to those who keep none of theirs"`
	Mediator       app.ID   `json:"mediator,omitempty" doc:"In the place of the ADMIN whom they leave, where he is their Mediator"`
	AnyWorkstation bool     `json:"any_workstation,omitempty" doc:"Those all of whose listed workstations stay in the former department may use every approved one"`
}

// PlanMovesInput asks what a move would do.
type PlanMovesInput struct {
	Body struct {
		Admin     app.ID    `json:"admin" doc:"To whom they go"`
		From      app.ID    `json:"from,omitempty" doc:"All the operators of this ADMIN, where none are listed"`
		Operators []app.ID  `json:"operators,omitempty" nullable:"false" maxItems:"5000"`
		Terms     MoveTerms `json:"terms,omitempty"`
	}
}

// PlannedMove is what a move would do to one operator. From now on his requests
// belong to the new department; the former ones stay where they are. Those of
// a STANDARDPS are seen by neither.
type PlannedMove struct {
	Operator         app.ID        `json:"operator"`
	Username         string        `json:"username,omitempty"`
	Name             string        `json:"name,omitempty"`
	Role             app.Role      `json:"role,omitempty"`
	Enabled          bool          `json:"enabled"`
	Version          int           `json:"version" doc:"Sent back when the move is run"`
	Admin            app.ID        `json:"admin,omitempty" doc:"Whom he leaves"`
	AdminName        string        `json:"admin_name,omitempty"`
	Department       app.ID        `json:"department,omitempty" doc:"Which he leaves"`
	LostPurposes     []string      `json:"lost_purposes" nullable:"false" doc:"Purposes that the new department does not have"`
	GivenPurposes    []string      `json:"given_purposes" nullable:"false" doc:"Purposes given by the terms"`
	LostOffice       string        `json:"lost_office,omitempty" doc:"Office that the new department does not have"`
	LostWorkstations []string      `json:"lost_workstations" nullable:"false" doc:"Listed workstations of another department"`
	LeftMediator     string        `json:"left_mediator,omitempty" doc:"He stays the Mediator, though he is the ADMIN who is left"`
	Refusals         []ProblemItem `json:"refusals" nullable:"false" doc:"Why he cannot go"`
}

// MovePlan is what a move would do.
type MovePlan struct {
	Admin      app.ID        `json:"admin"`
	AdminName  string        `json:"admin_name"`
	Department app.ID        `json:"department"`
	Moves      []PlannedMove `json:"moves" nullable:"false"`
}

// PlanMovesOutput is what a move would do.
type PlanMovesOutput struct{ Body MovePlan }

// MovedOperator is an operator as the preview had him.
type MovedOperator struct {
	ID      app.ID `json:"id"`
	Version int    `json:"version"`
}

// RunMovesInput moves operators.
type RunMovesInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100" doc:"Chosen by the caller; a second request with it gives the first one's answer"`
	Body struct {
		Admin     app.ID          `json:"admin" doc:"To whom they go"`
		From      app.ID          `json:"from,omitempty" doc:"Refused where the operators are not all those of this ADMIN any more"`
		Operators []MovedOperator `json:"operators" nullable:"false" minItems:"1" maxItems:"5000"`
		Terms     MoveTerms       `json:"terms,omitempty"`
	}
}

// RunMovesOutput is what a move has done.
type RunMovesOutput struct {
	Body struct {
		Moved int       `json:"moved"`
		At    time.Time `json:"at"`
	}
}
