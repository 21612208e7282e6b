package visura

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/territory"
	"indagor/server/internal/anpr"
)

// plan is a request that may run: all that was checked, and what will be asked
// in whose name.
type plan struct {
	caller     app.Caller
	spec       app.VisuraSpec
	visura     app.Visura
	subjectKey string
	criteria   anpr.Criteria
	day        time.Time
	allowed    []string // ISTAT codes of the scope; nil: the whole country
	actor      anpr.Actor
	mediator   app.User
	operatorID string // the ANPR operator id that answers for the request
	rule       app.ApprovalRule
	consent    app.ApprovalState // what allowed it, where consent was needed
	approver   app.ID
	verify     json.RawMessage  // what ANPR is to compare
	parts      []app.VisuraType // of a scheda
	byStatus   bool             // of a scheda: also what the civil status makes apply
}

// ofVisura makes the event one about the visura.
func ofVisura(e *app.Event, v app.Visura) {
	e.Service, e.Type, e.Types, e.Visura = app.ServiceVisure, v.Type, v.Asked(), v.ID
	e.Purpose, e.PurposeName, e.File = v.Purpose, v.PurposeName, v.FileReference
}

// event begins an event about the request.
func (p *plan) event(kind app.EventKind) app.Event {
	e := p.caller.Event(app.ClassActivity, kind)
	v := p.visura
	ofVisura(&e, v)
	if len(p.parts) > 0 {
		e.Types = p.parts
	}
	e.Subject = p.subjectKey
	e.Mediator, e.OperatorID, e.AskedAs = p.mediator.ID, p.operatorID, p.actor.UserID
	e.Approval, e.Approver = p.consent, p.approver
	return e
}

// plan checks the request against the operator's profile and brings it to the
// form in which ANPR is asked.
func (s *Service) plan(ctx context.Context, caller app.Caller, r Request) (*plan, error) {
	u := caller.User
	p := &plan{caller: caller}
	profile := u.Profile.Visure
	if profile == nil {
		return nil, app.E(app.CodeServiceOff)
	}
	spec, ok := r.Type.Spec()
	if !ok {
		return nil, app.E(app.CodeInvalid).At("type")
	}
	p.spec = spec
	if err := p.what(r, profile.Types); err != nil {
		return nil, err
	}
	p.rule = profile.Approval
	if p.rule.Kind != app.ApprovalNone && !app.PermApprove.AllowsRole(u.Role) {
		return nil, app.E(app.CodeProfileApprovalPS)
	}
	if !slices.Contains(u.Profile.Purposes, r.Purpose) {
		return nil, app.E(app.CodePurposeOff).At("purpose")
	}
	purpose, err := s.store.Purpose(ctx, r.Purpose)
	if err != nil {
		return nil, app.E(app.CodePurposeOff).At("purpose").Because(err)
	}
	if purpose.Withdrawn {
		return nil, app.E(app.CodePurposeOff).At("purpose")
	}
	file := strings.TrimSpace(r.FileReference)
	if anpr.Motive(file) == "" {
		return nil, app.E(app.CodeRequired).At("file_reference")
	}
	today := app.DayOf(s.now().In(s.config.Zone))
	if r.ReferenceDate == "" {
		r.ReferenceDate = today
	}
	if p.day, ok = r.ReferenceDate.Time(); !ok {
		return nil, app.E(app.CodeDate).At("reference_date")
	}
	if r.ReferenceDate > today {
		return nil, app.E(app.CodeDateFuture).At("reference_date")
	}
	if spec.History {
		since, ok := r.Since.Time()
		switch {
		case r.Since == "":
			return nil, app.E(app.CodeRequired).At("since")
		case !ok || since.Year() < 1900:
			return nil, app.E(app.CodeDate).At("since")
		case r.Since > r.ReferenceDate:
			return nil, app.E(app.CodeProfilePeriod).At("since")
		}
	} else {
		r.Since = ""
	}
	if p.verify, r.Declared, err = s.declared(spec, r.Declared, p.day); err != nil {
		return nil, err
	}
	subject, criteria, err := s.subject(r.Subject, today)
	if err != nil {
		return nil, err
	}
	if spec.ByCode && subject.IDANPR != "" {
		return nil, app.E(app.CodeSubjectByCode).At("subject.id_anpr")
	}
	if ownRecord(u, subject) {
		return nil, app.E(app.CodeOwnRecord).At("subject")
	}
	p.criteria = criteria
	p.subjectKey = s.subjectKey(subject)
	if p.allowed, err = s.scope(ctx, profile.Scope); err != nil {
		return nil, err
	}
	if err := s.way(ctx, p, profile.Way); err != nil {
		return nil, err
	}
	department, err := s.store.Department(ctx, u.Department)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return nil, err
	}
	p.visura = app.Visura{
		Type: r.Type, Types: r.Types, Declared: r.Declared, Since: r.Since, Subject: subject, ReferenceDate: r.ReferenceDate, Purpose: r.Purpose, PurposeName: purpose.Name, FileReference: file,
		Operator: u.FullName(), Role: u.Role, Department: department.Name, Office: u.Office, Workstation: caller.WorkstationName,
		Mediator: p.mediator.ID, MediatorName: p.mediator.FullName(),
	}
	return p, nil
}

