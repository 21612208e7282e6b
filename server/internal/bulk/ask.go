package bulk

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"indagor/app"
	"indagor/app/codicefiscale"
	"indagor/app/list"
	"indagor/server/internal/anpr"
)

// asking is one row being asked about.
type asking struct {
	r      *runner
	row    app.StoredJobRow
	in     input
	key    string // of the subject in the log
	stored []app.StoredJobCall

	mu        sync.Mutex // the e-services of the columns are asked side by side
	questions []*question
	known     []app.KnownID
	idKey     string  // under which the ANPR id is remembered
	theirs    *result // the household that another row has found meanwhile
}

// ask goes to ANPR as far as the row needs it. Nothing stands in the result
// that the scope withholds.
func (x *asking) ask() (result, error) {
	r := x.r
	var err error
	if x.in, err = r.s.openInput(x.row); err != nil {
		return result{}, err
	}
	p := x.in.Person
	if x.key, err = r.s.subjectKey(p); err != nil {
		return result{}, err
	}
	x.idKey = r.s.mark(&r.j, p)
	if r.own != "" && ownRecord(r.own, p) {
		return result{}, app.E(app.CodeOwnRecord)
	}
	if met, ok, err := x.met(string(p.Code), p.ANPR); ok || err != nil {
		return met, err
	}
	id, outcome, err := x.identify(p)
	if err != nil {
		return result{}, err
	}
	if outcome != app.OutcomeFound {
		return x.without(outcome), nil
	}
	if met, ok, err := x.met("", id); ok || err != nil {
		return met, err
	}
	answers := map[anpr.Service]anpr.Answer{}
	if r.j.Allowed != nil {
		a, err := x.question(anpr.C020, anpr.Criteria{IDANPR: id}, false)
		if err != nil {
			return result{}, err
		}
		if a.Outcome != anpr.Found || !r.s.writer.Within(a.Subjects[0], r.j.Allowed) {
			return x.without(app.OutcomeOutOfScope), nil
		}
		answers[anpr.C020] = a
	}
	if err := x.columns(id, answers); errors.Is(err, errMet) {
		return *x.theirs, nil
	} else if err != nil {
		return result{}, err
	}
	if err := x.notOwn(answers, id); err != nil {
		return result{}, err
	}
	if r.j.Service == app.ServiceHousehold {
		return x.household(id, answers[anpr.C021])
	}
	return x.dressed(id, answers), nil
}

// columns asks the e-services of the columns, side by side.
func (x *asking) columns(id string, answers map[anpr.Service]anpr.Answer) error {
	var left []anpr.Service
	for _, s := range x.r.ask {
		if _, ok := answers[s]; !ok {
			left = append(left, s)
		}
	}
	errs := make([]error, len(left))
	got := make([]anpr.Answer, len(left))
	var all sync.WaitGroup
	for i, s := range left {
		ask := func() {
			errs[i] = x.r.s.guard(x.r.j.ID, func() (err error) {
				got[i], err = x.question(s, anpr.Criteria{IDANPR: id}, len(left) == 1)
				return err
			})
		}
		if i == len(left)-1 {
			ask()
		} else {
			all.Go(ask)
		}
	}
	all.Wait()
	for i, s := range left {
		answers[s] = got[i]
	}
	return errors.Join(errs...)
}

// without is the result of a row of which there is nothing to tell. Under a
// scope whoever is not there, for whatever reason, is outside it.
func (x *asking) without(o app.Outcome) result {
	if x.r.j.Allowed != nil {
		o = app.OutcomeOutOfScope
	}
	return result{Outcome: o}
}

// failure is the result of a row about which ANPR could not be asked.
func (x *asking) failure(err error) result {
	res := result{Outcome: app.OutcomeFailed, Code: app.CodeOf(err)}
	if res.Code == app.CodeOwnRecord {
		res.Outcome = app.OutcomeRefused
	}
	var e *app.Error
	if errors.As(err, &e) {
		res.Params = e.Params
	}
	return res
}

