package visura

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/server/internal/anpr"
)

// ask goes to ANPR and puts what it said into v. Nothing is put there that the
// scope withholds.
func (r *run) ask(v *app.Visura) error {
	limited := r.plan.allowed != nil
	if limited {
		// One step for all that it takes: whether the ANPR id was known already
		// must not show (specification §6).
		r.step("checking_scope")
	}
	id, named, err := r.identify()
	var residence *anpr.Answer
	if err == nil && limited {
		residence, err = r.inScope(id)
	}
	switch {
	case err != nil && limited:
		return untold(err)
	case err != nil:
		return err
	case !limited && named.Outcome != anpr.Found:
		return r.unnamed(v, named)
	}
	switch spec := r.plan.spec; {
	case spec.Type == app.VisuraScheda:
		err = r.scheda(v, id, residence)
	case spec.History:
		err = r.history(v, id, residence)
	case spec.Service == "C030":
		err = r.take(v, named, id)
	case spec.Service == "C020" && residence != nil:
		err = r.take(v, *residence, id)
	default:
		r.step("asking")
		var a anpr.Answer
		if a, err = r.lookup(anpr.Service(spec.Service), anpr.Criteria{IDANPR: id}, r.plan.day); err == nil {
			err = r.take(v, a, id)
		}
	}
	if err == nil && errors.Is(context.Cause(r.ctx), errWithdrawn) {
		return errWithdrawn // though there is an answer
	}
	if err == nil && v.Outcome == app.OutcomeFound {
		r.step("kept")
	}
	return err
}

// unnamed puts into v what C030 said of a subject to whom it gives no id: all
// that was asked. Of several positions the operator learns which they are, but
// where he may ask yes or no only.
func (r *run) unnamed(v *app.Visura, named anpr.Answer) error {
	spec, _ := app.VisuraIdentificativo.Spec()
	if err := r.notOwn(named, spec, ""); err != nil {
		return err
	}
	v.Answered, v.Service, v.Operation, v.Outcome = r.s.now(), spec.Service, named.OperationID, outcomeOf(named, spec)
	r.warn(v, named)
	if v.Outcome == app.OutcomeDuplicate && !r.plan.spec.Verifies {
		v.Answer = named.Subjects
	}
	return nil
}

// take puts the answer of the one e-service that was asked into v.
func (r *run) take(v *app.Visura, a anpr.Answer, id string) error {
	r.step("received")
	v.Answered, v.Service, v.Operation = r.s.now(), r.plan.spec.Service, a.OperationID
	r.warn(v, a)
	if err := r.notOwn(a, r.plan.spec, id); err != nil {
		return err
	}
	v.Outcome = outcomeOf(a, r.plan.spec)
	if v.Outcome == app.OutcomeFound || v.Outcome == app.OutcomeDuplicate {
		v.Answer = a.Subjects
		v.SubjectName = nameOf(a.Subjects, id)
	}
	return nil
}

// warn keeps what ANPR added, but for the notice about the national id that it
// adds to everything.
func (r *run) warn(v *app.Visura, a anpr.Answer) {
	for _, w := range a.Warnings {
		if w.Code != "EN148" && !slices.Contains(v.Warnings, w.Text) {
			v.Warnings = append(v.Warnings, w.Text)
		}
	}
}

// inScope asks where the subject lives and refuses whoever does not live in the
// scope: with one answer for every person who is not there, resident elsewhere,
// abroad, cancelled or unknown (id is ""). So that not even the time it takes
// tells them apart, the same two e-services are asked about all of them.
func (r *run) inScope(id string) (*anpr.Answer, error) {
	c := anpr.Criteria{IDANPR: id}
	if id == "" {
		c = r.plan.criteria
	}
	a, err := r.lookup("C020", c, r.plan.day)
	if err != nil {
		return nil, err
	}
	if id != "" && a.Outcome == anpr.Found && r.s.within(a.Subjects[0], r.plan.allowed) {
		return &a, nil
	}
	if !r.named && r.plan.criteria.IDANPR == "" {
		if _, err := r.lookup("C030", r.plan.criteria, r.plan.day); err != nil {
			return nil, err
		}
	}
	return nil, app.E(app.CodeOutOfScope)
}

