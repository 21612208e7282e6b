package app

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Settings are what TOP decides for the body while the server runs
// (specification §5, §6, §7, §8). What is saved takes effect at the next
// request. The zero value is not acceptable; [DefaultSettings] is.
type Settings struct {
	Access       AccessSettings      `json:"access"`
	Workstations WorkstationSettings `json:"workstations"`
	Approval     ApprovalSettings    `json:"approval"`
	Services     ServiceSettings     `json:"services"`
	Retention    RetentionSettings   `json:"retention"`
	Digest       DigestSettings      `json:"digest"`
	Version      int                 `json:"version" doc:"Number of times that settings were saved; sent back so that two administrators do not overwrite each other"`
}

// AccessSettings are the policy of passwords and sessions.
type AccessSettings struct {
	PasswordLength int  `json:"password_length" doc:"Characters of a new password, at least"`
	PasswordReuse  int  `json:"password_reuse" doc:"So many former passwords may not be used again"`
	PasswordAge    int  `json:"password_age_days" doc:"Days after which a change is forced; 0: never"`
	SecretLife     int  `json:"secret_hours" doc:"Hours for which a one-time secret opens"`
	SessionLength  int  `json:"session_minutes" doc:"Minutes after which a session ends"`
	Recent         int  `json:"recent_minutes" doc:"Minutes for which a given password counts as recent"`
	TakeOver       bool `json:"take_over" doc:"A second sign-in may end the first; otherwise it is refused"`
	LockAfter      int  `json:"lock_after" doc:"Refused passwords after which the workstation must wait"`
	LongestLock    int  `json:"longest_lock_minutes" doc:"The longest wait after refused passwords, in minutes"`
	Idle           int  `json:"idle_minutes" doc:"Minutes without use after which the desktop locks itself"`
}

// WorkstationSettings say how long workstations are authorised.
type WorkstationSettings struct {
	ExpiryDays   int `json:"expiry_days" doc:"Days for which a workstation is authorised where its approval states no expiry; 0: for ever"`
	ReminderDays int `json:"reminder_days" doc:"Days before the expiry from which administrators are reminded; 0: not at all"`
}

// ApprovalSettings are the body's choices about approval.
type ApprovalSettings struct {
	Silence int `json:"silence_hours" doc:"Hours of silence that are proposed for a profile with tacit approval"`
}

// ServiceSettings say how the services reach ANPR.
type ServiceSettings struct {
	Mediators        MediatorRule   `json:"mediators,omitempty" enum:"top,admin,none," doc:"Which role may act as Mediator; absent: TOP and ADMIN"`
	MediatorAsUserID bool           `json:"mediator_as_user_id" doc:"Show the Mediator's operator id to ANPR in the user's place"`
	Quotas           map[string]int `json:"quotas" doc:"Requests a day that the body allows itself, by e-service; absent: as many as ANPR allows. STANDARDPS users' requests are not counted, since they could be told by it"`
	OfficeHours      *Hours         `json:"office_hours,omitempty" doc:"When jobs go at the pace of office hours; absent: never"`
	OfficePace       int            `json:"office_pace" doc:"Calls a minute of all jobs to each e-service in office hours; 0: jobs wait until they are over"`
	Pace             int            `json:"pace" doc:"Calls a minute of all jobs to each e-service outside office hours; 0: jobs wait until they begin"`
}

// RetentionSettings say how long what was obtained is kept. The log is never
// shortened.
type RetentionSettings struct {
	Visure     int `json:"visure_days" doc:"Days for which visure stay in the archive; 0: for ever"`
	Enrichment int `json:"enrichment_days" doc:"Days for which lists of rivestizione and their results stay; 0: for ever"`
	Household  int `json:"household_days" doc:"Days for which lists of nuclei familiari and their results stay; 0: for ever"`
}

// DigestSettings say when the daily mail goes out.
type DigestSettings struct {
	Send bool `json:"send" doc:"Whether the daily mail is sent"`
	Hour int  `json:"hour" doc:"Hour of the day, 0 to 23, in the body's zone"`
}

