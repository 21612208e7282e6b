package server_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store"
	"indagor/server/internal/store/storetest"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// receiptsOf are the recipients of a notice by name, with when they read it.
func receiptsOf(t testing.TB, c *servertest.Client, n app.ID, read string) map[app.ID]*time.Time {
	t.Helper()
	out := map[app.ID]*time.Time{}
	in := &wire.ReceiptsInput{ID: n, Page: wire.Page{Limit: 2}, Read: read}
	for {
		page := say(t, c, wire.ListReceipts, in).Body
		for _, r := range page.Items {
			out[r.User] = r.Read
		}
		if in.Cursor = page.Next; page.Next == "" {
			return out
		}
	}
}

// TestBoard: whom a notice reaches, whoever comes and goes meanwhile.
func TestBoard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		now := newClock()
		w := servertest.Start(t, clocked(now, dsn))
		admin := w.At(w.Admin, "ADMIN-01")
		anna, bruno := w.Person(app.RoleStandard, w.Registry, nil), w.Person(app.RoleStandardPS, w.Registry, nil)
		at, tax := w.At(anna, "ANAG-01"), w.At(w.Person(app.RoleStandard, w.Taxes, nil), "TRIB-01")

		all := post(t, w.Desk, draft(w, "1 a tutti", app.Target{}))
		ours := post(t, admin, draft(w, "2 alla direzione", app.Target{}))
		operators := post(t, admin, draft(w, "3 agli operatori", app.Target{Role: app.RoleStandard}, app.Target{Role: app.RoleStandardPS}))
		chosen := post(t, admin, draft(w, "4 ad Anna", app.Target{User: anna.ID}))
		if all.Recipients != 6 || ours.Recipients != 3 || operators.Recipients != 2 || chosen.Recipients != 1 || ours.Department != w.Registry.ID || ours.AuthorName != w.Admin.FullName() {
			t.Errorf("%+v\n%+v\n%+v\n%+v", all, ours, operators, chosen)
		}
		see := func(what string, c *servertest.Client, want ...string) {
			t.Helper()
			if got := boardOf(t, c); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
			if n := say(t, c, wire.CountNotices, nil).Body.Count; n != len(want) {
				t.Errorf("%s: %d unread", what, n)
			}
		}
		see("Anna", at, "1 a tutti", "2 alla direzione", "3 agli operatori", "4 ad Anna")
		see("the other department", tax, "1 a tutti")
		see("TOP", w.Desk, "1 a tutti")

		// Who joins later sees what is valid, but was not chosen; who is moved
		// leaves his department's notices behind, and takes what was for him.
		carla := w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-02")
		see("who joined later", carla, "1 a tutti", "2 alla direzione", "3 agli operatori")
		moved := anna.User
		moved.Department, moved.Admin, moved.Profile.Purposes = w.Taxes.ID, w.TaxAdmin.ID, []app.ID{w.Purpose(w.Taxes)}
		moved.Profile.Visure.Way.Mediator = w.TaxAdmin.ID
		in := &wire.UpdateUserInput{ID: anna.ID, Body: moved}
		in.Body.Version = say(t, w.Desk, wire.GetUser, named(anna.ID)).Body.Version
		say(t, w.Desk, wire.UpdateUser, in)
		see("Anna, moved", at, "1 a tutti", "4 ad Anna")
		if got := receiptsOf(t, admin, ours.ID, ""); len(got) != 3 {
			t.Errorf("the direction's notice is for %v", got)
		}

		// Reading, once for all, and what of it is seen.
		say(t, at, wire.ReadNotice, named(all.ID))
		first := *say(t, at, wire.GetNotice, named(all.ID)).Body.Read
		now.add(time.Hour)
		say(t, at, wire.ReadNotice, named(all.ID))
		if got := say(t, at, wire.GetNotice, named(all.ID)).Body.Read; !got.Equal(first) {
			t.Errorf("read at %v, again %v", first, got)
		}
		if n := say(t, at, wire.CountNotices, nil).Body.Count; n != 1 {
			t.Errorf("%d unread", n)
		}
		only := say(t, at, wire.ListNotices, &wire.NoticesInput{Unread: true}).Body.Items
		if len(only) != 1 || only[0].Title != "4 ad Anna" {
			t.Errorf("unread: %+v", only)
		}
		sent := say(t, w.Desk, wire.ListSentNotices, &wire.SentNoticesInput{Page: wire.Page{Search: "TUTTI"}}).Body.Items
		if len(sent) != 1 || sent[0].Recipients != 7 || sent[0].Readers != 1 {
			t.Errorf("sent: %+v", sent)
		}
		if got := receiptsOf(t, w.Desk, all.ID, "true"); len(got) != 1 || got[anna.ID] == nil || !got[anna.ID].Equal(first) {
			t.Errorf("readers: %v", got)
		}
		if got := receiptsOf(t, w.Desk, all.ID, "false"); len(got) != 6 || got[anna.ID] != nil {
			t.Errorf("who has not read: %v", got)
		}
		// An account that is off is no recipient.
		say(t, w.Desk, wire.DisableUser, &wire.DisableInput{ID: bruno.ID})
		if n := say(t, w.Desk, wire.ListSentNotices, &wire.SentNoticesInput{Page: wire.Page{Search: "tutti"}}).Body.Items[0].Recipients; n != 6 {
			t.Errorf("%d recipients", n)
		}

		// Taken back, and expired: the last day is that of the body's zone.
		say(t, admin, wire.WithdrawNotice, named(ours.ID))
		see("after the withdrawal", carla, "1 a tutti", "3 agli operatori")
		refusedAs(t, "reading what was withdrawn", try(carla, wire.ReadNotice, named(ours.ID)), app.CodeNotFound, "")
		now.add(time.Date(2026, 11, 25, 22, 59, 0, 0, time.UTC).Sub(now.now())) // 23:59 in Rome
		carla = w.Station("ANAG-03")
		carla.Enter(servertest.Person{User: app.User{Username: w.Admin.Username}, Password: servertest.Password})
		if got := boardOf(t, carla); len(got) != 1 {
			t.Errorf("on the last day: %q", got)
		}
		now.add(time.Minute)
		if got := boardOf(t, carla); len(got) != 0 {
			t.Errorf("after the last day: %q", got)
		}
		if got := say(t, carla, wire.ListSentNotices, &wire.SentNoticesInput{}).Body.Items; len(got) != 3 {
			t.Errorf("what was sent is gone: %+v", got)
		}
	})
}

