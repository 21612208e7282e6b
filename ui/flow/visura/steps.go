package visura

import (
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
)

// Step is a step of a request as it is shown.
type Step struct {
	Text    string
	State   string        // "running", "done", "failed", "waiting"
	Elapsed time.Duration // how long it took, or has taken so far; 0 while it waits
}

// road is the order of the steps of a request that goes well, so that those to
// come can be shown waiting and nothing moves when they begin.
var road = []string{"accepted", "waiting_approval", "approved", "identifying", "checking_scope", "asking", "received", "kept"}

// optional are the steps that not every request has: they are not shown before
// they happen.
var optional = map[string]bool{"waiting_approval": true, "approved": true, "identifying": true, "checking_scope": true, "received": true, "ended": true}

// Steps are the steps of the request under way: what happened, with the time
// that it took by the server's clock, and what is still to come.
func (f *Flow) Steps(l *language.Language) []Step {
	s := f.State()
	return steps(l, s.Visura, s.Elapsed)
}

func steps(l *language.Language, v wire.Visura, elapsed time.Duration) []Step {
	var out []Step
	seen := -1
	for i, x := range v.Steps {
		step := Step{Text: l.T("step." + x.Step), State: x.State}
		if i+1 < len(v.Steps) {
			step.Elapsed = v.Steps[i+1].At.Sub(x.At)
		} else if x.State == "running" {
			step.Elapsed = elapsed - x.At.Sub(v.Steps[0].At)
		}
		step.Elapsed = max(step.Elapsed, 0)
		out = append(out, step)
		for k, name := range road {
			if name == x.Step {
				seen = max(seen, k)
			}
		}
	}
	if len(v.Steps) == 0 {
		out = append(out, Step{Text: l.T("visura.sending"), State: "running", Elapsed: elapsed})
		seen = 0
	}
	if v.State == app.VisuraDone {
		return out
	}
	for _, name := range road[seen+1:] {
		if !optional[name] {
			out = append(out, Step{Text: l.T("step." + name), State: "waiting"})
		}
	}
	return out
}

// Seconds writes a short time to the tenth: "1,2 s".
func Seconds(l *language.Language, d time.Duration) string {
	tenths := int(d.Round(100*time.Millisecond) / (100 * time.Millisecond))
	if tenths >= 600 {
		return l.Duration(d)
	}
	return l.T("visura.seconds", "whole", l.Number(tenths/10), "tenth", l.Number(tenths%10))
}
