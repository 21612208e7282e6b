package visura

import (
	"slices"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
)

// Weight is how grave an end is.
type Weight int

// The weights.
const (
	WeightGood    Weight = iota // what was asked is there
	WeightPlain                 // an answer like any other, though there are no data
	WeightQuiet                 // nothing to see, by rule or by the operator's will
	WeightNotable               // something that must be attended to
	WeightGrave                 // something did not work
)

// Verdict says an end in words.
type Verdict struct {
	Weight    Weight
	What      string   // what happened
	Means     []string // what it means, and what to do; paragraphs
	Reference string   // what to tell whoever can mend it; "" where there is nothing to mend
	Retry     bool     // the same request may be sent again
	Resume    bool     // the request can be followed further
	Change    bool     // it helps to change the request
}

var weights = map[app.Outcome]Weight{
	app.OutcomeFound:       WeightGood,
	app.OutcomeNotFound:    WeightPlain,
	app.OutcomeCancelled:   WeightNotable,
	app.OutcomeDuplicate:   WeightNotable,
	app.OutcomeNoData:      WeightPlain,
	app.OutcomeOutOfScope:  WeightQuiet,
	app.OutcomeRefused:     WeightNotable,
	app.OutcomeWithdrawn:   WeightQuiet,
	app.OutcomeFailed:      WeightGrave,
	app.OutcomeInterrupted: WeightGrave,
}

// WeightOf is the weight of an outcome; an unknown one is notable.
func WeightOf(o app.Outcome) Weight {
	if w, ok := weights[o]; ok {
		return w
	}
	return WeightNotable
}

// Judge says how a visura ended.
func Judge(l *language.Language, v wire.Visura) Verdict {
	out := Verdict{Weight: WeightOf(v.Outcome), What: l.T("outcome." + string(v.Outcome)), Means: []string{l.T("outcome." + string(v.Outcome) + ".text")}}
	out.Retry = v.Outcome == app.OutcomeFailed || v.Outcome == app.OutcomeInterrupted || v.Outcome == app.OutcomeWithdrawn
	out.Change = v.Outcome == app.OutcomeNotFound || v.Outcome == app.OutcomeDuplicate || v.Outcome == app.OutcomeRefused
	if v.Outcome == app.OutcomeFailed || v.Outcome == app.OutcomeInterrupted {
		out.Reference = string(v.ID)
	}
	if v.Code == "" || v.Outcome == app.OutcomeWithdrawn || v.Outcome == app.OutcomeInterrupted {
		return out
	}
	s := l.Refusal(v.Code, v.Params)
	if a := v.Approval; a != nil && v.Code == app.CodeApprovalRefused {
		s.What = l.Approval(*a)
		if a.Reason != "" {
			s.Means = l.T("visura.approval.reason", "reason", a.Reason)
		}
	}
	if v.Outcome == app.OutcomeRefused || v.Outcome == app.OutcomeFailed {
		// The sentence of the code says it better than the outcome's.
		out.Means = nil
	}
	out.add(s)
	return out
}

// add appends the parts of a sentence that are not said yet.
func (v *Verdict) add(s language.Sentence) {
	for _, p := range []string{s.What, s.Means, s.Who} {
		if p != "" && !slices.Contains(v.Means, p) {
			v.Means = append(v.Means, p)
		}
	}
}

// Awaited says that a visura waits for consent, and what happens to it.
func Awaited(l *language.Language, a app.VisuraApproval, now time.Time) Verdict {
	return Verdict{Weight: WeightPlain, What: l.T("visura.waiting.title"), Means: []string{l.Awaited(a, now), l.T("visura.waiting.text")}}
}

// Verdict says how the last request ended, also where the server gave no
// answer to it.
func (f *Flow) Verdict(l *language.Language) Verdict {
	s := f.State()
	if s.Phase == PhaseWaiting && s.Visura.Approval != nil {
		return Awaited(l, *s.Visura.Approval, f.config.Now())
	}
	if s.Err == nil {
		return Judge(l, s.Visura)
	}
	if s.Fault.Unreachable && s.Visura.ID != "" {
		return Verdict{
			Weight: WeightGrave, What: l.T("visura.unreachable"), Resume: true, Reference: string(s.Visura.ID),
			Means: []string{l.T("visura.lost"), l.T("visura.lost.who")},
		}
	}
	if s.Fault.Unreachable {
		return Verdict{
			Weight: WeightGrave, What: l.T("visura.unreachable"), Retry: true, Reference: s.Fault.Reference,
			Means: []string{l.T("visura.unreachable.means"), l.T("visura.unreachable.who")},
		}
	}
	code := app.CodeOf(s.Err)
	switch code {
	case app.CodeCancelled:
		return Verdict{Weight: WeightQuiet, What: l.T("outcome.withdrawn"), Means: []string{l.T("visura.abandoned")}, Retry: true}
	case app.CodeOutOfScope:
		out := Judge(l, wire.Visura{VisuraSummary: wire.VisuraSummary{Outcome: app.OutcomeOutOfScope, Code: code}})
		return out
	}
	sentence := l.Error(s.Err)
	out := Verdict{Weight: WeightGrave, What: sentence.What, Reference: s.Fault.Reference, Retry: true}
	switch code.Kind() {
	case app.KindForbidden, app.KindInvalid, app.KindNotFound, app.KindConflict:
		out.Weight, out.Retry, out.Change, out.Reference = WeightNotable, false, true, ""
	}
	for _, p := range []string{sentence.Means, sentence.Who} {
		if p != "" {
			out.Means = append(out.Means, p)
		}
	}
	return out
}