// DefaultSettings are those of a body that has decided nothing. Jobs ask once a
// second and only in office hours: ANPR's keepers watch volumes between 18:00
// and 08:00, and want those of the day flat (dossier, §5.5; pdnd.md, §9).
var DefaultSettings = Settings{
	Access: AccessSettings{
		PasswordLength: 12, PasswordReuse: 5, SecretLife: 72, SessionLength: 12 * 60, Recent: 15,
		TakeOver: true, LockAfter: 5, LongestLock: 15, Idle: 10,
	},
	Workstations: WorkstationSettings{ReminderDays: 30},
	Approval:     ApprovalSettings{Silence: 48},
	Services: ServiceSettings{
		Quotas:      map[string]int{},
		OfficeHours: &Hours{Days: []int{1, 2, 3, 4, 5}, From: 8 * 60, Until: 18 * 60}, OfficePace: 60,
	},
	Digest: DigestSettings{Send: true, Hour: 6},
}

// SettingNumber is a setting that is a number, with its bounds.
type SettingNumber struct {
	Field       string // path in the contract
	Least, Most int
	OrZero      bool // zero is allowed too: it means that there is none
	of          func(*Settings) *int
}

// Of is where the number stands in s.
func (n SettingNumber) Of(s *Settings) *int { return n.of(s) }

// SettingNumbers lists the settings that are numbers, in the order in which
// they are read.
var SettingNumbers = []SettingNumber{
	{"access.password_length", 8, 64, false, func(s *Settings) *int { return &s.Access.PasswordLength }},
	{"access.password_reuse", 1, 24, true, func(s *Settings) *int { return &s.Access.PasswordReuse }},
	{"access.password_age_days", 7, 730, true, func(s *Settings) *int { return &s.Access.PasswordAge }},
	{"access.secret_hours", 1, 336, false, func(s *Settings) *int { return &s.Access.SecretLife }},
	{"access.session_minutes", 15, 1440, false, func(s *Settings) *int { return &s.Access.SessionLength }},
	{"access.recent_minutes", 1, 480, false, func(s *Settings) *int { return &s.Access.Recent }},
	{"access.lock_after", 3, 20, false, func(s *Settings) *int { return &s.Access.LockAfter }},
	{"access.longest_lock_minutes", 1, 1440, false, func(s *Settings) *int { return &s.Access.LongestLock }},
	{"access.idle_minutes", 1, 120, false, func(s *Settings) *int { return &s.Access.Idle }},
	{"workstations.expiry_days", 30, 3650, true, func(s *Settings) *int { return &s.Workstations.ExpiryDays }},
	{"workstations.reminder_days", 1, 180, true, func(s *Settings) *int { return &s.Workstations.ReminderDays }},
	{"approval.silence_hours", 1, 720, false, func(s *Settings) *int { return &s.Approval.Silence }},
	{"services.office_pace", 1, 6000, true, func(s *Settings) *int { return &s.Services.OfficePace }},
	{"services.pace", 1, 6000, true, func(s *Settings) *int { return &s.Services.Pace }},
	{"retention.visure_days", 30, 7300, true, func(s *Settings) *int { return &s.Retention.Visure }},
	{"retention.enrichment_days", 1, 7300, true, func(s *Settings) *int { return &s.Retention.Enrichment }},
	{"retention.household_days", 1, 7300, true, func(s *Settings) *int { return &s.Retention.Household }},
	{"digest.hour", 0, 23, false, func(s *Settings) *int { return &s.Digest.Hour }},
}

// MostQuota bounds the daily requests that a body may allow itself.
const MostQuota = 10_000_000

var eservice = regexp.MustCompile(`^C[0-9]{3}$`)

