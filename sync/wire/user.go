package wire

import (
	"time"

	"indagor/app"
)

// The operations about users and the body.
var (
	ListUsers = Endpoint[UsersInput, UsersOutput]{
		ID: "list-users", Method: "GET", Path: "/v1/users", Access: AccessUser,
		Permission: app.PermEnableUsers, Summary: "The users whom the caller administers",
	}
	GetUser = Endpoint[IDInput, UserOutput]{
		ID: "get-user", Method: "GET", Path: "/v1/users/{id}", Access: AccessUser,
		Permission: app.PermEnableUsers, Summary: "One user with the profile",
	}
	CreateUser = Endpoint[CreateUserInput, CreatedUserOutput]{
		ID: "create-user", Method: "POST", Path: "/v1/users", Access: AccessUser, Status: 201,
		Permission: app.PermManageOperators, Summary: "Register a user with the profile; gives the one-time secret",
	}
	UpdateUser = Endpoint[UpdateUserInput, UserOutput]{
		ID: "update-user", Method: "PUT", Path: "/v1/users/{id}", Access: AccessUser,
		Permission: app.PermManageOperators, Summary: "Change a user's identity and profile",
	}
	EnableUser = Endpoint[IDInput, UserOutput]{
		ID: "enable-user", Method: "POST", Path: "/v1/users/{id}/enable", Access: AccessUser,
		Permission: app.PermEnableUsers, Summary: "Enable an account",
	}
	DisableUser = Endpoint[DisableInput, UserOutput]{
		ID: "disable-user", Method: "POST", Path: "/v1/users/{id}/disable", Access: AccessUser,
		Permission: app.PermEnableUsers, Summary: "Disable an account; says where those who depend on it go",
	}
	ResetPassword = Endpoint[IDInput, SecretOutput]{
		ID: "reset-password", Method: "POST", Path: "/v1/users/{id}/reset-password", Access: AccessUser,
		Permission: app.PermResetPassword, Summary: "Bring an account back to its initial state; gives the one-time secret",
	}
	MoveOperator = Endpoint[MoveInput, UserOutput]{
		ID: "move-operator", Method: "PUT", Path: "/v1/users/{id}/assignment", Access: AccessUser,
		Permission: app.PermMoveOperators, Summary: "Move an operator to another ADMIN",
	}

	ListMediators = Endpoint[None, MediatorsOutput]{
		ID: "list-mediators", Method: "GET", Path: "/v1/mediators", Access: AccessUser,
		Permission: app.PermManageOperators, Summary: "Those through whom the caller's operators may reach ANPR",
	}
)

// UsersInput filters the users.
type UsersInput struct {
	Page
	Role         app.Role            `query:"role" enum:"top,admin,standard,standardps,"`
	Department   app.ID              `query:"department" maxLength:"26"`
	Office       string              `query:"office" maxLength:"100"`
	Admin        app.ID              `query:"admin" maxLength:"26" doc:"The operators assigned to this ADMIN"`
	Assigned     bool                `query:"assigned" doc:"Only those who are assigned to an ADMIN: the operators"`
	Mediator     app.ID              `query:"mediator" maxLength:"26" doc:"Those who reach ANPR through this Mediator"`
	Service      app.Service         `query:"service" enum:"visure,enrichment,household," doc:"Those for whom the service is enabled"`
	Way          app.WayKind         `query:"way" enum:"mediator,operator," doc:"How they reach ANPR: with service, for that service"`
	Workstations app.WorkstationRule `query:"workstations" enum:"authorised,free,"`
	State        app.AccountState    `query:"state" enum:"enabled,disabled,future,expired,secret,locked," doc:"enabled: and within the period of validity; future, expired: enabled, outside it; secret: the one-time secret was not changed yet; locked: by refused passwords"`
	Enabled      string              `query:"enabled" enum:"true,false,"`
}

// UsersOutput is a page of users.
type UsersOutput struct{ Body List[app.User] }

// UserOutput is one user.
type UserOutput struct{ Body app.User }

// CreateUserInput registers a user; id, version and times are the server's.
type CreateUserInput struct{ Body app.User }

// CreatedUserOutput is the new user with his one-time secret.
type CreatedUserOutput struct {
	Body struct {
		User app.User `json:"user"`
		Secret
	}
}

// Secret is a one-time secret, shown once to the administrator.
type Secret struct {
	Secret  string    `json:"secret" doc:"Shown only now; the user changes it at the first sign-in"`
	Expires time.Time `json:"expires"`
}

// SecretOutput is the secret of a reset.
type SecretOutput struct{ Body Secret }

// UpdateUserInput changes a user; version is that of the copy changed.
type UpdateUserInput struct {
	ID          app.ID `path:"id" maxLength:"26"`
	NewMediator app.ID `query:"new_mediator" maxLength:"26" doc:"Where those go who rely on this Mediator, when he is one no more"`
	NewAdmin    app.ID `query:"new_admin" maxLength:"26" doc:"Where the operators assigned to this ADMIN go, when he is one no more or leaves the department"`
	Body        app.User
}

// DisableInput disables an account.
type DisableInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body struct {
		Reason      string `json:"reason,omitempty" maxLength:"300"`
		NewMediator app.ID `json:"new_mediator,omitempty" doc:"Where those who rely on this Mediator go"`
		NewAdmin    app.ID `json:"new_admin,omitempty" doc:"Where the operators assigned to this ADMIN go"`
	}
}

// MoveInput moves an operator.
type MoveInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body struct {
		Admin app.ID `json:"admin"`
	}
}

// Mediator is an administrator through whom users reach ANPR, as far as others
// need to know him.
type Mediator struct {
	ID         app.ID   `json:"id"`
	Name       string   `json:"name"`
	Surname    string   `json:"surname"`
	Role       app.Role `json:"role" enum:"top,admin"`
	Department app.ID   `json:"department,omitempty"`
}

// MediatorsOutput lists the Mediators.
type MediatorsOutput struct{ Body List[Mediator] }
