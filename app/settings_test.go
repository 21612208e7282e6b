package app_test

import (
	"errors"
	"strings"
	"testing"

	"indagor/app"
)

func TestSettingsCheck(t *testing.T) {
	if es := app.DefaultSettings.Check(); len(es) != 0 {
		t.Fatalf("the defaults: %v", es)
	}
	for _, n := range app.SettingNumbers {
		for _, tt := range []struct {
			v  int
			ok bool
		}{{n.Least - 1, n.OrZero && n.Least == 1}, {n.Most + 1, false}, {-1, false}, {0, n.OrZero || n.Least == 0}, {n.Least, true}, {n.Most, true}} {
			s := app.DefaultSettings.Clone()
			s.Access.SessionLength, s.Workstations.ExpiryDays = 1440, 3650
			*n.Of(&s) = tt.v
			var got []string
			for _, e := range s.Check() {
				got = append(got, e.Field)
			}
			// A short session brings others down with it.
			refused := strings.Contains(strings.Join(got, " ")+" ", n.Field+" ")
			if refused == tt.ok {
				t.Errorf("%s = %d: refused %v", n.Field, tt.v, got)
			}
		}
	}
	for what, tt := range map[string]struct {
		change func(*app.Settings)
		code   app.Code
		field  string
	}{
		"idle longer than the session":            {func(s *app.Settings) { s.Access.SessionLength, s.Access.Idle = 60, 61 }, app.CodeRange, "access.idle_minutes"},
		"recent longer than the session":          {func(s *app.Settings) { s.Access.SessionLength, s.Access.Recent = 60, 61 }, app.CodeRange, "access.recent_minutes"},
		"reminder before the approval":            {func(s *app.Settings) { s.Workstations.ExpiryDays, s.Workstations.ReminderDays = 30, 30 }, app.CodeRangeOrZero, "workstations.reminder_days"},
		"a quota of nothing":                      {func(s *app.Settings) { s.Services.Quotas["C020"] = 0 }, app.CodeRange, "services.quotas.C020"},
		"a quota for no e-service":                {func(s *app.Settings) { s.Services.Quotas["residenza"] = 9 }, app.CodeInvalid, "services.quotas"},
		"office hours that end before they begin": {func(s *app.Settings) { s.Services.OfficeHours.Until = 60 }, app.CodeProfilePeriod, "services.office_hours.until"},
		"office hours of no day":                  {func(s *app.Settings) { s.Services.OfficeHours.Days = nil }, app.CodeRequired, "services.office_hours.days"},
		"lists at no time":                        {func(s *app.Settings) { s.Services.OfficePace, s.Services.Pace = 0, 0 }, app.CodeJobNever, "services.pace"},
		"lists in office hours that are none":     {func(s *app.Settings) { s.Services.OfficeHours, s.Services.Pace = nil, 0 }, app.CodeJobNever, "services.pace"},
		"office hours on the eighth day":          {func(s *app.Settings) { s.Services.OfficeHours.Days = []int{8} }, app.CodeRequired, "services.office_hours.days"},
	} {
		s := app.DefaultSettings.Clone()
		tt.change(&s)
		var e *app.Error
		if err := s.Check().Err(); !errors.As(err, &e) || e.Code != tt.code || e.Field != tt.field {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSettingChanges(t *testing.T) {
	before := app.DefaultSettings.Clone()
	if was, is, err := app.SettingChanges(before, before.Clone()); was != nil || is != nil || err != nil {
		t.Errorf("nothing changed: %s, %s, %v", was, is, err)
	}
	after := before.Clone()
	after.Version = 7
	after.Access.PasswordLength = 14
	after.Services.Quotas["C020"] = 500
	after.Services.OfficeHours = nil
	was, is, err := app.SettingChanges(before, after)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"access":{"password_length":12},"services":{"office_hours":{"days":[1,2,3,4,5],"from":480,"until":1080}}}`; string(was) != want {
		t.Errorf("before: %s", was)
	}
	if want := `{"access":{"password_length":14},"services":{"quotas":{"C020":500}}}`; string(is) != want {
		t.Errorf("after: %s", is)
	}
	if !before.Equal(app.DefaultSettings) || after.Equal(before) {
		t.Error("the settings compared were changed, or compare wrongly")
	}
}
