package server_test

import (
	"fmt"
	"slices"
	"testing"

	"indagor/app"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// tomorrow is a good last day for a notice.
func tomorrow(w *servertest.World) app.Day { return app.DayOf(w.Now().AddDate(0, 0, 1)) }

// draft is a notice that would be accepted.
func draft(w *servertest.World, title string, to ...app.Target) wire.NoticeDraft {
	return wire.NoticeDraft{Audience: to, Priority: app.PriorityNormal, Title: title, Text: "Da leggere.", LastDay: tomorrow(w)}
}

// post sends a notice.
func post(t testing.TB, c *servertest.Client, d wire.NoticeDraft) wire.SentNotice {
	t.Helper()
	return say(t, c, wire.SendNotice, &wire.SendNoticeInput{ID: app.NewID(), Body: d}).Body
}

// boardOf is what stands on somebody's board, by title.
func boardOf(t testing.TB, c *servertest.Client) []string {
	t.Helper()
	var titles []string
	for _, n := range say(t, c, wire.ListNotices, &wire.NoticesInput{}).Body.Items {
		titles = append(titles, n.Title)
	}
	slices.Sort(titles)
	return titles
}

// boardTables are the tables of the board.
var boardTables = []string{"notices", "notice_targets", "notice_reads"}

// board walks the functions of the board: who sends to whom, who reads what,
// who sees receipts of what and takes back what.
func (x *company) board(t *testing.T, walked map[string]bool) {
	unchanged := func(t *testing.T, what string, call func() error) error {
		t.Helper()
		before := x.raw.dump(boardTables...)
		err := x.refuse(t, what, call)
		if x.raw.dump(boardTables...) != before {
			t.Errorf("%s: refused, and yet something changed", what)
		}
		return err
	}
	for _, id := range []string{
		"list-notices", "get-notice", "count-notices", "read-notice", "send-notice", "withdraw-notice", "list-sent-notices", "list-receipts", "list-addressees", "count-audience",
	} {
		walked[id] = true
	}
	everybody := slices.Clone(x.targets)
	for _, c := range x.actors {
		everybody = append(everybody, c.Session.User)
	}

	for _, role := range app.Roles {
		c, may := x.actors[role], specified("board.send", role)
		// Groups: everybody, a role, one's own department, the other one, one
		// that does not exist.
		audience := func(to ...app.Target) *wire.AudienceInput {
			in := &wire.AudienceInput{}
			in.Body.Audience = to
			return in
		}
		for what, to := range map[string]app.Target{
			"everybody": {}, "STANDARDPS": {Role: app.RoleStandardPS}, "his department": {Department: x.Registry.ID}, "TOP of his department": {Role: app.RoleTop, Department: x.Registry.ID},
			"the other department": {Department: x.Taxes.ID}, "STANDARD of the other": {Role: app.RoleStandard, Department: x.Taxes.ID}, "a department of nobody": {Department: app.NewID()},
		} {
			name := fmt.Sprintf("%s sends to %s", role, what)
			send := func() error {
				return try(c, wire.SendNotice, &wire.SendNoticeInput{ID: app.NewID(), Body: draft(x.World, name, to)})
			}
			count := func() error { return try(c, wire.CountAudience, audience(to)) }
			if may == blank || to.Department != "" && to.Department != x.Registry.ID && (may.reach != "all" || to.Department != x.Taxes.ID) {
				unchanged(t, name, send)
				unchanged(t, name+" (count)", count)
				continue
			}
			want := 0
			for _, u := range everybody {
				if may.includes(c.Session.User, u) && (app.Audience{to}).Includes(u) {
					want++
				}
			}
			want += len(x.outside(may.reach == "all", to))
			if got := say(t, c, wire.CountAudience, audience(to)).Body.Count; got != want {
				t.Errorf("%s: %d, want %d", name, got, want)
			}
			if err := send(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		// People: by every cell, and the foreign ones as the unknown ones.
		unknown := refusalText(unchanged(t, fmt.Sprint(role, " sends to nobody"), func() error {
			return try(c, wire.SendNotice, &wire.SendNoticeInput{ID: app.NewID(), Body: draft(x.World, "a nessuno", app.Target{User: app.NewID()})})
		}))
		for _, u := range x.targets {
			name := fmt.Sprintf("%s sends to %s of %s", role, u.Role, u.Department)
			send := func() error {
				return try(c, wire.SendNotice, &wire.SendNoticeInput{ID: app.NewID(), Body: draft(x.World, name, app.Target{User: u.ID})})
			}
			count := func() error { return try(c, wire.CountAudience, audience(app.Target{User: u.ID})) }
			if may != blank && may.includes(c.Session.User, u) {
				if err := send(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if n := say(t, c, wire.CountAudience, audience(app.Target{User: u.ID}, app.Target{User: u.ID})).Body.Count; n != 1 {
					t.Errorf("%s: reaches %d", name, n)
				}
			} else if err := unchanged(t, name, send); refusalText(err) != unknown {
				t.Errorf("%s: %s, of nobody %s", name, refusalText(err), unknown)
			} else {
				unchanged(t, name+" (count)", count)
			}
		}
		// Whom he may choose.
		page := &wire.Page{Limit: 500}
		if may == blank {
			unchanged(t, fmt.Sprint(role, " lists addressees"), func() error { return try(c, wire.ListAddressees, page) })
			unchanged(t, fmt.Sprint(role, " lists what was sent"), func() error { return try(c, wire.ListSentNotices, &wire.SentNoticesInput{}) })
		} else {
			got := map[app.ID]bool{}
			for _, a := range say(t, c, wire.ListAddressees, page).Body.Items {
				got[a.ID] = true
			}
			for _, u := range everybody {
				if got[u.ID] != may.includes(c.Session.User, u) {
					t.Errorf("addressees for %s: %s of %s listed: %t", role, u.Role, u.Department, got[u.ID])
				}
			}
		}
		// Reading is everybody's, of his own.
		for _, n := range say(t, c, wire.ListNotices, &wire.NoticesInput{}).Body.Items {
			if err := try(c, wire.ReadNotice, named(n.ID)); err != nil {
				t.Errorf("%s reads: %v", role, err)
			}
			if say(t, c, wire.GetNotice, named(n.ID)).Body.Read == nil {
				t.Errorf("%s has read and has not", role)
			}
		}
		if n := say(t, c, wire.CountNotices, nil).Body.Count; n != 0 {
			t.Errorf("%s has read everything but %d", role, n)
		}
	}
	x.otherBoards(t, unchanged)
}

// outside are the world's people who are neither actors nor targets, and whom
// the target fits.
func (x *company) outside(all bool, to app.Target) (out []app.User) {
	for _, u := range say(x.T, x.Desk, wire.ListAddressees, &wire.Page{Limit: 500}).Body.Items {
		known := slices.ContainsFunc(x.targets, func(o app.User) bool { return o.ID == u.ID })
		for _, c := range x.actors {
			known = known || c.Session.User.ID == u.ID
		}
		user := app.User{ID: u.ID, Role: u.Role, Department: u.Department}
		if !known && (all || u.Department == x.Registry.ID) && (app.Audience{to}).Includes(user) {
			out = append(out, user)
		}
	}
	return out
}

// otherBoards walks what is about one notice, over the notices of others.
func (x *company) otherBoards(t *testing.T, unchanged func(*testing.T, string, func() error) error) {
	theirs := post(t, x.At(x.TaxAdmin, "TRIBUTI-ADMIN"), draft(x.World, "ai Tributi", app.Target{}))
	all := post(t, x.Desk, draft(x.World, "a tutti", app.Target{}))
	ours := post(t, x.actors[app.RoleAdmin], draft(x.World, "ai demografici", app.Target{}))
	for _, role := range app.Roles {
		c := x.actors[role]
		for _, op := range []struct {
			id   string
			send bool // of who sends, not of who reads
			do   func(id app.ID) error
		}{
			{"get-notice", false, func(id app.ID) error { return try(c, wire.GetNotice, named(id)) }},
			{"read-notice", false, func(id app.ID) error { return try(c, wire.ReadNotice, named(id)) }},
			{"list-receipts", true, func(id app.ID) error { return try(c, wire.ListReceipts, &wire.ReceiptsInput{ID: id}) }},
		} {
			unknown := refusalText(unchanged(t, fmt.Sprint(op.id, " of nothing by ", role), func() error { return op.do(app.NewID()) }))
			for _, n := range []wire.SentNotice{theirs, all, ours} {
				what := fmt.Sprintf("%s of %q by %s", op.id, n.Title, role)
				may := n.Audience.Includes(c.Session.User)
				if op.send {
					may = role == app.RoleTop || role == app.RoleAdmin && n.ID == ours.ID
				}
				if may {
					if err := op.do(n.ID); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				} else if err := unchanged(t, what, func() error { return op.do(n.ID) }); refusalText(err) != unknown {
					t.Errorf("%s: %s, of nothing %s", what, refusalText(err), unknown)
				}
			}
		}
	}
	// Taking back: last, since it changes what is there.
	for _, role := range []app.Role{app.RoleStandard, app.RoleStandardPS, app.RoleAdmin, app.RoleTop} {
		c := x.actors[role]
		withdraw := func(id app.ID) error { return try(c, wire.WithdrawNotice, named(id)) }
		unknown := refusalText(unchanged(t, fmt.Sprint("withdraws nothing: ", role), func() error { return withdraw(app.NewID()) }))
		for _, n := range []wire.SentNotice{theirs, all, ours} {
			what := fmt.Sprintf("%s withdraws %q", role, n.Title)
			if role == app.RoleTop || role == app.RoleAdmin && n.ID == ours.ID {
				if err := withdraw(n.ID); err != nil {
					t.Errorf("%s: %v", what, err)
				}
			} else if err := unchanged(t, what, func() error { return withdraw(n.ID) }); refusalText(err) != unknown {
				t.Errorf("%s: %s, of nothing %s", what, refusalText(err), unknown)
			}
		}
	}
	for _, n := range say(t, x.Desk, wire.ListSentNotices, &wire.SentNoticesInput{}).Body.Items {
		if withdrawn := n.ID == theirs.ID || n.ID == all.ID || n.ID == ours.ID; withdrawn != (n.Withdrawn != nil) {
			t.Errorf("%q is withdrawn: %v", n.Title, n.Withdrawn)
		}
	}
}
