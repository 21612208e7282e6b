package server_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"indagor/app"
	"indagor/server/internal/store"
	"indagor/server/servertest"
	"indagor/sync/wire"
)

// mails walks the endpoints of the daily mail. No mail server is configured:
// whoever may is told so.
func (x *company) mails(t *testing.T, walked map[string]bool) {
	db := aside(t, x.World)
	now := time.Now()
	m := app.Mail{
		ID: app.NewID(), Day: "2026-11-22", User: x.Admin.ID, Name: x.Admin.FullName(), Address: x.Admin.Email, Role: app.RoleAdmin,
		State: app.MailFailed, Next: now, Planned: now, Begun: now, Digest: app.Digest{Day: "2026-11-22"},
	}
	if err := db.Write(context.Background(), func(tx *store.Tx) error { return tx.InsertMail(m) }); err != nil {
		t.Fatal(err)
	}
	for _, op := range []struct {
		id    string
		do    func(c *servertest.Client, id app.ID) error
		about bool // one mail
		off   bool // needs a mail server
	}{
		{"list-mails", func(c *servertest.Client, _ app.ID) error { return try(c, wire.ListMails, &wire.MailsInput{}) }, false, false},
		{"get-mail-health", func(c *servertest.Client, _ app.ID) error { return try(c, wire.GetMailHealth, &wire.None{}) }, false, false},
		{"get-mail", func(c *servertest.Client, id app.ID) error { return try(c, wire.GetMail, named(id)) }, true, false},
		{"retry-mail", func(c *servertest.Client, id app.ID) error { return try(c, wire.RetryMail, named(id)) }, true, true},
		{"test-mail", func(c *servertest.Client, _ app.ID) error { return try(c, wire.TestMail, &wire.None{}) }, false, true},
	} {
		walked[op.id] = true
		for _, role := range app.Roles {
			c, what := x.actors[role], fmt.Sprint(op.id, " by ", role)
			if specified("settings.manage", role).reach != "all" {
				before := x.raw.dump("mails")
				none := x.refuse(t, what+", of none", func() error { return op.do(c, app.NewID()) })
				err := x.refuse(t, what, func() error { return op.do(c, m.ID) })
				if refusalText(err) != refusalText(none) || x.raw.dump("mails") != before {
					t.Errorf("%s: %s, of none %s, or something changed", what, refusalText(err), refusalText(none))
				}
				continue
			}
			err := op.do(c, m.ID)
			if op.off {
				refusedAs(t, what, err, app.CodeMailOff, "")
			} else if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if op.about && !op.off {
				refusedAs(t, what+", of none", op.do(c, app.NewID()), app.CodeNotFound, "")
			}
		}
	}
}