// Check refuses settings under which the body could not work, or that would
// leave it open, naming the field of each fault.
func (s Settings) Check() Errors {
	var es Errors
	between := func(field string, v, least, most int, orZero bool) {
		if v >= least && v <= most || orZero && v == 0 {
			return
		}
		code := CodeRange
		if orZero {
			code = CodeRangeOrZero
		}
		es = append(es, E(code, "least", strconv.Itoa(least), "most", strconv.Itoa(most)).At(field))
	}
	for _, n := range SettingNumbers {
		most := n.Most
		switch n.Field {
		case "access.recent_minutes", "access.idle_minutes":
			// Longer than the session would never be reached. One mistake is
			// told once.
			if s.Access.SessionLength > 0 {
				most = min(most, s.Access.SessionLength)
			}
		case "workstations.reminder_days":
			if s.Workstations.ExpiryDays > 0 {
				most = min(most, max(n.Least, s.Workstations.ExpiryDays-1))
			}
		}
		between(n.Field, *n.of(&s), n.Least, most, n.OrZero)
	}
	for _, code := range slices.Sorted(maps.Keys(s.Services.Quotas)) {
		if !eservice.MatchString(code) {
			es = append(es, E(CodeInvalid).At("services.quotas"))
			continue
		}
		between("services.quotas."+code, s.Services.Quotas[code], 1, MostQuota, false)
	}
	if !s.Services.Mediators.Valid() {
		es = append(es, E(CodeInvalid).At("services.mediators"))
	}
	// Jobs that may ask at no time would wait for ever.
	if s.Services.Pace == 0 && (s.Services.OfficeHours == nil || s.Services.OfficePace == 0) {
		es = append(es, E(CodeJobNever).At("services.pace"))
	}
	if h := s.Services.OfficeHours; h != nil {
		noDay := func(d int) bool { return d < 1 || d > 7 }
		if len(h.Days) == 0 || slices.ContainsFunc(h.Days, noDay) {
			es = append(es, E(CodeRequired).At("services.office_hours.days"))
		}
		if h.From < 0 || h.Until > 24*60 || h.From >= h.Until {
			es = append(es, E(CodeProfilePeriod).At("services.office_hours.until"))
		}
	}
	return es
}

// Clone is a copy that shares nothing with s.
func (s Settings) Clone() Settings {
	s.Services.Quotas = maps.Clone(s.Services.Quotas)
	if s.Services.Quotas == nil {
		s.Services.Quotas = map[string]int{}
	}
	if h := s.Services.OfficeHours; h != nil {
		c := *h
		c.Days = slices.Clone(h.Days)
		s.Services.OfficeHours = &c
	}
	return s
}

// Equal reports whether both decide the same, whatever their versions.
func (s Settings) Equal(other Settings) bool {
	a, b := s.Clone(), other.Clone()
	a.Version, b.Version = 0, 0
	return reflect.DeepEqual(a, b)
}

// SettingChanges are the parts of two settings in which they differ, as JSON
// objects of the contract's shape; nil where nothing does.
func SettingChanges(before, after Settings) (was, is json.RawMessage, err error) {
	tree := func(s Settings) (m map[string]any, err error) {
		s = s.Clone()
		s.Version = 0
		b, err := json.Marshal(s)
		if err != nil {
			return nil, err
		}
		return m, json.Unmarshal(b, &m)
	}
	a, err := tree(before)
	if err != nil {
		return nil, nil, err
	}
	b, err := tree(after)
	if err != nil {
		return nil, nil, err
	}
	prune(a, b)
	if len(a) == 0 && len(b) == 0 {
		return nil, nil, nil
	}
	if was, err = json.Marshal(a); err != nil {
		return nil, nil, err
	}
	is, err = json.Marshal(b)
	return was, is, err
}

// prune takes out of both trees what is equal in them.
func prune(a, b map[string]any) {
	for name, x := range a {
		y, both := b[name]
		inner, deep := x.(map[string]any)
		other, deepToo := y.(map[string]any)
		switch {
		case both && deep && deepToo:
			prune(inner, other)
			if len(inner) == 0 {
				delete(a, name)
			}
			if len(other) == 0 {
				delete(b, name)
			}
		case both && reflect.DeepEqual(x, y):
			delete(a, name)
			delete(b, name)
		}
	}
}

// SettingGroup is the group of a field: the part of its path before the first
// dot.
func SettingGroup(field string) string {
	group, _, _ := strings.Cut(field, ".")
	return group
}
