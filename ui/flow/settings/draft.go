package settings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"indagor/app"
)

// Kind is how a field is shown and typed.
type Kind int

// The kinds of fields.
const (
	Number Kind = iota // digits
	Flag               // "true" or "false"
	Days               // days of the week, "1,2,3"
	Clock              // "08:30"
	Quota              // digits, or nothing
	Choice             // one of Choices
)

// Field is one setting of the page.
type Field struct {
	ID    string // path in the contract
	Group string
	Kind  Kind
	Code  string // of a Quota: the e-service
	// Of numbers: the bounds.
	Least, Most int
	OrZero      bool
	Choices     []string // of a Choice, of which there is always one
	Needs       string   // a Flag without which the field means nothing
}

// Groups are the groups of fields in the order in which they are shown.
var Groups = []string{"access", "workstations", "approval", "services", "retention", "digest"}

const (
	takeOver   = "access.take_over"
	mediators  = "services.mediators"
	mediator   = "services.mediator_as_user_id"
	hours      = "services.office_hours"
	hoursDays  = "services.office_hours.days"
	hoursFrom  = "services.office_hours.from"
	hoursUntil = "services.office_hours.until"
	pace       = "services.office_pace"
	quotas     = "services.quotas."
	send       = "digest.send"
	sendHour   = "digest.hour"
)

// Fields lists the settings, for the e-services that the body may call, in the
// order in which they are read.
func Fields(eservices []string) []Field {
	var out []Field
	add := func(f Field) {
		f.Group = app.SettingGroup(f.ID)
		out = append(out, f)
	}
	for _, n := range app.SettingNumbers {
		switch n.Field {
		case "access.lock_after":
			add(Field{ID: takeOver, Kind: Flag})
		case pace:
			add(Field{ID: mediators, Kind: Choice, Choices: mediatorChoices()})
			add(Field{ID: mediator, Kind: Flag})
			add(Field{ID: hours, Kind: Flag})
			add(Field{ID: hoursDays, Kind: Days, Needs: hours})
			add(Field{ID: hoursFrom, Kind: Clock, Needs: hours})
			add(Field{ID: hoursUntil, Kind: Clock, Needs: hours})
		case sendHour:
			add(Field{ID: send, Kind: Flag})
		}
		f := Field{ID: n.Field, Kind: Number, Least: n.Least, Most: n.Most, OrZero: n.OrZero}
		switch n.Field {
		case pace:
			f.Needs = hours
		case sendHour:
			f.Needs = send
		}
		add(f)
		if n.Field == "services.pace" {
			for _, code := range eservices {
				add(Field{ID: quotas + code, Kind: Quota, Code: code, Least: 1, Most: app.MostQuota})
			}
		}
	}
	return out
}

// Draft is the settings as they are typed, by field.
type Draft map[string]string

// DraftOf is how the settings are typed.
func DraftOf(s app.Settings) Draft {
	d := Draft{}
	for _, n := range app.SettingNumbers {
		d[n.Field] = strconv.Itoa(*n.Of(&s))
	}
	d[mediators] = mediatorChoice(s.Services.Mediators)
	d[takeOver], d[mediator], d[send] = flag(s.Access.TakeOver), flag(s.Services.MediatorAsUserID), flag(s.Digest.Send)
	h := s.Services.OfficeHours
	d[hours] = flag(h != nil)
	if h == nil {
		h = app.DefaultSettings.Services.OfficeHours
	}
	var days []string
	for _, n := range h.Days {
		days = append(days, strconv.Itoa(n))
	}
	d[hoursDays], d[hoursFrom], d[hoursUntil] = strings.Join(days, ","), clock(h.From), clock(h.Until)
	for code, n := range s.Services.Quotas {
		d[quotas+code] = strconv.Itoa(n)
	}
	return d
}

// everybody is how the rule that excludes nobody is typed.
const everybody = "all"

func mediatorChoice(m app.MediatorRule) string { return cmp.Or(string(m), everybody) }

func mediatorChoices() (out []string) {
	for _, m := range app.MediatorRules {
		out = append(out, mediatorChoice(m))
	}
	return out
}

func flag(on bool) string { return strconv.FormatBool(on) }

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// On reports whether a Flag is set.
func (d Draft) On(id string) bool { return d[id] == "true" }

