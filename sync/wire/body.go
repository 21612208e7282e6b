package wire

import "indagor/app"

// The operations about what profiles refer to: departments with their offices
// and purposes, groups of Comuni.
var (
	ListDepartments = Endpoint[None, DepartmentsOutput]{
		ID: "list-departments", Method: "GET", Path: "/v1/departments", Access: AccessUser,
		Summary: "The departments",
	}
	ListDepartmentSummaries = Endpoint[None, DepartmentSummariesOutput]{
		ID: "list-department-summaries", Method: "GET", Path: "/v1/body/departments", Access: AccessUser,
		Permission: app.PermSettings, Summary: "The departments with how much hangs on each",
	}
	GetDepartment = Endpoint[IDInput, DepartmentDetailOutput]{
		ID: "get-department", Method: "GET", Path: "/v1/departments/{id}", Access: AccessUser,
		Permission: app.PermSettings, Summary: "One department with its ADMINs, offices and purposes and who is in them",
	}
	SaveDepartment = Endpoint[SaveDepartmentInput, DepartmentOutput]{
		ID: "save-department", Method: "PUT", Path: "/v1/departments/{id}", Access: AccessUser,
		Permission: app.PermSettings, Summary: "Make or change a department; the caller chooses the id of a new one",
	}
	DeleteDepartment = Endpoint[DeleteInput, None]{
		ID: "delete-department", Method: "DELETE", Path: "/v1/departments/{id}", Access: AccessUser, Status: 204,
		Permission: app.PermSettings, Summary: "Delete a department that nothing refers to",
	}
	ListPurposes = Endpoint[None, PurposesOutput]{
		ID: "list-purposes", Method: "GET", Path: "/v1/purposes", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "The purposes of the departments that the caller administers",
	}
	SavePurpose = Endpoint[SavePurposeInput, PurposeOutput]{
		ID: "save-purpose", Method: "PUT", Path: "/v1/purposes/{id}", Access: AccessUser,
		Permission: app.PermSettings, Summary: "Make, change or withdraw a purpose",
	}
	DeletePurpose = Endpoint[DeleteInput, None]{
		ID: "delete-purpose", Method: "DELETE", Path: "/v1/purposes/{id}", Access: AccessUser, Status: 204,
		Permission: app.PermSettings, Summary: "Delete a purpose that no profile names",
	}
	ListConsortia = Endpoint[None, ConsortiaOutput]{
		ID: "list-groups", Method: "GET", Path: "/v1/groups", Access: AccessUser,
		Permission: app.PermManageWorkstation, Summary: "The groups of Comuni",
	}
	ListConsortiumSummaries = Endpoint[None, ConsortiumSummariesOutput]{
		ID: "list-group-summaries", Method: "GET", Path: "/v1/body/groups", Access: AccessUser,
		Permission: app.PermSettings, Summary: "The groups of Comuni with the number of their users",
	}
	GetConsortium = Endpoint[IDInput, ConsortiumDetailOutput]{
		ID: "get-group", Method: "GET", Path: "/v1/groups/{id}", Access: AccessUser,
		Permission: app.PermSettings, Summary: "One group of Comuni with the users whose scope it is",
	}
	SaveConsortium = Endpoint[SaveConsortiumInput, ConsortiumOutput]{
		ID: "save-group", Method: "PUT", Path: "/v1/groups/{id}", Access: AccessUser,
		Permission: app.PermSettings, Summary: "Make or change a group of Comuni; a Comune that has ceased is replaced by the present one",
	}
	DeleteConsortium = Endpoint[DeleteInput, None]{
		ID: "delete-group", Method: "DELETE", Path: "/v1/groups/{id}", Access: AccessUser, Status: 204,
		Permission: app.PermSettings, Summary: "Delete a group of Comuni that is nobody's scope",
	}
)

// DeleteInput deletes a thing; version is that of the copy on which it was
// decided.
type DeleteInput struct {
	ID      app.ID `path:"id" maxLength:"26"`
	Version int    `query:"version" minimum:"1" required:"true"`
}

// DepartmentsOutput lists the departments.
type DepartmentsOutput struct{ Body List[app.Department] }

// DepartmentSummariesOutput lists the departments with how much hangs on each.
type DepartmentSummariesOutput struct{ Body List[app.DepartmentSummary] }

// DepartmentDetailOutput is one department with what it consists of.
type DepartmentDetailOutput struct{ Body app.DepartmentDetail }

// SaveDepartmentInput makes or changes a department.
type SaveDepartmentInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body DepartmentChange
}

// DepartmentChange is a department as it is to be.
type DepartmentChange struct {
	Name    string         `json:"name" minLength:"1" maxLength:"100"`
	Offices []string       `json:"offices,omitempty" nullable:"false" maxItems:"200"`
	Renamed []OfficeRename `json:"renamed,omitempty" nullable:"false" maxItems:"200" doc:"Offices that have another name now; who is in them follows"`
	Version int            `json:"version,omitempty" minimum:"0" doc:"That of the copy changed; absent for a new department"`
}

// OfficeRename gives an office another name.
type OfficeRename struct {
	From string `json:"from" maxLength:"100"`
	To   string `json:"to" maxLength:"100"`
}

// DepartmentOutput is one department.
type DepartmentOutput struct{ Body app.Department }

// PurposesOutput lists purposes.
type PurposesOutput struct{ Body List[app.Purpose] }

// SavePurposeInput makes or changes a purpose.
type SavePurposeInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body PurposeChange
}

// PurposeChange is a purpose as it is to be.
type PurposeChange struct {
	Department app.ID `json:"department"`
	Name       string `json:"name" minLength:"1" maxLength:"150"`
	LegalBasis string `json:"legal_basis,omitempty" maxLength:"300"`
	Withdrawn  bool   `json:"withdrawn,omitempty" doc:"No longer to be stated"`
	Version    int    `json:"version,omitempty" minimum:"0" doc:"That of the copy changed; absent for a new purpose"`
}

// PurposeOutput is one purpose.
type PurposeOutput struct{ Body app.Purpose }

// ConsortiaOutput lists groups of Comuni.
type ConsortiaOutput struct{ Body List[app.Consortium] }

// ConsortiumSummariesOutput lists the groups with the number of their users.
type ConsortiumSummariesOutput struct{ Body List[app.ConsortiumSummary] }

// ConsortiumDetailOutput is one group with its users.
type ConsortiumDetailOutput struct{ Body app.ConsortiumDetail }

// SaveConsortiumInput makes or changes a group of Comuni.
type SaveConsortiumInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body ConsortiumChange
}

// ConsortiumChange is a group of Comuni as it is to be.
type ConsortiumChange struct {
	Name    string   `json:"name" minLength:"1" maxLength:"100"`
	Comuni  []string `json:"comuni" nullable:"false" minItems:"1" maxItems:"500" doc:"ISTAT codes"`
	Version int      `json:"version,omitempty" minimum:"0" doc:"That of the copy changed; absent for a new group"`
}

// ConsortiumOutput is one group of Comuni.
type ConsortiumOutput struct{ Body app.Consortium }
