package settings

import (
	"strings"
	"testing"

	"indagor/app"
)

// What is typed is what is in force, and back.
func TestDraftRoundTrip(t *testing.T) {
	for name, change := range map[string]func(*app.Settings){
		"defaults":        func(*app.Settings) {},
		"no office hours": func(s *app.Settings) { s.Services.OfficeHours, s.Services.Pace = nil, 60 },
		"one Mediator":    func(s *app.Settings) { s.Services.Mediators = app.MediatorsTop },
		"no Mediator":     func(s *app.Settings) { s.Services.Mediators = app.MediatorsNone },
		"quotas":          func(s *app.Settings) { s.Services.Quotas["C020"] = 500 },
		"until midnight":  func(s *app.Settings) { s.Services.OfficeHours.Until = 24 * 60 },
		"flags": func(s *app.Settings) {
			s.Access.TakeOver, s.Services.MediatorAsUserID, s.Digest.Send = false, true, false
		},
	} {
		s := app.DefaultSettings.Clone()
		s.Version = 7
		change(&s)
		back, es := DraftOf(s).Settings(7)
		if len(es) != 0 || !back.Equal(s) || back.Version != 7 {
			t.Errorf("%s: %v %+v", name, es, back)
		}
	}
}

func TestDraftRefuses(t *testing.T) {
	for what, tt := range map[string]struct {
		field, text string
		code        app.Code // "": taken
	}{
		"words":                   {"access.password_length", "dodici", app.CodeRange},
		"nothing":                 {"access.session_minutes", "", app.CodeRange},
		"too small":               {"access.password_length", "7", app.CodeRange},
		"a mark of thousands":     {"access.session_minutes", "1.440", ""},
		"blanks":                  {"services.pace", " 2 000 ", ""},
		"no time":                 {"services.office_hours.from", "8.7", app.CodeMalformed},
		"the hour alone":          {"services.office_hours.from", "9", ""},
		"with a full stop":        {"services.office_hours.until", "17.45", ""},
		"the end before":          {"services.office_hours.until", "07:00", app.CodeProfilePeriod},
		"a 25th hour":             {"services.office_hours.until", "25:00", app.CodeMalformed},
		"no day":                  {"services.office_hours.days", "", app.CodeRequired},
		"a quota of words":        {"services.quotas.C020", "molte", app.CodeRange},
		"a quota taken away":      {"services.quotas.C020", " ", ""},
		"zero where it may be so": {"access.password_age_days", "0", ""},
		"little where zero is":    {"access.password_age_days", "3", app.CodeRangeOrZero},
	} {
		d := DraftOf(app.DefaultSettings)
		d[tt.field] = tt.text
		_, es := d.Settings(0)
		switch {
		case tt.code == "" && len(es) != 0:
			t.Errorf("%s: %v", what, es)
		case tt.code != "" && (len(es) != 1 || es[0].Code != tt.code || es[0].Field != tt.field):
			t.Errorf("%s: %v", what, es)
		}
	}
}

// Fields that mean nothing do not count, nor do other ways of writing the same.
func TestChanges(t *testing.T) {
	fields := Fields([]string{"C020"})
	before := DraftOf(app.DefaultSettings)
	for what, tt := range map[string]struct {
		change map[string]string
		want   string
	}{
		"nothing":                     {nil, ""},
		"the same otherwise":          {map[string]string{"access.session_minutes": " 0720", "services.office_hours.from": "8"}, ""},
		"a number":                    {map[string]string{"access.session_minutes": "60"}, "access.session_minutes 720 60"},
		"a new quota":                 {map[string]string{"services.quotas.C020": "9"}, "services.quotas.C020  9"},
		"hours that are switched off": {map[string]string{"services.office_hours": "false", "services.office_hours.from": "10:00", "services.office_pace": "0"}, "services.office_hours true false"},
	} {
		after := DraftOf(app.DefaultSettings)
		for id, text := range tt.change {
			after[id] = text
		}
		var got []string
		for _, c := range changes(fields, before, after) {
			got = append(got, c.Field.ID+" "+c.Before+" "+c.After)
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// Every setting of the contract is a field of the page.
func TestEverySettingIsAField(t *testing.T) {
	ids := map[string]bool{}
	for _, f := range Fields(nil) {
		if ids[f.ID] {
			t.Errorf("%s twice", f.ID)
		}
		ids[f.ID] = true
	}
	for id := range DraftOf(app.DefaultSettings) {
		if !ids[id] {
			t.Errorf("%s is no field", id)
		}
		delete(ids, id)
	}
	for id := range ids {
		t.Errorf("%s is typed nowhere", id)
	}
}