func TestBoardPages(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	for n := range 7 {
		post(t, w.Desk, draft(w, fmt.Sprint("avviso ", n), app.Target{}))
	}
	var got []string
	in := &wire.NoticesInput{Page: wire.Page{Limit: 3}}
	for {
		page := say(t, w.Desk, wire.ListNotices, in).Body
		for _, n := range page.Items {
			got = append(got, strings.TrimPrefix(n.Title, "avviso "))
		}
		if in.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	if strings.Join(got, "") != "6543210" {
		t.Errorf("%q", got)
	}
	for search, want := range map[string]int{"avviso 3": 1, "LEGGERE": 7, "100%": 0, "_": 0, w.Top.Surname: 7} {
		in := &wire.NoticesInput{Page: wire.Page{Search: search}}
		if n := len(say(t, w.Desk, wire.ListNotices, in).Body.Items); n != want {
			t.Errorf("%q finds %d", search, n)
		}
	}
}

func TestNoticeRefusals(t *testing.T) {
	now := newClock()
	w := servertest.Start(t, clocked(now, ""))
	for what, x := range map[string]struct {
		change func(*wire.NoticeDraft)
		code   app.Code
		field  string
	}{
		"no title":        {func(d *wire.NoticeDraft) { d.Title = " \t " }, app.CodeRequired, "title"},
		"a long title":    {func(d *wire.NoticeDraft) { d.Title = strings.Repeat("è", 121) }, app.CodeMalformed, "title"},
		"a title of two":  {func(d *wire.NoticeDraft) { d.Title = "uno\ndue" }, app.CodeInvalid, "title"},
		"a bell":          {func(d *wire.NoticeDraft) { d.Text = "din\a" }, app.CodeInvalid, "text"},
		"turned text":     {func(d *wire.NoticeDraft) { d.Text = "fine \u202e!" }, app.CodeInvalid, "text"},
		"no text":         {func(d *wire.NoticeDraft) { d.Text = "" }, app.CodeRequired, "text"},
		"a long text":     {func(d *wire.NoticeDraft) { d.Text = strings.Repeat("x", 4001) }, app.CodeMalformed, "text"},
		"no priority":     {func(d *wire.NoticeDraft) { d.Priority = "" }, app.CodeMalformed, "priority"},
		"no last day":     {func(d *wire.NoticeDraft) { d.LastDay = "" }, app.CodeRequired, "last_day"},
		"yesterday":       {func(d *wire.NoticeDraft) { d.LastDay = "2026-11-23" }, app.CodeNoticeExpiry, "last_day"},
		"never":           {func(d *wire.NoticeDraft) { d.LastDay = "2028-01-01" }, app.CodeNoticeLong, "last_day"},
		"no day":          {func(d *wire.NoticeDraft) { d.LastDay = "2026-02-30" }, app.CodeDate, "last_day"},
		"nobody":          {func(d *wire.NoticeDraft) { d.Audience = app.Audience{} }, app.CodeRequired, "audience"},
		"an empty group":  {func(d *wire.NoticeDraft) { d.Audience = app.Audience{{Role: app.RoleTop, Department: w.Taxes.ID}} }, app.CodeNoticeNobody, "audience"},
		"two ways at one": {func(d *wire.NoticeDraft) { d.Audience[0] = app.Target{User: w.Top.ID, Role: app.RoleTop} }, app.CodeInvalid, "audience"},
		"too many":        {func(d *wire.NoticeDraft) { d.Audience = make(app.Audience, 501) }, app.CodeNoticeTargets, "audience"},
	} {
		d := draft(w, "titolo", app.Target{})
		x.change(&d)
		err := try(w.Desk, wire.SendNotice, &wire.SendNoticeInput{ID: app.NewID(), Body: d})
		refusedAs(t, what, err, x.code, x.field)
	}
	refusedAs(t, "an id of one's own making", try(w.Desk, wire.SendNotice, &wire.SendNoticeInput{ID: "avviso", Body: draft(w, "titolo", app.Target{})}), app.CodeInvalid, "id")
	if got := boardOf(t, w.Desk); len(got) != 0 {
		t.Errorf("%q", got)
	}

	// The same again is one notice; another under its id is refused.
	in := &wire.SendNoticeInput{ID: app.NewID(), Body: draft(w, "una volta", app.Target{})}
	in.Body.Text = "prima\r\n\r\nseconda"
	say(t, w.Desk, wire.SendNotice, in)
	again := say(t, w.Desk, wire.SendNotice, in).Body
	if again.Text != "prima\n\nseconda" || len(boardOf(t, w.Desk)) != 1 {
		t.Errorf("%+v", again)
	}
	in.Body.Title = "un'altra"
	refusedAs(t, "another under its id", try(w.Desk, wire.SendNotice, in), app.CodeTaken, "id")
	refusedAs(t, "somebody else's id", try(w.At(w.Admin, "ADMIN-01"), wire.SendNotice, in), app.CodeTaken, "id")
	if n := len(say(t, w.Desk, wire.ListHistory, &wire.MonitorInput{Page: wire.Page{Search: "volta"}}).Body.Items); n != 1 {
		t.Errorf("%d acts", n)
	}
}

// TestReceiptsOfStandardPS: who sees when an officer has read; to his ADMIN,
// who does not monitor when he is at work, only the day is told.
func TestReceiptsOfStandardPS(t *testing.T) {
	now := newClock()
	w := servertest.Start(t, clocked(now, ""))
	admin := w.At(w.Admin, "ADMIN-01")
	officer, clerk := w.Person(app.RoleStandardPS, w.Registry, nil), w.Person(app.RoleStandard, w.Registry, nil)
	n := post(t, admin, draft(w, "a voi", app.Target{User: officer.ID}, app.Target{User: clerk.ID}))
	patrolled, other := w.At(officer, "PATTUGLIA-01"), w.At(clerk, "ANAG-01")
	before := receiptsOf(t, admin, n.ID, "")
	patrol(t, patrolled)
	if after := receiptsOf(t, admin, n.ID, ""); !reflect.DeepEqual(before, after) {
		t.Errorf("what he asks changes the receipts: %v, %v", before, after)
	}
	for _, c := range []*servertest.Client{patrolled, other} {
		say(t, c, wire.ReadNotice, named(n.ID))
	}
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.FixedZone("", 3600))
	for who, x := range map[string]struct {
		c              *servertest.Client
		officer, clerk time.Time
	}{"TOP": {w.Desk, now.now(), now.now()}, "ADMIN": {admin, midnight, now.now()}} {
		got := receiptsOf(t, x.c, n.ID, "true")
		if len(got) != 2 || !got[officer.ID].Equal(x.officer) || !got[clerk.ID].Equal(x.clerk) {
			t.Errorf("%s: %v", who, got)
		}
	}
}

