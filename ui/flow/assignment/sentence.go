package assignment

import (
	"strings"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
)

// Changes says what of an operator changes with the move besides his ADMIN, a
// few words each.
func Changes(l *language.Language, m wire.PlannedMove) []string {
	var out []string
	add := func(key, name string, values ...string) {
		if text := strings.Join(values, ", "); text != "" {
			out = append(out, l.T(key, name, text))
		}
	}
	add("assignment.lost_purposes", "names", m.LostPurposes...)
	add("assignment.given_purposes", "names", m.GivenPurposes...)
	add("assignment.lost_office", "name", m.LostOffice)
	add("assignment.lost_workstations", "names", m.LostWorkstations...)
	add("assignment.left_mediator", "name", m.LeftMediator)
	return out
}

// Refusals says why an operator cannot go, a sentence each.
func Refusals(l *language.Language, m wire.PlannedMove) []string {
	var out []string
	for _, e := range m.Refusals {
		key := "assignment.refused." + e.Field
		if e.Code == app.CodeRequired && l.Has(key) {
			out = append(out, l.T(key))
			continue
		}
		out = append(out, l.Refusal(e.Code, e.Params).What)
	}
	return out
}

// Sees says who will see what of an operator, from when.
func Sees(l *language.Language, p wire.MovePlan, m wire.PlannedMove, departments map[app.ID]string) string {
	to := departments[p.Department]
	switch {
	case m.Role == app.RoleStandardPS:
		return l.T("assignment.sees.ps", "name", m.Name, "admin", p.AdminName, "department", to)
	case m.Department == p.Department:
		return l.T("assignment.sees.same", "name", m.Name, "admin", p.AdminName, "department", to)
	}
	return l.T("assignment.sees", "name", m.Name, "admin", p.AdminName, "department", to, "former", m.AdminName, "left", departments[m.Department])
}
