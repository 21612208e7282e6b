package user

import (
	"slices"
	"strings"

	"indagor/app"
	"indagor/app/language"
)

// Says tells in words what the user will be able to do.
func Says(l *language.Language, u app.User, c Choices) string {
	var parts []string
	say := func(text string) { parts = append(parts, text) }
	p := u.Profile
	switch {
	case u.Role == app.RoleAdmin:
		if name := c.Department(u.Department); name != "" {
			say(l.T("user.says.admin", "department", name))
		} else {
			say(l.T("user.says.admin_nowhere"))
		}
		if u.OperatorID != "" {
			say(l.T("user.says.mediates"))
		}
	case p.Visure == nil && p.Enrichment == nil && p.Household == nil:
		say(l.T("user.says.nothing"))
	default:
		if p.Visure != nil {
			say(visure(l, *p.Visure, c))
		}
		if p.Enrichment != nil {
			say(bulk(l, "user.says.enrichment", *p.Enrichment, c))
		}
		if p.Household != nil {
			say(bulk(l, "user.says.household", *p.Household, c))
		}
		if names := c.PurposeNames(p.Purposes); len(names) > 0 {
			say(l.N("user.says.purposes", len(names), "names", Join(l, names)))
		} else {
			say(l.T("user.says.no_purpose"))
		}
	}
	say(workplace(l, p, c))
	if text := Period(l, u); text != "" {
		say(l.T("user.says.period", "period", text))
	}
	if u.Hours != nil && len(u.Hours.Days) > 0 && u.Hours.From < u.Hours.Until {
		say(l.T("user.says.hours", "hours", Hours(l, u.Hours)))
	}
	switch u.Role {
	case app.RoleStandard:
		say(l.T("user.says.monitored"))
	case app.RoleStandardPS:
		say(l.T("user.says.unmonitored"))
	}
	return strings.Join(parts, " ")
}

func visure(l *language.Language, v app.VisureProfile, c Choices) string {
	if len(v.Types) == 0 {
		return l.T("user.says.no_type")
	}
	types := Types(l, v.Types)
	for i := range types {
		types[i] = strings.ToLower(types[i])
	}
	scope := l.T("user.says.scope." + string(v.Scope.Kind))
	if v.Scope.Kind == app.ScopeGroup {
		if name := c.Group(v.Scope.Group); name != "" {
			scope = l.T("user.says.scope.named", "name", name)
		}
	}
	approval := l.T("user.says.approval." + string(v.Approval.Kind))
	if v.Approval.Kind == app.ApprovalTacit {
		approval = l.N("user.says.approval.silence", v.Approval.Silence)
	}
	return l.T("user.says.visure", "types", Join(l, types), "scope", scope, "approval", approval, "way", saysWay(l, v.Way, c))
}

// bulk tells a service on lists: about whom, and how ANPR is reached.
func bulk(l *language.Language, key string, b app.BulkProfile, c Choices) string {
	return l.T(key, "scope", l.T("user.says.scope."+string(b.Scope.Kind)), "way", saysWay(l, b.Way, c))
}

func saysWay(l *language.Language, w app.Way, c Choices) string {
	if w.Kind == app.WayMediator {
		if name := c.Person(w.Mediator); name != "" {
			return l.T("user.says.way.named", "name", name)
		} else if w.Mediator != "" {
			return l.T("user.says.way.other")
		}
	}
	return l.T("user.says.way." + string(w.Kind))
}

func workplace(l *language.Language, p app.Profile, c Choices) string {
	switch {
	case p.Workstations == app.WorkstationsFree:
		return l.T("user.says.free")
	case len(p.WorkstationID) > 0:
		return l.N("user.says.listed", len(p.WorkstationID), "names", Join(l, Workstations(l, p.WorkstationID, c)))
	}
	return l.T("user.says.authorised")
}

// Workstations are the names of workstations; one that the caller does not
// administer has none.
func Workstations(l *language.Language, ids []app.ID, c Choices) []string {
	var names []string
	for _, id := range ids {
		name := c.Workstation(id)
		if name == "" {
			name = l.T("user.workstation_unknown")
		}
		names = append(names, name)
	}
	return names
}

// Types are the types of visura in words, in the order of the table.
func Types(l *language.Language, types []app.VisuraType) []string {
	var words []string
	for _, spec := range app.VisuraSpecs {
		if slices.Contains(types, spec.Type) {
			words = append(words, l.T("visura.type."+string(spec.Type)))
		}
	}
	return words
}

// Services are the services of a user in short, "" for none.
func Services(l *language.Language, u app.User) string {
	var words []string
	if v := u.Profile.Visure; v != nil {
		words = append(words, l.N("user.short.visure", len(v.Types)))
	}
	if u.Profile.Enrichment != nil {
		words = append(words, l.T("user.short.enrichment"))
	}
	if u.Profile.Household != nil {
		words = append(words, l.T("user.short.household"))
	}
	return strings.Join(words, ", ")
}

// Period is the time in which an account works, "" where it has no limits.
func Period(l *language.Language, u app.User) string {
	switch {
	case u.ValidFrom != nil && u.ValidUntil != nil:
		return l.T("user.period", "from", l.Day(*u.ValidFrom), "until", l.Day(*u.ValidUntil))
	case u.ValidFrom != nil:
		return l.T("user.period.from", "from", l.Day(*u.ValidFrom))
	case u.ValidUntil != nil:
		return l.T("user.period.until", "until", l.Day(*u.ValidUntil))
	}
	return ""
}

// Hours are access hours in words; "" for none.
func Hours(l *language.Language, h *app.Hours) string {
	if h == nil {
		return ""
	}
	days := slices.Clone(h.Days)
	slices.Sort(days)
	days = slices.Compact(days)
	var words []string
	for _, d := range days {
		words = append(words, Day(l, d))
	}
	return l.T("user.hours", "days", Join(l, words), "from", Clock(h.From), "until", Clock(h.Until))
}

// Day is a day of the week in words; Monday is 1.
func Day(l *language.Language, day int) string {
	keys := [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	if day < 1 || day > len(keys) {
		return ""
	}
	return l.T("user.day." + keys[day-1])
}

// Join writes words as a person lists them: a, b e c.
func Join(l *language.Language, words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return l.T("user.list", "first", strings.Join(words[:last], ", "), "last", words[last])
}
