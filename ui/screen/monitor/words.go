package monitor

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"indagor/app"
	"indagor/app/language"
	"indagor/sync/wire"
	flow "indagor/ui/flow/monitor"
	"indagor/ui/flow/visura"
	view "indagor/ui/screen/visura"
	"indagor/ui/theme"
)

// words writes the entries of the monitors for people.
type words struct {
	l     *language.Language
	names map[app.ID]string
}

// who is who did it: the server itself and its console have no name.
func (w words) who(r flow.Row) string {
	switch {
	case r.Username != "":
		return r.Username
	case strings.HasPrefix(r.Reason, console):
		return w.l.T("monitor.console")
	case r.Event == app.EventSignInFailed:
		return w.l.T("monitor.unknown_user")
	}
	return w.l.T("monitor.server")
}

// what is what was done: of a visura its type.
func (w words) what(r flow.Row) string {
	event := w.l.T("event." + string(r.Event))
	switch {
	case r.Type == "":
		return event
	case r.Event == app.EventVisuraEnded:
		return w.l.T("visura.type." + string(r.Type))
	}
	return event + " · " + w.l.T("visura.type."+string(r.Type))
}

// reasoned reports whether the code of the row says why it ended so.
func reasoned(r flow.Row) bool {
	return r.Code != "" && (r.Outcome == "" || r.Outcome == app.OutcomeRefused || r.Outcome == app.OutcomeFailed)
}

// outcome is how a use of a service ended, with the reason where it is one of
// this server's or of ANPR's.
func (w words) outcome(r flow.Row) string {
	var parts []string
	if r.Outcome != "" {
		parts = append(parts, w.l.T("outcome."+string(r.Outcome)))
	}
	if r.Outcomes != nil {
		parts = append(parts, w.l.N("monitor.asked", r.Asked))
	}
	if reasoned(r) {
		parts = append(parts, w.code(r.Code))
	}
	return strings.Join(parts, " · ")
}

// outcomeTone is how much the outcome weighs.
func outcomeTone(r flow.Row) theme.Tone {
	switch {
	case r.Outcome != "":
		return view.Tone(visura.WeightOf(r.Outcome))
	case r.Code != "":
		return theme.Warning
	}
	return theme.Quiet
}

// outcomeIcon stands beside the outcome; "" where there is none.
func outcomeIcon(r flow.Row) theme.IconName {
	switch {
	case r.Outcome != "":
		return view.Icon(visura.WeightOf(r.Outcome))
	case r.Code != "":
		return theme.Warning.Icon()
	}
	return ""
}

// accessTone is how much an access weighs.
func accessTone(r flow.Row) theme.Tone {
	switch r.Event {
	case app.EventSignIn:
		return theme.Success
	case app.EventSignInFailed, app.EventTakenOver:
		return theme.Warning
	}
	return theme.Quiet
}

// accessIcon goes with what happened.
func accessIcon(r flow.Row) theme.IconName {
	switch r.Event {
	case app.EventSignIn:
		return theme.IconLogin
	case app.EventSignOut:
		return theme.IconLogout
	case app.EventSignInFailed, app.EventTakenOver:
		return theme.Warning.Icon()
	}
	return theme.IconKey
}

// code says a code in words; one that this version does not know stays as it
// is.
func (w words) code(c app.Code) string {
	if !w.l.Has("error." + string(c)) {
		return string(c)
	}
	return w.l.Refusal(c, nil).What
}

// console is how the reason of what was done on the server's console begins.
const console = "console"

// reason is why it was done, or went wrong.
func (w words) reason(r flow.Row) string {
	switch {
	case r.Event == app.EventRefused && r.Reason != "":
		return w.operation(r.Reason)
	case (r.Event == app.EventMonitorRead || r.Event == app.EventExported) && w.l.Has("permission."+r.Reason):
		return w.l.T("permission." + r.Reason)
	case r.Event == app.EventAlarm && w.l.Has("workstation.alarm."+r.Reason):
		return w.l.T("workstation.alarm." + r.Reason)
	case r.Reason == console:
		return ""
	case r.Reason != "":
		return strings.TrimPrefix(r.Reason, console+": ")
	case reasoned(r):
		return w.code(r.Code)
	}
	return ""
}