// TestNoticesArrive: whom a notice is for hears of it at once, and of its end;
// nobody else hears anything, nor does the author hear who reads.
func TestNoticesArrive(t *testing.T) {
	w := servertest.Start(t, servertest.Options{})
	adminDesk := w.At(w.Admin, "ADMIN-01")
	officer := w.At(w.Person(app.RoleStandardPS, w.Registry, nil), "PATTUGLIA-01")
	stranger := w.At(w.Person(app.RoleStandard, w.Taxes, nil), "TRIB-01")
	hears, deaf, author := listen(t, officer.Client), listen(t, stranger.Client), listen(t, adminDesk.Client)
	d := draft(w, "subito", app.Target{Role: app.RoleStandardPS})
	d.Priority = app.PriorityHigh
	n := post(t, adminDesk, d)
	want := wire.Signal{Kind: app.SignalNotice, ID: n.ID}
	if s := hears.next(); s != want {
		t.Errorf("%+v", s)
	}
	if got := say(t, officer, wire.GetNotice, named(n.ID)).Body; got.Priority != app.PriorityHigh || got.Author != w.Admin.FullName() {
		t.Errorf("%+v", got)
	}
	author.until(app.SignalHistory)
	say(t, officer, wire.ReadNotice, named(n.ID))
	say(t, adminDesk, wire.WithdrawNotice, named(n.ID))
	if s := hears.next(); s != want {
		t.Errorf("%+v", s)
	}
	for _, s := range author.until(app.SignalHistory) {
		t.Errorf("the author hears %+v", s)
	}
	all := post(t, w.Desk, draft(w, "a tutti", app.Target{}))
	if s := deaf.next(); s.ID != all.ID {
		t.Errorf("the other department hears %+v", s)
	}
}

