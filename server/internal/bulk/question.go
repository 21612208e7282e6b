package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"indagor/app"
	"indagor/server/internal/anpr"
)

// question is one question about a row to one e-service, and what is kept of
// it.
type question struct {
	stored app.StoredJobCall
	kept   kept
}

// kept is what is kept of a question: the evidence of its calls that is not in
// the log yet, and the answer.
type kept struct {
	Calls  []app.Call   `json:"calls,omitempty"`
	Answer *anpr.Answer `json:"answer,omitempty"`
	// Settled says that it is known of every turn so far what became of it.
	// Without it the last may have been asked or not.
	Settled bool `json:"settled,omitempty"`
}

// errMet says that the household was found by another row while this one
// waited for its turn.
var errMet = errors.New("bulk: met")

// open reads what is kept of a question. Where nobody knows whether it was
// asked, it may have been: the evidence tells.
func (s *Service) openCall(stored app.StoredJobCall) (*question, error) {
	q := &question{stored: stored}
	b, err := s.sealer.Unseal(stored.Sealed, rowAAD(stored.Job, stored.Number, stored.Service))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &q.kept); err != nil {
		return nil, err
	}
	if !q.kept.Settled && !stored.Answered && stored.Turn > 0 {
		if id, err := anpr.OperationID(prefix(stored.Job, stored.Number), sequence(anpr.Service(stored.Service), stored.Turn, 0)); err == nil {
			q.kept.Calls = append(q.kept.Calls, app.Call{Service: stored.Service, Client: id, Code: string(app.CodeInterrupted)})
		}
	}
	return q, nil
}

// write seals what is kept of a question into its row of the store.
func (q *question) write(s *Service, put func(Tx, app.StoredJobCall) error) error {
	b, err := json.Marshal(q.kept)
	if err != nil {
		return err
	}
	q.stored.Sealed = s.sealer.Seal(b, rowAAD(q.stored.Job, q.stored.Number, q.stored.Service))
	return s.store.Write(s.ctx, func(tx Tx) error { return put(tx, q.stored) })
}

// settled is what stays of questions whose calls are in the log from now on.
func (s *Service) settled(questions []*question) ([]app.StoredJobCall, error) {
	var out []app.StoredJobCall
	for _, q := range questions {
		if q.stored.Turn == 0 {
			continue
		}
		b, err := json.Marshal(kept{Answer: q.kept.Answer, Settled: true})
		if err != nil {
			return nil, err
		}
		k := q.stored
		k.Answered = q.kept.Answer != nil
		k.Sealed = s.sealer.Seal(b, rowAAD(k.Job, k.Number, k.Service))
		out = append(out, k)
	}
	return out, nil
}

// evidence are the calls about the row that are not in the log yet, those of a
// former process included, in the order of the e-services.
func (x *asking) evidence() ([]app.Call, error) {
	for _, k := range x.stored {
		if !slices.ContainsFunc(x.questions, func(q *question) bool { return q.stored.Service == k.Service }) {
			q, err := x.r.s.openCall(k)
			if err != nil {
				return nil, err
			}
			x.questions = append(x.questions, q)
		}
	}
	var calls []app.Call
	for _, q := range x.questions {
		calls = append(calls, q.kept.Calls...)
	}
	return calls, nil
}

// How often a row is asked when ANPR answers, but not as it should.
const (
	mostFaults = 3
	mostSlow   = 5
)