// untold is an error without ANPR's own words: before it is known that the
// subject lives in the scope they may tell of him.
func untold(err error) error {
	var e *app.Error
	if !errors.As(err, &e) || e.Params["text"] == "" {
		return err
	}
	quiet := *e
	quiet.Params = maps.Clone(e.Params)
	delete(quiet.Params, "text")
	return &quiet
}

// answered is an answer to one part of a visura that is made of several.
type answered struct {
	part   app.VisuraPart
	answer anpr.Answer
	err    error
}

// part asks one of the e-services of which a visura is made; known is its
// answer where it has been asked already.
func (r *run) part(spec app.VisuraSpec, id string, day time.Time, known *anpr.Answer) (x answered) {
	x.part = app.VisuraPart{Type: spec.Type, Service: spec.Service, Date: app.DayOf(day)}
	if known != nil {
		x.answer = *known
	} else if x.answer, x.err = r.lookup(anpr.Service(spec.Service), anpr.Criteria{IDANPR: id}, day); x.err != nil {
		x.part.Outcome, x.part.Code = app.OutcomeFailed, app.CodeOf(x.err)
		var e *app.Error
		if errors.As(x.err, &e) {
			x.part.Params = e.Params
		}
		return x
	}
	x.part.Outcome, x.part.Operation = outcomeOf(x.answer, spec), x.answer.OperationID
	if x.part.Outcome == app.OutcomeFound || x.part.Outcome == app.OutcomeDuplicate {
		x.part.Answer = x.answer.Subjects
	}
	return x
}

// scheda asks several e-services at the same time, within their limits; what
// the civil status makes apply is asked when it is known. That one fails takes
// nothing from the others.
func (r *run) scheda(v *app.Visura, id string, residence *anpr.Answer) error {
	r.step("asking")
	status := make(chan string, 1)
	done := make([]answered, len(r.plan.parts), len(r.plan.parts)+1)
	var wg sync.WaitGroup
	for i, t := range r.plan.parts {
		spec, _ := t.Spec()
		known := residence
		if spec.Service != "C020" {
			known = nil
		}
		wg.Go(func() {
			done[i] = r.part(spec, id, r.plan.day, known)
			if t == app.VisuraGeneralita {
				status <- civilStatus(done[i].answer)
			}
		})
	}
	more, apply := r.more(status)
	var last answered
	if apply {
		spec, _ := more.Spec()
		last = r.part(spec, id, r.plan.day, nil)
	}
	wg.Wait()
	if apply {
		done = append(done, last)
	}
	// The log has the calls in the order of the parts, in whatever order they
	// were answered.
	of := map[string]int{}
	for i, x := range done {
		of[x.part.Service] = i + 1
	}
	slices.SortStableFunc(r.calls, func(a, b app.Call) int { return of[a.Service] - of[b.Service] })
	return r.gather(v, done, id)
}

// more is the type that the civil status makes apply, where it is asked for and
// assigned.
func (r *run) more(status <-chan string) (app.VisuraType, bool) {
	if !r.plan.byStatus || !slices.Contains(r.plan.parts, app.VisuraGeneralita) {
		return "", false
	}
	t, ok := app.SchedaByStatus[<-status]
	return t, ok && slices.Contains(r.plan.caller.User.Profile.Visure.Types, t)
}

func civilStatus(a anpr.Answer) string {
	if a.Outcome != anpr.Found {
		return ""
	}
	return parseSubject(a.Subjects[0]).text("statoCivile.statoCivile")
}

