package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

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

	mu    sync.Mutex // the e-services of the columns are asked side by side
	calls []app.Call
	known []app.KnownID
}

// question is what is kept of one question: the evidence of its calls so far
// and the answer.
type question struct {
	Calls  []app.Call   `json:"calls,omitempty"`
	Answer *anpr.Answer `json:"answer,omitempty"`
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
	if err := x.columns(id, answers); err != nil {
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
	if sealed, err := s.store.KnownID(x.r.t.ctx, x.row.Key, s.now().UnixMicro()); err == nil {
		id, err := s.sealer.Unseal(sealed, []byte("id|"+x.row.Key))
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
	x.known = append(x.known, app.KnownID{SubjectKey: x.row.Key, Sealed: s.sealer.Seal([]byte(id), []byte("id|"+x.row.Key)), Until: s.now().Add(s.config.IDLife)})
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

// How often a row is asked when ANPR answers, but not as it should.
const (
	mostFaults = 3
	mostSlow   = 5
)

// question asks one e-service about the row, once: an answer that a former
// process wrote is taken as it is. It is asked again only while ANPR cannot
// answer anybody, or was asked too much, and a few times where it fails. The
// last question of a row is not written by itself, but with the row's end.
func (x *asking) question(s anpr.Service, c anpr.Criteria, last bool) (anpr.Answer, error) {
	r := x.r
	stored := app.StoredJobCall{Job: r.j.ID, Number: x.row.Number, Service: string(s)}
	var kept question
	if i := slices.IndexFunc(x.stored, func(k app.StoredJobCall) bool { return k.Service == string(s) }); i >= 0 {
		stored = x.stored[i]
		if err := x.unseal(stored, &kept); err != nil {
			return anpr.Answer{}, err
		}
		if stored.Answered && kept.Answer != nil {
			x.keep(kept.Calls)
			return *kept.Answer, nil
		}
		// Nobody knows whether it was asked: it may have been, and is asked
		// again. The evidence tells.
		if id, err := anpr.OperationID(x.prefix(), x.sequence(s, stored.Turn, 0)); err == nil && stored.Turn > 0 {
			kept.Calls = append(kept.Calls, app.Call{Service: string(s), Client: id, Code: string(app.CodeInterrupted)})
		}
	}
	faults, slow := 0, 0
	for {
		stored.Turn++
		if err := x.write(&stored, kept, func(tx Tx) error { return tx.PutJobCall(stored) }); err != nil {
			return anpr.Answer{}, err
		}
		a, calls, err := x.call(s, c, stored.Turn)
		for _, k := range calls {
			kept.Calls = append(kept.Calls, evidence(k))
		}
		var e *app.Error
		switch errors.As(err, &e); {
		case err == nil:
			r.count(s, true)
			r.s.lanes.answered(s)
			kept.Answer = &a
			x.keep(kept.Calls)
			if last {
				return a, nil
			}
			return a, x.write(&stored, kept, func(tx Tx) error { return tx.EndJobCall(stored) })
		case r.t.ctx.Err() != nil && len(calls) == 0, r.s.ctx.Err() != nil, e == nil:
			return anpr.Answer{}, err
		}
		r.count(s, false)
		until, _ := time.Parse(time.RFC3339, e.Params["until"])
		switch e.Code {
		case app.CodeAnprQuota, app.CodeAnprPaused, app.CodeAnprDown, app.CodeAnprBusy, app.CodeAnprToken:
			r.s.lanes.failed(s, e.Code, until)
			continue
		case app.CodeOwnQuota: // only of those who count towards it
			r.s.lanes.reached(s, until)
			continue
		case app.CodeAnprSlow:
			r.s.lanes.failed(s, e.Code, until)
			if slow++; slow < mostSlow {
				continue
			}
		case app.CodeAnprFault, app.CodeAnprNonsense:
			if faults++; faults < mostFaults {
				r.s.lanes.failed(s, e.Code, until)
				continue
			}
		case app.CodeAnprOff, app.CodeAnprForbidden:
			x.keep(kept.Calls)
			r.t.cancel(e) // it is so for every row
			return anpr.Answer{}, err
		default:
			r.s.lanes.answered(s) // it is about this row
		}
		x.keep(kept.Calls)
		return anpr.Answer{}, err
	}
}

func (x *asking) keep(calls []app.Call) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls = append(x.calls, calls...)
}

// write seals what is kept of a question into its row of the store.
func (x *asking) write(stored *app.StoredJobCall, kept question, put func(Tx) error) error {
	b, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	s := x.r.s
	stored.Sealed = s.sealer.Seal(b, rowAAD(stored.Job, stored.Number, stored.Service))
	return s.store.Write(s.ctx, func(tx Tx) error { return put(tx) })
}

func (x *asking) unseal(stored app.StoredJobCall, kept *question) error {
	b, err := x.r.s.sealer.Unseal(stored.Sealed, rowAAD(stored.Job, stored.Number, stored.Service))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, kept)
}

// call waits for its turn and asks. What is under way when the job stops ends
// by itself.
func (x *asking) call(s anpr.Service, c anpr.Criteria, turn int) (anpr.Answer, []anpr.Call, error) {
	r := x.r
	if err := r.s.lanes.enter(r.t.ctx, s, r.j.whose()); err != nil {
		return anpr.Answer{}, nil, err
	}
	defer r.s.lanes.leave(s)
	ctx, cancel := context.WithTimeout(r.s.ctx, r.s.config.Timeout)
	defer cancel()
	n := -1
	return r.s.register.Lookup(ctx, anpr.Request{
		Service: s, OperationPrefix: x.prefix(), Seq: func() int { n++; return x.sequence(s, turn, n) },
		Criteria: c, ReferenceDate: r.day, Motive: r.j.Order.FileReference, Actor: r.j.Asked, Reserve: true, Apart: r.j.whose().apart,
	})
}

// prefix is the part of the operation ids that tells job and row.
func (x *asking) prefix() string {
	return string(x.r.j.ID)[:20] + fmt.Sprintf("%06d", x.row.Number)
}

// Of the 1,679,616 numbers after a prefix each e-service has 32,768: 2,048
// turns of 16 calls.
const (
	callsOfTurn = 16
	turnsMost   = 2048
)

// sequence is the number of a call after the prefix, never the same twice.
func (x *asking) sequence(s anpr.Service, turn, n int) int {
	return slices.Index(anpr.Services(), s)*callsOfTurn*turnsMost + min(turn, turnsMost-1)*callsOfTurn + min(n, callsOfTurn-1)
}

func evidence(k anpr.Call) app.Call {
	return app.Call{
		Service: string(k.Service), Client: k.OperationID, Operation: k.OperationANPR, Status: k.Status, Code: k.Code,
		Purpose: k.PurposeID, Voucher: k.VoucherID, Tracking: k.TrackingID, Transaction: k.TransactionID, At: k.Started, Millis: k.Duration.Milliseconds(),
	}
}

// end writes what a row came to: outcome, answer, what was learnt and the
// event, in one transaction, once.
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
	subject := x.key
	if code := res.FiscalCode; code != "" {
		subject = s.sealer.Mark("subject", []byte(strings.ToUpper(code)))
	}
	return s.store.Write(s.ctx, func(tx Tx) error {
		ok, err := tx.EndJobRow(row)
		if err != nil || !ok {
			return err
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
		e.Kind, e.Subject, e.Outcome, e.Code, e.Operation, e.Calls = app.EventJobRow, subject, res.Outcome, res.Code, res.operation, x.calls
		return tx.Record(e)
	})
}
