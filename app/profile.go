package app

import (
	"slices"
	"strconv"
)

// Profile is what a user may do and how (specification §3).
type Profile struct {
	Workstations  WorkstationRule `json:"workstations" enum:"authorised,free" doc:"free: any workstation that has presented itself; authorised: approved ones only. Administrators always need an approved one"`
	WorkstationID []ID            `json:"workstation_ids,omitempty" nullable:"false" doc:"With authorised: only these, if any is listed"`
	Visure        *VisureProfile  `json:"visure,omitempty" doc:"Visure anagrafiche puntuali, if enabled"`
	Enrichment    *BulkProfile    `json:"enrichment,omitempty" doc:"Rivestizione anagrafica, if enabled"`
	Household     *BulkProfile    `json:"household,omitempty" doc:"Nuclei familiari, if enabled"`
	Purposes      []ID            `json:"purposes,omitempty" nullable:"false" doc:"Purposes (finalità) that the user may state"`
}

// WorkstationRule says from which workstations a user works.
type WorkstationRule string

// The rules of workstations.
const (
	WorkstationsAuthorised WorkstationRule = "authorised"
	WorkstationsFree       WorkstationRule = "free"
)

// VisureProfile is the profile of the service of single visure.
type VisureProfile struct {
	Way      Way          `json:"way"`
	Types    []VisuraType `json:"types" nullable:"false" minItems:"0"`
	Scope    Scope        `json:"scope"`
	Approval ApprovalRule `json:"approval"`
}

// BulkProfile is the profile of a service on lists; its scope is national or
// own.
type BulkProfile struct {
	Way   Way   `json:"way"`
	Scope Scope `json:"scope"`
}

// Way is how a user reaches ANPR: through a Mediator, or with his own ANPR
// operator id.
type Way struct {
	Kind     WayKind `json:"kind" enum:"mediator,operator"`
	Mediator ID      `json:"mediator,omitempty" doc:"The Mediator's user id, with kind mediator"`
}

// WayKind is one of the two ways to ANPR.
type WayKind string

// The ways to ANPR.
const (
	WayMediator WayKind = "mediator"
	WayOperator WayKind = "operator"
)

// Scope is the territorial scope (ambito territoriale): about whom a user may
// ask.
type Scope struct {
	Kind  ScopeKind `json:"kind" enum:"national,own,group"`
	Group ID        `json:"group,omitempty" doc:"The group of Comuni, with kind group"`
}

// ScopeKind is one of the three scopes.
type ScopeKind string

// The scopes.
const (
	ScopeNational ScopeKind = "national"
	ScopeOwn      ScopeKind = "own"
	ScopeGroup    ScopeKind = "group"
)

// ApprovalRule says whether TOP must consent before a visura runs.
type ApprovalRule struct {
	Kind    ApprovalKind `json:"kind" enum:"none,manual,tacit"`
	Silence int          `json:"silence_hours,omitempty" minimum:"0" maximum:"8760" doc:"With kind tacit: hours without an answer after which the visura runs"`
}

// ApprovalKind is one of the three rules of approval (convalida).
type ApprovalKind string

// The rules of approval.
const (
	ApprovalNone   ApprovalKind = "none"
	ApprovalManual ApprovalKind = "manual"
	ApprovalTacit  ApprovalKind = "tacit"
)

// Mediators lists the Mediators that the profile relies on, each once.
func (p Profile) Mediators() []ID {
	var ids []ID
	for _, w := range p.ways() {
		if w.way.Kind == WayMediator && w.way.Mediator != "" && !slices.Contains(ids, w.way.Mediator) {
			ids = append(ids, w.way.Mediator)
		}
	}
	return ids
}

// Groups lists the groups of Comuni that the profile names, each once.
func (p Profile) Groups() []ID {
	if p.Visure != nil && p.Visure.Scope.Kind == ScopeGroup && p.Visure.Scope.Group != "" {
		return []ID{p.Visure.Scope.Group}
	}
	return nil
}

type namedWay struct {
	field string
	way   Way
}

func (p Profile) ways() []namedWay {
	var ws []namedWay
	if p.Visure != nil {
		ws = append(ws, namedWay{"profile.visure.way", p.Visure.Way})
	}
	if p.Enrichment != nil {
		ws = append(ws, namedWay{"profile.enrichment.way", p.Enrichment.Way})
	}
	if p.Household != nil {
		ws = append(ws, namedWay{"profile.household.way", p.Household.Way})
	}
	return ws
}