// gather makes one outcome of the parts: found where one of them was, failed
// where one failed, and otherwise what the first says. What was withdrawn, or
// stopped in the midst, has none.
func (r *run) gather(v *app.Visura, done []answered, id string) error {
	for _, why := range []error{errWithdrawn, errStopping} {
		if errors.Is(context.Cause(r.ctx), why) {
			return why
		}
	}
	r.step("received")
	v.Answered, v.Service = r.s.now(), r.plan.spec.Service
	var failed error
	for _, x := range done {
		v.Parts = append(v.Parts, x.part)
		if x.err != nil {
			if failed == nil {
				failed = x.err
			}
			continue
		}
		spec, _ := x.part.Type.Spec()
		if err := r.notOwn(x.answer, spec, id); err != nil {
			return err
		}
		r.warn(v, x.answer)
		if v.Outcome == "" || x.part.Outcome == app.OutcomeFound {
			v.Outcome = x.part.Outcome
		}
		if v.Operation == "" {
			v.Operation = x.part.Operation
		}
		if v.SubjectName == "" {
			v.SubjectName = nameOf(x.part.Answer, id)
		}
	}
	if v.Outcome == app.OutcomeFound {
		return nil
	}
	return failed
}

// mostPeriods is how many residences a history goes back at most.
const mostPeriods = 12

// history asks the residence at the reference date, then the day before it
// began, and so on, back to the day from which on it is asked: ANPR has no
// e-service for histories (dossier, eservices §1.5).
func (r *run) history(v *app.Visura, id string, residence *anpr.Answer) error {
	r.step("asking")
	since, _ := v.Since.Time()
	day, known := r.plan.day, residence
	var done []answered
	v.Short, v.ShortOf = "", ""
	for n := range mostPeriods {
		x := r.part(r.plan.spec, id, day, known)
		known = nil
		if n > 0 {
			x.part.Until = app.DayOf(day)
		}
		done = append(done, x)
		if x.err != nil || x.part.Outcome != app.OutcomeFound {
			break
		}
		began, ok := residentSince(x.answer)
		if ok && !began.After(since) {
			break
		}
		switch {
		case !ok:
			v.Short, v.ShortOf = app.ShortUnknown, app.DayOf(day)
		case began.After(day):
			v.Short, v.ShortOf = app.ShortLater, app.DayOf(began)
		case n == mostPeriods-1:
			v.Short, v.ShortOf = app.ShortPeriods, app.DayOf(began)
		}
		if v.Short != "" {
			break
		}
		day = began.AddDate(0, 0, -1)
	}
	return r.gather(v, done, id)
}

// residentSince is when the residence that counts began.
func residentSince(a anpr.Answer) (time.Time, bool) {
	rs := parseSubject(a.Subjects[0]).list("residenza")
	sortResidences("residenza", rs)
	if len(rs) == 0 {
		return time.Time{}, false
	}
	return app.Day(rs[0].text("dataDecorrenzaResidenza")).Time()
}

// identify finds the ANPR id of the subject, from what is known or by C030
// (D.M. Interno 3 March 2023, art. 3 c. 3: access by national id); "" where
// ANPR knows no such person. The answer is that of C030, where it was asked.
func (r *run) identify() (id string, a anpr.Answer, err error) {
	a.Outcome = anpr.Found
	if id := r.plan.criteria.IDANPR; id != "" {
		return id, a, nil
	}
	key := r.cacheKey()
	if r.plan.spec.Service != "C030" { // whose answer is not what is asked for
		sealed, err := r.s.store.KnownID(r.ctx, key, r.s.now().UnixMicro())
		if err == nil {
			id, err := r.s.sealer.Unseal(sealed, []byte("id|"+key))
			return string(id), a, err
		}
		if app.CodeOf(err) != app.CodeNotFound {
			return "", a, err
		}
	}
	if r.plan.allowed == nil {
		r.step("identifying")
	}
	r.named = true
	if a, err = r.lookup("C030", r.plan.criteria, r.plan.day); err != nil || a.Outcome != anpr.Found {
		return "", a, err
	}
	if id = parseSubject(a.Subjects[0]).id(); id == "" {
		return "", a, app.E(app.CodeAnprNonsense, "service", "C030")
	}
	r.known = append(r.known, app.KnownID{SubjectKey: key, Sealed: r.s.sealer.Seal([]byte(id), []byte("id|"+key)), Until: r.s.now().Add(r.s.config.IDLife)})
	return id, a, nil
}