// TestServerWritesOnTheBoard: what the server writes reaches who answers for
// it, once, and only TOP finds it among what was sent.
func TestServerWritesOnTheBoard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		db := aside(t, w)
		for _, name := range []string{"SPORTELLO-7", "SPORTELLO-7 bis"} { // the second of the key is not written
			err := db.Write(context.Background(), func(tx *store.Tx) error {
				return tx.Notify(app.SystemNotice{
					Key: "workstation_expiry|w7|2026-12-07", Kind: app.NoticeWorkstationExpiry, Params: map[string]string{"name": name, "day": "07/12/2026"},
					Audience: app.Holders(app.PermManageWorkstation, w.Registry.ID), Expires: time.Now().AddDate(0, 0, 14),
				})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		admin, other := w.At(w.Admin, "ADMIN-01"), w.At(w.TaxAdmin, "ADMIN-02")
		for who, x := range map[string]struct {
			c    *servertest.Client
			want int
		}{"TOP": {w.Desk, 1}, "its ADMIN": {admin, 1}, "another ADMIN": {other, 0}, "a clerk": {w.At(w.Person(app.RoleStandard, w.Registry, nil), "ANAG-01"), 0}} {
			items := say(t, x.c, wire.ListNotices, &wire.NoticesInput{}).Body.Items
			if len(items) != x.want {
				t.Errorf("%s has %d", who, len(items))
			}
			for _, n := range items {
				if n.Kind != app.NoticeWorkstationExpiry || n.Params["name"] != "SPORTELLO-7" || n.Priority != app.PriorityNormal || n.Author != "" {
					t.Errorf("%s: %+v", who, n)
				}
			}
		}
		if n := len(say(t, admin, wire.ListSentNotices, &wire.SentNoticesInput{}).Body.Items); n != 0 {
			t.Errorf("ADMIN finds %d sent", n)
		}
		sent := say(t, w.Desk, wire.ListSentNotices, &wire.SentNoticesInput{}).Body.Items
		if len(sent) != 1 || sent[0].Recipients != 2 {
			t.Fatalf("TOP finds %+v", sent)
		}
		say(t, w.Desk, wire.WithdrawNotice, named(sent[0].ID))
		if got := boardOf(t, admin); len(got) != 0 {
			t.Errorf("withdrawn, and yet %q", got)
		}
	})
}

// TestBoardsAtOnce: many read and send at once, and every receipt is there.
func TestBoardsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		w := servertest.Start(t, servertest.Options{DSN: dsn})
		n := post(t, w.Desk, draft(w, "a tutti", app.Target{}))
		clients := []*servertest.Client{w.Desk, w.At(w.Admin, "ADMIN-01"), w.At(w.TaxAdmin, "ADMIN-02")}
		done := make(chan error)
		for _, c := range clients {
			for range 5 {
				go func() { done <- try(c, wire.ReadNotice, named(n.ID)) }()
			}
			go func() {
				done <- try(w.Desk, wire.SendNotice, &wire.SendNoticeInput{ID: n.ID, Body: draft(w, "a tutti", app.Target{})})
			}()
		}
		for range len(clients) * 6 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if got := receiptsOf(t, w.Desk, n.ID, "true"); len(got) != len(clients) {
			t.Errorf("%d receipts", len(got))
		}
	})
}
