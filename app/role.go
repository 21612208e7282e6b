package app

// Role is one of the four roles of a user.
type Role string

// The roles. Administrative roles do not consult the register; operative
// roles do not administer.
const (
	RoleTop        Role = "top"        // first-level administrator
	RoleAdmin      Role = "admin"      // head of a department
	RoleStandard   Role = "standard"   // operator, monitored by TOP and by his ADMIN
	RoleStandardPS Role = "standardps" // operator of public security, not monitored in the services
)

// Roles lists the roles in the order of the specification's tables.
var Roles = []Role{RoleTop, RoleAdmin, RoleStandard, RoleStandardPS}

// Valid reports whether r is one of the four.
func (r Role) Valid() bool {
	return r == RoleTop || r == RoleAdmin || r == RoleStandard || r == RoleStandardPS
}

// Operative reports whether the role uses the services.
func (r Role) Operative() bool { return r == RoleStandard || r == RoleStandardPS }

// Administrative reports whether the role administers.
func (r Role) Administrative() bool { return r == RoleTop || r == RoleAdmin }

// Monitored reports whether what the role does in the services may be seen by
// TOP and ADMIN. STANDARDPS is logged too, but sealed.
func (r Role) Monitored() bool { return r != RoleStandardPS }
