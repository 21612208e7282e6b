package user

import (
	"slices"
	"strings"

	"indagor/app"
	"indagor/app/language"
)

// Left is a part of a profile that cannot be taken over.
type Left struct {
	Why   LeftWhy
	Names []string // of what is left out, where it has names
}

// LeftWhy says why a part of a profile cannot be taken over.
type LeftWhy string

// The reasons.
const (
	LeftPurposes     LeftWhy = "purposes"     // the department has none of the name, or has withdrawn it
	LeftWorkstations LeftWhy = "workstations" // of another department
	LeftApproval     LeftWhy = "approval"     // the role admits none
	LeftServices     LeftWhy = "services"     // the role uses none
	LeftOperator     LeftWhy = "operator"     // taken over, but the person's own operator id must be stated
)

// Copy takes over the profile of another user: access hours, workstations,
// services and purposes. What the person is, and the period of validity, stay.
// What is bound to another department, or what the role does not admit, is
// left out and told.
func (d Draft) Copy(from app.User, c Choices) (Draft, []Left) {
	var left []Left
	p := from.Profile
	d.Days, d.From, d.Until = nil, "", ""
	if h := from.Hours; h != nil {
		d.Days, d.From, d.Until = slices.Clone(h.Days), Clock(h.From), Clock(h.Until)
	}
	d.Rule, d.Workstations = p.Workstations, nil
	var far []string
	for _, id := range p.WorkstationID {
		i := slices.IndexFunc(c.Workstations, func(w app.Workstation) bool { return w.ID == id })
		switch {
		case i >= 0 && (from.Department == d.Department || c.Workstations[i].Department == d.Department):
			d.Workstations = append(d.Workstations, id)
		case i >= 0:
			far = append(far, c.Workstations[i].Name)
		default:
			far = append(far, "")
		}
	}
	if len(far) > 0 {
		left = append(left, Left{LeftWorkstations, slices.DeleteFunc(far, func(n string) bool { return n == "" })})
	}
	if !d.Role.Operative() {
		d.Rule = app.WorkstationsAuthorised
		if p.Visure != nil || p.Enrichment != nil || p.Household != nil {
			left = append(left, Left{Why: LeftServices})
		}
		return d, left
	}
	was := DraftOf(from)
	d.Visure, d.Enrichment, d.Household = was.Visure, was.Enrichment, was.Household
	if was.Visure {
		d.Way, d.Mediator, d.Types, d.Scope, d.Group = was.Way, was.Mediator, was.Types, was.Scope, was.Group
		d.Approval, d.Silence = was.Approval, was.Silence
		if d.Role == app.RoleStandardPS && d.Approval != app.ApprovalNone {
			d.Approval = app.ApprovalNone
			left = append(left, Left{Why: LeftApproval})
		}
	}
	var gone []string
	if d.Purposes, gone = c.samePurposes(p.Purposes, d.Department); len(gone) > 0 {
		left = append(left, Left{LeftPurposes, gone})
	}
	own := func(on bool, way app.WayKind) bool { return on && way == app.WayOperator }
	if d.OperatorID == "" && (own(d.Visure, d.Way) || own(d.Enrichment.On, d.Enrichment.Way) || own(d.Household.On, d.Household.Way)) {
		left = append(left, Left{Why: LeftOperator})
	}
	return d, left
}

// samePurposes are the purposes of the department that are called as the given
// ones, and the names of those of which it has none.
func (c Choices) samePurposes(ids []app.ID, department app.ID) (same []app.ID, gone []string) {
	for _, p := range c.Purposes {
		if !slices.Contains(ids, p.ID) {
			continue
		}
		i := slices.IndexFunc(c.Purposes, func(o app.Purpose) bool {
			return o.Department == department && !o.Withdrawn && strings.EqualFold(o.Name, p.Name)
		})
		if i >= 0 {
			same = append(same, c.Purposes[i].ID)
		} else {
			gone = append(gone, p.Name)
		}
	}
	return same, gone
}

// Difference is one thing of a profile that would be another, in words.
type Difference struct{ What, Before, After string }

// Differences are what of the profile the second draft has otherwise than the
// first, in the order in which the form shows it.
func Differences(l *language.Language, before, after Draft, c Choices) []Difference {
	var out []Difference
	a, b := before.profileWords(l, c), after.profileWords(l, c)
	for i := range a {
		if a[i].After != b[i].After {
			out = append(out, Difference{a[i].What, a[i].After, b[i].After})
		}
	}
	return out
}

// profileWords is what a profile says, in words, always the same things.
func (d Draft) profileWords(l *language.Language, c Choices) []Difference {
	u := d.User()
	p := u.Profile
	places := l.T("workstation.rule." + string(p.Workstations))
	if len(p.WorkstationID) > 0 {
		places = strings.Join(Workstations(l, p.WorkstationID, c), ", ")
	}
	hours := l.T("user.access_hours.none")
	if u.Hours != nil {
		hours = Hours(l, u.Hours)
	}
	out := []Difference{{What: l.T("user.access_hours"), After: hours}, {What: l.T("user.workstations"), After: places}}
	add := func(key, value string) { out = append(out, Difference{What: l.T(key), After: value}) }
	if v := p.Visure; v != nil {
		add("user.types", strings.Join(Types(l, v.Types), ", "))
		add("user.scope", Scope(l, v.Scope, c))
		add("user.approval", Approval(l, v.Approval))
		add("user.way", Way(l, v.Way, c))
	} else {
		off := l.T("user.visure.off")
		add("user.types", off)
		add("user.scope", "")
		add("user.approval", "")
		add("user.way", "")
	}
	add("user.enrichment", Bulks(l, p.Enrichment, c))
	add("user.household", Bulks(l, p.Household, c))
	add("user.purposes", strings.Join(c.PurposeNames(p.Purposes), ", "))
	return out
}

// Scope is a territorial scope in words.
func Scope(l *language.Language, s app.Scope, c Choices) string {
	text := l.T("scope." + string(s.Kind))
	if name := c.Group(s.Group); s.Kind == app.ScopeGroup && name != "" {
		text += ": " + name
	}
	return text
}

// Way is a way to ANPR in words.
func Way(l *language.Language, w app.Way, c Choices) string {
	text := l.T("way." + string(w.Kind))
	if name := c.Person(w.Mediator); w.Kind == app.WayMediator && name != "" {
		text += ": " + name
	}
	return text
}

// Approval is a rule of approval in words.
func Approval(l *language.Language, a app.ApprovalRule) string {
	if a.Kind == app.ApprovalTacit {
		return l.N("user.silence.value", a.Silence)
	}
	return l.T("approval." + string(a.Kind))
}

// Bulks is a service on lists in words; that it is not enabled for nil.
func Bulks(l *language.Language, b *app.BulkProfile, c Choices) string {
	if b == nil {
		return l.T("user.visure.off")
	}
	return l.T("user.bulk", "way", Way(l, b.Way, c), "scope", Scope(l, b.Scope, c))
}