// way finds in whose name ANPR is asked. In both modes userID is the person
// who asked: his ANPR operator id where the profile says so, otherwise his
// stable id. With a Mediator both are kept, and the body may decide that the
// Mediator's operator id is shown.
func (s *Service) way(ctx context.Context, p *plan, w app.Way) error {
	u := p.caller.User
	p.actor = anpr.Actor{UserID: string(u.ID), UserLocation: string(p.caller.Workstation), LoA: assurance(p.caller)}
	if w.Kind == app.WayOperator {
		if u.OperatorID == "" {
			return app.E(app.CodeProfileOperatorID).At("operator_id")
		}
		p.actor.UserID, p.operatorID = u.OperatorID, u.OperatorID
		return nil
	}
	m, err := s.store.User(ctx, w.Mediator)
	if err != nil && app.CodeOf(err) != app.CodeNotFound {
		return err
	}
	if e := m.MayMediate(app.DayOf(s.now().In(s.config.Zone)), s.config.Mediators()); e != nil {
		return e
	}
	p.mediator, p.operatorID = m, m.OperatorID
	if s.config.MediatorAsUserID() {
		p.actor.UserID = m.OperatorID
	}
	return nil
}

// assurance is the strength of the sign-in in the body's domain: a password
// from a workstation whose key the body approved is two factors, from any
// other it is one.
func assurance(c app.Caller) string {
	if c.WorkstationOK {
		return "LoA2"
	}
	return "LoA1"
}

// scope gives the ISTAT codes about which the operator may ask; nil is the
// whole country.
func (s *Service) scope(ctx context.Context, scope app.Scope) ([]string, error) {
	switch scope.Kind {
	case app.ScopeNational:
		return nil, nil
	case app.ScopeOwn:
		return s.config.Own, nil
	}
	c, err := s.store.Consortium(ctx, scope.Group)
	if err != nil || len(c.Comuni) == 0 {
		return nil, app.E(app.CodeProfileGroup).Because(err)
	}
	return c.Comuni, nil
}

func (s *Service) subjectKey(x app.Subject) string {
	value := x.FiscalCode + x.IDANPR
	if x.Identity != nil {
		b, _ := json.Marshal(x.Identity)
		value = string(b)
	}
	return s.sealer.Mark("subject", []byte(value))
}

// fiscalCode checks a fiscal code as it was typed and gives its normal form.
func fiscalCode(typed string) (string, error) {
	p, err := codicefiscale.Parse(typed)
	if err == nil {
		return string(p.Code), nil
	}
	var f *codicefiscale.Fault
	e := app.E(app.CodeFiscalCode)
	if errors.As(err, &f) && (f.Kind == codicefiscale.CheckLetter || f.Kind == codicefiscale.CheckDigit) {
		e = app.E(app.CodeFiscalCheck)
	}
	return "", e.At("subject.fiscal_code").Because(err)
}

