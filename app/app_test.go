package app

import (
	"errors"
	"testing"
	"time"
)

func TestWorkstationStates(t *testing.T) {
	states := []WorkstationState{WorkstationPending, WorkstationAuthorised, WorkstationSuspended, WorkstationRevoked}
	want := map[WorkstationAct]map[WorkstationState]WorkstationState{
		ActApprove: {WorkstationPending: WorkstationAuthorised, WorkstationAuthorised: WorkstationAuthorised, WorkstationSuspended: WorkstationAuthorised},
		ActSuspend: {WorkstationPending: WorkstationSuspended, WorkstationAuthorised: WorkstationSuspended},
		ActRevoke:  {WorkstationPending: WorkstationRevoked, WorkstationAuthorised: WorkstationRevoked, WorkstationSuspended: WorkstationRevoked},
	}
	for act, from := range want {
		for _, s := range states {
			got, err := s.After(act)
			if to, ok := from[s]; ok && (err != nil || got != to) {
				t.Errorf("%s of a %s one: %s, %v", act, s, got, err)
			} else if !ok && (err == nil || got != s) {
				t.Errorf("%s of a %s one is accepted", act, s)
			}
		}
	}
}

func TestMayServe(t *testing.T) {
	yesterday, today := Day("2026-11-22"), Day("2026-11-23")
	for _, c := range []struct {
		name string
		w    Workstation
		key  WorkstationState
		want Code
	}{
		{"authorised", Workstation{State: WorkstationAuthorised}, WorkstationAuthorised, ""},
		{"pending", Workstation{State: WorkstationPending}, WorkstationPending, ""},
		{"a further key pending", Workstation{State: WorkstationAuthorised}, WorkstationPending, ""},
		{"suspended", Workstation{State: WorkstationSuspended}, WorkstationAuthorised, CodeWorkstationSuspended},
		{"suspended for drift", Workstation{State: WorkstationSuspended, Alarm: AlarmDrift}, WorkstationAuthorised, CodeWorkstationSuspended},
		{"cloned", Workstation{State: WorkstationSuspended, Alarm: AlarmClone}, WorkstationAuthorised, CodeWorkstationCloned},
		{"revoked", Workstation{State: WorkstationRevoked}, WorkstationAuthorised, CodeWorkstationRevoked},
		{"key suspended", Workstation{State: WorkstationAuthorised}, WorkstationSuspended, CodeWorkstationSuspended},
		{"key revoked", Workstation{State: WorkstationAuthorised}, WorkstationRevoked, CodeWorkstationRevoked},
		{"last day", Workstation{State: WorkstationAuthorised, Expires: &today}, WorkstationAuthorised, ""},
		{"expired", Workstation{State: WorkstationAuthorised, Expires: &yesterday}, WorkstationAuthorised, CodeWorkstationExpired},
		{"an unknown state", Workstation{State: "new"}, WorkstationAuthorised, CodeWorkstationRevoked},
	} {
		if got := CodeOf(c.w.MayServe(c.key, today)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestResemblance(t *testing.T) {
	known := Fingerprint{}
	for part := range FingerprintWeights {
		known[part] = part
	}
	change := func(parts ...string) Fingerprint {
		f := Fingerprint{}
		for k, v := range known {
			f[k] = v
		}
		for _, p := range parts {
			f[p] = "another"
		}
		return f
	}
	silent := change()
	delete(silent, "machine_id")
	for _, c := range []struct {
		name      string
		presented Fingerprint
		want      int
	}{
		{"the same machine", known, 100},
		{"a new network card", change("network"), 95},
		{"a new disk", change("disk"), 85},
		{"a new disk and board", change("disk", "board"), 75},
		{"reinstalled", change("machine_id"), 60},
		{"silent about its machine id", silent, 60},
		{"another machine", change("machine_id", "smbios", "disk", "board", "network", "system"), 0},
		{"nothing told", Fingerprint{}, 0},
	} {
		if got := known.Resemblance(c.presented); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if (Fingerprint{}).Resemblance(known) != 0 {
		t.Error("a machine of which nothing is known resembles another")
	}
	total := 0
	for _, w := range FingerprintWeights {
		total += w
	}
	if total != 100 {
		t.Errorf("the weights add up to %d", total)
	}
}

func TestMayWork(t *testing.T) {
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	day := func(s string) *Day { d := Day(s); return &d }
	office := &Hours{Days: []int{1, 2, 3, 4, 5}, From: 8 * 60, Until: 18 * 60}
	for _, c := range []struct {
		name string
		user User
		at   time.Time
		want Code
	}{
		{"enabled", User{Enabled: true}, monday, ""},
		{"disabled", User{}, monday, CodeAccountOff},
		{"not yet", User{Enabled: true, ValidFrom: day("2026-11-24")}, monday, CodeAccountPeriod},
		{"first day", User{Enabled: true, ValidFrom: day("2026-11-23")}, monday, ""},
		{"last day", User{Enabled: true, ValidUntil: day("2026-11-23")}, monday, ""},
		{"over", User{Enabled: true, ValidUntil: day("2026-11-22")}, monday, CodeAccountPeriod},
		{"in hours", User{Enabled: true, Hours: office}, monday, ""},
		{"before hours", User{Enabled: true, Hours: office}, monday.Add(-90 * time.Minute), CodeAccountHours},
		{"end of hours", User{Enabled: true, Hours: office}, monday.Add(9 * time.Hour), CodeAccountHours},
		{"Sunday", User{Enabled: true, Hours: office}, monday.AddDate(0, 0, -1), CodeAccountHours},
	} {
		if got := CodeOf(c.user.MayWork(c.at)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBetween(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, until Day
		start, end  string
		field       string
	}{
		{"", "", "", "", ""},
		{"2026-11-23", "", "2026-11-22T23:00:00Z", "", ""},
		{"", "2026-11-23", "", "2026-11-23T23:00:00Z", ""},
		{"2026-03-29", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", ""}, // a day of 23 hours
		{"2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", ""}, // and one of 25
		{"2026-02-30", "", "", "", "from"},
		{"", "ieri", "", "", "until"},
	} {
		start, end, err := Between(c.from, c.until, rome)
		var e *Error
		if c.field != "" {
			if !errors.As(err, &e) || e.Code != CodeDate || e.Field != c.field {
				t.Errorf("%q to %q: %v", c.from, c.until, err)
			}
			continue
		}
		say := func(at time.Time) string {
			if at.IsZero() {
				return ""
			}
			return at.UTC().Format(time.RFC3339)
		}
		if err != nil || say(start) != c.start || say(end) != c.end {
			t.Errorf("%q to %q: %s to %s, want %s to %s (%v)", c.from, c.until, say(start), say(end), c.start, c.end, err)
		}
	}
}

func TestSealed(t *testing.T) {
	for _, c := range []struct {
		role  Role
		class Class
		want  bool
	}{
		{RoleStandardPS, ClassActivity, true},
		{RoleStandardPS, ClassAdmin, true},
		{RoleStandardPS, ClassSystem, true},
		{RoleStandardPS, ClassAccess, false},
		{RoleStandard, ClassActivity, false},
		{RoleTop, ClassAdmin, false},
		{"", ClassSystem, false},
	} {
		if got := (Event{Class: c.class, Actor: Actor{Role: c.role}}).Sealed(); got != c.want {
			t.Errorf("%s of %s: sealed is %v", c.class, c.role, got)
		}
	}
}

func TestIDs(t *testing.T) {
	seen := map[ID]bool{}
	for range 1000 {
		id := NewID()
		if !id.Valid() || seen[id] {
			t.Fatalf("%q", id)
		}
		seen[id] = true
	}
	for _, bad := range []ID{"", "ABC", "abcdefghijklmnopqrstuvwxy", "abcdefghijklmnopqrstuvwxy1", "abcdefghijklmnopqrstuvwxyZ"} {
		if bad.Valid() {
			t.Errorf("%q is valid", bad)
		}
	}
}
