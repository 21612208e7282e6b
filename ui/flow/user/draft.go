package user

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"indagor/app"
	"indagor/app/codicefiscale"
)

// Draft is a user as he is being typed.
type Draft struct {
	Before app.User // who is changed; the zero User for a new one

	Username, Name, Surname, FiscalCode, Email, Phone, StaffNumber, Office, OperatorID string

	Role                  app.Role
	Department, Admin     app.ID
	ValidFrom, ValidUntil *app.Day
	Days                  []int  // of access, Monday is 1
	From, Until           string // "08:00"

	Rule         app.WorkstationRule
	Workstations []app.ID
	Visure       bool
	Way          app.WayKind
	Mediator     app.ID
	Types        []app.VisuraType
	Scope        app.ScopeKind
	Group        app.ID
	Approval     app.ApprovalKind
	Silence      string // hours
	Enrichment   Bulk
	Household    Bulk
	Purposes     []app.ID
}

// Bulk is a service on lists as it is being typed.
type Bulk struct {
	On       bool
	Way      app.WayKind
	Mediator app.ID
	Scope    app.ScopeKind // national or own
}

// newBulk is a service as it is offered where it is not enabled.
func newBulk(mediator app.ID) Bulk {
	return Bulk{Way: app.WayMediator, Mediator: mediator, Scope: app.ScopeOwn}
}

func bulkOf(p *app.BulkProfile, mediator app.ID) Bulk {
	if p == nil {
		return newBulk(mediator)
	}
	return Bulk{true, p.Way.Kind, p.Way.Mediator, p.Scope.Kind}
}

func (b Bulk) profile() *app.BulkProfile {
	if !b.On {
		return nil
	}
	p := &app.BulkProfile{Way: app.Way{Kind: b.Way}, Scope: app.Scope{Kind: b.Scope}}
	if b.Way == app.WayMediator {
		p.Way.Mediator = b.Mediator
	}
	return p
}

// Serves reports whether any service is enabled.
func (d Draft) Serves() bool { return d.Visure || d.Enrichment.On || d.Household.On }

// NewDraft is a new user as he is offered to the caller.
func NewDraft(c Choices) Draft {
	d := Draft{
		Department: c.Caller.Department, Rule: app.WorkstationsAuthorised, Visure: true, Way: app.WayMediator,
		Scope: app.ScopeOwn, Approval: app.ApprovalNone, Silence: silence, Role: app.RoleStandard,
	}
	if c.Caller.Role == app.RoleAdmin {
		d.Admin = c.Caller.ID
	}
	if ms := c.Mediators(); len(ms) == 1 {
		d.Mediator = ms[0].ID
	}
	d.Enrichment, d.Household = newBulk(d.Mediator), newBulk(d.Mediator)
	return d.Propose(c)
}

// Propose puts what the body proposes where the user's profile says nothing.
func (d Draft) Propose(c Choices) Draft {
	if v := d.Before.Profile.Visure; c.Silence > 0 && (v == nil || v.Approval.Kind != app.ApprovalTacit) {
		d.Silence = strconv.Itoa(c.Silence)
	}
	return d
}

// silence is proposed where the body proposes none.
var silence = strconv.Itoa(app.DefaultSettings.Approval.Silence)

// DraftOf is a user who is there, to be changed.
func DraftOf(u app.User) Draft {
	d := Draft{
		Before: u, Username: u.Username, Name: u.Name, Surname: u.Surname, FiscalCode: u.FiscalCode, Email: u.Email, Phone: u.Phone,
		StaffNumber: u.StaffNumber, Office: u.Office, OperatorID: u.OperatorID, Role: u.Role, Department: u.Department, Admin: u.Admin,
		ValidFrom: u.ValidFrom, ValidUntil: u.ValidUntil, Rule: u.Profile.Workstations, Workstations: slices.Clone(u.Profile.WorkstationID),
		Way: app.WayMediator, Scope: app.ScopeOwn, Approval: app.ApprovalNone, Silence: silence, Purposes: slices.Clone(u.Profile.Purposes),
	}
	if h := u.Hours; h != nil {
		d.Days, d.From, d.Until = slices.Clone(h.Days), Clock(h.From), Clock(h.Until)
	}
	if v := u.Profile.Visure; v != nil {
		d.Visure, d.Way, d.Mediator, d.Types = true, v.Way.Kind, v.Way.Mediator, slices.Clone(v.Types)
		d.Scope, d.Group, d.Approval = v.Scope.Kind, v.Scope.Group, v.Approval.Kind
		if v.Approval.Kind == app.ApprovalTacit {
			d.Silence = strconv.Itoa(v.Approval.Silence)
		}
	}
	d.Enrichment, d.Household = bulkOf(u.Profile.Enrichment, d.Mediator), bulkOf(u.Profile.Household, d.Mediator)
	return d
}