// Settings makes settings of what is typed, or says which fields keep them
// from being made. version is that of the settings that were read.
func (d Draft) Settings(version int) (app.Settings, app.Errors) {
	s := app.Settings{Version: version, Services: app.ServiceSettings{Quotas: map[string]int{}}}
	var es app.Errors
	wrong := func(id string, code app.Code) { es = append(es, app.E(code).At(id)) }
	for _, n := range app.SettingNumbers {
		v, err := strconv.Atoi(digits(d[n.Field]))
		if err != nil {
			v = -1 // outside all bounds: Check tells them
		}
		*n.Of(&s) = v
	}
	s.Access.TakeOver, s.Services.MediatorAsUserID, s.Digest.Send = d.On(takeOver), d.On(mediator), d.On(send)
	if d[mediators] != everybody {
		s.Services.Mediators = app.MediatorRule(d[mediators])
	}
	if d.On(hours) {
		h := &app.Hours{}
		for part := range strings.SplitSeq(d[hoursDays], ",") {
			if n, err := strconv.Atoi(part); err == nil {
				h.Days = append(h.Days, n)
			}
		}
		var ok [2]bool
		h.From, ok[0] = minutes(d[hoursFrom])
		h.Until, ok[1] = minutes(d[hoursUntil])
		for i, id := range []string{hoursFrom, hoursUntil} {
			if !ok[i] {
				wrong(id, app.CodeMalformed)
			}
		}
		if !ok[0] || !ok[1] {
			h.From, h.Until = 0, 1 // one mistake is told, not two
		}
		s.Services.OfficeHours = h
	} else if s.Services.OfficePace < 0 {
		s.Services.OfficePace = app.DefaultSettings.Services.OfficePace
	}
	if !s.Digest.Send && s.Digest.Hour < 0 {
		s.Digest.Hour = app.DefaultSettings.Digest.Hour
	}
	for id, text := range d {
		code, is := strings.CutPrefix(id, quotas)
		if !is || strings.TrimSpace(text) == "" {
			continue
		}
		v, err := strconv.Atoi(digits(text))
		if err != nil {
			v = -1
		}
		s.Services.Quotas[code] = v
	}
	return s, append(es, s.Check()...)
}

// digits takes the marks of thousands and the blanks out of a number.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == ' ' || r == '\u00a0' {
			return -1
		}
		return r
	}, text)
}

// minutes reads a time of day: 8, 8:30, 08.30, 24:00.
func minutes(text string) (int, bool) {
	h, m, given := strings.Cut(strings.ReplaceAll(strings.TrimSpace(text), ".", ":"), ":")
	hour, err := strconv.Atoi(h)
	if err != nil || hour < 0 {
		return 0, false
	}
	minute := 0
	if given {
		if minute, err = strconv.Atoi(m); err != nil || len(m) != 2 || minute < 0 || minute > 59 {
			return 0, false
		}
	}
	n := hour*60 + minute
	return n, n <= 24*60
}

// Change is a field that is typed otherwise than it is in force.
type Change struct {
	Field         Field
	Before, After string // as they are typed
}

// changes lists the fields in which two drafts differ. A field that means
// nothing where its flag is off does not count.
func changes(fields []Field, before, after Draft) []Change {
	var out []Change
	for _, f := range fields {
		b, a := canonical(f, before[f.ID]), canonical(f, after[f.ID])
		if b == a || f.Needs != "" && !after.On(f.Needs) {
			continue
		}
		out = append(out, Change{f, b, a})
	}
	return out
}

// canonical is the text in the one way in which the same value is written.
func canonical(f Field, text string) string {
	text = strings.TrimSpace(text)
	switch f.Kind {
	case Number, Quota:
		if n, err := strconv.Atoi(digits(text)); err == nil {
			return strconv.Itoa(n)
		}
	case Clock:
		if n, ok := minutes(text); ok {
			return clock(n)
		}
	}
	return text
}

// rebase carries what was changed from one draft on to another.
func rebase(fields []Field, from, typed, onto Draft) (next Draft, both []Change) {
	next = maps.Clone(onto)
	theirs := changes(fields, from, onto)
	for _, c := range changes(fields, from, typed) {
		next[c.Field.ID] = typed[c.Field.ID]
		i := slices.IndexFunc(theirs, func(x Change) bool { return x.Field.ID == c.Field.ID && x.After != c.After })
		if i >= 0 {
			both = append(both, Change{c.Field, theirs[i].After, c.After})
		}
	}
	return next, both
}