// cacheKey is the key under which the subject's ANPR id is remembered. What a
// user who is not monitored learnt is remembered for himself alone: otherwise
// a colleague's look-up that needs no C030 would tell that he had asked.
func (r *run) cacheKey() string {
	u := r.plan.caller.User
	if u.Role.Monitored() {
		return r.plan.subjectKey
	}
	return r.s.sealer.Mark("subject known to "+string(u.ID), []byte(r.plan.subjectKey))
}

// lookup asks one e-service and keeps the evidence of every call. Several may
// be asked at the same time.
func (r *run) lookup(service anpr.Service, c anpr.Criteria, day time.Time) (anpr.Answer, error) {
	q := anpr.Request{
		Service: service, OperationPrefix: string(r.plan.visura.ID), Criteria: c, ReferenceDate: day, Motive: r.plan.visura.FileReference, Actor: r.plan.actor,
		Seq: func() int {
			r.asking.Lock()
			defer r.asking.Unlock()
			r.seq++
			return r.seq
		},
		Apart: !r.plan.caller.User.Role.Monitored(),
	}
	if string(service) == r.plan.spec.Service {
		q.Verify = r.plan.verify
	}
	a, calls, err := r.s.register.Lookup(r.ctx, q)
	r.asking.Lock()
	defer r.asking.Unlock()
	for _, k := range calls {
		r.calls = append(r.calls, app.Call{
			Service: string(k.Service), Client: k.OperationID, Operation: k.OperationANPR, Status: k.Status, Code: k.Code,
			Purpose: k.PurposeID, Voucher: k.VoucherID, Tracking: k.TrackingID, Transaction: k.TransactionID, At: k.Started, Millis: k.Duration.Milliseconds(),
		})
	}
	return a, err
}

// outcomeOf is the outcome of an answer of the type's e-service.
func outcomeOf(a anpr.Answer, spec app.VisuraSpec) app.Outcome {
	switch a.Outcome {
	case anpr.Found:
		if has(a, spec) {
			return app.OutcomeFound
		}
	case anpr.NotFound:
		return app.OutcomeNotFound
	case anpr.Cancelled:
		return app.OutcomeCancelled
	case anpr.Duplicate:
		return app.OutcomeDuplicate
	}
	return app.OutcomeNoData
}

// has reports whether the answer has one of the groups that the type needs.
func has(a anpr.Answer, spec app.VisuraSpec) bool {
	if len(spec.Needs) == 0 {
		return true
	}
	return slices.ContainsFunc(a.Subjects, func(raw json.RawMessage) bool {
		n := parseSubject(raw)
		return slices.ContainsFunc(spec.Needs, func(path string) bool {
			if info, ok := strings.CutPrefix(path, "info:"); ok {
				return n.info(info) != nil
			}
			return n.at(path) != nil
		})
	})
}

// notOwn refuses an answer that turns out to be about the operator himself.
func (r *run) notOwn(a anpr.Answer, spec app.VisuraSpec, id string) error {
	own, err := codicefiscale.Parse(r.plan.caller.User.FiscalCode)
	if err != nil {
		return nil
	}
	for _, raw := range a.Subjects {
		s := parseSubject(raw)
		if spec.Members && s.id() != id {
			continue // a relative's household may contain the operator
		}
		if code := s.fiscalCode(); code != "" && own.Code.Equivalent(codicefiscale.Code(code)) {
			return app.E(app.CodeOwnRecord)
		}
	}
	return nil
}