// Clock writes minutes after midnight as 08:30.
func Clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// minutes reads what Clock writes, also as 8, 8.30 or 24:00.
func minutes(text string) (int, bool) {
	hour, minute, found := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), ".", ":"), ":")
	h, err := strconv.Atoi(hour)
	m := 0
	if err == nil && found {
		m, err = strconv.Atoi(minute)
	}
	n := h*60 + m
	return n, err == nil && h >= 0 && m >= 0 && m < 60 && n <= 24*60
}

// User is the user that the draft says; what the role does not admit is left
// out.
func (d Draft) User() app.User {
	u := d.Before
	u.Username, u.Name, u.Surname = app.NormalizeUsername(d.Username), strings.TrimSpace(d.Name), strings.TrimSpace(d.Surname)
	u.FiscalCode, u.Email, u.Phone = codicefiscale.Normalize(d.FiscalCode), strings.TrimSpace(d.Email), strings.TrimSpace(d.Phone)
	u.StaffNumber, u.Office, u.OperatorID = strings.TrimSpace(d.StaffNumber), strings.TrimSpace(d.Office), strings.TrimSpace(d.OperatorID)
	u.Role, u.Department, u.Admin = d.Role, d.Department, d.Admin
	u.ValidFrom, u.ValidUntil, u.Hours = d.ValidFrom, d.ValidUntil, nil
	if len(d.Days) > 0 || d.From != "" || d.Until != "" {
		from, _ := minutes(d.From)
		until, _ := minutes(d.Until)
		u.Hours = &app.Hours{Days: d.Days, From: from, Until: until}
	}
	p := app.Profile{Workstations: app.WorkstationsAuthorised}
	if u.Role.Operative() {
		p.Workstations, p.Purposes = d.Rule, d.Purposes
		p.Enrichment, p.Household = d.Enrichment.profile(), d.Household.profile()
		if d.Visure {
			p.Visure = d.visure()
		}
	} else {
		u.Admin = ""
	}
	if p.Workstations == app.WorkstationsAuthorised {
		p.WorkstationID = d.Workstations
	}
	u.Profile = p
	return u
}

func (d Draft) visure() *app.VisureProfile {
	v := &app.VisureProfile{
		Way: app.Way{Kind: d.Way}, Types: d.Types, Scope: app.Scope{Kind: d.Scope}, Approval: app.ApprovalRule{Kind: d.Approval},
	}
	if v.Types == nil {
		v.Types = []app.VisuraType{}
	}
	if d.Way == app.WayMediator {
		v.Way.Mediator = d.Mediator
	}
	if d.Scope == app.ScopeGroup {
		v.Scope.Group = d.Group
	}
	if d.Role == app.RoleStandardPS {
		v.Approval.Kind = app.ApprovalNone
	}
	if v.Approval.Kind == app.ApprovalTacit {
		v.Approval.Silence, _ = strconv.Atoi(strings.TrimSpace(d.Silence)) // what is no number is refused as zero
	}
	return v
}

// MostSilence is the longest time of tacit consent, in hours, as the contract
// has it.
const MostSilence = 8760

// Check makes the user, or says which fields keep him from being sent. What
// only the server knows is taken as right.
func (d Draft) Check() (app.User, error) {
	u := d.User()
	es := u.CheckIdentity(codicefiscale.Check)
	if h := u.Hours; h != nil {
		_, from := minutes(d.From)
		_, until := minutes(d.Until)
		blamed := slices.ContainsFunc(es, func(e *app.Error) bool { return e.Field == "hours" })
		if (!from || !until) && !blamed {
			es = append(es, app.E(app.CodeProfilePeriod).At("hours"))
		}
	}
	facts := app.ProfileFacts{Mediators: map[app.ID]app.User{}, GroupSizes: map[app.ID]int{}, Purposes: u.Profile.Purposes, Workstations: u.Profile.WorkstationID}
	for _, id := range u.Profile.Mediators() {
		facts.Mediators[id] = app.User{Role: app.RoleTop, OperatorID: "known to the server", Enabled: true}
	}
	for _, id := range u.Profile.Groups() {
		facts.GroupSizes[id] = 1
	}
	for _, e := range u.Profile.Check(u, facts) {
		switch {
		case e.Field == "profile.visure.way.mediator" && d.Mediator == "", e.Field == "profile.visure.scope.group" && d.Group == "",
			e.Field == "profile.enrichment.way.mediator" && d.Enrichment.Mediator == "", e.Field == "profile.household.way.mediator" && d.Household.Mediator == "":
			e = app.E(app.CodeRequired).At(e.Field) // nobody was chosen, rather than a wrong one
		}
		es = append(es, e)
	}
	if v := u.Profile.Visure; v != nil && v.Approval.Silence > MostSilence {
		es = append(es, app.E(app.CodeInvalid).At("profile.visure.approval.silence_hours"))
	}
	return u, es.Err()
}
