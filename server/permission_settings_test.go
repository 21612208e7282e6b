package server_test

import (
	"fmt"
	"testing"

	"indagor/app"
	"indagor/sync/wire"
)

// policies walks the endpoints of the body's settings.
func (x *company) policies(t *testing.T, walked map[string]bool) {
	walked["get-settings"], walked["save-settings"] = true, true
	s := say(t, x.Desk, wire.GetSettings, &wire.None{}).Body.Settings
	for _, role := range app.Roles {
		c, may := x.actors[role], specified("settings.manage", role).reach == "all"
		next := s.Clone()
		next.Approval.Silence++
		for what, call := range map[string]func() error{
			"reads": func() error { return try(c, wire.GetSettings, &wire.None{}) },
			"saves": func() error { return try(c, wire.SaveSettings, &wire.SaveSettingsInput{Body: next}) },
		} {
			if !may {
				before := x.raw.dump("settings")
				x.refuse(t, fmt.Sprint(role, " ", what, " the settings"), call)
				if x.raw.dump("settings") != before {
					t.Errorf("%s %s the settings: refused, and yet something changed", role, what)
				}
			} else if err := call(); err != nil {
				t.Errorf("%s %s the settings: %v", role, what, err)
			}
		}
	}
}