// ProfileFacts is what a profile's check must know of other things: only of
// those that the profile names.
type ProfileFacts struct {
	Today        Day         // in the zone of the body
	Mediators    map[ID]User // the users named as Mediators, where they exist
	Wanted       MediatorRule
	GroupSizes   map[ID]int // the number of Comuni of the groups named, where they exist
	Purposes     []ID       // the purposes of the user's department
	Workstations []ID       // the workstations named, where they are approved and the administrator may assign them
}

// Check refuses a profile that cannot work, naming the field of each fault
// (specification §3).
func (p Profile) Check(u User, facts ProfileFacts) Errors {
	var es Errors
	add := func(e *Error, field string) { es = append(es, e.At(field)) }

	if u.Role.Administrative() {
		if p.Visure != nil || p.Enrichment != nil || p.Household != nil {
			add(E(CodeRoleNoServices), "profile")
		}
		if p.Workstations != WorkstationsAuthorised {
			add(E(CodeProfileWorkstation), "profile.workstations")
		}
	}
	if p.Workstations != WorkstationsAuthorised && p.Workstations != WorkstationsFree {
		add(E(CodeInvalid), "profile.workstations")
	}
	if p.Workstations == WorkstationsFree && len(p.WorkstationID) > 0 {
		add(E(CodeProfileWorkstation), "profile.workstation_ids")
	}
	for _, id := range p.WorkstationID {
		if !slices.Contains(facts.Workstations, id) {
			add(E(CodeProfileListed), "profile.workstation_ids")
			break
		}
	}
	for _, w := range p.ways() {
		switch w.way.Kind {
		case WayOperator:
			unnamed := func(e *Error) bool { return e.Code == CodeProfileOperatorID }
			if u.OperatorID == "" && !slices.ContainsFunc(es, unnamed) {
				add(E(CodeProfileOperatorID), "operator_id")
			}
		case WayMediator:
			// Whoever is not there is nobody, who is no Mediator.
			if e := facts.Mediators[w.way.Mediator].MayMediate(facts.Today, facts.Wanted); e != nil {
				add(e, w.field+".mediator")
			}
		default:
			add(E(CodeInvalid), w.field+".kind")
		}
	}
	if v := p.Visure; v != nil {
		if len(v.Types) == 0 {
			add(E(CodeProfileNoService), "profile.visure.types")
		}
		for i, t := range v.Types {
			if _, ok := t.Spec(); !ok {
				add(E(CodeInvalid), "profile.visure.types."+strconv.Itoa(i))
			}
		}
		switch v.Scope.Kind {
		case ScopeNational, ScopeOwn:
		case ScopeGroup:
			if facts.GroupSizes[v.Scope.Group] == 0 {
				add(E(CodeProfileGroup), "profile.visure.scope.group")
			}
		default:
			add(E(CodeInvalid), "profile.visure.scope.kind")
		}
		switch v.Approval.Kind {
		case ApprovalNone, ApprovalManual:
		case ApprovalTacit:
			if v.Approval.Silence < 1 {
				add(E(CodeProfileSilence), "profile.visure.approval.silence_hours")
			}
		default:
			add(E(CodeInvalid), "profile.visure.approval.kind")
		}
		if u.Role == RoleStandardPS && v.Approval.Kind != ApprovalNone {
			// TOP would otherwise see the requests.
			add(E(CodeProfileApprovalPS), "profile.visure.approval.kind")
		}
	}
	for field, b := range map[string]*BulkProfile{"profile.enrichment": p.Enrichment, "profile.household": p.Household} {
		if b != nil && b.Scope.Kind != ScopeNational && b.Scope.Kind != ScopeOwn {
			add(E(CodeProfileScopeBulk), field+".scope.kind")
		}
	}
	for _, id := range p.Purposes {
		if !slices.Contains(facts.Purposes, id) {
			add(E(CodeProfilePurpose), "profile.purposes")
			break
		}
	}
	if (p.Visure != nil || p.Enrichment != nil || p.Household != nil) && len(p.Purposes) == 0 {
		add(E(CodeRequired), "profile.purposes")
	}
	return es
}
