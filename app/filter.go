package app

import "time"

// UserFilter narrows a list of users; zero fields do not.
type UserFilter struct {
	Within     ID     // the department to which the caller's reach is limited
	Roles      []Role // those whom the caller administers
	Department ID
	Enabled    *bool
	Search     string
	Limit      int
	Cursor     string
}

// WorkstationFilter narrows the register of workstations.
type WorkstationFilter struct {
	Within ID
	State  WorkstationState
	Search string
	Limit  int
	Cursor string
}

// ArchiveFilter narrows one user's archive.
type ArchiveFilter struct {
	User       ID
	SubjectKey string
	File       string
	Type       VisuraType
	Outcome    Outcome
	Purpose    ID
	From       time.Time
	Until      time.Time
	Since      time.Time // began or ended since
	Limit      int
	Cursor     string
}

// MonitorFilter narrows a monitor.
type MonitorFilter struct {
	User   ID
	Target ID
	From   time.Time
	Until  time.Time
	Search string
	Limit  int
	Cursor string
}
