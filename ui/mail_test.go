package ui

import (
	"testing"

	"indagor/app"
	"indagor/sync/wire"
	"indagor/ui/screen"
)

// TestMailAlarm: TOP is told on Home that the daily mail does not arrive, with
// the way to the page that says why; an ADMIN is not.
func TestMailAlarm(t *testing.T) {
	for _, role := range []app.Role{app.RoleTop, app.RoleAdmin} {
		f := newFake(role)
		f.mail = wire.MailHealth{Configured: true, Send: true, Waiting: 2, Late: 2, Code: app.CodeMailLogin, Said: "535 no"}
		st := newStand(t, f)
		st.signIn()
		if role == app.RoleAdmin {
			if n := st.s.work.counts[screen.Mails]; n != 0 {
				t.Errorf("ADMIN is told of %d mails", n)
			}
			continue
		}
		st.expect("2 messaggi della posta giornaliera non arrivano")
		if n := st.s.work.counts[screen.Mails]; n != 2 {
			t.Errorf("the badge says %d", n)
		}
		st.press("Apri la posta giornaliera")
		if st.s.work.at != screen.Mails {
			t.Errorf("it leads to %s", st.s.work.at)
		}
	}
}

// TestPolicyIsAskedAgain: a policy that TOP changes reaches an open desktop.
func TestPolicyIsAskedAgain(t *testing.T) {
	f := newFake(app.RoleStandard)
	st := newStand(t, f)
	st.signIn()
	f.info.Idle = 60
	st.s.poll()
	if st.s.info.Idle != 60 {
		t.Errorf("the screen still locks after %d s", st.s.info.Idle)
	}
}
