package server_test

import (
	"testing"
	"time"

	"indagor/app"
	"indagor/cmd/anpr-simulator/sim"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// TestApprovalRechecked: what changed since the request was made is looked at
// again before it runs, and refused clearly; ANPR is not asked.
func TestApprovalRechecked(t *testing.T) {
	clock := newClock()
	w := servertest.Start(t, clocked(clock, ""))
	usual := w.Purpose(w.Registry)
	other := &wire.SavePurposeInput{ID: app.NewID()}
	other.Body.Department, other.Body.Name, other.Body.LegalBasis = w.Registry.ID, "Altra", "Norma"
	say(t, w.Desk, wire.SavePurpose, other)
	update := func(t *testing.T, id app.ID, change func(*app.User)) {
		t.Helper()
		u := say(t, w.Desk, wire.GetUser, named(id)).Body
		change(&u)
		say(t, w.Desk, wire.UpdateUser, &wire.UpdateUserInput{ID: id, Body: u})
	}
	for _, c := range []struct {
		what   string
		change func(*testing.T, *servertest.Client)
		code   app.Code // "": it runs
	}{
		{"nothing", func(*testing.T, *servertest.Client) {}, ""},
		{"his access hours", func(t *testing.T, c *servertest.Client) {
			update(t, c.Session.User.ID, func(u *app.User) { u.Hours = &app.Hours{Days: []int{7}, From: 0, Until: 60} })
		}, ""},
		{"no consent needed any more", func(t *testing.T, c *servertest.Client) {
			update(t, c.Session.User.ID, func(u *app.User) { u.Profile.Visure.Approval = app.ApprovalRule{Kind: app.ApprovalNone} })
		}, ""},
		{"disabled", func(t *testing.T, c *servertest.Client) {
			in := &wire.DisableInput{ID: c.Session.User.ID}
			in.Body.Reason = "Trasferito"
			say(t, w.Desk, wire.DisableUser, in)
		}, app.CodeAccountOff},
		{"expired", func(t *testing.T, c *servertest.Client) {
			update(t, c.Session.User.ID, func(u *app.User) { d := app.Day("2026-11-01"); u.ValidUntil = &d })
		}, app.CodeAccountPeriod},
		{"moved", func(t *testing.T, c *servertest.Client) {
			update(t, c.Session.User.ID, func(u *app.User) {
				u.Department, u.Admin, u.Profile.Purposes = w.Taxes.ID, w.TaxAdmin.ID, []app.ID{w.Purpose(w.Taxes)}
			})
		}, app.CodeApprovalStale},
		{"made STANDARDPS", func(t *testing.T, c *servertest.Client) {
			update(t, c.Session.User.ID, func(u *app.User) {
				u.Role, u.Profile.Visure.Approval = app.RoleStandardPS, app.ApprovalRule{Kind: app.ApprovalNone}
			})
		}, app.CodeApprovalStale},
		{"the purpose withdrawn", func(t *testing.T, c *servertest.Client) {
			update(t, c.Session.User.ID, func(u *app.User) { u.Profile.Purposes = []app.ID{other.ID} })
		}, app.CodePurposeOff},
		{"the type withdrawn", func(t *testing.T, c *servertest.Client) {
			update(t, c.Session.User.ID, func(u *app.User) { u.Profile.Visure.Types = []app.VisuraType{app.VisuraEsistenza} })
		}, app.CodeTypeOff},
		{"the workstation revoked", func(t *testing.T, c *servertest.Client) {
			in := &wire.WorkstationActInput{ID: c.Own.ID}
			in.Body.Reason = "Rubata"
			say(t, w.Desk, wire.RevokeWorkstation, in)
		}, app.CodeWorkstationRevoked},
	} {
		t.Run(c.what, func(t *testing.T) {
			w.Desk.Enter(w.Top) // sessions end as the clock runs
			p := w.Person(app.RoleStandard, w.Registry, func(u *app.User) { u.Profile.Purposes = []app.ID{usual, other.ID}; needs(1)(u) })
			clerk := w.At(p, "ANAG-"+c.what)
			request := wire.VisuraRequest{Type: app.VisuraResidenza, Subject: app.Subject{FiscalCode: cast(t, "resident").CF}, Purpose: usual}
			v, err := clerk.Ask("rechecked", request)
			if err != nil {
				t.Fatal(err)
			}
			c.change(t, clerk)
			before := len(w.Sim.Journal())
			clock.add(2 * time.Hour)
			if _, err := w.Server.Expire(t.Context()); err != nil {
				t.Fatal(err)
			}
			// He may not be let in any more; the log tells.
			var end app.Event
			for end.Kind == "" {
				for _, e := range w.Readable() {
					if e.Visura == v.ID && e.Kind == app.EventVisuraEnded {
						end = e
					}
				}
			}
			asked := len(w.Sim.Journal()) - before
			if c.code == "" {
				if end.Outcome != app.OutcomeFound || asked == 0 {
					t.Errorf("it did not run: %+v", end)
				}
				return
			}
			if end.Outcome != app.OutcomeRefused || end.Code != c.code || asked != 0 || end.Approval != app.ApprovalSilent || end.Actor.Department != w.Registry.ID {
				t.Errorf("%d calls, ended %+v", asked, end)
			}
		})
	}
	t.Run("silence no longer enough", func(t *testing.T) {
		w.Desk.Enter(w.Top)
		clerk := w.At(w.Person(app.RoleStandard, w.Registry, needs(1)), "ANAG-99")
		v := queued(t, clerk, "no-longer")
		update(t, clerk.Session.User.ID, needs(0))
		clock.add(2 * time.Hour)
		if _, err := w.Server.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		d := say(t, w.Desk, wire.GetApproval, named(v.ID)).Body
		if d.State != app.ApprovalWaiting || d.Rule != app.ApprovalManual || d.Due != nil {
			t.Errorf("%+v", d)
		}
		answered(t, w.Desk, "approve", "", v.ID)
		if got := ended(t, clerk, v.ID); got.Outcome != app.OutcomeFound || got.Approval.Rule != app.ApprovalManual {
			t.Errorf("%+v", got)
		}
	})
}

// TestApprovalRegisterDown: what was approved and ANPR does not answer ends as
// every look-up would, and tells.
func TestApprovalRegisterDown(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	clerk := w.At(w.Person(app.RoleStandard, w.Registry, needs(0)), "ANAG-07")
	v := queued(t, clerk, "while-down")
	if err := w.Sim.SetFaults([]sim.Fault{{Kind: sim.FaultLimit, Service: "C020"}}); err != nil {
		t.Fatal(err)
	}
	answered(t, w.Desk, "approve", "", v.ID)
	if got := ended(t, clerk, v.ID); got.Outcome != app.OutcomeFailed || got.Code != app.CodeAnprQuota || got.Approval.State != app.ApprovalApproved {
		t.Errorf("%+v", got)
	}
}

// TestApprovalExpires: a consent goes from the queue with its visura, and what
// waits still does not.
func TestApprovalExpires(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		clock := newClock()
		w := servertest.Start(t, clocked(clock, dsn))
		clerk := w.At(w.Person(app.RoleStandard, w.Registry, needs(0)), "ANAG-07")
		v, waits := queued(t, clerk, "to-expire"), queued(t, clerk, "to-stay-on")
		answered(t, w.Desk, "approve", "", v.ID)
		ended(t, clerk, v.ID)
		decide(t, w, func(s *app.Settings) { s.Retention.Visure = 30 })
		clock.add(40 * 24 * time.Hour)
		tick(t, w)
		w.Desk.Enter(w.Top)
		if items := queue(t, w.Desk, wire.ApprovalsInput{State: wire.AllApprovals}); len(items) != 1 || items[0].ID != waits.ID {
			t.Errorf("after the retention: %+v", items)
		}
		refusedAs(t, "what is gone", try(w.Desk, wire.GetApproval, named(v.ID)), app.CodeNotFound, "")
	})
}
