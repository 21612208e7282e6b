package app

// Department (direzione) is an area of the body; an ADMIN answers for one.
type Department struct {
	ID      ID       `json:"id"`
	Name    string   `json:"name"`
	Offices []string `json:"offices,omitempty" nullable:"false"`
	Version int      `json:"version" required:"false" doc:"Number of changes; sent back with a change so that two administrators do not overwrite each other"`
}

// Purpose (finalità) is a reason for which a department's users may consult
// the register, as the body declared it when it subscribed to the e-services.
type Purpose struct {
	ID         ID     `json:"id"`
	Department ID     `json:"department"`
	Name       string `json:"name"`
	LegalBasis string `json:"legal_basis,omitempty"`
	Withdrawn  bool   `json:"withdrawn,omitempty" doc:"No longer to be stated; kept for what was asked under it"`
	Version    int    `json:"version" required:"false"`
}

// Consortium is a group of Comuni, as a territorial scope.
type Consortium struct {
	ID      ID       `json:"id"`
	Name    string   `json:"name"`
	Comuni  []string `json:"comuni" nullable:"false" doc:"ISTAT codes"`
	Version int      `json:"version" required:"false"`
}

// Holder is a user as far as those must know him who change what he refers to.
type Holder struct {
	ID         ID     `json:"id"`
	Name       string `json:"name" doc:"Name and surname"`
	Username   string `json:"username"`
	Role       Role   `json:"role" enum:"top,admin,standard,standardps"`
	Department ID     `json:"department,omitempty"`
	Enabled    bool   `json:"enabled"`
}

// Holder is the user in short.
func (u User) Holder() Holder {
	return Holder{u.ID, u.FullName(), u.Username, u.Role, u.Department, u.Enabled}
}

// DepartmentCounts tells how much hangs on a department.
type DepartmentCounts struct {
	Admins       int `json:"admins" doc:"Enabled ADMINs"`
	Operators    int `json:"operators" doc:"Operators, disabled ones included"`
	Workstations int `json:"workstations" doc:"Workstations that are not revoked"`
	Purposes     int `json:"purposes" doc:"Purposes that may be stated"`
}

// DepartmentSummary is a department with how much hangs on it.
type DepartmentSummary struct {
	Department
	DepartmentCounts
}

// DepartmentDetail is a department with what it consists of.
type DepartmentDetail struct {
	Department
	DepartmentCounts
	Heads       []Holder     `json:"heads" nullable:"false" doc:"The ADMINs"`
	OfficeUses  []OfficeUse  `json:"office_uses" nullable:"false"`
	PurposeUses []PurposeUse `json:"purpose_uses" nullable:"false"`
}

// OfficeUse is an office with who and what is in it.
type OfficeUse struct {
	Name         string `json:"name"`
	Users        int    `json:"users"`
	Workstations int    `json:"workstations"`
}

// PurposeUse is a purpose with who may state it.
type PurposeUse struct {
	Purpose
	Users int `json:"users" doc:"Users who may state it"`
	Alone int `json:"alone" doc:"Those of them who may state no other"`
}

// ConsortiumSummary is a group of Comuni with the number of its users.
type ConsortiumSummary struct {
	Consortium
	Users int `json:"users" doc:"Users whose scope the group is"`
}

// ConsortiumDetail is a group of Comuni with its users.
type ConsortiumDetail struct {
	Consortium
	Users []Holder `json:"users" nullable:"false" doc:"Users whose scope the group is"`
}