// question asks one e-service about the row, once: an answer that came before
// is taken as it is. It is asked again only while ANPR cannot answer anybody, or
// was asked too much, and a few times where it fails. The last question of a
// row is not written by itself, but with the row's end.
func (x *asking) question(s anpr.Service, c anpr.Criteria, last bool) (anpr.Answer, error) {
	r := x.r
	q := &question{stored: app.StoredJobCall{Job: r.j.ID, Number: x.row.Number, Service: string(s)}, kept: kept{Settled: true}}
	if i := slices.IndexFunc(x.stored, func(k app.StoredJobCall) bool { return k.Service == string(s) }); i >= 0 {
		var err error
		if q, err = r.s.openCall(x.stored[i]); err != nil {
			return anpr.Answer{}, err
		}
	}
	x.mu.Lock()
	x.questions = append(x.questions, q)
	x.mu.Unlock()
	if q.stored.Answered && q.kept.Answer != nil {
		return *q.kept.Answer, nil
	}
	faults, slow := 0, 0
	for {
		a, asked, err := x.call(q, s, c)
		if err == nil {
			r.count(s, true)
			r.s.lanes.answered(s)
			q.kept.Answer = &a
			if last {
				return a, nil
			}
			return a, q.write(r.s, Tx.EndJobCall)
		}
		var e *app.Error
		if !asked || r.s.ctx.Err() != nil || !errors.As(err, &e) {
			return anpr.Answer{}, err
		}
		r.count(s, false)
		until, _ := time.Parse(time.RFC3339, e.Params["until"])
		again := false
		switch e.Code {
		case app.CodeAnprQuota, app.CodeAnprPaused, app.CodeAnprDown, app.CodeAnprBusy, app.CodeAnprToken:
			r.s.lanes.failed(s, e.Code, until)
			again = true
		case app.CodeOwnQuota: // only of those who count towards it
			r.s.lanes.reached(s, until)
			again = true
		case app.CodeAnprSlow:
			r.s.lanes.failed(s, e.Code, until)
			slow++
			again = slow < mostSlow
		case app.CodeAnprFault, app.CodeAnprNonsense:
			faults++
			if again = faults < mostFaults; again {
				r.s.lanes.failed(s, e.Code, until)
			}
		case app.CodeAnprOff, app.CodeAnprForbidden:
			r.t.cancel(e) // it is so for every row
		default:
			r.s.lanes.answered(s) // it is about this row
		}
		if !again {
			return anpr.Answer{}, err
		}
		// What became of this turn is known, before a long wait begins.
		if err := q.write(r.s, Tx.SettleJobCall); err != nil {
			return anpr.Answer{}, err
		}
	}
}

// call waits for its turn and asks; asked is false where it came to nothing
// before. What is about to be asked is written before the wait, so that no
// place in the lane is held meanwhile; of a row that only waited it is taken
// back: nothing then says that it may have been asked. What is under way when
// the job stops ends by itself.
func (x *asking) call(q *question, s anpr.Service, c anpr.Criteria) (a anpr.Answer, asked bool, err error) {
	r := x.r
	q.stored.Turn++
	q.kept.Settled = false
	if err := q.write(r.s, Tx.PutJobCall); err != nil {
		return a, false, err
	}
	if err := x.turn(s, c); err != nil {
		q.stored.Turn--
		q.kept.Settled = true
		if failed := q.write(r.s, Tx.SettleJobCall); failed != nil {
			return a, false, errors.Join(err, failed)
		}
		return a, false, err
	}
	defer r.s.lanes.leave(s)
	ctx, cancel := context.WithTimeout(r.s.ctx, r.s.config.Timeout)
	defer cancel()
	n := -1
	a, calls, err := r.s.register.Lookup(ctx, anpr.Request{
		Service: s, OperationPrefix: prefix(r.j.ID, x.row.Number), Seq: func() int { n++; return sequence(s, q.stored.Turn, n) },
		Criteria: c, ReferenceDate: r.day, Motive: r.j.Order.FileReference, Actor: r.j.Asked, Reserve: true, Apart: r.j.whose().apart,
	})
	for _, k := range calls {
		q.kept.Calls = append(q.kept.Calls, evidence(k))
	}
	q.kept.Settled = true
	return a, true, err
}

// turn waits for the row's place in the lane, which the caller must leave, or
// says why it needs none any more.
func (x *asking) turn(s anpr.Service, c anpr.Criteria) (err error) {
	r := x.r
	if err := r.s.lanes.enter(r.t.ctx, s, r.j.whose()); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			r.s.lanes.leave(s)
		}
	}()
	if err := r.may(false); err != nil {
		return err
	}
	if s != anpr.C021 {
		return nil
	}
	met, ok, err := x.met("", c.IDANPR) // perhaps a relative's row was quicker
	if err == nil && ok {
		x.theirs = &met
		err = errMet
	}
	return err
}

// prefix is the part of the operation ids that tells job and row.
func prefix(job app.ID, row int) string {
	return string(job)[:20] + fmt.Sprintf("%06d", row)
}

// Of the 1,679,616 numbers after a prefix each e-service has 32,768: 2,048
// turns of 16 calls.
const (
	callsOfTurn = 16
	turnsMost   = 2048
)

// sequence is the number of a call after the prefix, never the same twice.
func sequence(s anpr.Service, turn, n int) int {
	return slices.Index(anpr.Services(), s)*callsOfTurn*turnsMost + min(turn, turnsMost-1)*callsOfTurn + min(n, callsOfTurn-1)
}

func evidence(k anpr.Call) app.Call {
	return app.Call{
		Service: string(k.Service), Client: k.OperationID, Operation: k.OperationANPR, Status: k.Status, Code: k.Code,
		Purpose: k.PurposeID, Voucher: k.VoucherID, Tracking: k.TrackingID, Transaction: k.TransactionID, At: k.Started, Millis: k.Duration.Milliseconds(),
	}
}
