// Package sight decides who may see what of other people's doings. Every
// method of the store that returns activity, accesses, acts, statistics or
// counts takes a Sight; its zero value sees nobody, and only Of makes another.
package sight

import (
	"slices"

	"indagor/app"
)

// Sight is what one caller may see under one permission.
type Sight struct {
	reach      app.Reach
	user       app.ID
	department app.ID
	roles      []app.Role
}

// Of gives the sight of a caller under the permission, by the one table of
// permissions. What happened belongs to the department that its actor had
// when it happened; the roles are those of the actors that may be seen.
func Of(caller app.Caller, p app.Permission) Sight {
	g := p.Grant(caller.User.Role)
	s := Sight{reach: g.Reach, user: caller.User.ID, department: caller.User.Department, roles: slices.Clone(g.Over)}
	if s.reach == app.ReachDepartment && s.department == "" {
		return Sight{}
	}
	return s
}

// Reach tells how far the sight reaches.
func (s Sight) Reach() app.Reach { return s.reach }

// User is whom a sight of one's own sees.
func (s Sight) User() app.ID { return s.user }

// Department is what a sight of a department sees.
func (s Sight) Department() app.ID { return s.department }

// Roles are the roles whose doings may be seen; none named means none.
func (s Sight) Roles() []app.Role { return s.roles }