// identify finds the ANPR id of the row's person: given, known, or by C030.
func (x *asking) identify(p list.Person) (string, app.Outcome, error) {
	if p.ANPR != "" {
		return p.ANPR, app.OutcomeFound, nil
	}
	s := x.r.s
	if sealed, err := s.store.KnownID(x.r.t.ctx, x.idKey, s.now().UnixMicro()); err == nil {
		id, err := s.sealer.Unseal(sealed, []byte("id|"+x.idKey))
		return string(id), app.OutcomeFound, err
	} else if app.CodeOf(err) != app.CodeNotFound {
		return "", "", err
	}
	c := anpr.Criteria{FiscalCode: string(p.Code)}
	if p.Code == "" {
		if c = (anpr.Criteria{Identity: s.identity(*subject(p).Identity)}); c.Identity == nil {
			return "", "", app.E(app.CodePlaceUnknown)
		}
	}
	a, err := x.question(anpr.C030, c, false)
	if err != nil {
		return "", "", err
	}
	if a.Outcome != anpr.Found {
		return "", outcomeOf(a), nil
	}
	id := parse(a.Subjects[0]).id()
	if id == "" {
		return "", "", app.E(app.CodeAnprNonsense, "service", "C030")
	}
	x.known = append(x.known, app.KnownID{SubjectKey: x.idKey, Sealed: s.sealer.Seal([]byte(id), []byte("id|"+x.idKey)), Until: s.now().Add(s.config.IDLife)})
	return id, app.OutcomeFound, nil
}

func outcomeOf(a anpr.Answer) app.Outcome {
	switch a.Outcome {
	case anpr.Found:
		return app.OutcomeFound
	case anpr.NotFound:
		return app.OutcomeNotFound
	case anpr.Cancelled:
		return app.OutcomeCancelled
	case anpr.Duplicate:
		return app.OutcomeDuplicate
	}
	return app.OutcomeNoData
}

// notOwn refuses what turns out to be about the operator himself.
func (x *asking) notOwn(answers map[anpr.Service]anpr.Answer, id string) error {
	if x.r.own == "" {
		return nil
	}
	for service, a := range answers {
		for _, raw := range a.Subjects {
			m := parse(raw)
			if service == anpr.C021 && m.id() != id {
				continue // a relative's household may contain the operator
			}
			if c := m.code(); c != "" && codicefiscale.Code(x.r.own).Equivalent(codicefiscale.Code(c)) {
				return app.E(app.CodeOwnRecord)
			}
		}
	}
	return nil
}

// end writes what a row came to: outcome, answer, what was learnt and the
// event, in one transaction, once. Of a row that failed the answers stay that
// came.
func (x *asking) end(res result) error {
	s, j := x.r.s, x.r.j
	row := x.row
	if j.Repeats != "" {
		changed, err := x.differs(res)
		if err != nil {
			return err
		}
		res.changed = changed
		row.Changed = changed
	}
	b, err := json.Marshal(res)
	if err != nil {
		return err
	}
	row.Outcome, row.Result = res.Outcome, s.sealer.Seal(b, rowAAD(row.Job, row.Number, "result"))
	if j.Service == app.ServiceEnrichment { // of households every member has marks
		row.Keys = s.keys(&j, list.Person{Code: codicefiscale.Code(strings.ToUpper(res.FiscalCode)), ANPR: res.IDANPR}, row.Key)
	}
	subject := x.key
	if code := res.FiscalCode; code != "" {
		subject = s.sealer.Mark("subject", []byte(strings.ToUpper(code)))
	}
	calls, err := x.evidence()
	if err != nil {
		return err
	}
	var settled []app.StoredJobCall
	if res.Outcome == app.OutcomeFailed {
		if settled, err = s.settled(x.questions); err != nil {
			return err
		}
	}
	return s.store.Write(s.ctx, func(tx Tx) error {
		ok, err := tx.EndJobRow(row)
		if err != nil || !ok {
			return err
		}
		if res.Outcome != app.OutcomeFailed {
			if err := tx.DropJobCalls(row.Job, row.Number); err != nil {
				return err
			}
		}
		for _, k := range settled {
			if err := tx.SettleJobCall(k); err != nil {
				return err
			}
		}
		for _, k := range x.known {
			if err := tx.PutKnownID(k); err != nil {
				return err
			}
		}
		for _, m := range res.marks {
			if err := tx.PutJobMember(j.ID, m, row.Number, res.Nucleus); err != nil {
				return err
			}
		}
		e := about(j, j.Event)
		e.Kind, e.Subject, e.Outcome, e.Code, e.Operation, e.Calls = app.EventJobRow, subject, res.Outcome, res.Code, res.operation, calls
		return tx.Record(e)
	})
}
