package app

import "slices"

// MediatorRule says which of those who could act as Mediators the body wants
// (specification §2).
type MediatorRule string

// The rules of Mediators.
const (
	MediatorsAll   MediatorRule = "" // TOP and ADMIN
	MediatorsTop   MediatorRule = "top"
	MediatorsAdmin MediatorRule = "admin"
	MediatorsNone  MediatorRule = "none"
)

// MediatorRules lists them.
var MediatorRules = []MediatorRule{MediatorsAll, MediatorsTop, MediatorsAdmin, MediatorsNone}

// Valid reports whether the rule is one of them.
func (m MediatorRule) Valid() bool { return slices.Contains(MediatorRules, m) }

// Roles are the roles that may act as Mediators.
func (m MediatorRule) Roles() []Role {
	var out []Role
	for _, r := range Roles {
		if PermMediate.Grant(r).Reach != ReachNone && (m == MediatorsAll || string(m) == string(r)) {
			out = append(out, r)
		}
	}
	return out
}

// MayMediate says why others may not reach ANPR through the user on that day;
// nil where they may.
func (u User) MayMediate(today Day, rule MediatorRule) *Error {
	switch {
	case PermMediate.Grant(u.Role).Reach == ReachNone || u.OperatorID == "":
		return E(CodeProfileMediator)
	case !slices.Contains(rule.Roles(), u.Role):
		return E(CodeMediatorUnwanted, "name", u.FullName(), "role", string(u.Role))
	case !u.MayStand(today):
		return E(CodeProfileMediatorOff, "name", u.FullName())
	}
	return nil
}
