package sight

import (
	"slices"

	"indagor/app"
)

// Sees reports whether the sight sees the event, as the store's lists do: the
// two are held against each other by a test. Acts are seen by the department
// of their actor and by that of their target; what is sealed is seen by
// nobody.
func (s Sight) Sees(e app.Event) bool {
	if e.Sealed() || len(s.roles) == 0 {
		return false
	}
	act := e.Class == app.ClassAdmin || e.Class == app.ClassSystem
	switch s.reach {
	case app.ReachAll:
	case app.ReachDepartment:
		if act {
			return e.Actor.Department == s.department || e.TargetDept == s.department
		}
		if e.Actor.Department != s.department {
			return false
		}
	case app.ReachOwn:
		if e.Actor.User != s.user {
			return false
		}
	default:
		return false
	}
	return len(s.roles) == len(app.Roles) || slices.Contains(s.roles, e.Actor.Role)
}
