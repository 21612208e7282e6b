package ui

import (
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/screen"
)

// TestApprovalsCounted: TOP sees in the navigation how many requests wait, and
// at once when that changes; nobody else has the page.
func TestApprovalsCounted(t *testing.T) {
	f := newFake(app.RoleTop)
	f.consents = 3
	st := newStand(t, f)
	st.signIn()
	if n := st.s.work.counts[screen.Approvals]; n != 3 {
		t.Errorf("the badge says %d", n)
	}
	f.consents = 2
	f.hears(wire.Signal{Kind: app.SignalApprovals})
	if n := st.s.work.counts[screen.Approvals]; n != 2 {
		t.Errorf("after the signal the badge says %d", n)
	}
	for _, role := range []app.Role{app.RoleAdmin, app.RoleStandard, app.RoleStandardPS} {
		st := newStand(t, newFake(role))
		st.signIn()
		if st.s.work.has(screen.Approvals) {
			t.Errorf("%s has the page", role)
		}
	}
}
