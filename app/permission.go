package app

import "slices"

// Permission names a function of the product, one row of the table of the
// specification's second chapter.
type Permission string

// The functions.
const (
	PermManageAdmins      Permission = "users.admin.manage"
	PermManageOperators   Permission = "users.operator.manage"
	PermEnableUsers       Permission = "users.enable"
	PermManageWorkstation Permission = "workstations.manage"
	PermResetPassword     Permission = "users.reset_password"
	PermMoveOperators     Permission = "assignments.move"
	PermSendNotice        Permission = "board.send"
	PermReadBoard         Permission = "board.read"
	PermMediate           Permission = "mediator.act"
	PermApprove           Permission = "approvals.decide"
	PermMonitorActivity   Permission = "activity.monitor"
	PermMonitorAccess     Permission = "access.monitor"
	PermStatistics        Permission = "statistics.read"
	PermDigest            Permission = "digest.receive"
	PermHistory           Permission = "history.read"
	PermSettings          Permission = "settings.manage"
	PermUseServices       Permission = "services.use"
	PermArchive           Permission = "archive.read"
)

// Reach is how far a function reaches for a role: over nobody, over oneself,
// over one's department, over everybody.
type Reach int

// The reaches, each within the next.
const (
	ReachNone Reach = iota
	ReachOwn
	ReachDepartment
	ReachAll
)

// String is the word used in the contract.
func (r Reach) String() string {
	return [...]string{"none", "own", "department", "all"}[r]
}

// Grant is one cell of the table: how far, and over users of which roles.
type Grant struct {
	Reach Reach
	Over  []Role // nil: where the function is not about users
}

// Row is one function with its cell for each role.
type Row struct {
	Permission     Permission
	Grants         map[Role]Grant // an absent role has no grant
	RecentPassword bool           // the password must have been given lately
	Source         string         // where the specification says so
}

func over(reach Reach, roles ...Role) Grant { return Grant{reach, roles} }

// Table is the one table of permissions. The gate refuses by it, the desktop
// offers by it, and the tests walk every cell of it, the empty ones too.
var Table = []Row{
	{PermManageAdmins, map[Role]Grant{
		RoleTop: over(ReachAll, RoleAdmin),
	}, false, "§2 register and profile ADMIN"},
	{PermManageOperators, map[Role]Grant{
		RoleTop:   over(ReachAll, RoleStandard, RoleStandardPS),
		RoleAdmin: over(ReachDepartment, RoleStandard, RoleStandardPS),
	}, false, "§2 register and profile STANDARD, STANDARDPS"},
	{PermEnableUsers, map[Role]Grant{
		RoleTop:   over(ReachAll, RoleAdmin, RoleStandard, RoleStandardPS),
		RoleAdmin: over(ReachDepartment, RoleStandard, RoleStandardPS),
	}, false, "§2 enable / disable an account"},
	{PermManageWorkstation, map[Role]Grant{
		RoleTop:   over(ReachAll),
		RoleAdmin: over(ReachDepartment),
	}, false, "§2 authorised workstations"},
	{PermResetPassword, map[Role]Grant{
		RoleTop:   over(ReachAll, RoleAdmin, RoleStandard, RoleStandardPS),
		RoleAdmin: over(ReachDepartment, RoleStandard, RoleStandardPS),
	}, true, "§2 reset password"},
	{PermMoveOperators, map[Role]Grant{
		RoleTop: over(ReachAll, RoleStandard, RoleStandardPS),
	}, false, "§2 assignments (legami)"},
	{PermSendNotice, map[Role]Grant{
		RoleTop:   over(ReachAll, Roles...),
		RoleAdmin: over(ReachDepartment, Roles...),
	}, false, "§2 board: send"},
	{PermReadBoard, map[Role]Grant{
		RoleTop: over(ReachOwn, RoleTop), RoleAdmin: over(ReachOwn, RoleAdmin),
		RoleStandard: over(ReachOwn, RoleStandard), RoleStandardPS: over(ReachOwn, RoleStandardPS),
	}, false, "§2 board: read"},
	{PermMediate, map[Role]Grant{
		RoleTop:   over(ReachOwn, RoleTop),
		RoleAdmin: over(ReachOwn, RoleAdmin),
	}, false, "§2 act as Mediator"},
	{PermApprove, map[Role]Grant{
		RoleTop: over(ReachAll, RoleStandard),
	}, false, "§2 approve visure"},
	{PermMonitorActivity, map[Role]Grant{
		RoleTop:   over(ReachAll, RoleTop, RoleAdmin, RoleStandard),
		RoleAdmin: over(ReachDepartment, RoleTop, RoleAdmin, RoleStandard),
	}, false, "§2 monitor activity"},
	{PermMonitorAccess, map[Role]Grant{
		RoleTop: over(ReachAll, Roles...),
	}, false, "§2 monitor accesses"},
	{PermStatistics, map[Role]Grant{
		RoleTop:        over(ReachAll, RoleTop, RoleAdmin, RoleStandard),
		RoleAdmin:      over(ReachDepartment, RoleTop, RoleAdmin, RoleStandard),
		RoleStandard:   over(ReachOwn, RoleStandard),
		RoleStandardPS: over(ReachOwn, RoleStandardPS),
	}, false, "§2 statistics on requests"},
	{PermDigest, map[Role]Grant{
		RoleTop:   over(ReachAll, RoleTop, RoleAdmin, RoleStandard),
		RoleAdmin: over(ReachDepartment, RoleTop, RoleAdmin, RoleStandard),
	}, false, "§2 daily mail"},
	{PermHistory, map[Role]Grant{
		RoleTop:   over(ReachAll, Roles...),
		RoleAdmin: over(ReachDepartment, Roles...),
	}, false, "§2 history of administrative acts"},
	{PermSettings, map[Role]Grant{
		RoleTop: over(ReachAll),
	}, false, "§2 departments, purposes, groups of Comuni, policies, settings"},
	{PermUseServices, map[Role]Grant{
		RoleStandard:   over(ReachOwn, RoleStandard),
		RoleStandardPS: over(ReachOwn, RoleStandardPS),
	}, false, "§2 use the enabled services"},
	{PermArchive, map[Role]Grant{
		RoleStandard:   over(ReachOwn, RoleStandard),
		RoleStandardPS: over(ReachOwn, RoleStandardPS),
	}, false, "§2 archive of every service"},
}