// subject checks who is asked about: exactly one of the three ways to say it.
func (s *Service) subject(x app.Subject, today app.Day) (app.Subject, anpr.Criteria, error) {
	var out app.Subject
	given := 0
	for _, has := range []bool{strings.TrimSpace(x.FiscalCode) != "", strings.TrimSpace(x.IDANPR) != "", x.Identity != nil} {
		if has {
			given++
		}
	}
	if given != 1 {
		return out, anpr.Criteria{}, app.E(app.CodeRequired).At("subject")
	}
	switch {
	case x.Identity != nil:
		id, err := s.identity(*x.Identity, today)
		if err != nil {
			return out, anpr.Criteria{}, err
		}
		i := *x.Identity
		out.Identity = &i
		return out, anpr.Criteria{Identity: id}, nil
	case strings.TrimSpace(x.IDANPR) != "":
		out.IDANPR = strings.ToUpper(strings.TrimSpace(x.IDANPR))
		if len(out.IDANPR) != 9 || strings.Trim(out.IDANPR, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return out, anpr.Criteria{}, app.E(app.CodeMalformed).At("subject.id_anpr")
		}
		return out, anpr.Criteria{IDANPR: out.IDANPR}, nil
	}
	code, err := fiscalCode(x.FiscalCode)
	if err != nil {
		return out, anpr.Criteria{}, err
	}
	out.FiscalCode = code
	return out, anpr.Criteria{FiscalCode: code}, nil
}

func (s *Service) identity(x app.Identity, today app.Day) (*anpr.Identity, error) {
	for field, value := range map[string]string{"surname": x.Surname, "name": x.Name} {
		if strings.TrimSpace(value) == "" {
			return nil, app.E(app.CodeRequired).At("subject.identity." + field)
		}
	}
	if x.Sex != "M" && x.Sex != "F" {
		return nil, app.E(app.CodeRequired).At("subject.identity.sex")
	}
	born, ok := x.BirthDate.Time()
	if !ok || born.Year() < 1850 {
		return nil, app.E(app.CodeDate).At("subject.identity.birth_date")
	}
	if x.BirthDate > today {
		return nil, app.E(app.CodeDateFuture).At("subject.identity.birth_date")
	}
	id := &anpr.Identity{
		Surname: strings.ToUpper(strings.TrimSpace(x.Surname)), Name: strings.ToUpper(strings.TrimSpace(x.Name)), Sex: x.Sex,
		Birth: anpr.Date{Year: born.Year(), Month: int(born.Month()), Day: born.Day()},
	}
	place := strings.ToUpper(strings.TrimSpace(x.BirthPlace))
	if state, ok := s.atlas.State(place); ok {
		id.Place.Foreign = &anpr.Foreign{Locality: strings.ToUpper(strings.TrimSpace(x.Locality)), State: strings.ToUpper(state.Name), StateCode: state.ISTAT}
		return id, nil
	}
	c, match := s.atlas.ComuneAt(place, born)
	if match == territory.Unknown {
		return nil, app.E(app.CodePlaceUnknown).At("subject.identity.birth_place")
	}
	id.Place.Comune = &anpr.Comune{Name: strings.ToUpper(c.Name), ISTAT: c.ISTAT, Province: c.Province}
	return id, nil
}

// ownRecord reports whether the operator asks about himself, as far as the
// request tells; the answer is looked at again.
func ownRecord(u app.User, x app.Subject) bool {
	own, err := codicefiscale.Parse(u.FiscalCode)
	if err != nil {
		return false
	}
	if x.FiscalCode != "" {
		return own.Code.Equivalent(codicefiscale.Code(x.FiscalCode))
	}
	if x.Identity == nil {
		return false
	}
	born, _ := x.Identity.BirthDate.Time()
	code, err := codicefiscale.Compute(codicefiscale.Identity{Surname: x.Identity.Surname, Name: x.Identity.Name, Female: x.Identity.Sex == "F", Birth: born, Place: strings.ToUpper(x.Identity.BirthPlace)})
	return err == nil && own.Code.Equivalent(code)
}