// operation is the function that an operation of the contract belongs to.
func (w words) operation(id string) string {
	for _, e := range wire.Endpoints() {
		if e.ID == id && e.Permission != "" {
			return w.l.T("permission." + string(e.Permission))
		}
	}
	return id
}

func (w words) role(r flow.Row) string {
	if r.Role == "" {
		return ""
	}
	return w.l.T("role." + string(r.Role))
}

// name is what the thing is called, "" where the person may not know.
func (w words) name(id app.ID) string { return w.names[id] }

// workstation is the name of the workstation.
func (w words) workstation(r flow.Row) string {
	if r.Workstation == "" {
		return ""
	}
	if name := w.name(r.Workstation); name != "" {
		return name
	}
	return w.l.T("monitor.workstation.unknown")
}

// vocabularies say where the words of a changed code stand, by the end of the
// field's name.
var vocabularies = []struct{ end, prefix string }{
	{"state", "workstation.state."},
	{"alarm", "workstation.alarm."},
	{"role", "role."},
	{"profile.workstations", "workstation.rule."},
	{"way.kind", "way."},
	{"scope.kind", "scope."},
	{"approval.kind", "approval."},
	{"types", "visura.type."},
	{"days", "monitor.day."},
	{"permission", "permission."},
	{"kind", "event."},
	{"service", "service."},
	{"type", "visura.type."},
	{"outcome", "outcome."},
	{"by", "statistics.by."},
}

// value is a changed value in words.
func (w words) value(name, v string) string {
	for _, x := range vocabularies {
		if (name == x.end || strings.HasSuffix(name, "."+x.end)) && w.l.Has(x.prefix+v) {
			return w.l.T(x.prefix + v)
		}
	}
	if known := w.name(app.ID(v)); known != "" {
		return known
	}
	if key := "settings." + name + "." + map[string]string{"true": "yes", "false": "no"}[v]; w.l.Has(key) {
		return w.l.T(key)
	}
	switch v {
	case "true":
		return w.l.T("monitor.yes")
	case "false":
		return w.l.T("monitor.no")
	}
	if strings.HasSuffix(name, "hours.from") || strings.HasSuffix(name, "hours.until") {
		if n, err := strconv.Atoi(v); err == nil {
			return fmt.Sprintf("%02d:%02d", n/60, n%60)
		}
	}
	if _, ok := app.Day(v).Time(); ok {
		return w.l.Day(app.Day(v))
	}
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return w.l.Moment(t)
	}
	return v
}

// field is what the changed field is called; one without a word is called by
// its path.
func (w words) field(c flow.Change) string {
	name, at := c.Name()
	switch {
	case c.Path == "":
		return w.l.T("monitor.value")
	case strings.HasPrefix(name, "services.quotas."):
		return w.l.T("settings.quota", "service", strings.TrimPrefix(name, "services.quotas."))
	case !w.l.Has("monitor.field."+name) && w.l.Has("settings."+name):
		return w.l.T("settings." + name)
	case !w.l.Has("monitor.field." + name):
		return c.Path
	case len(at) == 0:
		return w.l.T("monitor.field." + name)
	}
	return w.l.T("monitor.nth", "field", w.l.T("monitor.field."+name), "n", strconv.Itoa(at[0]))
}

// change is a change in words, without the field's name.
func (w words) change(c flow.Change) string {
	name, _ := c.Name()
	say := func(values []string) string {
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = w.value(name, v)
		}
		return strings.Join(texts, ", ")
	}
	before, after := say(c.Before), say(c.After)
	switch {
	case c.List && before != "" && after != "":
		return w.l.T("monitor.change.list", "out", before, "in", after)
	case c.List && before != "":
		return w.l.T("monitor.change.out", "out", before)
	case c.List:
		return w.l.T("monitor.change.in", "in", after)
	case before == "":
		return after
	case after == "":
		return w.l.T("monitor.change.unset", "before", before)
	}
	return w.l.T("monitor.change.from_to", "before", before, "after", after)
}