var rows = func() map[Permission]Row {
	m := make(map[Permission]Row, len(Table))
	for _, r := range Table {
		m[r.Permission] = r
	}
	return m
}()

// Row returns the function's row; ok is false for a name not in the table.
func (p Permission) Row() (row Row, ok bool) {
	row, ok = rows[p]
	return row, ok
}

// Grant returns the function's cell for the role; the zero Grant reaches
// nobody.
func (p Permission) Grant(r Role) Grant { return rows[p].Grants[r] }

// Standing is what decides a permission about a person: who it is, with which
// role, in which department.
type Standing struct {
	User       ID
	Role       Role
	Department ID // "" where the person belongs to none, as TOP may
}

// Allows reports whether the actor may exercise the function over the target.
func (p Permission) Allows(actor, target Standing) bool {
	g := p.Grant(actor.Role)
	if len(g.Over) > 0 && !slices.Contains(g.Over, target.Role) {
		return false
	}
	switch g.Reach {
	case ReachAll:
		return true
	case ReachDepartment:
		return actor.Department != "" && actor.Department == target.Department
	case ReachOwn:
		return actor.User == target.User
	}
	return false
}

// AllowsRole reports whether anybody may exercise the function over users of
// the role.
func (p Permission) AllowsRole(role Role) bool {
	for _, g := range rows[p].Grants {
		if g.Reach != ReachNone && slices.Contains(g.Over, role) {
			return true
		}
	}
	return false
}

// AllowsDepartment reports whether the actor may exercise a function that is
// not about a person over a thing of the department ("" is a thing of no
// department, reached only by those who reach everything).
func (p Permission) AllowsDepartment(actor Standing, department ID) bool {
	switch p.Grant(actor.Role).Reach {
	case ReachAll:
		return true
	case ReachDepartment:
		return department != "" && actor.Department == department
	}
	return false
}

// ManageUser is the function under which an account of the role is registered
// and profiled; "" for TOP, who is created on the server's console only.
func ManageUser(role Role) Permission {
	switch role {
	case RoleAdmin:
		return PermManageAdmins
	case RoleStandard, RoleStandardPS:
		return PermManageOperators
	}
	return ""
}
