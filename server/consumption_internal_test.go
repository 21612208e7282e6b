package server

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"indagor/app"
	"indagor/server/internal/anpr"
	"indagor/sync/wire"
)

// What is shown of the quotas is an hour old at least and in steps of 5 %, to
// TOP only.
func TestConsumption(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	used := 0
	c := &consumption{now: func() time.Time { return now }, quota: func() map[anpr.Service]int { return map[anpr.Service]int{"C020": used} }}
	top := app.Caller{User: app.User{Role: app.RoleTop}}
	begun := now
	for n := range 40 {
		used = n
		c.take()
		at, services, err := c.Read(top)
		if err != nil {
			t.Fatal(err)
		}
		late := n - 12 // readings of five minutes
		switch {
		case late < 0 && !at.IsZero():
			t.Fatalf("after %v something is shown", now.Sub(begun))
		case late >= 0:
			want := []wire.ConsumptionService{{Service: "C020", Percent: late / 5 * 5}}
			if d := cmp.Diff(want, services); d != "" || now.Sub(at) != consumptionLate {
				t.Fatalf("after %v, of %v: %s", now.Sub(begun), at, d)
			}
		}
		now = now.Add(consumptionEvery)
	}
	if len(c.taken) > 14 {
		t.Errorf("%d readings are kept", len(c.taken))
	}
	for _, role := range []app.Role{app.RoleAdmin, app.RoleStandard, app.RoleStandardPS} {
		if _, _, err := c.Read(app.Caller{User: app.User{Role: role}}); app.CodeOf(err) != app.CodeForbidden {
			t.Errorf("%s: %v", role, err)
		}
	}
}
