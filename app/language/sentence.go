package language

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"indagor/app"
)

// Sentence is an error for people.
type Sentence struct {
	What  string // what happened
	Means string // what it means for the person; "" where What says it
	Who   string // who can mend it, or what to do
}

// String joins the parts that are there, as one paragraph.
func (s Sentence) String() string {
	parts := []string{}
	for _, p := range []string{s.What, s.Means, s.Who} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, " ")
}

// Error says an error: the sentences "error.<code>", "error.<code>.means" and
// "error.<code>.who". Several refusals of one input are counted in What and
// listed in Means. An error that is none of the domain's is internal: nothing
// of it is shown. It is empty for nil.
func (l *Language) Error(err error) Sentence {
	if err == nil {
		return Sentence{}
	}
	if es := several(err); len(es) > 1 {
		s := Sentence{What: l.N("error.several", len(es)), Who: l.T("error.several.who")}
		var lines []string
		for _, e := range es {
			line := l.Refusal(e.Code, e.Params).What
			if len(lines) == 0 || lines[len(lines)-1] != line {
				lines = append(lines, line)
			}
		}
		s.Means = strings.Join(lines, "\n")
		return s
	}
	var e *app.Error
	if errors.As(err, &e) {
		return l.Refusal(e.Code, e.Params)
	}
	return l.Refusal(app.CodeOf(err), nil)
}

// Refusal says a code with its parameters, where no error is at hand: as kept
// with a visura that failed.
func (l *Language) Refusal(code app.Code, params map[string]string) Sentence {
	key := "error." + string(code)
	if !l.Has(key) {
		key = "error." + string(app.CodeInternal)
	}
	params = l.words(params)
	s := Sentence{What: l.TMap(key, params)}
	if l.Has(key + ".means") {
		s.Means = l.TMap(key+".means", params)
	}
	if l.Has(key + ".who") {
		s.Who = l.TMap(key+".who", params)
	}
	return s
}

// Field says an error in the few words that stand under the field to blame:
// "error.<code>.field", or else "error.<code>".
func (l *Language) Field(err error) string {
	if err == nil {
		return ""
	}
	var e *app.Error
	if es := several(err); len(es) > 0 {
		e = es[0]
	} else if !errors.As(err, &e) {
		return l.Error(err).What
	}
	if key := "error." + string(e.Code) + ".field"; l.Has(key) {
		return l.TMap(key, l.words(e.Params))
	}
	return l.Refusal(e.Code, e.Params).What
}

func several(err error) app.Errors {
	var es app.Errors
	errors.As(err, &es)
	return es
}

// vocabulary says which parameters are codes, and where their words stand.
var vocabulary = map[string]string{
	"state":   "workstation.state.",
	"act":     "workstation.act.",
	"service": "anpr.service.",
	"role":    "role.",
	"type":    "visura.type.",
}

// counts names the parameters that are numbers of things; other numbers, as
// those of files, are written as they are.
var counts = map[string]bool{"most": true, "least": true, "count": true, "minutes": true, "hours": true}

// words writes parameters for people: codes in words, days, moments and
// counts as the language writes them.
func (l *Language) words(params map[string]string) map[string]string {
	out := make(map[string]string, len(params))
	for name, value := range params {
		if prefix, ok := vocabulary[name]; ok && l.Has(prefix+value) {
			out[name] = l.T(prefix + value)
			continue
		}
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			out[name] = l.Moment(t)
			continue
		}
		if t, ok := app.Day(value).Time(); ok {
			out[name] = l.Day(app.DayOf(t))
			continue
		}
		if n, err := strconv.Atoi(value); err == nil && counts[name] {
			out[name] = l.Number(n)
			continue
		}
		out[name] = value
	}
	return out
}
